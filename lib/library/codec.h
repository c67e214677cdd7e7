/*
 * Names of codecs: ffmpeg's, people's, and RFC 6381's for browsers.
 */
#ifndef LIB_LIBRARY_CODEC_H
#define LIB_LIBRARY_CODEC_H

#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"

/* What ffprobe says about one stream. */
struct codec {
	const char *name;    /* "h264" */
	const char *tag;     /* how its container calls it: "hev1", "" */
	const char *profile; /* "High", "Main 10", "" */
	int level;           /* as ffprobe gives it, < 0: unknown */
	int width, height;
	double fps;
	int bit_depth;
};

/* For people: "H.264"; an unknown one in capitals. */
const char *library_codec_label(
    struct arena *arena, const char *name) NONNULL RETURNS_NONNULL MUST_CHECK;

/* Whether subtitles of that name are drawn, no text. */
bool library_codec_is_picture(const char *name) NONNULL MUST_CHECK;

/* RFC 6381 string, or NULL when there is none. is_mp4: its container. */
const char *library_codec_video(
    struct arena *arena, const struct codec *codec) NONNULL MUST_CHECK;
const char *library_codec_audio(
    const struct codec *codec, bool is_mp4) NONNULL MUST_CHECK;

#endif
