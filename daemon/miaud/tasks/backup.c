/*
 * A copy of the database once a day. It reads with a connection of its own on
 * the pool, so that writers are not held up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#include "daemon/miaud/miaud.h"
#include "daemon/miaud/tasks/tasks.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/db/admin.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

struct backup {
	uv_work_t work;
	struct task_run *run;
	const struct paths *paths;
	int keep;
	char to[PATHS_MAX + 64];
	struct err err;
};

/* Pool thread. */
static void
copy(uv_work_t *work)
{
	struct backup *backup = work->data;

	if (db_backup(backup->paths->database, backup->to, &backup->err) == 0 &&
	    db_backup_prune(
		backup->paths->backups, backup->keep, &backup->err) == 0)
		backup->err.code = ERR_NONE;
}

static void
copied(uv_work_t *work, int status)
{
	struct backup *backup = work->data;

	if (status != 0)
		err_set(
		    &backup->err, ERR_CANCELLED, "The backup was not begun.");
	if (backup->err.code == ERR_NONE)
		log_info(
		    "backup", "The database was copied to %s.", backup->to);
	task_finish(backup->run, &backup->err);
	free(backup);
}

static void
run(struct miaud *miaud, struct task_run *run)
{
	struct backup *backup = mem_calloc(1, sizeof(*backup));
	struct err err;

	backup->run = run;
	backup->paths = &miaud->paths;
	backup->keep = (int)settings_int(miaud->settings, SETTING_BACKUP_KEEP);
	backup->work.data = backup;
	if (db_backup_name(miaud->paths.backups, "", backup->to,
		sizeof(backup->to), &err) == -1) {
		task_finish(run, &err);
		free(backup);
		return;
	}
	if (uv_queue_work(&miaud->loop, &backup->work, copy, copied) != 0)
		copied(&backup->work, UV_ECANCELED);
}

const struct task task_backup = {
	.name = "backup",
	.summary = "Copies the database and keeps the newest copies.",
	.interval_ms = DAY_MS,
	.run = run,
};
