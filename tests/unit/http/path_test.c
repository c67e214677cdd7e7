/* Paths: what is taken apart, what is another's, what is refused. */
#include "lib/http/path.h"

#include "lib/http/query.h"
#include "tests/unit/helpers.h"

struct want {
	const char *uri;
	const char *base;
	enum http_path_result result;
	const char *segments; /* joined by '|' */
	bool is_v1;
};

static const struct want wants[] = {
	{ "/api/movies", "/", HTTP_PATH_OK, "", false },
	{ "/api/movies/", "/", HTTP_PATH_OK, "", false },
	{ "/api/movies?x=/../y", "/", HTTP_PATH_OK, "", false },
	{ "/api/movies/603", "/", HTTP_PATH_OK, "603", false },
	{ "/api/movies/603/", "/", HTTP_PATH_OK, "603", false },
	{ "/api/v1/movies/603/FHD", "/", HTTP_PATH_OK, "603|FHD", true },
	{ "/api/v1/movies", "/", HTTP_PATH_OK, "", true },
	{ "/miau/api/movies/1", "/miau/", HTTP_PATH_OK, "1", false },
	{ "/api/movies/a%20b", "/", HTTP_PATH_OK, "a b", false },
	{ "/api/movies/a+b", "/", HTTP_PATH_OK, "a+b", false },
	{ "/api/movies/caf%C3%A9", "/", HTTP_PATH_OK, "caf\xc3\xa9", false },
	{ "/api/m%6fvies/1", "/", HTTP_PATH_OK, "1", false },
	{ "/api/movies/...", "/", HTTP_PATH_OK, "...", false },
	/* of somebody else, or of nobody */
	{ "", "/", HTTP_PATH_OTHER, "", false },
	{ "/", "/", HTTP_PATH_OTHER, "", false },
	{ "/api", "/", HTTP_PATH_OTHER, "", false },
	{ "/api/", "/", HTTP_PATH_OTHER, "", false },
	{ "/api/v1", "/", HTTP_PATH_OTHER, "", false },
	{ "/api/moviesx", "/", HTTP_PATH_OTHER, "", false },
	{ "/api/Movies", "/", HTTP_PATH_OTHER, "", false },
	{ "/api/movie", "/", HTTP_PATH_OTHER, "", false },
	{ "/api/v2/movies", "/", HTTP_PATH_OTHER, "", false },
	{ "/api/v1/v1/movies", "/", HTTP_PATH_OTHER, "", false },
	{ "/api//movies", "/", HTTP_PATH_OTHER, "", false },
	{ "/api/movies//603", "/", HTTP_PATH_OTHER, "", false },
	{ "//api/movies", "/", HTTP_PATH_OTHER, "", false },
	{ "/movies", "/", HTTP_PATH_OTHER, "", false },
	{ "/api/movies", "/miau/", HTTP_PATH_OTHER, "", false },
	{ "/miauapi/movies", "/miau/", HTTP_PATH_OTHER, "", false },
	{ "http://host/api/movies", "/", HTTP_PATH_OTHER, "", false },
	{ "/api/movies/1/2/3/4/5/6/7/8/9/10/11/12/13", "/", HTTP_PATH_OTHER, "",
	    false },
	{ "/api/movies/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", "/",
	    HTTP_PATH_OTHER, "", false },
	/* could mean two things */
	{ "/api/movies/..", "/", HTTP_PATH_REFUSED, "", false },
	{ "/api/movies/.", "/", HTTP_PATH_REFUSED, "", false },
	{ "/api/../api/movies", "/", HTTP_PATH_REFUSED, "", false },
	{ "/api/movies/%2e%2e/x", "/", HTTP_PATH_REFUSED, "", false },
	{ "/api/movies/.%2E/x", "/", HTTP_PATH_REFUSED, "", false },
	{ "/api/movies/a%2Fb", "/", HTTP_PATH_REFUSED, "", false },
	{ "/api/movies/a%5Cb", "/", HTTP_PATH_REFUSED, "", false },
	{ "/api/movies/a\\b", "/", HTTP_PATH_REFUSED, "", false },
	{ "/api/movies/%00", "/", HTTP_PATH_REFUSED, "", false },
	{ "/api/movies/%0a", "/", HTTP_PATH_REFUSED, "", false },
	{ "/api/movies/%7f", "/", HTTP_PATH_REFUSED, "", false },
	{ "/api/movies/%", "/", HTTP_PATH_REFUSED, "", false },
	{ "/api/movies/%4", "/", HTTP_PATH_REFUSED, "", false },
	{ "/api/movies/%zz", "/", HTTP_PATH_REFUSED, "", false },
	{ "/api/movies/%ff", "/", HTTP_PATH_REFUSED, "", false },
	{ "/api/movies/%C3", "/", HTTP_PATH_REFUSED, "", false },
	{ "/api/movies/\xc3\x28", "/", HTTP_PATH_REFUSED, "", false },
	{ "/api/movies/%ed%a0%80", "/", HTTP_PATH_REFUSED, "", false },
};

static void
check(struct arena *arena, const struct want *want)
{
	struct http_path path;
	char joined[512] = "";
	size_t len = 0;
	int i;

	if (http_path_parse(arena, want->uri, want->base, "movies", false,
		&path) != want->result)
		fail_msg("%s", want->uri);
	if (want->result != HTTP_PATH_OK)
		return;
	for (i = 0; i < path.n; i++)
		len += (size_t)snprintf(joined + len, sizeof(joined) - len,
		    "%s%s", i == 0 ? "" : "|", path.segment[i]);
	assert_string_equal(joined, want->segments);
	assert_int_equal(path.is_v1, want->is_v1);
}

static void
test_table(void **state)
{
	struct world *w = *state;
	size_t i;

	for (i = 0; i < COUNT_OF(wants); i++)
		check(w->arena, &wants[i]);
}

static void
test_root(void **state)
{
	struct world *w = *state;
	struct http_path path;

	assert_int_equal(
	    http_path_parse(w->arena, "/health", "/", "health", true, &path),
	    HTTP_PATH_OK);
	assert_true(path.is_root);
	assert_int_equal(http_path_parse(w->arena, "/api/health", "/", "health",
			     true, &path),
	    HTTP_PATH_OK);
	assert_false(path.is_root);
	assert_int_equal(
	    http_path_parse(w->arena, "/health", "/", "health", false, &path),
	    HTTP_PATH_OTHER);
	assert_int_equal(
	    http_path_parse(w->arena, "/v1/health", "/", "health", true, &path),
	    HTTP_PATH_OTHER);
}

static void
test_long(void **state)
{
	struct world *w = *state;
	char uri[HTTP_PATH_MAX + 100];
	struct http_path path;

	memset(uri, 'a', sizeof(uri));
	memcpy(uri, "/api/movies/", 12);
	uri[sizeof(uri) - 1] = '\0';
	assert_int_equal(
	    http_path_parse(w->arena, uri, "/", "movies", false, &path),
	    HTTP_PATH_REFUSED);
	uri[HTTP_PATH_MAX - 1] = '\0';
	assert_int_equal(
	    http_path_parse(w->arena, uri, "/", "movies", false, &path),
	    HTTP_PATH_OK);
}

static void
test_query(void **state)
{
	struct world *w = *state;
	struct http_query query;
	char many[HTTP_PAIRS_MAX * 4 + 16] = "";
	int i;

	assert_true(http_query_parse(
	    w->arena, "a=1&b=x%20y+z&&c&d=&%65=%3D%26&a=2", &query));
	assert_int_equal(query.n, 6);
	assert_string_equal(http_query_find(&query, "a"), "1");
	assert_string_equal(http_query_find(&query, "b"), "x y z");
	assert_string_equal(http_query_find(&query, "c"), "");
	assert_string_equal(http_query_find(&query, "d"), "");
	assert_string_equal(http_query_find(&query, "e"), "=&");
	assert_null(http_query_find(&query, "f"));
	assert_true(http_query_parse(w->arena, "", &query));
	assert_int_equal(query.n, 0);
	assert_false(http_query_parse(w->arena, "a=%", &query));
	assert_false(http_query_parse(w->arena, "a=%00", &query));
	assert_false(http_query_parse(w->arena, "a=%ff", &query));
	assert_false(http_query_parse(w->arena, "%ff=a", &query));
	for (i = 0; i < HTTP_PAIRS_MAX; i++)
		strncat(many, "a=1&", sizeof(many) - strlen(many) - 1);
	assert_true(http_query_parse(w->arena, many, &query));
	strncat(many, "a=1", sizeof(many) - strlen(many) - 1);
	assert_false(http_query_parse(w->arena, many, &query));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_table, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_root, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_long, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_query, folder_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
