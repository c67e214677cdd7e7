/*
 * Whole files: ranges, conditions, and the choice between the web server's
 * sendfile and copying. What the web server may send lies below one of the roots
 * (lib/library/roots.h), after all links are followed.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/base/str.h"
#include "lib/http/range.h"
#include "lib/http/server.h"
#include "lib/library/roots.h"

enum {
	CHUNK = 256 * 1024,
	ASK_MS = 30000,
	/* Of a growing file: how soon it is noticed that a client has gone,
	 * and how much is promised at a time. */
	LOOK_MS = 500,
	STEP = 8 * 1024 * 1024,
};

struct sending {
	struct http_exchange *ex;
	struct reply *reply;
	int fd;
	int64_t size;
	int64_t asked_at; /* when go_on was, monotonic ms */
	int64_t there_from,
	    there_to; /* of a growing file, the last that we were
					 told */
	int n_ranges;
	struct http_range range[HTTP_RANGES_MAX];
};

/* What lies at the path now; its size, or -1 and the reason. */
static int64_t
open_path(struct sending *sending, struct err *err)
{
	struct stat st;

	if (sending->fd != -1)
		close(sending->fd);
	sending->fd = open(
	    sending->reply->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (sending->fd == -1 && (errno == ENOENT || errno == ENOTDIR))
		return err_set(
		    err, ERR_FILE_GONE, "The file is no longer where it was.");
	if (sending->fd == -1)
		return err_set(err, ERR_IO, "The file cannot be read.");
	if (fstat(sending->fd, &st) == -1 || !S_ISREG(st.st_mode))
		return err_set(err, ERR_FILE_GONE, "This is no file any more.");
	return st.st_size;
}

/* A file that grows is opened when something of it is there. */
static int
open_file(struct sending *sending)
{
	struct reply *reply = sending->reply, error;
	struct err err;
	int64_t size;

	sending->size = reply->full_size;
	if (reply->grow != NULL) {
		if (reply->is_whole &&
		    open_path(sending, &err) != reply->full_size)
			reply->is_whole = false;
		return 0;
	}
	size = open_path(sending, &err);
	if (size == -1) {
		error = reply_err(&err);
		http_respond(sending->ex, &error);
		return -1;
	}
	sending->size = size;
	return 0;
}

/* RFC 9110 §13.1.5: the condition holds only for our strong tag; a date never
 * does, since files of a library change within a second. */
static bool
if_range_holds(const char *condition, const char *etag)
{
	size_t len = etag == NULL ? 0 : strlen(etag);

	return etag != NULL && condition[0] == '"' &&
	    strncmp(condition + 1, etag, len) == 0 &&
	    strcmp(condition + 1 + len, "\"") == 0;
}

static enum range_result
find_ranges(struct sending *sending)
{
	const struct request *req = &sending->ex->req;
	const char *condition = request_header(req, "If-Range");
	const char *header = request_header(req, "Range");

	/* Ranges are defined for GET only. */
	if (req->is_head || strcmp(req->route->method, "GET") != 0 ||
	    (condition != NULL &&
		!if_range_holds(condition, sending->reply->etag)))
		header = NULL;
	return http_range_parse(
	    header, sending->size, sending->range, &sending->n_ranges);
}

/* Whether the web server reads this Range header as we do: one range written in
 * digits. What we ignore it would refuse, and in a form of its own. */
static bool
is_plain_range(const char *header)
{
	static const char digits[] = "0123456789";
	size_t first, last;

	if (header == NULL)
		return true;
	header = str_after(header, "bytes=");
	if (header == NULL)
		return false;
	first = strspn(header, digits);
	if (header[first] != '-')
		return false;
	last = strspn(header + first + 1, digits);
	return first <= 18 && last <= 18 && first + last > 0 &&
	    header[first + 1 + last] == '\0';
}

/* The web server takes UTF-8 only and writes '_' for control characters; spaces
 * at the end of a header are lost. */
static bool
is_speakable(const char *path, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)path[i] < ' ' || path[i] == 0x7f)
			return false;
	return path[len - 1] != ' ' && str_is_utf8(path, len);
}

/* Where the web server finds the file, when it may send it. */
static bool
find_offload(const struct sending *sending, char path[PATH_MAX])
{
	const struct http_server *server = sending->ex->server;
	char name[64], real[PATH_MAX];
	ssize_t len;

	/* What is not there yet would go out as zeros. */
	if (server->offload == OFFLOAD_NONE ||
	    (sending->reply->grow != NULL && !sending->reply->is_whole))
		return false;
	snprintf(name, sizeof(name), "/proc/self/fd/%d", sending->fd);
	len = readlink(name, real, sizeof(real) - 1);
	if (len <= 0)
		return false;
	real[len] = '\0';
	return library_roots_find(&server->paths, real, path) &&
	    is_speakable(path, strlen(path));
}

/* The web server decodes what it is given. */
static char *
encoded(struct arena *arena, const char *path)
{
	static const char digits[] = "0123456789ABCDEF";
	char *out = arena_alloc(arena, strlen(path) * 3 + 1, 1), *at = out;
	unsigned char c;

	for (; *path != '\0'; path++) {
		c = (unsigned char)*path;
		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z') || strchr("/-._~", c) != NULL) {
			*at++ = (char)c;
			continue;
		}
		*at++ = '%';
		*at++ = digits[c >> 4];
		*at++ = digits[c & 15];
	}
	*at = '\0';
	return out;
}

/* What the web server is told to send. nginx knows the place of the roots under
 * an inner address (conf/nginx.conf). */
static void
put_offload(const struct sending *sending, const char *path)
{
	const struct http_server *server = sending->ex->server;
	struct arena *arena = sending->ex->req.arena;
	size_t roots = strlen(server->paths.run) + strlen("/roots");

	if (server->offload == OFFLOAD_NGINX)
		reply_header(sending->reply, "X-Accel-Redirect",
		    arena_printf(
			arena, "/.files%s", encoded(arena, path + roots)));
	else
		reply_header(sending->reply, "X-Sendfile",
		    server->offload == OFFLOAD_LIGHTTPD ? encoded(arena, path)
							: path);
	/* nginx says by itself that it does ranges. */
	if (server->offload != OFFLOAD_NGINX)
		reply_header(sending->reply, "Accept-Ranges", "bytes");
}

/* Asks the handler from time to time, so that a revoked key ends what runs. */
static bool
may_go_on(struct sending *sending)
{
	const struct reply *reply = sending->reply;
	int64_t now;

	if (reply->go_on == NULL)
		return true;
	now = clock_mono_ms();
	if (sending->asked_at == 0)
		sending->asked_at = now;
	if (now - sending->asked_at < ASK_MS)
		return true;
	sending->asked_at = now;
	return reply->go_on(reply->done_arg);
}

static bool
is_gone(const struct sending *sending)
{
	struct http_io *io = sending->ex->io;

	return http_io_flush(io) == -1 || http_io_is_gone(io);
}

/* Waits for bytes of a growing file from `from` on and opens the file in which
 * they are: given up altogether it is unlinked and made anew. 0, or -1 and the reason;
 * ERR_CANCELLED when it is the client that does not want them any more. */
static int
await_bytes(struct sending *sending, int64_t from, int64_t to, int limit_ms,
    struct err *err)
{
	const struct reply *reply = sending->reply;
	int64_t until = clock_mono_ms() + limit_ms, n;
	int64_t length = to - from >= STEP ? STEP : to - from + 1;

	for (;;) {
		err_set(err, ERR_STALLED, "No bytes came in time.");
		n = reply->grow(reply->done_arg, from, length, LOOK_MS, err);
		if (n > 0) {
			sending->there_from = from;
			sending->there_to = from + n;
			return open_path(sending, err) == -1 ? -1 : 0;
		}
		if (n < 0 || clock_mono_ms() >= until)
			return -1;
		if (is_gone(sending) || !may_go_on(sending))
			return err_set(err, ERR_CANCELLED, "Nobody waits.");
	}
}

/* Makes sure that byte `from` may be read. */
static int
expect_byte(struct sending *sending, int64_t from, int64_t to)
{
	const struct reply *reply = sending->reply;
	struct err err;

	if (reply->grow == NULL ||
	    (from >= sending->there_from && from < sending->there_to))
		return 0;
	if (await_bytes(sending, from, to, reply->later_ms, &err) == 0)
		return 0;
	if (err.code != ERR_CANCELLED)
		log_warn("stream.stalled", "At byte %lld: %s", (long long)from,
		    err.text);
	return -1;
}

/* The first bytes of an answer have to be there before its head leaves, since
 * nothing else can be said after it. */
static int
begin_body(struct sending *sending, int64_t from, int64_t to)
{
	struct reply error;
	struct err err;

	if (sending->reply->grow == NULL || sending->ex->req.is_head ||
	    to < from)
		return 0;
	if (await_bytes(sending, from, to, sending->reply->first_ms, &err) == 0)
		return 0;
	if (err.code == ERR_CANCELLED) {
		sending->ex->is_cut = true;
	} else {
		error = reply_err(&err);
		http_respond(sending->ex, &error);
	}
	return -1;
}

/* Copies bytes [from, to]; -1 when the client has gone or the file ends
 * before. */
static int
copy(struct sending *sending, char *chunk, int64_t from, int64_t to)
{
	size_t want;
	ssize_t n;

	http_io_narrow(sending->ex->io);
	while (from <= to) {
		if (!may_go_on(sending) || expect_byte(sending, from, to) == -1)
			return -1;
		want = to - from >= CHUNK ? CHUNK : (size_t)(to - from + 1);
		if (sending->reply->grow != NULL &&
		    (int64_t)want > sending->there_to - from)
			want = (size_t)(sending->there_to - from);
		n = pread(sending->fd, chunk, want, from);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			log_warn("file.short",
			    "A file ended while it was "
			    "sent, at byte %lld.",
			    (long long)from);
			return -1;
		}
		if (http_io_write(sending->ex->io, chunk, (size_t)n) == -1)
			return -1;
		from += n;
	}
	return 0;
}

static void
send_span(struct sending *sending, int status, int64_t from, int64_t to)
{
	struct http_exchange *ex = sending->ex;
	char *chunk;

	if (begin_body(sending, from, to) == -1)
		return;
	if (http_send_head(ex, sending->reply, status, to - from + 1) == -1) {
		ex->is_cut = true;
		return;
	}
	if (ex->req.is_head || to < from)
		return;
	posix_fadvise(sending->fd, from, to - from + 1, POSIX_FADV_SEQUENTIAL);
	chunk = mem_calloc(1, CHUNK);
	ex->is_cut = copy(sending, chunk, from, to) == -1;
	free(chunk);
}

static char *
content_range(const struct sending *sending, const struct http_range *range)
{
	return arena_printf(sending->ex->req.arena, "bytes %lld-%lld/%lld",
	    (long long)range->from, (long long)range->to,
	    (long long)sending->size);
}

static char *
part_head(const struct sending *sending, const char *boundary, const char *type,
    int i)
{
	return arena_printf(sending->ex->req.arena,
	    "\r\n--%s\r\nContent-Type: %s\r\nContent-Range: %s\r\n\r\n",
	    boundary, type, content_range(sending, &sending->range[i]));
}

/* multipart/byteranges, RFC 9110 §14.6. */
static void
send_parts(struct sending *sending)
{
	struct http_exchange *ex = sending->ex;
	char *head[HTTP_RANGES_MAX], *end, *chunk;
	const char *type = sending->reply->type;
	char boundary[UUID_SIZE];
	int64_t length = 0;
	int i;

	if (begin_body(sending, sending->range[0].from, sending->range[0].to) ==
	    -1)
		return;
	random_uuid(boundary);
	for (i = 0; i < sending->n_ranges; i++) {
		head[i] = part_head(sending, boundary, type, i);
		length += (int64_t)strlen(head[i]) + sending->range[i].to -
		    sending->range[i].from + 1;
	}
	end = arena_printf(ex->req.arena, "\r\n--%s--\r\n", boundary);
	length += (int64_t)strlen(end);
	sending->reply->type = arena_printf(
	    ex->req.arena, "multipart/byteranges; boundary=%s", boundary);
	ex->is_cut = true;
	if (http_send_head(ex, sending->reply, 206, length) == -1)
		return;
	chunk = mem_calloc(1, CHUNK);
	for (i = 0; i < sending->n_ranges; i++)
		if (http_io_write(ex->io, head[i], strlen(head[i])) == -1 ||
		    copy(sending, chunk, sending->range[i].from,
			sending->range[i].to) == -1)
			goto out;
	ex->is_cut = http_io_write(ex->io, end, strlen(end)) == -1;
out:
	free(chunk);
}

static void
send_file(struct sending *sending)
{
	struct http_exchange *ex = sending->ex;
	struct reply *reply = sending->reply;
	char path[PATH_MAX];
	const char *range;

	switch (find_ranges(sending)) {
	case RANGE_UNSATISFIABLE:
		*reply = reply_error(ERR_RANGE_INVALID,
		    "The file has %lld bytes.", (long long)sending->size);
		reply_header(reply, "Content-Range",
		    arena_printf(ex->req.arena, "bytes */%lld",
			(long long)sending->size));
		http_respond(ex, reply);
		return;
	case RANGE_NONE:
	case RANGE_OK:
		break;
	}
	range = request_header(&ex->req, "Range");
	if (!ex->req.is_head && sending->n_ranges <= 1 &&
	    is_plain_range(range) &&
	    (range == NULL) == (sending->n_ranges == 0) &&
	    request_header(&ex->req, "If-Range") == NULL &&
	    find_offload(sending, path)) {
		/* Without Content-Range: the web server does the range. */
		put_offload(sending, path);
		http_send_head(ex, reply, 200, -1);
		return;
	}
	reply_header(reply, "Accept-Ranges", "bytes");
	if (sending->n_ranges == 0) {
		send_span(sending, 200, 0, sending->size - 1);
	} else if (sending->n_ranges == 1) {
		reply_header(reply, "Content-Range",
		    content_range(sending, &sending->range[0]));
		send_span(
		    sending, 206, sending->range[0].from, sending->range[0].to);
	} else {
		send_parts(sending);
	}
}

void
http_respond_file(struct http_exchange *ex, struct reply *reply)
{
	struct sending sending = { .ex = ex, .reply = reply, .fd = -1 };

	if (reply->etag != NULL &&
	    http_etag_matches(
		request_header(&ex->req, "If-None-Match"), reply->etag) &&
	    reply->status == 200) {
		http_send_head(ex, reply, 304, -1);
		return;
	}
	if (open_file(&sending) == 0)
		send_file(&sending);
	if (sending.fd != -1)
		close(sending.fd);
}
