/* Waits until miaud answers. */
#include "daemon/miauctl/knock.h"

#include <stdlib.h>

#include "lib/base/mem.h"

enum { AGAIN_MS = 10 };

/* Any answer will do, a refusal too: it comes from a loop that runs. */
static const char request[] =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\"}\n";

static void attempt(struct knock *knock);

struct attempt {
	uv_pipe_t pipe; /* first: its handle is what libuv gives back */
	uv_connect_t connect;
	uv_write_t write;
	char answer[4096];
};

static void
on_closed(uv_handle_t *handle)
{
	free(handle);
}

static void
on_timer(uv_timer_t *timer)
{
	attempt(timer->data);
}

static void
end_attempt(struct knock *knock)
{
	uv_pipe_t *pipe = knock->pipe;

	if (pipe == NULL)
		return;
	knock->pipe = NULL;
	pipe->data = NULL;
	uv_close((uv_handle_t *)pipe, on_closed);
	if (!knock->is_done)
		uv_timer_start(&knock->timer, on_timer, AGAIN_MS, 0);
}

static void
on_alloc(uv_handle_t *handle, size_t wanted UNUSED, uv_buf_t *buf)
{
	struct attempt *attempt = (struct attempt *)handle;

	*buf = uv_buf_init(attempt->answer, sizeof(attempt->answer));
}

static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes UNUSED)
{
	struct knock *knock = stream->data;

	if (n == 0)
		return;
	knock->is_done = n > 0;
	end_attempt(knock);
	if (n > 0)
		knock->on_answer(knock->data);
}

static void
on_connected(uv_connect_t *connect, int status)
{
	struct attempt *attempt = connect->data;
	struct knock *knock = attempt->pipe.data;
	uv_buf_t bytes = uv_buf_init((char *)request, sizeof(request) - 1);

	if (knock == NULL)
		return;
	if (status != 0) {
		end_attempt(knock);
		return;
	}
	uv_read_start((uv_stream_t *)&attempt->pipe, on_alloc, on_read);
	uv_write(
	    &attempt->write, (uv_stream_t *)&attempt->pipe, &bytes, 1, NULL);
}

static void
attempt(struct knock *knock)
{
	struct attempt *attempt = mem_calloc(1, sizeof(*attempt));

	uv_pipe_init(knock->loop, &attempt->pipe, 0);
	attempt->pipe.data = knock;
	attempt->connect.data = attempt;
	knock->pipe = &attempt->pipe;
	uv_pipe_connect(
	    &attempt->connect, &attempt->pipe, knock->path, on_connected);
}

void
knock_start(struct knock *knock, uv_loop_t *loop)
{
	knock->loop = loop;
	knock->is_done = false;
	uv_timer_init(loop, &knock->timer);
	knock->timer.data = knock;
	attempt(knock);
}

void
knock_close(struct knock *knock)
{
	if (uv_is_closing((uv_handle_t *)&knock->timer))
		return;
	knock->is_done = true;
	end_attempt(knock);
	uv_close((uv_handle_t *)&knock->timer, NULL);
}
