/*
 * SQLite behind a small wall: the only caller of sqlite3_*.
 *
 * A `struct db` is a handle for one thread at a time (a request, miaud's
 * database thread). It takes a connection from its pool at the first statement
 * and gives it back at db_release, which whoever is about to wait or to write
 * a long body calls; the next statement takes one again. Prepared statements
 * stay with the connection, found by the address of their SQL text, so SQL is
 * always a constant in a store file.
 *
 *	struct db_rows rows;
 *	if (db_query(db, sql[STMT_FIND], DB_ARGS(DB_INT(id)), &rows, err) == -1)
 *		return -1;
 *	while ((got = db_next(&rows, err)) == 1)
 *		name = db_text(&rows, 0, arena);
 *	db_done(&rows);
 *
 * A handle of a read-only pool can neither write nor take the write lock.
 * Parameters are ?1, ?2 … A busy database is tried again for up to 5 s with
 * growing pauses, then ERR_DATABASE_BUSY.
 */
#ifndef LIB_DB_DB_H
#define LIB_DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"

enum db_mode { DB_READ, DB_WRITE };

struct db_pool;
struct db;
struct db_conn;
struct db_stmt;

struct db_value {
	enum {
		DB_VALUE_END,
		DB_VALUE_INT,
		DB_VALUE_REAL,
		DB_VALUE_TEXT,
		DB_VALUE_BLOB,
		DB_VALUE_NULL
	} type;
	int64_t integer;
	double real;
	const void *bytes; /* NULL: NULL in SQL */
	size_t len;
};

#define DB_INT(n)                                                              \
	{                                                                      \
		.type = DB_VALUE_INT, .integer = (n)                           \
	}
#define DB_REAL(n)                                                             \
	{                                                                      \
		.type = DB_VALUE_REAL, .real = (n)                             \
	}
#define DB_TEXT(s)                                                             \
	{                                                                      \
		.type = DB_VALUE_TEXT, .bytes = (s)                            \
	}
#define DB_BLOB(p, n)                                                          \
	{                                                                      \
		.type = DB_VALUE_BLOB, .bytes = (p), .len = (n)                \
	}
#define DB_NULL                                                                \
	{                                                                      \
		.type = DB_VALUE_NULL                                          \
	}
/* NULL when 0: for optional references. */
#define DB_REF(n)                                                              \
	{                                                                      \
		.type = (n) ? DB_VALUE_INT : DB_VALUE_NULL, .integer = (n)     \
	}
#define DB_ARGS(...) ((const struct db_value[]){ __VA_ARGS__, { 0 } })
#define DB_NONE ((const struct db_value[]){ { 0 } })

struct db_rows {
	struct db *db;
	struct db_stmt *stmt; /* NULL when done */
};

/* Once per process, before threads and pools: leaves out what SQLite counts
 * about its memory, which takes a lock at each allocation. */
void db_init(void);

/* A pool of at most `max` connections of one mode on one file. Opens one at
 * once, so that errors show here: ERR_NOT_FOUND, ERR_DATABASE_DAMAGED,
 * ERR_DATABASE_UPGRADING (older schema than this program's),
 * ERR_DATABASE_NEWER. With check_schema false the schema is not looked at
 * (migrations). */
struct db_pool *db_pool_new(const char *path, enum db_mode mode, int max,
    bool check_schema, struct err *err) NONNULL MUST_CHECK;
void db_pool_free(struct db_pool *pool);

/* A handle on the pool; closing it gives its connection back. */
struct db *db_open(struct db_pool *pool) NONNULL RETURNS_NONNULL MUST_CHECK;
/* The same on a reading pool, where all that is read until db_release is one
 * state of the database; also cheaper when several statements read. Whoever
 * reads for long or waits releases, since the log cannot shrink meanwhile. */
struct db *db_open_snapshot(
    struct db_pool *pool) NONNULL RETURNS_NONNULL MUST_CHECK;
void db_close(struct db *db);

/* Gives the connection back; no rows or transaction may be open (die). */
void db_release(struct db *db) NONNULL;

/* Starts a statement. -1: ERR_DATABASE_BUSY, ERR_CONFLICT (a constraint),
 * ERR_DISK_FULL, ERR_DATABASE_DAMAGED, ERR_INTERNAL (with SQLite's words). */
int db_query(struct db *db, const char *sql, const struct db_value *args,
    struct db_rows *rows, struct err *err) NONNULL MUST_CHECK;
/* 1 a row, 0 the end, -1 an error; after 0 and -1 the rows are done. */
int db_next(struct db_rows *rows, struct err *err) NONNULL MUST_CHECK;
void db_done(struct db_rows *rows) NONNULL;

/* Runs a statement without rows. Returns the number of changed rows, or -1. */
int64_t db_run(struct db *db, const char *sql, const struct db_value *args,
    struct err *err) NONNULL MUST_CHECK;

/* First column of the first row of a statement: 1 and *out, 0 without a row
 * (*out untouched), -1. */
int db_get_int(struct db *db, const char *sql, const struct db_value *args,
    int64_t *out, struct err *err) NONNULL MUST_CHECK;

/* Columns of the current row, from 0. Text and blobs are copied to the arena.
 * NULL is 0, 0.0, NULL. */
int64_t db_int(const struct db_rows *rows, int column) NONNULL;
double db_real(const struct db_rows *rows, int column) NONNULL;
char *db_text(const struct db_rows *rows, int column,
    struct arena *arena) NONNULL MUST_CHECK;
void *db_blob(const struct db_rows *rows, int column, struct arena *arena,
    size_t *len) NONNULL MUST_CHECK;
bool db_is_null(const struct db_rows *rows, int column) NONNULL;

/* BEGIN IMMEDIATE … COMMIT. One begun inside another is a part of it: only the
 * outermost commits, and a rollback ends all, so that a later db_commit of
 * those around it fails. db_rollback may be called after any failure and does
 * nothing without a transaction. */
int db_begin(struct db *db, struct err *err) NONNULL MUST_CHECK;
int db_commit(struct db *db, struct err *err) NONNULL MUST_CHECK;
void db_rollback(struct db *db) NONNULL;

#endif
