/*
 * What Play would start, for a person with a past.
 */
#include "tests/unit/helpers.h"

#include "lib/base/json.h"
#include "lib/view/view.h"
#include "lib/view/watch.h"

/* A show: specials 0x1, seasons 1 (1, 2, 3) and 2 (1); 1x2 has no source. */
struct fixture {
	struct world *w;
	struct viewer viewer;
	struct watch watch;
	int64_t show;
	int64_t special, one, two, three, four;
	int64_t now;
};

static int64_t
add_episode(struct fixture *f, int64_t season, int64_t number, bool is_playable)
{
	int64_t id = seed_episode(f->w, f->show, season, number);

	assert_int_equal(
	    db_run(f->w->db,
		"UPDATE episode SET is_playable = ?2 WHERE id = ?1",
		DB_ARGS(DB_INT(id), DB_INT(is_playable)), &f->w->err),
	    1);
	return id;
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char user[UUID_SIZE];

	if (world_setup((void **)&f->w) == -1)
		return -1;
	seed_user(f->w, "a@example.org", USER_ROLE_USER, user);
	f->viewer = seed_viewer(f->w, user);
	f->watch = (struct watch){ f->w->db, f->w->arena, &f->viewer };
	f->show = seed_title(f->w, TITLE_SHOW, "Show", 2000, NULL);
	f->special = add_episode(f, 0, 1, true);
	f->one = add_episode(f, 1, 1, true);
	f->two = add_episode(f, 1, 2, false);
	f->three = add_episode(f, 1, 3, true);
	f->four = add_episode(f, 2, 1, true);
	f->now = 1000000;
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

static void
watch(struct fixture *f, int64_t episode, double fraction)
{
	struct progress progress = { .title_id = f->show,
		.episode_id = episode,
		.position = -1,
		.duration = 100,
		.fraction = fraction,
		.updated_at = ++f->now };

	assert_ok(store_progress_put(
		      f->w->db, f->watch.viewer, &progress, &f->w->err),
	    &f->w->err);
}

/* The next episode's id; *position where it would begin. */
static int64_t
next(struct fixture *f, double *position)
{
	struct watched watched;
	struct episode episode;
	struct progress place;

	assert_ok(
	    watch_show(&f->watch, f->show, &watched, &f->w->err), &f->w->err);
	assert_ok(watch_next(&f->watch, f->show, &watched, &episode, &place,
		      &f->w->err),
	    &f->w->err);
	*position = place.id == 0 ? 0 : place.position;
	return episode.id;
}

static void
test_next(void **state)
{
	struct fixture *f = *state;
	double position;

	/* Specials are not the beginning. */
	assert_int_equal(next(f, &position), f->one);
	assert_true(position == 0);
	watch(f, f->one, 0.4);
	assert_int_equal(next(f, &position), f->one);
	assert_true(position == 40);
	/* Over what has no source, then over the border of a season. */
	watch(f, f->one, 0.95);
	assert_int_equal(next(f, &position), f->three);
	watch(f, f->three, 1);
	assert_int_equal(next(f, &position), f->four);
	/* The one begun last, also when it is an earlier one. */
	watch(f, f->one, 0.2);
	assert_int_equal(next(f, &position), f->one);
	/* After the last one, from the beginning. */
	watch(f, f->four, 1);
	assert_int_equal(next(f, &position), f->one);
}

static void
test_only_specials(void **state)
{
	struct fixture *f = *state;
	double position;

	assert_int_equal(db_run(f->w->db,
			     "UPDATE episode SET is_playable = 0 "
			     "WHERE season > 0",
			     DB_NONE, &f->w->err),
	    4);
	assert_int_equal(next(f, &position), f->special);
	assert_int_equal(db_run(f->w->db, "UPDATE episode SET is_playable = 0",
			     DB_NONE, &f->w->err),
	    5);
	assert_int_equal(next(f, &position), 0);
}

static void
test_neighbours(void **state)
{
	struct fixture *f = *state;
	struct episode at, out;
	struct err *err = &f->w->err;

	assert_ok(store_episode_find_id(f->w->db, f->w->arena, &store_unlimited,
		      f->three, &at, err),
	    err);
	assert_ok(watch_neighbour(&f->watch, &at, -1, &out, err), err);
	assert_int_equal(out.id, f->one);
	assert_ok(watch_neighbour(&f->watch, &at, 1, &out, err), err);
	assert_int_equal(out.id, f->four);
	assert_ok(store_episode_find_id(f->w->db, f->w->arena, &store_unlimited,
		      f->four, &at, err),
	    err);
	assert_ok(watch_neighbour(&f->watch, &at, 1, &out, err), err);
	assert_int_equal(out.id, 0);
}

static double
position(struct json_object *item)
{
	return json_get_real(json_get_object(item, "progress"), "position", -1);
}

/* Items of a list carry both, each its own. */
static void
test_items(void **state)
{
	struct fixture *f = *state;
	const struct view view = { f->w->arena, "/" };
	struct json_object *items, *obj, *ref;
	struct title titles[3];
	int64_t ids[3] = { seed_title(f->w, TITLE_MOVIE, "New", 2001, NULL),
		f->show, seed_title(f->w, TITLE_MOVIE, "Begun", 2002, NULL) };
	size_t i;

	watch(f, f->three, 0.5);
	f->show = ids[2];
	watch(f, 0, 0.25);
	for (i = 0; i < COUNT_OF(ids); i++)
		assert_ok(store_title_find_id(f->w->db, f->w->arena,
			      &store_unlimited, ids[i], &titles[i], &f->w->err),
		    &f->w->err);
	items = watch_items(&f->watch, &view, titles, 3, &f->w->err);
	assert_non_null(items);
	assert_true(position(json_object_array_get_idx(items, 0)) == -1);
	obj = json_object_array_get_idx(items, 1);
	assert_string_equal(json_get_text(obj, "_type", ""), "tvshow");
	ref = json_get_object(obj, "next");
	assert_int_equal(json_get_int(ref, "episode", -1), 3);
	assert_true(position(obj) == 50);
	assert_true(position(json_object_array_get_idx(items, 2)) == 25);
	json_object_put(items);
	items = watch_items(&f->watch, &view, NULL, 0, &f->w->err);
	assert_int_equal(json_object_array_length(items), 0);
	json_object_put(items);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_next),
		TEST(test_only_specials),
		TEST(test_neighbours),
		TEST(test_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
