/*
 * The scheduler's core: when which task runs. Time, persistence and timers
 * come from outside (struct scheduler_ops), see timetable.c for the daemon's.
 */
#include "daemon/miaud/scheduler.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"

enum { BACKOFF_STEPS_MAX = 16, JITTER_PCT = 20 };

/* One row's memory. */
struct task_run {
	struct scheduler *scheduler;
	const struct task *task;
	struct task_state state;
	bool is_running;
	bool is_asleep; /* was due and had no work */
	bool is_again;  /* woken or asked for while running */
};

struct scheduler {
	struct scheduler_ops ops;
	struct task_run *runs;
	size_t n_runs;
	bool is_stopped;
};

struct scheduler *
scheduler_new(const struct task *const *table, const struct scheduler_ops *ops)
{
	struct scheduler *scheduler = mem_calloc(1, sizeof(*scheduler));
	struct task_run *run;
	size_t i;

	scheduler->ops = *ops;
	while (table[scheduler->n_runs] != NULL)
		scheduler->n_runs++;
	scheduler->runs =
	    mem_calloc(scheduler->n_runs + 1, sizeof(*scheduler->runs));
	for (i = 0; i < scheduler->n_runs; i++) {
		run = &scheduler->runs[i];
		run->scheduler = scheduler;
		run->task = table[i];
		run->state.name = mem_strdup(table[i]->name);
	}
	return scheduler;
}

static void
state_free(struct task_state *state)
{
	free(state->name);
	free(state->last_result);
	free(state->last_error);
}

void
scheduler_free(struct scheduler *scheduler)
{
	size_t i;

	if (scheduler == NULL)
		return;
	for (i = 0; i < scheduler->n_runs; i++)
		state_free(&scheduler->runs[i].state);
	free(scheduler->runs);
	free(scheduler);
}

static struct task_run *
find_run(const struct scheduler *scheduler, const char *name)
{
	size_t i;

	for (i = 0; i < scheduler->n_runs; i++)
		if (strcmp(scheduler->runs[i].task->name, name) == 0)
			return &scheduler->runs[i];
	return NULL;
}

static int64_t
now_of(const struct scheduler *scheduler)
{
	return scheduler->ops.now(scheduler->ops.arg);
}

static int64_t
interval_of(const struct task_run *run)
{
	const struct scheduler_ops *ops = &run->scheduler->ops;

	return ops->interval(ops->arg, run->task);
}

static char *
copy_or_null(const char *text)
{
	return text != NULL ? mem_strdup(text) : NULL;
}

void
scheduler_restore(struct scheduler *scheduler, const struct task_state *state)
{
	struct task_run *run = find_run(scheduler, state->name);

	if (run == NULL)
		return;
	state_free(&run->state);
	run->state = *state;
	run->state.name = mem_strdup(state->name);
	run->state.last_result = copy_or_null(state->last_result);
	run->state.last_error = copy_or_null(state->last_error);
}

static void
save(struct task_run *run)
{
	const struct scheduler_ops *ops = &run->scheduler->ops;

	ops->save(ops->arg, &run->state);
	ops->changed(ops->arg, run);
}

/* A clock that was set back must not keep a task waiting for years. */
static void
mend_next(struct task_run *run, int64_t now)
{
	int64_t furthest = interval_of(run);

	if (furthest < TASK_BACKOFF_MAX_MS * (100 + JITTER_PCT) / 100)
		furthest = TASK_BACKOFF_MAX_MS * (100 + JITTER_PCT) / 100;
	if (run->state.next_at > now + furthest)
		run->state.next_at = now + interval_of(run);
}

static bool
may_start(struct task_run *run)
{
	const struct scheduler_ops *ops = &run->scheduler->ops;

	if (run->task->needs_vpn && !ops->may_run(ops->arg, run->task))
		return false;
	run->is_asleep =
	    run->task->has_work != NULL && !run->task->has_work(ops->miaud);
	return !run->is_asleep;
}

static void
begin(struct task_run *run)
{
	const struct scheduler_ops *ops = &run->scheduler->ops;

	run->is_running = true;
	run->is_asleep = false;
	run->is_again = false;
	run->state.last_started_at = now_of(run->scheduler);
	save(run);
	run->task->run(ops->miaud, run);
}

void
scheduler_tick(struct scheduler *scheduler)
{
	int64_t now = now_of(scheduler), next = -1;
	struct task_run *run;
	size_t i;

	for (i = 0; i < scheduler->n_runs && !scheduler->is_stopped; i++) {
		run = &scheduler->runs[i];
		mend_next(run, now);
		if (run->is_running || run->state.is_paused || run->is_asleep)
			continue;
		if (run->state.next_at <= now && may_start(run))
			begin(run);
		if (run->is_running || run->is_asleep)
			continue;
		/* Due but held back by the VPN: asked again in a while. */
		if (run->state.next_at <= now)
			run->state.next_at = now + TASK_BACKOFF_MIN_MS;
		if (next == -1 || run->state.next_at < next)
			next = run->state.next_at;
	}
	if (!scheduler->is_stopped)
		scheduler->ops.rearm(scheduler->ops.arg, next);
}

/* Something changed: the tick looks at all tasks and arms for the next. */
static void
tick_soon(struct scheduler *scheduler)
{
	if (!scheduler->is_stopped)
		scheduler->ops.rearm(scheduler->ops.arg, now_of(scheduler));
}

/* 30 s, doubling up to an hour, ± 20 % so that tasks that failed together do
 * not all come back together. */
static int64_t
backoff_ms(int64_t failures)
{
	int64_t ms = TASK_BACKOFF_MIN_MS, spread;
	int64_t i;

	for (i = 1; i < failures && i < BACKOFF_STEPS_MAX; i++)
		ms *= 2;
	if (ms > TASK_BACKOFF_MAX_MS)
		ms = TASK_BACKOFF_MAX_MS;
	spread = ms * JITTER_PCT / 100;
	return ms - spread + (int64_t)random_below((uint64_t)spread * 2 + 1);
}

static void
note_result(struct task_run *run, const struct err *err)
{
	struct task_state *state = &run->state;
	bool failed = err != NULL && err->code != ERR_NONE;

	free(state->last_result);
	free(state->last_error);
	state->last_result = mem_strdup(failed ? "error" : "ok");
	state->last_error = failed ? mem_strdup(err->text) : NULL;
	state->failures = failed ? state->failures + 1 : 0;
	if (failed)
		log_warn("task.failed", "%s: %s", state->name, err->text);
}

void
task_finish(struct task_run *run, const struct err *err)
{
	struct scheduler *scheduler = run->scheduler;
	struct task_state *state = &run->state;
	int64_t wait;

	if (!run->is_running)
		die("the task %s has finished twice", state->name);
	run->is_running = false;
	note_result(run, err);
	state->last_finished_at = now_of(scheduler);
	wait = state->failures > 0 ? backoff_ms(state->failures)
				   : interval_of(run);
	if (run->is_again && state->failures == 0)
		wait = 0;
	run->is_again = false;
	state->next_at = state->last_finished_at + wait;
	save(run);
	if (!scheduler->is_stopped)
		scheduler->ops.rearm(
		    scheduler->ops.arg, state->is_paused ? -1 : state->next_at);
}

void
scheduler_wake(struct scheduler *scheduler, const char *name)
{
	struct task_run *run = find_run(scheduler, name);

	if (run == NULL)
		die("there is no task %s to wake", name);
	if (!run->is_asleep || scheduler->is_stopped)
		return;
	run->is_asleep = false;
	tick_soon(scheduler);
}

static struct task_run *
find_or_fail(struct scheduler *scheduler, const char *name, struct err *err)
{
	struct task_run *run = find_run(scheduler, name);

	if (run == NULL)
		err_set(err, ERR_TASK_NOT_FOUND, "There is no task %s.", name);
	return run;
}

int
scheduler_run(struct scheduler *scheduler, const char *name, struct err *err)
{
	struct task_run *run = find_or_fail(scheduler, name, err);

	if (run == NULL)
		return -1;
	if (scheduler->is_stopped)
		return err_set(
		    err, ERR_CANCELLED, "The media service is ending.");
	if (run->is_running)
		return err_set(err, ERR_ALREADY_RUNNING,
		    "The task %s is running already.", name);
	begin(run);
	return 0;
}

void
scheduler_hurry(struct scheduler *scheduler, const char *name)
{
	struct task_run *run = find_run(scheduler, name);

	if (run == NULL)
		die("there is no task %s to hurry", name);
	if (scheduler->is_stopped)
		return;
	if (run->is_running)
		run->is_again = true;
	else
		begin(run);
}

int
scheduler_pause(
    struct scheduler *scheduler, const char *name, bool paused, struct err *err)
{
	struct task_run *run = find_or_fail(scheduler, name, err);

	if (run == NULL)
		return -1;
	run->state.is_paused = paused;
	save(run);
	scheduler_reconsider(scheduler);
	return 0;
}

void
scheduler_reconsider(struct scheduler *scheduler)
{
	struct task_run *run;
	int64_t from;
	size_t i;

	for (i = 0; i < scheduler->n_runs; i++) {
		run = &scheduler->runs[i];
		from = run->state.last_finished_at;
		if (run->is_running || run->state.failures > 0 || from == 0)
			continue;
		run->state.next_at = from + interval_of(run);
	}
	tick_soon(scheduler);
}

static const char *
state_word(const struct task_run *run)
{
	if (run->is_running)
		return "running";
	if (run->state.is_paused)
		return "paused";
	return run->is_asleep ? "sleeping" : "waiting";
}

struct json_object *
scheduler_show(const struct task_run *run)
{
	const struct task *task = run->task;
	struct json_object *out = json_object_new_object();
	bool has_next;

	has_next = !run->is_running && !run->state.is_paused && !run->is_asleep;
	json_add_text(out, "name", task->name);
	json_add_text(out, "summary", task->summary);
	json_add_text(out, "state", state_word(run));
	json_add_real(out, "interval", (double)interval_of(run) / 1000);
	json_add_bool(out, "needsVpn", task->needs_vpn);
	json_add_time(out, "startedAt", run->state.last_started_at);
	json_add_time(out, "finishedAt", run->state.last_finished_at);
	json_add_time(out, "nextAt", has_next ? run->state.next_at : 0);
	json_add_text(out, "result", run->state.last_result);
	json_add_text(out, "error", run->state.last_error);
	json_add_int(out, "failures", run->state.failures);
	return out;
}

struct json_object *
scheduler_list(const struct scheduler *scheduler)
{
	struct json_object *list = json_object_new_array();
	size_t i;

	for (i = 0; i < scheduler->n_runs; i++)
		json_object_array_add(
		    list, scheduler_show(&scheduler->runs[i]));
	return list;
}

struct json_object *
scheduler_summary(const struct scheduler *scheduler)
{
	struct json_object *out = json_object_new_object();
	int64_t n_running = 0, n_paused = 0, n_failing = 0;
	size_t i;

	for (i = 0; i < scheduler->n_runs; i++) {
		n_running += scheduler->runs[i].is_running;
		n_paused += scheduler->runs[i].state.is_paused;
		n_failing += scheduler->runs[i].state.failures > 0;
	}
	json_add_int(out, "total", (int64_t)scheduler->n_runs);
	json_add_int(out, "running", n_running);
	json_add_int(out, "paused", n_paused);
	json_add_int(out, "failing", n_failing);
	return out;
}

void
scheduler_stop(struct scheduler *scheduler)
{
	scheduler->is_stopped = true;
}
