/*
 * The name miauflix.local, announced in the house by Avahi where it runs and
 * others are let in: avahi-publish(1) as a part of the supervised group. A file
 * in run/ says so to the others who have to know the name, while it lives.
 */
#ifndef DAEMON_MIAUCTL_ANNOUNCE_H
#define DAEMON_MIAUCTL_ANNOUNCE_H

#include "daemon/miauctl/ctl.h"
#include "daemon/miauctl/part.h"
#include "lib/base/address.h"

struct announce {
	struct part part;
	struct output_pipe pipe;
	uv_timer_t timer; /* until the file is written */
	bool is_open;
	char program[PATHS_MAX];
	char address[ADDRESS_HOST_MAX];
	char note[PATHS_MAX + 32];
};

/* Starts it, where it can be. Never a reason not to serve. */
void announce_open(struct announce *announce, const struct ctl *ctl,
    uv_loop_t *loop, struct output *output) NONNULL;

/* Asks it to end by a signal and takes the file away. */
void announce_stop(struct announce *announce, int signal) NONNULL;

/* Closes part and pipe. The child must have ended. */
void announce_close(struct announce *announce) NONNULL;

#endif
