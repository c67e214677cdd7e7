/*
 * What a profile with a limit finds of titles beyond it: nothing, by no call of
 * the store. A call that reads titles and has no row here is not tried.
 */
#include "tests/unit/helpers.h"

#include "lib/base/clock.h"
#include "lib/store/progress.h"
#include "lib/store/segments.h"
#include "lib/store/sessions.h"
#include "lib/store/stream_keys.h"

#define HIDDEN_PICTURE "hidden.webp"

struct fixture {
	struct world *w;
	char user[UUID_SIZE];
	struct viewer parent; /* sees everything */
	struct viewer child;  /* up to 6 years */
	struct viewer teen;   /* up to 16, and what is unrated */
	int64_t open, grown, unrated, show, episode, source;
};

static void
rate(struct fixture *f, int64_t id, const char *text, int64_t age)
{
	const struct title title = { .id = id,
		.certification = (char *)(uintptr_t)text,
		.is_rated = age >= 0,
		.minimum_age = age };

	assert_ok(store_title_rate(f->w->db, &title, &f->w->err), &f->w->err);
}

/* A torrent's file, as it needs no file in a folder. */
static int64_t
add_source(struct fixture *f)
{
	int64_t id = 0;

	assert_int_equal(
	    db_get_int(f->w->db,
		"INSERT INTO torrent (name, hash_index, added_at, "
		"last_used_at) VALUES ('t', X'01', 1, 1) RETURNING id",
		DB_NONE, &id, &f->w->err),
	    1);
	struct source source = { .title_id = f->grown,
		.torrent_id = id,
		.quality = "HD",
		.size = 1 };

	assert_ok(store_source_put_torrent(f->w->db, &source, &f->w->err),
	    &f->w->err);
	return source.id;
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct progress place = { .position = 10, .duration = 100 };
	struct episode episode = { .season = 1, .number = 1 };
	struct world *w;

	if (world_setup((void **)&f->w) == -1)
		return -1;
	w = f->w;
	seed_user(w, "a@example.org", USER_ROLE_USER, f->user);
	f->parent = f->child = f->teen = seed_viewer(w, f->user);
	f->child.is_unlimited = f->teen.is_unlimited = false;
	f->child.limit = 6;
	f->teen.limit = 16;
	f->teen.allows_unrated = true;
	f->open = seed_title(w, TITLE_MOVIE, "Open", 2000, "Family");
	f->grown = seed_title(w, TITLE_MOVIE, "Grown", 2001, "Horror");
	f->unrated = seed_title(w, TITLE_MOVIE, "Unrated", 2002, "Horror");
	f->show = seed_title(w, TITLE_SHOW, "Show", 2003, "Horror");
	rate(f, f->open, "G", 0);
	rate(f, f->grown, "R", 17);
	rate(f, f->show, NULL, 12);
	episode.title_id = f->show;
	assert_ok(store_episode_merge(w->db, &episode, &w->err), &w->err);
	f->episode = episode.id;
	assert_ok(
	    store_episode_set_still(w->db, f->episode, HIDDEN_PICTURE, &w->err),
	    &w->err);
	assert_int_equal(db_run(w->db, "UPDATE episode SET is_playable = 1",
			     DB_NONE, &w->err),
	    1);
	f->source = add_source(f);
	place.title_id = f->grown;
	assert_ok(
	    store_progress_put(w->db, &f->parent, &place, &w->err), &w->err);
	place.title_id = f->open;
	assert_ok(
	    store_progress_put(w->db, &f->parent, &place, &w->err), &w->err);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	world_teardown((void **)&f->w);
	free(f);
	return 0;
}

static bool
sees(struct fixture *f, const struct viewer *viewer, int64_t id)
{
	struct title title;
	enum store_result found = store_title_find_id(
	    f->w->reader, f->w->arena, viewer, id, &title, &f->w->err);

	assert_int_not_equal(found, STORE_ERROR);
	return found == STORE_OK;
}

static void
test_who_sees_what(void **state)
{
	const struct viewer nobody = { 0 };
	struct fixture *f = *state;

	assert_true(sees(f, &f->parent, f->grown));
	assert_true(sees(f, &f->parent, f->unrated));
	assert_true(sees(f, &store_unlimited, f->grown));
	assert_true(sees(f, &f->child, f->open));
	assert_false(sees(f, &f->child, f->grown));
	assert_false(sees(f, &f->child, f->unrated));
	assert_false(sees(f, &f->child, f->show));
	assert_true(sees(f, &f->teen, f->unrated));
	assert_true(sees(f, &f->teen, f->show));
	assert_false(sees(f, &f->teen, f->grown));
	assert_true(sees(f, &nobody, f->open));
	assert_false(sees(f, &nobody, f->unrated));
	rate(f, f->open, "PG", 7);
	assert_false(sees(f, &f->child, f->open));
	rate(f, f->open, "PG", 6);
	assert_true(sees(f, &f->child, f->open));
}

static void
test_wider(void **state)
{
	struct fixture *f = *state;

	assert_true(store_viewer_is_wider(&f->parent, &f->child));
	assert_true(store_viewer_is_wider(&f->teen, &f->child));
	assert_false(store_viewer_is_wider(&f->child, &f->teen));
	assert_false(store_viewer_is_wider(&f->child, &f->child));
	f->teen.limit = 3;
	assert_true(store_viewer_is_wider(&f->teen, &f->child));
}

static void
test_titles(void **state)
{
	struct fixture *f = *state;
	struct world *w = f->w;
	struct title title, *similar;
	struct genre *genres;
	size_t n;

	assert_ok(store_title_find_id(w->reader, w->arena, &f->parent, f->grown,
		      &title, &w->err),
	    &w->err);
	assert_string_equal(title.certification, "R");
	assert_true(title.is_rated);
	assert_int_equal(title.minimum_age, 17);
	assert_int_equal(store_title_find(w->reader, w->arena, &f->child,
			     TITLE_MOVIE, title.pid, &title, &w->err),
	    STORE_NONE);
	assert_int_equal(db_run(w->db,
			     "UPDATE title SET imdb_id = 'tt17', "
			     "tmdb_id = 1717 WHERE name = 'Grown'",
			     DB_NONE, &w->err),
	    1);
	assert_int_equal(store_title_find_imdb(w->reader, w->arena, &f->child,
			     "tt17", &title, &w->err),
	    STORE_NONE);
	assert_int_equal(store_title_find(w->reader, w->arena, &f->child,
			     TITLE_MOVIE, 1717, &title, &w->err),
	    STORE_NONE);
	assert_ok(store_title_similar(w->reader, w->arena, &f->parent, f->show,
		      9, &similar, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 2);
	assert_ok(store_title_similar(w->reader, w->arena, &f->teen, f->show, 9,
		      &similar, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_ok(store_genre_list(
		      w->reader, w->arena, &f->parent, &genres, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 2);
	assert_ok(store_genre_list(
		      w->reader, w->arena, &f->child, &genres, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_string_equal(genres[0].name, "Family");
	assert_int_equal(genres[0].n_titles, 1);
}

/* Items and total of a list, which must agree. */
static int64_t
count_list(struct fixture *f, const struct viewer *viewer,
    const struct title_query *query)
{
	const struct store_page page = { .size = 100 };
	struct title_list list;

	assert_ok(store_title_list(f->w->reader, f->w->arena, viewer, query,
		      &page, &list, &f->w->err),
	    &f->w->err);
	assert_int_equal(list.n, list.total);
	return list.total;
}

static void
test_lists(void **state)
{
	struct fixture *f = *state;
	struct title_query query = { 0 };
	int sort, playable;

	assert_int_equal(db_run(f->w->db, "UPDATE title SET is_playable = 1",
			     DB_NONE, &f->w->err),
	    4);
	for (sort = TITLE_SORT_NAME; sort <= TITLE_SORT_POPULARITY; sort++)
		for (playable = 0; playable < 2; playable++) {
			query =
			    (struct title_query){ .sort = (enum title_sort)sort,
				    .playable_only = playable == 1 };
			assert_int_equal(count_list(f, &f->parent, &query), 4);
			assert_int_equal(count_list(f, &f->child, &query), 1);
			query.kind = TITLE_MOVIE;
			assert_int_equal(count_list(f, &f->teen, &query), 2);
			query.year = 2001;
			assert_int_equal(count_list(f, &f->parent, &query), 1);
			assert_int_equal(count_list(f, &f->teen, &query), 0);
			query.year = 0;
			query.genre = "horror";
			assert_int_equal(count_list(f, &f->parent, &query), 2);
			assert_int_equal(count_list(f, &f->teen, &query), 1);
			assert_int_equal(count_list(f, &f->child, &query), 0);
		}
}

static void
test_episodes(void **state)
{
	struct fixture *f = *state;
	struct world *w = f->w;
	const struct viewer *who[] = { &f->teen, &f->child };
	struct episode *episodes, episode;
	struct season *seasons;
	enum store_result wanted;
	size_t i, n;

	for (i = 0; i < COUNT_OF(who); i++) {
		wanted = i == 0 ? STORE_OK : STORE_NONE;
		assert_ok(store_season_list(w->reader, w->arena, who[i],
			      f->show, &seasons, &n, &w->err),
		    &w->err);
		assert_int_equal(n, 1 - i);
		assert_ok(store_episode_list(w->reader, w->arena, who[i],
			      f->show, -1, &episodes, &n, &w->err),
		    &w->err);
		assert_int_equal(n, 1 - i);
		assert_ok(store_episode_list(w->reader, w->arena, who[i],
			      f->show, 1, &episodes, &n, &w->err),
		    &w->err);
		assert_int_equal(n, 1 - i);
		assert_int_equal(store_episode_find(w->reader, w->arena, who[i],
				     f->show, 1, 1, &episode, &w->err),
		    wanted);
		assert_int_equal(store_episode_find_id(w->reader, w->arena,
				     who[i], f->episode, &episode, &w->err),
		    wanted);
		assert_int_equal(store_episode_near(w->reader, w->arena, who[i],
				     f->show, 1, -1, true, &episode, &w->err),
		    wanted);
		assert_int_equal(store_episode_near(w->reader, w->arena, who[i],
				     f->show, 1, 9, false, &episode, &w->err),
		    wanted);
	}
}

static void
test_sources_and_pictures(void **state)
{
	struct fixture *f = *state;
	struct world *w = f->w;
	struct source source, *sources;
	bool is_used;
	size_t n;

	assert_ok(store_source_list(w->reader, w->arena, &f->parent, f->grown,
		      0, &sources, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_ok(store_source_list(w->reader, w->arena, &f->teen, f->grown, 0,
		      &sources, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 0);
	assert_int_equal(store_source_find(w->reader, w->arena, &f->teen,
			     f->source, &source, &w->err),
	    STORE_NONE);
	assert_int_equal(store_source_choose(w->reader, w->arena, &f->teen,
			     f->grown, 0, "auto", &source, &w->err),
	    STORE_NONE);
	assert_ok(store_title_uses_picture(
		      w->reader, &f->teen, HIDDEN_PICTURE, &is_used, &w->err),
	    &w->err);
	assert_true(is_used);
	assert_ok(store_title_uses_picture(
		      w->reader, &f->child, HIDDEN_PICTURE, &is_used, &w->err),
	    &w->err);
	assert_false(is_used);
}

static void
test_segments(void **state)
{
	struct fixture *f = *state;
	struct world *w = f->w;
	const struct segment_place place = {
		.title_id = f->grown, .season = -1, .episode = -1
	};
	struct segment_mark mark = { .start = 1, .end = 2 }, *marks;
	size_t n;

	assert_int_equal(
	    store_segment_put(w->db, &f->teen, &place, &mark, &w->err),
	    STORE_NONE);
	assert_ok(store_segment_put(w->db, &f->parent, &place, &mark, &w->err),
	    &w->err);
	assert_ok(store_segment_list(w->reader, w->arena, &f->parent, &place,
		      &marks, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_ok(store_segment_list(w->reader, w->arena, &f->teen, &place,
		      &marks, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 0);
	assert_int_equal(store_segment_remove(
			     w->db, &f->teen, &place, SEGMENT_INTRO, &w->err),
	    STORE_NONE);
	assert_ok(store_segment_remove(
		      w->db, &f->parent, &place, SEGMENT_INTRO, &w->err),
	    &w->err);
}

static void
test_places(void **state)
{
	const struct store_page page = { .size = 10 };
	struct fixture *f = *state;
	struct world *w = f->w;
	const struct title films[] = { { .id = f->grown }, { .id = f->open } };
	struct progress *rows, at;
	struct progress_continue *begun;
	int64_t total;
	char *cursor;
	size_t n;

	assert_ok(store_progress_page(w->reader, w->arena, &f->parent, &page,
		      &rows, &n, &cursor, &total, &w->err),
	    &w->err);
	assert_int_equal(n, 2);
	assert_ok(store_progress_page(w->reader, w->arena, &f->child, &page,
		      &rows, &n, &cursor, &total, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_int_equal(total, 1);
	assert_int_equal(rows[0].title_id, f->open);
	assert_ok(store_progress_list(
		      w->reader, w->arena, &f->child, 9, &rows, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_int_equal(store_progress_find(
			     w->reader, &f->child, f->grown, 0, &at, &w->err),
	    STORE_NONE);
	assert_ok(store_progress_of_title(w->reader, w->arena, &f->child,
		      f->grown, &rows, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 0);
	assert_ok(store_progress_of_movies(w->reader, w->arena, &f->child,
		      films, 2, &rows, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_ok(store_progress_continue(
		      w->reader, w->arena, &f->child, 9, &begun, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_int_equal(begun[0].title.id, f->open);
}

/* A key plays for as long as its profile may see the title. */
static void
test_keys(void **state)
{
	struct fixture *f = *state;
	struct world *w = f->w;
	struct session session = { .id = "s",
		.user_id = f->user,
		.profile_id = (char *)(uintptr_t)f->parent.profile_id,
		.device = "d",
		.address = "a" };
	struct stream_key key = { .user_id = f->user,
		.session_id = "s",
		.profile_id = session.profile_id,
		.title_id = f->grown,
		.source_id = f->source,
		.quality = "HD" };

	assert_ok(store_session_add(w->db, &session, &w->err), &w->err);
	assert_ok(store_stream_key_add(w->db, &key, &w->err), &w->err);
	assert_ok(
	    store_stream_key_find(w->reader, w->arena, key.hash, &key, &w->err),
	    &w->err);
	assert_true(key.viewer.is_unlimited);
	assert_int_equal(db_run(w->db, "UPDATE profile SET maturity_limit = 16",
			     DB_NONE, &w->err),
	    1);
	assert_int_equal(
	    store_stream_key_find(w->reader, w->arena, key.hash, &key, &w->err),
	    STORE_NONE);
	rate(f, f->grown, NULL, 16);
	assert_ok(
	    store_stream_key_find(w->reader, w->arena, key.hash, &key, &w->err),
	    &w->err);
	assert_int_equal(key.viewer.limit, 16);
	rate(f, f->grown, NULL, -1);
	assert_int_equal(
	    store_stream_key_find(w->reader, w->arena, key.hash, &key, &w->err),
	    STORE_NONE);
	assert_ok(
	    store_session_find(w->reader, w->arena, "s", &session, &w->err),
	    &w->err);
	assert_false(session.viewer.is_unlimited);
	assert_int_equal(session.viewer.limit, 16);
	assert_false(session.viewer.allows_unrated);
}

/* What scans and imports find neither rates nor unrates what was rated. */
static void
test_merge_keeps_rating(void **state)
{
	struct fixture *f = *state;
	struct world *w = f->w;
	struct title again = { .kind = TITLE_MOVIE,
		.name = "Grown",
		.year = 2001,
		.certification = "G",
		.is_rated = true };
	struct title bare = {
		.kind = TITLE_MOVIE, .name = "Unrated", .year = 2002
	};
	bool added;

	assert_ok(
	    store_title_merge(w->db, &again, "file", &added, &w->err), &w->err);
	assert_ok(
	    store_title_merge(w->db, &bare, "file", &added, &w->err), &w->err);
	assert_false(sees(f, &f->teen, f->grown));
	assert_false(sees(f, &f->child, f->unrated));
	bare.certification = "G";
	bare.is_rated = true;
	assert_ok(
	    store_title_merge(w->db, &bare, "file", &added, &w->err), &w->err);
	assert_true(sees(f, &f->child, f->unrated));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_who_sees_what),
		TEST(test_wider),
		TEST(test_titles),
		TEST(test_lists),
		TEST(test_episodes),
		TEST(test_sources_and_pictures),
		TEST(test_segments),
		TEST(test_places),
		TEST(test_keys),
		TEST(test_merge_keeps_rating),
	};

	return cmocka_run_group_tests_name("store/maturity", tests, NULL, NULL);
}
