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

#include <stdbool.h>
#include <stdint.h>

#include "lib/auth/audit.h"
#include "lib/base/attr.h"
#include "lib/http/reply.h"
#include "lib/http/request.h"

enum access {
	ACCESS_USER, /* a signed-in person (zero: the default) */
	ACCESS_ADMIN,
	ACCESS_PUBLIC,
	ACCESS_KEY, /* a stream key in the path (parameter :key) */
};

enum rate {
	RATE_DEFAULT, /* generous, per session or address */
	RATE_LOGIN,   /* per address: 10 a minute */
	RATE_CODE,   /* short codes, PINs: per person or address, 20 a minute */
	RATE_SETUP,  /* per address: 1 in 5 s */
	RATE_PLAY,   /* per session: 60 a minute */
	RATE_STREAM, /* per key: none; unknown keys 20 a minute an address */
	RATE__MAX
};

/* What a field of the query or of a JSON body may hold. */
enum field_type {
	FIELD_TEXT,   /* UTF-8, at most max bytes (default 256) */
	FIELD_INT,    /* min … max */
	FIELD_REAL,   /* min … max */
	FIELD_BOOL,   /* true/false, in a query also 1/0 */
	FIELD_CHOICE, /* one of choices "a|b|c" */
	FIELD_EMAIL,
	FIELD_PASSWORD, /* 8 … 1024 bytes, any UTF-8 */
	FIELD_LANGUAGE, /* BCP 47: letters, digits, '-' */
	FIELD_TITLE_ID, /* movie-603, show-5, tt0133093 */
	FIELD_UUID,
	FIELD_KEY,  /* 43 characters base64url: a token or stream key */
	FIELD_PATH, /* absolute path, no NUL, at most 4095 bytes */
	FIELD_JSON, /* any value of a body, given as object */
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

struct route {
	const char *method; /* "GET" also answers HEAD */
	const char *path;   /* "" or "/", "/:movie", "/:show/seasons/:season" */
	const struct field *query; /* allowed query fields; others are 400 */
	const struct field *body;  /* allowed body fields (JSON object) */
	struct reply (*run)(struct request *req);
	enum access access;
	enum rate rate;
	enum key_scope keys; /* API keys that may, those with this scope or a
				wider one; KEY_SCOPE_NONE: none may, nor a
				sign-in by an app password */
	bool limited;    /* also for a profile with a maturity limit: the row
			    shows what its viewer sees and nothing else */
	bool embed;      /* the session may come as ?session= (GET only) */
	bool is_list;    /* takes ?fields=, ?cursor=, ?pageSize= */
	bool has_fields; /* takes ?fields= only */
	bool has_head; /* the contract has a HEAD operation of its own (GET rows
			  answer HEAD in any case, run sees req->is_head) */
	bool
	    any_origin; /* Access-Control-Allow-Origin: * without credentials */
	bool writes;    /* a GET or HEAD that writes: players know no other */
	bool no_csrf;   /* body tokens only: no cookie is used */
	bool no_database; /* run never touches it */
	bool is_probe; /* programs ask it every few seconds: what went well is
			  logged at level "debug" */
	int waits_ms;  /* may wait this long: more threads for the handler */
	/* What a row that is not GET writes to the audit log when it has
	 * changed something. With AUDIT_NONE it says why nothing. */
	enum audit_event audit;
	const char *audit_why;
	const char
	    *operation; /* operationId; NULL: made from method and path */
};

struct handler {
	const char *name;           /* of the program and its socket */
	const char *segment;        /* first path segment; NULL: the name */
	const struct route *routes; /* ended by a zero row */
	enum access
	    access;       /* of all rows that say nothing stricter: ACCESS_ADMIN
			       here makes every row admin-only */
	int threads;      /* most threads, 0: 4 (32 with a row that waits) */
	bool is_resident; /* does not leave when idle (stream, events) */
	bool has_events;  /* keeps listeners, see lib/http/events.h */
	bool has_root;    /* also answers below the base path without "api/" */
};

/* The whole main of a handler. Returns the exit code. */
int http_serve(
    int argc, char **argv, const struct handler *handler) NONNULL MUST_CHECK;

#endif
