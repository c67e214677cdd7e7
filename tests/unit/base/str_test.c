/* Numbers in text, UTF-8 and what is not, keys, slugs, trimming. */
#include "tests/unit/helpers.h"

#include "lib/base/str.h"

static void
test_int64(void **state)
{
	static const char *const refused[] = { "", "-", "+1", " 1", "1 ", "1.0",
		"0x10", "1e3", "--1", "9223372036854775808",
		"-9223372036854775809", "99999999999999999999", "one" };
	int64_t n = 42;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(refused); i++)
		assert_false(
		    str_to_int64(refused[i], INT64_MIN, INT64_MAX, &n));
	assert_false(str_to_int64("11", 0, 10, &n));
	assert_false(str_to_int64("-1", 0, 10, &n));
	assert_int_equal(n, 42);
	assert_true(str_to_int64("10", 0, 10, &n));
	assert_int_equal(n, 10);
	assert_true(
	    str_to_int64("-9223372036854775808", INT64_MIN, INT64_MAX, &n));
	assert_true(n == INT64_MIN);
	assert_true(
	    str_to_int64("9223372036854775807", INT64_MIN, INT64_MAX, &n));
	assert_true(n == INT64_MAX);
	assert_true(str_to_int64("007", 0, 10, &n));
	assert_int_equal(n, 7);
}

static void
test_double(void **state)
{
	static const char *const refused[] = { "", " 1", "+1", "nan", "inf",
		"0x1p3", "1e", "1e999", "1..2", "-", ".", "1,5" };
	double d = 42;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(refused); i++)
		assert_false(str_to_double(refused[i], -1e300, 1e300, &d));
	assert_false(str_to_double("1.01", 0, 1, &d));
	assert_true(d == 42);
	assert_true(str_to_double("0.92", 0, 1, &d));
	assert_true(d == 0.92);
	assert_true(str_to_double("-2.5e1", -100, 1, &d));
	assert_true(d == -25);
}

static void
test_ends(void **state)
{
	(void)state;
	assert_true(str_starts("movie-1", "movie-"));
	assert_false(str_starts("mov", "movie-"));
	assert_string_equal(str_after("movie-1", "movie-"), "1");
	assert_null(str_after("show-1", "movie-"));
	assert_true(str_ends("a.srt", ".srt"));
	assert_true(str_ends("x", ""));
	assert_false(str_ends("srt", ".srt"));
	assert_true(str_equal_nocase("FooBar", "foobAR"));
	assert_false(str_equal_nocase("foo", "foob"));
	assert_false(str_equal_nocase("foob", "foo"));
	/* Turkish dotless i and its kin are no ASCII. */
	assert_false(str_equal_nocase("\xc4\xb1", "i"));
}

static void
test_is_utf8(void **state)
{
	static const char *const refused[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf",
		"\xc3",
		"\xe2\x82",
		"\xe0\x80\x80",     /* overlong */
		"\xed\xa0\x80",     /* surrogate */
		"\xf0\x80\x80\x80", /* overlong */
		"\xf4\x90\x80\x80", /* above U+10FFFF */
		"\xf5\x80\x80\x80",
		"\xfe",
		"\xff",
		"a\xe9t\xe9",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(refused); i++)
		assert_false(str_is_utf8(refused[i], strlen(refused[i])));
	assert_true(str_is_utf8("", 0));
	assert_true(str_is_utf8("a\0b", 3));
	assert_true(str_is_utf8("\xf0\x9f\x8e\xac\xc3\xa9", 6));
}

/* Whatever two bytes a name begins with, what is shown is UTF-8 without
 * control characters. */
static void
test_display_all_pairs(void **state)
{
	char name[] = "??x", *shown, *c;
	int a, b;

	(void)state;
	for (a = 0; a < 256; a++)
		for (b = 0; b < 256; b++) {
			name[0] = (char)a;
			name[1] = (char)b;
			shown = str_to_display(name, 3);
			assert_true(str_is_utf8(shown, strlen(shown)));
			assert_true(str_ends(shown, "x"));
			for (c = shown; *c != '\0'; c++)
				assert_false(
				    (unsigned char)*c < 0x20 || *c == 0x7f);
			free(shown);
		}
}

static void
assert_display(const char *bytes, const char *wanted)
{
	char *shown = str_to_display(bytes, strlen(bytes));

	assert_string_equal(shown, wanted);
	free(shown);
}

static void
test_display(void **state)
{
	(void)state;
	assert_display("", "");
	assert_display("Am\xe9lie", "Am\xc3\xa9lie");      /* Latin-1 */
	assert_display("Ame\xcc\x81lie", "Am\xc3\xa9lie"); /* NFD */
	assert_display("a\nb",
	    "a\xef\xbf\xbd"
	    "b");
	/* A right-to-left override, an isolate, a line separator. */
	assert_display("\xe2\x80\xae"
		       "a\xe2\x81\xa6"
		       "b\xe2\x80\xa8",
	    "\xef\xbf\xbd"
	    "a\xef\xbf\xbd"
	    "b\xef\xbf\xbd");
	/* Right-to-left letters themselves stay. */
	assert_display("\xd7\xa9\xd7\x9c", "\xd7\xa9\xd7\x9c");
}

static void
assert_key(const char *text, const char *wanted)
{
	char *key = str_to_key(text);

	assert_string_equal(key, wanted);
	free(key);
}

static void
test_key(void **state)
{
	(void)state;
	assert_key("", "");
	assert_key("!?", "");
	assert_key("Am\xc3\xa9lie!", "amelie");
	assert_key("Ame\xcc\x81lie", "amelie");
	assert_key("  The -- Thing ", "the thing");
	assert_key("Stra\xc3\x9f"
		   "e",
	    "strasse");
	assert_key("\xef\xac\x81lm", "film"); /* a ligature */
	assert_key("WALL\xc2\xb7"
		   "E",
	    "wall e");
	assert_key("8\xc2\xbd", "81 2"); /* one half */
	assert_key("\xe5\x8d\x83\xe3\x81\xa8", "\xe5\x8d\x83\xe3\x81\xa8");
	assert_key("caf\xe9", "cafe"); /* not UTF-8 */
}

/* A key is its own key, for any text. */
static void
test_key_is_stable(void **state)
{
	char text[40], *key, *again;
	int round;
	size_t i;

	(void)state;
	for (round = 0; round < 3000; round++) {
		random_bytes(text, sizeof(text));
		for (i = 0; i < sizeof(text) - 1; i++)
			if (text[i] == '\0')
				text[i] = 'a';
		text[sizeof(text) - 1] = '\0';
		key = str_to_key(text);
		again = str_to_key(key);
		assert_string_equal(key, again);
		assert_false(str_starts(key, " ") || str_ends(key, " "));
		assert_null(strstr(key, "  "));
		free(key);
		free(again);
	}
}

static void
test_slug_and_email(void **state)
{
	char *text;

	(void)state;
	text = str_to_slug("My lists & co");
	assert_string_equal(text, "my-lists-co");
	free(text);
	text = str_fold_email("Zo\xc3\x8b@Example.ORG");
	assert_string_equal(text, "zo\xc3\xab@example.org");
	free(text);
	/* Unlike in a key, marks and signs count: these are two people. */
	text = str_fold_email("a.b+c@example.org");
	assert_string_equal(text, "a.b+c@example.org");
	free(text);
}

static void
test_trim(void **state)
{
	char text[] = " \t a b\r\n", blank[] = " \n", none[] = "";

	(void)state;
	assert_string_equal(str_trim(text), "a b");
	assert_string_equal(str_trim(blank), "");
	assert_string_equal(str_trim(none), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_int64),
		cmocka_unit_test(test_double),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_is_utf8),
		cmocka_unit_test(test_display_all_pairs),
		cmocka_unit_test(test_display),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_key_is_stable),
		cmocka_unit_test(test_slug_and_email),
		cmocka_unit_test(test_trim),
	};

	return cmocka_run_group_tests_name("base/str", tests, NULL, NULL);
}
