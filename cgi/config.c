/*
 * Settings: what they are and where they come from; changed all or none.
 */
#include <stdio.h>
#include <string.h>

#include "cgi/common.h"
#include "lib/auth/stored_settings.h"
#include "lib/base/json.h"
#include "lib/store/notes.h"

enum { CHANGES_MAX = 100, VALUE_MAX = 4096, FIELD_NAME_MAX = 64 };

static const struct field fields[] = {
	{ .name = "settings", .type = FIELD_JSON, .required = true },
	{ 0 },
};

/* The settings as they are now; those of the process may be a moment old. */
static struct settings *
load_settings(struct request *req, struct err *err)
{
	struct settings *settings = settings_load(err);

	if (settings != NULL &&
	    auth_settings_apply(settings, req->db, req->context->keys, err) ==
		-1) {
		settings_free(settings);
		return NULL;
	}
	return settings;
}

static struct reply
list_settings(struct request *req)
{
	struct json_object *obj, *array;
	struct settings *settings;
	struct err err;
	int id;

	settings = load_settings(req, &err);
	if (settings == NULL)
		return reply_err(&err);
	array = json_object_new_array();
	for (id = 0; id < SETTING__MAX; id++)
		json_object_array_add(
		    array, view_setting(settings, (enum setting_id)id));
	settings_free(settings);
	obj = json_object_new_object();
	json_add(obj, "settings", array);
	return reply_json(obj);
}

/* One wanted change; value NULL goes back to the default. */
struct change {
	enum setting_id id;
	const char *value;
	bool is_kept; /* the mask of a secret came back: nothing to do */
};

/* The text that is stored for a value; false for another kind of value. */
static bool
read_value(struct request *req, struct json_object *value, const char **text)
{
	switch (json_object_get_type(value)) {
	case json_type_null:
		*text = NULL;
		return true;
	case json_type_boolean:
		*text = json_object_get_boolean(value) ? "true" : "false";
		return true;
	case json_type_int:
		*text = arena_printf(req->arena, "%lld",
		    (long long)json_object_get_int64(value));
		return true;
	case json_type_string:
		*text = json_object_get_string(value);
		return json_object_get_string_len(value) <= VALUE_MAX;
	default:
		return false;
	}
}

static bool
is_locked(const struct settings *settings, enum setting_id id)
{
	enum setting_source source = settings_source(settings, id);

	return (setting_rows[id].flags & SETTING_BOOT) != 0 ||
	    source == SETTING_FROM_FILE || source == SETTING_FROM_ENVIRONMENT;
}

/* What is wrong with an entry of the list, NULL when nothing is. */
static const char *
read_change(struct request *req, const struct settings *settings,
    struct json_object *entry, struct change *change)
{
	const char *name = json_get_text(entry, "name", NULL);
	struct json_object *value;
	struct err err;
	int id;

	if (name == NULL || json_object_object_length(entry) != 2 ||
	    !json_object_object_get_ex(entry, "value", &value))
		return "must be an object with name and value";
	id = settings_find(name);
	if (id == -1)
		return "is no setting";
	change->id = (enum setting_id)id;
	if (is_locked(settings, change->id))
		return "is decided by the environment or the configuration "
		       "file";
	if (!read_value(req, value, &change->value))
		return "must be a text, a whole number, true, false or null";
	change->is_kept = (setting_rows[id].flags & SETTING_SECRET) != 0 &&
	    change->value != NULL &&
	    strcmp(change->value, VIEW_SECRET_MASK) == 0;
	if (change->value == NULL || change->is_kept ||
	    settings_check(change->id, change->value, &err) == 0)
		return NULL;
	return arena_strdup(req->arena, err.text);
}

static void
add_problem(struct json_object *problems, size_t i, struct json_object *entry,
    const char *problem)
{
	struct json_object *obj = json_object_new_object();
	char place[FIELD_NAME_MAX];

	snprintf(place, sizeof(place), "settings[%zu]", i);
	json_add_text(obj, "name", json_get_text(entry, "name", place));
	json_add_text(obj, "problem", problem);
	json_object_array_add(problems, obj);
}

/* Reads all changes; an array of problems, empty when all are good. */
static struct json_object *
read_changes(struct request *req, const struct settings *settings,
    struct json_object *list, struct change *changes, size_t n)
{
	struct json_object *problems = json_object_new_array(), *entry;
	const char *problem;
	size_t i;

	for (i = 0; i < n; i++) {
		entry = json_object_array_get_idx(list, i);
		problem = read_change(req, settings, entry, &changes[i]);
		if (problem != NULL)
			add_problem(problems, i, entry, problem);
	}
	return problems;
}

static int
write_changes(struct request *req, const struct change *changes, size_t n,
    struct err *err)
{
	const char *who = req->caller.user_id;
	struct audit_entry entry = { .actor = who,
		.event = "setting.changed",
		.address = req->address,
		.request_id = req->id };
	size_t i;

	if (db_begin(req->db, err) == -1)
		return -1;
	for (i = 0; i < n; i++) {
		if (changes[i].is_kept)
			continue;
		entry.target = setting_rows[changes[i].id].name;
		if (auth_setting_put(req->db, req->context->keys, changes[i].id,
			changes[i].value, who, err) == -1 ||
		    store_audit_add(req->db, &entry, err) == STORE_ERROR) {
			db_rollback(req->db);
			return -1;
		}
	}
	return db_commit(req->db, err);
}

static struct reply
refuse(struct json_object *problems)
{
	struct reply reply = reply_error(ERR_INVALID_FIELDS,
	    "Nothing was changed, because some settings are not accepted.");

	reply.err_fields = problems;
	return reply;
}

static struct reply
replace_settings(struct request *req)
{
	struct json_object *list = req->body[0].json, *problems;
	struct settings *settings;
	struct change *changes;
	struct err err;
	size_t n;

	if (!json_object_is_type(list, json_type_array) ||
	    json_object_array_length(list) > CHANGES_MAX)
		return reply_bad_field(
		    "settings", "must be a list of at most 100 entries");
	settings = load_settings(req, &err);
	if (settings == NULL)
		return reply_err(&err);
	n = json_object_array_length(list);
	changes = arena_alloc(req->arena, n + 1, sizeof(*changes));
	problems = read_changes(req, settings, list, changes, n);
	settings_free(settings);
	if (json_object_array_length(problems) > 0)
		return refuse(problems);
	json_object_put(problems);
	if (write_changes(req, changes, n, &err) == -1)
		return reply_err(&err);
	request_notify(req, "settings.changed", json_object_new_object());
	return list_settings(req);
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "",
	    .has_fields = true,
	    .run = list_settings,
	    .operation = "list_settings" },
	{ .method = "PUT",
	    .path = "",
	    .body = fields,
	    .run = replace_settings,
	    .operation = "replace_settings" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){
		.name = "config", .routes = routes, .access = ACCESS_ADMIN });
}
