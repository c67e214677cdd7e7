/*
 * Cutting: segments begin at key frames, cover the whole film, and are of the length
 * that was asked for wherever the film lets them.
 */
#include "lib/hls/cuts.h"
#include "tests/unit/helpers.h"

enum { KEYS = 2000, ROUNDS = 300 };

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

static bool
is_key(const struct hls_index *index, int64_t at)
{
	for (size_t i = 0; i < index->n; i++) {
		int64_t exact = (index->keys[i] - index->start) * index->num *
		    HLS_CLOCK / index->den;

		if (at >= exact - 1 && at <= exact + 1)
			return true;
	}
	return false;
}

static void
check(const struct hls_index *index, const struct hls_cuts *cuts)
{
	int64_t longest = 0, length;

	for (size_t i = 1; i < index->n; i++) {
		length = (index->keys[i] - index->keys[i - 1]) * index->num *
		    HLS_CLOCK / index->den;
		if (length > longest)
			longest = length;
	}
	for (size_t i = 0; i < cuts->n; i++) {
		length = cuts->at[i + 1] - cuts->at[i];
		assert_true(length > 0);
		assert_true(is_key(index, cuts->at[i]));
		assert_true(length <= HLS_SEGMENT_S * HLS_CLOCK + longest + 2 ||
		    i + 1 == cuts->n);
		assert_true(length >= HLS_SEGMENT_S * HLS_CLOCK || i < 2 ||
		    i + 1 == cuts->n);
		assert_int_equal(hls_cuts_find(cuts, cuts->at[i]), i);
		assert_int_equal(hls_cuts_find(cuts, cuts->at[i + 1] - 1), i);
	}
	assert_int_equal(hls_cuts_find(cuts, INT64_MIN), 0);
	assert_int_equal(hls_cuts_find(cuts, INT64_MAX), cuts->n - 1);
}

/* Films of any rhythm, on the clocks that containers have. */
static void
every_film_is_cut_at_its_keys(void **state)
{
	static const int64_t dens[] = { 1000, 90000, 24000, 12800 };
	static int64_t keys[KEYS];
	struct hls_cuts cuts;
	struct err err;

	for (int round = 0; round < ROUNDS; round++) {
		int64_t den = dens[random_below(COUNT_OF(dens))];
		struct hls_index index = { .keys = keys,
			.n = 2 + (size_t)random_below(KEYS - 1),
			.num = 1,
			.den = den };

		keys[0] = (int64_t)random_below(2000) - 1000;
		for (size_t i = 1; i < index.n; i++)
			keys[i] = keys[i - 1] + 1 +
			    (int64_t)random_below((uint32_t)den * 12);
		index.start = keys[0] - (int64_t)random_below(50);
		index.end = keys[index.n - 1] + 1 +
		    (int64_t)random_below((uint32_t)den * 12);
		assert_ok(hls_cuts_by_keys(*state, &index, &cuts, &err), &err);
		check(&index, &cuts);
		assert_in_range(cuts.at[cuts.n] * den / HLS_CLOCK + 1,
		    index.end - index.start, index.end - index.start + 2);
	}
}

static void
refused(void *arena, struct hls_index index)
{
	struct hls_cuts cuts;
	struct err err;

	assert_int_equal(hls_cuts_by_keys(arena, &index, &cuts, &err), -1);
	assert_int_equal(err.code, ERR_MEDIA_REFUSED);
}

static void
what_cannot_be_cut_is_refused(void **state)
{
	static const int64_t near[] = { 0, 2000, 9000 };
	static const int64_t far[] = { 0, 2000, 62001 };
	struct hls_index index = { .num = 1, .den = 1000, .end = 10000 };

	refused(*state, index);
	index.keys = near;
	index.n = 1;
	refused(*state, index);
	index.n = COUNT_OF(near);
	index.end = 9000 + 60001;
	refused(*state, index);
	index.end = -5;
	refused(*state, index);
	index.keys = far;
	index.end = 70000;
	refused(*state, index);
}

/* A key each second, ten seconds quiet, six loud: those are one segment. */
static void
the_peak_is_that_of_segments(void **state)
{
	static int64_t keys[30], bytes[COUNT_OF(keys)];
	struct hls_index index = { .keys = keys,
		.n = COUNT_OF(keys),
		.num = 1,
		.den = 1000,
		.end = 30000 };
	struct hls_cuts cuts;
	struct err err;

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		keys[i] = (int64_t)i * 1000;
		bytes[i] = i >= 10 && i < 16 ? 5000 : 1000;
	}
	assert_ok(hls_cuts_by_keys(*state, &index, &cuts, &err), &err);
	assert_int_equal(hls_cuts_peak(&cuts, &index, bytes), 40000);
	/* A second alone is no peak; three of them, the second segment, are. */
	bytes[0] = 50000;
	assert_int_equal(hls_cuts_peak(&cuts, &index, bytes), 106000);
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(hls_cuts_peak(&cuts, &index, bytes), 0);
}

static void
codecs_are_told_apart(void **state)
{
	struct hls_index index = { .codecs = "avc1.F4001E,,mp4a.40.5" };

	assert_string_equal(hls_index_codec(*state, &index, 0), "avc1.F4001E");
	assert_null(hls_index_codec(*state, &index, 1));
	assert_string_equal(hls_index_codec(*state, &index, 2), "mp4a.40.5");
	assert_null(hls_index_codec(*state, &index, 3));
	*index.codecs = '\0';
	assert_null(hls_index_codec(*state, &index, 0));
	assert_null(hls_index_codec(*state, &index, 1));
}

static void
the_clock_cuts_evenly(void **state)
{
	struct hls_cuts cuts;
	struct err err;

	assert_ok(hls_cuts_by_clock(
		      *state, 10 * HLS_CLOCK + 5, 2 * HLS_CLOCK, &cuts, &err),
	    &err);
	assert_int_equal(cuts.n, 5);
	assert_int_equal(cuts.at[5], 10 * HLS_CLOCK + 5);
	assert_ok(hls_cuts_by_clock(
		      *state, 11 * HLS_CLOCK, 2 * HLS_CLOCK, &cuts, &err),
	    &err);
	assert_int_equal(cuts.n, 6);
	assert_ok(
	    hls_cuts_by_clock(*state, 1, 2 * HLS_CLOCK, &cuts, &err), &err);
	assert_int_equal(cuts.n, 1);
	assert_int_equal(
	    hls_cuts_by_clock(*state, 0, 2 * HLS_CLOCK, &cuts, &err), -1);
	assert_int_equal(
	    hls_cuts_by_clock(*state, INT64_MAX, 2 * HLS_CLOCK, &cuts, &err),
	    -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_film_is_cut_at_its_keys),
		TEST(what_cannot_be_cut_is_refused),
		TEST(the_clock_cuts_evenly),
		TEST(the_peak_is_that_of_segments),
		TEST(codecs_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
