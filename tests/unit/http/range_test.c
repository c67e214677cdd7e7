/* Range headers: every form of RFC 9110 §14.1.2 and what is none. */
#include "lib/http/range.h"

#include "tests/unit/helpers.h"

struct want {
	const char *header;
	int64_t size;
	enum range_result result;
	int n;
	struct http_range range[HTTP_RANGES_MAX];
};

static const struct want wants[] = {
	/* one range */
	{ "bytes=0-0", 1000, RANGE_OK, 1, { { 0, 0 } } },
	{ "bytes=0-499", 1000, RANGE_OK, 1, { { 0, 499 } } },
	{ "bytes=500-999", 1000, RANGE_OK, 1, { { 500, 999 } } },
	{ "bytes=999-999", 1000, RANGE_OK, 1, { { 999, 999 } } },
	{ "bytes=0-", 1000, RANGE_OK, 1, { { 0, 999 } } },
	{ "bytes=999-", 1000, RANGE_OK, 1, { { 999, 999 } } },
	{ "bytes=500-5000", 1000, RANGE_OK, 1, { { 500, 999 } } },
	{ "bytes=0-99999999999999999999999", 1000, RANGE_OK, 1,
	    { { 0, 999 } } },
	{ "BYTES=1-2", 1000, RANGE_OK, 1, { { 1, 2 } } },
	{ "bytes= 1-2", 1000, RANGE_OK, 1, { { 1, 2 } } },
	{ "bytes=1-2 ", 1000, RANGE_OK, 1, { { 1, 2 } } },
	{ "bytes=007-008", 1000, RANGE_OK, 1, { { 7, 8 } } },
	{ "bytes=5000000000-5000000001", 6000000000, RANGE_OK, 1,
	    { { 5000000000, 5000000001 } } },
	/* from the end */
	{ "bytes=-1", 1000, RANGE_OK, 1, { { 999, 999 } } },
	{ "bytes=-500", 1000, RANGE_OK, 1, { { 500, 999 } } },
	{ "bytes=-1000", 1000, RANGE_OK, 1, { { 0, 999 } } },
	{ "bytes=-5000", 1000, RANGE_OK, 1, { { 0, 999 } } },
	{ "bytes=-99999999999999999999999", 1000, RANGE_OK, 1, { { 0, 999 } } },
	{ "bytes=-0", 1000, RANGE_UNSATISFIABLE, 0, { { 0 } } },
	/* several */
	{ "bytes=0-1,5-6", 1000, RANGE_OK, 2, { { 0, 1 }, { 5, 6 } } },
	{ "bytes=5-6,0-1", 1000, RANGE_OK, 2, { { 5, 6 }, { 0, 1 } } },
	{ "bytes=0-1 , 5-6", 1000, RANGE_OK, 2, { { 0, 1 }, { 5, 6 } } },
	{ "bytes=,,0-1,,5-6,", 1000, RANGE_OK, 2, { { 0, 1 }, { 5, 6 } } },
	{ "bytes=0-0,-1", 1000, RANGE_OK, 2, { { 0, 0 }, { 999, 999 } } },
	{ "bytes=0-1,2-3", 1000, RANGE_OK, 1, { { 0, 3 } } },
	{ "bytes=0-9,5-20", 1000, RANGE_OK, 1, { { 0, 20 } } },
	{ "bytes=5-20,0-9", 1000, RANGE_OK, 1, { { 0, 20 } } },
	{ "bytes=0-9,3-4", 1000, RANGE_OK, 1, { { 0, 9 } } },
	{ "bytes=0-1,0-1,0-1", 1000, RANGE_OK, 1, { { 0, 1 } } },
	{ "bytes=0-0,4-4,2-2,1-3", 1000, RANGE_OK, 1, { { 0, 4 } } },
	{ "bytes=8-9,0-0,4-4,1-3", 1000, RANGE_OK, 2, { { 8, 9 }, { 0, 4 } } },
	{ "bytes=0-1,5000-", 1000, RANGE_OK, 1, { { 0, 1 } } },
	{ "bytes=5000-,0-1", 1000, RANGE_OK, 1, { { 0, 1 } } },
	{ "bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14", 1000, RANGE_OK, 8,
	    { { 0, 0 }, { 2, 2 }, { 4, 4 }, { 6, 6 }, { 8, 8 }, { 10, 10 },
		{ 12, 12 }, { 14, 14 } } },
	{ "bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16", 1000,
	    RANGE_UNSATISFIABLE, 0, { { 0 } } },
	{ "bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,1-1", 1000, RANGE_OK, 7,
	    { { 0, 2 }, { 4, 4 }, { 6, 6 }, { 8, 8 }, { 10, 10 }, { 12, 12 },
		{ 14, 14 } } },
	/* nothing of the file */
	{ "bytes=1000-", 1000, RANGE_UNSATISFIABLE, 0, { { 0 } } },
	{ "bytes=1000-2000", 1000, RANGE_UNSATISFIABLE, 0, { { 0 } } },
	{ "bytes=9223372036854775807-", 1000, RANGE_UNSATISFIABLE, 0,
	    { { 0 } } },
	{ "bytes=0-", 0, RANGE_UNSATISFIABLE, 0, { { 0 } } },
	{ "bytes=-1", 0, RANGE_UNSATISFIABLE, 0, { { 0 } } },
	/* no ranges at all: ignored */
	{ NULL, 1000, RANGE_NONE, 0, { { 0 } } },
	{ "", 1000, RANGE_NONE, 0, { { 0 } } },
	{ "bytes", 1000, RANGE_NONE, 0, { { 0 } } },
	{ "bytes=", 1000, RANGE_NONE, 0, { { 0 } } },
	{ "bytes=,", 1000, RANGE_NONE, 0, { { 0 } } },
	{ "bytes=-", 1000, RANGE_NONE, 0, { { 0 } } },
	{ "bytes=--1", 1000, RANGE_NONE, 0, { { 0 } } },
	{ "bytes=5-4", 1000, RANGE_NONE, 0, { { 0 } } },
	{ "bytes=a-b", 1000, RANGE_NONE, 0, { { 0 } } },
	{ "bytes=1", 1000, RANGE_NONE, 0, { { 0 } } },
	{ "bytes=1-2x", 1000, RANGE_NONE, 0, { { 0 } } },
	{ "bytes=0x1-2", 1000, RANGE_NONE, 0, { { 0 } } },
	{ "bytes=1-2;3-4", 1000, RANGE_NONE, 0, { { 0 } } },
	{ "bytes=1 -2", 1000, RANGE_NONE, 0, { { 0 } } },
	{ "bytes=1-2,x", 1000, RANGE_NONE, 0, { { 0 } } },
	{ "bytes = 1-2", 1000, RANGE_NONE, 0, { { 0 } } },
	{ "items=0-5", 1000, RANGE_NONE, 0, { { 0 } } },
	{ "seconds=1-2", 1000, RANGE_NONE, 0, { { 0 } } },
};

static void
check(const struct want *want)
{
	struct http_range got[HTTP_RANGES_MAX];
	enum range_result result;
	int i, n = -1;

	result = http_range_parse(want->header, want->size, got, &n);
	if (result != want->result || n != want->n)
		fail_msg("%s of %lld: %d with %d ranges",
		    want->header == NULL ? "(none)" : want->header,
		    (long long)want->size, (int)result, n);
	for (i = 0; i < n; i++)
		if (got[i].from != want->range[i].from ||
		    got[i].to != want->range[i].to)
			fail_msg("%s: range %d is %lld-%lld", want->header, i,
			    (long long)got[i].from, (long long)got[i].to);
}

static void
test_table(void **state UNUSED)
{
	size_t i;

	for (i = 0; i < COUNT_OF(wants); i++)
		check(&wants[i]);
}

/* Far more than anybody needs is refused, not worked on. */
static void
test_many(void **state UNUSED)
{
	struct http_range got[HTTP_RANGES_MAX];
	char header[8192] = "bytes=0-0";
	size_t len = strlen(header);
	int i, n;

	for (i = 1; i < 1000; i++)
		len += (size_t)snprintf(
		    header + len, sizeof(header) - len, ",%d-%d", i, i);
	assert_int_equal(
	    http_range_parse(header, 5000, got, &n), RANGE_UNSATISFIABLE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
