/*
 * Makes the thumbnails of the seek bar for films that are here as a whole, one after
 * another, and removes those whose film has gone, that a killed miaud left half made,
 * or for which there is no room any more.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/downloads/downloads.h"
#include "daemon/miaud/encoders/encoders.h"
#include "daemon/miaud/media/sheets.h"
#include "daemon/miaud/media/sniff.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/tasks/tasks.h"
#include "lib/base/fs.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/library/media.h"
#include "lib/play/play.h"
#include "lib/store/media_index.h"
#include "lib/store/sources.h"
#include "lib/store/thumbnails.h"

enum {
	SPACING_MS = 15 * 1000,
	WATCH_MS = 500,
	LIST_MAX = 128,
	ARENA_MAX = 8 * 1024 * 1024,
	MIB = 1024 * 1024,
	SLACK_MIB = 32, /* more than the sheets of a film take */
};

struct making {
	struct miaud *miaud;
	struct task_run *run;
	uv_work_t work;
	uv_timer_t watch; /* whether somebody needs the processor more */
	struct arena *list_arena, *arena;
	struct thumbnails_wish *wishes;
	size_t n_wishes, at; /* the next of them */
	int64_t bytes;       /* that all thumbnails take */
	int64_t stalest;     /* row to be removed */
	struct source source;
	struct media media;
	struct hls_index index;
	bool has_index;
	char path[PATHS_MAX]; /* of a torrent's file; "": of the library */
	int fd;
	struct sniff sniff;
	struct sheets *sheets; /* being made; NULL: none */
	struct thumbnails made;
	char folder[SHEETS_NAME_SIZE];
	char problem[ERR_TEXT_MAX];
	struct err err;
};

static void make_next(struct making *making);

/* --- The end ------------------------------------------------------------------------ */

static void
close_file(struct making *making)
{
	if (making->fd != -1)
		close(making->fd);
	making->fd = -1;
}

static void
on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void
finish(struct making *making, const struct err *err)
{
	close_file(making);
	task_finish(making->run, err);
	arena_free(making->arena);
	arena_free(making->list_arena);
	uv_close((uv_handle_t *)&making->watch, on_closed);
}

static void
end_well(struct making *making)
{
	static const struct err none = { .code = ERR_NONE };

	finish(making, &none);
}

/* --- One film ----------------------------------------------------------------------- */

/* Database thread, in a transaction; may run twice. The file may have become another
 * one meanwhile, which is looked into anew. */
static int
write_row(struct db *db, void *arg, struct err *err)
{
	struct making *making = arg;
	struct arena *arena = arena_new(ARENA_MAX);
	struct source now;
	enum store_result result = store_source_find(
	    db, arena, &store_unlimited, making->source.id, &now, err);

	if (result == STORE_OK && now.size == making->source.size &&
	    now.modified_at == making->source.modified_at)
		result = store_thumbnails_set(
		    db, making->source.id, &making->made, err);
	arena_free(arena);
	return result == STORE_ERROR ? -1 : 0;
}

static void
written(void *arg, const struct err *err)
{
	struct making *making = arg;

	if (err->code != ERR_NONE) {
		finish(making, err);
		return;
	}
	making->bytes += making->made.bytes;
	make_next(making);
}

static void
submit(struct making *making)
{
	struct err err;

	if (dbthread_submit(making->miaud->dbthread, DBJOB_BATCHED, write_row,
		written, making, &err) == -1)
		finish(making, &err);
}

/* Keeps why a film has none, so that it is not tried again. */
static void
refuse(struct making *making, const char *why)
{
	log_info("thumbnails.refused", "Source %lld: %s",
	    (long long)making->source.id, why);
	snprintf(making->problem, sizeof(making->problem), "%s", why);
	making->made.problem = making->problem;
	submit(making);
}

static void
on_made(void *arg, const struct sheets_result *result)
{
	struct making *making = arg;

	making->sheets = NULL;
	uv_timer_stop(&making->watch);
	close_file(making);
	making->made = result->made;
	snprintf(
	    making->folder, sizeof(making->folder), "%s", result->made.folder);
	making->made.folder = making->folder;
	if (result->err.code == ERR_NONE)
		submit(making);
	else if (result->err.code == ERR_MEDIA_REFUSED)
		refuse(making, result->err.text);
	else
		finish(making, &result->err);
}

static void
on_watch(uv_timer_t *timer)
{
	struct making *making = timer->data;

	if (making->sheets != NULL)
		sheets_rest(
		    making->sheets, encoders_are_used(making->miaud->encoders));
}

static void
make(struct making *making)
{
	struct miaud *miaud = making->miaud;
	struct err err;

	making->sheets = sheets_make(&miaud->loop, miaud->children,
	    &miaud->paths,
	    &(struct sheets_spec){
		.input = { .fd = making->fd, .demuxer = making->sniff.demuxer },
		.duration = making->media.duration,
		.is_hdr = making->media.hdr != NULL,
		.index = making->has_index ? &making->index : NULL,
		.done = on_made,
		.arg = making },
	    &err);
	if (making->sheets == NULL)
		finish(making, &err);
	else
		uv_timer_start(&making->watch, on_watch, WATCH_MS, WATCH_MS);
}

/* Pool thread: the file as it was when its row was written, or none. */
static void
open_on_pool(uv_work_t *work)
{
	struct making *making = work->data;
	unsigned char head[SNIFF_SIZE];
	const char *path = making->path;
	int64_t size, changed;
	struct stat st;
	struct err err;
	ssize_t len;

	if (*path == '\0')
		path = play_file_resolve(making->arena, making->source.folder,
		    making->source.path, &size, &changed, &err);
	if (path == NULL)
		return;
	making->fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (making->fd == -1)
		return;
	len = fstat(making->fd, &st) == 0 && S_ISREG(st.st_mode)
	    ? pread(making->fd, head, sizeof(head), 0)
	    : -1;
	if (len > 0)
		media_sniff(head, (size_t)len, st.st_size, &making->sniff);
}

static void
opened(uv_work_t *work, int status)
{
	struct making *making = work->data;

	if (status != 0 || making->fd == -1 || making->sniff.demuxer == NULL ||
	    making->miaud->is_stopping) {
		close_file(making);
		make_next(making);
		return;
	}
	make(making);
}

/* False: it is not whole. */
static bool
find_path(struct making *making)
{
	const struct downloads *downloads = making->miaud->downloads;
	const struct source *source = &making->source;
	struct torrent_engine *engine;
	torrent_id torrent;
	int64_t size;

	*making->path = '\0';
	if (source->torrent_id == 0)
		return true;
	engine = downloads_engine(downloads);
	torrent = downloads_torrent(downloads, source->torrent_id);
	size = downloads_file_size(
	    downloads, source->torrent_id, (int)source->file_index);
	return engine != NULL && torrent != 0 && size > 0 &&
	    torrent_published(engine, torrent, (int)source->file_index, 0) >=
	    size &&
	    torrent_file_path(engine, torrent, (int)source->file_index,
		making->path, sizeof(making->path)) == 0;
}

/* False: nothing can be made of it, or is to be any more. */
static bool
read_film(struct making *making, int64_t source_id)
{
	struct db *db = making->miaud->db;
	struct thumbnails known;
	struct err err;
	bool is_read;

	arena_reset(making->arena);
	memset(&making->sniff, 0, sizeof(making->sniff));
	is_read = store_source_find(db, making->arena, &store_unlimited,
		      source_id, &making->source, &err) == STORE_OK &&
	    making->source.probe != NULL &&
	    store_thumbnails_find(db, making->arena, source_id, &known, &err) ==
		STORE_NONE &&
	    library_media_read(making->arena, making->source.probe,
		&making->media, &err) == 0 &&
	    making->media.duration > 0;
	making->has_index = is_read &&
	    store_media_index_find(db, making->arena, source_id, &making->index,
		&err) == STORE_OK &&
	    making->index.den > 0;
	db_release(db);
	return is_read && find_path(making);
}

/* --- Room --------------------------------------------------------------------------- */

static int64_t
limit(const struct miaud *miaud)
{
	return settings_int(miaud->settings, SETTING_THUMBNAILS_LIMIT) * MIB;
}

/* The last film that is made may pass the limit, or it would be made again and again.
 * More than that is too much when the limit was lowered. */
static bool
is_full(const struct making *making)
{
	int64_t slack =
	    making->at < making->n_wishes ? 0 : (int64_t)SLACK_MIB * MIB;

	return making->bytes >= limit(making->miaud) + slack;
}

/* Database thread, in a transaction. Those of the film that nobody has used for longest
 * go, unless the one that comes was used even earlier. */
static int
make_room(struct db *db, void *arg, struct err *err)
{
	struct making *making = arg;
	int64_t used_at = 0;
	enum store_result result =
	    store_thumbnails_stalest(db, &making->stalest, &used_at, err);
	struct thumbnails_sum sum;

	if (result == STORE_NONE ||
	    (result == STORE_OK && making->at < making->n_wishes &&
		used_at >= making->wishes[making->at].used_at))
		making->stalest = 0;
	if (result == STORE_OK && making->stalest != 0)
		result = store_thumbnails_remove(db, making->stalest, err);
	if (result != STORE_ERROR)
		result = store_thumbnails_sum(db, &sum, err);
	if (result != STORE_ERROR)
		making->bytes = sum.bytes;
	return result == STORE_ERROR ? -1 : 0;
}

static void
room_made(void *arg, const struct err *err)
{
	struct making *making = arg;

	if (err->code != ERR_NONE)
		finish(making, err);
	else if (making->stalest == 0)
		end_well(making);
	else
		make_next(making);
}

static void
make_next(struct making *making)
{
	struct miaud *miaud = making->miaud;
	struct err err;

	if (is_full(making)) {
		if (dbthread_submit(miaud->dbthread, DBJOB_BATCHED, make_room,
			room_made, making, &err) == -1)
			finish(making, &err);
		return;
	}
	while (!miaud->is_stopping && making->at < making->n_wishes)
		if (read_film(making, making->wishes[making->at++].source_id)) {
			making->work.data = making;
			uv_queue_work(
			    &miaud->loop, &making->work, open_on_pool, opened);
			return;
		}
	end_well(making);
}

/* --- What there is ------------------------------------------------------------------ */

/* Pool thread. Nothing is being made while this looks. */
static int
sweep(const struct making *making, struct db *db, struct err *err)
{
	const char *root = making->miaud->paths.thumbnails;
	DIR *dir = opendir(root);
	char path[PATHS_MAX + 300];
	struct dirent *entry;
	bool is_half, is_used = false;
	int result = 0;

	if (dir == NULL)
		return err_errno(err, ERR_IO, "The folder of thumbnails");
	while (result == 0 && (entry = readdir(dir)) != NULL) {
		if (!sheets_is_ours(entry->d_name, &is_half))
			continue;
		if (!is_half &&
		    store_thumbnails_is_used(
			db, entry->d_name, &is_used, err) == STORE_ERROR)
			result = -1;
		if (result == -1 || (!is_half && is_used))
			continue;
		snprintf(path, sizeof(path), "%s/%s", root, entry->d_name);
		result = fs_remove_tree(path, err);
	}
	closedir(dir);
	return result;
}

/* Pool thread. */
static void
look(uv_work_t *work)
{
	struct making *making = work->data;
	struct thumbnails_sum sum;
	struct db_pool *pool = db_pool_new(
	    making->miaud->paths.database, DB_READ, 1, true, &making->err);
	struct db *db;

	if (pool == NULL)
		return;
	db = db_open(pool);
	if (sweep(making, db, &making->err) == 0 &&
	    store_thumbnails_sum(db, &sum, &making->err) != STORE_ERROR &&
	    store_thumbnails_wanted(db, making->list_arena, LIST_MAX,
		&making->wishes, &making->n_wishes,
		&making->err) != STORE_ERROR) {
		making->bytes = sum.bytes;
		making->err.code = ERR_NONE;
	}
	db_close(db);
	db_pool_free(pool);
}

static void
looked(uv_work_t *work, int status)
{
	struct making *making = work->data;

	if (status != 0)
		err_set(&making->err, ERR_CANCELLED, "It was not begun.");
	if (!settings_bool(making->miaud->settings, SETTING_THUMBNAILS_ENABLED))
		making->n_wishes = 0;
	if (making->err.code != ERR_NONE)
		finish(making, &making->err);
	else
		make_next(making);
}

/* Before the look, which finds all: what goes after it is noted anew. */
static int
note_swept(struct db *db, void *arg, struct err *err)
{
	(void)arg;
	return store_thumbnails_swept(db, err) == STORE_ERROR ? -1 : 0;
}

static void
noted(void *arg, const struct err *err)
{
	struct making *making = arg;

	if (err->code != ERR_NONE)
		finish(making, err);
	else if (uv_queue_work(
		     &making->miaud->loop, &making->work, look, looked) != 0)
		looked(&making->work, UV_ECANCELED);
}

static bool
has_work(struct miaud *miaud)
{
	struct thumbnails_sum sum;
	struct err err;
	enum store_result result = store_thumbnails_sum(miaud->db, &sum, &err);

	db_release(miaud->db);
	return result == STORE_ERROR || sum.gone > 0 ||
	    sum.bytes >= limit(miaud) + (int64_t)SLACK_MIB * MIB ||
	    (sum.waiting > 0 &&
		settings_bool(miaud->settings, SETTING_THUMBNAILS_ENABLED));
}

static void
run(struct miaud *miaud, struct task_run *run)
{
	struct making *making = mem_calloc(1, sizeof(*making));

	making->miaud = miaud;
	making->run = run;
	making->fd = -1;
	making->arena = arena_new(ARENA_MAX);
	making->list_arena = arena_new(ARENA_MAX);
	uv_timer_init(&miaud->loop, &making->watch);
	making->watch.data = making;
	making->work.data = making;
	if (dbthread_submit(miaud->dbthread, DBJOB_BATCHED, note_swept, noted,
		making, &making->err) == -1)
		finish(making, &making->err);
}

const struct task task_thumbnails = {
	.name = TASK_THUMBNAILS,
	.summary = "Makes the pictures of the seek bar for films that are here "
		   "as a whole.",
	.interval_ms = SPACING_MS,
	.has_work = has_work,
	.run = run,
};
