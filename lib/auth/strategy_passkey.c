/* Signing in by a passkey. */
#include "lib/auth/passkey.h"
#include "lib/auth/strategy.h"

enum { CREDENTIAL };

int
strategy_prove_passkey(const struct auth_env *env,
    const struct strategy_given *given, struct strategy_answer *out,
    struct err *err)
{
	struct passkey_site site;

	if (passkey_site_find(env, &site, err) == -1)
		return -1;
	return passkey_prove(
	    env, &site, given[CREDENTIAL].json, &out->user, err);
}
