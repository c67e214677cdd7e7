/* Passwords, invitations, and accounts that people make themselves. */
#include "cgi/auth/auth.h"

#include <string.h>

#include "cgi/people.h"

enum { INVITATION }; /* places in the path */

enum { CHANGE_CURRENT, CHANGE_PASSWORD };
const struct field auth_password_fields[] = {
	[CHANGE_CURRENT] = { .name = "current",
	    .min = 1,
	    .max = 1024,
	    .required = true },
	[CHANGE_PASSWORD] = { .name = "password",
	    .type = FIELD_PASSWORD,
	    .required = true },
	{ 0 },
};

enum { RESET_CODE, RESET_PASSWORD };
const struct field auth_reset_fields[] = {
	[RESET_CODE] = { .name = "code",
	    .min = 1,
	    .max = CODE_TYPED_MAX,
	    .required = true },
	[RESET_PASSWORD] = { .name = "password",
	    .type = FIELD_PASSWORD,
	    .required = true },
	{ 0 },
};

const struct field auth_invitation_fields[] = {
	{ .name = "role", .type = FIELD_CHOICE, .choices = "user|admin" },
	{ 0 },
};

const struct field auth_signup_fields[] = {
	{ .name = "name", .min = 1, .max = 100, .required = true },
	{ .name = "email", .type = FIELD_EMAIL, .required = true },
	{ .name = "password", .type = FIELD_PASSWORD, .required = true },
	{ .name = "code", .min = 1, .max = CODE_TYPED_MAX },
	AUTH_SIGN_IN_FIELDS,
	{ 0 },
};

struct reply
auth_change_password(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	const struct password_change change = {
		.user_id = req->caller.user_id,
		.session_id = req->caller.session_id,
		.current = req->body[CHANGE_CURRENT].text,
		.password = req->body[CHANGE_PASSWORD].text,
	};
	struct ended_sessions ended;
	struct reply reply;
	int64_t retry_after_s;
	struct err err;

	if (people_change_password(
		&env, &change, &ended, &retry_after_s, &err) == -1) {
		reply = reply_err(&err);
		reply.retry_after_s = retry_after_s;
		return reply;
	}
	tell_all_ended(req, &ended, "revoked");
	return reply_empty();
}

struct reply
auth_use_reset(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	struct ended_sessions ended;
	struct err err;

	if (people_use_reset(&env, req->body[RESET_CODE].text,
		req->body[RESET_PASSWORD].text, &ended, &err) == -1)
		return reply_err(&err);
	tell_all_ended(req, &ended, "revoked");
	return reply_empty();
}

static struct json_object *
view_invitation(const struct invitation *in)
{
	struct json_object *obj = json_object_new_object();

	json_add_text(obj, "id", in->id);
	json_add_text(
	    obj, "role", in->role == USER_ROLE_ADMIN ? "admin" : "user");
	json_add_time(obj, "createdAt", in->created_at);
	json_add_time(obj, "expiresAt", in->expires_at);
	return obj;
}

struct reply
auth_list_invitations(struct request *req)
{
	struct json_object *obj, *list;
	struct invitation *all;
	struct err err;
	size_t i, n;

	if (store_invitation_list(req->db, req->arena, clock_now_ms(), &all, &n,
		&err) != STORE_OK)
		return reply_err(&err);
	list = json_object_new_array();
	for (i = 0; i < n; i++)
		json_object_array_add(list, view_invitation(&all[i]));
	obj = json_object_new_object();
	json_add(obj, "invitations", list);
	return reply_json(obj);
}

struct reply
auth_create_invitation(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	struct one_time made;
	struct reply reply;
	struct err err;

	if (people_invite(&env, req->caller.user_id, role_of(&req->body[0]),
		&made, &err) == -1)
		return reply_err(&err);
	reply = reply_code(req, &made, "join");
	json_add_text(reply.json, "id", made.id);
	return reply;
}

struct reply
auth_delete_invitation(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	struct err err;

	if (people_uninvite(&env, req->caller.user_id,
		req->param[INVITATION].text, &err) == -1)
		return reply_err(&err);
	return reply_empty();
}

struct reply
auth_sign_up(struct request *req)
{
	struct reply reply = auth_sign_in(req, &strategies[STRATEGY_SIGNUP]);

	if (reply.status == 200)
		reply.status = 201;
	return reply;
}
