/* From request to reply: rows, methods, hosts, access, fields, shapes. */
#include "tests/unit/http/ask.h"

#include "lib/auth/stream_key.h"

static struct reply
show_thing(struct request *req)
{
	struct json_object *obj = json_object_new_object();

	json_add_int(obj, "movie", req->param[0].integer);
	json_add_text(obj, "user", req->caller.user_id);
	json_add_bool(obj, "local", req->is_local);
	json_add_text(obj, "address", req->address);
	json_add_bool(obj, "tls", req->is_tls);
	return reply_json(obj);
}

static struct reply
list_things(struct request *req)
{
	struct json_object *items = json_object_new_array(), *one;
	int i;

	for (i = 0; i < 2; i++) {
		one = json_object_new_object();
		json_add_int(one, "id", i);
		json_add_text(one, "name", "thing");
		json_object_array_add(items, one);
	}
	return reply_list("results", items, req->page.cursor, req->page.size);
}

static struct reply
create_thing(struct request *req)
{
	struct json_object *obj = json_object_new_object();
	struct reply reply;

	json_add_text(obj, "name", req->body[0].text);
	reply = reply_json(obj);
	reply.status = 201;
	reply_cookie(&reply, req, "__miauflix_at_x", "value", "", 60);
	reply_cookie(&reply, req, "__miauflix_rt_x", NULL, "api/auth/", 60);
	return reply;
}

static struct reply
delete_thing(struct request *req UNUSED)
{
	return reply_empty();
}

static struct reply
break_thing(struct request *req UNUSED)
{
	struct err err;

	err_set(&err, ERR_INTERNAL, "Secret words of the database.");
	return reply_store(STORE_ERROR, ERR_NOT_FOUND, &err);
}

static const struct field thing_fields[] = {
	{ .name = "name", .required = true },
	{ 0 },
};
static const struct field list_fields[] = {
	{ .name = "year", .type = FIELD_INT },
	{ 0 },
};

static const struct route rows[] = {
	{ .method = "GET",
	    .path = "/:movie",
	    .run = show_thing,
	    .access = ACCESS_PUBLIC },
	{ .method = "GET", .path = "/mine", .run = show_thing },
	{ .method = "GET",
	    .path = "/own/embedded",
	    .run = show_thing,
	    .embed = true },
	{ .method = "GET",
	    .path = "/",
	    .run = list_things,
	    .access = ACCESS_PUBLIC,
	    .is_list = true,
	    .query = list_fields },
	{ .method = "POST",
	    .path = "/",
	    .run = create_thing,
	    .access = ACCESS_PUBLIC,
	    .body = thing_fields },
	{ .method = "DELETE",
	    .path = "/all",
	    .run = delete_thing,
	    .access = ACCESS_ADMIN },
	{ .method = "POST",
	    .path = "/login",
	    .run = delete_thing,
	    .access = ACCESS_PUBLIC,
	    .rate = RATE_LOGIN },
	{ .method = "POST",
	    .path = "/tokens",
	    .run = delete_thing,
	    .access = ACCESS_PUBLIC,
	    .no_csrf = true },
	{ .method = "GET",
	    .path = "/stream/:key",
	    .run = show_thing,
	    .access = ACCESS_KEY,
	    .rate = RATE_STREAM,
	    .any_origin = true },
	{ .method = "GET",
	    .path = "/broken/thing",
	    .run = break_thing,
	    .access = ACCESS_PUBLIC },
	{ 0 },
};
static const struct handler things = { .name = "things", .routes = rows };

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

int
main(void)
{
#define ASKER(test)                                                            \
	cmocka_unit_test_setup_teardown(test, asker_setup, asker_teardown)
	const struct CMUnitTest tests[] = {
		ASKER(test_match),
		ASKER(test_head),
		ASKER(test_shapes),
		ASKER(test_list),
		ASKER(test_etag),
		ASKER(test_body),
		ASKER(test_host),
		ASKER(test_proxy),
		ASKER(test_access),
		ASKER(test_cookies),
		ASKER(test_csrf),
		ASKER(test_cors),
		ASKER(test_rates),
		ASKER(test_keys),
		ASKER(test_no_database),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
