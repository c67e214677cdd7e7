/*
 * FastCGI connections are accepted by us (serve.c), so that leaving and
 * growing stay in our hands; libfcgi then speaks the protocol on them.
 */
#include "lib/http/io.h"

#include <errno.h>
#include <fcgiapp.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "lib/base/fs.h"
#include "lib/base/mem.h"
#include "lib/http/peer.h"

/* A web server sends a request at once; one that does not gives its thread
 * back after this. */
enum {
	HEAD_WAIT_MS = 30000,
	BODY_WAIT_S = 30,
	NARROW_SIZE = 16 * 1024,
};

struct http_io {
	char **envp;
	char *no_envp;      /* NULL: an empty environment */
	FCGX_Request *fcgi; /* NULL: CGI */
	int64_t n_written;
	bool is_broken;
	bool has_body;
	bool knows_client;
	struct http_peer client;
};

void
http_io_init(void)
{
	FCGX_Init();
}

struct http_io *
http_io_new(char **envp)
{
	struct http_io *io = mem_calloc(1, sizeof(*io));

	io->envp = envp;
	if (envp != NULL)
		return io;
	io->fcgi = mem_calloc(1, sizeof(*io->fcgi));
	/* Without a listening socket libfcgi cannot go on to accept by itself
	 * when a connection breaks. */
	FCGX_InitRequest(io->fcgi, -1, 0);
	return io;
}

void
http_io_free(struct http_io *io)
{
	if (io == NULL)
		return;
	if (io->fcgi != NULL)
		FCGX_Free(io->fcgi, 1);
	free(io->fcgi);
	free(io);
}

/* Waits here, and not in libfcgi, since that takes a signal for a failure. */
static void
wait_for_head(int fd)
{
	struct pollfd head = { .fd = fd, .events = POLLIN };

	while (poll(&head, 1, HEAD_WAIT_MS) == -1 && errno == EINTR)
		continue;
	if (head.revents == 0)
		shutdown(fd, SHUT_RDWR);
}

/* A body may take its time, but not for ever. */
static void
expect_body(struct http_io *io)
{
	struct timeval wait = { .tv_sec = BODY_WAIT_S };
	const char *length = http_io_param(io, "CONTENT_LENGTH");
	const char *method = http_io_param(io, "REQUEST_METHOD");

	io->has_body = method == NULL || strcmp(method, "GET") != 0 ||
	    (length != NULL && strcmp(length, "") != 0 &&
		strcmp(length, "0") != 0) ||
	    http_io_param(io, "HTTP_TRANSFER_ENCODING") != NULL;
	if (io->has_body)
		setsockopt(io->fcgi->ipcFd, SOL_SOCKET, SO_RCVTIMEO, &wait,
		    sizeof(wait));
}

bool
http_io_begin(struct http_io *io, int fd)
{
	wait_for_head(fd);
	io->fcgi->ipcFd = fd;
	/* "Kept" from a request before: read here instead of accepting. */
	io->fcgi->keepConnection = 1;
	if (FCGX_Accept_r(io->fcgi) != 0) {
		FCGX_Free(io->fcgi, 1);
		return false;
	}
	/* A kept connection would occupy a thread. */
	io->fcgi->keepConnection = 0;
	io->envp = io->fcgi->envp;
	io->n_written = 0;
	io->is_broken = false;
	io->knows_client = false;
	expect_body(io);
	/* That nothing follows is a message of its own, which Apache sends by
	 * itself and takes it ill when nobody is there any more to hear it. */
	if (!io->has_body)
		FCGX_GetChar(io->fcgi->in);
	return true;
}

void
http_io_end(struct http_io *io, bool broken)
{
	if (io->fcgi == NULL)
		return;
	if (broken && io->fcgi->ipcFd >= 0) {
		FCGX_FFlush(io->fcgi->out);
		shutdown(io->fcgi->ipcFd, SHUT_RDWR);
	}
	/* libfcgi would wait for the other side to close, so that what it still
	 * sends is not answered by a reset. */
	if (!broken && !io->has_body)
		FCGX_Detach(io->fcgi);
	FCGX_Finish_r(io->fcgi);
}

int
http_io_take(struct http_io *io, uint16_t *request_id)
{
	int fd;

	if (io->fcgi == NULL || http_io_flush(io) == -1)
		return -1;
	fd = io->fcgi->ipcFd;
	*request_id = (uint16_t)io->fcgi->requestId;
	io->fcgi->ipcFd = -1;
	FCGX_Free(io->fcgi, 0);
	io->envp = &io->no_envp;
	return fd;
}

/* The first of that name from `at` on. */
static char **
find_param(char **at, const char *name, size_t len)
{
	/* Asked some twenty times per request: most are told by one byte. */
	for (; *at != NULL; at++)
		if ((*at)[0] == name[0] && strncmp(*at, name, len) == 0 &&
		    (*at)[len] == '=')
			break;
	return at;
}

bool
http_io_is_cgi(const struct http_io *io)
{
	return io->fcgi == NULL;
}

const char *
http_io_param(const struct http_io *io, const char *name)
{
	size_t len = strlen(name);
	char **found = find_param(io->envp, name, len);

	return *found == NULL ? NULL : *found + len + 1;
}

const char *
http_io_param_once(const struct http_io *io, const char *name)
{
	size_t len = strlen(name);
	char **found = find_param(io->envp, name, len);

	return *found == NULL || *find_param(found + 1, name, len) != NULL
	    ? NULL
	    : *found + len + 1;
}

ssize_t
http_io_read(struct http_io *io, void *out, size_t len)
{
	ssize_t n;

	if (io->fcgi == NULL) {
		do
			n = read(STDIN_FILENO, out, len);
		while (n == -1 && errno == EINTR);
		return n;
	}
	n = FCGX_GetStr(out, len > INT_MAX ? INT_MAX : (int)len, io->fcgi->in);
	return n == 0 && FCGX_GetError(io->fcgi->in) != 0 ? -1 : n;
}

int
http_io_write(struct http_io *io, const void *bytes, size_t len)
{
	const char *at = bytes;
	int part;

	if (io->is_broken)
		return -1;
	if (io->fcgi == NULL) {
		io->is_broken = fs_write_all(STDOUT_FILENO, at, len) == -1;
		io->n_written += (int64_t)len;
		return io->is_broken ? -1 : 0;
	}
	for (; len > 0; at += part, len -= (size_t)part) {
		part = len > INT_MAX / 2 ? INT_MAX / 2 : (int)len;
		if (FCGX_PutStr(at, part, io->fcgi->out) != part) {
			io->is_broken = true;
			return -1;
		}
		io->n_written += part;
	}
	return 0;
}

int
http_io_flush(struct http_io *io)
{
	if (io->is_broken)
		return -1;
	if (io->fcgi != NULL && FCGX_FFlush(io->fcgi->out) == -1)
		io->is_broken = true;
	return io->is_broken ? -1 : 0;
}

/* Of the client's connection only the web server's word is known. */
static bool
has_client_left(struct http_io *io)
{
	if (!io->knows_client)
		http_peer_init(&io->client, http_io_param(io, "SERVER_ADDR"),
		    http_io_param(io, "SERVER_PORT"),
		    http_io_param(io, "REMOTE_ADDR"),
		    http_io_param(io, "REMOTE_PORT"));
	io->knows_client = true;
	return http_peer_has_left(&io->client);
}

void
http_io_narrow(struct http_io *io)
{
	const int size = NARROW_SIZE;

	if (io->fcgi != NULL && io->fcgi->ipcFd >= 0)
		setsockopt(io->fcgi->ipcFd, SOL_SOCKET, SO_SNDBUF, &size,
		    sizeof(size));
}

bool
http_io_is_gone(struct http_io *io)
{
	struct pollfd other = { .events = POLLRDHUP };

	if (io->fcgi == NULL || io->fcgi->ipcFd < 0)
		return io->is_broken;
	/* Never POLLIN: a web server may have more to send (Apache does). */
	other.fd = io->fcgi->ipcFd;
	if (io->is_broken ||
	    (poll(&other, 1, 0) == 1 &&
		(other.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0))
		return true;
	return has_client_left(io);
}

int64_t
http_io_written(const struct http_io *io)
{
	return io->n_written;
}
