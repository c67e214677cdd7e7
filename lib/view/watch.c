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
	return store_progress_of_title(watch->db, watch->arena,
		   watch->profile_id, title_id, &watched->rows, &watched->n,
		   err) == STORE_ERROR
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

int
watch_neighbour(const struct watch *watch, const struct episode *episode,
    int step, struct episode *out, struct err *err)
{
	struct episode *all;
	size_t n, i;
	const struct episode *found = NULL;
	bool is_behind = false;

	memset(out, 0, sizeof(*out));
	if (store_episode_list(watch->db, watch->arena, episode->title_id, -1,
		&all, &n, err) == STORE_ERROR)
		return -1;
	for (i = 0; i < n; i++) {
		if (all[i].id == episode->id) {
			is_behind = true;
			if (step < 0)
				break;
		} else if (all[i].is_playable &&
		    (step < 0 || (is_behind && found == NULL))) {
			found = &all[i];
		}
	}
	if (found != NULL)
		*out = *found;
	return 0;
}

/* The first with a source; specials only when there is nothing else. */
static int
first_playable(const struct watch *watch, int64_t title_id, struct episode *out,
    struct err *err)
{
	struct episode *all;
	size_t n, i;
	const struct episode *special = NULL, *found = NULL;

	if (store_episode_list(watch->db, watch->arena, title_id, -1, &all, &n,
		err) == STORE_ERROR)
		return -1;
	for (i = 0; i < n && found == NULL; i++) {
		if (!all[i].is_playable)
			continue;
		if (all[i].season != 0)
			found = &all[i];
		else if (special == NULL)
			special = &all[i];
	}
	if (found == NULL)
		found = special;
	if (found != NULL)
		*out = *found;
	return 0;
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
	result = store_episode_find_id(
	    watch->db, watch->arena, last->episode_id, &episode, err);
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
	    watch->db, watch->profile_id, title_id, episode_id, out, err);
	if (result == STORE_NONE)
		memset(out, 0, sizeof(*out));
	return result == STORE_ERROR ? -1 : 0;
}

struct json_object *
watch_item(const struct watch *watch, const struct view *view,
    const struct title *title, struct err *err)
{
	struct watched watched;
	struct episode next;
	struct progress place;

	if (title->kind == TITLE_MOVIE) {
		if (watch_place(watch, title->id, 0, &place, err) == -1)
			return NULL;
		return view_movie_item(view, title, &place);
	}
	if (watch_show(watch, title->id, &watched, err) == -1 ||
	    watch_next(watch, title->id, &watched, &next, &place, err) == -1)
		return NULL;
	return view_show_item(view, title, &next, &place);
}
