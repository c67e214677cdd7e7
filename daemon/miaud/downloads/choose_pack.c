/* Episodes: what each file says, and whether they agree with each other. */
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/downloads/choose_part.h"

enum {
	EPISODE_PART = 8, /* less than that of the middle one is no episode */
	PACK_MIN = 3,     /* so many have a middle one */
	DIGITS_MAX = 4,
};

void
choose_add(struct arena *arena, struct choice *choice,
    const struct video *video, int episode)
{
	struct choose_file *file;

	choice->files = arena_grow(arena, choice->files, choice->n,
	    choice->n + 1, sizeof(*choice->files));
	file = &choice->files[choice->n++];
	file->index = video->index;
	file->is_episode = episode >= 0;
	file->season = video->season;
	file->episode = episode;
}

void
choose_take_episodes(struct choosing *it, const struct video *video)
{
	int i;

	for (i = 0; i < video->n_episodes; i++)
		choose_add(it->arena, it->choice, video, video->episodes[i]);
}

static bool
is_episode(const struct video *video, const void *arg)
{
	(void)arg;
	return video->n_episodes > 0;
}

static bool
is_of_key(const struct video *video, const void *arg)
{
	return strcmp(video->key, arg) == 0;
}

/* One show: their names agree, or those of the show that is meant are taken. */
static bool
are_of_one_show(struct choosing *it)
{
	struct videos *videos = &it->videos;
	size_t i, n = 0;
	bool agree = true;

	for (i = 0; i < videos->n; i++) {
		agree &= strcmp(videos->at[i].key, videos->at[0].key) == 0;
		n += strcmp(videos->at[i].key, it->key) == 0;
	}
	if (agree || it->hint->kind != TITLE_SHOW || n == 0)
		return agree;
	videos_filter(videos, is_of_key, it->key);
	return true;
}

static int
compare_sizes(const void *a, const void *b)
{
	const int64_t *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

static int64_t
middle_size(const struct choosing *it)
{
	const struct videos *videos = &it->videos;
	int64_t *sizes = arena_alloc(it->arena, videos->n, sizeof(*sizes));
	size_t i;

	for (i = 0; i < videos->n; i++)
		sizes[i] = videos->at[i].size;
	qsort(sizes, videos->n, sizeof(*sizes), compare_sizes);
	return sizes[videos->n / 2];
}

static bool
is_big_enough(const struct video *video, const void *arg)
{
	const int64_t *least = arg;

	return video->size >= *least;
}

/* What is far smaller than the others is no episode, whatever its name. */
static void
leave_small(struct choosing *it)
{
	size_t before = it->videos.n;
	int64_t least;

	if (before < PACK_MIN)
		return;
	least = middle_size(it) / EPISODE_PART;
	videos_filter(&it->videos, is_big_enough, &least);
	it->choice->n_left += (int)(before - it->videos.n);
}

static bool
has_episode(const struct video *video, int season, int episode)
{
	int i;

	if (video->season != season)
		return false;
	for (i = 0; i < video->n_episodes; i++)
		if (video->episodes[i] == episode)
			return true;
	return false;
}

static bool
are_same(const struct video *one, const struct video *other)
{
	int i;

	for (i = 0; i < one->n_episodes; i++)
		if (has_episode(other, one->season, one->episodes[i]))
			return true;
	return false;
}

enum rival { RIVAL_LOSES, RIVAL_WINS, RIVAL_EQUAL };

/* What is to be done with `video` beside another of the same episode. */
static enum rival
judge_rival(const struct video *video, const struct video *other)
{
	if (video->size * CHOOSE_OUTLIER < other->size)
		return RIVAL_LOSES;
	if (other->size * CHOOSE_OUTLIER < video->size)
		return RIVAL_WINS;
	if (video->part > 0 || other->part > 0 ||
	    video->n_episodes != other->n_episodes)
		return RIVAL_EQUAL;
	if (video->is_proper != other->is_proper)
		return video->is_proper ? RIVAL_WINS : RIVAL_LOSES;
	if (strcmp(video->quality, other->quality) != 0)
		return video->size > other->size ? RIVAL_WINS : RIVAL_LOSES;
	return RIVAL_EQUAL;
}

static bool
has_no_rival(const struct video *video, const void *arg)
{
	const struct videos *all = arg;
	size_t i;

	for (i = 0; i < all->n; i++)
		if (all->at[i].index != video->index &&
		    are_same(video, &all->at[i]) &&
		    judge_rival(video, &all->at[i]) != RIVAL_WINS)
			return false;
	return true;
}

/* Two files that claim one episode: the better of them, or neither. */
static void
leave_rivals(struct choosing *it)
{
	struct videos all = it->videos;
	size_t i, j;
	bool is_gone;

	all.at = arena_alloc(it->arena, all.n, sizeof(*all.at));
	memcpy(all.at, it->videos.at, all.n * sizeof(*all.at));
	videos_filter(&it->videos, has_no_rival, &all);
	/* Counted is what plays nowhere now. */
	for (i = 0; i < all.n; i++) {
		is_gone = true;
		for (j = 0; j < it->videos.n && is_gone; j++)
			is_gone = !are_same(&all.at[i], &it->videos.at[j]);
		it->choice->n_left += is_gone;
	}
}

static bool
has_one(const struct videos *videos, int season, int episode)
{
	size_t i;

	for (i = 0; i < videos->n; i++)
		if (has_episode(&videos->at[i], season, episode))
			return true;
	return false;
}

/* "101, 102 … 201, 202": numbers of three digits are seasons and episodes when
 * there are several seasons and each runs from its first on. */
static bool
are_bare_numbers_clear(const struct videos *videos)
{
	const struct video *video;
	int first = 0;
	bool are_several = false;
	size_t i;

	for (i = 0; i < videos->n; i++) {
		video = &videos->at[i];
		if (!video->is_bare)
			continue;
		if (video->episodes[0] > 1 &&
		    !has_one(videos, video->season, video->episodes[0] - 1))
			return false;
		if (first != 0 && first != video->season)
			are_several = true;
		first = video->season;
	}
	return first == 0 || are_several;
}

static void
take_pack(struct choosing *it, bool is_pure)
{
	size_t i;

	for (i = 0; i < it->videos.n; i++)
		choose_take_episodes(it, &it->videos.at[i]);
	if (it->choice->n == 0)
		choose_be_unsure(
		    it, "Several files say that they are the same.");
	else if (it->choice->n_left > 0)
		choose_decide(it, "pack_chosen", 0.6,
		    "Each file tells its episode, but for some that are left "
		    "out: they are too small, or two claim the same.");
	else
		choose_decide(it, "pack_chosen", is_pure ? 0.9 : 0.7,
		    "Each file tells its episode.");
}

/* Videos that are neither an episode nor marked as something beside it. */
static bool
has_others(const struct videos *videos)
{
	size_t i;

	for (i = 0; i < videos->n; i++)
		if (videos->at[i].n_episodes == 0 && !videos->at[i].is_special)
			return true;
	return false;
}

void
choose_pack(struct choosing *it)
{
	bool is_pure = !has_others(&it->videos);

	if (it->hint->kind == TITLE_MOVIE) {
		choose_be_unsure(
		    it, "It holds episodes, but it is to be a film.");
		return;
	}
	if (!is_pure && it->hint->kind != TITLE_SHOW) {
		choose_be_unsure(it, "It holds episodes and other videos.");
		return;
	}
	videos_filter(&it->videos, is_episode, NULL);
	if (!are_of_one_show(it)) {
		choose_be_unsure(it, "It holds episodes of several shows.");
		return;
	}
	if (!are_bare_numbers_clear(&it->videos)) {
		choose_be_unsure(it, "Its numbers can be read in two ways.");
		return;
	}
	leave_small(it);
	leave_rivals(it);
	take_pack(it, is_pure);
}

/* --- Running numbers -------------------------------------------------------- */

static int
compare_episodes(const void *a, const void *b)
{
	const struct video *one = a, *other = b;

	return one->episodes[0] - other->episodes[0];
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
	struct video *video;
	char text[DIGITS_MAX + 1];

	for (i = 0; i < videos->n; i++) {
		video = &videos->at[i];
		digits = strspn(video->path + at, "0123456789");
		if (digits == 0 || digits > DIGITS_MAX || video->part > 0)
			return false;
		memcpy(text, video->path + at, digits);
		text[digits] = '\0';
		video->episodes[0] = (int)strtol(text, NULL, 10);
		video->n_episodes = 1;
		if (video->season < 0)
			video->season = 1;
	}
	qsort(videos->at, videos->n, sizeof(*videos->at), compare_episodes);
	for (i = 0; i < videos->n; i++)
		if (videos->at[i].episodes[0] != (int)i + 1)
			return false;
	return true;
}

static bool
is_small(const struct videos *videos)
{
	size_t i;

	for (i = 0; i < videos->n; i++)
		if (videos->at[i].size < videos->biggest / EPISODE_PART)
			return true;
	return false;
}

static bool
is_ordinary(const struct video *video, const void *arg)
{
	(void)arg;
	return !video->is_special;
}

void
choose_by_order(struct choosing *it)
{
	size_t i;

	videos_filter(&it->videos, is_ordinary, NULL);
	if (it->videos.n < 2 || is_small(&it->videos) ||
	    !read_running_numbers(&it->videos)) {
		choose_be_unsure(it, "Its files' names tell no episodes.");
		return;
	}
	for (i = 0; i < it->videos.n; i++)
		choose_take_episodes(it, &it->videos.at[i]);
	choose_decide(it, "pack_chosen", 0.6,
	    "The files are numbered through from 1 on.");
}
