/*
 * What the scanner learns of where films can be begun, and films that were known before
 * that was asked.
 */
#include "tests/unit/scan/files.h"

#include "daemon/miaud/scan/scan.h"

#define INDEXES "SELECT COUNT(*) FROM media_index"
#define WITH_KEYS INDEXES " WHERE length(keys) > 0 AND is_read = 1"
#define FULL                                                                   \
	"SELECT COUNT(*) FROM library_file WHERE probe LIKE '%\"chapters\":[%'"

static void
run(struct house *h, const char *sql)
{
	assert_true(db_run(h->w->db, sql, DB_NONE, &h->w->err) >= 0);
	db_release(h->w->db);
}

static void
films_get_an_index(void **state)
{
	struct house *h = *state;
	int64_t first;

	house_film(h, "A (2001).mkv");
	house_film(h, "Show (2015)/Season 01/Show S01E02.mkv");
	house_file(h, "Three (2001).mp4", "abc", 3);
	house_begin(h);
	assert_int_equal(house_count(h, WITH_KEYS), 2);
	assert_int_equal(house_count(h, INDEXES), 2);
	first = house_count(h, "SELECT SUM(id) FROM media_index");
	house_scan(h);
	assert_int_equal(
	    house_count(h, "SELECT SUM(id) FROM media_index"), first);
	/* another film at the same place */
	house_film(h, "A (2001).mkv");
	run(h, "UPDATE media_index SET begins = -5");
	run(h, "UPDATE library_file SET modified_at = 7");
	house_scan(h);
	assert_int_equal(house_count(h, WITH_KEYS), 2);
	assert_int_equal(house_count(h, INDEXES " WHERE begins = -5"), 0);
}

/* They stay what they are while they are looked into. */
static void
films_known_before_are_looked_into_again(void **state)
{
	struct house *h = *state;
	int64_t title, source, until = clock_mono_ms() + HOUSE_WAIT_MS;
	bool done = false;
	struct json_object *status;

	house_film(h, "A (2001).mkv");
	house_begin(h);
	title = house_count(h, "SELECT title_id FROM source");
	source = house_count(h, "SELECT id FROM source");
	run(h, "DELETE FROM media_index");
	run(h,
	    "UPDATE library_file SET probe = '{\"container\":\"matroska\"}'");
	run(h, "UPDATE title SET name = 'By hand'");
	assert_int_equal(house_count(h, FULL), 0);
	scanner_scan(&h->miaud, h->folder);
	scanner_when_idle(&h->miaud, house_on_idle, &done);
	while (!done && clock_mono_ms() < until) {
		house_turn(h);
		assert_int_equal(house_count(h,
				     "SELECT COUNT(*) FROM source s "
				     "JOIN library_file f ON f.state = 'ok' "
				     "JOIN title t ON t.is_playable = 1"),
		    1);
	}
	assert_true(done);
	assert_int_equal(house_count(h, FULL), 1);
	assert_int_equal(house_count(h, WITH_KEYS), 1);
	assert_int_equal(house_count(h, "SELECT title_id FROM source"), title);
	assert_int_equal(house_count(h, "SELECT id FROM source"), source);
	assert_int_equal(
	    house_count(h, "SELECT COUNT(*) FROM title WHERE name = 'By hand'"),
	    1);
	status = json_object_new_object();
	scanner_status(&h->miaud, status);
	assert_int_equal(json_get_int(status, "found", -1), 1);
	assert_int_equal(json_get_int(status, "done", -1), 1);
	json_object_put(status);
}

/* A film that plays is not lost because it cannot be looked into now. */
static void
films_known_before_are_not_refused(void **state)
{
	struct house *h = *state;
	struct stat st;
	int fd;

	house_film(h, "A (2001).mkv");
	house_begin(h);
	run(h, "DELETE FROM media_index");
	/* other bytes under the same time and size */
	assert_int_equal(stat(house_path(h, "A (2001).mkv"), &st), 0);
	fd = open(house_path(h, "A (2001).mkv"), O_WRONLY);
	assert_true(fd != -1);
	assert_int_equal(pwrite(fd, "#EXTM3U\n", 8, 0), 8);
	assert_int_equal(
	    futimens(fd, (struct timespec[]){ st.st_mtim, st.st_mtim }), 0);
	close(fd);
	house_scan(h);
	assert_string_equal(house_state(h, "A (2001).mkv"), "ok");
	assert_int_equal(
	    house_count(h, "SELECT COUNT(*) FROM title WHERE is_playable = 1"),
	    1);
	assert_int_equal(house_count(h, FULL), 1);
	assert_string_equal(house_reason(h, "A (2001).mkv"), "matched");
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, house_setup, house_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(films_get_an_index),
		TEST(films_known_before_are_looked_into_again),
		TEST(films_known_before_are_not_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
