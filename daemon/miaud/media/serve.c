/*
 * One machine in four steps: the listener comes, a client asks, a part of the film
 * is read in the pool, it is sent; and the next part. `go_on` looks what can be
 * done now and may be called at any time.
 */
#include "daemon/miaud/media/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/miaud/media/ask.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum { PART = 256 * 1024, BACKLOG = 4, ANSWER_SIZE = 256 };

struct client {
	struct film_server *server;
	uv_tcp_t tcp;
	uv_write_t head_write, part_write;
	int64_t number;
	char head[ASK_SIZE]; /* of its request */
	size_t len;
	char answer[ANSWER_SIZE];
	int64_t at, end; /* what it asked for and was not sent yet */
	bool is_asked;   /* its request was understood */
	bool is_written; /* a part is on its way to it */
};

struct film_server {
	uv_loop_t *loop;
	struct film_reader *film;
	uv_poll_t passing;
	int passed;
	uv_tcp_t listener;
	struct client *client; /* NULL: none */
	int64_t n_clients;     /* so far */
	int n_handles;
	struct {
		uv_work_t work;
		bool is_busy;
		int64_t client; /* its number */
		char path[PATHS_MAX];
		int64_t at;
		size_t len;
		ssize_t got;
		int error;
	} job;
	char part[PART];
	void (*waits)(void *arg, bool waits);
	void *arg;
	bool is_waiting; /* as told by `waits` */
	bool is_looking, looks_again;
	bool is_ended;
	struct err problem;
};

static void go_on(struct film_server *server);

/* --- The end ------------------------------------------------------------------ */

static void
free_if_over(struct film_server *server)
{
	if (server->is_ended && server->n_handles == 0 && !server->job.is_busy)
		free(server);
}

static void
on_closed(uv_handle_t *handle)
{
	struct film_server *server = handle->data;

	server->n_handles--;
	free_if_over(server);
}

static void
on_passing_closed(uv_handle_t *handle)
{
	struct film_server *server = handle->data;

	close(server->passed);
	on_closed(handle);
}

static void
on_client_closed(uv_handle_t *handle)
{
	struct client *client = handle->data;
	struct film_server *server = client->server;

	free(client);
	server->n_handles--;
	free_if_over(server);
}

static void
tell_waiting(struct film_server *server, bool is_waiting)
{
	if (server->is_waiting == is_waiting || server->is_ended)
		return;
	server->is_waiting = is_waiting;
	server->waits(server->arg, is_waiting);
}

static void
end_client(struct client *client)
{
	struct film_server *server = client->server;

	if (uv_is_closing((uv_handle_t *)&client->tcp))
		return;
	if (server->client == client)
		server->client = NULL;
	tell_waiting(server, false);
	uv_close((uv_handle_t *)&client->tcp, on_client_closed);
}

static void
close_passing(struct film_server *server)
{
	if (!uv_is_closing((uv_handle_t *)&server->passing))
		uv_close((uv_handle_t *)&server->passing, on_passing_closed);
}

void
film_server_end(struct film_server *server)
{
	struct film_reader *film = server->film;

	server->is_ended = true;
	server->film = NULL;
	film->kind->close(film);
	if (server->client != NULL)
		end_client(server->client);
	if (server->listener.data != NULL)
		uv_close((uv_handle_t *)&server->listener, on_closed);
	close_passing(server);
}

const struct err *
film_server_problem(const struct film_server *server)
{
	return &server->problem;
}

static void
break_off(struct client *client, const struct err *err)
{
	client->server->problem = *err;
	end_client(client);
}

/* --- Parts of the film -------------------------------------------------------- */

static void
on_part_written(uv_write_t *write, int status)
{
	struct client *client = write->data;

	client->is_written = false;
	if (status != 0)
		end_client(client);
	else if (!uv_is_closing((uv_handle_t *)&client->tcp))
		go_on(client->server);
}

/* Opened each time: a file that was given up and fetched again is another. */
static void
read_on_pool(uv_work_t *work)
{
	struct film_server *server = work->data;
	int fd = open(
	    server->job.path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	server->job.got = -1;
	server->job.error = errno;
	if (fd == -1)
		return;
	server->job.got =
	    pread(fd, server->part, server->job.len, server->job.at);
	server->job.error = errno;
	close(fd);
}

static void
send_part(struct film_server *server, struct client *client, size_t len)
{
	uv_buf_t part = uv_buf_init(server->part, (unsigned)len);

	client->at += (int64_t)len;
	client->is_written = true;
	client->part_write.data = client;
	if (uv_write(&client->part_write, (uv_stream_t *)&client->tcp, &part, 1,
		on_part_written) != 0)
		end_client(client);
}

static void
was_read(uv_work_t *work, int status)
{
	struct film_server *server = work->data;
	struct client *client = server->client;
	int64_t there;
	struct err err;

	(void)status;
	server->job.is_busy = false;
	if (server->is_ended) {
		free_if_over(server);
		return;
	}
	if (client == NULL || client->number != server->job.client) {
		go_on(server);
		return;
	}
	there = server->film->kind->there(server->film, client->at, &err);
	if (there == -1) {
		break_off(client, &err);
	} else if (there < (int64_t)server->job.len) {
		/* It went while it was read. */
		go_on(server);
	} else if (server->job.got <= 0) {
		err_set(&err, ERR_IO, "The film cannot be read: %s.",
		    server->job.got == 0 ? "the file is too short"
					 : strerror(server->job.error));
		break_off(client, &err);
	} else {
		send_part(server, client, (size_t)server->job.got);
	}
}

static void
read_part(struct film_server *server, struct client *client, int64_t there)
{
	int64_t len = client->end - client->at;

	if (len > there)
		len = there;
	if (len > PART)
		len = PART;
	server->job.is_busy = true;
	server->job.client = client->number;
	server->job.at = client->at;
	server->job.len = (size_t)len;
	snprintf(server->job.path, sizeof(server->job.path), "%s",
	    server->film->path);
	server->job.work.data = server;
	uv_queue_work(server->loop, &server->job.work, read_on_pool, was_read);
}

static void
look(struct film_server *server)
{
	struct client *client = server->client;
	int64_t there;
	struct err err;

	if (server->is_ended || client == NULL || !client->is_asked ||
	    client->is_written || server->job.is_busy)
		return;
	if (client->at == client->end) {
		end_client(client);
		return;
	}
	there = server->film->kind->there(server->film, client->at, &err);
	if (there == -1) {
		break_off(client, &err);
		return;
	}
	tell_waiting(server, there == 0);
	if (there > 0)
		read_part(server, client, there);
}

/* The film may say that it has changed while it is asked what is there. */
static void
go_on(struct film_server *server)
{
	if (server->is_looking) {
		server->looks_again = true;
		return;
	}
	server->is_looking = true;
	do {
		server->looks_again = false;
		look(server);
	} while (server->looks_again);
	server->is_looking = false;
}

static void
on_film_changed(void *arg)
{
	go_on(arg);
}

/* --- What is asked ------------------------------------------------------------ */

static void
on_head_written(uv_write_t *write, int status)
{
	struct client *client = write->data;

	if (status != 0)
		end_client(client);
}

static const char *
status_line(enum ask_result result)
{
	switch (result) {
	case ASK_WHOLE:
		return "200 OK";
	case ASK_RANGE:
		return "206 Partial Content";
	case ASK_BEHIND:
		return "416 Range Not Satisfiable";
	default:
		return "400 Bad Request";
	}
}

static void
answer(struct client *client, enum ask_result result, const struct ask *ask)
{
	const int64_t size = client->server->film->size;
	char range[96] = "";
	uv_buf_t head;

	client->is_asked = true;
	if (result == ASK_WHOLE || result == ASK_RANGE) {
		client->at = ask->from;
		client->end = ask->end;
	}
	if (result == ASK_RANGE)
		snprintf(range, sizeof(range),
		    "Content-Range: bytes %lld-%lld/%lld\r\n",
		    (long long)ask->from, (long long)ask->end - 1,
		    (long long)size);
	else if (result == ASK_BEHIND)
		snprintf(range, sizeof(range),
		    "Content-Range: bytes */%lld\r\n", (long long)size);
	snprintf(client->answer, sizeof(client->answer),
	    "HTTP/1.1 %s\r\nContent-Length: %lld\r\n%s"
	    "Accept-Ranges: bytes\r\nConnection: close\r\n\r\n",
	    status_line(result), (long long)(client->end - client->at), range);
	head = uv_buf_init(client->answer, (unsigned)strlen(client->answer));
	client->head_write.data = client;
	if (uv_write(&client->head_write, (uv_stream_t *)&client->tcp, &head, 1,
		on_head_written) != 0)
		end_client(client);
}

static void
on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
	struct client *client = handle->data;

	(void)suggested;
	*room = uv_buf_init(client->head + client->len,
	    (unsigned)(sizeof(client->head) - client->len));
}

/* Whoever says more than a request is no client. */
static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *room)
{
	struct client *client = stream->data;
	struct film_server *server = client->server;
	enum ask_result result;
	struct ask ask;

	(void)room;
	if (n == 0)
		return;
	if (n < 0 || client->is_asked) {
		end_client(client);
		return;
	}
	client->len += (size_t)n;
	result = ask_read(client->head, client->len, server->film->size, &ask);
	if (result == ASK_MORE)
		return;
	server->problem.code = ERR_NONE;
	answer(client, result, &ask);
	go_on(server);
}

static void
on_connection(uv_stream_t *listener, int status)
{
	struct film_server *server = listener->data;
	struct client *client;

	if (status != 0)
		return;
	client = mem_calloc(1, sizeof(*client));
	client->server = server;
	client->number = ++server->n_clients;
	client->tcp.data = client;
	uv_tcp_init(server->loop, &client->tcp);
	server->n_handles++;
	if (uv_accept(listener, (uv_stream_t *)&client->tcp) != 0) {
		end_client(client);
		return;
	}
	if (server->client != NULL)
		end_client(server->client);
	server->client = client;
	if (uv_read_start((uv_stream_t *)&client->tcp, on_alloc, on_read) != 0)
		end_client(client);
}

/* --- The listener ------------------------------------------------------------- */

/* The descriptor that came over the socket; -1: none. */
static int
receive(int passed)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	char byte;
	struct iovec part = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = { .msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	const struct cmsghdr *head;
	int fd;

	if (recvmsg(passed, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) != 1)
		return -1;
	head = CMSG_FIRSTHDR(&message);
	if (head == NULL || head->cmsg_type != SCM_RIGHTS ||
	    head->cmsg_len != CMSG_LEN(sizeof(fd)))
		return -1;
	memcpy(&fd, CMSG_DATA(head), sizeof(fd));
	return fd;
}

/* Ends without one when the program could not be confined; its own end, which
 * follows, tells why. */
static void
on_passed(uv_poll_t *passing, int status, int events)
{
	struct film_server *server = passing->data;
	int fd = status == 0 ? receive(server->passed) : -1;

	(void)events;
	close_passing(server);
	if (fd == -1)
		return;
	uv_tcp_init(server->loop, &server->listener);
	server->listener.data = server;
	server->n_handles++;
	if (uv_tcp_open(&server->listener, fd) != 0) {
		close(fd);
		log_error("film.listener", "A listener cannot be used.");
	} else if (uv_listen((uv_stream_t *)&server->listener, BACKLOG,
		       on_connection) != 0) {
		log_error("film.listener", "A listener cannot be heard.");
	}
}

struct film_server *
film_server_new(uv_loop_t *loop, const struct film_server_spec *spec)
{
	struct film_server *server = mem_calloc(1, sizeof(*server));

	server->loop = loop;
	server->film = spec->film;
	server->film->changed = on_film_changed;
	server->film->arg = server;
	server->waits = spec->waits;
	server->arg = spec->arg;
	server->passed = spec->passed;
	server->passing.data = server;
	server->n_handles = 1;
	if (uv_poll_init(loop, &server->passing, server->passed) != 0 ||
	    uv_poll_start(
		&server->passing, UV_READABLE | UV_DISCONNECT, on_passed) != 0)
		die("a socket cannot be waited for");
	return server;
}
