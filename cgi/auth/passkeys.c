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

const struct field auth_passkey_login_fields[] = {
	{ .name = "credential", .type = FIELD_JSON, .required = true },
	AUTH_SIGN_IN_FIELDS,
	{ 0 },
};

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
	struct err err;

	if (passkey_site_find(&env, &site, &err) == -1)
		return reply_err(&err);
	return reply_options(passkey_sign_in_options(&env, &site, &err), &err);
}

struct reply
auth_passkey_login(struct request *req)
{
	return auth_sign_in(req, &strategies[STRATEGY_PASSKEY]);
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

	if (passkey_site_find(&env, &site, &err) == -1)
		return reply_err(&err);
	if (find_user(req, &user, &refusal) == -1)
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

	if (passkey_site_find(&env, &site, &err) == -1)
		return reply_err(&err);
	if (find_user(req, &user, &reply) == -1)
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
