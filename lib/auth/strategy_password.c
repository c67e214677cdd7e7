/* Signing in by e-mail or user name and password. */
#include "lib/auth/password.h"
#include "lib/auth/strategy.h"
#include "lib/auth/throttle.h"
#include "lib/base/log.h"

enum { LOGIN, PASSWORD };

/* A hash of another program gives way to one of ours, now that the password is
 * known. Who is right gets in, also when that cannot be. */
static void
renew_hash(const struct auth_env *env, struct user *user, const char *password)
{
	char hash[PASSWORD_HASH_SIZE];
	enum store_result renewed = STORE_ERROR;
	struct err err;

	if (!password_is_foreign(user->password_hash))
		return;
	db_release(env->db);
	if (password_hash_any(env->run, password, hash, &err) == 0)
		renewed = store_user_renew_hash(
		    env->db, user->id, user->password_hash, hash, &err);
	if (renewed == STORE_ERROR)
		log_warn("password.renew", "%s", err.text);
	if (renewed == STORE_OK)
		user->password_hash = arena_strdup(env->arena, hash);
}

int
strategy_prove_password(const struct auth_env *env,
    const struct strategy_given *given, struct strategy_answer *out,
    struct err *err)
{
	struct throttle throttle;
	enum store_result found;
	int right;

	throttle_make(env, given[LOGIN].text, &throttle);
	if (throttle_check(env, &throttle, &out->retry_after_s, err) == -1)
		return -1;
	found = store_user_find_login(
	    env->db, env->arena, given[LOGIN].text, &out->user, err);
	if (found == STORE_ERROR)
		return -1;
	/* Argon2 waits for its slot and takes long: nobody else should wait
	 * for our connection. */
	db_release(env->db);
	right = password_check(env->run, given[PASSWORD].text,
	    found == STORE_OK ? out->user.password_hash : NULL, err);
	if (right == -1)
		return -1;
	right = right && !out->user.is_disabled;
	if (throttle_settle(env, &throttle, right, &out->retry_after_s, err) ==
	    -1)
		return -1;
	if (!right)
		return err_set(
		    err, ERR_BAD_CREDENTIALS, "E-mail or password is wrong.");
	renew_hash(env, &out->user, given[PASSWORD].text);
	return 0;
}
