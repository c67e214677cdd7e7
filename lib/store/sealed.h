/*
 * The columns in which something is sealed, each value bound to its table,
 * column and row (lib/auth/seal.h): what a new master key has to seal anew.
 * The row of the key itself is key_proof.h's.
 */
#ifndef LIB_STORE_SEALED_H
#define LIB_STORE_SEALED_H

#include "lib/store/store.h"

enum sealed_column { SEALED_SETTING, SEALED_LABEL, SEALED_COLUMN__MAX };

struct sealed_value {
	char *row; /* as it is bound to */
	char *text;
};

extern const struct store_sql store_sealed_sql;
extern const struct sealed_name {
	const char *table;
	const char *column;
} store_sealed_names[SEALED_COLUMN__MAX];

/* At most `max` rows behind the one named `after` ("": from the first), in the
 * order of their names. A setting may look sealed and not be. */
enum store_result store_sealed_list(struct db *db, struct arena *arena,
    enum sealed_column column, const char *after, int max,
    struct sealed_value **values, size_t *n,
    struct err *err) NONNULL MUST_CHECK;
enum store_result store_sealed_put(struct db *db, enum sealed_column column,
    const struct sealed_value *value, struct err *err) NONNULL MUST_CHECK;

#endif
