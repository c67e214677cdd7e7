/*
 * The profiles of an account. Who may do what is thought through in
 * lib/auth/profile.h.
 */
#include "cgi/me/me.h"

#include <string.h>

#include "lib/auth/password.h"
#include "lib/auth/profile.h"
#include "lib/base/json.h"

#define AVATARS "bear|bird|cat|dog|fish|fox|owl|robot"
#define COLOURS "blue|green|grey|orange|pink|purple|red|yellow"

enum {
	NAME,
	AVATAR,
	COLOUR,
	LANGUAGE,
	IS_LIMITED,
	LIMIT,
	ALLOWS_UNRATED,
	PIN,
	CURRENT_PIN,
	PASSWORD,
};

#define LOOKS                                                                  \
	[AVATAR] = { .name = "avatar",                                         \
		.type = FIELD_CHOICE,                                          \
		.choices = AVATARS },                                          \
	[COLOUR] = { .name = "colour",                                         \
		.type = FIELD_CHOICE,                                          \
		.choices = COLOURS },                                          \
	[LANGUAGE] = { .name = "language", .type = FIELD_LANGUAGE },           \
	[IS_LIMITED] = { .name = "isLimited", .type = FIELD_BOOL },            \
	[LIMIT] = { .name = "maturityLimit",                                   \
		.type = FIELD_INT,                                             \
		.max = MATURITY_MAX },                                         \
	[ALLOWS_UNRATED] = { .name = "allowsUnrated", .type = FIELD_BOOL },    \
	[PIN] = { .name = "pin", .max = PIN_MAX }

const struct field me_profile_fields[] = {
	[NAME] = { .name = "name", .min = 1, .max = 40, .required = true },
	LOOKS,
	{ 0 },
};

const struct field me_profile_change_fields[] = {
	[NAME] = { .name = "name", .min = 1, .max = 40 },
	LOOKS,
	[CURRENT_PIN] = { .name = "currentPin", .min = 1, .max = PIN_MAX },
	[PASSWORD] = { .name = "password", .min = 1, .max = PASSWORD_MAX },
	{ 0 },
};

enum { PROOF_PIN, PROOF_PASSWORD };
const struct field me_proof_fields[] = {
	[PROOF_PIN] = { .name = "pin", .min = 1, .max = PIN_MAX },
	[PROOF_PASSWORD] = { .name = "password",
	    .min = 1,
	    .max = PASSWORD_MAX },
	{ 0 },
};

/* Begins the transaction of a change. Checking or hashing a PIN took a while since
 * the profile was read: what another one has made of it meanwhile, and the end of
 * this session, stand. */
static bool
begin(struct request *req, const struct profile *read, struct reply *refusal)
{
	enum store_result result = STORE_ERROR;
	struct session session;
	struct err err;

	if (db_begin(req->db, &err) == 0)
		result = store_session_find(req->db, req->arena,
		    req->caller.session_id, &session, &err);
	if (result == STORE_OK && session.revoked_at == 0)
		result = store_profile_is_same(req->db, req->arena, read, &err);
	else if (result != STORE_ERROR)
		result = STORE_NONE;
	if (result == STORE_OK)
		return true;
	db_rollback(req->db);
	*refusal = result == STORE_ERROR
	    ? reply_err(&err)
	    : reply_error(ERR_PROFILE_CHANGED,
		  "This profile has just been changed elsewhere. Try again.");
	return false;
}

struct reply
me_list_profiles(struct request *req)
{
	struct json_object *obj, *array;
	struct profile *profiles;
	struct err err;
	size_t i, n;

	if (store_profile_list(req->db, req->arena, req->caller.user_id,
		&profiles, &n, &err) == STORE_ERROR)
		return reply_err(&err);
	obj = json_object_new_object();
	array = json_object_new_array();
	for (i = 0; i < n; i++)
		json_object_array_add(array, view_profile(&profiles[i]));
	json_add_text(obj, "current", req->caller.viewer.profile_id);
	json_add(obj, "profiles", array);
	return reply_json(obj);
}

/* The caller's own profile that the path names. */
static bool
find_own(struct request *req, struct profile *profile, struct reply *refusal)
{
	enum store_result found;
	struct err err;

	found = store_profile_find(
	    req->db, req->arena, req->param[ME_PROFILE].text, profile, &err);
	if (found == STORE_OK &&
	    strcmp(profile->user_id, req->caller.user_id) == 0)
		return true;
	*refusal = found == STORE_ERROR
	    ? reply_err(&err)
	    : reply_error(ERR_PROFILE_NOT_FOUND, "You have no such profile.");
	return false;
}

static bool
prove(struct request *req, const struct profile *profile,
    const struct proof *proof, struct reply *refusal)
{
	const struct auth_env env = auth_env_of(req);
	int64_t retry_after_s;
	struct err err;

	if (profile_prove(&env, profile, proof, &retry_after_s, &err) == 0)
		return true;
	*refusal = reply_err(&err);
	refusal->retry_after_s = retry_after_s;
	return false;
}

/* Whether the limit is another afterwards. */
static bool
changes_sight(const struct request *req)
{
	return req->body[IS_LIMITED].is_given || req->body[LIMIT].is_given ||
	    req->body[ALLOWS_UNRATED].is_given;
}

static void
take_looks(struct request *req, struct profile *profile)
{
	const struct value *body = req->body;

	if (body[NAME].is_given)
		profile->name = arena_strdup(req->arena, body[NAME].text);
	if (body[AVATAR].is_given)
		profile->avatar = arena_strdup(req->arena, body[AVATAR].text);
	if (body[COLOUR].is_given)
		profile->colour = arena_strdup(req->arena, body[COLOUR].text);
	if (body[LANGUAGE].is_given)
		profile->language =
		    arena_strdup(req->arena, body[LANGUAGE].text);
}

/* A limit that is given counts, whatever isLimited does not say. */
static bool
take_sight(struct request *req, struct profile *profile, struct reply *refusal)
{
	const struct value *body = req->body;
	struct viewer *viewer = &profile->viewer;

	if (body[IS_LIMITED].is_given && !body[IS_LIMITED].flag) {
		if (body[LIMIT].is_given) {
			*refusal = reply_bad_field(
			    "maturityLimit", "belongs to a limited profile");
			return false;
		}
		viewer->is_unlimited = true;
		viewer->allows_unrated = false;
		return true;
	}
	if (body[LIMIT].is_given) {
		viewer->is_unlimited = false;
		viewer->limit = body[LIMIT].integer;
	} else if (body[IS_LIMITED].is_given && viewer->is_unlimited) {
		*refusal = reply_bad_field("maturityLimit", "is missing");
		return false;
	}
	if (body[ALLOWS_UNRATED].is_given)
		viewer->allows_unrated = body[ALLOWS_UNRATED].flag;
	return true;
}

/* An empty PIN takes it away. */
static bool
take_pin(struct request *req, struct profile *profile, struct reply *refusal)
{
	const struct value *pin = &req->body[PIN];
	struct err err;

	if (!pin->is_given)
		return true;
	profile->pin_hash = NULL;
	if (*pin->text == '\0')
		return true;
	if (!profile_is_pin(pin->text)) {
		*refusal = reply_bad_field("pin", "must be 4 to 8 digits");
		return false;
	}
	profile->pin_hash = arena_alloc(req->arena, PASSWORD_HASH_SIZE, 1);
	db_release(req->db);
	if (password_hash_any(req->context->paths->run, pin->text,
		profile->pin_hash, &err) == 0)
		return true;
	*refusal = reply_err(&err);
	return false;
}

/* Listeners of a session come back as who they are now. */
static void
tell_changed(struct request *req, const char *session_id, const char *reason)
{
	struct json_object *params = json_object_new_object();

	json_add_text(params, "sessionId", session_id);
	json_add_text(params, "reason", reason);
	request_notify(req, "session.ended", params);
}

static void
tell_all_changed(
    struct request *req, char *const *sessions, size_t n, const char *reason)
{
	size_t i;

	for (i = 0; i < n; i++)
		tell_changed(req, sessions[i], reason);
}

static struct reply
none_unlimited(void)
{
	return reply_error(
	    ERR_PROFILE_LAST, "An account keeps one profile without a limit.");
}

struct reply
me_create_profile(struct request *req)
{
	struct profile profile = {
		.user_id = (char *)(uintptr_t)req->caller.user_id,
		.language = (char *)(uintptr_t) "en",
		.avatar = (char *)(uintptr_t) "cat",
		.colour = (char *)(uintptr_t) "blue",
		.viewer = { .is_unlimited = true },
	};
	struct reply reply;
	enum store_result result;
	struct err err;

	take_looks(req, &profile);
	if (!take_sight(req, &profile, &reply) ||
	    !take_pin(req, &profile, &reply))
		return reply;
	if (db_begin(req->db, &err) == -1)
		return reply_err(&err);
	result = store_profile_add(req->db, req->arena, &profile, &err);
	result = request_end(req, result, AUDIT_PROFILE_CREATED, profile.id, &err);
	if (result == STORE_NONE)
		return reply_error(ERR_PROFILES_FULL,
		    "A person has at most %d profiles.", PROFILES_MAX);
	if (result == STORE_ERROR)
		return reply_err(&err);
	reply = reply_json(view_profile(&profile));
	reply.status = 201;
	return reply;
}

struct reply
me_update_profile(struct request *req)
{
	const struct value *body = req->body;
	const struct proof proof = { body[CURRENT_PIN].text,
		body[PASSWORD].text };
	struct profile profile, read;
	struct reply refusal;
	enum store_result result;
	char **sessions;
	struct err err;
	size_t n;

	if (!find_own(req, &profile, &refusal))
		return refusal;
	read = profile;
	if (profile.pin_hash != NULL &&
	    (changes_sight(req) || body[PIN].is_given) &&
	    !prove(req, &profile, &proof, &refusal))
		return refusal;
	take_looks(req, &profile);
	if (!take_sight(req, &profile, &refusal) ||
	    !take_pin(req, &profile, &refusal) || !begin(req, &read, &refusal))
		return refusal;
	result = store_profile_put(req->db, &profile, false, &err);
	result = request_end(req, result, AUDIT_PROFILE_CHANGED, profile.id, &err);
	if (result == STORE_NONE)
		return none_unlimited();
	if (result == STORE_ERROR ||
	    store_profile_sessions(req->db, req->arena, profile.id, &sessions,
		&n, &err) == STORE_ERROR)
		return reply_err(&err);
	if (changes_sight(req))
		tell_all_changed(req, sessions, n, "profile_changed");
	return reply_json(view_profile(&profile));
}

/* Sessions that watch as this profile go with it. */
static enum store_result
remove_profile(struct request *req, const char *id, char ***sessions, size_t *n,
    struct err *err)
{
	enum store_result result =
	    store_profile_sessions(req->db, req->arena, id, sessions, n, err);
	size_t i;

	if (result == STORE_OK)
		result = store_profile_remove(req->db, id, err);
	for (i = 0; result == STORE_OK && i < *n; i++)
		if (request_audit(req, AUDIT_SESSION_ENDED, (*sessions)[i],
			"{\"reason\":\"profile\"}", err) == -1)
			result = STORE_ERROR;
	return result;
}

struct reply
me_delete_profile(struct request *req)
{
	const struct proof proof = { req->body[PROOF_PIN].text,
		req->body[PROOF_PASSWORD].text };
	struct profile profile;
	struct reply refusal;
	enum store_result result;
	char **sessions;
	struct err err;
	size_t n;

	if (!find_own(req, &profile, &refusal))
		return refusal;
	if (strcmp(profile.id, req->caller.viewer.profile_id) == 0)
		return reply_error(ERR_CONFLICT,
		    "This profile is in use here; use another one first.");
	if (profile.pin_hash != NULL && !prove(req, &profile, &proof, &refusal))
		return refusal;
	if (!begin(req, &profile, &refusal))
		return refusal;
	result = remove_profile(req, profile.id, &sessions, &n, &err);
	result = request_end(req, result, AUDIT_PROFILE_REMOVED, profile.id, &err);
	if (result == STORE_NONE)
		return none_unlimited();
	if (result == STORE_ERROR)
		return reply_err(&err);
	tell_all_changed(req, sessions, n, "revoked");
	return reply_empty();
}

/* The access token names the profile, so there is a new one: in the cookie of a
 * browser, in the body for a program. */
static struct reply
answer_use(struct request *req, const struct profile *profile)
{
	const struct auth_env env = auth_env_of(req);
	const char *session_id = req->caller.session_id;
	struct json_object *obj;
	struct reply reply;
	int64_t ttl_s;
	char *token;
	struct err err;

	if (profile_token(&env, session_id, &token, &ttl_s, &err) == -1)
		return reply_err(&err);
	obj = json_object_new_object();
	json_add(obj, "profile", view_profile(profile));
	json_add_int(obj, "expiresIn", ttl_s);
	json_add_text(obj, "accessToken", req->caller.by_cookie ? NULL : token);
	reply = reply_secret(obj);
	if (req->caller.by_cookie)
		reply_cookie(&reply, req,
		    arena_printf(req->arena, "__miauflix_at_%s", session_id),
		    token, "", ttl_s);
	return reply;
}

struct reply
me_use_profile(struct request *req)
{
	const struct proof proof = { req->body[PROOF_PIN].text,
		req->body[PROOF_PASSWORD].text };
	bool is_given;
	struct profile profile;
	struct reply refusal;
	enum store_result result;
	struct err err;

	if (!find_own(req, &profile, &refusal))
		return refusal;
	/* What is given counts, needed or not: an app asks for the PIN of the
	 * profile in use when it is opened. */
	is_given = proof.pin != NULL || proof.password != NULL;
	if ((is_given || profile_needs_proof(&req->caller.viewer, &profile)) &&
	    !prove(req, &profile, &proof, &refusal))
		return refusal;
	if (!begin(req, &profile, &refusal))
		return refusal;
	result = store_profile_use(
	    req->db, profile.id, req->caller.session_id, &err);
	result = request_end(req, result, AUDIT_PROFILE_USED, profile.id, &err);
	if (result != STORE_OK)
		return reply_store(result, ERR_SESSION_NOT_FOUND, &err);
	tell_changed(req, req->caller.session_id, "profile_changed");
	return answer_use(req, &profile);
}
