/* `miauctl up`, `down` and `restart`: the whole installation on, off and anew. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/prepare.h"
#include "daemon/miauctl/super.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"

enum {
	DOWN_MS = 40 * 1000,
	LOOK_MS = 20,
	CALL_MS = 5000,
	/* An upgrade may change a large database before miaud is ready. */
	RESTART_MS = 30 * 60 * 1000,
};

static int
run_up(struct ctl *ctl, const struct args *args)
{
	struct err err;
	int code;

	if (args_has(args, "check")) {
		code = prepare_look(ctl, &err);
		if (code != CTL_OK)
			ctl_fail(ctl, &err);
		return code;
	}
	return super_run(
	    ctl, args_has(args, "detach"), args_has(args, "log-file"));
}

static const struct option up_options[] = {
	{ .name = "detach",
	    .letter = 'd',
	    .help = "Return as soon as everything answers and run on in the "
		    "background; the log goes to <state>/log/miauflix.log." },
	{ .name = "log-file",
	    .help = "Stay in front, but write the log to "
		    "<state>/log/miauflix.log instead of standard error." },
	{ .name = "check",
	    .help = "Only look whether it could start: settings, state folder, "
		    "port. Changes nothing; the exit code tells." },
	{ 0 },
};

const struct command command_up = {
	.name = "up",
	.summary = "Start web server, handlers and miaud and keep them running",
	.help = "Stays in front until Ctrl-C, or until its terminal is closed. "
		"Whatever ends by itself is started again. SIGUSR1 makes the "
		"web server's configuration anew; SIGUSR2 is `miauctl "
		"restart`. In a state folder that is empty or missing a new "
		"installation begins.",
	.options = up_options,
	.run = run_up,
};

static void
look_again(void)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };

	nanosleep(&pause, NULL);
}

static int
run_down(struct ctl *ctl, const struct args *args UNUSED)
{
	int64_t end_ms = clock_mono_ms() + DOWN_MS;
	pid_t pid = prepare_find_supervisor(ctl);

	if (pid == 0) {
		puts(ctl->is_json ? "{\"stopped\":false}"
				  : "Miauflix is not running.");
		return CTL_OK;
	}
	if (kill(pid, SIGTERM) == -1) {
		fprintf(stderr, "miauctl: Cannot end process %d: %s.\n",
		    (int)pid, strerror(errno));
		return CTL_FAILED;
	}
	while (prepare_find_supervisor(ctl) == pid) {
		if (clock_mono_ms() >= end_ms) {
			fprintf(stderr, "miauctl: Process %d does not end.\n",
			    (int)pid);
			return CTL_FAILED;
		}
		look_again();
	}
	puts(ctl->is_json ? "{\"stopped\":true}" : "Miauflix has ended.");
	return CTL_OK;
}

const struct command command_down = {
	.name = "down",
	.summary = "End what `up` started on this state folder",
	.help = "Waits until everything has ended. Says so when nothing runs, "
		"which is no failure.",
	.run = run_down,
};

/* The process that answers as miaud, 0 when none does. */
static int64_t
find_miaud(struct ctl *ctl)
{
	struct json_object *status = NULL;
	struct err ignored;
	int64_t pid;

	if (ctl_call(ctl, "status", NULL, CALL_MS, &status, &ignored) == -1)
		return 0;
	pid = json_get_int(status, "pid", 0);
	json_object_put(status);
	return pid;
}

static int
run_restart(struct ctl *ctl, const struct args *args UNUSED)
{
	int64_t end_ms = clock_mono_ms() + RESTART_MS, old, now;
	pid_t pid = prepare_find_supervisor(ctl);
	struct err err;

	if (pid == 0 && find_miaud(ctl) != 0)
		return ctl_refuse(ctl,
		    "systemd runs it here: `systemctl restart miaud.service "
		    "'miauflix-handler@*.service'`, then `systemctl reload "
		    "miauflix-web`.");
	if (pid == 0) {
		err_set(&err, ERR_DAEMON_DOWN, "Miauflix is not running.");
		return ctl_fail(ctl, &err);
	}
	old = find_miaud(ctl);
	if (kill(pid, SIGUSR2) == -1)
		return ctl_refuse(
		    ctl, "Cannot tell process %d to restart.", (int)pid);
	while ((now = find_miaud(ctl)) == 0 || now == old) {
		if (prepare_find_supervisor(ctl) != pid ||
		    clock_mono_ms() >= end_ms)
			return ctl_refuse(
			    ctl, "miaud does not answer; its log says why.");
		look_again();
	}
	puts(ctl->is_json ? "{\"restarted\":true}"
			  : "Handlers and miaud are new; what is being sent "
			    "goes on.");
	return CTL_OK;
}

const struct command command_restart = {
	.name = "restart",
	.summary = "Start handlers and miaud anew, as after an upgrade",
	.help = "Nothing is broken off: a handler that is sending finishes "
		"that, while new requests are answered by new ones, of the "
		"programs that lie there now; what waits for miaud waits on. "
		"The web server is left alone, and `miauctl up` "
		"itself stays as it is.",
	.run = run_restart,
};
