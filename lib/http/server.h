/*
 * What the files of lib/http share and nobody else sees: the process, one
 * worker per thread, one exchange per request.
 */
#ifndef LIB_HTTP_SERVER_H
#define LIB_HTTP_SERVER_H

#include <json-c/json.h>
#include <pthread.h>
#include <stdatomic.h>

#include "lib/auth/token_cache.h"
#include "lib/base/buf.h"
#include "lib/base/random.h"
#include "lib/http/http.h"
#include "lib/http/io.h"
#include "lib/http/limits.h"
#include "lib/http/path.h"
#include "lib/http/query.h"
#include "lib/wire/wire.h"

struct http_events;

enum {
	HTTP_BODY_MAX = 1024 * 1024,
	HTTP_ARENA_MAX = 64 * 1024 * 1024,
	HTTP_REPLY_MAX = 32 * 1024 * 1024,
	HTTP_ID_SIZE = 64,
	HTTP_ADDRESS_SIZE = 64,
};

/* Settings that requests at work share; freed by the last of them. */
struct http_settings {
	atomic_int refs;
	bool has_stored;   /* the database's values are in */
	int64_t loaded_ms; /* monotonic */
	struct settings *settings;
};

/* How a web server is told to send a file by itself. */
enum http_offload {
	OFFLOAD_NONE,
	OFFLOAD_LIGHTTPD, /* X-Sendfile: the path, percent-encoded */
	OFFLOAD_NGINX,    /* X-Accel-Redirect: an inner address */
	OFFLOAD_APACHE,   /* X-Sendfile: the path as it is (mod_xsendfile) */
};

/* The process. */
struct http_server {
	const struct handler *handler;
	struct paths paths;
	char base_path[256];
	bool needs_database; /* some row does */
	enum http_offload offload;

	pthread_mutex_t lock; /* for all below, which come into being when they
				 are first needed and can be had */
	struct http_settings *settings;
	struct auth_keys *keys;
	struct token_cache *tokens; /* has a lock of its own */
	struct db_pool *readers;
	struct db_pool *writers;
	struct limits *limits;
	struct http_events *events;
};

/* A thread that answers requests, one at a time. */
struct http_worker {
	struct http_server *server;
	struct http_io *io;
	struct arena *arena;
	struct wire_client *wire;   /* kept between requests, NULL: none yet */
	uint64_t last_id;           /* 0: none was given yet */
	char touched_id[UUID_SIZE]; /* of the session whose use was told last */
	int64_t touched_ms;         /* when, monotonic */
};

/* Answering one request. */
struct http_exchange {
	struct http_server *server;
	struct http_worker *worker;
	struct http_io *io;
	struct http_context context;
	struct http_settings *settings;
	struct request req;
	struct http_path path;
	struct http_query query;
	struct json_object *body;
	const char *host;      /* without port, "" when absent */
	const char *host_full; /* as it came */
	bool is_trusted;       /* the peer is a trusted proxy */
	bool touches_session;  /* its last use is to be noted */
	const struct field *fields_row;
	const char *fields; /* of ?fields=, NULL: all */
	char id[HTTP_ID_SIZE];
	char address[HTTP_ADDRESS_SIZE];
	char key_shown[8]; /* start of a stream key's hash, "" for none */
	struct limit_state limit;
	bool has_limit;
	int64_t started_us;
	int status;  /* 0: no head was sent yet */
	bool is_cut; /* the body ended early */
};

/* server.c. Opens what the process needs from the start: folders, settings of
 * environment and file. -1 when the installation is unusable. */
int http_server_init(struct http_server *server, const struct handler *handler,
    struct err *err) NONNULL MUST_CHECK;
void http_server_fini(struct http_server *server) NONNULL;
/* Settings as they are now; http_settings_put afterwards. */
struct http_settings *http_settings_get(
    struct http_server *server) NONNULL RETURNS_NONNULL MUST_CHECK;
/* The same with the database's values for certain, if it can be read. */
struct http_settings *http_settings_get_stored(
    struct http_server *server) NONNULL RETURNS_NONNULL MUST_CHECK;
void http_settings_put(struct http_settings *settings);
/* The pool of a mode, opened when it is first asked for. NULL and the reason. */
struct db_pool *http_server_pool(struct http_server *server, enum db_mode mode,
    struct err *err) NONNULL MUST_CHECK;
/* The keys of the database of this pool. ERR_CORRUPT: there are none, or not
 * those. */
struct auth_keys *http_server_keys(struct http_server *server,
    struct db_pool *pool, struct err *err) NONNULL MUST_CHECK;
struct limits *http_server_limits(
    struct http_server *server, struct err *err) NONNULL MUST_CHECK;

/* router.c. Answers the request that the worker's io has begun. */
void http_answer(struct http_worker *worker) NONNULL;
/* Dies for a table of rows that cannot be right. */
void http_check_routes(const struct handler *handler) NONNULL;
enum access http_route_access(
    const struct handler *handler, const struct route *route) NONNULL;

/* access.c. 0 when the row's access is given; caller, session and key are then
 * filled. */
int http_check_access(
    struct http_exchange *ex, struct reply *refusal) NONNULL MUST_CHECK;

/* rates.c. 0, or -1 and a 429. */
int http_check_rate(
    struct http_exchange *ex, struct reply *refusal) NONNULL MUST_CHECK;
/* Whether this address may go on guessing keys; with `take` one guess is
 * counted. */
int http_check_guesses(struct http_exchange *ex, bool take,
    struct reply *refusal) NONNULL MUST_CHECK;

/* body.c. Reads, parses and checks a JSON body by the row. */
int http_read_body(
    struct http_exchange *ex, struct reply *refusal) NONNULL MUST_CHECK;

/* respond.c. Writes a reply, whatever its kind, and frees what it holds. */
void http_respond(struct http_exchange *ex, struct reply *reply) NONNULL;
/* Head of a reply up to the empty line; length -1: not said. 0 or -1. */
int http_send_head(struct http_exchange *ex, const struct reply *reply,
    int status, int64_t length) NONNULL;
/* Whether If-None-Match names this ETag (without quotes), RFC 9110 §13.1.2. */
bool http_etag_matches(const char *header, const char *etag)
    NONNULL_ARGS(2) MUST_CHECK;

/* file.c. */
void http_respond_file(struct http_exchange *ex, struct reply *reply) NONNULL;

/* fields_filter.c. Leaves only the named properties. NULL, or the name that is
 * not there. */
const char *http_fields_filter(struct arena *arena, struct json_object **body,
    const char *list_key, const char *fields) NONNULL_ARGS(1, 2, 4) MUST_CHECK;

/* rows.c. The table of rows as JSON. */
struct json_object *http_rows_json(
    const struct handler *handler) NONNULL RETURNS_NONNULL MUST_CHECK;

/* call.c. Tells miaud that the session was used, and the key by which it lives. */
void http_touch_session(struct http_exchange *ex) NONNULL;

#endif
