/* Migrations, backup, restore, check. */
#include "tests/unit/helpers.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "lib/base/str.h"

static int
newest(void)
{
	int i, number = 0;

	for (i = 0; db_migrations[i].number != 0; i++)
		number = db_migrations[i].number;
	return number;
}

static int
count_files(const char *folder, const char *suffix)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int n = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		n += entry->d_name[0] != '.' && str_ends(entry->d_name, suffix);
	if (dir != NULL)
		closedir(dir);
	return n;
}

static void
run(struct world *w, const char *sql)
{
	struct db_pool *pool =
	    db_pool_new(w->database, DB_WRITE, 1, false, &w->err);
	struct db *db;

	if (pool == NULL)
		fail_msg("%s", w->err.text);
	db = db_open(pool);
	if (db_run(db, sql, DB_NONE, &w->err) == -1)
		fail_msg("%s: %s", sql, w->err.text);
	db_close(db);
	db_pool_free(pool);
}

static int64_t
ask(struct world *w, const char *sql)
{
	struct db_pool *pool =
	    db_pool_new(w->database, DB_READ, 1, false, &w->err);
	struct db *db;
	int64_t n = -1;

	if (pool == NULL)
		fail_msg("%s", w->err.text);
	db = db_open(pool);
	if (db_get_int(db, sql, DB_NONE, &n, &w->err) != 1)
		fail_msg("%s: %s", sql, w->err.text);
	db_close(db);
	db_pool_free(pool);
	return n;
}

static void
migrate(struct world *w, int wanted)
{
	int applied = -1;

	assert_ok(
	    db_migrate(w->database, w->backups, &applied, &w->err), &w->err);
	assert_int_equal(applied, wanted);
}

static void
test_embedded(void **state)
{
	int i;

	(void)state;
	for (i = 0; db_migrations[i].number != 0; i++) {
		assert_int_equal(db_migrations[i].number, i + 1);
		assert_int_equal(strlen(db_migrations[i].sha256), 64);
		assert_true(strlen(db_migrations[i].sql) > 0);
	}
	assert_true(i > 0);
}

static void
test_migrate(void **state)
{
	struct world *w = *state;
	struct stat st;
	int version = -1;

	assert_err(db_schema_version(w->database, &version, &w->err), &w->err,
	    ERR_NOT_FOUND);
	migrate(w, newest());
	assert_int_equal(stat(w->database, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_ok(db_schema_version(w->database, &version, &w->err), &w->err);
	assert_int_equal(version, newest());
	migrate(w, 0);
	/* There was nothing to lose. */
	assert_int_equal(count_files(w->backups, ".db"), 0);
	assert_ok(db_check(w->database, &w->err), &w->err);
}

static void
test_hash_changed(void **state)
{
	struct world *w = *state;
	int applied;

	migrate(w, newest());
	run(w, "UPDATE migration SET sha256 = 'other' WHERE number = 1");
	assert_err(db_migrate(w->database, w->backups, &applied, &w->err),
	    &w->err, ERR_CORRUPT);
	assert_non_null(strstr(w->err.text, db_migrations[0].name));
}

static void
test_newer(void **state)
{
	struct world *w = *state;
	int applied, version;

	migrate(w, newest());
	run(w,
	    "INSERT INTO migration (number, name, sha256, applied_at) "
	    "VALUES (9999, 'later', 'x', 0)");
	assert_err(db_migrate(w->database, w->backups, &applied, &w->err),
	    &w->err, ERR_DATABASE_NEWER);
	assert_ok(db_schema_version(w->database, &version, &w->err), &w->err);
	assert_int_equal(version, 9999);
}

/* An old database that cannot be brought forward stays as it was, and has a
 * backup. */
static void
test_failing_migration(void **state)
{
	struct world *w = *state;
	int applied, version;

	assert_ok(fs_write(w->database, "", 0, 0600, &w->err), &w->err);
	run(w, "CREATE TABLE season (mine TEXT) STRICT");
	run(w, "INSERT INTO season VALUES ('precious')");
	assert_err(db_migrate(w->database, w->backups, &applied, &w->err),
	    &w->err, ERR_INTERNAL);
	assert_non_null(strstr(w->err.text, db_migrations[0].name));
	assert_int_equal(applied, 0);
	assert_ok(db_schema_version(w->database, &version, &w->err), &w->err);
	assert_int_equal(version, 0);
	assert_int_equal(ask(w, "SELECT COUNT(*) FROM sqlite_schema"), 1);
	assert_int_equal(ask(w, "SELECT COUNT(*) FROM season"), 1);
}

static void *
migrate_too(void *arg)
{
	struct world *w = arg;
	struct err err;
	int *applied = malloc(sizeof(*applied));

	if (applied != NULL &&
	    db_migrate(w->database, w->backups, applied, &err) == -1) {
		fprintf(stderr, "%s\n", err.text);
		*applied = -1000;
	}
	return applied;
}

/* Programs that start at once take turns; each migration runs once. */
static void
test_concurrent(void **state)
{
	struct world *w = *state;
	pthread_t threads[8];
	void *applied;
	int i, total = 0;

	for (i = 0; i < 8; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, migrate_too, w), 0);
	for (i = 0; i < 8; i++) {
		pthread_join(threads[i], &applied);
		assert_non_null(applied);
		total += *(int *)applied;
		free(applied);
	}
	assert_int_equal(total, newest());
	assert_int_equal(ask(w, "SELECT COUNT(*) FROM migration"), newest());
}

static const char add_setting[] = "INSERT INTO setting (name, value, "
				  "updated_at) VALUES ('a.b', 'x', 0)";
static const char count_settings[] = "SELECT COUNT(*) FROM setting";

static void
test_backup_and_restore(void **state)
{
	struct world *w = *state;
	const char *to = arena_printf(w->arena, "%s/b.db", w->dir);
	struct stat st;

	migrate(w, newest());
	run(w, add_setting);
	assert_ok(db_backup(w->database, to, &w->err), &w->err);
	assert_int_equal(stat(to, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* It stands alone, without a journal. */
	assert_false(fs_exists(arena_printf(w->arena, "%s-wal", to)));
	assert_int_equal(count_files(w->dir, ".part"), 0);
	assert_int_equal(count_files(w->dir, ".part-wal"), 0);
	assert_err(db_backup(w->database, to, &w->err), &w->err, ERR_CONFLICT);
	run(w, "DELETE FROM setting");
	assert_int_equal(ask(w, count_settings), 0);
	assert_ok(db_restore(to, w->database, &w->err), &w->err);
	assert_int_equal(ask(w, count_settings), 1);
	assert_ok(db_check(w->database, &w->err), &w->err);
	assert_true(fs_exists(to));
	migrate(w, 0);
}

static void
test_restore_keeps_old(void **state)
{
	struct world *w = *state;
	const char *to = arena_printf(w->arena, "%s/b.db", w->dir);
	struct dirent *entry;
	int n = 0;
	DIR *dir;

	migrate(w, newest());
	assert_ok(db_backup(w->database, to, &w->err), &w->err);
	run(w, add_setting);
	assert_ok(db_restore(to, w->database, &w->err), &w->err);
	assert_int_equal(ask(w, count_settings), 0);
	dir = opendir(w->dir);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (!str_starts(entry->d_name, "miauflix.db.replaced-"))
			continue;
		n++;
		assert_true(
		    snprintf(w->database, sizeof(w->database), "%s/%s", w->dir,
			entry->d_name) < (int)sizeof(w->database));
		assert_int_equal(ask(w, count_settings), 1);
	}
	closedir(dir);
	assert_int_equal(n, 1);
}

static void
test_restore_refused(void **state)
{
	struct world *w = *state;
	const char *to = arena_printf(w->arena, "%s/b.db", w->dir);
	const char *bad = arena_printf(w->arena, "%s/bad.db", w->dir);
	struct db_pool *pool;

	migrate(w, newest());
	run(w, add_setting);
	assert_ok(db_backup(w->database, to, &w->err), &w->err);
	assert_ok(fs_write(bad, "not a database, though long enough for one",
		      42, 0600, &w->err),
	    &w->err);
	assert_err(db_restore(bad, w->database, &w->err), &w->err,
	    ERR_DATABASE_DAMAGED);
	assert_ok(fs_write(bad, "", 0, 0600, &w->err), &w->err);
	assert_err(db_restore(bad, w->database, &w->err), &w->err,
	    ERR_DATABASE_DAMAGED);
	assert_err(db_restore("/nonexistent.db", w->database, &w->err), &w->err,
	    ERR_NOT_FOUND);
	/* Somebody has it open. */
	pool = db_pool_new(w->database, DB_READ, 1, true, &w->err);
	assert_non_null(pool);
	assert_err(db_restore(to, w->database, &w->err), &w->err, ERR_CONFLICT);
	db_pool_free(pool);
	assert_int_equal(ask(w, count_settings), 1);
}

/* A damaged database is what a restore is for. */
static void
test_restore_over_damage(void **state)
{
	struct world *w = *state;
	const char *to = arena_printf(w->arena, "%s/b.db", w->dir);

	migrate(w, newest());
	run(w, add_setting);
	assert_ok(db_backup(w->database, to, &w->err), &w->err);
	assert_ok(
	    fs_write(w->database, "garbage garbage garbage", 23, 0600, &w->err),
	    &w->err);
	assert_err(
	    db_check(w->database, &w->err), &w->err, ERR_DATABASE_DAMAGED);
	assert_ok(db_restore(to, w->database, &w->err), &w->err);
	assert_int_equal(ask(w, count_settings), 1);
}

/* A row that points nowhere is found, though every page is sound. */
static void
test_check_references(void **state)
{
	struct world *w = *state;
	struct db_pool *pool;
	struct db *db;

	migrate(w, newest());
	pool = db_pool_new(w->database, DB_WRITE, 1, true, &w->err);
	assert_non_null(pool);
	db = db_open(pool);
	assert_err((int)db_run(db,
		       "INSERT INTO season (title_id, number, name) "
		       "VALUES (77, 1, 'x')",
		       DB_NONE, &w->err),
	    &w->err, ERR_CONFLICT);
	assert_int_equal(
	    db_run(db, "PRAGMA foreign_keys = OFF", DB_NONE, &w->err), 0);
	assert_int_equal(db_run(db,
			     "INSERT INTO season (title_id, number, name) "
			     "VALUES (77, 2, 'x')",
			     DB_NONE, &w->err),
	    1);
	db_close(db);
	db_pool_free(pool);
	assert_err(
	    db_check(w->database, &w->err), &w->err, ERR_DATABASE_DAMAGED);
	assert_non_null(strstr(w->err.text, "season"));
}

static void
test_prune(void **state)
{
	struct world *w = *state;
	struct timespec times[2] = { { 0 } };
	char path[WORLD_PATH_MAX + 80];
	int i;

	assert_ok(db_backup_prune(w->backups, 3, &w->err), &w->err);
	assert_ok(fs_mkdirs(w->backups, 0700, &w->err), &w->err);
	for (i = 0; i < 6; i++) {
		/* The newest by time is not the last by name. */
		snprintf(
		    path, sizeof(path), "%s/miauflix-%d.db", w->backups, 9 - i);
		assert_ok(fs_write(path, "x", 1, 0600, &w->err), &w->err);
		times[0].tv_sec = times[1].tv_sec = 1000 + i;
		assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	}
	snprintf(path, sizeof(path), "%s/precious.db", w->backups);
	assert_ok(fs_write(path, "x", 1, 0600, &w->err), &w->err);
	assert_ok(db_backup_prune(w->backups, 2, &w->err), &w->err);
	assert_int_equal(count_files(w->backups, ".db"), 3);
	assert_true(fs_exists(path));
	snprintf(path, sizeof(path), "%s/miauflix-4.db", w->backups);
	assert_true(fs_exists(path));
	snprintf(path, sizeof(path), "%s/miauflix-5.db", w->backups);
	assert_true(fs_exists(path));
}

/* A process killed in the middle of a transaction leaves nothing of it. */
static void
test_killed(void **state)
{
	struct world *w = *state;
	int ready[2], status;
	char byte;
	pid_t child;

	migrate(w, newest());
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		struct db_pool *pool =
		    db_pool_new(w->database, DB_WRITE, 1, true, &w->err);
		struct db *db = pool == NULL ? NULL : db_open(pool);

		if (db == NULL || db_begin(db, &w->err) == -1 ||
		    db_run(db, add_setting, DB_NONE, &w->err) != 1 ||
		    write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	close(ready[0]);
	close(ready[1]);
	assert_int_equal(ask(w, count_settings), 0);
	run(w, add_setting);
	assert_ok(db_check(w->database, &w->err), &w->err);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, folder_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_embedded),
		TEST(test_migrate),
		TEST(test_hash_changed),
		TEST(test_newer),
		TEST(test_failing_migration),
		TEST(test_concurrent),
		TEST(test_backup_and_restore),
		TEST(test_restore_keeps_old),
		TEST(test_restore_refused),
		TEST(test_restore_over_damage),
		TEST(test_check_references),
		TEST(test_prune),
		TEST(test_killed),
	};

	return cmocka_run_group_tests_name("db/admin", tests, NULL, NULL);
}
