/* `miauctl thumbnails`: the small pictures of the seek bar. */
#include <stdio.h>

#include "daemon/miauctl/command.h"
#include "lib/base/json.h"

enum { CALL_MS = 20 * 1000, MIB = 1024 * 1024 };

static int
run_status(struct ctl *ctl, const struct args *args)
{
	struct json_object *result = NULL;
	struct err err;

	(void)args;
	if (ctl_call(ctl, "thumbnails.status", NULL, CALL_MS, &result, &err) ==
	    -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, result);
	printf("%lld films have thumbnails, which take %lld MiB; %lld wait for "
	       "theirs, of %lld none can be made.\n",
	    (long long)json_get_int(result, "films", 0),
	    (long long)(json_get_int(result, "bytes", 0) / MIB),
	    (long long)json_get_int(result, "waiting", 0),
	    (long long)json_get_int(result, "failed", 0));
	json_object_put(result);
	return CTL_OK;
}

static int
run_clear(struct ctl *ctl, const struct args *args)
{
	struct json_object *result = NULL;
	struct err err;

	(void)args;
	if (ctl_call(ctl, "thumbnails.clear", NULL, CALL_MS, &result, &err) ==
	    -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, result);
	json_object_put(result);
	puts("The thumbnails are removed.");
	return CTL_OK;
}

static const struct command thumbnails_status = {
	.name = "status",
	.summary = "Show how many films have thumbnails, and what they take",
	.help = "`miauctl tasks run thumbnails` makes those that wait at once, "
		"one film after another.",
	.run = run_status,
};

static const struct command thumbnails_clear = {
	.name = "clear",
	.summary = "Remove all thumbnails, and what is known of films without",
	.help = "They are made anew unless thumbnails.enabled is off.",
	.run = run_clear,
};

static const struct command *const thumbnails_subs[] = { &thumbnails_status,
	&thumbnails_clear, NULL };

const struct command command_thumbnails = {
	.name = "thumbnails",
	.summary = "The small pictures of the seek bar",
	.subs = thumbnails_subs,
};
