/*
 * A file's name becomes a title, an episode and a source.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/media/picture.h"
#include "daemon/miaud/scan/scan.h"
#include "lib/base/json.h"
#include "lib/base/str.h"
#include "lib/store/notes.h"
#include "lib/store/sources.h"
#include "lib/store/titles.h"

enum { NAME_TEXT_MAX = 300, SUBJECT_SIZE = 32 };

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
shortened(struct arena *arena, const char *text)
{
	size_t len = strlen(text);

	if (len <= NAME_TEXT_MAX)
		return text;
	len = NAME_TEXT_MAX;
	while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
		len--;
	return arena_strndup(arena, text, len);
}

/* "a/b/Name.mkv" → "Name", for a name in which nothing was found. */
static const char *
file_stem(struct arena *arena, const struct library_file *file)
{
	const char *slash = strrchr(file->display, '/');
	const char *name = slash ? slash + 1 : file->display;
	const char *dot = strrchr(name, '.');

	if (dot == NULL || dot == name)
		return name;
	return arena_strndup(arena, name, (size_t)(dot - name));
}

static void
fill_title(struct arena *arena, const struct library_file *file,
    const struct name *name, struct title *title)
{
	const char *text =
	    *name->title != '\0' ? name->title : file_stem(arena, file);

	*title = (struct title){
		.kind = name->is_episode ? TITLE_SHOW : TITLE_MOVIE,
		.name = arena_strdup(arena, shortened(arena, text)),
		.year = name->year,
		.tmdb_id = name->tmdb_id,
		.imdb_id = arena_strdup(arena, name->imdb_id),
	};
}

/* A daily's season is its year, its number the day: 517 for the 17th of May. */
static void
fill_episode(struct arena *arena, const struct name *name, int64_t title_id,
    struct episode *episode)
{
	const char *title = name->episode_title;

	*episode = (struct episode){ .title_id = title_id,
		.season = name->season >= 0 ? name->season : 1 };
	if (name->n_episodes > 0) {
		episode->number = name->episodes[0];
	} else {
		episode->season = strtol(name->date, NULL, 10);
		episode->number = strtol(name->date + 5, NULL, 10) * 100 +
		    strtol(name->date + 8, NULL, 10);
		episode->aired_on = arena_strdup(arena, name->date);
		if (title == NULL)
			title = name->date;
	}
	if (name->n_episodes > 1)
		title = arena_printf(arena, "%s (%d\xE2\x80\x93%d)",
		    title == NULL ? "Episodes" : title, name->episodes[0],
		    name->episodes[name->n_episodes - 1]);
	if (title != NULL)
		episode->name = arena_strdup(arena, shortened(arena, title));
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

/* Codecs as sources name them: "H264", "HEVC". */
static char *
codec_word(struct arena *arena, const char *label)
{
	char *word = arena_strdup(arena, label == NULL ? "" : label);
	size_t n = 0;

	for (const char *c = word; *c != '\0'; c++)
		if (*c != '.' && *c != '-' && *c != ' ')
			word[n++] = *c;
	word[n] = '\0';
	return word;
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
	    codec_word(arena, media ? media->video_codec : NULL);
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

	fill_title(arena, file, name, &title);
	if (store_title_merge(db, &title, "file", &added, err) != STORE_OK)
		return -1;
	*source = (struct source){ .title_id = title.id,
		.match_confidence = library_name_confidence(name) };
	if (name->is_episode) {
		fill_episode(arena, name, title.id, &episode);
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

	if (store_title_find_id(db, arena, source->title_id, &title, err) !=
	    STORE_OK)
		return -1;
	news->wants_picture =
	    title.poster == NULL || pictures_is_placard(title.poster);
	if (source->episode_id == 0 || news->wants_picture)
		return 0;
	if (store_episode_find_id(
		db, arena, source->episode_id, &episode, err) != STORE_OK)
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
