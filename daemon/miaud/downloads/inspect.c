/* Find the next source that nobody has looked into, or not for all that is asked
 * now, look, write, and again. */
#include "daemon/miaud/downloads/inspect.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/downloads/choose.h"
#include "daemon/miaud/downloads/downloads.h"
#include "daemon/miaud/events.h"
#include "daemon/miaud/media/index.h"
#include "daemon/miaud/media/picture.h"
#include "daemon/miaud/media/probe.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/tasks/tasks.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/library/title.h"
#include "lib/store/media_index.h"
#include "lib/store/notes.h"
#include "lib/store/sources.h"
#include "lib/store/titles.h"

enum { INSPECT_ARENA = 4 * 1024 * 1024, SUBJECT_SIZE = 32 };

struct inspector {
	struct miaud *miaud;
	bool is_busy;
	bool is_woken; /* while busy */
	/* the one that is looked into; the next has a higher id */
	int64_t source_id;
	int64_t title_id, episode_id, torrent_id, file;
	bool is_known; /* looked into again: stays what it is */
	uv_work_t work;
	char path[PATHS_MAX];
	int fd;
	int64_t size;
	struct sniff sniff;
	double duration;
	bool is_hdr;
	char *probe; /* JSON; NULL: refused */
	char *container;
	char *code, *sentence; /* why refused */
	bool has_index;
	bool is_read; /* all that can be known of its index is */
	struct hls_index index;
	/* what its picture is for */
	enum picture_kind kind;
	bool wants_picture;
	char *title;
	int64_t year;
	struct picture_result picture;
};

static void find_next(struct inspector *inspector);

struct inspector *
inspector_new(struct miaud *miaud)
{
	struct inspector *inspector = mem_calloc(1, sizeof(*inspector));

	inspector->miaud = miaud;
	inspector->fd = -1;
	return inspector;
}

static void
forget(struct inspector *inspector)
{
	if (inspector->fd != -1)
		close(inspector->fd);
	inspector->fd = -1;
	free(inspector->probe);
	free(inspector->container);
	free(inspector->code);
	free(inspector->sentence);
	free(inspector->title);
	free((void *)inspector->index.keys);
	inspector->index = (struct hls_index){ .num = 1, .den = 1 };
	inspector->has_index = false;
	inspector->probe = inspector->container = inspector->code =
	    inspector->sentence = inspector->title = NULL;
	inspector->wants_picture = false;
}

void
inspector_free(struct inspector *inspector)
{
	if (inspector == NULL)
		return;
	forget(inspector);
	free(inspector);
}

static void
rest(struct inspector *inspector)
{
	forget(inspector);
	inspector->is_busy = false;
	if (inspector->is_woken)
		inspector_wake(inspector);
}

static void
go_on(struct inspector *inspector)
{
	forget(inspector);
	find_next(inspector);
}

static void
tell(struct inspector *inspector)
{
	struct json_object *data = json_object_new_object();

	json_add_text(data, "kind", "title");
	json_add_text(data, "titleId", NULL);
	json_add(data, "scan", NULL);
	events_post(inspector->miaud->events,
	    &(struct event){
		.topic = "library", .audience = EVENT_EVERYONE, .data = data });
}

/* --- The picture ------------------------------------------------------------- */

/* Database thread, in a transaction; may run twice. */
static int
write_picture(struct db *db, void *arg, struct err *err)
{
	struct inspector *inspector = arg;
	const struct picture_result *made = &inspector->picture;
	enum store_result result;

	if (inspector->kind == PICTURE_STILL)
		result = store_episode_set_still(
		    db, inspector->episode_id, made->still, err);
	else
		result = store_title_set_poster(db, inspector->title_id,
		    made->poster, *made->backdrop ? made->backdrop : NULL, err);
	return result == STORE_ERROR ? -1 : 0;
}

static void
picture_written(void *arg, const struct err *err)
{
	struct inspector *inspector = arg;

	if (err->code != ERR_NONE)
		log_warn("inspect.picture", "%s", err->text);
	else
		tell(inspector);
	go_on(inspector);
}

static void
picture_made(void *arg, const struct picture_result *result)
{
	struct inspector *inspector = arg;
	struct err err;

	inspector->picture = *result;
	if (result->err.code != ERR_NONE ||
	    dbthread_submit(inspector->miaud->dbthread, DBJOB_BATCHED,
		write_picture, picture_written, inspector, &err) == -1)
		go_on(inspector);
}

static void
draw(struct inspector *inspector)
{
	struct picture_spec spec = { .kind = inspector->kind,
		.input = { .fd = inspector->fd,
		    .demuxer = inspector->sniff.demuxer },
		.duration = inspector->duration,
		.is_hdr = inspector->is_hdr,
		.title = inspector->title,
		.year = inspector->year,
		.done = picture_made,
		.arg = inspector };
	struct err err;

	if (!inspector->wants_picture || inspector->miaud->is_stopping ||
	    picture_make(inspector->miaud->children, &inspector->miaud->paths,
		&spec, &err) == NULL)
		go_on(inspector);
}

/* --- What is in it ------------------------------------------------------------ */

static int
write_index(struct db *db, const struct inspector *inspector, struct err *err)
{
	return inspector->has_index &&
		store_media_index_set(db, inspector->source_id,
		    &inspector->index, inspector->is_read, err) == STORE_ERROR
	    ? -1
	    : 0;
}

/* One that was known plays, whatever was not seen this time. */
static int
write_refusal(struct db *db, const struct inspector *inspector, struct err *err)
{
	char subject[SUBJECT_SIZE];

	if (inspector->is_known)
		return write_index(db, inspector, err);
	snprintf(subject, sizeof(subject), "source:%lld",
	    (long long)inspector->source_id);
	return store_reason_put(db, subject, inspector->code,
		   inspector->sentence, NULL, err) == STORE_ERROR
	    ? -1
	    : 0;
}

/* Whether there is a picture still to be made. */
static int
look_at_title(struct inspector *inspector, struct db *db, struct arena *arena,
    struct err *err)
{
	struct episode episode = { 0 };
	struct title title;

	if (store_title_find_id(db, arena, &store_unlimited,
		inspector->title_id, &title, err) != STORE_OK)
		return -1;
	if (inspector->episode_id != 0 &&
	    store_episode_find_id(db, arena, &store_unlimited,
		inspector->episode_id, &episode, err) != STORE_OK)
		return -1;
	free(inspector->title);
	inspector->title = mem_strdup(title.name);
	inspector->year = title.year;
	inspector->kind = PICTURE_POSTER;
	inspector->wants_picture = title.poster == NULL ||
	    str_starts(title.poster, PICTURE_PLACARD_PREFIX);
	if (!inspector->wants_picture && inspector->episode_id != 0) {
		inspector->kind = PICTURE_STILL;
		inspector->wants_picture = episode.still == NULL;
	}
	return 0;
}

/* A length that does not fit is kept as a reason, and makes the match less
 * sure: it may be another film. */
static int
doubt_length(
    struct db *db, struct arena *arena, struct source *source, struct err *err)
{
	struct json_object *inputs;
	const char *sentence;
	char subject[SUBJECT_SIZE];
	struct title title;
	int result;

	if (store_title_find_id(db, arena, &store_unlimited, source->title_id,
		&title, err) != STORE_OK)
		return -1;
	sentence = choose_doubt_length(source->duration, title.runtime);
	if (sentence == NULL || source->episode_id != 0)
		return 0;
	source->match_confidence /= 2;
	snprintf(
	    subject, sizeof(subject), "source:%lld", (long long)source->id);
	inputs = json_object_new_object();
	json_add_real(inputs, "seconds", source->duration);
	json_add_int(inputs, "minutes", title.runtime);
	result =
	    store_reason_put(db, subject, "length_doubtful", sentence,
		json_object_to_json_string_ext(inputs, JSON_C_TO_STRING_PLAIN),
		err) == STORE_ERROR
	    ? -1
	    : 0;
	json_object_put(inputs);
	return result;
}

static int
write_media(struct inspector *inspector, struct db *db, struct arena *arena,
    struct err *err)
{
	struct media *media = arena_alloc(arena, 1, sizeof(*media));
	struct source source;
	enum store_result found;

	found = store_source_find(
	    db, arena, &store_unlimited, inspector->source_id, &source, err);
	if (found != STORE_OK)
		return found == STORE_NONE ? 0 : -1;
	if (library_media_read(arena, inspector->probe, media, err) == -1)
		return -1;
	source.quality = arena_strdup(arena, library_media_quality(media));
	source.video_codec = library_codec_word(arena, media->video_codec);
	source.container = inspector->container;
	source.duration = inspector->duration;
	source.probe = inspector->probe;
	if ((!inspector->is_known &&
		doubt_length(db, arena, &source, err) == -1) ||
	    store_source_put_torrent(db, &source, err) != STORE_OK ||
	    write_index(db, inspector, err) == -1)
		return -1;
	return look_at_title(inspector, db, arena, err);
}

/* Database thread, in a transaction; may run twice. */
static int
write_job(struct db *db, void *arg, struct err *err)
{
	struct inspector *inspector = arg;
	struct arena *arena = arena_new(INSPECT_ARENA);
	int result = inspector->probe == NULL
	    ? write_refusal(db, inspector, err)
	    : write_media(inspector, db, arena, err);

	if (result == 0 &&
	    store_source_set_ahead(db, inspector->source_id, false, err) ==
		STORE_ERROR)
		result = -1;

	arena_free(arena);
	return result;
}

static void
written(void *arg, const struct err *err)
{
	struct inspector *inspector = arg;

	if (err->code != ERR_NONE) {
		log_warn("inspect.write", "%s", err->text);
		go_on(inspector);
		return;
	}
	if (inspector->has_index && !inspector->is_read)
		scheduler_wake(inspector->miaud->scheduler, TASK_FILM_INDEX);
	scheduler_wake(inspector->miaud->scheduler, TASK_THUMBNAILS);
	tell(inspector);
	draw(inspector);
}

static void
submit(struct inspector *inspector)
{
	struct err err;

	if (dbthread_submit(inspector->miaud->dbthread, DBJOB_BATCHED,
		write_job, written, inspector, &err) == -1)
		rest(inspector);
}

static void
refuse(struct inspector *inspector, const char *code, const char *sentence)
{
	inspector->code = mem_strdup(code);
	inspector->sentence = mem_strdup(sentence);
	submit(inspector);
}

/* All of it is here, so nothing of what is read now is a hole. */
static bool
is_whole(const struct inspector *inspector)
{
	const struct downloads *downloads = inspector->miaud->downloads;
	struct torrent_engine *engine = downloads_engine(downloads);
	torrent_id torrent =
	    downloads_torrent(downloads, inspector->torrent_id);
	int64_t size = downloads_file_size(
	    downloads, inspector->torrent_id, (int)inspector->file);

	return engine != NULL && torrent != 0 && size > 0 &&
	    torrent_published(engine, torrent, (int)inspector->file, 0) >= size;
}

static void
indexed(void *arg, const struct hls_index *index)
{
	struct inspector *inspector = arg;

	inspector->has_index = index != NULL;
	if (index != NULL) {
		inspector->index = media_index_copy(index);
		inspector->is_read |= index->n > 0;
	}
	if (is_whole(inspector))
		submit(inspector);
	else
		go_on(inspector);
}

/* Where there is no answer it is asked again another time. */
static void
ask_index(struct inspector *inspector)
{
	const struct ffmpeg_input input = { .fd = inspector->fd,
		.demuxer = inspector->sniff.demuxer };
	struct err err;

	if (media_index_make(inspector->miaud->children, &input,
		MEDIA_INDEX_CONTAINER, indexed, inspector, &err) == 0)
		return;
	log_warn("inspect.index", "%s", err.text);
	submit(inspector);
}

static void
answered(void *arg, const struct media_answer *answer)
{
	struct inspector *inspector = arg;
	struct json_object *json;

	if (answer->is_our_fault) {
		rest(inspector);
	} else if (!is_whole(inspector)) {
		/* There may have been holes in what was read. */
		go_on(inspector);
	} else if (answer->media == NULL) {
		inspector->has_index = inspector->is_read = true;
		refuse(inspector, answer->code, answer->sentence);
	} else {
		json = library_media_json(answer->media);
		inspector->probe = mem_strdup(json_object_to_json_string_ext(
		    json, JSON_C_TO_STRING_PLAIN));
		json_object_put(json);
		inspector->container = mem_strdup(answer->media->container);
		inspector->duration = answer->media->duration;
		inspector->is_hdr = answer->media->hdr != NULL;
		inspector->is_read = !media_index_is_worth_all(answer->media);
		ask_index(inspector);
	}
}

/* --- The file ------------------------------------------------------------------ */

static void
open_on_pool(uv_work_t *work)
{
	struct inspector *inspector = work->data;
	unsigned char head[SNIFF_SIZE];
	struct stat st;
	ssize_t len;

	inspector->fd =
	    open(inspector->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (inspector->fd == -1)
		return;
	len = fstat(inspector->fd, &st) == 0
	    ? pread(inspector->fd, head, sizeof(head), 0)
	    : -1;
	if (len < 0) {
		close(inspector->fd);
		inspector->fd = -1;
		return;
	}
	inspector->size = st.st_size;
	media_sniff(head, (size_t)len, st.st_size, &inspector->sniff);
}

static void
opened(uv_work_t *work, int status)
{
	struct inspector *inspector = work->data;
	struct err err;

	(void)status;
	if (inspector->miaud->is_stopping) {
		rest(inspector);
	} else if (inspector->fd == -1) {
		go_on(inspector);
	} else if (inspector->sniff.demuxer == NULL) {
		refuse(inspector, inspector->sniff.code,
		    inspector->sniff.sentence);
	} else if (media_probe(inspector->miaud->children, inspector->fd,
		       &inspector->sniff, inspector->size, answered, inspector,
		       &err) == -1) {
		log_warn("inspect.probe", "%s", err.text);
		rest(inspector);
	}
}

static void
open_file(struct inspector *inspector)
{
	const struct downloads *downloads = inspector->miaud->downloads;

	if (!is_whole(inspector) ||
	    torrent_file_path(downloads_engine(downloads),
		downloads_torrent(downloads, inspector->torrent_id),
		(int)inspector->file, inspector->path,
		sizeof(inspector->path)) == -1) {
		go_on(inspector);
		return;
	}
	inspector->work.data = inspector;
	uv_queue_work(
	    &inspector->miaud->loop, &inspector->work, open_on_pool, opened);
}

/* --- The next ------------------------------------------------------------------- */

static int
find_job(struct db *db, void *arg, struct err *err)
{
	struct inspector *inspector = arg;
	struct arena *arena = arena_new(INSPECT_ARENA);
	struct source source;
	enum store_result found;

	found = store_source_find_unprobed(
	    db, arena, inspector->source_id, &source, err);
	if (found == STORE_OK) {
		inspector->source_id = source.id;
		inspector->title_id = source.title_id;
		inspector->episode_id = source.episode_id;
		inspector->torrent_id = source.torrent_id;
		inspector->file = source.file_index;
		inspector->is_known = source.probe != NULL && !source.is_ahead;
	} else {
		inspector->source_id = 0;
	}
	arena_free(arena);
	return found == STORE_ERROR ? -1 : 0;
}

static void
found(void *arg, const struct err *err)
{
	struct inspector *inspector = arg;

	if (err->code != ERR_NONE || inspector->source_id == 0 ||
	    inspector->miaud->is_stopping)
		rest(inspector);
	else
		open_file(inspector);
}

static void
find_next(struct inspector *inspector)
{
	struct err err;

	if (inspector->miaud->is_stopping ||
	    dbthread_submit(inspector->miaud->dbthread, DBJOB_ALONE, find_job,
		found, inspector, &err) == -1)
		inspector->is_busy = false;
}

void
inspector_wake(struct inspector *inspector)
{
	if (inspector->is_busy) {
		inspector->is_woken = true;
		return;
	}
	inspector->is_busy = true;
	inspector->is_woken = false;
	inspector->source_id = 0;
	find_next(inspector);
}
