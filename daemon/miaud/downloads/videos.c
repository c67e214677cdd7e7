/* Names are read by lib/library; here is what only a torrent's files say when
 * they are looked at side by side. */
#include "daemon/miaud/downloads/videos.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/str.h"

enum {
	SCRATCH = NAME_ARENA * 2,
	EXTRA_PART = 3, /* a third of the biggest, and called an extra: one */
};

/* In the name of what comes with a film or a season. */
static const char *const extra_words[] = { "sample", "trailer", "trailers",
	"teaser", "extras", "extra", "featurette", "featurettes", "bonus",
	"making of", "behind the scenes", "deleted scene", "deleted scenes",
	"interview", "interviews", "promo", "preview", "ncop", "nced",
	"creditless", "menu", "pv", "cm", "rarbg", "intro", "outro" };

/* In the name of an episode that is counted for itself. */
static const char *const special_words[] = { "ova", "oad", "ona", "special",
	"specials", "sp", "movie", "recap", "ncop", "nced", "pv", "cm",
	"creditless", "trailer", "preview", "sample", "extra", "bonus" };

char *
video_path(struct arena *arena, const struct torrent_meta *meta, int index)
{
	const char *path = meta->files[index].path;

	if (meta->name == NULL || *meta->name == '\0' ||
	    (meta->n_files == 1 && strcmp(meta->name, path) == 0))
		return arena_strdup(arena, path);
	return arena_printf(arena, "%s/%s", meta->name, path);
}

const char *
video_key(struct arena *arena, const char *title)
{
	char *key = str_to_key(title == NULL ? "" : title);
	const char *copy = arena_strdup(arena, key);

	free(key);
	return copy;
}

static const char *
base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* Whether the words `phrase` stand in `words`, whole ones. */
static bool
has_phrase(const char *words, const char *phrase)
{
	size_t len = strlen(phrase);
	const char *at;

	for (at = strstr(words, phrase); at != NULL;
	     at = strstr(at + 1, phrase))
		if ((at == words || at[-1] == ' ') &&
		    (at[len] == '\0' || at[len] == ' '))
			return true;
	return false;
}

/* One of the phrases, unless the title itself has it. */
static bool
has_one_of(
    const char *words, const char *const *phrases, size_t n, const char *title)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (has_phrase(words, phrases[i]) &&
		    !has_phrase(title, phrases[i]))
			return true;
	return false;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_letter(char c)
{
	return lower(c) >= 'a' && lower(c) <= 'z';
}

/* From an 's' on: "S01E02", "s1.e2". */
static bool
is_season_mark(const char *s)
{
	size_t n = strspn(s + 1, "0123456789");

	if (n == 0 || n > 4)
		return false;
	s += 1 + n;
	s += strspn(s, " ._-");
	if (lower(*s) != 'e')
		return false;
	s += lower(s[1]) == 'p' ? 2 : 1;
	return is_digit(*s);
}

/* From a digit on: "1x02". */
static bool
is_cross_mark(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n <= 2 && lower(s[n]) == 'x' && is_digit(s[n + 1]) &&
	    is_digit(s[n + 2]);
}

/* Whether a name spells out both season and episode. */
static bool
spells_episode(const char *base)
{
	const char *s;
	char before = '\0';

	for (s = base; *s != '\0'; before = *s++) {
		if (lower(*s) == 's' && !is_letter(before) && is_season_mark(s))
			return true;
		if (is_digit(*s) && !is_digit(before) && !is_letter(before) &&
		    is_cross_mark(s))
			return true;
	}
	return false;
}

/* Whether the words hold a number of three digits that was taken apart. */
static bool
has_bare_number(const char *words, int season, int episode)
{
	int number = season * 100 + episode;
	char text[16];

	if (season < 1 || season > 9 || episode > 99)
		return false;
	snprintf(text, sizeof(text), "%d", number);
	return has_phrase(words, text);
}

static bool
is_of_disc(const char *path)
{
	return strstr(path, "VIDEO_TS/") != NULL ||
	    strstr(path, "BDMV/") != NULL || str_ends(path, ".vob") ||
	    str_ends(path, ".VOB");
}

static void
read_daily(const struct name *name, struct video *video)
{
	video->season = (int)strtol(name->date, NULL, 10);
	video->episodes[0] = (int)strtol(name->date + 5, NULL, 10) * 100 +
	    (int)strtol(name->date + 8, NULL, 10);
	video->n_episodes = 1;
	video->is_plain = true;
}

static void
read_episodes(const struct name *name, const char *title, struct video *video)
{
	video->season = name->season;
	if (name->is_episode && name->n_episodes == 0 && name->date[0] != '\0')
		read_daily(name, video);
	if (!name->is_episode || name->n_episodes == 0)
		return;
	video->season = name->season >= 0 ? name->season : 1;
	video->n_episodes = name->n_episodes;
	memcpy(video->episodes, name->episodes, sizeof(video->episodes));
	video->is_plain = spells_episode(base_of(video->path));
	if (video->is_plain)
		return;
	video->is_bare =
	    has_bare_number(video->words, video->season, video->episodes[0]);
	video->is_special = video->season != 0 &&
	    has_one_of(
		video->words, special_words, COUNT_OF(special_words), title);
	if (video->is_special)
		video->n_episodes = 0;
}

/* What a name says, but for whether it is an extra; `title` is a key. */
static void
take_name(struct arena *arena, const struct name *name, const char *title,
    struct video *video)
{
	video->key = video_key(arena, name->title);
	video->words = video_key(arena, base_of(video->path));
	video->quality = name->quality == NULL ? "" : name->quality;
	video->year = name->year;
	video->part = name->part;
	video->is_disc = is_of_disc(video->path);
	video->is_proper = name->is_proper || name->is_repack;
	read_episodes(name, title, video);
}

/* `title` is a key; `scratch` is emptied. */
static enum name_extra
read_video(struct arena *arena, struct arena *scratch,
    const struct torrent_meta *meta, int index, const char *title,
    struct video *video)
{
	struct name name;

	memset(video, 0, sizeof(*video));
	video->index = index;
	video->size = meta->files[index].size;
	video->path = video_path(arena, meta, index);
	arena_reset(scratch);
	library_name_parse(scratch, video->path, &name);
	take_name(arena, &name, title, video);
	return name.extra;
}

void
video_read(struct arena *arena, const struct torrent_meta *meta, int index,
    const char *title, struct video *video)
{
	struct arena *scratch = arena_new(SCRATCH);

	read_video(arena, scratch, meta, index, video_key(arena, title), video);
	arena_free(scratch);
}

/* Whether all names have it: then it belongs to the title. */
static bool
is_in_all(const struct videos *videos, const char *word)
{
	size_t i;

	for (i = 0; i < videos->n; i++)
		if (!has_phrase(videos->at[i].words, word))
			return false;
	return videos->n > 1;
}

struct extras {
	const struct videos *videos;
	const char *title;
};

/* By its words, when it is small as well: a film may be called "Sample". */
static bool
is_no_extra(const struct video *video, const void *arg)
{
	const struct extras *extras = arg;
	size_t i;

	if (video->size > extras->videos->biggest / EXTRA_PART)
		return true;
	for (i = 0; i < COUNT_OF(extra_words); i++)
		if (has_phrase(video->words, extra_words[i]) &&
		    !has_phrase(extras->title, extra_words[i]) &&
		    !is_in_all(extras->videos, extra_words[i]))
			return false;
	return true;
}

void
videos_filter(struct videos *videos, video_keep_fn keep, const void *arg)
{
	size_t i, n = 0;

	for (i = 0; i < videos->n; i++)
		if (keep(&videos->at[i], arg))
			videos->at[n++] = videos->at[i];
	videos->n = n;
}

void
videos_read(struct arena *arena, const struct torrent_meta *meta,
    const char *title, struct videos *videos)
{
	struct arena *scratch = arena_new(SCRATCH);
	struct extras extras = { videos, video_key(arena, title) };
	const struct torrent_file *file;
	struct videos all = { 0 };
	struct video *video;
	int i;

	all.at = arena_alloc(arena, VIDEOS_MAX, sizeof(*all.at));
	for (i = 0; i < meta->n_files; i++) {
		file = &meta->files[i];
		if (file->size == 0 || !library_name_is_video(file->path))
			continue;
		if (all.n == VIDEOS_MAX) {
			all.are_too_many = true;
			break;
		}
		video = &all.at[all.n];
		if (read_video(arena, scratch, meta, i, extras.title, video) !=
		    NAME_EXTRA_NONE)
			continue;
		if (file->size > all.biggest)
			all.biggest = file->size;
		all.n++;
	}
	arena_free(scratch);
	*videos = all;
	extras.videos = &all;
	videos_filter(videos, is_no_extra, &extras);
}
