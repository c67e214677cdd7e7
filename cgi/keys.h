/*
 * What the handlers of keys share: one's own, and those of somebody else.
 */
#ifndef CGI_KEYS_H
#define CGI_KEYS_H

#include "cgi/people.h"
#include "lib/auth/api_key.h"

static inline struct reply
reply_keys(struct request *req, const char *user_id)
{
	struct json_object *array;
	struct api_key *keys;
	struct err err;
	size_t i, n;

	if (store_api_key_list(req->db, req->arena, user_id, &keys, &n, &err) !=
	    STORE_OK)
		return reply_err(&err);
	array = json_object_new_array();
	for (i = 0; i < n; i++)
		json_object_array_add(array, view_api_key(&keys[i]));
	return reply_json(array);
}

/* Who listens by the key hears at once that it has ended. */
static inline struct reply
revoke_key(struct request *req, const char *user_id, const char *id)
{
	const struct auth_env env = auth_env_of(req);
	struct ended_sessions ended;
	struct err err;

	if (api_key_revoke(
		&env, req->caller.user_id, user_id, id, &ended, &err) == -1)
		return reply_err(&err);
	tell_all_ended(req, &ended, "revoked");
	return reply_empty();
}

#endif
