/* `miauctl downloads`: torrents, how they go, and what may be changed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/table.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { CALL_MS = 30 * 1000, PICTURE = 60, KIB = 1024 };

static int
read_id(const char *word, int64_t *id, struct err *err)
{
	if (str_to_int64(word, 1, INT64_MAX, id))
		return 0;
	return err_set(err, ERR_INVALID_FIELDS,
	    "%.60s is no number of a download; `miauctl downloads list` shows "
	    "them.",
	    word);
}

/* --- list ----------------------------------------------------------------- */

static void
add_size(struct table *table, int64_t bytes, const char *behind)
{
	char size[64];

	ctl_size(bytes, size);
	table_addf(table, "%s%s", size, behind);
}

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

/* Whether a person is to say which file plays. */
static bool
is_asking(struct json_object *row)
{
	const char *code =
	    json_get_text(json_get_object(row, "choice"), "code", "");

	return strcmp(code, "unsure") == 0;
}

static void
add_row(struct table *table, struct json_object *row)
{
	const char *problem = json_get_text(row, "problem", NULL);

	table_addf(table, "%lld", (long long)json_get_int(row, "id", 0));
	table_add(table, json_get_text(row, "title", ""));
	add_size(table, json_get_int(row, "size", 0), "");
	add_share(table, row);
	add_size(table, json_get_int(row, "rate", 0), "/s");
	add_size(table, json_get_int(row, "uploadRate", 0), "/s");
	table_addf(table, "%lld", (long long)json_get_int(row, "peers", 0));
	table_addf(table, "%.2f", json_get_real(row, "ratio", 0));
	if (problem == NULL && is_asking(row))
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

/* --- show ----------------------------------------------------------------- */

static void
print_line(const char *label, const char *text)
{
	char *shown = str_to_display(text, strlen(text));

	printf("%-10s %s\n", label, shown);
	free(shown);
}

static void
print_bytes(const char *label, struct json_object *row, const char *key)
{
	char size[64];

	ctl_size(json_get_int(row, key, 0), size);
	print_line(label, size);
}

/* One sign for some pieces: all, a part, or none of them are here. */
static const char *
sign_of(const struct ctl *ctl, int64_t here, int64_t of)
{
	if (here == of)
		return ctl->has_utf8 ? "\xe2\x96\x88" : "#";
	if (here > 0)
		return ctl->has_utf8 ? "\xe2\x96\x92" : "+";
	return ctl->has_utf8 ? "\xe2\x96\x91" : ".";
}

static void
print_pieces(const struct ctl *ctl, struct json_object *pieces)
{
	char *text = mem_strdup(json_get_text(pieces, "published", ""));
	int64_t n = json_get_int(pieces, "count", 0), cell, from, to, i, here;
	size_t max = strlen(text);
	unsigned char *bits = mem_calloc(max + 1, 1);
	int64_t cells = n < PICTURE ? n : PICTURE;
	long len = decode_base64(text, max, bits, max);

	if (n > 0 && len >= (n + 7) / 8) {
		printf("%-10s ", "Pieces");
		for (cell = 0; cell < cells; cell++) {
			from = cell * n / cells;
			to = (cell + 1) * n / cells;
			for (here = 0, i = from; i < to; i++)
				here += bits[i / 8] >> (7 - i % 8) & 1;
			fputs(sign_of(ctl, here, to - from), stdout);
		}
		puts("");
	}
	free(bits);
	free(text);
}

static void
print_files(const struct ctl *ctl, struct json_object *files)
{
	struct table *table = table_new("File>|Name|Size>|Plays");
	struct json_object *file;
	size_t i, n = files == NULL ? 0 : json_object_array_length(files);

	for (i = 0; i < n; i++) {
		file = json_object_array_get_idx(files, i);
		table_addf(
		    table, "%lld", (long long)json_get_int(file, "index", 0));
		table_add(table, json_get_text(file, "path", ""));
		add_size(table, json_get_int(file, "size", 0), "");
		table_add(
		    table, json_get_bool(file, "chosen", false) ? "yes" : "");
	}
	table_print(ctl, table, "Its files are not known yet.");
}

static void
print_trackers(struct json_object *trackers)
{
	struct json_object *one;
	char line[512];
	size_t i, n = trackers == NULL ? 0 : json_object_array_length(trackers);

	for (i = 0; i < n; i++) {
		one = json_object_array_get_idx(trackers, i);
		snprintf(line, sizeof(line), "%s (%s) %s",
		    json_get_text(one, "host", ""),
		    json_get_text(one, "state", ""),
		    json_get_text(one, "text", ""));
		print_line("Tracker", line);
	}
}

/* How many there are in the whole swarm, as its trackers count. */
static void
print_known(struct json_object *row)
{
	char text[128];
	int64_t seeds = json_get_int(row, "knownSeeds", -1);
	int64_t peers = json_get_int(row, "knownPeers", -1);

	if (seeds < 0 && peers < 0)
		return;
	snprintf(text, sizeof(text), "%lld have all of it, %lld fetch it",
	    (long long)(seeds < 0 ? 0 : seeds),
	    (long long)(peers < 0 ? 0 : peers));
	print_line("Swarm", text);
}

static void
print_choice(struct json_object *row)
{
	struct json_object *choice = json_get_object(row, "choice");
	char line[512];

	if (choice == NULL)
		return;
	if (is_asking(row))
		snprintf(line, sizeof(line),
		    "%s Say which with `miauctl downloads file`.",
		    json_get_text(choice, "sentence", ""));
	else
		snprintf(line, sizeof(line), "%s (%d %% sure)",
		    json_get_text(choice, "sentence", ""),
		    (int)(100 * json_get_real(choice, "confidence", 0)));
	print_line("Choice", line);
}

static void
print_limit(const char *label, struct json_object *limit, const char *key)
{
	int64_t rate = limit == NULL ? 0 : json_get_int(limit, key, 0);
	char size[64], text[128];

	if (rate == 0)
		return;
	ctl_size(rate, size);
	snprintf(text, sizeof(text), "at most %s a second", size);
	print_line(label, text);
}

static void
print_limits(struct json_object *row)
{
	struct json_object *limit = json_get_object(row, "limit");
	double ratio = json_get_real(row, "ratioLimit", 0);
	char text[128];

	print_limit("Fetches", limit, "down");
	print_limit("Gives", limit, "up");
	if (ratio > 0) {
		snprintf(text, sizeof(text), "up to ratio %.2f", ratio);
		print_line("Shared", text);
	}
}

static void
print_download(const struct ctl *ctl, struct json_object *row)
{
	const char *state = json_get_text(row, "state", "");
	char text[128];

	print_line("Title", json_get_text(row, "title", ""));
	print_line("State", state);
	if (json_get_text(row, "sentence", NULL) != NULL)
		print_line(json_get_text(row, "problem", NULL) == NULL
			? "Why"
			: "Problem",
		    json_get_text(row, "sentence", ""));
	print_choice(row);
	print_bytes("Size", row, "size");
	print_bytes(
	    strcmp(state, "hashing") == 0 ? "Read" : "Here", row, "done");
	print_bytes("Fetched", row, "downloaded");
	print_bytes("Given", row, "uploaded");
	snprintf(text, sizeof(text), "%lld, of which %lld have all of it",
	    (long long)json_get_int(row, "peers", 0),
	    (long long)json_get_int(row, "seeds", 0));
	print_line("Peers", text);
	print_known(row);
	snprintf(text, sizeof(text), "%.2f", json_get_real(row, "ratio", 0));
	print_line("Ratio", text);
	print_limits(row);
	if (json_get_bool(row, "isPinned", false))
		print_line("Kept", "until somebody decides otherwise");
	if (json_get_bool(row, "isOwnFile", false))
		print_line("Own", "a file of this house");
	print_pieces(ctl, json_get_object(row, "pieces"));
	print_trackers(json_get_array(row, "trackers"));
	print_files(ctl, json_get_array(row, "fileList"));
}

static int
run_show(struct ctl *ctl, const struct args *args)
{
	struct json_object *params, *result = NULL;
	struct err err;
	int64_t id;

	if (read_id(args->word[0], &id, &err) == -1)
		return ctl_fail(ctl, &err);
	params = json_object_new_object();
	json_add_int(params, "id", id);
	if (ctl_call(ctl, "download.show", params, CALL_MS, &result, &err) ==
	    -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, result);
	print_download(ctl, result);
	json_object_put(result);
	return CTL_OK;
}

static const struct command downloads_show = {
	.name = "show",
	.words = "NO",
	.min_words = 1,
	.max_words = 1,
	.summary = "Show a torrent with its pieces, files and trackers",
	.run = run_show,
};

/* --- change --------------------------------------------------------------- */

/* Sends `change` (taken) for the download of the first word. */
static int
send_change(struct ctl *ctl, const struct args *args,
    struct json_object *change, const char *said)
{
	struct json_object *result = NULL;
	struct err err;
	int64_t id;

	if (read_id(args->word[0], &id, &err) == -1) {
		json_object_put(change);
		return ctl_fail(ctl, &err);
	}
	json_add_int(change, "id", id);
	if (ctl_call(ctl, "download.change", change, CALL_MS, &result, &err) ==
	    -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, result);
	printf("Download %lld: %s\n", (long long)id, said);
	json_object_put(result);
	return CTL_OK;
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
	struct json_object *params, *result = NULL;
	struct err err;
	int64_t id;

	if (read_id(args->word[0], &id, &err) == -1)
		return ctl_fail(ctl, &err);
	params = json_object_new_object();
	json_add_int(params, "id", id);
	json_add_bool(params, "erase", args_has(args, "erase"));
	if (ctl_call(ctl, "download.remove", params, CALL_MS, &result, &err) ==
	    -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, result);
	json_object_put(result);
	printf("Download %lld is forgotten.%s\n", (long long)id,
	    args_has(args, "erase")
		? ""
		: " Bytes that were fetched for it stay; when it is added "
		  "again they are found, and `remove --erase` lets them go.");
	return CTL_OK;
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
