/*
 * The tracks that HLS offers of a film, by their names in addresses:
 *
 *	v-copy		the picture as it is in the file
 *	v-720 …		the picture encoded, at most so high (hls_qualities)
 *	v-720-s2	the same with the third subtitle track, one of pictures,
 *			drawn into it
 *	a-1-copy	the second sound track as it is in the file
 *	a-1-aac		the same as AAC in two channels
 *	s-0		the first subtitle track inside the file, one of words
 *	s-beside-7	subtitles of a file beside it, by that file's id
 *	s-fetched-7	those that were fetched for it, the same
 *
 * and where each is cut. Any name that fits the film is answered; which of them
 * suit a device is said by the multivariant playlist.
 */
#ifndef LIB_HLS_TRACK_H
#define LIB_HLS_TRACK_H

#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/hls/cuts.h"
#include "lib/hls/playlist.h"

enum {
	HLS_TRACK_NAME_SIZE = 24,
	HLS_TRACK_INDEX_MAX = 999,
	HLS_TRACK_FILE_MAX = 999999999,
	HLS_QUICK_S = 2, /* segments of sound and encoded pictures: soon made */
	HLS_TEXT_S = 4,
	HLS_SOUND_RATE = 48000, /* of encoded sound */
	HLS_SOUND_FRAME = 1024, /* samples of a frame of AAC */
	HLS_SOUND_BITRATE = 160000,
};

struct hls_track {
	enum hls_kind kind;
	int index;       /* among the sound or subtitle tracks, from 0 */
	int height;      /* of an encoded picture at most; 0: as it is */
	bool is_copy;    /* as it is in the file */
	bool draws;      /* an encoded picture: with subtitle track `index` */
	int file;        /* of subtitles: the id of their file; 0: inside */
	bool is_fetched; /* … and that is no file beside the film */
};

/* A quality in which pictures are encoded, best first. */
struct hls_quality {
	int height, width;  /* pixels at most */
	int64_t bandwidth;  /* bit/s at most, without sound */
	const char *level;  /* of H.264, High profile */
	const char *codecs; /* RFC 6381 */
};
enum { HLS_QUALITIES = 4 };
extern const struct hls_quality hls_qualities[HLS_QUALITIES];

/* The quality of that height, or NULL. */
const struct hls_quality *hls_quality_find(int height) MUST_CHECK;

/* The size of a picture of width × height in it, as the encoder rounds it; never more
 * than the picture has. 0: it is not known, then what the quality has at most. */
void hls_quality_fit(const struct hls_quality *quality, int width, int height,
    int *out_width, int *out_height) NONNULL;

/* Reads a name; false for what is none, however near. */
bool hls_track_read(
    const char *name, struct hls_track *track) NONNULL MUST_CHECK;
/* Writes it. */
void hls_track_name(
    const struct hls_track *track, char name[HLS_TRACK_NAME_SIZE]) NONNULL;

/* Where the track is cut: pictures that are copied at key frames, everything else by
 * the clock, over `duration` seconds, or over those of the index when there is one
 * (NULL: none). Memory of the arena. Errors of lib/hls/cuts.h. */
int hls_track_cuts(struct arena *arena, const struct hls_track *track,
    const struct hls_index *index, double duration, struct hls_cuts *out,
    struct err *err) NONNULL_ARGS(1, 2, 5, 6) MUST_CHECK;

#endif
