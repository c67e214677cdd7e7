/*
 * What the lib below wants to know about a request: small adapters that more
 * than one handler needs.
 */
#ifndef CGI_COMMON_H
#define CGI_COMMON_H

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
	return (struct watch){ req->db, req->arena, req->caller.profile_id };
}

/* An answer that holds a token or a key: nobody keeps a copy. */
static inline struct reply
reply_secret(struct json_object *obj)
{
	struct reply reply = reply_json(obj);

	reply.cache_control = "no-store";
	return reply;
}

/* What a person may be called to sign in: no '@', which would be taken for an
 * e-mail address, no spaces. */
static inline bool
is_user_name(const char *name)
{
	const unsigned char *p = (const unsigned char *)name;

	for (; *p != '\0'; p++)
		if (*p <= ' ' || *p == 0x7f || *p == '@')
			return false;
	return true;
}

#endif
