/*
 * Who asks, and whether the row lets them: the only place that knows. A bearer
 * token or an access cookie names a session, whose row decides; so does that of
 * an API key; a stream key stands for itself.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/auth/api_key.h"
#include "lib/auth/session.h"
#include "lib/auth/stream_key.h"
#include "lib/base/clock.h"
#include "lib/base/encode.h"
#include "lib/http/match.h"
#include "lib/http/origin.h"
#include "lib/http/server.h"

/* Last use of a session is noted at most this often. */
enum { TOUCH_MS = 60000, BASIC_MAX = 1024 };

/* What a request shows to say who asks. */
struct shown {
	enum { SHOWN_NOTHING, SHOWN_TOKEN, SHOWN_KEY, SHOWN_PASSWORD } what;
	const char *text;
	const char *login;   /* before an app password */
	const char *session; /* chosen among cookies: the token must be its */
};

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

/* "name:password" in base64 (RFC 7617). No app password holds a colon. */
static void
read_basic(const struct http_exchange *ex, const char *text, struct shown *out)
{
	size_t len = strnlen(text, BASIC_MAX + 1);
	char *copy, *plain, *colon;
	long n;

	if (len > BASIC_MAX)
		return;
	copy = arena_strdup(ex->req.arena, text);
	plain = arena_alloc(ex->req.arena, 1, len + 1);
	n = decode_base64(copy, len, plain, len);
	if (n < 0 || memchr(plain, '\0', (size_t)n) != NULL)
		return;
	plain[n] = '\0';
	colon = strrchr(plain, ':');
	if (colon == NULL)
		return;
	*colon = '\0';
	out->what = SHOWN_PASSWORD;
	out->login = plain;
	out->text = colon + 1;
}

static const char *
after_scheme(const char *header, const char *scheme)
{
	size_t len = strlen(scheme);

	if (strncasecmp(header, scheme, len) != 0 || header[len] != ' ')
		return NULL;
	for (header += len; *header == ' ';)
		header++;
	return header;
}

/* Of the Authorization header; nothing for a scheme that is not ours. */
static void
read_header(
    const struct http_exchange *ex, const char *header, struct shown *out)
{
	const char *text = after_scheme(header, "Bearer");

	if (text != NULL) {
		out->what = api_key_is(text) ? SHOWN_KEY : SHOWN_TOKEN;
		out->text = text;
		return;
	}
	text = after_scheme(header, "Basic");
	if (text != NULL)
		read_basic(ex, text, out);
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

static void
find_shown(struct http_exchange *ex, struct shown *out)
{
	const char *header = request_header(&ex->req, "Authorization");
	const char *pass;
	char name[64];

	memset(out, 0, sizeof(*out));
	if (header != NULL) {
		read_header(ex, header, out);
		return;
	}
	pass = http_match_segment(ex->req.route, &ex->path, ":pass");
	if (pass != NULL) {
		out->what = api_key_is(pass) ? SHOWN_KEY : SHOWN_NOTHING;
		out->text = pass;
		return;
	}
	out->session = chosen_session(ex);
	if (out->session == NULL)
		return;
	snprintf(name, sizeof(name), "__miauflix_at_%s", out->session);
	ex->req.caller.by_cookie = true;
	out->text = request_cookie(&ex->req, name);
	if (out->text != NULL)
		out->what = SHOWN_TOKEN;
}

static void
note_caller(
    struct http_exchange *ex, const struct session *session, int64_t now)
{
	struct caller *caller = &ex->req.caller;

	caller->user_id = session->user_id;
	caller->session_id = session->id;
	caller->api_key_id = session->api_key_id;
	caller->scope = session->scope;
	caller->viewer = session->viewer;
	caller->role =
	    session->viewer.is_unlimited ? session->role : USER_ROLE_USER;
	ex->touches_session = now - session->last_used_at > TOUCH_MS;
}

/* Counts a wrong key of whatever kind; *refusal says that it was one. */
static int
count_guess(struct http_exchange *ex, const struct err *err,
    enum err_code wrong, struct reply *refusal)
{
	struct reply too_many;

	*refusal = reply_err(err);
	if (err->code == wrong && http_check_guesses(ex, true, &too_many) == -1)
		*refusal = too_many;
	return -1;
}

static int
prove_key(struct http_exchange *ex, const struct auth_env *env,
    const struct shown *shown, struct session *session, struct reply *refusal)
{
	int64_t *ends_at = &ex->req.token_expires_at;
	struct err err;
	int proven;

	if (http_check_guesses(ex, false, refusal) == -1)
		return -1;
	proven = shown->what == SHOWN_KEY
	    ? api_key_prove(env, shown->text, session, ends_at, &err)
	    : api_key_prove_password(
		  env, shown->login, shown->text, session, ends_at, &err);
	return proven == 0 ? 0
			   : count_guess(ex, &err, ERR_UNAUTHORIZED, refusal);
}

static int
prove_token(struct http_exchange *ex, const struct auth_env *env,
    const struct shown *shown, struct session *session, struct reply *refusal)
{
	struct err err;

	if (session_prove(env, shown->text, session, &ex->req.token_expires_at,
		&err) == -1) {
		*refusal = reply_err(&err);
		return -1;
	}
	if (shown->session != NULL && strcmp(shown->session, session->id) != 0)
		return refuse(refusal, ERR_UNAUTHORIZED,
		    "The access token belongs to another session.");
	return 0;
}

static int
prove(struct http_exchange *ex, struct session *session, struct reply *refusal)
{
	const struct auth_env env = {
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
	struct shown shown;

	find_shown(ex, &shown);
	switch (shown.what) {
	case SHOWN_TOKEN:
		if (prove_token(ex, &env, &shown, session, refusal) == -1)
			return -1;
		break;
	case SHOWN_KEY:
	case SHOWN_PASSWORD:
		if (prove_key(ex, &env, &shown, session, refusal) == -1)
			return -1;
		break;
	case SHOWN_NOTHING:
		return refuse(
		    refusal, ERR_UNAUTHORIZED, "Sign in to see this.");
	}
	note_caller(ex, session, env.now_ms);
	return 0;
}

/* Scopes are in order: what one may, the wider one may too. */
static bool
may_key(const struct route *route, enum key_scope scope)
{
	return scope == KEY_SCOPE_NONE ||
	    (route->keys != KEY_SCOPE_NONE && scope >= route->keys);
}

static const char *
why_not(const struct route *route, enum key_scope scope)
{
	if (route->keys == KEY_SCOPE_NONE)
		return "No key may do this; sign in with your password.";
	return scope == KEY_SCOPE_PLAY ? "This key may only play."
				       : "This key may only read and play.";
}

static int
check_person(
    struct http_exchange *ex, enum access access, struct reply *refusal)
{
	const struct route *route = ex->req.route;
	struct session session;

	if (prove(ex, &session, refusal) == -1)
		return -1;
	if (!may_key(route, session.scope))
		return refuse(
		    refusal, ERR_KEY_SCOPE, why_not(route, session.scope));
	if (!session.viewer.is_unlimited && !route->limited)
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
	const char *text = http_match_segment(ex->req.route, &ex->path, ":key");
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
	return count_guess(ex, &err, ERR_STREAM_KEY_INVALID, refusal);
}

/* A browser adds cookies by itself, and a password that it was once told; of the
 * latter a program need not say from which page it comes. */
static bool
is_added_by_browser(const struct request *req)
{
	const char *cookie = request_header(req, "Cookie");
	const char *header = request_header(req, "Authorization");

	if (cookie != NULL && cookie[0] != '\0')
		return true;
	return header != NULL && after_scheme(header, "Basic") != NULL &&
	    (req->origin != NULL ||
		request_header(req, "Sec-Fetch-Site") != NULL);
}

/* Requests that change something and bring cookies come from our own pages. */
static int
check_csrf(struct http_exchange *ex, struct reply *refusal)
{
	const struct request *req = &ex->req;

	if (strcmp(req->route->method, "GET") == 0 || req->is_head ||
	    req->route->no_csrf || !is_added_by_browser(req))
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
