/*
 * Where a film's opening, recap, credits and preview lie: by the titles of its
 * chapters, and by what people have marked. Pure functions.
 */
#ifndef LIB_LIBRARY_SEGMENTS_H
#define LIB_LIBRARY_SEGMENTS_H

#include <stddef.h>

#include "lib/base/attr.h"
#include "lib/store/segments.h"

enum segment_origin { SEGMENT_CHAPTERS, SEGMENT_SEASON, SEGMENT_OWN };

struct segment {
	enum segment_kind kind;
	enum segment_origin origin;
	double start, end; /* seconds */
};

/* A chapter as the file has it; end ≤ start: not known, the next one's start. */
struct segment_chapter {
	double start, end;
	const char *title; /* or NULL */
};

/* What chapters in the file's order say, at most one segment of a kind. A
 * chapter says it by its title ("Opening", "Abspann", "Générique", "OP 2") if
 * it lies and lasts as such a thing does. duration 0: unknown, and nothing is
 * told. Returns how many. */
size_t library_segments_read(const struct segment_chapter *chapters, size_t n,
    double duration, struct segment out[SEGMENT__MAX])
    NONNULL_ARGS(4) MUST_CHECK;

/* Puts marks in the place of what chapters said of their kind: an own one
 * before the season's. A mark beyond the end is cut or left out. `all` holds n
 * and has room for SEGMENT__MAX; the result is in the order of the film.
 * Returns how many. */
size_t library_segments_mark(struct segment all[SEGMENT__MAX], size_t n,
    const struct segment_mark *marks, size_t n_marks, double duration)
    NONNULL_ARGS(1) MUST_CHECK;

#endif
