/*
 * At most so many answers with one key at a time, whoever sends them.
 */
#include "tests/unit/helpers.h"

#include <signal.h>
#include <sys/wait.h>

#include "lib/play/open_answers.h"

static void
test_limit(void **state)
{
	struct world *w = *state;
	unsigned char one[STREAM_KEY_HASH_SIZE] = { 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff };
	unsigned char other[STREAM_KEY_HASH_SIZE] = { 1 };
	int fds[OPEN_ANSWERS_MAX], fd, i;

	for (i = 0; i < OPEN_ANSWERS_MAX; i++) {
		fds[i] = open_answer_take(w->dir, one, &w->err);
		assert_true(fds[i] >= 0);
	}
	assert_err(open_answer_take(w->dir, one, &w->err), &w->err,
	    ERR_TOO_MANY_STREAMS);
	fd = open_answer_take(w->dir, other, &w->err);
	assert_true(fd >= 0);
	close(fd);
	close(fds[3]);
	fds[3] = open_answer_take(w->dir, one, &w->err);
	assert_true(fds[3] >= 0);
	assert_err(open_answer_take(w->dir, one, &w->err), &w->err,
	    ERR_TOO_MANY_STREAMS);
	for (i = 0; i < OPEN_ANSWERS_MAX; i++)
		close(fds[i]);
}

/* A killed handler leaves nothing behind. */
static void
test_killed_holder(void **state)
{
	struct world *w = *state;
	unsigned char key[STREAM_KEY_HASH_SIZE] = { 7 };
	int fds[2], i, fd;
	char byte;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		for (i = 0; i < OPEN_ANSWERS_MAX; i++)
			if (open_answer_take(w->dir, key, &w->err) == -1)
				_exit(1);
		if (write(fds[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(fds[0], &byte, 1), 1);
	assert_err(open_answer_take(w->dir, key, &w->err), &w->err,
	    ERR_TOO_MANY_STREAMS);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	fd = open_answer_take(w->dir, key, &w->err);
	assert_true(fd >= 0);
	close(fd);
	close(fds[0]);
	close(fds[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_limit, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_killed_holder, folder_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
