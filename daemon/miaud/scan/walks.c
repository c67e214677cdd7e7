/*
 * Beginnings and ends of walks and of scans, on the loop and, for what they
 * write, on the database thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/scan/scan.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/store/notes.h"
#include "lib/store/titles.h"

static void
walk_free(struct scan_walk *walk)
{
	scan_dirty_free(walk->dirty, walk->n_dirty);
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
	struct scan_folder *folder = scan_folder_find(scanner, walk->folder_id);

	if (err->code != ERR_NONE && err->code != ERR_CANCELLED)
		log_warn("scan.end", "%s", err->text);
	if (folder != NULL)
		folder->walked_at = walk->began_at;
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
	bool is_away = walk->is_gone || walk->is_unreadable;
	bool is_done = walk->is_whole && walk->err.code == ERR_NONE;
	struct err err;

	(void)status;
	if (walk->err.code != ERR_NONE && walk->err.code != ERR_CANCELLED)
		log_warn("scan.walk", "%s: %s", walk->root, walk->err.text);
	/* it is back when all of it was seen, not when some was */
	if (folder != NULL && (is_away || is_done))
		folder->is_gone = is_away;
	/* what was watched is elsewhere now, or nowhere */
	if (walk->is_gone && scanner->watcher != NULL)
		watcher_forget(scanner->watcher, walk->folder_id);
	if (is_done && folder != NULL &&
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

void
walks_start(struct scanner *scanner, struct scan_folder *folder)
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
		scan_dirty_free(folder->dirty, folder->n_dirty);
	} else {
		memcpy(walk->dirty, folder->dirty,
		    folder->n_dirty * sizeof(*walk->dirty));
		walk->n_dirty = folder->n_dirty;
	}
	folder->n_dirty = 0;
	folder->is_wanted = false;
	scanner->walk = walk;
	scan_ref(scanner);
	if (walk->is_whole)
		begin_scan(scanner, folder->id);
	uv_queue_work(&scanner->miaud->loop, &walk->work, walk_on_pool, walked);
}

/* What is put right when nothing is left to do: counts of the folders, titles
 * that lost their last source. */
struct tidy {
	struct scanner *scanner;
	size_t n;
	struct {
		int64_t id, walked_at;
	} folders[];
};

/* Database thread. */
static int
tidy_up(struct db *db, void *arg, struct err *err)
{
	const struct tidy *tidy = arg;
	int64_t n;

	for (size_t i = 0; i < tidy->n; i++)
		if (store_folder_set_state(db, tidy->folders[i].id, "ok",
			tidy->folders[i].walked_at, err) == STORE_ERROR)
			return -1;
	return store_title_sweep(db, &n, err) == STORE_ERROR ? -1 : 0;
}

static void
tidied(void *arg, const struct err *err)
{
	struct tidy *tidy = arg;
	struct scanner *scanner = tidy->scanner;

	if (err->code != ERR_NONE && err->code != ERR_CANCELLED)
		log_warn("scan.tidy", "%s", err->text);
	scan_title_changed(scanner, 0);
	free(tidy);
	scan_settle(scanner);
	scan_unref(scanner);
}

static void
start_tidying(struct scanner *scanner)
{
	struct scan_folder *folder;
	struct tidy *tidy;
	struct err err;
	size_t n = 0;

	for (folder = scanner->folders; folder != NULL; folder = folder->next)
		n++;
	tidy = mem_calloc(1, sizeof(*tidy) + n * sizeof(tidy->folders[0]));
	tidy->scanner = scanner;
	for (folder = scanner->folders; folder != NULL; folder = folder->next)
		if (!folder->is_gone && folder->walked_at != 0) {
			tidy->folders[tidy->n].id = folder->id;
			tidy->folders[tidy->n++].walked_at = folder->walked_at;
		}
	if (dbthread_submit(scanner->miaud->dbthread, DBJOB_ALONE, tidy_up,
		tidied, tidy, &err) == -1) {
		free(tidy);
		return;
	}
	scanner->needs_sweep = false;
	scan_ref(scanner);
}

void
walks_end(struct scanner *scanner)
{
	if (scanner->is_running) {
		scanner->is_running = false;
		scanner->finished_at = clock_now_ms();
		scanner->status_changed = true;
		free(scanner->current);
		scanner->current = NULL;
		log_info("scan.finished",
		    "%lld files seen, %lld refused, in %lld ms.",
		    (long long)scanner->counts.found,
		    (long long)scanner->counts.refused,
		    (long long)(scanner->finished_at - scanner->started_at));
	}
	if (scanner->needs_sweep && !scanner->is_stopping)
		start_tidying(scanner);
}
