/*
 * Who one is: set-up of the first administrator, sign-in, refresh, sign-out,
 * the sessions of this browser.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgi/common.h"
#include "lib/auth/password.h"
#include "lib/auth/session.h"
#include "lib/auth/setup.h"
#include "lib/auth/stored_settings.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/str.h"

#define ACCESS_COOKIE "__miauflix_at_"
#define REFRESH_COOKIE "__miauflix_rt_"
#define REFRESH_PATH "api/auth/"

enum { SESSION }; /* places in the path */
enum { SESSIONS_MAX = 5 };

enum {
	SETUP_EMAIL,
	SETUP_PASSWORD,
	SETUP_NAME,
	SETUP_DISPLAY,
	SETUP_CODE,
	SETUP_STEPS
};
static const struct field setup_fields[] = {
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

enum { LOGIN_EMAIL, LOGIN_PASSWORD, LOGIN_DEVICE, LOGIN_TOKENS };
static const struct field login_fields[] = {
	[LOGIN_EMAIL] = { .name = "email",
	    .min = 1,
	    .max = 254,
	    .required = true },
	[LOGIN_PASSWORD] = { .name = "password",
	    .min = 1,
	    .max = PASSWORD_MAX,
	    .required = true },
	[LOGIN_DEVICE] = { .name = "device", .max = 100 },
	[LOGIN_TOKENS] = { .name = "tokens",
	    .type = FIELD_CHOICE,
	    .choices = "cookies|body" },
	{ 0 },
};

static const struct field dry_run_fields[] = {
	{ .name = "dry_run", .type = FIELD_BOOL },
	{ 0 },
};

static const struct field token_fields[] = {
	{ .name = "refreshToken", .min = 1, .max = 4096, .required = true },
	{ 0 },
};

static const struct field maybe_token_fields[] = {
	{ .name = "refreshToken", .min = 1, .max = 4096 },
	{ 0 },
};

static struct auth_env
env_of(const struct request *req)
{
	return (struct auth_env){
		.db = req->db,
		.arena = req->arena,
		.keys = req->context->keys,
		.settings = req->context->settings,
		.run = req->context->paths->run,
		.address = req->address,
		.user_agent = req->user_agent,
		.request_id = req->id,
		.now_ms = clock_now_ms(),
	};
}

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

static struct reply
show_setup(struct request *req)
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

	if (!is_user_name(name)) {
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

static struct reply
create_administrator(struct request *req)
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
	/* Before: an end in between leaves a set-up that begins anew. */
	if (body[SETUP_STEPS].flag &&
	    auth_setting_put(req->db, req->context->keys, SETTING_SETUP_OPEN,
		"true", NULL, &err) == -1)
		return reply_err(&err);
	result = store_user_add_first_admin(req->db, body[SETUP_EMAIL].text,
	    choose_display_name(req), hash, id, &err);
	if (result != STORE_OK)
		return reply_store(result, ERR_SETUP_DONE, &err);
	if (body[SETUP_NAME].is_given &&
	    store_user_rename(req->db, id, body[SETUP_NAME].text, &err) !=
		STORE_OK)
		return reply_err(&err);
	setup_code_forget(req->context->paths->run);
	result = store_user_find(req->db, req->arena, id, &user, &err);
	if (result != STORE_OK)
		return reply_store(result, ERR_USER_NOT_FOUND, &err);
	reply = reply_json(view_user(&user));
	reply.status = 201;
	return reply;
}

static const char *
cookie_name(
    const struct request *req, const char *prefix, const char *session_id)
{
	return arena_printf(req->arena, "%s%s", prefix, session_id);
}

static void
set_cookies(struct reply *reply, const struct request *req,
    const struct auth_tokens *tokens)
{
	reply_cookie(reply, req,
	    cookie_name(req, ACCESS_COOKIE, tokens->session_id),
	    tokens->access_token, "", tokens->access_ttl_s);
	reply_cookie(reply, req,
	    cookie_name(req, REFRESH_COOKIE, tokens->session_id),
	    tokens->refresh_token, REFRESH_PATH, tokens->refresh_ttl_s);
}

static void
clear_cookies(
    struct reply *reply, const struct request *req, const char *session_id)
{
	reply_cookie(reply, req, cookie_name(req, ACCESS_COOKIE, session_id),
	    NULL, "", 0);
	reply_cookie(reply, req, cookie_name(req, REFRESH_COOKIE, session_id),
	    NULL, REFRESH_PATH, 0);
}

/* Tells miaud, so that listeners of the session end. */
static void
tell_ended(struct request *req, const char *session_id)
{
	struct json_object *params = json_object_new_object();

	json_add_text(params, "sessionId", session_id);
	json_add_text(params, "reason", "revoked");
	request_notify(req, "session.ended", params);
}

/* "<session>.<token>": programs have no cookie whose name says which. */
static char *
body_token(const struct request *req, const struct auth_tokens *tokens)
{
	return arena_printf(
	    req->arena, "%s.%s", tokens->session_id, tokens->refresh_token);
}

static struct reply
make_sign_in(
    const struct request *req, const struct auth_tokens *tokens, bool by_body)
{
	struct json_object *obj = json_object_new_object();
	struct reply reply;

	json_add(obj, "user", view_user(&tokens->user));
	json_add_int(obj, "expiresIn", tokens->access_ttl_s);
	if (by_body) {
		json_add_text(obj, "accessToken", tokens->access_token);
		json_add_text(obj, "jwt", tokens->access_token);
		json_add_text(obj, "refreshToken", body_token(req, tokens));
		return reply_secret(obj);
	}
	json_add_text(obj, "session", tokens->session_id);
	reply = reply_secret(obj);
	set_cookies(&reply, req, tokens);
	return reply;
}

static struct reply
create_session(struct request *req)
{
	const struct value *body = req->body;
	const struct auth_env env = env_of(req);
	struct auth_tokens tokens;
	struct reply reply;
	struct err err;
	int64_t retry_after_s;
	bool by_body;

	if (session_sign_in(&env, body[LOGIN_EMAIL].text,
		body[LOGIN_PASSWORD].text, body[LOGIN_DEVICE].text, &tokens,
		&retry_after_s, &err) == -1) {
		reply = reply_err(&err);
		reply.retry_after_s = retry_after_s;
		return reply;
	}
	by_body = body[LOGIN_TOKENS].is_given
	    ? strcmp(body[LOGIN_TOKENS].text, "body") == 0
	    : settings_bool(env.settings, SETTING_AUTH_BODY_TOKENS);
	return make_sign_in(req, &tokens, by_body);
}

static struct reply
refresh_session(struct request *req)
{
	const struct auth_env env = env_of(req);
	const char *session_id = req->param[SESSION].text, *token;
	struct json_object *obj = NULL;
	struct auth_tokens tokens;
	struct reply reply;
	struct err err;

	token =
	    request_cookie(req, cookie_name(req, REFRESH_COOKIE, session_id));
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
			clear_cookies(&reply, req, session_id);
		if (tokens.was_revoked)
			tell_ended(req, session_id);
		return reply;
	}
	obj = json_object_new_object();
	json_add(obj, "user", view_user(&tokens.user));
	json_add_int(obj, "expiresIn", tokens.access_ttl_s);
	reply = reply_secret(obj);
	set_cookies(&reply, req, &tokens);
	return reply;
}

static struct reply
refresh_tokens(struct request *req)
{
	const struct auth_env env = env_of(req);
	struct auth_tokens tokens;
	struct json_object *obj;
	struct err err;

	if (session_refresh(&env, NULL, req->body[0].text, &tokens, &err) ==
	    -1) {
		if (tokens.was_revoked)
			tell_ended(req, tokens.session_id);
		return reply_err(&err);
	}
	obj = json_object_new_object();
	json_add_text(obj, "accessToken", tokens.access_token);
	json_add_text(obj, "refreshToken", body_token(req, &tokens));
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

static struct reply
end_session(struct request *req)
{
	const struct auth_env env = env_of(req);
	const char *session_id = req->param[SESSION].text, *token;
	struct reply reply;

	token =
	    request_cookie(req, cookie_name(req, REFRESH_COOKIE, session_id));
	if (token != NULL && session_sign_out(&env, session_id, token) != NULL)
		tell_ended(req, session_id);
	reply = reply_json(make_goodbye());
	clear_cookies(&reply, req, session_id);
	return reply;
}

static struct reply
end_token_session(struct request *req)
{
	const struct auth_env env = env_of(req);
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
		tell_ended(req, ended);
	return reply_json(make_goodbye());
}

/* The refresh cookies of a browser. */
struct jar {
	size_t n;
	struct {
		const char *session_id;
		const char *token;
	} cookie[SESSIONS_MAX];
};

static void
keep_cookie(const char *name, const char *value, void *arg)
{
	struct jar *jar = arg;
	const char *id = strstr(name, REFRESH_COOKIE);

	if (id == NULL || jar->n == SESSIONS_MAX)
		return;
	jar->cookie[jar->n].session_id = id + strlen(REFRESH_COOKIE);
	jar->cookie[jar->n].token = value;
	jar->n++;
}

struct own_session {
	struct session session;
	struct user user;
};

static int
by_last_use(const void *a, const void *b)
{
	const struct own_session *one = a, *other = b;

	return (one->session.last_used_at < other->session.last_used_at) -
	    (one->session.last_used_at > other->session.last_used_at);
}

static struct reply
list_sessions(struct request *req)
{
	const struct auth_env env = env_of(req);
	struct own_session own[SESSIONS_MAX] = { 0 };
	struct jar jar = { 0 };
	struct json_object *array, *obj;
	struct err err;
	size_t i, n = 0;

	request_cookies(req, REFRESH_COOKIE, keep_cookie, &jar);
	for (i = 0; i < jar.n; i++) {
		if (!session_refresh_would(
			&env, jar.cookie[i].session_id, jar.cookie[i].token) ||
		    store_session_find(req->db, req->arena,
			jar.cookie[i].session_id, &own[n].session,
			&err) != STORE_OK ||
		    store_user_find(req->db, req->arena, own[n].session.user_id,
			&own[n].user, &err) != STORE_OK)
			continue;
		n++;
	}
	qsort(own, n, sizeof(own[0]), by_last_use);
	array = json_object_new_array();
	for (i = 0; i < n; i++) {
		obj = json_object_new_object();
		json_add_text(obj, "session", own[i].session.id);
		json_add(obj, "user", view_user(&own[i].user));
		json_object_array_add(array, obj);
	}
	return reply_json(array);
}

static struct reply
show_session(struct request *req)
{
	struct session session;
	struct user user;
	struct profile profile;
	struct json_object *obj;
	enum store_result result;
	struct err err;

	result = store_session_find(
	    req->db, req->arena, req->caller.session_id, &session, &err);
	if (result == STORE_OK)
		result = store_user_find(
		    req->db, req->arena, session.user_id, &user, &err);
	if (result == STORE_OK)
		result = store_profile_find(
		    req->db, req->arena, session.profile_id, &profile, &err);
	if (result != STORE_OK)
		return reply_store(result, ERR_SESSION_NOT_FOUND, &err);
	obj = json_object_new_object();
	json_add_text(obj, "id", session.id);
	json_add(obj, "user", view_user(&user));
	json_add(obj, "profile", view_profile(&profile));
	json_add_text(obj, "device", session.device);
	json_add_time(obj, "createdAt", session.created_at);
	json_add_time(obj, "expiresAt", session.expires_at);
	return reply_json(obj);
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "/setup",
	    .access = ACCESS_PUBLIC,
	    .run = show_setup,
	    .operation = "show_setup" },
	{ .method = "POST",
	    .path = "/setup",
	    .access = ACCESS_PUBLIC,
	    .rate = RATE_SETUP,
	    .body = setup_fields,
	    .run = create_administrator,
	    .operation = "create_administrator" },
	{ .method = "POST",
	    .path = "/login",
	    .access = ACCESS_PUBLIC,
	    .rate = RATE_LOGIN,
	    .body = login_fields,
	    .run = create_session,
	    .operation = "create_session" },
	{ .method = "POST",
	    .path = "/refresh/:session",
	    .access = ACCESS_PUBLIC,
	    .query = dry_run_fields,
	    .run = refresh_session,
	    .operation = "refresh_session" },
	{ .method = "POST",
	    .path = "/refresh",
	    .access = ACCESS_PUBLIC,
	    .body = token_fields,
	    .no_csrf = true,
	    .run = refresh_tokens,
	    .operation = "refresh_tokens" },
	{ .method = "POST",
	    .path = "/logout/:session",
	    .access = ACCESS_PUBLIC,
	    .run = end_session,
	    .operation = "end_session" },
	{ .method = "POST",
	    .path = "/logout",
	    .access = ACCESS_PUBLIC,
	    .body = maybe_token_fields,
	    .no_csrf = true,
	    .run = end_token_session,
	    .operation = "end_token_session" },
	{ .method = "GET",
	    .path = "/sessions",
	    .access = ACCESS_PUBLIC,
	    .run = list_sessions,
	    .operation = "list_sessions" },
	{ .method = "GET",
	    .path = "/session",
	    .has_fields = true,
	    .run = show_session,
	    .operation = "show_session" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(
	    argc, argv, &(struct handler){ .name = "auth", .routes = routes });
}
