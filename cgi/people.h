/*
 * What the handlers of people share: the fields of a new person, and telling
 * whose sessions have ended.
 */
#ifndef CGI_PEOPLE_H
#define CGI_PEOPLE_H

#include <string.h>

#include "cgi/common.h"
#include "lib/auth/people.h"
#include "lib/base/address.h"
#include "lib/base/json.h"

enum {
	PERSON_EMAIL,
	PERSON_PASSWORD,
	PERSON_NAME,
	PERSON_DISPLAY_NAME,
	PERSON_ROLE,
};
static const struct field person_fields[] = {
	[PERSON_EMAIL] = { .name = "email",
	    .type = FIELD_EMAIL,
	    .required = true },
	[PERSON_PASSWORD] = { .name = "password",
	    .type = FIELD_PASSWORD,
	    .required = true },
	[PERSON_NAME] = { .name = "name", .min = 1, .max = 100 },
	[PERSON_DISPLAY_NAME] = { .name = "displayName", .min = 1, .max = 100 },
	[PERSON_ROLE] = { .name = "role",
	    .type = FIELD_CHOICE,
	    .choices = "user|admin" },
	{ 0 },
};

static inline enum user_role
role_of(const struct value *value)
{
	return value->is_given && strcmp(value->text, "admin") == 0
	    ? USER_ROLE_ADMIN
	    : USER_ROLE_USER;
}

/* An administrator lets somebody sign in: a row of two handlers. */
static inline struct reply
create_person(struct request *req)
{
	const struct value *body = req->body;
	const struct auth_env env = auth_env_of(req);
	const struct person_wish wish = {
		.email = body[PERSON_EMAIL].text,
		.name = body[PERSON_NAME].text,
		.display_name = body[PERSON_DISPLAY_NAME].text,
		.password = body[PERSON_PASSWORD].text,
		.role = role_of(&body[PERSON_ROLE]),
	};
	struct reply reply;
	struct user user;
	struct err err;

	if (wish.name != NULL && !people_is_name(wish.name))
		return reply_bad_field("name", "may not hold spaces or @");
	if (people_add(&env, req->caller.user_id, &wish, &user, &err) == -1)
		return reply_err(&err);
	reply = reply_json(view_person(&user));
	reply.status = 201;
	return reply;
}

/* A new code with the page of the app where it is used; shown this once. */
static inline struct reply
reply_code(
    const struct request *req, const struct one_time *made, const char *page)
{
	struct json_object *obj = json_object_new_object();
	char link[ADDRESS_PAGE_MAX];
	struct reply reply;

	address_page(req->context->settings, page, made->code.text, link);
	json_add_text(obj, "code", made->code.text);
	json_add_text(obj, "link", link);
	json_add_time(obj, "expiresAt", made->expires_at);
	reply = reply_secret(obj);
	reply.status = 201;
	return reply;
}

/* Tells miaud, so that listeners of these sessions end. */
static inline void
tell_all_ended(
    struct request *req, const struct ended_sessions *ended, const char *reason)
{
	struct json_object *params;
	size_t i;

	for (i = 0; i < ended->n; i++) {
		params = json_object_new_object();
		json_add_text(params, "sessionId", ended->ids[i]);
		json_add_text(params, "reason", reason);
		request_notify(req, "session.ended", params);
	}
}

#endif
