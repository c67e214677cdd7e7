/* --routes: the table of rows as JSON, for the test against the contract. */
#include <ctype.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/http/match.h"
#include "lib/http/server.h"
#include "lib/store/sessions.h"

enum { TEXT_MAX = 512 };

static const char *
access_name(enum access access)
{
	switch (access) {
	case ACCESS_PUBLIC:
		return "public";
	case ACCESS_ADMIN:
		return "admin";
	case ACCESS_KEY:
		return "key";
	case ACCESS_USER:
		break;
	}
	return "user";
}

static const char *
rate_name(enum rate rate)
{
	static const char *const names[RATE__MAX] = {
		[RATE_DEFAULT] = "default",
		[RATE_LOGIN] = "login",
		[RATE_SETUP] = "setup",
		[RATE_PLAY] = "play",
		[RATE_STREAM] = "stream",
	};

	return names[rate];
}

static void
add_name(struct json_object *array, const char *name)
{
	json_object_array_add(array, json_object_new_string(name));
}

static struct json_object *
names(const struct field *rows)
{
	struct json_object *array = json_object_new_array();
	int i;

	for (i = 0; rows != NULL && rows[i].name != NULL; i++)
		add_name(array, rows[i].name);
	return array;
}

static struct json_object *
query_names(const struct route *row)
{
	struct json_object *array = names(row->query);

	if (row->is_list) {
		add_name(array, "cursor");
		add_name(array, "pageSize");
	}
	if (row->is_list || row->has_fields)
		add_name(array, "fields");
	if (row->embed)
		add_name(array, "session");
	return array;
}

/* "/api/movies/{movie}" */
static void
put_path(struct buf *out, const char *prefix, const struct handler *handler,
    const struct route *row)
{
	const char *at = row->path, *segment;
	size_t len;

	buf_printf(out, "%s/%s", prefix,
	    handler->segment == NULL ? handler->name : handler->segment);
	while ((segment = http_pattern_next(&at, &len)) != NULL)
		if (segment[0] == ':')
			buf_printf(out, "/{%.*s}", (int)len - 1, segment + 1);
		else
			buf_printf(out, "/%.*s", (int)len, segment);
}

static const char *
verb(const char *method)
{
	static const char *const verbs[][2] = {
		{ "GET", "show" },
		{ "POST", "create" },
		{ "PUT", "replace" },
		{ "PATCH", "update" },
		{ "DELETE", "delete" },
	};
	size_t i;

	for (i = 0; i < COUNT_OF(verbs); i++)
		if (strcmp(verbs[i][0], method) == 0)
			return verbs[i][1];
	return "check";
}

/* "show_movies_movie" of GET /api/movies/{movie}. */
static void
put_operation(struct buf *out, const char *method, const char *path)
{
	bool gap = true;

	buf_puts(out, verb(method));
	if (strncmp(path, "/api/", 5) == 0)
		path += 4;
	for (; *path != '\0'; path++) {
		if (isalnum((unsigned char)*path)) {
			buf_printf(out, "%s%c", gap ? "_" : "", *path);
			gap = false;
		} else {
			gap = true;
		}
	}
}

static struct json_object *
row_json(const struct handler *handler, const struct route *row,
    const char *prefix, const char *operation)
{
	struct json_object *obj = json_object_new_object();
	struct buf text;

	buf_init(&text, TEXT_MAX);
	json_add_text(obj, "method", row->method);
	put_path(&text, prefix, handler, row);
	json_add_text(obj, "path", text.data);
	json_add_text(
	    obj, "access", access_name(http_route_access(handler, row)));
	json_add_text(obj, "rate", rate_name(row->rate));
	json_add_text(obj, "audit", audit_event_name(row->audit));
	json_add_text(obj, "auditWhy", row->audit_why);
	json_add_text(obj, "keys", store_scope_word(row->keys));
	json_add_bool(obj, "limited", row->limited);
	json_add_bool(obj, "embed", row->embed);
	json_add_bool(obj, "isList", row->is_list);
	json_add_bool(obj, "hasHead", row->has_head);
	json_add_bool(obj, "anyOrigin", row->any_origin);
	json_add(obj, "query", query_names(row));
	json_add(obj, "body", names(row->body));
	if (operation == NULL) {
		char *path = buf_take(&text);

		put_operation(&text, row->method, path);
		json_add_text(obj, "operationId", text.data);
		free(path);
	} else {
		json_add_text(obj, "operationId", operation);
	}
	buf_fini(&text);
	return obj;
}

struct json_object *
http_rows_json(const struct handler *handler)
{
	struct json_object *all = json_object_new_array();
	const struct route *row;

	for (row = handler->routes; row->method != NULL; row++) {
		json_object_array_add(
		    all, row_json(handler, row, "/api", row->operation));
		if (handler->has_root)
			json_object_array_add(
			    all, row_json(handler, row, "", NULL));
	}
	return all;
}
