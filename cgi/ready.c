/* Whether everything a visitor needs is there. */
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/http/http.h"

enum { MIAUD_MS = 2000, WAITS_MS = 4000 };

/* Below this new titles cannot be kept. */
static const int64_t DISK_LEAST = 64 * 1024 * 1024;

static struct json_object *
check_json(bool ok, const char *detail)
{
	struct json_object *check = json_object_new_object();

	json_add_bool(check, "ok", ok);
	json_add_text(check, "detail", ok ? "" : detail);
	return check;
}

/* Its schema must be this program's: false while it is being upgraded. */
static bool
check_database(struct request *req, struct json_object *checks)
{
	struct db_pool *pool;
	struct err err;

	pool =
	    db_pool_new(req->context->paths->database, DB_READ, 1, true, &err);
	json_add(checks, "database", check_json(pool != NULL, err.text));
	db_pool_free(pool);
	return pool != NULL;
}

static bool
check_miaud(struct request *req, struct json_object *checks)
{
	struct json_object *status = NULL;
	struct err err;
	bool ok;

	ok = request_call(req, "status", NULL, MIAUD_MS, &status, &err) == 0;
	json_object_put(status);
	json_add(checks, "miaud", check_json(ok, err.text));
	return ok;
}

static bool
check_disk(struct request *req, struct json_object *checks)
{
	int64_t free_bytes = 0, total_bytes;
	struct err err = { .text = "Less than 64 MiB are free." };
	bool ok;

	ok = fs_space(req->context->paths->state, &free_bytes, &total_bytes,
		 &err) == 0 &&
	    free_bytes >= DISK_LEAST;
	json_add(checks, "disk", check_json(ok, err.text));
	return ok;
}

static struct reply
show_ready(struct request *req)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *checks = json_object_new_object();
	struct reply reply;
	bool ok;

	json_add(obj, "checks", checks);
	ok = check_database(req, checks);
	ok = check_miaud(req, checks) && ok;
	ok = check_disk(req, checks) && ok;
	reply = reply_json(obj);
	reply.cache_control = "no-store";
	if (!ok)
		reply.status = 503;
	return reply;
}

static const struct route routes[] = { { .method = "GET",
					   .path = "/",
					   .operation = "show_ready",
					   .access = ACCESS_PUBLIC,
					   .no_database = true,
					   .is_probe = true,
					   .waits_ms = WAITS_MS,
					   .run = show_ready },
	{ 0 } };

int
main(int argc, char **argv)
{
	return http_serve(
	    argc, argv, &(struct handler){ .name = "ready", .routes = routes });
}
