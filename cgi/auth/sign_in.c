/* Sign in, refresh, sign out. */
#include "cgi/auth/auth.h"

#include <string.h>

#include "lib/auth/password.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/str.h"

const struct field auth_login_fields[] = {
	{ .name = "email", .min = 1, .max = 254, .required = true },
	{ .name = "password", .min = 1, .max = PASSWORD_MAX, .required = true },
	AUTH_SIGN_IN_FIELDS,
	{ 0 },
};

const struct field auth_dry_run_fields[] = {
	{ .name = "dry_run", .type = FIELD_BOOL },
	{ 0 },
};

const struct field auth_token_fields[] = {
	{ .name = "refreshToken", .min = 1, .max = 4096, .required = true },
	{ 0 },
};

const struct field auth_maybe_token_fields[] = {
	{ .name = "refreshToken", .min = 1, .max = 4096 },
	{ 0 },
};

/* The place of a field of the body, which the row must have. */
static size_t
find_field(const struct request *req, const char *name)
{
	const struct field *fields = req->route->body;
	size_t i;

	for (i = 0; fields[i].name != NULL; i++)
		if (strcmp(fields[i].name, name) == 0)
			return i;
	die("%s: no field %s", req->route->path, name);
}

static struct strategy_given
given(const struct request *req, const char *name)
{
	const struct value *value = &req->body[find_field(req, name)];

	return (struct strategy_given){ value->text, value->json };
}

struct reply
auth_sign_in(struct request *req, const struct strategy *strategy)
{
	const struct auth_env env = auth_env_of(req);
	struct strategy_given values[STRATEGY_FIELDS_MAX] = { 0 };
	struct auth_tokens tokens;
	struct reply reply;
	struct err err;
	int64_t retry_after_s;
	size_t i;

	for (i = 0; i < STRATEGY_FIELDS_MAX && strategy->takes[i] != NULL; i++)
		values[i] = given(req, strategy->takes[i]);
	if (strategy_sign_in(&env, strategy, values, given(req, "device").text,
		&tokens, &retry_after_s, &err) == -1) {
		reply = reply_err(&err);
		reply.retry_after_s = retry_after_s;
		return reply;
	}
	return auth_answer(
	    req, &tokens, auth_wants_body(req, (int)find_field(req, "tokens")));
}

struct reply
auth_create_session(struct request *req)
{
	return auth_sign_in(req, &strategies[STRATEGY_APP_PASSWORD]);
}

struct reply
auth_refresh_session(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	const char *session_id = req->param[AUTH_SESSION].text, *token;
	struct json_object *obj = NULL;
	struct auth_tokens tokens;
	struct reply reply;
	struct err err;

	token = request_cookie(
	    req, auth_cookie_name(req, AUTH_REFRESH_COOKIE, session_id));
	if (req->query[0].flag) {
		obj = json_object_new_object();
		json_add_bool(obj, "valid",
		    token != NULL &&
			session_refresh_would(&env, session_id, token));
		return reply_json(obj);
	}
	if (token == NULL)
		return reply_error(
		    ERR_REFRESH_INVALID, "This browser holds no such session.");
	if (session_refresh(&env, session_id, token, &tokens, &err) == -1) {
		reply = reply_err(&err);
		if (err.code == ERR_REFRESH_INVALID)
			auth_clear_cookies(&reply, req, session_id);
		if (tokens.was_revoked)
			auth_tell_ended(req, session_id);
		return reply;
	}
	obj = json_object_new_object();
	json_add(obj, "user", view_user(&tokens.user));
	json_add_int(obj, "expiresIn", tokens.access_ttl_s);
	reply = reply_secret(obj);
	auth_set_cookies(&reply, req, &tokens);
	return reply;
}

struct reply
auth_refresh_tokens(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	struct auth_tokens tokens;
	struct json_object *obj;
	struct err err;

	if (session_refresh(&env, NULL, req->body[0].text, &tokens, &err) ==
	    -1) {
		if (tokens.was_revoked)
			auth_tell_ended(req, tokens.session_id);
		return reply_err(&err);
	}
	obj = json_object_new_object();
	json_add_text(obj, "accessToken", tokens.access_token);
	json_add_text(obj, "refreshToken", auth_body_token(req, &tokens));
	json_add_int(obj, "expiresIn", tokens.access_ttl_s);
	return reply_secret(obj);
}

static struct json_object *
make_goodbye(void)
{
	struct json_object *obj = json_object_new_object();

	json_add_text(obj, "message", "You are signed out.");
	return obj;
}

struct reply
auth_end_session(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	const char *session_id = req->param[AUTH_SESSION].text, *token;
	struct reply reply;

	token = request_cookie(
	    req, auth_cookie_name(req, AUTH_REFRESH_COOKIE, session_id));
	if (token != NULL && session_sign_out(&env, session_id, token) != NULL)
		auth_tell_ended(req, session_id);
	reply = reply_json(make_goodbye());
	auth_clear_cookies(&reply, req, session_id);
	return reply;
}

struct reply
auth_end_token_session(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	const char *header = request_header(req, "Authorization"), *bearer;
	const char *ended = NULL;
	struct session session;
	int64_t ends_at;
	struct err err;

	bearer = header == NULL ? NULL : str_after(header, "Bearer ");
	if (req->body[0].is_given)
		ended = session_sign_out(&env, NULL, req->body[0].text);
	else if (bearer != NULL &&
	    session_prove(&env, bearer, &session, &ends_at, &err) == 0 &&
	    session_end(&env, &session, "logout"))
		ended = session.id;
	if (ended != NULL)
		auth_tell_ended(req, ended);
	return reply_json(make_goodbye());
}
