/*
 * The server-side folder chooser: what folders are in a folder, whether each
 * can be read, and if not, why. Tells names of folders and the number of
 * videos, never names or contents of files. All on a pool thread, because a
 * share that hangs must hang nobody else.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "daemon/miaud/methods/methods.h"
#include "daemon/miaud/miaud.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/library/name.h"

enum {
	ENTRIES_MAX = 1000, /* that are listed */
	NAMES_MAX = 100000, /* that are looked at */
	REASON_SIZE = 256,
	USER_SIZE = 40,
	PASSWD_SIZE = 4096,
	/* Bytes of all listed names: the answer has to fit one line. */
	LISTED_BYTES_MAX = 256 * 1024,
};

struct browse {
	uv_work_t work;
	struct rpc_call *call;
	struct miaud *miaud;
	char *path; /* NULL: the usual places */
	struct json_object *out;
	struct err err;
};

/* A folder's listing while it is made. */
struct listing {
	char **names;
	size_t n;
	size_t cap;
	int64_t n_videos;
	bool is_truncated;
};

/* The name, or the number, of the user we are. */
static void
find_user(char out[USER_SIZE])
{
	char room[PASSWD_SIZE];
	struct passwd passwd, *found = NULL;

	if (getpwuid_r(geteuid(), &passwd, room, sizeof(room), &found) == 0 &&
	    found != NULL)
		snprintf(out, USER_SIZE, "%s", found->pw_name);
	else
		snprintf(out, USER_SIZE, "%u", (unsigned)geteuid());
}

/* Why it cannot be read and what to do, or "" when it can. */
static void
find_reason(int dir_fd, const char *name, char out[REASON_SIZE])
{
	char user[USER_SIZE];
	struct stat st;

	out[0] = '\0';
	if (!str_is_utf8(name, strlen(name))) {
		snprintf(out, REASON_SIZE,
		    "Its name is not valid UTF-8; rename it, or choose the "
		    "folder that holds it.");
		return;
	}
	if (faccessat(dir_fd, name, R_OK | X_OK, AT_EACCESS) == 0)
		return;
	if (errno != EACCES) {
		snprintf(out, REASON_SIZE, "It cannot be reached: %s.",
		    strerror(errno));
		return;
	}
	find_user(user);
	if (fstatat(dir_fd, name, &st, 0) == -1)
		st.st_mode = 0;
	snprintf(out, REASON_SIZE,
	    "The server runs as the user %s, who may not read it (mode "
	    "%03o). Let that user read it, for instance with \"setfacl -m "
	    "u:%s:rx\".",
	    user, (unsigned)(st.st_mode & 0777), user);
}

static void
add_entry(struct json_object *entries, const char *folder, const char *name,
    const char *reason)
{
	struct json_object *row = json_object_new_object();
	char *shown = str_to_display(name, strlen(name));
	char path[PATH_MAX + NAME_MAX + 2], *shown_path;

	snprintf(path, sizeof(path), "%s%s%s", folder,
	    folder[0] == '\0' || strcmp(folder, "/") == 0 ? "" : "/", name);
	shown_path = str_to_display(path, strlen(path));
	json_add_text(row, "name", shown);
	json_add_text(
	    row, "path", str_is_utf8(path, strlen(path)) ? path : shown_path);
	json_add_bool(row, "readable", reason[0] == '\0');
	json_add_text(row, "reason", reason[0] == '\0' ? NULL : reason);
	json_object_array_add(entries, row);
	free(shown);
	free(shown_path);
}

static void
add_head(struct browse *browse, const char *path, const char *reason)
{
	char *parent = path != NULL ? mem_strdup(path) : NULL;
	char *slash;

	if (parent != NULL && strcmp(parent, "/") != 0) {
		slash = strrchr(parent, '/');
		slash[slash == parent ? 1 : 0] = '\0';
	} else {
		free(parent);
		parent = NULL;
	}
	json_add_text(browse->out, "path", path);
	json_add_text(browse->out, "parent", parent);
	json_add_bool(browse->out, "readable", reason[0] == '\0');
	json_add_text(browse->out, "reason", reason[0] == '\0' ? NULL : reason);
	free(parent);
}

static void
add_tail(struct browse *browse, struct json_object *entries, int64_t n_videos,
    bool is_truncated)
{
	json_add_int(browse->out, "videos", n_videos);
	json_add(browse->out, "entries", entries);
	json_add_bool(browse->out, "truncated", is_truncated);
}

/* Where films usually lie. */
static void
list_places(struct browse *browse)
{
	const char *home = getenv("HOME");
	const char *places[] = { home != NULL ? home : "/root",
		browse->miaud->paths.library, "/media", "/mnt", "/srv",
		"/run/media", "/data", "/" };
	struct json_object *entries = json_object_new_array();
	char reason[REASON_SIZE];
	struct stat st;
	size_t i;

	for (i = 0; i < COUNT_OF(places); i++) {
		if (stat(places[i], &st) == -1 || !S_ISDIR(st.st_mode))
			continue;
		find_reason(AT_FDCWD, places[i], reason);
		add_entry(entries, "", places[i], reason);
	}
	add_head(browse, NULL, "");
	add_tail(browse, entries, 0, false);
}

static bool
is_folder(int dir_fd, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type == DT_DIR)
		return true;
	if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
		return false;
	return fstatat(dir_fd, entry->d_name, &st, 0) == 0 &&
	    S_ISDIR(st.st_mode);
}

static void
keep_name(struct listing *listing, const char *name)
{
	if (listing->n == listing->cap) {
		listing->cap = listing->cap == 0 ? 64 : listing->cap * 2;
		listing->names = mem_realloc(
		    listing->names, listing->cap, sizeof(*listing->names));
	}
	listing->names[listing->n++] = mem_strdup(name);
}

/* Hidden folders are left out: they hold programs' own things. */
static void
read_names(DIR *dir, struct listing *listing)
{
	struct dirent *entry;
	int n_seen = 0;

	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (++n_seen > NAMES_MAX) {
			listing->is_truncated = true;
			return;
		}
		if (is_folder(dirfd(dir), entry))
			keep_name(listing, entry->d_name);
		else if (library_name_is_video(entry->d_name))
			listing->n_videos++;
	}
}

static int
compare_names(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;
	int order = strcasecmp(*x, *y);

	return order != 0 ? order : strcmp(*x, *y);
}

static void
list_folder(struct browse *browse, const char *path, DIR *dir)
{
	struct json_object *entries = json_object_new_array();
	struct listing listing = { 0 };
	char reason[REASON_SIZE];
	size_t i, n_bytes = 0;

	read_names(dir, &listing);
	if (listing.n > 0)
		qsort(listing.names, listing.n, sizeof(*listing.names),
		    compare_names);
	for (i = 0; i < listing.n; i++) {
		n_bytes += strlen(path) + 2 * strlen(listing.names[i]);
		if (i >= ENTRIES_MAX || n_bytes > LISTED_BYTES_MAX)
			listing.is_truncated = true;
		else {
			find_reason(dirfd(dir), listing.names[i], reason);
			add_entry(entries, path, listing.names[i], reason);
		}
		free(listing.names[i]);
	}
	free(listing.names);
	add_head(browse, path, "");
	add_tail(browse, entries, listing.n_videos, listing.is_truncated);
}

static int
open_folder(struct browse *browse, const char *path)
{
	char reason[REASON_SIZE];
	int error;
	DIR *dir;

	dir = opendir(path);
	error = errno;
	if (dir != NULL) {
		list_folder(browse, path, dir);
		closedir(dir);
		return 0;
	}
	if (error == ENOTDIR)
		return err_set(
		    &browse->err, ERR_NOT_FOUND, "%s is not a folder.", path);
	find_reason(AT_FDCWD, path, reason);
	if (reason[0] == '\0')
		snprintf(reason, sizeof(reason), "It cannot be opened: %s.",
		    strerror(error));
	add_head(browse, path, reason);
	add_tail(browse, json_object_new_array(), 0, false);
	return 0;
}

/* Pool thread. */
static void
look(uv_work_t *work)
{
	struct browse *browse = work->data;
	char real[PATH_MAX];

	browse->out = json_object_new_object();
	if (browse->path == NULL)
		list_places(browse);
	else if (browse->path[0] != '/')
		err_set(&browse->err, ERR_INVALID_FIELDS,
		    "The path has to be absolute.");
	else if (realpath(browse->path, real) != NULL)
		open_folder(browse, real);
	else if (errno == EACCES)
		open_folder(browse, browse->path);
	else
		err_set(&browse->err, ERR_NOT_FOUND, "There is no folder %s.",
		    browse->path);
}

static void
looked(uv_work_t *work, int status)
{
	struct browse *browse = work->data;

	if (status != 0)
		err_set(&browse->err, ERR_CANCELLED,
		    "The media service is ending.");
	if (browse->err.code == ERR_NONE)
		rpc_reply(browse->call, browse->out);
	else {
		json_object_put(browse->out);
		rpc_fail(browse->call, &browse->err);
	}
	free(browse->path);
	free(browse);
}

void
method_library_browse(struct rpc_call *call)
{
	struct browse *browse = mem_calloc(1, sizeof(*browse));
	const char *path = json_get_text(rpc_params(call), "path", NULL);

	browse->call = call;
	browse->miaud = rpc_miaud(call);
	browse->work.data = browse;
	browse->path = path != NULL ? mem_strdup(path) : NULL;
	if (uv_queue_work(&browse->miaud->loop, &browse->work, look, looked) !=
	    0) {
		err_set(&browse->err, ERR_BUSY, "No thread is free.");
		looked(&browse->work, 0);
	}
}
