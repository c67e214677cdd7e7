/* Runs programs. */
#include "daemon/miauctl/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"

static void NORETURN
become(const char *const *argv, int input, int output)
{
	if (input != -1)
		dup2(input, STDIN_FILENO);
	if (output != -1) {
		dup2(output, STDOUT_FILENO);
		dup2(output, STDERR_FILENO);
	}
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

/* Until the other side closes; false when the deadline came first. */
static bool
collect(int fd, struct buf *out)
{
	int64_t end_ms = clock_mono_ms() + RUN_DEADLINE_MS;
	struct pollfd waiting = { .fd = fd, .events = POLLIN };
	char bytes[4096];
	int64_t left;
	ssize_t n;

	while ((left = end_ms - clock_mono_ms()) > 0) {
		if (poll(&waiting, 1, (int)left) <= 0)
			continue;
		n = read(fd, bytes, sizeof(bytes));
		if (n == 0 || (n == -1 && errno != EINTR))
			return true;
		if (n > 0)
			buf_append(out, bytes, (size_t)n);
	}
	return false;
}

int
run_program(const char *const *argv, int input, struct buf *out)
{
	int ends[2] = { -1, -1 };
	int status;
	pid_t child;

	if (out != NULL && pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	fflush(stdout);
	child = fork();
	if (child == 0)
		become(argv, input, ends[1]);
	if (out != NULL)
		close(ends[1]);
	if (child != -1 && out != NULL && !collect(ends[0], out))
		kill(child, SIGKILL);
	if (out != NULL)
		close(ends[0]);
	if (child == -1)
		return -1;
	while (waitpid(child, &status, 0) == -1)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
