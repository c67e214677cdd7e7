/*
 * The web server as a part of the supervised group: found, given its
 * configuration, started, made to read it anew.
 */
#ifndef DAEMON_MIAUCTL_FRONT_H
#define DAEMON_MIAUCTL_FRONT_H

#include "daemon/miauctl/ctl.h"
#include "daemon/miauctl/part.h"
#include "daemon/miauctl/webconf.h"

struct front {
	const struct webserver *server;
	struct webconf webconf;
	struct output_pipe pipe;
	struct part part;
	uv_timer_t keeper; /* looks whether the certificate is due */
	uv_timer_t again;  /* until it hears that it is to reload */
	char program[PATHS_MAX];
	char config[PATHS_MAX + 32];
};

/* Which web server it is and where its program lies. `handlers` must outlive
 * the front. */
int front_find(struct front *front, const struct ctl *ctl,
    const struct webconf_handlers *handlers,
    struct err *err) NONNULL MUST_CHECK;

/* Writes its configuration, and before it the certificate if that is due. */
int front_write(const struct front *front, struct err *err) NONNULL MUST_CHECK;

/* Prepares the part: part_start() then starts it. From then on a certificate
 * that was made here is made anew when it is due. */
int front_open(struct front *front, uv_loop_t *loop, struct output *output,
    struct err *err) NONNULL MUST_CHECK;

/* Writes the configuration anew and has it read, if it runs, once it has read
 * the one before. What goes wrong is said in the log. */
void front_reload(struct front *front) NONNULL;

/* Closes the part and the timers; the pipe is the caller's to close, last. */
void front_close(struct front *front) NONNULL;

#endif
