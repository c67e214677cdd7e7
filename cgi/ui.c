/*
 * What a person is about to do, so that miaud can make it ready.
 */
#include "cgi/common.h"
#include "lib/base/json.h"
#include "lib/play/play.h"

enum { TITLE_ID, KIND };
static const struct field fields[] = {
	[TITLE_ID] = { .name = "titleId",
	    .type = FIELD_TITLE_ID,
	    .required = true },
	[KIND] = { .name = "kind",
	    .type = FIELD_CHOICE,
	    .choices = "hover|focus|open|continue",
	    .required = true },
	{ 0 },
};

static struct reply
create_intent(struct request *req)
{
	struct json_object *params;
	struct title title;
	enum store_result found;
	struct err err;

	found = play_title_find(
	    req->db, req->arena, req->body[TITLE_ID].text, &title, &err);
	if (found != STORE_OK)
		return reply_store(found, ERR_TITLE_NOT_FOUND, &err);
	params = json_object_new_object();
	json_add_text(params, "titleId",
	    store_title_public_id(req->arena, title.kind, title.pid));
	json_add_text(params, "kind", req->body[KIND].text);
	request_notify(req, "ui.intent", params);
	return reply_empty();
}

static const struct route routes[] = {
	{ .method = "POST",
	    .path = "/intent",
	    .body = fields,
	    .run = create_intent,
	    .operation = "create_intent" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(
	    argc, argv, &(struct handler){ .name = "ui", .routes = routes });
}
