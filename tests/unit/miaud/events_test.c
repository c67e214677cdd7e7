/* The ring of events: order, audiences, replay, slow listeners. */
#include "tests/unit/helpers.h"

#include "daemon/miaud/events.h"
#include "lib/base/json.h"

enum { HEARD_MAX = 3000 };

/* A listener that keeps the numbers it was told. */
struct listener {
	struct event_subscriber *subscriber;
	int64_t heard[HEARD_MAX];
	int n_heard;
	int n_acknowledged;
	bool has_lagged;
	char last[512];
};

static void
hear(void *arg, const char *line, size_t len)
{
	struct listener *listener = arg;
	struct json_object *root, *params;
	struct err err;
	const char *id;

	assert_true(len < sizeof(listener->last));
	snprintf(listener->last, sizeof(listener->last), "%s", line);
	root = json_parse(line, len, &err);
	assert_non_null(root);
	assert_string_equal(json_get_text(root, "method", ""), "event");
	params = json_get_object(root, "params");
	id = json_get_text(params, "id", "");
	assert_int_equal(strncmp(id, "boot-", 5), 0);
	assert_true(listener->n_heard < HEARD_MAX);
	listener->heard[listener->n_heard++] = strtoll(id + 5, NULL, 10);
	json_object_put(root);
}

static void
lag(void *arg)
{
	struct listener *listener = arg;

	listener->has_lagged = true;
	listener->subscriber = NULL;
}

static void
listen_from(struct events *events, struct listener *listener, const char *since,
    bool *reset)
{
	struct event_sink sink = { hear, lag, listener };

	memset(listener, 0, sizeof(*listener));
	listener->subscriber = events_subscribe(events, since, &sink, reset);
	events_start(listener->subscriber);
}

/* Lets all that was sent be acknowledged, and what then follows. */
static void
drain(struct listener *listener)
{
	while (listener->subscriber != NULL &&
	    listener->n_acknowledged < listener->n_heard) {
		listener->n_acknowledged++;
		events_sent(listener->subscriber);
	}
}

static void
post(struct events *events, enum event_audience audience, const char *who)
{
	struct event event = { .topic = "library",
		.audience = audience,
		.who = who,
		.data = json_object_new_object() };

	json_add_text(event.data, "kind", "title");
	events_post(events, &event);
}

static void
post_many(struct events *events, int n)
{
	while (n-- > 0)
		post(events, EVENT_EVERYONE, NULL);
}

static void
test_order(void **state)
{
	struct events *events = events_new("boot");
	struct listener listener;
	bool reset = true;
	int i;

	(void)state;
	post_many(events, 3);
	assert_false(events_wanted(events));
	listen_from(events, &listener, NULL, &reset);
	assert_true(events_wanted(events));
	assert_false(reset);
	assert_int_equal(listener.n_heard, 0);
	for (i = 0; i < 2000; i++) {
		post_many(events, 1);
		drain(&listener);
	}
	assert_int_equal(listener.n_heard, 2000);
	for (i = 0; i < 2000; i++)
		assert_int_equal(listener.heard[i], i + 4);
	events_unsubscribe(listener.subscriber);
	events_free(events);
}

static void
test_audience(void **state)
{
	struct events *events = events_new("boot");
	struct listener listener;
	bool reset;

	(void)state;
	listen_from(events, &listener, NULL, &reset);
	post(events, EVENT_ADMINS, NULL);
	assert_non_null(strstr(listener.last, "\"audience\":\"admins\""));
	post(events, EVENT_PROFILE, "u-1");
	assert_non_null(strstr(listener.last, "\"audience\":\"profile:u-1\""));
	post(events, EVENT_SESSION, "s-1");
	assert_non_null(strstr(listener.last, "\"audience\":\"session:s-1\""));
	post(events, EVENT_EVERYONE, NULL);
	assert_non_null(strstr(listener.last, "\"audience\":\"everyone\""));
	assert_non_null(strstr(listener.last, "\"except\":null"));
	events_unsubscribe(listener.subscriber);
	events_free(events);
}

static void
test_replay(void **state)
{
	struct events *events = events_new("boot");
	char newest[EVENTS_ID_SIZE];
	struct listener listener;
	bool reset;

	(void)state;
	post_many(events, 2000);
	events_newest(events, newest);
	assert_string_equal(newest, "boot-2000");
	/* The oldest id whose successors are all kept: a whole ring. */
	listen_from(events, &listener, "boot-977", &reset);
	assert_false(reset);
	drain(&listener);
	assert_int_equal(listener.n_heard, 1023);
	assert_int_equal(listener.heard[0], 978);
	assert_int_equal(listener.heard[1022], 2000);
	assert_false(listener.has_lagged);
	events_unsubscribe(listener.subscriber);
	listen_from(events, &listener, newest, &reset);
	assert_false(reset);
	assert_int_equal(listener.n_heard, 0);
	events_unsubscribe(listener.subscriber);
	events_free(events);
}

static void
test_reset(void **state)
{
	static const char *const unknown[] = { "boot-976", "boot-0",
		"boot-2001", "other-1999", "boot", "boot-", "boot-x", "",
		"boot--1", "boot-99999999999999999999", "boot-1999x" };
	struct events *events = events_new("boot");
	struct listener listener;
	bool reset;
	size_t i;

	(void)state;
	post_many(events, 2000);
	for (i = 0; i < COUNT_OF(unknown); i++) {
		reset = false;
		listen_from(events, &listener, unknown[i], &reset);
		if (!reset || listener.n_heard != 0)
			fail_msg("\"%s\" is known", unknown[i]);
		events_unsubscribe(listener.subscriber);
	}
	events_free(events);
}

/* One that does not read is told so after EVENTS_QUEUE_MAX; another one, which
 * reads, hears all. */
static void
test_lagged(void **state)
{
	struct events *events = events_new("boot");
	struct listener slow, quick;
	bool reset;
	int i;

	(void)state;
	listen_from(events, &slow, NULL, &reset);
	listen_from(events, &quick, NULL, &reset);
	for (i = 0; i < EVENTS_QUEUE_MAX; i++) {
		post_many(events, 1);
		drain(&quick);
	}
	assert_false(slow.has_lagged);
	post_many(events, 100);
	drain(&quick);
	assert_true(slow.has_lagged);
	assert_false(quick.has_lagged);
	assert_int_equal(quick.n_heard, EVENTS_QUEUE_MAX + 100);
	assert_true(slow.n_heard < EVENTS_QUEUE_MAX);
	events_unsubscribe(quick.subscriber);
	events_free(events);
}

static void
test_too_long(void **state)
{
	struct events *events = events_new("boot");
	struct event event = { .topic = "library",
		.data = json_object_new_object() };
	struct listener listener;
	char *text = calloc(1, EVENTS_LINE_MAX + 1);
	bool reset;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', EVENTS_LINE_MAX);
	json_add_text(event.data, "text", text);
	listen_from(events, &listener, NULL, &reset);
	events_post(events, &event);
	assert_int_equal(listener.n_heard, 0);
	post_many(events, 1);
	assert_int_equal(listener.n_heard, 1);
	assert_int_equal(listener.heard[0], 2);
	events_unsubscribe(listener.subscriber);
	events_free(events);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_audience),
		cmocka_unit_test(test_replay),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_lagged),
		cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests_name("miaud/events", tests, NULL, NULL);
}
