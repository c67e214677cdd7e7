/* Signing in by a passkey. */
#include "lib/auth/passkey.h"
#include "lib/auth/strategy.h"

enum { CREDENTIAL };

/* Whoever finds a profile open that may change the account can make a passkey
 * there: it opens what is open anyway, and of that the least. */
static int
find_profile(
    const struct auth_env *env, struct strategy_answer *out, struct err *err)
{
	const struct profile *least = NULL;
	struct profile *all;
	size_t i, n;

	if (store_profile_list(
		env->db, env->arena, out->user.id, &all, &n, err) != STORE_OK)
		return -1;
	for (i = 0; i < n; i++)
		if (all[i].pin_hash == NULL &&
		    (least == NULL ||
			store_viewer_is_wider(&least->viewer, &all[i].viewer)))
			least = &all[i];
	if (least == NULL)
		return err_set(err, ERR_PROFILES_LOCKED,
		    "Each profile of this account has a PIN. Sign in with the "
		    "password.");
	out->profile_id = least->id;
	return 0;
}

int
strategy_prove_passkey(const struct auth_env *env,
    const struct strategy_given *given, struct strategy_answer *out,
    struct err *err)
{
	struct passkey_site site;

	if (passkey_site_find(env, &site, err) == -1)
		return -1;
	if (passkey_prove(
		env, &site, given[CREDENTIAL].json, &out->user, err) == -1)
		return -1;
	return find_profile(env, out, err);
}
