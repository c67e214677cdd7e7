/*
 * What handler functions ask of lib/http: headers, addresses, miaud. A worker
 * keeps its connection to miaud between requests.
 */
#include <ctype.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/http/origin.h"
#include "lib/http/server.h"

enum { OPEN_MS = 2000, HEADER_MAX = 64, TOUCH_AGAIN_MS = 30000 };

static struct http_exchange *
exchange(const struct request *req)
{
	return req->io;
}

const char *
request_header(const struct request *req, const char *name)
{
	char variable[HEADER_MAX + 8] = "HTTP_";
	size_t i;

	for (i = 0; i < HEADER_MAX && name[i] != '\0'; i++)
		variable[5 + i] = name[i] == '-'
		    ? '_'
		    : (char)toupper((unsigned char)name[i]);
	variable[5 + i] = '\0';
	return http_io_param(exchange(req)->io, variable);
}

const char *
request_own_origin(const struct request *req)
{
	if (req->origin == NULL ||
	    !origin_is_own(req->context->settings, req->origin,
		http_io_param(exchange(req)->io, "SERVER_ADDR")))
		return NULL;
	return req->origin;
}

char *
request_url(const struct request *req, const char *relative)
{
	return arena_printf(
	    req->arena, "%s%s", req->context->base_path, relative);
}

bool
request_is_gone(const struct request *req)
{
	return http_io_is_gone(exchange(req)->io);
}

int
request_audit(const struct request *req, enum audit_event event,
    const char *target, const char *detail, struct err *err)
{
	const struct audit_entry entry = {
		.event = event,
		.actor = req->caller.user_id,
		.target = target,
		.address = req->address,
		.request_id = req->id,
		.detail = detail,
	};

	return audit_write(req->db, req->context->keys, &entry, err);
}

enum store_result
request_end(struct request *req, enum store_result result,
    enum audit_event event, const char *target, struct err *err)
{
	if (result == STORE_OK &&
	    request_audit(req, event, target, NULL, err) == -1)
		result = STORE_ERROR;
	return store_end(req->db, result, err);
}

/* A kept connection is of use while nothing but silence is on it: miaud may
 * have been started anew since. */
static bool
is_alive(const struct wire_client *wire)
{
	struct pollfd other = { .fd = wire_fd(wire),
		.events = POLLIN | POLLRDHUP };

	return poll(&other, 1, 0) == 0;
}

static struct wire_client *
connection(struct http_worker *worker, struct err *err)
{
	char path[PATHS_MAX];

	if (worker->wire != NULL && is_alive(worker->wire))
		return worker->wire;
	wire_close(worker->wire);
	worker->wire = NULL;
	if (paths_socket(&worker->server->paths, WIRE_SOCKET_HANDLERS, path,
		sizeof(path), err) == -1)
		return NULL;
	worker->wire = wire_open(path, OPEN_MS, err);
	return worker->wire;
}

static struct json_object *
with_actor(const struct request *req, struct json_object *params)
{
	struct wire_actor actor = {
		.user_id = req->caller.user_id,
		.session_id = req->caller.session_id,
		.profile_id = req->caller.viewer.profile_id,
		.role = req->caller.role == USER_ROLE_ADMIN ? "admin" : "user",
		.request_id = req->id,
		.address = req->address,
	};

	if (params == NULL)
		params = json_object_new_object();
	if (actor.user_id != NULL) /* else the row is open to anybody */
		wire_add_actor(params, &actor);
	return params;
}

/* After these nobody knows what is still to come on the connection. */
static void
drop_broken(struct http_worker *worker, enum err_code code)
{
	if (code != ERR_TIMEOUT && code != ERR_DAEMON_DOWN &&
	    code != ERR_PROTOCOL)
		return;
	wire_close(worker->wire);
	worker->wire = NULL;
}

int
request_call(struct request *req, const char *method,
    struct json_object *params, int timeout_ms, struct json_object **result,
    struct err *err)
{
	struct http_worker *worker = exchange(req)->worker;
	struct wire_client *wire;

	if (req->db != NULL)
		db_release(req->db);
	params = with_actor(req, params);
	wire = connection(worker, err);
	if (wire == NULL) {
		json_object_put(params);
		return -1;
	}
	if (wire_call(wire, method, params, timeout_ms, result, err) == 0)
		return 0;
	drop_broken(worker, err->code);
	return -1;
}

void
request_notify(
    struct request *req, const char *method, struct json_object *params)
{
	struct http_worker *worker = exchange(req)->worker;
	struct wire_client *wire;
	struct err err;

	params = with_actor(req, params);
	wire = connection(worker, &err);
	if (wire == NULL) {
		json_object_put(params);
	} else if (wire_notify(wire, method, params, &err) == -1) {
		drop_broken(worker, ERR_DAEMON_DOWN);
	} else {
		return;
	}
	log_debug("notify.failed", "%s: %s", method, err.text);
}

/* miaud writes it down some time later; until then this thread would say the
 * same again with every request. */
void
http_touch_session(struct http_exchange *ex)
{
	struct http_worker *worker = ex->worker;
	const char *id = ex->req.caller.session_id;
	const char *key = ex->req.caller.api_key_id;
	int64_t now = clock_mono_ms();
	struct json_object *params;

	if (strcmp(worker->touched_id, id) == 0 &&
	    now - worker->touched_ms < TOUCH_AGAIN_MS)
		return;
	snprintf(worker->touched_id, sizeof(worker->touched_id), "%s", id);
	worker->touched_ms = now;
	if (key != NULL) {
		params = json_object_new_object();
		json_add_text(params, "id", key);
		request_notify(&ex->req, "api_key.touch", params);
		if (strcmp(key, id) == 0)
			return;
	}
	params = json_object_new_object();
	json_add_text(params, "sessionId", id);
	request_notify(&ex->req, "session.touch", params);
}
