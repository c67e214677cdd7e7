/* Waits for the web server's answer. */
#include "daemon/miauctl/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/address.h"
#include "lib/base/mem.h"

static void attempt(struct probe *probe);

struct attempt {
	uv_tcp_t tcp; /* first: its handle is what libuv gives back */
	uv_connect_t connect;
	uv_write_t write;
};

void
probe_init(struct probe *probe, uv_loop_t *loop, const char *bind, int port)
{
	memset(probe, 0, sizeof(*probe));
	probe->loop = loop;
	bind = address_from_here(bind);
	if (strchr(bind, ':') != NULL) {
		uv_ip6_addr(bind, port, (struct sockaddr_in6 *)&probe->address);
		snprintf(
		    probe->host, sizeof(probe->host), "[%s]:%d", bind, port);
	} else {
		uv_ip4_addr(bind, port, (struct sockaddr_in *)&probe->address);
		snprintf(probe->host, sizeof(probe->host), "%s:%d", bind, port);
	}
	uv_timer_init(loop, &probe->timer);
	probe->timer.data = probe;
}

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

/* The attempt is over; another one follows unless it was answered. */
static void
end_attempt(struct probe *probe)
{
	uv_tcp_t *tcp = probe->tcp;
	int status = 0;

	if (tcp == NULL)
		return;
	probe->tcp = NULL;
	uv_close((uv_handle_t *)tcp, on_closed);
	probe->answer[probe->answer_len] = '\0';
	if (sscanf(probe->answer, "HTTP/1.%*1d %3d", &status) == 1)
		probe->last_status = status;
	if (status == 200)
		probe->done(probe);
	else
		uv_timer_start(&probe->timer, on_timer, PROBE_AGAIN_MS, 0);
}

static void
on_alloc(uv_handle_t *handle, size_t wanted UNUSED, uv_buf_t *buf)
{
	struct probe *probe = handle->data;

	*buf = uv_buf_init(probe->answer + probe->answer_len,
	    (unsigned)(sizeof(probe->answer) - 1 - probe->answer_len));
}

static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf UNUSED)
{
	struct probe *probe = stream->data;

	if (n > 0)
		probe->answer_len += (size_t)n;
	if (n < 0 || probe->answer_len >= 12)
		end_attempt(probe);
}

static void
on_connected(uv_connect_t *connect, int status)
{
	struct attempt *attempt = connect->data;
	struct probe *probe = attempt->tcp.data;
	uv_buf_t bytes;

	if (probe == NULL || status == UV_ECANCELED)
		return;
	if (status != 0) {
		end_attempt(probe);
		return;
	}
	bytes = uv_buf_init(probe->request, (unsigned)strlen(probe->request));
	uv_read_start((uv_stream_t *)&attempt->tcp, on_alloc, on_read);
	uv_write(
	    &attempt->write, (uv_stream_t *)&attempt->tcp, &bytes, 1, NULL);
}

static void
attempt(struct probe *probe)
{
	struct attempt *attempt = mem_calloc(1, sizeof(*attempt));

	probe->answer_len = 0;
	uv_tcp_init(probe->loop, &attempt->tcp);
	attempt->tcp.data = probe;
	attempt->connect.data = attempt;
	probe->tcp = &attempt->tcp;
	if (uv_tcp_connect(&attempt->connect, &attempt->tcp,
		(const struct sockaddr *)&probe->address, on_connected) != 0)
		end_attempt(probe);
}

void
probe_start(
    struct probe *probe, const char *path, void (*done)(struct probe *probe))
{
	probe->done = done;
	probe->last_status = 0;
	snprintf(probe->request, sizeof(probe->request),
	    "GET %.*s HTTP/1.1\r\nHost: %s\r\nUser-Agent: miauctl\r\n"
	    "Connection: close\r\n\r\n",
	    PROBE_PATH_MAX, path, probe->host);
	attempt(probe);
}

void
probe_close(struct probe *probe)
{
	uv_tcp_t *tcp = probe->tcp;

	probe->tcp = NULL;
	if (tcp != NULL) {
		tcp->data = NULL;
		uv_close((uv_handle_t *)tcp, on_closed);
	}
	if (!uv_is_closing((uv_handle_t *)&probe->timer))
		uv_close((uv_handle_t *)&probe->timer, NULL);
}
