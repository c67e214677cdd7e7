/*
 * The state of each part of the server: what miaud says, or what can be seen
 * without it.
 */
#include "cgi/common.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/view/view.h"

enum { PATIENCE_MS = 2000 };

static void
add_service(struct json_object *services, const char *name, const char *status,
    const char *details)
{
	struct json_object *obj = json_object_new_object();

	json_add_text(obj, "name", name);
	json_add_text(obj, "status", status);
	json_add_text(obj, "details", details);
	json_add(obj, "since", NULL);
	json_add(obj, "breaker", NULL);
	json_object_array_add(services, obj);
}

static struct json_object *
make_vpn(void)
{
	struct json_object *obj = json_object_new_object();

	json_add_text(obj, "policy", "off");
	json_add_bool(obj, "active", false);
	json_add(obj, "interface", NULL);
	json_add(obj, "country", NULL);
	json_add(obj, "since", NULL);
	return obj;
}

static void
add_disk(struct request *req, struct json_object *services)
{
	int64_t free_bytes, total;
	struct err err;

	if (fs_space(req->context->paths->state, &free_bytes, &total, &err) ==
	    -1) {
		add_service(services, "disk", "down", err.text);
		return;
	}
	add_service(services, "disk", "ok",
	    arena_printf(
		req->arena, "%.1f GB free.", (double)free_bytes / 1e9));
}

/* The database answered a moment ago, else nobody would be signed in. */
static struct json_object *
make_without_miaud(struct request *req, const struct err *why)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *services = json_object_new_array();

	add_service(services, "database", "ok", "");
	add_service(services, "miaud", "down", why->text);
	add_disk(req, services);
	json_add(obj, "vpn", make_vpn());
	json_add(obj, "services", services);
	json_add(obj, "uptime", NULL);
	return obj;
}

static struct reply
show_status(struct request *req)
{
	struct json_object *obj, *result, *part;
	static const char *const parts[] = { "vpn", "services", "uptime" };
	struct err err;
	size_t i;

	if (request_call(req, "status", NULL, PATIENCE_MS, &result, &err) ==
	    -1) {
		obj = make_without_miaud(req, &err);
	} else {
		obj = json_object_new_object();
		for (i = 0; i < COUNT_OF(parts); i++)
			if (json_object_object_get_ex(result, parts[i], &part))
				json_add(obj, parts[i], json_object_get(part));
		json_object_put(result);
	}
	json_add_text(obj, "version", MIAU_VERSION);
	if (req->caller.role == USER_ROLE_ADMIN)
		json_add(
		    obj, "addresses", view_addresses(req->context->settings));
	return reply_json(obj);
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "",
	    .keys = KEY_SCOPE_READ,
	    .has_fields = true,
	    .waits_ms = PATIENCE_MS,
	    .limited = true,
	    .run = show_status,
	    .operation = "show_status" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){ .name = "status", .routes = routes });
}
