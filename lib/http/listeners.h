/*
 * Connections that wait for events: who listens, what they may hear, and the
 * FastCGI records that carry it. One thread only.
 */
#ifndef LIB_HTTP_LISTENERS_H
#define LIB_HTTP_LISTENERS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/random.h"
#include "lib/store/sessions.h"

enum {
	LISTENER_TOPICS_MAX = 201,
	LISTENER_ID_MAX = 81,
	EVENT_TOPIC_MAX = 32,
	EVENT_WHO_MAX = 40,
};

struct listener {
	struct listener *next; /* on the way to the thread */
	int fd;
	uint16_t request_id; /* of FastCGI */
	bool is_admin;
	bool is_pending; /* has not been told what it missed yet */
	bool is_limited; /* its profile may not see every title */
	char profile_id[UUID_SIZE];
	char session_id[UUID_SIZE];
	char topics[LISTENER_TOPICS_MAX]; /* "" for all */
	char since[LISTENER_ID_MAX];      /* Last-Event-ID, "" for none */
	int64_t expires_at;               /* ms, of the access token */
};

/* An event as it is kept and sent. */
struct heard {
	int64_t n;
	char topic[EVENT_TOPIC_MAX];
	enum {
		HEARD_BY_ADMINS,
		HEARD_BY_PROFILE,
		HEARD_BY_SESSION,
		HEARD_BY_ALL
	} audience;
	char who[EVENT_WHO_MAX];    /* profile or session */
	char except[EVENT_WHO_MAX]; /* session, "" for none */
	char *text;                 /* "id: …\nevent: …\ndata: …\n\n" */
	size_t len;
	/* The same without the title that it names: what a limited profile is
	 * told, who then asks for what it may see. NULL: it names none. */
	char *veiled;
	size_t veiled_len;
};

/* Frees what it holds and leaves zeros. */
void heard_clear(struct heard *heard) NONNULL;
/* From the params of a notification, whose data must be an object; clears what
 * was there. audience is "everyone", "admins", "profile:<id>",
 * "session:<id>"; anything else is for administrators. */
void heard_fill(
    struct heard *heard, int64_t n, struct json_object *params) NONNULL;

/* Whether a listener still is who it was when it came: neither its session nor
 * its profile, its role or its limit has changed. */
bool listener_is_still(const struct listener *listener,
    const struct session *session) NONNULL MUST_CHECK;

/* Whether a listener is to be told. */
bool listener_wants(const struct listener *listener,
    const struct heard *heard) NONNULL MUST_CHECK;

/* Writes an event, or what of it this listener may know. As listener_write. */
bool listener_tell(const struct listener *listener,
    const struct heard *heard) NONNULL MUST_CHECK;

/* Writes without ever waiting; false when it could not all be written: the
 * listener is then to be closed by listener_free(…, false). */
bool listener_write(const struct listener *listener, const char *text,
    size_t len) NONNULL MUST_CHECK;

/* Ends the answer (properly, or by breaking off) and frees. */
void listener_free(struct listener *listener, bool properly) NONNULL;

#endif
