/* `miauctl transcode`: what is made of films for those who watch by HLS. */
#include <stdio.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/table.h"
#include "lib/base/json.h"

enum { CALL_MS = 20 * 1000 };

static int
run_list(struct ctl *ctl, const struct args *args)
{
	struct json_object *result = NULL, *list, *item;
	struct table *table;
	struct err err;
	int code;

	(void)args;
	if (ctl_call(ctl, "hls.list", NULL, CALL_MS, &result, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, result);
	table = table_new("Source>|Track|At>|State");
	list = json_get_array(result, "encoders");
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		item = json_object_array_get_idx(list, i);
		table_addf(table, "%lld",
		    (long long)json_get_int(item, "sourceId", 0));
		table_add(table, json_get_text(item, "track", ""));
		table_addf(table, "%.0f s", json_get_real(item, "position", 0));
		table_add(table, json_get_text(item, "state", ""));
	}
	code = table_print(ctl, table, "Nothing is converted now.");
	json_object_put(result);
	return code;
}

static const struct command transcode_list = {
	.name = "list",
	.summary = "Show what is converted now, for which source, and how far",
	.help = "Tracks are named as in the addresses of HLS: v-copy is the "
		"picture as it is, v-720 encoded, a-0-aac the first sound "
		"track as AAC. An encoder that is \"ahead\" waits until "
		"somebody wants more.",
	.run = run_list,
};

static const struct command *const transcode_subs[] = { &transcode_list, NULL };

const struct command command_transcode = {
	.name = "transcode",
	.summary = "What is converted for those who watch",
	.subs = transcode_subs,
};
