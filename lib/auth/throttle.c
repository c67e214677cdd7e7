/* Delays for who guesses. */
#include "lib/auth/throttle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/digest.h"
#include "lib/auth/session_part.h"
#include "lib/base/str.h"

enum {
	/* Failures that cost nothing, and the longest delay afterwards. */
	FREE_PER_ADDRESS = 20,
	FREE_PER_ACCOUNT = 4,
	BLOCK_MAX_MS = 15 * 60 * 1000,
};

void
throttle_make(
    const struct auth_env *env, const char *subject, struct throttle *out)
{
	const unsigned char *key = auth_key(env->keys, KEY_LOGIN);
	char network[SESSION_NETWORK_SIZE];
	char *account = str_fold_email(subject);

	/* Who has a whole /64 must not have 2^64 tries; an IPv4 address is
	 * taken as it is, neighbours in a /24 are strangers. */
	session_network(env->address, network);
	if (strchr(env->address, ':') == NULL ||
	    str_starts(env->address, "::ffff:"))
		snprintf(network, sizeof(network), "%s", env->address);
	digest_hmac(key,
	    DIGEST_PARTS(DIGEST_TEXT("address"), DIGEST_TEXT(network)),
	    out->address);
	digest_hmac(key,
	    DIGEST_PARTS(DIGEST_TEXT("account"), DIGEST_TEXT(account),
		DIGEST_TEXT(network)),
	    out->account);
	free(account);
}

int
throttle_check(const struct auth_env *env, const struct throttle *throttle,
    int64_t *retry_after_s, struct err *err)
{
	int64_t address = 0, account = 0, until;

	if (store_login_blocked(env->db, throttle->address, &address, err) ==
		STORE_ERROR ||
	    store_login_blocked(env->db, throttle->account, &account, err) ==
		STORE_ERROR)
		return -1;
	until = address > account ? address : account;
	if (until <= env->now_ms)
		return 0;
	*retry_after_s = (until - env->now_ms + 999) / 1000;
	return err_set(err, ERR_RATE_LIMITED,
	    "Too many failed tries. Try again in %lld s.",
	    (long long)*retry_after_s);
}

static int
fail(const struct auth_env *env, const struct throttle *throttle,
    struct err *err)
{
	if (store_login_failed(env->db, throttle->address, FREE_PER_ADDRESS,
		BLOCK_MAX_MS, env->now_ms, err) == STORE_ERROR ||
	    store_login_failed(env->db, throttle->account, FREE_PER_ACCOUNT,
		BLOCK_MAX_MS, env->now_ms, err) == STORE_ERROR)
		return -1;
	return 0;
}

static int
clear(const struct auth_env *env, const struct throttle *throttle,
    struct err *err)
{
	return store_login_succeeded(env->db, throttle->account, err) ==
		STORE_ERROR
	    ? -1
	    : 0;
}

int
throttle_settle(const struct auth_env *env, const struct throttle *throttle,
    bool is_right, int64_t *retry_after_s, struct err *err)
{
	int result;

	if (db_begin(env->db, err) == -1)
		return -1;
	result = throttle_check(env, throttle, retry_after_s, err);
	if (result == 0)
		result = is_right ? clear(env, throttle, err)
				  : fail(env, throttle, err);
	if (result == 0)
		return db_commit(env->db, err);
	db_rollback(env->db);
	return -1;
}
