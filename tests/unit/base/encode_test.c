/* Hexadecimal, base64url and percent escapes: round trips of all short inputs,
 * and one spelling only per value. */
#include "tests/unit/helpers.h"

#include "lib/base/encode.h"

static void
test_hex(void **state)
{
	unsigned char in, out[4];
	char text[ENCODE_HEX_SIZE(1)];
	int i;

	(void)state;
	for (i = 0; i < 256; i++) {
		in = (unsigned char)i;
		encode_hex(&in, 1, text);
		assert_true(decode_hex(text, out, 1));
		assert_int_equal(out[0], in);
	}
	assert_false(decode_hex("0", out, 1));
	assert_false(decode_hex("000", out, 1));
	assert_false(decode_hex("0g", out, 1));
	assert_false(decode_hex("AB", out, 1));
	assert_false(decode_hex("", out, 1));
	assert_true(decode_hex("", out, 0));
}

static void
round_trip(const unsigned char *in, size_t len)
{
	char text[ENCODE_B64_SIZE(3)];
	unsigned char out[3];

	encode_base64url(in, len, text);
	assert_int_equal(strlen(text) + 1, ENCODE_B64_SIZE(len));
	assert_int_equal(
	    decode_base64url(text, strlen(text), out, len), (long)len);
	assert_memory_equal(in, out, len);
	if (len > 0)
		assert_int_equal(
		    decode_base64url(text, strlen(text), out, len - 1), -1);
}

static void
test_base64url(void **state)
{
	unsigned char in[3] = { 0 };
	int a, b;

	(void)state;
	round_trip(in, 0);
	for (a = 0; a < 256; a++) {
		in[0] = (unsigned char)a;
		round_trip(in, 1);
		for (b = 0; b < 256; b++) {
			in[1] = (unsigned char)b;
			in[2] = (unsigned char)(a ^ b);
			round_trip(in, 2);
			round_trip(in, 3);
		}
	}
}

/* Of all texts of two characters exactly those decode that encoding makes. */
static void
test_base64url_one_spelling(void **state)
{
	char text[3] = "", again[ENCODE_B64_SIZE(1)];
	unsigned char out[2];
	int a, b, n = 0;

	(void)state;
	for (a = 1; a < 256; a++)
		for (b = 1; b < 256; b++) {
			text[0] = (char)a;
			text[1] = (char)b;
			if (decode_base64url(text, 2, out, sizeof(out)) != 1)
				continue;
			encode_base64url(out, 1, again);
			assert_string_equal(text, again);
			n++;
		}
	assert_int_equal(n, 256);
}

static void
test_base64url_refused(void **state)
{
	static const char *const refused[] = { "A", "AAAAA", "AA==", "A+AA",
		"A/AA", "AA A", "AA\n", "\xc3\xa9" };
	unsigned char out[16];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(refused); i++)
		assert_int_equal(decode_base64url(refused[i],
				     strlen(refused[i]), out, sizeof(out)),
		    -1);
	assert_int_equal(decode_base64url("A\0AA", 4, out, sizeof(out)), -1);
}

static void
assert_percent(const char *text, bool form, const char *wanted)
{
	char copy[64];

	snprintf(copy, sizeof(copy), "%s", text);
	if (wanted == NULL) {
		assert_false(decode_percent(copy, form));
		return;
	}
	assert_true(decode_percent(copy, form));
	assert_string_equal(copy, wanted);
}

static void
test_percent(void **state)
{
	(void)state;
	assert_percent("", false, "");
	assert_percent("a+b", false, "a+b");
	assert_percent("a+b%2B", true, "a b+");
	assert_percent("%41%7a%7A", false, "Azz");
	assert_percent("%2e%2E%2f", false, "../");
	assert_percent("%25%32%35", false, "%25");
	assert_percent("%", false, NULL);
	assert_percent("%4", false, NULL);
	assert_percent("%4g", false, NULL);
	assert_percent("%g4", false, NULL);
	assert_percent("a%00b", false, NULL);
	assert_percent("%%41", false, NULL);
}

static void
test_base64(void **state)
{
	static const struct {
		const char *plain, *text;
	} cases[] = { { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" },
		{ "foo", "Zm9v" }, { "\xfb\xff", "+/8=" } };
	static const char *const bad[] = { "Zg",
		"Zg=", "Zg===", "Z===", "====", "-_8=", "Zh==", "Zm9v\n",
		"Z=g=" };
	char text[16], plain[16];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		encode_base64(cases[i].plain, strlen(cases[i].plain), text);
		assert_string_equal(text, cases[i].text);
		assert_int_equal(
		    decode_base64(text, strlen(text), plain, sizeof(plain)),
		    strlen(cases[i].plain));
		assert_memory_equal(
		    plain, cases[i].plain, strlen(cases[i].plain));
	}
	for (i = 0; i < COUNT_OF(bad); i++) {
		snprintf(text, sizeof(text), "%s", bad[i]);
		assert_int_equal(
		    decode_base64(text, strlen(text), plain, sizeof(plain)),
		    -1);
	}
	snprintf(text, sizeof(text), "Zm9v");
	assert_int_equal(decode_base64(text, 4, plain, 2), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_base64url),
		cmocka_unit_test(test_base64url_one_spelling),
		cmocka_unit_test(test_base64url_refused),
		cmocka_unit_test(test_percent),
	};

	return cmocka_run_group_tests_name("base/encode", tests, NULL, NULL);
}
