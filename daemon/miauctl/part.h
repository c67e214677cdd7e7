/*
 * A child program of the supervisor: started, watched, started again. A child
 * that ends well, or is killed by somebody, is started again at once; one that
 * fails waits, each time longer, until it has lived for a minute.
 *
 * Children have a process group of their own (a Ctrl-C in the terminal reaches
 * the supervisor alone, which ends them in order) and die with the supervisor.
 */
#ifndef DAEMON_MIAUCTL_PART_H
#define DAEMON_MIAUCTL_PART_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <uv.h>

#include "daemon/miauctl/output.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"

enum { PART_ARGS_MAX = 9 };

struct part {
	char name[40];
	const char *argv[PART_ARGS_MAX]; /* argv[0] is the path; borrowed */
	int input_fd;     /* becomes standard input; -1: /dev/null */
	int death_signal; /* sent by the kernel when the supervisor dies */
	bool wants_files; /* as many open ones as it may have */
	bool hides_root;  /* root shall not see that it is root */
	struct output_pipe *pipe;
	pid_t pid; /* 0: not running */
	int64_t started_ms;
	unsigned n_failures; /* in a row */
	int64_t window_ms;   /* begin of the second in which ends are counted */
	unsigned n_ends;     /* ends without blame in it */
	bool is_wanted;      /* false: is not started again */
	uv_timer_t timer;    /* until the next start */
	/* When it has ended and may be started again (at once or after its
	 * pause); NULL: it is simply started again. */
	void (*ready)(struct part *part);
	void *data;
};

/* Prepares; the caller sets argv, pipe and what else differs from zero. */
void part_init(struct part *part, uv_loop_t *loop, const char *name) NONNULL;

/* Starts the program now. A program that cannot be started counts as one that
 * failed. */
void part_start(struct part *part) NONNULL;

/* Tells that the child has ended, with wait(2)'s status. */
void part_ended(struct part *part, int status) NONNULL;

/* Says so when a child that had successors already did not end well. */
void part_say_left(const char *name, struct output *output, int status) NONNULL;

/* True while the child runs. */
bool part_is_running(const struct part *part) NONNULL;

/* Asks the whole group of the child to end by a signal, and does not start it
 * again. */
void part_stop(struct part *part, int signal) NONNULL;

/* Closes the timer. The child must have ended. */
void part_close(struct part *part) NONNULL;

#endif
