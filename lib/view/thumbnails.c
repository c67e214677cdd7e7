/* Thumbnails as JSON and as WebVTT. */
#include "lib/view/thumbnails.h"

#include "lib/base/json.h"

enum { MINUTE = 60, HOUR = 3600 };

int
view_thumbnails(const struct view *view, struct db *db, int64_t source_id,
    const char *key, struct json_object **out, struct err *err)
{
	struct thumbnails made;
	enum store_result found =
	    store_thumbnails_find(db, view->arena, source_id, &made, err);
	struct json_object *obj;

	*out = NULL;
	if (found == STORE_ERROR)
		return -1;
	if (found == STORE_NONE || made.problem != NULL)
		return 0;
	obj = json_object_new_object();
	json_add_text(obj, "url",
	    view_url(view,
		arena_printf(
		    view->arena, "api/thumbnails/%s/{sheet}.jpg", key)));
	json_add_text(obj, "vttUrl",
	    view_url(view,
		arena_printf(view->arena, "api/thumbnails/%s/all.vtt", key)));
	json_add_int(obj, "step", made.step);
	json_add_int(obj, "count", made.count);
	json_add_int(obj, "width", made.width);
	json_add_int(obj, "height", made.height);
	json_add_int(obj, "columns", THUMBNAILS_COLUMNS);
	json_add_int(obj, "rows", THUMBNAILS_ROWS);
	*out = obj;
	return 0;
}

static void
put_time(struct buf *out, int64_t s)
{
	buf_printf(out, "%02d:%02d:%02d.000", (int)(s / HOUR),
	    (int)(s / MINUTE % MINUTE), (int)(s % MINUTE));
}

void
view_thumbnails_vtt(struct buf *out, const struct thumbnails *made)
{
	buf_puts(out, "WEBVTT\n");
	for (int64_t i = 0; i < made->count; i++) {
		int64_t in_sheet = i % THUMBNAILS_A_SHEET;

		buf_puts(out, "\n");
		put_time(out, i * made->step);
		buf_puts(out, " --> ");
		put_time(out, (i + 1) * made->step);
		buf_printf(out, "\n%d.jpg#xywh=%d,%d,%d,%d\n",
		    (int)(i / THUMBNAILS_A_SHEET),
		    (int)(in_sheet % THUMBNAILS_COLUMNS * made->width),
		    (int)(in_sheet / THUMBNAILS_COLUMNS * made->height),
		    (int)made->width, (int)made->height);
	}
}
