/* From the plain case to the doubtful one; the first that fits decides. */
#include "daemon/miaud/downloads/choose.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/str.h"
#include "lib/library/name.h"

enum {
	SCRATCH = NAME_ARENA * 2,
	MINOR_PART = 10,    /* a tenth of the biggest is no film beside it */
	OUTLIER_FACTOR = 3, /* the biggest by far */
	/* A film of known length has at least so many bytes a second. */
	BYTES_PER_SECOND_MIN = 8000,
	DIGITS_MAX = 4,
};

struct video {
	int index;
	int64_t size;
	const char *path;
	const char *key; /* of the title in its name */
	int year;
	int part;
	int season;
	int episode; /* -1: none */
};

struct videos {
	struct video *at;
	size_t n;
	size_t n_episodes;
	int64_t biggest;
};

static const char *
key_of(struct arena *arena, const char *name)
{
	char *key = str_to_key(name == NULL ? "" : name);
	const char *copy = arena_strdup(arena, key);

	free(key);
	return copy;
}

static void
read_video(struct arena *arena, const struct name *name, struct video *video)
{
	video->key = key_of(arena, name->title);
	video->year = name->year;
	video->part = name->part;
	video->season = name->season;
	video->episode = -1;
	if (name->is_episode && name->n_episodes > 0) {
		video->season = name->season >= 0 ? name->season : 1;
		video->episode = name->episodes[0];
	}
}

/* Films and episodes, without samples and extras. */
static void
collect(
    struct arena *arena, const struct torrent_meta *meta, struct videos *videos)
{
	struct arena *scratch = arena_new(SCRATCH);
	const struct torrent_file *file;
	struct video *video;
	struct name name;
	int i;

	videos->at = arena_alloc(arena, CHOOSE_VIDEOS_MAX, sizeof(*videos->at));
	for (i = 0; i < meta->n_files && videos->n < CHOOSE_VIDEOS_MAX; i++) {
		file = &meta->files[i];
		if (file->size == 0 || !library_name_is_video(file->path))
			continue;
		arena_reset(scratch);
		library_name_parse(scratch, file->path, &name);
		if (name.extra != NAME_EXTRA_NONE)
			continue;
		video = &videos->at[videos->n++];
		video->index = i;
		video->size = file->size;
		video->path = file->path;
		read_video(arena, &name, video);
		if (file->size > videos->biggest)
			videos->biggest = file->size;
	}
	arena_free(scratch);
}

/* What is small beside the biggest and no episode is no film. */
static void
drop_minor(struct videos *videos)
{
	size_t i, n = 0;

	for (i = 0; i < videos->n; i++) {
		if (videos->at[i].episode < 0 &&
		    videos->at[i].size < videos->biggest / MINOR_PART)
			continue;
		if (videos->at[i].episode >= 0)
			videos->n_episodes++;
		videos->at[n++] = videos->at[i];
	}
	videos->n = n;
}

static void
take(struct arena *arena, struct choice *choice, const struct video *video)
{
	struct choose_file *file;

	choice->files = arena_grow(arena, choice->files, choice->n,
	    choice->n + 1, sizeof(*choice->files));
	file = &choice->files[choice->n++];
	file->index = video->index;
	file->is_episode = video->episode >= 0;
	file->season = video->season;
	file->episode = video->episode;
}

static void
decide(struct choice *choice, const char *code, double confidence,
    const char *sentence)
{
	choice->code = code;
	choice->confidence = confidence;
	choice->sentence = sentence;
}

static void
be_unsure(struct choice *choice, const char *sentence)
{
	decide(choice, "unsure", 0, sentence);
}

/* Whether a film of that length can be so small. */
static bool
fits_runtime(const struct choose_hint *hint, const struct video *video)
{
	return hint->runtime == 0 ||
	    video->size >= hint->runtime * 60 * BYTES_PER_SECOND_MIN;
}

static void
take_film(struct arena *arena, const struct choose_hint *hint,
    const struct video *video, double confidence, const char *why,
    struct choice *choice)
{
	if (!fits_runtime(hint, video)) {
		be_unsure(
		    choice, "The video is too small for a film of its length.");
		return;
	}
	take(arena, choice, video);
	decide(choice, "file_chosen", confidence, why);
}

static void
choose_only(struct arena *arena, const struct videos *videos,
    const struct choose_hint *hint, struct choice *choice)
{
	const struct video *video = &videos->at[0];

	if (hint->kind == TITLE_SHOW && video->episode < 0)
		be_unsure(choice, "Its name tells no episode.");
	else if (hint->kind == TITLE_MOVIE && video->episode >= 0)
		be_unsure(choice, "By its name it is an episode, not a film.");
	else
		take_film(
		    arena, hint, video, 0.95, "It holds one video.", choice);
}

/* All episodes of one show? Without a hint their names have to agree. */
static bool
are_of_one_show(const struct videos *videos)
{
	const char *key = NULL;
	size_t i;

	for (i = 0; i < videos->n; i++) {
		if (videos->at[i].episode < 0)
			continue;
		if (key != NULL && strcmp(key, videos->at[i].key) != 0)
			return false;
		key = videos->at[i].key;
	}
	return true;
}

static void
choose_episodes(struct arena *arena, const struct videos *videos,
    const struct choose_hint *hint, struct choice *choice)
{
	bool is_pure = videos->n_episodes == videos->n;
	size_t i;

	if (hint->kind == TITLE_MOVIE) {
		be_unsure(choice, "It holds episodes, but it is to be a film.");
		return;
	}
	if (!are_of_one_show(videos)) {
		be_unsure(choice, "It holds episodes of several shows.");
		return;
	}
	if (!is_pure && hint->kind != TITLE_SHOW) {
		be_unsure(choice, "It holds episodes and other videos.");
		return;
	}
	for (i = 0; i < videos->n; i++)
		if (videos->at[i].episode >= 0)
			take(arena, choice, &videos->at[i]);
	decide(choice, "pack_chosen", is_pure ? 0.9 : 0.7,
	    "Each file tells its episode.");
}

static int
compare_episodes(const void *a, const void *b)
{
	const struct video *one = a, *other = b;

	return one->episode - other->episode;
}

/* How many characters all paths begin with, ending before a number. */
static size_t
common_start(const struct videos *videos)
{
	const char *first = videos->at[0].path;
	size_t i, n, len = strlen(first);

	for (i = 1; i < videos->n; i++) {
		for (n = 0; n < len && first[n] == videos->at[i].path[n]; n++)
			;
		len = n;
	}
	while (len > 0 && first[len - 1] >= '0' && first[len - 1] <= '9')
		len--;
	return len;
}

/* "…/01 - One", "…/02 - Two": numbers without a gap, from 1 on. Sets the
 * episodes. */
static bool
read_running_numbers(struct videos *videos)
{
	size_t at = common_start(videos), i, digits;
	int64_t number;
	char text[DIGITS_MAX + 1];

	for (i = 0; i < videos->n; i++) {
		digits = strspn(videos->at[i].path + at, "0123456789");
		if (digits == 0 || digits > DIGITS_MAX)
			return false;
		memcpy(text, videos->at[i].path + at, digits);
		text[digits] = '\0';
		if (!str_to_int64(text, 1, (int64_t)videos->n, &number))
			return false;
		videos->at[i].episode = (int)number;
		if (videos->at[i].season < 0)
			videos->at[i].season = 1;
	}
	qsort(videos->at, videos->n, sizeof(*videos->at), compare_episodes);
	for (i = 0; i < videos->n; i++)
		if (videos->at[i].episode != (int)i + 1)
			return false;
	return true;
}

static void
choose_by_order(
    struct arena *arena, struct videos *videos, struct choice *choice)
{
	size_t i;

	if (!read_running_numbers(videos)) {
		be_unsure(choice, "Its files' names tell no episodes.");
		return;
	}
	for (i = 0; i < videos->n; i++)
		take(arena, choice, &videos->at[i]);
	decide(choice, "pack_chosen", 0.6,
	    "The files are numbered through from 1 on.");
}

/* The one video that is named as the film. */
static const struct video *
find_named(struct arena *arena, const struct videos *videos,
    const struct choose_hint *hint)
{
	const char *key = key_of(arena, hint->name);
	const struct video *found = NULL, *video;
	size_t i;

	for (i = 0; i < videos->n && *key != '\0'; i++) {
		video = &videos->at[i];
		if (strcmp(video->key, key) != 0 || video->part > 0 ||
		    (hint->year != 0 && video->year != 0 &&
			llabs(hint->year - video->year) > 1))
			continue;
		if (found != NULL)
			return NULL;
		found = video;
	}
	return found;
}

static const struct video *
find_outlier(const struct videos *videos)
{
	const struct video *best = &videos->at[0];
	size_t i;

	for (i = 1; i < videos->n; i++)
		if (videos->at[i].size > best->size)
			best = &videos->at[i];
	for (i = 0; i < videos->n; i++)
		if (&videos->at[i] != best &&
		    videos->at[i].size * OUTLIER_FACTOR > best->size)
			return NULL;
	return best->part > 0 ? NULL : best;
}

static void
choose_film(struct arena *arena, const struct videos *videos,
    const struct choose_hint *hint, struct choice *choice)
{
	const struct video *named = find_named(arena, videos, hint);
	const struct video *big = find_outlier(videos);

	if (named != NULL)
		take_film(arena, hint, named, 0.9,
		    "One video is named as the film.", choice);
	else if (big != NULL)
		take_film(arena, hint, big, 0.7,
		    "One video is the biggest by far.", choice);
	else
		be_unsure(choice, "It holds several videos that could be it.");
}

void
choose_files(struct arena *arena, const struct torrent_meta *meta,
    const struct choose_hint *hint, struct choice *choice)
{
	struct videos videos = { 0 };

	memset(choice, 0, sizeof(*choice));
	collect(arena, meta, &videos);
	drop_minor(&videos);
	choice->n_videos = (int)videos.n;
	if (videos.n == 0)
		be_unsure(choice, "It holds no video.");
	else if (videos.n == 1)
		choose_only(arena, &videos, hint, choice);
	else if (videos.n_episodes > 0)
		choose_episodes(arena, &videos, hint, choice);
	else if (hint->kind == TITLE_SHOW)
		choose_by_order(arena, &videos, choice);
	else
		choose_film(arena, &videos, hint, choice);
}
