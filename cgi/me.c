/*
 * The signed-in person: name, language, preferences; their profiles.
 */
#include <string.h>

#include "cgi/me/me.h"
#include "lib/auth/people.h"
#include "lib/base/json.h"

enum { NAME, DISPLAY_NAME, EMAIL, LANGUAGE, PREFERENCES, FIELDS };
enum { CODECS_MAX = 64, CODEC_MAX = 64, LANGUAGE_MAX = 35 };

static const struct field fields[] = {
	[NAME] = { .name = "name", .min = 1, .max = 100 },
	[DISPLAY_NAME] = { .name = "displayName", .min = 1, .max = 100 },
	[EMAIL] = { .name = "email", .type = FIELD_EMAIL },
	[LANGUAGE] = { .name = "language", .type = FIELD_LANGUAGE },
	[PREFERENCES] = { .name = "preferences", .type = FIELD_JSON },
	[FIELDS] = { 0 },
};

static struct reply
show_me(struct request *req)
{
	struct user user;
	struct profile profile, *all;
	struct json_object *obj;
	enum store_result result;
	struct err err;
	size_t n = 0;

	result = store_user_find(
	    req->db, req->arena, req->caller.user_id, &user, &err);
	if (result == STORE_OK)
		result = store_profile_find(req->db, req->arena,
		    req->caller.viewer.profile_id, &profile, &err);
	if (result == STORE_OK)
		result = store_profile_list(
		    req->db, req->arena, user.id, &all, &n, &err);
	if (result != STORE_OK)
		return reply_store(result, ERR_USER_NOT_FOUND, &err);
	/* What the session may do, which its profile may narrow. */
	user.role = req->caller.role;
	obj = view_me(&user, &profile);
	json_add_int(obj, "profiles", (int64_t)n);
	return reply_json(obj);
}

static bool
is_bool(struct json_object *value)
{
	return json_object_is_type(value, json_type_boolean);
}

static bool
is_word_of(
    struct json_object *value, const char *const *words, size_t n_words)
{
	size_t i;

	if (!json_object_is_type(value, json_type_string))
		return false;
	for (i = 0; i < n_words; i++)
		if (strcmp(words[i], json_object_get_string(value)) == 0)
			return true;
	return false;
}

static bool
is_quality(struct json_object *value)
{
	static const char *const words[] = { "auto", "8K", "4K", "2K", "FHD",
		"HD", "SD" };

	return is_word_of(value, words, COUNT_OF(words));
}

static bool
is_size(struct json_object *value)
{
	static const char *const words[] = { "small", "medium", "large",
		"huge" };

	return is_word_of(value, words, COUNT_OF(words));
}

static bool
is_colour(struct json_object *value)
{
	static const char *const words[] = { "white", "yellow", "cyan",
		"green" };

	return is_word_of(value, words, COUNT_OF(words));
}

static bool
is_edge(struct json_object *value)
{
	static const char *const words[] = { "box", "outline", "shadow" };

	return is_word_of(value, words, COUNT_OF(words));
}

static bool
is_codec_list(struct json_object *value)
{
	struct json_object *item;
	size_t i, n;
	int len;

	if (!json_object_is_type(value, json_type_array))
		return false;
	n = json_object_array_length(value);
	for (i = 0; i < n; i++) {
		item = json_object_array_get_idx(value, i);
		if (!json_object_is_type(item, json_type_string))
			return false;
		len = json_object_get_string_len(item);
		if (len < 1 || len > CODEC_MAX)
			return false;
	}
	return n <= CODECS_MAX;
}

static bool
is_language_or_null(struct json_object *value)
{
	return value == NULL ||
	    (json_object_is_type(value, json_type_string) &&
		json_object_get_string_len(value) <= LANGUAGE_MAX);
}

static const struct preference {
	const char *name;
	bool (*check)(struct json_object *value);
	const char *problem;
} preferences[] = {
	{ "quality", is_quality, "must be auto, 8K, 4K, 2K, FHD, HD or SD" },
	{ "codecs", is_codec_list,
	    "must be a list of at most 64 codec strings" },
	{ "subtitlesLanguage", is_language_or_null,
	    "must be a language or null" },
	{ "subtitlesSize", is_size, "must be small, medium, large or huge" },
	{ "subtitlesColour", is_colour,
	    "must be white, yellow, cyan or green" },
	{ "subtitlesEdge", is_edge, "must be box, outline or shadow" },
	{ "autoplay", is_bool, "must be true or false" },
	{ "stillWatching", is_bool, "must be true or false" },
	{ "spoilers", is_bool, "must be true or false" },
};

static const char *
check_preference(const char *name, struct json_object *value)
{
	size_t i;

	for (i = 0; i < COUNT_OF(preferences); i++)
		if (strcmp(preferences[i].name, name) == 0)
			return preferences[i].check(value)
			    ? NULL
			    : preferences[i].problem;
	return "is not known";
}

/* Lays the given preferences over the stored ones; the result in the arena, or
 * NULL and the refusal. */
static char *
merge_preferences(
    struct request *req, struct json_object *given, struct reply *refusal)
{
	struct profile profile;
	struct json_object *all;
	struct json_object_iterator at, end;
	const char *problem, *name;
	char *text;
	enum store_result result;
	struct err err;

	if (!json_object_is_type(given, json_type_object)) {
		*refusal = reply_bad_field("preferences", "must be an object");
		return NULL;
	}
	end = json_object_iter_end(given);
	at = json_object_iter_begin(given);
	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
		name = json_object_iter_peek_name(&at);
		problem =
		    check_preference(name, json_object_iter_peek_value(&at));
		if (problem == NULL)
			continue;
		*refusal = reply_bad_field(
		    arena_printf(req->arena, "preferences.%s", name), problem);
		return NULL;
	}
	result = store_profile_find(
	    req->db, req->arena, req->caller.viewer.profile_id, &profile, &err);
	if (result != STORE_OK) {
		*refusal = reply_store(result, ERR_USER_NOT_FOUND, &err);
		return NULL;
	}
	all = view_preferences(profile.preferences);
	at = json_object_iter_begin(given);
	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at))
		json_add(all, json_object_iter_peek_name(&at),
		    json_object_get(json_object_iter_peek_value(&at)));
	text = arena_strdup(req->arena,
	    json_object_to_json_string_ext(all, JSON_C_TO_STRING_PLAIN));
	json_object_put(all);
	return text;
}

static bool
anything_given(const struct request *req)
{
	int i;

	for (i = 0; i < FIELDS; i++)
		if (req->body[i].is_given)
			return true;
	return false;
}

/* Which things of the account are others now; language and preferences are a
 * matter of taste. */
static int
audit_change(const struct request *req, struct err *err)
{
	static const int account[] = { NAME, DISPLAY_NAME, EMAIL };
	struct json_object *detail;
	bool is_account = false;
	int result = 0;
	size_t i;

	detail = json_object_new_object();
	for (i = 0; i < COUNT_OF(account); i++) {
		json_add_bool(detail, fields[account[i]].name,
		    req->body[account[i]].is_given);
		is_account |= req->body[account[i]].is_given;
	}
	if (is_account)
		result =
		    request_audit(req, AUDIT_USER_CHANGED, req->caller.user_id,
			json_object_to_json_string_ext(
			    detail, JSON_C_TO_STRING_PLAIN),
			err);
	json_object_put(detail);
	return result;
}

/* All that is given, or nothing. */
static int
write_changes(struct request *req, const char *merged, struct err *err)
{
	const struct value *body = req->body;
	const char *user_id = req->caller.user_id;

	if (db_begin(req->db, err) == -1)
		return -1;
	if (body[NAME].is_given &&
	    store_user_rename(req->db, user_id, body[NAME].text, err) ==
		STORE_ERROR)
		goto err;
	if ((body[EMAIL].is_given || body[DISPLAY_NAME].is_given) &&
	    store_user_update(req->db, user_id, body[EMAIL].text,
		body[DISPLAY_NAME].text, err) == STORE_ERROR)
		goto err;
	if (audit_change(req, err) == -1)
		goto err;
	if ((merged != NULL || body[LANGUAGE].is_given) &&
	    store_profile_update(req->db, req->caller.viewer.profile_id,
		body[LANGUAGE].text, merged, err) == STORE_ERROR)
		goto err;
	return db_commit(req->db, err);
err:
	db_rollback(req->db);
	return -1;
}

static struct reply
update_me(struct request *req)
{
	const struct value *body = req->body;
	char *merged = NULL;
	struct reply refusal;
	struct err err;

	if (!anything_given(req))
		return reply_error(
		    ERR_BAD_REQUEST, "The request changes nothing.");
	if (!req->caller.viewer.is_unlimited &&
	    (body[NAME].is_given || body[DISPLAY_NAME].is_given ||
		body[EMAIL].is_given))
		return reply_error(ERR_PROFILE_LIMITED,
		    "A limited profile changes nothing of the account.");
	if (body[NAME].is_given && !people_is_name(body[NAME].text))
		return reply_bad_field("name", "may not hold spaces or @");
	if (body[PREFERENCES].is_given) {
		merged =
		    merge_preferences(req, body[PREFERENCES].json, &refusal);
		if (merged == NULL)
			return refusal;
	}
	if (write_changes(req, merged, &err) == -1)
		return reply_err(&err);
	return show_me(req);
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "",
	    .keys = KEY_SCOPE_READ,
	    .has_fields = true,
	    .limited = true,
	    .run = show_me,
	    .operation = "show_me" },
	{ .method = "PATCH",
	    .path = "",
	    .keys = KEY_SCOPE_FULL,
	    .body = fields,
	    .limited = true,
	    .run = update_me,
	    .operation = "update_me",
	    .audit = AUDIT_USER_CHANGED },
	{ .method = "DELETE",
	    .path = "",
	    .rate = RATE_CODE,
	    .body = me_leaving_fields,
	    .run = me_leave,
	    .operation = "delete_me",
	    .audit = AUDIT_USER_REMOVED },
	{ .method = "POST",
	    .path = "/export",
	    .body = me_leaving_fields,
	    .run = me_export,
	    .operation = "export_me",
	    .audit = AUDIT_NONE,
	    .audit_why = "changes nothing; is no GET for the password in its body" },
	{ .method = "GET",
	    .path = "/profiles",
	    .keys = KEY_SCOPE_READ,
	    .has_fields = true,
	    .limited = true,
	    .run = me_list_profiles,
	    .operation = "list_profiles" },
	{ .method = "POST",
	    .path = "/profiles",
	    .body = me_profile_fields,
	    .run = me_create_profile,
	    .operation = "create_profile",
	    .audit = AUDIT_PROFILE_CREATED },
	{ .method = "PATCH",
	    .path = "/profiles/:profile",
	    .rate = RATE_CODE,
	    .body = me_profile_change_fields,
	    .run = me_update_profile,
	    .operation = "update_profile",
	    .audit = AUDIT_PROFILE_CHANGED },
	{ .method = "DELETE",
	    .path = "/profiles/:profile",
	    .rate = RATE_CODE,
	    .body = me_proof_fields,
	    .run = me_delete_profile,
	    .operation = "delete_profile",
	    .audit = AUDIT_PROFILE_REMOVED },
	{ .method = "POST",
	    .path = "/profiles/:profile/use",
	    .rate = RATE_CODE,
	    .body = me_proof_fields,
	    .limited = true,
	    .run = me_use_profile,
	    .operation = "use_profile",
	    .audit = AUDIT_PROFILE_USED },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(
	    argc, argv, &(struct handler){ .name = "me", .routes = routes });
}
