/* Lines and messages of the socket protocol. */
#include "lib/wire/line.h"

#include <string.h>

#include "lib/base/json.h"
#include "lib/base/str.h"
#include "lib/wire/wire.h"

enum {
	READ_BYTES = 16 * 1024,
	ID_TEXT_MAX = 128,
	METHOD_MAX = 64,
	/* JSON-RPC 2.0 §5.1; ours is the first of those left to servers. */
	RPC_PARSE_ERROR = -32700,
	RPC_INVALID_REQUEST = -32600,
	RPC_METHOD_NOT_FOUND = -32601,
	RPC_INVALID_PARAMS = -32602,
	RPC_OURS = -32000,
};

void
wire_lines_init(struct wire_lines *lines)
{
	memset(lines, 0, sizeof(*lines));
	buf_init(&lines->buf, WIRE_LINE_MAX + 2 * READ_BYTES);
}

void
wire_lines_fini(struct wire_lines *lines)
{
	buf_fini(&lines->buf);
}

/* Forgets the lines that were handed out; gives a big buffer back. */
static void
drop_used(struct wire_lines *lines)
{
	if (lines->start == 0)
		return;
	buf_consume(&lines->buf, lines->start);
	lines->looked -= lines->start;
	lines->start = 0;
	if (lines->buf.len == 0 && lines->buf.cap > 4 * READ_BYTES) {
		buf_fini(&lines->buf);
		buf_init(&lines->buf, WIRE_LINE_MAX + 2 * READ_BYTES);
	}
}

char *
wire_lines_room(struct wire_lines *lines, size_t *room)
{
	char *at;

	drop_used(lines);
	at = buf_reserve(&lines->buf, READ_BYTES);
	if (at == NULL) {
		/* Only when wire_lines_next was not called in between. */
		lines->buf.len = 0;
		lines->looked = 0;
		lines->is_skipping = true;
		buf_reset(&lines->buf);
		at = buf_reserve(&lines->buf, READ_BYTES);
	}
	*room = READ_BYTES;
	return at;
}

void
wire_lines_added(struct wire_lines *lines, size_t n)
{
	buf_wrote(&lines->buf, n);
}

/* Throws away up to and with the newline that ends a line too long; false when
 * it has not come yet. */
static bool
skip_rest(struct wire_lines *lines)
{
	const char *data = lines->buf.data;
	const char *end;

	end = memchr(data + lines->start, '\n', lines->buf.len - lines->start);
	if (end == NULL) {
		lines->start = lines->buf.len;
		lines->looked = lines->start;
		return false;
	}
	lines->start = (size_t)(end - data) + 1;
	lines->looked = lines->start;
	lines->is_skipping = false;
	return true;
}

int
wire_lines_next(struct wire_lines *lines, const char **line, size_t *len)
{
	const char *data = lines->buf.data;
	const char *end;

	if (lines->is_skipping && !skip_rest(lines))
		return 0;
	end =
	    memchr(data + lines->looked, '\n', lines->buf.len - lines->looked);
	if (end == NULL) {
		lines->looked = lines->buf.len;
		if (lines->buf.len - lines->start <= WIRE_LINE_MAX)
			return 0;
		lines->is_skipping = true;
		lines->start = lines->buf.len;
		return -1;
	}
	*line = data + lines->start;
	*len = (size_t)(end - *line);
	lines->start = (size_t)(end - data) + 1;
	lines->looked = lines->start;
	return *len > WIRE_LINE_MAX ? -1 : 1;
}

/* The id, when it is of a type that an answer can repeat. */
static int
read_id(struct wire_message *message, struct err *err)
{
	struct json_object *id = NULL;

	if (!json_object_object_get_ex(message->root, "id", &id))
		return 0;
	if (json_object_is_type(id, json_type_int) ||
	    (json_object_is_type(id, json_type_string) &&
		json_object_get_string_len(id) <= ID_TEXT_MAX)) {
		message->id = id;
		return 0;
	}
	/* null is how an answer says that it could not read the id. */
	if (id == NULL &&
	    json_object_object_get_ex(message->root, "error", NULL))
		return 0;
	return err_set(
	    err, ERR_PROTOCOL, "The id is not a whole number or a short text.");
}

static int
read_call(
    struct wire_message *message, struct json_object *method, struct err *err)
{
	struct json_object *params = NULL;

	if (!json_object_is_type(method, json_type_string) ||
	    json_object_get_string_len(method) > METHOD_MAX)
		return err_set(
		    err, ERR_PROTOCOL, "The method is not a short text.");
	message->method = json_object_get_string(method);
	message->kind = message->id != NULL ? WIRE_REQUEST : WIRE_NOTIFICATION;
	if (!json_object_object_get_ex(message->root, "params", &params))
		return 0;
	if (!json_object_is_type(params, json_type_object))
		return err_set(
		    err, ERR_PROTOCOL, "The params are not an object.");
	message->params = params;
	return 0;
}

static int
read_response(struct wire_message *message, struct err *err)
{
	struct json_object *error = NULL;

	message->kind = WIRE_RESPONSE;
	if (json_object_object_get_ex(message->root, "error", &error)) {
		if (!json_object_is_type(error, json_type_object))
			return err_set(
			    err, ERR_PROTOCOL, "The error is not an object.");
		message->error = error;
		return 0;
	}
	if (json_object_object_get_ex(
		message->root, "result", &message->result))
		return 0;
	return err_set(
	    err, ERR_PROTOCOL, "The message has no method, result or error.");
}

int
wire_message_parse(
    const char *line, size_t len, struct wire_message *message, struct err *err)
{
	struct json_object *method = NULL;

	memset(message, 0, sizeof(*message));
	message->root = json_parse(line, len, err);
	if (message->root == NULL)
		return -1;
	if (json_object_is_type(message->root, json_type_array))
		return err_set(err, ERR_PROTOCOL,
		    "Batches are not accepted; send one message a line.");
	if (!json_object_is_type(message->root, json_type_object))
		return err_set(
		    err, ERR_PROTOCOL, "The message is not an object.");
	if (read_id(message, err) == -1)
		return -1;
	if (strcmp(json_get_text(message->root, "jsonrpc", ""), "2.0") != 0)
		return err_set(
		    err, ERR_PROTOCOL, "The message is not JSON-RPC 2.0.");
	if (json_object_object_get_ex(message->root, "method", &method))
		return read_call(message, method, err);
	return read_response(message, err);
}

void
wire_message_free(struct wire_message *message)
{
	json_object_put(message->root);
	memset(message, 0, sizeof(*message));
}

/* Appends the object and a newline; takes the object. */
static int
put_line(struct buf *buf, struct json_object *object)
{
	size_t before = buf->len;
	bool failed;

	failed = json_write(buf, object) == -1 || buf_puts(buf, "\n") == -1 ||
	    buf->len - before > WIRE_LINE_MAX;
	json_object_put(object);
	if (!failed)
		return 0;
	buf->len = before;
	if (buf->cap > 0)
		buf->data[before] = '\0';
	buf->failed = false;
	return -1;
}

static struct json_object *
new_message(void)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "jsonrpc", "2.0");
	return object;
}

int
wire_put_request(
    struct buf *buf, int64_t id, const char *method, struct json_object *params)
{
	struct json_object *object = new_message();

	if (id != 0)
		json_add_int(object, "id", id);
	json_add_text(object, "method", method);
	if (params != NULL)
		json_add(object, "params", json_object_get(params));
	return put_line(buf, object);
}

int
wire_put_result(
    struct buf *buf, struct json_object *id, struct json_object *result)
{
	struct json_object *object = new_message();

	json_add(object, "id", json_object_get(id));
	json_add(object, "result", json_object_get(result));
	return put_line(buf, object);
}

static int
rpc_code(enum err_code code)
{
	switch (code) {
	case ERR_INVALID_JSON:
		return RPC_PARSE_ERROR;
	case ERR_PROTOCOL:
	case ERR_BODY_TOO_LARGE:
		return RPC_INVALID_REQUEST;
	case ERR_METHOD_UNKNOWN:
		return RPC_METHOD_NOT_FOUND;
	case ERR_INVALID_FIELDS:
		return RPC_INVALID_PARAMS;
	default:
		return RPC_OURS;
	}
}

int
wire_put_error(struct buf *buf, struct json_object *id, const struct err *error)
{
	struct json_object *object = new_message();
	struct json_object *inner = json_object_new_object();
	struct json_object *data = json_object_new_object();

	json_add_text(data, "code", err_name(error->code));
	if (error->retry_s > 0)
		json_add_int(data, "retryAfter", error->retry_s);
	json_add_int(inner, "code", rpc_code(error->code));
	json_add_text(inner, "message", error->text);
	json_add(inner, "data", data);
	json_add(object, "id", json_object_get(id));
	json_add(object, "error", inner);
	return put_line(buf, object);
}

int
wire_error_read(struct json_object *error, struct err *err)
{
	struct json_object *data = json_get_object(error, "data");
	const char *code, *text;

	code = json_get_text(data, "code", "");
	text = json_get_text(error, "message", "");
	return err_set_retry(err,
	    code[0] != '\0' ? err_from_name(code) : ERR_PROTOCOL,
	    json_get_int(data, "retryAfter", 0), "%s",
	    text[0] != '\0' ? text : "The other side gave no reason.");
}
