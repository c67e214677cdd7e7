/* Starts, watches and restarts one child program. */
#include "daemon/miauctl/part.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"

enum {
	PAUSE_FIRST_MS = 200,
	PAUSE_MAX_MS = 10 * 1000,
	HEALTHY_MS = 60 * 1000,
	LIVED_MS = 1000,
	/* A program that ends well but always at once would otherwise be
	 * started hundreds of times a second. */
	HASTY_MAX = 200,
	HASTY_WINDOW_MS = 1000,
	HASTY_PAUSE_MS = 1000,
	HOW_SIZE = 96,
};

void
part_init(struct part *part, uv_loop_t *loop, const char *name)
{
	memset(part, 0, sizeof(*part));
	snprintf(part->name, sizeof(part->name), "%s", name);
	part->input_fd = -1;
	part->death_signal = SIGKILL;
	part->is_wanted = true;
	uv_timer_init(loop, &part->timer);
	part->timer.data = part;
}

bool
part_is_running(const struct part *part)
{
	return part->pid != 0;
}

static bool
write_map(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd != -1 && write(fd, text, strlen(text)) != -1;

	if (fd != -1)
		close(fd);
	return ok;
}

/* In a user namespace of its own in which root is called 65534: the same rights
 * to the same files, for a program that will not serve as root
 * (user_namespaces(7)). */
static void
hide_root(void)
{
	static const char sentence[] =
	    "This web server does not serve as root, and user namespaces are "
	    "refused here: run Miauflix as another user.\n";

	if (unshare(CLONE_NEWUSER) == 0 &&
	    write_map("/proc/self/uid_map", "65534 0 1") &&
	    write_map("/proc/self/setgroups", "deny") &&
	    write_map("/proc/self/gid_map", "65534 0 1"))
		return;
	(void)!write(STDERR_FILENO, sentence, sizeof(sentence) - 1);
	_exit(1);
}

/* In the child, between fork and exec: only async-signal-safe calls. */
static void NORETURN
become(const struct part *part, pid_t supervisor)
{
	struct sigaction usual = { .sa_handler = SIG_DFL };
	struct rlimit files;
	sigset_t none;
	int number, input = part->input_fd;

	setpgid(0, 0);
	if (part->hides_root)
		hide_root();
	if (part->wants_files && getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	prctl(PR_SET_PDEATHSIG, part->death_signal);
	if (getppid() != supervisor)
		_exit(0);
	for (number = 1; number < NSIG; number++)
		sigaction(number, &usual, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (input == -1)
		input = open("/dev/null", O_RDONLY);
	if (dup2(input, STDIN_FILENO) == -1 ||
	    dup2(part->pipe->write_fd, STDOUT_FILENO) == -1 ||
	    dup2(part->pipe->write_fd, STDERR_FILENO) == -1)
		_exit(127);
	execv(part->argv[0], (char *const *)part->argv);
	dprintf(STDERR_FILENO, "cannot start %s: %s\n", part->argv[0],
	    strerror(errno));
	_exit(127);
}

static void
on_pause_over(uv_timer_t *timer)
{
	struct part *part = timer->data;

	if (!part->is_wanted || part_is_running(part))
		return;
	if (part->ready != NULL)
		part->ready(part);
	else
		part_start(part);
}

/* How long to wait after the failures so far. */
static uint64_t
pause_ms(const struct part *part)
{
	uint64_t ms = PAUSE_FIRST_MS;
	unsigned i;

	for (i = 1; i < part->n_failures && ms < PAUSE_MAX_MS; i++)
		ms *= 2;
	return ms < PAUSE_MAX_MS ? ms : PAUSE_MAX_MS;
}

void
part_start(struct part *part)
{
	pid_t supervisor = getpid();
	pid_t pid;

	if (!part->is_wanted || part_is_running(part))
		return;
	uv_timer_stop(&part->timer);
	part->started_ms = clock_mono_ms();
	pid = fork();
	if (pid == 0)
		become(part, supervisor);
	if (pid == -1) {
		part->n_failures++;
		output_say(part->pipe->output, "error", "part.start",
		    "%s cannot be started: %s.", part->name, strerror(errno));
		uv_timer_start(&part->timer, on_pause_over, pause_ms(part), 0);
		return;
	}
	/* In both processes, so that it holds whoever comes first. */
	setpgid(pid, pid);
	part->pid = pid;
}

static void
describe_end(int status, char how[HOW_SIZE])
{
	if (WIFSIGNALED(status))
		snprintf(how, HOW_SIZE, "was ended by signal %d (%s)",
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) != 0)
		snprintf(
		    how, HOW_SIZE, "failed with code %d", WEXITSTATUS(status));
	else
		snprintf(how, HOW_SIZE, "ends as soon as it is started");
}

static void
say_end(const struct part *part, int status, uint64_t pause)
{
	char how[HOW_SIZE];

	describe_end(status, how);
	output_say(part->pipe->output, "warn", "part.died",
	    "%s %s; it starts again in %.1f s.", part->name, how,
	    (double)pause / 1000);
}

/* Ended by itself, or by somebody's SIGKILL, which says nothing about the
 * program; a crash or a code of failure does. */
static bool
is_blameless(int status)
{
	return (WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
	    (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

void
part_say_left(const char *name, struct output *output, int status)
{
	char how[HOW_SIZE];

	if (is_blameless(status))
		return;
	describe_end(status, how);
	output_say(output, "warn", "part.died",
	    "%s %s before it had finished what it was sending.", name, how);
}

/* True when it has ended so too often within a second. */
static bool
is_hasty(struct part *part)
{
	int64_t now = clock_mono_ms();

	if (now - part->window_ms >= HASTY_WINDOW_MS) {
		part->window_ms = now;
		part->n_ends = 0;
	}
	return ++part->n_ends > HASTY_MAX;
}

void
part_ended(struct part *part, int status)
{
	int64_t lived_ms = clock_mono_ms() - part->started_ms;
	uint64_t pause = 0;

	part->pid = 0;
	if (!part->is_wanted)
		return;
	if (lived_ms >= HEALTHY_MS)
		part->n_failures = 0;
	if (!is_blameless(status)) {
		part->n_failures++;
		/* One failure after some life is repaired at once. */
		if (part->n_failures > 1 || lived_ms < LIVED_MS)
			pause = pause_ms(part);
		say_end(part, status, pause);
	} else {
		if (is_hasty(part))
			pause = HASTY_PAUSE_MS;
		if (WIFSIGNALED(status) || pause > 0)
			say_end(part, status, pause);
	}
	uv_timer_start(&part->timer, on_pause_over, pause, 0);
}

void
part_stop(struct part *part, int signal)
{
	part->is_wanted = false;
	uv_timer_stop(&part->timer);
	if (part_is_running(part))
		kill(-part->pid, signal);
}

void
part_close(struct part *part)
{
	uv_timer_stop(&part->timer);
	uv_close((uv_handle_t *)&part->timer, NULL);
}
