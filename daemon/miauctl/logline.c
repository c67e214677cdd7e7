/* Shows JSON log lines short and readable. */
#include "daemon/miauctl/logline.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/base/json.h"

#define COLOUR_OFF "\033[0m"
#define COLOUR_DIM "\033[2m"

static const char *
level_colour(const char *level)
{
	if (strcmp(level, "error") == 0)
		return "\033[31m";
	if (strcmp(level, "warn") == 0)
		return "\033[33m";
	return "";
}

static void
put_safe(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			buf_puts(out, "?");
		else
			buf_append(out, text, 1);
}

static bool
is_head(const char *key)
{
	static const char *const keys[] = { "time", "level", "program", "event",
		"requestId", "message" };
	size_t i;

	for (i = 0; i < COUNT_OF(keys); i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

/* What the event carries besides, as key=value. */
static void
put_fields(struct buf *out, struct json_object *object)
{
	struct json_object_iterator it = json_object_iter_begin(object);
	struct json_object_iterator end = json_object_iter_end(object);
	struct json_object *value;
	const char *key;

	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
		key = json_object_iter_peek_name(&it);
		value = json_object_iter_peek_value(&it);
		if (is_head(key) || value == NULL)
			continue;
		buf_puts(out, " ");
		put_safe(out, key);
		buf_puts(out, "=");
		put_safe(out, json_object_get_string(value));
	}
}

/* A request as "GET /api/movies 200 1.2 ms 4096 B". */
static void
put_request(struct buf *out, struct json_object *object)
{
	put_safe(out, json_get_text(object, "method", ""));
	buf_puts(out, " ");
	put_safe(out, json_get_text(object, "path", ""));
	buf_printf(out, " %lld  %.1f ms  %lld B",
	    (long long)json_get_int(object, "status", 0),
	    (double)json_get_int(object, "us", 0) / 1000,
	    (long long)json_get_int(object, "bytes", 0));
}

int
logline_put(struct buf *out, const char *name, const char *line, size_t len,
    bool has_colour)
{
	struct json_object *object;
	const char *colour, *event;
	char clock[16];
	time_t now = clock_now_ms() / 1000;
	struct tm local;
	struct err ignored;

	if (len == 0 || line[0] != '{')
		return -1;
	object = json_parse(line, len, &ignored);
	if (object == NULL)
		return -1;
	colour = has_colour
	    ? level_colour(json_get_text(object, "level", "info"))
	    : "";
	localtime_r(&now, &local);
	strftime(clock, sizeof(clock), "%H:%M:%S", &local);
	event = json_get_text(object, "event", "");
	buf_printf(out, "%s%s%s %-9s %s", has_colour ? COLOUR_DIM : "", clock,
	    has_colour ? COLOUR_OFF : "", name, colour);
	if (strcmp(event, "request") == 0) {
		put_request(out, object);
	} else {
		put_safe(out, json_get_text(object, "message", event));
		put_fields(out, object);
	}
	buf_puts(out, *colour != '\0' ? COLOUR_OFF : "");
	json_object_put(object);
	return 0;
}
