/*
 * Names of tracks, read and written; where each kind is cut.
 */
#include "lib/hls/track.h"
#include "tests/unit/helpers.h"

static void
a_name_is_read_as_it_is_written(void **state UNUSED)
{
	static const char *const names[] = { "v-copy", "v-1080", "v-720",
		"v-480", "v-360", "a-0-copy", "a-12-aac", "a-999-aac", "s-0",
		"s-31", "v-720-s0", "v-1080-s12", "s-beside-7",
		"s-fetched-999999999" };
	char again[HLS_TRACK_NAME_SIZE];
	struct hls_track track;

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		assert_true(hls_track_read(names[i], &track));
		hls_track_name(&track, again);
		assert_string_equal(again, names[i]);
	}
}

static void
what_is_no_name_is_refused(void **state UNUSED)
{
	static const char *const names[] = { "", "v", "v-", "v-721", "v-0720",
		"v-copy2", "V-copy", "a-0", "a-0-mp3", "a-00-aac", "a--1-aac",
		"a-1000-aac", "a-0-aacx", "s-", "s--1", "s-1.5", "s-+1", " s-1",
		"t-0", "v-720-s", "v-720-s-1", "v-720-s1000", "v-721-s1",
		"v-copy-s1", "v-720-s01", "s-beside-", "s-beside-0",
		"s-beside--1", "s-fetched-1000000000", "s-fetched-01",
		"s-other-1" };
	struct hls_track track;

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (hls_track_read(names[i], &track))
			fail_msg("%s was read", names[i]);
}

static void
only_copied_pictures_need_an_index(void **state)
{
	static const int64_t keys[] = { 0, 5000, 11000 };
	static const struct hls_index index = {
		.keys = keys, .n = 3, .num = 1, .den = 1000, .end = 20000
	};
	struct hls_track track;
	struct hls_cuts cuts;
	struct err err;

	assert_true(hls_track_read("v-copy", &track));
	assert_int_equal(
	    hls_track_cuts(*state, &track, NULL, 20, &cuts, &err), -1);
	assert_int_equal(err.code, ERR_MEDIA_REFUSED);
	assert_int_equal(
	    hls_track_cuts(*state, &track, &index, 0, &cuts, &err), 0);
	assert_int_equal(cuts.n, 3);
	assert_true(cuts.at[1] == 5 * HLS_CLOCK);
	assert_true(hls_track_read("v-360", &track));
	assert_int_equal(
	    hls_track_cuts(*state, &track, NULL, 9, &cuts, &err), 0);
	assert_int_equal(cuts.n, 5);
	assert_true(hls_track_read("a-0-aac", &track));
	assert_int_equal(
	    hls_track_cuts(*state, &track, &index, 0, &cuts, &err), 0);
	assert_int_equal(cuts.n, 10);
	assert_int_equal(
	    hls_track_cuts(*state, &track, NULL, 0, &cuts, &err), -1);
	assert_true(hls_track_read("s-0", &track));
	assert_int_equal(
	    hls_track_cuts(*state, &track, NULL, 9, &cuts, &err), 0);
	assert_int_equal(cuts.n, 2);
}

static int
setup(void **state)
{
	*state = arena_new(WORLD_ARENA_MAX);
	return 0;
}

static int
teardown(void **state)
{
	arena_free(*state);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_read_as_it_is_written),
		cmocka_unit_test(what_is_no_name_is_refused),
		cmocka_unit_test_setup_teardown(
		    only_copied_pictures_need_an_index, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
