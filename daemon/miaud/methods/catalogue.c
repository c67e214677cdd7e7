/*
 * What a person or a program says of titles. catalogue.import: titles told by a person or a program instead of found in a
 * folder. A title that is known by kind, name and year is completed, never
 * overwritten; others are added. All of a call or nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/events.h"
#include "daemon/miaud/methods/methods.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/placards.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/store/titles.h"

enum { ARENA_MAX = 8 * 1024 * 1024 };

struct import {
	struct rpc_call *call;
	struct miaud *miaud;
	struct json_object *titles; /* kept */
	int64_t n_added;
	int64_t n_known;
};

/* A text to be written through: the store's structs are not const. */
static char *
text_of(struct json_object *obj, const char *key, struct arena *arena)
{
	return arena_strdup(arena, json_get_text(obj, key, NULL));
}

static char *
text_or_empty(struct json_object *obj, const char *key, struct arena *arena)
{
	return arena_strdup(arena, json_get_text(obj, key, ""));
}

static char **
read_genres(struct json_object *obj, struct arena *arena)
{
	struct json_object *list = json_get_array(obj, "genres");
	size_t n = list == NULL ? 0 : json_object_array_length(list), i;
	char **genres = arena_alloc(arena, n + 1, sizeof(*genres));

	for (i = 0; i < n; i++)
		genres[i] = arena_strdup(arena,
		    json_object_get_string(json_object_array_get_idx(list, i)));
	return genres;
}

static void
read_title(struct json_object *obj, struct arena *arena, struct title *title)
{
	const char *kind = json_get_text(obj, "kind", "movie");

	*title = (struct title){
		.kind = strcmp(kind, "show") == 0 ? TITLE_SHOW : TITLE_MOVIE,
		.name = text_of(obj, "name", arena),
		.year = json_get_int(obj, "year", 0),
		.tmdb_id = json_get_int(obj, "tmdbId", 0),
		.imdb_id = text_of(obj, "imdbId", arena),
		.overview = text_or_empty(obj, "overview", arena),
		.tagline = text_or_empty(obj, "tagline", arena),
		.released_on = text_of(obj, "releasedOn", arena),
		.runtime = json_get_int(obj, "runtime", 0),
		.popularity = json_get_real(obj, "popularity", 0),
		.rating = json_get_real(obj, "rating", 0),
		.certification = text_of(obj, "certification", arena),
		.is_rated = json_get_int(obj, "minimumAge", -1) >= 0,
		.minimum_age = json_get_int(obj, "minimumAge", 0),
		.genres = read_genres(obj, arena),
	};
}

static int
import_episodes(struct db *db, struct arena *arena, int64_t title_id,
    struct json_object *season, struct err *err)
{
	struct json_object *list = json_get_array(season, "episodes"), *obj;
	size_t n = list == NULL ? 0 : json_object_array_length(list), i;

	for (i = 0; i < n; i++) {
		obj = json_object_array_get_idx(list, i);
		struct episode episode = {
			.title_id = title_id,
			.season = json_get_int(season, "number", 0),
			.number = json_get_int(obj, "number", 0),
			.name = text_or_empty(obj, "name", arena),
			.overview = text_or_empty(obj, "overview", arena),
			.aired_on = text_of(obj, "airedOn", arena),
			.runtime = json_get_int(obj, "runtime", 0),
		};

		if (store_episode_merge(db, &episode, err) == STORE_ERROR)
			return -1;
	}
	return 0;
}

static int
import_title(struct db *db, struct arena *arena, struct json_object *obj,
    bool *added, struct err *err)
{
	struct json_object *seasons = json_get_array(obj, "seasons");
	size_t n = seasons == NULL ? 0 : json_object_array_length(seasons), i;
	struct title title;

	read_title(obj, arena, &title);
	if (store_title_merge(db, &title, "catalogue", added, err) ==
	    STORE_ERROR)
		return -1;
	for (i = 0; title.kind == TITLE_SHOW && i < n; i++)
		if (import_episodes(db, arena, title.id,
			json_object_array_get_idx(seasons, i), err) == -1)
			return -1;
	return 0;
}

/* Database thread, in a transaction. */
static int
import_job(struct db *db, void *arg, struct err *err)
{
	struct import *import = arg;
	struct arena *arena = arena_new(ARENA_MAX);
	size_t n = json_object_array_length(import->titles), i;
	int result = 0;
	bool added;

	import->n_added = import->n_known = 0;
	for (i = 0; i < n && result == 0; i++) {
		result = import_title(db, arena,
		    json_object_array_get_idx(import->titles, i), &added, err);
		if (result == 0 && added)
			import->n_added++;
		else
			import->n_known++;
		arena_reset(arena);
	}
	arena_free(arena);
	return result;
}

static void
tell_library_changed(struct miaud *miaud, const char *title_id)
{
	struct event event = { .topic = "library",
		.audience = EVENT_EVERYONE,
		.data = json_object_new_object() };

	json_add_text(event.data, "kind", "title");
	json_add_text(event.data, "titleId", title_id);
	json_add(event.data, "scan", NULL);
	events_post(miaud->events, &event);
}

static void
imported(void *arg, const struct err *err)
{
	struct import *import = arg;
	struct json_object *out;

	json_object_put(import->titles);
	if (err->code != ERR_NONE) {
		rpc_fail(import->call, err);
	} else {
		out = json_object_new_object();
		json_add_int(out, "added", import->n_added);
		json_add_int(out, "known", import->n_known);
		rpc_reply(import->call, out);
		tell_library_changed(import->miaud, NULL);
		placards_wake(import->miaud->placards);
	}
	free(import);
}

void
method_catalogue_import(struct rpc_call *call)
{
	struct import *import = mem_calloc(1, sizeof(*import));
	struct err err;

	import->call = call;
	import->miaud = rpc_miaud(call);
	import->titles =
	    json_object_get(json_get_array(rpc_params(call), "titles"));
	if (dbthread_submit(import->miaud->dbthread, DBJOB_BATCHED, import_job,
		imported, import, &err) == 0)
		return;
	json_object_put(import->titles);
	free(import);
	rpc_fail(call, &err);
}

void
method_title_changed(struct rpc_call *call)
{
	tell_library_changed(
	    rpc_miaud(call), json_get_text(rpc_params(call), "titleId", NULL));
	rpc_done(call);
}
