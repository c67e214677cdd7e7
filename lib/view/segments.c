/* Chapters and segments of what plays. */
#include "lib/view/segments.h"

#include "lib/base/json.h"

static const char *const origins[] = {
	[SEGMENT_CHAPTERS] = "chapters",
	[SEGMENT_SEASON] = "season",
	[SEGMENT_OWN] = "own",
};

struct segment_place
view_segment_place(int64_t title_id, const struct episode *episode)
{
	bool is_film = episode == NULL || episode->id == 0;

	return (struct segment_place){
		.title_id = title_id,
		.season = is_film ? -1 : episode->season,
		.episode = is_film ? -1 : episode->number,
	};
}

struct json_object *
view_chapters(struct json_object *media)
{
	struct json_object *chapters =
	    media == NULL ? NULL : json_get_array(media, "chapters");

	return chapters == NULL ? json_object_new_array()
				: json_object_get(chapters);
}

/* What the chapters of a Media object say. */
static size_t
read_chapters(struct arena *arena, struct json_object *media,
    struct segment out[SEGMENT__MAX])
{
	struct json_object *list = json_get_array(media, "chapters"), *at;
	size_t n = list == NULL ? 0 : json_object_array_length(list);
	struct segment_chapter *chapters =
	    arena_alloc(arena, n + 1, sizeof(*chapters));

	for (size_t i = 0; i < n; i++) {
		at = json_object_array_get_idx(list, i);
		chapters[i] = (struct segment_chapter){
			.start = json_get_real(at, "start", 0),
			.end = json_get_real(at, "end", 0),
			.title = json_get_text(at, "title", NULL),
		};
	}
	return library_segments_read(
	    chapters, n, json_get_real(media, "duration", 0), out);
}

struct json_object *
view_segments(const struct watch *watch, const struct segment_place *place,
    struct json_object *media, struct err *err)
{
	double duration =
	    media == NULL ? 0 : json_get_real(media, "duration", 0);
	struct segment all[SEGMENT__MAX];
	struct segment_mark *marks;
	struct json_object *array, *obj;
	size_t n, n_marks;

	if (store_segment_list(watch->db, watch->arena, watch->viewer, place,
		&marks, &n_marks, err) == STORE_ERROR)
		return NULL;
	n = media == NULL ? 0 : read_chapters(watch->arena, media, all);
	n = library_segments_mark(all, n, marks, n_marks, duration);
	array = json_object_new_array();
	for (size_t i = 0; i < n; i++) {
		obj = json_object_new_object();
		json_add_text(obj, "kind", store_segment_word(all[i].kind));
		json_add_real(obj, "start", all[i].start);
		json_add_real(obj, "end", all[i].end);
		json_add_text(obj, "origin", origins[all[i].origin]);
		json_object_array_add(array, obj);
	}
	return array;
}
