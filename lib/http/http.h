/*
 * A handler's whole view of HTTP. A handler file is a table of routes and one
 * short function per route:
 *
 *	static struct reply
 *	show_movie(struct request *req) { ... return reply_json(obj); }
 *
 *	static const struct route routes[] = {
 *		{ .method = "GET", .path = "/:movie", .run = show_movie },
 *		{ 0 }
 *	};
 *	int main(int argc, char **argv) {
 *		return http_serve(argc, argv,
 *		    &(struct handler){ .name = "movies", .routes = routes });
 *	}
 *
 * Zero is the strictest value of every field of a row: signed-in user, no
 * body, default rate. What a row can state is checked before the function
 * runs, so functions contain no `if (!user)`.
 *
 * The same program runs under FastCGI (listening socket on fd 0), as plain CGI
 * (environment and stdin), and prints its rows as JSON with --routes.
 */
#ifndef LIB_HTTP_HTTP_H
#define LIB_HTTP_HTTP_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/paths.h"
#include "lib/base/settings.h"
#include "lib/db/db.h"
#include "lib/store/sessions.h"
#include "lib/store/stream_keys.h"

enum access {
	ACCESS_USER,   /* a signed-in person (zero: the default) */
	ACCESS_ADMIN,
	ACCESS_PUBLIC,
	ACCESS_KEY,    /* a stream key in the path (parameter :key) */
};

enum rate {
	RATE_DEFAULT, /* generous, per session or address */
	RATE_LOGIN,   /* per address: 10 a minute */
	RATE_SETUP,   /* per address: 1 in 5 s */
	RATE_PLAY,    /* per session: 60 a minute */
	RATE_STREAM,  /* per key: none; unknown keys 20 a minute an address */
	RATE__MAX
};

/* What a field of the query or of a JSON body may hold. */
enum field_type {
	FIELD_TEXT,	/* UTF-8, at most max bytes (default 256) */
	FIELD_INT,	/* min … max */
	FIELD_REAL,	/* min … max */
	FIELD_BOOL,	/* true/false, in a query also 1/0 */
	FIELD_CHOICE,	/* one of choices "a|b|c" */
	FIELD_EMAIL,
	FIELD_PASSWORD, /* 8 … 1024 bytes, any UTF-8 */
	FIELD_LANGUAGE, /* BCP 47: letters, digits, '-' */
	FIELD_TITLE_ID, /* movie-603, show-5, tt0133093 */
	FIELD_UUID,
	FIELD_KEY,	/* 43 characters base64url: a token or stream key */
	FIELD_PATH,	/* absolute path, no NUL, at most 4095 bytes */
	FIELD_JSON,	/* any value of a body, given as object */
};

struct field {
	const char *name; /* NULL ends the list */
	enum field_type type;
	bool required;
	int64_t min, max; /* FIELD_INT and lengths of FIELD_TEXT; max 0: the
			     type's default */
	double real_min, real_max; /* FIELD_REAL; both 0: any finite */
	const char *choices;
};

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

struct request;
struct reply;

struct route {
	const char *method; /* "GET" also answers HEAD unless has_head */
	const char *path;   /* "" or "/", "/:movie", "/:show/seasons/:season" */
	const struct field *query; /* allowed query fields; others are 400 */
	const struct field *body;  /* allowed body fields (JSON object) */
	struct reply (*run)(struct request *req);
	enum access access;
	enum rate rate;
	bool embed;   /* the session may come as ?session= (GET only) */
	bool is_list; /* takes ?fields=, ?cursor=, ?pageSize= */
	bool has_head; /* run is called for HEAD too (it looks at req->is_head) */
	bool any_origin; /* Access-Control-Allow-Origin: * without credentials */
	bool no_csrf;	/* body tokens only: no cookie is used */
	bool no_database; /* run never touches it */
	int waits_ms; /* may wait this long: more threads for the handler */
	const char *operation; /* operationId; NULL: made from method and path */
};

struct handler {
	const char *name; /* first path segment */
	const struct route *routes; /* ended by a zero row */
	enum access access; /* of all rows that say nothing stricter: ACCESS_ADMIN
			       here makes every row admin-only */
	int threads;  /* most threads, 0: 4 (32 with a row that waits) */
	bool is_resident; /* does not leave when idle (stream, events) */
	/* For /api/events: takes the raw request over, see lib/http/events.h. */
	int (*resident_thread)(void *arg);
};

/* Who asks. */
struct caller {
	const char *user_id; /* NULL: nobody */
	const char *session_id;
	const char *profile_id;
	enum user_role role;
	bool by_cookie; /* else Authorization: Bearer */
};

/* The handler's process: what does not change between requests. */
struct http_context {
	const char *name;
	struct paths paths;
	struct settings *settings;
	const char *base_path; /* "/" or "/miau/" */
	struct auth_keys *keys; /* lib/auth/keys.h; NULL under ACCESS_PUBLIC-only
				   handlers without a database */
};

/* A single range of RFC 9110 §14, resolved against a size. */
struct http_range {
	int64_t from; /* first byte */
	int64_t to;   /* last byte, inclusive */
};

struct request {
	const struct http_context *context;
	const struct route *route;
	struct arena *arena;
	struct db *db; /* read-only for GET and HEAD, else read-write */
	const char *method;
	bool is_head;
	bool is_v1;	      /* asked under /api/v1 */
	const char *id;	      /* request id: letters, digits, '-', ≤ 63 bytes */
	const char *address;  /* client's network address, proxies considered */
	const char *origin;   /* Origin header or NULL */
	const char *user_agent; /* "" when absent */
	bool is_tls;
	bool is_local;	      /* peer is this machine and Host a loopback name */
	struct caller caller;
	struct value param[HTTP_PARAMS_MAX]; /* by place in the path */
	struct value query[HTTP_FIELDS_MAX]; /* by index in route->query */
	struct value body[HTTP_FIELDS_MAX];  /* by index in route->body */
	struct store_page page;		     /* rows with is_list */
	struct stream_key stream_key;	     /* rows with ACCESS_KEY, checked */
	void *io;			     /* lib/http's own */
};

/*
 * What a function returns; made by the reply_* functions only.
 */
enum reply_kind {
	REPLY_JSON,
	REPLY_EMPTY,
	REPLY_ERROR,
	REPLY_TEXT,
	REPLY_FILE,   /* a whole file, offloaded to the web server when it can */
	REPLY_WRITER, /* body made by a function after the database is released */
	REPLY_TAKEN,  /* the request was handed to another thread (events) */
};

struct http_writer;
typedef int (*http_write_fn)(struct http_writer *out, void *arg);

struct reply {
	enum reply_kind kind;
	int status;
	struct json_object *json;
	struct err err;
	struct json_object *err_fields; /* 400: [{name, problem}] */
	const char *type;	    /* media type of text, file and writer */
	const char *text;	    /* in the arena or static */
	const char *path;	    /* REPLY_FILE, in the arena */
	const char *etag;	    /* strong, without quotes; NULL: REPLY_JSON
				       gets one from its body */
	const char *cache_control;  /* NULL: "private, no-cache" */
	const char *filename;	    /* Content-Disposition: inline; filename= */
	int64_t retry_after_s;
	struct {
		const char *name;
		const char *value;
	} header[8];		    /* further headers, in the arena */
	int n_headers;
	http_write_fn write;
	void *write_arg;
};

/* The object is taken. 200; for others set .status on the result. */
struct reply reply_json(struct json_object *obj) NONNULL;
struct reply reply_empty(void);		 /* 204 */
struct reply reply_text(const char *type, const char *text) NONNULL;
/* A code with its sentence; the status follows from the code. */
struct reply reply_error(enum err_code code, const char *fmt, ...)
    PRINTF_LIKE(2, 3);
struct reply reply_err(const struct err *err) NONNULL;
/* STORE_NONE becomes `none` with its standard text, STORE_ERROR what err says
 * (a broken database is logged, not shown). */
struct reply reply_store(enum store_result result, enum err_code none,
    const struct err *err) NONNULL;
/* One bad field: 400 invalid_fields with fields:[{name,problem}]. */
struct reply reply_bad_field(const char *name, const char *problem) NONNULL;
/* Bytes of a whole regular file, with ranges, If-Range, If-None-Match, HEAD. A
 * single range of a file below one of the web server's sendfile folders leaves
 * by X-Sendfile (decided by lib/http); everything else is copied. etag without
 * quotes. */
struct reply reply_file(const char *path, const char *type, const char *etag)
    NONNULL;
void reply_header(struct reply *reply, const char *name, const char *value)
    NONNULL;

/* A list: {"<key>":[…],"cursor":…,"total":…}; items is taken; cursor NULL. */
struct reply reply_list(const char *key, struct json_object *items,
    const char *cursor, int64_t total) NONNULL_ARGS(1, 2);

/* Cookies set by auth routes; value NULL deletes. Path is relative to the base
 * path ("", "api/auth/"); adds __Secure- and Secure under TLS. */
void reply_cookie(struct reply *reply, const struct request *req,
    const char *name, const char *value, const char *path, int64_t max_age_s)
    NONNULL_ARGS(1, 2, 3, 5);
/* Value of a cookie of this request (also under its __Secure- name), or NULL. */
const char *request_cookie(const struct request *req, const char *name)
    NONNULL MUST_CHECK;
/* Calls fn for each cookie whose name begins with prefix. */
void request_cookies(const struct request *req, const char *prefix,
    void (*fn)(const char *name, const char *value, void *arg), void *arg)
    NONNULL_ARGS(1, 2, 3);
/* A request header by its name ("If-None-Match"), or NULL. */
const char *request_header(const struct request *req, const char *name)
    NONNULL MUST_CHECK;

/* Absolute path below this server's base path: "/miau/" + "api/stream/…". */
char *request_url(const struct request *req, const char *relative)
    NONNULL RETURNS_NONNULL MUST_CHECK;

/* Calls miaud (lib/wire/client.h) with the acting user after releasing the
 * database. 0 and *result (caller puts), or -1: ERR_DAEMON_DOWN, ERR_TIMEOUT or
 * what the method said. params is taken. */
int request_call(struct request *req, const char *method,
    struct json_object *params, int timeout_ms, struct json_object **result,
    struct err *err) NONNULL_ARGS(1, 2, 5, 6) MUST_CHECK;
/* The same without waiting for an answer: last used, intents. */
void request_notify(struct request *req, const char *method,
    struct json_object *params) NONNULL_ARGS(1, 2);

/* A JSON body's parsed object (borrowed), NULL without a body. */
struct json_object *request_body(const struct request *req)
    NONNULL MUST_CHECK;

/* For REPLY_WRITER: 0, or -1 when the client has gone (stop then). */
int http_write(struct http_writer *out, const void *bytes, size_t len)
    NONNULL MUST_CHECK;
/* True when the client has gone (poll RDHUP|HUP on the connection). */
bool http_client_gone(struct http_writer *out) NONNULL MUST_CHECK;

/* The whole main of a handler. Returns the exit code. */
int http_serve(int argc, char **argv, const struct handler *handler)
    NONNULL MUST_CHECK;

#endif
