/* Events over a socket, and the client of lib/wire against the real server. */
#include "tests/unit/miaud/house.h"

/* Returns when the loop has posted them. */
static void
post(struct house *house, int n)
{
	house->n_posts = n;
	uv_async_send(&house->post);
	uv_sem_wait(&house->posted);
}

static void
test_events(void **state)
{
	struct house *house = *state;
	struct json_object *result, *event, *params;
	struct wire_client *client;
	struct err err;
	char id[32];
	int i;

	client = wire_open(house->handlers, WAIT_MS, &err);
	assert_non_null(client);
	assert_ok(
	    wire_call(client, "events.subscribe", NULL, WAIT_MS, &result, &err),
	    &err);
	assert_string_equal(json_get_text(result, "newest", ""), "boot-0");
	assert_false(json_get_bool(result, "reset", true));
	json_object_put(result);
	post(house, 200);
	for (i = 1; i <= 200; i++) {
		event = wire_next(client, WAIT_MS, &err);
		assert_non_null(event);
		snprintf(id, sizeof(id), "boot-%d", i);
		assert_string_equal(json_get_text(event, "id", ""), id);
		json_object_put(event);
	}
	/* Calls go on, also while news arrive. */
	post(house, 5);
	assert_ok(
	    wire_call(client, "hello", NULL, WAIT_MS, &result, &err), &err);
	json_object_put(result);
	wire_close(client);
	/* Another one takes up where the first left. */
	client = wire_open(house->handlers, WAIT_MS, &err);
	assert_non_null(client);
	params = json_object_new_object();
	json_add_text(params, "since", "boot-203");
	assert_ok(wire_call(client, "events.subscribe", params, WAIT_MS,
		      &result, &err),
	    &err);
	json_object_put(result);
	event = wire_next(client, WAIT_MS, &err);
	assert_string_equal(json_get_text(event, "id", ""), "boot-204");
	json_object_put(event);
	event = wire_next(client, WAIT_MS, &err);
	assert_string_equal(json_get_text(event, "id", ""), "boot-205");
	json_object_put(event);
	assert_null(wire_next(client, 50, &err));
	assert_int_equal(err.code, ERR_TIMEOUT);
	wire_close(client);
}

/* A subscriber that does not read is told so, last of all. */
static void
test_lagged(void **state)
{
	static const char ask[] = "{\"jsonrpc\":\"2.0\",\"id\":1,"
				  "\"method\":\"events.subscribe\"}\n";
	struct house *house = *state;
	static char text[4 * 1024 * 1024];
	size_t have = 0;
	struct err err;
	ssize_t n;
	int fd, i = 0;

	fd = wire_connect(house->admin, &err);
	assert_int_not_equal(fd, -1);
	assert_true(send(fd, ask, sizeof(ask) - 1, MSG_NOSIGNAL) > 0);
	/* The answer: from here on it hears. */
	do
		assert_int_equal(recv(fd, text, 1, 0), 1);
	while (text[0] != '\n');
	do
		post(house, 10);
	while (house->is_heard && ++i < 10000);
	assert_false(house->is_heard);
	assert_true(i > EVENTS_QUEUE_MAX / 10);
	while ((n = recv(fd, text + have, sizeof(text) - have - 1, 0)) > 0)
		have += (size_t)n;
	assert_int_equal(n, 0);
	text[have] = '\0';
	assert_non_null(strstr(text, "\"method\":\"lagged\""));
	assert_int_equal(text[have - 1], '\n');
	close(fd);
}

static void
test_client_errors(void **state)
{
	struct house *house = *state;
	struct json_object *result, *params;
	struct wire_client *client;
	char path[WORLD_PATH_MAX + 32], *text;
	struct err err;

	snprintf(path, sizeof(path), "%s/nothing.sock", house->w->dir);
	assert_null(wire_open(path, 100, &err));
	assert_int_equal(err.code, ERR_DAEMON_DOWN);
	client = wire_open(house->admin, WAIT_MS, &err);
	assert_non_null(client);
	/* The first call is held; its late answer is not taken for that of
	 * another. */
	assert_err(wire_call(client, "library.scan", NULL, 50, &result, &err),
	    &err, ERR_TIMEOUT);
	assert_err(wire_call(client, "library.scan", NULL, 50, &result, &err),
	    &err, ERR_TIMEOUT);
	assert_ok(wire_call(client, "tasks.list", NULL, WAIT_MS, &result, &err),
	    &err);
	assert_true(json_object_object_get_ex(result, "user", NULL));
	json_object_put(result);
	text = calloc(1, WIRE_LINE_MAX + 1);
	assert_non_null(text);
	memset(text, 'x', WIRE_LINE_MAX);
	params = json_object_new_object();
	json_add_text(params, "text", text);
	free(text);
	assert_err(wire_call(client, "hello", params, WAIT_MS, &result, &err),
	    &err, ERR_BODY_TOO_LARGE);
	wire_close(client);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_events),
		TEST(test_lagged),
		TEST(test_client_errors),
	};

	return cmocka_run_group_tests_name(
	    "miaud/rpc_events", tests, NULL, NULL);
}
