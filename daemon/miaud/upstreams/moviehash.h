/*
 * The hash by which OpenSubtitles knows a video file: its size plus the sums of
 * the 64-bit little-endian words of its first and its last 64 KiB, modulo 2⁶⁴.
 */
#ifndef DAEMON_MIAUD_UPSTREAMS_MOVIEHASH_H
#define DAEMON_MIAUD_UPSTREAMS_MOVIEHASH_H

#include "lib/base/attr.h"
#include "lib/base/err.h"

enum { MOVIEHASH_SIZE = 17, MOVIEHASH_PART = 64 * 1024 };

/* 16 hex digits. -1: ERR_FILE_GONE when the file cannot be read or is shorter
 * than one of the parts. Any thread. */
int moviehash_read(const char *path, char out[MOVIEHASH_SIZE],
    struct err *err) NONNULL MUST_CHECK;

#endif
