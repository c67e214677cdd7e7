/*
 * From a request to a reply: name, path, row, access, rate, fields, function.
 * Each step may refuse with a reply of its own; the first refusal is answered.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/stream_key.h"
#include "lib/base/clock.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/random.h"
#include "lib/base/str.h"
#include "lib/http/match.h"
#include "lib/http/origin.h"
#include "lib/http/server.h"

enum { PAGE_SIZE = 20, PAGE_MAX = 100, CURSOR_MAX = 512, FIELDS_MAX = 1000 };

/* Query fields that lib/http adds to a row's own. */
enum { PAGE_CURSOR, PAGE_PAGE_SIZE, PAGE_FIELDS, PAGE_SESSION, PAGE__MAX };
static const struct field page_fields[] = { [PAGE_CURSOR] = { .name = "cursor",
						.max = CURSOR_MAX },
	[PAGE_PAGE_SIZE] = { .name = "pageSize",
	    .type = FIELD_INT,
	    .min = 1,
	    .max = PAGE_MAX },
	[PAGE_FIELDS] = { .name = "fields", .min = 1, .max = FIELDS_MAX },
	[PAGE_SESSION] = { .name = "session", .type = FIELD_UUID },
	[PAGE__MAX] = { 0 } };

static int
refuse(struct reply *refusal, enum err_code code, const char *text)
{
	*refusal = reply_error(code, "%s", text);
	return -1;
}

/* Letters, digits and '-', so that an id can stand in logs and headers. */
static bool
is_request_id(const char *id)
{
	size_t len = strlen(id);

	return len >= 8 && len < HTTP_ID_SIZE &&
	    strspn(id,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789-") == len;
}

/* Names a request among all: one random number for each thread, and steps that
 * come back to it after all others. */
static uint64_t
new_id(struct http_worker *worker)
{
	static const uint64_t step = 0x9e3779b97f4a7c15;

	if (worker->last_id == 0)
		random_bytes(&worker->last_id, sizeof(worker->last_id));
	worker->last_id += step;
	return worker->last_id;
}

static void
note_id(struct http_exchange *ex)
{
	const char *given = request_header(&ex->req, "X-Request-Id");
	uint64_t number;

	if (ex->is_trusted && given != NULL && is_request_id(given)) {
		snprintf(ex->id, sizeof(ex->id), "%s", given);
	} else {
		number = new_id(ex->worker);
		encode_hex(&number, sizeof(number), ex->id);
	}
	ex->req.id = ex->id;
	log_request(ex->id);
}

static const char *
param_or(const struct http_exchange *ex, const char *name, const char *other)
{
	const char *value = http_io_param(ex->io, name);

	return value == NULL ? other : value;
}

/* Who is at the other end, and under which name we are asked. */
static void
note_peer(struct http_exchange *ex)
{
	const struct settings *settings = ex->context.settings;
	const char *peer = param_or(ex, "REMOTE_ADDR", "");
	const char *forwarded, *proto;

	ex->is_trusted = origin_is_trusted_proxy(settings, peer);
	ex->req.is_tls = strcmp(param_or(ex, "HTTPS", ""), "on") == 0;
	ex->host_full = param_or(ex, "HTTP_HOST", "");
	/* A proxy that sets these lets other spellings of them through. */
	origin_client(settings, peer,
	    http_io_param_once(ex->io, "HTTP_X_FORWARDED_FOR"), ex->address,
	    sizeof(ex->address));
	if (ex->is_trusted) {
		forwarded = http_io_param_once(ex->io, "HTTP_X_FORWARDED_HOST");
		proto = http_io_param_once(ex->io, "HTTP_X_FORWARDED_PROTO");
		if (forwarded != NULL)
			ex->host_full = forwarded;
		if (proto != NULL)
			ex->req.is_tls = str_equal_nocase(proto, "https");
	}
	ex->req.address = ex->address;
	ex->req.origin = request_header(&ex->req, "Origin");
	ex->req.user_agent = param_or(ex, "HTTP_USER_AGENT", "");
}

static int
check_host(struct http_exchange *ex, struct reply *refusal)
{
	const char *server = http_io_param(ex->io, "SERVER_ADDR");
	char name[ORIGIN_HOST_MAX];

	/* A browser always says it; a shell or a probe need not. */
	if (ex->host_full[0] == '\0')
		return 0;
	/* A proxy on this machine that nobody listed hides who asks. */
	ex->req.is_local =
	    (ex->is_trusted ||
		http_io_param(ex->io, "HTTP_X_FORWARDED_FOR") == NULL) &&
	    origin_is_loopback(ex->address) &&
	    origin_host_name(ex->host_full, name) &&
	    origin_is_loopback_name(name);
	if (origin_knows_host(ex->context.settings, ex->host_full, server))
		return 0;
	/* A handler without a database has not seen the latest http.hosts. */
	http_settings_put(ex->settings);
	ex->settings = http_settings_get_stored(ex->server);
	ex->context.settings = ex->settings->settings;
	if (origin_knows_host(ex->context.settings, ex->host_full, server))
		return 0;
	return refuse(refusal, ERR_WRONG_HOST,
	    "This server is not known by that name; an administrator can add "
	    "it to http.hosts.");
}

static int
find_path(struct http_exchange *ex, struct reply *refusal)
{
	const struct handler *handler = ex->server->handler;
	const char *uri = http_io_param(ex->io, "REQUEST_URI");
	const char *segment =
	    handler->segment == NULL ? handler->name : handler->segment;

	if (uri == NULL)
		uri = arena_printf(ex->req.arena, "%sapi/%s%s",
		    ex->server->base_path, segment,
		    param_or(ex, "PATH_INFO", ""));
	switch (http_path_parse(ex->req.arena, uri, ex->server->base_path,
	    segment, handler->has_root, &ex->path)) {
	case HTTP_PATH_OK:
		ex->req.is_v1 = ex->path.is_v1;
		return 0;
	case HTTP_PATH_OTHER:
		ex->req.is_v1 = ex->path.is_v1;
		return refuse(refusal, ERR_ROUTE_NOT_FOUND,
		    "There is nothing at this address.");
	case HTTP_PATH_REFUSED:
		break;
	}
	return refuse(refusal, ERR_BAD_REQUEST,
	    "The address holds something that could mean two things.");
}

/* Under a web server that starts a process for each request, an answer of hours
 * would be a process of hours with nobody to end it, and each listener one. */
static int
check_cgi(const struct http_exchange *ex, struct reply *refusal)
{
	if (!ex->server->handler->is_resident || !http_io_is_cgi(ex->io) ||
	    http_io_param(ex->io, "SERVER_SOFTWARE") == NULL)
		return 0;
	return refuse(refusal, ERR_NEEDS_FASTCGI,
	    "Streams and events need FastCGI, and this web server runs a "
	    "program for each request (plain CGI): `miauctl webserver` prints "
	    "configurations that have it.");
}

/* A preflight of CORS, or the question what a path can do. */
static struct reply
answer_options(struct http_exchange *ex, const char *allow)
{
	struct reply reply = reply_empty();

	reply_header(&reply, "Allow", allow);
	if (ex->req.origin == NULL ||
	    request_header(&ex->req, "Access-Control-Request-Method") == NULL)
		return reply;
	reply_header(&reply, "Access-Control-Allow-Methods", allow);
	reply_header(&reply, "Access-Control-Allow-Headers",
	    "Authorization, Content-Type, If-None-Match, If-Range, "
	    "Last-Event-ID, Range, X-Session-Id");
	reply_header(&reply, "Access-Control-Max-Age", "600");
	return reply;
}

static int
find_route(struct http_exchange *ex, struct reply *refusal)
{
	const struct handler *handler = ex->server->handler;
	struct http_match match;

	ex->req.method =
	    arena_strdup(ex->req.arena, param_or(ex, "REQUEST_METHOD", "GET"));
	ex->req.is_head = strcmp(ex->req.method, "HEAD") == 0;
	http_match_route(
	    ex->req.arena, handler, ex->req.method, &ex->path, &match);
	ex->req.route = match.route;
	if (match.route != NULL)
		return 0;
	if (match.any == NULL)
		return refuse(refusal, ERR_ROUTE_NOT_FOUND,
		    "There is nothing at this address.");
	ex->req.route = match.any;
	if (strcmp(ex->req.method, "OPTIONS") == 0) {
		*refusal = answer_options(ex, match.allow);
		return -1;
	}
	refuse(refusal, ERR_METHOD_NOT_ALLOWED,
	    "This address does not take that method.");
	reply_header(refusal, "Allow", match.allow);
	return -1;
}

/* Opens what the row needs. */
static int
prepare(struct http_exchange *ex, struct reply *refusal)
{
	enum db_mode mode = DB_WRITE;
	struct db_pool *pool;
	struct err err;

	if (ex->req.route->no_database &&
	    http_route_access(ex->server->handler, ex->req.route) ==
		ACCESS_PUBLIC)
		return 0;
	if ((ex->req.is_head || strcmp(ex->req.route->method, "GET") == 0) &&
	    !ex->req.route->writes)
		mode = DB_READ;
	pool = http_server_pool(ex->server, mode, &err);
	if (pool == NULL)
		goto err;
	ex->context.keys = http_server_keys(ex->server, pool, &err);
	if (ex->context.keys == NULL)
		goto err;
	ex->req.db = mode == DB_READ ? db_open_snapshot(pool) : db_open(pool);
	return 0;
err:
	/* No database yet: it is being made or brought up to date. */
	if (err.code == ERR_NOT_FOUND)
		err_set(&err, ERR_DATABASE_UPGRADING,
		    "The database is not there yet.");
	*refusal = reply_err(&err);
	return -1;
}

static void
check_query(struct http_exchange *ex, struct http_problems *problems)
{
	const struct route *row = ex->req.route;
	struct value added[HTTP_FIELDS_MAX] = { 0 };
	struct http_query own = { 0 }, page = { 0 }, *to;
	const char *name;
	int i;

	for (i = 0; i < ex->query.n; i++) {
		name = ex->query.pair[i].name;
		to = &own;
		if ((row->is_list &&
			(strcmp(name, "cursor") == 0 ||
			    strcmp(name, "pageSize") == 0)) ||
		    ((row->is_list || row->has_fields) &&
			strcmp(name, "fields") == 0) ||
		    (row->embed && strcmp(name, "session") == 0))
			to = &page;
		to->pair[to->n++] = ex->query.pair[i];
	}
	http_fields_query(
	    ex->req.arena, row->query, &own, ex->req.query, problems);
	http_fields_query(ex->req.arena, page_fields, &page, added, problems);
	ex->req.page.cursor = added[PAGE_CURSOR].text;
	ex->req.page.size = added[PAGE_PAGE_SIZE].is_given
	    ? (int)added[PAGE_PAGE_SIZE].integer
	    : PAGE_SIZE;
	ex->fields = added[PAGE_FIELDS].text;
}

static int
check_fields(struct http_exchange *ex, struct reply *refusal)
{
	struct http_problems problems = { 0 };
	struct json_object *none;

	check_query(ex, &problems);
	if (http_read_body(ex, refusal) == -1) {
		json_object_put(problems.list);
		return -1;
	}
	none = json_object_new_object();
	http_fields_body(ex->req.arena, ex->req.route->body,
	    ex->body == NULL ? none : ex->body, ex->req.body, &problems);
	json_object_put(none);
	if (problems.list == NULL)
		return 0;
	*refusal = problems.unknown
	    ? reply_error(ERR_UNKNOWN_FIELD,
		  "There is a field that this address does not know.")
	    : reply_error(ERR_INVALID_FIELDS,
		  "Some fields cannot be used as they are.");
	refusal->err_fields = problems.list;
	return -1;
}

/* The log shows of a stream key what cannot be used. */
static void
note_key(struct http_exchange *ex)
{
	const char *text = http_match_segment(ex->req.route, &ex->path, ":key");
	struct stream_key key;

	if (text == NULL)
		return;
	stream_key_hash(text, key.hash);
	stream_key_show(&key, ex->key_shown);
}

/* Access comes before all that could tell a stranger something; refused
 * requests count for the rate too. */
static int
check_asker(struct http_exchange *ex, struct reply *refusal)
{
	int result = http_check_access(ex, refusal);
	struct reply limited;

	if (http_check_rate(ex, &limited) == -1) {
		if (result == -1)
			json_object_put(refusal->err_fields);
		*refusal = limited;
		return -1;
	}
	return result;
}

static int
check(struct http_exchange *ex, struct reply *refusal)
{
	if (check_host(ex, refusal) == -1 || check_cgi(ex, refusal) == -1 ||
	    find_path(ex, refusal) == -1 || find_route(ex, refusal) == -1)
		return -1;
	note_key(ex);
	if (!http_query_parse(
		ex->req.arena, param_or(ex, "QUERY_STRING", ""), &ex->query))
		return refuse(refusal, ERR_BAD_REQUEST,
		    "The query of the address cannot be read.");
	if (prepare(ex, refusal) == -1 || check_asker(ex, refusal) == -1 ||
	    http_match_params(ex->req.arena, ex->req.route, &ex->path,
		ex->req.param, refusal) == -1)
		return -1;
	return check_fields(ex, refusal);
}

static enum log_level
log_level(const struct http_exchange *ex)
{
	const struct route *row = ex->req.route;

	if (ex->status >= 500)
		return LOG_WARN;
	return row != NULL && row->is_probe && ex->status < 400 ? LOG_DEBUG
								: LOG_INFO;
}

static void
log_line(struct http_exchange *ex)
{
	const struct request *req = &ex->req;
	int64_t us = clock_mono_us() - ex->started_us;
	enum log_level level = log_level(ex);

	if (!log_wants(level))
		return;
	log_event(level, "request",
	    (struct log_field[]){
		{ "method", LOG_TEXT(req->method == NULL ? "" : req->method) },
		{ "path",
		    LOG_TEXT(http_match_shown(
			req, ex->server->handler, &ex->path)) },
		{ "key", LOG_TEXT(ex->key_shown) },
		{ "status", LOG_INT(ex->status) }, { "us", LOG_INT(us) },
		{ "bytes", LOG_INT(http_io_written(ex->io)) },
		{ "address", LOG_TEXT(ex->address) },
		{ "user",
		    LOG_TEXT(req->caller.user_id == NULL
			    ? ""
			    : req->caller.user_id) },
		{ 0 } });
}

static struct http_exchange *
begin(struct http_worker *worker)
{
	struct http_exchange *ex;

	arena_reset(worker->arena);
	ex = arena_alloc(worker->arena, 1, sizeof(*ex));
	ex->started_us = clock_mono_us();
	ex->server = worker->server;
	ex->worker = worker;
	ex->io = worker->io;
	ex->settings = http_settings_get(worker->server);
	ex->context.name = worker->server->handler->name;
	ex->context.paths = &worker->server->paths;
	ex->context.settings = ex->settings->settings;
	ex->context.base_path = worker->server->base_path;
	ex->req.context = &ex->context;
	ex->req.arena = worker->arena;
	ex->req.io = ex;
	note_peer(ex);
	note_id(ex);
	return ex;
}

void
http_answer(struct http_worker *worker)
{
	struct http_exchange *ex = begin(worker);
	void (*done)(void *arg);
	struct reply reply;
	void *done_arg;
	bool taken;

	if (check(ex, &reply) == 0)
		reply = ex->req.route->run(&ex->req);
	if (ex->req.db != NULL)
		db_release(ex->req.db);
	taken = reply.kind == REPLY_TAKEN;
	done = reply.done;
	done_arg = reply.done_arg;
	if (!taken)
		http_respond(ex, &reply);
	if (done != NULL)
		done(done_arg);
	log_line(ex);
	if (!taken)
		http_io_end(ex->io, ex->is_cut && !http_io_is_gone(ex->io));
	if (ex->touches_session)
		http_touch_session(ex);
	db_close(ex->req.db);
	json_object_put(ex->body);
	http_settings_put(ex->settings);
	log_request(NULL);
}
