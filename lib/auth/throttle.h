/*
 * The throttle of who guesses: a delay that grows per address, and per what was
 * asked for from there (an account, a profile), so that nobody can lock another
 * person out from elsewhere.
 */
#ifndef LIB_AUTH_THROTTLE_H
#define LIB_AUTH_THROTTLE_H

#include "lib/auth/session.h"

struct throttle {
	unsigned char address[SESSION_HASH_SIZE];
	unsigned char account[SESSION_HASH_SIZE];
};

/* For an account as it was typed, or another subject, asked by env->address. */
void throttle_make(const struct auth_env *env, const char *subject,
    struct throttle *out) NONNULL;

/* ERR_RATE_LIMITED while it holds; *retry_after_s says how long. */
int throttle_check(const struct auth_env *env, const struct throttle *throttle,
    int64_t *retry_after_s, struct err *err) NONNULL MUST_CHECK;

/* What came of a try, which has to be said before anybody hears of it. Looks
 * again and counts in one transaction: of many tries that were let through at
 * the same moment as many are told whether they were right as of those that wait
 * for each other; the rest has ERR_RATE_LIMITED. A failure counts; who is right
 * has the subject's failures from there forgotten, the address's not. */
int throttle_settle(const struct auth_env *env, const struct throttle *throttle,
    bool is_right, int64_t *retry_after_s, struct err *err) NONNULL MUST_CHECK;

#endif
