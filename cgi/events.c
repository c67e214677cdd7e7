/* News as they happen: Server-Sent Events. */
#include <string.h>

#include "lib/http/events.h"
#include "lib/http/http.h"

enum { THREADS = 2, TOPICS_MAX = 200, ID_MAX = 80 };

enum { TOPICS, LAST_EVENT_ID, FOLLOW__MAX };
static const struct field follow_fields[] = {
	[TOPICS] = { .name = "topics", .min = 1, .max = TOPICS_MAX },
	[LAST_EVENT_ID] = { .name = "lastEventId", .min = 1, .max = ID_MAX },
	[FOLLOW__MAX] = { 0 }
};

static struct reply
follow_events(struct request *req)
{
	const char *topics = req->query[TOPICS].text;

	if (topics != NULL &&
	    topics[strspn(topics, "abcdefghijklmnopqrstuvwxyz_,")] != '\0')
		return reply_bad_field("topics", "must be names and commas");
	return http_events_follow(req, topics, req->query[LAST_EVENT_ID].text);
}

static const struct route routes[] = { { .method = "GET",
					   .path = "/",
					   .keys = KEY_SCOPE_READ,
					   .operation = "follow_events",
					   .query = follow_fields,
					   .embed = true,
					   .limited = true,
					   .run = follow_events },
	{ 0 } };

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){ .name = "events",
		.routes = routes,
		.threads = THREADS,
		.is_resident = true,
		.has_events = true });
}
