/* The devices on which a person is signed in, and the end of that. */
#include "cgi/auth/auth.h"

#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/store/device_codes.h"

/* The live sessions of whoever asks. */
static enum store_result
list_own(
    struct request *req, struct session **sessions, size_t *n, struct err *err)
{
	return store_session_list(req->db, req->arena, req->caller.user_id,
	    clock_now_ms(), sessions, n, err);
}

static bool
is_current(const struct request *req, const struct session *session)
{
	return strcmp(session->id, req->caller.session_id) == 0;
}

struct reply
auth_list_devices(struct request *req)
{
	struct json_object *array, *obj;
	struct session *own;
	struct err err;
	size_t i, n;

	if (list_own(req, &own, &n, &err) == STORE_ERROR)
		return reply_err(&err);
	array = json_object_new_array();
	for (i = 0; i < n; i++) {
		obj = view_device(&own[i]);
		json_add_bool(obj, "current", is_current(req, &own[i]));
		json_object_array_add(array, obj);
	}
	return reply_json(array);
}

/* False when it had ended already. */
static bool
end_device(struct request *req, const struct session *session)
{
	const struct auth_env env = auth_env_of(req);

	if (!session_end(&env, session, "device"))
		return false;
	auth_tell_ended(req, session->id);
	return true;
}

struct reply
auth_delete_device(struct request *req)
{
	const char *id = req->param[AUTH_SESSION].text;
	struct session *own;
	struct reply reply;
	struct err err;
	size_t i, n;

	if (list_own(req, &own, &n, &err) == STORE_ERROR)
		return reply_err(&err);
	for (i = 0; i < n && strcmp(own[i].id, id) != 0; i++)
		;
	if (i == n || !end_device(req, &own[i]))
		return reply_error(ERR_SESSION_NOT_FOUND,
		    "You are not signed in on such a device.");
	reply = reply_empty();
	if (is_current(req, &own[i]))
		auth_clear_cookies(&reply, req, own[i].id);
	return reply;
}

struct reply
auth_end_other_devices(struct request *req)
{
	struct json_object *obj;
	struct session *own;
	struct err err;
	int64_t ended = 0;
	size_t i, n;

	/* Who was let in and has not come yet would come afterwards. */
	if (store_device_code_forget(req->db, req->caller.user_id, &err) ==
		STORE_ERROR ||
	    list_own(req, &own, &n, &err) == STORE_ERROR)
		return reply_err(&err);
	for (i = 0; i < n; i++)
		if (!is_current(req, &own[i]) && end_device(req, &own[i]))
			ended++;
	obj = json_object_new_object();
	json_add_int(obj, "ended", ended);
	return reply_json(obj);
}
