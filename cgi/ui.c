/*
 * What a person is about to do, so that miaud can make it ready.
 */
#include <string.h>

#include "cgi/playing.h"

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

/* Where Play would begin; false: nothing can be played. */
static bool
find_start(struct request *req, const struct title *title,
    struct source *source, struct progress *place)
{
	const struct watch watch = watch_of(req);
	struct play_wish wish = wish_of(req, "auto");
	struct episode next = { 0 };
	struct watched watched;
	struct err err;
	int result;

	memset(place, 0, sizeof(*place));
	if (title->kind == TITLE_SHOW)
		result = watch_show(&watch, title->id, &watched, &err) == -1
		    ? -1
		    : watch_next(
			  &watch, title->id, &watched, &next, place, &err);
	else
		result = watch_place(&watch, title->id, 0, place, &err);
	if (result == -1 || (title->kind == TITLE_SHOW && next.id == 0))
		return false;
	wish.title_id = title->id;
	wish.episode_id = next.id;
	return play_choose(&wish, source, &err) == 0;
}

static struct reply
create_intent(struct request *req)
{
	struct source source;
	struct progress place;
	struct title title;
	enum store_result found;
	bool is_found;
	struct err err;

	found = play_title_find(req->db, req->arena, &req->caller.viewer,
	    req->body[TITLE_ID].text, &title, &err);
	if (found != STORE_OK)
		return reply_store(found, ERR_TITLE_NOT_FOUND, &err);
	is_found = find_start(req, &title, &source, &place);
	tell_intent(req, &title, req->body[KIND].text,
	    is_found ? &source : NULL, &place);
	return reply_empty();
}

static const struct route routes[] = {
	{ .method = "POST",
	    .path = "/intent",
	    .keys = KEY_SCOPE_FULL,
	    .body = fields,
	    .limited = true,
	    .run = create_intent,
	    .operation = "create_intent",
	    .audit = AUDIT_NONE,
	    .audit_why = "a hint of which nothing stays" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(
	    argc, argv, &(struct handler){ .name = "ui", .routes = routes });
}
