/* `miauctl add`, `miauctl share` and `miauctl torrent`: how torrents come in
 * and how they leave. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/miauctl/bar.h"
#include "daemon/miauctl/command.h"
#include "lib/base/encode.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum {
	CALL_MS = 60 * 1000,
	LOOK_MS = 300, /* between two looks at a file that is being read */
	/* What is larger miaud has to read by itself. */
	TORRENT_SENT_MAX = 700 * 1000,
	TORRENT_MAX = 10 * 1024 * 1024,
	MIB = 1024 * 1024,
};

/* --- add ------------------------------------------------------------------ */

static const struct option add_options[] = {
	{ .name = "title",
	    .type = OPTION_TEXT,
	    .value = "TITLE",
	    .help = "What people see until it is recognised." },
	{ .name = "title-id",
	    .type = OPTION_TEXT,
	    .value = "ID",
	    .help = "It is this title: movie-603, show-5." },
	{ .name = "paused", .help = "Ask nobody for it yet." },
	{ .name = "when-watched",
	    .help = "Fetch only what somebody watches, while they do." },
	{ 0 },
};

/* The bytes of a .torrent, read here, as miaud may be another user. */
static int
put_file(struct json_object *params, const char *path, struct err *err)
{
	char real[PATHS_MAX], *text;
	struct buf bytes;
	int result = -1;

	buf_init(&bytes, TORRENT_MAX);
	if (fs_read(path, &bytes, err) == -1)
		goto out;
	if (bytes.len == 0) {
		err_set(err, ERR_TORRENT_INVALID, "%.200s is empty.", path);
		goto out;
	}
	if (bytes.len > TORRENT_SENT_MAX) {
		if (realpath(path, real) == NULL) {
			err_errno(err, ERR_IO, "Cannot look at %.200s", path);
			goto out;
		}
		json_add_text(params, "path", real);
	} else {
		text = mem_calloc(1, ENCODE_BASE64_SIZE(bytes.len));
		encode_base64(bytes.data, bytes.len, text);
		json_add_text(params, "torrent", text);
		free(text);
	}
	result = 0;
out:
	buf_fini(&bytes);
	return result;
}

static int
run_add(struct ctl *ctl, const struct args *args)
{
	struct json_object *params = json_object_new_object(), *result = NULL;
	const char *given = args->word[0];
	struct err err;

	if (str_starts(given, "magnet:")) {
		json_add_text(params, "magnet", given);
	} else if (put_file(params, given, &err) == -1) {
		json_object_put(params);
		return ctl_fail(ctl, &err);
	}
	if (args_text(args, "title") != NULL)
		json_add_text(params, "title", args_text(args, "title"));
	if (args_text(args, "title-id") != NULL)
		json_add_text(params, "titleId", args_text(args, "title-id"));
	if (args_has(args, "paused"))
		json_add_bool(params, "paused", true);
	if (args_has(args, "when-watched"))
		json_add_bool(params, "wanted", false);
	if (ctl_call(ctl, "download.add", params, CALL_MS, &result, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, result);
	printf(json_get_bool(result, "known", false)
		? "It was known already: download %lld.\n"
		: "Added as download %lld.\n",
	    (long long)json_get_int(result, "id", 0));
	json_object_put(result);
	return CTL_OK;
}

const struct command command_add = {
	.name = "add",
	.words = "MAGNET|FILE",
	.min_words = 1,
	.max_words = 1,
	.complete = "file",
	.summary = "Add a torrent by its magnet link or .torrent file",
	.help = "Playing or fetching a torrent also uploads what was fetched "
		"to others; so nothing is added before net.consent is set. "
		"`miauctl downloads show NO` tells how it goes.",
	.options = add_options,
	.run = run_add,
};

/* --- share ---------------------------------------------------------------- */

static const struct option share_options[] = {
	{ .name = "title",
	    .type = OPTION_TEXT,
	    .value = "TITLE",
	    .help = "What people see here; others see the file's name." },
	{ .name = "detach",
	    .help = "Do not wait until it has been read and hashed." },
	{ 0 },
};

/* What is said of it now; "hashing" is shown as a bar. */
static int
look_at_share(struct ctl *ctl, int64_t id, struct bar *bar,
    struct json_object **download, struct err *err)
{
	struct json_object *params = json_object_new_object();

	json_add_int(params, "id", id);
	if (ctl_call(ctl, "download.show", params, CALL_MS, download, err) ==
	    -1)
		return -1;
	bar_show(bar, json_get_int(*download, "done", 0) / MIB,
	    json_get_int(*download, "size", 0) / MIB, "MiB read");
	return 0;
}

/* Waits until a file was read. -1: it could not be, or was removed. */
static int
wait_for_share(struct ctl *ctl, int64_t id, struct err *err)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000 };
	struct json_object *download = NULL;
	struct bar bar;
	bool is_reading = true;
	int result = -1;

	bar_begin(&bar, ctl);
	while (is_reading) {
		result = look_at_share(ctl, id, &bar, &download, err);
		if (result == -1)
			break;
		is_reading = strcmp(json_get_text(download, "state", ""),
				 "hashing") == 0;
		if (strcmp(json_get_text(download, "state", ""), "failed") == 0)
			result = err_set(err, ERR_CONFLICT, "Download %lld: %s",
			    (long long)id,
			    json_get_text(download, "sentence", "It failed."));
		json_object_put(download);
		if (is_reading)
			nanosleep(&pause, NULL);
	}
	bar_end(&bar);
	return result;
}

static int
tell_share(struct ctl *ctl, const struct args *args, struct json_object *result)
{
	long long id = (long long)json_get_int(result, "id", 0);
	struct err err;

	if (!args_has(args, "detach") && wait_for_share(ctl, id, &err) == -1) {
		json_object_put(result);
		return ctl_fail(ctl, &err);
	}
	if (ctl->is_json)
		return ctl_print(ctl, result);
	if (args_has(args, "detach"))
		printf("It is being read as download %lld; `miauctl downloads "
		       "list` tells how far that is.\n",
		    id);
	else
		printf("Shared as download %lld; `miauctl torrent export %lld` "
		       "prints its magnet link.\n",
		    id, id);
	json_object_put(result);
	return CTL_OK;
}

static int
run_share(struct ctl *ctl, const struct args *args)
{
	struct json_object *params, *result = NULL;
	char real[PATHS_MAX];
	struct err err;

	if (realpath(args->word[0], real) == NULL) {
		err_errno(&err, ERR_FILE_GONE, "Cannot look at %.200s",
		    args->word[0]);
		return ctl_fail(ctl, &err);
	}
	if (!str_is_utf8(real, strlen(real)))
		return ctl_refuse(
		    ctl, "A name that is not UTF-8 cannot be told to others.");
	params = json_object_new_object();
	json_add_text(params, "path", real);
	if (args_text(args, "title") != NULL)
		json_add_text(params, "title", args_text(args, "title"));
	if (ctl_call(ctl, "download.share", params, CALL_MS, &result, &err) ==
	    -1)
		return ctl_fail(ctl, &err);
	return tell_share(ctl, args, result);
}

const struct command command_share = {
	.name = "share",
	.words = "FILE",
	.min_words = 1,
	.max_words = 1,
	.complete = "file",
	.summary = "Make a torrent of a file of one's own and seed it",
	.help = "The file stays where it is and is never written to. It is "
		"read once before; who does not wait for that (Ctrl-C) loses "
		"nothing. Share only what you may give to others.",
	.options = share_options,
	.run = run_share,
};

/* --- torrent -------------------------------------------------------------- */

static const struct option export_options[] = {
	{ .name = "output",
	    .letter = 'o',
	    .type = OPTION_FILE,
	    .value = "FILE",
	    .help = "Write the .torrent there (a new file); \"-\" is standard "
		    "output." },
	{ 0 },
};

static int
write_torrent(struct json_object *result, const char *path, struct err *err)
{
	char *text = mem_strdup(json_get_text(result, "torrent", ""));
	size_t max = strlen(text);
	char *bytes = mem_calloc(1, max + 1);
	long len = decode_base64(text, max, bytes, max);
	int done = -1;

	if (len < 0)
		err_set(err, ERR_INTERNAL, "The answer is no .torrent.");
	else if (strcmp(path, "-") == 0)
		done = fwrite(bytes, 1, (size_t)len, stdout) == (size_t)len
		    ? 0
		    : err_errno(err, ERR_IO, "Cannot write");
	else if (fs_exists(path))
		err_set(err, ERR_CONFLICT, "%.200s is there already.", path);
	else
		done = fs_write(path, bytes, (size_t)len, 0600, err);
	free(bytes);
	free(text);
	return done;
}

static int
run_export(struct ctl *ctl, const struct args *args)
{
	const char *path = args_text(args, "output");
	struct json_object *params, *result = NULL;
	struct err err;
	int64_t id;
	int done = 0;

	if (!str_to_int64(args->word[0], 1, INT64_MAX, &id))
		return ctl_refuse(ctl, "A download is named by its number.");
	params = json_object_new_object();
	json_add_int(params, "id", id);
	if (ctl_call(ctl, "download.export", params, CALL_MS, &result, &err) ==
	    -1)
		return ctl_fail(ctl, &err);
	if (path != NULL)
		done = write_torrent(result, path, &err);
	else if (!ctl->is_json)
		puts(json_get_text(result, "magnet", ""));
	if (done == 0 && ctl->is_json &&
	    (path == NULL || strcmp(path, "-") != 0))
		return ctl_print(ctl, result);
	json_object_put(result);
	return done == 0 ? CTL_OK : ctl_fail(ctl, &err);
}

static const struct command torrent_export = {
	.name = "export",
	.words = "NO",
	.min_words = 1,
	.max_words = 1,
	.summary = "Print the magnet link, or write the .torrent file",
	.help = "Who has either can find everybody that shares it.",
	.options = export_options,
	.run = run_export,
};

static const struct command *const torrent_subs[] = { &torrent_export, NULL };

const struct command command_torrent = {
	.name = "torrent",
	.summary = "Torrents for other programs",
	.subs = torrent_subs,
};
