/* Wait for the beginning, look, write, and the next. */
#include "daemon/miaud/downloads/ahead.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/downloads/downloads.h"
#include "daemon/miaud/media/index.h"
#include "daemon/miaud/media/probe.h"
#include "daemon/miaud/media/sandbox.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/streams/film.h"
#include "daemon/miaud/streams/ranges.h"
#include "daemon/miaud/streams/warm.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/library/title.h"
#include "lib/store/media_index.h"
#include "lib/store/sources.h"

enum { WANTED_MAX = 16, ARENA_MAX = 4 * 1024 * 1024 };

struct wanted {
	struct wanted *next;
	int64_t source_id;
	enum ahead_need need;
	bool is_read;  /* its row; the following are from it */
	bool is_known; /* what is in it */
	bool is_over;  /* nothing is left to do */
	int64_t download_id;
	int file;
};

struct ahead {
	struct miaud *miaud;
	struct downloads_watch *watch;
	struct wanted *list; /* the one that is looked into stays in it */
	struct wanted *now;  /* NULL: none */
	bool is_closed;
	/* of the one that is looked into */
	uv_work_t work;
	char path[PATHS_MAX];
	int64_t size;
	struct sniff sniff;
	char *probe; /* JSON; NULL: nothing new */
	char *container;
	double duration;
	bool has_index;
	struct hls_index index;
};

static void next(struct ahead *ahead);

/* --- One that is done ---------------------------------------------------------- */

static void
drop(struct ahead *ahead, struct wanted *wanted)
{
	struct wanted **at = &ahead->list;

	while (*at != wanted)
		at = &(*at)->next;
	*at = wanted->next;
	free(wanted);
}

static void
forget(struct ahead *ahead)
{
	free(ahead->probe);
	free(ahead->container);
	free((void *)ahead->index.keys);
	ahead->index.keys = NULL;
	ahead->probe = ahead->container = NULL;
	ahead->has_index = false;
}

/* Whatever came of it; it is wanted anew by the next who plays it. */
static void
finish(struct ahead *ahead)
{
	struct wanted *wanted = ahead->now;

	forget(ahead);
	ahead->now = NULL;
	drop(ahead, wanted);
	next(ahead);
}

/* --- Writing -------------------------------------------------------------------- */

static int
write_media(struct ahead *ahead, struct db *db, struct arena *arena,
    struct source *source, struct err *err)
{
	struct media *media = arena_alloc(arena, 1, sizeof(*media));

	if (library_media_read(arena, ahead->probe, media, err) == -1)
		return -1;
	source->quality = arena_strdup(arena, library_media_quality(media));
	source->video_codec = library_codec_word(arena, media->video_codec);
	source->container = ahead->container;
	source->duration = ahead->duration;
	source->probe = ahead->probe;
	return store_source_put_torrent(db, source, err) == STORE_OK &&
		store_source_set_ahead(db, source->id, true, err) == STORE_OK
	    ? 0
	    : -1;
}

static int
write_rows(
    struct ahead *ahead, struct db *db, struct arena *arena, struct err *err)
{
	struct source source;
	enum store_result found = store_source_find(
	    db, arena, &store_unlimited, ahead->now->source_id, &source, err);

	if (found != STORE_OK)
		return found == STORE_NONE ? 0 : -1;
	/* It came whole meanwhile, and the inspector knows better. */
	if (source.probe != NULL && !source.is_ahead)
		return 0;
	if (ahead->probe != NULL &&
	    write_media(ahead, db, arena, &source, err) == -1)
		return -1;
	if (ahead->has_index &&
	    store_media_index_set(db, ahead->now->source_id, &ahead->index,
		true, err) == STORE_ERROR)
		return -1;
	return 0;
}

/* Database thread, in a transaction; may run twice. */
static int
write_job(struct db *db, void *arg, struct err *err)
{
	struct arena *arena = arena_new(ARENA_MAX);
	int result = write_rows(arg, db, arena, err);

	arena_free(arena);
	return result;
}

static void
written(void *arg, const struct err *err)
{
	if (err->code != ERR_NONE)
		log_warn("ahead.write", "%s", err->text);
	finish(arg);
}

static void
submit(struct ahead *ahead)
{
	struct err err;

	if ((ahead->probe == NULL && !ahead->has_index) ||
	    dbthread_submit(ahead->miaud->dbthread, DBJOB_BATCHED, write_job,
		written, ahead, &err) == -1)
		finish(ahead);
}

/* --- Looking --------------------------------------------------------------------- */

static struct film_reader *
open_film(struct ahead *ahead, struct err *err)
{
	const struct wanted *now = ahead->now;

	return streams_film_open(ahead->miaud->downloads, now->download_id,
	    now->file,
	    now->need == AHEAD_PLAYED ? STREAMS_FILM_PARTS : STREAMS_FILM_HERE,
	    err);
}

/* Where the container has none, all of the film is read for it when it is whole. */
static void
indexed(void *arg, const struct hls_index *index)
{
	struct ahead *ahead = arg;

	if (index != NULL && index->n > 0) {
		ahead->has_index = true;
		ahead->index = media_index_copy(index);
	}
	submit(ahead);
}

static void
read_index(struct ahead *ahead)
{
	struct film_reader *film;
	struct err err;

	film = ahead->now->need == AHEAD_PLAYED && !ahead->miaud->is_stopping
	    ? open_film(ahead, &err)
	    : NULL;
	if (film == NULL ||
	    media_index_make(ahead->miaud->children,
		&(struct ffmpeg_input){
		    .growing = film, .demuxer = ahead->sniff.demuxer },
		MEDIA_INDEX_CONTAINER, indexed, ahead, &err) == -1)
		submit(ahead);
}

/* What cannot be read now may be damaged or only not here; when it is whole, that is
 * told. */
static void
answered(void *arg, const struct media_answer *answer)
{
	struct ahead *ahead = arg;
	struct json_object *json;

	if (answer->media == NULL) {
		finish(ahead);
		return;
	}
	json = library_media_json(answer->media);
	ahead->probe = mem_strdup(
	    json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN));
	json_object_put(json);
	ahead->container = mem_strdup(answer->media->container);
	ahead->duration = answer->media->duration;
	read_index(ahead);
}

static void
read_head(uv_work_t *work)
{
	struct ahead *ahead = work->data;
	unsigned char head[SNIFF_SIZE];
	int fd = open(ahead->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t len = fd == -1 ? -1 : pread(fd, head, sizeof(head), 0);

	ahead->sniff.demuxer = NULL;
	if (len > 0)
		media_sniff(head, (size_t)len, ahead->size, &ahead->sniff);
	if (fd != -1)
		close(fd);
}

static void
head_read(uv_work_t *work, int status)
{
	struct ahead *ahead = work->data;
	struct film_reader *film;
	struct err err;

	(void)status;
	if (ahead->miaud->is_stopping || ahead->sniff.demuxer == NULL) {
		finish(ahead);
	} else if (ahead->now->is_known) {
		read_index(ahead);
	} else {
		film = open_film(ahead, &err);
		if (film == NULL ||
		    media_probe_growing(ahead->miaud->children, film,
			&ahead->sniff, answered, ahead, &err) == -1)
			finish(ahead);
	}
}

static void
look(struct ahead *ahead)
{
	const struct downloads *downloads = ahead->miaud->downloads;
	const struct wanted *now = ahead->now;

	ahead->size =
	    downloads_file_size(downloads, now->download_id, now->file);
	/* What is whole is looked into by the inspector. */
	if (streams_there(downloads, now->download_id, now->file, 0) >=
		ahead->size ||
	    torrent_file_path(downloads_engine(downloads),
		downloads_torrent(downloads, now->download_id), now->file,
		ahead->path, sizeof(ahead->path)) == -1) {
		finish(ahead);
		return;
	}
	ahead->work.data = ahead;
	uv_queue_work(&ahead->miaud->loop, &ahead->work, read_head, head_read);
}

/* --- The next -------------------------------------------------------------------- */

static int
read_rows(
    struct wanted *wanted, struct db *db, struct arena *arena, struct err *err)
{
	struct hls_index index;
	struct source source;
	enum store_result found, has_index;

	found = store_source_find(
	    db, arena, &store_unlimited, wanted->source_id, &source, err);
	if (found == STORE_ERROR)
		return -1;
	has_index =
	    store_media_index_find(db, arena, wanted->source_id, &index, err);
	if (has_index == STORE_ERROR)
		return -1;
	wanted->is_read = true;
	wanted->is_over = found == STORE_NONE || source.torrent_id == 0;
	if (wanted->is_over)
		return 0;
	wanted->is_known = source.probe != NULL;
	wanted->is_over = wanted->is_known &&
	    (has_index == STORE_OK || wanted->need == AHEAD_SOON);
	wanted->download_id = source.torrent_id;
	wanted->file = (int)source.file_index;
	return 0;
}

static int
read_job(struct db *db, void *arg, struct err *err)
{
	struct ahead *ahead = arg;
	struct arena *arena = arena_new(ARENA_MAX);
	int result = read_rows(ahead->now, db, arena, err);

	arena_free(arena);
	return result;
}

static void
was_read(void *arg, const struct err *err)
{
	struct ahead *ahead = arg;

	if (err->code != ERR_NONE || ahead->now->is_over) {
		finish(ahead);
		return;
	}
	ahead->now = NULL;
	next(ahead);
}

/* Whether enough of it is here to begin. */
static bool
is_ready(const struct ahead *ahead, const struct wanted *wanted)
{
	const struct downloads *downloads = ahead->miaud->downloads;
	int64_t size = downloads_file_size(
		    downloads, wanted->download_id, wanted->file),
		head = wanted->need == AHEAD_PLAYED ? SNIFF_SIZE : WARM_HEAD,
		tail = wanted->need == AHEAD_PLAYED ? 0 : WARM_TAIL;

	if (size <= 0)
		return false;
	head = head < size ? head : size;
	tail = tail < size ? tail : size;
	return streams_there(downloads, wanted->download_id, wanted->file, 0) >=
	    head &&
	    (tail == 0 ||
		streams_there(downloads, wanted->download_id, wanted->file,
		    size - tail) >= tail);
}

/* Rows are read first; of the others whatever is ready. */
static void
next(struct ahead *ahead)
{
	struct wanted *wanted = ahead->list;
	struct err err;

	if (ahead->now != NULL || ahead->is_closed || ahead->miaud->is_stopping)
		return;
	while (wanted != NULL && wanted->is_read && !is_ready(ahead, wanted))
		wanted = wanted->next;
	ahead->now = wanted;
	if (wanted == NULL)
		return;
	if (wanted->is_read)
		look(ahead);
	else if (dbthread_submit(ahead->miaud->dbthread, DBJOB_ALONE, read_job,
		     was_read, ahead, &err) == -1)
		ahead->now = NULL;
}

static void
on_changed(void *arg, int64_t id)
{
	struct ahead *ahead = arg;
	const struct wanted *wanted = ahead->list;

	while (wanted != NULL && wanted->download_id != id)
		wanted = wanted->next;
	if (wanted != NULL)
		next(ahead);
}

/* Of too many the one goes that was wanted longest ago. */
static void
make_room(struct ahead *ahead)
{
	struct wanted *wanted, *last = NULL;
	int n = 0;

	for (wanted = ahead->list; wanted != NULL; wanted = wanted->next) {
		n++;
		if (wanted != ahead->now)
			last = wanted;
	}
	if (n >= WANTED_MAX)
		drop(ahead, last);
}

void
ahead_want(struct ahead *ahead, int64_t source_id, enum ahead_need need)
{
	struct wanted *wanted = ahead->list;

	if (ahead->is_closed ||
	    (ahead->miaud->sandbox_lacks & SANDBOX_LACKS_NAMESPACES) != 0)
		return;
	while (wanted != NULL && wanted->source_id != source_id)
		wanted = wanted->next;
	if (wanted == NULL || (wanted == ahead->now && wanted->need < need)) {
		make_room(ahead);
		wanted = mem_calloc(1, sizeof(*wanted));
		wanted->source_id = source_id;
		wanted->need = need;
		wanted->next = ahead->list;
		ahead->list = wanted;
	} else if (wanted->need < need) {
		wanted->need = need;
		wanted->is_read = false;
	}
	next(ahead);
}

struct ahead *
ahead_new(struct miaud *miaud)
{
	struct ahead *ahead = mem_calloc(1, sizeof(*ahead));

	ahead->miaud = miaud;
	ahead->watch = downloads_watch(miaud->downloads, on_changed, ahead);
	return ahead;
}

void
ahead_close(struct ahead *ahead)
{
	if (ahead->is_closed)
		return;
	ahead->is_closed = true;
	downloads_unwatch(ahead->watch);
}

void
ahead_free(struct ahead *ahead)
{
	if (ahead == NULL)
		return;
	forget(ahead);
	while (ahead->list != NULL)
		drop(ahead, ahead->list);
	free(ahead);
}
