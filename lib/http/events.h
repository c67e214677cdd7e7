/*
 * Server-Sent Events without a thread per listener. A route function calls
 * http_events_follow; the head is written, the connection handed to the one
 * thread that writes to all listeners. The process holds one subscription at
 * miaud and a ring of the last events, so that a listener who comes back with
 * Last-Event-ID gets what it missed; one whose id is not known gets
 * "event: reset". A listener that reads too slowly is closed and comes back
 * the same way. It ends with its session, its role or its access token.
 */
#ifndef LIB_HTTP_EVENTS_H
#define LIB_HTTP_EVENTS_H

#include "lib/base/attr.h"
#include "lib/http/http.h"

struct http_events;
struct http_server;

/* For handlers with has_events. topics: names separated by commas, NULL for
 * all. since: the id of the last event that was heard, NULL for what the header
 * Last-Event-ID says. The reply is REPLY_TAKEN, or a refusal. */
struct reply http_events_follow(struct request *req, const char *topics,
    const char *since) NONNULL_ARGS(1) MUST_CHECK;

/* Of serve.c: the thread, and its end with all listeners. NULL is fine. */
struct http_events *http_events_start(
    struct http_server *server) NONNULL RETURNS_NONNULL MUST_CHECK;
void http_events_stop(struct http_events *events);

#endif
