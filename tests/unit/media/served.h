/*
 * One run of a confined program to which a slow film is served.
 */
#ifndef TESTS_UNIT_MEDIA_SERVED_H
#define TESTS_UNIT_MEDIA_SERVED_H

#include "daemon/miaud/media/sandbox.h"
#include "tests/unit/media/slow_film.h"

/* Whoever needs longer hangs. */
enum { HANG_MS = 120000, OUT = 1024 * 1024 };

struct outcome {
	int n;
	enum err_code code;
	int status;
	char *out;
	char log[2048];
};

/* One run; what is not here comes when it is asked for, a little later. */
struct run {
	struct slow_film slow;
	struct child *child;
	struct outcome outcome;
	uv_timer_t timer;
	/* in place of giving what is wanted */
	void (*wanted)(struct run *run);
	int n_wanted;
};

static inline void
on_done(void *arg, const struct child_result *result)
{
	struct run *run = arg;
	struct outcome *outcome = &run->outcome;

	outcome->n++;
	outcome->code = result->err.code;
	outcome->status = result->status;
	outcome->out = mem_strdup(result->out ? result->out : "");
	snprintf(outcome->log, sizeof(outcome->log), "%s",
	    result->log ? result->log : "");
	uv_close((uv_handle_t *)&run->timer, NULL);
}

static inline void
on_time(uv_timer_t *timer)
{
	struct run *run = timer->data;

	if (run->slow.wanted == -1)
		return;
	run->n_wanted++;
	if (run->wanted != NULL)
		run->wanted(run);
	else
		slow_give(&run->slow, run->slow.wanted);
}

/* To the end of the child; the film must have ended before. */
static inline void
finish(struct fixture *f, struct run *run)
{
	uv_timer_init(&f->loop, &run->timer);
	run->timer.data = run;
	uv_timer_start(&run->timer, on_time, 1, 1);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_int_equal(run->outcome.n, 1);
}

static inline void
skip_without_namespaces(void)
{
	if ((sandbox_lacks() & SANDBOX_LACKS_NAMESPACES) != 0)
		skip();
}

static inline void
open_slow(struct fixture *f, struct run *run, const char *original)
{
	char path[256];

	memset(run, 0, sizeof(*run));
	snprintf(path, sizeof(path), "%s/slow", f->folder);
	unlink(path);
	slow_open(&run->slow, original, path);
}

#endif
