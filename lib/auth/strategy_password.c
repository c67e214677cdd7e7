/* Signing in by e-mail or user name and password. */
#include "lib/auth/password.h"
#include "lib/auth/strategy.h"
#include "lib/auth/throttle.h"

enum { LOGIN, PASSWORD };

int
strategy_prove_password(const struct auth_env *env, const char *const *given,
    struct strategy_answer *out, struct err *err)
{
	struct throttle throttle;
	enum store_result found;
	int right;

	throttle_make(env, given[LOGIN], &throttle);
	if (throttle_check(env, &throttle, &out->retry_after_s, err) == -1)
		return -1;
	found = store_user_find_login(
	    env->db, env->arena, given[LOGIN], &out->user, err);
	if (found == STORE_ERROR)
		return -1;
	/* Argon2 waits for its slot and takes long: nobody else should wait
	 * for our connection. */
	db_release(env->db);
	right = password_check(env->run, given[PASSWORD],
	    found == STORE_OK ? out->user.password_hash : NULL, err);
	if (right == -1)
		return -1;
	if (right && !out->user.is_disabled)
		return throttle_clear(env, &throttle, err);
	if (throttle_fail(env, &throttle, err) == -1)
		return -1;
	return err_set(
	    err, ERR_BAD_CREDENTIALS, "E-mail or password is wrong.");
}
