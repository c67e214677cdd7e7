/*
 * Subtitles from outside, for what is played here: looking for them, and
 * fetching one, which from then on is a track of that source for everybody.
 * A file is fetched once and kept for ever.
 *
 * Only what was found in a search can be fetched, so that nobody spends the
 * day's quota on arbitrary numbers.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_UPSTREAMS_SUBTITLES_H
#define DAEMON_MIAUD_UPSTREAMS_SUBTITLES_H

#include "daemon/miaud/rpc.h"
#include "lib/base/attr.h"

struct miaud;
struct subtitles;

struct subtitles *subtitles_new(
    struct miaud *miaud) NONNULL RETURNS_NONNULL MUST_CHECK;
/* The settings were read anew. */
void subtitles_reload(struct subtitles *subtitles) NONNULL;
/* After the loop has ended. */
void subtitles_free(struct subtitles *subtitles);

/* The methods of that name. */
void subtitles_search(struct rpc_call *call) NONNULL;
void subtitles_fetch(struct rpc_call *call) NONNULL;
void subtitles_status(struct rpc_call *call) NONNULL;

#endif
