/*
 * The socket protocol between handlers, miauctl and miaud: JSON-RPC 2.0, one
 * value per line, on two UNIX sockets over one table of methods:
 * run/miaud.sock (0660, administrators, all methods) and run/handlers.sock
 * (0600, rows marked for handlers, each call carrying the acting user).
 *
 * A line is at most 1 MiB. Error objects carry our machine code:
 * {"code":-32000,"message":sentence,"data":{"code":"busy"}}.
 * A connection may subscribe (events.subscribe) and then receives
 * notifications {"jsonrpc":"2.0","method":"event","params":{"id","topic",
 * "audience","except","data"}}. audience is "everyone", "admins",
 * "user:<id>" or "session:<id>"; except names a session that need not be told,
 * or is null. A subscriber that reads too slowly receives the notification
 * "lagged" (params {}) as the last line.
 */
#ifndef LIB_WIRE_WIRE_H
#define LIB_WIRE_WIRE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

#define WIRE_VERSION 1
#define WIRE_LINE_MAX (1024 * 1024)
#define WIRE_SOCKET_ADMIN "miaud.sock"
#define WIRE_SOCKET_HANDLERS "handlers.sock"

enum wire_who {
	WIRE_ADMIN,    /* the administrators' socket only (zero: strictest) */
	WIRE_HANDLERS, /* both sockets */
	WIRE_HANDLERS_ADMIN, /* both; on the handlers' socket the acting user
				must be an administrator */
	WIRE_ANYBODY, /* both; on the handlers' socket without an acting user */
};

/* A row of the table that both sides share. */
struct wire_method {
	const char *name; /* "library.scan" */
	enum wire_who who;
	const char *summary; /* one line for --help and docs */
	const char *params;  /* JSON Schema text of params, "" for none */
	const char *result;  /* JSON Schema text of the result */
};

/* Ended by a row without a name; in lib/wire/methods.c. */
extern const struct wire_method wire_methods[];

/* The row of that name, or NULL. */
const struct wire_method *wire_method_find(const char *name) NONNULL MUST_CHECK;

/* The acting user that a handler sends as params._actor. */
struct wire_actor {
	const char *user_id;
	const char *session_id;
	const char *profile_id;
	const char *role; /* "admin" or "user" */
	const char *request_id;
	const char *address; /* of the client, for the audit log */
};

/* Connects; -1 ERR_DAEMON_DOWN. The descriptor is the caller's. */
int wire_connect(const char *path, struct err *err) NONNULL MUST_CHECK;

/* A connection with its input buffer. One thread at a time. */
struct wire_client;

/* Connects and says hello (version). ERR_DAEMON_DOWN, ERR_VERSION_MISMATCH. */
struct wire_client *wire_open(
    const char *path, int timeout_ms, struct err *err) NONNULL MUST_CHECK;
void wire_close(struct wire_client *client);
int wire_fd(const struct wire_client *client) NONNULL;

/* One call; params (may be NULL) is taken. 0 and *result (caller puts), or -1
 * with the method's own error, ERR_TIMEOUT, ERR_DAEMON_DOWN, ERR_PROTOCOL.
 * Notifications that arrive meanwhile are kept for wire_next. */
int wire_call(struct wire_client *client, const char *method,
    struct json_object *params, int timeout_ms, struct json_object **result,
    struct err *err) NONNULL_ARGS(1, 2, 5, 6) MUST_CHECK;

/* Sends a notification (no id, no answer). params is taken. */
int wire_notify(struct wire_client *client, const char *method,
    struct json_object *params, struct err *err)
    NONNULL_ARGS(1, 2, 4) MUST_CHECK;

/* The next notification's params, waiting up to timeout_ms (-1: for ever);
 * NULL with ERR_TIMEOUT or ERR_DAEMON_DOWN. The caller puts. */
struct json_object *wire_next(struct wire_client *client, int timeout_ms,
    struct err *err) NONNULL MUST_CHECK;

/* open, call, close. */
int wire_call_once(const char *path, const char *method,
    struct json_object *params, int timeout_ms, struct json_object **result,
    struct err *err) NONNULL_ARGS(1, 2, 5, 6) MUST_CHECK;

/* Adds params._actor. */
void wire_add_actor(
    struct json_object *params, const struct wire_actor *actor) NONNULL;

#endif
