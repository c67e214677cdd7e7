/* How a sign-in is answered: cookies for browsers, tokens for programs. */
#include "cgi/auth/auth.h"

#include <string.h>

#include "lib/base/json.h"

#define REFRESH_PATH "api/auth/"

const char *
auth_cookie_name(
    const struct request *req, const char *prefix, const char *session_id)
{
	return arena_printf(req->arena, "%s%s", prefix, session_id);
}

void
auth_set_cookies(struct reply *reply, const struct request *req,
    const struct auth_tokens *tokens)
{
	reply_cookie(reply, req,
	    auth_cookie_name(req, AUTH_ACCESS_COOKIE, tokens->session_id),
	    tokens->access_token, "", tokens->access_ttl_s);
	reply_cookie(reply, req,
	    auth_cookie_name(req, AUTH_REFRESH_COOKIE, tokens->session_id),
	    tokens->refresh_token, REFRESH_PATH, tokens->refresh_ttl_s);
}

void
auth_clear_cookies(
    struct reply *reply, const struct request *req, const char *session_id)
{
	reply_cookie(reply, req,
	    auth_cookie_name(req, AUTH_ACCESS_COOKIE, session_id), NULL, "", 0);
	reply_cookie(reply, req,
	    auth_cookie_name(req, AUTH_REFRESH_COOKIE, session_id), NULL,
	    REFRESH_PATH, 0);
}

void
auth_tell_ended(struct request *req, const char *session_id)
{
	struct json_object *params = json_object_new_object();

	json_add_text(params, "sessionId", session_id);
	json_add_text(params, "reason", "revoked");
	request_notify(req, "session.ended", params);
}

char *
auth_body_token(const struct request *req, const struct auth_tokens *tokens)
{
	return arena_printf(
	    req->arena, "%s.%s", tokens->session_id, tokens->refresh_token);
}

bool
auth_wants_body(const struct request *req, int field)
{
	if (req->body[field].is_given)
		return strcmp(req->body[field].text, "body") == 0;
	return settings_bool(req->context->settings, SETTING_AUTH_BODY_TOKENS);
}

struct reply
auth_answer(struct request *req, const struct auth_tokens *tokens, bool by_body)
{
	struct json_object *obj = json_object_new_object();
	struct reply reply;
	size_t i;

	for (i = 0; i < tokens->n_displaced; i++)
		auth_tell_ended(req, tokens->displaced[i].id);

	json_add(obj, "user", view_user(&tokens->user));
	json_add_int(obj, "expiresIn", tokens->access_ttl_s);
	if (by_body) {
		json_add_text(obj, "accessToken", tokens->access_token);
		json_add_text(obj, "jwt", tokens->access_token);
		json_add_text(
		    obj, "refreshToken", auth_body_token(req, tokens));
		return reply_secret(obj);
	}
	json_add_text(obj, "session", tokens->session_id);
	reply = reply_secret(obj);
	auth_set_cookies(&reply, req, tokens);
	return reply;
}
