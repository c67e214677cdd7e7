/*
 * What downloads take of the disk, title by title, against the limit; and
 * giving the bytes of one back.
 */
#include "cgi/common.h"
#include "lib/base/json.h"

enum { DOWNLOAD }; /* places in the path */
enum { STATUS_MS = 3000, EVICT_MS = 15000 };

static struct reply
show_storage(struct request *req)
{
	struct json_object *result;
	struct err err;

	if (request_call(
		req, "storage.status", NULL, STATUS_MS, &result, &err) == -1)
		return reply_err(&err);
	return reply_json(result);
}

static struct reply
evict_download(struct request *req)
{
	struct json_object *params = json_object_new_object(), *result;
	struct err err;

	json_add_int(params, "downloadId", req->param[DOWNLOAD].integer);
	if (request_call(
		req, "storage.evict", params, EVICT_MS, &result, &err) == -1)
		return reply_err(&err);
	return reply_json(result);
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "",
	    .keys = KEY_SCOPE_READ,
	    .has_fields = true,
	    .waits_ms = STATUS_MS,
	    .run = show_storage,
	    .operation = "show_storage" },
	{ .method = "DELETE",
	    .path = "/:download",
	    .keys = KEY_SCOPE_FULL,
	    .waits_ms = EVICT_MS,
	    .run = evict_download,
	    .operation = "evict_download",
	    .audit = AUDIT_DOWNLOAD_EVICTED },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){
		.name = "storage", .routes = routes, .access = ACCESS_ADMIN });
}
