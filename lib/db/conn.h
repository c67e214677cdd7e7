/*
 * One SQLite connection. Private to lib/db: the only header in which sqlite3.h
 * stands.
 */
#ifndef LIB_DB_CONN_H
#define LIB_DB_CONN_H

#include <sqlite3.h>

#include "lib/db/db.h"

enum { DB_PATIENCE_MS = 5000 };

struct db_stmt {
	const char *sql;
	sqlite3_stmt *stmt;
	bool is_busy; /* rows of it are open */
};

struct db_conn {
	sqlite3 *handle;
	struct db_conn *next; /* in the pool's list of free ones */
	struct db_stmt **stmts;
	size_t n_stmts;
	int64_t busy_since; /* start of the present wait for a lock */
	int64_t patience_ms;
};

/* Opens an existing file; -1: ERR_NOT_FOUND, ERR_DATABASE_DAMAGED, … A writer
 * puts it into WAL mode. */
struct db_conn *db_conn_open(
    const char *path, enum db_mode mode, struct err *err) NONNULL MUST_CHECK;
void db_conn_close(struct db_conn *conn);

/* Turns a result code of SQLite into an error; returns -1. */
int db_conn_fail(const struct db_conn *conn, int rc, struct err *err) NONNULL;

/* Runs a script. */
int db_conn_exec(
    struct db_conn *conn, const char *sql, struct err *err) NONNULL MUST_CHECK;

/* First column of the first row as text into out, "" without a row. */
int db_conn_text(struct db_conn *conn, const char *sql, char *out, size_t size,
    struct err *err) NONNULL MUST_CHECK;

/* The connection of a handle, taken from the pool if it has none. NULL. */
struct db_conn *db_attach(struct db *db, struct err *err) NONNULL MUST_CHECK;

/* Number of the newest applied migration, 0 when there is none. */
int db_conn_version(
    struct db_conn *conn, int64_t *version, struct err *err) NONNULL MUST_CHECK;

/* Refuses a database of a newer program: -1 with ERR_DATABASE_NEWER. */
int db_conn_newer(int64_t version, int64_t newest, struct err *err) NONNULL;

#endif
