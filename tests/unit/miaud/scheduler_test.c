/* The scheduler under a clock of the test's own. */
#include "tests/unit/helpers.h"

#include "daemon/miaud/scheduler.h"
#include "lib/base/json.h"

enum { MINUTE = 60000, HOUR = 3600000 };

static struct desk {
	int64_t now;
	int64_t rearmed; /* -1: nothing is due */
	int n_saved;
	int n_changed;
	int n_runs[3];
	struct task_run *open[3]; /* runs not finished yet */
	bool finish_at_once;
	enum err_code failure;
	bool has_work;
	bool vpn_ok;
	struct task_state saved; /* of the last save, texts not kept */
} desk;

static void
note_run(int i, struct task_run *run)
{
	struct err err;

	desk.n_runs[i]++;
	if (!desk.finish_at_once) {
		desk.open[i] = run;
		return;
	}
	if (desk.failure != ERR_NONE)
		err_set(&err, desk.failure, "It went wrong.");
	else
		err.code = ERR_NONE;
	task_finish(run, &err);
}

static void
run_0(struct miaud *miaud, struct task_run *run)
{
	(void)miaud;
	note_run(0, run);
}

static void
run_1(struct miaud *miaud, struct task_run *run)
{
	(void)miaud;
	note_run(1, run);
}

static void
run_2(struct miaud *miaud, struct task_run *run)
{
	(void)miaud;
	note_run(2, run);
}

static bool
has_work(struct miaud *miaud)
{
	(void)miaud;
	return desk.has_work;
}

static const struct task hourly = {
	.name = "hourly", .summary = "A", .interval_ms = HOUR, .run = run_0
};
static const struct task sleepy = { .name = "sleepy",
	.summary = "B",
	.interval_ms = MINUTE,
	.has_work = has_work,
	.run = run_1 };
static const struct task guarded = { .name = "guarded",
	.summary = "C",
	.interval_ms = MINUTE,
	.needs_vpn = true,
	.run = run_2 };
static const struct task *const table[] = { &hourly, &sleepy, &guarded, NULL };

static int64_t
op_now(void *arg)
{
	(void)arg;
	return desk.now;
}

static int64_t
op_interval(void *arg, const struct task *task)
{
	(void)arg;
	return task->interval_ms;
}

static bool
op_may_run(void *arg, const struct task *task)
{
	(void)arg;
	(void)task;
	return desk.vpn_ok;
}

static void
op_save(void *arg, const struct task_state *state)
{
	(void)arg;
	desk.n_saved++;
	desk.saved = *state;
}

static void
op_changed(void *arg, const struct task_run *run)
{
	(void)arg;
	(void)run;
	desk.n_changed++;
}

static void
op_rearm(void *arg, int64_t at)
{
	(void)arg;
	desk.rearmed = at;
}

static int
setup(void **state)
{
	struct scheduler_ops ops = { .now = op_now,
		.interval = op_interval,
		.may_run = op_may_run,
		.save = op_save,
		.changed = op_changed,
		.rearm = op_rearm };

	memset(&desk, 0, sizeof(desk));
	desk.now = 1000 * (int64_t)HOUR;
	desk.finish_at_once = true;
	desk.has_work = true;
	desk.vpn_ok = true;
	*state = scheduler_new(table, &ops);
	return 0;
}

static int
teardown(void **state)
{
	scheduler_free(*state);
	return 0;
}

/* Ticks as a timer would, until `until`. */
static void
pass(struct scheduler *scheduler, int64_t until)
{
	while (desk.rearmed != -1 && desk.rearmed <= until) {
		if (desk.rearmed > desk.now)
			desk.now = desk.rearmed;
		scheduler_tick(scheduler);
	}
	desk.now = until;
}

static struct json_object *
row_of(struct scheduler *scheduler, const char *name)
{
	struct json_object *list = scheduler_list(scheduler), *row;
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		row = json_object_array_get_idx(list, i);
		if (strcmp(json_get_text(row, "name", ""), name) == 0) {
			json_object_get(row);
			json_object_put(list);
			return row;
		}
	}
	fail_msg("no row %s", name);
	return NULL;
}

static void
assert_state(struct scheduler *scheduler, const char *name, const char *word)
{
	struct json_object *row = row_of(scheduler, name);

	assert_string_equal(json_get_text(row, "state", ""), word);
	json_object_put(row);
}

static void
test_spacing(void **state)
{
	int64_t start = desk.now;

	scheduler_tick(*state);
	assert_int_equal(desk.n_runs[0], 1);
	assert_int_equal(desk.n_runs[1], 1);
	pass(*state, start + HOUR - 1);
	assert_int_equal(desk.n_runs[0], 1);
	assert_int_equal(desk.n_runs[1], 60);
	pass(*state, start + HOUR);
	assert_int_equal(desk.n_runs[0], 2);
	assert_int_equal(desk.n_saved, desk.n_changed);
}

static void
test_due_while_down(void **state)
{
	struct task_state old = { .name = (char *)"hourly",
		.last_finished_at = desk.now - 10 * (int64_t)HOUR,
		.next_at = desk.now - 9 * (int64_t)HOUR };
	struct task_state young = { .name = (char *)"sleepy",
		.last_finished_at = desk.now - MINUTE / 2,
		.next_at = desk.now + MINUTE / 2 };
	struct task_state foreign = { .name = (char *)"of-yesterday" };
	int64_t start = desk.now;

	scheduler_restore(*state, &old);
	scheduler_restore(*state, &young);
	scheduler_restore(*state, &foreign);
	scheduler_tick(*state);
	assert_int_equal(desk.n_runs[0], 1);
	assert_int_equal(desk.n_runs[1], 0);
	pass(*state, start + MINUTE / 2);
	assert_int_equal(desk.n_runs[0], 1);
	assert_int_equal(desk.n_runs[1], 1);
}

static void
test_backoff(void **state)
{
	int64_t wait, expected = TASK_BACKOFF_MIN_MS;
	struct json_object *row;
	int i;

	desk.failure = ERR_IO;
	for (i = 0; i < 12; i++) {
		scheduler_tick(*state);
		row = row_of(*state, "hourly");
		assert_int_equal(json_get_int(row, "failures", 0), i + 1);
		assert_string_equal(
		    json_get_text(row, "error", ""), "It went wrong.");
		json_object_put(row);
		assert_int_equal(
		    scheduler_pause(*state, "sleepy", true, &(struct err){ 0 }),
		    0);
		assert_int_equal(scheduler_pause(*state, "guarded", true,
				     &(struct err){ 0 }),
		    0);
		scheduler_tick(*state);
		wait = desk.rearmed - desk.now;
		assert_in_range(wait, expected * 8 / 10, expected * 12 / 10);
		desk.now += wait;
		expected = expected * 2 < TASK_BACKOFF_MAX_MS
		    ? expected * 2
		    : TASK_BACKOFF_MAX_MS;
	}
	desk.failure = ERR_NONE;
	scheduler_tick(*state);
	row = row_of(*state, "hourly");
	assert_int_equal(json_get_int(row, "failures", -1), 0);
	assert_null(json_get_text(row, "error", NULL));
	json_object_put(row);
	assert_int_equal(desk.rearmed, desk.now + HOUR);
}

static void
test_sleep_until_event(void **state)
{
	desk.has_work = false;
	scheduler_tick(*state);
	assert_int_equal(desk.n_runs[1], 0);
	assert_state(*state, "sleepy", "sleeping");
	pass(*state, desk.now + 10 * (int64_t)HOUR);
	assert_int_equal(desk.n_runs[1], 0);
	desk.has_work = true;
	scheduler_wake(*state, "sleepy");
	pass(*state, desk.now);
	assert_int_equal(desk.n_runs[1], 1);
	/* Within its spacing an event does not start it. */
	desk.has_work = false;
	pass(*state, desk.now + MINUTE);
	assert_state(*state, "sleepy", "sleeping");
	desk.has_work = true;
	scheduler_wake(*state, "sleepy");
	pass(*state, desk.now);
	assert_int_equal(desk.n_runs[1], 2);
	scheduler_wake(*state, "sleepy");
	pass(*state, desk.now + MINUTE - 1);
	assert_int_equal(desk.n_runs[1], 2);
}

static void
test_vpn_waits(void **state)
{
	int64_t start = desk.now;

	desk.vpn_ok = false;
	scheduler_tick(*state);
	pass(*state, start + 10 * MINUTE);
	assert_int_equal(desk.n_runs[2], 0);
	assert_state(*state, "guarded", "waiting");
	desk.vpn_ok = true;
	pass(*state, start + 11 * MINUTE);
	assert_in_range(desk.n_runs[2], 1, 2);
}

static void
test_by_hand(void **state)
{
	struct err err;

	desk.finish_at_once = false;
	assert_ok(scheduler_pause(*state, "hourly", true, &err), &err);
	scheduler_tick(*state);
	assert_int_equal(desk.n_runs[0], 0);
	assert_state(*state, "hourly", "paused");
	assert_ok(scheduler_run(*state, "hourly", &err), &err);
	assert_int_equal(desk.n_runs[0], 1);
	assert_state(*state, "hourly", "running");
	assert_err(
	    scheduler_run(*state, "hourly", &err), &err, ERR_ALREADY_RUNNING);
	assert_err(
	    scheduler_run(*state, "none", &err), &err, ERR_TASK_NOT_FOUND);
	assert_err(scheduler_pause(*state, "none", true, &err), &err,
	    ERR_TASK_NOT_FOUND);
	task_finish(desk.open[0], NULL);
	assert_state(*state, "hourly", "paused");
	pass(*state, desk.now + 3 * (int64_t)HOUR);
	assert_int_equal(desk.n_runs[0], 1);
	assert_ok(scheduler_pause(*state, "hourly", false, &err), &err);
	pass(*state, desk.now);
	assert_int_equal(desk.n_runs[0], 2);
}

/* Asked for while it runs: once more afterwards, not twice. */
static void
test_hurry(void **state)
{
	desk.finish_at_once = false;
	scheduler_tick(*state);
	scheduler_hurry(*state, "hourly");
	scheduler_hurry(*state, "hourly");
	assert_int_equal(desk.n_runs[0], 1);
	task_finish(desk.open[0], NULL);
	pass(*state, desk.now);
	assert_int_equal(desk.n_runs[0], 2);
	task_finish(desk.open[0], NULL);
	pass(*state, desk.now + HOUR - 1);
	assert_int_equal(desk.n_runs[0], 2);
}

/* An error delays only its own task. */
static void
test_independent(void **state)
{
	desk.finish_at_once = false;
	scheduler_tick(*state);
	task_finish(desk.open[0], &(struct err){ .code = ERR_IO, .text = "No." });
	task_finish(desk.open[1], NULL);
	pass(*state, desk.now + MINUTE);
	assert_int_equal(desk.n_runs[1], 2);
}

/* A clock set back by a year keeps nothing from running for a year. */
static void
test_clock_set_back(void **state)
{
	scheduler_tick(*state);
	desk.now -= 365 * 24 * (int64_t)HOUR;
	scheduler_tick(*state);
	assert_true(desk.rearmed <= desk.now + MINUTE);
	pass(*state, desk.now + 2 * (int64_t)HOUR);
	assert_int_equal(desk.n_runs[0], 3);
}

static void
test_stopped(void **state)
{
	struct err err;

	desk.finish_at_once = false;
	scheduler_tick(*state);
	scheduler_stop(*state);
	desk.rearmed = -1;
	task_finish(desk.open[0], NULL);
	assert_int_equal(desk.rearmed, -1);
	assert_err(scheduler_run(*state, "hourly", &err), &err, ERR_CANCELLED);
	scheduler_hurry(*state, "hourly");
	assert_int_equal(desk.n_runs[0], 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_spacing),
		TEST(test_due_while_down),
		TEST(test_backoff),
		TEST(test_sleep_until_event),
		TEST(test_vpn_waits),
		TEST(test_by_hand),
		TEST(test_hurry),
		TEST(test_independent),
		TEST(test_clock_set_back),
		TEST(test_stopped),
	};

	return cmocka_run_group_tests_name(
	    "miaud/scheduler", tests, NULL, NULL);
}
