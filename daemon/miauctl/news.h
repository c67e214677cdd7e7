/*
 * The supervisor's connection to miaud: tells when miaud answers, and when
 * library folders have changed, so that the web server may be given them.
 * Comes back by itself when miaud was away. Does nothing else with what it
 * hears; the folders are read from the database.
 */
#ifndef DAEMON_MIAUCTL_NEWS_H
#define DAEMON_MIAUCTL_NEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "lib/base/attr.h"
#include "lib/base/buf.h"

struct news {
	uv_loop_t *loop;
	const char *path; /* of the administrators' socket */
	uv_timer_t timer;
	uv_pipe_t *pipe; /* NULL between attempts */
	struct buf line;
	bool is_closing;
	bool is_heard;             /* miaud has answered on this connection */
	bool was_up;               /* it has answered before */
	void (*on_up)(void *data); /* miaud answers, for the first time or
					   again */
	void (*on_folders)(void *data); /* the list of library folders has
					   changed */
	void *data;
};

/* The caller has set path, on_up, on_library and data. */
void news_start(struct news *news, uv_loop_t *loop) NONNULL;
void news_close(struct news *news) NONNULL;

#endif
