/* Set-up: the first administrator. */
#include "cgi/auth/auth.h"

#include <string.h>

#include "lib/auth/password.h"
#include "lib/auth/people.h"
#include "lib/auth/setup.h"
#include "lib/auth/stored_settings.h"
#include "lib/base/json.h"

enum {
	SETUP_EMAIL,
	SETUP_PASSWORD,
	SETUP_NAME,
	SETUP_DISPLAY,
	SETUP_CODE,
	SETUP_STEPS
};
const struct field auth_setup_fields[] = {
	[SETUP_EMAIL] = { .name = "email",
	    .type = FIELD_EMAIL,
	    .required = true },
	[SETUP_PASSWORD] = { .name = "password",
	    .type = FIELD_PASSWORD,
	    .required = true },
	[SETUP_NAME] = { .name = "name", .min = 1, .max = 100 },
	[SETUP_DISPLAY] = { .name = "displayName", .min = 1, .max = 100 },
	[SETUP_CODE] = { .name = "code", .max = SETUP_CODE_MAX },
	[SETUP_STEPS] = { .name = "steps", .type = FIELD_BOOL },
	{ 0 },
};

/* Read anew: who has just ended the steps is not asked again. */
static int
read_open(struct request *req, bool *is_open, struct err *err)
{
	struct settings *settings =
	    auth_settings_load(req->db, req->context->keys, err);

	if (settings == NULL)
		return -1;
	*is_open = settings_bool(settings, SETTING_SETUP_OPEN);
	settings_free(settings);
	return 0;
}

struct reply
auth_show_setup(struct request *req)
{
	struct json_object *obj;
	bool is_done, is_open = false;
	struct err err;

	if (store_user_admin_exists(req->db, &is_done, &err) == STORE_ERROR)
		return reply_err(&err);
	if (is_done && read_open(req, &is_open, &err) == -1)
		return reply_err(&err);
	obj = json_object_new_object();
	json_add_bool(obj, "needed", !is_done);
	json_add_bool(obj, "open", is_open);
	json_add_text(obj, "signup",
	    settings_text(req->context->settings, SETTING_AUTH_SIGNUP));
	json_add_bool(obj, "codeNeeded",
	    !is_done &&
		setup_needs_code(req->context->settings, req->is_local));
	return reply_json(obj);
}

/* Whether the request may make the administrator. */
static bool
may_set_up(struct request *req, struct reply *refusal)
{
	const char *code = req->body[SETUP_CODE].text;
	bool is_done;
	struct err err;

	if (store_user_admin_exists(req->db, &is_done, &err) == STORE_ERROR) {
		*refusal = reply_err(&err);
		return false;
	}
	if (is_done) {
		*refusal = reply_error(
		    ERR_SETUP_DONE, "This server has its administrator.");
		return false;
	}
	if (setup_needs_code(req->context->settings, req->is_local) &&
	    (code == NULL ||
		!setup_code_is_right(req->context->paths->run, code))) {
		*refusal = reply_error(ERR_SETUP_CODE,
		    "Give the one-time code that the terminal shows where "
		    "Miauflix was started.");
		return false;
	}
	return true;
}

/* What the first administrator is called: as asked, else by the e-mail. */
static const char *
choose_display_name(const struct request *req)
{
	const struct value *body = req->body;
	const char *email = body[SETUP_EMAIL].text;

	if (body[SETUP_DISPLAY].is_given)
		return body[SETUP_DISPLAY].text;
	if (body[SETUP_NAME].is_given)
		return body[SETUP_NAME].text;
	return arena_strndup(req->arena, email, strcspn(email, "@"));
}

/* Looked at before anything is made: people without rights may be there. */
static bool
is_free_name(struct request *req, const char *name, struct reply *refusal)
{
	struct user user;
	enum store_result found;
	struct err err;

	if (!people_is_name(name)) {
		*refusal = reply_bad_field("name", "may not hold spaces or @");
		return false;
	}
	found = store_user_find_login(req->db, req->arena, name, &user, &err);
	if (found == STORE_NONE)
		return true;
	*refusal = found == STORE_ERROR
	    ? reply_err(&err)
	    : reply_error(ERR_EMAIL_TAKEN, "This name is taken already.");
	return false;
}

/* All of it or nothing: an end in between leaves a set-up that begins anew. */
static enum store_result
make_administrator(
    struct request *req, const char *hash, char id[UUID_SIZE], struct err *err)
{
	const struct value *body = req->body;
	enum store_result result = STORE_ERROR;

	if (db_begin(req->db, err) == -1)
		return STORE_ERROR;
	if (!body[SETUP_STEPS].flag ||
	    auth_setting_put(req->db, req->context->keys, SETTING_SETUP_OPEN,
		"true", NULL, err) == 0)
		result =
		    store_user_add_first_admin(req->db, body[SETUP_EMAIL].text,
			choose_display_name(req), hash, id, err);
	if (result == STORE_OK && body[SETUP_NAME].is_given)
		result =
		    store_user_rename(req->db, id, body[SETUP_NAME].text, err);
	return request_end(req, result, AUDIT_USER_CREATED, id, err);
}

struct reply
auth_create_administrator(struct request *req)
{
	const struct value *body = req->body;
	char hash[PASSWORD_HASH_SIZE], id[UUID_SIZE];
	struct reply reply;
	struct user user;
	enum store_result result;
	struct err err;

	if (!may_set_up(req, &reply))
		return reply;
	if (body[SETUP_NAME].is_given &&
	    !is_free_name(req, body[SETUP_NAME].text, &reply))
		return reply;
	db_release(req->db);
	if (password_hash(req->context->paths->run, body[SETUP_PASSWORD].text,
		hash, &err) == -1)
		return reply_err(&err);
	result = make_administrator(req, hash, id, &err);
	if (result != STORE_OK)
		return reply_store(result, ERR_SETUP_DONE, &err);
	setup_code_forget(req->context->paths->run);
	result = store_user_find(req->db, req->arena, id, &user, &err);
	if (result != STORE_OK)
		return reply_store(result, ERR_USER_NOT_FOUND, &err);
	reply = reply_json(view_user(&user));
	reply.status = 201;
	return reply;
}
