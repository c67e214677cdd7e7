/* One's own API keys and app passwords. */
#include "cgi/auth/auth.h"
#include "cgi/keys.h"

enum { NEW_NAME, NEW_KIND, NEW_SCOPE, NEW_DAYS };
const struct field auth_key_fields[] = {
	[NEW_NAME] = { .name = "name",
	    .min = 1,
	    .max = API_KEY_NAME_MAX,
	    .required = true },
	[NEW_KIND] = { .name = "kind",
	    .type = FIELD_CHOICE,
	    .choices = "key|password" },
	[NEW_SCOPE] = { .name = "scope",
	    .type = FIELD_CHOICE,
	    .choices = "play|read|full" },
	[NEW_DAYS] = { .name = "days",
	    .type = FIELD_INT,
	    .min = 1,
	    .max = API_KEY_DAYS_MAX },
	{ 0 },
};

struct reply
auth_list_keys(struct request *req)
{
	return reply_keys(req, req->caller.user_id);
}

static bool
says(const struct value *value, const char *word)
{
	return value->is_given && strcmp(value->text, word) == 0;
}

struct reply
auth_create_key(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	const struct value *body = req->body;
	const struct api_key_wish wish = {
		.kind = says(&body[NEW_KIND], "password") ? API_KEY_PASSWORD
							  : API_KEY_BEARER,
		.name = body[NEW_NAME].text,
		.scope = body[NEW_SCOPE].is_given
		    ? store_scope_of(body[NEW_SCOPE].text)
		    : KEY_SCOPE_READ,
		.days = (int)body[NEW_DAYS].integer,
	};
	char text[API_KEY_TEXT_SIZE];
	struct json_object *obj;
	struct api_key key;
	struct reply reply;
	struct err err;

	if (api_key_make(&env, req->caller.user_id, req->caller.user_id,
		req->caller.viewer.profile_id, &wish, &key, text, &err) == -1)
		return reply_err(&err);
	obj = view_api_key(&key);
	json_add_text(obj, "secret", text);
	reply = reply_secret(obj);
	reply.status = 201;
	return reply;
}

struct reply
auth_delete_key(struct request *req)
{
	return revoke_key(req, req->caller.user_id, req->param[AUTH_KEY].text);
}
