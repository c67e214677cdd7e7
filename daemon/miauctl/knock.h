/*
 * Knocks at miaud's socket until it answers, for the supervisor's start.
 */
#ifndef DAEMON_MIAUCTL_KNOCK_H
#define DAEMON_MIAUCTL_KNOCK_H

#include <stdbool.h>
#include <uv.h>

#include "lib/base/attr.h"

struct knock {
	uv_loop_t *loop;
	const char *path; /* of the administrators' socket */
	uv_timer_t timer;
	uv_pipe_t *pipe;               /* NULL between attempts */
	bool is_done;                  /* answered, or closed */
	void (*on_answer)(void *data); /* called once */
	void *data;
};

/* The caller has set path, on_answer and data. */
void knock_start(struct knock *knock, uv_loop_t *loop) NONNULL;
/* Ends knocking; needed after an answer too, does nothing twice. */
void knock_close(struct knock *knock) NONNULL;

#endif
