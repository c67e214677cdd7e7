/*
 * Writes replies: the one place that knows how errors look, which headers every
 * answer carries, ETags, the envelope of /api/v1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/digest.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/str.h"
#include "lib/http/match.h"
#include "lib/http/origin.h"
#include "lib/http/server.h"

enum { HEAD_MAX = 32 * 1024, ETAG_SIZE = 33, RETRY_S = 5 };

#define JSON_TYPE "application/json"

struct http_writer {
	struct http_exchange *ex;
	struct reply *reply;
	bool has_head;
};

static void
put_header(struct buf *head, const char *name, const char *value)
{
	buf_puts(head, name);
	buf_puts(head, ": ");
	buf_puts(head, value);
	buf_puts(head, "\r\n");
}

static void
put_cors(struct http_exchange *ex, struct buf *head)
{
	const struct settings *settings = ex->context.settings;
	const char *origin = ex->req.origin;
	bool any = ex->req.route != NULL && ex->req.route->any_origin;

	if (any) {
		buf_puts(head, "Access-Control-Allow-Origin: *\r\n");
	} else {
		buf_puts(head, "Cross-Origin-Resource-Policy: same-origin\r\n");
		if (settings_text(settings, SETTING_CORS_ORIGINS)[0] != '\0')
			buf_puts(head, "Vary: Origin\r\n");
		if (origin == NULL || !origin_is_listed(settings, origin))
			return;
		buf_printf(head,
		    "Access-Control-Allow-Origin: %s\r\n"
		    "Access-Control-Allow-Credentials: true\r\n",
		    origin);
	}
	buf_puts(head,
	    "Access-Control-Expose-Headers: Accept-Ranges, Content-Length, "
	    "Content-Range, ETag, Retry-After, X-Request-Id\r\n");
}

static void
put_security(
    struct http_exchange *ex, const struct reply *reply, struct buf *head)
{
	put_header(head, "X-Request-Id", ex->id);
	put_header(head, "Cache-Control",
	    reply->kind == REPLY_ERROR         ? "no-store"
		: reply->cache_control != NULL ? reply->cache_control
					       : "private, no-cache");
	buf_puts(head,
	    "X-Content-Type-Options: nosniff\r\n"
	    "Referrer-Policy: no-referrer\r\n");
	/* A film shown by itself is a page whose policy would forbid it. */
	if (reply->kind != REPLY_FILE && reply->kind != REPLY_WRITER)
		buf_puts(head,
		    "Content-Security-Policy: default-src 'none'; "
		    "frame-ancestors 'none'\r\n");
	/* A browser keeps the port of an address when it turns to https, where
	 * http may be served: only the usual ports can be told so. */
	if (ex->req.is_tls &&
	    (ex->is_trusted ||
		settings_int(ex->context.settings, SETTING_TLS_PORT) == 443))
		buf_puts(
		    head, "Strict-Transport-Security: max-age=31536000\r\n");
}

static void
put_limits(
    struct http_exchange *ex, const struct reply *reply, struct buf *head)
{
	int64_t after = reply->retry_after_s;

	if (ex->has_limit)
		buf_printf(head,
		    "RateLimit-Limit: %d\r\n"
		    "RateLimit-Remaining: %d\r\n"
		    "RateLimit-Reset: %lld\r\n",
		    ex->limit.limit, ex->limit.remaining,
		    (long long)ex->limit.reset_s);
	if (after > 0)
		buf_printf(head, "Retry-After: %lld\r\n", (long long)after);
}

/* What may stand in a quoted filename; the rest as RFC 8187. */
static void
put_filename(const char *name, struct buf *head)
{
	const unsigned char *at;

	buf_puts(head, "Content-Disposition: inline; filename=\"");
	for (at = (const unsigned char *)name; *at != '\0'; at++)
		buf_printf(head, "%c",
		    *at < 0x20 || *at >= 0x7f || *at == '"' || *at == '\\'
			? '_'
			: *at);
	buf_puts(head, "\"; filename*=UTF-8''");
	for (at = (const unsigned char *)name; *at != '\0'; at++)
		if ((*at >= '0' && *at <= '9') || (*at >= 'A' && *at <= 'Z') ||
		    (*at >= 'a' && *at <= 'z') || strchr("-._~", *at) != NULL)
			buf_printf(head, "%c", *at);
		else
			buf_printf(head, "%%%02X", *at);
	buf_puts(head, "\r\n");
}

/* RFC 9110 §15. Some web servers take over what stands there as the whole end of
 * the line, and some players want words in it. */
static const char *
reason_of(int status)
{
	static const struct {
		int status;
		const char *reason;
	} rows[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 206, "Partial Content" },
		{ 304, "Not Modified" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 409, "Conflict" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 416, "Range Not Satisfiable" },
		{ 421, "Misdirected Request" },
		{ 422, "Unprocessable Content" },
		{ 429, "Too Many Requests" },
		{ 500, "Internal Server Error" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
		{ 507, "Insufficient Storage" },
	};
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].status == status)
			return rows[i].reason;
	return "Unknown";
}

int
http_send_head(struct http_exchange *ex, const struct reply *reply, int status,
    int64_t length)
{
	struct buf head;
	int i, result;

	buf_init(&head, HEAD_MAX);
	buf_printf(&head, "Status: %d %s\r\n", status, reason_of(status));
	if (reply->type != NULL && status != 304)
		put_header(&head, "Content-Type", reply->type);
	if (length >= 0)
		buf_printf(
		    &head, "Content-Length: %lld\r\n", (long long)length);
	if (reply->etag != NULL)
		buf_printf(&head, "ETag: \"%s\"\r\n", reply->etag);
	if (reply->filename != NULL)
		put_filename(reply->filename, &head);
	put_security(ex, reply, &head);
	put_cors(ex, &head);
	put_limits(ex, reply, &head);
	for (i = 0; i < reply->n_headers; i++)
		put_header(
		    &head, reply->header[i].name, reply->header[i].value);
	buf_puts(&head, "\r\n");
	if (buf_failed(&head))
		die("a reply's head has more than %d bytes", HEAD_MAX);
	ex->status = status;
	result = http_io_write(ex->io, head.data, head.len);
	buf_fini(&head);
	return result;
}

/* The next entity tag of a list, unquoted, "W/" left out. */
static bool
next_etag(const char **at, const char **tag, size_t *len)
{
	while (**at == ' ' || **at == '\t' || **at == ',')
		(*at)++;
	if ((*at)[0] == 'W' && (*at)[1] == '/')
		*at += 2;
	if (**at != '"')
		return false;
	*tag = ++*at;
	*len = strcspn(*at, "\"");
	*at += *len;
	if (**at != '"')
		return false;
	(*at)++;
	return true;
}

bool
http_etag_matches(const char *header, const char *etag)
{
	static const char *const coded[] = { "", "-br", "-gzip", "-zstd",
		"-deflate" };
	size_t len, own = strlen(etag), i;
	const char *tag;

	if (header == NULL)
		return false;
	if (strcmp(header, "*") == 0)
		return true;
	/* A web server that compresses writes the coding behind our tag. */
	while (next_etag(&header, &tag, &len))
		for (i = 0; len >= own && i < COUNT_OF(coded); i++)
			if (memcmp(tag, etag, own) == 0 &&
			    len == own + strlen(coded[i]) &&
			    memcmp(tag + own, coded[i], len - own) == 0)
				return true;
	return false;
}

static void
hash_etag(const char *bytes, size_t len, char out[ETAG_SIZE])
{
	unsigned char hash[DIGEST_SIZE];

	digest_sha256(bytes, len, hash);
	encode_hex(hash, (ETAG_SIZE - 1) / 2, out);
}

/* Head and body at once. */
static void
send_bytes(struct http_exchange *ex, struct reply *reply, const char *bytes,
    size_t len)
{
	if (http_send_head(ex, reply, reply->status, (int64_t)len) == 0 &&
	    !ex->req.is_head && len > 0)
		ex->is_cut = http_io_write(ex->io, bytes, len) == -1;
}

/* {"data": …, "meta": …}, or the error's; takes `part`. */
static struct json_object *
enveloped(struct http_exchange *ex, const char *key, struct json_object *part)
{
	struct json_object *meta = json_object_new_object();
	struct json_object *all = json_object_new_object();

	json_add_text(meta, "requestId", ex->id);
	json_add(all, key, part);
	json_add(all, "meta", meta);
	return all;
}

static struct json_object *
error_json(struct http_exchange *ex, struct reply *reply)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *details = obj;
	const struct err *err = &reply->err;

	if (!ex->req.is_v1)
		json_add_text(obj, "error", err_title(err->code));
	json_add_text(obj, "message", err->text);
	json_add_text(obj, "code", err_name(err->code));
	if (ex->req.is_v1) {
		details = json_object_new_object();
		json_add(obj, "details", details);
	} else {
		json_add_text(obj, "requestId", ex->id);
	}
	if (reply->err_fields != NULL)
		json_add(details, "fields", json_object_get(reply->err_fields));
	if (reply->retry_after_s > 0)
		json_add_int(details, "retryAfter", reply->retry_after_s);
	return ex->req.is_v1 ? enveloped(ex, "error", obj) : obj;
}

static void
respond_error(struct http_exchange *ex, struct reply *reply)
{
	struct json_object *obj;
	struct buf body;

	if (reply->retry_after_s == 0 &&
	    (reply->status == 503 || reply->status == 429))
		reply->retry_after_s = RETRY_S;
	if (reply->status == 401)
		reply_header(reply, "WWW-Authenticate", "Bearer");
	if (reply->status >= 500)
		log_warn("request.failed", "%s: %s", err_name(reply->err.code),
		    reply->err.text);
	reply->type = JSON_TYPE;
	reply->etag = NULL;
	obj = error_json(ex, reply);
	buf_init(&body, HTTP_REPLY_MAX);
	if (json_write(&body, obj) == -1)
		die("an error has more than %d bytes", HTTP_REPLY_MAX);
	send_bytes(ex, reply, body.data, body.len);
	buf_fini(&body);
	json_object_put(obj);
}

static void
fail(struct http_exchange *ex, struct reply *reply, enum err_code code,
    const char *text)
{
	struct reply error = reply_error(code, "%s", text);

	json_object_put(reply->json);
	*reply = error;
	respond_error(ex, reply);
}

/* Only what GET gives can be asked for again, and only what may be kept. */
static bool
is_tagged(const struct http_exchange *ex, const struct reply *reply)
{
	return reply->status == 200 && ex->req.route != NULL &&
	    strcmp(ex->req.route->method, "GET") == 0 &&
	    (reply->cache_control == NULL ||
		strcmp(reply->cache_control, "no-store") != 0);
}

/* 304 when the client has this already. */
static bool
answered_unchanged(struct http_exchange *ex, const struct reply *reply)
{
	if (!is_tagged(ex, reply) || reply->etag == NULL ||
	    !http_etag_matches(
		request_header(&ex->req, "If-None-Match"), reply->etag))
		return false;
	http_send_head(ex, reply, 304, -1);
	return true;
}

static void
respond_json(struct http_exchange *ex, struct reply *reply)
{
	char etag[ETAG_SIZE];
	const char *unknown = NULL;
	struct buf body;

	if (ex->fields != NULL && reply->status == 200)
		unknown = http_fields_filter(
		    ex->req.arena, &reply->json, reply->list_key, ex->fields);
	if (unknown != NULL) {
		json_object_put(reply->json);
		*reply = reply_bad_field("fields",
		    arena_printf(ex->req.arena,
			"names a property that is not there: %.80s", unknown));
		respond_error(ex, reply);
		json_object_put(reply->err_fields);
		reply->err_fields = NULL;
		return;
	}
	buf_init(&body, HTTP_REPLY_MAX);
	reply->type = JSON_TYPE;
	if (json_write(&body, reply->json) == -1) {
		buf_fini(&body);
		fail(ex, reply, ERR_INTERNAL, "The answer is too large.");
		return;
	}
	if (is_tagged(ex, reply) && reply->etag == NULL) {
		hash_etag(body.data, body.len, etag);
		reply->etag = etag;
	}
	if (answered_unchanged(ex, reply))
		goto out;
	if (ex->req.is_v1) {
		reply->json = enveloped(ex, "data", reply->json);
		buf_reset(&body);
		if (json_write(&body, reply->json) == -1)
			die("an envelope has more than %d bytes",
			    HTTP_REPLY_MAX);
	}
	send_bytes(ex, reply, body.data, body.len);
out:
	buf_fini(&body);
}

static void
respond_text(struct http_exchange *ex, struct reply *reply)
{
	size_t len = strlen(reply->text);
	char etag[ETAG_SIZE];

	if (is_tagged(ex, reply) && reply->etag == NULL) {
		hash_etag(reply->text, len, etag);
		reply->etag = etag;
	}
	if (!answered_unchanged(ex, reply))
		send_bytes(ex, reply, reply->text, len);
	reply->etag = NULL;
}

int
http_write(struct http_writer *out, const void *bytes, size_t len)
{
	struct http_exchange *ex = out->ex;

	if (!out->has_head) {
		out->has_head = true;
		if (http_send_head(ex, out->reply, out->reply->status,
			out->reply->length) == -1)
			return -1;
	}
	return http_io_write(ex->io, bytes, len);
}

bool
http_client_gone(struct http_writer *out)
{
	return http_io_flush(out->ex->io) == -1 || http_io_is_gone(out->ex->io);
}

static void
respond_writer(struct http_exchange *ex, struct reply *reply)
{
	struct http_writer out = { .ex = ex, .reply = reply };

	if (answered_unchanged(ex, reply))
		return;
	if (ex->req.is_head) {
		http_send_head(ex, reply, reply->status, reply->length);
		return;
	}
	if (reply->write(&out, reply->write_arg) == 0) {
		if (!out.has_head)
			http_send_head(ex, reply, reply->status, 0);
		return;
	}
	if (out.has_head || http_client_gone(&out))
		ex->is_cut = true;
	else
		fail(ex, reply, ERR_IO, "The answer could not be made.");
}

void
http_respond(struct http_exchange *ex, struct reply *reply)
{
	switch (reply->kind) {
	case REPLY_JSON:
		respond_json(ex, reply);
		break;
	case REPLY_EMPTY:
		http_send_head(
		    ex, reply, reply->status, reply->status == 204 ? -1 : 0);
		break;
	case REPLY_ERROR:
		respond_error(ex, reply);
		break;
	case REPLY_TEXT:
		respond_text(ex, reply);
		break;
	case REPLY_FILE:
		http_respond_file(ex, reply);
		break;
	case REPLY_WRITER:
		respond_writer(ex, reply);
		break;
	case REPLY_TAKEN:
		break;
	}
	json_object_put(reply->json);
	json_object_put(reply->err_fields);
}
