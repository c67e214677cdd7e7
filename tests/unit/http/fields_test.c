/* Fields of queries and bodies, and path parameters, into typed values. */
#include "lib/base/json.h"
#include "lib/http/params.h"
#include "lib/http/query.h"
#include "tests/unit/helpers.h"

struct want {
	struct field row;
	const char *text;
	bool ok;
};

#define T(...)                                                                 \
	{                                                                      \
		.name = "x", __VA_ARGS__                                       \
	}
#define CHOICES T(.type = FIELD_CHOICE, .choices = "auto|4K|HD")
#define UUID_TEXT "0123abcd-0123-4abc-8abc-0123456789ab"
#define KEY_TEXT "abcdefghijklmnopqrstuvwxyz0123456789ABCDE-_"

static const struct want wants[] = {
	{ T(.type = FIELD_TEXT), "", true },
	{ T(.type = FIELD_TEXT), "any \xc3\xa9 text", true },
	{ T(.type = FIELD_TEXT, .min = 1), "", false },
	{ T(.type = FIELD_TEXT, .max = 3), "abc", true },
	{ T(.type = FIELD_TEXT, .max = 3), "abcd", false },
	{ T(.type = FIELD_TEXT), "a\x01", false },
	{ T(.type = FIELD_TEXT), "a\nb", false },
	{ T(.type = FIELD_INT), "0", true },
	{ T(.type = FIELD_INT), "-5", true },
	{ T(.type = FIELD_INT), "9007199254740991", true },
	{ T(.type = FIELD_INT), "9007199254740992", false },
	{ T(.type = FIELD_INT), "99999999999999999999999", false },
	{ T(.type = FIELD_INT), "5x", false },
	{ T(.type = FIELD_INT), "", false },
	{ T(.type = FIELD_INT), "1.5", false },
	{ T(.type = FIELD_INT, .min = 1, .max = 3), "0", false },
	{ T(.type = FIELD_INT, .min = 1, .max = 3), "3", true },
	{ T(.type = FIELD_INT, .min = 1, .max = 3), "4", false },
	{ T(.type = FIELD_REAL), "1.5", true },
	{ T(.type = FIELD_REAL), "1e400", false },
	{ T(.type = FIELD_REAL), "nan", false },
	{ T(.type = FIELD_REAL), "inf", false },
	{ T(.type = FIELD_REAL, .real_max = 1), "1", true },
	{ T(.type = FIELD_REAL, .real_max = 1), "1.01", false },
	{ T(.type = FIELD_REAL, .real_max = 1), "-0.1", false },
	{ T(.type = FIELD_BOOL), "true", true },
	{ T(.type = FIELD_BOOL), "0", true },
	{ T(.type = FIELD_BOOL), "yes", false },
	{ T(.type = FIELD_BOOL), "", false },
	{ CHOICES, "auto", true },
	{ CHOICES, "4K", true },
	{ CHOICES, "HD", true },
	{ CHOICES, "", false },
	{ CHOICES, "H", false },
	{ CHOICES, "auto|4K", false },
	{ CHOICES, "hd", false },
	{ T(.type = FIELD_EMAIL), "demo@example.org", true },
	{ T(.type = FIELD_EMAIL), "a.b+c@localhost", true },
	{ T(.type = FIELD_EMAIL), "j\xc3\xbcrgen@example.org", true },
	{ T(.type = FIELD_EMAIL), "", false },
	{ T(.type = FIELD_EMAIL), "demo", false },
	{ T(.type = FIELD_EMAIL), "@example.org", false },
	{ T(.type = FIELD_EMAIL), "demo@", false },
	{ T(.type = FIELD_EMAIL), "a@b@c", false },
	{ T(.type = FIELD_EMAIL), "a b@c", false },
	{ T(.type = FIELD_EMAIL), "a@b..c", false },
	{ T(.type = FIELD_PASSWORD), "12345678", true },
	{ T(.type = FIELD_PASSWORD), "1234567", false },
	{ T(.type = FIELD_LANGUAGE), "en", true },
	{ T(.type = FIELD_LANGUAGE), "pt-BR", true },
	{ T(.type = FIELD_LANGUAGE), "zh-Hant-TW", true },
	{ T(.type = FIELD_LANGUAGE), "e", false },
	{ T(.type = FIELD_LANGUAGE), "EN", false },
	{ T(.type = FIELD_LANGUAGE), "en-", false },
	{ T(.type = FIELD_LANGUAGE), "en-x", false },
	{ T(.type = FIELD_LANGUAGE), "en_US", false },
	{ T(.type = FIELD_TITLE_ID), "movie-603", true },
	{ T(.type = FIELD_TITLE_ID), "show-1399", true },
	{ T(.type = FIELD_TITLE_ID), "tt0133093", true },
	{ T(.type = FIELD_TITLE_ID), "tt12", false },
	{ T(.type = FIELD_TITLE_ID), "movie-", false },
	{ T(.type = FIELD_TITLE_ID), "movie--1", false },
	{ T(.type = FIELD_TITLE_ID), "movie-12345678901234567", false },
	{ T(.type = FIELD_TITLE_ID), "film-1", false },
	{ T(.type = FIELD_UUID), UUID_TEXT, true },
	{ T(.type = FIELD_UUID), UUID_TEXT "0", false },
	{ T(.type = FIELD_UUID), "0123ABCD-0123-4abc-8abc-0123456789ab",
	    false },
	{ T(.type = FIELD_UUID), "0123abcd", false },
	{ T(.type = FIELD_KEY), KEY_TEXT, true },
	{ T(.type = FIELD_KEY), KEY_TEXT "a", false },
	{ T(.type = FIELD_KEY), "abc+", false },
	{ T(.type = FIELD_PATH), "/", true },
	{ T(.type = FIELD_PATH), "/srv/films/\xff", true },
	{ T(.type = FIELD_PATH), "films", false },
	{ T(.type = FIELD_PATH), "", false },
	{ T(.type = FIELD_JSON), "{}", false },
};

static void
test_texts(void **state)
{
	struct world *w = *state;
	struct value value;
	const char *problem;
	size_t i;

	for (i = 0; i < COUNT_OF(wants); i++) {
		problem = http_field_from_text(
		    w->arena, &wants[i].row, wants[i].text, &value);
		if ((problem == NULL) != wants[i].ok ||
		    value.is_given != wants[i].ok)
			fail_msg("%zu: type %d, '%s': %s", i,
			    (int)wants[i].row.type, wants[i].text,
			    problem == NULL ? "taken" : problem);
	}
}

static const struct field rows[] = {
	{ .name = "name", .required = true, .max = 10 },
	{ .name = "n", .type = FIELD_INT, .min = 1, .max = 9 },
	{ .name = "share", .type = FIELD_REAL, .real_max = 1 },
	{ .name = "flag", .type = FIELD_BOOL },
	{ .name = "any", .type = FIELD_JSON },
	{ 0 },
};

/* The problems with a body as text, "" for none. */
static const char *
body_problems(struct world *w, const char *text, struct value *values)
{
	struct http_problems problems = { 0 };
	struct json_object *body = json_parse(text, strlen(text), &w->err);
	const char *result = "";

	if (body == NULL)
		fail_msg("%s: %s", text, w->err.text);
	memset(values, 0, HTTP_FIELDS_MAX * sizeof(*values));
	http_fields_body(w->arena, rows, body, values, &problems);
	if (problems.list != NULL)
		result = arena_strdup(w->arena,
		    json_object_to_json_string_ext(
			problems.list, JSON_C_TO_STRING_PLAIN));
	json_object_put(problems.list);
	json_object_put(body);
	return result;
}

static void
test_bodies(void **state)
{
	struct world *w = *state;
	struct value v[HTTP_FIELDS_MAX];

	assert_string_equal(
	    body_problems(
		w, "{\"name\":\"a\",\"n\":3,\"share\":0.5,\"flag\":false}", v),
	    "");
	assert_string_equal(v[0].text, "a");
	assert_int_equal(v[1].integer, 3);
	assert_true(v[2].real > 0.49 && v[2].real < 0.51);
	assert_true(v[3].is_given && !v[3].flag);
	assert_false(v[4].is_given);
	assert_string_equal(
	    body_problems(w, "{\"name\":\"a\",\"n\":3.0,\"share\":1}", v), "");
	assert_int_equal(v[1].integer, 3);
	assert_string_equal(
	    body_problems(w, "{\"name\":\"a\",\"n\":null}", v), "");
	assert_false(v[1].is_given);
	assert_string_equal(body_problems(w, "{}", v),
	    "[{\"name\":\"name\",\"problem\":\"is required\"}]");
	assert_string_equal(body_problems(w, "{\"name\":null}", v),
	    "[{\"name\":\"name\",\"problem\":\"is required\"}]");
	assert_string_equal(body_problems(w, "{\"name\":5}", v),
	    "[{\"name\":\"name\",\"problem\":\"must be a text\"}]");
	assert_string_equal(
	    body_problems(w, "{\"name\":\"a\",\"n\":\"3\",\"flag\":1}", v),
	    "[{\"name\":\"n\",\"problem\":\"must be a whole number\"},"
	    "{\"name\":\"flag\",\"problem\":\"must be true or false\"}]");
	assert_string_equal(body_problems(w, "{\"name\":\"a\",\"n\":3.5}", v),
	    "[{\"name\":\"n\",\"problem\":\"must be a whole number\"}]");
	assert_string_equal(body_problems(w, "{\"name\":\"a\",\"n\":1e300}", v),
	    "[{\"name\":\"n\",\"problem\":\"must be a whole number\"}]");
	assert_string_equal(
	    body_problems(w, "{\"name\":\"a\",\"role\":\"admin\"}", v),
	    "[{\"name\":\"role\",\"problem\":\"is not known here\"}]");
	assert_string_equal(body_problems(w, "{\"name\":\"12345678901\"}", v),
	    "[{\"name\":\"name\",\"problem\":\"is too long\"}]");
}

static void
test_twice(void **state)
{
	struct world *w = *state;
	struct http_problems problems = { 0 };
	struct value values[HTTP_FIELDS_MAX] = { 0 };
	struct http_query query;

	assert_true(http_query_parse(w->arena, "name=a&name=b", &query));
	http_fields_query(w->arena, rows, &query, values, &problems);
	assert_non_null(problems.list);
	assert_false(problems.unknown);
	json_object_put(problems.list);
	problems = (struct http_problems){ 0 };
	assert_true(http_query_parse(w->arena, "foo=a", &query));
	http_fields_query(w->arena, NULL, &query, values, &problems);
	assert_true(problems.unknown);
	json_object_put(problems.list);
}

static void
check_param(struct world *w, const char *name, const char *text, bool ok)
{
	const struct http_param *param = http_param_find(name);
	struct value value;

	assert_non_null(param);
	if ((http_param_check(w->arena, param, text, &value) == NULL) != ok)
		fail_msg(":%s = '%s'", name, text);
}

static void
test_params(void **state)
{
	struct world *w = *state;

	check_param(w, "movie", "603", true);
	check_param(w, "movie", "0", false);
	check_param(w, "movie", "-1", false);
	check_param(w, "movie", "+1", false);
	check_param(w, "movie", " 1", false);
	check_param(w, "movie", "603abc", false);
	check_param(w, "movie", "9007199254740992", false);
	check_param(w, "season", "0", true);
	check_param(w, "season", "100001", false);
	check_param(w, "quality", "FHD", true);
	check_param(w, "quality", "fhd", false);
	check_param(w, "key", KEY_TEXT, true);
	check_param(w, "key", "short", false);
	check_param(w, "slug", "genre-drama", true);
	check_param(w, "slug", "", false);
	check_param(w, "file", "a.webp", true);
	check_param(w, "file", ".hidden", false);
	check_param(w, "file", "a b", false);
	check_param(w, "track", "0.vtt", true);
	check_param(w, "titleId", "show-5", true);
	check_param(w, "session", UUID_TEXT, true);
	check_param(w, "folder", "7", true);
	assert_null(http_param_find("password"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_texts, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_bodies, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_twice, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_params, folder_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
