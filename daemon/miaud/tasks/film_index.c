/*
 * Reads all of films whose container has no index, one after another: so their pictures
 * can be sent as they are, too. May take as long as a disk takes to be read.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/downloads/downloads.h"
#include "daemon/miaud/media/index.h"
#include "daemon/miaud/media/sniff.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/tasks/tasks.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/play/play.h"
#include "lib/store/media_index.h"
#include "lib/store/sources.h"

enum { SPACING_MS = 15 * 1000, ARENA_MAX = 4 * 1024 * 1024 };

struct reading {
	struct miaud *miaud;
	struct task_run *run;
	struct arena *arena;
	uv_work_t work;
	int64_t source_id; /* the one at hand; the next has a higher id */
	struct source source;
	char path[PATHS_MAX]; /* of a torrent's file; "": of the library */
	int fd;
	struct sniff sniff;
	struct hls_index index;
};

static void read_next(struct reading *reading);

static void
forget(struct reading *reading)
{
	if (reading->fd != -1)
		close(reading->fd);
	reading->fd = -1;
	free((void *)reading->index.keys);
	reading->index = (struct hls_index){ .num = 1, .den = 1 };
	arena_reset(reading->arena);
}

static void
finish(struct reading *reading, const struct err *err)
{
	forget(reading);
	arena_free(reading->arena);
	task_finish(reading->run, err);
	free(reading);
}

static void
go_on(struct reading *reading)
{
	forget(reading);
	read_next(reading);
}

/* Database thread, in a transaction; may run twice. The file may have become another
 * one meanwhile, which is looked into anew. */
static int
write_index(struct db *db, void *arg, struct err *err)
{
	struct reading *reading = arg;
	struct arena *arena = arena_new(ARENA_MAX);
	struct source now;
	enum store_result result = store_source_find(
	    db, arena, &store_unlimited, reading->source_id, &now, err);

	if (result == STORE_OK && now.size == reading->source.size &&
	    now.modified_at == reading->source.modified_at)
		result = store_media_index_set(
		    db, reading->source_id, &reading->index, true, err);
	arena_free(arena);
	return result == STORE_ERROR ? -1 : 0;
}

static void
written(void *arg, const struct err *err)
{
	struct reading *reading = arg;

	if (err->code == ERR_NONE)
		go_on(reading);
	else
		finish(reading, err);
}

static void
indexed(void *arg, const struct hls_index *index)
{
	struct reading *reading = arg;
	struct err err;

	if (index == NULL) {
		err_set(&err, ERR_CANCELLED, "A film was not read to its end.");
		finish(reading, &err);
		return;
	}
	reading->index = media_index_copy(index);
	if (dbthread_submit(reading->miaud->dbthread, DBJOB_BATCHED,
		write_index, written, reading, &err) == -1)
		finish(reading, &err);
}

/* Pool thread: the file as it was when its row was written, or none. */
static void
open_on_pool(uv_work_t *work)
{
	struct reading *reading = work->data;
	unsigned char head[SNIFF_SIZE];
	int64_t size = 0, changed;
	struct stat st;
	struct err err;
	const char *path = reading->path;
	ssize_t len;

	if (*path == '\0')
		path = play_file_resolve(reading->arena, reading->source.folder,
		    reading->source.path, &size, &changed, &err);
	if (path == NULL)
		return;
	reading->fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (reading->fd == -1)
		return;
	len = fstat(reading->fd, &st) == 0 && S_ISREG(st.st_mode)
	    ? pread(reading->fd, head, sizeof(head), 0)
	    : -1;
	if (len > 0)
		media_sniff(head, (size_t)len, st.st_size, &reading->sniff);
}

static void
opened(uv_work_t *work, int status)
{
	struct reading *reading = work->data;
	struct ffmpeg_input input = { .fd = reading->fd,
		.demuxer = reading->sniff.demuxer };
	struct err err;

	if (status != 0 || reading->fd == -1 || input.demuxer == NULL)
		go_on(reading);
	else if (media_index_make(reading->miaud->children, &input,
		     MEDIA_INDEX_ALL, indexed, reading, &err) == -1)
		finish(reading, &err);
}

/* False: it is not whole. */
static bool
find_path(struct reading *reading)
{
	const struct source *source = &reading->source;

	*reading->path = '\0';
	return source->torrent_id == 0 ||
	    downloads_whole_path(reading->miaud->downloads, source->torrent_id,
		(int)source->file_index, reading->path, sizeof(reading->path));
}

static void
read_next(struct reading *reading)
{
	struct miaud *miaud = reading->miaud;
	struct err err = { .code = ERR_NONE };
	enum store_result found = STORE_NONE;

	memset(&reading->sniff, 0, sizeof(reading->sniff));
	while (!miaud->is_stopping) {
		found = store_media_index_next_unread(
		    miaud->db, reading->source_id, &reading->source_id, &err);
		if (found == STORE_OK)
			found = store_source_find(miaud->db, reading->arena,
			    &store_unlimited, reading->source_id,
			    &reading->source, &err);
		if (found != STORE_OK || find_path(reading))
			break;
	}
	db_release(miaud->db);
	if (found != STORE_OK || miaud->is_stopping) {
		if (found != STORE_ERROR)
			err.code = ERR_NONE;
		finish(reading, &err);
		return;
	}
	reading->work.data = reading;
	uv_queue_work(&miaud->loop, &reading->work, open_on_pool, opened);
}

static bool
has_work(struct miaud *miaud)
{
	int64_t source_id;
	struct err err;
	enum store_result found =
	    store_media_index_next_unread(miaud->db, 0, &source_id, &err);

	db_release(miaud->db);
	return found != STORE_NONE;
}

static void
run(struct miaud *miaud, struct task_run *run)
{
	struct reading *reading = mem_calloc(1, sizeof(*reading));

	reading->miaud = miaud;
	reading->run = run;
	reading->arena = arena_new(ARENA_MAX);
	reading->fd = -1;
	read_next(reading);
}

const struct task task_film_index = {
	.name = TASK_FILM_INDEX,
	.summary = "Reads films whose container does not say where they can be "
		   "begun.",
	.interval_ms = SPACING_MS,
	.has_work = has_work,
	.run = run,
};
