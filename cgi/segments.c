/*
 * Segments: where the opening, the recap, the credits and the preview of a film
 * or an episode lie, and marking them by hand for everybody.
 */
#include <string.h>

#include "cgi/common.h"
#include "lib/base/json.h"
#include "lib/play/play.h"
#include "lib/view/media.h"
#include "lib/view/segments.h"

enum { TITLE, SEGMENT }; /* places in the path */

#define SECONDS .type = FIELD_REAL, .real_max = 1000000
#define ORDINAL .type = FIELD_INT, .max = 100000

enum { AT_SEASON, AT_EPISODE, AT_SOURCE };
static const struct field show_fields[] = {
	[AT_SEASON] = { .name = "season", ORDINAL },
	[AT_EPISODE] = { .name = "episode", ORDINAL },
	[AT_SOURCE] = { .name = "sourceId",
	    .type = FIELD_INT,
	    .min = 1,
	    .max = INT64_MAX },
	{ 0 },
};
static const struct field place_fields[] = {
	[AT_SEASON] = { .name = "season", ORDINAL },
	[AT_EPISODE] = { .name = "episode", ORDINAL },
	{ 0 },
};

enum { MARK_START = AT_EPISODE + 1, MARK_END, MARK_FROM_END, MARK_NONE };
static const struct field mark_fields[] = {
	[AT_SEASON] = { .name = "season", ORDINAL },
	[AT_EPISODE] = { .name = "episode", ORDINAL },
	[MARK_START] = { .name = "start", SECONDS },
	[MARK_END] = { .name = "end", SECONDS },
	[MARK_FROM_END] = { .name = "fromEnd", .type = FIELD_BOOL },
	[MARK_NONE] = { .name = "none", .type = FIELD_BOOL },
	{ 0 },
};

/* A title, and of it a film, an episode or a season. */
struct target {
	struct title title;
	struct segment_place place;
};

static bool
find_season(struct request *req, struct target *target, struct reply *refusal)
{
	struct season *seasons;
	struct err err;
	size_t n;

	if (store_season_list(req->db, req->arena, &req->caller.viewer,
		target->title.id, &seasons, &n, &err) == STORE_ERROR) {
		*refusal = reply_err(&err);
		return false;
	}
	for (size_t i = 0; i < n; i++)
		if (seasons[i].number == target->place.season)
			return true;
	*refusal =
	    reply_error(ERR_SEASON_NOT_FOUND, "This show has no such season.");
	return false;
}

/* What is named of a show: an episode, or without one a season. */
static bool
find_part(struct request *req, const struct value *named, struct target *target,
    struct reply *refusal)
{
	struct episode episode;
	enum store_result found;
	struct err err;

	if (!named[AT_SEASON].is_given) {
		*refusal = reply_bad_field("season", "is missing");
		return false;
	}
	target->place.season = named[AT_SEASON].integer;
	if (!named[AT_EPISODE].is_given)
		return find_season(req, target, refusal);
	target->place.episode = named[AT_EPISODE].integer;
	found = store_episode_find(req->db, req->arena, &req->caller.viewer,
	    target->title.id, target->place.season, target->place.episode,
	    &episode, &err);
	if (found == STORE_OK)
		return true;
	*refusal = reply_store(found, ERR_EPISODE_NOT_FOUND, &err);
	return false;
}

static bool
find_target(struct request *req, const struct value *named,
    struct target *target, struct reply *refusal)
{
	enum store_result found;
	struct err err;

	found = play_title_find(req->db, req->arena, &req->caller.viewer,
	    req->param[TITLE].text, &target->title, &err);
	if (found != STORE_OK) {
		*refusal = reply_store(found, ERR_TITLE_NOT_FOUND, &err);
		return false;
	}
	target->place = view_segment_place(target->title.id, NULL);
	if (target->title.kind == TITLE_SHOW)
		return find_part(req, named, target, refusal);
	if (!named[AT_SEASON].is_given && !named[AT_EPISODE].is_given)
		return true;
	*refusal =
	    reply_bad_field(named[AT_SEASON].is_given ? "season" : "episode",
		"a movie has none");
	return false;
}

/* What is known of the source that is named, else of the best. */
static int
read_media(struct request *req, const struct target *target,
    struct json_object **media, struct err *err)
{
	const struct value *wanted = &req->query[AT_SOURCE];
	struct episode episode = { 0 };
	struct source *sources;
	size_t n;

	*media = NULL;
	if (target->place.season != -1 && target->place.episode == -1)
		return 0; /* a season has no file */
	if (target->place.episode != -1 &&
	    store_episode_find(req->db, req->arena, &req->caller.viewer,
		target->title.id, target->place.season, target->place.episode,
		&episode, err) == STORE_ERROR)
		return -1;
	if (store_source_list(req->db, req->arena, &req->caller.viewer,
		target->title.id, episode.id, &sources, &n, err) == STORE_ERROR)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!wanted->is_given || sources[i].id == wanted->integer) {
			*media = view_media_object(&sources[i]);
			break;
		}
	return 0;
}

static struct reply
show_segments(struct request *req)
{
	const struct watch watch = watch_of(req);
	struct json_object *media, *segments, *obj;
	struct target target;
	struct reply refusal;
	struct err err;

	if (!find_target(req, req->query, &target, &refusal))
		return refusal;
	if (read_media(req, &target, &media, &err) == -1)
		return reply_err(&err);
	segments = view_segments(&watch, &target.place, media, &err);
	if (segments == NULL) {
		json_object_put(media);
		return reply_err(&err);
	}
	obj = json_object_new_object();
	json_add(obj, "chapters", view_chapters(media));
	json_add(obj, "segments", segments);
	json_object_put(media);
	return reply_json(obj);
}

/* Keeps what was done to a mark, with its row in the audit log; nothing when
 * there was nothing to do. *err is that of a result that is an error. */
static struct reply
end_change(struct request *req, const struct target *target,
    enum store_result result, enum audit_event event, struct err *err)
{
	struct json_object *detail = json_object_new_object();

	json_add_text(detail, "segment", req->param[SEGMENT].text);
	if (target->place.season != -1)
		json_add_int(detail, "season", target->place.season);
	if (target->place.episode != -1)
		json_add_int(detail, "episode", target->place.episode);
	if (result == STORE_OK &&
	    request_audit(req, event,
		store_title_public_id(
		    req->arena, target->title.kind, target->title.pid),
		json_object_to_json_string_ext(detail, JSON_C_TO_STRING_PLAIN),
		err) == -1)
		result = STORE_ERROR;
	json_object_put(detail);
	result = store_end(req->db, result, err);
	return result == STORE_ERROR ? reply_err(err) : reply_empty();
}

/* False and the refusal: no such stretch of a film. */
static bool
read_mark(
    const struct value *body, struct segment_mark *mark, struct reply *refusal)
{
	mark->is_none = body[MARK_NONE].flag;
	mark->is_from_end = body[MARK_FROM_END].flag;
	mark->start = body[MARK_START].real;
	mark->end = body[MARK_END].real;
	if (mark->is_none)
		return true;
	if (!body[MARK_START].is_given || !body[MARK_END].is_given)
		*refusal = reply_bad_field(
		    body[MARK_START].is_given ? "end" : "start", "is missing");
	else if (mark->is_from_end ? mark->start <= mark->end
				   : mark->start >= mark->end)
		*refusal =
		    reply_bad_field("end", "must come after start in the film");
	else
		return true;
	return false;
}

static struct reply
replace_segment(struct request *req)
{
	struct segment_mark mark = {
		.kind = store_segment_kind(req->param[SEGMENT].text),
	};
	struct target target;
	struct reply refusal;
	enum store_result result;
	struct err err;

	if (!read_mark(req->body, &mark, &refusal) ||
	    !find_target(req, req->body, &target, &refusal))
		return refusal;
	if (db_begin(req->db, &err) == -1)
		return reply_err(&err);
	result = store_segment_put(
	    req->db, &req->caller.viewer, &target.place, &mark, &err);
	return end_change(req, &target, result, AUDIT_SEGMENT_MARKED, &err);
}

static struct reply
delete_segment(struct request *req)
{
	struct target target;
	struct reply refusal;
	enum store_result result;
	struct err err;

	if (!find_target(req, req->query, &target, &refusal))
		return refusal;
	if (db_begin(req->db, &err) == -1)
		return reply_err(&err);
	result = store_segment_remove(req->db, &req->caller.viewer,
	    &target.place, store_segment_kind(req->param[SEGMENT].text), &err);
	return end_change(req, &target, result, AUDIT_SEGMENT_UNMARKED, &err);
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "/:titleId",
	    .keys = KEY_SCOPE_READ,
	    .query = show_fields,
	    .limited = true,
	    .run = show_segments,
	    .operation = "show_segments" },
	{ .method = "PUT",
	    .path = "/:titleId/:segment",
	    .keys = KEY_SCOPE_FULL,
	    .body = mark_fields,
	    .run = replace_segment,
	    .operation = "replace_segment",
	    .audit = AUDIT_SEGMENT_MARKED },
	{ .method = "DELETE",
	    .path = "/:titleId/:segment",
	    .keys = KEY_SCOPE_FULL,
	    .query = place_fields,
	    .run = delete_segment,
	    .operation = "delete_segment",
	    .audit = AUDIT_SEGMENT_UNMARKED },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){ .name = "segments", .routes = routes });
}
