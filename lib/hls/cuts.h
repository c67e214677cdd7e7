/*
 * Where a film is cut into segments: once, from its index or by the clock alone, and
 * never from where an encoder happened to begin. Times are ticks of HLS_CLOCK from the
 * film's beginning.
 */
#ifndef LIB_HLS_CUTS_H
#define LIB_HLS_CUTS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"

enum {
	HLS_CLOCK = 90000, /* ticks of a second */
	/* A picture so little before a cut, in ticks, is at the cut: clocks of
	 * containers are as coarse as a millisecond. */
	HLS_CLOSE = HLS_CLOCK / 2000,
	HLS_CUTS_MAX = 65536,
	HLS_CODECS_SIZE = 1024,
	HLS_SEGMENT_S = 6, /* what a segment of copied pictures has at least */
	HLS_LONGEST_S =
	    60, /* a film whose key frames lie farther apart is encoded */
};

struct hls_cuts {
	int64_t *at; /* n + 1 times, strictly rising; the last is the end */
	size_t n;    /* segments, > 0 */
};

/* The index of a film, see daemon/index/main.c. */
struct hls_index {
	const int64_t *keys; /* ticks of `num`/`den` seconds, strictly rising */
	size_t n;
	int64_t num, den;
	int64_t start; /* the film's beginning on the same clock */
	int64_t end;
	/* RFC 6381, of the picture and of each sound track, by commas. Empty where
	 * what decoders are set up with says nothing of its own. */
	char codecs[HLS_CODECS_SIZE];
	/* Bit/s at most of segments that are copied, with one sound track; 0:
	 * unknown. */
	int64_t peak;
};

/* Cuts at key frames, for pictures that are copied: each HLS_SEGMENT_S or as little
 * longer as the next key frame allows, the first two shorter, so that playing begins
 * soon. Memory of the arena. ERR_MEDIA_REFUSED when the index is none to cut by: fewer
 * than two key frames, some more than HLS_LONGEST_S apart, or pictures before the
 * beginning that are not shown. */
int hls_cuts_by_keys(struct arena *arena, const struct hls_index *index,
    struct hls_cuts *out, struct err *err) NONNULL MUST_CHECK;

/* Cuts every `step` ticks, for what is encoded; the last segment is what remains, at
 * least half a step. ERR_MEDIA_REFUSED for more than HLS_CUTS_MAX. */
int hls_cuts_by_clock(struct arena *arena, int64_t duration, int64_t step,
    struct hls_cuts *out, struct err *err) NONNULL MUST_CHECK;

/* The most bits in a second of segments that follow each other and last half of the
 * longest of them to one and a half (RFC 8216 §4.1). bytes: from each key of the index to
 * the next. */
int64_t hls_cuts_peak(const struct hls_cuts *cuts,
    const struct hls_index *index, const int64_t *bytes) NONNULL MUST_CHECK;

/* The codec of the picture (0) or of a sound track (from 1) in index->codecs, in the
 * arena; NULL: there is none of its own. */
const char *hls_index_codec(struct arena *arena, const struct hls_index *index,
    size_t track) NONNULL MUST_CHECK;

/* Seconds on the film's own clock at which its first picture is shown. */
double hls_index_start(const struct hls_index *index) NONNULL MUST_CHECK;

/* The segment in which a time lies: that of the first for what is before, of the last
 * for what is behind. */
size_t hls_cuts_find(
    const struct hls_cuts *cuts, int64_t at) NONNULL MUST_CHECK;

#endif
