/*
 * Open the film on the pool, let ffmpeg write a file for each track into a folder
 * below run/, rename that to where handlers look for it.
 */
#include "daemon/miaud/media/texts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "daemon/miaud/downloads/downloads.h"
#include "daemon/miaud/media/ffmpeg.h"
#include "daemon/miaud/media/sandbox.h"
#include "daemon/miaud/media/sniff.h"
#include "daemon/miaud/media/texts_cache.h"
#include "daemon/miaud/miaud.h"
#include "lib/base/encode.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/play/play.h"
#include "lib/play/text.h"

enum {
	ARENA_MAX = 4 * 1024 * 1024,
	RANDOM_BYTES = 8,
	ARGS_OF_TRACK = 3,
	ARG_SIZE = 32,
	CPU_S = 300,
};

/* A film that is read, or waits to be. */
struct text_job {
	struct text_job *next;
	struct texts *texts;
	struct arena *arena;
	struct source source;
	const char *folder; /* where it goes */
	char temporary[PATHS_MAX + 64];
	struct rpc_call *calls[TEXTS_WAITING_MAX];
	size_t n_calls;
	uv_work_t work;
	const char *path; /* of a torrent's file; NULL: of the library */
	int fd;
	struct sniff sniff;
	struct err err;
};

struct texts {
	struct miaud *miaud;
	struct text_job *first; /* the one under way */
};

static void begin(struct text_job *job);

struct texts *
texts_new(struct miaud *miaud)
{
	struct texts *texts = mem_calloc(1, sizeof(*texts));

	texts->miaud = miaud;
	texts_cache_sweep(miaud->paths.texts);
	return texts;
}

void
texts_free(struct texts *texts)
{
	free(texts);
}

/* --- The end ------------------------------------------------------------------- */

/* Answers all who wait for the first, and goes on with the next. */
static void
finish(struct text_job *job)
{
	struct texts *texts = job->texts;
	struct err ignored;

	for (size_t i = 0; i < job->n_calls; i++)
		if (job->err.code == ERR_NONE)
			rpc_done(job->calls[i]);
		else
			rpc_fail(job->calls[i], &job->err);
	if (job->fd != -1)
		close(job->fd);
	if (*job->temporary != '\0' &&
	    fs_remove_tree(job->temporary, &ignored) == -1)
		log_warn("texts.folder", "%s", ignored.text);
	texts->first = job->next;
	arena_free(job->arena);
	free(job);
	if (texts->first != NULL)
		begin(texts->first);
}

static void
put_in_place(uv_work_t *work)
{
	struct text_job *job = work->data;

	if (rename(job->temporary, job->folder) == -1 && errno != EEXIST &&
	    errno != ENOTEMPTY) {
		err_errno(&job->err, ERR_IO, "Subtitles of a film");
		return;
	}
	texts_cache_trim(job->texts->miaud->paths.texts, TEXTS_BYTES,
	    TEXTS_DAYS, job->folder);
}

static void
placed(uv_work_t *work, int status)
{
	struct text_job *job = work->data;

	if (status != 0)
		err_set(
		    &job->err, ERR_CANCELLED, "The media service is ending.");
	finish(job);
}

/* --- ffmpeg ---------------------------------------------------------------------- */

/* What a damaged film still holds is kept, and that it holds no more. */
static void
on_read(void *arg, const struct child_result *result)
{
	struct text_job *job = arg;

	if (result->err.code != ERR_NONE)
		job->err = result->err;
	else if (result->status == SANDBOX_NOT_CONFINED)
		err_set(&job->err, ERR_IO, "ffmpeg could not be confined.");
	else if (result->status != 0)
		log_info("texts.read", "%.200s", result->log);
	job->work.data = job;
	if (job->err.code != ERR_NONE ||
	    uv_queue_work(&job->texts->miaud->loop, &job->work, put_in_place,
		placed) != 0)
		finish(job);
}

static int
make_folder(struct text_job *job)
{
	unsigned char bytes[RANDOM_BYTES];
	char hex[ENCODE_HEX_SIZE(RANDOM_BYTES)];

	random_bytes(bytes, sizeof(bytes));
	encode_hex(bytes, sizeof(bytes), hex);
	/* swept at the next start if this one is killed */
	snprintf(job->temporary, sizeof(job->temporary), "%.*s/%s%s",
	    PATHS_MAX - 1, job->texts->miaud->paths.texts, TEXTS_CACHE_UNDONE,
	    hex);
	if (mkdir(job->temporary, 0700) == 0)
		return 0;
	*job->temporary = '\0';
	return err_errno(&job->err, ERR_IO, "A folder for subtitles");
}

static int
read_film(struct text_job *job)
{
	const char *args[ARGS_OF_TRACK * PLAY_TEXTS_MAX + 1];
	struct play_text *texts;
	size_t n_texts = play_text_list(job->arena, &job->source, &texts);
	size_t n = 0;

	for (size_t i = 0; i < n_texts; i++) {
		if (texts[i].is_picture)
			continue;
		args[n++] = "-map";
		args[n++] =
		    arena_printf(job->arena, "0:s:%d", texts[i].track->index);
		args[n++] = arena_printf(
		    job->arena, "file:%d.ass", texts[i].track->index);
	}
	args[n] = NULL;
	if (n == 0)
		return err_set(&job->err, ERR_SUBTITLE_NOT_FOUND,
		    "There are no subtitles of words inside this film.");
	if (make_folder(job) == -1)
		return -1;
	return ffmpeg_run(job->texts->miaud->children,
		   &(struct ffmpeg_spec){ .tool = FFMPEG_CONVERT,
		       .input = { .fd = job->fd,
			   .demuxer = job->sniff.demuxer },
		       .after = args,
		       .folder = job->temporary,
		       .cpu_s = CPU_S,
		       .deadline_ms = TEXTS_DEADLINE_MS,
		       .done = on_read,
		       .arg = job },
		   &job->err) == NULL
	    ? -1
	    : 0;
}

/* --- The film -------------------------------------------------------------------- */

/* Where it lies now: a link might lead out of the library by this time. */
static const char *
find_file(struct text_job *job)
{
	const struct source *source = &job->source;
	int64_t size, changed_ms;
	const char *path;

	if (job->path != NULL)
		return job->path;
	path = play_file_resolve(job->arena, source->folder, source->path,
	    &size, &changed_ms, &job->err);
	if (path != NULL &&
	    (size != source->size || changed_ms != source->modified_at)) {
		err_set(&job->err, ERR_BUSY,
		    "The file has changed; the library looks at it first.");
		return NULL;
	}
	return path;
}

static void
open_on_pool(uv_work_t *work)
{
	struct text_job *job = work->data;
	unsigned char head[SNIFF_SIZE];
	const char *path = find_file(job);
	struct stat st;
	ssize_t len;

	if (path == NULL)
		return;
	job->fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (job->fd == -1 || fstat(job->fd, &st) == -1 ||
	    (len = pread(job->fd, head, sizeof(head), 0)) == -1) {
		err_set(&job->err, ERR_FILE_GONE, "The file is gone.");
		return;
	}
	media_sniff(head, (size_t)len, st.st_size, &job->sniff);
	if (job->sniff.demuxer == NULL)
		err_set(
		    &job->err, ERR_MEDIA_REFUSED, "%s", job->sniff.sentence);
}

static void
opened(uv_work_t *work, int status)
{
	struct text_job *job = work->data;

	if (status != 0 || job->texts->miaud->is_stopping)
		err_set(
		    &job->err, ERR_CANCELLED, "The media service is ending.");
	if (job->err.code != ERR_NONE || read_film(job) == -1)
		finish(job);
}

/* A hole would be read as damage, and that be kept. */
static int
find_torrent_file(struct text_job *job)
{
	const struct downloads *downloads = job->texts->miaud->downloads;
	struct torrent_engine *engine = downloads_engine(downloads);
	torrent_id torrent =
	    downloads_torrent(downloads, job->source.torrent_id);
	int file = (int)job->source.file_index;
	int64_t size =
	    downloads_file_size(downloads, job->source.torrent_id, file);
	char path[PATHS_MAX];

	if (engine == NULL || torrent == 0 || size <= 0 ||
	    torrent_published(engine, torrent, file, 0) < size ||
	    torrent_file_path(engine, torrent, file, path, sizeof(path)) == -1)
		return err_set(&job->err, ERR_BUSY,
		    "The subtitles inside this film come when all of it is "
		    "here.");
	job->path = arena_strdup(job->arena, path);
	return 0;
}

static void
begin(struct text_job *job)
{
	job->work.data = job;
	if (job->source.torrent_id != 0 && find_torrent_file(job) == -1) {
		finish(job);
		return;
	}
	if (uv_queue_work(&job->texts->miaud->loop, &job->work, open_on_pool,
		opened) == 0)
		return;
	err_set(&job->err, ERR_BUSY, "No thread is free.");
	finish(job);
}

/* --- Calls ------------------------------------------------------------------------ */

/* The place for a film: that of its job, or behind the last one. */
static struct text_job **
find_job(struct texts *texts, int64_t source_id, size_t *n)
{
	struct text_job **at = &texts->first;

	for (*n = 0; *at != NULL && (*at)->source.id != source_id; (*n)++)
		at = &(*at)->next;
	return at;
}

static struct text_job *
job_new(struct texts *texts, int64_t source_id, struct err *err)
{
	struct arena *arena = arena_new(ARENA_MAX);
	struct text_job *job = mem_calloc(1, sizeof(*job));
	enum store_result found = store_source_find(texts->miaud->db, arena,
	    &store_unlimited, source_id, &job->source, err);

	job->texts = texts;
	job->arena = arena;
	job->fd = -1;
	if (found == STORE_OK) {
		job->folder =
		    play_text_folder(arena, &texts->miaud->paths, &job->source);
		return job;
	}
	if (found == STORE_NONE)
		err_set(err, ERR_SOURCE_NOT_FOUND, "There is no such source.");
	arena_free(arena);
	free(job);
	return NULL;
}

void
method_subtitle_extract(struct rpc_call *call)
{
	struct texts *texts = rpc_miaud(call)->texts;
	int64_t source_id = json_get_int(rpc_params(call), "sourceId", 0);
	struct text_job **at, *job;
	struct err err;
	size_t n;

	at = find_job(texts, source_id, &n);
	if (n == TEXTS_WAITING_MAX ||
	    (*at != NULL && (*at)->n_calls == TEXTS_WAITING_MAX)) {
		err_set(&err, ERR_BUSY, "Too many wait for subtitles.");
		rpc_fail(call, &err);
		return;
	}
	job = *at != NULL ? *at : job_new(texts, source_id, &err);
	if (job == NULL) {
		rpc_fail(call, &err);
		return;
	}
	job->calls[job->n_calls++] = call;
	if (*at != NULL)
		return;
	*at = job;
	if (texts->first == job)
		begin(job);
}
