/*
 * Rotation of refresh tokens. The one UPDATE that matches the presented hash
 * decides who of several at once was first; the others find themselves in the
 * grace time and compute the same successor.
 */
#include <string.h>

#include "lib/auth/session_part.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum { UUID_LEN = UUID_SIZE - 1 };

/* What a presented token is to its session. */
enum standing {
	STANDING_FOREIGN, /* never given out, or the session has ended */
	STANDING_CURRENT,
	STANDING_GRACE,  /* the previous one, used again in time */
	STANDING_REUSED, /* an earlier one: somebody holds a copy */
};

static int
refuse(struct err *err)
{
	return err_set(err, ERR_REFRESH_INVALID,
	    "This session has ended. Please sign in again.");
}

/* Splits "<session>.<token>" when no session is named. */
static bool
read_presented(const struct auth_env *env, const char **session_id,
    const char *text, struct refresh_token *token)
{
	if (*session_id == NULL) {
		if (strnlen(text, UUID_LEN + 1) <= UUID_LEN ||
		    text[UUID_LEN] != '.')
			return false;
		*session_id = arena_strndup(env->arena, text, UUID_LEN);
		text += UUID_LEN + 1;
	}
	return refresh_token_parse(text, token);
}

static bool
is_alive(const struct auth_env *env, const struct session *session)
{
	return session->revoked_at == 0 && !session->user_disabled &&
	    env->now_ms < session->expires_at &&
	    env->now_ms < session->refresh_expires_at;
}

static bool
is_in_grace(const struct auth_env *env, const struct session *session)
{
	unsigned char client[SESSION_HASH_SIZE];

	session_client_hash(env, client);
	return env->now_ms - session->rotated_at <= SESSION_GRACE_MS &&
	    memcmp(client, session->client_hash, sizeof(client)) == 0;
}

static enum standing
judge(const struct auth_env *env, const struct session *session,
    const struct refresh_token *token)
{
	if (!is_alive(env, session))
		return STANDING_FOREIGN;
	if (mem_equal_secret(
		token->hash, session->refresh_hash, SESSION_HASH_SIZE))
		return STANDING_CURRENT;
	if (session->rotated_at != 0 &&
	    mem_equal_secret(
		token->hash, session->previous_hash, SESSION_HASH_SIZE))
		return is_in_grace(env, session) ? STANDING_GRACE
						 : STANDING_REUSED;
	return refresh_token_is_ancestor(env->keys, session, token)
	    ? STANDING_REUSED
	    : STANDING_FOREIGN;
}

/* Rotates in the database. STORE_NONE: somebody else did at this moment. */
static enum store_result
rotate(const struct auth_env *env, struct session *session,
    const struct refresh_token *token, const struct refresh_token *next,
    struct err *err)
{
	unsigned char client[SESSION_HASH_SIZE];
	int64_t expires;

	session_client_hash(env, client);
	expires = env->now_ms +
	    settings_int(env->settings, SETTING_AUTH_REFRESH_TTL) * 1000;
	if (expires > session->expires_at)
		expires = session->expires_at;
	session->refresh_expires_at = expires;
	session->rotated_at = env->now_ms;
	return store_session_rotate(env->db, session->id, token->hash,
	    next->hash, client, env->now_ms, expires, err);
}

/* One look at the row and what follows from it. STORE_NONE: look again. */
static enum store_result
attempt(const struct auth_env *env, const char *session_id,
    const struct refresh_token *token, struct auth_tokens *out, struct err *err)
{
	struct refresh_token next;
	struct session session;
	enum store_result result;

	result =
	    store_session_find(env->db, env->arena, session_id, &session, err);
	if (result == STORE_NONE)
		return refuse(err);
	if (result == STORE_ERROR)
		return result;
	refresh_token_next(env->keys, session_id, token, &next);
	switch (judge(env, &session, token)) {
	case STANDING_FOREIGN:
		return refuse(err);
	case STANDING_REUSED:
		/* It ends, whether or not that can be written down. */
		if (session_audit(
			env, &session, AUDIT_SESSION_REUSED, NULL, err) == -1)
			log_error("audit.failed", "%s", err->text);
		out->was_revoked = session_end(env, &session, "reuse");
		out->session_id = session.id;
		return refuse(err);
	case STANDING_CURRENT:
		result = rotate(env, &session, token, &next, err);
		if (result != STORE_OK)
			return result;
		break;
	case STANDING_GRACE:
		break;
	}
	return session_give(env, &session, &next, session.rotated_at, out, err);
}

int
session_refresh(const struct auth_env *env, const char *session_id,
    const char *refresh_token, struct auth_tokens *out, struct err *err)
{
	struct refresh_token token;
	enum store_result result = STORE_NONE;
	int tries;

	memset(out, 0, sizeof(*out));
	if (!read_presented(env, &session_id, refresh_token, &token))
		return refuse(err);
	/* Losing the race once leads into the grace time; twice means that
	 * the chain runs away from us, which an honest client cannot see. */
	for (tries = 0; tries < 2 && result == STORE_NONE; tries++)
		result = attempt(env, session_id, &token, out, err);
	if (result == STORE_NONE)
		return refuse(err);
	return result == STORE_OK ? 0 : -1;
}

static bool
find_own(const struct auth_env *env, const char *session_id,
    const char *refresh_token, struct session *session)
{
	struct refresh_token token;
	enum standing standing;
	struct err err;

	if (!read_presented(env, &session_id, refresh_token, &token) ||
	    store_session_find(
		env->db, env->arena, session_id, session, &err) != STORE_OK)
		return false;
	standing = judge(env, session, &token);
	return standing == STANDING_CURRENT || standing == STANDING_GRACE;
}

bool
session_refresh_would(const struct auth_env *env, const char *session_id,
    const char *refresh_token)
{
	struct session session;

	return find_own(env, session_id, refresh_token, &session);
}

char *
session_sign_out(const struct auth_env *env, const char *session_id,
    const char *refresh_token)
{
	struct session session;

	if (!find_own(env, session_id, refresh_token, &session) ||
	    !session_end(env, &session, "logout"))
		return NULL;
	return session.id;
}
