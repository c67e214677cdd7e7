/*
 * What the scanner's files share; nobody else includes this.
 *
 *	scanner.c   the loop's side: which folders wait for a walk, status,
 *	            events, start and end
 *	walks.c     beginnings and ends of walks and scans
 *	walk.c      the pool's side: reading folders
 *	rows.c      what was seen → what is written (pool and database thread)
 *	match.c     a file's name → title, episode, source (database thread)
 *	probes.c    files that wait to be looked into
 *	pictures.c  titles that wait for a poster, episodes for a still
 *	watch.c     inotify
 *	status.c    what is told
 */
#ifndef DAEMON_MIAUD_SCAN_SCAN_H
#define DAEMON_MIAUD_SCAN_SCAN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "daemon/miaud/miaud.h"
#include "daemon/miaud/scan/queue.h"
#include "daemon/miaud/scan/scanner.h"
#include "daemon/miaud/media/sniff.h"
#include "lib/base/buf.h"
#include "lib/library/media.h"
#include "lib/library/name.h"
#include "lib/store/library.h"

enum {
	SCAN_BATCH = 24,          /* files written together */
	SCAN_DIRTY_MAX = 256,     /* changed places before all is walked */
	SCAN_STILL_MS = 2000,     /* a file untouched for so long is whole */
	SCAN_TICK_MS = 250,       /* events at most four a second */
	SCAN_SETTLE_MS = 1000,    /* changes are gathered for so long */
	SCAN_RETURN_MS = 15000,   /* a folder that went is looked for */
	SCAN_PATIENCE_MS = 12000, /* a scan waits so long for growing files */
	SCAN_DEPTH_MAX = 48,
	SCAN_ARENA = 64 * 1024 * 1024,
};

/* A place where something changed: a folder to be read again without those
 * below it, or a name that went. */
struct dirty {
	char *path; /* relative; "" is the folder itself */
	bool is_gone;
	bool is_deep; /* new: with those below it */
};

struct scan_folder {
	struct scan_folder *next;
	int64_t id;
	char *path;
	bool is_wanted;    /* a whole walk */
	bool is_gone;      /* looked for again from time to time */
	int64_t walked_at; /* last whole walk, 0: none yet */
	struct dirty dirty[SCAN_DIRTY_MAX];
	size_t n_dirty;
	int64_t dirty_since; /* monotonic */
};

struct scan_counts {
	int64_t found, done, refused;
};

/* What a walk tells the loop: about one file (file_id), and how far it is. */
struct scan_news {
	struct scan_counts more;
	int64_t file_id;
	int64_t title_id;
	int64_t episode_id;
	bool wants_probe;
	bool may_orphan; /* a title may have lost its last source */
	bool wants_picture;
	bool title_changed;
	char *current; /* file's name for the status; owned */
};

/* One walk, on the pool. Its strings are its own. */
struct scan_walk {
	uv_work_t work;
	struct scanner *scanner;
	int64_t folder_id;
	char *root;
	bool is_whole;
	struct dirty dirty[SCAN_DIRTY_MAX];
	size_t n_dirty;
	int64_t began_at; /* wall clock; files seen carry it */
	bool is_gone;     /* the root is not there */
	bool is_unreadable;
	bool is_cut; /* library.maxFiles was reached */
	int64_t max_files;
	int64_t n_files;
	atomic_bool is_cancelled;
	struct err err;
	struct db *db; /* reading, of the walk's own */
};

struct watcher;

struct scanner {
	struct miaud *miaud;
	int refs; /* handles and work under way; the last one frees */
	atomic_bool is_stopping;
	struct scan_folder *folders;
	struct scan_walk *walk; /* the one under way */
	uv_timer_t timer;
	uv_async_t async;
	struct watcher *watcher;
	/* from the walk's thread to the loop */
	pthread_mutex_t lock;
	struct scan_news *news;
	size_t n_news, news_room;
	/* status of the scan under way or the last one */
	bool is_running;
	bool is_all;
	int64_t folder_id;
	struct scan_counts counts;
	char *current;
	int64_t started_at, finished_at;
	bool status_changed;
	bool titles_changed;
	int64_t changed_title; /* the one, 0: several */
	bool needs_sweep;      /* titles may have lost their last source */
	int64_t told_at;       /* monotonic, of the last event */
	int64_t looked_at;     /* monotonic, for folders that went */
	/* probes */
	struct id_queue to_probe;
	struct id_queue waiting; /* growing ones, and when to look again */
	struct id_queue waiting_until;
	int n_probing;
	/* pictures: twice the file's id, and one more when in bright light */
	struct id_queue to_draw;
	int n_drawing;
	struct idle_waiter *waiters;
};

/* A file that was opened and sniffed on the pool, for a probe or a picture. */
struct scan_file {
	uv_work_t work;
	struct scanner *scanner;
	struct library_file file; /* own copies of path and root follow */
	char *root;
	char *path;
	bool is_hdr;
	bool is_known; /* its state was 'ok' */
	int fd; /* -1: could not be opened */
	int error;
	int64_t size, modified_at, inode; /* as they are now */
	struct sniff sniff;
	void (*then)(struct scan_file *open); /* loop thread; owns it */
};
/* Reads the row of a file and opens it. False when there is no such file any
 * more (`then` is not called). Loop thread. */
bool scan_file_open(struct scanner *scanner, int64_t file_id,
    void (*then)(struct scan_file *open), bool is_hdr) NONNULL;
void scan_file_free(struct scan_file *open);

/* scanner.c, loop thread */
void scan_ref(struct scanner *scanner) NONNULL;
void scan_unref(struct scanner *scanner) NONNULL;
void scan_title_changed(struct scanner *scanner, int64_t title_id) NONNULL;
void scan_settle(struct scanner *scanner) NONNULL; /* starts what can start */
struct scan_folder *scan_folder_find(
    const struct scanner *scanner, int64_t id) NONNULL MUST_CHECK;
/* Something at `path` changed; takes nothing. */
void scan_dirty(struct scanner *scanner, int64_t folder_id, const char *path,
    bool is_gone, bool is_deep) NONNULL;
/* Any thread: one piece of news for the loop. */
void scan_tell(struct scanner *scanner, const struct scan_news *news) NONNULL;

/* Adds to the figures of the scan under way. */
void scan_count(
    struct scanner *scanner, const struct scan_counts *more) NONNULL;
void scan_dirty_free(struct dirty *dirty, size_t n) NONNULL;

/* walks.c, loop thread: starts the walk that a folder waits for; tells the end
 * when nothing is left to do. */
void walks_start(struct scanner *scanner, struct scan_folder *folder) NONNULL;
void walks_end(struct scanner *scanner) NONNULL;

/* status.c, loop thread: events, when it is time for them */
void scan_post(struct scanner *scanner) NONNULL;

/* walk.c, pool thread */
void walk_run(struct scan_walk *walk) NONNULL;

/* match.c */
struct match {
	struct name name;
	const char *code,
	    *sentence; /* why it becomes no title; NULL: it does */
};
/* Any thread. `root` is the library folder: its own name may say something. */
void match_read(struct arena *arena, const char *root, const char *path,
    struct match *match) NONNULL;
/* Database thread, in a transaction: title, episode and source of a file.
 * keep: a match that is there stays. media NULL: not probed yet. */
int match_write(struct db *db, struct arena *arena,
    const struct library_file *file, const struct match *match,
    const struct media *media, bool keep, struct scan_news *news,
    struct err *err) NONNULL_ARGS(1, 2, 3, 4, 7, 8) MUST_CHECK;

/* probes.c, loop thread */
void probes_add(struct scanner *scanner, int64_t file_id) NONNULL;
void probes_start(struct scanner *scanner) NONNULL;
bool probes_are_done(const struct scanner *scanner) NONNULL MUST_CHECK;

/* pictures.c, loop thread */
void pictures_add(
    struct scanner *scanner, int64_t file_id, bool is_hdr) NONNULL;
void pictures_start(struct scanner *scanner) NONNULL;
/* True when a title's poster says that there is no source. */
bool pictures_is_placard(const char *poster) MUST_CHECK;

/* watch.c */
/* NULL when the system has no inotify for us. Loop thread. */
struct watcher *watcher_new(struct scanner *scanner) NONNULL MUST_CHECK;
/* Closes its handle; a walk may still add until watcher_free. Loop thread. */
void watcher_close(struct watcher *watcher);
void watcher_free(struct watcher *watcher);
/* Any thread. False when no watches are left (told once). */
bool watcher_add(struct watcher *watcher, int64_t folder_id, const char *root,
    const char *path) NONNULL_ARGS(3, 4);
/* Loop thread. */
void watcher_forget(struct watcher *watcher, int64_t folder_id) NONNULL;
bool watcher_is_exhausted(struct watcher *watcher) NONNULL MUST_CHECK;

#endif
