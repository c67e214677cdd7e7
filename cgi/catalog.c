/*
 * The catalogue: movies and shows together.
 */
#include "cgi/common.h"
#include "cgi/titles_query.h"

static const struct field fields[] = {
	TITLES_QUERY_FIELDS,
	[Q_TYPE] = { .name = "type",
	    .type = FIELD_CHOICE,
	    .choices = "movie|show" },
	[Q__MAX] = { 0 },
};

static struct reply
list_titles(struct request *req)
{
	const struct view view = view_of(req);
	const char *type = req->query[Q_TYPE].text;
	enum title_kind kind = TITLE_ANY;
	struct json_object *items;
	struct title_list list;
	struct err err;
	size_t i;

	if (type != NULL)
		kind = strcmp(type, "show") == 0 ? TITLE_SHOW : TITLE_MOVIE;
	if (titles_find(req, kind, &list, &err) == STORE_ERROR)
		return reply_err(&err);
	items = json_object_new_array();
	for (i = 0; i < list.n; i++)
		json_object_array_add(items, view_card(&view, &list.items[i]));
	return reply_list("items", items, list.cursor, list.total);
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "",
	    .keys = KEY_SCOPE_READ,
	    .query = fields,
	    .is_list = true,
	    .limited = true,
	    .run = list_titles,
	    .operation = "list_titles" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){ .name = "catalog", .routes = routes });
}
