/* `miauctl downloads show`: all that is known of one torrent. */
#include "daemon/miauctl/downloads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/encode.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { CALL_MS = 30 * 1000, PICTURE = 60 };

void
downloads_add_size(struct table *table, int64_t bytes, const char *behind)
{
	char size[64];

	ctl_size(bytes, size);
	table_addf(table, "%s%s", size, behind);
}

bool
downloads_is_asking(struct json_object *row)
{
	const char *code =
	    json_get_text(json_get_object(row, "choice"), "code", "");

	return strcmp(code, "unsure") == 0;
}

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

/* "S1E2", of a file of two episodes both; a film only plays or does not. */
static void
add_episodes(struct table *table, struct json_object *file)
{
	struct json_object *list = json_get_array(file, "episodes"), *one;
	char text[128] = "";
	size_t i, len;

	if (list == NULL) {
		table_add(
		    table, json_get_bool(file, "chosen", false) ? "yes" : "");
		return;
	}
	for (i = 0; i < json_object_array_length(list); i++) {
		one = json_object_array_get_idx(list, i);
		len = strlen(text);
		snprintf(text + len, sizeof(text) - len, "%sS%lldE%lld",
		    i == 0 ? "" : " ",
		    (long long)json_get_int(one, "season", 0),
		    (long long)json_get_int(one, "episode", 0));
	}
	table_add(table, i == 0 ? "not known" : text);
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
		downloads_add_size(table, json_get_int(file, "size", 0), "");
		add_episodes(table, file);
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
	if (downloads_is_asking(row))
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
print_given_up(struct json_object *row)
{
	struct json_object *given = json_get_object(row, "givenUp");

	if (given != NULL)
		print_line("Given up", json_get_text(given, "sentence", ""));
}

/* Unknown until its metadata have come. */
static void
print_size(struct json_object *row)
{
	if (json_get_int(row, "size", -1) < 0)
		print_line("Size", "not known yet");
	else
		print_bytes("Size", row, "size");
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
	print_given_up(row);
	print_size(row);
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
	struct json_object *result;
	int status = downloads_ask(
	    ctl, args, "download.show", json_object_new_object(), &result);

	if (result != NULL)
		print_download(ctl, result);
	json_object_put(result);
	return status;
}

const struct command downloads_show = {
	.name = "show",
	.words = "NO",
	.min_words = 1,
	.max_words = 1,
	.summary = "Show a torrent with its pieces, files and trackers",
	.run = run_show,
};
