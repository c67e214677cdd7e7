/*
 * Cutting a stream: the segments are the same to the byte, wherever the stream began,
 * follow each other without overlap, and hold every sample once.
 */
#include "lib/hls/cutter.h"
#include "lib/hls/fmp4.h"
#include "tests/unit/helpers.h"
#include "tests/unit/hls/head.h"

enum {
	PICTURES = 400,
	SEGMENTS_MAX = 64,
	TICKS = 3750,
	ROUNDS = 60,
	BYTES = 64
};

struct film {
	struct fmp4_sample samples[PICTURES];
	unsigned char bytes[PICTURES][BYTES];
	int64_t at[SEGMENTS_MAX + 1];
	struct hls_cuts cuts;
	struct buf segments[SEGMENTS_MAX]; /* of a run from the beginning */
	struct buf others[SEGMENTS_MAX];   /* of another one */
	bool compares;
	size_t n_given;
};

static int
on_init(void *arg UNUSED, const void *bytes, size_t len, struct err *err UNUSED)
{
	assert_int_equal(len, sizeof(head));
	assert_memory_equal(bytes, head, len);
	return 0;
}

static int
on_segment(void *arg, size_t number, struct buf *bytes, struct err *err UNUSED)
{
	struct film *film = arg;
	struct buf *out =
	    film->compares ? &film->others[number] : &film->segments[number];

	assert_true(number < film->cuts.n);
	buf_reset(out);
	buf_append(out, bytes->data, bytes->len);
	film->n_given++;
	return 0;
}

/* Groups of any length, some with pictures that are shown later than those decoded
 * behind them; cuts at some of the key frames. */
static void
make_film(struct film *film)
{
	int64_t dts = 3 * TICKS;
	int left = 0;

	film->cuts.n = 0;
	film->cuts.at = film->at;
	for (int i = 0; i < PICTURES; i++) {
		struct fmp4_sample *sample = &film->samples[i];

		random_bytes(film->bytes[i], BYTES);
		*sample = (struct fmp4_sample){ .dts = dts,
			.shift = (int32_t)random_below(3) * TICKS,
			.duration = TICKS,
			.data = film->bytes[i],
			.len = 1 + random_below(BYTES) };
		sample->is_key = left-- == 0;
		if (sample->is_key) {
			left = 3 + (int)random_below(30);
			if (i == 0 || random_below(2) == 0)
				film->at[film->cuts.n++] = dts + sample->shift;
		}
		dts += TICKS;
	}
	film->at[film->cuts.n] = dts + 4 * TICKS;
}

/* Two key frames that are cut at may be shown in another order than decoded. */
static bool
rises(const struct film *film)
{
	for (size_t i = 0; i < film->cuts.n; i++)
		if (film->at[i + 1] <= film->at[i] + 3 * TICKS)
			return false;
	return film->cuts.n < SEGMENTS_MAX;
}

/* Each sample in a fragment of its own, as ffmpeg writes, in parts of any size. */
static void
run(struct film *film, size_t from, size_t first)
{
	struct hls_cutter *cutter =
	    hls_cutter_new(&(struct hls_cutter_spec){ .cuts = &film->cuts,
		.first = first,
		.needs_key = true,
		.den = 1,
		.init = on_init,
		.segment = on_segment,
		.arg = film });
	struct buf stream;
	struct err err;
	size_t at, n;

	buf_init(&stream, 1024 * 1024);
	buf_append(&stream, head, sizeof(head));
	for (size_t i = from; i < PICTURES; i++)
		assert_ok(fmp4_write(&stream, (uint32_t)(i - from) + 1, 1,
			      &film->samples[i], 1, &err),
		    &err);
	for (at = 0; at < stream.len; at += n) {
		n = 1 + random_below(5000);
		if (n > stream.len - at)
			n = stream.len - at;
		assert_ok(
		    hls_cutter_read(cutter, stream.data + at, n, &err), &err);
	}
	assert_ok(hls_cutter_end(cutter, &err), &err);
	assert_int_equal(hls_cutter_at(cutter), film->cuts.n);
	hls_cutter_free(cutter);
	buf_fini(&stream);
}

/* The last sample before the segment from which decoding can begin. */
static size_t
key_before(const struct film *film, size_t segment)
{
	size_t key = 0;

	for (size_t i = 0; i < PICTURES; i++)
		if (film->samples[i].is_key &&
		    film->samples[i].dts + film->samples[i].shift <=
			film->at[segment])
			key = i;
	return key;
}

struct joined {
	const struct film *film;
	size_t n;
	int64_t decoded;
};

static int
on_joined_init(void *arg UNUSED, const unsigned char *bytes UNUSED,
    size_t len UNUSED, uint32_t timescale UNUSED, struct err *err UNUSED)
{
	return 0;
}

static int
on_joined(void *arg, const struct fmp4_sample *sample, struct err *err UNUSED)
{
	struct joined *joined = arg;
	const struct fmp4_sample *was = &joined->film->samples[joined->n++];

	assert_int_equal(sample->len, was->len);
	assert_memory_equal(sample->data, was->data, was->len);
	assert_true(sample->dts + sample->shift == was->dts + was->shift);
	assert_true(sample->dts > joined->decoded);
	joined->decoded = sample->dts;
	return 0;
}

static void
check_whole(const struct film *film)
{
	struct joined joined = { .film = film, .decoded = -1 };
	struct fmp4_reader *reader = fmp4_reader_new(
	    &(struct fmp4_handler){ on_joined_init, on_joined, &joined });
	struct err err;

	assert_ok(fmp4_read(reader, head, sizeof(head), &err), &err);
	for (size_t i = 0; i < film->cuts.n; i++)
		assert_ok(fmp4_read(reader, film->segments[i].data,
			      film->segments[i].len, &err),
		    &err);
	assert_int_equal(joined.n, PICTURES);
	fmp4_reader_free(reader);
}

static void
a_segment_is_the_same_from_anywhere(void **state UNUSED)
{
	struct film *film = test_calloc(1, sizeof(*film));
	size_t i, first;

	for (i = 0; i < SEGMENTS_MAX; i++) {
		buf_init(&film->segments[i], 1024 * 1024);
		buf_init(&film->others[i], 1024 * 1024);
	}
	for (int round = 0; round < ROUNDS; round++) {
		do
			make_film(film);
		while (!rises(film));
		film->compares = false;
		film->n_given = 0;
		run(film, 0, 0);
		assert_int_equal(film->n_given, film->cuts.n);
		check_whole(film);
		first = random_below((uint32_t)film->cuts.n);
		film->compares = true;
		run(film, key_before(film, random_below(first + 1)), first);
		for (i = first; i < film->cuts.n; i++) {
			assert_int_equal(
			    film->others[i].len, film->segments[i].len);
			assert_memory_equal(film->others[i].data,
			    film->segments[i].data, film->segments[i].len);
		}
	}
	for (i = 0; i < SEGMENTS_MAX; i++) {
		buf_fini(&film->segments[i]);
		buf_fini(&film->others[i]);
	}
	test_free(film);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_segment_is_the_same_from_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
