/* Templates: what is filled, what is refused, what may stand in quotes. */
#include "tests/unit/helpers.h"

#include "daemon/miauctl/template.h"
#include "lib/base/buf.h"

static const struct template_value values[] = {
	{ "PORT", "8080" },
	{ "BASE", "/miau/" },
	{ "BASE_REGEX", "@BASE@" },
	{ "EMPTY", "" },
	{ NULL, NULL },
};

static void
fill(const char *template, const char *expected)
{
	struct buf out;
	struct err err;

	buf_init(&out, 1024);
	assert_ok(template_fill(template, values, &out, &err), &err);
	assert_string_equal(out.data, expected);
	buf_fini(&out);
}

static void
refuse(const char *template)
{
	struct buf out;
	struct err err;

	buf_init(&out, 1024);
	assert_int_equal(template_fill(template, values, &out, &err), -1);
	assert_int_equal(err.code, ERR_CORRUPT);
	buf_fini(&out);
}

static void
test_fill(void **state)
{
	(void)state;
	fill("", "");
	fill("plain", "plain");
	fill("port @PORT@.", "port 8080.");
	fill("@PORT@@PORT@", "80808080");
	fill("[@EMPTY@]", "[]");
	fill("a@@b", "a@b");
	/* A value is put in as it is, never filled again. */
	fill("@BASE_REGEX@", "@BASE@");
}

static void
test_refuse(void **state)
{
	(void)state;
	refuse("@UNKNOWN@");
	refuse("@PORT");
	refuse("@port@");
	refuse("@");
	refuse("a@b.example");
	refuse("@POR@");
	refuse("@PORTS@");
}

static void
test_ceiling(void **state)
{
	struct buf out;
	struct err err;

	(void)state;
	buf_init(&out, 8);
	assert_int_equal(
	    template_fill("@PORT@ @PORT@", values, &out, &err), -1);
	assert_int_equal(err.code, ERR_BODY_TOO_LARGE);
	buf_fini(&out);
}

static void
test_quotable(void **state)
{
	(void)state;
	assert_true(template_is_quotable("/srv/Filme (2)/$x '%d'"));
	assert_true(template_is_quotable("/srv/\xc3\xa4"));
	assert_false(template_is_quotable("/srv/\"; server.port = 1"));
	assert_false(template_is_quotable("/srv/back\\"));
	assert_false(template_is_quotable("/srv/new\nline"));
	assert_false(template_is_quotable("/srv/\x7f"));
}

static void
test_regex(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 256);
	template_put_regex(&out, "/a.b~c/");
	assert_string_equal(out.data, "/a\\.b~c/");
	buf_reset(&out);
	template_put_regex(&out, "^(x|y)*$");
	assert_string_equal(out.data, "\\^\\(x\\|y\\)\\*\\$");
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_refuse),
		cmocka_unit_test(test_ceiling),
		cmocka_unit_test(test_quotable),
		cmocka_unit_test(test_regex),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
