/* The tasks that are scheduled. A new one is a file here and a row below. */
#include "daemon/miaud/tasks/tasks.h"

const struct task *const miaud_tasks[] = {
	&task_library_scan,
	&task_sweep,
	&task_picture_sweep,
	&task_film_index,
	&task_thumbnails,
	&task_backup,
	&task_checkpoint,
	NULL,
};
