/*
 * The RPC server on real sockets, its loop in a thread, asked by the client of
 * lib/wire and by hand.
 */
#include "tests/unit/helpers.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "daemon/miaud/events.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/rpc.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/store/sessions.h"
#include "lib/wire/wire.h"

enum { WAIT_MS = 20000, BIG_BYTES = 900000 };

struct house {
	struct world *w;
	struct miaud miaud;
	pthread_t thread;
	uv_async_t stop;
	uv_async_t post; /* posts `n_posts` events */
	int n_posts;
	char admin[PATHS_MAX];
	char handlers[PATHS_MAX];
	struct rpc_call *held; /* a call that was not answered yet */
};

/* The methods of the test, under names of the table. */
static void
say_hello(struct rpc_call *call)
{
	struct json_object *out = json_object_new_object();

	json_add_text(out, "version", MIAU_VERSION);
	json_add_int(out, "protocol", WIRE_VERSION);
	json_add_text(out, "boot", "boot");
	rpc_reply(call, out);
}

/* Answers with who asked. */
static void
say_who(struct rpc_call *call)
{
	struct json_object *out = json_object_new_object();

	json_add_text(out, "user", rpc_user(call));
	json_add_text(out, "session", rpc_session(call));
	rpc_reply(call, out);
}

/* A big answer. */
static void
say_much(struct rpc_call *call)
{
	struct json_object *out = json_object_new_object();
	char *text = calloc(1, BIG_BYTES + 1);

	assert_non_null(text);
	memset(text, 'x', BIG_BYTES);
	json_add_text(out, "text", text);
	free(text);
	rpc_reply(call, out);
}

/* Answers nothing until the next call of the same method. */
static void
hold(struct rpc_call *call)
{
	struct house *house = rpc_miaud(call)->loop.data;

	if (house->held != NULL)
		rpc_done(house->held);
	house->held = call;
}

static void
subscribe(struct rpc_call *call)
{
	rpc_subscribe(call, json_get_text(rpc_params(call), "since", NULL));
}

static void
refuse(struct rpc_call *call)
{
	rpc_fail(call, &(struct err){ ERR_DISK_FULL, "No room." });
}

static const struct rpc_method methods[] = {
	{ "hello", say_hello },
	{ "ui.intent", say_who },
	{ "tasks.list", say_who },
	{ "log.level", say_who },
	{ "library.status", say_much },
	{ "library.scan", hold },
	{ "settings.changed", refuse },
	{ "events.subscribe", subscribe },
	{ NULL, NULL },
};

static void
on_stop(uv_async_t *async)
{
	struct house *house = async->loop->data;

	if (house->held != NULL)
		rpc_done(house->held);
	rpc_stop_listening(house->miaud.rpc);
	rpc_close(house->miaud.rpc);
	uv_close((uv_handle_t *)&house->post, NULL);
	uv_close((uv_handle_t *)async, NULL);
}

static void
on_post(uv_async_t *async)
{
	struct house *house = async->loop->data;
	struct event event = { .topic = "library", .audience = EVENT_EVERYONE };

	for (; house->n_posts > 0; house->n_posts--) {
		event.data = json_object_new_object();
		events_post(house->miaud.events, &event);
	}
}

static void *
run_loop(void *arg)
{
	struct house *house = arg;

	uv_run(&house->miaud.loop, UV_RUN_DEFAULT);
	return NULL;
}

static int
setup(void **state)
{
	struct house *house = calloc(1, sizeof(*house));
	struct miaud *miaud;

	if (house == NULL || world_setup(state) != 0)
		return -1;
	house->w = *state;
	miaud = &house->miaud;
	snprintf(
	    miaud->paths.run, sizeof(miaud->paths.run), "%s", house->w->dir);
	snprintf(house->admin, sizeof(house->admin), "%s/%s", house->w->dir,
	    WIRE_SOCKET_ADMIN);
	snprintf(house->handlers, sizeof(house->handlers), "%s/%s",
	    house->w->dir, WIRE_SOCKET_HANDLERS);
	uv_loop_init(&miaud->loop);
	miaud->loop.data = house;
	miaud->db = db_open(house->w->read_pool);
	miaud->events = events_new("boot");
	uv_async_init(&miaud->loop, &house->stop, on_stop);
	uv_async_init(&miaud->loop, &house->post, on_post);
	miaud->rpc = rpc_new(miaud, methods, &house->w->err);
	if (miaud->rpc == NULL)
		fail_msg("%s", house->w->err.text);
	pthread_create(&house->thread, NULL, run_loop, house);
	*state = house;
	return 0;
}

static int
teardown(void **state)
{
	struct house *house = *state;
	void *world = house->w;

	uv_async_send(&house->stop);
	pthread_join(house->thread, NULL);
	assert_int_equal(uv_loop_close(&house->miaud.loop), 0);
	rpc_free(house->miaud.rpc);
	events_free(house->miaud.events);
	db_close(house->miaud.db);
	free(house);
	return world_teardown(&world);
}

static int
call(const char *path, const char *method, struct json_object *params,
    struct json_object **result, struct err *err)
{
	return wire_call_once(path, method, params, WAIT_MS, result, err);
}

static struct json_object *
acting(const char *user, const char *session)
{
	struct json_object *params = json_object_new_object();
	struct wire_actor actor = { user, session, "admin", "r-1" };

	wire_add_actor(params, &actor);
	return params;
}

/* Sends bytes and reads `n` answers by hand; the whole text is returned. */
static char *
ask_raw(const char *path, const char *bytes, size_t len, int n)
{
	struct err err;
	struct pollfd fd = { .events = POLLIN };
	static char answers[65536];
	size_t have = 0;
	ssize_t got;

	fd.fd = wire_connect(path, &err);
	assert_int_not_equal(fd.fd, -1);
	while (len > 0) {
		got = send(fd.fd, bytes, len, MSG_NOSIGNAL);
		assert_true(got > 0);
		bytes += got;
		len -= (size_t)got;
	}
	while (n > 0) {
		assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
		got =
		    recv(fd.fd, answers + have, sizeof(answers) - have - 1, 0);
		assert_true(got > 0);
		for (; got > 0; got--)
			n -= answers[have++] == '\n';
	}
	answers[have] = '\0';
	close(fd.fd);
	return answers;
}

static void
test_modes(void **state)
{
	struct house *house = *state;
	struct stat st;

	assert_int_equal(stat(house->admin, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	assert_int_equal(stat(house->handlers, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
test_hello_and_errors(void **state)
{
	struct house *house = *state;
	struct json_object *result;
	struct err err;

	assert_ok(call(house->admin, "tasks.list", NULL, &result, &err), &err);
	assert_null(json_get_text(result, "user", NULL));
	json_object_put(result);
	assert_err(call(house->admin, "settings.changed", NULL, &result, &err),
	    &err, ERR_DISK_FULL);
	assert_string_equal(err.text, "No room.");
	assert_err(call(house->admin, "no.such", NULL, &result, &err), &err,
	    ERR_METHOD_UNKNOWN);
	/* A row without a function here. */
	assert_err(call(house->admin, "shutdown", NULL, &result, &err), &err,
	    ERR_METHOD_UNKNOWN);
	assert_err(call(house->admin, "log.level", json_object_new_object(),
		       &result, &err),
	    &err, ERR_INVALID_FIELDS);
	assert_string_equal(err.text, "level is missing.");
}

/* Who may call what through the handlers' socket. */
static void
test_handlers(void **state)
{
	struct house *house = *state;
	char admin[UUID_SIZE], user[UUID_SIZE];
	struct json_object *result, *params;
	struct err err;

	seed_user(house->w, "a@example.org", USER_ROLE_ADMIN, admin);
	seed_user(house->w, "u@example.org", USER_ROLE_USER, user);
	assert_err(call(house->handlers, "tasks.list", NULL, &result, &err),
	    &err, ERR_INVALID_FIELDS);
	assert_err(call(house->handlers, "tasks.list", acting(user, NULL),
		       &result, &err),
	    &err, ERR_FORBIDDEN);
	assert_err(call(house->handlers, "tasks.list", acting("x", NULL),
		       &result, &err),
	    &err, ERR_FORBIDDEN);
	assert_ok(call(house->handlers, "tasks.list", acting(admin, NULL),
		      &result, &err),
	    &err);
	assert_string_equal(json_get_text(result, "user", ""), admin);
	json_object_put(result);
	/* A session that is not there proves nothing. */
	assert_err(call(house->handlers, "tasks.list", acting(admin, "s"),
		       &result, &err),
	    &err, ERR_FORBIDDEN);
	/* Administrators' rows do not exist here. */
	assert_err(call(house->handlers, "log.level", acting(admin, NULL),
		       &result, &err),
	    &err, ERR_METHOD_UNKNOWN);
	params = acting(user, NULL);
	json_add_text(params, "titleId", "movie-1");
	json_add_text(params, "kind", "hover");
	assert_ok(
	    call(house->handlers, "ui.intent", params, &result, &err), &err);
	assert_string_equal(json_get_text(result, "user", ""), user);
	json_object_put(result);
	params = json_object_new_object();
	json_add_text(params, "_actor", "nobody");
	assert_err(call(house->handlers, "tasks.list", params, &result, &err),
	    &err, ERR_INVALID_FIELDS);
}

/* Sessions of the acting administrator. */
static void
add_session(struct world *w, const char *id, const char *user, int64_t ends)
{
	struct session session = { .id = (char *)id,
		.user_id = (char *)user,
		.profile_id = (char *)seed_profile(w, user),
		.device = (char *)"test",
		.address = (char *)"127.0.0.1",
		.refresh_expires_at = ends,
		.created_at = 1,
		.expires_at = ends,
		.last_used_at = 1 };

	assert_int_equal(store_session_add(w->db, &session, &w->err), STORE_OK);
}

static void
test_sessions(void **state)
{
	static const char live[] = "00000000-0000-4000-8000-000000000001";
	static const char over[] = "00000000-0000-4000-8000-000000000002";
	static const char other[] = "00000000-0000-4000-8000-000000000003";
	struct house *house = *state;
	char admin[UUID_SIZE], second[UUID_SIZE];
	int64_t now = clock_now_ms();
	struct json_object *result;
	struct err err;

	seed_user(house->w, "a@example.org", USER_ROLE_ADMIN, admin);
	seed_user(house->w, "b@example.org", USER_ROLE_ADMIN, second);
	add_session(house->w, live, admin, now + 60000);
	add_session(house->w, over, admin, now - 60000);
	add_session(house->w, other, second, now + 60000);
	assert_ok(call(house->handlers, "tasks.list", acting(admin, live),
		      &result, &err),
	    &err);
	json_object_put(result);
	assert_err(call(house->handlers, "tasks.list", acting(admin, over),
		       &result, &err),
	    &err, ERR_FORBIDDEN);
	assert_err(call(house->handlers, "tasks.list", acting(admin, other),
		       &result, &err),
	    &err, ERR_FORBIDDEN);
	assert_int_equal(
	    store_session_revoke(house->w->db, live, "logout", &err), STORE_OK);
	assert_err(call(house->handlers, "tasks.list", acting(admin, live),
		       &result, &err),
	    &err, ERR_FORBIDDEN);
}

/* Bad lines get an error each and the connection goes on; another client does
 * not notice. */
static void
test_hostile_lines(void **state)
{
	static const char good[] =
	    "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"hello\"}\n";
	static const char bad[] =
	    "{nonsense\n"
	    "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\"}]\n"
	    "\"text\"\n"
	    "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"hello\"}\n"
	    "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"hello\",\"params\":7}\n"
	    "{\"jsonrpc\":\"2.0\",\"id\":6,\"result\":1}\n"
	    "{\"jsonrpc\":\"2.0\",\"method\":\"hello\"}\n"
	    "{\"jsonrpc\":\"2.0\",\"method\":\"no.such\"}\n"
	    "\n\r\n";
	struct house *house = *state;
	struct json_object *result;
	struct wire_client *other;
	char text[sizeof(bad) + sizeof(good)], *answers;
	struct err err;

	other = wire_open(house->admin, WAIT_MS, &err);
	assert_non_null(other);
	snprintf(text, sizeof(text), "%s%s", bad, good);
	answers = ask_raw(house->admin, text, strlen(text), 7);
	assert_non_null(strstr(answers, "-32700"));
	assert_non_null(strstr(answers, "-32600"));
	assert_non_null(strstr(answers, "Batches"));
	assert_non_null(strstr(answers, "\"id\":5,\"error\""));
	assert_non_null(strstr(answers, "\"id\":9,\"result\""));
	assert_ok(
	    wire_call(other, "tasks.list", NULL, WAIT_MS, &result, &err), &err);
	json_object_put(result);
	wire_close(other);
}

static void
test_long_line(void **state)
{
	static const char good[] =
	    "\n{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"hello\"}\n";
	size_t len = 3 * WIRE_LINE_MAX;
	struct house *house = *state;
	char *text = calloc(1, len + sizeof(good)), *answers;

	assert_non_null(text);
	memset(text, '[', len);
	memcpy(text + len, good, sizeof(good));
	answers = ask_raw(house->admin, text, strlen(text), 2);
	assert_non_null(strstr(answers, "body_too_large"));
	assert_non_null(strstr(answers, "\"id\":9,\"result\""));
	free(text);
}

/* A client that asks and never reads is closed; nothing grows without end. */
static void
test_never_reads(void **state)
{
	static const char ask[] =
	    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"library.status\"}\n";
	struct house *house = *state;
	struct json_object *result;
	struct err err;
	int fd, i;

	fd = wire_connect(house->admin, &err);
	assert_int_not_equal(fd, -1);
	for (i = 0; i < 50; i++)
		if (send(fd, ask, sizeof(ask) - 1, MSG_NOSIGNAL) == -1)
			break;
	for (i = 0; i < 2000; i++) {
		if (send(fd, "\n", 1, MSG_NOSIGNAL) == -1)
			break;
		usleep(5000);
	}
	assert_int_equal(errno, EPIPE);
	close(fd);
	assert_ok(call(house->admin, "tasks.list", NULL, &result, &err), &err);
	json_object_put(result);
}

/* Answers may come late and in another order; calls under way are bounded;
 * a client that leaves with calls open harms nobody. */
static void
test_open_calls(void **state)
{
	char text[128 * (RPC_CALLS_MAX + 2)] = "", *answers;
	struct house *house = *state;
	size_t len = 0;
	int i;

	for (i = 1; i <= 3; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "{\"jsonrpc\":\"2.0\",\"id\":%d,"
		    "\"method\":\"library.scan\"}\n",
		    i);
	answers = ask_raw(house->admin, text, len, 2);
	assert_non_null(strstr(answers, "\"id\":1,\"result\":{}"));
	assert_non_null(strstr(answers, "\"id\":2,\"result\":{}"));
	assert_null(strstr(answers, "\"id\":3"));
	/* The third belongs to a connection that is gone. */
	answers = ask_raw(house->admin, text, strlen(text), 2);
	assert_non_null(strstr(answers, "\"id\":2,\"result\":{}"));
}

static void
post(struct house *house, int n)
{
	house->n_posts = n;
	uv_async_send(&house->post);
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
	int fd, i;

	fd = wire_connect(house->admin, &err);
	assert_int_not_equal(fd, -1);
	assert_true(send(fd, ask, sizeof(ask) - 1, MSG_NOSIGNAL) > 0);
	usleep(50000);
	for (i = 0; i < 200; i++) {
		post(house, 500);
		usleep(1000);
	}
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_modes),
		TEST(test_hello_and_errors),
		TEST(test_handlers),
		TEST(test_sessions),
		TEST(test_hostile_lines),
		TEST(test_long_line),
		TEST(test_never_reads),
		TEST(test_open_calls),
		TEST(test_events),
		TEST(test_lagged),
		TEST(test_client_errors),
	};

	return cmocka_run_group_tests_name("miaud/rpc", tests, NULL, NULL);
}
