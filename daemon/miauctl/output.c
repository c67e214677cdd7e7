/* Collects the lines of all parts into one log. */
#include "daemon/miauctl/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/miauctl/logline.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"

enum {
	QUEUE_MAX = 1024 * 1024,
	CHUNK_MAX = 4096, /* POLLOUT of a pipe promises this much room */
	RETRY_MS = 100,
	/* Between two looks at a pipe, and what it holds meanwhile. */
	PAUSE_MS = 20,
	PIPE_BYTES = 256 * 1024,
	FILE_MAX_BYTES = 16 * 1024 * 1024,
};

static bool
can_take(int fd)
{
	struct pollfd waiting = { .fd = fd, .events = POLLOUT };

	return poll(&waiting, 1, 0) == 1;
}

/* A log file that has grown too large makes room; one older one is kept. */
static void
turn_over(struct output *output)
{
	char old[4200];
	int fd;

	if (output->file == NULL || output->written < FILE_MAX_BYTES)
		return;
	snprintf(old, sizeof(old), "%s.1", output->file);
	if (rename(output->file, old) == -1)
		return;
	fd =
	    open(output->file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd == -1)
		return;
	dup3(fd, output->fd, O_CLOEXEC);
	close(fd);
	output->written = 0;
}

static void
flush_queue(struct output *output)
{
	size_t len;
	ssize_t n;

	while (output->queue.len > 0 && can_take(output->fd)) {
		len = output->queue.len;
		if (len > CHUNK_MAX)
			len = CHUNK_MAX;
		n = write(output->fd, output->queue.data, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			/* Nobody reads any more; work goes on in silence. */
			buf_reset(&output->queue);
			return;
		}
		output->written += (size_t)n;
		buf_consume(&output->queue, (size_t)n);
	}
	turn_over(output);
}

static void
on_timer(uv_timer_t *timer)
{
	struct output *output = timer->data;

	flush_queue(output);
	if (output->queue.len == 0)
		uv_timer_stop(timer);
}

void
output_init(struct output *output, uv_loop_t *loop, int fd, bool has_colour)
{
	memset(output, 0, sizeof(*output));
	output->fd = fd;
	output->is_readable = isatty(fd);
	output->has_colour = output->is_readable && has_colour;
	buf_init(&output->queue, QUEUE_MAX);
	uv_timer_init(loop, &output->timer);
	uv_unref((uv_handle_t *)&output->timer);
	output->timer.data = output;
}

void
output_close(struct output *output)
{
	flush_queue(output);
	uv_close((uv_handle_t *)&output->timer, NULL);
	buf_fini(&output->queue);
}

int
output_to_file(struct output *output, const char *path, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	off_t end;

	if (fd == -1)
		return err_errno(err, ERR_IO, "Cannot write %s", path);
	flush_queue(output);
	end = lseek(fd, 0, SEEK_END);
	output->fd = fd;
	output->file = path;
	output->written = end > 0 ? (size_t)end : 0;
	output->is_readable = output->has_colour = false;
	return 0;
}

static void
put_clean(struct buf *text, const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (((unsigned char)line[i] < 0x20 && line[i] != '\t') ||
		    line[i] == 0x7f)
			buf_puts(text, "?");
		else
			buf_append(text, line + i, 1);
}

static void
put_line(struct output *output, const char *name, const char *line, size_t len)
{
	struct buf text;

	buf_init(&text, OUTPUT_LINE_MAX * 3);
	if (!output->is_readable ||
	    logline_put(&text, name, line, len, output->has_colour) == -1) {
		buf_reset(&text);
		buf_printf(&text,
		    output->is_readable ? "         %-9s " : "%s: ", name);
		put_clean(&text, line, len);
	}
	buf_puts(&text, "\n");
	if (output->n_dropped > 0 && output->queue.len < QUEUE_MAX / 2) {
		buf_printf(&output->queue, "miauctl: %ld lines were dropped\n",
		    output->n_dropped);
		output->n_dropped = 0;
	}
	if (output->n_dropped > 0 ||
	    buf_append(&output->queue, text.data, text.len) == -1) {
		output->queue.failed = false;
		output->n_dropped++;
	}
	buf_fini(&text);
}

static void
pass_on(struct output *output)
{
	flush_queue(output);
	if (output->queue.len > 0 &&
	    !uv_is_active((uv_handle_t *)&output->timer))
		uv_timer_start(&output->timer, on_timer, RETRY_MS, RETRY_MS);
}

void
output_say(struct output *output, const char *level, const char *event,
    const char *fmt, ...)
{
	char message[2048], now[CLOCK_ISO_SIZE];
	struct json_object *line = json_object_new_object();
	struct buf text;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	clock_iso(clock_now_ms(), now);
	json_add_text(line, "time", now);
	json_add_text(line, "level", level);
	json_add_text(line, "program", "miauctl");
	json_add_text(line, "event", event);
	json_add_text(line, "message", message);
	buf_init(&text, OUTPUT_LINE_MAX);
	if (json_write(&text, line) == 0)
		put_line(output, "miauctl", text.data, text.len);
	pass_on(output);
	buf_fini(&text);
	json_object_put(line);
}

static void
end_line(struct output_pipe *pipe)
{
	if (pipe->len > 0)
		put_line(pipe->output, pipe->name, pipe->line, pipe->len);
	pipe->len = 0;
	pipe->is_skipping = false;
}

static void
take_bytes(struct output_pipe *pipe, const char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (bytes[i] == '\n') {
			end_line(pipe);
			continue;
		}
		if (pipe->is_skipping)
			continue;
		pipe->line[pipe->len++] = bytes[i];
		if (pipe->len == sizeof(pipe->line)) {
			end_line(pipe);
			pipe->is_skipping = true;
		}
	}
}

static void
read_all(struct output_pipe *pipe)
{
	char bytes[16 * 1024];
	ssize_t n;

	while ((n = read(pipe->read_fd, bytes, sizeof(bytes))) > 0) {
		take_bytes(pipe, bytes, (size_t)n);
		pass_on(pipe->output);
		if ((size_t)n < sizeof(bytes))
			break;
	}
}

static void on_readable(uv_poll_t *poll, int status, int events);

static void
on_pause_over(uv_timer_t *timer)
{
	struct output_pipe *pipe = timer->data;

	uv_poll_start(&pipe->poll, UV_READABLE, on_readable);
}

static void
on_readable(uv_poll_t *poll, int status, int events UNUSED)
{
	struct output_pipe *pipe = poll->data;

	if (status != 0)
		return;
	read_all(pipe);
	uv_poll_stop(&pipe->poll);
	uv_timer_start(&pipe->pause, on_pause_over, PAUSE_MS, 0);
}

int
output_pipe_open(struct output_pipe *pipe, struct output *output,
    uv_loop_t *loop, const char *name, struct err *err)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1)
		return err_errno(err, ERR_INTERNAL, "Cannot make a pipe");
	memset(pipe, 0, sizeof(*pipe));
	pipe->output = output;
	pipe->name = name;
	pipe->read_fd = ends[0];
	pipe->write_fd = ends[1];
	if (uv_poll_init(loop, &pipe->poll, pipe->read_fd) != 0) {
		close(ends[0]);
		close(ends[1]);
		return err_set(err, ERR_INTERNAL, "Cannot watch a pipe.");
	}
	uv_timer_init(loop, &pipe->pause);
	uv_unref((uv_handle_t *)&pipe->pause);
	pipe->pause.data = pipe;
	/* As much as the system grants. */
	fcntl(pipe->write_fd, F_SETPIPE_SZ, PIPE_BYTES);
	pipe->is_open = true;
	pipe->poll.data = pipe;
	uv_poll_start(&pipe->poll, UV_READABLE, on_readable);
	uv_unref((uv_handle_t *)&pipe->poll);
	return 0;
}

void
output_pipe_close(struct output_pipe *pipe)
{
	if (!pipe->is_open)
		return;
	read_all(pipe);
	end_line(pipe);
	pass_on(pipe->output);
	uv_poll_stop(&pipe->poll);
	uv_close((uv_handle_t *)&pipe->poll, NULL);
	uv_close((uv_handle_t *)&pipe->pause, NULL);
	close(pipe->read_fd);
	close(pipe->write_fd);
	pipe->is_open = false;
}
