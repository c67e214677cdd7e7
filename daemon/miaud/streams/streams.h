/*
 * Streams: who reads a film while it is fetched. A stream belongs to the
 * connection on which it was opened and ends with it, so that a handler that is
 * killed leaves nothing behind. Reading means asking how far the bytes are
 * there; the handler reads them itself.
 *
 * The methods answer at once or when what they wait for has come: metadata for
 * stream.open, bytes for stream.read. Each stream moves its reader, so that what
 * lies ahead of it is fetched first.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_STREAMS_STREAMS_H
#define DAEMON_MIAUD_STREAMS_STREAMS_H

#include "daemon/miaud/rpc.h"
#include "lib/base/attr.h"

struct miaud;
struct streams;

struct streams *streams_new(
    struct miaud *miaud) NONNULL RETURNS_NONNULL MUST_CHECK;
/* Ends all streams, answers all who wait and closes the handles. Before
 * downloads_close. */
void streams_close(struct streams *streams) NONNULL;
/* After the loop has ended. */
void streams_free(struct streams *streams);

/* The methods of that name. */
void streams_open(struct rpc_call *call) NONNULL;
void streams_read(struct rpc_call *call) NONNULL;
void streams_end(struct rpc_call *call) NONNULL;
void streams_state(struct rpc_call *call) NONNULL;

#endif
