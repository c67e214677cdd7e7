/*
 * Settings: what they are and where they come from; changed all or none.
 */
#include <stdio.h>
#include <string.h>

#include "cgi/common.h"
#include "lib/auth/stored_settings.h"
#include "lib/base/json.h"
#include "lib/base/log.h"

enum { CHANGES_MAX = 100, VALUE_MAX = 4096, FIELD_NAME_MAX = 64 };
enum { TOLD_MS = 5000, TEST_MS = 10000 };

static const struct field fields[] = {
	{ .name = "settings", .type = FIELD_JSON, .required = true },
	{ 0 },
};

/* The settings as they are now; those of the process may be a moment old. */
static struct settings *
load_settings(struct request *req, struct err *err)
{
	return auth_settings_load(req->db, req->context->keys, err);
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

/* What is wrong with an entry of the list; ERR_NONE when nothing is. */
static enum err_code
read_change(struct request *req, const struct settings *settings,
    struct json_object *entry, struct change *change, const char **problem)
{
	const char *name = json_get_text(entry, "name", NULL);
	struct json_object *value;
	struct err err;
	int id;

	*problem = "must be an object with name and value";
	if (name == NULL || json_object_object_length(entry) != 2 ||
	    !json_object_object_get_ex(entry, "value", &value))
		return ERR_INVALID_FIELDS;
	id = settings_find(name);
	*problem = "is no setting";
	if (id == -1)
		return ERR_SETTING_NOT_FOUND;
	change->id = (enum setting_id)id;
	*problem = "is decided by the environment or the configuration file";
	if (is_locked(settings, change->id))
		return ERR_SETTING_LOCKED;
	*problem = "must be a text, a whole number, true, false or null";
	if (!read_value(req, value, &change->value))
		return ERR_SETTING_INVALID;
	change->is_kept = (setting_rows[id].flags & SETTING_SECRET) != 0 &&
	    change->value != NULL &&
	    strcmp(change->value, VIEW_SECRET_MASK) == 0;
	if (change->value == NULL || change->is_kept ||
	    settings_check(change->id, change->value, &err) == 0)
		return ERR_NONE;
	*problem = arena_strdup(req->arena, err.text);
	return ERR_SETTING_INVALID;
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

/* Reads all changes. The first problem decides the code, `problems` names
 * each. */
static enum err_code
read_changes(struct request *req, const struct settings *settings,
    struct json_object *list, struct change *changes,
    struct json_object *problems)
{
	enum err_code first = ERR_NONE, code;
	size_t i, n = json_object_array_length(list);
	struct json_object *entry;
	const char *problem;

	for (i = 0; i < n; i++) {
		entry = json_object_array_get_idx(list, i);
		code = read_change(req, settings, entry, &changes[i], &problem);
		if (code == ERR_NONE)
			continue;
		add_problem(problems, i, entry, problem);
		if (first == ERR_NONE)
			first = code;
	}
	return first;
}

static int
write_changes(struct request *req, const struct change *changes, size_t n,
    struct err *err)
{
	const char *who = req->caller.user_id;
	size_t i;

	if (db_begin(req->db, err) == -1)
		return -1;
	for (i = 0; i < n; i++) {
		if (changes[i].is_kept)
			continue;
		if (auth_setting_put(req->db, req->context->keys, changes[i].id,
			changes[i].value, who, err) == -1 ||
		    request_audit(req, AUDIT_SETTING_CHANGED,
			setting_rows[changes[i].id].name, NULL, err) == -1) {
			db_rollback(req->db);
			return -1;
		}
	}
	return db_commit(req->db, err);
}

static struct reply
refuse(enum err_code code, struct json_object *problems)
{
	struct reply reply = reply_error(code,
	    "Nothing was changed, because some settings are not accepted.");

	reply.err_fields = problems;
	return reply;
}

/* What is asked of miaud next is already judged by the new values. They are
 * stored in any case: a miaud that is away reads them when it starts. */
static void
tell_miaud(struct request *req)
{
	struct json_object *result = NULL;
	struct err err;

	if (request_call(
		req, "settings.changed", NULL, TOLD_MS, &result, &err) == -1)
		log_debug("settings.untold", "%s", err.text);
	json_object_put(result);
}

static struct reply
replace_settings(struct request *req)
{
	struct json_object *list = req->body[0].json, *problems;
	struct settings *settings;
	struct change *changes;
	enum err_code code;
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
	problems = json_object_new_array();
	code = read_changes(req, settings, list, changes, problems);
	settings_free(settings);
	if (code != ERR_NONE)
		return refuse(code, problems);
	json_object_put(problems);
	if (write_changes(req, changes, n, &err) == -1)
		return reply_err(&err);
	tell_miaud(req);
	return list_settings(req);
}

/* Whether OpenSubtitles takes the key, which costs nothing of the quota. */
static struct reply
test_opensubtitles(struct request *req)
{
	struct json_object *params = json_object_new_object(), *result;
	struct err err;

	json_add_bool(params, "test", true);
	if (request_call(req, "subtitles.status", params, TEST_MS, &result,
		&err) == -1)
		return reply_err(&err);
	return reply_json(result);
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "",
	    .keys = KEY_SCOPE_READ,
	    .has_fields = true,
	    .run = list_settings,
	    .operation = "list_settings" },
	{ .method = "PUT",
	    .path = "",
	    .keys = KEY_SCOPE_FULL,
	    .body = fields,
	    .run = replace_settings,
	    .operation = "replace_settings",
	    .waits_ms = TOLD_MS,
	    .audit = AUDIT_SETTING_CHANGED },
	{ .method = "POST",
	    .path = "/opensubtitles/test",
	    .keys = KEY_SCOPE_FULL,
	    .run = test_opensubtitles,
	    .operation = "test_opensubtitles",
	    .waits_ms = TEST_MS,
	    .audit = AUDIT_NONE,
	    .audit_why = "it only asks whether a key is taken" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){
		.name = "config", .routes = routes, .access = ACCESS_ADMIN });
}
