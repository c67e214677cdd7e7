/*
 * Whether a handler answers at all: no database, no miaud. Also answers for
 * every address that belongs to no handler.
 */
#include "lib/http/http.h"

static struct reply
show_health(struct request *req UNUSED)
{
	struct json_object *obj = json_object_new_object();
	struct reply reply;

	json_object_object_add(obj, "status", json_object_new_string("ok"));
	reply = reply_json(obj);
	reply.cache_control = "no-store";
	return reply;
}

static const struct route routes[] = { { .method = "GET",
					   .path = "/",
					   .operation = "show_health_api",
					   .access = ACCESS_PUBLIC,
					   .no_database = true,
					   .is_probe = true,
					   .run = show_health },
	{ 0 } };

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){
		.name = "health", .routes = routes, .has_root = true });
}
