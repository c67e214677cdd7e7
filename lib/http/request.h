/*
 * A request as a handler function sees it: routed, checked, typed. Included by
 * http.h.
 */
#ifndef LIB_HTTP_REQUEST_H
#define LIB_HTTP_REQUEST_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/auth/audit.h"
#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/paths.h"
#include "lib/base/settings.h"
#include "lib/db/db.h"
#include "lib/store/maturity.h"
#include "lib/store/sessions.h"
#include "lib/store/store.h"
#include "lib/store/stream_keys.h"

struct auth_keys;
struct route;

/* A checked value. is_given false: absent (or null); all values zero. */
struct value {
	bool is_given;
	const char *text; /* FIELD_TEXT and other textual types, in the arena */
	int64_t integer;
	double real;
	bool flag;
	struct json_object *json; /* FIELD_JSON, borrowed */
};

enum { HTTP_PARAMS_MAX = 6, HTTP_FIELDS_MAX = 24 };

/* Who asks. */
struct caller {
	const char *user_id; /* NULL: nobody */
	const char *session_id;
	const char *api_key_id; /* by which the session lives, or NULL */
	enum key_scope scope;   /* what that may do */
	struct viewer viewer; /* of the profile in use, of a key's; zeros, which
				 see least, for nobody */
	enum user_role role; /* a limited profile is never an administrator's */
	bool by_cookie;      /* else Authorization: Bearer */
};

/* What does not change during a request. */
struct http_context {
	const char *name;
	const struct paths *paths;
	struct settings *settings; /* with the database's values, as they were
				      at most two seconds ago */
	const char *base_path;     /* "/" or "/miau/" */
	struct auth_keys *keys;    /* lib/auth/keys.h; NULL in handlers all of
				   whose rows are no_database */
};

struct request {
	const struct http_context *context;
	const struct route *route;
	struct arena *arena;
	struct db *db; /* read-only for GET and HEAD, else read-write; NULL for
			  rows with no_database */
	const char *method;
	bool is_head;
	bool is_v1;     /* asked under /api/v1 */
	const char *id; /* request id: letters, digits, '-', ≤ 63 bytes */
	const char *address; /* client's network address, proxies considered */
	const char *origin;  /* Origin header or NULL */
	const char *user_agent; /* "" when absent */
	bool is_tls;
	bool is_local; /* peer is this machine and Host a loopback name */
	struct caller caller;
	struct value param[HTTP_PARAMS_MAX]; /* by place in the path */
	struct value query[HTTP_FIELDS_MAX]; /* by index in route->query */
	struct value body[HTTP_FIELDS_MAX];  /* by index in route->body */
	struct store_page page;              /* rows with is_list */
	struct stream_key stream_key;        /* rows with ACCESS_KEY, checked */
	int64_t token_expires_at; /* ms: end of the access token or key; 0:
				     none */
	void *io;                 /* lib/http's own */
};

/* Value of a cookie of this request (also under its __Secure- name), or NULL. */
const char *request_cookie(
    const struct request *req, const char *name) NONNULL MUST_CHECK;
/* Calls fn for each cookie whose name, "__Secure-" left out, begins with
 * prefix. */
void request_cookies(const struct request *req, const char *prefix,
    void (*fn)(const char *name, const char *value, void *arg), void *arg)
    NONNULL_ARGS(1, 2, 3);
/* A request header by its name ("If-None-Match"), or NULL. */
const char *request_header(
    const struct request *req, const char *name) NONNULL MUST_CHECK;

/* Absolute path below this server's base path: "/miau/" + "api/stream/…". In
 * the arena. */
char *request_url(const struct request *req,
    const char *relative) NONNULL RETURNS_NONNULL MUST_CHECK;

/* The Origin of the request when it is this very server, under one of its
 * names and ports; else NULL. */
const char *request_own_origin(const struct request *req) NONNULL MUST_CHECK;

/* Whether whoever asked has closed the connection. */
bool request_is_gone(const struct request *req) NONNULL MUST_CHECK;

/* Writes to the audit log what this request does, within the transaction on
 * req->db that does it: who asked, from where, the request's id. detail: a JSON
 * object or NULL. */
int request_audit(const struct request *req, enum audit_event event,
    const char *target, const char *detail, struct err *err)
    NONNULL_ARGS(1, 5) MUST_CHECK;

/* Ends the transaction on req->db in which something was done to `target`: with
 * its row in the audit log when result is STORE_OK, else as if nothing had been
 * done. Returns the result, STORE_ERROR when it could not be ended so. */
enum store_result request_end(struct request *req, enum store_result result,
    enum audit_event event, const char *target,
    struct err *err) NONNULL_ARGS(1, 5) MUST_CHECK;

/* Calls miaud (lib/wire/wire.h) with the acting user after releasing the
 * database. 0 and *result (caller puts), or -1: ERR_DAEMON_DOWN, ERR_TIMEOUT or
 * what the method said. params (may be NULL) is taken. */
int request_call(struct request *req, const char *method,
    struct json_object *params, int timeout_ms, struct json_object **result,
    struct err *err) NONNULL_ARGS(1, 2, 5, 6) MUST_CHECK;
/* The same without waiting for an answer: last used, intents. */
void request_notify(struct request *req, const char *method,
    struct json_object *params) NONNULL_ARGS(1, 2);

#endif
