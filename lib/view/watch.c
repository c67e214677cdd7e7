/*
 * What a person has watched of a title and what comes next.
 */
#include "lib/view/watch.h"

#include <string.h>

#include "lib/view/view.h"

int
watch_show(const struct watch *watch, int64_t title_id, struct watched *watched,
    struct err *err)
{
	return store_progress_of_title(watch->db, watch->arena, watch->viewer,
		   title_id, &watched->rows, &watched->n, err) == STORE_ERROR
	    ? -1
	    : 0;
}

const struct progress *
watched_find(const struct watched *watched, int64_t episode_id)
{
	size_t i;

	for (i = 0; i < watched->n; i++)
		if (watched->rows[i].episode_id == episode_id)
			return &watched->rows[i];
	return NULL;
}

static const struct progress *
newest(const struct watched *watched)
{
	const struct progress *best = NULL;
	size_t i;

	for (i = 0; i < watched->n; i++)
		if (best == NULL ||
		    watched->rows[i].updated_at > best->updated_at)
			best = &watched->rows[i];
	return best;
}

/* The nearest with a source behind or before a place; id 0 when there is
 * none. */
static int
find_near(const struct watch *watch, int64_t title_id, int64_t season,
    int64_t number, bool is_later, struct episode *out, struct err *err)
{
	enum store_result result;

	result = store_episode_near(watch->db, watch->arena, watch->viewer,
	    title_id, season, number, is_later, out, err);
	if (result == STORE_NONE)
		memset(out, 0, sizeof(*out));
	return result == STORE_ERROR ? -1 : 0;
}

int
watch_neighbour(const struct watch *watch, const struct episode *episode,
    int step, struct episode *out, struct err *err)
{
	return find_near(watch, episode->title_id, episode->season,
	    episode->number, step > 0, out, err);
}

/* The first with a source; specials only when there is nothing else. */
static int
first_playable(const struct watch *watch, int64_t title_id, struct episode *out,
    struct err *err)
{
	if (find_near(watch, title_id, 1, -1, true, out, err) == -1)
		return -1;
	if (out->id != 0)
		return 0;
	return find_near(watch, title_id, 0, -1, true, out, err);
}

int
watch_next(const struct watch *watch, int64_t title_id,
    const struct watched *watched, struct episode *next, struct progress *at,
    struct err *err)
{
	const struct progress *last = newest(watched), *place;
	struct episode episode;
	enum store_result result;

	memset(next, 0, sizeof(*next));
	memset(at, 0, sizeof(*at));
	if (last == NULL || last->episode_id == 0)
		return first_playable(watch, title_id, next, err);
	result = store_episode_find_id(watch->db, watch->arena, watch->viewer,
	    last->episode_id, &episode, err);
	if (result == STORE_ERROR)
		return -1;
	if (result == STORE_OK && last->status != PROGRESS_COMPLETED) {
		*next = episode;
		*at = *last;
		return 0;
	}
	if (result == STORE_OK &&
	    watch_neighbour(watch, &episode, 1, next, err) == -1)
		return -1;
	if (next->id == 0 && first_playable(watch, title_id, next, err) == -1)
		return -1;
	place = watched_find(watched, next->id);
	if (place != NULL)
		*at = *place;
	return 0;
}

int
watch_place(const struct watch *watch, int64_t title_id, int64_t episode_id,
    struct progress *out, struct err *err)
{
	enum store_result result;

	memset(out, 0, sizeof(*out));
	result = store_progress_find(
	    watch->db, watch->viewer, title_id, episode_id, out, err);
	if (result == STORE_NONE)
		memset(out, 0, sizeof(*out));
	return result == STORE_ERROR ? -1 : 0;
}

static struct json_object *
show_item(const struct watch *watch, const struct view *view,
    const struct title *title, struct err *err)
{
	struct watched watched;
	struct episode next;
	struct progress place;

	if (watch_show(watch, title->id, &watched, err) == -1 ||
	    watch_next(watch, title->id, &watched, &next, &place, err) == -1)
		return NULL;
	return view_show_item(view, title, &next, &place);
}

struct json_object *
watch_items(const struct watch *watch, const struct view *view,
    const struct title *titles, size_t n, struct err *err)
{
	struct json_object *items, *item;
	struct progress *places;
	size_t i, at = 0, n_places;

	if (store_progress_of_movies(watch->db, watch->arena, watch->viewer,
		titles, n, &places, &n_places, err) == STORE_ERROR)
		return NULL;
	items = json_object_new_array_ext((int)n);
	for (i = 0; i < n; i++) {
		if (titles[i].kind == TITLE_SHOW)
			item = show_item(watch, view, &titles[i], err);
		else if (at < n_places && places[at].title_id == titles[i].id)
			item = view_movie_item(view, &titles[i], &places[at++]);
		else
			item = view_movie_item(view, &titles[i], NULL);
		if (item == NULL)
			goto err;
		json_object_array_add(items, item);
	}
	return items;
err:
	json_object_put(items);
	return NULL;
}
