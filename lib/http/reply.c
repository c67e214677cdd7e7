/* Makes replies. */
#include "lib/http/reply.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/log.h"

struct reply
reply_json(struct json_object *obj)
{
	return (struct reply){ .kind = REPLY_JSON, .status = 200, .json = obj };
}

struct reply
reply_empty(void)
{
	return (struct reply){ .kind = REPLY_EMPTY, .status = 204 };
}

struct reply
reply_text(const char *type, const char *text)
{
	return (struct reply){
		.kind = REPLY_TEXT, .status = 200, .type = type, .text = text
	};
}

struct reply
reply_err(const struct err *err)
{
	return (struct reply){ .kind = REPLY_ERROR,
		.status = err_status(err->code),
		.err = *err,
		.retry_after_s = err->retry_s };
}

struct reply
reply_error(enum err_code code, const char *fmt, ...)
{
	struct err err = { .code = code };
	va_list args;

	va_start(args, fmt);
	vsnprintf(err.text, sizeof(err.text), fmt, args);
	va_end(args);
	return reply_err(&err);
}

struct reply
reply_store(enum store_result result, enum err_code none, const struct err *err)
{
	if (result == STORE_NONE)
		return reply_error(none, "%s.", err_title(none));
	if (err->code != ERR_INTERNAL && err->code != ERR_CORRUPT &&
	    err->code != ERR_IO)
		return reply_err(err);
	log_error("store.failed", "%s", err->text);
	return reply_error(err->code, "%s.", err_title(err->code));
}

struct reply
reply_bad_field(const char *name, const char *problem)
{
	struct reply reply =
	    reply_error(ERR_INVALID_FIELDS, "The field %s %s.", name, problem);
	struct json_object *one = json_object_new_object();

	json_add_text(one, "name", name);
	json_add_text(one, "problem", problem);
	reply.err_fields = json_object_new_array();
	json_object_array_add(reply.err_fields, one);
	return reply;
}

struct reply
reply_file(const char *path, const char *type, const char *etag)
{
	return (struct reply){ .kind = REPLY_FILE,
		.status = 200,
		.path = path,
		.type = type,
		.etag = etag };
}

struct reply
reply_growing(const char *path, const char *type, const char *etag,
    int64_t size, http_grow_fn grow)
{
	struct reply reply = reply_file(path, type, etag);

	reply.grow = grow;
	reply.full_size = size;
	reply.first_ms = 30000;
	reply.later_ms = 120000;
	return reply;
}

struct reply
reply_writer(const char *type, http_write_fn write, void *arg)
{
	return (struct reply){ .kind = REPLY_WRITER,
		.status = 200,
		.type = type,
		.write = write,
		.write_arg = arg,
		.length = -1 };
}

struct reply
reply_list(const char *key, struct json_object *items, const char *cursor,
    int64_t total)
{
	struct json_object *list = json_object_new_object();
	struct reply reply = reply_json(list);

	json_add(list, key, items);
	json_add_text(list, "cursor", cursor);
	if (total >= 0)
		json_add_int(list, "total", total);
	reply.list_key = key;
	return reply;
}

void
reply_header(struct reply *reply, const char *name, const char *value)
{
	if (reply->n_headers == REPLY_HEADERS_MAX)
		die("a reply has more than %d headers", REPLY_HEADERS_MAX);
	if (strpbrk(name, ":\r\n ") != NULL || strpbrk(value, "\r\n") != NULL)
		die("header %s cannot be spelled", name);
	reply->header[reply->n_headers].name = name;
	reply->header[reply->n_headers++].value = value;
}
