/*
 * The scheduler: a table of tasks, each with its own spacing, memory and
 * back-off. A task is a file in daemon/miaud/tasks/ that exports one
 * `const struct task`, and a row in tasks/table.c.
 *
 * State is kept in the database: a task that was due while miaud was down runs
 * once after the start. An interval is a minimum spacing while there is work:
 * a task with `has_work` that says no sleeps until scheduler_wake. An error
 * delays only its own task: 30 s, doubling up to an hour, each ± 20 %.
 *
 * The core knows neither loop nor database, so that tests give it a clock of
 * their own; scheduler_start ties it to both.
 */
#ifndef DAEMON_MIAUD_SCHEDULER_H
#define DAEMON_MIAUD_SCHEDULER_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/settings.h"
#include "lib/store/notes.h"

struct miaud;
struct scheduler;
struct task_run;

enum { TASK_BACKOFF_MIN_MS = 30000, TASK_BACKOFF_MAX_MS = 3600000 };

struct task {
	const char *name;    /* "library-scan" */
	const char *summary; /* one sentence */
	int64_t interval_ms; /* 0: the setting says it, in seconds */
	enum setting_id interval_setting;
	bool needs_vpn; /* waits while the VPN policy is not met */
	/* Whether running would do anything; NULL: always. Cheap. */
	bool (*has_work)(struct miaud *miaud);
	/* Begins; calls task_finish exactly once, now or later, on the loop
	 * thread. */
	void (*run)(struct miaud *miaud, struct task_run *run);
};

/* Ended by NULL; in tasks/table.c. */
extern const struct task *const miaud_tasks[];

/* The run is over: err NULL or ERR_NONE for success. */
void task_finish(struct task_run *run, const struct err *err) NONNULL_ARGS(1);

/* What the core asks of the world. */
struct scheduler_ops {
	int64_t (*now)(void *arg); /* wall clock, ms */
	int64_t (*interval)(void *arg, const struct task *task); /* ms */
	bool (*may_run)(void *arg, const struct task *task);     /* VPN */
	void (*save)(void *arg, const struct task_state *state);
	void (*changed)(void *arg, const struct task_run *run);
	void (*rearm)(void *arg, int64_t at); /* call scheduler_tick then; -1:
						 nothing is due */
	struct miaud *miaud;                  /* given to tasks */
	void *arg;
};

/* A scheduler that has not begun: restore, then tick. `ops` is copied. */
struct scheduler *scheduler_new(const struct task *const *table,
    const struct scheduler_ops *ops) NONNULL RETURNS_NONNULL MUST_CHECK;
void scheduler_free(struct scheduler *scheduler);

/* Gives the stored state of a task back; unknown names are ignored. */
void scheduler_restore(
    struct scheduler *scheduler, const struct task_state *state) NONNULL;

/* Starts what is due and arms for the next. */
void scheduler_tick(struct scheduler *scheduler) NONNULL;

/* There may be work now: a sleeping task is due as soon as its spacing
 * allows. */
void scheduler_wake(struct scheduler *scheduler, const char *name) NONNULL;

/* By hand: at once, whatever the spacing, also when paused. ERR_TASK_NOT_FOUND,
 * ERR_ALREADY_RUNNING. */
int scheduler_run(struct scheduler *scheduler, const char *name,
    struct err *err) NONNULL MUST_CHECK;
/* By hand, without an answer: while it runs, it runs once more afterwards. */
void scheduler_hurry(struct scheduler *scheduler, const char *name) NONNULL;
int scheduler_pause(struct scheduler *scheduler, const char *name, bool paused,
    struct err *err) NONNULL MUST_CHECK;

/* One task as tasks.list and the events of topic "task" show it. */
struct json_object *scheduler_show(
    const struct task_run *run) NONNULL RETURNS_NONNULL MUST_CHECK;
/* An array of all. */
struct json_object *scheduler_list(
    const struct scheduler *scheduler) NONNULL RETURNS_NONNULL MUST_CHECK;
/* {total, running, paused, failing}. */
struct json_object *scheduler_summary(
    const struct scheduler *scheduler) NONNULL RETURNS_NONNULL MUST_CHECK;

/* Starts no more runs. Those under way still finish. */
void scheduler_stop(struct scheduler *scheduler) NONNULL;

/* The intervals may have changed. */
void scheduler_reconsider(struct scheduler *scheduler) NONNULL;

/* The daemon's own scheduler: over `miaud_tasks`, the loop's clock, the database.
 * Restores the state (before the loop runs) and arms. */
int scheduler_start(struct miaud *miaud, struct err *err) NONNULL MUST_CHECK;
/* Closes its timer, so that the loop can end. */
void scheduler_close(struct miaud *miaud) NONNULL;

#endif
