/* Readers, those who wait for bytes, and what players are told meanwhile. */
#include "daemon/miaud/streams/streams.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "daemon/miaud/downloads/ahead.h"
#include "daemon/miaud/downloads/downloads.h"
#include "daemon/miaud/events.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/streams/ranges.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/base/str.h"
#include "lib/store/sources.h"
#include "lib/store/titles.h"

enum {
	STREAMS_MAX = 4096,
	NEWS_MS = 250, /* players are told at most this often */
	ARENA_MAX = 4 * 1024 * 1024,
};

#define READERS_FROM (UINT64_C(1) << 48)

struct stream {
	struct stream *next;
	struct streams *all;
	int64_t id;
	int64_t source_id;
	int64_t download_id;
	int file;
	int64_t offset;
	struct downloads_reader *reader;
	struct rpc_hold *hold; /* NULL: the connection has gone */
	char *profile_id;      /* "" for nobody in particular */
	char *title_id;        /* "movie-5" */
	bool has_news;
};

enum waiting_kind { WAITS_TO_OPEN, WAITS_TO_READ };

/* A call that is not answered yet. */
struct waiting {
	struct waiting *next;
	struct streams *all;
	enum waiting_kind kind;
	struct rpc_call *call;
	uv_timer_t timer;
	bool is_late;
	int64_t stream_id; /* to read */
	int64_t offset, length;
	int64_t download_id;
	int64_t source_id; /* to open */
	int file;
	char *title_id;
};

struct streams {
	struct miaud *miaud;
	struct downloads_watch *watch;
	struct stream *list;
	struct waiting *waiting;
	uv_timer_t news;
	int64_t last_id;
	int n;
	bool is_closed;
};

/* --- Streams --------------------------------------------------------------- */

static struct stream *
find_stream(struct streams *streams, int64_t id)
{
	struct stream *stream = streams->list;

	while (stream != NULL && stream->id != id)
		stream = stream->next;
	return stream;
}

static void
end_stream(struct stream *stream)
{
	struct streams *streams = stream->all;
	struct stream **at = &streams->list;

	while (*at != stream)
		at = &(*at)->next;
	*at = stream->next;
	streams->n--;
	if (stream->hold != NULL)
		rpc_release(stream->hold);
	downloads_reader_close(stream->reader);
	free(stream->profile_id);
	free(stream->title_id);
	free(stream);
}

static void
on_connection_gone(void *arg)
{
	struct stream *stream = arg;

	stream->hold = NULL;
	end_stream(stream);
}

/* --- Answers ---------------------------------------------------------------- */

/* Whether it is worth while to wait on. */
static bool
may_come(const struct waiting *waiting)
{
	return !waiting->is_late &&
	    !downloads_is_paused(
		waiting->all->miaud->downloads, waiting->download_id);
}

static bool
answer_read(struct streams *streams, struct waiting *waiting)
{
	struct stream *stream = find_stream(streams, waiting->stream_id);
	struct json_object *result;
	struct err err;
	int64_t n;

	if (stream == NULL) {
		err_set(&err, ERR_CANCELLED, "The stream has ended.");
		rpc_fail(waiting->call, &err);
		return true;
	}
	n = streams_there(streams->miaud->downloads, stream->download_id,
	    stream->file, waiting->offset);
	if (n == 0 && may_come(waiting))
		return false;
	if (n > waiting->length)
		n = waiting->length;
	if (n > DOWNLOADS_PROMISE)
		n = DOWNLOADS_PROMISE;
	result = json_object_new_object();
	json_add_int(result, "until", waiting->offset + n);
	json_add(result, "problem",
	    n > 0 ? NULL
		  : streams_problem_json(
			streams->miaud->downloads, stream->download_id));
	rpc_reply(waiting->call, result);
	return true;
}

/* What the handler needs to send it; NULL while the files are not known. */
static struct json_object *
opened_json(struct streams *streams, const struct stream *stream)
{
	struct downloads *downloads = streams->miaud->downloads;
	struct torrent_engine *engine = downloads_engine(downloads);
	torrent_id torrent = downloads_torrent(downloads, stream->download_id);
	const struct torrent_meta *meta = torrent_meta(engine, torrent);
	struct json_object *result;
	char path[PATHS_MAX];

	if (meta == NULL || stream->file >= meta->n_files ||
	    torrent_file_path(
		engine, torrent, stream->file, path, sizeof(path)) == -1)
		return NULL;
	result = json_object_new_object();
	json_add_int(result, "reader", stream->id);
	json_add_text(result, "path", path);
	json_add_int(result, "size", meta->files[stream->file].size);
	json_add_bool(
	    result, "isWhole", downloads_reader_offer(stream->reader));
	return result;
}

static struct stream *
new_stream(struct streams *streams, struct waiting *waiting,
    struct downloads_reader *reader)
{
	struct stream *stream = mem_calloc(1, sizeof(*stream));
	*stream = (struct stream){
		.next = streams->list,
		.all = streams,
		.id = ++streams->last_id,
		.source_id = waiting->source_id,
		.download_id = waiting->download_id,
		.file = waiting->file,
		.reader = reader,
		.profile_id = mem_strdup(
		    json_get_text(rpc_params(waiting->call), "profileId", "")),
		.title_id = mem_strdup(waiting->title_id),
		.has_news = true,
	};
	streams->list = stream;
	streams->n++;
	stream->hold = rpc_hold(waiting->call, on_connection_gone, stream);
	ahead_want(streams->miaud->ahead, stream->source_id, AHEAD_PLAYED);
	return stream;
}

static void
fail_open(struct streams *streams, struct waiting *waiting, struct err *err)
{
	const char *sentence,
	    *code = streams_problem(
		streams->miaud->downloads, waiting->download_id, &sentence);

	if (code != NULL)
		err_set(err, err_from_name(code), "%s", sentence);
	else if (err->code == ERR_BUSY)
		err->code = ERR_STALLED;
	rpc_fail(waiting->call, err);
}

/* The source and its title, by their keys. */
static int
read_source(struct rpc_call *call, struct arena *arena, struct source *source,
    struct title *title, struct err *err)
{
	struct miaud *miaud = rpc_miaud(call);
	int64_t id = json_get_int(rpc_params(call), "sourceId", 0);
	enum store_result found = store_source_find(
	    miaud->db, arena, &store_unlimited, id, source, err);

	if (found == STORE_OK)
		found = store_title_find_id(miaud->db, arena, &store_unlimited,
		    source->title_id, title, err);
	db_release(miaud->db);
	if (found == STORE_ERROR)
		return -1;
	if (found == STORE_NONE || source->torrent_id == 0)
		return err_set(err, ERR_SOURCE_NOT_FOUND,
		    "There is no such source of a torrent.");
	return 0;
}

/* Which file it is may have become known while it waited. */
static int
resolve(struct waiting *waiting, struct err *err)
{
	struct arena *arena = arena_new(ARENA_MAX);
	struct source source;
	struct title title;
	int result = read_source(waiting->call, arena, &source, &title, err);

	if (result == 0)
		waiting->file = (int)source.file_index;
	arena_free(arena);
	return result;
}

static bool
answer_open(struct streams *streams, struct waiting *waiting)
{
	struct downloads_reader *reader;
	struct json_object *result;
	struct stream *stream;
	struct err err;

	if (waiting->file < 0 && resolve(waiting, &err) == -1) {
		rpc_fail(waiting->call, &err);
		return true;
	}
	reader = downloads_reader_open(streams->miaud->downloads,
	    waiting->download_id, waiting->file, &err);
	if (reader == NULL) {
		if (err.code == ERR_BUSY && may_come(waiting))
			return false;
		fail_open(streams, waiting, &err);
		return true;
	}
	stream = new_stream(streams, waiting, reader);
	result = opened_json(streams, stream);
	if (result == NULL || stream->hold == NULL) {
		json_object_put(result);
		end_stream(stream);
		err_set(&err, ERR_STALLED, "This film cannot be read now.");
		rpc_fail(waiting->call, &err);
		return true;
	}
	rpc_reply(waiting->call, result);
	return true;
}

/* --- Waiting ------------------------------------------------------------------ */

static void
on_timer_closed(uv_handle_t *handle)
{
	struct waiting *waiting = handle->data;

	free(waiting->title_id);
	free(waiting);
}

static bool
is_answered(struct waiting *waiting)
{
	return waiting->kind == WAITS_TO_OPEN
	    ? answer_open(waiting->all, waiting)
	    : answer_read(waiting->all, waiting);
}

/* Answers those who need not wait any longer. An answer may end a connection,
 * so each look begins at the front. */
static void
look(struct streams *streams, int64_t download_id)
{
	struct waiting **at = &streams->waiting, *waiting;

	while ((waiting = *at) != NULL) {
		if (waiting->kind == WAITS_TO_READ && download_id != 0 &&
		    waiting->download_id != download_id) {
			at = &waiting->next;
			continue;
		}
		if (!is_answered(waiting)) {
			at = &waiting->next;
			continue;
		}
		*at = waiting->next;
		uv_close((uv_handle_t *)&waiting->timer, on_timer_closed);
	}
}

static void
on_late(uv_timer_t *timer)
{
	struct waiting *waiting = timer->data;

	waiting->is_late = true;
	look(waiting->all, 0);
}

/* Answers now, or when it can be or is late. */
static void
wait_for(struct streams *streams, struct waiting *waiting, int64_t wait_ms)
{
	waiting->all = streams;
	waiting->is_late = wait_ms == 0 || streams->is_closed;
	if (is_answered(waiting)) {
		free(waiting->title_id);
		free(waiting);
		return;
	}
	uv_timer_init(&streams->miaud->loop, &waiting->timer);
	waiting->timer.data = waiting;
	uv_timer_start(&waiting->timer, on_late, (uint64_t)wait_ms, 0);
	waiting->next = streams->waiting;
	streams->waiting = waiting;
}

/* --- News for players ---------------------------------------------------------- */

static void on_news(uv_timer_t *timer);

static void
tell_soon(struct streams *streams)
{
	if (streams->list != NULL && !streams->is_closed &&
	    !uv_is_active((uv_handle_t *)&streams->news))
		uv_timer_start(&streams->news, on_news, NEWS_MS, 0);
}

static void
on_changed(void *arg, int64_t download_id)
{
	struct streams *streams = arg;
	struct stream *stream;

	look(streams, download_id);
	for (stream = streams->list; stream != NULL; stream = stream->next)
		if (stream->download_id == download_id)
			stream->has_news = true;
	tell_soon(streams);
}

static struct streams_place
place_of(struct streams *streams, int64_t download_id, int file)
{
	struct downloads *downloads = streams->miaud->downloads;

	return (struct streams_place){ .engine = downloads_engine(downloads),
		.torrent = downloads_torrent(downloads, download_id),
		.file = file };
}

/* What the readers of a source wait for. */
static struct json_object *
wanted_json(struct streams *streams, int64_t source_id,
    const struct streams_place *place)
{
	struct json_object *wanted = json_object_new_array();
	struct stream *stream;

	for (stream = streams->list; stream != NULL; stream = stream->next)
		if (stream->source_id == source_id)
			streams_add_window(place, stream->offset, wanted);
	return wanted;
}

/* To whoever reads; what others watch is nobody's business. */
static void
post_news(struct stream *stream)
{
	struct streams *streams = stream->all;
	struct streams_place place =
	    place_of(streams, stream->download_id, stream->file);
	struct json_object *data = json_object_new_object();

	json_add_text(data, "titleId", stream->title_id);
	json_add_int(data, "sourceId", stream->source_id);
	json_add(data, "ranges", streams_published(&place));
	json_add(
	    data, "wanted", wanted_json(streams, stream->source_id, &place));
	json_add_int(data, "size", streams_size(&place));
	events_post(streams->miaud->events,
	    &(struct event){ .topic = "download",
		.audience = EVENT_PROFILE,
		.who = stream->profile_id,
		.data = data });
}

static void
on_news(uv_timer_t *timer)
{
	struct streams *streams = timer->data;
	struct stream *stream;

	for (stream = streams->list; stream != NULL; stream = stream->next) {
		if (stream->has_news && stream->profile_id[0] != '\0' &&
		    events_wanted(streams->miaud->events))
			post_news(stream);
		stream->has_news = false;
	}
}

/* --- Methods --------------------------------------------------------------------- */

void
streams_open(struct rpc_call *call)
{
	struct streams *streams = rpc_miaud(call)->streams;
	struct arena *arena = arena_new(ARENA_MAX);
	struct waiting *waiting;
	struct source source;
	struct title title;
	struct err err;

	if (streams->n >= STREAMS_MAX) {
		err_set(&err, ERR_BUSY, "Too many streams are open.");
		rpc_fail(call, &err);
	} else if (read_source(call, arena, &source, &title, &err) == -1) {
		rpc_fail(call, &err);
	} else {
		waiting = mem_calloc(1, sizeof(*waiting));
		waiting->kind = WAITS_TO_OPEN;
		waiting->call = call;
		waiting->source_id = source.id;
		waiting->download_id = source.torrent_id;
		waiting->file = (int)source.file_index;
		waiting->title_id = mem_strdup(
		    store_title_public_id(arena, title.kind, title.pid));
		wait_for(streams, waiting,
		    json_get_int(rpc_params(call), "waitMs", 0));
	}
	arena_free(arena);
}

/* The stream that a call names, or NULL and the call is answered. */
static struct stream *
stream_of(struct rpc_call *call)
{
	struct stream *stream = find_stream(rpc_miaud(call)->streams,
	    json_get_int(rpc_params(call), "reader", 0));
	struct err err;

	if (stream != NULL)
		return stream;
	err_set(&err, ERR_NOT_FOUND, "There is no such reader (any more).");
	rpc_fail(call, &err);
	return NULL;
}

void
streams_read(struct rpc_call *call)
{
	struct streams *streams = rpc_miaud(call)->streams;
	struct json_object *params = rpc_params(call);
	struct stream *stream = stream_of(call);
	struct waiting *waiting;

	if (stream == NULL)
		return;
	waiting = mem_calloc(1, sizeof(*waiting));
	waiting->kind = WAITS_TO_READ;
	waiting->call = call;
	waiting->stream_id = stream->id;
	waiting->download_id = stream->download_id;
	waiting->offset = json_get_int(params, "offset", 0);
	waiting->length = json_get_int(params, "length", 0);
	stream->offset = waiting->offset;
	downloads_reader_move(stream->reader, waiting->offset);
	if (streams_there(streams->miaud->downloads, stream->download_id,
		stream->file, stream->offset) == 0) {
		stream->has_news = true;
		tell_soon(streams);
	}
	wait_for(streams, waiting, json_get_int(params, "waitMs", 0));
}

void
streams_end(struct rpc_call *call)
{
	struct stream *stream = stream_of(call);

	if (stream == NULL)
		return;
	end_stream(stream);
	rpc_done(call);
}

void
streams_state(struct rpc_call *call)
{
	struct streams *streams = rpc_miaud(call)->streams;
	struct downloads *downloads = rpc_miaud(call)->downloads;
	struct json_object *out;
	struct arena *arena = arena_new(ARENA_MAX);
	const char *sentence = NULL, *code, *word;
	struct streams_place place;
	struct source source;
	struct title title;
	struct err err;

	if (read_source(call, arena, &source, &title, &err) == -1) {
		rpc_fail(call, &err);
		goto out;
	}
	place = place_of(streams, source.torrent_id, (int)source.file_index);
	out =
	    streams_place_json(&place, wanted_json(streams, source.id, &place));
	word = downloads_state(downloads, source.torrent_id);
	json_add_text(out, "state", word == NULL ? "failed" : word);
	code = downloads_problem(downloads, source.torrent_id, &sentence);
	json_add_text(out, "problem", code);
	json_add_text(out, "sentence", code == NULL ? NULL : sentence);
	rpc_reply(call, out);
out:
	arena_free(arena);
}

/* --- Begin and end ------------------------------------------------------------------ */

struct streams *
streams_new(struct miaud *miaud)
{
	struct streams *streams = mem_calloc(1, sizeof(*streams));

	streams->miaud = miaud;
	/* A reader of before a restart must not name another one of now. */
	streams->last_id = (int64_t)random_below(READERS_FROM);
	uv_timer_init(&miaud->loop, &streams->news);
	streams->news.data = streams;
	streams->watch = downloads_watch(miaud->downloads, on_changed, streams);
	return streams;
}

void
streams_close(struct streams *streams)
{
	struct waiting *waiting;

	if (streams->is_closed)
		return;
	streams->is_closed = true;
	downloads_unwatch(streams->watch);
	for (waiting = streams->waiting; waiting != NULL;
	     waiting = waiting->next)
		waiting->is_late = true;
	look(streams, 0);
	while (streams->list != NULL)
		end_stream(streams->list);
	uv_close((uv_handle_t *)&streams->news, NULL);
}

void
streams_free(struct streams *streams)
{
	free(streams);
}
