/*
 * Stream keys: what stands in the path of a stream's address. Only the
 * SHA-256 of a key is stored.
 */
#ifndef LIB_STORE_STREAM_KEYS_H
#define LIB_STORE_STREAM_KEYS_H

#include "lib/store/maturity.h"
#include "lib/store/store.h"

enum { STREAM_KEY_HASH_SIZE = 32 };

struct stream_key {
	unsigned char hash[STREAM_KEY_HASH_SIZE];
	char *user_id;
	char *session_id;
	char *profile_id;
	int64_t title_id;
	int64_t episode_id; /* 0: a film */
	int64_t source_id;
	char *quality;
	char *method; /* of lib/play/way.h; NULL when adding: "direct" */
	char *reason; /* why, a code; NULL when adding: "unknown" */
	char *device; /* what it decodes, JSON; "" or NULL: it did not say */
	int64_t created_at;
	int64_t last_used_at;
	int64_t revoked_at; /* 0: not */
	/* of the session and the profile, read in the same statement */
	bool session_revoked;
	struct viewer viewer; /* who plays it, as the profile is now */
};

extern const struct store_sql store_stream_keys_sql;

enum store_result store_stream_key_add(struct db *db,
    const struct stream_key *key, struct err *err) NONNULL MUST_CHECK;
/* Also an expired or revoked one: lib/auth/stream_key.h judges. STORE_NONE when
 * its profile may not see the title any more. */
enum store_result store_stream_key_find(struct db *db, struct arena *arena,
    const unsigned char hash[STREAM_KEY_HASH_SIZE], struct stream_key *key,
    struct err *err) NONNULL MUST_CHECK;
enum store_result store_stream_key_touch(struct db *db,
    const unsigned char hash[STREAM_KEY_HASH_SIZE], int64_t at,
    struct err *err) NONNULL MUST_CHECK;
/* A new life from `at` on, bound to a session; STORE_NONE when it was revoked
 * or removed. */
enum store_result store_stream_key_renew(struct db *db,
    const unsigned char hash[STREAM_KEY_HASH_SIZE], const char *session_id,
    int64_t at, struct err *err) NONNULL MUST_CHECK;
/* Removes keys created before `created_before` or last used before
 * `used_before`. */
enum store_result store_stream_key_sweep(struct db *db, int64_t created_before,
    int64_t used_before, int64_t *n, struct err *err) NONNULL MUST_CHECK;

#endif
