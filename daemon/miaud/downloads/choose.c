/* From the plain case to the doubtful one; the first that fits decides. */
#include "daemon/miaud/downloads/choose_part.h"

#include <stdlib.h>
#include <string.h>

enum {
	MINOR_PART = 10, /* a tenth of the biggest is no film beside it */
	/* A film of known length has at least so many bytes a second. */
	BYTES_PER_SECOND_MIN = 8000,
	BYTES_PER_SECOND_GOOD = 40000,
	/* Of the known length, in per cent, less than which is another one. */
	LENGTH_MIN = 60,
	LENGTH_MAX = 180,
};

void
choose_decide(struct choosing *it, const char *code, double confidence,
    const char *sentence)
{
	it->choice->code = code;
	it->choice->confidence = confidence;
	it->choice->sentence = sentence;
}

void
choose_be_unsure(struct choosing *it, const char *sentence)
{
	it->choice->n = 0;
	choose_decide(it, "unsure", 0, sentence);
}

/* --- Films ----------------------------------------------------------------- */

/* Whether a film of the known length can be so small. */
static bool
fits_runtime(const struct choosing *it, const struct video *video, int rate)
{
	return it->hint->runtime == 0 ||
	    video->size >= it->hint->runtime * 60 * rate;
}

static void
take_film(struct choosing *it, const struct video *video, double confidence,
    const char *why)
{
	if (!fits_runtime(it, video, BYTES_PER_SECOND_MIN)) {
		choose_be_unsure(
		    it, "The video is too small for a film of its length.");
		return;
	}
	choose_add(it->arena, it->choice, video, -1);
	choose_decide(it, "file_chosen", confidence, why);
}

static bool
is_other_year(const struct choosing *it, const struct video *video)
{
	return it->hint->year != 0 && video->year != 0 &&
	    llabs(it->hint->year - video->year) > 1;
}

static bool
is_named(const struct choosing *it, const struct video *video)
{
	return *it->key != '\0' && strcmp(video->key, it->key) == 0 &&
	    video->n_episodes == 0;
}

static void
choose_only(struct choosing *it)
{
	const struct video *video = &it->videos.at[0];
	enum title_kind kind = it->hint->kind;

	if (kind == TITLE_SHOW && video->n_episodes == 0)
		choose_be_unsure(it, "Its name tells no episode.");
	else if (kind == TITLE_MOVIE && video->n_episodes > 0)
		choose_be_unsure(
		    it, "By its name it is an episode, not a film.");
	else if (video->is_bare)
		choose_be_unsure(it, "Its number can be read in two ways.");
	else if (video->part > 0)
		choose_be_unsure(it, "It is a part of something.");
	else if (is_named(it, video) && is_other_year(it, video))
		choose_be_unsure(it, "Its name tells another year.");
	else if (video->n_episodes == 0)
		take_film(it, video, 0.95, "It holds one video.");
	else {
		choose_take_episodes(it, video);
		choose_decide(it, "file_chosen", 0.95, "It holds one episode.");
	}
}

static bool
is_candidate(const struct choosing *it, const struct video *video)
{
	return is_named(it, video) && !is_other_year(it, video);
}

/* Of the same film in another quality either is right; another cut of it or a
 * part might not be. */
static bool
differ(const struct video *one, const struct video *other)
{
	return strcmp(one->quality, other->quality) == 0 ||
	    one->year != other->year;
}

/* The biggest that is named as the film. *are_several: it cannot be told. */
static const struct video *
find_named(const struct choosing *it, bool *are_several)
{
	const struct videos *videos = &it->videos;
	const struct video *found = NULL, *video;
	int64_t biggest = 0;
	size_t i;

	*are_several = false;
	for (i = 0; i < videos->n; i++)
		if (is_candidate(it, &videos->at[i]) &&
		    videos->at[i].size > biggest)
			biggest = videos->at[i].size;
	for (i = 0; i < videos->n; i++) {
		video = &videos->at[i];
		if (!is_candidate(it, video) ||
		    video->size < biggest / MINOR_PART)
			continue;
		if (video->part > 0 || (found != NULL && differ(video, found)))
			*are_several = true;
		if (found == NULL || video->size > found->size)
			found = video;
	}
	return *are_several ? NULL : found;
}

/* Beside a far bigger video it is the film only when its length allows it. */
static bool
is_film_beside(const struct choosing *it, const struct video *video)
{
	if (video->size >= it->videos.biggest / MINOR_PART)
		return true;
	return it->hint->runtime != 0 &&
	    fits_runtime(it, video, BYTES_PER_SECOND_GOOD);
}

/* Whether it is a film of its own: another title, with a year. */
static bool
stands_alone(const struct video *video, const struct video *beside)
{
	return video->year != 0 && strcmp(video->key, beside->key) != 0;
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
		    (videos->at[i].size * CHOOSE_OUTLIER > best->size ||
			stands_alone(&videos->at[i], best)))
			return NULL;
	return best->part > 0 ? NULL : best;
}

static void
choose_film(struct choosing *it)
{
	bool are_several;
	const struct video *named = find_named(it, &are_several);
	const struct video *big = find_outlier(&it->videos);

	if (are_several)
		choose_be_unsure(it, "Several videos are named as the film.");
	else if (named != NULL && !is_film_beside(it, named))
		choose_be_unsure(
		    it, "What is named as the film is very small.");
	else if (named != NULL)
		take_film(it, named, 0.9, "One video is named as the film.");
	else if (big != NULL && !is_other_year(it, big))
		take_film(it, big, 0.7, "One video is the biggest by far.");
	else
		choose_be_unsure(
		    it, "It holds several videos that could be it.");
}

/* --- All ------------------------------------------------------------------- */

struct minor {
	const struct choosing *it;
	const struct video *biggest;
};

/* What is small beside the biggest is no film, unless it is an episode, named
 * as the film that is meant, or another one by title and year. */
static bool
is_no_minor(const struct video *video, const void *arg)
{
	const struct minor *minor = arg;

	return video->n_episodes > 0 || is_named(minor->it, video) ||
	    video->size >= minor->biggest->size / MINOR_PART ||
	    stands_alone(video, minor->biggest);
}

static void
drop_minor(struct choosing *it)
{
	struct video biggest = { 0 };
	const struct minor minor = { it, &biggest };
	size_t i;

	for (i = 0; i < it->videos.n; i++)
		if (it->videos.at[i].size > biggest.size)
			biggest = it->videos.at[i];
	videos_filter(&it->videos, is_no_minor, &minor);
}

static bool
has_episodes(const struct videos *videos)
{
	size_t i;

	for (i = 0; i < videos->n; i++)
		if (videos->at[i].n_episodes > 0)
			return true;
	return false;
}

static bool
is_of_disc(const struct videos *videos)
{
	size_t i;

	for (i = 0; i < videos->n; i++)
		if (videos->at[i].is_disc)
			return true;
	return false;
}

void
choose_files(struct arena *arena, const struct torrent_meta *meta,
    const struct choose_hint *hint, struct choice *choice)
{
	struct choosing it = { .arena = arena,
		.hint = hint,
		.key = video_key(arena, hint->name),
		.choice = choice };

	memset(choice, 0, sizeof(*choice));
	videos_read(arena, meta, hint->name, &it.videos);
	drop_minor(&it);
	choice->n_videos = (int)it.videos.n;
	if (it.videos.n == 0)
		choose_be_unsure(&it, "It holds no video.");
	else if (it.videos.are_too_many)
		choose_be_unsure(&it, "It holds too many videos.");
	else if (is_of_disc(&it.videos))
		choose_be_unsure(&it, "It is the copy of a disc.");
	else if (it.videos.n == 1)
		choose_only(&it);
	else if (has_episodes(&it.videos))
		choose_pack(&it);
	else if (hint->kind == TITLE_SHOW)
		choose_by_order(&it);
	else
		choose_film(&it);
}

const char *
choose_doubt_length(double seconds, int64_t minutes)
{
	double known = (double)minutes * 60;

	if (seconds <= 0 || minutes <= 0)
		return NULL;
	if (seconds * 100 < known * LENGTH_MIN)
		return "It is much shorter than what it is said to be.";
	if (seconds * 100 > known * LENGTH_MAX)
		return "It is much longer than what it is said to be.";
	return NULL;
}
