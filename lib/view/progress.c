/*
 * Where somebody stopped, and which episode is meant.
 */
#include <stdio.h>

#include "lib/base/json.h"
#include "lib/view/view.h"

/* A duration that is null when it is unknown. */
static void
add_duration(struct json_object *obj, double duration)
{
	json_add(obj, "duration", duration > 0 ? json_real(duration) : NULL);
}

static void
add_place(struct json_object *obj, const struct progress *progress)
{
	json_add_real(obj, "position", progress->position);
	add_duration(obj, progress->duration);
	json_add_real(obj, "progress", progress->fraction);
	json_add_text(
	    obj, "status", store_progress_status_name(progress->status));
	json_add_time(obj, "updatedAt", progress->updated_at);
}

struct json_object *
view_progress(const struct progress *progress)
{
	struct json_object *obj;

	if (progress == NULL || progress->id == 0)
		return NULL;
	obj = json_object_new_object();
	add_place(obj, progress);
	return obj;
}

struct json_object *
view_progress_item(const struct progress *progress)
{
	struct json_object *obj = json_object_new_object();
	bool is_episode = progress->episode_id != 0;
	char id[24];

	snprintf(id, sizeof(id), "%lld", (long long)progress->id);
	json_add_text(obj, "id", id);
	json_add_text(obj, "type", is_episode ? "episode" : "movie");
	json_add(obj, is_episode ? "movieId" : "showId", NULL);
	json_add_int(obj, is_episode ? "showId" : "movieId", progress->pid);
	json_add(obj, "season",
	    is_episode ? json_object_new_int64(progress->season) : NULL);
	json_add(obj, "episode",
	    is_episode ? json_object_new_int64(progress->episode) : NULL);
	add_place(obj, progress);
	return obj;
}

struct json_object *
view_episode_ref(const struct episode *episode)
{
	struct json_object *obj;

	if (episode == NULL || episode->id == 0)
		return NULL;
	obj = json_object_new_object();
	json_add_int(obj, "season", episode->season);
	json_add_int(obj, "episode", episode->number);
	json_add_text(obj, "title", episode->name);
	return obj;
}
