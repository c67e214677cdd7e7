/*
 * Shows: what there is, seasons and episodes of one, and the keys with which
 * an episode is played.
 */
#include "cgi/common.h"
#include "cgi/playing.h"
#include "cgi/titles_query.h"
#include "lib/base/json.h"
#include "lib/view/media.h"

enum { SHOW, SEASON, EPISODE, QUALITY }; /* places in the path */

static const struct field list_fields[] = { TITLES_QUERY_FIELDS, { 0 } };

static const struct field lang_fields[] = {
	{ .name = "lang", .type = FIELD_LANGUAGE },
	{ 0 },
};

enum { EP_LANG, EP_SOURCES, EP__MAX };
static const struct field episode_fields[] = {
	[EP_LANG] = { .name = "lang", .type = FIELD_LANGUAGE },
	[EP_SOURCES] = { .name = "includeSources", .type = FIELD_BOOL },
	[EP__MAX] = { 0 },
};

static struct reply
list_shows(struct request *req)
{
	struct title_list list;
	struct err err;

	if (titles_find(req, TITLE_SHOW, &list, &err) == STORE_ERROR)
		return reply_err(&err);
	return titles_reply(req, &list);
}

/* A show with everything about it that the routes here show. */
struct whole {
	struct title title;
	struct watched watched;
	struct season *seasons;
	size_t n_seasons;
	struct episode *episodes; /* all, in order */
	size_t n_episodes;
};

/* True, or false and the refusal. */
static bool
read_whole(struct request *req, struct whole *whole, struct reply *refusal)
{
	const struct watch watch = watch_of(req);
	enum store_result found;
	struct err err;

	found = store_title_find(req->db, req->arena, &req->caller.viewer,
	    TITLE_SHOW, req->param[SHOW].integer, &whole->title, &err);
	if (found != STORE_OK) {
		*refusal = reply_store(found, ERR_SHOW_NOT_FOUND, &err);
		return false;
	}
	if (watch_show(&watch, whole->title.id, &whole->watched, &err) == -1 ||
	    store_season_list(req->db, req->arena, &req->caller.viewer,
		whole->title.id, &whole->seasons, &whole->n_seasons,
		&err) == STORE_ERROR ||
	    store_episode_list(req->db, req->arena, &req->caller.viewer,
		whole->title.id, -1, &whole->episodes, &whole->n_episodes,
		&err) == STORE_ERROR) {
		*refusal = reply_err(&err);
		return false;
	}
	return true;
}

static struct json_object *
make_season(const struct view *view, const struct whole *whole,
    const struct season *season)
{
	struct json_object *episodes = json_object_new_array();
	const struct episode *at;
	size_t i;

	for (i = 0; i < whole->n_episodes; i++) {
		at = &whole->episodes[i];
		if (at->season == season->number)
			json_object_array_add(episodes,
			    view_episode(view, at,
				watched_find(&whole->watched, at->id)));
	}
	return view_season(view, season, episodes);
}

static struct reply
show_show(struct request *req)
{
	const struct view view = view_of(req);
	const struct watch watch = watch_of(req);
	struct json_object *seasons;
	struct progress place;
	struct episode next;
	struct whole whole;
	struct reply refusal;
	struct err err;
	size_t i;

	if (!read_whole(req, &whole, &refusal))
		return refusal;
	if (watch_next(&watch, whole.title.id, &whole.watched, &next, &place,
		&err) == -1)
		return reply_err(&err);
	seasons = json_object_new_array();
	for (i = 0; i < whole.n_seasons; i++)
		json_object_array_add(
		    seasons, make_season(&view, &whole, &whole.seasons[i]));
	return reply_json(view_show(&view, &whole.title, &next, seasons));
}

/*
 * Pages of what is numbered: the cursor holds the last number given out, so
 * that new seasons and episodes neither repeat nor hide others. Starts before
 * the first number.
 */
static bool
read_cursor(struct request *req, int64_t *after, struct reply *refusal)
{
	struct store_cursor at;
	struct err err;

	*after = -1;
	switch (store_cursor_decode(req->arena, req->page.cursor, &at, &err)) {
	case STORE_OK:
		*after = at.id;
		return true;
	case STORE_NONE:
		return true;
	case STORE_ERROR:
		break;
	}
	*refusal = reply_err(&err);
	return false;
}

/* The cursor behind the last of a page, NULL when nothing is left. */
static char *
make_cursor(struct request *req, int64_t last, bool is_more)
{
	const struct store_cursor at = { .number = 0, .id = last };

	return is_more ? store_cursor_encode(req->arena, &at) : NULL;
}

static struct reply
list_seasons(struct request *req)
{
	const struct view view = view_of(req);
	struct json_object *items;
	struct whole whole;
	struct reply refusal;
	int64_t after, last = 0;
	size_t i;
	int n = 0;

	if (!read_whole(req, &whole, &refusal) ||
	    !read_cursor(req, &after, &refusal))
		return refusal;
	items = json_object_new_array();
	for (i = 0; i < whole.n_seasons; i++) {
		if (whole.seasons[i].number <= after)
			continue;
		if (n++ == req->page.size)
			break;
		last = whole.seasons[i].number;
		json_object_array_add(
		    items, make_season(&view, &whole, &whole.seasons[i]));
	}
	return reply_list("results", items,
	    make_cursor(req, last, n > req->page.size),
	    (int64_t)whole.n_seasons);
}

static const struct season *
find_season(const struct request *req, const struct whole *whole)
{
	size_t i;

	for (i = 0; i < whole->n_seasons; i++)
		if (whole->seasons[i].number == req->param[SEASON].integer)
			return &whole->seasons[i];
	return NULL;
}

static struct reply
no_season(void)
{
	return reply_error(
	    ERR_SEASON_NOT_FOUND, "This show has no such season.");
}

static struct reply
show_season(struct request *req)
{
	const struct view view = view_of(req);
	const struct season *season;
	struct whole whole;
	struct reply refusal;

	if (!read_whole(req, &whole, &refusal))
		return refusal;
	season = find_season(req, &whole);
	if (season == NULL)
		return no_season();
	return reply_json(make_season(&view, &whole, season));
}

static struct reply
list_episodes(struct request *req)
{
	const struct view view = view_of(req);
	struct json_object *items;
	struct whole whole;
	struct reply refusal;
	const struct episode *at;
	int64_t after, last = 0, total = 0;
	int n = 0;
	size_t i;

	if (!read_whole(req, &whole, &refusal) ||
	    !read_cursor(req, &after, &refusal))
		return refusal;
	if (find_season(req, &whole) == NULL)
		return no_season();
	items = json_object_new_array();
	for (i = 0; i < whole.n_episodes; i++) {
		at = &whole.episodes[i];
		if (at->season != req->param[SEASON].integer)
			continue;
		total++;
		if (at->number <= after || n++ >= req->page.size)
			continue;
		last = at->number;
		json_object_array_add(items,
		    view_episode(
			&view, at, watched_find(&whole.watched, at->id)));
	}
	return reply_list("results", items,
	    make_cursor(req, last, n > req->page.size), total);
}

/* Finds show and episode of the path. */
static bool
find_episode(struct request *req, struct title *title, struct episode *episode,
    struct reply *refusal)
{
	enum store_result found;
	struct err err;

	found = store_title_find(req->db, req->arena, &req->caller.viewer,
	    TITLE_SHOW, req->param[SHOW].integer, title, &err);
	if (found != STORE_OK) {
		*refusal = reply_store(found, ERR_SHOW_NOT_FOUND, &err);
		return false;
	}
	found = store_episode_find(req->db, req->arena, &req->caller.viewer,
	    title->id, req->param[SEASON].integer, req->param[EPISODE].integer,
	    episode, &err);
	if (found != STORE_OK) {
		*refusal = reply_store(found, ERR_EPISODE_NOT_FOUND, &err);
		return false;
	}
	return true;
}

static struct reply
show_episode(struct request *req)
{
	const struct view view = view_of(req);
	const struct watch watch = watch_of(req);
	struct title title;
	struct episode episode, previous, next;
	struct progress place;
	struct source *sources;
	struct json_object *obj;
	struct reply refusal;
	struct err err;
	size_t n;

	if (!find_episode(req, &title, &episode, &refusal))
		return refusal;
	if (watch_neighbour(&watch, &episode, -1, &previous, &err) == -1 ||
	    watch_neighbour(&watch, &episode, 1, &next, &err) == -1 ||
	    watch_place(&watch, title.id, episode.id, &place, &err) == -1 ||
	    store_source_list(req->db, req->arena, &req->caller.viewer,
		title.id, episode.id, &sources, &n, &err) == STORE_ERROR)
		return reply_err(&err);
	obj = view_episode_detail(&view, &episode,
	    &(struct view_episode_parts){
		.show = &title,
		.previous = &previous,
		.next = &next,
		.best = n == 0 ? NULL : &sources[0],
		.progress = &place,
	    });
	if (req->query[EP_SOURCES].flag)
		json_add(obj, "sources", view_sources(sources, n));
	return reply_json(obj);
}

static struct reply
create_episode_key(struct request *req)
{
	struct play_wish wish = wish_of(req, req->param[QUALITY].text);
	struct title title;
	struct episode episode;
	struct reply refusal;

	if (!find_episode(req, &title, &episode, &refusal))
		return refusal;
	wish.title_id = title.id;
	wish.episode_id = episode.id;
	return reply_play_key(req, &wish);
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "",
	    .keys = KEY_SCOPE_READ,
	    .query = list_fields,
	    .is_list = true,
	    .limited = true,
	    .run = list_shows,
	    .operation = "list_shows" },
	{ .method = "GET",
	    .path = "/:show",
	    .keys = KEY_SCOPE_READ,
	    .query = lang_fields,
	    .has_fields = true,
	    .limited = true,
	    .run = show_show,
	    .operation = "show_show" },
	{ .method = "GET",
	    .path = "/:show/seasons",
	    .keys = KEY_SCOPE_READ,
	    .query = lang_fields,
	    .is_list = true,
	    .limited = true,
	    .run = list_seasons,
	    .operation = "list_seasons" },
	{ .method = "GET",
	    .path = "/:show/seasons/:season",
	    .keys = KEY_SCOPE_READ,
	    .query = lang_fields,
	    .has_fields = true,
	    .limited = true,
	    .run = show_season,
	    .operation = "show_season" },
	{ .method = "GET",
	    .path = "/:show/seasons/:season/episodes",
	    .keys = KEY_SCOPE_READ,
	    .query = lang_fields,
	    .is_list = true,
	    .limited = true,
	    .run = list_episodes,
	    .operation = "list_episodes" },
	{ .method = "GET",
	    .path = "/:show/seasons/:season/episodes/:episode",
	    .keys = KEY_SCOPE_READ,
	    .query = episode_fields,
	    .has_fields = true,
	    .limited = true,
	    .run = show_episode,
	    .operation = "show_episode" },
	{ .method = "POST",
	    .path = "/:show/seasons/:season/episodes/:episode/:quality",
	    .keys = KEY_SCOPE_READ,
	    .rate = RATE_PLAY,
	    .limited = true,
	    .run = create_episode_key,
	    .operation = "create_episode_key",
	    .audit = AUDIT_NONE,
	    .audit_why =
		"a key of a session that was written down, for hours" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(
	    argc, argv, &(struct handler){ .name = "shows", .routes = routes });
}
