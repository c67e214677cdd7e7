/*
 * API keys and app passwords. Each has a session of its own, whose id is the
 * key's: what is played by the key hangs on it as on any other, and one DELETE
 * of the key takes the session, those that an app password began, and all their
 * stream keys along. The rules stand in lib/auth/api_key.h.
 */
#ifndef LIB_STORE_API_KEYS_H
#define LIB_STORE_API_KEYS_H

#include "lib/store/sessions.h"

enum { API_KEY_HASH_SIZE = 32, API_KEYS_PER_USER = 20 };

enum api_key_kind { API_KEY_BEARER, API_KEY_PASSWORD };

struct api_key {
	char *id;
	char *user_id;
	char *profile_id;
	enum api_key_kind kind;
	char *name;
	enum key_scope scope;
	unsigned char hash[API_KEY_HASH_SIZE];
	int64_t created_at;
	int64_t expires_at;   /* 0: never */
	int64_t last_used_at; /* 0: never */
	char *last_address;   /* NULL: never used */
};

extern const struct store_sql store_api_keys_sql;

/* With its session, in one transaction. STORE_NONE when the person has
 * API_KEYS_PER_USER. */
enum store_result store_api_key_add(struct db *db, const struct api_key *key,
    struct err *err) NONNULL MUST_CHECK;

/* A key of this kind with its session as store_session_find reads it, and the
 * login names of its person, folded; one row. Also an expired one. */
struct api_key_found {
	struct api_key key;
	struct session session;
	char *email_key, *name_key;
};
enum store_result store_api_key_find(struct db *db, struct arena *arena,
    const unsigned char hash[API_KEY_HASH_SIZE], enum api_key_kind kind,
    struct api_key_found *found, struct err *err) NONNULL MUST_CHECK;

/* Of one person, oldest first. */
enum store_result store_api_key_list(struct db *db, struct arena *arena,
    const char *user_id, struct api_key **keys, size_t *n,
    struct err *err) NONNULL MUST_CHECK;
/* Removes a key of this person with all that lives by it; *ended are its
 * sessions. STORE_NONE when they have no such key. */
enum store_result store_api_key_remove(struct db *db, struct arena *arena,
    const char *user_id, const char *id, struct ended_sessions *ended,
    struct err *err) NONNULL MUST_CHECK;

/* miaud writes these in batches, as those of sessions. */
enum store_result store_api_key_touch(struct db *db, const char *id, int64_t at,
    const char *address, struct err *err) NONNULL MUST_CHECK;
/* Removes keys that expired more than 30 days before `now`. */
enum store_result store_api_key_sweep(
    struct db *db, int64_t now, struct err *err) NONNULL MUST_CHECK;

#endif
