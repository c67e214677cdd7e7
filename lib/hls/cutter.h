/*
 * From what ffmpeg writes of one track to segments that begin and end where the
 * playlist says. Where ffmpeg began does not matter: what comes before the first
 * segment is dropped, and times are moved to the film's own clock, so that segments
 * of several runs fit each other to the picture.
 *
 *	struct hls_cutter *cutter = hls_cutter_new(&spec);
 *	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
 *		if (hls_cutter_read(cutter, bytes, n, &err) == -1) ...
 *	if (n == 0 && hls_cutter_end(cutter, &err) == -1) ...
 *	hls_cutter_free(cutter);
 */
#ifndef LIB_HLS_CUTTER_H
#define LIB_HLS_CUTTER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/hls/cuts.h"

enum {
	HLS_PART_MAX = 256 * 1024 * 1024, /* bytes of a segment */
};

struct hls_cutter_spec {
	const struct hls_cuts *cuts; /* the caller's, until the cutter's end */
	size_t first;                /* the segment with which it begins */
	bool needs_key; /* begins and cuts at key frames only: pictures */
	/* seconds on the stream's clock at which the film begins: num/den */
	int64_t num, den;
	/* What a player begins the track with, once. */
	int (*init)(void *arg, const void *bytes, size_t len, struct err *err);
	/* A whole segment, each once and in order; one without samples has no
	 * bytes. The bytes may be taken (buf_take). */
	int (*segment)(
	    void *arg, size_t number, struct buf *bytes, struct err *err);
	void *arg;
};

struct hls_cutter;

/* The spec is copied. */
struct hls_cutter *hls_cutter_new(
    const struct hls_cutter_spec *spec) NONNULL RETURNS_NONNULL MUST_CHECK;
void hls_cutter_free(struct hls_cutter *cutter);

/* Takes the next bytes of ffmpeg's output. -1: ERR_CORRUPT, or errors of the two
 * functions; it can only be freed then. */
int hls_cutter_read(struct hls_cutter *cutter, const void *bytes, size_t len,
    struct err *err) NONNULL MUST_CHECK;

/* Nothing more comes: gives the segments that are left. */
int hls_cutter_end(
    struct hls_cutter *cutter, struct err *err) NONNULL MUST_CHECK;

/* The segment that is being filled; the number of all when none is left. */
size_t hls_cutter_at(const struct hls_cutter *cutter) NONNULL MUST_CHECK;

#endif
