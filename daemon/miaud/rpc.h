/*
 * The server of the socket protocol (lib/wire/wire.h): two sockets, one table
 * of methods. What a row of the shared table can say (which socket, the shape
 * of params, whether the acting user must be an administrator) is checked
 * before a method's function runs, so the function assumes it.
 *
 * A client can disturb nobody but itself: a bad line gets an error, one that
 * does not read what it asked for is closed when RPC_WRITE_MAX bytes wait for
 * it, and it may have RPC_CALLS_MAX calls under way.
 *
 * Loop thread only, but for rpc_audit.
 */
#ifndef DAEMON_MIAUD_RPC_H
#define DAEMON_MIAUD_RPC_H

#include <json-c/json.h>
#include <stdbool.h>

#include "lib/auth/audit.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"

enum {
	RPC_CONNECTIONS_MAX = 1024, /* on each socket */
	RPC_CALLS_MAX = 64,
	RPC_WRITE_MAX = 4 * 1024 * 1024,
	RPC_ENDING_MS = 5000, /* to read what is left of a closed one */
};

struct miaud;
struct rpc;
struct rpc_call;

/* Answers with exactly one of rpc_reply, rpc_done, rpc_fail, now or later; the
 * call is gone after it. */
typedef void (*rpc_fn)(struct rpc_call *call);

struct rpc_method {
	const char *name; /* a row of wire_methods */
	rpc_fn run;
};

/* The daemon's functions, ended by a row without a name; one for each row of
 * wire_methods (methods/table.c). */
extern const struct rpc_method rpc_methods[];

/* Binds both sockets (an old socket file is removed: the caller holds the
 * lock) and listens. NULL: ERR_IO, ERR_INVALID_FIELDS (path too long). */
struct rpc *rpc_new(struct miaud *miaud, const struct rpc_method *methods,
    struct err *err) NONNULL MUST_CHECK;

/* Takes no more connections and removes the socket files. */
void rpc_stop_listening(struct rpc *rpc) NONNULL;
/* Closes all connections; the loop can end. Calls under way may still be
 * answered, into nothing. */
void rpc_close(struct rpc *rpc) NONNULL;
/* After the loop has ended. */
void rpc_free(struct rpc *rpc);

/* Open connections on both sockets. */
int rpc_n_connections(const struct rpc *rpc) NONNULL MUST_CHECK;

/* Of a call. Params are an object, without _actor, and fit the schema. The
 * acting user and session are NULL where the call has none (miaud.sock, rows
 * for anybody). All borrowed until the call is answered. */
struct miaud *rpc_miaud(
    struct rpc_call *call) NONNULL RETURNS_NONNULL MUST_CHECK;
struct json_object *rpc_params(
    struct rpc_call *call) NONNULL RETURNS_NONNULL MUST_CHECK;
const char *rpc_user(struct rpc_call *call) NONNULL MUST_CHECK;
const char *rpc_profile(struct rpc_call *call) NONNULL;
const char *rpc_session(struct rpc_call *call) NONNULL MUST_CHECK;
const char *rpc_address(struct rpc_call *call) NONNULL MUST_CHECK;
const char *rpc_request_id(struct rpc_call *call) NONNULL MUST_CHECK;

/* Writes to the audit log what a call does: by its acting user, or by the
 * terminal. detail: a JSON object or NULL. The one is for the job that makes
 * the change, on the database thread before the call is answered; the other
 * submits a job of its own, beside the one of the change. */
int rpc_audit(struct rpc_call *call, struct db *db, enum audit_event event,
    const char *target, const char *detail, struct err *err)
    NONNULL_ARGS(1, 2, 6) MUST_CHECK;
void rpc_audit_later(struct rpc_call *call, enum audit_event event,
    const char *target, const char *detail) NONNULL_ARGS(1);

/* Calls gone(arg) once when the call's connection has closed; NULL: it has
 * already. rpc_release before that forgets it. */
struct rpc_hold;
struct rpc_hold *rpc_hold(struct rpc_call *call, void (*gone)(void *arg),
    void *arg) NONNULL MUST_CHECK;
void rpc_release(struct rpc_hold *hold) NONNULL;

/* Takes result. */
void rpc_reply(struct rpc_call *call, struct json_object *result) NONNULL;
void rpc_done(struct rpc_call *call) NONNULL; /* replies {} */
void rpc_fail(struct rpc_call *call, const struct err *err) NONNULL;

/* Makes the call's connection a subscriber of the events after `since` (NULL:
 * from now on) and replies as events.subscribe does. */
void rpc_subscribe(struct rpc_call *call, const char *since) NONNULL_ARGS(1);

#endif
