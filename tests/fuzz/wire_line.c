/*
 * Lines of the socket protocol: cut from a stream in pieces of odd sizes, each
 * read as a message, its params checked against the method's schema, and what
 * was read written again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/wire/line.h"
#include "lib/wire/schema.h"
#include "lib/wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_params(const struct wire_message *message)
{
	const struct wire_method *method = wire_method_find(message->method);
	struct json_object *schema;
	struct err err;

	if (method == NULL)
		return;
	schema = json_parse(method->params, strlen(method->params), &err);
	if (wire_schema_check(schema, message->params, &err) == -1 &&
	    err.code != ERR_INVALID_FIELDS)
		abort();
	json_object_put(schema);
}

static void
write_again(const struct wire_message *message)
{
	struct wire_message again;
	struct buf buf;
	struct err err = { .code = ERR_NONE };

	buf_init(&buf, WIRE_LINE_MAX + 1);
	if (message->kind != WIRE_RESPONSE) {
		if (wire_put_request(
			&buf, 7, message->method, message->params) == 0 &&
		    wire_message_parse(buf.data, buf.len, &again, &err) == -1)
			abort();
		if (buf.len > 0)
			wire_message_free(&again);
	} else if (message->error != NULL) {
		wire_error_read(message->error, &err);
		if (wire_put_error(&buf, message->id, &err) == 0 &&
		    memchr(buf.data, '\n', buf.len - 1) != NULL)
			abort();
	} else if (wire_put_result(&buf, message->id, message->result) == 0 &&
	    memchr(buf.data, '\n', buf.len - 1) != NULL)
		abort();
	buf_fini(&buf);
}

static void
take_lines(struct wire_lines *lines)
{
	struct wire_message message;
	struct err err;
	const char *line;
	size_t len;
	int got;

	while ((got = wire_lines_next(lines, &line, &len)) != 0) {
		if (got == -1)
			continue;
		if (memchr(line, '\n', len) != NULL)
			abort();
		if (wire_message_parse(line, len, &message, &err) == 0) {
			if (message.kind != WIRE_RESPONSE)
				check_params(&message);
			write_again(&message);
		}
		wire_message_free(&message);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_lines lines;
	size_t step = size > 0 ? data[0] % 97 + 1 : 1, room, n, at = 0;
	char *to;

	wire_lines_init(&lines);
	while (at < size) {
		to = wire_lines_room(&lines, &room);
		n = size - at < step ? size - at : step;
		if (n > room)
			n = room;
		memcpy(to, data + at, n);
		wire_lines_added(&lines, n);
		at += n;
		take_lines(&lines);
	}
	wire_lines_fini(&lines);
	return 0;
}
