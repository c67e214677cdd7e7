/*
 * What the lib below wants to know about a request: small adapters that more
 * than one handler needs.
 */
#ifndef CGI_COMMON_H
#define CGI_COMMON_H

#include "lib/auth/session.h"
#include "lib/base/clock.h"
#include "lib/http/http.h"
#include "lib/view/view.h"
#include "lib/view/watch.h"

/* From what the addresses in answers are made. */
static inline struct view
view_of(const struct request *req)
{
	return (struct view){ req->arena, req->context->base_path };
}

/* For whom titles are read. */
static inline struct watch
watch_of(const struct request *req)
{
	return (struct watch){ req->db, req->arena, &req->caller.viewer };
}

/* What the rules of signing in and of people need. */
static inline struct auth_env
auth_env_of(const struct request *req)
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
		.origin = request_own_origin(req),
		.now_ms = clock_now_ms(),
	};
}

/* An answer that holds a token or a key: nobody keeps a copy. */
static inline struct reply
reply_secret(struct json_object *obj)
{
	struct reply reply = reply_json(obj);

	reply.cache_control = "no-store";
	return reply;
}

#endif
