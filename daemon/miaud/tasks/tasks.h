/* What the files of this folder export: one task each. */
#ifndef DAEMON_MIAUD_TASKS_TASKS_H
#define DAEMON_MIAUD_TASKS_TASKS_H

#include "daemon/miaud/scheduler.h"

/* Woken by who finds a film without an index. */
#define TASK_FILM_INDEX "film-index"

/* Woken by who has looked into a film. */
#define TASK_THUMBNAILS "thumbnails"

extern const struct task task_library_scan;
extern const struct task task_sweep;
extern const struct task task_picture_sweep;
extern const struct task task_film_index;
extern const struct task task_thumbnails;
extern const struct task task_backup;
extern const struct task task_checkpoint;

#endif
