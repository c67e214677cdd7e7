/* The row by which a master key is recognised; see lib/auth/key_proof.h. */
#ifndef LIB_STORE_KEY_PROOF_H
#define LIB_STORE_KEY_PROOF_H

#include "lib/store/store.h"

extern const struct store_sql store_key_proof_sql;

/* STORE_NONE: it was not written yet; *is_used then says whether something was
 * sealed all the same, by a version that did not write it. */
enum store_result store_key_proof_find(struct db *db, struct arena *arena,
    char **sealed, bool *is_used, struct err *err) NONNULL MUST_CHECK;
/* Writes it once. */
enum store_result store_key_proof_put(
    struct db *db, const char *sealed, struct err *err) NONNULL MUST_CHECK;

#endif
