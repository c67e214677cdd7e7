/*
 * The scheduler tied to the daemon: the wall clock, one loop timer, intervals
 * from the settings, state in the database, news for administrators.
 */
#include <stdlib.h>
#include <uv.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/events.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/scheduler.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum {
	ARENA_MAX = 1024 * 1024,
	/* The first look comes when the start is over, so that a task does not
	 * slow it. */
	FIRST_TICK_MS = 500,
	/* Timers run on the monotonic clock, due times on the other one: a
	 * jump is noticed within this time. */
	TICK_MAX_MS = 15 * 60 * 1000,
};

static int64_t
now(void *arg)
{
	(void)arg;
	return clock_now_ms();
}

static int64_t
interval(void *arg, const struct task *task)
{
	struct miaud *miaud = arg;

	if (task->interval_ms > 0)
		return task->interval_ms;
	return settings_int(miaud->settings, task->interval_setting) * 1000;
}

/* No VPN policy but "off" exists, which keeps nothing back. */
static bool
may_run(void *arg, const struct task *task)
{
	(void)arg;
	(void)task;
	return true;
}

static void
state_free(struct task_state *state)
{
	free(state->name);
	free(state->last_result);
	free(state->last_error);
	free(state);
}

static int
save_job(struct db *db, void *arg, struct err *err)
{
	return store_task_put(db, arg, err) == STORE_ERROR ? -1 : 0;
}

static void
save_done(void *arg, const struct err *err)
{
	struct task_state *state = arg;

	/* At the end a task that was stopped runs again at the next start. */
	if (err->code != ERR_NONE && err->code != ERR_CANCELLED)
		log_warn("task.not_saved", "%s: %s", state->name, err->text);
	state_free(state);
}

static void
save(void *arg, const struct task_state *state)
{
	struct miaud *miaud = arg;
	struct task_state *copy = mem_calloc(1, sizeof(*copy));
	struct err err;

	*copy = *state;
	copy->name = mem_strdup(state->name);
	if (state->last_result != NULL)
		copy->last_result = mem_strdup(state->last_result);
	if (state->last_error != NULL)
		copy->last_error = mem_strdup(state->last_error);
	if (dbthread_submit(miaud->dbthread, DBJOB_BATCHED, save_job, save_done,
		copy, &err) == -1)
		save_done(copy, &err);
}

static void
changed(void *arg, const struct task_run *run)
{
	struct miaud *miaud = arg;
	struct event event = { .topic = "task", .audience = EVENT_ADMINS };

	if (!events_wanted(miaud->events))
		return;
	event.data = scheduler_show(run);
	events_post(miaud->events, &event);
}

static void
on_timer(uv_timer_t *timer)
{
	struct miaud *miaud = timer->data;

	scheduler_tick(miaud->scheduler);
}

static void
rearm(void *arg, int64_t at)
{
	struct miaud *miaud = arg;
	int64_t wait;

	if (uv_is_closing((uv_handle_t *)&miaud->task_timer))
		return;
	if (at == -1) {
		uv_timer_stop(&miaud->task_timer);
		return;
	}
	wait = at - clock_now_ms();
	if (wait < 0)
		wait = 0;
	if (wait > TICK_MAX_MS)
		wait = TICK_MAX_MS;
	uv_timer_start(&miaud->task_timer, on_timer, (uint64_t)wait, 0);
}

static int
restore_job(struct db *db, void *arg, struct err *err)
{
	struct scheduler *scheduler = arg;
	struct arena *arena = arena_new(ARENA_MAX);
	struct task_state *states;
	enum store_result result;
	size_t n = 0, i;

	result = store_task_list(db, arena, &states, &n, err);
	for (i = 0; result != STORE_ERROR && i < n; i++)
		scheduler_restore(scheduler, &states[i]);
	arena_free(arena);
	return result == STORE_ERROR ? -1 : 0;
}

int
scheduler_start(struct miaud *miaud, struct err *err)
{
	struct scheduler_ops ops = { .now = now,
		.interval = interval,
		.may_run = may_run,
		.save = save,
		.changed = changed,
		.rearm = rearm,
		.miaud = miaud,
		.arg = miaud };

	miaud->scheduler = scheduler_new(miaud_tasks, &ops);
	uv_timer_init(&miaud->loop, &miaud->task_timer);
	miaud->task_timer.data = miaud;
	if (dbthread_call(miaud->dbthread, DBJOB_ALONE, restore_job,
		miaud->scheduler, err) == -1)
		return -1;
	uv_timer_start(&miaud->task_timer, on_timer, FIRST_TICK_MS, 0);
	return 0;
}

void
scheduler_close(struct miaud *miaud)
{
	scheduler_stop(miaud->scheduler);
	uv_close((uv_handle_t *)&miaud->task_timer, NULL);
}
