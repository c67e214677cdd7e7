/*
 * Reading a path: the file's own name first, then what its folders add.
 */
#include "lib/library/name.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/str.h"
#include "lib/library/name_part.h"

enum { PARENTS_MAX = 16, STEM_MAX = 1024 };

/* A path taken apart. */
struct path_parts {
	const char *parents[PARENTS_MAX]; /* nearest first */
	size_t n;
	char stem[STEM_MAX];
	const char *parent; /* nearest one that could name a film, or NULL */
	int season;         /* of a season folder, -1: none */
	bool is_in_series;
	enum name_extra extra;
};

static const char *const video_endings[] = { ".mkv", ".mp4", ".m4v", ".mov",
	".webm", ".avi", ".ts", ".m2ts", ".mts", ".mpg", ".mpeg", ".wmv",
	".asf", ".flv", ".f4v", ".ogv", ".ogm", ".3gp", ".divx", ".vob",
	".mk3d", ".m2v", ".tp", ".trp" };

static const char *const source_words[NAME_SOURCE__MAX] = {
	[NAME_SOURCE_UNKNOWN] = "unknown",
	[NAME_SOURCE_CAM] = "cam",
	[NAME_SOURCE_TELESYNC] = "telesync",
	[NAME_SOURCE_TELECINE] = "telecine",
	[NAME_SOURCE_SCREENER] = "screener",
	[NAME_SOURCE_DVD] = "dvd",
	[NAME_SOURCE_HDTV] = "hdtv",
	[NAME_SOURCE_WEBRIP] = "webrip",
	[NAME_SOURCE_WEB] = "web",
	[NAME_SOURCE_BLURAY] = "bluray",
	[NAME_SOURCE_REMUX] = "remux",
};

const char *
library_name_source_word(enum name_source source)
{
	return source_words[source < NAME_SOURCE__MAX ? source : 0];
}

static const char *
last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

bool
library_name_is_video(const char *path)
{
	const char *dot = strrchr(last_component(path), '.');

	for (size_t i = 0; dot != NULL && i < COUNT_OF(video_endings); i++)
		if (str_equal_nocase(dot, video_endings[i]))
			return true;
	return false;
}

/* Folders that say what they hold change what the others mean. */
static void
read_parents(struct path_parts *parts)
{
	bool is_series;
	int season;

	parts->season = -1;
	for (size_t i = 0; i < parts->n; i++) {
		const char *name = parts->parents[i];

		if (name_is_shelf(name, &is_series)) {
			parts->is_in_series |= is_series;
			continue;
		}
		if (i == 0 && parts->extra == NAME_EXTRA_NONE)
			parts->extra = name_extra_folder(name);
		if (i == 0 && parts->extra != NAME_EXTRA_NONE)
			continue;
		season = name_season_folder(name);
		if (season >= 0 && parts->season == -1 &&
		    parts->parent == NULL) {
			parts->season = season;
			parts->is_in_series = true;
			continue;
		}
		if (parts->parent == NULL)
			parts->parent = name;
	}
}

static void
cut_path(struct arena *arena, const char *path, struct path_parts *parts)
{
	char *copy = arena_strdup(arena, path), *slash, *dot;
	const char *file = last_component(path);
	size_t len;

	memset(parts, 0, sizeof(*parts));
	slash = strrchr(copy, '/');
	while (slash != NULL && parts->n < PARENTS_MAX) {
		*slash = '\0';
		slash = strrchr(copy, '/');
		parts->parents[parts->n] = slash ? slash + 1 : copy;
		if (*parts->parents[parts->n] != '\0')
			parts->n++;
	}
	len = strlen(file);
	if (len >= STEM_MAX)
		len = STEM_MAX - 1;
	memcpy(parts->stem, file, len);
	parts->stem[len] = '\0';
	dot = strrchr(parts->stem, '.');
	if (dot != NULL && dot != parts->stem && library_name_is_video(file))
		*dot = '\0';
	parts->extra = name_extra_suffix(parts->stem);
	read_parents(parts);
}

/* "-cd1", "-part2", ".disc3" at the end of a stem: cut off, its number. */
static int
take_part(char *stem)
{
	static const char *const words[] = { "cd", "part", "disc", "disk",
		"pt" };
	size_t len = strlen(stem), n;
	char digit = len > 0 ? stem[len - 1] : '\0';

	if (len < 5 || digit < '1' || digit > '9')
		return 0;
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		char *at;

		n = strlen(words[i]);
		if (len < n + 2)
			continue;
		at = stem + len - 1 - n;
		if (strncasecmp(at, words[i], n) != 0 ||
		    strchr("-_. ", at[-1]) == NULL)
			continue;
		/* "Dune Part 1" is a title, "Film-part1" a half of a file */
		if (at[-1] != '-' && (i == 1 || i == 4))
			continue;
		at[-1] = '\0';
		return digit - '0';
	}
	return 0;
}

static bool
same_key(const char *a, const char *b, bool prefix_is_enough)
{
	char *x = str_to_key(a), *y = str_to_key(b);
	size_t n = strlen(x) < strlen(y) ? strlen(x) : strlen(y);
	bool same = strcmp(x, y) == 0 ||
	    (prefix_is_enough && n > 0 && strncmp(x, y, n) == 0);

	free(x);
	free(y);
	return same;
}

/* A name that was given by a machine or says only what it is. */
static bool
is_generic(const char *title)
{
	static const char *const words[] = { "movie", "film", "video", "title",
		"main", "vts 01 1", "index", "feature" };
	char *key = str_to_key(title);
	bool is = *key == '\0' ||
	    (strlen(key) >= 16 &&
		strspn(key, "0123456789abcdef") == strlen(key));

	for (size_t i = 0; !is && i < COUNT_OF(words); i++)
		is = strcmp(key, words[i]) == 0;
	free(key);
	return is;
}

static void
take_ids(struct name *name, const struct name *from)
{
	if (from->tmdb_id != 0)
		name->tmdb_id = from->tmdb_id;
	if (from->tvdb_id != 0)
		name->tvdb_id = from->tvdb_id;
	if (from->imdb_id != NULL)
		name->imdb_id = from->imdb_id;
}

/* What the folder knows and the name does not. */
static void
take_quality(struct name *name, const struct name *from)
{
	if (name->quality == NULL)
		name->quality = from->quality;
	if (name->source == NAME_SOURCE_UNKNOWN)
		name->source = from->source;
	if (name->video_codec == NULL)
		name->video_codec = from->video_codec;
}

static void
take_title(struct name *name, const struct name *from)
{
	name->title = from->title;
	name->year = from->year;
	name->by_folder = true;
}

static void
merge_show(struct name *name, const struct name_part *folder,
    const struct path_parts *parts)
{
	const struct name *from = &folder->got;

	take_ids(name, from);
	take_quality(name, from);
	if (from->title == NULL)
		return;
	if (name->title == NULL || is_generic(name->title) ||
	    (parts->season != -1 && name->absolute == -1) ||
	    (from->year != 0 && name->year == 0) ||
	    same_key(name->title, from->title, false)) {
		int year = name->year;

		take_title(name, from);
		if (name->year == 0)
			name->year = year;
	}
}

/* "Film.2010.1080p.BluRay-GRP", not "Holidays 2010". */
static bool
is_release(const struct name *name)
{
	return name->quality != NULL || name->source != NAME_SOURCE_UNKNOWN ||
	    name->video_codec != NULL;
}

static void
merge_movie(struct name *name, const struct name_part *folder)
{
	const struct name *from = &folder->got;

	if (from->is_episode || from->title == NULL)
		return;
	take_quality(name, from);
	if (name->title == NULL || is_generic(name->title) ||
	    (from->year != 0 && name->year == 0 &&
		(folder->is_year_bracketed || is_release(from) ||
		    same_key(name->title, from->title, true))) ||
	    (folder->is_year_bracketed &&
		same_key(name->title, from->title, true))) {
		take_title(name, from);
		take_ids(name, from);
	} else if (same_key(name->title, from->title, true)) {
		take_ids(name, from);
	}
}

/* The folder's own name; a pack's folder makes its files episodes. */
static struct name_part *
read_parent(struct arena *arena, struct path_parts *parts)
{
	struct name_part *folder;

	if (parts->parent == NULL)
		return NULL;
	folder = arena_alloc(arena, 1, sizeof(*folder));
	name_part_init(folder, arena, parts->parent, strlen(parts->parent));
	name_part_episode(folder);
	name_part_read(folder);
	if (folder->is_pack) {
		parts->is_in_series = true;
		if (parts->season == -1 &&
		    folder->got.season == folder->got.season_last)
			parts->season = folder->got.season;
	}
	return folder;
}

static void
merge_folder(const struct path_parts *parts, const struct name_part *folder,
    struct name *name)
{
	if (folder == NULL)
		return;
	if (!name->is_episode && !parts->is_in_series)
		merge_movie(name, folder);
	else
		merge_show(name, folder, parts);
}

/* Extras bear their own names and belong to the folder above. */
static void
finish(const struct path_parts *parts, struct name *name)
{
	if (name->season == -1 && parts->season != -1)
		name->season = name->season_last = parts->season;
	if (parts->season != -1 && name->n_episodes > 0)
		name->absolute = -1;
	if (name->season_last < name->season)
		name->season_last = name->season;
	if (name->title == NULL)
		name->title = "";
	name->extra = parts->extra;
}

void
library_name_parse(struct arena *arena, const char *path, struct name *name)
{
	struct path_parts *parts = arena_alloc(arena, 1, sizeof(*parts));
	struct name_part *file = arena_alloc(arena, 1, sizeof(*file));
	struct name_part *folder;
	int part;

	cut_path(arena, path, parts);
	folder = read_parent(arena, parts);
	part = take_part(parts->stem);
	name_part_init(file, arena, parts->stem, strlen(parts->stem));
	file->is_in_series = parts->is_in_series;
	file->folder_season = parts->season;
	name_part_episode(file);
	name_part_read(file);
	*name = file->got;
	name->part = part;
	merge_folder(parts, folder, name);
	finish(parts, name);
	if (*name->title == '\0' && !name->is_episode) {
		const char *all = name_part_text(file, 0, file->n);

		name->title = all ? all : "";
	}
}

/* Whether a library folder's own name is that of a title or a shelf of shows. */
static bool
says_something(struct arena *arena, const char *folder)
{
	struct name_part *part;
	bool is_series;

	if (name_is_shelf(folder, &is_series))
		return is_series;
	part = arena_alloc(arena, 1, sizeof(*part));
	name_part_init(part, arena, folder, strlen(folder));
	name_part_read(part);
	return part->is_year_bracketed && part->got.title != NULL;
}

void
library_name_parse_below(struct arena *arena, const char *folder,
    const char *path, struct name *name)
{
	bool with_folder = says_something(arena, folder);

	if (!with_folder) {
		library_name_parse(arena, path, name);
		/* "Season 01/Episode 5.mkv" */
		with_folder = *name->title == '\0' && name->is_episode;
	}
	if (with_folder)
		library_name_parse(
		    arena, arena_printf(arena, "%s/%s", folder, path), name);
}

double
library_name_confidence(const struct name *name)
{
	double sure = 0.4;

	if (*name->title == '\0')
		return 0;
	if (name->tmdb_id != 0 || name->imdb_id != NULL)
		return 1;
	if (name->year != 0)
		sure += 0.3;
	if (name->by_folder)
		sure += 0.1;
	if (name->is_episode && name->season != -1 && name->n_episodes > 0)
		sure += 0.2;
	return sure > 0.95 ? 0.95 : sure;
}
