/*
 * The one log of the supervised group: what its parts write to standard output
 * and error, line by line, each with the part's name before it.
 *
 * On a terminal our JSON lines are shown short and readable; elsewhere they
 * stay as they are. Writing never blocks the supervisor: what the reader does
 * not take waits in a bounded queue, beyond which lines are dropped and
 * counted. A part that writes much is read now and then, since to wake up for
 * each line would cost more than all else that a request does.
 */
#ifndef DAEMON_MIAUCTL_OUTPUT_H
#define DAEMON_MIAUCTL_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

enum { OUTPUT_LINE_MAX = 16 * 1024 };

struct output {
	int fd;
	bool is_readable; /* for eyes: short lines */
	bool has_colour;
	struct buf queue;
	long n_dropped;
	uv_timer_t timer; /* tries the queue again */
	const char *file; /* path of a log file, which is turned over when it
			     grows beyond its limit; NULL: not a file */
	size_t written;
};

/* One part's pipe. */
struct output_pipe {
	struct output *output;
	const char *name; /* of the part; outlives the pipe */
	int read_fd, write_fd;
	bool is_open;
	uv_poll_t poll;
	uv_timer_t pause;
	bool is_skipping; /* the rest of a line that was too long */
	size_t len;
	char line[OUTPUT_LINE_MAX];
};

/* Writes to `fd`, which stays the caller's; has_colour counts on a terminal. */
void output_init(
    struct output *output, uv_loop_t *loop, int fd, bool has_colour) NONNULL;
/* Writes what is left as far as the reader takes it at once. */
void output_close(struct output *output) NONNULL;
/* From now on into a file, opened for appending (0600). */
int output_to_file(struct output *output, const char *path,
    struct err *err) NONNULL MUST_CHECK;

/* A line of the supervisor's own: level "info", "warn" or "error". */
void output_say(struct output *output, const char *level, const char *event,
    const char *fmt, ...) NONNULL PRINTF_LIKE(4, 5);

/* A pipe whose write_fd is given to children as standard output and error. */
int output_pipe_open(struct output_pipe *pipe, struct output *output,
    uv_loop_t *loop, const char *name, struct err *err) NONNULL MUST_CHECK;
/* Reads what is still in it, then closes. */
void output_pipe_close(struct output_pipe *pipe) NONNULL;

#endif
