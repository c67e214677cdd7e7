/*
 * Replacing the master key by another one: all that it sealed is sealed anew.
 * It may be killed at any instruction and goes on when it is called again.
 *
 * The new key is written as keys/next.key, the old one linked as previous.key,
 * and next.key renamed to master.key. From the link on nobody else opens the
 * database (key_proof.h). Its row of the proof then says which key takes over;
 * values and files are sealed anew, a page and a file at a time, the key's id in
 * front of each saying whether it was; and one transaction ends it: the proof,
 * the seal of the audit log, its row about this. What the old key made without
 * sealing goes in it too: sessions, codes of devices, counts of failures. At the
 * end previous.key is removed.
 *
 * The key of the blind index stays, sealed by the new key: indexes and the names
 * of payload folders are made with it.
 */
#ifndef LIB_AUTH_ROTATION_H
#define LIB_AUTH_ROTATION_H

#include <stdint.h>

#include "lib/auth/seal.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/paths.h"
#include "lib/db/db.h"

struct rotation {
	char from[SEAL_ID_SIZE];
	char to[SEAL_ID_SIZE];
	int64_t n_values; /* sealed anew by this call */
	int64_t n_files;
	int64_t
	    n_left; /* could not be opened by the old key either, and stay */
};

/* Nobody else may have the database open (ERR_CONFLICT). new_key_file: where the
 * present key comes from a variable, a file with the new one; NULL where it lies
 * in keys/. ERR_CORRUPT: a key is missing or not the one; nothing was changed. */
int auth_rotate(const struct paths *paths, const char *new_key_file,
    struct rotation *told, struct err *err) NONNULL_ARGS(1, 3, 4) MUST_CHECK;

/* What is sealed by one key. */
struct sealed_by {
	char id[SEAL_ID_SIZE];
	int64_t n_values;
	int64_t n_files;
};

/* One for each key of which there is anything (free()). */
int auth_count_sealed(struct db *db, const char *resume,
    struct sealed_by **list, size_t *n, struct err *err) NONNULL MUST_CHECK;

#endif
