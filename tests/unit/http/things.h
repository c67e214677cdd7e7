/*
 * A handler with a row of each kind, for tests of what stands before rows.
 */
#ifndef TESTS_UNIT_HTTP_THINGS_H
#define TESTS_UNIT_HTTP_THINGS_H

#include "tests/unit/http/ask.h"

#include "lib/auth/stream_key.h"

static struct reply
show_thing(struct request *req)
{
	struct json_object *obj = json_object_new_object();

	json_add_int(obj, "movie", req->param[0].integer);
	json_add_text(obj, "user", req->caller.user_id);
	json_add_bool(obj, "local", req->is_local);
	json_add_text(obj, "address", req->address);
	json_add_bool(obj, "tls", req->is_tls);
	return reply_json(obj);
}

static struct reply
list_things(struct request *req)
{
	struct json_object *items = json_object_new_array(), *one;
	int i;

	for (i = 0; i < 2; i++) {
		one = json_object_new_object();
		json_add_int(one, "id", i);
		json_add_text(one, "name", "thing");
		json_object_array_add(items, one);
	}
	return reply_list("results", items, req->page.cursor, req->page.size);
}

static struct reply
create_thing(struct request *req)
{
	struct json_object *obj = json_object_new_object();
	struct reply reply;

	json_add_text(obj, "name", req->body[0].text);
	reply = reply_json(obj);
	reply.status = 201;
	reply_cookie(&reply, req, "__miauflix_at_x", "value", "", 60);
	reply_cookie(&reply, req, "__miauflix_rt_x", NULL, "api/auth/", 60);
	return reply;
}

static struct reply
delete_thing(struct request *req UNUSED)
{
	return reply_empty();
}

static struct reply
break_thing(struct request *req UNUSED)
{
	struct err err;

	err_set(&err, ERR_INTERNAL, "Secret words of the database.");
	return reply_store(STORE_ERROR, ERR_NOT_FOUND, &err);
}

static const struct field thing_fields[] = {
	{ .name = "name", .required = true },
	{ 0 },
};
static const struct field list_fields[] = {
	{ .name = "year", .type = FIELD_INT },
	{ 0 },
};

static const struct route rows[] = {
	{ .method = "GET",
	    .path = "/:movie",
	    .run = show_thing,
	    .access = ACCESS_PUBLIC },
	{ .method = "GET", .path = "/mine", .run = show_thing },
	{ .method = "GET",
	    .path = "/own/embedded",
	    .run = show_thing,
	    .embed = true },
	{ .method = "GET",
	    .path = "/",
	    .run = list_things,
	    .access = ACCESS_PUBLIC,
	    .is_list = true,
	    .query = list_fields },
	{ .method = "POST",
	    .audit = AUDIT_NONE,
	    .audit_why = "a test",
	    .path = "/",
	    .run = create_thing,
	    .access = ACCESS_PUBLIC,
	    .body = thing_fields },
	{ .method = "DELETE",
	    .audit = AUDIT_NONE,
	    .audit_why = "a test",
	    .path = "/all",
	    .run = delete_thing,
	    .access = ACCESS_ADMIN },
	{ .method = "POST",
	    .audit = AUDIT_NONE,
	    .audit_why = "a test",
	    .path = "/login",
	    .run = delete_thing,
	    .access = ACCESS_PUBLIC,
	    .rate = RATE_LOGIN },
	{ .method = "POST",
	    .audit = AUDIT_NONE,
	    .audit_why = "a test",
	    .path = "/tokens",
	    .run = delete_thing,
	    .access = ACCESS_PUBLIC,
	    .no_csrf = true },
	{ .method = "GET",
	    .path = "/stream/:key",
	    .run = show_thing,
	    .access = ACCESS_KEY,
	    .rate = RATE_STREAM,
	    .any_origin = true },
	{ .method = "GET",
	    .path = "/broken/thing",
	    .run = break_thing,
	    .access = ACCESS_PUBLIC },
	{ 0 },
};
static const struct handler things = { .name = "things", .routes = rows };

#endif
