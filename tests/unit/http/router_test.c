/* From request to reply: rows, methods, hosts, fields, shapes. */
#include "tests/unit/http/things.h"

#include <signal.h>
#include <sys/wait.h>

static void
test_match(void **state)
{
	struct asker *a = *state;

	asker_open(a, &things);
	assert_int_equal(ask(a, "GET", "/api/things/603", NULL), 200);
	assert_non_null(strstr(a->body, "\"movie\":603"));
	assert_int_equal(ask(a, "GET", "/api/things/603?x=1", NULL), 400);
	assert_string_equal(answer_code(a), "unknown_field");
	assert_int_equal(ask(a, "GET", "/api/things/abc", NULL), 400);
	assert_string_equal(answer_code(a), "invalid_fields");
	assert_non_null(strstr(a->body,
	    "\"fields\":[{\"name\":\"movie\",\"problem\":\"must be a whole "
	    "number\"}]"));
	assert_int_equal(ask(a, "GET", "/api/things/1/2/3", NULL), 404);
	assert_string_equal(answer_code(a), "route_not_found");
	assert_int_equal(ask(a, "GET", "/api/other", NULL), 404);
	assert_int_equal(ask(a, "GET", "/api/things/%2e%2e/x", NULL), 400);
	assert_int_equal(ask(a, "PUT", "/api/things/603", NULL), 405);
	assert_string_equal(answer_code(a), "method_not_allowed");
	assert_header(a, "Allow", "GET, HEAD, OPTIONS");
	assert_int_equal(ask(a, "BREW", "/api/things", NULL), 405);
	assert_header(a, "Allow", "GET, POST, HEAD, OPTIONS");
	/* The literal row, not the number. */
	assert_int_equal(ask(a, "GET", "/api/things/mine", NULL), 401);
	assert_int_equal(ask(a, "GET", "/api/things/broken/thing", NULL), 500);
	assert_null(strstr(a->body, "Secret"));
	asker_close(a);
}

static void
test_head(void **state)
{
	struct asker *a = *state;
	const char *length;

	asker_open(a, &things);
	assert_int_equal(ask(a, "GET", "/api/things/603", NULL), 200);
	length = answer_header(a, "Content-Length");
	assert_int_equal(ask(a, "HEAD", "/api/things/603", NULL), 200);
	assert_header(a, "Content-Length", length);
	assert_int_equal(a->len, 0);
	assert_int_equal(ask(a, "HEAD", "/api/things/abc", NULL), 400);
	assert_int_equal(a->len, 0);
	asker_close(a);
}

static void
test_shapes(void **state)
{
	struct asker *a = *state;
	const char *id;

	asker_open(a, &things);
	assert_int_equal(ask(a, "GET", "/api/things", NULL), 200);
	assert_string_equal(a->body,
	    "{\"results\":[{\"id\":0,\"name\":\"thing\"},"
	    "{\"id\":1,\"name\":\"thing\"}],\"cursor\":null,\"total\":20}");
	assert_header(a, "Content-Type", "application/json");
	assert_header(a, "X-Content-Type-Options", "nosniff");
	assert_header(a, "Referrer-Policy", "no-referrer");
	assert_header(a, "Cache-Control", "private, no-cache");
	assert_null(answer_header(a, "Strict-Transport-Security"));
	assert_int_equal(ask(a, "GET", "/api/v1/things", NULL), 200);
	id = answer_header(a, "X-Request-Id");
	assert_string_equal(a->body,
	    arena_printf(a->w->arena,
		"{\"data\":{\"results\":[{\"id\":0,\"name\":\"thing\"},"
		"{\"id\":1,\"name\":\"thing\"}],\"cursor\":null,"
		"\"total\":20},\"meta\":{\"requestId\":\"%s\"}}",
		id));
	assert_int_equal(ask(a, "GET", "/api/v1/things/abc", NULL), 400);
	id = answer_header(a, "X-Request-Id");
	assert_string_equal(a->body,
	    arena_printf(a->w->arena,
		"{\"error\":{\"message\":\"The field movie must be a whole "
		"number.\",\"code\":\"invalid_fields\",\"details\":{"
		"\"fields\":[{\"name\":\"movie\",\"problem\":\"must be a whole "
		"number\"}]}},\"meta\":{\"requestId\":\"%s\"}}",
		id));
	assert_int_equal(ask(a, "GET", "/api/things/x/y", NULL), 404);
	id = answer_header(a, "X-Request-Id");
	assert_string_equal(a->body,
	    arena_printf(a->w->arena,
		"{\"error\":\"No such address\",\"message\":\"There is "
		"nothing at this address.\",\"code\":\"route_not_found\","
		"\"requestId\":\"%s\"}",
		id));
	assert_header(a, "Cache-Control", "no-store");
	asker_close(a);
}

static void
test_list(void **state)
{
	struct asker *a = *state;

	asker_open(a, &things);
	assert_int_equal(
	    ask(a, "GET", "/api/things?fields=name&pageSize=7&cursor=abc",
		NULL),
	    200);
	assert_string_equal(a->body,
	    "{\"results\":[{\"name\":\"thing\"},{\"name\":\"thing\"}],"
	    "\"cursor\":\"abc\",\"total\":7}");
	assert_int_equal(
	    ask(a, "GET", "/api/things?fields=id,secret", NULL), 400);
	assert_string_equal(answer_code(a), "invalid_fields");
	assert_int_equal(ask(a, "GET", "/api/things?fields=", NULL), 400);
	assert_int_equal(ask(a, "GET", "/api/things?pageSize=0", NULL), 400);
	assert_int_equal(ask(a, "GET", "/api/things?pageSize=101", NULL), 400);
	assert_int_equal(ask(a, "GET", "/api/things?year=x", NULL), 400);
	assert_int_equal(ask(a, "GET", "/api/things?year=%", NULL), 400);
	assert_string_equal(answer_code(a), "bad_request");
	asker_close(a);
}

static void
test_etag(void **state)
{
	struct asker *a = *state;
	const char *tag;

	asker_open(a, &things);
	assert_int_equal(ask(a, "GET", "/api/things", NULL), 200);
	tag = answer_header(a, "ETag");
	assert_non_null(tag);
	with(a, "HTTP_IF_NONE_MATCH", tag);
	assert_int_equal(ask(a, "GET", "/api/things", NULL), 304);
	assert_int_equal(a->len, 0);
	assert_header(a, "ETag", tag);
	/* The same under the other dialect, whose body differs each time. */
	with(a, "HTTP_IF_NONE_MATCH",
	    arena_printf(a->w->arena, "\"x\", W/%s", tag));
	assert_int_equal(ask(a, "GET", "/api/v1/things", NULL), 304);
	with(a, "HTTP_IF_NONE_MATCH", "*");
	assert_int_equal(ask(a, "GET", "/api/things", NULL), 304);
	with(a, "HTTP_IF_NONE_MATCH",
	    arena_printf(
		a->w->arena, "%.*s-gzip\"", (int)strlen(tag) - 1, tag));
	assert_int_equal(ask(a, "GET", "/api/things", NULL), 304);
	with(a, "HTTP_IF_NONE_MATCH", "\"other\"");
	assert_int_equal(ask(a, "GET", "/api/things", NULL), 200);
	with(a, "HTTP_IF_NONE_MATCH", tag);
	assert_int_equal(ask(a, "GET", "/api/things?fields=id", NULL), 200);
	with(a, "HTTP_IF_NONE_MATCH", "*");
	assert_int_equal(ask(a, "GET", "/api/things/x", NULL), 400);
	asker_close(a);
}

static void
test_body(void **state)
{
	struct asker *a = *state;
	char *large;

	asker_open(a, &things);
	assert_int_equal(
	    ask(a, "POST", "/api/things", "{\"name\":\"x\"}"), 201);
	assert_string_equal(a->body, "{\"name\":\"x\"}");
	assert_null(answer_header(a, "ETag"));
	assert_non_null(strstr(a->head,
	    "Set-Cookie: __miauflix_at_x=value; Path=/; Max-Age=60; HttpOnly; "
	    "SameSite=Strict\r\n"));
	assert_non_null(strstr(a->head,
	    "Set-Cookie: __miauflix_rt_x=; Path=/api/auth/; Max-Age=0; "
	    "HttpOnly; SameSite=Strict\r\n"));
	assert_int_equal(ask(a, "POST", "/api/things", NULL), 400);
	assert_string_equal(answer_code(a), "invalid_fields");
	assert_int_equal(
	    ask(a, "POST", "/api/things", "{\"name\":\"x\",\"y\":1}"), 400);
	assert_string_equal(answer_code(a), "unknown_field");
	assert_int_equal(
	    ask(a, "POST", "/api/things", "{\"name\":\"x\",\"name\":\"y\"}"),
	    400);
	assert_string_equal(answer_code(a), "invalid_json");
	assert_int_equal(ask(a, "POST", "/api/things", "[1]"), 400);
	assert_int_equal(ask(a, "POST", "/api/things", "{\"name\":"), 400);
	with(a, "CONTENT_TYPE", "text/plain");
	assert_int_equal(
	    ask(a, "POST", "/api/things", "{\"name\":\"x\"}"), 415);
	with(a, "CONTENT_LENGTH", "20000000");
	assert_int_equal(ask(a, "POST", "/api/things", NULL), 413);
	with(a, "CONTENT_LENGTH", "-1");
	assert_int_equal(ask(a, "POST", "/api/things", NULL), 400);
	with(a, "CONTENT_LENGTH", "5");
	with(a, "CONTENT_TYPE", "application/json; charset=utf-8");
	assert_int_equal(ask(a, "POST", "/api/things", NULL), 400);
	large = arena_alloc(a->w->arena, HTTP_BODY_MAX + 2, 1);
	memset(large, ' ', HTTP_BODY_MAX + 1);
	assert_int_equal(ask(a, "POST", "/api/things", large), 413);
	assert_int_equal(ask(a, "GET", "/api/things", "{\"name\":\"x\"}"), 400);
	asker_close(a);
}

static void
test_host(void **state)
{
	struct asker *a = *state;

	asker_open(a, &things);
	with(a, "HTTP_HOST", "evil.example.org");
	assert_int_equal(ask(a, "GET", "/api/things/1", NULL), 421);
	assert_string_equal(answer_code(a), "wrong_host");
	with(a, "HTTP_HOST", "localhost:8080");
	with(a, "REMOTE_ADDR", "127.0.0.1");
	assert_int_equal(ask(a, "GET", "/api/things/1", NULL), 200);
	assert_non_null(strstr(a->body, "\"local\":true"));
	/* By a proxy that nobody listed. */
	with(a, "HTTP_HOST", "localhost:8080");
	with(a, "REMOTE_ADDR", "127.0.0.1");
	with(a, "HTTP_X_FORWARDED_FOR", "203.0.113.1");
	assert_int_equal(ask(a, "GET", "/api/things/1", NULL), 200);
	assert_non_null(strstr(a->body, "\"local\":false"));
	with(a, "HTTP_HOST", "192.0.2.9");
	with(a, "SERVER_ADDR", "192.0.2.9");
	with(a, "REMOTE_ADDR", "127.0.0.1");
	assert_int_equal(ask(a, "GET", "/api/things/1", NULL), 200);
	assert_non_null(strstr(a->body, "\"local\":false"));
	with(a, "HTTP_HOST", "localhost");
	with(a, "REMOTE_ADDR", "192.0.2.5");
	/* Said by anybody. */
	with(a, "HTTP_X_FORWARDED_FOR", "127.0.0.1");
	with(a, "HTTP_X_FORWARDED_PROTO", "https");
	with(a, "HTTP_X_REQUEST_ID", "made-by-a-stranger");
	assert_int_equal(ask(a, "GET", "/api/things/1", NULL), 200);
	assert_non_null(strstr(a->body, "\"local\":false"));
	assert_non_null(strstr(a->body, "\"address\":\"192.0.2.5\""));
	assert_non_null(strstr(a->body, "\"tls\":false"));
	assert_string_not_equal(
	    answer_header(a, "X-Request-Id"), "made-by-a-stranger");
	asker_close(a);
}

static void
test_proxy(void **state)
{
	struct asker *a = *state;

	setenv("MIAU_HTTP_TRUSTED_PROXIES", "192.0.2.5", 1);
	setenv("MIAU_HTTP_HOSTS", "films.example.org", 1);
	asker_open(a, &things);
	with(a, "HTTP_HOST", "inner.example.org");
	with(a, "REMOTE_ADDR", "192.0.2.5");
	with(a, "HTTP_X_FORWARDED_FOR", "203.0.113.1");
	with(a, "HTTP_X_FORWARDED_PROTO", "https");
	with(a, "HTTP_X_FORWARDED_HOST", "films.example.org");
	with(a, "HTTP_X_REQUEST_ID", "made-by-the-proxy");
	assert_int_equal(
	    ask(a, "POST", "/api/things", "{\"name\":\"x\"}"), 201);
	assert_header(a, "X-Request-Id", "made-by-the-proxy");
	assert_header(a, "Strict-Transport-Security", "max-age=31536000");
	assert_non_null(strstr(a->head,
	    "Set-Cookie: __Secure-__miauflix_at_x=value; Path=/; Max-Age=60; "
	    "HttpOnly; SameSite=Strict; Secure\r\n"));
	with(a, "REMOTE_ADDR", "192.0.2.5");
	with(a, "HTTP_X_REQUEST_ID", "bad id\twith others");
	assert_int_equal(ask(a, "GET", "/api/things/1", NULL), 200);
	assert_null(strchr(answer_header(a, "X-Request-Id"), ' '));
	unsetenv("MIAU_HTTP_TRUSTED_PROXIES");
	unsetenv("MIAU_HTTP_HOSTS");
	asker_close(a);
}

static void
test_no_database(void **state)
{
	struct asker *a = *state;

	assert_int_equal(unlink(a->w->database), 0);
	asker_open(a, &things);
	assert_int_equal(ask(a, "GET", "/api/things/1", NULL), 503);
	assert_string_equal(answer_code(a), "database_upgrading");
	assert_non_null(answer_header(a, "Retry-After"));
	asker_close(a);
}

static bool
dies_of(const struct route *row)
{
	const struct route table[] = { *row, { 0 } };
	const struct handler handler = { .name = "bad", .routes = table };
	pid_t child = fork();
	int status;

	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		close(STDERR_FILENO);
		http_check_routes(&handler);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

/* A program whose table is wrong does not begin. */
static void
test_audit_is_said(void **state)
{
	const struct route whole[] = {
		{ .method = "GET", .path = "/", .run = show_thing },
		{ .method = "POST",
		    .path = "/",
		    .run = show_thing,
		    .audit = AUDIT_USER_CREATED },
		{ .method = "POST",
		    .path = "/",
		    .run = show_thing,
		    .audit = AUDIT_NONE,
		    .audit_why = "a test" },
	};
	const struct route wrong[] = {
		{ .method = "POST", .path = "/", .run = show_thing },
		{ .method = "DELETE",
		    .path = "/",
		    .run = show_thing,
		    .audit = AUDIT_NONE },
		{ .method = "GET",
		    .path = "/",
		    .run = show_thing,
		    .audit = AUDIT_USER_CREATED },
		{ .method = "POST",
		    .path = "/",
		    .run = show_thing,
		    .audit = AUDIT_USER_CREATED,
		    .audit_why = "both" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(whole); i++)
		assert_false(dies_of(&whole[i]));
	for (i = 0; i < COUNT_OF(wrong); i++)
		assert_true(dies_of(&wrong[i]));
}

int
main(void)
{
#define ASKER(test)                                                            \
	cmocka_unit_test_setup_teardown(test, asker_setup, asker_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_audit_is_said),
		ASKER(test_match),
		ASKER(test_head),
		ASKER(test_shapes),
		ASKER(test_list),
		ASKER(test_etag),
		ASKER(test_body),
		ASKER(test_host),
		ASKER(test_proxy),
		ASKER(test_no_database),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
