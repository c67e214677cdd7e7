/* Reads a request's JSON body. */
#include <string.h>
#include <strings.h>

#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/http/server.h"

static int
refuse(struct reply *refusal, enum err_code code, const char *text)
{
	*refusal = reply_error(code, "%s", text);
	return -1;
}

/* "application/json", parameters behind it or not. */
static bool
is_json(const char *type)
{
	size_t len = strcspn(type, "; \t");

	return len == 16 && strncasecmp(type, "application/json", len) == 0;
}

static int
read_bytes(struct http_exchange *ex, size_t length, struct buf *buf)
{
	size_t want;
	ssize_t n;

	while (buf->len < length) {
		want = length - buf->len;
		n = http_io_read(ex->io, buf_reserve(buf, want), want);
		if (n <= 0)
			return -1;
		buf_wrote(buf, (size_t)n);
	}
	return 0;
}

static int
parse(struct http_exchange *ex, size_t length, struct reply *refusal)
{
	struct buf buf;
	struct err err;
	int result = 0;

	buf_init(&buf, HTTP_BODY_MAX);
	if (read_bytes(ex, length, &buf) == -1) {
		result = refuse(refusal, ERR_BAD_REQUEST,
		    "The body ended before its announced length.");
		goto out;
	}
	ex->body = json_parse(buf.data, buf.len, &err);
	if (ex->body == NULL) {
		*refusal = reply_err(&err);
		result = -1;
	} else if (!json_object_is_type(ex->body, json_type_object)) {
		result = refuse(refusal, ERR_INVALID_JSON,
		    "The body must be a JSON object.");
	}
out:
	mem_wipe(buf.data, buf.len);
	buf_fini(&buf);
	return result;
}

int
http_read_body(struct http_exchange *ex, struct reply *refusal)
{
	const char *given = http_io_param(ex->io, "CONTENT_LENGTH");
	const char *type = http_io_param(ex->io, "CONTENT_TYPE");
	int64_t length = 0;

	if (given != NULL && given[0] != '\0' &&
	    !str_to_int64(given, 0, INT64_MAX, &length))
		return refuse(refusal, ERR_BAD_REQUEST,
		    "Content-Length is not a number.");
	if (length > HTTP_BODY_MAX)
		return refuse(refusal, ERR_BODY_TOO_LARGE,
		    "A body may have at most 1 MiB.");
	if (length == 0)
		return 0;
	if (type == NULL || !is_json(type))
		return refuse(refusal, ERR_BAD_MEDIA_TYPE,
		    "The body must be application/json.");
	return parse(ex, (size_t)length, refusal);
}
