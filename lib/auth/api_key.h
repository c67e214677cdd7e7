/*
 * Keys for programs, and passwords for players that cannot do more. A key is
 * "mk_" and 256 random bits; an app password twenty letters that can be typed
 * with a remote control. Both are shown once; their SHA-256 is kept. A key may
 * do what its scope and the row say (lib/http/http.h, `keys`), never more than
 * its person: role, state and profile are read with it. It has a session of its
 * own that no list shows, since a stream key hangs on one: so what it plays ends
 * as with any other session, and nothing that ends streams has to know keys.
 */
#ifndef LIB_AUTH_API_KEY_H
#define LIB_AUTH_API_KEY_H

#include "lib/auth/session.h"
#include "lib/store/api_keys.h"

#define API_KEY_PREFIX "mk_"

enum {
	API_KEY_TEXT_SIZE = 47, /* either kind, with NUL */
	API_KEY_NAME_MAX = 100,
	API_KEY_DAYS_MAX = 3650,
};

struct api_key_wish {
	enum api_key_kind kind;
	const char *name; /* not empty */
	enum key_scope scope;
	int days; /* until it ends; 0: never */
};

/* Makes one for a person, by which that profile watches; written into the audit
 * log, `actor` NULL at the terminal. The key itself goes to text. ERR_CONFLICT
 * when they have API_KEYS_PER_USER. */
int api_key_make(const struct auth_env *env, const char *actor,
    const char *user_id, const char *profile_id,
    const struct api_key_wish *wish, struct api_key *out,
    char text[API_KEY_TEXT_SIZE], struct err *err)
    NONNULL_ARGS(1, 3, 4, 5, 6, 7, 8) MUST_CHECK;

/* Ends a person's key with its sessions, which are *ended.
 * ERR_API_KEY_NOT_FOUND. */
int api_key_revoke(const struct auth_env *env, const char *actor,
    const char *user_id, const char *id, struct ended_sessions *ended,
    struct err *err) NONNULL_ARGS(1, 3, 4, 5, 6) MUST_CHECK;

/* Whether a bearer token claims to be a key. */
bool api_key_is(const char *token) NONNULL MUST_CHECK;

/* Who is behind a key: one row is read. *session is the key's own, in the
 * arena; it ends at *ends_at (INT64_MAX: never). ERR_UNAUTHORIZED for all that is
 * unknown, expired, or of somebody who may not sign in. */
int api_key_prove(const struct auth_env *env, const char *text,
    struct session *session, int64_t *ends_at,
    struct err *err) NONNULL MUST_CHECK;

/* The same for e-mail or user name and an app password as it was typed: case,
 * spaces and hyphens do not matter. */
int api_key_prove_password(const struct auth_env *env, const char *login,
    const char *typed, struct session *session, int64_t *ends_at,
    struct err *err) NONNULL MUST_CHECK;

#endif
