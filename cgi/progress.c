/*
 * Progress: where a person is in what.
 */
#include <string.h>

#include "cgi/playing.h"
#include "lib/base/json.h"

enum {
	TYPE,
	PROGRESS,
	STATUS,
	MOVIE_ID,
	SHOW_ID,
	SEASON,
	EPISODE,
	POSITION,
	DURATION,
};

#define NUMBER_MAX 9007199254740991

static const struct field fields[] = {
	[TYPE] = { .name = "type",
	    .type = FIELD_CHOICE,
	    .choices = "movie|episode",
	    .required = true },
	[PROGRESS] = { .name = "progress",
	    .type = FIELD_REAL,
	    .real_max = 1,
	    .required = true },
	[STATUS] = { .name = "status",
	    .type = FIELD_CHOICE,
	    .choices = "watching|paused|completed",
	    .required = true },
	[MOVIE_ID] = { .name = "movieId",
	    .type = FIELD_INT,
	    .min = 1,
	    .max = NUMBER_MAX },
	[SHOW_ID] = { .name = "showId",
	    .type = FIELD_INT,
	    .min = 1,
	    .max = NUMBER_MAX },
	[SEASON] = { .name = "season", .type = FIELD_INT, .max = 100000 },
	[EPISODE] = { .name = "episode", .type = FIELD_INT, .max = 100000 },
	[POSITION] = { .name = "position",
	    .type = FIELD_REAL,
	    .real_max = 1000000 },
	[DURATION] = { .name = "duration",
	    .type = FIELD_REAL,
	    .real_max = 1000000 },
	{ 0 },
};

/* --- Forgetting and hiding -------------------------------------------------- */

enum { FORGET_TITLE }; /* places in the path */
enum { FORGET_SEASON, FORGET_EPISODE };
static const struct field forget_fields[] = {
	[FORGET_SEASON] = { .name = "season",
	    .type = FIELD_INT,
	    .max = 100000 },
	[FORGET_EPISODE] = { .name = "episode",
	    .type = FIELD_INT,
	    .max = 100000 },
	{ 0 },
};

enum { HIDE_TITLE, HIDE_IS_HIDDEN };
static const struct field hide_fields[] = {
	[HIDE_TITLE] = { .name = "titleId",
	    .type = FIELD_TITLE_ID,
	    .required = true },
	[HIDE_IS_HIDDEN] = { .name = "isHidden",
	    .type = FIELD_BOOL,
	    .required = true },
	{ 0 },
};

/* The film, or the episode of a show, which then has to be named. */
static bool
find_forgotten(
    struct request *req, struct position *position, struct reply *refusal)
{
	const struct value *season = &req->query[FORGET_SEASON];
	const struct value *number = &req->query[FORGET_EPISODE];
	struct title title;
	struct episode episode;
	enum store_result found;
	bool is_show;
	struct err err;

	found = play_title_find(req->db, req->arena, &req->caller.viewer,
	    req->param[FORGET_TITLE].text, &title, &err);
	if (found != STORE_OK) {
		*refusal = reply_store(found, ERR_TITLE_NOT_FOUND, &err);
		return false;
	}
	position->title_id = title.id;
	is_show = title.kind == TITLE_SHOW;
	if (season->is_given != is_show || number->is_given != is_show) {
		*refusal = reply_bad_field(
		    season->is_given == is_show ? "episode" : "season",
		    is_show ? "is missing" : "a movie has none");
		return false;
	}
	if (!is_show)
		return true;
	found = store_episode_find(req->db, req->arena, &req->caller.viewer,
	    title.id, season->integer, number->integer, &episode, &err);
	if (found != STORE_OK) {
		*refusal = reply_store(found, ERR_EPISODE_NOT_FOUND, &err);
		return false;
	}
	position->episode_id = episode.id;
	return true;
}

static struct reply
forget_progress(struct request *req)
{
	struct position position = {
		.db = req->db,
		.arena = req->arena,
		.viewer = &req->caller.viewer,
	};
	struct json_object *news;
	struct reply refusal;
	struct err err;

	if (!find_forgotten(req, &position, &refusal))
		return refusal;
	if (position_forget(&position, &news, &err) == -1)
		return reply_err(&err);
	if (news != NULL)
		request_notify(req, "progress.changed", news);
	return reply_empty();
}

static struct reply
hide_progress(struct request *req)
{
	struct title title;
	enum store_result found;
	struct err err;

	found = play_title_find(req->db, req->arena, &req->caller.viewer,
	    req->body[HIDE_TITLE].text, &title, &err);
	if (found != STORE_OK)
		return reply_store(found, ERR_TITLE_NOT_FOUND, &err);
	if (store_progress_hide(req->db, &req->caller.viewer, title.id,
		req->body[HIDE_IS_HIDDEN].flag, &err) == STORE_ERROR)
		return reply_err(&err);
	return reply_empty();
}

/* --- Reading and setting ---------------------------------------------------- */

static struct reply
list_progress(struct request *req)
{
	struct json_object *items;
	struct progress *rows;
	char *cursor;
	int64_t total;
	size_t i, n;
	struct err err;

	if (store_progress_page(req->db, req->arena, &req->caller.viewer,
		&req->page, &rows, &n, &cursor, &total, &err) == STORE_ERROR)
		return reply_err(&err);
	items = json_object_new_array();
	for (i = 0; i < n; i++)
		json_object_array_add(items, view_progress_item(&rows[i]));
	return reply_list("progress", items, cursor, total);
}

/* The name of the first field that the type needs and that is missing, or that
 * belongs to the other type; NULL when all is well. */
static const char *
find_bad_field(const struct value *body, const char **problem)
{
	static const int of_movie[] = { MOVIE_ID };
	static const int of_episode[] = { SHOW_ID, SEASON, EPISODE };
	bool is_movie = strcmp(body[TYPE].text, "movie") == 0;
	size_t i;

	for (i = 0; i < COUNT_OF(of_movie); i++)
		if (body[of_movie[i]].is_given != is_movie) {
			*problem =
			    is_movie ? "is missing" : "belongs to a movie";
			return fields[of_movie[i]].name;
		}
	for (i = 0; i < COUNT_OF(of_episode); i++)
		if (body[of_episode[i]].is_given == is_movie) {
			*problem =
			    is_movie ? "belongs to an episode" : "is missing";
			return fields[of_episode[i]].name;
		}
	return NULL;
}

static bool
find_watched(
    struct request *req, struct position *position, struct reply *refusal)
{
	const struct value *body = req->body;
	bool is_movie = strcmp(body[TYPE].text, "movie") == 0;
	struct title title;
	struct episode episode;
	enum store_result found;
	struct err err;

	found = store_title_find(req->db, req->arena, &req->caller.viewer,
	    is_movie ? TITLE_MOVIE : TITLE_SHOW,
	    body[is_movie ? MOVIE_ID : SHOW_ID].integer, &title, &err);
	if (found != STORE_OK) {
		*refusal = reply_store(found,
		    is_movie ? ERR_MOVIE_NOT_FOUND : ERR_SHOW_NOT_FOUND, &err);
		return false;
	}
	position->title_id = title.id;
	if (is_movie)
		return true;
	found = store_episode_find(req->db, req->arena, &req->caller.viewer,
	    title.id, body[SEASON].integer, body[EPISODE].integer, &episode,
	    &err);
	if (found != STORE_OK) {
		*refusal = reply_store(found, ERR_EPISODE_NOT_FOUND, &err);
		return false;
	}
	position->episode_id = episode.id;
	return true;
}

static struct reply
create_progress(struct request *req)
{
	const struct value *body = req->body;
	struct position position = {
		.db = req->db,
		.arena = req->arena,
		.viewer = &req->caller.viewer,
		.seconds = body[POSITION].is_given ? body[POSITION].real : -1,
		.duration = body[DURATION].real,
		.fraction = body[PROGRESS].real,
	};
	const char *name, *problem;
	struct reply refusal;

	name = find_bad_field(body, &problem);
	if (name != NULL)
		return reply_bad_field(name, problem);
	position.status = (enum progress_status)store_progress_status_parse(
	    body[STATUS].text);
	if (!find_watched(req, &position, &refusal))
		return refusal;
	return reply_position(req, &position);
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "",
	    .keys = KEY_SCOPE_READ,
	    .is_list = true,
	    .limited = true,
	    .run = list_progress,
	    .operation = "list_progress" },
	{ .method = "POST",
	    .path = "",
	    .keys = KEY_SCOPE_FULL,
	    .body = fields,
	    .limited = true,
	    .run = create_progress,
	    .operation = "create_progress",
	    .audit = AUDIT_NONE,
	    .audit_why =
		"what somebody watches is theirs and changes no rights" },
	{ .method = "DELETE",
	    .path = "/:titleId",
	    .keys = KEY_SCOPE_FULL,
	    .query = forget_fields,
	    .limited = true,
	    .run = forget_progress,
	    .operation = "forget_progress",
	    .audit = AUDIT_NONE,
	    .audit_why =
		"what somebody watches is theirs and changes no rights" },
	{ .method = "POST",
	    .path = "/hide",
	    .keys = KEY_SCOPE_FULL,
	    .body = hide_fields,
	    .limited = true,
	    .run = hide_progress,
	    .operation = "hide_progress",
	    .audit = AUDIT_NONE,
	    .audit_why =
		"what somebody watches is theirs and changes no rights" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){ .name = "progress", .routes = routes });
}
