/*
 * What is inside a video file: read from ffprobe's JSON, stored as the
 * contract's `Media` object (docs/openapi.yaml) and read back from that.
 */
#ifndef LIB_LIBRARY_MEDIA_H
#define LIB_LIBRARY_MEDIA_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"

enum {
	MEDIA_AUDIO_MAX = 32,
	MEDIA_SUBTITLES_MAX = 64,
	MEDIA_CHAPTERS_MAX = 512,
};

struct media_audio {
	int index;                /* among the sound tracks, from 0 */
	const char *codec;        /* for people: "AAC", "AC-3" */
	const char *codec_string; /* RFC 6381 "mp4a.40.2", or NULL */
	int channels;             /* 0: unknown */
	const char *layout;       /* "5.1(side)", or NULL */
	const char *language;     /* BCP 47 or NULL */
	const char *title;        /* or NULL */
	bool is_default;
};

struct media_subtitle {
	int index; /* among the subtitles, from 0 */
	const char *codec;
	const char *language; /* or NULL */
	const char *title;    /* or NULL */
	bool is_default;
	bool is_forced;
	bool is_sdh;     /* for those who hear badly */
	bool is_picture; /* drawn, no text */
};

struct media_chapter {
	double start, end; /* seconds; end ≤ start: not known */
	const char *title; /* NULL or "": it has none */
};

struct media {
	const char *container;    /* "mp4" "webm" "matroska" … "other" */
	const char *mime_type;    /* with codecs where they are known */
	const char *codec_string; /* picture and first sound track, or "" */
	const char *video_codec;  /* for people: "H.264"; NULL: unknown */
	const char *video_codec_string; /* "avc1.640028" or NULL */
	int width, height;              /* as shown; 0: unknown */
	const char *hdr;                /* "DV" "HDR10" "HLG", or NULL */
	double fps;                     /* 0: unknown */
	int bit_depth;                  /* of each colour; 0: unknown */
	double start;                   /* seconds: when the film begins */
	double duration;                /* seconds, 0: unknown */
	int64_t bitrate;                /* bits a second, 0: unknown */
	int64_t size;                   /* bytes */
	struct media_audio audio[MEDIA_AUDIO_MAX];
	size_t n_audio;
	struct media_subtitle subtitles[MEDIA_SUBTITLES_MAX];
	size_t n_subtitles;
	struct media_chapter chapters[MEDIA_CHAPTERS_MAX];
	size_t n_chapters;
};

/* Reads ffprobe's output (-of json, see daemon/miaud/media/probe.h). container
 * is what the file's first bytes said. Texts live in the arena. -1:
 * ERR_MEDIA_REFUSED when it is no JSON of that shape or holds no picture. */
int library_media_probe(struct arena *arena, const char *json, size_t len,
    const char *container, int64_t size, struct media *media,
    struct err *err) NONNULL MUST_CHECK;

/* The contract's object; the caller puts it. It is stored as it is shown, so a
 * change of its shape has to change what is stored too. */
struct json_object *library_media_json(
    const struct media *media) NONNULL RETURNS_NONNULL MUST_CHECK;

/* Reads a stored object back, also one of before some of its fields were. -1:
 * ERR_CORRUPT. */
int library_media_read(struct arena *arena, const char *json,
    struct media *media, struct err *err) NONNULL MUST_CHECK;

/* "8K" "4K" "2K" "FHD" "HD" "SD" by the picture's size. */
const char *library_media_quality(
    const struct media *media) NONNULL RETURNS_NONNULL MUST_CHECK;

#endif
