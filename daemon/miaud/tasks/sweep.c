/*
 * Forgets what has ended: sessions, stream keys, failed sign-ins, files that
 * have been gone from their folder for long.
 */
#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/media/texts_cache.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/tasks/tasks.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/store/api_keys.h"
#include "lib/store/codes.h"
#include "lib/store/device_codes.h"
#include "lib/store/library.h"
#include "lib/store/sessions.h"
#include "lib/store/stream_keys.h"
#include "lib/store/titles.h"

#include <stdlib.h>

#define DAY_MS (24 * 3600 * INT64_C(1000))
/* An ended key can be renewed in place, after a night's pause and after a
 * week's. */
#define KEYS_KEPT_MS (8 * DAY_MS)
/* A file that comes back under its name is known again; meanwhile its title
 * keeps its place. What persons did stays with the title in any case. */
#define FILES_KEPT_MS (30 * DAY_MS)

struct sweep {
	struct task_run *run;
	const struct paths *paths;
	int64_t now;
	int64_t keys_before;
	int64_t n_sessions;
	int64_t n_keys;
	int64_t n_files;
	int64_t n_titles;
};

static int
sweep_job(struct db *db, void *arg, struct err *err)
{
	struct sweep *sweep = arg;

	if (store_stream_key_sweep(db, sweep->keys_before, sweep->keys_before,
		&sweep->n_keys, err) == STORE_ERROR ||
	    store_session_sweep(db, sweep->now, &sweep->n_sessions, err) ==
		STORE_ERROR ||
	    store_api_key_sweep(db, sweep->now, err) == STORE_ERROR ||
	    store_login_sweep(db, sweep->now, err) == STORE_ERROR ||
	    store_code_sweep(db, sweep->now, err) == STORE_ERROR ||
	    store_device_code_sweep(db, sweep->now, err) == STORE_ERROR ||
	    store_file_forget(db, sweep->now - FILES_KEPT_MS, &sweep->n_files,
		err) == STORE_ERROR ||
	    store_title_sweep(db, &sweep->n_titles, err) == STORE_ERROR)
		return -1;
	texts_cache_forget(sweep->paths, db);
	return 0;
}

static void
sweep_done(void *arg, const struct err *err)
{
	struct sweep *sweep = arg;

	if (sweep->n_sessions > 0 || sweep->n_keys > 0)
		log_info("sweep", "%lld sessions and %lld stream keys ended.",
		    (long long)sweep->n_sessions, (long long)sweep->n_keys);
	if (sweep->n_files > 0)
		log_info("sweep.files",
		    "%lld files that were gone for 30 days are forgotten.",
		    (long long)sweep->n_files);
	task_finish(sweep->run, err);
	free(sweep);
}

static void
run(struct miaud *miaud, struct task_run *run)
{
	struct sweep *sweep = mem_calloc(1, sizeof(*sweep));
	struct err err;

	sweep->run = run;
	sweep->paths = &miaud->paths;
	sweep->now = clock_now_ms();
	sweep->keys_before = sweep->now - KEYS_KEPT_MS;
	if (dbthread_submit(miaud->dbthread, DBJOB_BATCHED, sweep_job,
		sweep_done, sweep, &err) == -1)
		sweep_done(sweep, &err);
}

const struct task task_sweep = {
	.name = "sweep",
	.summary = "Forgets ended sessions and stream keys, failed sign-ins "
		   "and files long gone.",
	.interval_ms = 3600000,
	.run = run,
};
