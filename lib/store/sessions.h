/*
 * Sessions: one sign-in on one device, its chain of refresh tokens, and the
 * throttle of failed sign-ins. The rules stand in lib/auth/session.h; here are
 * rows and the one atomic rotation.
 */
#ifndef LIB_STORE_SESSIONS_H
#define LIB_STORE_SESSIONS_H

#include "lib/store/maturity.h"
#include "lib/store/store.h"
#include "lib/store/users.h"

enum { SESSION_HASH_SIZE = 32 };

/* What a session may do that lives by an API key or an app password: each more
 * than the one before, and a sign-in all. */
enum key_scope {
	KEY_SCOPE_NONE, /* no key: somebody has signed in */
	KEY_SCOPE_PLAY,
	KEY_SCOPE_READ,
	KEY_SCOPE_FULL
};

/* "play", "read" or "full", NULL for a sign-in; and back, to the narrowest from a
 * word that is none of them. */
const char *store_scope_word(enum key_scope scope) MUST_CHECK;
enum key_scope store_scope_of(const char *word) MUST_CHECK;

struct session {
	char *id;
	char *user_id;
	char *profile_id;
	char *device;
	char *address;
	unsigned char refresh_hash[SESSION_HASH_SIZE];
	unsigned char previous_hash[SESSION_HASH_SIZE]; /* zeros: none */
	unsigned char client_hash[SESSION_HASH_SIZE];
	int64_t refresh_counter;
	int64_t rotated_at; /* 0: never */
	int64_t refresh_expires_at;
	int64_t created_at;
	int64_t expires_at;
	int64_t last_used_at;
	int64_t revoked_at; /* 0: not */
	char *api_key_id;   /* the key by which it lives; NULL: none */
	/* of user, profile and key, read in the same statement */
	enum key_scope scope;
	enum user_role role;
	bool user_disabled;
	struct viewer viewer;
};

extern const struct store_sql store_sessions_sql;

/* Inserts all of `session` except the fields of user, profile and key. Within a
 * transaction after store_session_trim where the person's limit holds. */
enum store_result store_session_add(struct db *db,
    const struct session *session, struct err *err) NONNULL MUST_CHECK;

/* By key, one row with the user's role; also a revoked or expired one. */
enum store_result store_session_find(struct db *db, struct arena *arena,
    const char *id, struct session *session,
    struct err *err) NONNULL MUST_CHECK;

/* The live ones of a person, those used last first; not those that stand for a
 * key. */
enum store_result store_session_list(struct db *db, struct arena *arena,
    const char *user_id, int64_t now, struct session **sessions, size_t *n,
    struct err *err) NONNULL MUST_CHECK;

/* Leaves a person the `keep` live sessions that were used last; revokes the
 * others with their stream keys (reason 'limit'), which are *ended. Call within
 * a transaction. */
enum store_result store_session_trim(struct db *db, struct arena *arena,
    const char *user_id, size_t keep, int64_t now, struct session **ended,
    size_t *n, struct err *err) NONNULL MUST_CHECK;

/* UPDATE … WHERE id = ? AND refresh_hash = presented AND not revoked: puts
 * `presented` as previous, `successor` as current, counter + 1, rotated_at
 * now, the client and the expiry. STORE_NONE when another rotation was first. */
enum store_result store_session_rotate(struct db *db, const char *id,
    const unsigned char presented[SESSION_HASH_SIZE],
    const unsigned char successor[SESSION_HASH_SIZE],
    const unsigned char client[SESSION_HASH_SIZE], int64_t now,
    int64_t refresh_expires_at, struct err *err) NONNULL MUST_CHECK;

/* Revokes the session and its stream keys in one transaction; STORE_NONE when
 * it was not there or revoked already. */
enum store_result store_session_revoke(struct db *db, const char *id,
    const char *reason, struct err *err) NONNULL MUST_CHECK;

/* miaud writes these in batches for GET requests. */
enum store_result store_session_touch(struct db *db, const char *id, int64_t at,
    struct err *err) NONNULL MUST_CHECK;

/* Removes sessions that ended more than a day before `now`. *n counts. */
enum store_result store_session_sweep(
    struct db *db, int64_t now, int64_t *n, struct err *err) NONNULL MUST_CHECK;

/* Time until which sign-ins with this key are refused, 0 when free. */
enum store_result store_login_blocked(struct db *db,
    const unsigned char key[SESSION_HASH_SIZE], int64_t *until,
    struct err *err) NONNULL MUST_CHECK;
/* Counts a failure and blocks: after `free` failures, 1 s, 2 s, 4 s … at most
 * max_ms. */
enum store_result store_login_failed(struct db *db,
    const unsigned char key[SESSION_HASH_SIZE], int free, int64_t max_ms,
    int64_t now, struct err *err) NONNULL MUST_CHECK;
enum store_result store_login_succeeded(struct db *db,
    const unsigned char key[SESSION_HASH_SIZE],
    struct err *err) NONNULL MUST_CHECK;
/* Forgets failures older than a day. */
enum store_result store_login_sweep(
    struct db *db, int64_t now, struct err *err) NONNULL MUST_CHECK;

/* Ends all sessions with what they play, but not what API keys go by; forgets
 * failed sign-ins. */
enum store_result store_session_clear(
    struct db *db, struct err *err) NONNULL MUST_CHECK;

#endif
