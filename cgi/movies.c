/*
 * Movies: what there is, what one is, and the keys with which it is played.
 */
#include "cgi/common.h"
#include "cgi/playing.h"
#include "cgi/titles_query.h"
#include "lib/base/json.h"
#include "lib/view/media.h"

enum { MOVIE, QUALITY };                     /* places in the path */
enum { SHOW_LANG, SHOW_SOURCES, SHOW__MAX }; /* fields of GET /:movie */

static const struct field list_fields[] = { TITLES_QUERY_FIELDS, { 0 } };

static const struct field show_fields[] = {
	[SHOW_LANG] = { .name = "lang", .type = FIELD_LANGUAGE },
	[SHOW_SOURCES] = { .name = "includeSources", .type = FIELD_BOOL },
	[SHOW__MAX] = { 0 },
};

static struct reply
list_movies(struct request *req)
{
	struct title_list list;
	struct err err;

	if (titles_find(req, TITLE_MOVIE, &list, &err) == STORE_ERROR)
		return reply_err(&err);
	return titles_reply(req, &list);
}

static enum store_result
find_movie(struct request *req, struct title *title, struct err *err)
{
	return store_title_find(req->db, req->arena, &req->caller.viewer,
	    TITLE_MOVIE, req->param[MOVIE].integer, title, err);
}

static struct reply
show_movie(struct request *req)
{
	const struct view view = view_of(req);
	const struct watch watch = watch_of(req);
	struct title title;
	struct progress place;
	struct source *sources;
	struct json_object *movie;
	enum store_result found;
	struct err err;
	size_t n;

	found = find_movie(req, &title, &err);
	if (found != STORE_OK)
		return reply_store(found, ERR_MOVIE_NOT_FOUND, &err);
	if (store_source_list(req->db, req->arena, &req->caller.viewer,
		title.id, 0, &sources, &n, &err) == STORE_ERROR ||
	    watch_place(&watch, title.id, 0, &place, &err) == -1)
		return reply_err(&err);
	movie = view_movie(&view, &title, n == 0 ? NULL : &sources[0], &place);
	if (req->query[SHOW_SOURCES].flag)
		json_add(movie, "sources", view_sources(sources, n));
	return reply_json(movie);
}

static struct reply
create_movie_key(struct request *req)
{
	struct play_wish wish = wish_of(req, req->param[QUALITY].text);
	struct title title;
	enum store_result found;
	struct err err;

	found = find_movie(req, &title, &err);
	if (found != STORE_OK)
		return reply_store(found, ERR_MOVIE_NOT_FOUND, &err);
	wish.title_id = title.id;
	return reply_play_key(req, &wish);
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "",
	    .keys = KEY_SCOPE_READ,
	    .query = list_fields,
	    .is_list = true,
	    .limited = true,
	    .run = list_movies,
	    .operation = "list_movies" },
	{ .method = "GET",
	    .path = "/:movie",
	    .keys = KEY_SCOPE_READ,
	    .query = show_fields,
	    .has_fields = true,
	    .limited = true,
	    .run = show_movie,
	    .operation = "show_movie" },
	{ .method = "POST",
	    .path = "/:movie/:quality",
	    .keys = KEY_SCOPE_READ,
	    .rate = RATE_PLAY,
	    .limited = true,
	    .run = create_movie_key,
	    .operation = "create_movie_key",
	    .audit = AUDIT_NONE,
	    .audit_why =
		"a key of a session that was written down, for hours" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){ .name = "movies", .routes = routes });
}
