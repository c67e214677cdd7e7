/* `miauctl subtitles`: the service from which subtitles can be fetched. */
#include <stdio.h>

#include "daemon/miauctl/command.h"
#include "lib/base/json.h"

enum { CALL_MS = 20 * 1000 };

static void
print_quota(struct json_object *quota)
{
	const char *until = json_get_text(quota, "resetAt", NULL);

	if (quota == NULL) {
		puts("What may be fetched is told with the first file.");
		return;
	}
	printf("%lld more can be fetched",
	    (long long)json_get_int(quota, "remaining", 0));
	if (until != NULL)
		printf(" until %s", until);
	puts(".");
}

static int
ask(struct ctl *ctl, bool is_test)
{
	struct json_object *params = json_object_new_object(), *result = NULL;
	struct err err;

	json_add_bool(params, "test", is_test);
	if (ctl_call(ctl, "subtitles.status", params, CALL_MS, &result, &err) ==
	    -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, result);
	if (is_test)
		puts("OpenSubtitles answers, and takes the key.");
	else
		printf("OpenSubtitles is %s.\n",
		    json_get_bool(result, "isOn", false)
			? "set up"
			: "not set up: opensubtitles.apiKey is empty");
	print_quota(json_get_object(result, "quota"));
	json_object_put(result);
	return CTL_OK;
}

static int
run_status(struct ctl *ctl, const struct args *args)
{
	(void)args;
	return ask(ctl, false);
}

static int
run_test(struct ctl *ctl, const struct args *args)
{
	(void)args;
	return ask(ctl, true);
}

static const struct command subtitles_status = {
	.name = "status",
	.summary = "Show whether OpenSubtitles is set up, and what it allows",
	.run = run_status,
};

static const struct command subtitles_test = {
	.name = "test",
	.summary = "Ask OpenSubtitles whether it takes the key",
	.help = "A search is tried, which costs nothing of the day's quota.",
	.run = run_test,
};

static const struct command *const subtitles_subs[] = { &subtitles_status,
	&subtitles_test, NULL };

const struct command command_subtitles = {
	.name = "subtitles",
	.summary = "The service from which subtitles can be fetched",
	.subs = subtitles_subs,
};
