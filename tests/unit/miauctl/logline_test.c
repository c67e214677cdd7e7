/* JSON log lines for eyes. */
#include "tests/unit/helpers.h"

#include "daemon/miauctl/logline.h"

static void
expect(const char *line, const char *tail)
{
	struct buf out;

	buf_init(&out, 4096);
	assert_int_equal(
	    logline_put(&out, "movies", line, strlen(line), false), 0);
	/* "12:34:56 movies    " and then what counts */
	assert_true(out.len > 19);
	assert_string_equal(out.data + 19, tail);
	buf_fini(&out);
}

static void
test_lines(void **state)
{
	(void)state;
	expect("{\"time\":\"t\",\"level\":\"info\",\"program\":\"movies\","
	       "\"event\":\"request\",\"requestId\":\"r\",\"method\":\"GET\","
	       "\"path\":\"/api/movies\",\"status\":200,\"us\":1250,"
	       "\"bytes\":42}",
	    "GET /api/movies 200  1.2 ms  42 B");
	expect("{\"level\":\"warn\",\"event\":\"x.y\",\"message\":\"Words.\"}",
	    "Words.");
	expect("{\"event\":\"x.y\",\"n\":3,\"who\":\"me\"}", "x.y n=3 who=me");
	/* A name inside cannot drive the terminal. */
	expect(
	    "{\"event\":\"e\",\"message\":\"a\\u001b[2Jb\\nc\"}", "a?[2Jb?c");
}

static void
test_other(void **state)
{
	static const char *const lines[] = { "", "plain text", "{broken", "[1]",
		"{\"a\":1} trailing" };
	struct buf out;
	size_t i;

	(void)state;
	buf_init(&out, 4096);
	for (i = 0; i < COUNT_OF(lines); i++) {
		assert_int_equal(
		    logline_put(&out, "x", lines[i], strlen(lines[i]), true),
		    -1);
		assert_int_equal(out.len, 0);
	}
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
