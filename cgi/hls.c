/*
 * A film as HLS (RFC 8216), to whoever holds a stream key: the multivariant
 * playlist of what suits the device for which the key was made, the playlists of
 * tracks, and their segments, which miaud makes.
 */
#include <math.h>
#include <poll.h>
#include <string.h>

#include "cgi/keyed.h"
#include "lib/auth/digest.h"
#include "lib/base/str.h"
#include "lib/hls/track.h"
#include "lib/play/way.h"
#include "lib/store/media_index.h"
#include "lib/store/sources.h"

enum { KEY, TRACK, PART }; /* places in the path */
enum {
	PLAYLIST_MAX = 8 * 1024 * 1024,
	VARIANTS_MAX = HLS_QUALITIES + 1,
	NAME_MAX_LEN = 64,
	CODECS_SIZE = 256,
	ETAG_SIZE = 33,
	THREADS = 256,
	STEP_MS = 500,  /* how soon it is noticed that a client has gone */
	CALL_MS = 5000, /* beyond what a call may wait */
	USUAL_BITRATE = 8000000,
	INDEX_MS = 6000, /* how long an index is waited for */
	INDEX_STEP_MS = 200,
};

static const char type_playlist[] = "application/vnd.apple.mpegurl";

/* What a key plays. */
struct film {
	struct source source;
	struct media media;
	struct hls_index index;
	bool has_index;
};

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

static int
find_cuts(struct request *req, const struct film *film,
    const struct hls_track *track, struct hls_cuts *cuts, struct err *err)
{
	return hls_track_cuts(req->arena, track,
	    film->has_index ? &film->index : NULL, film->media.duration, cuts,
	    err);
}

static struct reply
reply_playlist(struct request *req, struct buf *out)
{
	struct reply reply;

	reply = reply_text(type_playlist, arena_strdup(req->arena, out->data));
	reply.cache_control = "private, no-cache";
	buf_fini(out);
	return reply;
}

/* --- What suits the device ------------------------------------------------------ */

struct choice {
	struct request *req;
	const struct film *film;
	struct play_way way;
	bool copies_picture;
	char sound_codecs[CODECS_SIZE]; /* ",mp4a.40.2,ac-3" */
	struct hls_variant variants[VARIANTS_MAX];
	size_t n_variants;
	struct hls_rendition renditions[MEDIA_AUDIO_MAX];
	size_t n_renditions;
};

static char *
track_name(struct request *req, const struct hls_track *track)
{
	char *name = arena_alloc(req->arena, HLS_TRACK_NAME_SIZE, 1);

	hls_track_name(track, name);
	return name;
}

static void
add_sound_codec(struct choice *choice, const char *codec)
{
	char *known = choice->sound_codecs;
	const char *item = arena_printf(choice->req->arena, ",%s", codec);

	if (strstr(known, item) == NULL &&
	    strlen(known) + strlen(item) < CODECS_SIZE)
		memcpy(known + strlen(known), item, strlen(item) + 1);
}

static void
add_sound(struct choice *choice, size_t i)
{
	const struct media_audio *audio = &choice->film->media.audio[i];
	struct hls_track track = { .kind = HLS_SOUND, .index = (int)i };
	struct hls_rendition *out = &choice->renditions[choice->n_renditions++];

	track.is_copy = i < 32 && (choice->way.copies_sound >> i & 1) != 0;
	*out = (struct hls_rendition){
		.kind = HLS_SOUND,
		.name = track_name(choice->req, &track),
		.label = audio->title != NULL ? audio->title
		    : audio->language != NULL
		    ? audio->language
		    : arena_printf(choice->req->arena, "%zu", i + 1),
		.language = audio->language,
		.channels = track.is_copy ? audio->channels : 2,
		.is_default = audio->is_default,
	};
	add_sound_codec(
	    choice, track.is_copy ? audio->codec_string : "mp4a.40.2");
}

/* One of them is the usual one, and no two are called alike. */
static void
add_all_sound(struct choice *choice)
{
	struct hls_rendition *list = choice->renditions;
	size_t chosen = 0, i, j;

	for (i = 0; i < choice->film->media.n_audio; i++)
		add_sound(choice, i);
	for (i = choice->n_renditions; i-- > 0;)
		if (list[i].is_default)
			chosen = i;
	for (i = 0; i < choice->n_renditions; i++) {
		list[i].is_default = i == chosen;
		for (j = 0; j < i; j++)
			if (strcmp(list[i].label, list[j].label) == 0)
				list[i].label = arena_printf(choice->req->arena,
				    "%s (%zu)", list[i].label, i + 1);
	}
}

static int64_t
bitrate_of(const struct media *media)
{
	return media->bitrate > 0 ? media->bitrate : USUAL_BITRATE;
}

static void
add_variant(struct choice *choice, const struct hls_track *track,
    const char *codec, struct hls_variant variant)
{
	variant.name = track_name(choice->req, track);
	variant.codecs = arena_printf(
	    choice->req->arena, "%s%s", codec, choice->sound_codecs);
	variant.fps = choice->film->media.fps;
	choice->variants[choice->n_variants++] = variant;
}

static const char *
range_of(const struct media *media)
{
	if (media->hdr == NULL)
		return "SDR";
	return strcmp(media->hdr, "HLG") == 0 ? "HLG" : "PQ";
}

static void
add_copy(struct choice *choice)
{
	const struct media *media = &choice->film->media;
	const struct hls_track track = { .kind = HLS_PICTURE, .is_copy = true };

	add_variant(choice, &track, media->video_codec_string,
	    (struct hls_variant){ .bandwidth = bitrate_of(media) * 3 / 2,
		.average = bitrate_of(media),
		.range = range_of(media),
		.width = media->width,
		.height = media->height });
}

/* The size of a picture in a quality, as the encoder rounds it; never more than it
 * has. */
static void
fit(const struct media *media, const struct hls_quality *quality, int *width,
    int *height)
{
	double scale;

	*width = quality->width;
	*height = quality->height;
	if (media->width <= 0 || media->height <= 0)
		return;
	scale = fmin(1,
	    fmin((double)quality->width / media->width,
		(double)quality->height / media->height));
	*width = (int)(media->width * scale + 0.5) / 2 * 2;
	*height = (int)(media->height * scale + 0.5) / 2 * 2;
}

/* Whether a quality is less than the file itself is. */
static bool
is_less(const struct media *media, const struct hls_quality *quality)
{
	return media->height <= 0 || quality->height < media->height ||
	    quality->width < media->width;
}

static void
add_encoded(struct choice *choice, const struct hls_quality *quality)
{
	const struct hls_track track = { .kind = HLS_PICTURE,
		.height = quality->height };
	struct hls_variant variant = { .range = "SDR",
		.bandwidth = quality->bandwidth + HLS_SOUND_BITRATE };

	fit(&choice->film->media, quality, &variant.width, &variant.height);
	add_variant(choice, &track, quality->codecs, variant);
}

/* Where the picture is copied, those that spare a slow line something; else the
 * smallest that shows all of it, and those below. */
static void
add_all_encoded(struct choice *choice)
{
	const struct media *media = &choice->film->media;
	const struct hls_quality *quality;

	for (size_t i = 0; i < HLS_QUALITIES; i++) {
		quality = &hls_qualities[i];
		if (choice->copies_picture) {
			if (is_less(media, quality) &&
			    quality->bandwidth < bitrate_of(media))
				add_encoded(choice, quality);
		} else if (is_less(media, quality) || i + 1 == HLS_QUALITIES ||
		    is_less(media, quality + 1)) {
			add_encoded(choice, quality);
		}
	}
}

static int
choose(struct choice *choice, struct err *err)
{
	const struct hls_track picture = { .kind = HLS_PICTURE,
		.is_copy = true };
	const struct hls_track encoded = { .kind = HLS_PICTURE, .height = 360 };
	struct request *req = choice->req;
	const struct film *film = choice->film;
	struct hls_cuts cuts;

	if (play_way_of_key(req->arena, &req->stream_key, &film->media,
		&choice->way, err) == -1)
		return -1;
	choice->copies_picture = choice->way.copies_picture &&
	    film->media.video_codec_string != NULL &&
	    find_cuts(req, film, &picture, &cuts, err) == 0;
	if (!choice->copies_picture &&
	    find_cuts(req, film, &encoded, &cuts, err) == -1)
		return -1;
	add_all_sound(choice);
	if (choice->copies_picture)
		add_copy(choice);
	add_all_encoded(choice);
	return 0;
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

static struct reply
send_master(struct request *req, const struct film *film)
{
	struct choice *choice = arena_alloc(req->arena, 1, sizeof(*choice));
	struct buf out;
	struct err err;

	choice->req = req;
	choice->film = film;
	if (choose(choice, &err) == -1)
		return reply_err(&err);
	buf_init(&out, PLAYLIST_MAX);
	if (hls_master_write(&out, choice->variants, choice->n_variants,
		choice->renditions, choice->n_renditions) == -1) {
		buf_fini(&out);
		return reply_error(
		    ERR_MEDIA_REFUSED, "The film has too many tracks.");
	}
	return reply_playlist(req, &out);
}

/* --- Tracks ----------------------------------------------------------------------- */

static struct reply
no_track(void)
{
	return reply_error(ERR_NOT_FOUND, "This film has no such track.");
}

static bool
has_track(const struct film *film, const struct hls_track *track)
{
	return track->kind == HLS_PICTURE ||
	    (track->kind == HLS_SOUND &&
		(size_t)track->index < film->media.n_audio);
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
	    has_track(film, track);
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

	if (!find_film(req, film, &refusal))
		return refusal;
	tell_used(req);
	if (strcmp(req->param[TRACK].text, "master.m3u8") == 0)
		return wait_for_index(req, film, &refusal)
		    ? send_master(req, film)
		    : refusal;
	if (!read_list_name(req, film, &track))
		return no_track();
	if (find_cuts(req, film, &track, &cuts, &err) == -1)
		return reply_err(&err);
	buf_init(&out, PLAYLIST_MAX);
	if (hls_media_write(&out, track_name(req, &track), track.kind, &cuts) ==
	    -1) {
		buf_fini(&out);
		return reply_error(
		    ERR_MEDIA_REFUSED, "The film has too many segments.");
	}
	return reply_playlist(req, &out);
}

/* --- Segments ---------------------------------------------------------------------- */

/* "17.m4s" → 17, "init.mp4" → -1; spelled as the playlist spells them. */
static bool
read_part(struct request *req, int64_t *number)
{
	const char *name = req->param[PART].text;

	*number = -1;
	if (strcmp(name, "init.mp4") == 0)
		return true;
	return str_to_int64(arena_strndup(req->arena, name, strcspn(name, ".")),
		   0, HLS_CUTS_MAX, number) &&
	    strcmp(name,
		arena_printf(req->arena, "%lld.m4s", (long long)*number)) == 0;
}

static int
ask_once(struct request *req, int64_t number, char **path, struct err *err)
{
	struct json_object *params = json_object_new_object(), *result;
	const char *text;

	json_add_int(params, "sourceId", req->stream_key.source_id);
	json_add_text(params, "track", req->param[TRACK].text);
	json_add_int(params, "number", number);
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
	    !has_track(film, &track) || !read_part(req, &number))
		return no_track();
	tell_used(req);
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
