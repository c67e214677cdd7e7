/*
 * The ring of events. Each line is made once, when the event is posted; a
 * subscriber holds the number of the next event it is to get and a small
 * window of lines under way, so a slow one costs nothing but its place.
 */
#include "daemon/miaud/events.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/wire/line.h"
#include "lib/wire/wire.h"

enum { WINDOW = 32, BOOT_SIZE = 24 };

struct line {
	char *text;
	size_t len;
};

struct event_subscriber {
	struct events *events;
	struct event_subscriber *next;
	struct event_sink sink;
	int64_t next_n; /* of the event to be sent next */
	int n_under_way;
	bool is_started;
	bool has_caught_up; /* a replay may be longer than the queue */
};

struct events {
	char boot[BOOT_SIZE];
	int64_t newest_n;
	struct line ring[EVENTS_KEPT]; /* event n lies at n % EVENTS_KEPT */
	struct event_subscriber *subscribers;
};

struct events *
events_new(const char *boot)
{
	struct events *events = mem_calloc(1, sizeof(*events));

	snprintf(events->boot, sizeof(events->boot), "%s", boot);
	return events;
}

void
events_free(struct events *events)
{
	size_t i;

	if (events == NULL)
		return;
	if (events->subscribers != NULL)
		die("events are freed under a subscriber");
	for (i = 0; i < EVENTS_KEPT; i++)
		free(events->ring[i].text);
	free(events);
}

bool
events_wanted(const struct events *events)
{
	return events->subscribers != NULL;
}

static void
id_of(const struct events *events, int64_t n, char out[EVENTS_ID_SIZE])
{
	snprintf(out, EVENTS_ID_SIZE, "%s-%" PRId64, events->boot, n);
}

void
events_newest(const struct events *events, char out[EVENTS_ID_SIZE])
{
	id_of(events, events->newest_n, out);
}

static void
write_audience(char *out, size_t size, const struct event *event)
{
	switch (event->audience) {
	case EVENT_EVERYONE:
		snprintf(out, size, "everyone");
		break;
	case EVENT_PROFILE:
		snprintf(out, size, "profile:%s", event->who);
		break;
	case EVENT_SESSION:
		snprintf(out, size, "session:%s", event->who);
		break;
	default:
		snprintf(out, size, "admins");
	}
}

/* The notification without its newline; takes event->data. false: too long. */
static bool
make_line(const struct events *events, int64_t n, const struct event *event,
    struct line *line)
{
	struct json_object *params = json_object_new_object();
	char id[EVENTS_ID_SIZE], audience[64];
	struct buf buf;
	int made;

	id_of(events, n, id);
	write_audience(audience, sizeof(audience), event);
	json_add_text(params, "id", id);
	json_add_text(params, "topic", event->topic);
	json_add_text(params, "audience", audience);
	json_add_text(params, "except", event->except);
	json_add(params, "data", event->data);
	buf_init(&buf, EVENTS_LINE_MAX);
	made = wire_put_request(&buf, 0, "event", params);
	json_object_put(params);
	if (made == -1) {
		buf_fini(&buf);
		return false;
	}
	line->len = buf.len - 1;
	line->text = buf_take(&buf);
	line->text[line->len] = '\0';
	return true;
}

static void
unlink_subscriber(struct event_subscriber *subscriber)
{
	struct event_subscriber **at;

	for (at = &subscriber->events->subscribers; *at != NULL;
	     at = &(*at)->next) {
		if (*at != subscriber)
			continue;
		*at = subscriber->next;
		return;
	}
}

void
events_unsubscribe(struct event_subscriber *subscriber)
{
	if (subscriber == NULL)
		return;
	unlink_subscriber(subscriber);
	free(subscriber);
}

/* Sends as many lines as the window lets through; false when the subscriber
 * was too slow and has been removed. */
static bool
pump(struct event_subscriber *subscriber)
{
	struct events *events = subscriber->events;
	struct event_sink sink = subscriber->sink;
	int64_t behind = events->newest_n + 1 - subscriber->next_n;
	const struct line *line;

	if (behind >
	    (subscriber->has_caught_up ? EVENTS_QUEUE_MAX : EVENTS_KEPT)) {
		events_unsubscribe(subscriber);
		sink.lagged(sink.arg);
		return false;
	}
	while (subscriber->is_started && subscriber->n_under_way < WINDOW &&
	    subscriber->next_n <= events->newest_n) {
		line = &events->ring[subscriber->next_n % EVENTS_KEPT];
		subscriber->next_n++;
		subscriber->n_under_way++;
		if (line->text != NULL)
			sink.send(sink.arg, line->text, line->len);
		else
			subscriber->n_under_way--;
	}
	if (subscriber->next_n > events->newest_n)
		subscriber->has_caught_up = true;
	return true;
}

void
events_post(struct events *events, const struct event *event)
{
	int64_t n = events->newest_n + 1;
	struct event_subscriber *subscriber, *next;
	struct line *line = &events->ring[n % EVENTS_KEPT];

	free(line->text);
	line->text = NULL;
	if (!make_line(events, n, event, line))
		log_warn("event.too_long", "An event of %s was left out.",
		    event->topic);
	events->newest_n = n;
	for (subscriber = events->subscribers; subscriber != NULL;
	     subscriber = next) {
		next = subscriber->next;
		pump(subscriber);
	}
}

/* The number behind since, or -1 when events after it are not known here. */
static int64_t
find_since(const struct events *events, const char *since)
{
	const char *number = str_after(since, events->boot);
	int64_t n;

	if (number == NULL || number[0] != '-' ||
	    !str_to_int64(number + 1, 0, events->newest_n, &n))
		return -1;
	return events->newest_n - n < EVENTS_KEPT ? n : -1;
}

struct event_subscriber *
events_subscribe(struct events *events, const char *since,
    const struct event_sink *sink, bool *reset)
{
	struct event_subscriber *subscriber;
	int64_t from = events->newest_n;

	*reset = false;
	if (since != NULL && (from = find_since(events, since)) == -1) {
		*reset = true;
		from = events->newest_n;
	}
	subscriber = mem_calloc(1, sizeof(*subscriber));
	subscriber->events = events;
	subscriber->sink = *sink;
	subscriber->next_n = from + 1;
	subscriber->next = events->subscribers;
	events->subscribers = subscriber;
	return subscriber;
}

void
events_start(struct event_subscriber *subscriber)
{
	subscriber->is_started = true;
	pump(subscriber);
}

void
events_sent(struct event_subscriber *subscriber)
{
	subscriber->n_under_way--;
	pump(subscriber);
}
