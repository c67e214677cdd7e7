/*
 * Saving a position, and what the other devices are told about it.
 */
#include "lib/play/position.h"

#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/store/sources.h"
#include "lib/view/view.h"

/* The length of what plays, as the probe measured it; 0 when unknown. */
static int
find_duration(
    const struct position *position, double *duration, struct err *err)
{
	struct source source = { 0 }, *sources;
	size_t n;
	enum store_result found = STORE_NONE;

	*duration = 0;
	if (position->source_id != 0)
		found = store_source_find(position->db, position->arena,
		    position->viewer, position->source_id, &source, err);
	if (found == STORE_OK)
		*duration = source.duration;
	if (found != STORE_NONE)
		return found == STORE_ERROR ? -1 : 0;
	if (store_source_list(position->db, position->arena, position->viewer,
		position->title_id, position->episode_id, &sources, &n,
		err) == STORE_ERROR)
		return -1;
	if (n > 0)
		*duration = sources[0].duration;
	return 0;
}

static struct json_object *
make_news(const struct position *position, const struct title *title,
    const struct episode *episode, const struct progress *saved)
{
	struct json_object *obj = json_object_new_object();
	bool is_episode = position->episode_id != 0;

	json_add_text(obj, "titleId",
	    store_title_public_id(position->arena, title->kind, title->pid));
	json_add(obj, "season",
	    is_episode ? json_object_new_int64(episode->season) : NULL);
	json_add(obj, "episode",
	    is_episode ? json_object_new_int64(episode->number) : NULL);
	json_add(obj, "progress", view_progress(saved));
	return obj;
}

/* What the other devices are told; NULL on error. */
static struct json_object *
tell(const struct position *position, const struct progress *saved,
    struct err *err)
{
	struct title title;
	struct episode episode;

	if (store_title_find_id(position->db, position->arena, position->viewer,
		position->title_id, &title, err) != STORE_OK)
		return NULL;
	if (position->episode_id != 0 &&
	    store_episode_find_id(position->db, position->arena,
		position->viewer, position->episode_id, &episode,
		err) != STORE_OK)
		return NULL;
	return make_news(position, &title, &episode, saved);
}

int
position_save(
    const struct position *position, struct json_object **news, struct err *err)
{
	struct progress progress = {
		.title_id = position->title_id,
		.episode_id = position->episode_id,
		.position = position->seconds,
		.duration = position->duration,
		.fraction = position->fraction,
		.status = position->status,
	};

	if (progress.duration <= 0 &&
	    find_duration(position, &progress.duration, err) == -1)
		return -1;
	if (store_progress_put(
		position->db, position->viewer, &progress, err) != STORE_OK ||
	    store_progress_find(position->db, position->viewer,
		position->title_id, position->episode_id, &progress,
		err) != STORE_OK)
		return -1;
	*news = tell(position, &progress, err);
	return *news == NULL ? -1 : 0;
}

int
position_forget(
    const struct position *position, struct json_object **news, struct err *err)
{
	struct progress before;

	*news = NULL;
	if (store_progress_find(position->db, position->viewer,
		position->title_id, position->episode_id, &before,
		err) == STORE_ERROR)
		return -1;
	if (before.id == 0)
		return 0;
	if (store_progress_forget(position->db, position->viewer,
		position->title_id, position->episode_id, err) == STORE_ERROR)
		return -1;
	before = (struct progress){ .id = before.id,
		.duration = before.duration,
		.status = PROGRESS_PAUSED,
		.updated_at = clock_now_ms() };
	*news = tell(position, &before, err);
	return *news == NULL ? -1 : 0;
}
