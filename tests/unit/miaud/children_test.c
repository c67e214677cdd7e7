/* Children: output, bounds, deadlines, groups, the cap, the end. */
#include "tests/unit/helpers.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>

#include "daemon/miaud/children.h"
#include "lib/base/clock.h"

/* Whoever needs longer hangs. Shorter than what children sleep, so that their
 * end is not taken for that of one that was ended. */
enum { HANG_MS = 120000 };
#define SLEEP "sleep 600"

struct story {
	int n_done;
	struct child_result result;
	char out[4096];
	char log[4096];
	struct children *children;
	int most_running;
};

static void
note(void *arg, const struct child_result *result)
{
	struct story *story = arg;

	story->n_done++;
	story->result = *result;
	snprintf(story->out, sizeof(story->out), "%s", result->out);
	snprintf(story->log, sizeof(story->log), "%s", result->log);
}

/* A shell line as a child. */
static struct child *
sh(struct children *children, const char *line, int deadline_ms,
    struct story *story)
{
	const char *argv[] = { "sh", "-c", line, NULL };
	struct child_spec spec = { .file = "/bin/sh",
		.argv = argv,
		.out_max = 4000,
		.log_max = 100,
		.deadline_ms = deadline_ms,
		.done = note,
		.arg = story };
	struct child *child;
	struct err err;

	child = children_run(children, &spec, &err);
	if (child == NULL)
		fail_msg("%s", err.text);
	assert_int_equal(story->n_done, 0);
	return child;
}

static struct children *
begin(uv_loop_t *loop, int max)
{
	assert_int_equal(uv_loop_init(loop), 0);
	return children_new(loop, max);
}

static void
end(struct children *children, uv_loop_t *loop)
{
	uv_run(loop, UV_RUN_DEFAULT);
	children_close(children);
	uv_run(loop, UV_RUN_DEFAULT);
	children_free(children);
	assert_int_equal(uv_loop_close(loop), 0);
}

static void
test_output(void **state)
{
	struct story story = { 0 };
	struct children *children;
	uv_loop_t loop;

	(void)state;
	children = begin(&loop, 2);
	sh(children, "pwd; cat; echo \"[$HOME$MIAU_X]\"; echo oops >&2; exit 7",
	    HANG_MS, &story);
	end(children, &loop);
	assert_int_equal(story.n_done, 1);
	assert_int_equal(story.result.err.code, ERR_NONE);
	assert_int_equal(story.result.status, 7);
	assert_int_equal(story.result.signal, 0);
	assert_string_equal(story.out, "/\n[]\n");
	assert_string_equal(story.log, "oops\n");
}

/* Only named descriptors are there. */
static void
test_descriptors(void **state)
{
	const char *argv[] = { "sh", "-c", "cat <&3; ls /proc/self/fd | wc -l",
		NULL };
	struct story story = { 0 };
	struct child_spec spec = { .file = "/bin/sh",
		.argv = argv,
		.env = (const char *const[]){ "PATH=/usr/bin:/bin", NULL },
		.n_fds = 1,
		.out_max = 1000,
		.deadline_ms = HANG_MS,
		.done = note,
		.arg = &story };
	struct children *children;
	int pipe_fds[2];
	uv_loop_t loop;
	struct err err;

	(void)state;
	children = begin(&loop, 2);
	assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
	assert_int_equal(write(pipe_fds[1], "given\n", 6), 6);
	spec.fds = &pipe_fds[0];
	assert_non_null(children_run(children, &spec, &err));
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	end(children, &loop);
	/* 0, 1, 2, 3 and the one with which ls reads the folder. */
	assert_string_equal(story.out, "given\n5\n");
}

static void
test_not_started(void **state)
{
	const char *argv[] = { "nothing", NULL };
	struct story story = { 0 };
	struct child_spec spec = { .file = "/nonexistent/nothing",
		.argv = argv,
		.out_max = 10,
		.log_max = 10,
		.deadline_ms = HANG_MS,
		.done = note,
		.arg = &story };
	struct children *children;
	uv_loop_t loop;
	struct err err;

	(void)state;
	children = begin(&loop, 2);
	assert_non_null(children_run(children, &spec, &err));
	assert_int_equal(story.n_done, 0);
	end(children, &loop);
	assert_int_equal(story.n_done, 1);
	assert_int_equal(story.result.err.code, ERR_IO);
	assert_int_equal(story.result.status, -1);
}

/* A dead one may wait for its new parent to look at it. */
static bool
is_running(long pid)
{
	char path[64], stat[256] = "";
	const char *state;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	file = fopen(path, "r");
	if (file == NULL)
		return false;
	if (fgets(stat, sizeof(stat), file) == NULL)
		stat[0] = '\0';
	fclose(file);
	state = strrchr(stat, ')');
	return state != NULL && strncmp(state, ") Z", 3) != 0;
}

/* The process whose number a child wrote ends; its death may take a moment. */
static void
assert_gone(const struct story *story)
{
	int64_t until = clock_mono_ms() + HANG_MS;
	long pid = strtol(story->out, NULL, 10);

	assert_true(pid > 1);
	while (is_running(pid) && clock_mono_ms() < until)
		usleep(5000);
	assert_false(is_running(pid));
}

/* A child that ignores SIGTERM, and its own child, are gone after the
 * deadline and the two seconds. One that had not come to ignoring it when the
 * deadline came proves nothing and gets more time. */
static void
test_deadline(void **state)
{
	struct story story = { 0 };
	struct children *children;
	int64_t from, took;
	uv_loop_t loop;
	int deadline;

	(void)state;
	for (deadline = 300; story.out[0] == '\0'; deadline *= 3) {
		assert_true(deadline < HANG_MS);
		story.n_done = 0;
		from = clock_mono_ms();
		children = begin(&loop, 2);
		sh(children,
		    "trap '' TERM; " SLEEP " & echo $!; "
		    "while :; do sleep 1; done",
		    deadline, &story);
		end(children, &loop);
		took = clock_mono_ms() - from;
		assert_int_equal(story.result.err.code, ERR_TIMEOUT);
		assert_true(took >= deadline - 50);
	}
	assert_true(took >= deadline / 3 + CHILDREN_TERM_MS - 50);
	assert_int_equal(story.result.signal, SIGKILL);
	assert_gone(&story);
}

/* What stays behind in the group after a normal exit goes too. */
static void
test_left_behind(void **state)
{
	struct story story = { 0 };
	struct children *children;
	uv_loop_t loop;

	(void)state;
	children = begin(&loop, 2);
	sh(children, SLEEP " & echo $!; exit 0", HANG_MS, &story);
	end(children, &loop);
	assert_int_equal(story.result.status, 0);
	assert_gone(&story);
}

static void
test_too_much_output(void **state)
{
	struct story story = { 0 };
	struct children *children;
	uv_loop_t loop;

	(void)state;
	children = begin(&loop, 2);
	sh(children, "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done",
	    HANG_MS, &story);
	end(children, &loop);
	assert_int_equal(story.result.err.code, ERR_BODY_TOO_LARGE);
	assert_int_equal(story.result.out_len, 4000);
	assert_int_equal(strlen(story.out), 4000);
}

/* stderr is cut, but ends nothing. */
static void
test_much_log(void **state)
{
	struct story story = { 0 };
	struct children *children;
	uv_loop_t loop;

	(void)state;
	children = begin(&loop, 2);
	sh(children,
	    "i=0; while [ $i -lt 5000 ]; do echo 0123456789 >&2; "
	    "i=$((i+1)); done; echo end",
	    HANG_MS, &story);
	end(children, &loop);
	assert_int_equal(story.result.err.code, ERR_NONE);
	assert_string_equal(story.out, "end\n");
	assert_int_equal(story.result.log_len, 100);
}

static void
count(void *arg, const struct child_result *result)
{
	struct story *story = arg;
	int n_waiting, n;

	(void)result;
	story->n_done++;
	n = children_count(story->children, &n_waiting) + 1;
	if (n > story->most_running)
		story->most_running = n;
}

static void
test_cap(void **state)
{
	const char *argv[] = { "true", NULL };
	struct story story = { 0 };
	struct child_spec spec = { .file = "/bin/true",
		.argv = argv,
		.deadline_ms = HANG_MS,
		.done = count,
		.arg = &story };
	struct children *children;
	int i, n_waiting;
	uv_loop_t loop;
	struct err err;

	(void)state;
	children = begin(&loop, 2);
	story.children = children;
	for (i = 0; i < 12; i++)
		assert_non_null(children_run(children, &spec, &err));
	assert_int_equal(children_count(children, &n_waiting), 2);
	assert_int_equal(n_waiting, 10);
	end(children, &loop);
	assert_int_equal(story.n_done, 12);
	assert_in_range(story.most_running, 1, 2);
}

static void
test_cancel(void **state)
{
	struct story first = { 0 }, second = { 0 };
	struct children *children;
	int64_t from = clock_mono_ms(), took;
	struct child *a, *b;
	uv_loop_t loop;

	(void)state;
	children = begin(&loop, 1);
	a = sh(children, "exec " SLEEP, HANG_MS, &first);
	b = sh(children, "echo never", HANG_MS, &second);
	children_cancel(b);
	children_cancel(a);
	children_cancel(a);
	end(children, &loop);
	took = clock_mono_ms() - from;
	assert_int_equal(first.n_done, 1);
	assert_int_equal(second.n_done, 1);
	assert_int_equal(first.result.err.code, ERR_CANCELLED);
	/* SIGKILL comes only to those that were given their time. */
	assert_true(first.result.signal == SIGTERM ||
	    (first.result.signal == SIGKILL && took >= CHILDREN_TERM_MS));
	assert_int_equal(second.result.err.code, ERR_CANCELLED);
	assert_string_equal(second.out, "");
}

static void
test_close(void **state)
{
	struct story stories[3] = { 0 };
	struct child_spec spec = { .deadline_ms = 1 };
	struct children *children;
	uv_loop_t loop;
	struct err err;
	int i;

	(void)state;
	children = begin(&loop, 2);
	for (i = 0; i < 3; i++)
		sh(children, "exec " SLEEP, HANG_MS, &stories[i]);
	children_close(children);
	assert_null(children_run(children, &spec, &err));
	assert_int_equal(err.code, ERR_CANCELLED);
	end(children, &loop);
	for (i = 0; i < 3; i++)
		assert_int_equal(stories[i].result.err.code, ERR_CANCELLED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_not_started),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_left_behind),
		cmocka_unit_test(test_too_much_output),
		cmocka_unit_test(test_much_log),
		cmocka_unit_test(test_cap),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_close),
	};

	/* Whoever runs the tests may have left some open, as miaud's main
	 * takes into account. */
	close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
	return cmocka_run_group_tests_name("miaud/children", tests, NULL, NULL);
}
