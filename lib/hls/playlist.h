/*
 * Playlists (RFC 8216 and draft-pantos-hls-rfc8216bis). A track has a name, as
 * "v-copy" or "a-1-stereo": its playlist is "<name>.m3u8", what it is begun with
 * "<name>/init.mp4", its segments "<name>/<number>.m4s" from 0 (".vtt" for
 * subtitles), all beside the multivariant playlist.
 */
#ifndef LIB_HLS_PLAYLIST_H
#define LIB_HLS_PLAYLIST_H

#include <stdbool.h>

#include "lib/base/buf.h"
#include "lib/hls/cuts.h"

/* The picture in one quality. */
struct hls_variant {
	const char *name;
	const char *codecs; /* of picture and sound, as lib/library/codec.h */
	const char *range;  /* "SDR", "PQ", "HLG" */
	int64_t bandwidth;  /* bit/s at most, with the sound */
	int64_t average;    /* bit/s; 0: unknown */
	int width, height;
	double fps; /* 0: unknown */
};

enum hls_kind { HLS_PICTURE, HLS_SOUND, HLS_SUBTITLES };

/* Another track that plays beside the picture. */
struct hls_rendition {
	enum hls_kind kind;
	const char *name;
	const char *label;    /* for people; any text */
	const char *language; /* BCP 47, or NULL */
	int channels;         /* of sound; 0: unknown */
	bool is_default;
	bool is_forced; /* subtitles of what is in another language */
	bool describes; /* … with music and noises (SDH) */
};

/* Appends the multivariant playlist. -1 when `out` is full. */
int hls_master_write(struct buf *out, const struct hls_variant *variants,
    size_t n_variants, const struct hls_rendition *renditions,
    size_t n_renditions) NONNULL_ARGS(1, 2) MUST_CHECK;

/* Appends the playlist of a track, whole from the beginning on. -1 as above. */
int hls_media_write(struct buf *out, const char *name, enum hls_kind kind,
    const struct hls_cuts *cuts) NONNULL MUST_CHECK;

#endif
