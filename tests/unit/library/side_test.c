/*
 * Names of subtitle files: format, language, flags, title.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/buf.h"
#include "lib/library/side.h"

struct side_case {
	const char *file;
	const char *expected; /* "format language flags|title", NULL: not its */
};

/* clang-format off */
static const struct side_case cases[] = {
	{ "Film (2010).srt", "srt und |" },
	{ "Film (2010).en.srt", "srt en |" },
	{ "Film (2010).eng.srt", "srt en |" },
	{ "Film (2010).English.vtt", "vtt en |" },
	{ "Film (2010).de.forced.srt", "srt de forced|" },
	{ "Film (2010).forced.de.srt", "srt de forced|" },
	{ "Film (2010).de.foreign.ass", "ass de forced|" },
	{ "Film (2010).en.default.srt", "srt en default|" },
	{ "Film (2010).en.sdh.srt", "srt en sdh|" },
	{ "Film (2010).en.cc.srt", "srt en sdh|" },
	{ "Film (2010).en.hi.srt", "srt en sdh|" },
	{ "Film (2010).hi.srt", "srt hi |" },
	{ "Film (2010).hin.srt", "srt hi |" },
	{ "Film (2010).Commentary.en.srt", "srt en |Commentary" },
	{ "Film (2010).Director.Notes.fr.srt", "srt fr |Director.Notes" },
	{ "Film (2010).pt-BR.srt", "srt pt-BR |" },
	{ "Film (2010).es-419.srt", "srt es-419 |" },
	{ "Film (2010).zh-Hans.ssa", "ass zh-Hans |" },
	{ "Film (2010).EN.SRT", "srt en |" },
	{ "Film (2010).klingon.srt", "srt und |klingon" },
	{ "Film (2010)..srt", "srt und |" },
	{ "Film (2010) extra.srt", NULL },
	{ "Film (2011).srt", NULL },
	{ "Film (2010).txt", NULL },
	{ "Film (2010).sup", NULL },
	{ ".srt", NULL },
	{ "srt", NULL },
};
/* clang-format on */

static void
names_of_subtitles_are_read(void **state)
{
	struct arena *arena = arena_new(65536);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct side side;
		bool is = library_side_parse(
		    arena, "Film (2010).mkv", cases[i].file, &side);
		const char *got;

		if (cases[i].expected == NULL) {
			assert_false(is);
			continue;
		}
		assert_true(is);
		got = arena_printf(arena, "%s %s %s%s%s|%s", side.format,
		    side.language, side.is_default ? "default" : "",
		    side.is_forced ? "forced" : "", side.is_sdh ? "sdh" : "",
		    side.title);
		assert_string_equal(got, cases[i].expected);
	}
	arena_free(arena);
}

static void
many_tags_are_bounded(void **state)
{
	struct arena *arena = arena_new(65536);
	struct side side;
	struct buf file;

	(void)state;
	buf_init(&file, 4096);
	buf_puts(&file, "A.");
	for (size_t i = 0; i < 200; i++)
		buf_puts(&file, "x.y.");
	buf_puts(&file, "de.srt");
	assert_true(library_side_parse(arena, "A.mkv", file.data, &side));
	buf_fini(&file);
	assert_string_equal(side.language, "de");
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_subtitles_are_read),
		cmocka_unit_test(many_tags_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
