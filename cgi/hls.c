/*
 * A film as HLS (RFC 8216), to whoever holds a stream key: the multivariant
 * playlist of what suits the device for which the key was made, the playlists of
 * tracks, and their segments, which miaud makes.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "cgi/hls/film.h"
#include "cgi/keyed.h"
#include "lib/auth/digest.h"
#include "lib/base/str.h"
#include "lib/play/made.h"
#include "lib/store/media_index.h"
#include "lib/store/progress.h"

enum { KEY, TRACK, PART }; /* places in the path */
enum {
	ETAG_SIZE = 33,
	THREADS = 256,
	STEP_MS = 200,   /* how soon it is noticed that a client has gone */
	CALL_MS = 5000,  /* beyond what a call may wait */
	INDEX_MS = 6000, /* how long an index is waited for */
	INDEX_STEP_MS = 200,
};

static const char type_playlist[] = "application/vnd.apple.mpegurl";

static bool
find_film(struct request *req, struct film *film, struct reply *refusal)
{
	enum store_result found;
	struct err err;

	found = store_source_find(req->db, req->arena, &req->caller.viewer,
	    req->stream_key.source_id, &film->source, &err);
	if (found != STORE_OK) {
		*refusal = reply_store(found, ERR_FILE_GONE, &err);
		return false;
	}
	if (film->source.probe == NULL) {
		*refusal = reply_error(ERR_MEDIA_REFUSED,
		    "It is not known yet what is in this film.");
		return false;
	}
	found = store_media_index_find(
	    req->db, req->arena, film->source.id, &film->index, &err);
	if (found == STORE_ERROR ||
	    library_media_read(
		req->arena, film->source.probe, &film->media, &err) == -1) {
		*refusal = reply_err(&err);
		return false;
	}
	film->has_index = found == STORE_OK;
	return true;
}

int
hls_film_cuts(struct request *req, const struct film *film,
    const struct hls_track *track, struct hls_cuts *cuts, struct err *err)
{
	return hls_track_cuts(req->arena, track,
	    film->has_index ? &film->index : NULL, film->media.duration, cuts,
	    err);
}

struct reply
hls_playlist_reply(struct request *req, struct buf *out)
{
	struct reply reply;

	reply = reply_text(type_playlist, arena_strdup(req->arena, out->data));
	reply.cache_control = "private, no-cache";
	buf_fini(out);
	return reply;
}

char *
hls_film_name(struct request *req, const struct hls_track *track)
{
	char *name = arena_alloc(req->arena, HLS_TRACK_NAME_SIZE, 1);

	hls_track_name(track, name);
	return name;
}

/* The index of a film that still comes is made as soon as its bytes are here. Without
 * one its picture would have to be encoded. */
static bool
wait_for_index(struct request *req, struct film *film, struct reply *refusal)
{
	int64_t until = clock_mono_ms() + INDEX_MS;

	while (film->source.torrent_id != 0 && !film->has_index &&
	    clock_mono_ms() < until && !request_is_gone(req)) {
		db_release(req->db);
		poll(NULL, 0, INDEX_STEP_MS);
		if (!find_film(req, film, refusal))
			return false;
	}
	return true;
}

/* --- Tracks ----------------------------------------------------------------------- */

static struct reply
no_track(void)
{
	return reply_error(ERR_NOT_FOUND, "This film has no such track.");
}

static bool
has_track(
    struct request *req, const struct film *film, const struct hls_track *track)
{
	return track->kind == HLS_SUBTITLES
	    ? hls_text_has(req, film, track)
	    : play_track_is_made(&film->media, track);
}

/* "v-copy.m3u8" → the track "v-copy". */
static bool
read_list_name(
    struct request *req, const struct film *film, struct hls_track *track)
{
	const char *name = req->param[TRACK].text;

	return str_ends(name, ".m3u8") &&
	    hls_track_read(
		arena_strndup(req->arena, name, strlen(name) - 5), track) &&
	    has_track(req, film, track);
}

/* "master.m3u8" → -1, "master-s2.m3u8" → 2: the one with that track of subtitles in
 * its pictures. */
static bool
read_master_name(struct request *req, const struct film *film, int *drawn)
{
	const char *name = req->param[TRACK].text;

	struct hls_track track = { .kind = HLS_PICTURE, .draws = true };

	*drawn = -1;
	if (strcmp(name, "master.m3u8") == 0)
		return true;
	if (sscanf(name, "master-s%3d", drawn) != 1 || *drawn < 0 ||
	    strcmp(name, arena_printf(req->arena, "master-s%d.m3u8", *drawn)) !=
		0)
		return false;
	track.index = *drawn;
	return play_track_is_made(&film->media, &track);
}

static struct reply
show_playlist(struct request *req)
{
	struct hls_track track;
	struct hls_cuts cuts;
	struct reply refusal;
	struct film *film = arena_alloc(req->arena, 1, sizeof(*film));
	struct buf out;
	struct err err;
	int drawn;

	if (!find_film(req, film, &refusal))
		return refusal;
	tell_used(req);
	if (read_master_name(req, film, &drawn))
		return wait_for_index(req, film, &refusal)
		    ? hls_master_send(req, film, drawn)
		    : refusal;
	if (!read_list_name(req, film, &track))
		return no_track();
	if (hls_film_cuts(req, film, &track, &cuts, &err) == -1)
		return reply_err(&err);
	buf_init(&out, HLS_PLAYLIST_MAX);
	if (hls_media_write(
		&out, hls_film_name(req, &track), track.kind, &cuts) == -1) {
		buf_fini(&out);
		return reply_error(
		    ERR_MEDIA_REFUSED, "The film has too many segments.");
	}
	return hls_playlist_reply(req, &out);
}

/* --- Segments ---------------------------------------------------------------------- */

/* "17.m4s" → 17, of subtitles "17.vtt", "init.mp4" → -1; spelled as the playlist
 * spells them. */
static bool
read_part(struct request *req, enum hls_kind kind, int64_t *number)
{
	const char *name = req->param[PART].text;
	bool is_text = kind == HLS_SUBTITLES;

	*number = -1;
	if (!is_text && strcmp(name, "init.mp4") == 0)
		return true;
	return str_to_int64(arena_strndup(req->arena, name, strcspn(name, ".")),
		   0, HLS_CUTS_MAX, number) &&
	    strcmp(name,
		arena_printf(req->arena, "%lld.%s", (long long)*number,
		    is_text ? "vtt" : "m4s")) == 0;
}

/* Where somebody goes on is where the first segments are wanted. */
static int64_t
resumes_at(struct request *req)
{
	const struct stream_key *key = &req->stream_key;
	struct progress progress;
	enum store_result found;
	struct err err;

	found = store_progress_find(req->db, &key->viewer, key->title_id,
	    key->episode_id, &progress, &err);
	return found == STORE_OK && progress.status != PROGRESS_COMPLETED
	    ? (int64_t)progress.position
	    : 0;
}

static int
ask_once(struct request *req, int64_t number, char **path, struct err *err)
{
	char viewer[ENCODE_HEX_SIZE(STREAM_KEY_HASH_SIZE)];
	struct json_object *params = json_object_new_object(), *result;
	const char *text;

	json_add_int(params, "sourceId", req->stream_key.source_id);
	json_add_text(params, "track", req->param[TRACK].text);
	json_add_int(params, "number", number);
	encode_hex(req->stream_key.hash, STREAM_KEY_HASH_SIZE, viewer);
	json_add_text(params, "viewer", viewer);
	if (number < 0)
		json_add_int(params, "place", resumes_at(req));
	json_add_int(params, "waitMs", STEP_MS);
	if (request_call(
		req, "hls.part", params, STEP_MS + CALL_MS, &result, err) == -1)
		return -1;
	text = json_get_text(result, "path", NULL);
	*path = text == NULL ? NULL : arena_strdup(req->arena, text);
	json_object_put(result);
	return 0;
}

/* What may be different a little later: an encoder becomes free, miaud starts
 * anew. */
static bool
is_passing(enum err_code code)
{
	return code == ERR_ENCODER_BUSY || code == ERR_DAEMON_DOWN ||
	    code == ERR_BUSY;
}

static bool
go_on(void *arg)
{
	return still_holds(arg);
}

/* In small steps, so that it is noticed when nobody waits any more, or when who waits
 * may not have it any more. */
static int
wait_for(struct request *req, int64_t number, char **path, struct err *err)
{
	int64_t limit =
	    settings_int(req->context->settings, SETTING_STREAM_STALL_LIMIT);
	int64_t until = clock_mono_ms() + limit * 1000;
	bool is_late;

	while (!request_is_gone(req)) {
		is_late = clock_mono_ms() >= until;
		if (ask_once(req, number, path, err) == 0) {
			if (!still_holds(req))
				return err_set(err, ERR_STREAM_KEY_INVALID,
				    "The streaming key has ended.");
			if (*path != NULL)
				return 0;
			if (is_late)
				return err_set(err, ERR_STALLED,
				    "This part of the film is not here yet.");
		} else if (!is_passing(err->code) || is_late) {
			return -1;
		} else {
			poll(NULL, 0, STEP_MS);
		}
	}
	return err_set(err, ERR_CANCELLED, "Nobody waits.");
}

static char *
make_etag(struct request *req, const char *path)
{
	unsigned char hash[DIGEST_SIZE];
	char *etag = arena_alloc(req->arena, ETAG_SIZE, 1);
	const char *text = arena_printf(
	    req->arena, "%lld %s", (long long)req->stream_key.source_id, path);

	digest_sha256(text, strlen(text), hash);
	encode_hex(hash, (ETAG_SIZE - 1) / 2, etag);
	return etag;
}

static struct reply
send_text(struct request *req, const struct film *film,
    const struct hls_track *track, size_t number)
{
	struct hls_cuts cuts;
	struct err err;

	if (hls_film_cuts(req, film, track, &cuts, &err) == -1)
		return reply_err(&err);
	return number < cuts.n ? hls_text_send(req, film, track, &cuts, number)
			       : no_track();
}

static struct reply
send_part(struct request *req)
{
	struct film *film = arena_alloc(req->arena, 1, sizeof(*film));
	struct hls_track track;
	struct reply reply;
	int64_t number;
	char *path = NULL;
	struct err err;

	if (!find_film(req, film, &reply))
		return reply;
	if (!hls_track_read(req->param[TRACK].text, &track) ||
	    !has_track(req, film, &track) ||
	    !read_part(req, track.kind, &number))
		return no_track();
	tell_used(req);
	if (track.kind == HLS_SUBTITLES)
		return send_text(req, film, &track, (size_t)number);
	if (wait_for(req, number, &path, &err) == -1)
		return reply_err(&err);
	reply = reply_file(path,
	    track.kind == HLS_SOUND ? "audio/mp4" : "video/mp4",
	    make_etag(req, path));
	reply.cache_control = "private, no-store";
	reply.go_on = go_on;
	reply.done_arg = req;
	return reply;
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "/:key/:playlist",
	    .access = ACCESS_KEY,
	    .rate = RATE_STREAM,
	    .any_origin = true,
	    .run = show_playlist,
	    .operation = "show_playlist" },
	{ .method = "GET",
	    .path = "/:key/:rendition/:part",
	    .access = ACCESS_KEY,
	    .rate = RATE_STREAM,
	    .has_head = true,
	    .any_origin = true,
	    .run = send_part,
	    .operation = "send_segment" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){ .name = "hls",
		.routes = routes,
		.threads = THREADS,
		.is_resident = true });
}
