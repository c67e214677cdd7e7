/*
 * Lines of the socket protocol, for both sides: cutting a stream into lines,
 * reading a line as a JSON-RPC 2.0 message, writing messages.
 *
 * Input is hostile: a line beyond WIRE_LINE_MAX is reported once and skipped,
 * what is no single message (a batch, another version, an id of a strange
 * type) is ERR_PROTOCOL, what is no JSON is ERR_INVALID_JSON.
 */
#ifndef LIB_WIRE_LINE_H
#define LIB_WIRE_LINE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

/* Bytes that came, not yet cut. */
struct wire_lines {
	struct buf buf;
	size_t start;     /* of the line being collected */
	size_t looked;    /* bytes known to hold no newline */
	bool is_skipping; /* the rest of a line that was too long */
};

/* An empty buffer; nothing is allocated before the first byte. */
void wire_lines_init(struct wire_lines *lines) NONNULL;
void wire_lines_fini(struct wire_lines *lines) NONNULL;

/* Where the next bytes go, *room of them (at least 1); then say how many
 * came. */
char *wire_lines_room(
    struct wire_lines *lines, size_t *room) NONNULL RETURNS_NONNULL MUST_CHECK;
void wire_lines_added(struct wire_lines *lines, size_t n) NONNULL;

/* 1 and the next line without its newline, valid until the next call on
 * `lines`; 0 when none is whole; -1 once for each line that is too long. */
int wire_lines_next(struct wire_lines *lines, const char **line,
    size_t *len) NONNULL MUST_CHECK;

enum wire_kind { WIRE_REQUEST, WIRE_NOTIFICATION, WIRE_RESPONSE };

/* All members are borrowed from root. */
struct wire_message {
	struct json_object *root;
	enum wire_kind kind;
	struct json_object *id;     /* text or number; NULL: none */
	const char *method;         /* of a request or notification */
	struct json_object *params; /* an object, or NULL */
	struct json_object *result; /* of a response, NULL with an error */
	struct json_object *error;  /* an object */
};

/* Reads one line. On -1 message->id is filled as far as it could be read, so
 * that the answer can name it. wire_message_free in both cases. */
int wire_message_parse(const char *line, size_t len,
    struct wire_message *message, struct err *err) NONNULL MUST_CHECK;
void wire_message_free(struct wire_message *message) NONNULL;

/* Append one line with its newline; -1 when it is longer than the buffer or
 * WIRE_LINE_MAX allows, the buffer is then as before. Values are borrowed.
 * id 0 makes a notification; params may be NULL. */
int wire_put_request(struct buf *buf, int64_t id, const char *method,
    struct json_object *params) NONNULL_ARGS(1, 3) MUST_CHECK;
int wire_put_result(struct buf *buf, struct json_object *id,
    struct json_object *result) NONNULL_ARGS(1) MUST_CHECK;
int wire_put_error(struct buf *buf, struct json_object *id,
    const struct err *error) NONNULL_ARGS(1, 3) MUST_CHECK;

/* The error that an error object carries. Returns -1 (as err_set). */
int wire_error_read(struct json_object *error, struct err *err) NONNULL_ARGS(2);

#endif
