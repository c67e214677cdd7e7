/* Signing in by e-mail or user name and an app password. */
#include "lib/auth/api_key.h"
#include "lib/auth/strategy.h"
#include "lib/auth/throttle.h"

enum { LOGIN, PASSWORD };

int
strategy_prove_app_password(const struct auth_env *env,
    const struct strategy_given *given, struct strategy_answer *out,
    struct err *err)
{
	struct throttle throttle;
	struct session session;
	int64_t ends_at;

	throttle_make(env, given[LOGIN].text, &throttle);
	if (throttle_check(env, &throttle, &out->retry_after_s, err) == -1)
		return -1;
	if (api_key_prove_password(env, given[LOGIN].text, given[PASSWORD].text,
		&session, &ends_at, err) == -1) {
		if (err->code == ERR_UNAUTHORIZED)
			err_set(err, ERR_BAD_CREDENTIALS,
			    "E-mail or password is wrong.");
		return -1;
	}
	out->api_key_id = session.api_key_id;
	out->profile_id = session.profile_id;
	out->ends_at = ends_at;
	if (store_user_find(env->db, env->arena, session.user_id, &out->user,
		err) != STORE_OK ||
	    store_api_key_touch(env->db, session.api_key_id, env->now_ms,
		env->address, err) == STORE_ERROR)
		return -1;
	return throttle_settle(env, &throttle, true, &out->retry_after_s, err);
}
