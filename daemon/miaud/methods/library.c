/*
 * The folders of the library. Looking at a folder can hang (a dead network
 * share), so it happens on the pool; then the row on the database thread, then
 * the scanner.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <uv.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/events.h"
#include "daemon/miaud/media/texts_cache.h"
#include "daemon/miaud/methods/methods.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/scan/scanner.h"
#include "daemon/miaud/scheduler.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/library/roots.h"
#include "lib/store/library.h"

enum { ARENA_MAX = 4 * 1024 * 1024 };

struct change {
	uv_work_t work;
	struct rpc_call *call;
	struct miaud *miaud;
	char *path; /* as asked for, then resolved */
	int64_t id;
	struct err err;
};

/* Folders that hold no films but everything. */
static const char *const refused[] = { "/", "/run" };
/* What is no file at all, whatever lies below. */
static const char *const pseudo[] = { "/dev", "/proc", "/sys" };

static void
change_free(struct change *change)
{
	free(change->path);
	free(change);
}

static void
change_fail(struct change *change, const struct err *err)
{
	rpc_fail(change->call, err);
	change_free(change);
}

static void
tell_folders_changed(struct miaud *miaud)
{
	struct event event = { .topic = "library",
		.audience = EVENT_ADMINS,
		.data = json_object_new_object() };

	json_add_text(event.data, "kind", "folder");
	json_add_text(event.data, "titleId", NULL);
	json_add(event.data, "scan", NULL);
	events_post(miaud->events, &event);
}

/* Whether `path` lies in `folder` or is it. */
static bool
lies_in(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	if (strcmp(folder, "/") == 0)
		return true;
	return strncmp(path, folder, len) == 0 &&
	    (path[len] == '\0' || path[len] == '/');
}

/* Our own files are no films; the library folder inside our state is. */
static int
check_place(const struct paths *paths, const char *path, struct err *err)
{
	bool is_refused = false;
	size_t i;

	for (i = 0; i < COUNT_OF(refused); i++)
		is_refused |= strcmp(path, refused[i]) == 0;
	for (i = 0; i < COUNT_OF(pseudo); i++)
		is_refused |= lies_in(path, pseudo[i]);
	if (is_refused)
		return err_set(err, ERR_FOLDER_UNREADABLE,
		    "%s cannot be a library folder.", path);
	if (lies_in(path, paths->library))
		return 0;
	if (lies_in(path, paths->state) || lies_in(paths->state, path))
		return err_set(err, ERR_CONFLICT,
		    "%s holds the server's own files; choose another "
		    "folder.",
		    path);
	return 0;
}

static int
check_readable(const char *path, struct err *err)
{
	struct stat st;
	DIR *dir;

	if (stat(path, &st) == -1)
		return err_errno(
		    err, ERR_FOLDER_UNREADABLE, "Cannot look at %s", path);
	if (!S_ISDIR(st.st_mode))
		return err_set(
		    err, ERR_FOLDER_UNREADABLE, "%s is not a folder.", path);
	dir = opendir(path);
	if (dir == NULL)
		return err_errno(
		    err, ERR_FOLDER_UNREADABLE, "Cannot read %s", path);
	closedir(dir);
	return 0;
}

/* Pool thread. */
static void
look(uv_work_t *work)
{
	struct change *change = work->data;
	char real[PATH_MAX];

	if (change->path[0] != '/') {
		err_set(&change->err, ERR_INVALID_FIELDS,
		    "The path has to be absolute.");
		return;
	}
	if (realpath(change->path, real) == NULL) {
		err_errno(&change->err, ERR_FOLDER_UNREADABLE,
		    "Cannot look at %s", change->path);
		return;
	}
	free(change->path);
	change->path = mem_strdup(real);
	if (check_place(&change->miaud->paths, real, &change->err) == 0 &&
	    check_readable(real, &change->err) == 0)
		change->err.code = ERR_NONE;
}

/* A file must not be found through two folders. */
static int
check_overlap(const struct library_folder *folders, size_t n, const char *path,
    struct err *err)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(folders[i].path, path) == 0)
			return err_set(err, ERR_FOLDER_TAKEN,
			    "%s is watched already.", path);
		if (lies_in(path, folders[i].path))
			return err_set(err, ERR_FOLDER_TAKEN,
			    "%s lies in %s, which is watched already.", path,
			    folders[i].path);
		if (lies_in(folders[i].path, path))
			return err_set(err, ERR_FOLDER_TAKEN,
			    "%s holds %s, which is watched already; remove "
			    "that one first.",
			    path, folders[i].path);
	}
	return 0;
}

/* Files of a folder without its link are copied, which is slower but no
 * failure. */
static void
update_roots(struct db *db, const struct paths *paths)
{
	struct err err;

	if (library_roots_write(db, paths, &err) == -1)
		log_warn("library.roots", "%s", err.text);
}

static int
audit(struct db *db, struct change *change, enum audit_event event,
    struct err *err)
{
	struct json_object *detail = json_object_new_object();
	char target[32], *shown;
	int result;

	snprintf(target, sizeof(target), "%lld", (long long)change->id);
	shown = str_to_display(change->path, strlen(change->path));
	json_add_text(detail, "path", shown);
	free(shown);
	result = rpc_audit(change->call, db, event, target,
	    json_object_to_json_string_ext(detail, JSON_C_TO_STRING_PLAIN),
	    err);
	json_object_put(detail);
	return result;
}

static int
add_job(struct db *db, void *arg, struct err *err)
{
	struct change *change = arg;
	struct arena *arena = arena_new(ARENA_MAX);
	struct library_folder *folders = NULL;
	size_t n = 0;
	int result = -1;

	if (db_begin(db, err) == -1) {
		arena_free(arena);
		return -1;
	}
	if (store_folder_list(db, arena, &folders, &n, err) != STORE_ERROR &&
	    check_overlap(folders, n, change->path, err) == 0 &&
	    store_folder_add(db, change->path, &change->id, err) == STORE_OK &&
	    audit(db, change, AUDIT_FOLDER_ADDED, err) == 0)
		result = db_commit(db, err);
	if (result == -1)
		db_rollback(db);
	arena_free(arena);
	if (result == 0)
		update_roots(db, &change->miaud->paths);
	return result;
}

static void
add_done(void *arg, const struct err *err)
{
	struct change *change = arg;
	struct json_object *out;
	char *shown;

	if (err->code != ERR_NONE) {
		change_fail(change, err);
		return;
	}
	if (!change->miaud->is_stopping)
		scanner_folder_added(change->miaud, change->id);
	tell_folders_changed(change->miaud);
	scheduler_wake(change->miaud->scheduler, "library-scan");
	log_info("library.added", "%s is watched.", change->path);
	out = json_object_new_object();
	shown = str_to_display(change->path, strlen(change->path));
	json_add_int(out, "id", change->id);
	json_add_text(out, "path", shown);
	free(shown);
	rpc_reply(change->call, out);
	change_free(change);
}

static void
looked(uv_work_t *work, int status)
{
	struct change *change = work->data;

	if (status != 0)
		err_set(&change->err, ERR_CANCELLED,
		    "The media service is ending.");
	if (change->err.code != ERR_NONE)
		change_fail(change, &change->err);
	else if (dbthread_submit(change->miaud->dbthread, DBJOB_ALONE, add_job,
		     add_done, change, &change->err) == -1)
		change_fail(change, &change->err);
}

static struct change *
change_new(struct rpc_call *call)
{
	struct change *change = mem_calloc(1, sizeof(*change));

	change->call = call;
	change->miaud = rpc_miaud(call);
	change->work.data = change;
	return change;
}

void
method_library_add(struct rpc_call *call)
{
	struct change *change = change_new(call);

	change->path = mem_strdup(json_get_text(rpc_params(call), "path", ""));
	if (uv_queue_work(&change->miaud->loop, &change->work, look, looked) ==
	    0)
		return;
	err_set(&change->err, ERR_BUSY, "No thread is free.");
	change_fail(change, &change->err);
}

/* One row by its key, so the loop may. The path is a copy; NULL: not wanted. */
static int
check_folder(struct miaud *miaud, int64_t id, char **path, struct err *err)
{
	struct arena *arena = arena_new(ARENA_MAX);
	struct library_folder folder;
	enum store_result result;

	result = store_folder_find(miaud->db, arena, id, &folder, err);
	if (result == STORE_OK && path != NULL)
		*path = mem_strdup(folder.path);
	arena_free(arena);
	if (result == STORE_NONE)
		return err_set(err, ERR_FOLDER_NOT_FOUND,
		    "There is no library folder %lld.", (long long)id);
	return result == STORE_OK ? 0 : -1;
}

static int
remove_job(struct db *db, void *arg, struct err *err)
{
	struct change *change = arg;

	if (db_begin(db, err) == -1)
		return -1;
	if (store_folder_remove(db, change->id, err) == STORE_ERROR ||
	    audit(db, change, AUDIT_FOLDER_REMOVED, err) == -1 ||
	    db_commit(db, err) == -1) {
		db_rollback(db);
		return -1;
	}
	update_roots(db, &change->miaud->paths);
	texts_cache_forget(&change->miaud->paths, db);
	return 0;
}

static void
remove_done(void *arg, const struct err *err)
{
	struct change *change = arg;

	if (err->code != ERR_NONE) {
		change_fail(change, err);
		return;
	}
	tell_folders_changed(change->miaud);
	log_info("library.removed", "Folder %lld is no longer watched.",
	    (long long)change->id);
	rpc_done(change->call);
	change_free(change);
}

void
method_library_remove(struct rpc_call *call)
{
	struct change *change = change_new(call);

	change->id = json_get_int(rpc_params(call), "id", 0);
	if (check_folder(
		change->miaud, change->id, &change->path, &change->err) == -1) {
		change_fail(change, &change->err);
		return;
	}
	scanner_folder_removed(change->miaud, change->id);
	if (dbthread_submit(change->miaud->dbthread, DBJOB_ALONE, remove_job,
		remove_done, change, &change->err) == -1)
		change_fail(change, &change->err);
}

static void
reply_scan(struct rpc_call *call)
{
	struct json_object *out = json_object_new_object();

	scanner_status(rpc_miaud(call), out);
	rpc_reply(call, out);
}

void
method_library_scan(struct rpc_call *call)
{
	struct miaud *miaud = rpc_miaud(call);
	int64_t folder = json_get_int(rpc_params(call), "folder", 0);
	struct err err;

	if (folder == 0) {
		scheduler_hurry(miaud->scheduler, "library-scan");
	} else if (check_folder(miaud, folder, NULL, &err) == -1) {
		rpc_fail(call, &err);
		return;
	} else {
		scanner_scan(miaud, folder);
	}
	reply_scan(call);
}

void
method_library_status(struct rpc_call *call)
{
	reply_scan(call);
}
