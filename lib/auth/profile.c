/* Doors between the profiles of an account. */
#include "lib/auth/profile.h"

#include <stdio.h>
#include <string.h>

#include "lib/auth/password.h"
#include "lib/auth/throttle.h"
#include "lib/auth/token.h"

bool
profile_is_pin(const char *text)
{
	size_t len = strlen(text);

	return len >= PIN_MIN && len <= PIN_MAX &&
	    strspn(text, "0123456789") == len;
}

bool
profile_needs_proof(const struct viewer *now, const struct profile *target)
{
	if (now->profile_id != NULL && strcmp(now->profile_id, target->id) == 0)
		return false;
	return target->pin_hash != NULL ||
	    store_viewer_is_wider(&target->viewer, now);
}

/* 1 right, 0 wrong, -1 error. Argon2 waits for its slot and takes long, so the
 * connection is given back first. */
static int
check(const struct auth_env *env, const struct profile *target,
    const struct proof *proof, struct err *err)
{
	struct user user;

	if (proof->pin != NULL) {
		db_release(env->db);
		return password_check(
		    env->run, proof->pin, target->pin_hash, err);
	}
	if (store_user_find(env->db, env->arena, target->user_id, &user, err) !=
	    STORE_OK)
		return -1;
	db_release(env->db);
	return password_check(
	    env->run, proof->password, user.password_hash, err);
}

int
profile_prove(const struct auth_env *env, const struct profile *target,
    const struct proof *proof, int64_t *retry_after_s, struct err *err)
{
	struct throttle throttle;
	char subject[sizeof("profile ") + UUID_SIZE];
	int right;

	*retry_after_s = 0;
	if (proof->pin == NULL && proof->password == NULL)
		return err_set(err, ERR_PROFILE_LOCKED,
		    "This profile asks for its PIN or the account's password.");
	snprintf(subject, sizeof(subject), "profile %s", target->id);
	throttle_make(env, subject, &throttle);
	if (throttle_check(env, &throttle, retry_after_s, err) == -1)
		return -1;
	right = check(env, target, proof, err);
	if (right == -1)
		return -1;
	if (throttle_settle(env, &throttle, right, retry_after_s, err) == -1)
		return -1;
	return right
	    ? 0
	    : err_set(err, ERR_PIN_WRONG, "The PIN or the password is wrong.");
}

int
profile_token(const struct auth_env *env, const char *session_id, char **token,
    int64_t *ttl_s, struct err *err)
{
	struct session session;
	struct access_token access;
	int64_t ttl =
	    settings_int(env->settings, SETTING_AUTH_ACCESS_TTL) * 1000;

	if (store_session_find(
		env->db, env->arena, session_id, &session, err) != STORE_OK)
		return -1;
	if (env->now_ms + ttl > session.expires_at)
		ttl = session.expires_at - env->now_ms;
	access = (struct access_token){ .user_id = session.user_id,
		.session_id = session.id,
		.profile_id = session.profile_id,
		.role = session.role,
		.issued_at = env->now_ms,
		.expires_at = env->now_ms + ttl };
	*token = token_make(env->arena, env->keys, &access);
	*ttl_s = ttl / 1000;
	return 0;
}
