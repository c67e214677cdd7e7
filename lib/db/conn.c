/*
 * Opening a connection, waiting for locks, and SQLite's result codes as errors.
 * Connections are kept small: twenty handler processes lie idle at a time.
 */
#include "lib/db/conn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"

enum {
	PAUSE_MAX_MS = 50,
	LOOKASIDE_SIZE = 256,
	LOOKASIDE_COUNT = 64,
};

/* What every connection is told. defensive and trusted_schema keep a file that
 * somebody else made from running code; autocheckpoint is only a brake for the
 * time in which miaud, which does checkpoints, is down. What was deleted is
 * overwritten, so that nothing of a person is left in the file. */
static const char setup_sql[] = "PRAGMA foreign_keys = ON;"
				"PRAGMA synchronous = NORMAL;"
				"PRAGMA cache_size = -512;"
				"PRAGMA temp_store = MEMORY;"
				"PRAGMA trusted_schema = OFF;"
				"PRAGMA cell_size_check = ON;"
				"PRAGMA secure_delete = ON;"
				"PRAGMA wal_autocheckpoint = 8000;"
				"PRAGMA journal_size_limit = 16777216;";

int
db_conn_fail(const struct db_conn *conn, int rc, struct err *err)
{
	const char *words = sqlite3_errmsg(conn->handle);
	int number;

	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return err_set(
		    err, ERR_DATABASE_BUSY, "The database is busy; try again.");
	case SQLITE_CONSTRAINT:
		return err_set(err, ERR_CONFLICT, "%s.", words);
	case SQLITE_FULL:
		return err_set(err, ERR_DISK_FULL, "The disk is full.");
	case SQLITE_IOERR:
		number = sqlite3_system_errno(conn->handle);
		if (number == ENOSPC || number == EDQUOT)
			return err_set(err, ERR_DISK_FULL, "The disk is full.");
		return err_set(err, ERR_IO,
		    "Reading or writing the database failed (%d).", rc);
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		return err_set(err, ERR_IO, "The database cannot be opened.");
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(err, ERR_DATABASE_DAMAGED,
		    "The database is damaged (%s). `miauctl db restore FILE` "
		    "brings a backup back.",
		    words);
	case SQLITE_INTERRUPT:
		return err_set(err, ERR_CANCELLED, "Cancelled.");
	default:
		return err_set(
		    err, ERR_INTERNAL, "SQLite: %s (%d).", words, rc);
	}
}

/* Waits for a lock with growing pauses; a random part keeps many processes
 * from coming back together. Returns 0 when patience is over. */
static int
wait_for_lock(void *arg, int times)
{
	struct db_conn *conn = arg;
	struct timespec pause = { 0 };
	int64_t now = clock_mono_ms();
	uint64_t limit_ms;

	if (times == 0)
		conn->busy_since = now;
	if (now - conn->busy_since >= conn->patience_ms)
		return 0;
	limit_ms = times < 6 ? 1ull << times : PAUSE_MAX_MS;
	pause.tv_nsec = (long)(random_below(limit_ms * 1000) + 200) * 1000;
	nanosleep(&pause, NULL);
	return 1;
}

int
db_conn_exec(struct db_conn *conn, const char *sql, struct err *err)
{
	int rc = sqlite3_exec(conn->handle, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : db_conn_fail(conn, rc, err);
}

int
db_conn_text(struct db_conn *conn, const char *sql, char *out, size_t size,
    struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	const unsigned char *text = NULL;
	int rc = sqlite3_prepare_v2(conn->handle, sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		text = sqlite3_column_text(stmt, 0);
	snprintf(out, size, "%s", text == NULL ? "" : (const char *)text);
	if (rc == SQLITE_ROW || rc == SQLITE_DONE)
		rc = SQLITE_OK;
	if (rc != SQLITE_OK)
		db_conn_fail(conn, rc, err);
	sqlite3_finalize(stmt);
	return rc == SQLITE_OK ? 0 : -1;
}

/* First column of the first row: 1 and *out, 0 without a row, -1. */
static int
read_int(struct db_conn *conn, const char *sql, int64_t *out, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	int result, rc;

	rc = sqlite3_prepare_v2(conn->handle, sql, -1, &stmt, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW) {
		*out = sqlite3_column_int64(stmt, 0);
		result = 1;
	} else if (rc == SQLITE_DONE) {
		result = 0;
	} else {
		result = db_conn_fail(conn, rc, err);
	}
	sqlite3_finalize(stmt);
	return result;
}

int
db_conn_newer(int64_t version, int64_t newest, struct err *err)
{
	return err_set(err, ERR_DATABASE_NEWER,
	    "The database belongs to a newer Miauflix (schema %lld, this one "
	    "knows %lld): start that one, or bring a backup back with "
	    "`miauctl db restore FILE`.",
	    (long long)version, (long long)newest);
}

int
db_conn_version(struct db_conn *conn, int64_t *version, struct err *err)
{
	int64_t n_tables = 0;

	*version = 0;
	if (read_int(conn,
		"SELECT COUNT(*) FROM sqlite_schema "
		"WHERE type = 'table' AND name = 'migration'",
		&n_tables, err) == -1)
		return -1;
	if (n_tables == 0)
		return 0;
	return read_int(conn, "SELECT MAX(number) FROM migration", version,
		   err) == -1
	    ? -1
	    : 0;
}

static int
set_up(struct db_conn *conn, enum db_mode mode, struct err *err)
{
	sqlite3_extended_result_codes(conn->handle, 1);
	sqlite3_busy_handler(conn->handle, wait_for_lock, conn);
	sqlite3_db_config(conn->handle, SQLITE_DBCONFIG_LOOKASIDE, NULL,
	    LOOKASIDE_SIZE, LOOKASIDE_COUNT);
	sqlite3_db_config(conn->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (db_conn_exec(conn, setup_sql, err) == -1)
		return -1;
	return db_conn_exec(conn,
	    mode == DB_READ ? "PRAGMA query_only = ON;"
			    : "PRAGMA journal_mode = WAL;",
	    err);
}

struct db_conn *
db_conn_open(const char *path, enum db_mode mode, struct err *err)
{
	struct db_conn *conn;
	struct stat st;
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, rc;

	if (stat(path, &st) == -1) {
		err_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
		    "Cannot open the database");
		return NULL;
	}
	flags |= mode == DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	conn = mem_calloc(1, sizeof(*conn));
	conn->patience_ms = DB_PATIENCE_MS;
	rc = sqlite3_open_v2(path, &conn->handle, flags, NULL);
	if (rc != SQLITE_OK)
		db_conn_fail(conn, rc, err);
	else if (set_up(conn, mode, err) == 0)
		return conn;
	db_conn_close(conn);
	return NULL;
}

void
db_conn_close(struct db_conn *conn)
{
	size_t i;

	if (conn == NULL)
		return;
	for (i = 0; i < conn->n_stmts; i++) {
		sqlite3_finalize(conn->stmts[i]->stmt);
		free(conn->stmts[i]);
	}
	free(conn->stmts);
	sqlite3_close(conn->handle);
	free(conn);
}
