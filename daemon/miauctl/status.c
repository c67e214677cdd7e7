/* `miauctl status`: how the installation is. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/greeting.h"
#include "daemon/miauctl/prepare.h"
#include "daemon/miauctl/table.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/store/library.h"
#include "lib/store/titles.h"
#include "lib/view/view.h"

enum { CALL_MS = 5000 };

struct look {
	pid_t supervisor;
	char address[512];
	struct json_object *miaud; /* of the method status, or NULL */
	struct err miaud_err;
	bool has_database;
	struct err database_err;
	int64_t n_titles, n_folders, n_files, n_refused;
	int64_t database_bytes;
	int64_t free_bytes; /* -1: the folder is not made yet */
};

static void
look_at_database(struct ctl *ctl, struct look *look)
{
	const struct title_query query = { .kind = TITLE_ANY };
	const struct store_page page = { .size = 1 };
	struct library_folder *folders = NULL;
	struct title_list titles;
	size_t i, n = 0;

	if (ctl_database(ctl, DB_READ, &look->database_err) == -1 ||
	    store_folder_list(ctl->db, ctl->arena, &folders, &n,
		&look->database_err) == STORE_ERROR ||
	    store_title_list(ctl->db, ctl->arena, &store_unlimited, &query,
		&page, &titles, &look->database_err) == STORE_ERROR)
		return;
	look->has_database = true;
	look->n_titles = titles.total;
	look->n_folders = (int64_t)n;
	for (i = 0; i < n; i++) {
		look->n_files += folders[i].n_files;
		look->n_refused += folders[i].n_refused;
	}
}

static void
look_around(struct ctl *ctl, struct look *look)
{
	int64_t total = 0;
	struct err ignored;
	struct stat st;

	memset(look, 0, sizeof(*look));
	look->supervisor = prepare_find_supervisor(ctl);
	greeting_address(ctl, look->address, sizeof(look->address));
	if (ctl_call(ctl, "status", NULL, CALL_MS, &look->miaud,
		&look->miaud_err) == -1)
		look->miaud = NULL;
	look_at_database(ctl, look);
	if (stat(ctl->paths.database, &st) == 0)
		look->database_bytes = st.st_size;
	if (fs_space(ctl->paths.state, &look->free_bytes, &total, &ignored) ==
	    -1)
		look->free_bytes = -1;
}

static int
print_json(struct ctl *ctl, struct look *look)
{
	struct json_object *out = json_object_new_object();
	struct json_object *library = NULL;

	json_add_text(out, "version", MIAU_VERSION);
	json_add_text(out, "state", ctl->paths.state);
	json_add_text(out, "address", look->address);
	json_add(out, "addresses", view_addresses(ctl->settings));
	json_add_bool(out, "running", look->supervisor != 0);
	json_add(out, "supervisor",
	    look->supervisor == 0
		? NULL
		: json_object_new_int64((int64_t)look->supervisor));
	json_object_get(look->miaud);
	json_add(out, "miaud", look->miaud);
	if (look->has_database) {
		library = json_object_new_object();
		json_add_int(library, "titles", look->n_titles);
		json_add_int(library, "folders", look->n_folders);
		json_add_int(library, "files", look->n_files);
		json_add_int(library, "refused", look->n_refused);
	}
	json_add(out, "library", library);
	json_add_int(out, "databaseBytes", look->database_bytes);
	json_add(out, "freeBytes",
	    look->free_bytes == -1 ? NULL
				   : json_object_new_int64(look->free_bytes));
	return ctl_print(ctl, out);
}

static void
row(const struct ctl *ctl, const char *name, const char *text)
{
	printf("%s%-11s%s %s\n", ctl->has_colour ? "\033[1m" : "", name,
	    ctl->has_colour ? "\033[0m" : "", text);
}

static void
print_services(const struct ctl *ctl, struct json_object *miaud)
{
	struct json_object *list = json_get_array(miaud, "services"), *one;
	char text[1200];
	size_t i, n = list == NULL ? 0 : json_object_array_length(list);

	for (i = 0; i < n; i++) {
		one = json_object_array_get_idx(list, i);
		snprintf(text, sizeof(text), "%s  %s",
		    json_get_text(one, "status", "?"),
		    json_get_text(one, "details", ""));
		row(ctl, json_get_text(one, "name", "?"), text);
	}
}

static void
print_miaud(const struct ctl *ctl, struct look *look)
{
	char text[256], up[64], advice[CTL_ADVICE_SIZE];

	if (look->miaud == NULL) {
		if (look->miaud_err.code != ERR_DAEMON_DOWN) {
			row(ctl, "miaud", look->miaud_err.text);
			return;
		}
		row(ctl, "miaud", "does not run");
		row(ctl, "", ctl_put_advice(ctl, advice));
		return;
	}
	ctl_duration(json_get_real(look->miaud, "uptime", 0), up);
	snprintf(text, sizeof(text), "ok  for %s (process %lld), version %s",
	    up, (long long)json_get_int(look->miaud, "pid", 0),
	    json_get_text(look->miaud, "version", "?"));
	row(ctl, "miaud", text);
	print_services(ctl, look->miaud);
}

static void
print_text(const struct ctl *ctl, struct look *look)
{
	char text[PATHS_MAX + 256], free_space[64], size[64];

	row(ctl, "Miauflix", MIAU_VERSION);
	row(ctl, "address", look->address);
	if (look->supervisor != 0)
		snprintf(text, sizeof(text), "runs (process %d)",
		    (int)look->supervisor);
	else
		snprintf(text, sizeof(text),
		    "not started by `miauctl up` on this state folder");
	row(ctl, "supervisor", text);
	print_miaud(ctl, look);
	if (look->has_database)
		snprintf(text, sizeof(text),
		    "%lld titles; %lld folders with %lld files, %lld refused",
		    (long long)look->n_titles, (long long)look->n_folders,
		    (long long)look->n_files, (long long)look->n_refused);
	else
		snprintf(text, sizeof(text), "%s", look->database_err.text);
	row(ctl, "library", text);
	ctl_size(look->database_bytes, size);
	ctl_size(look->free_bytes, free_space);
	if (look->free_bytes == -1)
		snprintf(
		    text, sizeof(text), "%s (not made yet)", ctl->paths.state);
	else
		snprintf(text, sizeof(text), "%s, database %s, %s free",
		    ctl->paths.state, size, free_space);
	row(ctl, "state", text);
}

static int
run_status(struct ctl *ctl, const struct args *args UNUSED)
{
	struct look look;
	int code;

	look_around(ctl, &look);
	if (ctl->is_json)
		print_json(ctl, &look);
	else
		print_text(ctl, &look);
	code = look.miaud != NULL ? CTL_OK : CTL_DAEMON_DOWN;
	json_object_put(look.miaud);
	return code;
}

const struct command command_status = {
	.name = "status",
	.summary = "Show how everything is",
	.help = "The exit code is 3 when miaud does not run; what the database "
		"tells is shown all the same.",
	.run = run_status,
};
