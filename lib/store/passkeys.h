/*
 * Passkeys and the challenges that they sign. The rules stand in
 * lib/auth/passkey.h.
 */
#ifndef LIB_STORE_PASSKEYS_H
#define LIB_STORE_PASSKEYS_H

#include "lib/store/store.h"

enum { PASSKEY_CHALLENGE_HASH_SIZE = 32, PASSKEYS_PER_USER = 20 };

struct passkey {
	int64_t id;
	char *user_id;
	unsigned char *credential;
	size_t credential_len;
	char *rp_id;
	int algorithm; /* COSE */
	unsigned char *public_key;
	size_t public_key_len;
	int64_t sign_count;
	char *transports; /* separated by commas */
	char *name;
	int64_t created_at;
	int64_t last_used_at; /* 0: never */
};

extern const struct store_sql store_passkeys_sql;

/* *id is set. ERR_CONFLICT when the credential is known or the person has
 * PASSKEYS_PER_USER. */
enum store_result store_passkey_add(struct db *db,
    const struct passkey *passkey, int64_t *id,
    struct err *err) NONNULL MUST_CHECK;
enum store_result store_passkey_find(struct db *db, struct arena *arena,
    const unsigned char *credential, size_t len, struct passkey *passkey,
    struct err *err) NONNULL MUST_CHECK;
/* Of one person, oldest first. */
enum store_result store_passkey_list(struct db *db, struct arena *arena,
    const char *user_id, struct passkey **passkeys, size_t *n,
    struct err *err) NONNULL MUST_CHECK;
enum store_result store_passkey_rename(struct db *db, const char *user_id,
    int64_t id, const char *name, struct err *err) NONNULL MUST_CHECK;
enum store_result store_passkey_remove(struct db *db, const char *user_id,
    int64_t id, struct err *err) NONNULL MUST_CHECK;

/* Notes a use. STORE_NONE when the count has not grown, unless both are 0: a
 * copy of the device may exist. */
enum store_result store_passkey_use(struct db *db, int64_t id,
    int64_t sign_count, int64_t at, struct err *err) NONNULL MUST_CHECK;

/* Keeps at most as many as fit; the oldest give way. */
enum store_result store_challenge_add(struct db *db,
    const unsigned char hash[PASSKEY_CHALLENGE_HASH_SIZE], const char *user_id,
    int64_t now, int64_t expires_at, struct err *err)
    NONNULL_ARGS(1, 2, 6) MUST_CHECK;
/* Takes it away: it can be used once. *user_id in the arena, NULL for a
 * sign-in. STORE_NONE when it was never given out, used or too old. */
enum store_result store_challenge_take(struct db *db, struct arena *arena,
    const unsigned char hash[PASSKEY_CHALLENGE_HASH_SIZE], int64_t now,
    char **user_id, struct err *err) NONNULL MUST_CHECK;

#endif
