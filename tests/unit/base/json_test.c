/* JSON: what is refused, what is read, what is written. */
#include "tests/unit/helpers.h"

#include "lib/base/json.h"

static struct json_object *
parse(const char *text)
{
	struct err err;

	return json_parse(text, strlen(text), &err);
}

static void
test_refused(void **state)
{
	static const char *const refused[] = { "", " ", "null", "{", "}", "[",
		"[1,]", "[,1]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "{'a':1}",
		"[1] 2", "[1]x", "nul", "True", "NaN", "[NaN]", "[Infinity]",
		"[-Infinity]", "[01]", "[1.]", "[.5]", "[+1]", "[1e]", "[-]",
		"[0x10]", "[1e999]", "// c\n[]", "/* c */[]", "[\"a]",
		"[\"\\x41\"]", "[\"\\u12\"]", "[\"\\u0000\"]", "[\"a\nb\"]",
		"[\"a\tb\"]", "[\"\x01\"]", "[\"\xff\"]", "[\"\xc0\x80\"]",
		"\xef\xbb\xbf[]", "{\"a\":1,\"a\":2}",
		"{\"a\":{\"b\":1},\"a\":{\"c\":2}}", "{\"a\":1,\"\\u0061\":2}",
		"[[{\"x\":1,\"x\":1}]]" };
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(refused); i++) {
		err.code = ERR_NONE;
		if (json_parse(refused[i], strlen(refused[i]), &err) != NULL)
			fail_msg("accepted: %s", refused[i]);
		assert_int_equal(err.code, ERR_INVALID_JSON);
	}
	assert_null(json_parse("[]\0", 3, &err));
	assert_null(json_parse("[\"\0\"]", 5, &err));
	assert_null(json_parse("[]", 1, &err));
}

static void
test_accepted(void **state)
{
	static const char *const accepted[] = { "{}", "[]", " [ ] ", "0", "-0",
		"-1.5e+3", "\"\"", "true", "false", "[null]", "[0,1,2]",
		"{\"a\":{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]}}}",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", "\"\xc3\xa9\"",
		"\"\\ud83c\\udfac\"", "{\"\":1}", "[9223372036854775807]",
		"[1.7976931348623157e308]", "\t[1 ,\r\n2]\n" };
	struct json_object *value;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(accepted); i++) {
		value = parse(accepted[i]);
		if (value == NULL)
			fail_msg("refused: %s", accepted[i]);
		json_object_put(value);
	}
}

static void
nest(struct buf *text, int depth)
{
	int i;

	buf_reset(text);
	for (i = 0; i < depth; i++)
		buf_puts(text, i % 2 ? "{\"a\":" : "[");
	buf_puts(text, "1");
	for (i = depth - 1; i >= 0; i--)
		buf_puts(text, i % 2 ? "}" : "]");
}

static void
test_depth(void **state)
{
	struct json_object *value;
	struct buf text;

	(void)state;
	buf_init(&text, 1 << 20);
	nest(&text, 32);
	value = parse(text.data);
	assert_non_null(value);
	json_object_put(value);
	nest(&text, 33);
	assert_null(parse(text.data));
	nest(&text, 100000);
	assert_null(parse(text.data));
	buf_fini(&text);
}

static void
test_get(void **state)
{
	struct json_object *v =
	    parse("{\"t\":\"x\",\"i\":5,\"r\":1.5,"
		  "\"b\":true,\"o\":{},\"a\":[],\"n\":null}");

	(void)state;
	assert_string_equal(json_get_text(v, "t", "no"), "x");
	assert_string_equal(json_get_text(v, "i", "no"), "no");
	assert_string_equal(json_get_text(v, "n", "no"), "no");
	assert_null(json_get_text(v, "absent", NULL));
	assert_int_equal(json_get_int(v, "i", -1), 5);
	assert_int_equal(json_get_int(v, "r", -1), -1);
	assert_int_equal(json_get_int(v, "t", -1), -1);
	assert_true(json_get_real(v, "r", -1) == 1.5);
	assert_true(json_get_real(v, "i", -1) == 5);
	assert_true(json_get_real(v, "t", -1) == -1);
	assert_true(json_get_bool(v, "b", false));
	assert_true(json_get_bool(v, "i", true));
	assert_non_null(json_get_object(v, "o"));
	assert_null(json_get_object(v, "a"));
	assert_non_null(json_get_array(v, "a"));
	assert_null(json_get_array(v, "n"));
	assert_null(json_get_text(NULL, "t", NULL));
	assert_null(json_get_text(json_get_array(v, "a"), "t", NULL));
	json_object_put(v);
}

static void
test_write(void **state)
{
	struct json_object *v = json_object_new_object();
	struct buf out;

	(void)state;
	json_add_text(v, "path", "/a/\"b\"\n");
	json_add_text(v, "none", NULL);
	json_add_int(v, "n", INT64_MIN);
	json_add_real(v, "tenth", 0.1);
	json_add_real(v, "third", 1.0 / 3);
	json_add_real(v, "inf", 1e300 * 1e300);
	json_add_bool(v, "b", false);
	json_add_time(v, "never", 0);
	json_add_time(v, "at", 1000);
	json_add(v, "list", json_object_new_array());
	buf_init(&out, 4096);
	assert_int_equal(json_write(&out, v), 0);
	assert_string_equal(out.data,
	    "{\"path\":\"/a/\\\"b\\\"\\n\",\"none\":null,"
	    "\"n\":-9223372036854775808,\"tenth\":0.1,"
	    "\"third\":0.3333333333333333,\"inf\":null,\"b\":false,"
	    "\"never\":null,\"at\":\"1970-01-01T00:00:01.000Z\",\"list\":[]}");
	buf_fini(&out);
	buf_init(&out, 10);
	assert_int_equal(json_write(&out, v), -1);
	buf_fini(&out);
	json_object_put(v);
}

static void
test_real_spelling(void **state)
{
	static const struct {
		double n;
		const char *text;
	} rows[] = { { 0, "0" }, { -0.0, "0" }, { 5, "5" }, { 8.7, "8.7" },
		{ 6.05, "6.05" }, { 0.125, "0.125" }, { -0.5, "-0.5" },
		{ -12.001, "-12.001" }, { 0.0625, "0.0625" },
		{ 1234567.891, "1234567.891" }, { 1e12, "1000000000000" },
		{ 1e-9, "1e-09" }, { 1e300, "1e+300" } };
	struct json_object *v;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++) {
		v = json_real(rows[i].n);
		assert_string_equal(
		    json_object_to_json_string(v), rows[i].text);
		json_object_put(v);
	}
}

static void
test_real_round_trip(void **state)
{
	struct json_object *v;
	struct buf out;
	uint64_t bits;
	double n;
	int i;

	(void)state;
	buf_init(&out, 256);
	for (i = 0; i < 2000; i++) {
		random_bytes(&bits, sizeof(bits));
		memcpy(&n, &bits, sizeof(n));
		if (!__builtin_isfinite(n))
			continue;
		v = json_object_new_object();
		json_add_real(v, "n", n);
		buf_reset(&out);
		assert_int_equal(json_write(&out, v), 0);
		json_object_put(v);
		v = parse(out.data);
		assert_non_null(v);
		assert_true(json_get_real(v, "n", 0) == n);
		json_object_put(v);
	}
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_real_spelling),
		cmocka_unit_test(test_real_round_trip),
	};

	return cmocka_run_group_tests_name("base/json", tests, NULL, NULL);
}
