/* A program whose bytes come over a connection of its own network. */
#ifndef DAEMON_CONFINE_SERVED_H
#define DAEMON_CONFINE_SERVED_H

#include "lib/base/attr.h"

/* Enters a network namespace in which nothing is but loopback, listens at ASK_PORT
 * there, and passes that listener over the socket that is descriptor 3, which is closed
 * then. -1: told on standard error. */
int served_begin(void) MUST_CHECK;

/* Whether it can be done here. -1: it cannot, and why is told on standard error. */
int served_try(void) MUST_CHECK;

#endif
