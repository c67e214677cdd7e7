/*
 * Moves the write-ahead log into the database before it grows big, at a moment
 * of our choosing instead of some request's; and when it has rested, because it
 * holds what was deleted meanwhile.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/tasks/tasks.h"
#include "lib/db/admin.h"

enum { WAL_BYTES = 1024 * 1024, SPACING_MS = 60 * 1000, REST_S = 600 };

static bool
has_work(struct miaud *miaud)
{
	char wal[PATHS_MAX + 8];
	struct stat st;

	snprintf(wal, sizeof(wal), "%s-wal", miaud->paths.database);
	return stat(wal, &st) == 0 &&
	    (st.st_size > WAL_BYTES ||
		(st.st_size > 0 && time(NULL) - st.st_mtime > REST_S));
}

static int
checkpoint_job(struct db *db, void *arg, struct err *err)
{
	(void)arg;
	return db_checkpoint(db, err);
}

static void
checkpoint_done(void *arg, const struct err *err)
{
	task_finish(arg, err);
}

static void
run(struct miaud *miaud, struct task_run *run)
{
	struct err err;

	if (dbthread_submit(miaud->dbthread, DBJOB_ALONE, checkpoint_job,
		checkpoint_done, run, &err) == -1)
		task_finish(run, &err);
}

const struct task task_checkpoint = {
	.name = "checkpoint",
	.summary = "Moves the write-ahead log into the database.",
	.interval_ms = SPACING_MS,
	.has_work = has_work,
	.run = run,
};
