/*
 * Asking ffprobe what is in a file.
 */
#ifndef DAEMON_MIAUD_MEDIA_PROBE_H
#define DAEMON_MIAUD_MEDIA_PROBE_H

#include "daemon/miaud/media/ffmpeg.h"
#include "daemon/miaud/media/sniff.h"
#include "lib/library/media.h"

struct media_answer {
	const struct media *media; /* NULL: refused; valid during the call */
	const char *code;          /* why: "damaged", "incomplete" … */
	const char *sentence;
	/* the file was not at fault (no child, stopping): ask again later */
	bool is_our_fault;
};

typedef void (*media_answer_fn)(void *arg, const struct media_answer *answer);

/* Probes an open file that was sniffed. `answer` is called exactly once, never
 * within this call. fd stays the caller's and may be closed at once. -1 as
 * ffmpeg_run. Loop thread only. */
int media_probe(struct children *children, int fd, const struct sniff *sniff,
    int64_t size, media_answer_fn answer, void *arg, struct err *err)
    NONNULL_ARGS(1, 3, 5, 7) MUST_CHECK;
/* The same for a film that still downloads, which is taken, also by a refusal; it is
 * our fault when its bytes do not come. */
int media_probe_growing(struct children *children, struct film_reader *film,
    const struct sniff *sniff, media_answer_fn answer, void *arg,
    struct err *err) NONNULL_ARGS(1, 2, 3, 4, 6) MUST_CHECK;

#endif
