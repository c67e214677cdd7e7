/*
 * Playing: everything a player needs to begin, a longer life for its key, and
 * where it is.
 */
#include <string.h>

#include "cgi/inner.h"
#include "cgi/playing.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/play/tracks.h"
#include "lib/view/media.h"
#include "lib/view/segments.h"
#include "lib/view/thumbnails.h"

enum { EXCEPT_MAX = 64, STATE_MS = 2000 };

enum {
	START_TITLE,
	START_SEASON,
	START_EPISODE,
	START_QUALITY,
	START_CODECS,
	START_HLS,
	START_EXCEPT,
};
static const struct field start_fields[] = {
	[START_TITLE] = { .name = "titleId",
	    .type = FIELD_TITLE_ID,
	    .required = true },
	[START_SEASON] = { .name = "season", .type = FIELD_INT, .max = 100000 },
	[START_EPISODE] = { .name = "episode",
	    .type = FIELD_INT,
	    .max = 100000 },
	[START_QUALITY] = { .name = "quality",
	    .type = FIELD_CHOICE,
	    .choices = "auto|8K|4K|2K|FHD|HD|SD" },
	[START_CODECS] = { .name = "codecs", .type = FIELD_JSON },
	[START_HLS] = { .name = "hls", .type = FIELD_JSON },
	[START_EXCEPT] = { .name = "except", .type = FIELD_JSON },
	{ 0 },
};

static const struct field key_fields[] = {
	{ .name = "streamingKey", .type = FIELD_KEY, .required = true },
	{ 0 },
};

enum {
	BEAT_KEY,
	BEAT_TITLE,
	BEAT_SEASON,
	BEAT_EPISODE,
	BEAT_POSITION,
	BEAT_DURATION,
	BEAT_STATE,
};
static const struct field heartbeat_fields[] = {
	[BEAT_KEY] = { .name = "streamingKey", .type = FIELD_KEY },
	[BEAT_TITLE] = { .name = "titleId", .type = FIELD_TITLE_ID },
	[BEAT_SEASON] = { .name = "season", .type = FIELD_INT, .max = 100000 },
	[BEAT_EPISODE] = { .name = "episode",
	    .type = FIELD_INT,
	    .max = 100000 },
	[BEAT_POSITION] = { .name = "position",
	    .type = FIELD_REAL,
	    .real_max = 1000000,
	    .required = true },
	[BEAT_DURATION] = { .name = "duration",
	    .type = FIELD_REAL,
	    .real_max = 1000000 },
	[BEAT_STATE] = { .name = "state",
	    .type = FIELD_CHOICE,
	    .choices = "playing|paused|stopped|ended" },
	{ 0 },
};

/* What is to be played. */
struct target {
	struct title title;
	struct episode episode; /* id 0: a film */
};

/* The episode that is named, or the one that is next for this person. */
static bool
find_episode(struct request *req, const struct value *season,
    const struct value *number, struct target *out, struct reply *refusal)
{
	const struct watch watch = watch_of(req);
	struct watched watched;
	struct progress place;
	enum store_result found;
	struct err err;

	if (season->is_given != number->is_given) {
		*refusal = reply_bad_field(
		    season->is_given ? "episode" : "season", "is missing");
		return false;
	}
	if (season->is_given) {
		found = store_episode_find(req->db, req->arena,
		    &req->caller.viewer, out->title.id, season->integer,
		    number->integer, &out->episode, &err);
		if (found == STORE_OK)
			return true;
		*refusal = reply_store(found, ERR_EPISODE_NOT_FOUND, &err);
		return false;
	}
	if (watch_show(&watch, out->title.id, &watched, &err) == -1 ||
	    watch_next(&watch, out->title.id, &watched, &out->episode, &place,
		&err) == -1) {
		*refusal = reply_err(&err);
		return false;
	}
	if (out->episode.id != 0)
		return true;
	*refusal = reply_error(ERR_SOURCE_NOT_FOUND,
	    "There is no source for an episode of this show yet.");
	return false;
}

static bool
find_target(struct request *req, const char *title_id,
    const struct value *season, const struct value *number, struct target *out,
    struct reply *refusal)
{
	enum store_result found;
	struct err err;

	memset(out, 0, sizeof(*out));
	found = play_title_find(req->db, req->arena, &req->caller.viewer,
	    title_id, &out->title, &err);
	if (found != STORE_OK) {
		*refusal = reply_store(found, ERR_TITLE_NOT_FOUND, &err);
		return false;
	}
	if (out->title.kind == TITLE_SHOW)
		return find_episode(req, season, number, out, refusal);
	if (!season->is_given && !number->is_given)
		return true;
	*refusal = reply_bad_field(
	    season->is_given ? "season" : "episode", "a movie has none");
	return false;
}

/* What the device decodes; false when that is said wrongly. */
static bool
read_device(struct request *req, struct play_wish *wish, struct reply *refusal)
{
	const struct value *body = req->body;
	struct json_object *said = json_object_new_object();
	const char *wrong, *problem;
	int result;

	if (body[START_CODECS].is_given)
		json_add(
		    said, "codecs", json_object_get(body[START_CODECS].json));
	if (body[START_HLS].is_given)
		json_add(said, "hls", json_object_get(body[START_HLS].json));
	result =
	    play_device_read(req->arena, said, &wish->device, &wrong, &problem);
	json_object_put(said);
	if (result == -1)
		*refusal = reply_bad_field(wrong, problem);
	return result == 0;
}

/* The sources that are not wanted again; false when that is no list of ids. */
static bool
read_except(
    struct request *req, struct json_object *list, struct play_wish *wish)
{
	struct json_object *item;
	int64_t *ids;
	size_t i, n;

	if (!json_object_is_type(list, json_type_array) ||
	    json_object_array_length(list) > EXCEPT_MAX)
		return false;
	n = json_object_array_length(list);
	ids = arena_alloc(req->arena, n + 1, sizeof(*ids));
	for (i = 0; i < n; i++) {
		item = json_object_array_get_idx(list, i);
		if (!json_object_is_type(item, json_type_int) ||
		    json_object_get_int64(item) < 1)
			return false;
		ids[i] = json_object_get_int64(item);
	}
	wish->except = ids;
	wish->n_except = n;
	return true;
}

/* What surrounds the key in the answer. */
struct surroundings {
	struct progress place;
	struct episode next;
	struct view_track *subtitles;
	size_t n_subtitles;
	struct json_object *segments;
	struct json_object *thumbnails;
};

static int
read_surroundings(struct request *req, const struct target *target,
    const struct play *play, struct surroundings *out, struct err *err)
{
	const struct watch watch = watch_of(req);
	const struct view view = view_of(req);
	const struct segment_place place =
	    view_segment_place(target->title.id, &target->episode);

	memset(out, 0, sizeof(*out));
	if (target->episode.id != 0 &&
	    watch_neighbour(&watch, &target->episode, 1, &out->next, err) == -1)
		return -1;
	if (watch_place(&watch, target->title.id, target->episode.id,
		&out->place, err) == -1)
		return -1;
	if (inner_list(req, &play->source, &out->subtitles, &out->n_subtitles,
		err) == -1 ||
	    view_thumbnails(&view, req->db, play->source.id, play->text,
		&out->thumbnails, err) == -1)
		return -1;
	out->segments = view_segments(&watch, &place, play->media, err);
	return out->segments == NULL ? -1 : 0;
}

static void
add_names(
    struct json_object *obj, struct request *req, const struct target *target)
{
	const struct episode *episode = &target->episode;
	bool is_episode = episode->id != 0;

	json_add_text(obj, "titleId",
	    store_title_public_id(
		req->arena, target->title.kind, target->title.pid));
	json_add(obj, "season",
	    is_episode ? json_object_new_int64(episode->season) : NULL);
	json_add(obj, "episode",
	    is_episode ? json_object_new_int64(episode->number) : NULL);
	json_add_text(
	    obj, "title", is_episode ? episode->name : target->title.name);
}

/* Better sources that do not play, and why. */
static struct json_object *
make_skipped(const struct play *play)
{
	struct json_object *list = json_object_new_array(), *obj;
	const struct play_skip *skip;
	size_t i;

	for (i = 0; i < play->n_skipped; i++) {
		skip = &play->skipped[i];
		obj = json_object_new_object();
		json_add_int(obj, "sourceId", skip->source->id);
		json_add_text(obj, "quality", skip->source->quality);
		json_add_text(obj, "code", skip->code);
		json_add_text(obj, "sentence", skip->sentence);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *
make_play(struct request *req, const struct target *target,
    const struct play *play, const struct surroundings *around)
{
	static const char *const shared[] = { "streamingKey", "url", "hlsUrl",
		"expiresAt", "directPlay", "method", "reason", "quality" };
	const struct view view = view_of(req);
	struct json_object *obj = json_object_new_object(), *value, *audio;
	struct json_object *key =
	    play_key_json(&view, req->context->settings, play);
	bool is_done = around->place.status == PROGRESS_COMPLETED;
	size_t i;

	add_names(obj, req, target);
	json_add_int(obj, "sourceId", play->source.id);
	json_add(obj, "skipped", make_skipped(play));
	for (i = 0; i < COUNT_OF(shared); i++) {
		json_object_object_get_ex(key, shared[i], &value);
		json_add(obj, shared[i], json_object_get(value));
	}
	json_object_put(key);
	json_add_real(obj, "position", is_done ? 0 : around->place.position);
	json_add_int(obj, "subtitleDelay", play->source.subtitle_delay_ms);
	json_add_bool(obj, "subtitlesOnline",
	    *settings_text(
		req->context->settings, SETTING_OPENSUBTITLES_KEY) != '\0');
	json_add(obj, "subtitles",
	    view_subtitles(
		&view, play->text, around->subtitles, around->n_subtitles));
	audio = json_get_array(play->media, "audio");
	json_add(obj, "audio",
	    audio == NULL ? json_object_new_array() : json_object_get(audio));
	json_add(obj, "media", json_object_get(play->media));
	json_add(obj, "chapters", view_chapters(play->media));
	json_add(obj, "segments", around->segments);
	json_add(obj, "thumbnails", around->thumbnails);
	json_add(obj, "progress", view_progress(&around->place));
	json_add(obj, "next", view_episode_ref(&around->next));
	return obj;
}

static struct reply
start_play(struct request *req)
{
	const struct value *body = req->body;
	struct play_wish wish = wish_of(req,
	    body[START_QUALITY].is_given ? body[START_QUALITY].text : "auto");
	struct surroundings around;
	struct target target;
	struct play play;
	struct reply reply;
	struct err err;

	if (!read_device(req, &wish, &reply))
		return reply;
	if (body[START_EXCEPT].is_given &&
	    !read_except(req, body[START_EXCEPT].json, &wish))
		return reply_bad_field(
		    "except", "must be a list of at most 64 ids of sources");
	if (!find_target(req, body[START_TITLE].text, &body[START_SEASON],
		&body[START_EPISODE], &target, &reply))
		return reply;
	wish.title_id = target.title.id;
	wish.episode_id = target.episode.id;
	if (play_begin(&wish, &play, &err) == -1)
		return reply_err(&err);
	if (read_surroundings(req, &target, &play, &around, &err) == -1)
		reply = reply_err(&err);
	else
		reply = reply_secret(make_play(req, &target, &play, &around));
	tell_intent(req, &target.title, "play", &play.source, &around.place);
	play_end(&play);
	return reply;
}

/* The caller's own key, however old, unless it was revoked. */
static bool
find_own_key(struct request *req, const char *text, struct stream_key *key,
    struct reply *refusal)
{
	unsigned char hash[STREAM_KEY_HASH_SIZE];
	enum store_result found;
	struct err err;

	stream_key_hash(text, hash);
	found = store_stream_key_find(req->db, req->arena, hash, key, &err);
	if (found == STORE_OK && key->revoked_at == 0 &&
	    !key->session_revoked &&
	    strcmp(key->profile_id, req->caller.viewer.profile_id) == 0)
		return true;
	*refusal = found == STORE_ERROR
	    ? reply_err(&err)
	    : reply_error(
		  ERR_NOT_FOUND, "There is no such streaming key; start anew.");
	return false;
}

/*
 * A pause may last a night, longer than the key's life: who holds it and is
 * signed in as its owner may have it back, bound to the present session.
 */
static struct reply
renew_play(struct request *req)
{
	struct stream_key key;
	struct json_object *obj;
	struct reply refusal;
	enum store_result result;
	struct err err;

	if (!find_own_key(req, req->body[0].text, &key, &refusal))
		return refusal;
	key.created_at = clock_now_ms();
	key.last_used_at = key.created_at;
	result = store_stream_key_renew(
	    req->db, key.hash, req->caller.session_id, key.created_at, &err);
	if (result != STORE_OK)
		return reply_store(result, ERR_NOT_FOUND, &err);
	obj = json_object_new_object();
	json_add_text(obj, "streamingKey", req->body[0].text);
	json_add_time(
	    obj, "expiresAt", stream_key_expires(req->context->settings, &key));
	return reply_json(obj);
}

/* A range of bytes: the first, and the one behind the last. */
static struct json_object *
make_range(int64_t from, int64_t to)
{
	struct json_object *range = json_object_new_array();

	json_object_array_add(range, json_object_new_int64(from));
	json_object_array_add(range, json_object_new_int64(to));
	return range;
}

/* A file of the library is here from the first byte to the last. */
static struct json_object *
make_whole(const struct source *source)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *published = json_object_new_array();

	if (source->size > 0)
		json_object_array_add(published, make_range(0, source->size));
	json_add_int(obj, "sourceId", source->id);
	json_add_int(obj, "size", source->size);
	json_add(obj, "pieceSize", NULL);
	json_add(obj, "published", published);
	json_add(obj, "wanted", json_object_new_array());
	json_add_int(obj, "rate", 0);
	json_add_int(obj, "peers", 0);
	json_add_text(obj, "state", "whole");
	json_add(obj, "problem", NULL);
	json_add(obj, "sentence", NULL);
	return obj;
}

/* Its place in line for an encoder. No miaud, no line. */
static struct reply
reply_queued(struct request *req, struct json_object *state, int64_t source_id)
{
	struct json_object *params = json_object_new_object(), *result;
	int64_t place = 0;
	struct err err;

	json_add_int(params, "sourceId", source_id);
	if (request_call(req, "hls.queue", params, STATE_MS, &result, &err) ==
	    0) {
		place = json_get_int(result, "place", 0);
		json_object_put(result);
	}
	if (place == 0)
		json_add(state, "queue", NULL);
	else
		json_add_int(state, "queue", place);
	return reply_json(state);
}

/* Which bytes of what plays are here, and what is waited for. */
static struct reply
show_state(struct request *req)
{
	struct json_object *params, *result;
	struct stream_key key;
	struct source source;
	struct reply refusal;
	enum store_result found;
	struct err err;

	if (!find_own_key(req, req->body[0].text, &key, &refusal))
		return refusal;
	found = store_source_find(req->db, req->arena, &req->caller.viewer,
	    key.source_id, &source, &err);
	if (found != STORE_OK)
		return reply_store(found, ERR_SOURCE_NOT_FOUND, &err);
	if (source.torrent_id == 0)
		return reply_queued(req, make_whole(&source), source.id);
	params = json_object_new_object();
	json_add_int(params, "sourceId", source.id);
	if (request_call(
		req, "stream.state", params, STATE_MS, &result, &err) == -1)
		return reply_err(&err);
	json_add_int(result, "sourceId", source.id);
	return reply_queued(req, result, source.id);
}

/* From the key or by name: what is being watched. */
static bool
find_watched(
    struct request *req, struct position *position, struct reply *refusal)
{
	const struct value *body = req->body;
	struct stream_key key;
	struct target target;

	if (body[BEAT_KEY].is_given) {
		if (!find_own_key(req, body[BEAT_KEY].text, &key, refusal))
			return false;
		position->title_id = key.title_id;
		position->episode_id = key.episode_id;
		position->source_id = key.source_id;
		return true;
	}
	if (!body[BEAT_TITLE].is_given) {
		*refusal = reply_bad_field(
		    "streamingKey", "this or titleId is needed");
		return false;
	}
	if (!find_target(req, body[BEAT_TITLE].text, &body[BEAT_SEASON],
		&body[BEAT_EPISODE], &target, refusal))
		return false;
	position->title_id = target.title.id;
	position->episode_id = target.episode.id;
	return true;
}

static enum progress_status
status_of(const struct value *state)
{
	if (!state->is_given || strcmp(state->text, "playing") == 0)
		return PROGRESS_WATCHING;
	return strcmp(state->text, "ended") == 0 ? PROGRESS_COMPLETED
						 : PROGRESS_PAUSED;
}

static struct reply
save_position(struct request *req)
{
	const struct value *body = req->body;
	struct position position = {
		.db = req->db,
		.arena = req->arena,
		.viewer = &req->caller.viewer,
		.seconds = body[BEAT_POSITION].real,
		.duration = body[BEAT_DURATION].real,
		.fraction = -1,
		.status = status_of(&body[BEAT_STATE]),
	};
	struct reply refusal;

	if (!find_watched(req, &position, &refusal))
		return refusal;
	return reply_position(req, &position);
}

static const struct route routes[] = {
	{ .method = "POST",
	    .path = "/start",
	    .keys = KEY_SCOPE_READ,
	    .rate = RATE_PLAY,
	    .body = start_fields,
	    .limited = true,
	    .run = start_play,
	    .operation = "start_play",
	    .audit = AUDIT_NONE,
	    .audit_why =
		"a key of a session that was written down, for hours" },
	{ .method = "POST",
	    .path = "/renew",
	    .keys = KEY_SCOPE_READ,
	    .body = key_fields,
	    .limited = true,
	    .run = renew_play,
	    .operation = "renew_play",
	    .audit = AUDIT_NONE,
	    .audit_why =
		"a key of a session that was written down, for hours" },
	{ .method = "POST",
	    .path = "/state",
	    .keys = KEY_SCOPE_READ,
	    .body = key_fields,
	    .waits_ms = STATE_MS,
	    .limited = true,
	    .run = show_state,
	    .operation = "show_play_state",
	    .audit = AUDIT_NONE,
	    .audit_why = "it only reads" },
	{ .method = "POST",
	    .path = "/heartbeat",
	    .keys = KEY_SCOPE_READ,
	    .body = heartbeat_fields,
	    .limited = true,
	    .run = save_position,
	    .operation = "save_position",
	    .audit = AUDIT_NONE,
	    .audit_why =
		"what somebody watches is theirs and changes no rights" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(
	    argc, argv, &(struct handler){ .name = "play", .routes = routes });
}
