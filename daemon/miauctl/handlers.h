/*
 * The listening sockets of all handlers and the processes behind them.
 *
 * The supervisor binds <run>/cgi/NAME.sock and keeps it open for as long as it
 * lives, so that connections wait in the kernel while no handler runs. A
 * handler is started at the first waiting connection with the socket as its
 * standard input, and again whenever it has ended and connections wait. When
 * it runs and takes no connections (it finishes what is open before it leaves,
 * or is stuck) a second process is started beside it. That connections wait
 * says little, since under load some always do: so the supervisor queues up
 * itself, and sees whether its turn comes.
 *
 * Handlers that are renewed finish what they have accepted, which may be hours
 * of a film, and are not waited for: the next connection starts the program
 * that lies in their place by then.
 */
#ifndef DAEMON_MIAUCTL_HANDLERS_H
#define DAEMON_MIAUCTL_HANDLERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/un.h>
#include <uv.h>

#include "daemon/miauctl/output.h"
#include "daemon/miauctl/part.h"
#include "daemon/miauctl/webconf.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/paths.h"

enum { HANDLER_PROCESSES = 2 };

struct handlers;

struct handler_slot {
	struct handlers *all;
	char program[PATHS_MAX + 64];
	int listen_fd;
	bool is_armed; /* connections are watched for in epoll_fd */
	struct sockaddr_un address;
	int turn_fd; /* our own connection in the queue, -1: none */
	int n_looks; /* seconds for which it has waited */
	struct output_pipe pipe;
	struct part process[HANDLER_PROCESSES];
};

/* A process that was told to leave and has successors. */
struct handler_leaver {
	char name[sizeof(((struct part *)0)->name)];
	pid_t pid;
	struct handler_leaver *next;
};

struct handlers {
	uv_loop_t *loop;
	struct output *output;
	size_t n;
	struct handler_slot *slot;
	struct handler_leaver *leavers;
	int epoll_fd; /* of the listening sockets: uv_poll would make them
			 non-blocking for the handlers too */
	uv_poll_t poll;
	uv_timer_t timer;
	bool is_stopping;
};

/* Binds all sockets and waits for connections. -1 with everything closed
 * again. */
int handlers_open(struct handlers *handlers, uv_loop_t *loop,
    struct output *output, const struct paths *paths, const char *programs,
    const struct webconf_handlers *names, struct err *err) NONNULL MUST_CHECK;

/* True when the ended process was one of these. */
bool handlers_ended(struct handlers *handlers, pid_t pid, int status) NONNULL;

/* Tells all that run to leave when they have finished what they do. Whoever
 * asks from now on is answered by others, started for it. How many leave. */
size_t handlers_renew(struct handlers *handlers) NONNULL;

/* Sends a signal to all processes, those that leave as well; none is started
 * any more. */
void handlers_stop(struct handlers *handlers, int signal) NONNULL;

/* How many processes run, with those that leave. */
size_t handlers_running(const struct handlers *handlers) NONNULL;

/* Removes the sockets. No process may run. Memory is freed by handlers_free,
 * after the loop has closed its handles. */
void handlers_close(struct handlers *handlers) NONNULL;
void handlers_free(struct handlers *handlers) NONNULL;

#endif
