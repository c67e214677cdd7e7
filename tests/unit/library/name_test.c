/*
 * File names and what they say. Each case is a path and the line that
 * describe.h makes of it: title (year) | season, episodes | the release.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/library/name.h"
#include "tests/unit/library/describe.h"

struct name_case {
	const char *path;
	const char *expected;
};

static const struct name_case cases[] = {
#include "tests/unit/library/name_cases.def"
};

static void
parse(struct arena *arena, const char *path, char *out, size_t size)
{
	struct name name;

	arena_reset(arena);
	library_name_parse(arena, path, &name);
	describe(&name, out, size);
}

static void
names_say_what_they_say(void **state)
{
	struct arena *arena = arena_new(NAME_ARENA);
	char line[1024];
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		parse(arena, cases[i].path, line, sizeof(line));
		if (strcmp(line, cases[i].expected) == 0)
			continue;
		print_error("%s\n  expected %s\n  got      %s\n", cases[i].path,
		    cases[i].expected, line);
		wrong++;
	}
	arena_free(arena);
	assert_int_equal(wrong, 0);
}

/* A library folder's own name counts only where it says something. */
static void
library_folders_help(void **state)
{
	static const struct {
		const char *folder, *path, *expected;
	} rows[] = {
		{ "Show (2010)", "Season 01/Episode 5.mkv",
		    "Show (2010) | S1 E5 |" },
		{ "Some Show", "Season 01/Episode 5.mkv",
		    "Some Show | S1 E5 |" },
		{ "TV Shows", "Some Show/Some Show 103.avi",
		    "Some Show | S1 E3 |" },
		{ "Holidays 2010", "Beach.mkv", "Beach |" },
		{ "films", "1917.mkv", "1917 |" },
		{ "Movies", "Holidays 2010/Beach.mkv", "Beach |" },
		{ "Film (1999)", "movie.mkv", "Film (1999) |" },
		{ "", "Film (1999).mkv", "Film (1999) |" },
	};
	struct arena *arena = arena_new(NAME_ARENA);
	char line[1024];
	struct name name;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		library_name_parse_below(
		    arena, rows[i].folder, rows[i].path, &name);
		describe(&name, line, sizeof(line));
		assert_string_equal(line, rows[i].expected);
		arena_reset(arena);
	}
	arena_free(arena);
}

/* Bytes that are no text, marks that reorder, names longer than any disk
 * allows: read, shown, never a crash, never a control character. */
static void
hostile_names_are_read(void **state)
{
	static const struct name_case hostile[] = {
		{ "Am\xe9lie (2001).mkv", "Am\xc3\xa9lie (2001) |" },
		{ "Ame\xcc\x81lie (2001).mkv", "Am\xc3\xa9lie (2001) |" },
		{ "Film\n(2001).mkv", "Film (2001) |" },
		{ "Film \xe2\x80\xaegpj (2001).mkv", "Film gpj (2001) |" },
		{ "../../../Film (2001).mkv", "Film (2001) |" },
		{ "/", " |" },
		{ "", " |" },
		{ "S99999999999E1.mkv", "S99999999999E1 |" },
		{ "Film (99999999999999).mkv", "Film (99999999999999) |" },
		{ "[tmdbid-99999999999999999999] A.mkv",
		    "A | @tmdbid-99999999999999999999" },
		{ "A [imdbid-ttabc].mkv", "A |" },
		{ "S01E0000000000001.mkv", "S01E0000000000001 |" },
	};
	struct arena *arena = arena_new(NAME_ARENA);
	char line[1024];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(hostile); i++) {
		parse(arena, hostile[i].path, line, sizeof(line));
		if (strcmp(hostile[i].expected, line) != 0)
			print_error("%zu: %s\n", i, line);
		assert_string_equal(line, hostile[i].expected);
	}
	arena_free(arena);
}

static void
long_names_are_cut(void **state)
{
	struct arena *arena = arena_new(NAME_ARENA);
	char path[4096], line[1024];
	struct name name;

	(void)state;
	memset(path, 'a', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	library_name_parse(arena, path, &name);
	assert_true(strlen(name.title) <= 1024);
	for (size_t i = 0; i + 3 < sizeof(path); i += 2) {
		path[i] = i % 3 ? '(' : '/';
		path[i + 1] = '1';
	}
	parse(arena, path, line, sizeof(line));
	arena_free(arena);
}

static void
videos_are_known_by_their_endings(void **state)
{
	(void)state;
	assert_true(library_name_is_video("a/b.MKV"));
	assert_true(library_name_is_video("b.m2ts"));
	assert_false(library_name_is_video("b.mkv/readme.txt"));
	assert_false(library_name_is_video("b"));
	assert_false(library_name_is_video("b.mkv.part"));
	assert_false(library_name_is_video("b.jpg"));
}

static void
ids_make_sure(void **state)
{
	struct arena *arena = arena_new(NAME_ARENA);
	struct name with_id, with_year, bare;

	(void)state;
	library_name_parse(arena, "A (2001) [tmdbid-3].mkv", &with_id);
	library_name_parse(arena, "A (2001).mkv", &with_year);
	library_name_parse(arena, "A.mkv", &bare);
	assert_true(library_name_confidence(&with_id) >
	    library_name_confidence(&with_year));
	assert_true(library_name_confidence(&with_year) >
	    library_name_confidence(&bare));
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_say_what_they_say),
		cmocka_unit_test(library_folders_help),
		cmocka_unit_test(hostile_names_are_read),
		cmocka_unit_test(long_names_are_cut),
		cmocka_unit_test(videos_are_known_by_their_endings),
		cmocka_unit_test(ids_make_sure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
