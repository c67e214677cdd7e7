/*
 * The people of the house, for administrators. What changes somebody's rights
 * ends their sessions with it.
 */
#include "cgi/keys.h"

enum { USER, KEY }; /* places in the path */

enum {
	CHANGE_EMAIL,
	CHANGE_NAME,
	CHANGE_DISPLAY_NAME,
	CHANGE_ROLE,
	CHANGE_DISABLED,
	CHANGES
};
static const struct field change_fields[] = {
	[CHANGE_EMAIL] = { .name = "email", .type = FIELD_EMAIL },
	[CHANGE_NAME] = { .name = "name", .min = 1, .max = 100 },
	[CHANGE_DISPLAY_NAME] = { .name = "displayName", .min = 1, .max = 100 },
	[CHANGE_ROLE] = { .name = "role",
	    .type = FIELD_CHOICE,
	    .choices = "user|admin" },
	[CHANGE_DISABLED] = { .name = "disabled", .type = FIELD_BOOL },
	[CHANGES] = { 0 },
};

static struct reply
list_users(struct request *req)
{
	struct json_object *list;
	struct user_page page;
	struct err err;
	size_t i;

	if (store_user_page(req->db, req->arena, &req->page, &page, &err) !=
	    STORE_OK)
		return reply_err(&err);
	list = json_object_new_array();
	for (i = 0; i < page.n; i++)
		json_object_array_add(list, view_person(&page.users[i]));
	return reply_list("users", list, page.cursor, page.total);
}

static struct reply
show_user(struct request *req)
{
	struct user user;
	enum store_result result;
	struct err err;

	result = store_user_find(
	    req->db, req->arena, req->param[USER].text, &user, &err);
	if (result != STORE_OK)
		return reply_store(result, ERR_USER_NOT_FOUND, &err);
	return reply_json(view_person(&user));
}

static bool
anything_given(const struct request *req)
{
	int i;

	for (i = 0; i < CHANGES; i++)
		if (req->body[i].is_given)
			return true;
	return false;
}

static struct reply
update_user(struct request *req)
{
	const struct value *body = req->body;
	const struct auth_env env = auth_env_of(req);
	const struct user_change change = {
		.email = body[CHANGE_EMAIL].text,
		.name = body[CHANGE_NAME].text,
		.display_name = body[CHANGE_DISPLAY_NAME].text,
		.has_role = body[CHANGE_ROLE].is_given,
		.role = role_of(&body[CHANGE_ROLE]),
		.has_state = body[CHANGE_DISABLED].is_given,
		.is_disabled = body[CHANGE_DISABLED].flag,
	};
	struct ended_sessions ended;
	struct err err;

	if (!anything_given(req))
		return reply_error(
		    ERR_BAD_REQUEST, "The request changes nothing.");
	if (change.name != NULL && !people_is_name(change.name))
		return reply_bad_field("name", "may not hold spaces or @");
	if (people_change(&env, req->caller.user_id, req->param[USER].text,
		&change, &ended, &err) == -1)
		return reply_err(&err);
	tell_all_ended(
	    req, &ended, change.is_disabled ? "revoked" : "role_changed");
	return show_user(req);
}

static struct reply
delete_user(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	struct ended_sessions ended;
	struct err err;

	if (people_remove(&env, req->caller.user_id, req->param[USER].text,
		&ended, &err) == -1)
		return reply_err(&err);
	tell_all_ended(req, &ended, "revoked");
	return reply_empty();
}

static struct reply
create_reset(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	struct one_time made;
	struct err err;

	if (people_make_reset(&env, req->caller.user_id, req->param[USER].text,
		&made, &err) == -1)
		return reply_err(&err);
	return reply_code(req, &made, "reset");
}

static struct reply
list_user_keys(struct request *req)
{
	const char *id = req->param[USER].text;
	struct user user;
	struct err err;
	enum store_result found =
	    store_user_find(req->db, req->arena, id, &user, &err);

	if (found != STORE_OK)
		return reply_store(found, ERR_USER_NOT_FOUND, &err);
	return reply_keys(req, id);
}

static struct reply
delete_user_key(struct request *req)
{
	return revoke_key(req, req->param[USER].text, req->param[KEY].text);
}

/* Who removes people, lets them in again by a code or sees to their keys has
 * signed in themselves: these rows have no .keys. */
static const struct route routes[] = {
	{ .method = "GET",
	    .path = "",
	    .keys = KEY_SCOPE_READ,
	    .is_list = true,
	    .run = list_users,
	    .operation = "list_users" },
	{ .method = "POST",
	    .path = "",
	    .keys = KEY_SCOPE_FULL,
	    .body = person_fields,
	    .run = create_person,
	    .operation = "create_user",
	    .audit = AUDIT_USER_CREATED },
	{ .method = "GET",
	    .path = "/:user",
	    .keys = KEY_SCOPE_READ,
	    .has_fields = true,
	    .run = show_user,
	    .operation = "show_user" },
	{ .method = "PATCH",
	    .path = "/:user",
	    .keys = KEY_SCOPE_FULL,
	    .body = change_fields,
	    .run = update_user,
	    .operation = "update_user",
	    .audit = AUDIT_USER_CHANGED },
	{ .method = "DELETE",
	    .path = "/:user",
	    .run = delete_user,
	    .operation = "delete_user",
	    .audit = AUDIT_USER_REMOVED },
	{ .method = "POST",
	    .path = "/:user/reset",
	    .run = create_reset,
	    .operation = "create_reset",
	    .audit = AUDIT_RESET_CREATED },
	{ .method = "GET",
	    .path = "/:user/keys",
	    .run = list_user_keys,
	    .operation = "list_user_keys" },
	{ .method = "DELETE",
	    .path = "/:user/keys/:apiKey",
	    .run = delete_user_key,
	    .operation = "delete_user_key",
	    .audit = AUDIT_KEY_REVOKED },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){
		.name = "users", .routes = routes, .access = ACCESS_ADMIN });
}
