/*
 * The one HTTP client, for what lies outside this machine. It belongs to a
 * libuv loop and never waits: names are looked up on threads of libcurl,
 * everything else happens in the loop.
 *
 *	static void
 *	told(void *arg, const struct net_answer *answer, const struct err *err)
 *	{
 *		if (answer == NULL)
 *			log_warn("news", "%s", err->text);
 *	}
 *
 *	net_send(net, &(struct net_request){ .service = "Example",
 *	    .base = "https://api.example", .url = "https://api.example/news",
 *	    .is_idempotent = true }, told, NULL);
 *
 * What holds for every call:
 *
 * - Only http and https; certificates are checked. No proxy is taken from the
 *   environment, no cookie is kept, no password is taken from an address.
 * - No address inside the house is reached (loopback, private, link-local …),
 *   however it was named: the address of the socket itself is looked at, before
 *   it connects and again before the request is sent. Except where the
 *   configured base address is such a one itself; then exactly its host and
 *   port may be.
 * - Redirects are followed for GET, at most NET_REDIRECTS_MAX times, each
 *   checked like a first address; the caller's headers do not go along to
 *   another host, and https never leads to http.
 * - An answer is at most max_bytes, also when it came packed.
 * - A call that may be repeated (is_idempotent) is, with a pause that grows and
 *   is never twice the same, after a network error or a status of 500 and
 *   above, within its time.
 * - "429" and "Retry-After" hold for the whole service: until then its calls
 *   fail at once with ERR_UPSTREAM_LIMIT.
 * - A service that failed NET_FAILURES_MAX times within NET_FAILURES_MS is left
 *   alone for NET_PAUSE_MS, then twice as long, up to NET_PAUSE_MAX_MS: calls
 *   fail at once with ERR_UPSTREAM_DOWN; then one call tries, alone.
 * - Nothing of an address but its host, and no header, is ever logged.
 *
 * Errors: ERR_UPSTREAM_DOWN (no answer in time, no connection, no valid
 * certificate, 500 and above), ERR_UPSTREAM_LIMIT, ERR_UPSTREAM_ANSWER (not
 * HTTP, too large, an address that is refused), ERR_CANCELLED (net_close).
 * Their sentences name the service. Any other status is an answer.
 *
 * Loop thread only.
 */
#ifndef LIB_NET_NET_H
#define LIB_NET_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"

enum {
	NET_CONNECT_MS = 3000,
	NET_TOTAL_MS = 15000,
	NET_BYTES_MAX = 8 * 1024 * 1024,
	NET_ATTEMPTS_MAX = 3,
	NET_REDIRECTS_MAX = 3,
	NET_BACKOFF_MS = 200,
	NET_FAILURES_MAX = 5,
	NET_FAILURES_MS = 30000,
	NET_PAUSE_MS = 30000,
	NET_PAUSE_MAX_MS = 300000,
	NET_HEADERS_MAX = 16,
};

struct net;
struct net_call;

struct net_request {
	const char *service; /* for people, and what the limits belong to */
	const char *base;    /* the configured address of the service */
	const char *url;
	const char *method;         /* NULL: GET */
	const char *const *headers; /* "Name: value", ended by NULL; or NULL */
	const char *body;           /* NULL: none */
	size_t body_len;
	int connect_ms;   /* 0: NET_CONNECT_MS */
	int total_ms;     /* 0: NET_TOTAL_MS; of all attempts together */
	size_t max_bytes; /* 0: NET_BYTES_MAX */
	bool is_idempotent;
};

struct net_answer {
	int status;
	const char *type; /* Content-Type, "" when there is none */
	const char *body; /* a NUL follows */
	size_t len;
};

/* Called exactly once, never within net_send. answer is NULL when err tells
 * why; both are valid during the call. */
typedef void (*net_done_fn)(
    void *arg, const struct net_answer *answer, const struct err *err);

/* A client on that loop. */
struct net *net_new(uv_loop_t *loop) NONNULL RETURNS_NONNULL MUST_CHECK;
/* Ends every call with ERR_CANCELLED and takes no more; the loop can end. */
void net_close(struct net *net) NONNULL;
/* After the loop has ended. */
void net_free(struct net *net);

/* Begins a call; everything in the request is copied. The handle is valid until
 * done has been called. */
struct net_call *net_send(struct net *net, const struct net_request *request,
    net_done_fn done, void *arg) NONNULL_ARGS(1, 2, 3) RETURNS_NONNULL;
/* Ends a call; its done is not called. */
void net_cancel(struct net_call *call) NONNULL;

/* A service is asked again at once, whatever it did: it was set up anew. */
void net_forgive(struct net *net, const char *service) NONNULL;

/* How a service has fared; calls `tell` for each that was asked so far. */
struct net_health {
	const char *service;
	const char *breaker;  /* "closed", "open", "half-open" */
	int64_t since;        /* wall clock: of the last failure, 0: none */
	const char *sentence; /* of that failure, "" after a success */
};
void net_list(struct net *net,
    void (*tell)(void *arg, const struct net_health *health), void *arg)
    NONNULL_ARGS(1, 2);

/* A text as a part of an address (free()): everything but letters, digits and
 * "-._~" as %XX. */
char *net_escape(const char *text) NONNULL RETURNS_NONNULL MUST_CHECK;

#endif
