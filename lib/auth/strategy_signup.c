/* Coming in with a new account. */
#include "lib/auth/people.h"
#include "lib/auth/strategy.h"

enum { NAME, EMAIL, PASSWORD, CODE };

int
strategy_prove_signup(const struct auth_env *env,
    const struct strategy_given *given, struct strategy_answer *out,
    struct err *err)
{
	const struct person_wish wish = {
		.email = given[EMAIL].text,
		.display_name = given[NAME].text,
		.password = given[PASSWORD].text,
	};

	return people_sign_up(env, &wish, given[CODE].text, &out->user, err);
}
