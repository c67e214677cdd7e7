/* The RPC server: who may ask what, hostile lines, bounds. */
#include "tests/unit/miaud/house.h"

#include <errno.h>
#include <sys/stat.h>

#include "lib/base/clock.h"
#include "lib/store/sessions.h"

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
	/* Nobody may ask what anybody may, and nothing else. */
	assert_ok(
	    call(house->handlers, "hello", acting(NULL, NULL), &result, &err),
	    &err);
	json_object_put(result);
	assert_err(call(house->handlers, "tasks.list", acting(NULL, NULL),
		       &result, &err),
	    &err, ERR_INVALID_FIELDS);
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
	add_session(house->w, live, admin, now + 3600000);
	add_session(house->w, over, admin, now - 60000);
	add_session(house->w, other, second, now + 3600000);
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
	struct pollfd end = { .events = 0 };
	struct json_object *result;
	struct err err;
	int fd, i;

	fd = wire_connect(house->admin, &err);
	assert_int_not_equal(fd, -1);
	for (i = 0; i < 50; i++)
		if (send(fd, ask, sizeof(ask) - 1, MSG_NOSIGNAL) == -1)
			break;
	end.fd = fd;
	assert_int_equal(poll(&end, 1, WAIT_MS), 1);
	assert_int_equal(send(fd, "\n", 1, MSG_NOSIGNAL), -1);
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

/* Who ends its half gets the answers that are still to come, then the end. */
static void
test_half_close(void **state)
{
	static const char ask[] =
	    "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"library.scan\"}\n";
	struct house *house = *state;
	int64_t until = clock_mono_ms() + WAIT_MS;
	struct json_object *result;
	char answer[256] = "";
	size_t have = 0;
	struct err err;
	ssize_t n;
	int fd;

	fd = wire_connect(house->admin, &err);
	assert_int_not_equal(fd, -1);
	assert_int_equal(send(fd, ask, sizeof(ask) - 1, 0), sizeof(ask) - 1);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	while (atomic_load(&house->n_held) == 0 && clock_mono_ms() < until)
		usleep(1000);
	assert_int_equal(atomic_load(&house->n_held), 1);
	/* A turn of the loop later the end of its half was noticed, too. */
	assert_ok(call(house->admin, "tasks.list", NULL, &result, &err), &err);
	json_object_put(result);
	/* Another one's call lets the first be answered. */
	ask_raw(house->admin, ask, sizeof(ask) - 1, 0);
	while ((n = recv(fd, answer + have, sizeof(answer) - have - 1, 0)) > 0)
		have += (size_t)n;
	assert_int_equal(n, 0);
	assert_string_equal(
	    answer, "{\"jsonrpc\":\"2.0\",\"id\":4,\"result\":{}}\n");
	close(fd);
}

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
		TEST(test_half_close),
	};

	return cmocka_run_group_tests_name("miaud/rpc", tests, NULL, NULL);
}
