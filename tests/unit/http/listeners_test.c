/* Who hears which event, and what happens to those who do not read. */
#include "lib/http/listeners.h"

#include <fastcgi.h>
#include <sys/socket.h>

#include "lib/base/json.h"
#include "tests/unit/helpers.h"

#define ANN "11111111-1111-4111-8111-111111111111"
#define BOB "22222222-2222-4222-8222-222222222222"
#define ANNS "33333333-3333-4333-8333-333333333333"
#define BOBS "44444444-4444-4444-8444-444444444444"

static struct listener
listener_of(const char *profile, const char *session, const char *topics)
{
	struct listener listener = { .fd = -1, .request_id = 258 };

	snprintf(
	    listener.profile_id, sizeof(listener.profile_id), "%s", profile);
	snprintf(
	    listener.session_id, sizeof(listener.session_id), "%s", session);
	snprintf(listener.topics, sizeof(listener.topics), "%s", topics);
	return listener;
}

static void
fill(struct heard *heard, const char *topic, const char *audience,
    const char *except)
{
	struct json_object *params = json_object_new_object();

	json_add_text(params, "id", "boot-7");
	json_add_text(params, "topic", topic);
	json_add_text(params, "audience", audience);
	json_add_text(params, "except", except);
	json_add(params, "data", json_object_new_object());
	heard_fill(heard, 7, params);
	json_object_put(params);
}

struct want {
	const char *topic, *audience, *except, *topics;
	bool ann, bob, admin;
};

static const struct want wants[] = {
	{ "library", "everyone", NULL, "", true, true, true },
	{ "library", "everyone", NULL, "playback,library", true, true, true },
	{ "library", "everyone", NULL, "playback", false, false, false },
	{ "library", "everyone", NULL, "librar,libraryx", false, false, false },
	{ "playback", "profile:" ANN, NULL, "", true, false, false },
	{ "playback", "profile:" ANN, ANNS, "", false, false, false },
	{ "task", "admins", NULL, "", false, false, true },
	{ "task", "somebody", NULL, "", false, false, true },
	{ "task", "", NULL, "", false, false, true },
	{ "task", NULL, NULL, "", false, false, true },
	{ "session", "session:" BOBS, NULL, "", false, true, false },
	{ "session", "session:" BOBS, NULL, "library", false, true, false },
	{ "playback", "profile:", NULL, "", false, false, false },
};

static void
test_audience(void **state UNUSED)
{
	struct listener ann, bob, admin;
	struct heard heard = { 0 };
	const struct want *want;
	size_t i;

	for (i = 0; i < COUNT_OF(wants); i++) {
		want = &wants[i];
		ann = listener_of(ANN, ANNS, want->topics);
		bob = listener_of(BOB, BOBS, want->topics);
		admin = listener_of("a", "s", want->topics);
		admin.is_admin = true;
		fill(&heard, want->topic, want->audience, want->except);
		if (listener_wants(&ann, &heard) != want->ann ||
		    listener_wants(&bob, &heard) != want->bob ||
		    listener_wants(&admin, &heard) != want->admin)
			fail_msg("case %zu", i);
	}
	assert_string_equal(
	    heard.text, "id: boot-7\nevent: playback\ndata: {}\n\n");
	assert_int_equal(heard.len, strlen(heard.text));
	heard_clear(&heard);
}

/* A limited profile is told that a title changed, not which. */
static void
test_veil(void **state UNUSED)
{
	static const char whole[] =
	    "id: boot-7\nevent: library\n"
	    "data: {\"kind\":\"title\",\"titleId\":\"movie-5\"}\n\n";
	static const char veiled[] = "id: boot-7\nevent: library\n"
				     "data: {\"kind\":\"title\","
				     "\"titleId\":null}\n\n";
	struct json_object *params = json_object_new_object();
	struct json_object *data = json_object_new_object();
	struct heard heard = { 0 };

	json_add_text(data, "kind", "title");
	json_add_text(data, "titleId", "movie-5");
	json_add_text(params, "id", "boot-7");
	json_add_text(params, "topic", "library");
	json_add_text(params, "audience", "everyone");
	json_add(params, "data", data);
	heard_fill(&heard, 7, params);
	assert_string_equal(heard.text, whole);
	assert_string_equal(heard.veiled, veiled);
	assert_int_equal(heard.veiled_len, strlen(veiled));
	json_add_text(data, "titleId", NULL);
	heard_fill(&heard, 7, params);
	assert_null(heard.veiled);
	json_object_put(params);
	heard_clear(&heard);
}

static void
test_still(void **state UNUSED)
{
	struct listener ann = listener_of(ANN, ANNS, "");
	char profile[] = ANN, other[] = BOB;
	struct session session = { .profile_id = profile,
		.viewer = { .is_unlimited = true } };

	assert_true(listener_is_still(&ann, &session));
	session.viewer.is_unlimited = false;
	assert_false(listener_is_still(&ann, &session));
	ann.is_limited = true;
	assert_true(listener_is_still(&ann, &session));
	session.role = USER_ROLE_ADMIN;
	assert_true(listener_is_still(&ann, &session));
	session.profile_id = other;
	assert_false(listener_is_still(&ann, &session));
	session.profile_id = profile;
	session.revoked_at = 1;
	assert_false(listener_is_still(&ann, &session));
}

static void
read_header(int fd, int type, size_t len)
{
	FCGI_Header header;

	assert_int_equal(
	    recv(fd, &header, sizeof(header), MSG_WAITALL), sizeof(header));
	assert_int_equal(header.version, 1);
	assert_int_equal(header.type, type);
	assert_int_equal(header.requestIdB1 << 8 | header.requestIdB0, 258);
	assert_int_equal(
	    header.contentLengthB1 << 8 | header.contentLengthB0, len);
}

static struct listener *
connected(int ends[2])
{
	struct listener *listener = malloc(sizeof(*listener));

	assert_non_null(listener);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	*listener = listener_of(ANN, ANNS, "");
	listener->fd = ends[0];
	return listener;
}

static void
test_records(void **state UNUSED)
{
	char content[70000], got[70000];
	struct listener *listener;
	int ends[2];

	memset(content, 'x', sizeof(content));
	listener = connected(ends);
	assert_true(listener_write(listener, "data\n", 5));
	read_header(ends[1], FCGI_STDOUT, 5);
	assert_int_equal(recv(ends[1], got, 5, MSG_WAITALL), 5);
	assert_memory_equal(got, "data\n", 5);
	/* More than one record holds. */
	assert_true(listener_write(listener, content, sizeof(content)));
	read_header(ends[1], FCGI_STDOUT, 65535);
	assert_int_equal(recv(ends[1], got, 65535, MSG_WAITALL), 65535);
	read_header(ends[1], FCGI_STDOUT, sizeof(content) - 65535);
	assert_int_equal(
	    recv(ends[1], got, sizeof(content) - 65535, MSG_WAITALL),
	    sizeof(content) - 65535);
	listener_free(listener, true);
	read_header(ends[1], FCGI_STDOUT, 0);
	read_header(ends[1], FCGI_END_REQUEST, 8);
	assert_int_equal(recv(ends[1], got, 8, MSG_WAITALL), 8);
	assert_int_equal(recv(ends[1], got, 1, 0), 0);
	close(ends[1]);
}

/* Writing never waits; one that lags is given up. */
static void
test_lag(void **state UNUSED)
{
	struct listener *listener;
	char content[4096] = { 0 };
	int ends[2], i;

	listener = connected(ends);
	for (i = 0; i < 10000; i++)
		if (!listener_write(listener, content, sizeof(content)))
			break;
	assert_true(i > 10 && i < 10000);
	listener_free(listener, false);
	close(ends[1]);
	listener = connected(ends);
	close(ends[1]);
	assert_false(listener_write(listener, "x", 1));
	listener_free(listener, true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_audience),
		cmocka_unit_test(test_veil),
		cmocka_unit_test(test_still),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_lag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
