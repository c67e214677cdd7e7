/*
 * Starts the group, keeps it alive, ends it in order: first the web server, so
 * that nothing new comes in, then the handlers, which finish what is open,
 * then miaud.
 */
#include "daemon/miauctl/super.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/miauctl/announce.h"
#include "daemon/miauctl/detach.h"
#include "daemon/miauctl/front.h"
#include "daemon/miauctl/greeting.h"
#include "daemon/miauctl/handlers.h"
#include "daemon/miauctl/knock.h"
#include "daemon/miauctl/output.h"
#include "daemon/miauctl/part.h"
#include "daemon/miauctl/prepare.h"
#include "daemon/miauctl/qr.h"
#include "daemon/miauctl/probe.h"
#include "lib/base/address.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/wire/wire.h"

enum {
	DRAIN_WEB_MS = 3000,
	DRAIN_HANDLERS_MS = 8000,
	DRAIN_MIAUD_MS = 15000,
	FAILURES_MAX = 3, /* of one part before anything answered */
	REMIND_MS = 10000,
};

enum phase {
	PHASE_STARTING,
	PHASE_RUNNING,
	PHASE_END_WEB,
	PHASE_END_HANDLERS,
	PHASE_END_MIAUD,
	PHASE_ENDED,
};

struct super {
	const struct ctl *ctl;
	uv_loop_t loop;
	struct output output;
	struct front front;
	struct output_pipe miaud_pipe;
	struct part miaud;
	struct announce announce;
	struct handlers handlers;
	struct webconf_handlers names;
	struct knock knock;
	struct probe probe;
	uv_signal_t signal[7];
	uv_timer_t deadline; /* of the phase */
	enum phase phase;
	bool miaud_is_up;
	bool web_is_up;
	bool site_is_up; /* all of it together */
	int64_t began_ms;
	int64_t step_ms; /* when the last step was done */
	struct detach detach;
	bool is_detached;
	bool logs_to_file; /* always when detached */
	bool is_new;       /* nothing was in the state folder before */
	int result;
	char miaud_program[PATHS_MAX + 32];
	char miaud_socket[PATHS_MAX];
	char log_file[PATHS_MAX + 32];
};

static void
step_done(struct super *super, const char *fmt, ...)
{
	int64_t now = clock_mono_ms();
	char text[PATHS_MAX + 128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	printf("  %s %-58s %5lld ms\n", super->ctl->has_utf8 ? "✓" : "ok", text,
	    (long long)(now - super->step_ms));
	fflush(stdout);
	super->step_ms = now;
}

static void
say_failure(struct super *super, const char *text)
{
	output_say(&super->output, "error", "up.failed", "%s", text);
	if (super->logs_to_file)
		fprintf(
		    stderr, "miauctl: %s (log: %s)\n", text, super->log_file);
}

/* Everything answers: says so, and lets a detached parent go. */
static void
say_ready(struct super *super)
{
	struct greeting greeting;
	struct err err;

	if (super->phase != PHASE_STARTING || !super->site_is_up)
		return;
	super->phase = PHASE_RUNNING;
	uv_timer_stop(&super->deadline);
	buf_init(&greeting.text, 64 * 1024);
	greeting.qr[0] = '\0';
	if (greeting_put(super->ctl, &greeting, &err) == -1)
		buf_printf(&greeting.text, "  %s\n", err.text);
	printf("\nMiauflix " MIAU_VERSION " is ready after %lld ms.\n\n%s\n",
	    (long long)(clock_mono_ms() - super->began_ms), greeting.text.data);
	if (greeting.qr[0] != '\0' && super->ctl->is_terminal)
		qr_print(greeting.qr);
	if (!super->is_detached)
		printf("  Ctrl-C ends it.\n\n");
	fflush(stdout);
	buf_fini(&greeting.text);
	detach_ready(&super->detach);
}

static void
on_ready_answer(struct probe *probe)
{
	struct super *super = probe->data;

	super->site_is_up = true;
	step_done(super, "handlers, database and miaud work together");
	say_ready(super);
}

static bool
has_handler(const struct super *super, const char *name)
{
	size_t i;

	for (i = 0; i < super->names.n; i++)
		if (strcmp(super->names.name[i], name) == 0)
			return true;
	return false;
}

/* Whether all of it works together is worth asking only when each part
 * answers; asked before, the handler would log what is no trouble. */
static void
ask_whole(struct super *super)
{
	char path[PROBE_PATH_MAX];

	if (!super->miaud_is_up || !super->web_is_up)
		return;
	if (!has_handler(super, "ready")) {
		super->site_is_up = true;
		say_ready(super);
		return;
	}
	snprintf(path, sizeof(path), "%sapi/ready",
	    settings_text(super->ctl->settings, SETTING_HTTP_BASE_PATH));
	probe_start(&super->probe, path, on_ready_answer);
}

static void
on_miaud_up(void *data)
{
	struct super *super = data;

	step_done(super, "miaud answers");
	super->miaud_is_up = true;
	ask_whole(super);
}

static void
on_health_answer(struct probe *probe)
{
	struct super *super = probe->data;

	step_done(super, "web server answers");
	super->web_is_up = true;
	ask_whole(super);
}

static void
on_remind(uv_timer_t *timer)
{
	struct super *super = timer->data;

	output_say(&super->output, "info", "up.waiting",
	    "Still waiting for %s.",
	    !super->miaud_is_up     ? "miaud"
		: !super->web_is_up ? "the web server"
				    : "the handlers to be ready (/api/ready)");
}

/* --- the end ------------------------------------------------------------- */

static size_t
running_in(const struct super *super, enum phase phase)
{
	switch (phase) {
	case PHASE_END_WEB:
		return part_is_running(&super->front.part) +
		    part_is_running(&super->announce.part);
	case PHASE_END_HANDLERS:
		return handlers_running(&super->handlers);
	case PHASE_END_MIAUD:
		return part_is_running(&super->miaud);
	default:
		return 0;
	}
}

static void
signal_phase(struct super *super, int signal)
{
	if (super->phase == PHASE_END_WEB) {
		announce_stop(&super->announce, signal);
		part_stop(&super->front.part, signal);
	} else if (super->phase == PHASE_END_HANDLERS)
		handlers_stop(&super->handlers, signal);
	else if (super->phase == PHASE_END_MIAUD)
		part_stop(&super->miaud, signal);
}

static void
on_deadline(uv_timer_t *timer)
{
	struct super *super = timer->data;

	output_say(&super->output, "warn", "up.killed",
	    "%s did not end in time and is killed.",
	    super->phase == PHASE_END_WEB            ? "The web server"
		: super->phase == PHASE_END_HANDLERS ? "A handler"
						     : "miaud");
	signal_phase(super, SIGKILL);
}

static void
close_all(struct super *super)
{
	size_t i;

	for (i = 0; i < COUNT_OF(super->signal); i++)
		uv_close((uv_handle_t *)&super->signal[i], NULL);
	uv_close((uv_handle_t *)&super->deadline, NULL);
	front_close(&super->front);
	announce_close(&super->announce);
	part_close(&super->miaud);
	handlers_close(&super->handlers);
	output_pipe_close(&super->front.pipe);
	output_pipe_close(&super->miaud_pipe);
	output_close(&super->output);
}

/* Goes on to the next phase when the current one has nothing left running. */
static void
advance(struct super *super)
{
	static const uint64_t patience[] = {
		[PHASE_END_WEB] = DRAIN_WEB_MS,
		[PHASE_END_HANDLERS] = DRAIN_HANDLERS_MS,
		[PHASE_END_MIAUD] = DRAIN_MIAUD_MS,
	};

	if (super->phase < PHASE_END_WEB)
		return;
	while (super->phase < PHASE_ENDED &&
	    running_in(super, super->phase) == 0) {
		super->phase++;
		signal_phase(super, SIGTERM);
		if (super->phase < PHASE_ENDED)
			uv_timer_start(&super->deadline, on_deadline,
			    patience[super->phase], 0);
	}
	if (super->phase == PHASE_ENDED &&
	    !uv_is_closing((uv_handle_t *)&super->deadline))
		close_all(super);
}

static void
stop(struct super *super)
{
	if (super->phase >= PHASE_END_WEB)
		return;
	knock_close(&super->knock);
	probe_close(&super->probe);
	super->phase = PHASE_END_WEB;
	signal_phase(super, SIGTERM);
	uv_timer_start(&super->deadline, on_deadline, DRAIN_WEB_MS, 0);
	advance(super);
}

static void
on_stop_signal(uv_signal_t *handle, int number)
{
	struct super *super = handle->data;

	if (super->phase < PHASE_END_WEB) {
		if (super->output.is_readable)
			printf("\n");
		output_say(&super->output, "info", "up.ending", "Ending (%s).",
		    number == SIGINT       ? "Ctrl-C"
			: number == SIGHUP ? "the terminal was closed"
					   : "told to");
		stop(super);
		return;
	}
	/* Ctrl-C again: no more patience. Other signals may well come twice,
	 * from the terminal and from whoever started this. */
	if (number != SIGINT && number != SIGQUIT)
		return;
	announce_stop(&super->announce, SIGKILL);
	part_stop(&super->front.part, SIGKILL);
	handlers_stop(&super->handlers, SIGKILL);
	part_stop(&super->miaud, SIGKILL);
}

static void
on_reload(uv_signal_t *handle, int number UNUSED)
{
	struct super *super = handle->data;

	if (super->phase <= PHASE_RUNNING)
		front_reload(&super->front);
}

/* Another version may lie there now. What is being sent goes on: handlers finish
 * it, and wait for miaud meanwhile. */
static void
on_renew(uv_signal_t *handle, int number UNUSED)
{
	struct super *super = handle->data;
	size_t n;

	if (super->phase > PHASE_RUNNING)
		return;
	n = handlers_renew(&super->handlers);
	if (part_is_running(&super->miaud))
		kill(super->miaud.pid, SIGTERM);
	output_say(&super->output, "info", "up.renew",
	    "%zu handlers leave, and miaud starts anew.", n);
}

/* The terminal was closed. */
static void
on_hangup(uv_signal_t *handle, int number)
{
	struct super *super = handle->data;

	if (!super->is_detached)
		on_stop_signal(handle, number);
}

/* --- children ------------------------------------------------------------ */

/* A part that keeps failing before anything ever worked will not work by
 * trying on: the person in front of the terminal is told instead. */
static void
give_up(struct super *super, const struct part *part)
{
	char text[256];

	if (super->phase != PHASE_STARTING || part->n_failures < FAILURES_MAX)
		return;
	snprintf(text, sizeof(text),
	    "%s ended %u times before Miauflix was ready; its last lines "
	    "above say why. `miauctl doctor` looks for the cause.",
	    part->name, part->n_failures);
	say_failure(super, text);
	super->result = CTL_FAILED;
	stop(super);
}

static void
on_child(uv_signal_t *handle, int number UNUSED)
{
	struct super *super = handle->data;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == super->front.part.pid)
			part_ended(&super->front.part, status);
		else if (pid == super->announce.part.pid)
			part_ended(&super->announce.part, status);
		else if (pid == super->miaud.pid)
			part_ended(&super->miaud, status);
		else
			handlers_ended(&super->handlers, pid, status);
	}
	give_up(super, &super->front.part);
	give_up(super, &super->miaud);
	advance(super);
}

/* --- the beginning ------------------------------------------------------- */

static void
watch_signals(struct super *super)
{
	const struct {
		int number;
		uv_signal_cb on_signal;
	} rows[] = {
		{ SIGINT, on_stop_signal },
		{ SIGTERM, on_stop_signal },
		{ SIGQUIT, on_stop_signal },
		{ SIGHUP, on_hangup },
		{ SIGUSR1, on_reload },
		{ SIGUSR2, on_renew },
		{ SIGCHLD, on_child },
	};
	struct sigaction now;
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		uv_signal_init(&super->loop, &super->signal[i]);
		super->signal[i].data = super;
		/* nohup(1) keeps a closed terminal from mattering. */
		if (rows[i].number == SIGHUP &&
		    sigaction(SIGHUP, NULL, &now) == 0 &&
		    now.sa_handler == SIG_IGN)
			continue;
		uv_signal_start(
		    &super->signal[i], rows[i].on_signal, rows[i].number);
	}
	signal(SIGPIPE, SIG_IGN);
	/* What a child leaves behind is ours to end. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static int
start_parts(struct super *super, struct err *err)
{
	part_init(&super->miaud, &super->loop, "miaud");
	super->miaud.death_signal = SIGTERM;
	super->miaud.pipe = &super->miaud_pipe;
	super->miaud.argv[0] = super->miaud_program;
	super->miaud.argv[1] = "-d";
	if (front_open(&super->front, &super->loop, &super->output, err) ==
		-1 ||
	    output_pipe_open(&super->miaud_pipe, &super->output, &super->loop,
		"miaud", err) == -1)
		return -1;
	part_start(&super->miaud);
	part_start(&super->front.part);
	announce_open(
	    &super->announce, super->ctl, &super->loop, &super->output);
	return 0;
}

static void
wait_for_health(struct super *super)
{
	char bind[64], path[PROBE_PATH_MAX];
	struct err ignored;

	super->knock.path = super->miaud_socket;
	super->knock.on_answer = on_miaud_up;
	super->knock.data = super;
	knock_start(&super->knock, &super->loop);
	if (address_bind(super->ctl->settings, bind, NULL, NULL, &ignored) ==
	    -1)
		return;
	probe_init(&super->probe, &super->loop, bind,
	    (int)settings_int(super->ctl->settings, SETTING_HTTP_PORT));
	super->probe.data = super;
	snprintf(path, sizeof(path), "%shealth",
	    settings_text(super->ctl->settings, SETTING_HTTP_BASE_PATH));
	probe_start(&super->probe, path, on_health_answer);
	uv_timer_start(&super->deadline, on_remind, REMIND_MS, REMIND_MS);
}

static int
find_programs(struct super *super, struct err *err)
{
	const struct ctl *ctl = super->ctl;

	if (front_find(&super->front, ctl, &super->names, err) == -1 ||
	    paths_socket(&ctl->paths, WIRE_SOCKET_ADMIN, super->miaud_socket,
		sizeof(super->miaud_socket), err) == -1 ||
	    webconf_handlers_find(ctl->programs, &super->names, err) == -1)
		return -1;
	snprintf(super->miaud_program, sizeof(super->miaud_program),
	    "%s/bin/miaud", ctl->programs);
	snprintf(super->log_file, sizeof(super->log_file), "%s/miauflix.log",
	    ctl->paths.log);
	return 0;
}

/* Runs the loop until the group has ended. */
static int
run_group(struct super *super, struct err *err)
{
	const struct ctl *ctl = super->ctl;

	uv_loop_init(&super->loop);
	output_init(
	    &super->output, &super->loop, STDERR_FILENO, ctl->wants_colour);
	if (super->logs_to_file &&
	    output_to_file(&super->output, super->log_file, err) == -1)
		return -1;
	uv_timer_init(&super->loop, &super->deadline);
	super->deadline.data = super;
	watch_signals(super);
	if (prepare_pid(ctl, err) == -1 || greeting_note(ctl, err) == -1 ||
	    handlers_open(&super->handlers, &super->loop, &super->output,
		&ctl->paths, ctl->programs, &super->names, err) == -1)
		return -1;
	step_done(super, "%zu handlers wait at their sockets", super->names.n);
	/* Leaving ends what was started: it dies with this process. */
	if (start_parts(super, err) == -1)
		return -1;
	wait_for_health(super);
	uv_run(&super->loop, UV_RUN_DEFAULT);
	handlers_free(&super->handlers);
	uv_loop_close(&super->loop);
	return 0;
}

static int
prepare(struct super *super, struct err *err)
{
	int code;

	super->is_new = paths_owner(&super->ctl->paths) == PATHS_NEW;
	if (find_programs(super, err) == -1)
		return CTL_FAILED;
	code = prepare_start(super->ctl, err);
	if (code != CTL_OK)
		return code;
	return front_write(&super->front, err) == -1 ? CTL_FAILED : CTL_OK;
}

/* In the process that stays: from the fork, if any, to the end. */
static int
run(struct super *super, struct err *err)
{
	char path[PATHS_MAX + 16];

	if (run_group(super, err) == -1) {
		fprintf(stderr, "miauctl: %s\n", err->text);
		super->result = CTL_FAILED;
	}
	snprintf(path, sizeof(path), "%s/up.pid", super->ctl->paths.run);
	unlink(path);
	detach_end(&super->detach, super->result);
	return super->result;
}

int
super_run(const struct ctl *ctl, bool detach, bool log_to_file)
{
	struct super *super = mem_calloc(1, sizeof(*super));
	struct err err;
	int code, forked = 0;

	super->ctl = ctl;
	super->is_detached = detach;
	super->logs_to_file = detach || log_to_file;
	super->detach.fd = -1;
	super->began_ms = super->step_ms = clock_mono_ms();
	code = prepare(super, &err);
	if (code != CTL_OK) {
		fprintf(stderr, "miauctl: %s\n", err.text);
	} else {
		step_done(super,
		    super->is_new ? "a new installation in %s"
				  : "state folder %s",
		    ctl->paths.state);
		if (detach)
			forked = detach_begin(&super->detach, &code, &err);
		if (forked == 0)
			code = run(super, &err);
	}
	if (forked == -1) {
		fprintf(stderr, "miauctl: %s\n", err.text);
		code = CTL_FAILED;
	}
	free(super);
	return code;
}
