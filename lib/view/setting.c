/*
 * Settings as the contract shows them.
 */
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/str.h"
#include "lib/view/view.h"

static const char *const types[] = {
	[SETTING_TEXT] = "text",
	[SETTING_INT] = "integer",
	[SETTING_BOOL] = "boolean",
	[SETTING_CHOICE] = "choice",
	[SETTING_LIST] = "list",
};

static const char *const sources[] = {
	[SETTING_FROM_DEFAULT] = "default",
	[SETTING_FROM_DATABASE] = "database",
	[SETTING_FROM_FILE] = "file",
	[SETTING_FROM_ENVIRONMENT] = "environment",
};

/* A value's text as a value of its type. */
static struct json_object *
make_value(const struct setting_row *row, const char *text)
{
	int64_t n;

	if (row->flags & SETTING_SECRET)
		return *text == '\0' ? NULL
				     : json_object_new_string(VIEW_SECRET_MASK);
	if (row->type == SETTING_BOOL)
		return json_object_new_boolean(strcmp(text, "true") == 0);
	if (row->type == SETTING_INT &&
	    str_to_int64(text, INT64_MIN, INT64_MAX, &n))
		return json_object_new_int64(n);
	return json_object_new_string(text);
}

static struct json_object *
make_choices(const char *choices)
{
	struct json_object *array = json_object_new_array();
	size_t len;

	while (choices != NULL && *choices != '\0') {
		len = strcspn(choices, "|");
		json_object_array_add(
		    array, json_object_new_string_len(choices, (int)len));
		choices += len;
		choices += *choices == '|';
	}
	return array;
}

/* The present value; settings_text is not the spelling of a boolean. */
static struct json_object *
make_present(const struct settings *settings, enum setting_id id)
{
	const struct setting_row *row = &setting_rows[id];

	if (row->type == SETTING_BOOL)
		return json_object_new_boolean(settings_bool(settings, id));
	return make_value(row, settings_text(settings, id));
}

struct json_object *
view_setting(const struct settings *settings, enum setting_id id)
{
	const struct setting_row *row = &setting_rows[id];
	struct json_object *obj = json_object_new_object();
	bool is_int = row->type == SETTING_INT;
	char env[64];

	settings_env_name(id, env, sizeof(env));
	json_add_text(obj, "name", row->name);
	json_add_text(obj, "label", row->label);
	json_add_text(obj, "type", types[row->type]);
	json_add(obj, "value", make_present(settings, id));
	json_add(obj, "default", make_value(row, row->fallback));
	json_add_text(obj, "source", sources[settings_source(settings, id)]);
	json_add_bool(obj, "secret", (row->flags & SETTING_SECRET) != 0);
	json_add_bool(obj, "restart",
	    (row->flags & (SETTING_RESTART | SETTING_BOOT)) != 0);
	json_add_text(obj, "help", row->help);
	json_add(obj, "min", is_int ? json_object_new_int64(row->min) : NULL);
	json_add(obj, "max", is_int ? json_object_new_int64(row->max) : NULL);
	json_add_text(obj, "unit", row->unit);
	json_add_text(obj, "zero", row->zero);
	json_add(obj, "choices", make_choices(row->choices));
	json_add_text(obj, "environment", env);
	return obj;
}
