/* Rate limits: one key, many keys, many processes. */
#include "lib/http/limits.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/unit/helpers.h"

static const struct limit_rule ten_a_minute = { .period_ms = 60000,
	.count = 10 };

static struct limits *
open_limits(struct world *w)
{
	struct limits *limits;
	char path[WORLD_PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/limits", w->dir);
	limits = limits_open(path, &w->err);
	if (limits == NULL)
		fail_msg("%s", w->err.text);
	return limits;
}

static void
test_burst(void **state)
{
	struct limits *limits = open_limits(*state);
	struct limit_state got;
	int64_t now = 1790000000000;
	int i;

	for (i = 0; i < 10; i++) {
		assert_true(
		    limits_take(limits, "a", &ten_a_minute, now, true, &got));
		assert_int_equal(got.limit, 10);
		assert_int_equal(got.remaining, 9 - i);
		assert_int_equal(got.retry_after_s, 0);
	}
	assert_false(limits_take(limits, "a", &ten_a_minute, now, true, &got));
	assert_int_equal(got.remaining, 0);
	assert_int_equal(got.retry_after_s, 6);
	assert_int_equal(got.reset_s, 60);
	/* Others are not concerned. */
	assert_true(limits_take(limits, "b", &ten_a_minute, now, true, &got));
	/* One comes back every six seconds. */
	assert_false(
	    limits_take(limits, "a", &ten_a_minute, now + 5999, true, &got));
	assert_int_equal(got.retry_after_s, 1);
	assert_true(
	    limits_take(limits, "a", &ten_a_minute, now + 6000, true, &got));
	assert_false(
	    limits_take(limits, "a", &ten_a_minute, now + 6001, true, &got));
	/* And all after a while. */
	assert_true(
	    limits_take(limits, "a", &ten_a_minute, now + 200000, true, &got));
	assert_int_equal(got.remaining, 9);
	limits_close(limits);
}

static void
test_look(void **state)
{
	static const struct limit_rule one = { .period_ms = 5000, .count = 1 };
	struct limits *limits = open_limits(*state);
	struct limit_state got;
	int64_t now = 1790000000000;

	assert_true(limits_take(limits, "k", &one, now, false, &got));
	assert_true(limits_take(limits, "k", &one, now, false, &got));
	assert_int_equal(got.remaining, 1);
	assert_true(limits_take(limits, "k", &one, now, true, &got));
	assert_false(limits_take(limits, "k", &one, now, false, &got));
	assert_int_equal(got.retry_after_s, 5);
	limits_close(limits);
}

/* A clock that was set back must not lock anybody out. */
static void
test_clock_back(void **state)
{
	struct limits *limits = open_limits(*state);
	struct limit_state got;
	int64_t now = 1790000000000;
	int i;

	for (i = 0; i < 10; i++)
		assert_true(
		    limits_take(limits, "a", &ten_a_minute, now, true, &got));
	now -= 86400000;
	assert_true(limits_take(limits, "a", &ten_a_minute, now, true, &got));
	assert_int_equal(got.remaining, 9);
	limits_close(limits);
}

/* Far more keys than slots: new ones are served, the file does not grow. */
static void
test_flood(void **state)
{
	struct world *w = *state;
	struct limits *limits = open_limits(w);
	struct limit_state got;
	char key[32], path[WORLD_PATH_MAX + 16];
	struct stat before, after;
	int i;

	snprintf(path, sizeof(path), "%s/limits", w->dir);
	assert_int_equal(stat(path, &before), 0);
	for (i = 0; i < 200000; i++) {
		snprintf(key, sizeof(key), "address-%d", i);
		assert_true(limits_take(
		    limits, key, &ten_a_minute, 1790000000000 + i, true, &got));
	}
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_size, after.st_size);
	limits_close(limits);
}

/* Four processes ask for the same key as fast as they can. Each says in its
 * exit how many it got. */
static void
test_processes(void **state)
{
	enum { PROCESSES = 4, TRIES = 20000 };
	static const struct limit_rule rule = { .period_ms = 3600000,
		.count = 200 };
	struct world *w = *state;
	struct limits *limits;
	struct limit_state got;
	int i, j, status, granted = 0, mine;
	pid_t pid[PROCESSES];

	for (i = 0; i < PROCESSES; i++) {
		pid[i] = fork();
		assert_int_not_equal(pid[i], -1);
		if (pid[i] != 0)
			continue;
		mine = 0;
		limits = open_limits(w);
		for (j = 0; j < TRIES; j++)
			mine += limits_take(
			    limits, "shared", &rule, 1790000000000, true, &got);
		_exit(mine);
	}
	for (i = 0; i < PROCESSES; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_true(WIFEXITED(status));
		granted += WEXITSTATUS(status);
	}
	assert_int_equal(granted, rule.count);
}

static void
test_unusable(void **state)
{
	struct world *w = *state;

	assert_null(limits_open("/nowhere/limits", &w->err));
	assert_int_equal(w->err.code, ERR_IO);
	assert_null(limits_open(w->dir, &w->err));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_burst, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_look, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_clock_back, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_flood, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_processes, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_unusable, folder_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
