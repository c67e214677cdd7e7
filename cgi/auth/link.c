/* Signing in on a device by another one on which somebody is signed in. */
#include "cgi/auth/auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/device_code.h"
#include "lib/base/address.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/qr.h"
#include "lib/http/origin.h"

enum { USER_CODE }; /* places in the path */
enum { SVG_MAX = 256 * 1024 };

const struct field auth_code_fields[] = {
	{ .name = "device", .max = 100 },
	{ 0 },
};

const struct field auth_device_fields[] = {
	{ .name = "deviceCode", .type = FIELD_KEY, .required = true },
	AUTH_SIGN_IN_FIELDS,
	{ 0 },
};

enum { APPROVE_CODE, APPROVE_YES };
const struct field auth_approve_fields[] = {
	[APPROVE_CODE] = { .name = "userCode",
	    .min = 1,
	    .max = 32,
	    .required = true },
	[APPROVE_YES] = { .name = "approve",
	    .type = FIELD_BOOL,
	    .required = true },
	{ 0 },
};

/* Where a phone finds this server, with a '/' at the end: by the public
 * address; by the name that the device uses, unless that means the device
 * itself; by what other devices of the house reach. */
static const char *
base_url(struct request *req)
{
	const struct settings *settings = req->context->settings;
	const char *host = request_header(req, "Host"), *url = NULL;
	struct address_list *list = mem_calloc(1, sizeof(*list));
	const struct address *best;
	char name[ORIGIN_HOST_MAX];

	address_find(settings, list);
	best = address_for_others(list);
	if (best != NULL && best->scope == ADDRESS_PUBLIC)
		url = arena_strdup(req->arena, best->url);
	else if (host != NULL && origin_host_name(host, name) &&
	    (best == NULL || !origin_is_loopback_name(name)))
		url = arena_printf(req->arena, "%s://%s%s",
		    req->is_tls ? "https" : "http", host,
		    req->context->base_path);
	else if (best != NULL)
		url = arena_strdup(req->arena, best->url);
	free(list);
	return url == NULL ? req->context->base_path : url;
}

static void
add_qr(struct json_object *obj, const char *text)
{
	struct buf svg;

	buf_init(&svg, SVG_MAX);
	json_add_text(
	    obj, "qr", qr_put_svg(text, text, &svg) ? svg.data : NULL);
	buf_fini(&svg);
}

struct reply
auth_create_device_code(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	struct device_grant grant;
	struct json_object *obj;
	const char *uri, *complete;
	struct err err;

	if (device_code_begin(&env, req->body[0].text, &grant, &err) == -1)
		return reply_err(&err);
	uri = arena_printf(req->arena, "%slink", base_url(req));
	complete = arena_printf(req->arena, "%s?code=%s", uri, grant.user_code);
	obj = json_object_new_object();
	json_add_text(obj, "deviceCode", grant.device_code);
	json_add_text(obj, "userCode", grant.user_code);
	json_add_text(obj, "verificationUri", uri);
	json_add_text(obj, "verificationUriComplete", complete);
	add_qr(obj, complete);
	json_add_int(obj, "interval", grant.interval_s);
	json_add_int(obj, "expiresIn", grant.ttl_s);
	return reply_secret(obj);
}

struct reply
auth_create_device_session(struct request *req)
{
	return auth_sign_in(req, &strategies[STRATEGY_DEVICE]);
}

struct reply
auth_show_device_code(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	struct device_code code;
	struct json_object *obj;
	struct err err;

	if (device_code_find(&env, req->param[USER_CODE].text, &code, &err) ==
	    -1)
		return reply_err(&err);
	obj = json_object_new_object();
	json_add_text(obj, "device", code.device);
	json_add_text(obj, "address", code.address);
	json_add_time(obj, "createdAt", code.created_at);
	json_add_time(obj, "expiresAt", code.expires_at);
	return reply_json(obj);
}

struct reply
auth_approve_device(struct request *req)
{
	const struct auth_env env = auth_env_of(req);
	struct err err;

	if (device_code_answer(&env, req->caller.user_id,
		req->caller.viewer.profile_id, req->body[APPROVE_CODE].text,
		req->body[APPROVE_YES].flag, &err) == -1)
		return reply_err(&err);
	return reply_empty();
}
