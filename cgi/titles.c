/*
 * Titles: one of either kind in one shape.
 */
#include "cgi/common.h"
#include "lib/play/play.h"

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

	found = play_title_find(
	    req->db, req->arena, req->param[TITLE].text, &title, &err);
	if (found != STORE_OK)
		return reply_store(found, ERR_TITLE_NOT_FOUND, &err);
	if (store_title_similar(req->db, req->arena, title.id, SIMILAR_MAX,
		&similar, &n_similar, &err) == STORE_ERROR)
		return reply_err(&err);
	if (store_source_list(req->db, req->arena, title.id, -1, &sources,
		&n_sources, &err) == STORE_ERROR)
		return reply_err(&err);
	return reply_json(
	    view_title(&view, &title, sources, n_sources, similar, n_similar));
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "/:titleId",
	    .query = fields,
	    .has_fields = true,
	    .run = show_title,
	    .operation = "show_title" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){ .name = "titles", .routes = routes });
}
