/*
 * What all store files share. A store file holds all SQL of one aggregate as
 * one table on top, indexed by an enum, and exports it as a `struct store_sql`
 * so that a test prepares every statement and looks at every plan.
 *
 * Results: store functions return STORE_OK, STORE_NONE (no such row) or
 * STORE_ERROR (err is filled). What they return lives in the caller's arena.
 */
#ifndef LIB_STORE_STORE_H
#define LIB_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/random.h"
#include "lib/db/db.h"

enum store_result { STORE_OK = 0, STORE_NONE = 1, STORE_ERROR = -1 };

struct store_sql {
	const char *name;       /* the file's noun: "titles" */
	const char *const *sql; /* indexed by the file's enum */
	size_t n_sql;
	const char *const *scans; /* statements that may scan a table, NULL-
				     terminated, each with its reason in the
				     file; NULL: none */
};

/* Ends a transaction: commits when result is STORE_OK, else rolls back. Returns
 * the result, STORE_ERROR when it could not commit. */
enum store_result store_end(struct db *db, enum store_result result,
    struct err *err) NONNULL MUST_CHECK;

/* Every store file's table, ended by NULL. */
extern const struct store_sql *const store_tables[];

/* A page of a list: rows come in a stable order and a cursor says where the
 * last page ended, so that inserts neither repeat nor hide rows. */
struct store_page {
	int size;           /* rows wanted, 1–100 */
	const char *cursor; /* opaque, from the page before; NULL: the first */
};

/* Cursor of the last row of a page: the sort key and the row's id, as opaque
 * base64url. Decoding gives ERR_INVALID_FIELDS for anything not made here. */
struct store_cursor {
	bool is_text;
	double number;    /* sort key when a number */
	const char *text; /* sort key when a text */
	int64_t id;
};

char *store_cursor_encode(struct arena *arena,
    const struct store_cursor *at) NONNULL RETURNS_NONNULL MUST_CHECK;
/* A NULL text gives STORE_NONE (start at the beginning). */
enum store_result store_cursor_decode(struct arena *arena, const char *text,
    struct store_cursor *at, struct err *err) NONNULL_ARGS(1, 3, 4) MUST_CHECK;

#endif
