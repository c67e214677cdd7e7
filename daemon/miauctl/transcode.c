/* `miauctl transcode`: what is made of films for those who watch by HLS. */
#include <stdio.h>
#include <string.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/table.h"
#include "lib/base/json.h"

enum { CALL_MS = 20 * 1000, PROBE_MS = 120 * 1000 };

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

static int
run_probe(struct ctl *ctl, const struct args *args)
{
	struct json_object *result = NULL, *list, *item;
	struct table *table;
	struct err err;
	const char *used;

	(void)args;
	if (ctl_call(ctl, "hls.probe", NULL, PROBE_MS, &result, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, result);
	used = json_get_text(result, "used", "software");
	table = table_new("Encoder|State|Used|Problem");
	list = json_get_array(result, "ways");
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		item = json_object_array_get_idx(list, i);
		table_add(table, json_get_text(item, "name", ""));
		table_add(table, json_get_text(item, "state", ""));
		table_add(table,
		    strcmp(json_get_text(item, "name", ""), used) == 0 ? "yes"
								       : "");
		table_add(table, json_get_text(item, "problem", ""));
	}
	table_add(table, "software");
	table_add(table, "works");
	table_add(table, strcmp(used, "software") == 0 ? "yes" : "");
	table_add(table, "");
	json_object_put(result);
	return table_print(ctl, table, "");
}

static const struct command transcode_probe = {
	.name = "probe",
	.summary = "Try each way to encode by hardware, and show which works",
	.help =
	    "Each encodes a few pictures as a film is encoded. What failed in "
	    "the middle of a film is taken again when it works now. "
	    "transcode.hardware says what may be taken.",
	.run = run_probe,
};

static const struct command *const transcode_subs[] = { &transcode_list,
	&transcode_probe, NULL };

const struct command command_transcode = {
	.name = "transcode",
	.summary = "What is converted for those who watch",
	.subs = transcode_subs,
};
