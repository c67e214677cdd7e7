/* Forks into the background and tells when it is ready. */
#include "daemon/miauctl/detach.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/miauctl/ctl.h"

static int
wait_for_child(int fd, pid_t child)
{
	unsigned char code;
	ssize_t n;

	do
		n = read(fd, &code, 1);
	while (n == -1 && errno == EINTR);
	close(fd);
	if (n == 1 && code == CTL_OK)
		return CTL_OK;
	/* It failed: only when it is gone may somebody try again. */
	while (waitpid(child, NULL, 0) == -1 && errno == EINTR)
		continue;
	return n == 1 ? code : CTL_FAILED;
}

int
detach_begin(struct detach *detach, int *code, struct err *err)
{
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return err_errno(err, ERR_INTERNAL, "Cannot make a pipe");
	child = fork();
	if (child == -1) {
		close(ends[0]);
		close(ends[1]);
		return err_errno(err, ERR_INTERNAL, "Cannot fork");
	}
	if (child == 0) {
		close(ends[0]);
		detach->fd = ends[1];
		return 0;
	}
	close(ends[1]);
	*code = wait_for_child(ends[0], child);
	return 1;
}

static void
tell(struct detach *detach, int code)
{
	unsigned char byte = (unsigned char)code;

	if (write(detach->fd, &byte, 1) == -1) {
		/* The waiting process has been ended: nobody asks. */
	}
	close(detach->fd);
	detach->fd = -1;
}

void
detach_ready(struct detach *detach)
{
	int null;

	if (detach->fd == -1)
		return;
	setsid();
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null != -1) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		close(null);
	}
	tell(detach, CTL_OK);
}

void
detach_end(struct detach *detach, int code)
{
	if (detach->fd != -1)
		tell(detach, code);
}
