/*
 * What ffmpeg is asked to make of a film: one track, from one segment on, as
 * fragmented MP4 on descriptor 4 with a fragment for each picture or frame of sound.
 * Made of constants and numbers only.
 */
#ifndef DAEMON_MIAUD_ENCODERS_COMMAND_H
#define DAEMON_MIAUD_ENCODERS_COMMAND_H

#include <stdbool.h>

#include "daemon/miaud/encoders/hardware.h"
#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/hls/cuts.h"
#include "lib/hls/track.h"

enum { COMMAND_ARGS_MAX = 64 };

struct command_spec {
	const struct hls_track *track;
	const struct hls_cuts *cuts;
	const struct hls_index *index; /* of the film, or NULL */
	size_t first;                  /* the segment to begin with */
	double start; /* seconds on the film's own clock at which it begins */
	bool
	    is_loose; /* in its container ffmpeg finds some packet, not a key */
	bool is_hdr;  /* its light has to be brought down */
	bool is_hevc;
	int width, height; /* of the picture as shown; 0: unknown */
	bool keeps_shape;  /* drawn subtitles are made for square pixels */
	bool is_aac;       /* the sound track */
	const struct hardware_use *use; /* what encodes pictures */
	/* What a decoder needs is told with each key frame, too: the track is begun
	 * with that of another encoder. */
	bool tells_again;
};

struct command {
	const char *before[COMMAND_ARGS_MAX]; /* options of the input */
	const char *after[COMMAND_ARGS_MAX];
	/* The clock of what comes out begins so many num/den seconds before
	 * the film does. */
	int64_t num, den;
};

/* Both lists are NULL-terminated; texts in the arena. */
void command_make(struct arena *arena, const struct command_spec *spec,
    struct command *command) NONNULL;

#endif
