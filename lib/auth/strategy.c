/* The table of strategies, and what follows each of them. */
#include "lib/auth/strategy.h"

#include <string.h>

const struct strategy strategies[STRATEGY__MAX] = {
	[STRATEGY_PASSWORD] = { .name = "password",
	    .takes = { "email", "password" },
	    .prove = strategy_prove_password },
	[STRATEGY_APP_PASSWORD] = { .name = "app password",
	    .takes = { "email", "password" },
	    .prove = strategy_prove_app_password,
	    .otherwise = &strategies[STRATEGY_PASSWORD] },
	[STRATEGY_DEVICE] = { .name = "device",
	    .takes = { "deviceCode" },
	    .prove = strategy_prove_device },
	[STRATEGY_PASSKEY] = { .name = "passkey",
	    .takes = { "credential" },
	    .prove = strategy_prove_passkey },
	[STRATEGY_SIGNUP] = { .name = "signup",
	    .takes = { "name", "email", "password", "code" },
	    .prove = strategy_prove_signup },
};

int
strategy_sign_in(const struct auth_env *env, const struct strategy *strategy,
    const struct strategy_given *given, const char *device,
    struct auth_tokens *out, int64_t *retry_after_s, struct err *err)
{
	struct strategy_answer answer = { 0 };
	int proven = strategy->prove(env, given, &answer, err);

	if (proven == -1 && err->code == ERR_BAD_CREDENTIALS &&
	    strategy->otherwise != NULL)
		return strategy_sign_in(env, strategy->otherwise, given, device,
		    out, retry_after_s, err);
	*retry_after_s = answer.retry_after_s;
	if (proven == -1)
		return -1;
	if (answer.user.is_disabled)
		return err_set(
		    err, ERR_BAD_CREDENTIALS, "This person may not sign in.");
	return session_start(env,
	    &(struct session_wish){ .user = &answer.user,
		.profile_id = answer.profile_id,
		.how = strategy->name,
		.device = device,
		.api_key_id = answer.api_key_id,
		.ends_at = answer.ends_at },
	    out, err);
}
