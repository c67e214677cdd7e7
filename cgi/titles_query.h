/*
 * The query fields that the lists of titles share, the titles that they ask for
 * and the page of them.
 */
#ifndef CGI_TITLES_QUERY_H
#define CGI_TITLES_QUERY_H

#include <string.h>

#include "cgi/common.h"
#include "lib/http/http.h"
#include "lib/store/titles.h"

enum { Q_GENRE, Q_YEAR, Q_SORT, Q_LANG, Q_TYPE, Q__MAX };

#define TITLES_QUERY_FIELDS                                                    \
	[Q_GENRE] = { .name = "genre", .min = 1, .max = 60 },                  \
	[Q_YEAR] = { .name = "year",                                           \
		.type = FIELD_INT,                                             \
		.min = 1870,                                                   \
		.max = 2200 },                                                 \
	[Q_SORT] = { .name = "sort",                                           \
		.type = FIELD_CHOICE,                                          \
		.choices = "popularity|name|year|added" },                     \
	[Q_LANG] = { .name = "lang", .type = FIELD_LANGUAGE }

static inline enum title_sort
titles_sort(const char *word)
{
	if (word == NULL || strcmp(word, "popularity") == 0)
		return TITLE_SORT_POPULARITY;
	if (strcmp(word, "name") == 0)
		return TITLE_SORT_NAME;
	return strcmp(word, "year") == 0 ? TITLE_SORT_YEAR : TITLE_SORT_ADDED;
}

static inline enum store_result
titles_find(struct request *req, enum title_kind kind, struct title_list *list,
    struct err *err)
{
	const struct title_query query = {
		.kind = kind,
		.genre = req->query[Q_GENRE].text,
		.year = req->query[Q_YEAR].integer,
		.sort = titles_sort(req->query[Q_SORT].text),
	};

	return store_title_list(req->db, req->arena, &req->caller.viewer,
	    &query, &req->page, list, err);
}

/* A page of titles, each with what this person has watched of it. */
static inline struct reply
titles_reply(const struct request *req, const struct title_list *list)
{
	const struct view view = view_of(req);
	const struct watch watch = watch_of(req);
	struct json_object *items;
	struct err err;

	items = watch_items(&watch, &view, list->items, list->n, &err);
	if (items == NULL)
		return reply_err(&err);
	return reply_list("results", items, list->cursor, list->total);
}

#endif
