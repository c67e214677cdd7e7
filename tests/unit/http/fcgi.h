/*
 * The web server's side of FastCGI: one request per connection, for tests that
 * drive a handler through its socket.
 */
#ifndef TESTS_UNIT_HTTP_FCGI_H
#define TESTS_UNIT_HTTP_FCGI_H

#include "tests/unit/helpers.h"

#include <fastcgi.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "lib/base/buf.h"

/* Whoever needs longer hangs. */
enum { ANSWER_WITHIN_S = 120, ANSWER_MAX = 4 * 1024 * 1024 };

static inline void
put_record(struct buf *out, unsigned char type, const void *content, size_t len)
{
	FCGI_Header header = { .version = FCGI_VERSION_1,
		.type = type,
		.requestIdB0 = 1,
		.contentLengthB1 = (unsigned char)(len >> 8),
		.contentLengthB0 = (unsigned char)len };

	buf_append(out, &header, sizeof(header));
	buf_append(out, content, len);
}

static inline void
put_param(struct buf *out, const char *name, const char *value)
{
	unsigned char lengths[] = { (unsigned char)strlen(name),
		(unsigned char)strlen(value) };

	buf_append(out, lengths, sizeof(lengths));
	buf_puts(out, name);
	buf_puts(out, value);
}

/* A value of more than 127 bytes has four bytes for its length. */
static inline void
put_cookie(struct buf *out, size_t len)
{
	const unsigned char lengths[] = { 11, 0x80, (unsigned char)(len >> 16),
		(unsigned char)(len >> 8), (unsigned char)len };

	if (len == 0)
		return;
	buf_append(out, lengths, sizeof(lengths));
	buf_puts(out, "HTTP_COOKIE");
	while (len-- > 0)
		buf_append(out, "c", 1);
}

/* Connects and sends a whole request, with a cookie of that many bytes. */
static inline int
send_with_cookie(
    const struct sockaddr_un *address, const char *uri, size_t cookie)
{
	FCGI_BeginRequestBody begin = { .roleB0 = FCGI_RESPONDER };
	struct timeval wait = { .tv_sec = ANSWER_WITHIN_S };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct buf out, params;

	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) ==
	    -1) {
		close(fd);
		return -1;
	}
	/* An answer that does not come fails the test instead of holding it. */
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	buf_init(&out, 65536);
	buf_init(&params, 65536);
	put_param(&params, "REQUEST_METHOD", "GET");
	put_param(&params, "REQUEST_URI", uri);
	put_cookie(&params, cookie);
	put_record(&out, FCGI_BEGIN_REQUEST, &begin, sizeof(begin));
	put_record(&out, FCGI_PARAMS, params.data, params.len);
	put_record(&out, FCGI_PARAMS, "", 0);
	put_record(&out, FCGI_STDIN, "", 0);
	if (send(fd, out.data, out.len, MSG_NOSIGNAL) != (ssize_t)out.len) {
		close(fd);
		fd = -1;
	}
	buf_fini(&params);
	buf_fini(&out);
	return fd;
}

static inline int
send_request(const struct sockaddr_un *address, const char *uri)
{
	return send_with_cookie(address, uri, 0);
}

static inline bool
read_exactly(int fd, void *out, size_t len)
{
	return recv(fd, out, len, MSG_WAITALL) == (ssize_t)len;
}

/* Reads an answer to its end; true when it came whole. */
static inline bool
read_records(int fd, struct buf *answer)
{
	unsigned char content[65535 + 255];
	FCGI_Header header;
	size_t len;

	while (read_exactly(fd, &header, sizeof(header))) {
		len = (size_t)(header.contentLengthB1 << 8 |
		    header.contentLengthB0);
		if (!read_exactly(fd, content, len + header.paddingLength))
			return false;
		if (header.type == FCGI_END_REQUEST)
			return true;
		if (header.type == FCGI_STDOUT)
			buf_append(answer, content, len);
	}
	return false;
}

/* The number in the answer's body; -1 when it is none or not whole. */
static inline int
read_pid(int fd)
{
	struct buf answer;
	int pid = -1;
	char *body;

	if (fd == -1)
		return -1;
	buf_init(&answer, ANSWER_MAX);
	if (read_records(fd, &answer) &&
	    strncmp(answer.data, "Status: 200 OK\r\n", 16) == 0) {
		body = strstr(answer.data, "\r\n\r\n");
		if (body == NULL || sscanf(body, " %d", &pid) != 1)
			pid = -1;
	}
	buf_fini(&answer);
	close(fd);
	return pid;
}

static inline int
ask_pid(const struct sockaddr_un *address, const char *uri)
{
	return read_pid(send_request(address, uri));
}

#endif
