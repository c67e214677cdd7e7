/* `miauctl downloads`: torrents, how they go, and what may be changed. */
#include "daemon/miauctl/downloads.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/str.h"

enum { CALL_MS = 30 * 1000, KIB = 1024 };

int
downloads_ask(struct ctl *ctl, const struct args *args, const char *method,
    struct json_object *params, struct json_object **result)
{
	struct err err;
	int64_t id;

	*result = NULL;
	if (!str_to_int64(args->word[0], 1, INT64_MAX, &id)) {
		json_object_put(params);
		return ctl_refuse(ctl,
		    "A download is named by its number; `miauctl downloads "
		    "list` shows them.");
	}
	json_add_int(params, "id", id);
	if (ctl_call(ctl, method, params, CALL_MS, result, &err) == -1)
		return ctl_fail(ctl, &err);
	if (!ctl->is_json)
		return CTL_OK;
	params = *result;
	*result = NULL;
	return ctl_print(ctl, params);
}

/* --- list ----------------------------------------------------------------- */

static void
add_share(struct table *table, struct json_object *row)
{
	int64_t size = json_get_int(row, "size", 0);

	if (size > 0)
		table_addf(table, "%d %%",
		    (int)(100.0 * (double)json_get_int(row, "done", 0) /
			(double)size));
	else
		table_add(table, NULL);
}

static void
add_row(struct table *table, struct json_object *row)
{
	const char *problem = json_get_text(row, "problem", NULL);

	table_addf(table, "%lld", (long long)json_get_int(row, "id", 0));
	table_add(table, json_get_text(row, "title", ""));
	if (json_get_int(row, "size", -1) < 0)
		table_add(table, NULL);
	else
		downloads_add_size(table, json_get_int(row, "size", 0), "");
	add_share(table, row);
	downloads_add_size(table, json_get_int(row, "rate", 0), "/s");
	downloads_add_size(table, json_get_int(row, "uploadRate", 0), "/s");
	table_addf(table, "%lld", (long long)json_get_int(row, "peers", 0));
	table_addf(table, "%.2f", json_get_real(row, "ratio", 0));
	if (problem == NULL && downloads_is_asking(row))
		problem = "which file?";
	table_add(
	    table, problem != NULL ? problem : json_get_text(row, "state", ""));
}

static int
run_list(struct ctl *ctl, const struct args *args)
{
	struct json_object *result = NULL, *list;
	struct table *table;
	struct err err;
	size_t i;

	(void)args;
	if (ctl_call(ctl, "download.list", NULL, CALL_MS, &result, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, result);
	table =
	    table_new("No>|Title|Size>|Here>|Down>|Up>|Peers>|Ratio>|State");
	list = json_get_array(result, "downloads");
	for (i = 0; i < json_object_array_length(list); i++)
		add_row(table, json_object_array_get_idx(list, i));
	json_object_put(result);
	return table_print(ctl, table, "No download.");
}

static const struct command downloads_list = {
	.name = "list",
	.summary = "Show all torrents: how much is here, rates, peers",
	.run = run_list,
};

/* --- change --------------------------------------------------------------- */

/* Sends `change` (taken) for the download of the first word. */
static int
send_change(struct ctl *ctl, const struct args *args,
    struct json_object *change, const char *said)
{
	struct json_object *result;
	int status =
	    downloads_ask(ctl, args, "download.change", change, &result);

	if (result != NULL)
		printf("Download %s: %s\n", args->word[0], said);
	json_object_put(result);
	return status;
}

/* A command that sets one flag of a download: a row says which. */
struct flag {
	struct command command;
	const char *key;
	bool value;
	const char *said;
};

static int
run_flag(struct ctl *ctl, const struct args *args)
{
	const struct flag *flag = (const struct flag *)args->command;
	struct json_object *change = json_object_new_object();

	json_add_bool(change, flag->key, flag->value);
	return send_change(ctl, args, change, flag->said);
}

#define FLAG_COMMAND                                                           \
	.command.words = "NO", .command.min_words = 1, .command.max_words = 1, \
	.command.run = run_flag

enum { PAUSE, RESUME, PIN, UNPIN, RECHECK };

static const struct flag flags[] = {
	[PAUSE] = {
		FLAG_COMMAND,
		.command.name = "pause",
		.command.summary = "Neither fetch nor give any more of a torrent",
		.key = "paused",
		.value = true,
		.said = "paused.",
	},
	[RESUME] = {
		FLAG_COMMAND,
		.command.name = "resume",
		.command.summary = "Go on with a torrent that was paused",
		.key = "paused",
		.value = false,
		.said = "goes on.",
	},
	[PIN] = {
		FLAG_COMMAND,
		.command.name = "pin",
		.command.summary = "Keep a torrent's bytes whatever else needs room",
		.key = "pinned",
		.value = true,
		.said = "kept.",
	},
	[UNPIN] = {
		FLAG_COMMAND,
		.command.name = "unpin",
		.command.summary = "Let a torrent's bytes go when room is needed",
		.key = "pinned",
		.value = false,
		.said = "goes when room is needed.",
	},
	[RECHECK] = {
		FLAG_COMMAND,
		.command.name = "recheck",
		.command.summary = "Hash all bytes of a torrent anew",
		.command.help = "What is wrong on the disk is fetched again; a "
			"damaged file of one's own is only said.",
		.key = "recheck",
		.value = true,
		.said = "is being checked; what is wrong is fetched again.",
	},
};

static const struct option limit_options[] = {
	{ .name = "down",
	    .type = OPTION_INT,
	    .value = "KIB",
	    .min = 0,
	    .max = 10000000,
	    .help = "Fetch at most so many KiB a second; 0: no limit." },
	{ .name = "up",
	    .type = OPTION_INT,
	    .value = "KIB",
	    .min = 0,
	    .max = 10000000,
	    .help = "Give at most so many KiB a second; 0: no limit." },
	{ 0 },
};

static int
run_limit(struct ctl *ctl, const struct args *args)
{
	struct json_object *change;

	if (!args_has(args, "down") && !args_has(args, "up"))
		return ctl_refuse(ctl, "Say --down, --up, or both.");
	change = json_object_new_object();
	if (args_has(args, "down"))
		json_add_int(
		    change, "downLimit", args_int(args, "down", 0) * KIB);
	if (args_has(args, "up"))
		json_add_int(change, "upLimit", args_int(args, "up", 0) * KIB);
	return send_change(ctl, args, change, "limited.");
}

static int
run_ratio(struct ctl *ctl, const struct args *args)
{
	struct json_object *change;
	double ratio;

	if (!str_to_double(args->word[1], 0, 1000, &ratio))
		return ctl_refuse(ctl, "A ratio is a number from 0 to 1000.");
	change = json_object_new_object();
	json_add_real(change, "ratioLimit", ratio);
	return send_change(ctl, args, change, "ratio set.");
}

static const struct option file_options[] = {
	{ .name = "episode",
	    .type = OPTION_TEXT,
	    .value = "1x02",
	    .help = "Which episode of the show it is, when its name does not "
		    "tell." },
	{ 0 },
};

/* "1x02" */
static bool
read_episode(const char *text, int64_t *season, int64_t *episode)
{
	const char *cross = strchr(text, 'x');
	char first[8];

	if (cross == NULL || (size_t)(cross - text) >= sizeof(first))
		return false;
	memcpy(first, text, (size_t)(cross - text));
	first[cross - text] = '\0';
	return str_to_int64(first, 0, 9999, season) &&
	    str_to_int64(cross + 1, 0, 9999, episode);
}

static int
run_file(struct ctl *ctl, const struct args *args)
{
	struct json_object *change;
	int64_t file, season = -1, episode = -1;

	if (!str_to_int64(args->word[1], 0, INT32_MAX, &file))
		return ctl_refuse(ctl, "A file is named by its number.");
	if (args_has(args, "episode") &&
	    !read_episode(args_text(args, "episode"), &season, &episode))
		return ctl_refuse(ctl, "An episode is written 1x02.");
	change = json_object_new_object();
	json_add_int(change, "fileIndex", file);
	if (episode >= 0) {
		json_add_int(change, "season", season);
		json_add_int(change, "episode", episode);
	}
	return send_change(ctl, args, change, "file chosen.");
}

static const struct command downloads_limit = {
	.name = "limit",
	.words = "NO",
	.min_words = 1,
	.max_words = 1,
	.summary = "Limit how fast a torrent is fetched and given",
	.options = limit_options,
	.run = run_limit,
};

static const struct command downloads_ratio = {
	.name = "ratio",
	.words = "NO RATIO",
	.min_words = 2,
	.max_words = 2,
	.summary = "Give until so much of what was fetched was given",
	.help = "1.5 gives half as much again; 0 is what the setting "
		"seed.ratio says.",
	.run = run_ratio,
};

static const struct command downloads_file = {
	.name = "file",
	.words = "NO FILE",
	.min_words = 2,
	.max_words = 2,
	.summary = "Choose the file that plays, by its number",
	.help = "`miauctl downloads show NO` lists the files. A film takes the "
		"place of what played before; an episode is added.",
	.options = file_options,
	.run = run_file,
};

/* --- remove --------------------------------------------------------------- */

static const struct option remove_options[] = {
	{ .name = "erase",
	    .help = "What was fetched goes, too; never a file of one's own." },
	{ 0 },
};

static int
run_remove(struct ctl *ctl, const struct args *args)
{
	struct json_object *params = json_object_new_object(), *result;
	int status;

	json_add_bool(params, "erase", args_has(args, "erase"));
	status = downloads_ask(ctl, args, "download.remove", params, &result);
	if (result != NULL)
		printf("Download %s is forgotten.%s\n", args->word[0],
		    args_has(args, "erase")
			? ""
			: " Bytes that were fetched for it stay; when it is "
			  "added again they are found, and `remove --erase` "
			  "lets them go.");
	json_object_put(result);
	return status;
}

static const struct command downloads_remove = {
	.name = "remove",
	.words = "NO",
	.min_words = 1,
	.max_words = 1,
	.summary = "Forget a torrent",
	.options = remove_options,
	.run = run_remove,
};

static const struct command *const downloads_subs[] = { &downloads_list,
	&downloads_show, &flags[PAUSE].command, &flags[RESUME].command,
	&downloads_limit, &downloads_ratio, &downloads_file,
	&flags[PIN].command, &flags[UNPIN].command, &flags[RECHECK].command,
	&downloads_remove, NULL };

const struct command command_downloads = {
	.name = "downloads",
	.summary = "Torrents that are fetched and given",
	.subs = downloads_subs,
};
