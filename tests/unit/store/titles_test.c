/* Titles: ids, matching, edits, lists that survive changes. */
#include "tests/unit/helpers.h"

#include "lib/base/str.h"

static void
test_ids(void **state)
{
	static const char *const refused[] = { "", "movie", "movie-", "movie-0",
		"movie--1", "movie-1x", "movie- 1", "Movie-1", "603", "tt",
		"tt12x", "tt99999999999999999999", "show-9223372036854775808",
		"movie-1/../2" };
	struct world *w = *state;
	enum title_kind kind = TITLE_ANY;
	const char *imdb;
	int64_t pid;
	size_t i;

	for (i = 0; i < COUNT_OF(refused); i++)
		assert_false(
		    store_title_parse_id(refused[i], &kind, &pid, &imdb));
	assert_true(store_title_parse_id("movie-603", &kind, &pid, &imdb));
	assert_int_equal(kind, TITLE_MOVIE);
	assert_int_equal(pid, 603);
	assert_null(imdb);
	assert_true(store_title_parse_id("show-5", &kind, &pid, &imdb));
	assert_int_equal(kind, TITLE_SHOW);
	assert_true(store_title_parse_id("tt0133093", &kind, &pid, &imdb));
	assert_string_equal(imdb, "tt0133093");
	assert_string_equal(
	    store_title_public_id(w->arena, TITLE_SHOW, 7), "show-7");
}

/* Merges; *added as store_title_merge says. */
static struct title
merge(struct world *w, struct title title, bool *added)
{
	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_ok(
	    store_title_merge(w->db, &title, "file", added, &w->err), &w->err);
	assert_ok(db_commit(w->db, &w->err), &w->err);
	return title;
}

static struct title
named(const char *name, int64_t year)
{
	return (struct title){ .kind = TITLE_MOVIE,
		.name = (char *)(uintptr_t)name,
		.year = year };
}

static void
test_merge(void **state)
{
	struct world *w = *state;
	struct title first, again, found;
	bool added;

	first = merge(w, named("Am\xc3\xa9lie", 2001), &added);
	assert_true(added);
	assert_int_equal(first.pid, 2000000000);
	again = merge(w, named("AMELIE!", 2002), &added);
	assert_false(added);
	assert_int_equal(again.id, first.id);
	assert_int_equal(again.pid, first.pid);
	again = merge(w, named("Amelie", 0), &added);
	assert_int_equal(again.id, first.id);
	again = merge(w, named("Amelie", 2003), &added);
	assert_true(added);
	assert_int_equal(again.pid, 2000000001);
	/* The nearest year wins. */
	again = merge(w, named("Amelie", 2003), &added);
	assert_false(added);
	assert_int_not_equal(again.id, first.id);
	found = named("Amelie", 2001);
	found.kind = TITLE_SHOW;
	found = merge(w, found, &added);
	assert_true(added);
	assert_int_equal(found.pid, 2000000000); /* of its own kind */
	/* Names of signs alone are different films. */
	merge(w, named("!!!", 0), &added);
	assert_true(added);
	merge(w, named("???", 0), &added);
	assert_true(added);
}

static void
test_merge_fills(void **state)
{
	char *genres[] = { (char[]){ "Drama" }, (char[]){ "drama" },
		(char[]){ "Sci-Fi" }, (char[]){ "?!" }, NULL };
	struct world *w = *state;
	struct title more = named("Film", 2000), found;
	bool added;

	merge(w, named("Film", 0), &added);
	more.overview = (char[]){ "What happens." };
	more.tmdb_id = 42;
	more.runtime = 90;
	more.genres = genres;
	more = merge(w, more, &added);
	assert_false(added);
	assert_ok(store_title_find(w->reader, w->arena, &store_unlimited,
		      TITLE_MOVIE, more.pid, &found, &w->err),
	    &w->err);
	assert_string_equal(found.overview, "What happens.");
	assert_int_equal(found.year, 2000);
	assert_int_equal(found.runtime, 90);
	assert_string_equal(found.genres[0], "Drama");
	assert_string_equal(found.genres[1], "Sci-Fi");
	assert_null(found.genres[2]);
	/* By its TMDB id too, and what is there is not overwritten. */
	more = named("Another name", 1950);
	more.tmdb_id = 42;
	more.overview = (char[]){ "Nonsense." };
	more = merge(w, more, &added);
	assert_false(added);
	assert_ok(store_title_find(w->reader, w->arena, &store_unlimited,
		      TITLE_MOVIE, 42, &found, &w->err),
	    &w->err);
	assert_int_equal(found.id, more.id);
	assert_string_equal(found.name, "Film");
	assert_string_equal(found.overview, "What happens.");
	/* A title first seen with its TMDB id has that number. */
	more = named("Known", 1999);
	more.tmdb_id = 603;
	more.imdb_id = (char[]){ "tt0133093" };
	more = merge(w, more, &added);
	assert_int_equal(more.pid, 603);
	assert_ok(store_title_find_imdb(w->reader, w->arena, &store_unlimited,
		      "tt0133093", &found, &w->err),
	    &w->err);
	assert_int_equal(found.id, more.id);
}

static void
update(struct world *w, const struct title *title, bool by_person,
    enum store_result wanted)
{
	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_int_equal(
	    store_title_update(w->db, title, by_person, &w->err), wanted);
	assert_ok(db_commit(w->db, &w->err), &w->err);
}

/* What a person has edited stays as they left it. */
static void
test_lock(void **state)
{
	struct world *w = *state;
	struct title title, found;
	bool added;
	int64_t id = seed_title(w, TITLE_MOVIE, "Film", 2000, "Drama");

	assert_ok(store_title_find_id(
		      w->db, w->arena, &store_unlimited, id, &title, &w->err),
	    &w->err);
	title.name = (char[]){ "My Film" };
	title.genres = (char *[]){ (char[]){ "Home" }, NULL };
	update(w, &title, true, STORE_OK);
	title.name = (char[]){ "A machine's name" };
	update(w, &title, false, STORE_NONE);
	title = named("My film", 2000);
	title.overview = (char[]){ "From a catalogue." };
	title = merge(w, title, &added);
	assert_int_equal(title.id, id);
	assert_ok(store_title_find_id(
		      w->db, w->arena, &store_unlimited, id, &found, &w->err),
	    &w->err);
	assert_true(found.is_locked);
	assert_string_equal(found.name, "My Film");
	assert_string_equal(found.overview, "");
	assert_string_equal(found.genres[0], "Home");
	assert_null(found.genres[1]);
	title.id = 999;
	update(w, &title, true, STORE_NONE);
	assert_ok(
	    store_title_set_poster(w->db, id, "p.jpg", NULL, &w->err), &w->err);
	assert_ok(
	    store_title_set_poster(w->db, id, NULL, "b.jpg", &w->err), &w->err);
	assert_ok(store_title_find_id(
		      w->db, w->arena, &store_unlimited, id, &found, &w->err),
	    &w->err);
	assert_string_equal(found.poster, "p.jpg");
	assert_string_equal(found.backdrop, "b.jpg");
}

static void
seed_many(struct world *w, int from, int n)
{
	char name[40];
	int i;

	for (i = from; i < from + n; i++) {
		/* Same names and years often, so that ids must decide. */
		snprintf(name, sizeof(name), "Film %c %d", 'a' + i % 7, i / 20);
		seed_title(w, i % 4 ? TITLE_MOVIE : TITLE_SHOW, name,
		    1990 + i % 5 * 10, i % 3 ? "Drama" : "War");
	}
}

/* A row is what was asked for, and stands behind the one before. */
static void
check_row(const struct title_query *query, const struct title *row,
    const struct title *before)
{
	if (query->kind != TITLE_ANY)
		assert_int_equal(row->kind, query->kind);
	if (query->year != 0)
		assert_int_equal(row->year, query->year);
	if (query->genre != NULL)
		assert_true(str_equal_nocase(row->genres[0], query->genre));
	if (before != NULL && query->sort == TITLE_SORT_YEAR)
		assert_true(row->year <= before->year);
	if (before != NULL && query->sort == TITLE_SORT_ADDED)
		assert_true(row->created_at <= before->created_at);
}

/* Walks a list by pages and inserts rows between them when asked to. No row
 * comes twice; returns how many of the first hundred came. */
static int64_t
walk(struct world *w, struct title_query query, bool insert, int64_t *total)
{
	struct store_page page = { .size = 7 };
	struct title_list list;
	bool seen[400] = { false };
	int64_t n_seen = 0;
	int more = 1000 * ((int)query.sort + 1);
	size_t i;

	do {
		assert_ok(store_title_list(w->db, w->arena, &store_unlimited,
			      &query, &page, &list, &w->err),
		    &w->err);
		*total = list.total;
		assert_true(list.n <= 7);
		for (i = 0; i < list.n; i++) {
			check_row(&query, &list.items[i],
			    i > 0 ? &list.items[i - 1] : NULL);
			assert_in_range(list.items[i].id, 1, 399);
			assert_false(seen[list.items[i].id]);
			seen[list.items[i].id] = true;
			n_seen += list.items[i].id <= 100;
		}
		page.cursor = list.cursor;
		if (insert && list.cursor != NULL)
			seed_many(w, more += 3, 3);
	} while (list.cursor != NULL);
	return n_seen;
}

static void
walk_whole(struct world *w, struct title_query query)
{
	int64_t total, n = walk(w, query, false, &total);

	assert_true(n > 0);
	assert_int_equal(n, total);
}

static void
test_lists(void **state)
{
	struct world *w = *state;
	struct title_query query = { 0 };
	int sort, kind;

	seed_many(w, 0, 100);
	for (sort = TITLE_SORT_NAME; sort <= TITLE_SORT_POPULARITY; sort++)
		for (kind = TITLE_ANY; kind <= TITLE_SHOW; kind++) {
			query =
			    (struct title_query){ .kind = kind, .sort = sort };
			walk_whole(w, query);
			query.genre = "drama";
			walk_whole(w, query);
			query.genre = "War";
			query.year = 2010;
			walk_whole(w, query);
			query.genre = NULL;
			walk_whole(w, query);
		}
}

static void
test_list_survives_inserts(void **state)
{
	struct world *w = *state;
	int64_t total;
	int sort;

	seed_many(w, 0, 100);
	for (sort = TITLE_SORT_NAME; sort <= TITLE_SORT_POPULARITY; sort++)
		assert_int_equal(
		    walk(w, (struct title_query){ .sort = sort }, true, &total),
		    100);
	assert_true(total > 150);
}

static int64_t
list_total(struct world *w, struct title_query query)
{
	struct store_page page = { .size = 100 };
	struct title_list list;

	assert_ok(store_title_list(w->db, w->arena, &store_unlimited, &query,
		      &page, &list, &w->err),
	    &w->err);
	assert_int_equal((int64_t)list.n, list.total);
	return list.total;
}

static void
test_playable_lists(void **state)
{
	struct world *w = *state;
	struct title_query query = { .playable_only = true };
	int64_t folder = seed_folder(w, "/f"), file, id, sort;

	seed_many(w, 0, 20);
	assert_int_equal(list_total(w, query), 0);
	id = seed_title(w, TITLE_MOVIE, "Mine", 2001, "Drama");
	file = seed_file(w, folder, "mine.mp4");
	seed_source(w, id, 0, file, "HD");
	for (sort = TITLE_SORT_NAME; sort <= TITLE_SORT_POPULARITY; sort++) {
		query.sort = (enum title_sort)sort;
		query.kind = TITLE_ANY;
		assert_int_equal(list_total(w, query), 1);
		query.kind = TITLE_MOVIE;
		assert_int_equal(list_total(w, query), 1);
		query.kind = TITLE_SHOW;
		assert_int_equal(list_total(w, query), 0);
	}
	query.kind = TITLE_ANY;
	query.year = 2001;
	assert_int_equal(list_total(w, query), 1);
	query.genre = "drama";
	assert_int_equal(list_total(w, query), 1);
	query.genre = "war";
	assert_int_equal(list_total(w, query), 0);
	query.genre = "no such";
	assert_int_equal(list_total(w, query), 0);
	query.genre = "";
	assert_int_equal(list_total(w, query), 0);
}

static void
test_bad_cursors(void **state)
{
	static const char *const refused[] = { "", "x", "AAAA",
		"====", "bjEgMQ", /* "n1 1": another order */
		"dDE" };          /* "t1" */
	struct world *w = *state;
	struct title_query query = { 0 };
	struct store_page page = { .size = 5 };
	struct title_list list;
	size_t i;

	for (i = 0; i < COUNT_OF(refused); i++) {
		page.cursor = refused[i];
		assert_err(store_title_list(w->db, w->arena, &store_unlimited,
			       &query, &page, &list, &w->err),
		    &w->err, ERR_INVALID_FIELDS);
	}
	page.cursor = NULL;
	page.size = 100000;
	seed_many(w, 0, 120);
	assert_ok(store_title_list(w->db, w->arena, &store_unlimited, &query,
		      &page, &list, &w->err),
	    &w->err);
	assert_int_equal(list.n, 100);
}

static void
test_similar_and_genres(void **state)
{
	struct world *w = *state;
	int64_t id = seed_title(w, TITLE_MOVIE, "One", 0, "Drama");
	int64_t like = seed_title(w, TITLE_SHOW, "Two", 0, "Drama");
	struct title *titles;
	struct genre *genres;
	size_t n;

	seed_title(w, TITLE_MOVIE, "Three", 0, "War");
	assert_ok(store_title_similar(w->db, w->arena, &store_unlimited, id, 10,
		      &titles, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_int_equal(titles[0].id, like);
	assert_string_equal(titles[0].genres[0], "Drama");
	assert_ok(store_genre_list(
		      w->db, w->arena, &store_unlimited, &genres, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 2);
	assert_string_equal(genres[0].slug, "drama");
	assert_int_equal(genres[0].n_titles, 2);
}

static void
test_sweep(void **state)
{
	struct world *w = *state;
	struct title title;
	int64_t folder = seed_folder(w, "/f"), n, kept, edited;

	seed_title(w, TITLE_MOVIE, "Gone", 0, "War");
	kept = seed_title(w, TITLE_MOVIE, "Kept", 0, NULL);
	seed_source(w, kept, 0, seed_file(w, folder, "k.mp4"), "HD");
	edited = seed_title(w, TITLE_MOVIE, "Edited", 0, NULL);
	assert_ok(store_title_find_id(w->db, w->arena, &store_unlimited, edited,
		      &title, &w->err),
	    &w->err);
	update(w, &title, true, STORE_OK);
	assert_ok(store_title_sweep(w->db, &n, &w->err), &w->err);
	assert_int_equal(n, 1);
	assert_ok(store_title_find_id(
		      w->db, w->arena, &store_unlimited, kept, &title, &w->err),
	    &w->err);
	assert_ok(store_title_find_id(w->db, w->arena, &store_unlimited, edited,
		      &title, &w->err),
	    &w->err);
}

static void
assert_used(struct world *w, const char *name, bool expected)
{
	bool is_used = !expected;

	assert_ok(store_title_uses_picture(
		      w->reader, &store_unlimited, name, &is_used, &w->err),
	    &w->err);
	assert_int_equal(is_used, expected);
}

static void
test_pictures(void **state)
{
	struct world *w = *state;
	int64_t id = seed_title(w, TITLE_MOVIE, "Film", 0, NULL);

	assert_ok(
	    store_title_set_poster(w->db, id, "placard-a.jpg", NULL, &w->err),
	    &w->err);
	assert_used(w, "placard-a.jpg", true);
	db_release(w->reader);
	assert_ok(store_title_set_poster(w->db, id, "b.jpg", "c.jpg", &w->err),
	    &w->err);
	assert_used(w, "placard-a.jpg", false);
	assert_used(w, "b.jpg", true);
	assert_used(w, "c.jpg", true);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ids),
		TEST(test_merge),
		TEST(test_merge_fills),
		TEST(test_lock),
		TEST(test_lists),
		TEST(test_list_survives_inserts),
		TEST(test_playable_lists),
		TEST(test_bad_cursors),
		TEST(test_similar_and_genres),
		TEST(test_sweep),
		TEST(test_pictures),
	};

	return cmocka_run_group_tests_name("store/titles", tests, NULL, NULL);
}
