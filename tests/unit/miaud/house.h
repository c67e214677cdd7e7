/*
 * The RPC server on real sockets with methods of the test's own, its loop in a
 * thread.
 */
#ifndef TESTS_UNIT_MIAUD_HOUSE_H
#define TESTS_UNIT_MIAUD_HOUSE_H

#include "tests/unit/helpers.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "daemon/miaud/events.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/rpc.h"
#include "lib/base/json.h"
#include "lib/wire/wire.h"

/* Whoever needs longer than WAIT_MS hangs. */
enum { WAIT_MS = 120000, BIG_BYTES = 900000 };

struct house {
	struct world *w;
	struct miaud miaud;
	pthread_t thread;
	uv_async_t stop;
	uv_async_t post; /* posts `n_posts` events */
	int n_posts;
	bool is_heard; /* somebody still listened after them */
	uv_sem_t posted;
	char admin[PATHS_MAX];
	char handlers[PATHS_MAX];
	struct rpc_call *held; /* a call that was not answered yet */
	atomic_int n_held;     /* how many came to be held */
};

/* The methods of the test, under names of the table. */
static UNUSED void
say_hello(struct rpc_call *call)
{
	struct json_object *out = json_object_new_object();

	json_add_text(out, "version", MIAU_VERSION);
	json_add_int(out, "protocol", WIRE_VERSION);
	json_add_text(out, "boot", "boot");
	rpc_reply(call, out);
}

/* Answers with who asked. */
static UNUSED void
say_who(struct rpc_call *call)
{
	struct json_object *out = json_object_new_object();

	json_add_text(out, "user", rpc_user(call));
	json_add_text(out, "session", rpc_session(call));
	rpc_reply(call, out);
}

/* A big answer. */
static UNUSED void
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
static UNUSED void
hold(struct rpc_call *call)
{
	struct house *house = rpc_miaud(call)->loop.data;

	if (house->held != NULL)
		rpc_done(house->held);
	house->held = call;
	atomic_fetch_add(&house->n_held, 1);
}

static UNUSED void
subscribe(struct rpc_call *call)
{
	rpc_subscribe(call, json_get_text(rpc_params(call), "since", NULL));
}

static UNUSED void
refuse(struct rpc_call *call)
{
	rpc_fail(call, &(struct err){ .code = ERR_DISK_FULL, .text = "No room." });
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

static UNUSED void
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

static UNUSED void
on_post(uv_async_t *async)
{
	struct house *house = async->loop->data;
	struct event event = { .topic = "library", .audience = EVENT_EVERYONE };

	for (; house->n_posts > 0; house->n_posts--) {
		event.data = json_object_new_object();
		events_post(house->miaud.events, &event);
	}
	house->is_heard = events_wanted(house->miaud.events);
	uv_sem_post(&house->posted);
}

static UNUSED void *
run_loop(void *arg)
{
	struct house *house = arg;

	uv_run(&house->miaud.loop, UV_RUN_DEFAULT);
	return NULL;
}

static UNUSED int
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
	assert_int_equal(uv_sem_init(&house->posted, 0), 0);
	miaud->rpc = rpc_new(miaud, methods, &house->w->err);
	if (miaud->rpc == NULL)
		fail_msg("%s", house->w->err.text);
	pthread_create(&house->thread, NULL, run_loop, house);
	*state = house;
	return 0;
}

static UNUSED int
teardown(void **state)
{
	struct house *house = *state;
	void *world = house->w;

	uv_async_send(&house->stop);
	pthread_join(house->thread, NULL);
	assert_int_equal(uv_loop_close(&house->miaud.loop), 0);
	uv_sem_destroy(&house->posted);
	rpc_free(house->miaud.rpc);
	events_free(house->miaud.events);
	db_close(house->miaud.db);
	free(house);
	return world_teardown(&world);
}

static UNUSED int
call(const char *path, const char *method, struct json_object *params,
    struct json_object **result, struct err *err)
{
	return wire_call_once(path, method, params, WAIT_MS, result, err);
}

static UNUSED struct json_object *
acting(const char *user, const char *session)
{
	struct json_object *params = json_object_new_object();
	struct wire_actor actor = { .user_id = user,
		.session_id = session,
		.role = "admin",
		.request_id = "r-1" };

	wire_add_actor(params, &actor);
	return params;
}

/* Sends bytes and reads `n` answers by hand; the whole text is returned. */
static UNUSED char *
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
