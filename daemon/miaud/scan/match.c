/*
 * A file's name becomes a title, an episode and a source.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/media/picture.h"
#include "daemon/miaud/scan/scan.h"
#include "lib/base/json.h"
#include "lib/library/title.h"
#include "lib/store/notes.h"
#include "lib/store/sources.h"
#include "lib/store/titles.h"

enum { SUBJECT_SIZE = 32 };

void
match_read(struct arena *arena, const char *root, const char *path,
    struct match *match)
{
	const char *slash = strrchr(root, '/');
	struct name *name = &match->name;

	memset(match, 0, sizeof(*match));
	library_name_parse_below(arena, slash ? slash + 1 : root, path, name);
	if (name->extra != NAME_EXTRA_NONE) {
		match->code = "extra";
		match->sentence = arena_printf(arena,
		    "By its name this is no film of its own but a %s.",
		    library_name_extra_word(name->extra));
		return;
	}
	if (name->is_episode && name->n_episodes == 0 &&
	    name->date[0] == '\0') {
		match->code = "no_episode";
		match->sentence = "The name tells a season but no episode; "
				  "write it like S01E02.";
	}
}

static const char *
how(const struct name *name)
{
	if (name->tmdb_id != 0 || name->imdb_id != NULL)
		return "by the id in its name";
	if (name->by_folder)
		return name->year ? "by its folder's name and year"
				  : "by its folder's name";
	return name->year ? "by name and year" : "by its name alone";
}

static int
note_match(struct db *db, struct arena *arena, const struct library_file *file,
    const struct name *name, const struct title *title, struct err *err)
{
	struct json_object *inputs = json_object_new_object();
	char subject[SUBJECT_SIZE];
	int result = -1;

	snprintf(subject, sizeof(subject), "file:%lld", (long long)file->id);
	json_add_text(inputs, "path", file->display);
	json_add_text(inputs, "title", title->name);
	json_add_int(inputs, "year", name->year);
	json_add_real(inputs, "confidence", library_name_confidence(name));
	if (store_reason_clear(db, subject, err) != STORE_ERROR &&
	    store_reason_put(db, subject, "matched",
		arena_printf(arena, "Matched %s to %s.", how(name),
		    store_title_public_id(arena, title->kind, title->pid)),
		json_object_to_json_string_ext(inputs, JSON_C_TO_STRING_PLAIN),
		err) != STORE_ERROR)
		result = 0;
	json_object_put(inputs);
	return result;
}

static int
put_source(struct db *db, struct arena *arena, const struct library_file *file,
    const struct name *name, const struct media *media, struct source *source,
    struct err *err)
{
	const char *quality = name->quality ? name->quality : "SD";

	if (media != NULL)
		quality = library_media_quality(media);
	source->library_file_id = file->id;
	source->quality = arena_strdup(arena, quality);
	source->video_codec =
	    library_codec_word(arena, media ? media->video_codec : NULL);
	source->size = file->size;
	return store_source_put(db, source, err) == STORE_OK ? 0 : -1;
}

/* Finds or makes title and episode. */
static int
find_title(struct db *db, struct arena *arena, const struct library_file *file,
    const struct name *name, struct source *source, struct err *err)
{
	struct episode episode;
	struct title title;
	bool added;

	library_title_of(arena, file->display, name, &title);
	if (store_title_merge(db, &title, "file", &added, err) != STORE_OK)
		return -1;
	*source = (struct source){ .title_id = title.id,
		.match_confidence = library_name_confidence(name) };
	if (name->is_episode) {
		library_episode_of(arena, name, title.id, &episode);
		if (store_episode_merge(db, &episode, err) != STORE_OK)
			return -1;
		source->episode_id = episode.id;
	}
	return note_match(db, arena, file, name, &title, err);
}

/* Whether the title lacks a poster, or the episode a still. */
static int
look_at_pictures(struct db *db, struct arena *arena,
    const struct source *source, struct scan_news *news, struct err *err)
{
	struct title title;
	struct episode episode;

	if (store_title_find_id(db, arena, &store_unlimited, source->title_id,
		&title, err) != STORE_OK)
		return -1;
	news->wants_picture =
	    title.poster == NULL || pictures_is_placard(title.poster);
	if (source->episode_id == 0 || news->wants_picture)
		return 0;
	if (store_episode_find_id(db, arena, &store_unlimited,
		source->episode_id, &episode, err) != STORE_OK)
		return -1;
	news->wants_picture = episode.still == NULL;
	return 0;
}

int
match_write(struct db *db, struct arena *arena, const struct library_file *file,
    const struct match *match, const struct media *media, bool keep,
    struct scan_news *news, struct err *err)
{
	enum store_result known = STORE_NONE;
	struct source source;

	if (keep)
		known = store_source_find_file(db, file->id, &source, err);
	if (known == STORE_ERROR)
		return -1;
	if (known == STORE_NONE &&
	    find_title(db, arena, file, &match->name, &source, err) == -1)
		return -1;
	if (put_source(db, arena, file, &match->name, media, &source, err) ==
	    -1)
		return -1;
	news->title_id = source.title_id;
	news->episode_id = source.episode_id;
	news->title_changed = true;
	return look_at_pictures(db, arena, &source, news, err);
}
