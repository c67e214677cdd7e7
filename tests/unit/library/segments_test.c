/*
 * Segments: which chapters say one, and which mark goes before which.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/library/segments.h"

enum { HOUR = 3600 };

struct title_case {
	const char *title;
	double start, end; /* of an hour */
	int kind;          /* SEGMENT__MAX: none */
};

/* clang-format off */
static const struct title_case titles[] = {
	{ "Intro", 60, 150, SEGMENT_INTRO },
	{ "INTRO", 0, 90, SEGMENT_INTRO },
	{ "Opening", 60, 150, SEGMENT_INTRO },
	{ "Opening Credits", 60, 150, SEGMENT_INTRO },
	{ "OP", 60, 150, SEGMENT_INTRO },
	{ "OP1", 60, 150, SEGMENT_INTRO },
	{ "NCOP 02", 60, 150, SEGMENT_INTRO },
	{ "Vorspann", 60, 150, SEGMENT_INTRO },
	{ "Générique", 60, 150, SEGMENT_INTRO },
	{ "GENERIQUE DE DEBUT", 60, 150, SEGMENT_INTRO },
	{ "Sigla iniziale", 60, 150, SEGMENT_INTRO },
	{ "Créditos iniciales", 60, 150, SEGMENT_INTRO },
	{ "オープニング", 60, 150, SEGMENT_INTRO },
	{ "المقدمة", 60, 150, SEGMENT_INTRO },
	{ "Recap", 0, 45, SEGMENT_RECAP },
	{ "Previously on…", 0, 45, SEGMENT_RECAP },
	{ "Was bisher geschah", 0, 45, SEGMENT_RECAP },
	{ "Précédemment", 0, 45, SEGMENT_RECAP },
	{ "Credits", 3400, 3600, SEGMENT_CREDITS },
	{ "End Credits", 3400, 3600, SEGMENT_CREDITS },
	{ "Ending", 3400, 3490, SEGMENT_CREDITS },
	{ "ED", 3400, 3490, SEGMENT_CREDITS },
	{ "Abspann", 3400, 3600, SEGMENT_CREDITS },
	{ "Générique", 3400, 3600, SEGMENT_CREDITS },
	{ "Générique de fin", 3400, 3600, SEGMENT_CREDITS },
	{ "エンディング", 3400, 3490, SEGMENT_CREDITS },
	{ "Титры", 3400, 3600, SEGMENT_CREDITS },
	{ "شارة النهاية", 3400, 3600, SEGMENT_CREDITS },
	{ "Preview", 3560, 3590, SEGMENT_PREVIEW },
	{ "Vorschau", 3560, 3590, SEGMENT_PREVIEW },
	{ "次回予告", 3560, 3590, SEGMENT_PREVIEW },
	/* words within other titles, and story */
	{ "Opening the Door", 60, 150, SEGMENT__MAX },
	{ "The Credits Are Mine", 3400, 3600, SEGMENT__MAX },
	{ "Operation", 60, 150, SEGMENT__MAX },
	{ "Edward", 3400, 3490, SEGMENT__MAX },
	{ "Avant", 0, 90, SEGMENT__MAX },
	{ "アバン", 0, 90, SEGMENT__MAX },
	{ "Chapter 1", 0, 90, SEGMENT__MAX },
	{ "2", 60, 150, SEGMENT__MAX },
	{ "", 60, 150, SEGMENT__MAX },
	{ "\xff\xfe", 60, 150, SEGMENT__MAX },
	/* too long, too short, at the wrong end */
	{ "Intro", 0, 400, SEGMENT__MAX },
	{ "Intro", 60, 62, SEGMENT__MAX },
	{ "Opening", 3400, 3490, SEGMENT__MAX },
	{ "Recap", 3400, 3490, SEGMENT__MAX },
	{ "Ending", 60, 150, SEGMENT__MAX },
	{ "Abspann", 1900, 3600, SEGMENT__MAX },
	{ "Preview", 0, 60, SEGMENT__MAX },
	{ "Preview", 3300, 3590, SEGMENT__MAX },
	{ "Intro", -60, 90, SEGMENT__MAX },
	{ "Intro", 0.0 / 0.0, 90, SEGMENT__MAX },
};
/* clang-format on */

static void
test_titles(void **state)
{
	struct segment out[SEGMENT__MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(titles) / sizeof(*titles); i++) {
		const struct title_case *c = &titles[i];
		const struct segment_chapter chapter = { c->start, c->end,
			c->title };
		size_t n = library_segments_read(&chapter, 1, HOUR, out);

		print_message("%s %g\n", c->title, c->start);
		assert_int_equal(n, c->kind != SEGMENT__MAX);
		if (n == 0)
			continue;
		assert_int_equal(out[0].kind, c->kind);
		assert_int_equal(out[0].origin, SEGMENT_CHAPTERS);
		assert_true(out[0].start == c->start && out[0].end == c->end);
	}
}

/* An end that is missing or beyond the film, a second one, no length. */
static void
test_chapters(void **state)
{
	const struct segment_chapter chapters[] = {
		{ 0, 0, "Recap" },
		{ 40, 40, "Intro" },
		{ 130, 1000, NULL },
		{ 1000, 1090, "Opening" },
		{ 3500, 9999, "Credits" },
	};
	struct segment out[SEGMENT__MAX];

	(void)state;
	assert_int_equal(library_segments_read(chapters, 5, HOUR, out), 3);
	assert_true(out[0].start == 0 && out[0].end == 40);
	assert_int_equal(out[1].kind, SEGMENT_INTRO);
	assert_true(out[1].start == 40 && out[1].end == 130);
	assert_true(out[2].start == 3500 && out[2].end == HOUR);
	assert_int_equal(library_segments_read(chapters, 5, 0, out), 0);
	assert_int_equal(library_segments_read(NULL, 0, HOUR, out), 0);
}

static void
test_marks(void **state)
{
	const struct segment_mark marks[] = {
		{ .kind = SEGMENT_INTRO,
		    .is_season = true,
		    .start = 5,
		    .end = 9 },
		{ .kind = SEGMENT_INTRO, .start = 10, .end = 20 },
		{ .kind = SEGMENT_CREDITS,
		    .is_season = true,
		    .is_from_end = true,
		    .start = 60,
		    .end = 0 },
		{ .kind = SEGMENT_RECAP, .is_none = true },
	};
	struct segment all[SEGMENT__MAX] = {
		{ .kind = SEGMENT_RECAP, .end = 40 },
		{ .kind = SEGMENT_INTRO, .start = 40, .end = 130 },
		{ .kind = SEGMENT_PREVIEW, .start = 90, .end = 95 },
	};

	(void)state;
	assert_int_equal(library_segments_mark(all, 3, marks, 4, 100), 3);
	assert_int_equal(all[0].kind, SEGMENT_INTRO);
	assert_int_equal(all[0].origin, SEGMENT_OWN);
	assert_true(all[0].start == 10 && all[0].end == 20);
	assert_int_equal(all[1].kind, SEGMENT_CREDITS);
	assert_int_equal(all[1].origin, SEGMENT_SEASON);
	assert_true(all[1].start == 40 && all[1].end == 100);
	assert_int_equal(all[2].kind, SEGMENT_PREVIEW);
	assert_int_equal(all[2].origin, SEGMENT_CHAPTERS);
}

/* Of another episode's length: cut at the end, left out behind it. */
static void
test_marks_outside(void **state)
{
	const struct segment_mark marks[] = {
		{ .kind = SEGMENT_INTRO, .start = 90, .end = 120 },
		{ .kind = SEGMENT_RECAP, .start = 100, .end = 120 },
		{ .kind = SEGMENT_CREDITS,
		    .is_from_end = true,
		    .start = 300,
		    .end = 50 },
	};
	struct segment all[SEGMENT__MAX];

	(void)state;
	assert_int_equal(library_segments_mark(all, 0, marks, 3, 100), 2);
	assert_int_equal(all[0].kind, SEGMENT_CREDITS);
	assert_true(all[0].start == 0 && all[0].end == 50);
	assert_true(all[1].start == 90 && all[1].end == 100);
	/* a length that nobody knows cuts nothing and counts from no end */
	assert_int_equal(library_segments_mark(all, 0, marks, 3, 0), 2);
	assert_true(all[0].end == 120 && all[1].end == 120);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_titles),
		cmocka_unit_test(test_chapters),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_marks_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
