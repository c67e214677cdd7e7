/*
 * What is inside a file.
 */
#include "lib/view/media.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/library/media.h"

enum { ARENA_MAX = 4 * 1024 * 1024 };

/* Content types that the contract names; what browsers cannot play anyway is
 * sent as bytes, players look at the bytes themselves. */
static const struct content {
	const char *container;
	const char *type;
} contents[] = {
	{ "mp4", "video/mp4" },
	{ "webm", "video/webm" },
	{ "matroska", "video/x-matroska" },
};

const char *
view_media_type(const struct source *source)
{
	size_t i;

	for (i = 0; source->container != NULL && i < COUNT_OF(contents); i++)
		if (strcmp(contents[i].container, source->container) == 0)
			return contents[i].type;
	return "application/octet-stream";
}

/* Reads the probe; false when there is none or it is damaged. The arena is the
 * caller's in any case. */
static bool
read_probe(
    const struct source *source, struct arena *arena, struct media *media)
{
	struct err err;

	return source != NULL && source->probe != NULL &&
	    library_media_read(arena, source->probe, media, &err) == 0;
}

/* What was stored is what is shown, unless the file has another size by now or was
 * looked into before all of this was asked. */
static bool
is_shown_as_stored(const struct source *source)
{
	size_t len = source->probe == NULL ? 0 : strlen(source->probe);
	char size[40];

	snprintf(size, sizeof(size), "\"size\":%lld,", (long long)source->size);
	return len > 2 && source->probe[0] == '{' &&
	    source->probe[len - 1] == '}' &&
	    strstr(source->probe, size) != NULL &&
	    strstr(source->probe, "\"chapters\":[") != NULL;
}

struct json_object *
view_media(const struct source *source)
{
	if (source != NULL && is_shown_as_stored(source))
		return json_ready(source->probe);
	return view_media_object(source);
}

struct json_object *
view_media_object(const struct source *source)
{
	struct arena *arena = arena_new(ARENA_MAX);
	struct json_object *obj = NULL;
	struct media media;

	if (read_probe(source, arena, &media)) {
		media.size = source->size;
		obj = library_media_json(&media);
	}
	arena_free(arena);
	return obj;
}

struct json_object *
view_sources(const struct source *sources, size_t n)
{
	struct json_object *array = json_object_new_array(), *obj;
	size_t i;

	for (i = 0; i < n; i++) {
		obj = json_object_new_object();
		json_add_int(obj, "id", sources[i].id);
		json_add_text(obj, "quality", sources[i].quality);
		json_add_int(obj, "size", sources[i].size);
		json_add_text(obj, "videoCodec",
		    *sources[i].video_codec == '\0' ? NULL
						    : sources[i].video_codec);
		json_add_int(
		    obj, "broadcasters", sources[i].torrent_id == 0 ? 1 : 0);
		json_add_int(obj, "watchers", 0);
		json_add_text(obj, "source",
		    sources[i].torrent_id == 0 ? "file" : "torrent");
		json_add_bool(obj, "hasDataFile", sources[i].is_present);
		json_object_array_add(array, obj);
	}
	return array;
}

static void
add_side(struct json_object *obj, const struct subtitle *side)
{
	json_add_text(obj, "language",
	    strcmp(side->language, "und") == 0 ? NULL : side->language);
	json_add_text(obj, "title", *side->title == '\0' ? NULL : side->title);
	json_add_text(obj, "format", side->format);
	json_add_bool(obj, "forced", side->is_forced);
	json_add_bool(obj, "hearingImpaired", side->is_sdh);
	json_add_bool(obj, "default", side->is_default);
	json_add(obj, "inner", NULL);
	if (side->is_fetched)
		json_add_bool(obj, "exactMatch", side->is_exact);
}

static void
add_inner(struct json_object *obj, const struct media_subtitle *own)
{
	json_add_text(obj, "language", own->language);
	json_add_text(obj, "title", own->title);
	json_add_text(obj, "format", own->codec);
	json_add_bool(obj, "forced", own->is_forced);
	json_add_bool(obj, "hearingImpaired", own->is_sdh);
	json_add_bool(obj, "default", own->is_default);
	json_add_int(obj, "inner", own->index);
}

struct json_object *
view_subtitles(const struct view *view, const char *key,
    const struct view_track *tracks, size_t n)
{
	struct json_object *array = json_object_new_array(), *obj;
	const char *path;
	size_t i;

	for (i = 0; i < n; i++) {
		obj = json_object_new_object();
		path = arena_printf(
		    view->arena, "api/subtitles/%s/%zu.vtt", key, i);
		json_add_int(obj, "index", (int64_t)i);
		json_add_text(obj, "url",
		    tracks[i].is_picture ? NULL : view_url(view, path));
		if (tracks[i].side != NULL)
			add_side(obj, tracks[i].side);
		else
			add_inner(obj, tracks[i].own);
		json_add_bool(obj, "picture", tracks[i].is_picture);
		json_object_array_add(array, obj);
	}
	return array;
}
