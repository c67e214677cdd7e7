/* Checks a JSON value against the part of JSON Schema that is used here. */
#include "lib/wire/schema.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/log.h"

enum { PLACE_MAX = 160 };

/* Where in the value we are; the text is shared, each level cuts it again. */
struct place {
	char text[PLACE_MAX];
	size_t len;
};

static int check_value(struct json_object *schema, struct json_object *value,
    struct place *place, struct err *err);

static const char *const keywords[] = { "type", "enum", "properties",
	"required", "additionalProperties", "items", "maxItems", "minLength",
	"maxLength", "minimum", "maximum" };

static int
refuse(const struct place *place, const char *problem, struct err *err)
{
	return err_set(err, ERR_INVALID_FIELDS, "%s %s.",
	    place->len > 0 ? place->text : "The value", problem);
}

/* Adds ".name" or "[n]"; returns the length to go back to. */
static size_t
enter(struct place *place, const char *name, size_t index)
{
	size_t before = place->len;
	int n;

	if (name != NULL)
		n = snprintf(place->text + before, sizeof(place->text) - before,
		    "%s%s", before > 0 ? "." : "", name);
	else
		n = snprintf(place->text + before, sizeof(place->text) - before,
		    "[%zu]", index);
	if (n > 0)
		place->len += (size_t)n;
	if (place->len >= sizeof(place->text))
		place->len = sizeof(place->text) - 1;
	return before;
}

static void
leave(struct place *place, size_t before)
{
	place->len = before;
	place->text[before] = '\0';
}

static bool
is_of_type(const char *type, struct json_object *value)
{
	if (strcmp(type, "null") == 0)
		return value == NULL;
	if (strcmp(type, "object") == 0)
		return json_object_is_type(value, json_type_object);
	if (strcmp(type, "array") == 0)
		return json_object_is_type(value, json_type_array);
	if (strcmp(type, "string") == 0)
		return json_object_is_type(value, json_type_string);
	if (strcmp(type, "boolean") == 0)
		return json_object_is_type(value, json_type_boolean);
	if (strcmp(type, "integer") == 0)
		return json_object_is_type(value, json_type_int);
	if (strcmp(type, "number") == 0)
		return json_object_is_type(value, json_type_int) ||
		    json_object_is_type(value, json_type_double);
	die("a schema names the unknown type %s", type);
}

static int
check_type(struct json_object *type, struct json_object *value,
    const struct place *place, struct err *err)
{
	size_t i;

	if (json_object_is_type(type, json_type_string)) {
		if (is_of_type(json_object_get_string(type), value))
			return 0;
		return refuse(place, "is of a wrong type", err);
	}
	for (i = 0; i < json_object_array_length(type); i++)
		if (is_of_type(json_object_get_string(
				   json_object_array_get_idx(type, i)),
			value))
			return 0;
	return refuse(place, "is of a wrong type", err);
}

static int
check_enum(struct json_object *choices, struct json_object *value,
    const struct place *place, struct err *err)
{
	size_t i;

	for (i = 0; i < json_object_array_length(choices); i++)
		if (json_object_equal(
			json_object_array_get_idx(choices, i), value))
			return 0;
	return refuse(place, "is none of the values allowed", err);
}

static int
check_number(struct json_object *schema, struct json_object *value,
    const struct place *place, struct err *err)
{
	double number = json_object_get_double(value);

	if (number < json_get_real(schema, "minimum", number))
		return refuse(place, "is too small", err);
	if (number > json_get_real(schema, "maximum", number))
		return refuse(place, "is too big", err);
	return 0;
}

static int
check_string(struct json_object *schema, struct json_object *value,
    const struct place *place, struct err *err)
{
	int64_t len = json_object_get_string_len(value);

	if (len < json_get_int(schema, "minLength", 0))
		return refuse(place, "is too short", err);
	if (len > json_get_int(schema, "maxLength", len))
		return refuse(place, "is too long", err);
	return 0;
}

static int
check_array(struct json_object *schema, struct json_object *value,
    struct place *place, struct err *err)
{
	struct json_object *items = json_get_object(schema, "items");
	size_t i, before, n = json_object_array_length(value);
	int result;

	if ((int64_t)n > json_get_int(schema, "maxItems", (int64_t)n))
		return refuse(place, "has too many items", err);
	for (i = 0; items != NULL && i < n; i++) {
		before = enter(place, NULL, i);
		result = check_value(
		    items, json_object_array_get_idx(value, i), place, err);
		leave(place, before);
		if (result == -1)
			return -1;
	}
	return 0;
}

static int
check_required(struct json_object *required, struct json_object *value,
    struct place *place, struct err *err)
{
	const char *name;
	size_t i;

	for (i = 0; required != NULL && i < json_object_array_length(required);
	     i++) {
		name = json_object_get_string(
		    json_object_array_get_idx(required, i));
		if (json_object_object_get_ex(value, name, NULL))
			continue;
		enter(place, name, 0);
		return refuse(place, "is missing", err);
	}
	return 0;
}

static int
check_object(struct json_object *schema, struct json_object *value,
    struct place *place, struct err *err)
{
	struct json_object *properties = json_get_object(schema, "properties");
	struct json_object *property;
	size_t before;
	int result;

	if (check_required(
		json_get_array(schema, "required"), value, place, err) == -1)
		return -1;
	json_object_object_foreach(value, name, member)
	{
		before = enter(place, name, 0);
		property = json_get_object(properties, name);
		if (property != NULL)
			result = check_value(property, member, place, err);
		else if (!json_get_bool(schema, "additionalProperties", true))
			result = refuse(place, "is not known here", err);
		else
			result = 0;
		if (result == -1)
			return -1;
		leave(place, before);
	}
	return 0;
}

static void
check_keywords(struct json_object *schema)
{
	size_t i;

	json_object_object_foreach(schema, name, member)
	{
		(void)member;
		for (i = 0; i < COUNT_OF(keywords); i++)
			if (strcmp(keywords[i], name) == 0)
				break;
		if (i == COUNT_OF(keywords))
			die("a schema has the unknown keyword %s", name);
	}
}

static int
check_value(struct json_object *schema, struct json_object *value,
    struct place *place, struct err *err)
{
	struct json_object *rule = NULL;

	check_keywords(schema);
	if (json_object_object_get_ex(schema, "type", &rule) &&
	    check_type(rule, value, place, err) == -1)
		return -1;
	if (json_object_object_get_ex(schema, "enum", &rule) &&
	    check_enum(rule, value, place, err) == -1)
		return -1;
	switch (json_object_get_type(value)) {
	case json_type_object:
		return check_object(schema, value, place, err);
	case json_type_array:
		return check_array(schema, value, place, err);
	case json_type_string:
		return check_string(schema, value, place, err);
	case json_type_int:
	case json_type_double:
		return check_number(schema, value, place, err);
	default:
		return 0;
	}
}

int
wire_schema_check(
    struct json_object *schema, struct json_object *value, struct err *err)
{
	struct place place = { .len = 0 };

	return check_value(schema, value, &place, err);
}
