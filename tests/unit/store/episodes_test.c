/* Seasons and episodes: merging, order, what comes next. */
#include "tests/unit/helpers.h"

static void
test_merge(void **state)
{
	struct world *w = *state;
	int64_t show = seed_title(w, TITLE_SHOW, "S", 0, NULL);
	int64_t id = seed_episode(w, show, 1, 2);
	struct episode more = { .title_id = show,
		.season = 1,
		.number = 2,
		.name = (char[]){ "The Pilot" },
		.overview = (char[]){ "It begins." } };
	struct episode found;

	assert_ok(store_episode_find(w->db, w->arena, &store_unlimited, show, 1,
		      2, &found, &w->err),
	    &w->err);
	assert_string_equal(found.name, "Episode 2");
	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_ok(store_episode_merge(w->db, &more, &w->err), &w->err);
	assert_int_equal(more.id, id);
	more.name = (char[]){ "Another" };
	more.runtime = 50;
	assert_ok(store_episode_merge(w->db, &more, &w->err), &w->err);
	assert_ok(db_commit(w->db, &w->err), &w->err);
	assert_ok(
	    store_episode_set_still(w->db, id, "s.jpg", &w->err), &w->err);
	assert_ok(store_episode_find_id(w->reader, w->arena, &store_unlimited,
		      id, &found, &w->err),
	    &w->err);
	assert_string_equal(found.name, "The Pilot");
	assert_string_equal(found.overview, "It begins.");
	assert_int_equal(found.runtime, 50);
	assert_string_equal(found.still, "s.jpg");
	assert_int_equal(store_episode_find(w->db, w->arena, &store_unlimited,
			     show, 1, 3, &found, &w->err),
	    STORE_NONE);
	assert_int_equal(
	    store_episode_set_still(w->db, 99, "x", &w->err), STORE_NONE);
}

static enum store_result
near(struct world *w, int64_t show, int64_t season, int64_t number,
    bool is_later, struct episode *out)
{
	return store_episode_near(w->reader, w->arena, &store_unlimited, show,
	    season, number, is_later, out, &w->err);
}

static void
test_order(void **state)
{
	static const int64_t numbers[][2] = { { 2, 1 }, { 1, 10 }, { 0, 1 },
		{ 1, 2 }, { 1, 9 } };
	struct world *w = *state;
	int64_t show = seed_title(w, TITLE_SHOW, "S", 0, NULL);
	int64_t other = seed_title(w, TITLE_SHOW, "O", 0, NULL);
	struct season *seasons;
	struct episode *episodes, next;
	size_t i, n;

	for (i = 0; i < COUNT_OF(numbers); i++)
		seed_episode(w, show, numbers[i][0], numbers[i][1]);
	seed_episode(w, other, 1, 11);
	assert_ok(store_season_list(w->reader, w->arena, &store_unlimited, show,
		      &seasons, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 3);
	assert_string_equal(seasons[0].name, "Specials");
	assert_string_equal(seasons[1].name, "Season 1");
	assert_int_equal(seasons[1].n_episodes, 3);
	assert_ok(store_episode_list(w->reader, w->arena, &store_unlimited,
		      show, -1, &episodes, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 5);
	for (i = 1; i < n; i++)
		assert_true(episodes[i].season * 100 + episodes[i].number >
		    episodes[i - 1].season * 100 + episodes[i - 1].number);
	assert_ok(store_episode_list(w->reader, w->arena, &store_unlimited,
		      show, 1, &episodes, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 3);
	assert_true(
	    db_run(w->db, "UPDATE episode SET is_playable = number <> 9",
		DB_NONE, &w->err) > 0);
	assert_ok(near(w, show, 1, 2, true, &next), &w->err);
	assert_int_equal(next.number, 10);
	assert_ok(near(w, show, 1, 10, true, &next), &w->err);
	assert_int_equal(next.season, 2);
	assert_int_equal(near(w, show, 2, 1, true, &next), STORE_NONE);
	assert_int_equal(near(w, show, 0, 1, true, &next), STORE_NONE);
	assert_ok(near(w, show, 2, 1, false, &next), &w->err);
	assert_int_equal(next.number, 10);
	assert_ok(near(w, show, 1, 10, false, &next), &w->err);
	assert_int_equal(next.number, 2);
	assert_int_equal(near(w, show, 1, 2, false, &next), STORE_NONE);
	assert_ok(near(w, show, 1, -1, true, &next), &w->err);
	assert_int_equal(next.season, 1);
	assert_ok(near(w, show, 0, -1, true, &next), &w->err);
	assert_int_equal(next.season, 0);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_merge),
		TEST(test_order),
	};

	return cmocka_run_group_tests_name("store/episodes", tests, NULL, NULL);
}
