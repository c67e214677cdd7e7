/*
 * The scanner on the loop: one walk at a time, chosen from what was asked for
 * and what changed; then probes, then pictures. `scan_settle` is the one place
 * that starts things; whatever ends calls it.
 */
#include "daemon/miaud/scan/scanner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/media/picture.h"
#include "daemon/miaud/scan/scan.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/store/notes.h"
#include "lib/store/titles.h"

enum { LIST_ARENA = 16 * 1024 * 1024 };

struct idle_waiter {
	struct idle_waiter *next;
	scanner_idle_fn fn;
	void *arg;
};

void
scan_ref(struct scanner *scanner)
{
	scanner->refs++;
}

static void
dirty_free(struct dirty *dirty, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(dirty[i].path);
}

static void
folder_free(struct scan_folder *folder)
{
	dirty_free(folder->dirty, folder->n_dirty);
	free(folder->path);
	free(folder);
}

static void
scanner_free(struct scanner *scanner)
{
	struct scan_folder *folder;

	while ((folder = scanner->folders) != NULL) {
		scanner->folders = folder->next;
		folder_free(folder);
	}
	for (size_t i = 0; i < scanner->n_news; i++)
		free(scanner->news[i].current);
	free(scanner->news);
	free(scanner->current);
	id_queue_free(&scanner->to_probe);
	id_queue_free(&scanner->waiting);
	id_queue_free(&scanner->waiting_until);
	id_queue_free(&scanner->to_draw);
	watcher_free(scanner->watcher);
	pthread_mutex_destroy(&scanner->lock);
	scanner->miaud->scanner = NULL;
	free(scanner);
}

void
scan_unref(struct scanner *scanner)
{
	if (--scanner->refs == 0)
		scanner_free(scanner);
}

struct scan_folder *
scan_folder_find(const struct scanner *scanner, int64_t id)
{
	struct scan_folder *folder = scanner->folders;

	while (folder != NULL && folder->id != id)
		folder = folder->next;
	return folder;
}

void
scan_title_changed(struct scanner *scanner, int64_t title_id)
{
	if (scanner->titles_changed && scanner->changed_title != title_id)
		scanner->changed_title = 0;
	else
		scanner->changed_title = title_id;
	scanner->titles_changed = true;
}

void
scan_tell(struct scanner *scanner, const struct scan_news *news)
{
	pthread_mutex_lock(&scanner->lock);
	if (scanner->n_news == scanner->news_room) {
		scanner->news_room =
		    scanner->news_room == 0 ? 64 : scanner->news_room * 2;
		scanner->news = mem_realloc(
		    scanner->news, scanner->news_room, sizeof(*scanner->news));
	}
	scanner->news[scanner->n_news++] = *news;
	pthread_mutex_unlock(&scanner->lock);
	if (!scanner->is_stopping)
		uv_async_send(&scanner->async);
}

static void
take_news(struct scanner *scanner, const struct scan_news *news)
{
	scanner->counts.found += news->more.found;
	scanner->counts.done += news->more.done;
	scanner->counts.refused += news->more.refused;
	if (news->current != NULL) {
		free(scanner->current);
		scanner->current = news->current;
	}
	if (news->wants_probe)
		probes_add(scanner, news->file_id);
	else if (news->wants_picture)
		pictures_add(scanner, news->file_id, false);
	if (news->title_changed && news->title_id != 0)
		scan_title_changed(scanner, news->title_id);
	scanner->needs_sweep |= news->is_refused;
	scanner->status_changed = true;
}

static void
on_async(uv_async_t *async)
{
	struct scanner *scanner = async->data;
	struct scan_news *news;
	size_t n;

	pthread_mutex_lock(&scanner->lock);
	news = scanner->news;
	n = scanner->n_news;
	scanner->news = NULL;
	scanner->n_news = scanner->news_room = 0;
	pthread_mutex_unlock(&scanner->lock);
	for (size_t i = 0; i < n; i++)
		take_news(scanner, &news[i]);
	free(news);
	scan_settle(scanner);
}

static void
walk_free(struct scan_walk *walk)
{
	dirty_free(walk->dirty, walk->n_dirty);
	free(walk->root);
	free(walk);
}

static int
note(struct db *db, const struct scan_walk *walk, const char *code,
    const char *sentence, struct err *err)
{
	char subject[32];

	snprintf(subject, sizeof(subject), "folder:%lld",
	    (long long)walk->folder_id);
	return store_reason_put(db, subject, code, sentence, NULL, err) ==
		STORE_ERROR
	    ? -1
	    : 0;
}

static int
note_state(struct db *db, const struct scan_walk *walk, struct err *err)
{
	if (walk->is_gone)
		return note(db, walk, "folder_gone",
		    "The folder is not there. Its titles come back when it "
		    "does; nothing is deleted.",
		    err);
	if (walk->is_unreadable)
		return note(db, walk, "folder_unreadable",
		    "The server's user may not read the folder, or its disk "
		    "fails.",
		    err);
	if (walk->is_cut &&
	    note(db, walk, "too_many_files",
		"The folder holds more files than library.maxFiles allows; "
		"the rest was left out.",
		err) == -1)
		return -1;
	if (walk->scanner->watcher == NULL ||
	    watcher_is_exhausted(walk->scanner->watcher))
		return note(db, walk, "watch_limit",
		    "The system has no more inotify watches: changes are seen "
		    "at the next full scan only. Raise "
		    "fs.inotify.max_user_watches.",
		    err);
	return 0;
}

/* Database thread, in a transaction: the end of a whole walk. */
static int
write_end(struct db *db, void *arg, struct err *err)
{
	const struct scan_walk *walk = arg;
	bool is_away = walk->is_gone || walk->is_unreadable;
	const char *state = walk->is_gone ? "gone"
	    : walk->is_unreadable         ? "unreadable"
					  : "ok";
	char subject[32];
	int64_t n;

	snprintf(subject, sizeof(subject), "folder:%lld",
	    (long long)walk->folder_id);
	if (store_reason_clear(db, subject, err) == STORE_ERROR)
		return -1;
	/* of an absent folder all are gone, of a cut one none */
	if (!walk->is_cut &&
	    store_file_mark_gone(db, walk->folder_id,
		is_away ? clock_now_ms() + 1 : walk->began_at, &n,
		err) == STORE_ERROR)
		return -1;
	if (store_folder_set_state(db, walk->folder_id, state,
		is_away ? 0 : walk->began_at, err) == STORE_ERROR)
		return -1;
	return note_state(db, walk, err);
}

static void
end_written(void *arg, const struct err *err)
{
	struct scan_walk *walk = arg;
	struct scanner *scanner = walk->scanner;

	if (err->code != ERR_NONE && err->code != ERR_CANCELLED)
		log_warn("scan.end", "%s", err->text);
	scanner->walk = NULL;
	scanner->needs_sweep = true;
	scan_title_changed(scanner, 0);
	walk_free(walk);
	scan_settle(scanner);
	scan_unref(scanner);
}

static void
walk_on_pool(uv_work_t *work)
{
	walk_run(work->data);
}

static void
walked(uv_work_t *work, int status)
{
	struct scan_walk *walk = work->data;
	struct scanner *scanner = walk->scanner;
	struct scan_folder *folder = scan_folder_find(scanner, walk->folder_id);
	struct err err;

	(void)status;
	if (walk->err.code != ERR_NONE && walk->err.code != ERR_CANCELLED)
		log_warn("scan.walk", "%s: %s", walk->root, walk->err.text);
	if (folder != NULL)
		folder->is_gone = walk->is_gone || walk->is_unreadable;
	if (walk->is_whole && walk->err.code == ERR_NONE && folder != NULL &&
	    dbthread_submit(scanner->miaud->dbthread, DBJOB_BATCHED, write_end,
		end_written, walk, &err) == 0)
		return;
	scanner->walk = NULL;
	walk_free(walk);
	scan_settle(scanner);
	scan_unref(scanner);
}

/* A scan begins with its first walk and ends when nothing is left to do. */
static void
begin_scan(struct scanner *scanner, int64_t folder_id)
{
	if (scanner->is_running) {
		scanner->is_all |= scanner->folder_id != folder_id;
		return;
	}
	scanner->is_running = true;
	scanner->is_all = false;
	scanner->folder_id = folder_id;
	memset(&scanner->counts, 0, sizeof(scanner->counts));
	scanner->started_at = clock_now_ms();
	scanner->finished_at = 0;
	scanner->status_changed = true;
}

static void
start_walk(struct scanner *scanner, struct scan_folder *folder)
{
	struct scan_walk *walk = mem_calloc(1, sizeof(*walk));

	walk->work.data = walk;
	walk->scanner = scanner;
	walk->folder_id = folder->id;
	walk->root = mem_strdup(folder->path);
	walk->is_whole = folder->is_wanted;
	walk->max_files =
	    settings_int(scanner->miaud->settings, SETTING_LIBRARY_MAX_FILES);
	/* a whole walk finds all that changed before it */
	if (walk->is_whole) {
		dirty_free(folder->dirty, folder->n_dirty);
	} else {
		memcpy(walk->dirty, folder->dirty,
		    folder->n_dirty * sizeof(*walk->dirty));
		walk->n_dirty = folder->n_dirty;
	}
	folder->n_dirty = 0;
	folder->is_wanted = false;
	scanner->walk = walk;
	scan_ref(scanner);
	begin_scan(scanner, folder->id);
	uv_queue_work(&scanner->miaud->loop, &walk->work, walk_on_pool, walked);
}

static bool
has_settled(const struct scan_folder *folder)
{
	return folder->n_dirty > 0 &&
	    clock_mono_ms() >= folder->dirty_since + SCAN_SETTLE_MS;
}

static void
choose_walk(struct scanner *scanner)
{
	struct scan_folder *folder;

	for (folder = scanner->folders; folder != NULL; folder = folder->next)
		if (folder->is_wanted || has_settled(folder)) {
			start_walk(scanner, folder);
			return;
		}
}

static int
sweep(struct db *db, void *arg, struct err *err)
{
	int64_t n;

	(void)arg;
	return store_title_sweep(db, &n, err) == STORE_ERROR ? -1 : 0;
}

static void
tell_waiters(struct scanner *scanner)
{
	struct idle_waiter *waiter, *list = scanner->waiters;
	struct err cancelled;

	err_set(&cancelled, ERR_CANCELLED, "The media service is ending.");
	scanner->waiters = NULL;
	while ((waiter = list) != NULL) {
		list = waiter->next;
		waiter->fn(
		    waiter->arg, scanner->is_stopping ? &cancelled : NULL);
		free(waiter);
	}
}

static void
end_scan(struct scanner *scanner)
{
	struct err err;

	scanner->is_running = false;
	scanner->finished_at = clock_now_ms();
	scanner->status_changed = true;
	free(scanner->current);
	scanner->current = NULL;
	log_info("scan.finished", "%lld files seen, %lld refused, in %lld ms.",
	    (long long)scanner->counts.found,
	    (long long)scanner->counts.refused,
	    (long long)(scanner->finished_at - scanner->started_at));
	if (scanner->needs_sweep &&
	    dbthread_submit(scanner->miaud->dbthread, DBJOB_ALONE, sweep, NULL,
		NULL, &err) == 0)
		scanner->needs_sweep = false;
}

/* When the timer has to come next: ms from now, -1: not at all. */
static int64_t
next_ms(const struct scanner *scanner)
{
	const struct scan_folder *folder;
	int64_t next = -1, wait, now = clock_mono_ms();

	if (scanner->is_running || scanner->status_changed ||
	    scanner->titles_changed)
		next = SCAN_TICK_MS;
	if (id_queue_count(&scanner->waiting) > 0 &&
	    (next == -1 || next > SCAN_STILL_MS))
		next = SCAN_STILL_MS / 2;
	for (folder = scanner->folders; folder != NULL; folder = folder->next) {
		wait = -1;
		if (folder->n_dirty > 0)
			wait = folder->dirty_since + SCAN_SETTLE_MS - now;
		else if (folder->is_gone)
			wait = SCAN_RETURN_MS;
		if (folder->n_dirty > 0 && wait < 1)
			wait = 1;
		if (wait != -1 && (next == -1 || wait < next))
			next = wait;
	}
	return next;
}

static void on_timer(uv_timer_t *timer);

static void
arm(struct scanner *scanner)
{
	int64_t next = next_ms(scanner);
	uint64_t due;

	if (next == -1) {
		uv_timer_stop(&scanner->timer);
		return;
	}
	due = uv_timer_get_due_in(&scanner->timer);
	if (uv_is_active((uv_handle_t *)&scanner->timer) &&
	    due <= (uint64_t)next)
		return;
	uv_timer_start(&scanner->timer, on_timer, (uint64_t)next, 0);
}

void
scan_settle(struct scanner *scanner)
{
	if (!scanner->is_stopping) {
		if (scanner->walk == NULL)
			choose_walk(scanner);
		probes_start(scanner);
		pictures_start(scanner);
	}
	if (scanner->walk == NULL && probes_are_done(scanner)) {
		if (scanner->is_running)
			end_scan(scanner);
		tell_waiters(scanner);
	}
	if (!scanner->is_stopping) {
		scan_post(scanner);
		arm(scanner);
	}
}

/* Folders that went are looked for again. */
static void
look_for_gone(struct scanner *scanner)
{
	struct scan_folder *folder;
	int64_t now = clock_mono_ms();

	if (now < scanner->looked_at + SCAN_RETURN_MS)
		return;
	scanner->looked_at = now;
	for (folder = scanner->folders; folder != NULL; folder = folder->next)
		folder->is_wanted |= folder->is_gone;
}

static void
on_timer(uv_timer_t *timer)
{
	struct scanner *scanner = timer->data;

	look_for_gone(scanner);
	scan_settle(scanner);
}

void
scan_dirty(struct scanner *scanner, int64_t folder_id, const char *path,
    bool is_gone, bool is_deep)
{
	struct scan_folder *folder = scan_folder_find(scanner, folder_id);
	struct dirty *dirty;

	if (folder == NULL || folder->is_wanted || scanner->is_stopping)
		return;
	for (size_t i = 0; i < folder->n_dirty; i++) {
		dirty = &folder->dirty[i];
		if (dirty->is_gone == is_gone &&
		    strcmp(dirty->path, path) == 0) {
			dirty->is_deep |= is_deep;
			return;
		}
	}
	if (folder->n_dirty == SCAN_DIRTY_MAX) {
		folder->is_wanted = true;
		arm(scanner);
		return;
	}
	if (folder->n_dirty == 0)
		folder->dirty_since = clock_mono_ms();
	folder->dirty[folder->n_dirty++] = (struct dirty){
		.path = mem_strdup(path), .is_gone = is_gone, .is_deep = is_deep
	};
	arm(scanner);
}

static void
add_folder(struct scanner *scanner, const struct library_folder *row)
{
	struct scan_folder *folder;

	if (scan_folder_find(scanner, row->id) != NULL)
		return;
	folder = mem_calloc(1, sizeof(*folder));
	folder->id = row->id;
	folder->path = mem_strdup(row->path);
	folder->next = scanner->folders;
	scanner->folders = folder;
}

static int
load_folders(struct scanner *scanner, struct err *err)
{
	struct arena *arena = arena_new(LIST_ARENA);
	struct library_folder *rows = NULL;
	enum store_result result;
	size_t n = 0;

	result = store_folder_list(scanner->miaud->db, arena, &rows, &n, err);
	for (size_t i = 0; result != STORE_ERROR && i < n; i++)
		add_folder(scanner, &rows[i]);
	db_release(scanner->miaud->db);
	arena_free(arena);
	return result == STORE_ERROR ? -1 : 0;
}

int
scanner_start(struct miaud *miaud, struct err *err)
{
	struct scanner *scanner = mem_calloc(1, sizeof(*scanner));

	scanner->miaud = miaud;
	pthread_mutex_init(&scanner->lock, NULL);
	if (load_folders(scanner, err) == -1) {
		scanner_free(scanner);
		return -1;
	}
	picture_sweep(&miaud->paths);
	uv_timer_init(&miaud->loop, &scanner->timer);
	scanner->timer.data = scanner;
	uv_async_init(&miaud->loop, &scanner->async, on_async);
	scanner->async.data = scanner;
	scanner->refs = 2;
	scanner->watcher = watcher_new(scanner);
	miaud->scanner = scanner;
	/* what changed while nobody watched */
	scanner_scan(miaud, 0);
	return 0;
}

void
scanner_scan(struct miaud *miaud, int64_t folder_id)
{
	struct scanner *scanner = miaud->scanner;
	struct scan_folder *folder;

	if (scanner == NULL || scanner->is_stopping)
		return;
	for (folder = scanner->folders; folder != NULL; folder = folder->next)
		if (folder_id == 0 || folder->id == folder_id)
			folder->is_wanted = true;
	uv_async_send(&scanner->async);
}

void
scanner_when_idle(struct miaud *miaud, scanner_idle_fn fn, void *arg)
{
	struct idle_waiter *waiter = mem_calloc(1, sizeof(*waiter));

	*waiter = (struct idle_waiter){
		.next = miaud->scanner->waiters, .fn = fn, .arg = arg
	};
	miaud->scanner->waiters = waiter;
	uv_async_send(&miaud->scanner->async);
}

void
scanner_folder_added(struct miaud *miaud, int64_t folder_id)
{
	struct arena *arena = arena_new(LIST_ARENA);
	struct library_folder row;
	struct err err;

	if (store_folder_find(miaud->db, arena, folder_id, &row, &err) ==
	    STORE_OK)
		add_folder(miaud->scanner, &row);
	db_release(miaud->db);
	arena_free(arena);
	scanner_scan(miaud, folder_id);
}

void
scanner_folder_removed(struct miaud *miaud, int64_t folder_id)
{
	struct scanner *scanner = miaud->scanner;
	struct scan_folder **at = &scanner->folders, *folder;

	while (*at != NULL && (*at)->id != folder_id)
		at = &(*at)->next;
	if (*at == NULL)
		return;
	folder = *at;
	*at = folder->next;
	folder_free(folder);
	if (scanner->watcher != NULL)
		watcher_forget(scanner->watcher, folder_id);
	if (scanner->walk != NULL && scanner->walk->folder_id == folder_id)
		scanner->walk->is_cancelled = true;
}

static void
on_closed(uv_handle_t *handle)
{
	scan_unref(handle->data);
}

void
scanner_stop(struct miaud *miaud)
{
	struct scanner *scanner = miaud->scanner;

	if (scanner == NULL || scanner->is_stopping)
		return;
	scanner->is_stopping = true;
	tell_waiters(scanner);
	watcher_close(scanner->watcher);
	uv_close((uv_handle_t *)&scanner->timer, on_closed);
	uv_close((uv_handle_t *)&scanner->async, on_closed);
}
