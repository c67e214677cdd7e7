/* Passkeys: sign-in by them, and those of the person who asks. */
#include "cgi/auth/auth.h"

#include <string.h>

#include "lib/auth/passkey.h"
#include "lib/base/json.h"

enum { NEW_NAME, NEW_CREDENTIAL };
const struct field auth_passkey_fields[] = {
	[NEW_NAME] = { .name = "name", .min = 1, .max = PASSKEY_NAME_MAX },
	[NEW_CREDENTIAL] = { .name = "credential",
	    .type = FIELD_JSON,
	    .required = true },
	{ 0 },
};

const struct field auth_passkey_name_fields[] = {
	{ .name = "name", .min = 1, .max = PASSKEY_NAME_MAX, .required = true },
	{ 0 },
};

enum { LOGIN_CREDENTIAL, LOGIN_DEVICE, LOGIN_TOKENS };
const struct field auth_passkey_login_fields[] = {
	[LOGIN_CREDENTIAL] = { .name = "credential",
	    .type = FIELD_JSON,
	    .required = true },
	[LOGIN_DEVICE] = { .name = "device", .max = 100 },
	[LOGIN_TOKENS] = { .name = "tokens",
	    .type = FIELD_CHOICE,
	    .choices = "cookies|body" },
	{ 0 },
};

/* The page that asks; a passkey is bound to its host name. */
static bool
find_site(struct request *req, struct passkey_site *site, struct reply *refusal)
{
	const char *origin = request_own_origin(req);

	if (origin != NULL && passkey_site_of(req->arena, origin, site))
		return true;
	*refusal = reply_error(ERR_PASSKEY_REFUSED,
	    "Passkeys work on this server's own pages, opened by a name "
	    "and not by an address.");
	return false;
}

static struct reply
reply_options(struct json_object *options, const struct err *err)
{
	return options == NULL ? reply_err(err) : reply_secret(options);
}

struct reply
auth_begin_passkey_login(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	struct passkey_site site;
	struct reply refusal;
	struct err err;

	if (!find_site(req, &site, &refusal))
		return refusal;
	return reply_options(passkey_sign_in_options(&env, &site, &err), &err);
}

struct reply
auth_passkey_login(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	const struct value *body = req->body;
	struct passkey_site site;
	struct auth_tokens tokens;
	struct reply refusal;
	struct user user;
	struct err err;

	if (!find_site(req, &site, &refusal))
		return refusal;
	if (passkey_prove(
		&env, &site, body[LOGIN_CREDENTIAL].json, &user, &err) == -1 ||
	    session_start(&env, &user, "passkey", body[LOGIN_DEVICE].text,
		&tokens, &err) == -1)
		return reply_err(&err);
	return auth_answer(req, &tokens, auth_wants_body(req, LOGIN_TOKENS));
}

static int
find_user(struct request *req, struct user *user, struct reply *refusal)
{
	enum store_result result;
	struct err err;

	result = store_user_find(
	    req->db, req->arena, req->caller.user_id, user, &err);
	if (result == STORE_OK)
		return 0;
	*refusal = reply_store(result, ERR_USER_NOT_FOUND, &err);
	return -1;
}

struct reply
auth_begin_passkey(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	struct passkey_site site;
	struct reply refusal;
	struct user user;
	struct err err;

	if (!find_site(req, &site, &refusal) ||
	    find_user(req, &user, &refusal) == -1)
		return refusal;
	return reply_options(
	    passkey_registration_options(&env, &site, &user, &err), &err);
}

static struct json_object *
view_passkey(const struct passkey *passkey)
{
	struct json_object *obj = json_object_new_object();

	json_add_int(obj, "id", passkey->id);
	json_add_text(obj, "name", passkey->name);
	json_add_text(obj, "host", passkey->rp_id);
	json_add_time(obj, "createdAt", passkey->created_at);
	json_add_time(obj, "lastUsedAt", passkey->last_used_at);
	return obj;
}

struct reply
auth_create_passkey(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	struct passkey_site site;
	struct passkey passkey;
	struct reply reply;
	struct user user;
	struct err err;

	if (!find_site(req, &site, &reply) ||
	    find_user(req, &user, &reply) == -1)
		return reply;
	if (passkey_register(&env, &site, &user, req->body[NEW_NAME].text,
		req->body[NEW_CREDENTIAL].json, &passkey, &err) == -1)
		return reply_err(&err);
	reply = reply_json(view_passkey(&passkey));
	reply.status = 201;
	return reply;
}

struct reply
auth_list_passkeys(struct request *req)
{
	struct json_object *array;
	struct passkey *passkeys;
	struct err err;
	size_t i, n;

	if (store_passkey_list(req->db, req->arena, req->caller.user_id,
		&passkeys, &n, &err) != STORE_OK)
		return reply_err(&err);
	array = json_object_new_array();
	for (i = 0; i < n; i++)
		json_object_array_add(array, view_passkey(&passkeys[i]));
	return reply_json(array);
}

struct reply
auth_update_passkey(struct request *req)
{
	struct err err;
	enum store_result result =
	    store_passkey_rename(req->db, req->caller.user_id,
		req->param[AUTH_PASSKEY].integer, req->body[0].text, &err);

	if (result != STORE_OK)
		return reply_store(result, ERR_PASSKEY_NOT_FOUND, &err);
	return reply_empty();
}

struct reply
auth_remove_passkey(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	struct err err;

	if (passkey_remove(&env, req->caller.user_id,
		req->param[AUTH_PASSKEY].integer, &err) == -1)
		return reply_err(&err);
	return reply_empty();
}
