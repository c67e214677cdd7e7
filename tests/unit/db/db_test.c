/* Pool, statements, values, transactions, waiting for locks. */
#include "tests/unit/helpers.h"

#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "lib/base/clock.h"

static const char make_table[] = "CREATE TABLE t (id INTEGER PRIMARY KEY, "
				 "i INTEGER, r REAL, x TEXT UNIQUE, b BLOB)";
static const char insert[] = "INSERT INTO t (i, r, x, b) "
			     "VALUES (?1, ?2, ?3, ?4)";
static const char insert_number[] = "INSERT INTO t (i) VALUES (?1)";
static const char add_one[] = "UPDATE t SET i = i + 1 WHERE id = 1";
static const char read_one[] = "SELECT i FROM t WHERE id = 1";
static const char read_all[] = "SELECT id, i, r, x, b FROM t ORDER BY id";
static const char sum_all[] = "SELECT SUM(i) FROM t";
static const char count_all[] = "SELECT COUNT(*) FROM t";

static int
setup(void **state)
{
	struct world *w;

	if (world_setup(state) == -1)
		return -1;
	w = *state;
	assert_int_equal(db_run(w->db, make_table, DB_NONE, &w->err), 0);
	return 0;
}

static void
test_values(void **state)
{
	struct world *w = *state;
	struct db_rows rows;
	size_t len;

	assert_int_equal(db_run(w->db, insert,
			     DB_ARGS(DB_INT(INT64_MIN), DB_REAL(0.1),
				 DB_TEXT("\xc3\xa9"), DB_BLOB("a\0b", 3)),
			     &w->err),
	    1);
	assert_int_equal(
	    db_run(w->db, insert,
		DB_ARGS(DB_REF(0), DB_NULL, DB_TEXT(NULL), DB_BLOB("", 0)),
		&w->err),
	    1);
	assert_ok(
	    db_query(w->reader, read_all, DB_NONE, &rows, &w->err), &w->err);
	assert_int_equal(db_next(&rows, &w->err), 1);
	assert_true(db_int(&rows, 1) == INT64_MIN);
	assert_true(db_real(&rows, 2) == 0.1);
	assert_string_equal(db_text(&rows, 3, w->arena), "\xc3\xa9");
	assert_memory_equal(db_blob(&rows, 4, w->arena, &len), "a\0b", 4);
	assert_int_equal(len, 3);
	assert_int_equal(db_next(&rows, &w->err), 1);
	assert_true(db_is_null(&rows, 1));
	assert_int_equal(db_int(&rows, 1), 0);
	assert_null(db_text(&rows, 3, w->arena));
	assert_false(db_is_null(&rows, 4));
	assert_int_equal(db_next(&rows, &w->err), 0);
	assert_int_equal(db_next(&rows, &w->err), 0); /* and stays */
	db_done(&rows);
}

static void
test_get_int(void **state)
{
	struct world *w = *state;
	int64_t n = 42;

	assert_int_equal(db_get_int(w->db, read_one, DB_NONE, &n, &w->err), 0);
	assert_int_equal(n, 42);
	assert_int_equal(db_get_int(w->db, count_all, DB_NONE, &n, &w->err), 1);
	assert_int_equal(n, 0);
	assert_err(db_get_int(w->db, "SELECT no FROM t", DB_NONE, &n, &w->err),
	    &w->err, ERR_INTERNAL);
}

static void
test_conflict(void **state)
{
	struct world *w = *state;
	const struct db_value *args =
	    DB_ARGS(DB_INT(1), DB_NULL, DB_TEXT("same"), DB_NULL);

	assert_int_equal(db_run(w->db, insert, args, &w->err), 1);
	assert_err(
	    (int)db_run(w->db, insert, args, &w->err), &w->err, ERR_CONFLICT);
	assert_non_null(strstr(w->err.text, "t.x"));
	/* The statement is fit for use again. */
	assert_int_equal(
	    db_run(w->db, insert,
		DB_ARGS(DB_INT(1), DB_NULL, DB_TEXT("other"), DB_NULL),
		&w->err),
	    1);
}

/* The same statement inside its own rows. */
static void
test_nested(void **state)
{
	struct world *w = *state;
	struct db_rows outer, inner;
	int i, n = 0;

	for (i = 0; i < 3; i++)
		assert_int_equal(
		    db_run(w->db, insert_number, DB_ARGS(DB_INT(i)), &w->err),
		    1);
	assert_ok(db_query(w->db, read_all, DB_NONE, &outer, &w->err), &w->err);
	while (db_next(&outer, &w->err) == 1) {
		assert_ok(db_query(w->db, read_all, DB_NONE, &inner, &w->err),
		    &w->err);
		while (db_next(&inner, &w->err) == 1)
			n++;
	}
	assert_int_equal(n, 9);
}

static int64_t
count_rows(struct world *w)
{
	int64_t n = -1;

	assert_int_equal(db_get_int(w->reader, "SELECT COUNT(*) FROM t",
			     DB_NONE, &n, &w->err),
	    1);
	return n;
}

/* One begun inside another is a part of it. */
static void
test_inner_transactions(void **state)
{
	struct world *w = *state;

	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_int_equal(
	    db_run(w->db, insert_number, DB_ARGS(DB_INT(1)), &w->err), 1);
	assert_ok(db_commit(w->db, &w->err), &w->err);
	assert_int_equal(count_rows(w), 0);
	assert_ok(db_commit(w->db, &w->err), &w->err);
	assert_int_equal(count_rows(w), 1);
	/* What fails inside ends all. */
	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_int_equal(
	    db_run(w->db, insert_number, DB_ARGS(DB_INT(2)), &w->err), 1);
	assert_ok(db_begin(w->db, &w->err), &w->err);
	db_rollback(w->db);
	assert_err(db_commit(w->db, &w->err), &w->err, ERR_INTERNAL);
	assert_int_equal(count_rows(w), 1);
	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_ok(db_commit(w->db, &w->err), &w->err);
}

static void
test_transactions(void **state)
{
	struct world *w = *state;
	int64_t n;

	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_int_equal(
	    db_run(w->db, insert_number, DB_ARGS(DB_INT(1)), &w->err), 1);
	assert_int_equal(
	    db_get_int(w->reader, count_all, DB_NONE, &n, &w->err), 1);
	assert_int_equal(n, 0);
	db_rollback(w->db);
	db_rollback(w->db);
	assert_int_equal(db_get_int(w->db, count_all, DB_NONE, &n, &w->err), 1);
	assert_int_equal(n, 0);
	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_int_equal(
	    db_run(w->db, insert_number, DB_ARGS(DB_INT(1)), &w->err), 1);
	assert_ok(db_commit(w->db, &w->err), &w->err);
	assert_int_equal(
	    db_get_int(w->reader, count_all, DB_NONE, &n, &w->err), 1);
	assert_int_equal(n, 1);
	assert_err(db_commit(w->db, &w->err), &w->err, ERR_INTERNAL);
	db_release(w->db);
	db_release(w->db);
	/* Closing a handle undoes what it left open. */
	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_int_equal(
	    db_run(w->db, insert_number, DB_ARGS(DB_INT(1)), &w->err), 1);
	db_close(w->db);
	w->db = db_open(w->write_pool);
	assert_int_equal(db_get_int(w->db, count_all, DB_NONE, &n, &w->err), 1);
	assert_int_equal(n, 1);
}

static int64_t
count(struct world *w, struct db *db)
{
	int64_t n = -1;

	assert_int_equal(db_get_int(db, count_all, DB_NONE, &n, &w->err), 1);
	return n;
}

/* One state until it is released, whoever writes meanwhile. */
static void
test_snapshot(void **state)
{
	struct world *w = *state;
	struct db *snapshot = db_open_snapshot(w->read_pool);
	int64_t n;

	assert_int_equal(count(w, snapshot), 0);
	assert_int_equal(
	    db_run(w->db, insert_number, DB_ARGS(DB_INT(1)), &w->err), 1);
	assert_int_equal(count(w, snapshot), 0);
	db_release(snapshot);
	assert_int_equal(count(w, snapshot), 1);
	assert_err(db_run(snapshot, insert_number, DB_ARGS(DB_INT(1)), &w->err),
	    &w->err, ERR_INTERNAL);
	/* It ends with its handle, and the connection is as before. */
	db_close(snapshot);
	assert_int_equal(
	    db_run(w->db, insert_number, DB_ARGS(DB_INT(2)), &w->err), 1);
	assert_int_equal(
	    db_get_int(w->reader, sum_all, DB_NONE, &n, &w->err), 1);
	assert_int_equal(n, 3);
}

static void
test_reader_cannot_write(void **state)
{
	static const char *const attempts[] = {
		"INSERT INTO t (i) VALUES (1)",
		"UPDATE t SET i = 2",
		"DELETE FROM t",
		"DROP TABLE t",
		"CREATE TABLE u (i INTEGER)",
		"PRAGMA user_version = 5",
	};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < COUNT_OF(attempts); i++)
		assert_err(
		    (int)db_run(w->reader, attempts[i], DB_NONE, &w->err),
		    &w->err, ERR_INTERNAL);
	assert_err(db_begin(w->reader, &w->err), &w->err, ERR_INTERNAL);
}

/* A second connection holds the write lock: reading goes on, writing waits and
 * gives up, and works as soon as the lock is free. */
static void
test_busy(void **state)
{
	struct world *w = *state;
	struct db *other = db_open(w->write_pool);
	int64_t started, n;

	assert_ok(db_begin(other, &w->err), &w->err);
	assert_int_equal(db_get_int(w->db, count_all, DB_NONE, &n, &w->err), 1);
	started = clock_mono_ms();
	assert_err(
	    (int)db_run(w->db, insert_number, DB_ARGS(DB_INT(1)), &w->err),
	    &w->err, ERR_DATABASE_BUSY);
	assert_true(clock_mono_ms() - started >= 4500);
	db_rollback(other);
	assert_int_equal(
	    db_run(w->db, insert_number, DB_ARGS(DB_INT(1)), &w->err), 1);
	db_close(other);
}

struct load {
	struct db_pool *pool;
	int rounds;
	int failed;
};

/* Adds one in a transaction and gives the connection back. */
static bool
add_once(struct db *db, struct err *err)
{
	bool ok;

	*err = (struct err){ .code = ERR_NONE };
	ok = db_begin(db, err) == 0 && db_run(db, add_one, DB_NONE, err) == 1 &&
	    db_commit(db, err) == 0;
	db_rollback(db);
	db_release(db);
	return ok;
}

/* Who was told to come again, as a slow machine may tell, does so. */
static void *
count_up(void *arg)
{
	struct load *load = arg;
	struct db *db = db_open(load->pool);
	struct err err;
	int i;

	for (i = 0; i < load->rounds; i++) {
		while (!add_once(db, &err)) {
			if (err.code == ERR_DATABASE_BUSY)
				continue;
			fprintf(stderr, "%s\n", err.text);
			load->failed++;
			break;
		}
	}
	db_close(db);
	return NULL;
}

/* 8 connections serve 32 threads; nothing is lost. */
static void
test_threads(void **state)
{
	struct world *w = *state;
	struct load loads[32];
	pthread_t threads[32];
	int64_t n;
	int i;

	assert_int_equal(
	    db_run(w->db, insert_number, DB_ARGS(DB_INT(0)), &w->err), 1);
	db_release(w->db);
	for (i = 0; i < 32; i++) {
		loads[i] = (struct load){ .pool = w->write_pool, .rounds = 20 };
		assert_int_equal(
		    pthread_create(&threads[i], NULL, count_up, &loads[i]), 0);
	}
	for (i = 0; i < 32; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(loads[i].failed, 0);
	}
	assert_int_equal(db_get_int(w->db, read_one, DB_NONE, &n, &w->err), 1);
	assert_int_equal(n, 32 * 20);
}

/* All connections in use: whoever comes next waits, then is told. */
static void
test_pool_exhausted(void **state)
{
	struct world *w = *state;
	struct db_pool *pool =
	    db_pool_new(w->database, DB_READ, 1, true, &w->err);
	struct db *first, *second;
	int64_t n;

	assert_non_null(pool);
	first = db_open(pool);
	second = db_open(pool);
	assert_int_equal(db_get_int(first, count_all, DB_NONE, &n, &w->err), 1);
	assert_err(db_get_int(second, count_all, DB_NONE, &n, &w->err), &w->err,
	    ERR_DATABASE_BUSY);
	db_release(first);
	assert_int_equal(
	    db_get_int(second, count_all, DB_NONE, &n, &w->err), 1);
	db_close(first);
	db_close(second);
	db_pool_free(pool);
	db_pool_free(NULL);
	db_close(NULL);
}

static void
assert_pool_fails(struct world *w, const char *path, enum err_code code)
{
	w->err.code = ERR_NONE;
	assert_null(db_pool_new(path, DB_READ, 1, true, &w->err));
	assert_string_equal(err_name(w->err.code), err_name(code));
	w->err.code = ERR_NONE;
	assert_null(db_pool_new(path, DB_WRITE, 1, true, &w->err));
	assert_string_equal(err_name(w->err.code), err_name(code));
}

static void
test_open_errors(void **state)
{
	struct world *w = *state;
	const char *path = arena_printf(w->arena, "%s/x.db", w->dir);
	char noise[8192];

	assert_pool_fails(w, path, ERR_NOT_FOUND);
	assert_ok(fs_write(path, "", 0, 0600, &w->err), &w->err);
	assert_pool_fails(w, path, ERR_DATABASE_UPGRADING);
	memset(noise, 'x', sizeof(noise));
	assert_ok(fs_write(path, noise, sizeof(noise), 0600, &w->err), &w->err);
	assert_pool_fails(w, path, ERR_DATABASE_DAMAGED);
	assert_int_equal(db_run(w->db,
			     "INSERT INTO migration (number, name, sha256, "
			     "applied_at) VALUES (9999, 'x', 'x', 0)",
			     DB_NONE, &w->err),
	    1);
	assert_pool_fails(w, w->database, ERR_DATABASE_NEWER);
	assert_int_equal(
	    db_run(w->db, "DELETE FROM migration", DB_NONE, &w->err) > 0, 1);
	assert_pool_fails(w, w->database, ERR_DATABASE_UPGRADING);
}

/* A page of a table overwritten under a database in use: an error, no crash. */
static void
test_damaged_page(void **state)
{
	struct world *w = *state;
	struct db_pool *pool;
	struct db *db;
	char noise[4096];
	FILE *file;
	int64_t n;
	int i, root;

	for (i = 0; i < 500; i++)
		assert_int_equal(
		    db_run(w->db, insert_number, DB_ARGS(DB_INT(i)), &w->err),
		    1);
	assert_int_equal(db_get_int(w->db,
			     "SELECT rootpage FROM sqlite_schema "
			     "WHERE name = 't'",
			     DB_NONE, &n, &w->err),
	    1);
	root = (int)n;
	assert_ok(db_checkpoint(w->db, &w->err), &w->err);
	memset(noise, 0xa5, sizeof(noise));
	file = fopen(w->database, "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, (root - 1) * 4096L, SEEK_SET), 0);
	assert_int_equal(fwrite(noise, sizeof(noise), 1, file), 1);
	fclose(file);
	pool = db_pool_new(w->database, DB_READ, 1, true, &w->err);
	assert_non_null(pool);
	db = db_open(pool);
	assert_err(db_get_int(db, sum_all, DB_NONE, &n, &w->err), &w->err,
	    ERR_DATABASE_DAMAGED);
	db_close(db);
	db_pool_free(pool);
	assert_err(
	    db_check(w->database, &w->err), &w->err, ERR_DATABASE_DAMAGED);
}

/* No room: the code says so, what was committed stays, and with room again
 * writing goes on. */
static void
test_full(void **state)
{
	static const char grow[] =
	    "INSERT INTO t (b) VALUES (zeroblob(100000))";
	struct world *w = *state;
	int64_t before, n;
	int i, code = 0;

	assert_int_equal(
	    db_run(w->db, insert_number, DB_ARGS(DB_INT(1)), &w->err), 1);
	assert_int_equal(
	    db_run(w->db, "PRAGMA max_page_count = 200", DB_NONE, &w->err), 0);
	assert_ok(db_begin(w->db, &w->err), &w->err);
	for (i = 0; i < 100 && code == 0; i++)
		if (db_run(w->db, grow, DB_NONE, &w->err) == -1)
			code = (int)w->err.code;
	assert_string_equal(
	    err_name((enum err_code)code), err_name(ERR_DISK_FULL));
	db_rollback(w->db);
	assert_int_equal(
	    db_get_int(w->db, count_all, DB_NONE, &before, &w->err), 1);
	assert_int_equal(before, 1);
	assert_int_equal(
	    db_run(w->db, "PRAGMA max_page_count = 100000", DB_NONE, &w->err),
	    0);
	assert_int_equal(db_run(w->db, grow, DB_NONE, &w->err), 1);
	assert_int_equal(db_get_int(w->db, count_all, DB_NONE, &n, &w->err), 1);
	assert_int_equal(n, 2);
}

static void
query_wrongly(struct world *w)
{
	(void)!db_run(w->db, insert_number, DB_NONE, &w->err);
}

static void
release_early(struct world *w)
{
	if (db_begin(w->db, &w->err) == 0)
		db_release(w->db);
}

/* Mistakes of the program end it. */
static void
test_die(void **state)
{
	void (*const deadly[])(
	    struct world *) = { query_wrongly, release_early };
	struct world *w = *state;
	size_t i;
	int status;
	pid_t child;

	/* SQLite's connections may not be carried over a fork. */
	db_close(w->db);
	db_pool_free(w->write_pool);
	w->db = NULL;
	for (i = 0; i < COUNT_OF(deadly); i++) {
		w->write_pool = NULL;
		child = fork();
		if (child == 0) {
			signal(SIGABRT, SIG_DFL);
			close(STDERR_FILENO);
			w->write_pool = db_pool_new(
			    w->database, DB_WRITE, 1, true, &w->err);
			if (w->write_pool == NULL)
				_exit(1);
			w->db = db_open(w->write_pool);
			deadly[i](w);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGABRT);
	}
}

/* Idle handlers lie around by the dozen. */
static void
test_connections_are_small(void **state)
{
	struct world *w = *state;
	struct db_rows rows;

	assert_ok(db_query(w->db, "PRAGMA cache_size", DB_NONE, &rows, &w->err),
	    &w->err);
	assert_int_equal(db_next(&rows, &w->err), 1);
	assert_in_range(-db_int(&rows, 0), 1, 1024); /* KiB */
	db_done(&rows);
	assert_ok(
	    db_query(w->db, "PRAGMA journal_mode", DB_NONE, &rows, &w->err),
	    &w->err);
	assert_int_equal(db_next(&rows, &w->err), 1);
	assert_string_equal(db_text(&rows, 0, w->arena), "wal");
	db_done(&rows);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_values),
		TEST(test_get_int),
		TEST(test_conflict),
		TEST(test_nested),
		TEST(test_transactions),
		TEST(test_inner_transactions),
		TEST(test_snapshot),
		TEST(test_reader_cannot_write),
		TEST(test_busy),
		TEST(test_threads),
		TEST(test_pool_exhausted),
		TEST(test_open_errors),
		TEST(test_damaged_page),
		TEST(test_full),
		TEST(test_die),
		TEST(test_connections_are_small),
	};

	return cmocka_run_group_tests_name("db/db", tests, NULL, NULL);
}
