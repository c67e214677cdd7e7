/*
 * What the two halves of the RPC server share: rpc.c keeps listeners,
 * connections and bytes, call.c keeps calls.
 */
#ifndef DAEMON_MIAUD_CONN_H
#define DAEMON_MIAUD_CONN_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "daemon/miaud/events.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/rpc.h"
#include "lib/base/arena.h"
#include "lib/wire/line.h"
#include "lib/wire/wire.h"

/* What ends with a connection. */
struct rpc_hold {
	struct rpc_hold *next;
	struct conn *conn;
	void (*gone)(void *arg);
	void *arg;
};

struct conn {
	struct rpc *rpc;
	struct conn *next;
	struct conn *prev;
	uv_pipe_t pipe;
	struct wire_lines lines;
	struct event_subscriber *subscriber;
	struct rpc_hold *holds;
	int socket;  /* index of the listener */
	int n_calls; /* under way; the memory stays until they are over */
	int64_t ending_since; /* monotonic ms, 0: not */
	bool is_half_closed;  /* the other side sends nothing more */
	bool is_closed;
};

/* A row of wire_methods with its function and its schema, parsed. */
struct rpc_row {
	const struct wire_method *method;
	rpc_fn run;
	struct json_object *params;
};

enum { RPC_SOCKET_ADMIN, RPC_SOCKET_HANDLERS, RPC_SOCKET__MAX };

struct listener {
	uv_pipe_t pipe;
	struct rpc *rpc;
	char path[128];
	int n_conns;
	bool is_open;
};

struct rpc {
	struct miaud *miaud;
	struct rpc_row *rows; /* ended by a row without a method */
	struct listener listeners[RPC_SOCKET__MAX];
	struct conn *conns;
	uv_timer_t ending;   /* runs only while connections are ending */
	struct arena *arena; /* of the look at the acting user */
};

/* Looks at a line: answers it, or starts its call. */
void conn_take_line(struct conn *conn, const char *line, size_t len) NONNULL;

/* Sends a copy of the bytes, whole lines. Closes the connection when too much
 * waits. is_event: events_sent is called when they have left. */
void conn_send(
    struct conn *conn, const char *bytes, size_t len, bool is_event) NONNULL;
/* Sends an error without a call. id may be NULL. */
void conn_send_error(struct conn *conn, struct json_object *id,
    const struct err *err) NONNULL_ARGS(1, 3);

/* Closes after what was sent has left. */
void conn_end(struct conn *conn) NONNULL;
/* A call is over: after its last one a closed connection is freed, one whose
 * other side has said all it wanted is ended. */
void conn_call_over(struct conn *conn) NONNULL;

#endif
