/* `miauctl storage`: the disk that torrents may use. */
#include <stdio.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/table.h"
#include "lib/base/json.h"
#include "lib/base/str.h"

enum { CALL_MS = 60 * 1000, LEFT_MIN = 1024 * 1024 };

static void
print_size(const char *label, struct json_object *status, const char *key)
{
	char size[64];

	ctl_size(json_get_int(status, key, 0), size);
	printf("%-9s %10s\n", label, size);
}

static int
print_items(const struct ctl *ctl, struct json_object *items)
{
	struct table *table = table_new("No>|Title|Used>|Kept|Why");
	struct json_object *item;
	char size[64];
	size_t i;

	for (i = 0; i < json_object_array_length(items); i++) {
		item = json_object_array_get_idx(items, i);
		table_addf(table, "%lld",
		    (long long)json_get_int(item, "downloadId", 0));
		table_add(table, json_get_text(item, "title", ""));
		ctl_size(json_get_int(item, "used", 0), size);
		table_add(table, size);
		table_add(
		    table, json_get_bool(item, "pinned", false) ? "yes" : "");
		table_add(table, json_get_text(item, "reason", NULL));
	}
	return table_print(ctl, table, "No torrent uses any.");
}

/* Of downloads that were removed, but not with their bytes. */
static void
print_left(struct json_object *status)
{
	int64_t left = json_get_int(status, "left", 0);
	char size[64];

	if (left < LEFT_MIN)
		return;
	ctl_size(left, size);
	printf("%-9s %10s  of downloads that were removed without --erase; to "
	       "free it, add them again and remove them with --erase\n",
	    "Left", size);
}

static int
run_status(struct ctl *ctl, const struct args *args)
{
	struct json_object *result = NULL;
	struct err err;
	int code;

	(void)args;
	if (ctl_call(ctl, "storage.status", NULL, CALL_MS, &result, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, result);
	print_size("Limit", result, "limit");
	print_size("Used", result, "used");
	print_left(result);
	print_size("Admitted", result, "admitted");
	print_size("Free", result, "free");
	code = print_items(ctl, json_get_array(result, "items"));
	json_object_put(result);
	return code;
}

static const struct command storage_status = {
	.name = "status",
	.summary = "Show what torrents use of the disk, and their limit",
	.help = "The limit is the setting storage.limit and is never passed. "
		"Admitted is what may be fetched within it.",
	.run = run_status,
};

static int
run_evict(struct ctl *ctl, const struct args *args)
{
	struct json_object *params, *result = NULL;
	char size[64];
	struct err err;
	int64_t id;

	if (!str_to_int64(args->word[0], 1, INT64_MAX, &id))
		return ctl_refuse(ctl, "A download is named by its number.");
	params = json_object_new_object();
	json_add_int(params, "downloadId", id);
	if (ctl_call(ctl, "storage.evict", params, CALL_MS, &result, &err) ==
	    -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, result);
	ctl_size(json_get_int(result, "freed", 0), size);
	printf("%s are free again.\n", size);
	json_object_put(result);
	return CTL_OK;
}

static const struct command storage_evict = {
	.name = "evict",
	.words = "NO",
	.min_words = 1,
	.max_words = 1,
	.summary =
	    "Give back what a torrent uses; it is fetched again if asked",
	.run = run_evict,
};

static const struct command *const storage_subs[] = { &storage_status,
	&storage_evict, NULL };

const struct command command_storage = {
	.name = "storage",
	.summary = "The disk that torrents may use",
	.subs = storage_subs,
};
