/* What is held on a person, to take away; and going for good. */
#include "cgi/me/me.h"

#include <stdlib.h>

#include "cgi/people.h"
#include "lib/auth/password.h"
#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "lib/view/export.h"

enum { PASSWORD };

const struct field me_leaving_fields[] = {
	[PASSWORD] = { .name = "password",
	    .min = 1,
	    .max = PASSWORD_MAX,
	    .required = true },
	{ 0 },
};

static int
write_export(struct http_writer *out, void *arg)
{
	const struct buf *zip = arg;

	return http_write(out, zip->data, zip->len);
}

static void
free_export(void *arg)
{
	buf_fini(arg);
	free(arg);
}

static struct reply
refuse(const struct err *err, int64_t retry_after_s)
{
	struct reply reply = reply_err(err);

	reply.retry_after_s = retry_after_s;
	return reply;
}

/* It has what every profile watched, so whoever holds the screen is not asked
 * for a PIN but for who they are. */
struct reply
me_export(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	int64_t retry_after_s;
	struct reply reply;
	struct user user;
	struct buf *zip;
	struct err err;

	if (people_prove(&env, req->caller.user_id, req->body[PASSWORD].text,
		&user, &retry_after_s, &err) == -1)
		return refuse(&err, retry_after_s);
	zip = mem_calloc(1, sizeof(*zip));
	buf_init(zip, VIEW_EXPORT_MAX);
	if (view_export(req->db, req->caller.user_id, zip, &err) == -1) {
		free_export(zip);
		return reply_err(&err);
	}
	reply = reply_writer("application/zip", write_export, zip);
	reply.length = (int64_t)zip->len;
	reply.filename = "miauflix.zip";
	reply.cache_control = "no-store";
	reply.done = free_export;
	reply.done_arg = zip;
	return reply;
}

static void
clear_cookies(struct reply *reply, struct request *req)
{
	const char *id = req->caller.session_id;

	reply_cookie(reply, req,
	    arena_printf(req->arena, "__miauflix_at_%s", id), NULL, "", 0);
	reply_cookie(reply, req,
	    arena_printf(req->arena, "__miauflix_rt_%s", id), NULL, "api/auth/",
	    0);
}

struct reply
me_leave(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	struct ended_sessions ended;
	struct reply reply;
	int64_t retry_after_s;
	struct err err;

	if (people_leave(&env, req->caller.user_id, req->body[PASSWORD].text,
		&ended, &retry_after_s, &err) == -1)
		return refuse(&err, retry_after_s);
	tell_all_ended(req, &ended, "revoked");
	reply = reply_empty();
	clear_cookies(&reply, req);
	return reply;
}
