/* What is wrong with a torrent, on a clock of the test's own. */
#include "tests/unit/helpers.h"

#include "daemon/miaud/downloads/problem.h"

static const struct problem_limits limits = {
	.metadata = 60, .peers = 30, .stall = 40
};

static const char *
code_at(const struct torrent_status *status, int64_t now,
    struct problem_times *times)
{
	const struct problem *problem =
	    problem_find(status, &limits, now, times);

	return problem == NULL ? "" : problem->code;
}

static void
test_no_peers(void **state)
{
	struct torrent_status status = { .state = TORRENT_METADATA };
	struct problem_times times = { 0 };

	(void)state;
	assert_string_equal(code_at(&status, 100, &times), "");
	assert_string_equal(code_at(&status, 129, &times), "");
	assert_string_equal(code_at(&status, 130, &times), "no_peers");
	status.tracker_failed = true;
	assert_string_equal(code_at(&status, 131, &times), "tracker_error");
	status.n_peers = 1; /* somebody came: another problem, later */
	assert_string_equal(code_at(&status, 159, &times), "");
	assert_string_equal(code_at(&status, 160, &times), "metadata_timeout");
	status.state = TORRENT_DOWNLOADING;
	assert_string_equal(code_at(&status, 161, &times), "");
}

static void
test_stalled(void **state)
{
	struct torrent_status status = {
		.state = TORRENT_DOWNLOADING, .n_peers = 2, .admitted = 10
	};
	struct problem_times times = { 0 };

	(void)state;
	assert_string_equal(code_at(&status, 100, &times), "");
	status.downloaded = 5;
	assert_string_equal(code_at(&status, 120, &times), "");
	assert_string_equal(code_at(&status, 121, &times), "");
	assert_string_equal(code_at(&status, 160, &times), "");
	assert_string_equal(code_at(&status, 161, &times), "stalled");
	status.downloaded = 6;
	assert_string_equal(code_at(&status, 162, &times), "");
	status.n_peers = 0;
	assert_string_equal(code_at(&status, 170, &times), "");
	assert_string_equal(code_at(&status, 200, &times), "no_peers");
}

/* Nothing is wanted: nothing is missing. */
static void
test_content(void **state)
{
	struct torrent_status status = {
		.state = TORRENT_DOWNLOADING, .admitted = 10, .published = 10
	};
	struct problem_times times = { 0 };

	(void)state;
	assert_string_equal(code_at(&status, 100, &times), "");
	assert_string_equal(code_at(&status, 9000, &times), "");
	status.admitted = 20;
	assert_string_equal(code_at(&status, 9001, &times), "");
	assert_string_equal(code_at(&status, 9031, &times), "no_peers");
	status.state = TORRENT_SEEDING;
	assert_string_equal(code_at(&status, 9032, &times), "");
	status.state = TORRENT_PAUSED;
	assert_string_equal(code_at(&status, 19032, &times), "");
}

static void
test_errors(void **state)
{
	struct torrent_status status = { .state = TORRENT_FAILED,
		.error = ERR_DISK_FULL };
	struct problem_times times = { 0 };

	(void)state;
	assert_string_equal(code_at(&status, 1, &times), "disk_full");
	status.error = ERR_CORRUPT;
	assert_string_equal(code_at(&status, 2, &times), "corrupt");
	assert_string_equal(problem_of("corrupt")->code, "corrupt");
	assert_null(problem_of("no such"));
	assert_null(problem_of(NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_peers),
		cmocka_unit_test(test_stalled),
		cmocka_unit_test(test_content),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests_name(
	    "downloads/problem", tests, NULL, NULL);
}
