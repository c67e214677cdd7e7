/* Signing in by the code of a device that somebody has said yes to. */
#include <string.h>

#include "lib/auth/device_code.h"
#include "lib/auth/digest.h"
#include "lib/auth/strategy.h"

enum {
	DEVICE_CODE,     /* place among what is given */
	GROWTH_S = 5,    /* RFC 8628 §3.5 */
	SLACK_MS = 1000, /* what a network may add or take away */
};

static int
refuse(enum device_poll poll, struct err *err)
{
	switch (poll) {
	case DEVICE_POLL_WAITING:
		return err_set(
		    err, ERR_AUTHORIZATION_PENDING, "Nobody has answered yet.");
	case DEVICE_POLL_TOO_SOON:
		return err_set(err, ERR_SLOW_DOWN,
		    "Wait %d s longer between two questions.", GROWTH_S);
	case DEVICE_POLL_DENIED:
		return err_set(err, ERR_ACCESS_DENIED,
		    "The sign-in was refused on the other device.");
	case DEVICE_POLL_UNKNOWN:
	case DEVICE_POLL_APPROVED:
		break;
	}
	return err_set(
	    err, ERR_EXPIRED_TOKEN, "This code has expired or was used.");
}

int
strategy_prove_device(const struct auth_env *env,
    const struct strategy_given *given, struct strategy_answer *out,
    struct err *err)
{
	const char *code = given[DEVICE_CODE].text;
	unsigned char hash[DEVICE_CODE_HASH_SIZE];
	enum device_poll poll;
	char *user_id = NULL, *profile_id = NULL;

	digest_sha256(code, strlen(code), hash);
	if (store_device_code_poll(env->db, env->arena, hash, SLACK_MS,
		GROWTH_S, env->now_ms, &poll, &user_id, &profile_id,
		err) != STORE_OK)
		return -1;
	if (poll != DEVICE_POLL_APPROVED || user_id == NULL ||
	    profile_id == NULL)
		return refuse(poll, err);
	out->profile_id = profile_id;
	switch (
	    store_user_find(env->db, env->arena, user_id, &out->user, err)) {
	case STORE_OK:
		return 0;
	case STORE_NONE:
		return refuse(DEVICE_POLL_UNKNOWN, err);
	case STORE_ERROR:
		break;
	}
	return -1;
}
