/*
 * Access tokens by libjwt, which signs and verifies; which algorithm is
 * accepted and what the claims must say is decided here, because libjwt 1.10
 * does neither.
 */
#include "lib/auth/token.h"

#include <errno.h>
#include <jwt.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/digest.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/str.h"

enum { HEADER_MAX = 256, JTI_BYTES = 16 };

/*
 * Names the token. Made from session and time instead of drawn, so that two
 * tabs that refresh at once get the same token.
 */
static void
make_jti(const struct auth_keys *keys, const struct access_token *token,
    char out[ENCODE_HEX_SIZE(JTI_BYTES)])
{
	unsigned char mac[DIGEST_SIZE];

	digest_hmac(auth_key(keys, KEY_ACCESS_TOKEN),
	    DIGEST_PARTS(DIGEST_TEXT("jti"), DIGEST_TEXT(token->session_id),
		DIGEST_BYTES(&token->issued_at, sizeof(token->issued_at))),
	    mac);
	encode_hex(mac, JTI_BYTES, out);
}

char *
token_make(struct arena *arena, const struct auth_keys *keys,
    const struct access_token *token)
{
	char jti[ENCODE_HEX_SIZE(JTI_BYTES)];
	const char *role = token->role == USER_ROLE_ADMIN ? "admin" : "user";
	jwt_t *jwt = NULL;
	char *text = NULL, *copy;
	int bad;

	make_jti(keys, token, jti);
	bad = jwt_new(&jwt) != 0 ||
	    jwt_add_grant(jwt, "sub", token->user_id) != 0 ||
	    jwt_add_grant(jwt, "sid", token->session_id) != 0 ||
	    jwt_add_grant(jwt, "profile", token->profile_id) != 0 ||
	    jwt_add_grant(jwt, "role", role) != 0 ||
	    jwt_add_grant(jwt, "jti", jti) != 0 ||
	    jwt_add_grant_int(jwt, "iat", (long)(token->issued_at / 1000)) ||
	    jwt_add_grant_int(jwt, "exp", (long)(token->expires_at / 1000)) ||
	    jwt_set_alg(jwt, JWT_ALG_HS256, auth_key(keys, KEY_ACCESS_TOKEN),
		AUTH_KEY_SIZE) != 0;
	if (!bad)
		text = jwt_encode_str(jwt);
	if (text == NULL)
		die("A token could not be made.");
	copy = arena_strdup(arena, text);
	free(text);
	jwt_free(jwt);
	return copy;
}

static int
refuse(struct err *err)
{
	return err_set(err, ERR_UNAUTHORIZED, "The access token is not valid.");
}

/*
 * True when the header names HS256 and nothing else. Looked at before libjwt
 * does: the header is the attacker's, and must not choose the algorithm.
 */
static bool
header_is_ours(const char *text)
{
	char header[HEADER_MAX + 1];
	struct json_object *obj;
	struct err err;
	const char *dot = strchr(text, '.');
	long n;
	bool ok;

	if (dot == NULL)
		return false;
	n = decode_base64url(text, (size_t)(dot - text), header, HEADER_MAX);
	if (n <= 0)
		return false;
	header[n] = '\0';
	obj = json_parse(header, (size_t)n, &err);
	if (obj == NULL)
		return false;
	ok = strcmp(json_get_text(obj, "alg", ""), "HS256") == 0 &&
	    str_equal_nocase(json_get_text(obj, "typ", "JWT"), "JWT") &&
	    !json_object_object_get_ex(obj, "crit", NULL);
	json_object_put(obj);
	return ok;
}

/* A claim of seconds as ms; false when absent, no integer or absurd. */
static bool
get_time(jwt_t *jwt, const char *name, int64_t *out_ms)
{
	long seconds;

	errno = 0;
	seconds = jwt_get_grant_int(jwt, name);
	if (errno != 0 || seconds <= 0 || seconds > 100000000000L)
		return false;
	*out_ms = (int64_t)seconds * 1000;
	return true;
}

static bool
get_text(jwt_t *jwt, const char *name, struct arena *arena, char **out)
{
	*out = arena_strdup(arena, jwt_get_grant(jwt, name));
	return *out != NULL && **out != '\0';
}

static int
read_claims(jwt_t *jwt, struct arena *arena, int64_t now_ms,
    struct access_token *token, struct err *err)
{
	char *role;

	if (jwt_get_alg(jwt) != JWT_ALG_HS256 ||
	    !get_text(jwt, "sub", arena, &token->user_id) ||
	    !get_text(jwt, "sid", arena, &token->session_id) ||
	    !get_text(jwt, "profile", arena, &token->profile_id) ||
	    !get_text(jwt, "role", arena, &role) ||
	    !get_time(jwt, "iat", &token->issued_at) ||
	    !get_time(jwt, "exp", &token->expires_at))
		return refuse(err);
	if (token->issued_at > now_ms + (int64_t)TOKEN_SKEW_S * 1000 ||
	    token->issued_at > token->expires_at)
		return refuse(err);
	token->role =
	    strcmp(role, "admin") == 0 ? USER_ROLE_ADMIN : USER_ROLE_USER;
	if (now_ms >= token->expires_at)
		return err_set(
		    err, ERR_TOKEN_EXPIRED, "The access token has expired.");
	return 0;
}

int
token_check(struct arena *arena, const struct auth_keys *keys, const char *text,
    int64_t now_ms, struct access_token *token, struct err *err)
{
	jwt_t *jwt = NULL;
	int result;

	if (strnlen(text, TOKEN_MAX + 1) > TOKEN_MAX || !header_is_ours(text))
		return refuse(err);
	if (jwt_decode(&jwt, text, auth_key(keys, KEY_ACCESS_TOKEN),
		AUTH_KEY_SIZE) != 0)
		return refuse(err);
	result = read_claims(jwt, arena, now_ms, token, err);
	jwt_free(jwt);
	return result;
}
