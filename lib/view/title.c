/*
 * Films and shows as the contract shows them.
 */

#include "lib/base/json.h"
#include "lib/base/str.h"
#include "lib/view/media.h"
#include "lib/view/view.h"

char *
view_url(const struct view *view, const char *relative)
{
	return arena_printf(view->arena, "%s%s", view->base_path, relative);
}

/* A picture at the middle size of its kind, or null. */
static void
add_picture(struct json_object *obj, const char *key, const struct view *view,
    const char *kind_and_size, const char *file)
{
	if (file == NULL) {
		json_add(obj, key, NULL);
		return;
	}
	json_add_text(obj, key,
	    arena_printf(view->arena, "%sapi/images/%s/%s", view->base_path,
		kind_and_size, file));
}

static void
add_poster(struct json_object *obj, const struct view *view, const char *key,
    const char *file)
{
	add_picture(obj, key, view, "poster/400", file);
}

static void
add_backdrop(struct json_object *obj, const struct view *view, const char *key,
    const char *file)
{
	add_picture(obj, key, view, "backdrop/1280", file);
}

/* A number that is null when it is 0. */
static void
add_known(struct json_object *obj, const char *key, int64_t n)
{
	json_add(obj, key, n == 0 ? NULL : json_object_new_int64(n));
}

/* What it asks of its viewers. */
static void
add_certification(struct json_object *obj, const struct title *title)
{
	json_add_text(obj, "certification", title->certification);
	json_add(obj, "minimumAge",
	    title->is_rated ? json_object_new_int64(title->minimum_age) : NULL);
}

static void
add_rating(struct json_object *obj, double rating)
{
	json_add(obj, "rating",
	    rating > 0 && rating <= 10 ? json_real(rating) : NULL);
}

static void
add_genres(struct json_object *obj, char *const *genres)
{
	struct json_object *array = json_object_new_array();

	for (; genres != NULL && *genres != NULL; genres++)
		json_object_array_add(array, json_object_new_string(*genres));
	json_add(obj, "genres", array);
}

static void
add_tagline(struct json_object *obj, const char *tagline)
{
	json_add_text(obj, "tagline",
	    tagline != NULL && *tagline != '\0' ? tagline : NULL);
}

struct json_object *
view_movie_item(const struct view *view, const struct title *title,
    const struct progress *progress)
{
	struct json_object *obj = json_object_new_object();

	json_add_text(obj, "_type", "movie");
	json_add_int(obj, "id", title->pid);
	add_known(obj, "tmdbId", title->tmdb_id);
	json_add_text(obj, "title", title->name);
	json_add_text(obj, "releaseDate", title->released_on);
	add_known(obj, "year", title->year);
	json_add_text(obj, "overview", title->overview);
	add_genres(obj, title->genres);
	add_known(obj, "runtime", title->runtime * 60);
	add_rating(obj, title->rating);
	add_poster(obj, view, "poster", title->poster);
	add_backdrop(obj, view, "backdrop", title->backdrop);
	json_add_bool(obj, "playable", title->is_playable);
	json_add(obj, "progress", view_progress(progress));
	json_add_time(obj, "addedAt", title->created_at);
	return obj;
}

struct json_object *
view_show_item(const struct view *view, const struct title *title,
    const struct episode *next, const struct progress *progress)
{
	struct json_object *obj = json_object_new_object();

	json_add_text(obj, "_type", "tvshow");
	json_add_int(obj, "id", title->pid);
	add_known(obj, "tmdbId", title->tmdb_id);
	json_add_text(obj, "name", title->name);
	json_add_text(obj, "firstAirDate", title->released_on);
	add_known(obj, "year", title->year);
	json_add_text(obj, "overview", title->overview);
	add_genres(obj, title->genres);
	add_rating(obj, title->rating);
	add_poster(obj, view, "poster", title->poster);
	add_backdrop(obj, view, "backdrop", title->backdrop);
	json_add_bool(obj, "playable", title->is_playable);
	json_add(obj, "next", view_episode_ref(next));
	json_add(obj, "progress", view_progress(progress));
	json_add_time(obj, "addedAt", title->created_at);
	return obj;
}

static const char *
kind_word(enum title_kind kind)
{
	return kind == TITLE_SHOW ? "show" : "movie";
}

/* What catalogue and titles share. */
static struct json_object *
new_mixed(const struct view *view, const struct title *title)
{
	struct json_object *obj = json_object_new_object();

	json_add_text(obj, "id",
	    store_title_public_id(view->arena, title->kind, title->pid));
	json_add_text(obj, "type", kind_word(title->kind));
	json_add_text(obj, "name", title->name);
	add_known(obj, "year", title->year);
	add_genres(obj, title->genres);
	json_add_bool(obj, "playable", title->is_playable);
	return obj;
}

struct json_object *
view_card(const struct view *view, const struct title *title)
{
	struct json_object *obj = new_mixed(view, title);

	add_poster(obj, view, "posterUrl", title->poster);
	return obj;
}

/* One stream for each quality; the store lists the best first. */
static struct json_object *
make_streams(const struct source *sources, size_t n)
{
	struct json_object *array = json_object_new_array(), *stream;
	const char *last = "";
	size_t i;

	for (i = 0; i < n; i++) {
		if (str_equal_nocase(sources[i].quality, last))
			continue;
		last = sources[i].quality;
		stream = json_object_new_object();
		json_add_text(stream, "profile", last);
		json_add_text(stream, "drm", "none");
		json_object_array_add(array, stream);
	}
	return array;
}

struct json_object *
view_title(const struct view *view, const struct title *title,
    const struct source *sources, size_t n_sources, const struct title *similar,
    size_t n_similar)
{
	struct json_object *obj = new_mixed(view, title);
	struct json_object *images = json_object_new_object();
	struct json_object *ids = json_object_new_array();
	size_t i;

	add_certification(obj, title);
	json_add_text(obj, "synopsis", title->overview);
	add_poster(images, view, "poster", title->poster);
	add_backdrop(images, view, "backdrop", title->backdrop);
	json_add(obj, "images", images);
	json_add(obj, "streams", make_streams(sources, n_sources));
	for (i = 0; i < n_similar; i++)
		json_object_array_add(ids,
		    json_object_new_string(store_title_public_id(
			view->arena, similar[i].kind, similar[i].pid)));
	json_add(obj, "similar", ids);
	return obj;
}

/* What the schemas Movie and Show share. */
static struct json_object *
new_title(const struct view *view, const struct title *title)
{
	struct json_object *obj = json_object_new_object();

	json_add_text(obj, "type", kind_word(title->kind));
	json_add_int(obj, "id", title->pid);
	add_known(obj, "tmdbId", title->tmdb_id);
	json_add_text(obj, "imdbId", title->imdb_id);
	json_add_text(obj, "title", title->name);
	json_add_text(obj, "overview", title->overview);
	add_tagline(obj, title->tagline);
	add_known(obj, "year", title->year);
	add_poster(obj, view, "poster", title->poster);
	add_backdrop(obj, view, "backdrop", title->backdrop);
	add_picture(obj, "logo", view, "logo/400", title->logo);
	add_genres(obj, title->genres);
	json_add_real(
	    obj, "popularity", title->popularity > 0 ? title->popularity : 0);
	add_rating(obj, title->rating);
	add_certification(obj, title);
	json_add_bool(obj, "playable", title->is_playable);
	return obj;
}

struct json_object *
view_movie(const struct view *view, const struct title *title,
    const struct source *best, const struct progress *progress)
{
	struct json_object *obj = new_title(view, title);
	double runtime = (double)title->runtime * 60;

	if (runtime <= 0 && best != NULL)
		runtime = best->duration;
	json_add_text(obj, "releaseDate", title->released_on);
	json_add(obj, "runtime", runtime > 0 ? json_real(runtime) : NULL);
	json_add(obj, "media", view_media(best));
	json_add(obj, "progress", view_progress(progress));
	return obj;
}

struct json_object *
view_show(const struct view *view, const struct title *title,
    const struct episode *next, struct json_object *seasons)
{
	struct json_object *obj = new_title(view, title);

	json_add_text(obj, "name", title->name);
	json_add_text(obj, "firstAirDate", title->released_on);
	json_add_text(obj, "lastAirDate", title->last_aired_on);
	json_add(obj, "next", view_episode_ref(next));
	json_add(obj, "seasons", seasons);
	return obj;
}

struct json_object *
view_season(const struct view *view, const struct season *season,
    struct json_object *episodes)
{
	struct json_object *obj = json_object_new_object();

	json_add_int(obj, "id", season->id);
	json_add_int(obj, "seasonNumber", season->number);
	json_add_text(obj, "name", season->name);
	json_add_text(obj, "overview", season->overview);
	json_add_text(obj, "airDate", season->aired_on);
	add_poster(obj, view, "poster", season->poster);
	json_add(obj, "episodes", episodes);
	return obj;
}

struct json_object *
view_episode(const struct view *view, const struct episode *episode,
    const struct progress *progress)
{
	struct json_object *obj = json_object_new_object();

	json_add_int(obj, "id", episode->id);
	json_add_int(obj, "seasonNumber", episode->season);
	json_add_int(obj, "episodeNumber", episode->number);
	json_add_text(obj, "title", episode->name);
	json_add_text(obj, "overview", episode->overview);
	json_add_text(obj, "airDate", episode->aired_on);
	add_picture(obj, "still", view, "still/300", episode->still);
	add_known(obj, "runtime", episode->runtime * 60);
	json_add_bool(obj, "playable", episode->is_playable);
	json_add(obj, "progress", view_progress(progress));
	return obj;
}

struct json_object *
view_episode_detail(const struct view *view, const struct episode *episode,
    const struct view_episode_parts *parts)
{
	struct json_object *obj = view_episode(view, episode, parts->progress);
	struct json_object *show = json_object_new_object();

	json_add_int(show, "id", parts->show->pid);
	json_add_text(show, "title", parts->show->name);
	add_poster(show, view, "poster", parts->show->poster);
	add_backdrop(show, view, "backdrop", parts->show->backdrop);
	json_add(obj, "show", show);
	json_add(obj, "previous", view_episode_ref(parts->previous));
	json_add(obj, "next", view_episode_ref(parts->next));
	json_add(obj, "media", view_media(parts->best));
	return obj;
}
