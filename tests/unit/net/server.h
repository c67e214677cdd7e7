/*
 * A real HTTP server on loopback that answers in all the ways in which one can
 * go wrong; the path says which. A thread per connection.
 */
#ifndef TESTS_UNIT_NET_SERVER_H
#define TESTS_UNIT_NET_SERVER_H

#include "tests/unit/helpers.h"

#include "tests/unit/net/answers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_MAX = 8192, SERVED_MAX = 64 };

struct server {
	int fd;
	int port;
	int elsewhere; /* the port to which /inside leads */
	pthread_t thread;
	pthread_t served[SERVED_MAX];
	int n_served;
	atomic_bool is_ending;
	atomic_int n_connections;
	atomic_int n_requests;
	char last[REQUEST_MAX]; /* the last request; read when it is answered */
};

struct guest {
	struct server *server;
	int fd;
};

static UNUSED bool
say(int fd, const char *text)
{
	size_t len = strlen(text);

	return send(fd, text, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static UNUSED void
answer(int fd, const char *status, const char *headers, const char *body)
{
	char text[1024];

	snprintf(text, sizeof(text),
	    "HTTP/1.1 %s\r\n%sConnection: close\r\n"
	    "Content-Length: %zu\r\n\r\n%s",
	    status, headers, strlen(body), body);
	say(fd, text);
}

/* A byte now and then, until the other side or the server has had enough. */
static UNUSED void
trickle(struct server *server, int fd, const char *byte)
{
	struct pollfd gone = { .fd = fd, .events = POLLRDHUP };

	while (!atomic_load(&server->is_ending) && say(fd, byte) &&
	    poll(&gone, 1, 20) == 0)
		;
}

static UNUSED void
pour(struct server *server, int fd)
{
	char block[4096];

	memset(block, 'x', sizeof(block) - 1);
	block[sizeof(block) - 1] = '\0';
	say(fd, "HTTP/1.1 200 OK\r\n\r\n");
	while (!atomic_load(&server->is_ending) && say(fd, block))
		;
}

static UNUSED void
reset(int fd)
{
	struct linger linger = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

static UNUSED void
lead_inside(const struct server *server, int fd)
{
	char headers[128];

	snprintf(headers, sizeof(headers),
	    "Location: http://127.0.0.1:%d/ok\r\n", server->elsewhere);
	answer(fd, "302 Found", headers, "");
}

static UNUSED void
serve_bomb(int fd)
{
	char head[128];

	snprintf(head, sizeof(head),
	    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    sizeof(bomb) - 1);
	say(fd, head);
	send(fd, bomb, sizeof(bomb) - 1, MSG_NOSIGNAL);
}

static UNUSED void
serve_odd(struct server *server, int fd, const char *path)
{
	if (strcmp(path, "/slow-head") == 0) {
		say(fd, "HTTP/1.1 200 OK\r\nX-Slow: ");
		trickle(server, fd, "x");
	} else if (strcmp(path, "/slow-body") == 0) {
		say(fd, "HTTP/1.1 200 OK\r\n\r\n");
		trickle(server, fd, "x");
	} else if (strcmp(path, "/hang") == 0)
		trickle(server, fd, "");
	else if (strcmp(path, "/endless") == 0)
		pour(server, fd);
	else if (strcmp(path, "/short") == 0)
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nhello");
	else if (strcmp(path, "/garbage") == 0)
		say(fd, "SSH-2.0-OpenSSH_9.2\r\n");
	else if (strcmp(path, "/reset") == 0)
		reset(fd);
	else if (strcmp(path, "/bomb") == 0)
		serve_bomb(fd);
	else if (strcmp(path, "/inside") == 0)
		lead_inside(server, fd);
	else if (strcmp(path, "/second") == 0 &&
	    atomic_load(&server->n_requests) > 1)
		answer(fd, "200 OK", "", "at last");
	else
		answer(fd, "502 Bad Gateway", "", "");
}

/* Whether another request may follow. */
static UNUSED bool
serve_request(struct server *server, int fd)
{
	char path[256] = "";
	size_t i, len = 0;
	ssize_t n = 1;

	server->last[0] = '\0';
	while (n > 0 && strstr(server->last, "\r\n\r\n") == NULL &&
	    len < REQUEST_MAX - 1) {
		n = recv(fd, server->last + len, REQUEST_MAX - 1 - len, 0);
		len += n > 0 ? (size_t)n : 0;
		server->last[len] = '\0';
	}
	if (sscanf(server->last, "%*15s %255s", path) != 1)
		return false;
	atomic_fetch_add(&server->n_requests, 1);
	if (strcmp(path, "/kept") == 0)
		return say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	for (i = 0; i < COUNT_OF(canned); i++)
		if (strcmp(canned[i].path, path) == 0)
			break;
	if (i < COUNT_OF(canned))
		answer(fd, canned[i].status, canned[i].headers, canned[i].body);
	else
		serve_odd(server, fd, path);
	return false;
}

static UNUSED void *
serve_guest(void *arg)
{
	struct guest *guest = arg;

	while (serve_request(guest->server, guest->fd))
		;
	close(guest->fd);
	free(guest);
	return NULL;
}

static UNUSED void *
accept_guests(void *arg)
{
	struct server *server = arg;
	struct guest *guest;
	int fd;

	while ((fd = accept(server->fd, NULL, NULL)) != -1) {
		if (server->n_served == SERVED_MAX) {
			close(fd);
			continue;
		}
		atomic_fetch_add(&server->n_connections, 1);
		guest = calloc(1, sizeof(*guest));
		guest->server = server;
		guest->fd = fd;
		pthread_create(&server->served[server->n_served++], NULL,
		    serve_guest, guest);
	}
	return NULL;
}

static UNUSED void
server_open(struct server *server)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(in);

	memset(server, 0, sizeof(*server));
	server->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(
	    bind(server->fd, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(listen(server->fd, 16), 0);
	assert_int_equal(
	    getsockname(server->fd, (struct sockaddr *)&in, &len), 0);
	server->port = ntohs(in.sin_port);
	pthread_create(&server->thread, NULL, accept_guests, server);
}

static UNUSED void
server_close(struct server *server)
{
	int i;

	atomic_store(&server->is_ending, true);
	shutdown(server->fd, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	for (i = 0; i < server->n_served; i++)
		pthread_join(server->served[i], NULL);
	close(server->fd);
}

#endif
