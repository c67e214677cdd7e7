/*
 * Segments by the titles of chapters. Titles are compared by their keys: case,
 * marks and signs do not count, nor does a number behind them.
 */
#include "lib/library/segments.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { EITHER = SEGMENT__MAX, NOTHING };

/* What disc and anime releases call these parts. "Avant" and a cold open are
 * story: they are nothing here. EITHER: an opening in the first half, credits in
 * the second. */
static const struct word {
	const char *title;
	int kind;
} words[] = {
	{ "intro", SEGMENT_INTRO },
	{ "introduction", SEGMENT_INTRO },
	{ "opening", SEGMENT_INTRO },
	{ "opening credits", SEGMENT_INTRO },
	{ "opening theme", SEGMENT_INTRO },
	{ "opening titles", SEGMENT_INTRO },
	{ "opening song", SEGMENT_INTRO },
	{ "main title", SEGMENT_INTRO },
	{ "main titles", SEGMENT_INTRO },
	{ "title sequence", SEGMENT_INTRO },
	{ "theme song", SEGMENT_INTRO },
	{ "op", SEGMENT_INTRO },
	{ "ncop", SEGMENT_INTRO },
	{ "vorspann", SEGMENT_INTRO },
	{ "générique de début", SEGMENT_INTRO },
	{ "générique d'ouverture", SEGMENT_INTRO },
	{ "introducción", SEGMENT_INTRO },
	{ "créditos iniciales", SEGMENT_INTRO },
	{ "cabecera", SEGMENT_INTRO },
	{ "abertura", SEGMENT_INTRO },
	{ "sigla iniziale", SEGMENT_INTRO },
	{ "titoli di testa", SEGMENT_INTRO },
	{ "заставка", SEGMENT_INTRO },
	{ "опенинг", SEGMENT_INTRO },
	{ "オープニング", SEGMENT_INTRO },
	{ "片头", SEGMENT_INTRO },
	{ "오프닝", SEGMENT_INTRO },
	{ "المقدمة", SEGMENT_INTRO },
	{ "مقدمة", SEGMENT_INTRO },
	{ "شارة البداية", SEGMENT_INTRO },
	{ "recap", SEGMENT_RECAP },
	{ "previously", SEGMENT_RECAP },
	{ "previously on", SEGMENT_RECAP },
	{ "rückblick", SEGMENT_RECAP },
	{ "was bisher geschah", SEGMENT_RECAP },
	{ "résumé", SEGMENT_RECAP },
	{ "précédemment", SEGMENT_RECAP },
	{ "resumen", SEGMENT_RECAP },
	{ "anteriormente", SEGMENT_RECAP },
	{ "riassunto", SEGMENT_RECAP },
	{ "あらすじ", SEGMENT_RECAP },
	{ "ملخص", SEGMENT_RECAP },
	{ "الملخص", SEGMENT_RECAP },
	{ "ending", SEGMENT_CREDITS },
	{ "ending theme", SEGMENT_CREDITS },
	{ "ending credits", SEGMENT_CREDITS },
	{ "end credits", SEGMENT_CREDITS },
	{ "end titles", SEGMENT_CREDITS },
	{ "closing", SEGMENT_CREDITS },
	{ "closing credits", SEGMENT_CREDITS },
	{ "closing theme", SEGMENT_CREDITS },
	{ "final credits", SEGMENT_CREDITS },
	{ "outro", SEGMENT_CREDITS },
	{ "ed", SEGMENT_CREDITS },
	{ "nced", SEGMENT_CREDITS },
	{ "abspann", SEGMENT_CREDITS },
	{ "générique de fin", SEGMENT_CREDITS },
	{ "créditos finales", SEGMENT_CREDITS },
	{ "créditos finais", SEGMENT_CREDITS },
	{ "encerramento", SEGMENT_CREDITS },
	{ "sigla finale", SEGMENT_CREDITS },
	{ "titoli di coda", SEGMENT_CREDITS },
	{ "титры", SEGMENT_CREDITS },
	{ "эндинг", SEGMENT_CREDITS },
	{ "エンディング", SEGMENT_CREDITS },
	{ "片尾", SEGMENT_CREDITS },
	{ "엔딩", SEGMENT_CREDITS },
	{ "شارة النهاية", SEGMENT_CREDITS },
	{ "preview", SEGMENT_PREVIEW },
	{ "next episode", SEGMENT_PREVIEW },
	{ "next episode preview", SEGMENT_PREVIEW },
	{ "next time", SEGMENT_PREVIEW },
	{ "vorschau", SEGMENT_PREVIEW },
	{ "aperçu", SEGMENT_PREVIEW },
	{ "avance", SEGMENT_PREVIEW },
	{ "anteprima", SEGMENT_PREVIEW },
	{ "予告", SEGMENT_PREVIEW },
	{ "次回予告", SEGMENT_PREVIEW },
	{ "예고", SEGMENT_PREVIEW },
	{ "الحلقة القادمة", SEGMENT_PREVIEW },
	{ "credits", EITHER },
	{ "titles", EITHER },
	{ "generique", EITHER },
	{ "créditos", EITHER },
	{ "sigla", EITHER },
	{ "شارة", EITHER },
};

/* How long such a thing lasts, and between which parts of the film it begins. */
static const struct {
	double shortest, longest; /* seconds */
	double share;             /* at most so much of the film */
	double from, to;
} limits[SEGMENT__MAX] = {
	[SEGMENT_INTRO] = { 5, 300, 0.34, 0, 0.5 },
	[SEGMENT_RECAP] = { 5, 300, 0.34, 0, 0.34 },
	[SEGMENT_CREDITS] = { 5, 1500, 0.34, 0.5, 1 },
	[SEGMENT_PREVIEW] = { 5, 180, 0.34, 0.5, 1 },
};

/* Keys of the words, in their order. */
static char **
keys_new(void)
{
	char **keys = mem_calloc(COUNT_OF(words), sizeof(*keys));

	for (size_t i = 0; i < COUNT_OF(words); i++)
		keys[i] = str_to_key(words[i].title);
	return keys;
}

static void
keys_free(char **keys)
{
	for (size_t i = 0; i < COUNT_OF(words); i++)
		free(keys[i]);
	free(keys);
}

/* What a title says, its number left out; NOTHING: it is another's. */
static int
kind_of(char **keys, const char *title)
{
	char *key = str_to_key(title);
	size_t len = strlen(key);
	int kind = NOTHING;

	while (len > 0 &&
	    ((key[len - 1] >= '0' && key[len - 1] <= '9') ||
		key[len - 1] == ' '))
		key[--len] = '\0';
	for (size_t i = 0; len > 0 && i < COUNT_OF(words); i++)
		if (strcmp(keys[i], key) == 0) {
			kind = words[i].kind;
			break;
		}
	free(key);
	return kind;
}

/* Where the i-th chapter ends. */
static double
end_of(
    const struct segment_chapter *chapters, size_t n, size_t i, double duration)
{
	double end = chapters[i].end;

	if (!(end > chapters[i].start))
		end = i + 1 < n ? chapters[i + 1].start : duration;
	return end < duration ? end : duration;
}

static bool
is_likely(const struct segment *segment, double duration)
{
	double length = segment->end - segment->start;
	double place = segment->start / duration;
	const enum segment_kind kind = segment->kind;

	return segment->start >= 0 && length >= limits[kind].shortest &&
	    length <= limits[kind].longest &&
	    length <= limits[kind].share * duration &&
	    place >= limits[kind].from && place < limits[kind].to;
}

static struct segment *
find(struct segment *all, size_t n, enum segment_kind kind)
{
	for (size_t i = 0; i < n; i++)
		if (all[i].kind == kind)
			return &all[i];
	return NULL;
}

size_t
library_segments_read(const struct segment_chapter *chapters, size_t n,
    double duration, struct segment out[SEGMENT__MAX])
{
	char **keys;
	size_t found = 0;

	if (!(duration > 0) || n == 0)
		return 0;
	keys = keys_new();
	for (size_t i = 0; i < n; i++) {
		int kind = chapters[i].title == NULL
		    ? NOTHING
		    : kind_of(keys, chapters[i].title);
		struct segment at = { .origin = SEGMENT_CHAPTERS,
			.start = chapters[i].start,
			.end = end_of(chapters, n, i, duration) };

		if (kind == EITHER)
			kind = at.start < duration / 2 ? SEGMENT_INTRO
						       : SEGMENT_CREDITS;
		if (kind == NOTHING)
			continue;
		at.kind = (enum segment_kind)kind;
		/* the first of a kind is it */
		if (is_likely(&at, duration) &&
		    find(out, found, at.kind) == NULL)
			out[found++] = at;
	}
	keys_free(keys);
	return found;
}

/* A mark's place in this film; false: it lies outside. */
static bool
place_mark(
    const struct segment_mark *mark, double duration, struct segment *out)
{
	double start = mark->start, end = mark->end;

	if (mark->is_from_end) {
		if (!(duration > 0))
			return false;
		start = duration - start;
		end = duration - end;
	}
	if (duration > 0 && end > duration)
		end = duration;
	*out = (struct segment){ .kind = mark->kind,
		.origin = mark->is_season ? SEGMENT_SEASON : SEGMENT_OWN,
		.start = start > 0 ? start : 0,
		.end = end };
	return out->end > out->start;
}

static const struct segment_mark *
find_mark(const struct segment_mark *marks, size_t n, enum segment_kind kind)
{
	const struct segment_mark *found = NULL;

	for (size_t i = 0; i < n; i++)
		if (marks[i].kind == kind &&
		    (found == NULL ||
			(found->is_season && !marks[i].is_season)))
			found = &marks[i];
	return found;
}

static int
by_start(const void *a, const void *b)
{
	const struct segment *one = a, *other = b;

	return (one->start > other->start) - (one->start < other->start);
}

size_t
library_segments_mark(struct segment all[SEGMENT__MAX], size_t n,
    const struct segment_mark *marks, size_t n_marks, double duration)
{
	struct segment result[SEGMENT__MAX];
	size_t n_result = 0;

	for (int kind = 0; kind < SEGMENT__MAX; kind++) {
		const struct segment_mark *mark =
		    find_mark(marks, n_marks, (enum segment_kind)kind);
		const struct segment *read =
		    find(all, n, (enum segment_kind)kind);

		if (mark == NULL && read != NULL)
			result[n_result++] = *read;
		else if (mark != NULL && !mark->is_none &&
		    place_mark(mark, duration, &result[n_result]))
			n_result++;
	}
	qsort(result, n_result, sizeof(*result), by_start);
	memcpy(all, result, n_result * sizeof(*result));
	return n_result;
}
