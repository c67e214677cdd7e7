/*
 * What a handler function returns; made by the reply_* functions only. Included
 * by http.h.
 */
#ifndef LIB_HTTP_REPLY_H
#define LIB_HTTP_REPLY_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/store/store.h"

struct request;

enum reply_kind {
	REPLY_JSON,
	REPLY_EMPTY,
	REPLY_ERROR,
	REPLY_TEXT,
	REPLY_FILE, /* a whole file, offloaded to the web server when it can */
	REPLY_WRITER, /* body made by a function after the database is released */
	REPLY_TAKEN, /* the connection was handed to another thread (events) */
};

enum { REPLY_HEADERS_MAX = 8 };

struct http_writer;
/* Writes a body by http_write. 0, or -1 when it cannot go on: the connection
 * is then broken off, so that the client sees that something is missing. */
typedef int (*http_write_fn)(struct http_writer *out, void *arg);

/* How many bytes of a growing file are there from `offset` on without a hole, at
 * most `length`; waits up to wait_ms for the first of them. 0 when none came in
 * that time, with the reason in *err, or -1 when none will come. What it has
 * named stays there until it is asked about another place. */
typedef int64_t (*http_grow_fn)(
    void *arg, int64_t offset, int64_t length, int wait_ms, struct err *err);

struct reply {
	enum reply_kind kind;
	int status;
	struct json_object *json;
	const char *list_key; /* of reply_list: what ?fields= works on */
	struct err err;
	struct json_object *err_fields; /* 400: [{name, problem}] */
	const char *type; /* media type of text, file and writer */
	const char *text; /* in the arena or static */
	const char *path; /* REPLY_FILE, in the arena */
	const char *etag; /* strong, without quotes; NULL: JSON and text
				       get one from their body */
	const char *cache_control; /* NULL: "private, no-cache" */
	const char *filename;      /* Content-Disposition: inline; filename= */
	int64_t retry_after_s;     /* 0: for 429 and 503 a usual value */
	struct {
		const char *name;
		const char *value;
	} header[REPLY_HEADERS_MAX]; /* further headers, in the arena */
	int n_headers;
	http_write_fn write;
	void *write_arg;
	/* REPLY_FILE while it is copied: asked about every 30 s, false breaks
	 * off. Any kind: done is called once when the answer has left, failed
	 * or was given to the web server. Both may be NULL. */
	bool (*go_on)(void *arg);
	void (*done)(void *arg);
	void *done_arg;
	int64_t length; /* REPLY_WRITER: bytes that follow, -1: unknown */
	/* REPLY_FILE that is not all there yet, see reply_growing; NULL: it
	 * is. Both functions get done_arg. */
	http_grow_fn grow;
	int64_t full_size;
	int first_ms, later_ms;
	bool is_whole; /* all of it is there now: it may be offloaded */
};

/* The object is taken. 200; for others set .status on the result. */
struct reply reply_json(struct json_object *obj) NONNULL;
struct reply reply_empty(void); /* 204 */
struct reply reply_text(const char *type, const char *text) NONNULL;
/* A code with its sentence; the status follows from the code. */
struct reply reply_error(enum err_code code, const char *fmt, ...)
    PRINTF_LIKE(2, 3);
struct reply reply_err(const struct err *err) NONNULL;
/* STORE_NONE becomes `none` with its standard text, STORE_ERROR what err says
 * (a broken database is logged, not shown). */
struct reply reply_store(enum store_result result, enum err_code none,
    const struct err *err) NONNULL;
/* One bad field: 400 invalid_fields with fields:[{name,problem}]. */
struct reply reply_bad_field(const char *name, const char *problem) NONNULL;
/* Bytes of a whole regular file, with ranges, If-Range, If-None-Match, HEAD. A
 * single range of a file below one of the web server's sendfile folders leaves
 * by X-Sendfile (decided by lib/http); everything else is copied. etag without
 * quotes; a missing file is 404 file_gone. */
struct reply reply_file(
    const char *path, const char *type, const char *etag) NONNULL;
/* The same of a file that is not all there yet and will have `size` bytes. It
 * is copied as its bytes come (unless .is_whole is set on the result), the range
 * that was asked for always whole; the head leaves with the first of them. The
 * file may be replaced by another while it is sent: what `grow` has promised is
 * read from the one that was there then. Without any for first_ms: 504 and the
 * reason; for later_ms: broken off short, so that the client asks again. */
struct reply reply_growing(const char *path, const char *type, const char *etag,
    int64_t size, http_grow_fn grow) NONNULL;
/* A body made by a function, which runs after the database is released and
 * not for HEAD. Status and headers leave with its first byte. */
struct reply reply_writer(const char *type, http_write_fn write, void *arg)
    NONNULL_ARGS(1, 2);
/* A further header; the texts stay the caller's (arena or static). */
void reply_header(
    struct reply *reply, const char *name, const char *value) NONNULL;

/* A list: {"<key>":[…],"cursor":…,"total":…}; items is taken; cursor NULL;
 * total below 0: left out. */
struct reply reply_list(const char *key, struct json_object *items,
    const char *cursor, int64_t total) NONNULL_ARGS(1, 2);

/* Cookies set by auth routes; value NULL deletes. Path is relative to the base
 * path ("", "api/auth/"); adds __Secure- and Secure under TLS. */
void reply_cookie(struct reply *reply, const struct request *req,
    const char *name, const char *value, const char *path, int64_t max_age_s)
    NONNULL_ARGS(1, 2, 3, 5);

/* For REPLY_WRITER: 0, or -1 when the client has gone (stop then). */
int http_write(
    struct http_writer *out, const void *bytes, size_t len) NONNULL MUST_CHECK;
/* True when the client has gone (RDHUP or HUP on the connection). Whoever asks
 * is about to wait: what was written so far is sent first. */
bool http_client_gone(struct http_writer *out) NONNULL MUST_CHECK;

#endif
