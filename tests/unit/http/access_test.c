/* Who may: tokens, cookies, other sites, rates, stream keys. */
#include "tests/unit/http/things.h"

static void
test_access(void **state)
{
	struct asker *a = *state;
	struct auth_tokens ann, root;

	asker_open(a, &things);
	asker_sign_in(a, "ann@example.org", USER_ROLE_USER, &ann);
	asker_sign_in(a, "root@example.org", USER_ROLE_ADMIN, &root);
	assert_int_equal(ask(a, "GET", "/api/things/mine", NULL), 401);
	assert_header(a, "WWW-Authenticate", "Bearer");
	with(a, "HTTP_AUTHORIZATION", "Bearer nonsense");
	assert_int_equal(ask(a, "GET", "/api/things/mine", NULL), 401);
	with(a, "HTTP_AUTHORIZATION", "Basic YTpi");
	assert_int_equal(ask(a, "GET", "/api/things/mine", NULL), 401);
	with_bearer(a, &ann);
	assert_int_equal(ask(a, "GET", "/api/things/mine", NULL), 200);
	assert_non_null(strstr(a->body, ann.user.id));
	with_bearer(a, &ann);
	assert_int_equal(ask(a, "DELETE", "/api/things/all", NULL), 403);
	assert_string_equal(answer_code(a), "forbidden");
	with_bearer(a, &root);
	assert_int_equal(ask(a, "DELETE", "/api/things/all", NULL), 204);
	/* The row decides, not the token. */
	assert_ok(
	    store_session_revoke(a->w->db, root.session_id, "test", &a->w->err),
	    &a->w->err);
	with_bearer(a, &root);
	assert_int_equal(ask(a, "DELETE", "/api/things/all", NULL), 401);
	asker_close(a);
}

static void
test_cookies(void **state)
{
	struct asker *a = *state;
	struct auth_tokens ann, bob;
	const char *uri;

	asker_open(a, &things);
	asker_sign_in(a, "ann@example.org", USER_ROLE_ADMIN, &ann);
	asker_sign_in(a, "bob@example.org", USER_ROLE_USER, &bob);
	/* A cookie alone chooses nothing. */
	with_cookie(a, &ann);
	assert_int_equal(ask(a, "GET", "/api/things/mine", NULL), 401);
	with_cookie(a, &ann);
	with(a, "HTTP_X_SESSION_ID", ann.session_id);
	assert_int_equal(ask(a, "GET", "/api/things/mine", NULL), 200);
	with_cookie(a, &ann);
	with(a, "HTTP_X_SESSION_ID", bob.session_id);
	assert_int_equal(ask(a, "GET", "/api/things/mine", NULL), 401);
	/* Ann's token under Bob's name. */
	with(a, "HTTP_COOKIE",
	    arena_printf(a->w->arena, "__miauflix_at_%s=%s", bob.session_id,
		ann.access_token));
	with(a, "HTTP_X_SESSION_ID", bob.session_id);
	assert_int_equal(ask(a, "GET", "/api/things/mine", NULL), 401);
	/* In the address only where elements load. */
	uri = arena_printf(
	    a->w->arena, "/api/things/own/embedded?session=%s", ann.session_id);
	with_cookie(a, &ann);
	assert_int_equal(ask(a, "GET", uri, NULL), 200);
	assert_int_equal(ask(a, "GET", uri, NULL), 401);
	uri = arena_printf(
	    a->w->arena, "/api/things/mine?session=%s", ann.session_id);
	with_cookie(a, &ann);
	assert_int_equal(ask(a, "GET", uri, NULL), 401);
	asker_close(a);
}

static void
test_csrf(void **state)
{
	struct asker *a = *state;
	struct auth_tokens root;

	asker_open(a, &things);
	asker_sign_in(a, "root@example.org", USER_ROLE_ADMIN, &root);
	with_cookie(a, &root);
	with(a, "HTTP_X_SESSION_ID", root.session_id);
	assert_int_equal(ask(a, "DELETE", "/api/things/all", NULL), 403);
	assert_string_equal(answer_code(a), "csrf");
	with_cookie(a, &root);
	with(a, "HTTP_X_SESSION_ID", root.session_id);
	with(a, "HTTP_SEC_FETCH_SITE", "cross-site");
	with(a, "HTTP_ORIGIN", "http://localhost:8080");
	assert_int_equal(ask(a, "DELETE", "/api/things/all", NULL), 403);
	with_cookie(a, &root);
	with(a, "HTTP_X_SESSION_ID", root.session_id);
	with(a, "HTTP_SEC_FETCH_SITE", "same-origin");
	assert_int_equal(ask(a, "DELETE", "/api/things/all", NULL), 204);
	with_cookie(a, &root);
	with(a, "HTTP_X_SESSION_ID", root.session_id);
	with(a, "HTTP_ORIGIN", "http://localhost:8080");
	assert_int_equal(ask(a, "DELETE", "/api/things/all", NULL), 204);
	/* Any cookie counts, public rows too, reading not. */
	with(a, "HTTP_COOKIE", "x=y");
	assert_int_equal(ask(a, "POST", "/api/things", "{}"), 403);
	with(a, "HTTP_COOKIE", "x=y");
	assert_int_equal(ask(a, "POST", "/api/things/tokens", NULL), 204);
	with(a, "HTTP_COOKIE", "x=y");
	with(a, "HTTP_SEC_FETCH_SITE", "cross-site");
	assert_int_equal(ask(a, "GET", "/api/things/1", NULL), 200);
	asker_close(a);
}

static void
test_cors(void **state)
{
	struct asker *a = *state;

	setenv("MIAU_CORS_ORIGINS", "https://tv.example.org", 1);
	asker_open(a, &things);
	with(a, "HTTP_ORIGIN", "https://tv.example.org");
	assert_int_equal(ask(a, "GET", "/api/things/1", NULL), 200);
	assert_header(
	    a, "Access-Control-Allow-Origin", "https://tv.example.org");
	assert_header(a, "Access-Control-Allow-Credentials", "true");
	assert_header(a, "Vary", "Origin");
	with(a, "HTTP_ORIGIN", "https://evil.example.org");
	assert_int_equal(ask(a, "GET", "/api/things/1", NULL), 200);
	assert_null(answer_header(a, "Access-Control-Allow-Origin"));
	with(a, "HTTP_ORIGIN", "https://tv.example.org");
	with(a, "HTTP_ACCESS_CONTROL_REQUEST_METHOD", "DELETE");
	assert_int_equal(ask(a, "OPTIONS", "/api/things/all", NULL), 204);
	assert_header(a, "Access-Control-Allow-Methods", "DELETE, OPTIONS");
	assert_header(
	    a, "Access-Control-Allow-Origin", "https://tv.example.org");
	assert_int_equal(ask(a, "OPTIONS", "/api/things/1", NULL), 204);
	assert_header(a, "Allow", "GET, HEAD, OPTIONS");
	assert_null(answer_header(a, "Access-Control-Allow-Methods"));
	unsetenv("MIAU_CORS_ORIGINS");
	asker_close(a);
}

static void
test_rates(void **state)
{
	struct asker *a = *state;
	int i;

	asker_open(a, &things);
	for (i = 0; i < 10; i++) {
		with(a, "REMOTE_ADDR", "127.0.0.1");
		assert_int_equal(
		    ask(a, "POST", "/api/things/login", NULL), 204);
		assert_header(a, "RateLimit-Limit", "10");
	}
	assert_header(a, "RateLimit-Remaining", "0");
	with(a, "REMOTE_ADDR", "127.0.0.1");
	assert_int_equal(ask(a, "POST", "/api/things/login", NULL), 429);
	assert_string_equal(answer_code(a), "rate_limited");
	assert_header(a, "Retry-After", "6");
	assert_non_null(strstr(a->body, "\"retryAfter\":6"));
	with(a, "REMOTE_ADDR", "192.0.2.1");
	assert_int_equal(ask(a, "POST", "/api/things/login", NULL), 204);
	asker_close(a);
}

static void
test_keys(void **state)
{
	struct asker *a = *state;
	struct auth_tokens ann;
	char text[STREAM_KEY_SIZE];
	struct stream_key key = { 0 };
	int64_t title, folder, file;
	const char *uri;
	int i;

	asker_open(a, &things);
	asker_sign_in(a, "ann@example.org", USER_ROLE_USER, &ann);
	title = seed_title(a->w, TITLE_MOVIE, "Film", 2020, NULL);
	folder = seed_folder(a->w, "/srv/films");
	file = seed_file(a->w, folder, "a.mp4");
	stream_key_make(text, &key);
	key.user_id = ann.user.id;
	key.session_id = ann.session_id;
	key.profile_id = ann.profile.id;
	key.title_id = title;
	key.source_id = seed_source(a->w, title, 0, file, "HD");
	key.quality = arena_strdup(a->w->arena, "HD");
	key.created_at = key.last_used_at = clock_now_ms();
	assert_ok(store_stream_key_add(a->w->db, &key, &a->w->err), &a->w->err);
	uri = arena_printf(a->w->arena, "/api/things/stream/%s", text);
	with(a, "REMOTE_ADDR", "192.0.2.1");
	assert_int_equal(ask(a, "GET", uri, NULL), 200);
	assert_header(a, "Access-Control-Allow-Origin", "*");
	assert_null(answer_header(a, "Access-Control-Allow-Credentials"));
	for (i = 0; i < 20; i++) {
		with(a, "REMOTE_ADDR", "192.0.2.1");
		assert_int_equal(
		    ask(a, "GET", "/api/things/stream/short", NULL), 401);
		assert_string_equal(answer_code(a), "stream_key_invalid");
	}
	with(a, "REMOTE_ADDR", "192.0.2.1");
	assert_int_equal(ask(a, "GET", "/api/things/stream/short", NULL), 429);
	with(a, "REMOTE_ADDR", "192.0.2.2");
	assert_int_equal(ask(a, "GET", uri, NULL), 200);
	asker_close(a);
}

int
main(void)
{
#define ASKER(test)                                                            \
	cmocka_unit_test_setup_teardown(test, asker_setup, asker_teardown)
	const struct CMUnitTest tests[] = {
		ASKER(test_access),
		ASKER(test_cookies),
		ASKER(test_csrf),
		ASKER(test_cors),
		ASKER(test_rates),
		ASKER(test_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
