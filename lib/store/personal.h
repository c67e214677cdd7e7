/*
 * All that is held on one person, a part for each table that names a user or a
 * profile, for the person's own eyes. tests/api/leaving.test.ts finds each such
 * table of the schema here or knows why it is not.
 */
#ifndef LIB_STORE_PERSONAL_H
#define LIB_STORE_PERSONAL_H

#include "lib/store/store.h"

enum personal_type {
	PERSONAL_TEXT,
	PERSONAL_INT,
	PERSONAL_REAL,
	PERSONAL_BOOL,
	PERSONAL_TIME,
	PERSONAL_JSON,
	PERSONAL_BYTES,
};

struct personal_column {
	const char *name; /* NULL ends the list */
	enum personal_type type;
};

struct personal_part {
	const char *table;
	const char *holds;                     /* a sentence for the person */
	const struct personal_column *columns; /* as the statement gives them */
};

enum { PERSONAL_PARTS = 14 };
extern const struct personal_part store_personal_parts[PERSONAL_PARTS];
extern const struct store_sql store_personal_sql;

/* Gets the current row; anything but 0 ends the reading. */
typedef int (*store_personal_fn)(
    const struct personal_part *part, const struct db_rows *rows, void *arg);

/* Calls fn for each row of a part (its index). STORE_NONE when fn did not want
 * to go on. */
enum store_result store_personal_read(struct db *db, size_t part,
    const char *user_id, store_personal_fn fn, void *arg, struct err *err)
    NONNULL_ARGS(1, 3, 4, 6) MUST_CHECK;

#endif
