/*
 * The two ways in which a request reaches a handler: a FastCGI connection or a
 * CGI process's environment and standard streams. The only user of libfcgi.
 */
#ifndef LIB_HTTP_IO_H
#define LIB_HTTP_IO_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/base/attr.h"

struct http_io;

/* Once per process, before threads. */
void http_io_init(void);

/* For a CGI process, reading envp; for connections, with envp NULL. */
struct http_io *http_io_new(char **envp) RETURNS_NONNULL MUST_CHECK;
void http_io_free(struct http_io *io);

/* Reads the head of the request on an accepted connection, which it takes.
 * False when there is none: the connection is closed then. */
bool http_io_begin(struct http_io *io, int fd) NONNULL MUST_CHECK;

/* Sends what is left and closes the connection; with `broken` without the
 * proper end, so that the web server notices. A request without a body has
 * been read to its end, so there is no waiting for the other side to close. */
void http_io_end(struct http_io *io, bool broken) NONNULL;

/* Gives the connection away after sending what is left: its descriptor and the
 * FastCGI request id. -1 under CGI or when sending failed. */
int http_io_take(struct http_io *io, uint16_t *request_id) NONNULL MUST_CHECK;

/* A process of its own answers this one request. */
bool http_io_is_cgi(const struct http_io *io) NONNULL MUST_CHECK;

/* A CGI variable, NULL when it is absent. */
const char *http_io_param(
    const struct http_io *io, const char *name) NONNULL MUST_CHECK;

/* The same for what may stand there once only: NULL too when it is said twice,
 * as a header is that was sent under two spellings. */
const char *http_io_param_once(
    const struct http_io *io, const char *name) NONNULL MUST_CHECK;

/* Reads body bytes; 0 at the end, -1 on failure. */
ssize_t http_io_read(
    struct http_io *io, void *out, size_t len) NONNULL MUST_CHECK;

/* 0, or -1 when the other side is gone (and at once from then on). */
int http_io_write(struct http_io *io, const void *bytes, size_t len)
    NONNULL_ARGS(1) MUST_CHECK;
int http_io_flush(struct http_io *io) NONNULL MUST_CHECK;

/* For a film: what the web server has not taken yet is little, so that it need not
 * put away what its client is slow to take (lighttpd would, on the disk). */
void http_io_narrow(struct http_io *io) NONNULL;

/* Nobody takes the answer any more: the web server's connection has ended, or
 * its client's (peer.h); never true under CGI. */
bool http_io_is_gone(struct http_io *io) NONNULL MUST_CHECK;

/* Bytes written so far, head included. */
int64_t http_io_written(const struct http_io *io) NONNULL MUST_CHECK;

#endif
