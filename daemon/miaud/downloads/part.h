/*
 * What the files of downloads share; nobody else but methods/downloads.c
 * includes this.
 *
 *	downloads.c   the list, start and end, the engine
 *	begin.c, news.c    a row's sealed files → the engine; its events
 *	tick.c        once a second: figures, problems, ratio, saving
 *	room.h: room.c, limit.c, readers.c, linger.c   room on the disk; how
 *	      much there may be; who reads; when they have left
 *	given.c       what was given up, and why
 *	write.c, show.c    rows and sealed files; answers and events
 *	add.c, known.c, hash.c   adding, also once more; hashing a share
 *	change.c      changing, removing, exporting
 *	problem.c, plan.c  what is wrong, who gets room (only arithmetic)
 *	videos.c, choose.c, choose_pack.c   which file plays
 *	identify.c    what it is
 *	films.c, films_list.c   a list of open films
 *	sealed.c      the folder resume/
 */
#ifndef DAEMON_MIAUD_DOWNLOADS_PART_H
#define DAEMON_MIAUD_DOWNLOADS_PART_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "daemon/miaud/downloads/downloads.h"
#include "daemon/miaud/downloads/identify.h"
#include "daemon/miaud/downloads/own.h"
#include "daemon/miaud/downloads/problem.h"
#include "lib/auth/sealed.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/rpc.h"
#include "lib/store/torrents.h"

enum {
	DOWNLOADS_TICK_MS = 1000,
	DOWNLOADS_END_MS = 5000, /* for resume data at the end */
	DOWNLOADS_ARENA = 256 * 1024 * 1024,
};

enum download_stage {
	DOWNLOAD_NEW,     /* a row only */
	DOWNLOAD_HASHING, /* its file is being read */
	DOWNLOAD_LOADING, /* its sealed files are being read */
	DOWNLOAD_RUNNING, /* in the engine */
	DOWNLOAD_REFUSED, /* see refusal */
};

/* Why bytes that were here are not any more. */
enum given_why { GIVEN_LIMIT, GIVEN_ROOM, GIVEN_ASKED, GIVEN__MAX };

struct hashing;

struct download {
	struct download *next;
	struct downloads *all;
	/* Texts are its own; label is in clear. problem is unused. */
	struct torrent_row row;
	enum download_stage stage;
	struct err refusal;
	struct hashing *hashing; /* NULL: its file is not being read */
	torrent_id torrent;
	struct torrent_status status;
	int64_t base_uploaded, base_downloaded; /* of earlier engines */
	const struct problem *problem;          /* NULL: none */
	struct problem_times times;
	int *chosen;                       /* files that play */
	struct identity_episode *episodes; /* that each of them is */
	size_t n_chosen;
	/* Why these, or why none; see struct identity. */
	char *choice_code, *choice_sentence;
	double choice_confidence;
	int first, last;   /* pieces of them; last < first: none */
	uint8_t *admitted; /* a byte per piece; NULL before metadata */
	uint8_t *wanted;   /* of the chosen files; as long as admitted */
	uint8_t *evicting;
	bool is_evicting;
	int64_t offered_at; /* a whole file of it to the web server, monotonic;
			       0: not since the file was made */
	struct downloads_reader *readers;
	int64_t left_at; /* by the last who watched it, monotonic; 0: nobody
			    did */
	struct rpc_call *evict_call; /* answered when the space is free */
	int64_t evict_bytes;
	struct {
		int64_t bytes; /* 0: nothing */
		enum given_why why;
		int64_t at;
	} given; /* up, while nobody read it, and not here again since */
	struct rpc_call *remove_call; /* answered when it is gone */
	bool is_removing, is_erasing;
	bool is_saving;  /* resume data were asked for at the end */
	bool is_lacking; /* some of it was lost since it was finished */
	bool is_changed; /* since the row was written */
	struct own_watch own;
	char *told;         /* the last event */
	int64_t scraped_at; /* monotonic */
};

struct downloads {
	struct miaud *miaud;
	struct download *list; /* newest first */
	struct torrent_engine *engine;
	/* Why there is none or it rests; tried again now and then. */
	struct err engine_error;
	int64_t engine_tried_at; /* monotonic */
	uv_async_t wake;
	uv_timer_t timer;
	struct downloads_watch *watches;
	int64_t limit; /* of bytes on the disk, by itself; 0: not measured */
	/* Monotonic: it was measured, rows written, own files looked at. */
	int64_t limit_at, saved_at, own_at, stopping_since;
	bool needs_room; /* somebody wants to be admitted */
	bool is_loading, is_hashing, is_closed;
	atomic_bool is_stopping; /* also read while a file is hashed */
};

struct downloads_reader {
	struct downloads_reader *next;
	struct download *download; /* NULL: it was removed */
	torrent_reader reader;
	int file;
	int piece;
	bool is_part; /* reads only before the piece `end` */
	int end;
};

struct downloads_watch {
	struct downloads_watch *next;
	struct downloads *downloads;
	downloads_watch_fn changed;
	void *arg;
};

/* downloads.c */
struct download *download_find(
    const struct downloads *downloads, int64_t id) NONNULL MUST_CHECK;
struct download *download_of(
    const struct downloads *downloads, torrent_id torrent) NONNULL MUST_CHECK;
/* Puts a row into the list, with texts of its own; label in clear. */
struct download *download_new(struct downloads *downloads,
    const struct torrent_row *row) NONNULL RETURNS_NONNULL MUST_CHECK;
/* Out of the list and of memory. */
void download_drop(struct download *download) NONNULL;
/* Whether the household allows it to run. */
bool download_is_allowed(const struct download *download) NONNULL MUST_CHECK;
/* Makes the engine unless there is one. -1 also while it rests because its
 * settings cannot be had. */
int downloads_engine_make(
    struct downloads *downloads, struct err *err) NONNULL MUST_CHECK;
int64_t download_piece_bytes(
    const struct download *download, int piece) NONNULL MUST_CHECK;
void downloads_changed(struct download *download) NONNULL; /* watchers */
/* Looks for the network interface and tries again what failed, when it is
 * time. */
void downloads_engine_retry(struct downloads *downloads) NONNULL;

/* begin.c */
/* Begins what may run and does not, one after the other. */
void downloads_begin(struct downloads *downloads) NONNULL;
/* It failed, and this is why. */
void download_refuse(struct download *download, const struct err *err) NONNULL;
/* Tells the engine whether it is paused and its limits. */
void download_apply(struct download *download) NONNULL;
/* Metadata are known: figures, pieces, the map of what is admitted. */
void download_know(struct download *download) NONNULL;
void download_identified(
    struct download *download, const struct identity *identity) NONNULL;

/* hash.c */
/* Of one's own and not hashed yet. */
bool download_is_unhashed(const struct download *download) NONNULL MUST_CHECK;
/* Begins to. */
void download_hash(struct download *download) NONNULL;
/* Ends soon and is DOWNLOAD_NEW again, or removed. */
void download_hash_cancel(struct download *download) NONNULL;
/* Bytes, and bytes per second; all 0 while it waits for another. */
struct hash_progress {
	int64_t done, total, rate;
};
void download_hash_progress(
    const struct download *download, struct hash_progress *progress) NONNULL;

/* news.c */
void downloads_take_news(struct downloads *downloads) NONNULL;

/* tick.c */
void downloads_tick(struct downloads *downloads) NONNULL;
/* Asks for the engine's figures and looks what follows from them. */
void download_look(struct download *download) NONNULL;

/* write.c */
void download_write(struct download *download) NONNULL;
void download_write_sealed(struct download *download, enum sealed_kind kind,
    const void *bytes, size_t len) NONNULL_ARGS(1);
/* The .torrent came: writes it and what it is; then download_identified. */
void download_write_metadata(
    struct download *download, const void *bytes, size_t len) NONNULL;
/* A text for the column label (free()). */
char *download_seal_label(const struct auth_keys *keys, const char *name,
    const char *label) NONNULL RETURNS_NONNULL MUST_CHECK;

/* show.c */
struct json_object *download_json(
    const struct download *download) NONNULL RETURNS_NONNULL MUST_CHECK;
struct json_object *download_json_detail(
    const struct download *download) NONNULL RETURNS_NONNULL MUST_CHECK;
const char *download_state_word(
    const struct download *download) NONNULL RETURNS_NONNULL MUST_CHECK;
const char *download_sentence(
    const struct download *download) NONNULL MUST_CHECK;
/* What people see. */
char *download_title(
    const struct download *download) NONNULL RETURNS_NONNULL MUST_CHECK;
/* Tells administrators when something differs from what was told. */
void download_post(struct download *download) NONNULL;

/* add.c, change.c: answer the call */
void downloads_add(struct rpc_call *call) NONNULL;
void downloads_share(struct rpc_call *call) NONNULL;
void downloads_add_film(struct rpc_call *call) NONNULL;
/* films_list.c */
void downloads_films(struct rpc_call *call) NONNULL;
void downloads_change(struct rpc_call *call) NONNULL;
void downloads_remove(struct rpc_call *call) NONNULL;
void downloads_export(struct rpc_call *call) NONNULL;
/* The download that params.id (or `key`) names, or NULL and the call failed. */
struct download *downloads_of_call(
    struct rpc_call *call, const char *key) NONNULL MUST_CHECK;
/* Writes that a call did this to it; its parameters are the detail. */
void download_audit(struct rpc_call *call, enum audit_event event,
    const struct download *download) NONNULL;
/* It has left the engine. */
void download_removed(struct download *download) NONNULL;

#endif
