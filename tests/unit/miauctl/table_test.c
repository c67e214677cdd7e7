/* Tables: columns that line up whatever the text is. */
#include "tests/unit/helpers.h"

#include "daemon/miauctl/table.h"
#include "lib/base/buf.h"

static void
expect(struct table *table, size_t width, const char *expected)
{
	struct buf out;

	buf_init(&out, 4096);
	table_put(table, width, false, &out);
	assert_string_equal(out.data, expected);
	buf_fini(&out);
	table_free(table);
}

static void
test_width(void **state)
{
	(void)state;
	assert_int_equal(table_text_width(""), 0);
	assert_int_equal(table_text_width("abc"), 3);
	assert_int_equal(table_text_width("\xc3\xa4"), 1);  /* ä */
	assert_int_equal(table_text_width("a\xcc\x88"), 1); /* a, combining */
	assert_int_equal(table_text_width("\xe6\xbc\xa2"), 2); /* 漢 */
}

static void
test_align(void **state)
{
	struct table *table = table_new("No>|Name|State");

	(void)state;
	table_add(table, "1");
	table_add(table, "\xe6\xbc\xa2\xe5\xad\x97");
	table_add(table, "ok");
	table_addf(table, "%d", 1234);
	table_add(table, "x");
	table_add(table, NULL);
	expect(table, 0,
	    "  No  Name  State\n"
	    "   1  \xe6\xbc\xa2\xe5\xad\x97  ok\n"
	    "1234  x     -\n");
}

static void
test_narrow(void **state)
{
	struct table *table = table_new("A|Long");

	(void)state;
	table_add(table, "1");
	table_add(table, "0123456789abcdef");
	expect(table, 13, "A  Long\n1  012345678\xe2\x80\xa6\n");
}

/* What comes from outside must not drive the terminal or break the rows. */
static void
test_hostile(void **state)
{
	struct table *table = table_new("A|B");

	(void)state;
	table_add(table, "x\033[2Jy\nz");
	table_add(table, "\xff");
	expect(table, 0,
	    "A         B\n"
	    "x\xef\xbf\xbd[2Jy\xef\xbf\xbdz  \xc3\xbf\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_align),
		cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
