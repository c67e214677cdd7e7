/*
 * Which tracks of HLS miaud makes of a film; any name that fits it is answered.
 */
#ifndef LIB_PLAY_MADE_H
#define LIB_PLAY_MADE_H

#include <stdbool.h>

#include "lib/base/attr.h"
#include "lib/hls/track.h"
#include "lib/library/media.h"

/* Whether it is made by an encoder: a picture, with a subtitle track of pictures if it
 * draws one, or a sound track that the film has. */
bool play_track_is_made(const struct media *media,
    const struct hls_track *track) NONNULL MUST_CHECK;

#endif
