/*
 * Signing in, and proving with an access token who one is.
 */
#include "lib/auth/session.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/digest.h"
#include "lib/auth/session_part.h"
#include "lib/auth/token.h"
#include "lib/auth/token_cache.h"
#include "lib/base/log.h"
#include "lib/base/random.h"
#include "lib/base/str.h"

enum { DEVICE_MAX = 100 };

void
session_network(const char *address, char out[SESSION_NETWORK_SIZE])
{
	struct in_addr v4;
	struct in6_addr v6;
	const char *plain = str_after(address, "::ffff:");
	const unsigned char *b;

	if (plain == NULL)
		plain = address;
	if (inet_pton(AF_INET, plain, &v4) == 1) {
		b = (const unsigned char *)&v4;
		snprintf(out, SESSION_NETWORK_SIZE, "%d.%d.%d.0/24", b[0], b[1],
		    b[2]);
	} else if (inet_pton(AF_INET6, address, &v6) == 1) {
		b = v6.s6_addr;
		snprintf(out, SESSION_NETWORK_SIZE,
		    "%02x%02x:%02x%02x:%02x%02x:%02x%02x::/64", b[0], b[1],
		    b[2], b[3], b[4], b[5], b[6], b[7]);
	} else {
		snprintf(out, SESSION_NETWORK_SIZE, "%s", address);
	}
}

void
session_customer(const char *address, char out[SESSION_NETWORK_SIZE])
{
	struct in6_addr v6;
	const char *v4 = str_after(address, "::ffff:");
	const unsigned char *b = v6.s6_addr;

	if (v4 == NULL && inet_pton(AF_INET6, address, &v6) == 1)
		snprintf(out, SESSION_NETWORK_SIZE,
		    "%02x%02x:%02x%02x:%02x%02x:%02x00::/56", b[0], b[1], b[2],
		    b[3], b[4], b[5], b[6]);
	else
		snprintf(
		    out, SESSION_NETWORK_SIZE, "%s", v4 == NULL ? address : v4);
}

void
session_client_hash(
    const struct auth_env *env, unsigned char out[SESSION_HASH_SIZE])
{
	char network[SESSION_NETWORK_SIZE];

	session_network(env->address, network);
	digest_hmac(auth_key(env->keys, KEY_REFRESH),
	    DIGEST_PARTS(DIGEST_TEXT("client"), DIGEST_TEXT(env->user_agent),
		DIGEST_TEXT(network)),
	    out);
}

int
session_audit(const struct auth_env *env, const struct session *session,
    enum audit_event event, const char *detail, struct err *err)
{
	const struct audit_entry entry = {
		.actor = session->user_id,
		.event = event,
		.target = session->id,
		.address = env->address,
		.request_id = env->request_id,
		.detail = detail,
	};

	return audit_write(env->db, env->keys, &entry, err);
}

/* STORE_NONE: it had ended already. */
static enum store_result
revoke(const struct auth_env *env, const struct session *session,
    const char *reason, struct err *err)
{
	enum store_result result =
	    store_session_revoke(env->db, session->id, reason, err);
	char detail[64];

	snprintf(detail, sizeof(detail), "{\"reason\":\"%s\"}", reason);
	if (result == STORE_OK &&
	    session_audit(env, session, AUDIT_SESSION_ENDED, detail, err) == -1)
		return STORE_ERROR;
	return result;
}

bool
session_end(const struct auth_env *env, const struct session *session,
    const char *reason)
{
	enum store_result result = STORE_ERROR;
	struct err err;

	if (db_begin(env->db, &err) == 0) {
		result = revoke(env, session, reason, &err);
		if (result == STORE_OK && db_commit(env->db, &err) == -1)
			result = STORE_ERROR;
		if (result != STORE_OK)
			db_rollback(env->db);
	}
	if (result == STORE_ERROR)
		log_error("session.revoke", "%s", err.text);
	return result == STORE_OK;
}

int
session_give(const struct auth_env *env, const struct session *session,
    const struct refresh_token *token, int64_t issued_at,
    struct auth_tokens *out, struct err *err)
{
	struct access_token access = {
		.user_id = session->user_id,
		.session_id = session->id,
		.profile_id = session->profile_id,
		.role = session->role,
		.issued_at = issued_at,
	};
	int64_t ttl;

	if (store_user_find(env->db, env->arena, session->user_id, &out->user,
		err) != STORE_OK ||
	    store_profile_find(env->db, env->arena, session->profile_id,
		&out->profile, err) != STORE_OK)
		return -1;
	ttl = settings_int(env->settings, SETTING_AUTH_ACCESS_TTL) * 1000;
	if (issued_at + ttl > session->expires_at)
		ttl = session->expires_at - issued_at;
	access.expires_at = issued_at + ttl;
	out->session_id = session->id;
	out->access_token = token_make(env->arena, env->keys, &access);
	out->refresh_token = arena_strdup(env->arena, token->text);
	out->access_ttl_s = (access.expires_at - env->now_ms) / 1000;
	out->refresh_ttl_s = (session->refresh_expires_at - env->now_ms) / 1000;
	return 0;
}

char *
session_name_device(const struct auth_env *env, const char *device)
{
	char *shown, *name;
	size_t len;

	if (device == NULL || *device == '\0')
		return session_device_name(env->arena, env->user_agent);
	len = strnlen(device, DEVICE_MAX);
	while (len > 0 && len == DEVICE_MAX && (device[len] & 0xc0) == 0x80)
		len--;
	shown = str_to_display(device, len);
	name = arena_strdup(env->arena, shown);
	free(shown);
	return name;
}

int
session_is_same_user(
    const struct auth_env *env, const struct user *user, struct err *err)
{
	struct user now;

	switch (store_user_find(env->db, env->arena, user->id, &now, err)) {
	case STORE_ERROR:
		return -1;
	case STORE_NONE:
		return 0;
	case STORE_OK:
		break;
	}
	return !now.is_disabled &&
	    strcmp(now.password_hash, user->password_hash) == 0;
}

/* What was proven may have been proven some seconds ago: what ended all sessions
 * since then ends this one before it begins. */
static int
check_user(const struct auth_env *env, const struct user *user, struct err *err)
{
	int same = session_is_same_user(env, user, err);

	return same == 0 ? err_set(err, ERR_BAD_CREDENTIALS,
			       "This account has just changed. Sign in again.")
	    : same == 1  ? 0
			 : -1;
}

/* The session's row and its place among the person's others. */
static int
add_session(const struct auth_env *env, const struct session_wish *wish,
    const struct session *session, struct auth_tokens *out, struct err *err)
{
	size_t max =
	    (size_t)settings_int(env->settings, SETTING_AUTH_MAX_SESSIONS);
	char detail[64];
	size_t i;

	snprintf(detail, sizeof(detail), "{\"strategy\":\"%s\"}", wish->how);
	if (db_begin(env->db, err) == -1)
		return -1;
	if (check_user(env, wish->user, err) == -1 ||
	    store_session_trim(env->db, env->arena, session->user_id, max - 1,
		env->now_ms, &out->displaced, &out->n_displaced,
		err) == STORE_ERROR ||
	    store_session_add(env->db, session, err) != STORE_OK)
		goto err;
	for (i = 0; i < out->n_displaced; i++)
		if (session_audit(env, &out->displaced[i], AUDIT_SESSION_ENDED,
			"{\"reason\":\"limit\"}", err) == -1)
			goto err;
	if (session_audit(env, session, AUDIT_SESSION_STARTED, detail, err) ==
		0 &&
	    db_commit(env->db, err) == 0)
		return 0;
err:
	db_rollback(env->db);
	return -1;
}

/* The profile of a wish, one of that account. */
static int
find_profile(const struct auth_env *env, const struct session_wish *wish,
    struct profile *profile, struct err *err)
{
	const char *user_id = wish->user->id;
	enum store_result found = wish->profile_id == NULL
	    ? store_profile_default(env->db, env->arena, user_id, profile, err)
	    : store_profile_find(
		  env->db, env->arena, wish->profile_id, profile, err);

	if (found == STORE_ERROR)
		return -1;
	if (found == STORE_NONE || strcmp(profile->user_id, user_id) != 0)
		return err_set(err, ERR_BAD_CREDENTIALS,
		    "This profile is no longer there.");
	return 0;
}

int
session_start(const struct auth_env *env, const struct session_wish *wish,
    struct auth_tokens *out, struct err *err)
{
	const struct user *user = wish->user;
	struct session session = { .user_id = user->id, .role = user->role };
	struct refresh_token token = { 0 };
	struct profile profile;
	char id[UUID_SIZE];
	int64_t ttl;

	memset(out, 0, sizeof(*out));
	if (find_profile(env, wish, &profile, err) == -1)
		return -1;
	random_uuid(id);
	session.id = arena_strdup(env->arena, id);
	session.profile_id = profile.id;
	session.address = arena_strdup(env->arena, env->address);
	session.device = session_name_device(env, wish->device);
	refresh_token_first(&token);
	memcpy(session.refresh_hash, token.hash, SESSION_HASH_SIZE);
	session_client_hash(env, session.client_hash);
	session.created_at = env->now_ms;
	session.last_used_at = env->now_ms;
	session.expires_at = env->now_ms +
	    settings_int(env->settings, SETTING_AUTH_CHAIN_TTL) * 1000;
	if (wish->api_key_id != NULL) {
		session.api_key_id = arena_strdup(env->arena, wish->api_key_id);
		if (wish->ends_at < session.expires_at)
			session.expires_at = wish->ends_at;
	}
	ttl = settings_int(env->settings, SETTING_AUTH_REFRESH_TTL) * 1000;
	session.refresh_expires_at = env->now_ms + ttl < session.expires_at
	    ? env->now_ms + ttl
	    : session.expires_at;
	if (add_session(env, wish, &session, out, err) == -1)
		return -1;
	return session_give(env, &session, &token, env->now_ms, out, err);
}

static int
refuse(struct err *err)
{
	return err_set(err, ERR_UNAUTHORIZED, "This session has ended.");
}

static int
check_token(const struct auth_env *env, const char *text,
    struct access_token *token, struct err *err)
{
	if (env->tokens == NULL)
		return token_check(
		    env->arena, env->keys, text, env->now_ms, token, err);
	return token_cache_check(
	    env->tokens, env->arena, env->keys, text, env->now_ms, token, err);
}

int
session_prove(const struct auth_env *env, const char *access_token,
    struct session *session, int64_t *token_ends_at, struct err *err)
{
	struct access_token token;

	if (check_token(env, access_token, &token, err) == -1)
		return -1;
	switch (store_session_find(
	    env->db, env->arena, token.session_id, session, err)) {
	case STORE_ERROR:
		return -1;
	case STORE_NONE:
		return refuse(err);
	case STORE_OK:
		break;
	}
	if (strcmp(session->user_id, token.user_id) != 0 ||
	    session->revoked_at != 0 || session->user_disabled ||
	    env->now_ms >= session->expires_at)
		return refuse(err);
	*token_ends_at = token.expires_at;
	return 0;
}
