/* Progress: what counts as watched, once per watching, and what comes next. */
#include "tests/unit/helpers.h"

#include <math.h>

#include "lib/store/progress.h"

/* Sees everything, and is nobody's profile. */
static const struct viewer nobody = { .profile_id = "nobody",
	.is_unlimited = true };

struct person {
	char user[UUID_SIZE];
	struct viewer viewer;
};

static struct person
seed_person(struct world *w, const char *email)
{
	struct person person;

	seed_user(w, email, USER_ROLE_USER, person.user);
	person.viewer = seed_viewer(w, person.user);
	return person;
}

static struct progress
put(struct world *w, const struct person *viewer, struct progress progress)
{
	assert_ok(
	    store_progress_put(w->db, &viewer->viewer, &progress, &w->err),
	    &w->err);
	assert_ok(
	    store_progress_find(w->reader, &viewer->viewer, progress.title_id,
		progress.episode_id, &progress, &w->err),
	    &w->err);
	return progress;
}

static int64_t
count_history(struct world *w)
{
	int64_t n = -1;

	assert_int_equal(db_get_int(w->reader, "SELECT COUNT(*) FROM history",
			     DB_NONE, &n, &w->err),
	    1);
	return n;
}

static void
test_words(void **state)
{
	int status;

	(void)state;
	for (status = PROGRESS_WATCHING; status <= PROGRESS_COMPLETED; status++)
		assert_int_equal(store_progress_status_parse(
				     store_progress_status_name(status)),
		    status);
	assert_int_equal(store_progress_status_parse("seen"), -1);
}

static void
test_rules(void **state)
{
	struct world *w = *state;
	struct person v = seed_person(w, "a@example.org");
	int64_t film = seed_title(w, TITLE_MOVIE, "F", 0, NULL);
	struct progress p = { .title_id = film,
		.position = 30,
		.duration = 100,
		.fraction = -1,
		.updated_at = 5 };

	p = put(w, &v, p);
	assert_true(p.fraction == 0.3 && p.updated_at == 5);
	assert_int_equal(p.status, PROGRESS_WATCHING);
	/* From the fraction; the duration is known from before. */
	p = put(w, &v,
	    (struct progress){ .title_id = film,
		.position = -1,
		.fraction = 0.5,
		.status = PROGRESS_PAUSED });
	assert_true(p.position == 50 && p.duration == 100);
	assert_int_equal(p.status, PROGRESS_PAUSED);
	assert_true(p.updated_at > 5);
	assert_int_equal(count_history(w), 0);
	/* Just below and just on the line. */
	p = put(
	    w, &v, (struct progress){ .title_id = film, .fraction = 0.9199 });
	assert_int_equal(p.status, PROGRESS_WATCHING);
	p = put(w, &v, (struct progress){ .title_id = film, .fraction = 0.92 });
	assert_int_equal(p.status, PROGRESS_COMPLETED);
	assert_int_equal(count_history(w), 1);
	/* The credits go on: no second time. */
	p = put(w, &v, (struct progress){ .title_id = film, .fraction = 1 });
	assert_int_equal(count_history(w), 1);
	/* From the beginning again, to the end again. */
	p = put(w, &v, (struct progress){ .title_id = film, .fraction = 0.1 });
	assert_int_equal(p.status, PROGRESS_WATCHING);
	p = put(w, &v, (struct progress){ .title_id = film, .fraction = 0.99 });
	assert_int_equal(count_history(w), 2);
}

static void
test_hostile_numbers(void **state)
{
	struct world *w = *state;
	struct person v = seed_person(w, "a@example.org");
	int64_t film = seed_title(w, TITLE_MOVIE, "F", 0, NULL);
	struct progress p;

	p = put(w, &v,
	    (struct progress){ .title_id = film,
		.position = 1e9,
		.duration = 100,
		.fraction = -1 });
	assert_true(p.position == 100 && p.fraction == 1);
	p = put(w, &v,
	    (struct progress){ .title_id = film,
		.position = (double)NAN,
		.duration = (double)INFINITY,
		.fraction = (double)NAN });
	assert_true(p.position == 0 && p.fraction == 0 && p.duration == 100);
	p = put(w, &v,
	    (struct progress){ .title_id = film,
		.position = -1,
		.duration = -5,
		.fraction = -1 });
	assert_true(p.position == 0 && p.fraction == 0);
	/* Marked as watched by hand. */
	p = put(w, &v,
	    (struct progress){ .title_id = film,
		.position = -1,
		.fraction = -1,
		.status = PROGRESS_COMPLETED });
	assert_true(p.fraction == 1 && p.position == 100);
	assert_err(store_progress_put(w->db, &v.viewer,
		       &(struct progress){ .title_id = 999 }, &w->err),
	    &w->err, ERR_CONFLICT);
	assert_err(store_progress_put(w->db, &nobody,
		       &(struct progress){ .title_id = film }, &w->err),
	    &w->err, ERR_CONFLICT);
}

static void
test_lists(void **state)
{
	struct world *w = *state;
	struct person v = seed_person(w, "a@example.org");
	struct person other = seed_person(w, "b@example.org");
	int64_t film = seed_title(w, TITLE_MOVIE, "F", 0, NULL);
	int64_t show = seed_title(w, TITLE_SHOW, "S", 0, NULL);
	int64_t episode = seed_episode(w, show, 2, 3);
	struct progress *rows;
	size_t n;

	put(w, &v, (struct progress){ .title_id = film, .updated_at = 10 });
	put(w, &v,
	    (struct progress){
		.title_id = show, .episode_id = episode, .updated_at = 20 });
	put(w, &other, (struct progress){ .title_id = film, .updated_at = 30 });
	assert_ok(store_progress_list(
		      w->reader, w->arena, &v.viewer, 10, &rows, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 2);
	assert_int_equal(rows[0].kind, TITLE_SHOW);
	assert_int_equal(rows[0].season, 2);
	assert_int_equal(rows[0].episode, 3);
	assert_int_equal(rows[0].pid, 2000000000);
	assert_int_equal(rows[1].kind, TITLE_MOVIE);
	assert_ok(store_progress_list(
		      w->reader, w->arena, &v.viewer, 1, &rows, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_ok(store_progress_of_title(
		      w->reader, w->arena, &v.viewer, show, &rows, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].episode_id, episode);
}

/* Pages, many rows with the same time: each comes once, newest first. */
static void
test_pages(void **state)
{
	struct world *w = *state;
	struct person v = seed_person(w, "a@example.org");
	int64_t show = seed_title(w, TITLE_SHOW, "S", 0, NULL), total, i;
	struct store_page page = { .size = 3 };
	struct progress *rows;
	int64_t last_at = INT64_MAX, last_id = INT64_MAX;
	size_t n, n_seen = 0, r;
	char *cursor;

	for (i = 1; i <= 10; i++)
		put(w, &v,
		    (struct progress){ .title_id = show,
			.episode_id = seed_episode(w, show, 1, i),
			.updated_at = 100 + i / 4 });
	do {
		assert_ok(store_progress_page(w->reader, w->arena, &v.viewer,
			      &page, &rows, &n, &cursor, &total, &w->err),
		    &w->err);
		assert_int_equal(total, 10);
		for (r = 0; r < n; r++, n_seen++) {
			assert_true(rows[r].updated_at < last_at ||
			    (rows[r].updated_at == last_at &&
				rows[r].id < last_id));
			last_at = rows[r].updated_at;
			last_id = rows[r].id;
		}
		page.cursor = cursor;
	} while (cursor != NULL);
	assert_int_equal(n_seen, 10);
	page.cursor = "dDEgYQ"; /* "t1 a" */
	assert_err(store_progress_page(w->reader, w->arena, &v.viewer, &page,
		       &rows, &n, &cursor, &total, &w->err),
	    &w->err, ERR_INVALID_FIELDS);
}

static void
watch(struct world *w, const struct person *v, int64_t title, int64_t episode,
    double fraction, int64_t at)
{
	put(w, v,
	    (struct progress){ .title_id = title,
		.episode_id = episode,
		.fraction = fraction,
		.updated_at = at });
}

static size_t
count_continue(struct world *w, const struct person *v)
{
	struct progress_continue *rows;
	size_t n;

	assert_ok(store_progress_continue(
		      w->reader, w->arena, &v->viewer, 10, &rows, &n, &w->err),
	    &w->err);
	return n;
}

static void
test_forget(void **state)
{
	struct world *w = *state;
	struct person v = seed_person(w, "a@example.org");
	struct person other = seed_person(w, "b@example.org");
	int64_t film = seed_title(w, TITLE_MOVIE, "F", 0, NULL);
	int64_t show = seed_title(w, TITLE_SHOW, "S", 0, NULL);
	int64_t e1 = seed_episode(w, show, 1, 1);
	int64_t e2 = seed_episode(w, show, 1, 2);
	struct progress at;

	watch(w, &v, film, 0, 1, 10);
	watch(w, &v, film, 0, 0.1, 20);
	watch(w, &v, film, 0, 1, 30);
	watch(w, &v, show, e1, 1, 40);
	watch(w, &v, show, e2, 0.5, 50);
	watch(w, &other, film, 0, 1, 60);
	assert_int_equal(count_history(w), 4);
	assert_ok(
	    store_progress_forget(w->db, &v.viewer, film, 0, &w->err), &w->err);
	assert_int_equal(
	    store_progress_find(w->reader, &v.viewer, film, 0, &at, &w->err),
	    STORE_NONE);
	/* The other times, and other people's, have been. */
	assert_int_equal(count_history(w), 3);
	assert_ok(store_progress_find(
		      w->reader, &other.viewer, film, 0, &at, &w->err),
	    &w->err);
	/* What was only begun has no history to lose. */
	assert_ok(store_progress_forget(w->db, &v.viewer, show, e2, &w->err),
	    &w->err);
	assert_int_equal(count_history(w), 3);
	assert_ok(
	    store_progress_find(w->reader, &v.viewer, show, e1, &at, &w->err),
	    &w->err);
	assert_int_equal(
	    store_progress_forget(w->db, &v.viewer, show, e2, &w->err),
	    STORE_NONE);
}

static void
test_hide(void **state)
{
	struct world *w = *state;
	struct person v = seed_person(w, "a@example.org");
	struct person other = seed_person(w, "b@example.org");
	int64_t film = seed_title(w, TITLE_MOVIE, "F", 0, NULL);
	int64_t show = seed_title(w, TITLE_SHOW, "S", 0, NULL);
	int64_t e1 = seed_episode(w, show, 1, 1);
	int64_t e2 = seed_episode(w, show, 1, 2);

	watch(w, &v, film, 0, 0.5, 10);
	watch(w, &v, show, e1, 0.5, 20);
	watch(w, &v, show, e2, 0.5, 30);
	watch(w, &other, show, e2, 0.5, 30);
	assert_int_equal(count_continue(w, &v), 2);
	/* The earlier episode does not take its place. */
	assert_ok(store_progress_hide(w->db, &v.viewer, show, true, &w->err),
	    &w->err);
	assert_int_equal(count_continue(w, &v), 1);
	assert_int_equal(count_continue(w, &other), 1);
	assert_ok(store_progress_hide(w->db, &v.viewer, show, false, &w->err),
	    &w->err);
	assert_int_equal(count_continue(w, &v), 2);
	assert_ok(store_progress_hide(w->db, &v.viewer, show, true, &w->err),
	    &w->err);
	watch(w, &v, show, e1, 0.6, 40);
	assert_int_equal(count_continue(w, &v), 2);
	assert_int_equal(
	    store_progress_hide(w->db, &v.viewer, 999999, true, &w->err),
	    STORE_NONE);
}

static void
test_continue(void **state)
{
	struct world *w = *state;
	struct person v = seed_person(w, "a@example.org");
	int64_t begun = seed_title(w, TITLE_MOVIE, "Begun", 0, "Drama");
	int64_t done = seed_title(w, TITLE_MOVIE, "Done", 0, NULL);
	int64_t show = seed_title(w, TITLE_SHOW, "Show", 0, NULL);
	int64_t ended = seed_title(w, TITLE_SHOW, "Ended", 0, NULL);
	int64_t folder = seed_folder(w, "/a");
	int64_t e1 = seed_episode(w, show, 1, 1), e4, last;
	struct progress_continue *rows;
	size_t n;

	seed_episode(w, show, 1, 2); /* has no file */
	seed_episode(w, show, 0, 1);
	e4 = seed_episode(w, show, 2, 1);
	last = seed_episode(w, ended, 1, 1);
	seed_source(w, show, e4, seed_file(w, folder, "e4.mp4"), "HD");
	watch(w, &v, begun, 0, 0.5, 10);
	watch(w, &v, done, 0, 1, 20);
	watch(w, &v, show, e1, 1, 30);
	watch(w, &v, ended, last, 1, 40);
	assert_ok(store_progress_continue(
		      w->reader, w->arena, &v.viewer, 10, &rows, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 2);
	assert_int_equal(rows[0].title.id, show);
	assert_int_equal(rows[0].episode.id, e4);
	assert_int_equal(rows[0].progress.id, 0);
	assert_int_equal(rows[1].title.id, begun);
	assert_string_equal(rows[1].title.genres[0], "Drama");
	assert_int_equal(rows[1].episode.id, 0);
	assert_true(rows[1].progress.fraction == 0.5);
	/* An episode begun takes the place of the next one. */
	watch(w, &v, show, e4, 0.2, 50);
	assert_ok(store_progress_continue(
		      w->reader, w->arena, &v.viewer, 1, &rows, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].episode.id, e4);
	assert_true(rows[0].progress.fraction == 0.2);
	assert_ok(store_progress_continue(
		      w->reader, w->arena, &nobody, 5, &rows, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 0);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		TEST(test_rules),
		TEST(test_hostile_numbers),
		TEST(test_lists),
		TEST(test_pages),
		TEST(test_continue),
		TEST(test_forget),
		TEST(test_hide),
	};

	return cmocka_run_group_tests_name("store/progress", tests, NULL, NULL);
}
