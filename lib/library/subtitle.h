/*
 * Subtitles (SRT, WebVTT, ASS/SSA) as WebVTT in UTF-8.
 *
 * What comes in is hostile: any bytes, any times, any markup. Encodings are told
 * apart by their byte order mark, else by whether the bytes are UTF-16 or UTF-8,
 * else by what the text looks like and the language that it is said to be in.
 * A cue that makes no sense is left out, one that ends before it begins lasts
 * three seconds, one that stands there twice is shown once. Of markup italics,
 * bold, underline and the position are kept, everything else is shown as text or
 * dropped.
 */
#ifndef LIB_LIBRARY_SUBTITLE_H
#define LIB_LIBRARY_SUBTITLE_H

#include <stddef.h>

#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

enum { SUBTITLE_FILE_MAX = 8 * 1024 * 1024, SUBTITLE_CUES_MAX = 100000 };

/* Converts len bytes of a format ("srt", "vtt", "ass") and appends the WebVTT
 * to `out` (64 MiB suffice for any input). language: BCP 47, or NULL; it tells
 * old encodings apart. -1: ERR_MEDIA_REFUSED for more than
 * SUBTITLE_FILE_MAX bytes or when out is full. */
int library_subtitle_convert(const char *bytes, size_t len, const char *format,
    const char *language, struct buf *out, struct err *err)
    NONNULL_ARGS(1, 3, 5, 6) MUST_CHECK;

#endif
