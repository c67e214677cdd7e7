/*
 * The thumbnails of one film: sheets of small pictures, made by one confined ffmpeg
 * that gets what processor and disk have left over. They are made in a folder whose
 * name begins with a dot, and get their name when all of them are whole.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_MEDIA_SHEETS_H
#define DAEMON_MIAUD_MEDIA_SHEETS_H

#include "daemon/miaud/media/ffmpeg.h"
#include "lib/base/paths.h"
#include "lib/hls/cuts.h"
#include "lib/store/thumbnails.h"

enum { SHEETS_NAME_SIZE = 17 };

struct sheets;

struct sheets_result {
	/* ERR_NONE, ERR_MEDIA_REFUSED (the film's fault), or what else went wrong. */
	struct err err;
	/* folder: its name in paths->thumbnails, also when there is a problem */
	struct thumbnails made;
};

typedef void (*sheets_done_fn)(void *arg, const struct sheets_result *result);

struct sheets_spec {
	struct ffmpeg_input input; /* fd is duplicated */
	double duration;           /* seconds */
	bool is_hdr;
	const struct hls_index
	    *index;          /* where its key frames are; NULL: unknown */
	sheets_done_fn done; /* exactly once, never within sheets_make */
	void *arg;
};

/* NULL: what could not be begun. */
struct sheets *sheets_make(uv_loop_t *loop, struct children *children,
    const struct paths *paths, const struct sheets_spec *spec,
    struct err *err) NONNULL MUST_CHECK;

/* Somebody needs the processor: nothing is made until it is needed no more. */
void sheets_rest(struct sheets *sheets, bool rests) NONNULL;

/* Whether a name in paths->thumbnails is one of ours, and whether what bears it is
 * still being made, or was when miaud was killed. */
bool sheets_is_ours(const char *name, bool *is_half) NONNULL MUST_CHECK;

#endif
