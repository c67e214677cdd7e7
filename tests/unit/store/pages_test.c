/*
 * Pages of progress and of files: every row once, whatever the page size, also
 * when rows are equal in what they are sorted by.
 */
#include "tests/unit/helpers.h"

#include "lib/store/progress.h"

enum { ROWS = 23 };

static void
test_progress(void **state)
{
	struct world *w = *state;
	struct store_page page = { .size = 5 };
	struct progress progress = {
		.position = 1, .duration = 10, .fraction = -1
	};
	struct progress *rows;
	char user[UUID_SIZE], name[24], *cursor;
	bool seen[ROWS + 1] = { false };
	struct viewer viewer;
	int64_t total, last = INT64_MAX;
	size_t n, i, found = 0;

	seed_user(w, "a@example.org", USER_ROLE_USER, user);
	viewer = seed_viewer(w, user);
	for (i = 0; i < ROWS; i++) {
		snprintf(name, sizeof(name), "Film %zu", i);
		progress.title_id =
		    seed_title(w, TITLE_MOVIE, name, 2000, NULL);
		/* Four of a kind: the time alone is no order. */
		progress.updated_at = 1000 + (int64_t)i / 4;
		assert_ok(
		    store_progress_put(w->db, &viewer, &progress, &w->err),
		    &w->err);
	}
	do {
		assert_ok(store_progress_page(w->db, w->arena, &viewer, &page,
			      &rows, &n, &cursor, &total, &w->err),
		    &w->err);
		assert_int_equal(total, ROWS);
		assert_true(n <= 5);
		for (i = 0; i < n; i++, found++) {
			assert_true(rows[i].id >= 1 && rows[i].id <= ROWS);
			assert_false(seen[rows[i].id]);
			seen[rows[i].id] = true;
			assert_true(rows[i].updated_at <= last);
			last = rows[i].updated_at;
		}
		page.cursor = cursor;
	} while (cursor != NULL);
	assert_int_equal(found, ROWS);
	page.cursor = "nonsense";
	assert_err(store_progress_page(w->db, w->arena, &viewer, &page, &rows,
		       &n, &cursor, &total, &w->err),
	    &w->err, ERR_INVALID_FIELDS);
}

static void
test_files_of_all_folders(void **state)
{
	struct world *w = *state;
	struct store_page page = { .size = 4 };
	int64_t one = seed_folder(w, "/one"), two = seed_folder(w, "/two");
	int64_t show = seed_title(w, TITLE_SHOW, "S", 2000, NULL);
	struct library_file_list list;
	size_t i, found = 0, episodes = 0;
	char path[24];
	int64_t id;

	for (i = 0; i < ROWS; i++) {
		snprintf(path, sizeof(path), "%zu.mkv", ROWS - i);
		id = seed_file(w, i % 2 == 0 ? one : two, path);
		if (i == 7)
			(void)seed_source(
			    w, show, seed_episode(w, show, 0, 3), id, "HD");
	}
	do {
		assert_ok(store_file_list(
			      w->db, w->arena, 0, NULL, &page, &list, &w->err),
		    &w->err);
		assert_int_equal(list.total, ROWS);
		for (i = 0; i < list.n; i++, found++) {
			if (!list.items[i].is_episode)
				continue;
			assert_int_equal(list.items[i].season, 0);
			assert_int_equal(list.items[i].episode, 3);
			episodes++;
		}
		page.cursor = list.cursor;
	} while (list.cursor != NULL);
	assert_int_equal(found, ROWS);
	assert_int_equal(episodes, 1);
	page.cursor = NULL;
	assert_ok(store_file_list(
		      w->db, w->arena, 0, "refused", &page, &list, &w->err),
	    &w->err);
	assert_int_equal(list.total, 0);
	assert_int_equal(list.n, 0);
}

static void
test_rename(void **state)
{
	struct world *w = *state;
	char one[UUID_SIZE], two[UUID_SIZE];
	struct user user;

	seed_user(w, "ann@example.org", USER_ROLE_USER, one);
	seed_user(w, "bob@example.org", USER_ROLE_USER, two);
	assert_ok(store_user_rename(w->db, one, "Anna", &w->err), &w->err);
	assert_ok(
	    store_user_find_login(w->db, w->arena, "ANNA", &user, &w->err),
	    &w->err);
	assert_string_equal(user.id, one);
	assert_err(store_user_rename(w->db, one, "BOB", &w->err), &w->err,
	    ERR_EMAIL_TAKEN);
	assert_int_equal(
	    store_user_rename(w->db, "nobody", "x", &w->err), STORE_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_progress, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_files_of_all_folders, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_rename, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
