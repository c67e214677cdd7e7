/* Titles, episodes and codecs out of names. */
#include "lib/library/title.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_TEXT_MAX = 300 };

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
file_stem(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	if (dot == NULL || dot == name)
		return name;
	return arena_strndup(arena, name, (size_t)(dot - name));
}

void
library_title_of(struct arena *arena, const char *path, const struct name *name,
    struct title *title)
{
	const char *text =
	    *name->title != '\0' ? name->title : file_stem(arena, path);

	*title = (struct title){
		.kind = name->is_episode ? TITLE_SHOW : TITLE_MOVIE,
		.name = arena_strdup(arena, shortened(arena, text)),
		.year = name->year,
		.tmdb_id = name->tmdb_id,
		.imdb_id = arena_strdup(arena, name->imdb_id),
	};
}

void
library_episode_of(struct arena *arena, const struct name *name,
    int64_t title_id, struct episode *episode)
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

char *
library_codec_word(struct arena *arena, const char *label)
{
	char *word = arena_strdup(arena, label == NULL ? "" : label);
	size_t n = 0;

	for (const char *c = word; *c != '\0'; c++)
		if (*c != '.' && *c != '-' && *c != ' ')
			word[n++] = *c;
	word[n] = '\0';
	return word;
}
