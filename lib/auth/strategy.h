/*
 * Ways to sign in. Each is a row: what it takes, and a function that ends in a
 * person or an error. What follows is the same for all: who is disabled is
 * refused, a session begins under the person's limit, the audit log names the
 * strategy. docs/auth.md shows how one is added.
 */
#ifndef LIB_AUTH_STRATEGY_H
#define LIB_AUTH_STRATEGY_H

#include "lib/auth/session.h"

enum { STRATEGY_FIELDS_MAX = 4 };

struct strategy_answer {
	struct user user;
	/* As whom the session begins. NULL, the account's first, is for what
	 * proves the account as its password does. */
	const char *profile_id;
	/* Of an app password, see struct session_wish. */
	const char *api_key_id;
	int64_t ends_at;
	int64_t retry_after_s; /* with ERR_RATE_LIMITED: when to come again */
};

/* What was given for a field: texts are texts, what is more comes as JSON. */
struct strategy_given {
	const char *text;         /* NULL: absent, or no text */
	struct json_object *json; /* borrowed */
};

struct strategy {
	const char *name; /* in the audit log */
	/* The fields that it takes, by the names of the contract. */
	const char *takes[STRATEGY_FIELDS_MAX];
	/* given: in that order. The person and all else in the arena. May wait;
	 * no transaction is open. */
	int (*prove)(const struct auth_env *env,
	    const struct strategy_given *given, struct strategy_answer *out,
	    struct err *err);
	/* Asked with the same when this one says ERR_BAD_CREDENTIALS; NULL:
	 * that was it. */
	const struct strategy *otherwise;
};

enum strategy_id {
	STRATEGY_PASSWORD,
	STRATEGY_APP_PASSWORD,
	STRATEGY_DEVICE,
	STRATEGY_PASSKEY,
	STRATEGY_SIGNUP,
	STRATEGY__MAX
};
extern const struct strategy strategies[STRATEGY__MAX];

/* E-mail or user name, and password. ERR_BAD_CREDENTIALS in equal time for
 * unknown and wrong; ERR_RATE_LIMITED while throttled. */
int strategy_prove_password(const struct auth_env *env,
    const struct strategy_given *given, struct strategy_answer *out,
    struct err *err) NONNULL MUST_CHECK;

/* The same with an app password (lib/auth/api_key.h) in the place of the
 * password. One that is unknown costs what a wrong password costs, as that is
 * asked next. */
int strategy_prove_app_password(const struct auth_env *env,
    const struct strategy_given *given, struct strategy_answer *out,
    struct err *err) NONNULL MUST_CHECK;

/* The code that a waiting device keeps (lib/auth/device_code.h).
 * ERR_AUTHORIZATION_PENDING, ERR_SLOW_DOWN, ERR_ACCESS_DENIED, ERR_EXPIRED_TOKEN
 * (also for one that is unknown or was used). */
int strategy_prove_device(const struct auth_env *env,
    const struct strategy_given *given, struct strategy_answer *out,
    struct err *err) NONNULL MUST_CHECK;

/* A passkey (lib/auth/passkey.h). ERR_PASSKEY_REFUSED for all that is wrong, also
 * when no page of this server asks; ERR_BAD_CREDENTIALS for one that is not
 * known; ERR_PROFILES_LOCKED when each profile has a PIN. Begins as the profile
 * without a PIN that sees least. */
int strategy_prove_passkey(const struct auth_env *env,
    const struct strategy_given *given, struct strategy_answer *out,
    struct err *err) NONNULL MUST_CHECK;

/* A new account, by an invitation or as auth.signup allows: what
 * people_sign_up says. */
int strategy_prove_signup(const struct auth_env *env,
    const struct strategy_given *given, struct strategy_answer *out,
    struct err *err) NONNULL MUST_CHECK;

/* Signs in by a strategy. device NULL: named after the user agent.
 * *retry_after_s is set with ERR_RATE_LIMITED, else 0. */
int strategy_sign_in(const struct auth_env *env,
    const struct strategy *strategy, const struct strategy_given *given,
    const char *device, struct auth_tokens *out, int64_t *retry_after_s,
    struct err *err) NONNULL_ARGS(1, 2, 3, 5, 6, 7) MUST_CHECK;

#endif
