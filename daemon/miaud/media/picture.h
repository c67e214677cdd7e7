/*
 * Pictures of titles, made with ffmpeg: a poster and a backdrop from a good
 * frame of a film, a still of an episode, a drawn placard for a title that has
 * no film here.
 *
 * Each is a name in the image store, images/<kind>/<width>/<name>, in every
 * width that the contract promises; a name is never used for another picture.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_MEDIA_PICTURE_H
#define DAEMON_MIAUD_MEDIA_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/miaud/media/ffmpeg.h"
#include "lib/base/paths.h"

enum { PICTURE_NAME_SIZE = 32 };

/* Names of placards begin so: they give way to a frame of a film. */
#define PICTURE_PLACARD_PREFIX "placard-"

enum picture_kind {
	PICTURE_POSTER,  /* poster and backdrop from a frame */
	PICTURE_STILL,   /* of an episode */
	PICTURE_PLACARD, /* drawn: title and year */
};

struct picture_result {
	struct err err;                 /* ERR_NONE: at least one name is set */
	char poster[PICTURE_NAME_SIZE]; /* "" when none was made */
	char backdrop[PICTURE_NAME_SIZE];
	char still[PICTURE_NAME_SIZE];
};

typedef void (*picture_done_fn)(void *arg, const struct picture_result *result);

struct picture_spec {
	enum picture_kind kind;
	struct ffmpeg_input input; /* fd is duplicated; -1 for a placard */
	double duration;           /* seconds, 0: unknown */
	bool is_hdr;
	const char *title; /* drawn on posters; copied */
	int64_t year;      /* 0: not drawn */
	picture_done_fn done;
	void *arg;
};

struct picture;

/* Begins; done is called exactly once, never within this call. NULL with err
 * when it could not begin (done is not called then). */
struct picture *picture_make(struct children *children,
    const struct paths *paths, const struct picture_spec *spec,
    struct err *err) NONNULL MUST_CHECK;

/* Whether a name in the image store has the form that picture_make gives. */
bool picture_is_ours(const char *name) NONNULL MUST_CHECK;

/* Removes working folders that a killed miaud left. At start. */
void picture_sweep(const struct paths *paths) NONNULL;

#endif
