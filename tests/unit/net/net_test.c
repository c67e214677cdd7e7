/* The HTTP client against a server that goes wrong in every way. */
#include "tests/unit/net/server.h"

#include <uv.h>

#include "lib/base/mem.h"
#include "lib/net/net.h"
#include "lib/net/part.h"

/* What a call may take that must not reach its limit. */
enum { PATIENCE_MS = 120000, SHORT_MS = 400 };

struct place {
	uv_loop_t loop;
	struct net *net;
	struct server server;
	struct server other;
	char base[64];
};

struct story {
	int n;
	int status;
	char body[256];
	struct err err;
};

static void
note(void *arg, const struct net_answer *answer, const struct err *err)
{
	struct story *story = arg;

	story->n++;
	story->err = *err;
	if (answer != NULL) {
		story->status = answer->status;
		snprintf(story->body, sizeof(story->body), "%s", answer->body);
	}
}

static int
setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	uv_loop_init(&p->loop);
	server_open(&p->server);
	server_open(&p->other);
	p->server.elsewhere = p->other.port;
	p->net = net_new(&p->loop);
	snprintf(
	    p->base, sizeof(p->base), "http://127.0.0.1:%d", p->server.port);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct place *p = *state;

	net_close(p->net);
	uv_run(&p->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&p->loop), 0);
	net_free(p->net);
	server_close(&p->server);
	server_close(&p->other);
	free(p);
	return 0;
}

static struct story
ask_with(struct place *p, struct net_request request)
{
	struct story story = { 0 };

	if (request.service == NULL)
		request.service = "Example";
	if (request.base == NULL)
		request.base = p->base;
	if (request.total_ms == 0)
		request.total_ms = PATIENCE_MS;
	net_send(p->net, &request, note, &story);
	assert_int_equal(story.n, 0);
	while (story.n == 0)
		uv_run(&p->loop, UV_RUN_ONCE);
	assert_int_equal(story.n, 1);
	return story;
}

static struct story
ask(struct place *p, const char *path, int total_ms)
{
	char url[128];

	snprintf(url, sizeof(url), "%s%s", p->base, path);
	return ask_with(
	    p, (struct net_request){ .url = url, .total_ms = total_ms });
}

static struct story
ask_again(struct place *p, const char *path)
{
	char url[128];

	snprintf(url, sizeof(url), "%s%s", p->base, path);
	return ask_with(
	    p, (struct net_request){ .url = url, .is_idempotent = true });
}

static void
answers_come(void **state)
{
	struct place *p = *state;
	static const char *const headers[] = { "Api-Key: secret", NULL };
	struct story story;
	char url[128];

	snprintf(url, sizeof(url), "%s/ok", p->base);
	story = ask_with(p,
	    (struct net_request){ .url = url,
		.method = "POST",
		.headers = headers,
		.body = "{\"a\":1}",
		.body_len = 7 });
	assert_int_equal(story.status, 200);
	assert_string_equal(story.body, "hello");
	assert_non_null(strstr(p->server.last, "POST /ok HTTP/1.1"));
	assert_non_null(strstr(p->server.last, "User-Agent: Miauflix v"));
	assert_non_null(strstr(p->server.last, "Api-Key: secret"));
	assert_int_equal(ask(p, "/gone", 0).status, 404);
}

static void
limits_of_time_hold(void **state)
{
	static const char *const paths[] = { "/hang", "/slow-head",
		"/slow-body" };
	struct story story;
	size_t i;

	for (i = 0; i < COUNT_OF(paths); i++) {
		story = ask(*state, paths[i], SHORT_MS);
		assert_int_equal(story.err.code, ERR_UPSTREAM_DOWN);
		assert_string_equal(
		    story.err.text, "Example did not answer in time.");
	}
}

static void
limits_of_size_hold(void **state)
{
	static const char *const paths[] = { "/endless", "/bomb" };
	struct place *p = *state;
	struct story story;
	char url[128];
	size_t i;

	for (i = 0; i < COUNT_OF(paths); i++) {
		snprintf(url, sizeof(url), "%s%s", p->base, paths[i]);
		story = ask_with(
		    p, (struct net_request){ .url = url, .max_bytes = 10000 });
		assert_int_equal(story.err.code, ERR_UPSTREAM_ANSWER);
		assert_string_equal(
		    story.err.text, "Example sent more than is accepted.");
	}
}

static void
what_is_no_answer_is_told(void **state)
{
	assert_int_equal(
	    ask(*state, "/garbage", 0).err.code, ERR_UPSTREAM_ANSWER);
	assert_int_equal(ask(*state, "/reset", 0).err.code, ERR_UPSTREAM_DOWN);
	assert_int_equal(ask(*state, "/short", 0).err.code, ERR_UPSTREAM_DOWN);
	assert_int_equal(ask(*state, "/ill", 0).err.code, ERR_UPSTREAM_DOWN);
}

static void
redirects_are_checked(void **state)
{
	struct place *p = *state;

	assert_string_equal(ask(p, "/away", 0).body, "hello");
	assert_int_equal(ask(p, "/file", 0).err.code, ERR_UPSTREAM_ANSWER);
	assert_int_equal(ask(p, "/round", 0).err.code, ERR_UPSTREAM_ANSWER);
	/* Another port of this machine is not what was configured. */
	assert_int_equal(ask(p, "/inside", 0).err.code, ERR_UPSTREAM_ANSWER);
	assert_int_equal(atomic_load(&p->other.n_connections), 0);
}

/* What a public service says lies inside the house is not asked for, by
 * whatever name. */
static void
addresses_inside_are_refused(void **state)
{
	static const char *const hosts[] = { "127.0.0.1", "localhost", "0x7f.1",
		"[::ffff:127.0.0.1]" };
	struct place *p = *state;
	struct story story;
	char url[128];
	size_t i;

	for (i = 0; i < COUNT_OF(hosts); i++) {
		snprintf(url, sizeof(url), "http://%s:%d/ok", hosts[i],
		    p->server.port);
		story = ask_with(p,
		    (struct net_request){
			.url = url, .base = "https://api.example" });
		assert_int_equal(story.err.code, ERR_UPSTREAM_ANSWER);
	}
	assert_int_equal(atomic_load(&p->server.n_connections), 0);
}

/* Nor by a connection that somebody else, who may, has left open. */
static void
kept_connections_are_refused(void **state)
{
	struct place *p = *state;
	char url[128];

	assert_int_equal(ask(p, "/kept", 0).status, 200);
	snprintf(url, sizeof(url), "%s/kept", p->base);
	assert_int_equal(ask_with(p,
			     (struct net_request){
				 .url = url, .base = "https://api.example" })
			     .err.code,
	    ERR_UPSTREAM_ANSWER);
	assert_int_equal(atomic_load(&p->server.n_requests), 1);
	assert_int_equal(ask(p, "/kept", 0).status, 200);
	net_close(p->net);
}

static void
only_http_is_asked(void **state)
{
	static const char *const urls[] = { "file:///etc/passwd",
		"ftp://127.0.0.1/x", "nonsense", "" };
	struct place *p = *state;
	char url[128];
	size_t i;

	for (i = 0; i < COUNT_OF(urls); i++)
		assert_int_equal(
		    ask_with(*state, (struct net_request){ .url = urls[i] })
			.err.code,
		    ERR_UPSTREAM_ANSWER);
	snprintf(url, sizeof(url), "http://user:word@127.0.0.1:%d/ok",
	    p->server.port);
	assert_int_equal(
	    ask_with(p, (struct net_request){ .url = url }).err.code,
	    ERR_UPSTREAM_ANSWER);
}

static void
what_may_be_repeated_is(void **state)
{
	struct place *p = *state;

	assert_int_equal(ask(p, "/second", 0).err.code, ERR_UPSTREAM_DOWN);
	assert_int_equal(atomic_load(&p->server.n_requests), 1);
	atomic_store(&p->server.n_requests, 0);
	assert_string_equal(ask_again(p, "/second").body, "at last");
	assert_int_equal(atomic_load(&p->server.n_requests), 2);
	assert_int_equal(ask_again(p, "/ill").err.code, ERR_UPSTREAM_DOWN);
	assert_int_equal(
	    atomic_load(&p->server.n_requests), 2 + NET_ATTEMPTS_MAX);
}

static void
a_wish_to_rest_is_kept(void **state)
{
	static const char *const paths[] = { "/busy", "/rest" };
	struct place *p = *state;
	struct story story;
	char url[128];
	size_t i;
	int n;

	for (i = 0; i < COUNT_OF(paths); i++) {
		snprintf(url, sizeof(url), "%s%s", p->base, paths[i]);
		story = ask_with(p,
		    (struct net_request){ .url = url,
			.service = paths[i],
			.is_idempotent = true });
		assert_int_equal(story.err.code, ERR_UPSTREAM_LIMIT);
		assert_non_null(strstr(story.err.text, "3600 seconds"));
		n = atomic_load(&p->server.n_requests);
		story = ask_with(
		    p, (struct net_request){ .url = url, .service = paths[i] });
		assert_int_equal(story.err.code, ERR_UPSTREAM_LIMIT);
		assert_int_equal(atomic_load(&p->server.n_requests), n);
	}
	/* Another service is not concerned. */
	assert_int_equal(ask(p, "/ok", 0).status, 200);
}

static void
note_health(void *arg, const struct net_health *health)
{
	struct net_health *out = arg;

	*out = *health;
}

static void
who_fails_is_left_alone(void **state)
{
	struct place *p = *state;
	struct net_health health = { 0 };
	struct story story;
	int i;

	for (i = 0; i < NET_FAILURES_MAX; i++)
		assert_int_equal(ask(p, "/ill", 0).err.code, ERR_UPSTREAM_DOWN);
	story = ask(p, "/ok", 0);
	assert_int_equal(story.err.code, ERR_UPSTREAM_DOWN);
	assert_non_null(strstr(story.err.text, "failed several times"));
	assert_int_equal(atomic_load(&p->server.n_requests), NET_FAILURES_MAX);
	net_list(p->net, note_health, &health);
	assert_string_equal(health.breaker, "open");
	assert_string_equal(health.service, "Example");
}

static void
one_call_tries_after_a_pause(void **state)
{
	struct net_service service = { .name = (char *)"Example" };
	const struct err down = { .code = ERR_UPSTREAM_DOWN,
		.text = "Down." };
	struct err err;
	int64_t now = 1000;
	bool is_probe;
	int i;

	(void)state;
	for (i = 0; i < NET_FAILURES_MAX; i++) {
		assert_int_equal(
		    net_service_admit(&service, now, &is_probe, &err), 0);
		net_service_failed(&service, now, &down);
	}
	assert_int_equal(net_service_admit(&service, now, &is_probe, &err), -1);
	now += NET_PAUSE_MS;
	assert_int_equal(net_service_admit(&service, now, &is_probe, &err), 0);
	assert_true(is_probe);
	assert_int_equal(net_service_admit(&service, now, &is_probe, &err), -1);
	/* In vain: twice as long. */
	net_service_failed(&service, now, &down);
	now += NET_PAUSE_MS;
	assert_int_equal(net_service_admit(&service, now, &is_probe, &err), -1);
	now += NET_PAUSE_MS;
	assert_int_equal(net_service_admit(&service, now, &is_probe, &err), 0);
	net_service_succeeded(&service);
	assert_int_equal(net_service_admit(&service, now, &is_probe, &err), 0);
	assert_false(is_probe);
	/* Failures that lie far apart are none of one story. */
	for (i = 0; i < 3 * NET_FAILURES_MAX; i++) {
		now += NET_FAILURES_MS;
		net_service_failed(&service, now, &down);
		assert_int_equal(
		    net_service_admit(&service, now, &is_probe, &err), 0);
	}
}

static void
calls_can_be_ended(void **state)
{
	struct place *p = *state;
	struct story given_up = { 0 }, ended = { 0 };
	struct net_call *call;
	struct net_request request = { .service = "Example", .base = p->base };
	char url[128];

	snprintf(url, sizeof(url), "%s/hang", p->base);
	request.url = url;
	call = net_send(p->net, &request, note, &given_up);
	net_send(p->net, &request, note, &ended);
	while (atomic_load(&p->server.n_requests) < 2)
		uv_run(&p->loop, UV_RUN_NOWAIT);
	net_cancel(call);
	net_close(p->net);
	uv_run(&p->loop, UV_RUN_DEFAULT);
	assert_int_equal(given_up.n, 0);
	assert_int_equal(ended.n, 1);
	assert_int_equal(ended.err.code, ERR_CANCELLED);
}

static void
addresses_are_told_apart(void **state)
{
	static const struct {
		const char *address;
		bool is_public;
	} rows[] = {
		{ "8.8.8.8", true },
		{ "127.0.0.1", false },
		{ "10.1.2.3", false },
		{ "100.64.0.1", false },
		{ "100.63.255.255", true },
		{ "169.254.169.254", false },
		{ "172.15.255.255", true },
		{ "172.16.0.1", false },
		{ "172.31.255.255", false },
		{ "172.32.0.1", true },
		{ "192.168.1.1", false },
		{ "0.0.0.0", false },
		{ "224.0.0.1", false },
		{ "255.255.255.255", false },
		{ "::1", false },
		{ "::", false },
		{ "fe80::1", false },
		{ "fd00::1", false },
		{ "ff02::1", false },
		{ "2606:4700::1111", true },
		{ "2001:db8::1", false },
		{ "::ffff:10.0.0.1", false },
		{ "::ffff:8.8.8.8", true },
		{ "64:ff9b::a00:1", false },
		{ "64:ff9b::808:808", true },
		{ "2002:7f00:1::", false },
		{ "2002:808:808::", true },
		{ "2001:0:53aa:64c:0:0:0:1", false },
		{ "words", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++)
		if (net_address_text_is_public(rows[i].address) !=
		    rows[i].is_public)
			fail_msg("%s", rows[i].address);
}

static void
houses_are_told_apart(void **state)
{
	static const struct {
		const char *url;
		bool is_house;
	} rows[] = {
		{ "http://127.0.0.1:81/", true },
		{ "http://[::1]:81/", true },
		{ "http://localhost/", true },
		{ "http://nas/", true },
		{ "https://nas.local/", true },
		{ "http://192.168.0.5/", true },
		{ "https://api.example.com/", false },
		{ "https://local.example.com/", false },
		{ "http://8.8.8.8/", false },
	};
	struct net_origin origin, other;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++) {
		assert_true(net_origin_read(rows[i].url, &origin));
		if (net_origin_may_be_inside(&origin, &origin) !=
		    rows[i].is_house)
			fail_msg("%s", rows[i].url);
		other = origin;
		snprintf(other.port, sizeof(other.port), "82");
		assert_false(net_origin_may_be_inside(&origin, &other));
	}
}

static void
texts_are_escaped(void **state)
{
	char *text = net_escape("a b&c=d/é");

	(void)state;
	assert_string_equal(text, "a%20b%26c%3Dd%2F%C3%A9");
	free(text);
}

int
main(void)
{
#define WITH_PLACE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		WITH_PLACE(answers_come),
		WITH_PLACE(limits_of_time_hold),
		WITH_PLACE(limits_of_size_hold),
		WITH_PLACE(what_is_no_answer_is_told),
		WITH_PLACE(redirects_are_checked),
		WITH_PLACE(addresses_inside_are_refused),
		WITH_PLACE(kept_connections_are_refused),
		WITH_PLACE(only_http_is_asked),
		WITH_PLACE(what_may_be_repeated_is),
		WITH_PLACE(a_wish_to_rest_is_kept),
		WITH_PLACE(who_fails_is_left_alone),
		cmocka_unit_test(one_call_tries_after_a_pause),
		WITH_PLACE(calls_can_be_ended),
		cmocka_unit_test(addresses_are_told_apart),
		cmocka_unit_test(houses_are_told_apart),
		cmocka_unit_test(texts_are_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
