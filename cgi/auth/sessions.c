/* The session that asks, and those that this browser holds. */
#include "cgi/auth/auth.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"

enum { SESSIONS_MAX = 5 };

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
	const char *id = strstr(name, AUTH_REFRESH_COOKIE);

	if (id == NULL || jar->n == SESSIONS_MAX)
		return;
	jar->cookie[jar->n].session_id = id + strlen(AUTH_REFRESH_COOKIE);
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

struct reply
auth_list_sessions(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	struct own_session own[SESSIONS_MAX] = { 0 };
	struct jar jar = { 0 };
	struct json_object *array, *obj;
	struct err err;
	size_t i, n = 0;

	request_cookies(req, AUTH_REFRESH_COOKIE, keep_cookie, &jar);
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

struct reply
auth_show_session(struct request *req)
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
	/* What the session may do, which its profile may narrow. */
	user.role = req->caller.role;
	json_add_text(obj, "id", session.id);
	json_add(obj, "user", view_user(&user));
	json_add(obj, "profile", view_profile(&profile));
	json_add_text(obj, "device", session.device);
	json_add_time(obj, "createdAt", session.created_at);
	json_add_time(obj, "expiresAt", session.expires_at);
	return reply_json(obj);
}
