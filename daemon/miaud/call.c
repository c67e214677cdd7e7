/*
 * Calls: from a line to a method's function and back to a line.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/conn.h"
#include "daemon/miaud/rpc.h"
#include "daemon/miaud/scheduler.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/store/sessions.h"
#include "lib/store/users.h"
#include "lib/wire/schema.h"

#define ACTOR "_actor"

struct rpc_call {
	struct conn *conn;
	const struct rpc_row *row;
	struct json_object *id; /* NULL: a notification, nobody is answered */
	struct json_object *params;
	struct json_object *actor; /* or NULL */
};

struct rpc_hold *
rpc_hold(struct rpc_call *call, void (*gone)(void *arg), void *arg)
{
	struct conn *conn = call->conn;
	struct rpc_hold *hold;

	if (uv_is_closing((uv_handle_t *)&conn->pipe))
		return NULL;
	hold = mem_calloc(1, sizeof(*hold));
	*hold = (struct rpc_hold){ conn->holds, conn, gone, arg };
	conn->holds = hold;
	return hold;
}

void
rpc_release(struct rpc_hold *hold)
{
	struct rpc_hold **at = &hold->conn->holds;

	while (*at != hold)
		at = &(*at)->next;
	*at = hold->next;
	free(hold);
}

struct miaud *
rpc_miaud(struct rpc_call *call)
{
	return call->conn->rpc->miaud;
}

struct json_object *
rpc_params(struct rpc_call *call)
{
	return call->params;
}

const char *
rpc_user(struct rpc_call *call)
{
	return json_get_text(call->actor, "userId", NULL);
}

const char *
rpc_profile(struct rpc_call *call)
{
	return json_get_text(call->actor, "profileId", NULL);
}

const char *
rpc_session(struct rpc_call *call)
{
	return json_get_text(call->actor, "sessionId", NULL);
}

const char *
rpc_address(struct rpc_call *call)
{
	return json_get_text(call->actor, "address", NULL);
}

const char *
rpc_request_id(struct rpc_call *call)
{
	return json_get_text(call->actor, "requestId", NULL);
}

static void
call_free(struct rpc_call *call)
{
	struct conn *conn = call->conn;

	json_object_put(call->id);
	json_object_put(call->params);
	json_object_put(call->actor);
	free(call);
	conn_call_over(conn);
}

void
rpc_reply(struct rpc_call *call, struct json_object *result)
{
	struct buf buf;
	struct err err;

	buf_init(&buf, WIRE_LINE_MAX + 1);
	if (call->id == NULL)
		;
	else if (wire_put_result(&buf, call->id, result) == 0)
		conn_send(call->conn, buf.data, buf.len, false);
	else {
		err_set(&err, ERR_INTERNAL, "The answer is too large.");
		conn_send_error(call->conn, call->id, &err);
	}
	buf_fini(&buf);
	json_object_put(result);
	call_free(call);
}

void
rpc_done(struct rpc_call *call)
{
	rpc_reply(call, json_object_new_object());
}

void
rpc_fail(struct rpc_call *call, const struct err *err)
{
	if (call->id != NULL)
		conn_send_error(call->conn, call->id, err);
	else
		log_debug(
		    "rpc.failed", "%s: %s", call->row->method->name, err->text);
	call_free(call);
}

static void
send_event(void *arg, const char *line, size_t len)
{
	struct conn *conn = arg;
	char *whole = mem_calloc(1, len + 1);

	memcpy(whole, line, len);
	whole[len] = '\n';
	conn_send(conn, whole, len + 1, true);
	free(whole);
}

static void
send_lagged(void *arg)
{
	struct conn *conn = arg;
	struct json_object *params = json_object_new_object();
	struct buf buf;

	conn->subscriber = NULL;
	buf_init(&buf, 256);
	if (wire_put_request(&buf, 0, "lagged", params) == 0)
		conn_send(conn, buf.data, buf.len, false);
	buf_fini(&buf);
	json_object_put(params);
	conn_end(conn);
}

void
rpc_subscribe(struct rpc_call *call, const char *since)
{
	struct conn *conn = call->conn;
	struct events *events = conn->rpc->miaud->events;
	struct event_sink sink = {
		.send = send_event, .lagged = send_lagged, .arg = conn
	};
	struct json_object *result = json_object_new_object();
	char newest[EVENTS_ID_SIZE];
	bool reset = false;

	events_newest(events, newest);
	if (!uv_is_closing((uv_handle_t *)&conn->pipe)) {
		events_unsubscribe(conn->subscriber);
		conn->subscriber =
		    events_subscribe(events, since, &sink, &reset);
	}
	json_add_text(result, "newest", newest);
	json_add_bool(result, "reset", reset);
	/* The answer first, then the events. */
	conn->n_calls++;
	rpc_reply(call, result);
	if (conn->subscriber != NULL)
		events_start(conn->subscriber);
	conn_call_over(conn);
}

/* Takes _actor out of the params. */
static int
take_actor(struct rpc_call *call, struct err *err)
{
	struct json_object *actor = NULL;
	bool needed;

	if (json_object_object_get_ex(call->params, ACTOR, &actor))
		call->actor = json_object_get(actor);
	json_object_object_del(call->params, ACTOR);
	needed = call->conn->socket == RPC_SOCKET_HANDLERS &&
	    call->row->method->who != WIRE_ANYBODY;
	if (call->actor != NULL &&
	    !json_object_is_type(call->actor, json_type_object))
		return err_set(
		    err, ERR_INVALID_FIELDS, "_actor is not an object.");
	/* A handler that acts for nobody in particular names nobody. */
	if (needed && rpc_user(call) == NULL)
		return err_set(err, ERR_INVALID_FIELDS,
		    "_actor is missing: who asks for this?");
	return 0;
}

/* Whether the session that a handler acted for still stands, and its profile is
 * one without a limit. */
static bool
session_stands(struct rpc_call *call, const char *id)
{
	struct rpc *rpc = call->conn->rpc;
	struct session session;
	struct err err;

	return store_session_find(rpc->miaud->db, rpc->arena, id, &session,
		   &err) == STORE_OK &&
	    session.revoked_at == 0 && session.expires_at > clock_now_ms() &&
	    session.viewer.is_unlimited &&
	    strcmp(session.user_id, rpc_user(call)) == 0;
}

/* The acting user is an administrator now, whatever the handler thought. */
static int
check_admin(struct rpc_call *call, struct err *err)
{
	struct rpc *rpc = call->conn->rpc;
	const char *session = rpc_session(call);
	struct user user;
	bool is_admin;

	arena_reset(rpc->arena);
	switch (store_user_find(
	    rpc->miaud->db, rpc->arena, rpc_user(call), &user, err)) {
	case STORE_ERROR:
		return -1;
	case STORE_NONE:
		is_admin = false;
		break;
	default:
		is_admin = user.role == USER_ROLE_ADMIN && !user.is_disabled;
	}
	if (is_admin && (session == NULL || session_stands(call, session)))
		return 0;
	return err_set(
	    err, ERR_FORBIDDEN, "Only an administrator may do this.");
}

static int
check_call(struct rpc_call *call, struct err *err)
{
	const struct wire_method *method = call->row->method;
	bool is_handlers = call->conn->socket == RPC_SOCKET_HANDLERS;

	if (take_actor(call, err) == -1)
		return -1;
	if (is_handlers && method->who == WIRE_HANDLERS_ADMIN &&
	    check_admin(call, err) == -1)
		return -1;
	return wire_schema_check(call->row->params, call->params, err);
}

/* The row that this socket knows under that name. */
static const struct rpc_row *
find_row(const struct conn *conn, const char *name)
{
	const struct rpc_row *row;

	for (row = conn->rpc->rows; row->method != NULL; row++) {
		if (strcmp(row->method->name, name) != 0)
			continue;
		if (row->run == NULL ||
		    (conn->socket == RPC_SOCKET_HANDLERS &&
			row->method->who == WIRE_ADMIN))
			return NULL;
		return row;
	}
	return NULL;
}

static void
start_call(struct conn *conn, const struct rpc_row *row,
    const struct wire_message *message)
{
	struct rpc_call *call = mem_calloc(1, sizeof(*call));
	struct err err;

	call->conn = conn;
	call->row = row;
	call->id = json_object_get(message->id);
	call->params = message->params != NULL
	    ? json_object_get(message->params)
	    : json_object_new_object();
	conn->n_calls++;
	if (check_call(call, &err) == -1) {
		rpc_fail(call, &err);
		return;
	}
	log_request(json_get_text(call->actor, "requestId", NULL));
	row->run(call);
	log_request(NULL);
}

static void
take_message(struct conn *conn, const struct wire_message *message)
{
	const struct rpc_row *row = NULL;
	struct err err;

	if (message->kind == WIRE_RESPONSE) {
		/* We ask nothing, so nothing can be answered. */
		err_set(&err, ERR_PROTOCOL, "An answer was not expected.");
	} else if ((row = find_row(conn, message->method)) == NULL) {
		err_set(&err, ERR_METHOD_UNKNOWN, "There is no method %s.",
		    message->method);
	} else if (conn->n_calls >= RPC_CALLS_MAX) {
		row = NULL;
		err_set(&err, ERR_BUSY,
		    "Too many calls of this connection are under way.");
	}
	if (row != NULL)
		start_call(conn, row, message);
	else if (message->kind == WIRE_REQUEST)
		conn_send_error(conn, message->id, &err);
}

void
conn_take_line(struct conn *conn, const char *line, size_t len)
{
	struct wire_message message;
	struct err err;

	if (len == 0)
		return;
	/* A free moment of the clients is a good one for the database. */
	if (conn->rpc->miaud->scheduler != NULL) {
		scheduler_wake(conn->rpc->miaud->scheduler, "checkpoint");
		/* What they do may take a film away. */
		scheduler_wake(conn->rpc->miaud->scheduler, "thumbnails");
	}
	if (wire_message_parse(line, len, &message, &err) == 0)
		take_message(conn, &message);
	else
		conn_send_error(conn, message.id, &err);
	wire_message_free(&message);
}
