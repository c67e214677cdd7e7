/*
 * Subtitles from beside a file (SRT, WebVTT, ASS/SSA) as WebVTT in UTF-8.
 *
 * What comes in is hostile: any bytes, any times, any markup. Encodings are
 * told apart by their byte order mark, else by whether the bytes are UTF-8;
 * the rest is read as Windows-1252, of which Latin-1 is a part. A cue that
 * makes no sense is left out; of markup italics, bold, underline and the
 * position at the top or in the middle are kept, everything else is shown as
 * text or dropped.
 */
#ifndef LIB_LIBRARY_SUBTITLE_H
#define LIB_LIBRARY_SUBTITLE_H

#include <stddef.h>

#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

enum { SUBTITLE_FILE_MAX = 8 * 1024 * 1024, SUBTITLE_CUES_MAX = 100000 };

/* Converts len bytes of a format ("srt", "vtt", "ass") and appends the WebVTT
 * to `out` (64 MiB suffice for any input). -1: ERR_MEDIA_REFUSED for more than
 * SUBTITLE_FILE_MAX bytes or when out is full. */
int library_subtitle_convert(const char *bytes, size_t len, const char *format,
    struct buf *out, struct err *err) NONNULL MUST_CHECK;

#endif
