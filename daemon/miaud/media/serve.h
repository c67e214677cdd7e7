/*
 * Serves a film of which not every byte is here to one confined program, over a
 * listener in that program's own network namespace (daemon/confine/main.c). The
 * program is the client, and may have been taken over by the film: it gets
 * nothing but bytes that are here, one request to a connection and one connection
 * at a time; a new one ends the one before, since libavformat opens a second when
 * it seeks. Files are read in the pool; what is read is sent only if it still
 * counts afterwards.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_MEDIA_SERVE_H
#define DAEMON_MIAUD_MEDIA_SERVE_H

#include <stdbool.h>
#include <uv.h>

#include "daemon/miaud/media/film.h"
#include "lib/base/attr.h"

struct film_server;

struct film_server_spec {
	struct film_reader *film; /* the server's from now on */
	int passed; /* over this socket comes the listener; taken */
	/* The client waits for bytes that are not here, or does no more. */
	void (*waits)(void *arg, bool waits);
	void *arg;
};

/* The handles are in the loop until film_server_end. */
struct film_server *film_server_new(uv_loop_t *loop,
    const struct film_server_spec *spec) NONNULL RETURNS_NONNULL MUST_CHECK;

/* Why the last request was broken off; ERR_NONE: it was not. */
const struct err *film_server_problem(
    const struct film_server *server) NONNULL MUST_CHECK;

/* Ends the film at once and everything else as soon as the loop can; calls
 * nothing any more. */
void film_server_end(struct film_server *server) NONNULL;

#endif
