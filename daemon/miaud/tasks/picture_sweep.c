/*
 * Removes pictures that nothing shows any more: placards that gave way to a
 * frame, posters of titles that are gone, what a killed miaud had made but not
 * yet written down. Looks at every file of the image store, since only that
 * finds all of them; reads with a connection of its own on the pool.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "daemon/miaud/media/picture.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/tasks/tasks.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/store/titles.h"

enum {
	DAY_MS = 24 * 60 * 60 * 1000,
	/* Between the making of a picture and the row that names it lies less
	 * than this. */
	YOUNG_MS = 60 * 60 * 1000,
};

struct sweep {
	uv_work_t work;
	struct task_run *run;
	const struct paths *paths;
	struct db *db;
	int64_t before; /* younger files stay; ms */
	int64_t n_removed;
	struct err err;
};

/* Called with the names in a folder and the folder. */
typedef int (*visit_fn)(struct sweep *sweep, int dir_fd, const char *name);

/* Visits what lies in a folder; one that is none, or a link to one, is left
 * alone. */
static int
visit_all(struct sweep *sweep, int parent_fd, const char *name, visit_fn visit)
{
	int fd = openat(
	    parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int result = 0;

	if (dir == NULL) {
		if (fd != -1)
			close(fd);
		return 0;
	}
	while (result == 0 && (entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			result = visit(sweep, fd, entry->d_name);
	closedir(dir);
	return result;
}

static bool
is_old_file(const struct sweep *sweep, int dir_fd, const char *name)
{
	struct stat st;

	return fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) && (int64_t)st.st_mtime * 1000 < sweep->before;
}

static int
visit_picture(struct sweep *sweep, int dir_fd, const char *name)
{
	bool is_used;

	if (!picture_is_ours(name) || !is_old_file(sweep, dir_fd, name))
		return 0;
	if (store_title_uses_picture(sweep->db, &store_unlimited, name,
		&is_used, &sweep->err) != STORE_OK)
		return -1;
	if (is_used)
		return 0;
	if (unlinkat(dir_fd, name, 0) == 0)
		sweep->n_removed++;
	else if (errno != ENOENT)
		log_warn("sweep.pictures", "%s cannot be removed: %s", name,
		    strerror(errno));
	return 0;
}

/* images/<kind>/<width>/<name> */
static int
visit_width(struct sweep *sweep, int dir_fd, const char *name)
{
	int result = visit_all(sweep, dir_fd, name, visit_picture);

	/* Writers' work can be written back meanwhile. */
	db_release(sweep->db);
	return result;
}

static int
visit_kind(struct sweep *sweep, int dir_fd, const char *name)
{
	return visit_all(sweep, dir_fd, name, visit_width);
}

/* Pool thread. */
static void
look(uv_work_t *work)
{
	struct sweep *sweep = work->data;
	struct db_pool *pool =
	    db_pool_new(sweep->paths->database, DB_READ, 1, true, &sweep->err);
	char images[PATH_MAX];

	if (pool == NULL)
		return;
	sweep->db = db_open(pool);
	/* The store itself may be a link to a larger disk. */
	if (realpath(sweep->paths->images, images) == NULL ||
	    visit_all(sweep, AT_FDCWD, images, visit_kind) == 0)
		sweep->err.code = ERR_NONE;
	db_close(sweep->db);
	db_pool_free(pool);
}

static void
looked(uv_work_t *work, int status)
{
	struct sweep *sweep = work->data;

	if (status != 0)
		err_set(&sweep->err, ERR_CANCELLED, "The sweep was not begun.");
	if (sweep->n_removed > 0)
		log_info("sweep.pictures", "%lld unused pictures are removed.",
		    (long long)sweep->n_removed);
	task_finish(sweep->run, &sweep->err);
	free(sweep);
}

static void
run(struct miaud *miaud, struct task_run *run)
{
	struct sweep *sweep = mem_calloc(1, sizeof(*sweep));

	sweep->run = run;
	sweep->paths = &miaud->paths;
	sweep->before = clock_now_ms() - YOUNG_MS;
	sweep->work.data = sweep;
	if (uv_queue_work(&miaud->loop, &sweep->work, look, looked) != 0)
		looked(&sweep->work, UV_ECANCELED);
}

const struct task task_picture_sweep = {
	.name = "picture-sweep",
	.summary = "Removes posters and stills that nothing shows any more.",
	.interval_ms = DAY_MS,
	.run = run,
};
