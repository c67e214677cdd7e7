/* Listens to miaud's events for the supervisor. */
#include "daemon/miauctl/news.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/wire/wire.h"

enum { AGAIN_SOON_MS = 10, AGAIN_MS = 500 };

static const char request[] =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"events.subscribe\"}\n";

static void attempt(struct news *news);

struct attempt {
	uv_pipe_t pipe; /* first: its handle is what libuv gives back */
	uv_connect_t connect;
	uv_write_t write;
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
end_attempt(struct news *news)
{
	uv_pipe_t *pipe = news->pipe;

	if (pipe == NULL)
		return;
	news->pipe = NULL;
	pipe->data = NULL;
	uv_close((uv_handle_t *)pipe, on_closed);
	/* A start is waited for impatiently, an absence is not. */
	if (!news->is_closing)
		uv_timer_start(&news->timer, on_timer,
		    news->was_up ? AGAIN_MS : AGAIN_SOON_MS, 0);
	news->is_heard = false;
}

/* True for the event that the list of library folders has changed. */
static bool
is_folder_event(struct json_object *message)
{
	struct json_object *params = json_get_object(message, "params");
	struct json_object *data =
	    params == NULL ? NULL : json_get_object(params, "data");

	return data != NULL &&
	    strcmp(json_get_text(params, "topic", ""), "library") == 0 &&
	    strcmp(json_get_text(data, "kind", ""), "folder") == 0;
}

static void
take_line(struct news *news, const char *line, size_t len)
{
	struct err ignored;
	struct json_object *message = json_parse(line, len, &ignored);

	if (message == NULL)
		return;
	if (!news->is_heard) {
		news->is_heard = news->was_up = true;
		news->on_up(news->data);
	} else if (is_folder_event(message)) {
		news->on_folders(news->data);
	}
	json_object_put(message);
}

static void
on_alloc(uv_handle_t *handle, size_t wanted UNUSED, uv_buf_t *buf)
{
	struct news *news = handle->data;
	char *room = buf_reserve(&news->line, 4096);

	*buf = uv_buf_init(room, room == NULL ? 0 : 4096);
}

static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes UNUSED)
{
	struct news *news = stream->data;
	const char *end;

	if (n < 0) {
		end_attempt(news);
		return;
	}
	buf_wrote(&news->line, (size_t)n);
	while ((end = memchr(news->line.data, '\n', news->line.len)) != NULL) {
		take_line(
		    news, news->line.data, (size_t)(end - news->line.data));
		buf_consume(&news->line, (size_t)(end - news->line.data) + 1);
	}
}

static void
on_connected(uv_connect_t *connect, int status)
{
	struct attempt *attempt = connect->data;
	struct news *news = attempt->pipe.data;
	uv_buf_t bytes = uv_buf_init((char *)request, sizeof(request) - 1);

	if (news == NULL)
		return;
	if (status != 0) {
		end_attempt(news);
		return;
	}
	uv_read_start((uv_stream_t *)&attempt->pipe, on_alloc, on_read);
	uv_write(
	    &attempt->write, (uv_stream_t *)&attempt->pipe, &bytes, 1, NULL);
}

static void
attempt(struct news *news)
{
	struct attempt *attempt = mem_calloc(1, sizeof(*attempt));

	buf_reset(&news->line);
	uv_pipe_init(news->loop, &attempt->pipe, 0);
	attempt->pipe.data = news;
	attempt->connect.data = attempt;
	news->pipe = &attempt->pipe;
	uv_pipe_connect(
	    &attempt->connect, &attempt->pipe, news->path, on_connected);
}

void
news_start(struct news *news, uv_loop_t *loop)
{
	news->loop = loop;
	buf_init(&news->line, WIRE_LINE_MAX + 1);
	uv_timer_init(loop, &news->timer);
	news->timer.data = news;
	attempt(news);
}

void
news_close(struct news *news)
{
	if (news->is_closing)
		return;
	news->is_closing = true;
	end_attempt(news);
	uv_close((uv_handle_t *)&news->timer, NULL);
	buf_fini(&news->line);
}
