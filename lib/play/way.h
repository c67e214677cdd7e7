/*
 * How a file comes to a device: as it is, or as HLS with as little converted as what
 * the device decodes and what the file holds allow.
 */
#ifndef LIB_PLAY_WAY_H
#define LIB_PLAY_WAY_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/library/media.h"
#include "lib/store/sources.h"
#include "lib/store/stream_keys.h"

enum { PLAY_CODECS_MAX = 64, PLAY_CODEC_MAX = 64 };

/* From the best down. */
enum play_method {
	PLAY_DIRECT,    /* the file as it is */
	PLAY_REMUX,     /* HLS: picture and sound copied */
	PLAY_SOUND,     /* HLS: the picture copied, the sound encoded */
	PLAY_TRANSCODE, /* HLS: the picture encoded */
};

/* What a device said of itself. */
struct play_device {
	const char **files; /* RFC 6381: what it decodes of a file; NULL: not
				  said, then what every browser does */
	const char *
	    *segments; /* … of fragmented MP4; NULL: not said, then as of
				  a file */
	size_t n_files, n_segments;
	int max_lines; /* of a picture that it decodes; 0: not said */
	bool has_no_hdr;
	bool is_native; /* it plays HLS by itself alone */
};

struct play_way {
	enum play_method method;
	const char *code;      /* why: "plays" "unknown" "container" "sound"
				 "picture" "depth" "hdr" "size" */
	const char *sentence;  /* the same for people */
	bool copies_picture;   /* in HLS */
	uint32_t copies_sound; /* in HLS: bit i is sound track i */
	bool has_hls;          /* it can be made of this file */
};

/* Reads what a device sends, {codecs?, hls?: {codecs?, native?, maxHeight?, hdr?}}.
 * Texts are the arena's. On -1 *wrong is the field that is no such thing, and *problem
 * what is wrong with it. */
int play_device_read(struct arena *arena, struct json_object *json,
    struct play_device *device, const char **wrong, const char **problem)
    NONNULL_ARGS(1, 3, 4, 5) MUST_CHECK;

/* The same object again, with known fields alone; the caller puts it. */
struct json_object *play_device_json(
    const struct play_device *device) NONNULL RETURNS_NONNULL MUST_CHECK;

/* Decides. `media` NULL: nobody has looked into the file, which is tried as it is. */
void play_way(struct arena *arena, const struct media *media,
    const struct play_device *device, struct play_way *way)
    NONNULL_ARGS(1, 3, 4);

/* The same from what is kept of a source. */
void play_way_of_source(struct arena *arena, const struct source *source,
    const struct play_device *device, struct play_way *way) NONNULL;
/* The same for what a stream key was made for. ERR_CORRUPT. */
int play_way_of_key(struct arena *arena, const struct stream_key *key,
    const struct media *media, struct play_way *way, struct err *err)
    NONNULL_ARGS(1, 2, 4, 5) MUST_CHECK;

/* "direct" "remux" "sound" "transcode". */
const char *play_method_name(
    enum play_method method) RETURNS_NONNULL MUST_CHECK;

#endif
