/*
 * What a decoder has to do for a track, as RFC 6381 writes it, from what the decoder is
 * set up with.
 */
#ifndef DAEMON_INDEX_CODEC_H
#define DAEMON_INDEX_CODEC_H

#include <libavcodec/codec_par.h>

#include "lib/base/attr.h"

enum { CODEC_SIZE = 64 };

/* "avc1.F4001E", "hvc1.2.4.H120.B0", "av01.0.08M.10", "mp4a.40.5"; "" for codecs whose
 * name the set-up does not change, and where there is none. */
void codec_name(const AVCodecParameters *track, char name[CODEC_SIZE]) NONNULL;

#endif
