/*
 * Child processes: the daemon's one way to start a program. At most so many
 * run at once, the others wait their turn; what a child writes is kept up to
 * a bound; a child that passes its deadline gets SIGTERM and two seconds later
 * SIGKILL, with all of its process group. Each child leads a session of its
 * own, stdin is /dev/null, no descriptor but those named is inherited and the
 * environment is what the spec says (nothing by default).
 *
 * What has to be done between fork and exec (limits, seccomp, namespaces)
 * belongs to a small program that does it and then execs the real one; see
 * daemon/miaud/media/.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_CHILDREN_H
#define DAEMON_MIAUD_CHILDREN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"

enum { CHILDREN_WAITING_MAX = 4096, CHILDREN_TERM_MS = 2000 };

struct child_result {
	/* ERR_NONE when it ended by itself, whatever its status. ERR_TIMEOUT,
	 * ERR_CANCELLED, ERR_BODY_TOO_LARGE (wrote more than out_max), ERR_IO
	 * (could not be started). */
	struct err err;
	int status;      /* exit status; -1: none */
	int signal;      /* that ended it; 0: none */
	const char *out; /* stdout, NUL behind; valid during the call */
	size_t out_len;
	const char *log; /* the first log_max bytes of stderr, NUL behind */
	size_t log_len;
	int64_t took_ms;
};

typedef void (*child_done_fn)(void *arg, const struct child_result *result);

struct child_spec {
	const char *file;        /* absolute path of the program */
	const char *const *argv; /* from argv[0], NULL-terminated; copied */
	const char *const *env;  /* "NAME=value", NULL-terminated; copied;
				    NULL: empty */
	const char *folder;      /* working folder, copied; NULL: "/" */
	const int *fds;          /* become 3, 4 … in the child; duplicated at
				    once, the caller closes its own */
	size_t n_fds;            /* at most 4 */
	size_t out_max;          /* 0: stdout is /dev/null */
	size_t log_max;          /* 0: stderr is /dev/null */
	int deadline_ms;         /* from its start, > 0 */
	child_done_fn done;      /* exactly once, never within children_run */
	void *arg;
};

struct children;
struct child;

/* At most max at once. */
struct children *children_new(
    uv_loop_t *loop, int max) NONNULL RETURNS_NONNULL MUST_CHECK;
void children_set_max(struct children *children, int max) NONNULL;

/* Starts a child or lets it wait. The handle is valid until done is called.
 * NULL: ERR_BUSY (too many wait), ERR_CANCELLED (closing), ERR_IO. */
struct child *children_run(struct children *children,
    const struct child_spec *spec, struct err *err) NONNULL MUST_CHECK;

/* Ends it; done is called with ERR_CANCELLED as soon as it has gone. */
void children_cancel(struct child *child) NONNULL;

/* Its deadline rests while it waits for us, and goes on where it was. Both do
 * nothing to a child that does not run, or is being ended. */
void children_hold(struct child *child) NONNULL;
void children_go_on(struct child *child) NONNULL;
bool children_is_held(const struct child *child) NONNULL MUST_CHECK;

/* Stops it where it is, with all of its process group, until it may continue; its
 * deadline rests meanwhile. */
void children_stop(struct child *child) NONNULL;
void children_continue(struct child *child) NONNULL;

/* The loop in which they run. */
uv_loop_t *children_loop(
    const struct children *children) NONNULL RETURNS_NONNULL MUST_CHECK;

/* Running now; waiting with *waiting. */
int children_count(const struct children *children, int *waiting) NONNULL;

/* Takes no more, cancels all (SIGKILL after CHILDREN_TERM_MS), and closes its
 * handles, so that the loop can end. */
void children_close(struct children *children) NONNULL;

/* After the loop has ended. */
void children_free(struct children *children);

#endif
