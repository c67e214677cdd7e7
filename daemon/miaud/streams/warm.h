/*
 * Warming: what somebody is about to play is made ready. Of its source come
 * first, in this order, the head of the file, the place where the person
 * stopped, and the tail, where containers keep their index. So much and no more
 * is fetched; what was fetched stays under the rules of the storage limit.
 *
 * Something warm cools down WARM_MS after the last sign of interest; of more than
 * WARM_MAX the one that was looked at longest ago cools down at once.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_STREAMS_WARM_H
#define DAEMON_MIAUD_STREAMS_WARM_H

#include <stdint.h>

#include "lib/base/attr.h"

enum {
	WARM_MAX = 6,
	WARM_MS = 60000,
	WARM_HEAD = 2 * 1024 * 1024, /* bytes */
	/* Where in the file a place in time lies is only estimated. */
	WARM_BEFORE = 2 * 1024 * 1024,
	WARM_AFTER = 6 * 1024 * 1024,
	WARM_TAIL = 1024 * 1024,
};

struct miaud;
struct warms;

struct warms *warms_new(struct miaud *miaud) NONNULL RETURNS_NONNULL MUST_CHECK;
/* A file of a download; `fraction` (0…1): where it goes on. Does nothing for
 * what may not run. Before metadata are known it waits for them. */
void warms_touch(struct warms *warms, int64_t download_id, int file,
    double fraction) NONNULL;
/* Ends all and closes the timer. Before downloads_close. */
void warms_close(struct warms *warms) NONNULL;
/* After the loop has ended. */
void warms_free(struct warms *warms);

#endif
