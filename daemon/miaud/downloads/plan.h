/*
 * Who gets room on the disk: which pieces may be fetched next, and which are
 * given up for them. Only arithmetic, so that it can be tested by itself;
 * nothing here knows an engine or a clock.
 *
 * Each piece has a *need*, in bytes to read until it is needed:
 *   - ahead of a reader, the bytes between; the nearest reader counts;
 *   - behind a reader, eight times the bytes between: people seek back a
 *     little, seldom far;
 *   - the head and tail of a file that is read: 4 MiB, as players look there
 *     for the index;
 *   - what is kept warm for those who may read it soon: beyond all of these;
 *   - of a download that nobody reads: beyond all of these, and the more so the
 *     longer ago it was used; its head and tail stay longest.
 * Room goes to the smallest needs. A piece is given up for another only when it
 * is needed less than half as much, so that the two do not take turns; and in
 * batches, because giving up interrupts a transfer for a moment.
 *
 * When the limit itself is passed (it was made smaller) as little goes as is
 * enough: pieces of what nobody reads, then the smallest of what goes whole that
 * is enough, and only then what a reader needs.
 *
 * Pieces just ahead of a reader are never given up, whatever the limit: 16 MiB
 * without a gap, or two pieces when those are more. The bytes that a reader has
 * been promised (DOWNLOADS_PROMISE from its place on) lie in them. Who finds no
 * room because of that waits.
 */
#ifndef DAEMON_MIAUD_DOWNLOADS_PLAN_H
#define DAEMON_MIAUD_DOWNLOADS_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"

enum { PLAN_AHEAD = 16 * 1024 * 1024, PLAN_AHEAD_PIECES = 2 };

/* Pieces [first, end). */
struct plan_part {
	int first, end;
};

struct plan_download {
	int n_pieces;
	int64_t piece_size;      /* bytes */
	int64_t size;            /* of all; the last piece may be shorter */
	int first, last;         /* pieces of the files that are wanted */
	const uint8_t *wanted;   /* those of them; NULL: all */
	const uint8_t *admitted; /* a byte per piece: 0 or 1 */
	const int *readers;      /* the piece at which each reads */
	size_t n_readers;
	const struct plan_part *warm; /* somebody may read there soon */
	size_t n_warm;
	int64_t idle_ms; /* since it was last used; 0 while it is read */
	bool is_wanted;  /* is fetched although nobody reads it */
	bool is_pinned;  /* nothing of it is given up */
	bool is_whole;   /* given up altogether or not at all: the web server
			      may be sending from it. Not while it is read. */
};

/* Pieces [first, first + n) of downloads[download]. */
struct plan_run {
	size_t download;
	int first, n;
};

struct plan {
	struct plan_run *admit;
	size_t n_admit;
	struct plan_run *evict;
	size_t n_evict;
	int64_t used;  /* admitted bytes before any of it */
	bool is_short; /* somebody found no room, or the limit is passed */
	bool is_over;  /* the limit is passed */
};

/* What to do under `limit` bytes. What is given up counts as used until a later
 * plan is made without it, so admitted bytes never pass the limit. The plan lies
 * in the arena. */
void plan_make(struct arena *arena, const struct plan_download *downloads,
    size_t n, int64_t limit, struct plan *plan) NONNULL_ARGS(1, 5);

#endif
