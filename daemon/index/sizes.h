/*
 * How many bytes a film has between its key frames, and its sound in a second: what
 * somebody needs of a line who is given both as they are.
 */
#ifndef DAEMON_INDEX_SIZES_H
#define DAEMON_INDEX_SIZES_H

#include <stddef.h>
#include <stdint.h>

#include <libavformat/avformat.h>

#include "lib/base/attr.h"

/* Where key frames lie, in bytes and never falling, becomes how many bytes follow each
 * of them. Those at the same place, as in one cluster of Matroska, share by their times.
 * `time` and `place` are the film's end. -1: places that fall. */
int sizes_make(const int64_t *keys, int64_t *places, size_t n, int64_t time,
    int64_t place) NONNULL MUST_CHECK;

/* The most bits in a second of any sound track whose index tells its frames' sizes;
 * 0: none does. */
int64_t sizes_sound(AVFormatContext *context) NONNULL MUST_CHECK;

#endif
