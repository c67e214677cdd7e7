/*
 * Where a film can be begun, asked of miau-index (daemon/index/main.c), confined.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_MEDIA_INDEX_H
#define DAEMON_MIAUD_MEDIA_INDEX_H

#include <stdbool.h>

#include "daemon/miaud/media/ffmpeg.h"
#include "lib/hls/cuts.h"
#include "lib/library/media.h"

enum media_index_how {
	MEDIA_INDEX_CONTAINER, /* the container's own */
	MEDIA_INDEX_ALL, /* all of the film is read: as long as its disk takes */
};

/* What came of it: an index, without keys where there is none or the film cannot be
 * read; NULL when that was not the film's fault: ask again later. Valid during the
 * call. */
typedef void (*media_index_fn)(void *arg, const struct hls_index *index);

/* Begins. `done` is called exactly once, never within this call. A descriptor stays
 * the caller's and may be closed at once; a growing film is taken, also by a refusal,
 * and is the reason why there is no index yet when its bytes do not come. -1 as sandbox_run. */
int media_index_make(struct children *children,
    const struct ffmpeg_input *input, enum media_index_how how,
    media_index_fn done, void *arg, struct err *err)
    NONNULL_ARGS(1, 2, 4, 6) MUST_CHECK;

/* Whether it is worth to read all of a film for the index that its container does not
 * have: pictures of other codecs are encoded anew for whoever watches them. */
bool media_index_is_worth_all(const struct media *media) NONNULL MUST_CHECK;

/* A copy to keep; its keys are freed by the caller. */
struct hls_index media_index_copy(
    const struct hls_index *index) NONNULL MUST_CHECK;

#endif
