/*
 * Lists: the rows of the home page and their titles.
 */
#include <string.h>

#include "cgi/common.h"
#include "cgi/titles_query.h"
#include "lib/base/json.h"
#include "lib/base/str.h"

enum { SLUG }; /* places in the path */
enum { CONTINUE_MAX = 200 };

static const struct field fields[] = {
	{ .name = "lang", .type = FIELD_LANGUAGE },
	{ 0 },
};

/* The lists that are always thought of; a genre's list has no row here. */
static const struct list {
	const char *slug;
	const char *name;
	const char *description;
	struct title_query query;
} lists[] = {
	{ "recently-added", "Recently added", "What came into the library.",
	    { .sort = TITLE_SORT_ADDED, .playable_only = true } },
	{ "all-movies", "Movies", "Every movie, the most popular first.",
	    { .kind = TITLE_MOVIE, .sort = TITLE_SORT_POPULARITY } },
	{ "all-shows", "Shows", "Every show, the most popular first.",
	    { .kind = TITLE_SHOW, .sort = TITLE_SORT_POPULARITY } },
};

#define CONTINUE_SLUG "continue-watching"
#define GENRE_PREFIX "genre-"

static void
add_list(struct json_object *array, const struct request *req, const char *slug,
    const char *name, const char *description)
{
	struct json_object *obj = json_object_new_object();
	const char *page = arena_printf(req->arena, "list/%s", slug);

	json_add_text(obj, "name", name);
	json_add_text(obj, "slug", slug);
	json_add_text(obj, "description", description);
	json_add_text(obj, "url", request_url(req, page));
	json_object_array_add(array, obj);
}

/* Adds the fixed lists that are not empty. */
static int
add_fixed(struct request *req, struct json_object *array, struct err *err)
{
	const struct store_page one = { .size = 1 };
	struct progress_continue *begun;
	struct title_list found;
	size_t i, n;

	if (store_progress_continue(req->db, req->arena, &req->caller.viewer, 1,
		&begun, &n, err) == STORE_ERROR)
		return -1;
	if (n > 0)
		add_list(array, req, CONTINUE_SLUG, "Continue watching",
		    "Where you stopped, on any device.");
	for (i = 0; i < COUNT_OF(lists); i++) {
		if (store_title_list(req->db, req->arena, &req->caller.viewer,
			&lists[i].query, &one, &found, err) == STORE_ERROR)
			return -1;
		if (found.total > 0)
			add_list(array, req, lists[i].slug, lists[i].name,
			    lists[i].description);
	}
	return 0;
}

static struct reply
list_lists(struct request *req)
{
	struct json_object *array = json_object_new_array();
	struct genre *genres;
	struct err err;
	size_t i, n;

	if (add_fixed(req, array, &err) == -1 ||
	    store_genre_list(req->db, req->arena, &req->caller.viewer, &genres,
		&n, &err) == STORE_ERROR) {
		json_object_put(array);
		return reply_err(&err);
	}
	for (i = 0; i < n; i++)
		add_list(array, req,
		    arena_printf(req->arena, GENRE_PREFIX "%s", genres[i].slug),
		    genres[i].name,
		    arena_printf(
			req->arena, "Movies and shows: %s.", genres[i].name));
	return reply_json(array);
}

/* Where a page begins: behind the row of the title that the cursor names, or,
 * when that has gone, at the place where it was. */
static enum store_result
find_start(struct request *req, const struct progress_continue *rows, size_t n,
    size_t *start, struct err *err)
{
	struct store_cursor at;
	enum store_result result;
	size_t i;

	*start = 0;
	result = store_cursor_decode(req->arena, req->page.cursor, &at, err);
	if (result != STORE_OK)
		return result;
	*start = at.number > 0 && at.number < (double)n ? (size_t)at.number : n;
	for (i = 0; i < n; i++)
		if (rows[i].title.id == at.id)
			*start = i + 1;
	return STORE_OK;
}

static struct reply
show_continue(struct request *req)
{
	const struct view view = view_of(req);
	struct progress_continue *rows, *at;
	struct json_object *items;
	struct store_cursor last;
	char *cursor = NULL;
	size_t i, n, end;
	struct err err;

	if (store_progress_continue(req->db, req->arena, &req->caller.viewer,
		CONTINUE_MAX, &rows, &n, &err) == STORE_ERROR ||
	    find_start(req, rows, n, &i, &err) == STORE_ERROR)
		return reply_err(&err);
	items = json_object_new_array();
	end = i + (size_t)req->page.size < n ? i + (size_t)req->page.size : n;
	for (; i < end; i++) {
		at = &rows[i];
		json_object_array_add(items,
		    at->title.kind == TITLE_MOVIE
			? view_movie_item(&view, &at->title, &at->progress)
			: view_show_item(
			      &view, &at->title, &at->episode, &at->progress));
	}
	if (end < n) {
		last = (struct store_cursor){ .number = (double)end,
			.id = rows[end - 1].title.id };
		cursor = store_cursor_encode(req->arena, &last);
	}
	return reply_list("results", items, cursor, (int64_t)n);
}

/* What a slug asks for; false for one that names no list. */
static bool
find_query(struct request *req, struct title_query *query, struct err *err)
{
	const char *slug = req->param[SLUG].text, *genre;
	struct genre *genres;
	size_t i, n;

	for (i = 0; i < COUNT_OF(lists); i++) {
		if (strcmp(lists[i].slug, slug) != 0)
			continue;
		*query = lists[i].query;
		return true;
	}
	err_set(err, ERR_LIST_NOT_FOUND, "There is no such list.");
	genre = str_after(slug, GENRE_PREFIX);
	if (genre == NULL ||
	    store_genre_list(req->db, req->arena, &req->caller.viewer, &genres,
		&n, err) != STORE_OK)
		return false;
	for (i = 0; i < n; i++) {
		if (strcmp(genres[i].slug, genre) != 0)
			continue;
		*query = (struct title_query){ .genre = genres[i].slug,
			.sort = TITLE_SORT_POPULARITY };
		return true;
	}
	return false;
}

static struct reply
show_list(struct request *req)
{
	struct title_query query;
	struct title_list list;
	struct err err;

	if (strcmp(req->param[SLUG].text, CONTINUE_SLUG) == 0)
		return show_continue(req);
	if (!find_query(req, &query, &err))
		return reply_err(&err);
	if (store_title_list(req->db, req->arena, &req->caller.viewer, &query,
		&req->page, &list, &err) == STORE_ERROR)
		return reply_err(&err);
	return titles_reply(req, &list);
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "",
	    .keys = KEY_SCOPE_READ,
	    .has_fields = true,
	    .limited = true,
	    .run = list_lists,
	    .operation = "list_lists" },
	{ .method = "GET",
	    .path = "/:slug",
	    .keys = KEY_SCOPE_READ,
	    .query = fields,
	    .is_list = true,
	    .limited = true,
	    .run = show_list,
	    .operation = "show_list" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(
	    argc, argv, &(struct handler){ .name = "lists", .routes = routes });
}
