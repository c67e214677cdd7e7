/*
 * What the files of the encoder manager share.
 */
#ifndef DAEMON_MIAUD_ENCODERS_PART_H
#define DAEMON_MIAUD_ENCODERS_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "daemon/miaud/children.h"
#include "daemon/miaud/encoders/encoders.h"
#include "daemon/miaud/encoders/hardware.h"
#include "daemon/miaud/media/ffmpeg.h"
#include "lib/base/arena.h"
#include "lib/base/paths.h"
#include "lib/hls/cutter.h"
#include "lib/hls/track.h"
#include "lib/library/media.h"

enum {
	ENCODERS_READ_BYTES = 65536,
	ENCODERS_FOLDER_SIZE = PATHS_MAX + 64,
	ENCODERS_PATH_SIZE = ENCODERS_FOLDER_SIZE + 64,
	ENCODERS_VIEWER_SIZE = 65, /* the hash of a stream key, in hex */
};

/* Somebody who waits for a segment. */
struct waiting {
	struct waiting *next;
	struct rpc_call *call;
	struct encoder_track *track;
	char viewer[ENCODERS_VIEWER_SIZE];
	int64_t number; /* -1: what the track is begun with */
	int64_t until;  /* monotonic ms */
};

/* A child and what it writes. */
struct encoder_run {
	struct encoder_run *next;
	struct encoder_track *track;
	struct child *child; /* NULL: has ended */
	uv_pipe_t pipe;
	struct hls_cutter *cutter;
	size_t wanted; /* the farthest segment somebody asked it for */
	/* Who asked for its segments; "": nobody yet, it was begun for what its
	 * track is begun with. */
	char viewer[ENCODERS_VIEWER_SIZE];
	bool is_shared; /* by several */
	bool is_reading;
	bool is_piped;     /* the pipe is open */
	bool is_cancelled; /* by us: its end is no failure */
	bool has_failed;   /* then `why` says it */
	bool ended_well;   /* the child: status 0 */
	struct err why;
	bool is_disk; /* the failure is the disk's */
	struct hardware_use use;
	int n_writing;    /* segments on their way to the disk */
	int64_t asked_at; /* monotonic ms */
	int64_t fed_at;   /* when it wrote last, or was let write again */
};

struct encoder_track {
	struct encoder_track *next;
	struct encoder_film *film;
	struct hls_track is;
	char name[HLS_TRACK_NAME_SIZE];
	struct hls_cuts cuts;
	bool *is_made;    /* of each segment */
	bool *is_written; /* … on its way to the disk */
	bool has_init;
	/* Of its children that encode pictures: the first used this, and others
	 * did not. */
	bool is_begun, is_mixed;
	const struct hardware_way *first_way;
	struct encoder_run *runs;
	int64_t in_line;    /* for a slot: its number; 0: it is not */
	int64_t in_line_at; /* when it was asked for last, monotonic ms */
	int failures;       /* in a row */
	struct err why;
};

/* A film that is played by HLS now. */
struct encoder_film {
	struct encoder_film *next;
	struct encoders *all;
	int64_t source_id;
	struct arena *arena;
	struct media media;
	struct hls_index index;
	bool has_index;
	double start;         /* seconds on the film's own clock */
	char path[PATHS_MAX]; /* of a file of the library */
	int64_t torrent_id;   /* else: of a download, which may grow */
	int file_index;
	const char *demuxer;
	char folder[ENCODERS_FOLDER_SIZE];
	struct encoder_track *tracks;
	int64_t asked_at; /* monotonic ms */
	/* Where somebody asked last, ticks of HLS_CLOCK; -1: nobody did. */
	int64_t place;
};

struct encoders {
	struct miaud *miaud;
	struct children *children;
	struct hardware *hardware;
	char folder[PATHS_MAX];
	uv_timer_t tick;
	bool is_closed;
	struct encoder_film *films;
	struct waiting *waiting;
	int64_t n_in_line; /* ever */
	int64_t n_films;   /* ever: their folders are named by it */
	int n_writing;
	char room[ENCODERS_READ_BYTES]; /* read into, and cut at once */
};

/* film.c: the film of a source, opened when it is not. NULL: ERR_FILE_GONE,
 * ERR_MEDIA_REFUSED. */
struct encoder_film *encoder_film_find(struct encoders *encoders,
    int64_t source_id, struct err *err) NONNULL MUST_CHECK;
/* A track of it. NULL: ERR_NOT_FOUND, ERR_MEDIA_REFUSED. */
struct encoder_track *encoder_film_track(struct encoder_film *film,
    const char *name, struct err *err) NONNULL MUST_CHECK;
/* What its children read; the caller closes input->fd unless it is -1, and
 * ffmpeg_run takes what grows. */
int encoder_film_input(struct encoder_film *film, struct ffmpeg_input *input,
    struct err *err) NONNULL MUST_CHECK;
/* Forgets it, with its folder; no run may be left. */
void encoder_film_free(struct encoder_film *film) NONNULL;

/* run.c: a child from segment `first` on. */
struct encoder_run *encoder_run_start(struct encoder_track *track, size_t first,
    struct err *err) NONNULL MUST_CHECK;
/* Ends it; it is gone from its track's list when the child has gone. */
void encoder_run_cancel(struct encoder_run *run) NONNULL;
/* Lets it write, or not, by how far it is. */
void encoder_run_pace(struct encoder_run *run) NONNULL;

/* queue.c: those for whom there is no slot stand in line, as long as somebody asks
 * for what they make. */
void encoder_queue_join(struct encoder_track *track) NONNULL;
void encoder_queue_leave(struct encoder_track *track) NONNULL;
/* How many are before it. */
int encoder_queue_before(const struct encoder_track *track) NONNULL MUST_CHECK;

/* encoders.c: a segment (-1: the beginning) is there, or a run has ended. */
void encoders_made(struct encoder_track *track, int64_t number) NONNULL;
void encoders_ended(struct encoder_track *track) NONNULL;

/* Where a segment lies. */
void encoder_path(const struct encoder_track *track, int64_t number,
    char path[ENCODERS_PATH_SIZE]) NONNULL;

#endif
