/* Which file of a torrent plays. */
#include "tests/unit/helpers.h"

#include "daemon/miaud/downloads/choose.h"

enum { GB = 1000000000, MB = 1000000, FILES_MAX = 16 };

struct content {
	const char *path;
	int64_t size;
};

static struct choice
choose(struct world *w, const struct content *content, size_t n,
    const struct choose_hint *hint)
{
	struct torrent_file files[FILES_MAX];
	struct torrent_meta meta = { .files = files, .n_files = (int)n };
	struct choice choice;
	size_t i;

	for (i = 0; i < n; i++)
		files[i] = (struct torrent_file){ .path = arena_strdup(w->arena,
						      content[i].path),
			.size = content[i].size };
	choose_files(w->arena, &meta, hint, &choice);
	return choice;
}

#define CHOOSE(content, hint) choose(w, content, COUNT_OF(content), hint)

static const struct choose_hint nothing, show = { .kind = TITLE_SHOW };

static void
assert_file(const struct choice *choice, int index)
{
	assert_string_equal(choice->code, "file_chosen");
	assert_int_equal(choice->n, 1);
	assert_int_equal(choice->files[0].index, index);
	assert_true(choice->confidence > 0.5);
}

static void
assert_unsure(const struct choice *choice)
{
	assert_string_equal(choice->code, "unsure");
	assert_int_equal(choice->n, 0);
	assert_true(choice->confidence == 0);
}

static void
test_film(void **state)
{
	static const struct content content[] = {
		{ "Film.2001/RARBG.txt", 30 },
		{ "Film.2001/Sample/film.2001.sample.mkv", 60 * MB },
		{ "Film.2001/film.2001.1080p.mkv", 4 * (int64_t)GB },
		{ "Film.2001/intro.mp4", 5 * MB },
	};
	static const struct choose_hint longer = {
		.kind = TITLE_MOVIE, .name = "Film", .runtime = 100000
	};
	static const struct choose_hint wrong = { .kind = TITLE_SHOW };
	struct world *w = *state;
	struct choice choice = CHOOSE(content, &nothing);

	assert_file(&choice, 2);
	assert_false(choice.files[0].is_episode);
	choice = CHOOSE(content, &longer);
	assert_unsure(&choice);
	choice = CHOOSE(content, &wrong);
	assert_unsure(&choice);
}

static void
test_nothing(void **state)
{
	static const struct content content[] = { { "a.txt", 10 },
		{ "b.mkv", 0 }, { "c.iso", GB } };
	struct world *w = *state;
	struct choice choice = CHOOSE(content, &nothing);

	assert_unsure(&choice);
	assert_int_equal(choice.n_videos, 0);
}

static void
test_pack(void **state)
{
	static const struct content content[] = {
		{ "Show S01/Show.S01E02.mkv", GB },
		{ "Show S01/Show.S01E01.mkv", GB },
		{ "Show S01/Show.S01E01.srt", 1000 },
		{ "Show S01/Show.S01E10.mkv", 300 * MB },
	};
	static const struct choose_hint film = { .kind = TITLE_MOVIE };
	struct world *w = *state;
	struct choice choice = CHOOSE(content, &nothing);

	assert_string_equal(choice.code, "pack_chosen");
	assert_int_equal(choice.n, 3);
	assert_int_equal(choice.files[0].episode, 2);
	assert_int_equal(choice.files[2].index, 3);
	assert_int_equal(choice.files[2].episode, 10);
	assert_int_equal(choice.files[2].season, 1);
	choice = CHOOSE(content, &film);
	assert_unsure(&choice);
}

/* Two shows, or an episode beside a film: nobody can tell. */
static void
test_mixed(void **state)
{
	static const struct content two[] = { { "One.S01E01.mkv", GB },
		{ "Other.S01E01.mkv", GB } };
	static const struct content beside[] = { { "One.S01E01.mkv", GB },
		{ "One.S01E02.mkv", GB }, { "Something.mkv", GB } };
	struct world *w = *state;
	struct choice choice = CHOOSE(two, &nothing);

	assert_unsure(&choice);
	choice = CHOOSE(beside, &nothing);
	assert_unsure(&choice);
	choice = CHOOSE(beside, &show);
	assert_string_equal(choice.code, "pack_chosen");
	assert_int_equal(choice.n, 2);
}

static void
test_films(void **state)
{
	static const struct content same[] = {
		{ "Trilogy/First Film (2001).mkv", GB },
		{ "Trilogy/Second Film (2003).mkv", GB + 1 },
	};
	static const struct content outlier[] = {
		{ "Trilogy/First Film (2001).mkv", 4 * (int64_t)GB },
		{ "Trilogy/Second Film (2003).mkv", GB },
	};
	static const struct content parts[] = { { "Film cd1.avi", 700 * MB },
		{ "Film cd2.avi", 700 * MB } };
	static const struct choose_hint second = {
		.kind = TITLE_MOVIE, .name = "Second Film", .year = 2003
	};
	struct world *w = *state;
	struct choice choice = CHOOSE(same, &nothing);

	assert_unsure(&choice);
	choice = CHOOSE(same, &second);
	assert_file(&choice, 1);
	choice = CHOOSE(outlier, &nothing);
	assert_unsure(&choice);
	choice = CHOOSE(outlier, &second);
	assert_file(&choice, 1);
	choice = CHOOSE(parts, &nothing);
	assert_unsure(&choice);
}

/* Names that only count: for a show, and without a gap. */
static void
test_order(void **state)
{
	static const struct content numbered[] = {
		{ "Tales/10 Ten.mkv", GB },
		{ "Tales/9 Nine.mkv", GB },
		{ "Tales/8 Eight.mkv", GB },
		{ "Tales/7 Seven.mkv", GB },
		{ "Tales/6 Six.mkv", GB },
		{ "Tales/5 Five.mkv", GB },
		{ "Tales/4 Four.mkv", GB },
		{ "Tales/3 Three.mkv", GB },
		{ "Tales/2 Two.mkv", GB },
		{ "Tales/1 One.mkv", GB },
	};
	static const struct content gap[] = { { "Tales/1 One.mkv", GB },
		{ "Tales/3 Three.mkv", GB } };
	struct world *w = *state;
	struct choice choice = CHOOSE(numbered, &show);

	assert_string_equal(choice.code, "pack_chosen");
	assert_int_equal(choice.n, 10);
	assert_int_equal(choice.files[0].episode, 1);
	assert_int_equal(choice.files[0].index, 9);
	assert_true(choice.files[0].is_episode);
	choice = CHOOSE(numbered, &nothing);
	assert_unsure(&choice);
	choice = CHOOSE(gap, &show);
	assert_unsure(&choice);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_film, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_nothing, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_pack, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_mixed, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_films, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_order, folder_setup, world_teardown),
	};

	return cmocka_run_group_tests_name(
	    "downloads/choose", tests, NULL, NULL);
}
