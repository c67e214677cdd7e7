/* The Cookie header. */
#include "lib/http/cookies.h"

#include "tests/unit/helpers.h"

static const char *
find(const char *header, const char *name, struct http_cookie *cookie)
{
	return http_cookie_find(header, name, cookie) ? cookie->value : NULL;
}

static void
test_find(void **state UNUSED)
{
	struct http_cookie c;

	assert_string_equal(find("a=1; b=2", "a", &c), "1");
	assert_string_equal(find("a=1; b=2", "b", &c), "2");
	assert_string_equal(find("a=1;b=2", "b", &c), "2");
	assert_string_equal(find(" a = 1 ; b = 2 ", "b", &c), "2");
	assert_string_equal(find("a=\"x y\"", "a", &c), "x y");
	assert_string_equal(find("a=", "a", &c), "");
	assert_string_equal(find("a=x=y", "a", &c), "x=y");
	assert_string_equal(find("=1; ;; a=1", "a", &c), "1");
	assert_string_equal(find("flag; a=1", "a", &c), "1");
	assert_string_equal(find("a=1; a=2", "a", &c), "1");
	assert_null(find("a=1", "A", &c));
	assert_null(find("aa=1", "a", &c));
	assert_null(find("", "a", &c));
	assert_null(find(";;;", "a", &c));
	assert_null(find("a", "a", &c));
}

static void
test_secure(void **state UNUSED)
{
	struct http_cookie c;

	assert_string_equal(
	    find("__Secure-__miauflix_at_x=1", "__miauflix_at_x", &c), "1");
	/* A plain one, which any site of the host may have set, comes after
	 * the secure one wherever it stands. */
	assert_string_equal(
	    find("__miauflix_at_x=evil; __Secure-__miauflix_at_x=good",
		"__miauflix_at_x", &c),
	    "good");
	assert_string_equal(http_cookie_bare_name("__Secure-__miauflix_rt_y"),
	    "__miauflix_rt_y");
	assert_string_equal(
	    http_cookie_bare_name("__Secure-other"), "__Secure-other");
}

static void
test_long(void **state UNUSED)
{
	char header[HTTP_COOKIE_VALUE_MAX * 2];
	struct http_cookie c;

	memset(header, 'x', sizeof(header));
	memcpy(header, "big=", 4);
	memcpy(header + sizeof(header) - 6, "; a=1", 6);
	assert_null(find(header, "big", &c));
	assert_string_equal(find(header, "a", &c), "1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_secure),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
