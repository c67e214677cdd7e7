/*
 * The RPC server's sockets: listening, reading lines, writing, closing.
 */
#include "daemon/miaud/rpc.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/miaud/conn.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum { BACKLOG = 128, ARENA_MAX = 256 * 1024 };

struct write {
	uv_write_t req;
	struct conn *conn;
	bool is_event;
	char bytes[];
};

static const struct {
	const char *name;
	mode_t mode;
} sockets[RPC_SOCKET__MAX] = {
	[RPC_SOCKET_ADMIN] = { WIRE_SOCKET_ADMIN, 0660 },
	[RPC_SOCKET_HANDLERS] = { WIRE_SOCKET_HANDLERS, 0600 },
};

static void
conn_free_if_over(struct conn *conn)
{
	if (!conn->is_closed || conn->n_calls > 0)
		return;
	wire_lines_fini(&conn->lines);
	free(conn);
}

void
conn_call_over(struct conn *conn)
{
	conn->n_calls--;
	if (conn->is_half_closed && conn->n_calls == 0)
		conn_end(conn);
	conn_free_if_over(conn);
}

static void
on_closed(uv_handle_t *handle)
{
	struct conn *conn = handle->data;

	conn->is_closed = true;
	conn_free_if_over(conn);
}

static void
let_go(struct conn *conn)
{
	struct rpc_hold *hold;

	while ((hold = conn->holds) != NULL) {
		conn->holds = hold->next;
		hold->gone(hold->arg);
		free(hold);
	}
}

static void
conn_close(struct conn *conn)
{
	struct rpc *rpc = conn->rpc;

	if (uv_is_closing((uv_handle_t *)&conn->pipe))
		return;
	let_go(conn);
	events_unsubscribe(conn->subscriber);
	conn->subscriber = NULL;
	rpc->listeners[conn->socket].n_conns--;
	if (conn->prev != NULL)
		conn->prev->next = conn->next;
	else
		rpc->conns = conn->next;
	if (conn->next != NULL)
		conn->next->prev = conn->prev;
	uv_close((uv_handle_t *)&conn->pipe, on_closed);
}

/* Closes those that had their time to read what was left. */
static void
on_ending(uv_timer_t *timer)
{
	struct rpc *rpc = timer->data;
	int64_t now = clock_mono_ms(), left = -1, wait;
	struct conn *conn, *next;

	for (conn = rpc->conns; conn != NULL; conn = next) {
		next = conn->next;
		if (conn->ending_since == 0)
			continue;
		wait = conn->ending_since + RPC_ENDING_MS - now;
		if (wait <= 0)
			conn_close(conn);
		else if (left == -1 || wait < left)
			left = wait;
	}
	if (left != -1)
		uv_timer_start(timer, on_ending, (uint64_t)left, 0);
}

void
conn_end(struct conn *conn)
{
	uv_timer_t *timer = &conn->rpc->ending;

	if (uv_is_closing((uv_handle_t *)&conn->pipe) ||
	    conn->ending_since != 0)
		return;
	if (uv_stream_get_write_queue_size((uv_stream_t *)&conn->pipe) == 0) {
		conn_close(conn);
		return;
	}
	conn->ending_since = clock_mono_ms();
	uv_read_stop((uv_stream_t *)&conn->pipe);
	if (!uv_is_active((uv_handle_t *)timer))
		uv_timer_start(timer, on_ending, RPC_ENDING_MS, 0);
}

static void
on_written(uv_write_t *req, int status)
{
	struct write *write = (struct write *)req;
	struct conn *conn = write->conn;
	bool is_event = write->is_event;

	free(write);
	if (uv_is_closing((uv_handle_t *)&conn->pipe))
		return;
	if (status < 0) {
		conn_close(conn);
		return;
	}
	if (is_event && conn->subscriber != NULL)
		events_sent(conn->subscriber);
	if (conn->ending_since != 0 &&
	    uv_stream_get_write_queue_size((uv_stream_t *)&conn->pipe) == 0)
		conn_close(conn);
}

void
conn_send(struct conn *conn, const char *bytes, size_t len, bool is_event)
{
	uv_stream_t *stream = (uv_stream_t *)&conn->pipe;
	struct write *write;
	uv_buf_t buf;

	if (uv_is_closing((uv_handle_t *)&conn->pipe))
		return;
	if (uv_stream_get_write_queue_size(stream) + len > RPC_WRITE_MAX) {
		log_warn("rpc.slow_reader",
		    "A connection was closed: it did not read its answers.");
		conn_close(conn);
		return;
	}
	write = mem_calloc(1, sizeof(*write) + len);
	write->conn = conn;
	write->is_event = is_event;
	memcpy(write->bytes, bytes, len);
	buf = uv_buf_init(write->bytes, (unsigned)len);
	if (uv_write(&write->req, stream, &buf, 1, on_written) != 0) {
		free(write);
		conn_close(conn);
	}
}

void
conn_send_error(
    struct conn *conn, struct json_object *id, const struct err *err)
{
	struct buf buf;

	buf_init(&buf, WIRE_LINE_MAX + 1);
	if (wire_put_error(&buf, id, err) == 0)
		conn_send(conn, buf.data, buf.len, false);
	buf_fini(&buf);
}

static void
on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
	struct conn *conn = handle->data;
	size_t size;
	char *at;

	(void)suggested;
	at = wire_lines_room(&conn->lines, &size);
	*room = uv_buf_init(at, (unsigned)size);
}

static void
refuse_long_line(struct conn *conn)
{
	struct err err;

	err_set(&err, ERR_BODY_TOO_LARGE, "A line may have %d bytes at most.",
	    WIRE_LINE_MAX);
	conn_send_error(conn, NULL, &err);
}

/* A pipe such as `echo … | socat - UNIX:…` sends all it has to say, ends its
 * half and waits for the answers. One that is gone altogether is closed at
 * once, so that its open calls find out. */
static void
end_of_input(struct conn *conn, bool properly)
{
	struct pollfd other = { .events = POLLOUT };

	if (!properly ||
	    uv_fileno((uv_handle_t *)&conn->pipe, &other.fd) != 0 ||
	    poll(&other, 1, 0) < 0 || (other.revents & POLLHUP) != 0) {
		conn_close(conn);
		return;
	}
	events_unsubscribe(conn->subscriber);
	conn->subscriber = NULL;
	uv_read_stop((uv_stream_t *)&conn->pipe);
	conn->is_half_closed = true;
	if (conn->n_calls == 0)
		conn_end(conn);
}

static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *room)
{
	struct conn *conn = stream->data;
	const char *line;
	size_t len;
	int got;

	(void)room;
	if (n < 0) {
		end_of_input(conn, n == UV_EOF);
		return;
	}
	wire_lines_added(&conn->lines, (size_t)n);
	while (!uv_is_closing((uv_handle_t *)stream) &&
	    (got = wire_lines_next(&conn->lines, &line, &len)) != 0) {
		if (got == -1)
			refuse_long_line(conn);
		else
			conn_take_line(conn, line, len);
	}
}

static void
on_connection(uv_stream_t *stream, int status)
{
	struct listener *listener = stream->data;
	struct rpc *rpc = listener->rpc;
	struct conn *conn;

	if (status < 0) {
		log_warn("rpc.accept", "Cannot take a connection: %s.",
		    uv_strerror(status));
		return;
	}
	conn = mem_calloc(1, sizeof(*conn));
	conn->rpc = rpc;
	conn->socket = (int)(listener - rpc->listeners);
	wire_lines_init(&conn->lines);
	uv_pipe_init(stream->loop, &conn->pipe, 0);
	conn->pipe.data = conn;
	conn->next = rpc->conns;
	if (conn->next != NULL)
		conn->next->prev = conn;
	rpc->conns = conn;
	listener->n_conns++;
	if (uv_accept(stream, (uv_stream_t *)&conn->pipe) != 0 ||
	    listener->n_conns > RPC_CONNECTIONS_MAX ||
	    uv_read_start((uv_stream_t *)&conn->pipe, on_alloc, on_read) != 0)
		conn_close(conn);
}

/* A bound socket with its mode from the first moment: Linux takes it from the
 * descriptor (less the umask), and so there is no time to slip in. */
static int
bind_socket(const char *path, mode_t mode, struct err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return err_set(err, ERR_INVALID_FIELDS,
		    "The socket's path %s is too long.", path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (unlink(path) == -1 && errno != ENOENT)
		return err_errno(err, ERR_IO, "Cannot remove %s", path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return err_errno(err, ERR_IO, "Cannot make a socket");
	if (fchmod(fd, mode) == 0 &&
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	    chmod(path, mode) == 0)
		return fd;
	err_errno(err, ERR_IO, "Cannot listen on %s", path);
	close(fd);
	return -1;
}

static int
listen_on(struct rpc *rpc, int i, struct err *err)
{
	struct listener *listener = &rpc->listeners[i];
	int fd, error;

	if (paths_socket(&rpc->miaud->paths, sockets[i].name, listener->path,
		sizeof(listener->path), err) == -1)
		return -1;
	fd = bind_socket(listener->path, sockets[i].mode, err);
	if (fd == -1)
		return -1;
	listener->rpc = rpc;
	listener->pipe.data = listener;
	uv_pipe_init(&rpc->miaud->loop, &listener->pipe, 0);
	listener->is_open = true;
	error = uv_pipe_open(&listener->pipe, fd);
	if (error != 0)
		close(fd);
	else
		error = uv_listen(
		    (uv_stream_t *)&listener->pipe, BACKLOG, on_connection);
	if (error == 0)
		return 0;
	return err_set(err, ERR_IO, "Cannot listen on %s: %s.", listener->path,
	    uv_strerror(error));
}

static rpc_fn
find_function(const struct rpc_method *methods, const char *name)
{
	for (; methods->name != NULL; methods++)
		if (strcmp(methods->name, name) == 0)
			return methods->run;
	return NULL;
}

/* Joins the shared table with our functions; a row without one stays unknown
 * to callers. */
static void
make_rows(struct rpc *rpc, const struct rpc_method *methods)
{
	size_t n = 0, i;
	struct err err;

	while (wire_methods[n].name != NULL)
		n++;
	rpc->rows = mem_calloc(n + 1, sizeof(*rpc->rows));
	for (i = 0; i < n; i++) {
		rpc->rows[i].method = &wire_methods[i];
		rpc->rows[i].run = find_function(methods, wire_methods[i].name);
		rpc->rows[i].params = json_parse(wire_methods[i].params,
		    strlen(wire_methods[i].params), &err);
		if (rpc->rows[i].params == NULL)
			die("the schema of %s: %s", wire_methods[i].name,
			    err.text);
	}
}

struct rpc *
rpc_new(struct miaud *miaud, const struct rpc_method *methods, struct err *err)
{
	struct rpc *rpc = mem_calloc(1, sizeof(*rpc));
	int i;

	rpc->miaud = miaud;
	rpc->arena = arena_new(ARENA_MAX);
	make_rows(rpc, methods);
	uv_timer_init(&miaud->loop, &rpc->ending);
	rpc->ending.data = rpc;
	for (i = 0; i < RPC_SOCKET__MAX; i++) {
		if (listen_on(rpc, i, err) == 0)
			continue;
		rpc_stop_listening(rpc);
		rpc_close(rpc);
		uv_run(&miaud->loop, UV_RUN_NOWAIT);
		rpc_free(rpc);
		return NULL;
	}
	return rpc;
}

void
rpc_stop_listening(struct rpc *rpc)
{
	struct listener *listener;
	int i;

	for (i = 0; i < RPC_SOCKET__MAX; i++) {
		listener = &rpc->listeners[i];
		if (!listener->is_open)
			continue;
		listener->is_open = false;
		unlink(listener->path);
		uv_close((uv_handle_t *)&listener->pipe, NULL);
	}
}

void
rpc_close(struct rpc *rpc)
{
	while (rpc->conns != NULL)
		conn_close(rpc->conns);
	if (!uv_is_closing((uv_handle_t *)&rpc->ending))
		uv_close((uv_handle_t *)&rpc->ending, NULL);
}

void
rpc_free(struct rpc *rpc)
{
	size_t i;

	if (rpc == NULL)
		return;
	for (i = 0; rpc->rows[i].method != NULL; i++)
		json_object_put(rpc->rows[i].params);
	free(rpc->rows);
	arena_free(rpc->arena);
	free(rpc);
}

int
rpc_n_connections(const struct rpc *rpc)
{
	int i, n = 0;

	for (i = 0; i < RPC_SOCKET__MAX; i++)
		n += rpc->listeners[i].n_conns;
	return n;
}
