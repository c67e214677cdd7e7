/*
 * Who asks, and whether the row lets them: the only place that knows. A bearer
 * token or an access cookie names a session, whose row decides; a stream key
 * stands for itself.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/auth/session.h"
#include "lib/auth/stream_key.h"
#include "lib/base/clock.h"
#include "lib/http/match.h"
#include "lib/http/origin.h"
#include "lib/http/server.h"

/* Last use of a session is noted at most this often. */
enum { TOUCH_MS = 60000 };

enum access
http_route_access(const struct handler *handler, const struct route *route)
{
	return handler->access == ACCESS_ADMIN ? ACCESS_ADMIN : route->access;
}

static int
refuse(struct reply *refusal, enum err_code code, const char *text)
{
	*refusal = reply_error(code, "%s", text);
	return -1;
}

/* The token of the Authorization header; NULL when there is none. *bad is set
 * for another scheme. */
static const char *
bearer_token(const struct http_exchange *ex, bool *bad)
{
	const char *header = request_header(&ex->req, "Authorization");

	*bad = false;
	if (header == NULL)
		return NULL;
	if (strncasecmp(header, "Bearer ", 7) != 0) {
		*bad = true;
		return NULL;
	}
	for (header += 7; *header == ' ';)
		header++;
	return header;
}

/* The session that the request chooses among its cookies. */
static const char *
chosen_session(const struct http_exchange *ex)
{
	const char *chosen = request_header(&ex->req, "X-Session-Id");

	if (chosen == NULL && ex->req.route->embed)
		chosen = http_query_find(&ex->query, "session");
	if (chosen == NULL || strlen(chosen) != UUID_SIZE - 1)
		return NULL;
	return chosen;
}

static const char *
find_token(struct http_exchange *ex, const char **session, bool *bad)
{
	const char *token = bearer_token(ex, bad);
	char name[64];

	*session = NULL;
	if (token != NULL || *bad)
		return token;
	*session = chosen_session(ex);
	if (*session == NULL)
		return NULL;
	snprintf(name, sizeof(name), "__miauflix_at_%s", *session);
	ex->req.caller.by_cookie = true;
	return request_cookie(&ex->req, name);
}

static void
note_caller(
    struct http_exchange *ex, const struct session *session, int64_t now)
{
	struct caller *caller = &ex->req.caller;

	caller->user_id = session->user_id;
	caller->session_id = session->id;
	caller->viewer = session->viewer;
	caller->role =
	    session->viewer.is_unlimited ? session->role : USER_ROLE_USER;
	ex->touches_session = now - session->last_used_at > TOUCH_MS;
}

static int
check_person(
    struct http_exchange *ex, enum access access, struct reply *refusal)
{
	struct auth_env env = {
		.db = ex->req.db,
		.arena = ex->req.arena,
		.keys = ex->context.keys,
		.tokens = ex->server->tokens,
		.settings = ex->context.settings,
		.run = ex->server->paths.run,
		.address = ex->req.address,
		.user_agent = ex->req.user_agent,
		.request_id = ex->req.id,
		.now_ms = clock_now_ms(),
	};
	const char *token, *wanted;
	struct session session;
	struct err err;
	bool bad;

	token = find_token(ex, &wanted, &bad);
	if (token == NULL)
		return refuse(
		    refusal, ERR_UNAUTHORIZED, "Sign in to see this.");
	if (session_prove(
		&env, token, &session, &ex->req.token_expires_at, &err) == -1) {
		*refusal = reply_err(&err);
		return -1;
	}
	if (wanted != NULL && strcmp(wanted, session.id) != 0)
		return refuse(refusal, ERR_UNAUTHORIZED,
		    "The access token belongs to another session.");
	note_caller(ex, &session, env.now_ms);
	if (!session.viewer.is_unlimited && !ex->req.route->limited)
		return refuse(refusal, ERR_PROFILE_LIMITED,
		    "This profile has a limit; only one without may do this.");
	if (access == ACCESS_ADMIN && ex->req.caller.role != USER_ROLE_ADMIN)
		return refuse(refusal, ERR_FORBIDDEN,
		    "Only an administrator may do this.");
	return 0;
}

static int
check_key(struct http_exchange *ex, struct reply *refusal)
{
	const char *text = http_match_key(ex->req.route, &ex->path);
	struct reply too_many;
	struct err err;

	if (text == NULL)
		return refuse(refusal, ERR_FORBIDDEN, "There is no key.");
	if (http_check_guesses(ex, false, refusal) == -1)
		return -1;
	if (stream_key_check(ex->req.db, ex->req.arena, ex->context.settings,
		text, clock_now_ms(), &ex->req.stream_key, &err) == 0) {
		ex->req.caller.viewer = ex->req.stream_key.viewer;
		return 0;
	}
	*refusal = reply_err(&err);
	if (err.code == ERR_STREAM_KEY_INVALID &&
	    http_check_guesses(ex, true, &too_many) == -1)
		*refusal = too_many;
	return -1;
}

/* Requests that change something and bring cookies come from our own pages. */
static int
check_csrf(struct http_exchange *ex, struct reply *refusal)
{
	const struct request *req = &ex->req;
	const char *cookie = request_header(req, "Cookie");

	if (strcmp(req->route->method, "GET") == 0 || req->is_head ||
	    req->route->no_csrf || cookie == NULL || cookie[0] == '\0')
		return 0;
	if (origin_may_change(ex->context.settings, req->origin,
		request_header(req, "Sec-Fetch-Site"),
		http_io_param(ex->io, "SERVER_ADDR")))
		return 0;
	return refuse(refusal, ERR_CSRF,
	    "A request with cookies that changes something must come from "
	    "this server's own pages.");
}

int
http_check_access(struct http_exchange *ex, struct reply *refusal)
{
	enum access access =
	    http_route_access(ex->server->handler, ex->req.route);

	if (check_csrf(ex, refusal) == -1)
		return -1;
	switch (access) {
	case ACCESS_PUBLIC:
		return 0;
	case ACCESS_KEY:
		return check_key(ex, refusal);
	case ACCESS_USER:
	case ACCESS_ADMIN:
		return check_person(ex, access, refusal);
	}
	return refuse(refusal, ERR_FORBIDDEN, "Nobody may do this.");
}
