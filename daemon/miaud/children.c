/*
 * Child processes over libuv. A child is a small machine: its handles (a
 * timer, later the process and up to two pipes) are counted, and when the last
 * of them is closed the story is over and `done` is called; so there is one
 * end, however it came about.
 */
#include "daemon/miaud/children.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum { FDS_MAX = 4, STDIO_MAX = 3 + FDS_MAX, READ_BYTES = 64 * 1024 };

enum stage { STAGE_WAITING, STAGE_RUNNING, STAGE_EXITED, STAGE_OVER };

struct output {
	struct child *child;
	uv_pipe_t pipe;
	struct buf buf;
	bool is_open;
	bool is_bounded; /* more than the bound ends the child */
};

struct child {
	struct children *children;
	struct child *next;
	struct child *prev;
	enum stage stage;
	char *file;
	char **argv;
	char **env;
	char *folder;
	int fds[FDS_MAX];
	size_t n_fds;
	int deadline_ms;
	int64_t left_ms; /* of it, while it rests; 0: it does not */
	child_done_fn done;
	void *arg;
	uv_process_t process;
	uv_timer_t timer;
	struct output out;
	struct output log;
	int n_handles;
	int n_kills; /* signals sent so far: SIGTERM, then SIGKILL */
	int64_t started_ms;
	struct child_result result;
};

struct children {
	uv_loop_t *loop;
	int max;
	int n_running;
	int n_waiting;
	struct child *first; /* oldest first */
	struct child *last;
	bool is_closing;
	char room[READ_BYTES];
};

static void start_waiting(struct children *children);

struct children *
children_new(uv_loop_t *loop, int max)
{
	struct children *children = mem_calloc(1, sizeof(*children));

	children->loop = loop;
	children->max = max;
	return children;
}

uv_loop_t *
children_loop(const struct children *children)
{
	return children->loop;
}

void
children_set_max(struct children *children, int max)
{
	children->max = max;
	start_waiting(children);
}

int
children_count(const struct children *children, int *waiting)
{
	*waiting = children->n_waiting;
	return children->n_running;
}

static char **
copy_texts(const char *const *texts)
{
	size_t n = 0, i;
	char **copy;

	while (texts != NULL && texts[n] != NULL)
		n++;
	copy = mem_calloc(n + 1, sizeof(*copy));
	for (i = 0; i < n; i++)
		copy[i] = mem_strdup(texts[i]);
	return copy;
}

static void
free_texts(char **texts)
{
	size_t i;

	for (i = 0; texts[i] != NULL; i++)
		free(texts[i]);
	free(texts);
}

static void
close_fds(struct child *child)
{
	while (child->n_fds > 0)
		close(child->fds[--child->n_fds]);
}

static void
child_free(struct child *child)
{
	close_fds(child);
	buf_fini(&child->out.buf);
	buf_fini(&child->log.buf);
	free_texts(child->argv);
	free_texts(child->env);
	free(child->file);
	free(child->folder);
	free(child);
}

static void
link_child(struct children *children, struct child *child)
{
	child->prev = children->last;
	if (children->last != NULL)
		children->last->next = child;
	else
		children->first = child;
	children->last = child;
}

static void
unlink_child(struct children *children, struct child *child)
{
	if (child->prev != NULL)
		child->prev->next = child->next;
	else
		children->first = child->next;
	if (child->next != NULL)
		child->next->prev = child->prev;
	else
		children->last = child->prev;
}

/* The last handle is closed: tell, free, let the next one start. */
static void
end_child(struct child *child)
{
	struct children *children = child->children;
	struct child_result *result = &child->result;

	unlink_child(children, child);
	children->n_running--;
	result->out = child->out.buf.data;
	result->out_len = child->out.buf.len;
	result->log = child->log.buf.data;
	result->log_len = child->log.buf.len;
	if (child->started_ms != 0)
		result->took_ms = clock_mono_ms() - child->started_ms;
	child->done(child->arg, result);
	child_free(child);
	start_waiting(children);
}

static void
on_closed(uv_handle_t *handle)
{
	struct child *child = handle->data;

	if (--child->n_handles == 0)
		end_child(child);
}

static void
close_output(struct output *output)
{
	if (!output->is_open)
		return;
	output->is_open = false;
	uv_close((uv_handle_t *)&output->pipe, on_closed);
}

static void
close_timer(struct child *child)
{
	if (!uv_is_closing((uv_handle_t *)&child->timer))
		uv_close((uv_handle_t *)&child->timer, on_closed);
}

/* After the exit: when both outputs have ended nothing is left to wait for. */
static void
check_over(struct child *child)
{
	if (child->stage != STAGE_EXITED || child->out.is_open ||
	    child->log.is_open)
		return;
	child->stage = STAGE_OVER;
	close_timer(child);
}

static void
signal_group(const struct child *child, int number)
{
	if (child->process.pid > 0)
		kill(-child->process.pid, number);
}

static void
on_timer(uv_timer_t *timer)
{
	struct child *child = timer->data;

	if (child->stage == STAGE_EXITED) {
		/* Somebody outside the group still holds an output. */
		close_output(&child->out);
		close_output(&child->log);
		check_over(child);
		return;
	}
	if (child->result.err.code == ERR_NONE)
		err_set(&child->result.err, ERR_TIMEOUT,
		    "A program was ended after %d ms.", child->deadline_ms);
	signal_group(child, child->n_kills++ == 0 ? SIGTERM : SIGKILL);
	/* One that was stopped hears of it only when it goes on. */
	signal_group(child, SIGCONT);
	uv_timer_start(timer, on_timer, CHILDREN_TERM_MS, 0);
}

/* Ends a running child before its deadline. */
static void
terminate(struct child *child)
{
	if (child->stage == STAGE_RUNNING && child->n_kills == 0)
		on_timer(&child->timer);
}

static void
on_ended(uv_process_t *process, int64_t status, int number)
{
	struct child *child = process->data;

	child->stage = STAGE_EXITED;
	child->result.signal = number;
	child->result.status = number == 0 ? (int)status : -1;
	/* What it left behind in its group goes with it. */
	signal_group(child, SIGKILL);
	uv_close((uv_handle_t *)process, on_closed);
	uv_timer_start(&child->timer, on_timer, CHILDREN_TERM_MS, 0);
	check_over(child);
}

static void
on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
	struct child *child = handle->data;

	(void)suggested;
	*room = uv_buf_init(child->children->room, READ_BYTES);
}

static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *room)
{
	struct child *child = stream->data;
	struct output *output = stream == (uv_stream_t *)&child->out.pipe
	    ? &child->out
	    : &child->log;
	size_t space = output->buf.max - output->buf.len;

	if (n < 0) {
		close_output(output);
		check_over(child);
		return;
	}
	if ((size_t)n <= space) {
		buf_append(&output->buf, room->base, (size_t)n);
		return;
	}
	buf_append(&output->buf, room->base, space);
	if (output->is_bounded && child->result.err.code == ERR_NONE) {
		err_set(&child->result.err, ERR_BODY_TOO_LARGE,
		    "A program wrote more than %zu bytes.", output->buf.max);
		terminate(child);
	}
}

/* A pipe for an output that is wanted, else /dev/null. */
static void
prepare_output(
    struct child *child, struct output *output, uv_stdio_container_t *stdio)
{
	stdio->flags = UV_IGNORE;
	if (output->buf.max == 0)
		return;
	uv_pipe_init(child->children->loop, &output->pipe, 0);
	output->pipe.data = child;
	output->is_open = true;
	child->n_handles++;
	stdio->flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE;
	stdio->data.stream = (uv_stream_t *)&output->pipe;
}

static void
begin_read(struct output *output)
{
	if (output->is_open &&
	    uv_read_start((uv_stream_t *)&output->pipe, on_alloc, on_read) != 0)
		close_output(output);
}

/* A child that could not be started ends like one that exited at once. */
static void
fail_start(struct child *child, int error)
{
	err_set(&child->result.err, ERR_IO, "Cannot start %s: %s.", child->file,
	    uv_strerror(error));
	child->stage = STAGE_EXITED;
	uv_close((uv_handle_t *)&child->process, on_closed);
	close_output(&child->out);
	close_output(&child->log);
	check_over(child);
}

static void
start(struct child *child)
{
	struct children *children = child->children;
	uv_stdio_container_t stdio[STDIO_MAX];
	uv_process_options_t options = { .exit_cb = on_ended };
	size_t i;
	int error;

	children->n_waiting--;
	children->n_running++;
	child->stage = STAGE_RUNNING;
	child->started_ms = clock_mono_ms();
	stdio[0].flags = UV_IGNORE;
	prepare_output(child, &child->out, &stdio[1]);
	prepare_output(child, &child->log, &stdio[2]);
	for (i = 0; i < child->n_fds; i++) {
		stdio[3 + i].flags = UV_INHERIT_FD;
		stdio[3 + i].data.fd = child->fds[i];
	}
	options.file = child->file;
	options.args = child->argv;
	options.env = child->env;
	options.cwd = child->folder;
	options.flags = UV_PROCESS_DETACHED;
	options.stdio = stdio;
	options.stdio_count = (int)(3 + child->n_fds);
	child->process.data = child;
	child->n_handles++;
	error = uv_spawn(children->loop, &child->process, &options);
	close_fds(child);
	if (error != 0) {
		fail_start(child, error);
		return;
	}
	begin_read(&child->out);
	begin_read(&child->log);
	uv_timer_start(
	    &child->timer, on_timer, (uint64_t)child->deadline_ms, 0);
}

static void
start_waiting(struct children *children)
{
	struct child *child, *next;

	for (child = children->first; child != NULL &&
	     children->n_running < children->max && children->n_waiting > 0;
	     child = next) {
		next = child->next;
		if (child->stage == STAGE_WAITING)
			start(child);
	}
}

static int
copy_fds(struct child *child, const struct child_spec *spec, struct err *err)
{
	int fd;

	for (; child->n_fds < spec->n_fds; child->n_fds++) {
		fd = fcntl(spec->fds[child->n_fds], F_DUPFD_CLOEXEC, 3);
		if (fd == -1)
			return err_errno(
			    err, ERR_IO, "Cannot hand a file to a program");
		child->fds[child->n_fds] = fd;
	}
	return 0;
}

static struct child *
child_new(struct children *children, const struct child_spec *spec)
{
	struct child *child = mem_calloc(1, sizeof(*child));

	child->children = children;
	child->file = mem_strdup(spec->file);
	child->argv = copy_texts(spec->argv);
	child->env = copy_texts(spec->env);
	child->folder = mem_strdup(spec->folder ? spec->folder : "/");
	child->deadline_ms = spec->deadline_ms;
	child->done = spec->done;
	child->arg = spec->arg;
	child->result.status = -1;
	child->out.is_bounded = true;
	buf_init(&child->out.buf, spec->out_max);
	buf_init(&child->log.buf, spec->log_max);
	return child;
}

struct child *
children_run(
    struct children *children, const struct child_spec *spec, struct err *err)
{
	struct child *child;

	if (spec->n_fds > FDS_MAX || spec->deadline_ms <= 0)
		die("a child is asked for in a wrong way");
	if (children->is_closing) {
		err_set(err, ERR_CANCELLED, "The media service is ending.");
		return NULL;
	}
	if (children->n_waiting >= CHILDREN_WAITING_MAX) {
		err_set(err, ERR_BUSY, "Too many programs wait to be run.");
		return NULL;
	}
	child = child_new(children, spec);
	if (copy_fds(child, spec, err) == -1) {
		child_free(child);
		return NULL;
	}
	uv_timer_init(children->loop, &child->timer);
	child->timer.data = child;
	child->n_handles = 1;
	link_child(children, child);
	children->n_waiting++;
	start_waiting(children);
	return child;
}

void
children_cancel(struct child *child)
{
	struct children *children = child->children;

	if (child->result.err.code == ERR_NONE)
		err_set(&child->result.err, ERR_CANCELLED,
		    "A program was no longer needed.");
	if (child->stage == STAGE_WAITING) {
		/* end_child counts it among the running. */
		children->n_waiting--;
		children->n_running++;
		child->stage = STAGE_OVER;
		close_timer(child);
		return;
	}
	terminate(child);
}

void
children_hold(struct child *child)
{
	if (child->stage != STAGE_RUNNING || child->n_kills > 0 ||
	    child->left_ms != 0)
		return;
	/* At least one, or it would not look held. */
	child->left_ms = (int64_t)uv_timer_get_due_in(&child->timer) + 1;
	uv_timer_stop(&child->timer);
}

void
children_go_on(struct child *child)
{
	int64_t left_ms = child->left_ms;

	child->left_ms = 0;
	if (left_ms != 0 && child->stage == STAGE_RUNNING &&
	    child->n_kills == 0)
		uv_timer_start(&child->timer, on_timer, (uint64_t)left_ms, 0);
}

bool
children_is_held(const struct child *child)
{
	return child->left_ms != 0;
}

void
children_stop(struct child *child)
{
	if (child->stage != STAGE_RUNNING || child->n_kills > 0)
		return;
	children_hold(child);
	signal_group(child, SIGSTOP);
}

void
children_continue(struct child *child)
{
	if (child->stage != STAGE_RUNNING)
		return;
	signal_group(child, SIGCONT);
	children_go_on(child);
}

void
children_close(struct children *children)
{
	struct child *child;

	children->is_closing = true;
	for (child = children->first; child != NULL; child = child->next)
		children_cancel(child);
}

void
children_free(struct children *children)
{
	if (children == NULL)
		return;
	if (children->first != NULL)
		die("children are freed while some run");
	free(children);
}
