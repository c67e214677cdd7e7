/*
 * The pool of connections and the statements that run on them. A handle takes a
 * connection late and whoever has none waits for a free one, so a process needs
 * far fewer connections than threads.
 */
#include "lib/db/db.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/db/admin.h"
#include "lib/db/conn.h"

struct db_pool {
	char *path;
	enum db_mode mode;
	int max;
	bool check_schema;
	pthread_mutex_t lock;
	pthread_cond_t freed;
	struct db_conn *idle;
	int n_open;    /* idle or in use */
	int n_handles; /* struct db that are alive */
};

struct db {
	struct db_pool *pool;
	struct db_conn *conn; /* NULL until needed */
	int n_rows;           /* open rows */
	int depth;            /* transactions begun inside one another */
	bool is_snapshot;     /* db_open_snapshot */
};

void
db_init(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int
check_schema(struct db_conn *conn, struct err *err)
{
	int64_t version, newest = 0;
	size_t i;

	for (i = 0; db_migrations[i].number != 0; i++)
		newest = db_migrations[i].number;
	if (db_conn_version(conn, &version, err) == -1)
		return -1;
	if (version < newest)
		return err_set(err, ERR_DATABASE_UPGRADING,
		    "The database has schema %lld, this program needs %lld.",
		    (long long)version, (long long)newest);
	if (version > newest)
		return db_conn_newer(version, newest, err);
	return 0;
}

static struct db_conn *
open_checked(const struct db_pool *pool, struct err *err)
{
	struct db_conn *conn = db_conn_open(pool->path, pool->mode, err);

	if (conn == NULL || !pool->check_schema || check_schema(conn, err) == 0)
		return conn;
	db_conn_close(conn);
	return NULL;
}

struct db_pool *
db_pool_new(
    const char *path, enum db_mode mode, int max, bool check, struct err *err)
{
	struct db_pool *pool = mem_calloc(1, sizeof(*pool));
	pthread_condattr_t attr;

	pool->path = mem_strdup(path);
	pool->mode = mode;
	pool->max = max > 0 ? max : 1;
	pool->check_schema = check;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&pool->freed, &attr);
	pthread_condattr_destroy(&attr);
	pool->idle = open_checked(pool, err);
	if (pool->idle == NULL) {
		db_pool_free(pool);
		return NULL;
	}
	pool->n_open = 1;
	return pool;
}

void
db_pool_free(struct db_pool *pool)
{
	struct db_conn *conn;

	if (pool == NULL)
		return;
	if (pool->n_handles > 0)
		die("a database pool is freed with %d open handles",
		    pool->n_handles);
	while ((conn = pool->idle) != NULL) {
		pool->idle = conn->next;
		db_conn_close(conn);
	}
	pthread_cond_destroy(&pool->freed);
	pthread_mutex_destroy(&pool->lock);
	free(pool->path);
	free(pool);
}

struct db *
db_open(struct db_pool *pool)
{
	struct db *db = mem_calloc(1, sizeof(*db));

	db->pool = pool;
	pthread_mutex_lock(&pool->lock);
	pool->n_handles++;
	pthread_mutex_unlock(&pool->lock);
	return db;
}

struct db *
db_open_snapshot(struct db_pool *pool)
{
	struct db *db = db_open(pool);

	if (pool->mode != DB_READ)
		die("a snapshot is for reading");
	db->is_snapshot = true;
	return db;
}

static void
deadline_after(struct timespec *at, int ms)
{
	clock_gettime(CLOCK_MONOTONIC, at);
	at->tv_sec += ms / 1000;
	at->tv_nsec += ms % 1000 * 1000000L;
	if (at->tv_nsec >= 1000000000L) {
		at->tv_sec++;
		at->tv_nsec -= 1000000000L;
	}
}

/* Waits until a connection is free or one more may be opened; *conn NULL then.
 * The lock is held. */
static int
wait_for_turn(struct db_pool *pool, struct db_conn **conn, struct err *err)
{
	struct timespec until;

	deadline_after(&until, DB_PATIENCE_MS);
	while (pool->idle == NULL && pool->n_open >= pool->max)
		if (pthread_cond_timedwait(&pool->freed, &pool->lock, &until) ==
			ETIMEDOUT &&
		    pool->idle == NULL && pool->n_open >= pool->max)
			return err_set(err, ERR_DATABASE_BUSY,
			    "All database connections are in use.");
	*conn = pool->idle;
	if (*conn != NULL)
		pool->idle = (*conn)->next;
	else
		pool->n_open++;
	return 0;
}

struct db_conn *
db_attach(struct db *db, struct err *err)
{
	struct db_pool *pool = db->pool;
	int result;

	if (db->conn != NULL)
		return db->conn;
	pthread_mutex_lock(&pool->lock);
	result = wait_for_turn(pool, &db->conn, err);
	pthread_mutex_unlock(&pool->lock);
	if (result == -1 || db->conn != NULL)
		return db->conn;
	db->conn = open_checked(pool, err);
	if (db->conn != NULL)
		return db->conn;
	pthread_mutex_lock(&pool->lock);
	pool->n_open--;
	pthread_cond_signal(&pool->freed);
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

static bool
in_transaction(const struct db *db)
{
	return db->conn != NULL && !sqlite3_get_autocommit(db->conn->handle);
}

static struct db_stmt *prepare(
    struct db_conn *conn, const char *sql, struct err *err);

/* Runs one of the words around a transaction, prepared like all others. */
static int
run_word(struct db_conn *conn, const char *word, struct err *err)
{
	struct db_stmt *stmt = prepare(conn, word, err);
	int rc;

	if (stmt == NULL)
		return -1;
	rc = sqlite3_step(stmt->stmt);
	sqlite3_reset(stmt->stmt);
	return rc == SQLITE_DONE ? 0 : db_conn_fail(conn, rc, err);
}

static const char begin_word[] = "BEGIN", end_word[] = "COMMIT";

/* A snapshot begins with its first statement. */
static int
begin_snapshot(struct db *db, struct err *err)
{
	if (!db->is_snapshot || in_transaction(db))
		return 0;
	return run_word(db->conn, begin_word, err);
}

static void
end_snapshot(struct db *db)
{
	struct err err;

	if (db->is_snapshot && in_transaction(db) && db->n_rows == 0 &&
	    run_word(db->conn, end_word, &err) == -1)
		db_rollback(db);
}

void
db_release(struct db *db)
{
	struct db_pool *pool = db->pool;

	if (db->conn == NULL)
		return;
	end_snapshot(db);
	if (db->n_rows > 0 || in_transaction(db))
		die("a database connection is given back while in use");
	pthread_mutex_lock(&pool->lock);
	db->conn->next = pool->idle;
	pool->idle = db->conn;
	db->conn = NULL;
	pthread_cond_signal(&pool->freed);
	pthread_mutex_unlock(&pool->lock);
}

void
db_close(struct db *db)
{
	struct db_pool *pool;

	if (db == NULL)
		return;
	pool = db->pool;
	if (!db->is_snapshot)
		db_rollback(db);
	db_release(db);
	free(db);
	pthread_mutex_lock(&pool->lock);
	pool->n_handles--;
	pthread_mutex_unlock(&pool->lock);
}

/* The connection's statement of that text, prepared once. One whose rows are
 * open is not disturbed; it gets a twin. */
static struct db_stmt *
prepare(struct db_conn *conn, const char *sql, struct err *err)
{
	struct db_stmt *stmt;
	sqlite3_stmt *prepared;
	size_t i;
	int rc;

	for (i = 0; i < conn->n_stmts; i++)
		if (conn->stmts[i]->sql == sql && !conn->stmts[i]->is_busy)
			return conn->stmts[i];
	rc = sqlite3_prepare_v3(
	    conn->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, NULL);
	if (rc != SQLITE_OK) {
		db_conn_fail(conn, rc, err);
		return NULL;
	}
	stmt = mem_calloc(1, sizeof(*stmt));
	stmt->sql = sql;
	stmt->stmt = prepared;
	conn->stmts =
	    mem_realloc(conn->stmts, conn->n_stmts + 1, sizeof(*conn->stmts));
	conn->stmts[conn->n_stmts++] = stmt;
	return stmt;
}

static int
bind_value(sqlite3_stmt *stmt, int place, const struct db_value *value)
{
	switch (value->type) {
	case DB_VALUE_INT:
		return sqlite3_bind_int64(stmt, place, value->integer);
	case DB_VALUE_REAL:
		return sqlite3_bind_double(stmt, place, value->real);
	case DB_VALUE_TEXT:
		return sqlite3_bind_text(
		    stmt, place, value->bytes, -1, SQLITE_TRANSIENT);
	case DB_VALUE_BLOB:
		return sqlite3_bind_blob64(
		    stmt, place, value->bytes, value->len, SQLITE_TRANSIENT);
	case DB_VALUE_NULL:
	case DB_VALUE_END:
		break;
	}
	return sqlite3_bind_null(stmt, place);
}

int
db_query(struct db *db, const char *sql, const struct db_value *args,
    struct db_rows *rows, struct err *err)
{
	struct db_stmt *stmt;
	int n, rc;

	*rows = (struct db_rows){ .db = db };
	if (db_attach(db, err) == NULL || begin_snapshot(db, err) == -1)
		return -1;
	stmt = prepare(db->conn, sql, err);
	if (stmt == NULL)
		return -1;
	for (n = 0; args[n].type != DB_VALUE_END; n++) {
		rc = bind_value(stmt->stmt, n + 1, &args[n]);
		if (rc == SQLITE_RANGE)
			break;
		if (rc != SQLITE_OK)
			return db_conn_fail(db->conn, rc, err);
	}
	if (args[n].type != DB_VALUE_END ||
	    n != sqlite3_bind_parameter_count(stmt->stmt))
		die("wrong number of parameters for: %s", sql);
	stmt->is_busy = true;
	db->n_rows++;
	rows->stmt = stmt;
	return 0;
}

int
db_next(struct db_rows *rows, struct err *err)
{
	int rc, result;

	if (rows->stmt == NULL)
		return 0;
	rc = sqlite3_step(rows->stmt->stmt);
	if (rc == SQLITE_ROW)
		return 1;
	result = rc == SQLITE_DONE ? 0 : db_conn_fail(rows->db->conn, rc, err);
	db_done(rows);
	return result;
}

void
db_done(struct db_rows *rows)
{
	if (rows->stmt == NULL)
		return;
	sqlite3_reset(rows->stmt->stmt);
	sqlite3_clear_bindings(rows->stmt->stmt);
	rows->stmt->is_busy = false;
	rows->stmt = NULL;
	rows->db->n_rows--;
}

int64_t
db_run(struct db *db, const char *sql, const struct db_value *args,
    struct err *err)
{
	struct db_rows rows;
	int64_t n_changed = 0;
	bool changes;
	int got;

	if (db_query(db, sql, args, &rows, err) == -1)
		return -1;
	changes = !sqlite3_stmt_readonly(rows.stmt->stmt);
	while ((got = db_next(&rows, err)) == 1)
		continue;
	if (got == 0 && changes)
		n_changed = sqlite3_changes64(db->conn->handle);
	return got == 0 ? n_changed : -1;
}

int
db_get_int(struct db *db, const char *sql, const struct db_value *args,
    int64_t *out, struct err *err)
{
	struct db_rows rows;
	int got;

	if (db_query(db, sql, args, &rows, err) == -1)
		return -1;
	got = db_next(&rows, err);
	if (got == 1)
		*out = db_int(&rows, 0);
	db_done(&rows);
	return got;
}

int64_t
db_int(const struct db_rows *rows, int column)
{
	return sqlite3_column_int64(rows->stmt->stmt, column);
}

double
db_real(const struct db_rows *rows, int column)
{
	return sqlite3_column_double(rows->stmt->stmt, column);
}

bool
db_is_null(const struct db_rows *rows, int column)
{
	return sqlite3_column_type(rows->stmt->stmt, column) == SQLITE_NULL;
}

char *
db_text(const struct db_rows *rows, int column, struct arena *arena)
{
	sqlite3_stmt *stmt = rows->stmt->stmt;
	const unsigned char *text = sqlite3_column_text(stmt, column);

	if (text == NULL)
		return NULL;
	return arena_strndup(arena, (const char *)text,
	    (size_t)sqlite3_column_bytes(stmt, column));
}

void *
db_blob(
    const struct db_rows *rows, int column, struct arena *arena, size_t *len)
{
	sqlite3_stmt *stmt = rows->stmt->stmt;
	const void *bytes = sqlite3_column_blob(stmt, column);

	*len = (size_t)sqlite3_column_bytes(stmt, column);
	if (bytes == NULL)
		return NULL;
	return arena_strndup(arena, bytes, *len);
}

int
db_begin(struct db *db, struct err *err)
{
	if (db_attach(db, err) == NULL)
		return -1;
	if (db->pool->mode == DB_READ)
		return err_set(err, ERR_INTERNAL,
		    "A transaction was begun on a read-only connection.");
	if (in_transaction(db)) {
		db->depth++;
		return 0;
	}
	db->depth = 0;
	return db_conn_exec(db->conn, "BEGIN IMMEDIATE", err);
}

int
db_commit(struct db *db, struct err *err)
{
	if (!in_transaction(db))
		return err_set(
		    err, ERR_INTERNAL, "The transaction had ended already.");
	if (db->depth > 0) {
		db->depth--;
		return 0;
	}
	return db_conn_exec(db->conn, "COMMIT", err);
}

void
db_rollback(struct db *db)
{
	struct err ignored;

	/* A failing ROLLBACK means that SQLite has rolled back by itself. */
	if (in_transaction(db) &&
	    db_conn_exec(db->conn, "ROLLBACK", &ignored) == -1 &&
	    in_transaction(db))
		die("a transaction cannot be rolled back: %s", ignored.text);
}
