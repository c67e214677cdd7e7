/*
 * Subtitles in segments (RFC 8216 §3.5): of a whole WebVTT file the cues that
 * touch a window, with their times in the film.
 */
#ifndef LIB_HLS_TEXT_H
#define LIB_HLS_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

/* Appends the segment of [from_ms, to_ms). vtt is what library_subtitle_convert
 * wrote: cues by their start, each behind a line "HH:MM:SS.mmm -->
 * HH:MM:SS.mmm"; what stands there otherwise is left out. Cues come shift_ms later,
 * not before 0. One that touches several windows is in each, always with the same
 * times. -1: ERR_MEDIA_REFUSED when `out` is full. */
int hls_vtt_segment(struct buf *out, const char *vtt, size_t len,
    int64_t shift_ms, int64_t from_ms, int64_t to_ms,
    struct err *err) NONNULL MUST_CHECK;

#endif
