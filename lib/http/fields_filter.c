/* ?fields=: leaves of each item, or of the one thing, what was asked for. */
#include <string.h>

#include "lib/http/server.h"

/* The array that a list's answer is about, NULL when it is one thing. */
static struct json_object *
find_list(struct json_object *body, const char *list_key)
{
	struct json_object *found = NULL;

	if (json_object_is_type(body, json_type_array))
		return body;
	if (list_key != NULL) {
		json_object_object_get_ex(body, list_key, &found);
		return found;
	}
	/* {"settings": […]} is a list too. */
	json_object_object_foreach(body, key, member)
	{
		if (key[0] != '\0' && json_object_object_length(body) == 1 &&
		    json_object_is_type(member, json_type_array))
			found = member;
	}
	return found;
}

static bool
is_wanted(const char *key, const char *fields)
{
	size_t len = strlen(key), part;
	const char *at = fields;

	for (; *at != '\0'; at += part + (at[part] == ',')) {
		part = strcspn(at, ",");
		if (part == len && memcmp(at, key, len) == 0)
			return true;
	}
	return false;
}

static struct json_object *
filtered(struct json_object *item, const char *fields)
{
	struct json_object_iterator at, end;
	struct json_object *copy;
	const char *key;

	if (!json_object_is_type(item, json_type_object))
		return json_object_get(item);
	copy = json_object_new_object();
	end = json_object_iter_end(item);
	for (at = json_object_iter_begin(item);
	     !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
		key = json_object_iter_peek_name(&at);
		if (is_wanted(key, fields))
			json_object_object_add(copy, key,
			    json_object_get(json_object_iter_peek_value(&at)));
	}
	return copy;
}

/* Whether some item has the property; of an empty list nothing is known. */
static bool
is_known(struct json_object *list, struct json_object *body, const char *name)
{
	size_t i, n;

	if (list == NULL)
		return json_object_object_get_ex(body, name, NULL);
	n = json_object_array_length(list);
	for (i = 0; i < n; i++)
		if (json_object_object_get_ex(
			json_object_array_get_idx(list, i), name, NULL))
			return true;
	return n == 0;
}

static const char *
find_unknown(struct arena *arena, struct json_object *list,
    struct json_object *body, const char *fields)
{
	const char *at = fields, *name;
	size_t len;

	for (;;) {
		len = strcspn(at, ",");
		name = arena_strndup(arena, at, len);
		if (len == 0 || !is_known(list, body, name))
			return name;
		at += len;
		if (*at++ == '\0')
			return NULL;
	}
}

const char *
http_fields_filter(struct arena *arena, struct json_object **body,
    const char *list_key, const char *fields)
{
	struct json_object *list, *fresh;
	const char *unknown;
	size_t i;

	if (!json_object_is_type(*body, json_type_object) &&
	    !json_object_is_type(*body, json_type_array))
		return NULL;
	list = find_list(*body, list_key);
	unknown = find_unknown(arena, list, *body, fields);
	if (unknown != NULL)
		return unknown;
	if (list == NULL) {
		fresh = filtered(*body, fields);
		json_object_put(*body);
		*body = fresh;
		return NULL;
	}
	for (i = 0; i < json_object_array_length(list); i++)
		json_object_array_put_idx(list, i,
		    filtered(json_object_array_get_idx(list, i), fields));
	return NULL;
}
