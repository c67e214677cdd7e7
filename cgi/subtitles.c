/*
 * The subtitles that belong to a stream key: which there are, each as WebVTT,
 * and more of them from a service outside.
 */
#include <string.h>

#include "cgi/inner.h"
#include "cgi/subtitles/online.h"
#include "lib/base/str.h"
#include "lib/play/tracks.h"
#include "lib/view/media.h"

enum { KEY, TRACK }; /* places in the path */
enum { DELAY_MAX_MS = 600000 };

static const struct field delay_fields[] = {
	{ .name = "delay",
	    .type = FIELD_INT,
	    .min = -DELAY_MAX_MS,
	    .max = DELAY_MAX_MS,
	    .required = true },
	{ 0 },
};

bool
subtitles_find_tracks(struct request *req, struct source *source,
    struct view_track **tracks, size_t *n, struct reply *refusal)
{
	enum store_result found;
	struct err err;

	found = store_source_find(req->db, req->arena, &req->caller.viewer,
	    req->stream_key.source_id, source, &err);
	if (found != STORE_OK) {
		*refusal = reply_store(found, ERR_FILE_GONE, &err);
		return false;
	}
	if (inner_list(req, source, tracks, n, &err) == -1) {
		*refusal = reply_err(&err);
		return false;
	}
	return true;
}

static struct reply
list_subtitles(struct request *req)
{
	const struct view view = view_of(req);
	struct source source;
	struct view_track *tracks;
	struct json_object *obj;
	struct reply refusal;
	size_t n;

	if (!subtitles_find_tracks(req, &source, &tracks, &n, &refusal))
		return refusal;
	obj = json_object_new_object();
	json_add_int(obj, "delay", source.subtitle_delay_ms);
	json_add(obj, "subtitles",
	    view_subtitles(&view, req->param[KEY].text, tracks, n));
	return reply_json(obj);
}

/* A file on its way out. */
struct track {
	const char *path;
	const char *format;
	const char *language;
};

/*
 * Reads and converts only when the answer is written: neither the file nor
 * the text has room in a request's arena.
 */
static int
write_track(struct http_writer *out, void *arg)
{
	const struct track *track = arg;
	struct buf vtt;
	struct err err;
	int result;

	buf_init(&vtt, INNER_VTT_MAX);
	result = inner_convert(
	    track->path, track->format, track->language, &vtt, &err);
	if (result == 0)
		result = http_write(out, vtt.data, vtt.len);
	buf_fini(&vtt);
	return result;
}

static struct reply
no_track(void)
{
	return reply_error(
	    ERR_SUBTITLE_NOT_FOUND, "There is no such subtitle track.");
}

static struct reply
send_side(struct request *req, const struct subtitle *subtitle)
{
	struct track *track = arena_alloc(req->arena, 1, sizeof(*track));
	struct reply reply;
	struct err err;
	int64_t size, changed_ms;

	track->format = subtitle->format;
	track->language = subtitle->language;
	track->path = inner_side(req, subtitle, &size, &changed_ms);
	if (track->path == NULL)
		return no_track();
	if (inner_check(track->path, &err) == -1)
		return reply_err(&err);
	reply = reply_writer("text/vtt; charset=utf-8", write_track, track);
	reply.etag = arena_printf(req->arena, "vtt2-%llx-%llx-%llx",
	    (long long)subtitle->id, (long long)size, (long long)changed_ms);
	return reply;
}

/* What was taken out of a film is the film's as long as it is that film. */
static struct reply
send_inner(struct request *req, const struct source *source,
    const struct media_subtitle *own)
{
	struct track *track = arena_alloc(req->arena, 1, sizeof(*track));
	struct reply reply;
	struct err err;

	*track = (struct track){ .format = "ass", .language = own->language };
	track->path =
	    inner_find(req, source, own->index, INNER_WAIT_MS, &err);
	if (track->path == NULL || inner_check(track->path, &err) == -1)
		return reply_err(&err);
	reply = reply_writer("text/vtt; charset=utf-8", write_track, track);
	reply.etag = arena_printf(req->arena, "vtti-%llx-%llx-%llx-%x",
	    (long long)source->id, (long long)source->size,
	    (long long)source->modified_at, (unsigned)own->index);
	return reply;
}

static struct reply
show_subtitle(struct request *req)
{
	const char *name = req->param[TRACK].text;
	struct source source;
	struct view_track *tracks;
	struct reply refusal;
	int64_t index;
	size_t n;

	/* "3.vtt", spelled as the list spells it */
	if (!str_to_int64(arena_strndup(req->arena, name, strcspn(name, ".")),
		0, 9999, &index) ||
	    strcmp(name, arena_printf(req->arena, "%d.vtt", (int)index)) != 0)
		return no_track();
	if (!subtitles_find_tracks(req, &source, &tracks, &n, &refusal))
		return refusal;
	if ((size_t)index >= n)
		return no_track();
	if (tracks[index].side != NULL)
		return send_side(req, tracks[index].side);
	if (!tracks[index].is_picture)
		return send_inner(req, &source, tracks[index].own);
	return reply_error(ERR_SUBTITLE_NOT_FOUND,
	    "This track is made of pictures: it is shown within the film's.");
}

/* Who watches a file hears when its subtitles come, and everybody has the file. */
static struct reply
replace_delay(struct request *req)
{
	int64_t delay_ms = req->body[0].integer;
	struct json_object *obj;
	enum store_result result;
	struct err err;

	result = store_source_set_delay(
	    req->db, req->stream_key.source_id, delay_ms, &err);
	if (result != STORE_OK)
		return reply_store(result, ERR_FILE_GONE, &err);
	obj = json_object_new_object();
	json_add_int(obj, "delay", delay_ms);
	return reply_json(obj);
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "/:key",
	    .access = ACCESS_KEY,
	    .rate = RATE_STREAM,
	    .any_origin = true,
	    .run = list_subtitles,
	    .operation = "list_subtitles" },
	{ .method = "PUT",
	    .path = "/:key",
	    .access = ACCESS_KEY,
	    .body = delay_fields,
	    .any_origin = true,
	    .run = replace_delay,
	    .operation = "replace_subtitle_delay",
	    .audit = AUDIT_NONE,
	    .audit_why = "when lines are shown changes no rights" },
	{ .method = "GET",
	    .path = "/:key/search",
	    .access = ACCESS_KEY,
	    .rate = RATE_PLAY,
	    .query = subtitles_search_fields,
	    .any_origin = true,
	    .waits_ms = ONLINE_MS,
	    .run = subtitles_search_online,
	    .operation = "search_subtitles" },
	{ .method = "POST",
	    .path = "/:key/fetch",
	    .access = ACCESS_KEY,
	    .rate = RATE_PLAY,
	    .body = subtitles_fetch_fields,
	    .any_origin = true,
	    .waits_ms = ONLINE_MS,
	    .run = subtitles_fetch_online,
	    .operation = "fetch_subtitle",
	    .audit = AUDIT_NONE,
	    .audit_why = "a film has another track of subtitles" },
	{ .method = "GET",
	    .path = "/:key/:track",
	    .access = ACCESS_KEY,
	    .rate = RATE_STREAM,
	    .waits_ms = INNER_WAIT_MS,
	    .any_origin = true,
	    .run = show_subtitle,
	    .operation = "show_subtitle" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){ .name = "subtitles", .routes = routes });
}
