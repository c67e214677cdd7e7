/*
 * What a file is by its first bytes. ffmpeg is never asked to guess: among
 * what it would guess are playlists and scripts that open other files.
 */
#ifndef DAEMON_MIAUD_MEDIA_SNIFF_H
#define DAEMON_MIAUD_MEDIA_SNIFF_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"

enum { SNIFF_SIZE = 4096 };

struct sniff {
	const char *demuxer;   /* ffmpeg's name, or NULL: refused */
	const char *container; /* the contract's name: "mp4" "matroska" … */
	const char *code;      /* why refused: machine code */
	const char *sentence;  /* and for a person */
};

/* Looks at the first len bytes (up to SNIFF_SIZE) of a file of `size`. */
void media_sniff(
    const void *bytes, size_t len, int64_t size, struct sniff *sniff) NONNULL;

#endif
