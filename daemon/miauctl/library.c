/* `miauctl library`: the household's own folders and files. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/folders.h"
#include "daemon/miauctl/bar.h"
#include "daemon/miauctl/table.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/str.h"
#include "lib/store/library.h"
#include "lib/view/view.h"

enum { CALL_MS = 30 * 1000, LOOK_MS = 200, BEGIN_MS = 3000, PAGE = 100 };

int
folders_add(struct ctl *ctl, const char *path, int64_t *id, struct err *err)
{
	struct json_object *params, *result = NULL;
	char real[PATHS_MAX];

	if (realpath(path, real) == NULL)
		return err_errno(
		    err, ERR_FOLDER_UNREADABLE, "Cannot look at %.200s", path);
	if (!str_is_utf8(real, strlen(real)))
		return err_set(err, ERR_FOLDER_UNREADABLE,
		    "This folder's name is not UTF-8; add one above it, or "
		    "rename it.");
	params = json_object_new_object();
	json_add_text(params, "path", real);
	if (ctl_call(ctl, "library.add", params, CALL_MS, &result, err) == -1)
		return -1;
	if (id != NULL)
		*id = json_get_int(result, "id", 0);
	if (!ctl->is_json)
		printf("%s is watched from now on (folder %lld).\n", real,
		    (long long)json_get_int(result, "id", 0));
	json_object_put(result);
	return 0;
}

static int
run_add(struct ctl *ctl, const struct args *args)
{
	struct json_object *list = json_object_new_array(), *one;
	struct err err;
	int64_t id;
	int i, code = CTL_OK;

	for (i = 0; i < args->n_words && code == CTL_OK; i++) {
		if (folders_add(ctl, args->word[i], &id, &err) == -1) {
			code = ctl_fail(ctl, &err);
			break;
		}
		one = json_object_new_object();
		json_add_int(one, "id", id);
		json_object_array_add(list, one);
	}
	if (ctl->is_json && code == CTL_OK)
		return ctl_print(ctl, list);
	json_object_put(list);
	return code;
}

static const struct command library_add = {
	.name = "add",
	.words = "DIR…",
	.min_words = 1,
	.max_words = COMMAND_WORDS_MAX,
	.complete = "folder",
	.summary = "Watch folders with films and episodes",
	.help = "Files are recognised from their names and looked into; "
		"later changes are followed. Where the web server is not run "
		"by `miauctl up`, write its configuration anew afterwards "
		"(`miauctl webserver lighttpd`); until then files are copied "
		"instead of sent by the web server itself.",
	.run = run_add,
};

/* By its number or its path. */
static int
find_folder(struct ctl *ctl, const char *word, struct library_folder *found,
    struct err *err)
{
	struct library_folder *folders = NULL;
	char real[PATHS_MAX];
	int64_t id = 0;
	size_t i, n = 0;

	if (!str_to_int64(word, 1, INT64_MAX, &id) &&
	    realpath(word, real) == NULL)
		snprintf(real, sizeof(real), "%s", word);
	if (store_folder_list(ctl->db, ctl->arena, &folders, &n, err) ==
	    STORE_ERROR)
		return -1;
	for (i = 0; i < n; i++)
		if (id != 0 ? folders[i].id == id
			    : strcmp(folders[i].path, real) == 0) {
			*found = folders[i];
			return 0;
		}
	return err_set(err, ERR_FOLDER_NOT_FOUND,
	    "There is no library folder %.200s; `miauctl library list` shows "
	    "them.",
	    word);
}

static int
run_remove(struct ctl *ctl, const struct args *args)
{
	struct json_object *params, *result = NULL;
	struct library_folder folder;
	struct err err;

	if (ctl_database(ctl, DB_READ, &err) == -1 ||
	    find_folder(ctl, args->word[0], &folder, &err) == -1)
		return ctl_fail(ctl, &err);
	params = json_object_new_object();
	json_add_int(params, "id", folder.id);
	if (ctl_call(ctl, "library.remove", params, CALL_MS, &result, &err) ==
	    -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, result);
	json_object_put(result);
	printf(
	    "Folder %lld is no longer watched. Its files are as they were.\n",
	    (long long)folder.id);
	return CTL_OK;
}

static const struct command library_remove = {
	.name = "remove",
	.words = "FOLDER",
	.min_words = 1,
	.max_words = 1,
	.complete = "folder",
	.summary = "Forget a folder, by its number or its path",
	.help = "Nothing is deleted on disk.",
	.run = run_remove,
};

static int
run_list(struct ctl *ctl, const struct args *args UNUSED)
{
	struct library_folder *folders = NULL;
	struct json_object *list;
	struct table *table;
	char scanned[64];
	struct err err;
	size_t i, n = 0;

	if (ctl_database(ctl, DB_READ, &err) == -1 ||
	    store_folder_list(ctl->db, ctl->arena, &folders, &n, &err) ==
		STORE_ERROR)
		return ctl_fail(ctl, &err);
	if (ctl->is_json) {
		list = json_object_new_array();
		for (i = 0; i < n; i++)
			json_object_array_add(
			    list, view_folder(&folders[i], NULL, true));
		return ctl_print(ctl, list);
	}
	table = table_new("No>|Folder|State|Files>|Refused>|Last scan");
	for (i = 0; i < n; i++) {
		ctl_time(folders[i].scanned_at, scanned);
		table_addf(table, "%lld", (long long)folders[i].id);
		table_add(table, folders[i].path);
		table_add(table, folders[i].state);
		table_addf(table, "%lld", (long long)folders[i].n_files);
		table_addf(table, "%lld", (long long)folders[i].n_refused);
		table_add(table, scanned);
	}
	return table_print(
	    ctl, table, "No folder yet. `miauctl library add DIR` adds one.");
}

static const struct command library_list = {
	.name = "list",
	.summary = "Show the watched folders",
	.run = run_list,
};

/* --- scan ----------------------------------------------------------------- */

static const struct option scan_options[] = {
	{ .name = "no-wait", .help = "Do not wait for the end." },
	{ 0 },
};

static void
show_scan(struct bar *bar, struct json_object *scan)
{
	int64_t done = json_get_int(scan, "done", 0);
	int64_t found = json_get_int(scan, "found", 0);

	bar_show(bar, done, found, json_get_text(scan, "current", ""));
}

/* Running, or not yet begun since `before` was its last end. */
static bool
is_scanning(struct json_object *scan, const char *before, int64_t begun_ms)
{
	const char *finished = json_get_text(scan, "finishedAt", "");

	if (strcmp(json_get_text(scan, "state", ""), "running") == 0)
		return true;
	return strcmp(finished, before) == 0 &&
	    clock_mono_ms() - begun_ms < BEGIN_MS;
}

/* Asks until the scan has ended; *scan is replaced by the last answer. */
static int
wait_for_scan(struct ctl *ctl, struct json_object **scan, struct err *err)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };
	const char *before =
	    arena_strdup(ctl->arena, json_get_text(*scan, "finishedAt", ""));
	int64_t begun_ms = clock_mono_ms();
	struct json_object *next = NULL;
	struct bar bar;
	int result = 0;

	bar_begin(&bar, ctl);
	while (is_scanning(*scan, before, begun_ms)) {
		nanosleep(&pause, NULL);
		result =
		    ctl_call(ctl, "library.status", NULL, CALL_MS, &next, err);
		if (result == -1)
			break;
		json_object_put(*scan);
		*scan = next;
		show_scan(&bar, *scan);
	}
	bar_end(&bar);
	return result;
}

static int
run_scan(struct ctl *ctl, const struct args *args)
{
	struct json_object *params = json_object_new_object();
	struct json_object *scan = NULL;
	struct library_folder folder;
	struct err err;

	if (args->n_words > 0) {
		if (ctl_database(ctl, DB_READ, &err) == -1 ||
		    find_folder(ctl, args->word[0], &folder, &err) == -1) {
			json_object_put(params);
			return ctl_fail(ctl, &err);
		}
		json_add_int(params, "folder", folder.id);
	}
	if (ctl_call(ctl, "library.scan", params, CALL_MS, &scan, &err) == -1)
		return ctl_fail(ctl, &err);
	if (!args_has(args, "no-wait") &&
	    wait_for_scan(ctl, &scan, &err) == -1) {
		json_object_put(scan);
		return ctl_fail(ctl, &err);
	}
	if (ctl->is_json)
		return ctl_print(ctl, scan);
	if (args_has(args, "no-wait"))
		puts("The scan has begun.");
	else
		printf("%lld files, %lld refused.\n",
		    (long long)json_get_int(scan, "found", 0),
		    (long long)json_get_int(scan, "refused", 0));
	json_object_put(scan);
	return CTL_OK;
}

static const struct command library_scan = {
	.name = "scan",
	.words = "[FOLDER]",
	.max_words = 1,
	.complete = "folder",
	.summary = "Look through all folders, or one, and wait for the end",
	.options = scan_options,
	.run = run_scan,
};

/* --- files ---------------------------------------------------------------- */

static const struct option files_options[] = {
	{ .name = "folder",
	    .type = OPTION_TEXT,
	    .value = "FOLDER",
	    .help = "Only those of one folder." },
	{ .name = "state",
	    .type = OPTION_CHOICE,
	    .value = "STATE",
	    .choices = "found|ok|refused|gone",
	    .help = "Only those in this state: found, ok, refused, gone." },
	{ .name = "limit",
	    .letter = 'n',
	    .type = OPTION_INT,
	    .value = "N",
	    .min = 1,
	    .max = 5000000,
	    .help = "At most so many (500)." },
	{ 0 },
};

static void
put_file(struct table *table, const struct library_file *file)
{
	char size[64];

	ctl_size(file->size, size);
	table_addf(table, "%lld", (long long)file->id);
	table_add(table, file->display);
	table_add(table, size);
	table_add(table, file->state);
	table_add(table,
	    file->reason != NULL           ? file->reason
		: file->title_name != NULL ? file->title_name
					   : "");
}

/* Reads page by page into `list` (JSON) or `table`. */
static int
read_files(struct ctl *ctl, const struct args *args, int64_t folder,
    struct json_object *list, struct table *table, struct err *err)
{
	int64_t left = args_int(args, "limit", 500);
	struct arena *arena = arena_new(64 * 1024 * 1024);
	struct store_page page = { 0 };
	struct library_file_list files;
	enum store_result result;
	char *cursor = NULL;
	size_t i;

	do {
		page.size = left < PAGE ? (int)left : PAGE;
		page.cursor = cursor;
		result = store_file_list(ctl->db, arena, folder,
		    args_text(args, "state"), &page, &files, err);
		free(cursor);
		cursor = NULL;
		if (result == STORE_ERROR)
			break;
		for (i = 0; i < files.n; i++)
			if (table != NULL)
				put_file(table, &files.items[i]);
			else
				json_object_array_add(
				    list, view_file(&files.items[i]));
		left -= (int64_t)files.n;
		if (files.cursor != NULL)
			cursor = strdup(files.cursor);
		arena_reset(arena);
	} while (cursor != NULL && left > 0);
	free(cursor);
	arena_free(arena);
	return result == STORE_ERROR ? -1 : 0;
}

static int
run_files(struct ctl *ctl, const struct args *args)
{
	struct library_folder folder = { 0 };
	struct json_object *list = NULL;
	struct table *table = NULL;
	struct err err;

	if (ctl_database(ctl, DB_READ, &err) == -1 ||
	    (args_text(args, "folder") != NULL &&
		find_folder(ctl, args_text(args, "folder"), &folder, &err) ==
		    -1))
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		list = json_object_new_array();
	else
		table = table_new("No>|File|Size>|State|Title or reason");
	if (read_files(ctl, args, folder.id, list, table, &err) == -1) {
		json_object_put(list);
		table_free(table);
		return ctl_fail(ctl, &err);
	}
	return table != NULL ? table_print(ctl, table, "No file.")
			     : ctl_print(ctl, list);
}

static const struct command library_files = {
	.name = "files",
	.summary = "Show the files found, and why some were refused",
	.help = "`miauctl why file:NO` tells more about one.",
	.options = files_options,
	.run = run_files,
};

static const struct command *const library_subs[] = { &library_add,
	&library_remove, &library_list, &library_scan, &library_files, NULL };

const struct command command_library = {
	.name = "library",
	.summary = "Folders with your own films and episodes",
	.subs = library_subs,
};
