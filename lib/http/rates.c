/* How often one may ask. */
#include <stdio.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/http/origin.h"
#include "lib/http/server.h"

static const struct limit_rule rules[RATE__MAX] = {
	[RATE_DEFAULT] = { .period_ms = 60000, .count = 3000 },
	[RATE_LOGIN] = { .period_ms = 60000, .count = 10 },
	[RATE_CODE] = { .period_ms = 60000, .count = 20 },
	[RATE_SETUP] = { .period_ms = 5000, .count = 1 },
	[RATE_PLAY] = { .period_ms = 60000, .count = 60 },
	[RATE_STREAM] = { .period_ms = 60000, .count = 20 }, /* wrong keys */
};

static int
refuse(struct http_exchange *ex, struct reply *refusal)
{
	*refusal = reply_error(ERR_RATE_LIMITED,
	    "Too many requests; try again in %lld s.",
	    (long long)ex->limit.retry_after_s);
	refusal->retry_after_s = ex->limit.retry_after_s;
	return -1;
}

/* Takes (or looks at) one of `key` under a rule. */
static int
count(struct http_exchange *ex, enum rate rate, const char *key, bool take,
    struct reply *refusal)
{
	struct limits *limits;
	struct err err;

	limits = http_server_limits(ex->server, &err);
	if (limits == NULL) {
		*refusal = reply_err(&err);
		return -1;
	}
	if (limits_take(
		limits, key, &rules[rate], clock_now_ms(), take, &ex->limit)) {
		ex->has_limit = rate != RATE_STREAM;
		return 0;
	}
	ex->has_limit = true;
	return refuse(ex, refusal);
}

int
http_check_rate(struct http_exchange *ex, struct reply *refusal)
{
	enum rate rate = ex->req.route->rate;
	char network[HTTP_ADDRESS_SIZE], key[HTTP_ADDRESS_SIZE + 64];

	if (rate == RATE_STREAM)
		return 0;
	/* Against strangers; the machine itself has easier ways to be busy. */
	if (rate == RATE_DEFAULT && origin_is_loopback(ex->req.address))
		return 0;
	if (ex->req.address[0] == '\0')
		return 0;
	origin_network(ex->req.address, network, sizeof(network));
	if ((rate == RATE_DEFAULT || rate == RATE_PLAY) &&
	    ex->req.caller.session_id != NULL)
		snprintf(key, sizeof(key), "%d:session:%s", (int)rate,
		    ex->req.caller.session_id);
	else if (rate == RATE_CODE && ex->req.caller.user_id != NULL)
		snprintf(key, sizeof(key), "%d:user:%s", (int)rate,
		    ex->req.caller.user_id);
	else
		snprintf(key, sizeof(key), "%d:%s", (int)rate, network);
	return count(ex, rate, key, true, refusal);
}

int
http_check_guesses(struct http_exchange *ex, bool take, struct reply *refusal)
{
	char network[HTTP_ADDRESS_SIZE], key[HTTP_ADDRESS_SIZE + 16];

	if (ex->req.address[0] == '\0')
		return 0;
	origin_network(ex->req.address, network, sizeof(network));
	snprintf(key, sizeof(key), "guess:%s", network);
	return count(ex, RATE_STREAM, key, take, refusal);
}
