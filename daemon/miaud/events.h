/*
 * News for those who subscribed: a ring of the last EVENTS_KEPT with an
 * audience each. An id is "<boot>-<n>": boot is new at each start of miaud, n
 * counts from 1. A subscriber is a place in the ring, so that nothing is
 * copied per subscriber; one that falls EVENTS_QUEUE_MAX behind is told
 * `lagged` and removed.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_EVENTS_H
#define DAEMON_MIAUD_EVENTS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"

enum {
	EVENTS_KEPT = 1024,
	EVENTS_QUEUE_MAX = 256,
	EVENTS_ID_SIZE = 48,
	EVENTS_LINE_MAX = 64 * 1024, /* a longer event is left out */
};

enum event_audience {
	EVENT_ADMINS,  /* administrators (zero: strictest) */
	EVENT_PROFILE, /* one profile of a person */
	EVENT_SESSION, /* one session */
	EVENT_EVERYONE,
};

/* An event as it is posted. */
struct event {
	const char *topic; /* "library", "task", "playback", "session", "vpn" */
	enum event_audience audience;
	const char *who;          /* id of the profile or the session */
	const char *except;       /* session that need not be told, or NULL */
	struct json_object *data; /* an object, taken */
};

struct events;
struct event_subscriber;

/* How a subscriber is told. The line is a whole notification without its
 * newline, valid during the call. When it has left, the
 * subscriber calls events_sent, but not from within send. */
struct event_sink {
	void (*send)(void *arg, const char *line, size_t len);
	void (*lagged)(void *arg); /* already removed when it is called */
	void *arg;
};

/* boot: a text without '-' that differs at each start. */
struct events *events_new(const char *boot) RETURNS_NONNULL MUST_CHECK;
/* No subscriber may be left. NULL is fine. */
void events_free(struct events *events);

/* Numbers it, keeps it and sends it. */
void events_post(struct events *events, const struct event *event) NONNULL;

/* Whether anybody listens: saves making what nobody reads. The ring is for
 * those who come back, so only frequent events (progress of a scan) ask. */
bool events_wanted(const struct events *events) NONNULL;

/* "<boot>-<n>" of the newest event. */
void events_newest(
    const struct events *events, char out[EVENTS_ID_SIZE]) NONNULL;

/* Adds a subscriber. since NULL: from now on. *reset is set when since is
 * unknown or too old: then from now on, and the subscriber has to ask for
 * everything anew. Sending begins with events_start. */
struct event_subscriber *events_subscribe(struct events *events,
    const char *since, const struct event_sink *sink, bool *reset)
    NONNULL_ARGS(1, 3, 4) RETURNS_NONNULL MUST_CHECK;
void events_start(struct event_subscriber *subscriber) NONNULL;
/* One line has left. Sending goes on, so the subscriber may be gone after it. */
void events_sent(struct event_subscriber *subscriber) NONNULL;
void events_unsubscribe(struct event_subscriber *subscriber);

#endif
