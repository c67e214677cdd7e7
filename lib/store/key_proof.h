/* The row by which a master key is recognised; see lib/auth/key_proof.h. */
#ifndef LIB_STORE_KEY_PROOF_H
#define LIB_STORE_KEY_PROOF_H

#include "lib/store/store.h"

extern const struct store_sql store_key_proof_sql;

struct key_proof {
	char *sealed;    /* a known text */
	char *next;      /* the same by the key that takes over, or NULL */
	char *index_key; /* sealed; NULL: the one that the master key gives */
	int64_t since;   /* 0: not known */
	bool
	    is_used; /* something was sealed, whether or not this row is here */
};

/* STORE_NONE: the row was not written yet; is_used is set all the same. */
enum store_result store_key_proof_find(struct db *db, struct arena *arena,
    struct key_proof *proof, struct err *err) NONNULL MUST_CHECK;
/* `sealed` alone, also in a database of the first version that had it. */
enum store_result store_key_proof_find_sealed(struct db *db,
    struct arena *arena, char **sealed, struct err *err) NONNULL MUST_CHECK;
/* Writes it once. */
enum store_result store_key_proof_put(struct db *db, const char *sealed,
    int64_t since, struct err *err) NONNULL MUST_CHECK;
/* Another key begins to take over. */
enum store_result store_key_proof_begin(
    struct db *db, const char *next, struct err *err) NONNULL MUST_CHECK;
/* It has taken over. */
enum store_result store_key_proof_end(struct db *db, const char *index_key,
    int64_t since, struct err *err) NONNULL MUST_CHECK;

#endif
