/*
 * The scanner on the loop: one walk at a time, chosen from what was asked for
 * and what changed; then probes, then pictures. `scan_settle` is the one place
 * that starts things; whatever ends calls it.
 */
#include "daemon/miaud/scan/scanner.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/media/picture.h"
#include "daemon/miaud/scan/scan.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"

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

void
scan_dirty_free(struct dirty *dirty, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(dirty[i].path);
}

static void
folder_free(struct scan_folder *folder)
{
	scan_dirty_free(folder->dirty, folder->n_dirty);
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

void
scan_count(struct scanner *scanner, const struct scan_counts *more)
{
	/* what is seen between scans changes nothing about the last one */
	if (!scanner->is_running)
		return;
	scanner->counts.found += more->found;
	scanner->counts.done += more->done;
	scanner->counts.refused += more->refused;
	scanner->status_changed = true;
}

static void
take_news(struct scanner *scanner, const struct scan_news *news)
{
	scan_count(scanner, &news->more);
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
	scanner->needs_sweep |= news->may_orphan;
}

static void
take_all_news(struct scanner *scanner)
{
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
}

static void
on_async(uv_async_t *async)
{
	scan_settle(async->data);
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
			walks_start(scanner, folder);
			return;
		}
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
	/* A walk's end may come to the loop before what it told. */
	take_all_news(scanner);
	if (!scanner->is_stopping) {
		if (scanner->walk == NULL)
			choose_walk(scanner);
		probes_start(scanner);
		pictures_start(scanner);
	}
	if (scanner->walk == NULL && probes_are_done(scanner)) {
		walks_end(scanner);
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

/* Walked whole in the scan under way, or just now: what changes from then on
 * is watched, and a second walk would count every file twice. */
static bool
is_covered(const struct scanner *scanner, const struct scan_folder *folder)
{
	const struct scan_walk *walk = scanner->walk;

	if (walk != NULL && walk->is_whole && walk->folder_id == folder->id)
		return true;
	return scanner->is_running && folder->walked_at >= scanner->started_at;
}

void
scanner_scan(struct miaud *miaud, int64_t folder_id)
{
	struct scanner *scanner = miaud->scanner;
	struct scan_folder *folder;

	if (scanner == NULL || scanner->is_stopping)
		return;
	for (folder = scanner->folders; folder != NULL; folder = folder->next)
		if ((folder_id == 0 || folder->id == folder_id) &&
		    !is_covered(scanner, folder))
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
