/*
 * Sessions: sign in, prove oneself with an access token, rotate the refresh
 * token, sign out. Knows no HTTP. Rules: a refresh token is
 * base64url(256 random bits) "." its number in the chain; its successor is
 * HMAC-SHA-256(refresh key, session ‖ number ‖ presented), so that a second use
 * of the previous token within 10 s by the same client (user agent and /24 or
 * /64) gets the same answer with nothing stored in clear; any other second use,
 * of whatever age, revokes the session with its stream keys and is audited. A
 * token that was never given out changes nothing: a session's id is no secret.
 */
#ifndef LIB_AUTH_SESSION_H
#define LIB_AUTH_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/auth/keys.h"
#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/settings.h"
#include "lib/db/db.h"
#include "lib/store/profiles.h"
#include "lib/store/sessions.h"
#include "lib/store/users.h"

enum { SESSION_GRACE_MS = 10000 };

struct token_cache;

struct auth_env {
	struct db *db; /* writer, except for session_prove */
	struct arena *arena;
	const struct auth_keys *keys;
	struct token_cache *tokens; /* NULL: each is checked anew */
	const struct settings *settings;
	const char *run;        /* folder of the argon2 slots */
	const char *address;    /* of the client */
	const char *user_agent; /* "" when absent */
	const char *request_id;
	const char *origin; /* of this server's own page that asks, or NULL */
	int64_t now_ms;
};

/* What a sign-in or a rotation gives out. All in the arena. */
struct auth_tokens {
	char *session_id;
	char *access_token;
	char *refresh_token;
	int64_t access_ttl_s;
	int64_t refresh_ttl_s;
	struct user user;
	struct profile profile;
	/* session_refresh failed and ended the session: a token was reused */
	bool was_revoked;
	/* A new session took the place of these (auth.maxSessions). */
	struct session *displaced;
	size_t n_displaced;
};

/* A session that is to begin. */
struct session_wish {
	const struct user *user; /* whose right to it is proven */
	const char *profile_id;  /* NULL: the account's first */
	const char *how;    /* what proved it, a row of lib/auth/strategy.h,
			       for the audit log; no client's text */
	const char *device; /* NULL: named after the user agent */
	/* An app password: the session may do what it may and ends with it, at
	 * the latest at ends_at. Else zeros. */
	const char *api_key_id;
	int64_t ends_at;
};

/* ERR_BAD_CREDENTIALS when the user is no longer as they are in the wish:
 * active, with that password. Who has as many sessions as auth.maxSessions
 * allows loses the one used longest ago with its stream keys, in the same
 * transaction. */
int session_start(const struct auth_env *env, const struct session_wish *wish,
    struct auth_tokens *out, struct err *err) NONNULL MUST_CHECK;

/* Who is behind an access token: signature, then the session's row (state,
 * expiry, role, profile: the row decides). ERR_TOKEN_EXPIRED, ERR_UNAUTHORIZED.
 * *session lives in the arena; the token itself ends at *token_ends_at (ms). */
int session_prove(const struct auth_env *env, const char *access_token,
    struct session *session, int64_t *token_ends_at,
    struct err *err) NONNULL MUST_CHECK;

/* Rotates. ERR_REFRESH_INVALID for anything wrong. session_id NULL: found from
 * the token itself (body tokens are "<session>.<token>"). */
int session_refresh(const struct auth_env *env, const char *session_id,
    const char *refresh_token, struct auth_tokens *out, struct err *err)
    NONNULL_ARGS(1, 3, 4, 5) MUST_CHECK;

/* Whether session_refresh would succeed; changes nothing. */
bool session_refresh_would(const struct auth_env *env, const char *session_id,
    const char *refresh_token) NONNULL MUST_CHECK;

/* Signs out when the refresh token belongs to the session (current or within
 * grace); silently nothing otherwise. The id of the session that ended, in the
 * arena, or NULL. */
char *session_sign_out(const struct auth_env *env, const char *session_id,
    const char *refresh_token) NONNULL_ARGS(1, 3);

/* Revokes a session with its stream keys and audits it. False when it had ended
 * already. */
bool session_end(const struct auth_env *env, const struct session *session,
    const char *reason) NONNULL;

/* "Firefox on Linux" from a user agent, in the arena. */
char *session_device_name(struct arena *arena,
    const char *user_agent) NONNULL RETURNS_NONNULL MUST_CHECK;

#endif
