/*
 * People as the contract shows them.
 */
#include <string.h>

#include "lib/base/json.h"
#include "lib/view/view.h"

static void
add_person(struct json_object *obj, const struct user *user)
{
	json_add_text(obj, "id", user->id);
	json_add_text(obj, "email", user->email);
	json_add_text(obj, "name", user->name);
	json_add_text(obj, "displayName", user->display_name);
	json_add_text(
	    obj, "role", user->role == USER_ROLE_ADMIN ? "admin" : "user");
}

struct json_object *
view_user(const struct user *user)
{
	struct json_object *obj = json_object_new_object();

	add_person(obj, user);
	return obj;
}

struct json_object *
view_person(const struct user *user)
{
	struct json_object *obj = view_user(user);

	json_add_bool(obj, "disabled", user->is_disabled);
	json_add_time(obj, "createdAt", user->created_at);
	return obj;
}

struct json_object *
view_profile(const struct profile *profile)
{
	struct json_object *obj = json_object_new_object();

	json_add_text(obj, "id", profile->id);
	json_add_text(obj, "name", profile->name);
	json_add_text(obj, "avatar", profile->avatar);
	json_add_text(obj, "colour", profile->colour);
	json_add_text(obj, "language", profile->language);
	json_add(obj, "maturityLimit",
	    profile->viewer.is_unlimited
		? NULL
		: json_object_new_int64(profile->viewer.limit));
	json_add_bool(obj, "allowsUnrated",
	    profile->viewer.is_unlimited || profile->viewer.allows_unrated);
	json_add_bool(obj, "hasPin", profile->pin_hash != NULL);
	return obj;
}

struct json_object *
view_me(const struct user *user, const struct profile *profile)
{
	struct json_object *obj = json_object_new_object();

	add_person(obj, user);
	json_add(obj, "profile", view_profile(profile));
	json_add_text(obj, "language", profile->language);
	json_add(obj, "preferences", view_preferences(profile->preferences));
	return obj;
}

struct json_object *
view_device(const struct session *session)
{
	struct json_object *obj = json_object_new_object();

	json_add_text(obj, "id", session->id);
	json_add_text(obj, "device", session->device);
	json_add_text(obj, "address", session->address);
	json_add_time(obj, "createdAt", session->created_at);
	json_add_time(obj, "lastUsedAt", session->last_used_at);
	return obj;
}

struct json_object *
view_api_key(const struct api_key *key)
{
	struct json_object *obj = json_object_new_object();

	json_add_text(obj, "id", key->id);
	json_add_text(
	    obj, "kind", key->kind == API_KEY_PASSWORD ? "password" : "key");
	json_add_text(obj, "name", key->name);
	json_add_text(obj, "scope", store_scope_word(key->scope));
	json_add_time(obj, "createdAt", key->created_at);
	json_add_time(obj, "expiresAt", key->expires_at);
	json_add_time(obj, "lastUsedAt", key->last_used_at);
	json_add_text(obj, "lastAddress", key->last_address);
	return obj;
}

struct json_object *
view_preferences(const char *stored)
{
	struct json_object *obj = json_object_new_object(), *from = NULL;
	struct json_object *codecs;
	struct err err;

	if (stored != NULL)
		from = json_parse(stored, strlen(stored), &err);
	json_add_text(obj, "quality", json_get_text(from, "quality", "auto"));
	codecs = json_get_array(from, "codecs");
	json_add(obj, "codecs",
	    codecs != NULL ? json_object_get(codecs) : json_object_new_array());
	json_add_text(obj, "subtitlesLanguage",
	    json_get_text(from, "subtitlesLanguage", NULL));
	json_add_text(obj, "subtitlesSize",
	    json_get_text(from, "subtitlesSize", "medium"));
	json_add_text(obj, "subtitlesColour",
	    json_get_text(from, "subtitlesColour", "white"));
	json_add_text(
	    obj, "subtitlesEdge", json_get_text(from, "subtitlesEdge", "box"));
	json_add_bool(obj, "autoplay", json_get_bool(from, "autoplay", true));
	json_add_bool(
	    obj, "stillWatching", json_get_bool(from, "stillWatching", true));
	json_add_bool(obj, "spoilers", json_get_bool(from, "spoilers", true));
	json_object_put(from);
	return obj;
}
