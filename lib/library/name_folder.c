/*
 * Folders that say something by their name alone: shelves ("TV Shows") and
 * extras ("Behind the Scenes"); the endings of extras beside a film.
 */
#include <string.h>

#include "lib/base/str.h"
#include "lib/library/name_part.h"

struct folder_word {
	const char *word;
	enum name_extra extra;
};

static const struct folder_word extra_folders[] = {
	{ "trailers", NAME_EXTRA_TRAILER },
	{ "trailer", NAME_EXTRA_TRAILER },
	{ "samples", NAME_EXTRA_SAMPLE },
	{ "sample", NAME_EXTRA_SAMPLE },
	{ "behind the scenes", NAME_EXTRA_BEHIND_THE_SCENES },
	{ "deleted scenes", NAME_EXTRA_DELETED_SCENE },
	{ "featurettes", NAME_EXTRA_FEATURETTE },
	{ "interviews", NAME_EXTRA_INTERVIEW },
	{ "scenes", NAME_EXTRA_SCENE },
	{ "shorts", NAME_EXTRA_SHORT },
	{ "clips", NAME_EXTRA_CLIP },
	{ "extras", NAME_EXTRA_OTHER },
	{ "extra", NAME_EXTRA_OTHER },
	{ "other", NAME_EXTRA_OTHER },
	{ "bonus", NAME_EXTRA_OTHER },
};

static const struct folder_word extra_suffixes[] = {
	{ "trailer", NAME_EXTRA_TRAILER },
	{ "sample", NAME_EXTRA_SAMPLE },
	{ "behindthescenes", NAME_EXTRA_BEHIND_THE_SCENES },
	{ "deleted", NAME_EXTRA_DELETED_SCENE },
	{ "deletedscene", NAME_EXTRA_DELETED_SCENE },
	{ "featurette", NAME_EXTRA_FEATURETTE },
	{ "interview", NAME_EXTRA_INTERVIEW },
	{ "scene", NAME_EXTRA_SCENE },
	{ "short", NAME_EXTRA_SHORT },
	{ "clip", NAME_EXTRA_CLIP },
	{ "extra", NAME_EXTRA_OTHER },
	{ "other", NAME_EXTRA_OTHER },
};

static const char *const extra_words[NAME_EXTRA__MAX] = {
	[NAME_EXTRA_NONE] = "none",
	[NAME_EXTRA_TRAILER] = "trailer",
	[NAME_EXTRA_SAMPLE] = "sample",
	[NAME_EXTRA_BEHIND_THE_SCENES] = "behind the scenes",
	[NAME_EXTRA_DELETED_SCENE] = "deleted scene",
	[NAME_EXTRA_FEATURETTE] = "featurette",
	[NAME_EXTRA_INTERVIEW] = "interview",
	[NAME_EXTRA_SCENE] = "scene",
	[NAME_EXTRA_SHORT] = "short",
	[NAME_EXTRA_CLIP] = "clip",
	[NAME_EXTRA_OTHER] = "extra",
};

static const char *const series_shelves[] = { "tv", "tv shows", "tv series",
	"shows", "series", "serien", "tvshows", "anime", "television" };
static const char *const other_shelves[] = { "movies", "films", "movie", "film",
	"filme", "videos", "video", "media", "library", "downloads", "download",
	"new", "documentaries" };

const char *
library_name_extra_word(enum name_extra extra)
{
	return extra_words[extra < NAME_EXTRA__MAX ? extra : NAME_EXTRA_OTHER];
}

enum name_extra
name_extra_folder(const char *bytes)
{
	for (size_t i = 0; i < COUNT_OF(extra_folders); i++)
		if (str_equal_nocase(bytes, extra_folders[i].word))
			return extra_folders[i].extra;
	return NAME_EXTRA_NONE;
}

enum name_extra
name_extra_suffix(char *stem)
{
	size_t len = strlen(stem), n;

	for (size_t i = 0; i < COUNT_OF(extra_suffixes); i++) {
		const struct folder_word *row = &extra_suffixes[i];
		char *at;

		n = strlen(row->word);
		if (len < n)
			continue;
		at = stem + len - n;
		if (!str_equal_nocase(at, row->word))
			continue;
		if (at == stem &&
		    (row->extra == NAME_EXTRA_TRAILER ||
			row->extra == NAME_EXTRA_SAMPLE))
			return row->extra;
		/* "Film-trailer"; "Film.sample" for samples and trailers */
		if (at > stem &&
		    (at[-1] == '-' ||
			(strchr("._ ", at[-1]) != NULL &&
			    row->extra == NAME_EXTRA_SAMPLE))) {
			at[-1] = '\0';
			return row->extra;
		}
	}
	return NAME_EXTRA_NONE;
}

static bool
is_listed(const char *bytes, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_equal_nocase(bytes, list[i]))
			return true;
	return false;
}

bool
name_is_shelf(const char *bytes, bool *is_series)
{
	*is_series = is_listed(bytes, series_shelves, COUNT_OF(series_shelves));
	return *is_series ||
	    is_listed(bytes, other_shelves, COUNT_OF(other_shelves));
}
