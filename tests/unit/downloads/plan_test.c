/* Who gets room: a film larger than the limit, two viewers, what nobody reads. */
#include "tests/unit/helpers.h"

#include "daemon/miaud/downloads/plan.h"
#include "lib/base/mem.h"

#define MIB INT64_C(1048576)

enum { PIECES = 640, DOWNLOADS = 4 };

struct house {
	struct arena *arena;
	struct plan_download download[DOWNLOADS];
	uint8_t admitted[DOWNLOADS][PIECES];
	int readers[DOWNLOADS][2];
	size_t n;
	int64_t limit;
	int n_evictions; /* batches */
	int n_again;     /* pieces fetched a second time */
	uint8_t had[DOWNLOADS][PIECES];
};

static struct plan_download *
add(struct house *house)
{
	size_t i = house->n++;

	house->download[i] = (struct plan_download){ .n_pieces = PIECES,
		.piece_size = MIB,
		.size = PIECES * MIB - 1000,
		.last = PIECES - 1,
		.admitted = house->admitted[i],
		.readers = house->readers[i] };
	return &house->download[i];
}

static int
setup(void **state)
{
	struct house *house = mem_calloc(1, sizeof(*house));

	house->arena = arena_new(64 * 1024 * 1024);
	house->limit = 64 * MIB;
	*state = house;
	return 0;
}

static int
teardown(void **state)
{
	struct house *house = *state;

	arena_free(house->arena);
	free(house);
	return 0;
}

static int64_t
used(const struct house *house)
{
	int64_t bytes = 0;
	size_t i;
	int piece;

	for (i = 0; i < house->n; i++)
		for (piece = 0; piece < PIECES; piece++)
			if (house->admitted[i][piece])
				bytes += piece == PIECES - 1
				    ? MIB - 1000
				    : house->download[i].piece_size;
	return bytes;
}

/* Does what the plan says; the limit holds before anything has gone. */
static struct plan
step(struct house *house)
{
	struct plan plan;
	size_t i;
	int j;

	plan_make(house->arena, house->download, house->n, house->limit, &plan);
	assert_int_equal(plan.used, used(house));
	for (i = 0; i < plan.n_admit; i++)
		for (j = 0; j < plan.admit[i].n; j++) {
			uint8_t *at = &house->admitted[plan.admit[i].download]
						      [plan.admit[i].first + j];
			uint8_t *had = &house->had[plan.admit[i].download]
						  [plan.admit[i].first + j];

			assert_int_equal(*at, 0);
			*at = 1;
			house->n_again += *had;
			*had = 1;
		}
	if (plan.n_admit > 0)
		assert_true(used(house) <= house->limit);
	house->n_evictions += plan.n_evict > 0;
	for (i = 0; i < plan.n_evict; i++)
		for (j = 0; j < plan.evict[i].n; j++) {
			uint8_t *at = &house->admitted[plan.evict[i].download]
						      [plan.evict[i].first + j];

			assert_int_equal(*at, 1);
			*at = 0;
		}
	arena_reset(house->arena);
	return plan;
}

static void
settle(struct house *house)
{
	int i;

	for (i = 0; i < 100; i++)
		if (step(house).n_admit == 0 && i > 0)
			return;
	fail_msg("it takes turns for ever");
}

static bool
is_here(const struct house *house, size_t i, int from, int n)
{
	for (; n > 0; n--, from++)
		if (from >= 0 && from < PIECES && !house->admitted[i][from])
			return false;
	return true;
}

/* Everything fits: all of it is fetched, nothing is given up. */
static void
test_fits(void **state)
{
	struct house *house = *state;
	struct plan plan;

	add(house)->n_readers = 1;
	house->limit = 1000 * MIB;
	plan = step(house);
	assert_int_equal(plan.n_admit, 1);
	assert_int_equal(plan.n_evict, 0);
	assert_true(is_here(house, 0, 0, PIECES));
}

/* Ten times larger than the limit, watched by one from begin to end. */
static void
test_larger(void **state)
{
	struct house *house = *state;
	int at;

	add(house)->n_readers = 1;
	for (at = 0; at < PIECES; at++) {
		house->readers[0][0] = at;
		settle(house);
		assert_true(is_here(house, 0, at, 8));
		assert_true(is_here(house, 0, 0, 4)); /* its index */
		assert_true(is_here(house, 0, PIECES - 4, 4));
	}
	/* In batches, and nothing twice. */
	assert_true(house->n_evictions < PIECES / 3);
	assert_int_equal(house->n_again, 0);
}

/* Two far apart, each with seeks back of a few pieces. */
static void
test_two(void **state)
{
	struct house *house = *state;
	int at;

	add(house)->n_readers = 2;
	/* Until the first comes to what the second has left behind. */
	for (at = 0; at < PIECES / 2 - 60; at++) {
		house->readers[0][0] = at % 40 == 39 ? at - 2 : at;
		house->readers[0][1] = PIECES / 2 + at;
		settle(house);
		assert_true(is_here(house, 0, house->readers[0][0], 6));
		assert_true(is_here(house, 0, house->readers[0][1], 6));
	}
	assert_int_equal(house->n_again, 0);
	assert_true(house->n_evictions < PIECES / 3);
}

/* What nobody reads goes first, the longest unused before all others; what is
 * pinned never. */
static void
test_nobody(void **state)
{
	struct house *house = *state;
	int i;

	for (i = 0; i < 3; i++) {
		add(house);
		memset(house->admitted[i], 1, 20);
	}
	house->download[0].idle_ms = 1000;
	house->download[1].idle_ms = 5000;
	house->download[2].idle_ms = 9000;
	house->download[2].is_pinned = true;
	add(house)->n_readers = 1;
	settle(house);
	assert_true(is_here(house, 2, 0, 20));
	assert_false(is_here(house, 1, 0, 1));
	assert_true(is_here(house, 3, 0, 30));
}

/* One that the web server may be sending from: altogether or not at all. */
static void
test_whole(void **state)
{
	struct house *house = *state;
	int piece;

	add(house)->is_whole = true;
	memset(house->admitted[0], 1, 40);
	house->download[0].n_readers = 1;
	add(house)->n_readers = 1;
	settle(house);
	assert_true(is_here(house, 0, 0, 40));
	house->download[0].n_readers = 0;
	settle(house);
	for (piece = 0; piece < 40; piece++)
		assert_int_equal(house->admitted[0][piece], 0);
}

/* The same while a part of it is kept warm. */
static void
test_whole_and_warm(void **state)
{
	const struct plan_part part = { 0, 5 };
	struct house *house = *state;
	struct plan_download *film = add(house);
	int here, piece, n = 0;

	film->is_whole = true;
	film->warm = &part;
	film->n_warm = 1;
	memset(house->admitted[0], 1, 40);
	add(house)->n_readers = 1;
	/* Needed more than what is cold and less than what is warm. */
	add(house)->is_wanted = true;
	memset(house->admitted[2], 1, 10);
	house->limit = 60 * MIB;
	do {
		step(house);
		for (here = 0, piece = 0; piece < 40; piece++)
			here += house->admitted[0][piece];
	} while (here == 40 && ++n < 100);
	assert_int_equal(here, 0);
}

/* Fetched for later: it makes room among what was left lying, not among what
 * is read. */
static void
test_wanted(void **state)
{
	struct house *house = *state;

	add(house);
	memset(house->admitted[0], 1, 60);
	add(house)->is_wanted = true;
	settle(house);
	assert_true(is_here(house, 1, 0, 56));
	add(house)->n_readers = 1;
	settle(house);
	assert_true(is_here(house, 2, 0, 48));
}

/* A smaller limit is kept with the next step. */
static void
test_smaller(void **state)
{
	struct house *house = *state;

	add(house)->n_readers = 1;
	settle(house);
	house->limit = 20 * MIB;
	step(house);
	assert_true(used(house) <= house->limit);
	assert_true(is_here(house, 0, 0, 8));
}

static int64_t
held(const struct house *house, size_t i)
{
	int64_t n = 0;
	int piece;

	for (piece = 0; piece < PIECES; piece++)
		n += house->admitted[i][piece];
	return n;
}

/* Under a smaller limit as little goes as is enough: of what goes by pieces no
 * more than is over, and its ends stay. */
static void
test_excess_by_pieces(void **state)
{
	struct house *house = *state;

	add(house)->is_whole = true;
	house->download[0].is_wanted = true;
	memset(house->admitted[0], 1, 24);
	add(house)->is_wanted = true;
	memset(house->admitted[1], 1, 7);
	house->admitted[1][PIECES - 1] = 1;
	add(house)->is_wanted = true;
	memset(house->admitted[2], 1, 3);
	house->limit = 30 * MIB;
	assert_true(step(house).is_over);
	assert_int_equal(held(house, 0), 24);
	assert_int_equal(held(house, 1) + held(house, 2), 6);
	assert_true(is_here(house, 1, 0, 1));
	assert_true(is_here(house, 1, PIECES - 1, 1));
	assert_int_equal(step(house).n_evict, 0);
}

/* Of what goes whole the smallest that is enough, however long it lay there, and
 * then nothing besides. */
static void
test_excess_whole(void **state)
{
	static const int sizes[] = { 24, 8, 12 };
	struct house *house = *state;
	size_t i;

	for (i = 0; i < COUNT_OF(sizes); i++) {
		add(house)->is_whole = true;
		memset(house->admitted[i], 1, (size_t)sizes[i]);
	}
	house->download[0].idle_ms = 1000000;
	add(house);
	memset(house->admitted[3], 1, 2);
	house->limit = 35 * MIB;
	step(house);
	assert_int_equal(held(house, 0), 24);
	assert_int_equal(held(house, 1), 8);
	assert_int_equal(held(house, 2), 0);
	assert_int_equal(held(house, 3), 2);
	/* None alone is enough. */
	house->limit = 4 * MIB;
	step(house);
	assert_true(used(house) <= house->limit);
	assert_int_equal(held(house, 3), 2);
}

/* What lies just ahead of a reader stays, whoever else would like the room and
 * whatever the limit becomes. */
static void
test_just_ahead(void **state)
{
	struct house *house = *state;
	struct plan plan;

	house->limit = 40 * MIB;
	add(house)->n_readers = 1;
	house->readers[0][0] = 100;
	settle(house);
	assert_true(is_here(house, 0, 100, 25));
	add(house)->n_readers = 1;
	house->readers[1][0] = 300;
	settle(house);
	assert_true(is_here(house, 0, 100, 17));
	assert_false(is_here(house, 0, 117, 1));
	assert_true(is_here(house, 1, 300, 3));
	/* It waits for more until the first has moved on. */
	plan = step(house);
	assert_true(plan.is_short);
	assert_int_equal(plan.n_admit, 0);
	assert_int_equal(plan.n_evict, 0);
	house->readers[0][0] = 108;
	settle(house);
	assert_true(is_here(house, 0, 108, 9));
	assert_true(is_here(house, 1, 300, 7));
	house->limit = 2 * MIB;
	plan = step(house);
	assert_true(plan.is_short);
	assert_int_equal(plan.n_admit, 0);
	assert_true(is_here(house, 0, 108, 9));
	assert_true(is_here(house, 1, 300, 7));
	assert_false(is_here(house, 0, 100, 1));
	assert_int_equal(step(house).n_evict, 0);
}

/* What lies beyond a gap is of no use yet: it makes room for what fills it. */
static void
test_gap(void **state)
{
	struct house *house = *state;

	house->limit = 14 * MIB;
	add(house)->n_readers = 1;
	house->readers[0][0] = 100;
	memset(&house->admitted[0][100], 1, 4);
	memset(&house->admitted[0][110], 1, 10);
	settle(house);
	assert_true(is_here(house, 0, 100, 5));
	assert_false(is_here(house, 0, 112, 1));
}

/* Less room than head and tail would take: who reads comes first. */
static void
test_little(void **state)
{
	struct house *house = *state;

	house->limit = 5 * MIB;
	add(house)->n_readers = 1;
	settle(house);
	house->readers[0][0] = 300;
	settle(house);
	assert_true(is_here(house, 0, 300, 2));
}

/* Of pieces as large as can be, two. */
static void
test_large_pieces(void **state)
{
	struct house *house = *state;
	struct plan_download *film = add(house);

	film->piece_size = 64 * MIB;
	film->n_pieces = 64;
	film->size = 64 * film->piece_size;
	film->last = 63;
	film->n_readers = 2;
	house->readers[0][0] = 10;
	house->readers[0][1] = 20;
	memset(&house->admitted[0][8], 1, 20);
	house->limit = 64 * MIB;
	(void)step(house);
	assert_true(is_here(house, 0, 10, 3));
	assert_true(is_here(house, 0, 20, 3));
	assert_false(is_here(house, 0, 13, 1));
	assert_false(is_here(house, 0, 23, 1));
	assert_false(is_here(house, 0, 9, 1));
}

/* Of what may be played soon only that comes, and it makes room among what was
 * left lying; whoever reads goes first. */
static void
test_warm(void **state)
{
	static const struct plan_part parts[] = { { 0, 2 }, { 30, 34 } };
	struct house *house = *state;
	struct plan_download *warm;

	add(house);
	memset(house->admitted[0], 1, 64);
	warm = add(house);
	warm->warm = parts;
	warm->n_warm = 2;
	settle(house);
	assert_true(is_here(house, 1, 0, 2));
	assert_true(is_here(house, 1, 30, 4));
	assert_false(is_here(house, 1, 2, 1));
	assert_false(is_here(house, 1, 34, 1));
	add(house)->n_readers = 1;
	settle(house);
	assert_true(is_here(house, 2, 0, 40));
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_fits),
		TEST(test_larger),
		TEST(test_two),
		TEST(test_nobody),
		TEST(test_whole),
		TEST(test_whole_and_warm),
		TEST(test_wanted),
		TEST(test_smaller),
		TEST(test_excess_by_pieces),
		TEST(test_excess_whole),
		TEST(test_just_ahead),
		TEST(test_gap),
		TEST(test_little),
		TEST(test_large_pieces),
		TEST(test_warm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
