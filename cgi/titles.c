/*
 * Titles: one of either kind in one shape, and for administrators what it asks
 * of its viewers and why it plays from where it does.
 */
#include <string.h>

#include "cgi/common.h"
#include "lib/base/json.h"
#include "lib/play/source.h"

enum { TITLE }; /* places in the path */
enum { SIMILAR_MAX = 20 };

static const struct field fields[] = {
	{ .name = "lang", .type = FIELD_LANGUAGE },
	{ 0 },
};

static struct reply
show_title(struct request *req)
{
	const struct view view = view_of(req);
	struct source *sources;
	struct title title, *similar;
	size_t n_sources = 0, n_similar;
	enum store_result found;
	struct err err;

	found = play_title_find(req->db, req->arena, &req->caller.viewer,
	    req->param[TITLE].text, &title, &err);
	if (found != STORE_OK)
		return reply_store(found, ERR_TITLE_NOT_FOUND, &err);
	if (store_title_similar(req->db, req->arena, &req->caller.viewer,
		title.id, SIMILAR_MAX, &similar, &n_similar,
		&err) == STORE_ERROR)
		return reply_err(&err);
	if (store_source_list(req->db, req->arena, &req->caller.viewer,
		title.id, -1, &sources, &n_sources, &err) == STORE_ERROR)
		return reply_err(&err);
	return reply_json(
	    view_title(&view, &title, sources, n_sources, similar, n_similar));
}

/* --- What it asks of its viewers -------------------------------------------- */

enum { RATING_CERTIFICATION, RATING_AGE };
static const struct field rating_fields[] = {
	[RATING_CERTIFICATION] = { .name = "certification",
	    .min = 1,
	    .max = 20 },
	[RATING_AGE] = { .name = "minimumAge",
	    .type = FIELD_INT,
	    .max = MATURITY_MAX },
	{ 0 },
};

/* Whoever has it on the screen asks anew; keys are judged at each use. */
static void
tell_changed(struct request *req, const char *title_id)
{
	struct json_object *params = json_object_new_object();

	json_add_text(params, "titleId", title_id);
	request_notify(req, "title.changed", params);
}

static struct reply
replace_certification(struct request *req)
{
	const struct value *body = req->body;
	struct json_object *obj;
	struct title title;
	enum store_result found;
	const char *id;
	struct err err;

	found = play_title_find(req->db, req->arena, &req->caller.viewer,
	    req->param[TITLE].text, &title, &err);
	if (found != STORE_OK)
		return reply_store(found, ERR_TITLE_NOT_FOUND, &err);
	title.certification = (char *)body[RATING_CERTIFICATION].text;
	title.is_rated = body[RATING_AGE].is_given;
	title.minimum_age = body[RATING_AGE].integer;
	id = store_title_public_id(req->arena, title.kind, title.pid);
	if (db_begin(req->db, &err) == -1)
		return reply_err(&err);
	found = store_title_rate(req->db, &title, &err);
	found = request_end(req, found, AUDIT_TITLE_RATED, id, &err);
	if (found != STORE_OK)
		return reply_store(found, ERR_TITLE_NOT_FOUND, &err);
	tell_changed(req, id);
	obj = json_object_new_object();
	json_add_text(obj, "titleId", id);
	json_add_text(obj, "certification", title.certification);
	json_add(obj, "minimumAge",
	    title.is_rated ? json_object_new_int64(title.minimum_age) : NULL);
	return reply_json(obj);
}

/* --- Why it plays from where it does --------------------------------------- */

enum { CHOICE_SEASON, CHOICE_EPISODE };
static const struct field choice_fields[] = {
	[CHOICE_SEASON] = { .name = "season",
	    .type = FIELD_INT,
	    .max = 100000 },
	[CHOICE_EPISODE] = { .name = "episode",
	    .type = FIELD_INT,
	    .max = 100000 },
	{ 0 },
};

/* *id: of the episode that is asked for, 0 for a film. */
static bool
find_episode(struct request *req, const struct title *title, int64_t *id,
    struct reply *refusal)
{
	const struct value *season = &req->query[CHOICE_SEASON];
	const struct value *number = &req->query[CHOICE_EPISODE];
	struct episode episode;
	enum store_result found;
	struct err err;

	*id = 0;
	if (title->kind == TITLE_MOVIE && !season->is_given &&
	    !number->is_given)
		return true;
	if (title->kind == TITLE_MOVIE || !season->is_given ||
	    !number->is_given) {
		*refusal = title->kind == TITLE_MOVIE
		    ? reply_bad_field(season->is_given ? "season" : "episode",
			  "a movie has none")
		    : reply_bad_field(season->is_given ? "episode" : "season",
			  "is missing");
		return false;
	}
	found = store_episode_find(req->db, req->arena, &req->caller.viewer,
	    title->id, season->integer, number->integer, &episode, &err);
	*id = found == STORE_OK ? episode.id : 0;
	if (found != STORE_OK)
		*refusal = reply_store(found, ERR_EPISODE_NOT_FOUND, &err);
	return found == STORE_OK;
}

static void
add_source(
    struct json_object *sources, struct json_object *noted, bool is_chosen)
{
	static const char *const kept[] = { "sourceId", "quality", "kind",
		"downloadId", "problem", "sentence" };
	struct json_object *obj = json_object_new_object(), *value;
	size_t i;

	for (i = 0; i < COUNT_OF(kept); i++) {
		value = NULL;
		json_object_object_get_ex(noted, kept[i], &value);
		json_add(obj, kept[i], json_object_get(value));
	}
	json_add_bool(obj, "chosen", is_chosen);
	json_object_array_add(sources, obj);
}

/* Schema Choice of what play_source_note kept; a note that cannot be read
 * leaves its sentence. */
static struct json_object *
make_choice(const struct reason *reason)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *sources = json_object_new_array();
	struct json_object *inputs, *chosen, *others;
	struct err ignored;
	size_t i;

	inputs = json_parse(reason->inputs, strlen(reason->inputs), &ignored);
	chosen = json_get_object(inputs, "chosen");
	others = json_get_array(inputs, "others");
	if (chosen != NULL)
		add_source(sources, chosen, true);
	for (i = 0; others != NULL && i < json_object_array_length(others); i++)
		add_source(
		    sources, json_object_array_get_idx(others, i), false);
	json_add_text(obj, "sentence", reason->sentence);
	json_add_time(obj, "chosenAt", reason->created_at);
	json_add_text(obj, "wish", json_get_text(inputs, "wish", "auto"));
	json_add(obj, "sources", sources);
	json_object_put(inputs);
	return obj;
}

static struct reply
show_choice(struct request *req)
{
	struct json_object *obj;
	struct reason reason;
	struct title title;
	struct reply refusal;
	enum store_result found;
	struct err err;
	int64_t episode_id;

	found = play_title_find(req->db, req->arena, &req->caller.viewer,
	    req->param[TITLE].text, &title, &err);
	if (found != STORE_OK)
		return reply_store(found, ERR_TITLE_NOT_FOUND, &err);
	if (!find_episode(req, &title, &episode_id, &refusal))
		return refusal;
	found = play_source_noted(req->db, req->arena, &req->caller.viewer,
	    title.id, episode_id, &reason, &err);
	if (found == STORE_ERROR)
		return reply_err(&err);
	obj = json_object_new_object();
	json_add(
	    obj, "choice", found == STORE_OK ? make_choice(&reason) : NULL);
	return reply_json(obj);
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "/:titleId",
	    .keys = KEY_SCOPE_READ,
	    .query = fields,
	    .has_fields = true,
	    .limited = true,
	    .run = show_title,
	    .operation = "show_title" },
	{ .method = "PUT",
	    .path = "/:titleId/certification",
	    .keys = KEY_SCOPE_FULL,
	    .body = rating_fields,
	    .access = ACCESS_ADMIN,
	    .run = replace_certification,
	    .operation = "replace_certification",
	    .audit = AUDIT_TITLE_RATED },
	{ .method = "GET",
	    .path = "/:titleId/choice",
	    .keys = KEY_SCOPE_READ,
	    .query = choice_fields,
	    .access = ACCESS_ADMIN,
	    .run = show_choice,
	    .operation = "show_choice" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){ .name = "titles", .routes = routes });
}
