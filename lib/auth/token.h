/*
 * Access tokens: JWT (RFC 7519), HS256 only, claims sub, sid, role, profile,
 * iat, exp, jti. The session row decides in the end (lib/auth/session.h); the
 * token only names it.
 */
#ifndef LIB_AUTH_TOKEN_H
#define LIB_AUTH_TOKEN_H

#include <stdint.h>

#include "lib/auth/keys.h"
#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/store/users.h"

enum { TOKEN_MAX = 4096, TOKEN_SKEW_S = 60 };

struct access_token {
	char *user_id;
	char *session_id;
	char *profile_id;
	enum user_role role;
	int64_t issued_at;  /* ms */
	int64_t expires_at; /* ms */
};

/* The token's text in the arena. */
char *token_make(struct arena *arena, const struct auth_keys *keys,
    const struct access_token *token) NONNULL RETURNS_NONNULL MUST_CHECK;

/* 0, or -1: ERR_TOKEN_EXPIRED, ERR_UNAUTHORIZED (anything else wrong: length,
 * algorithm, signature, missing claim, issued in the future). */
int token_check(struct arena *arena, const struct auth_keys *keys,
    const char *text, int64_t now_ms, struct access_token *token,
    struct err *err) NONNULL MUST_CHECK;

#endif
