/*
 * The subtitles that belong to a stream key: which there are, each as WebVTT,
 * and more of them from a service outside.
 */
#include <string.h>

#include "cgi/subtitles/online.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/str.h"
#include "lib/library/subtitle.h"
#include "lib/play/play.h"
#include "lib/play/tracks.h"
#include "lib/view/media.h"

enum { KEY, TRACK }; /* places in the path */
enum { VTT_MAX = 64 * 1024 * 1024 };

bool
subtitles_find_tracks(struct request *req, struct subtitle **tracks, size_t *n,
    struct reply *refusal)
{
	struct source source;
	enum store_result found;
	struct err err;

	found = store_source_find(req->db, req->arena, &req->caller.viewer,
	    req->stream_key.source_id, &source, &err);
	if (found != STORE_OK) {
		*refusal = reply_store(found, ERR_FILE_GONE, &err);
		return false;
	}
	if (play_tracks(req->db, req->arena, req->context->paths, &source,
		tracks, n, &err) == -1) {
		*refusal = reply_err(&err);
		return false;
	}
	return true;
}

static struct reply
list_subtitles(struct request *req)
{
	const struct view view = view_of(req);
	struct subtitle *tracks;
	struct json_object *obj;
	struct reply refusal;
	size_t n;

	if (!subtitles_find_tracks(req, &tracks, &n, &refusal))
		return refusal;
	obj = json_object_new_object();
	json_add(obj, "subtitles",
	    view_subtitles(&view, req->param[KEY].text, tracks, n));
	return reply_json(obj);
}

/* A side file on its way out. */
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
	struct buf file, vtt;
	struct err err;
	int result;

	buf_init(&file, SUBTITLE_FILE_MAX);
	buf_init(&vtt, VTT_MAX);
	result = fs_read(track->path, &file, &err);
	if (result == 0)
		result = library_subtitle_convert(file.data, file.len,
		    track->format, track->language, &vtt, &err);
	if (result == 0)
		result = http_write(out, vtt.data, vtt.len);
	buf_fini(&vtt);
	buf_fini(&file);
	return result;
}

static struct reply
no_track(void)
{
	return reply_error(
	    ERR_SUBTITLE_NOT_FOUND, "There is no such subtitle track.");
}

static struct reply
send_track(struct request *req, const struct subtitle *subtitle)
{
	struct track *track = arena_alloc(req->arena, 1, sizeof(*track));
	struct reply reply;
	int64_t size, changed_ms;
	struct err err;

	track->format = subtitle->format;
	track->language = subtitle->language;
	track->path = play_file_resolve(req->arena, subtitle->folder,
	    arena_printf(req->arena, "%s/%s", subtitle->folder, subtitle->path),
	    &size, &changed_ms, &err);
	if (track->path == NULL)
		return no_track();
	if (size > SUBTITLE_FILE_MAX)
		return reply_error(ERR_MEDIA_REFUSED,
		    "Subtitles of more than 8 MiB are refused.");
	reply = reply_writer("text/vtt; charset=utf-8", write_track, track);
	reply.etag = arena_printf(req->arena, "vtt2-%llx-%llx-%llx",
	    (long long)subtitle->id, (long long)size, (long long)changed_ms);
	return reply;
}

static struct reply
show_subtitle(struct request *req)
{
	const char *name = req->param[TRACK].text;
	struct subtitle *tracks;
	struct reply refusal;
	int64_t index;
	size_t n;

	/* "3.vtt", spelled as the list spells it */
	if (!str_to_int64(arena_strndup(req->arena, name, strcspn(name, ".")),
		0, 9999, &index) ||
	    strcmp(name, arena_printf(req->arena, "%d.vtt", (int)index)) != 0)
		return no_track();
	if (!subtitles_find_tracks(req, &tracks, &n, &refusal))
		return refusal;
	if ((size_t)index >= n)
		return no_track();
	return send_track(req, &tracks[index]);
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "/:key",
	    .access = ACCESS_KEY,
	    .rate = RATE_STREAM,
	    .any_origin = true,
	    .run = list_subtitles,
	    .operation = "list_subtitles" },
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
