/*
 * Fragmented MP4: what is written is read again, however it is cut; what is none is
 * refused.
 */
#include "lib/hls/fmp4.h"
#include "tests/unit/helpers.h"
#include "tests/unit/hls/head.h"

enum { N = 40, TIMESCALE = 90000 };

struct seen {
	struct fmp4_sample samples[N];
	size_t n;
	size_t init_len;
	uint32_t timescale;
	bool fails; /* the handler refuses the third sample */
};

static int
on_init(void *arg, const unsigned char *bytes, size_t len, uint32_t timescale,
    struct err *err UNUSED)
{
	struct seen *seen = arg;

	assert_int_equal(seen->init_len, 0);
	assert_memory_equal(bytes, head, len);
	seen->init_len = len;
	seen->timescale = timescale;
	return 0;
}

static int
on_sample(void *arg, const struct fmp4_sample *sample, struct err *err)
{
	struct seen *seen = arg;
	unsigned char *copy;

	if (seen->fails && seen->n == 2)
		return err_set(err, ERR_IO, "No room.");
	assert_true(seen->n < N);
	copy = test_malloc(sample->len + 1);
	memcpy(copy, sample->data, sample->len);
	seen->samples[seen->n] = *sample;
	seen->samples[seen->n++].data = copy;
	return 0;
}

static void
forget(struct seen *seen)
{
	while (seen->n > 0)
		test_free((void *)seen->samples[--seen->n].data);
}

static void
make_samples(struct fmp4_sample samples[N])
{
	static unsigned char bytes[1000];
	int64_t dts = 5;

	random_bytes(bytes, sizeof(bytes));
	for (int i = 0; i < N; i++) {
		samples[i] = (struct fmp4_sample){ .dts = dts,
			.shift = (int32_t)random_below(8000) - 4000,
			.duration = (uint32_t)random_below(9000),
			.is_key = i % 7 == 0,
			.data = bytes,
			.len = (size_t)random_below(sizeof(bytes)) };
		dts += samples[i].duration;
	}
}

/* The head and the samples in segments of seven. */
static void
write_all(const struct fmp4_sample samples[N], struct buf *out)
{
	struct err err;

	buf_init(out, 1024 * 1024);
	buf_append(out, head, sizeof(head));
	for (size_t i = 0; i < N; i += 7)
		assert_ok(fmp4_write(out, (uint32_t)i / 7 + 1, 1, &samples[i],
			      i + 7 <= N ? 7 : N - i, &err),
		    &err);
}

/* Reads in parts of up to `most` bytes. */
static int
read_parts(const void *bytes, size_t len, size_t most, struct seen *seen,
    struct err *err)
{
	struct fmp4_reader *reader =
	    fmp4_reader_new(&(struct fmp4_handler){ on_init, on_sample, seen });
	const char *at = bytes;
	int result = 0;
	size_t n;

	while (result == 0 && len > 0) {
		n = 1 + (size_t)random_below((uint32_t)most);
		if (n > len)
			n = len;
		result = fmp4_read(reader, at, n, err);
		at += n;
		len -= n;
	}
	fmp4_reader_free(reader);
	return result;
}

static void
what_is_written_is_read(void **state UNUSED)
{
	static const size_t parts[] = { 1, 13, 5000, 1024 * 1024 };
	struct fmp4_sample samples[N];
	struct seen seen = { .n = 0 };
	struct buf file;
	struct err err;

	make_samples(samples);
	write_all(samples, &file);
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		assert_ok(
		    read_parts(file.data, file.len, parts[i], &seen, &err),
		    &err);
		assert_int_equal(seen.init_len, sizeof(head));
		assert_int_equal(seen.timescale, TIMESCALE);
		assert_int_equal(seen.n, N);
		for (size_t j = 0; j < N; j++) {
			const struct fmp4_sample *got = &seen.samples[j];

			assert_int_equal(got->dts, samples[j].dts);
			assert_int_equal(got->shift, samples[j].shift);
			assert_int_equal(got->duration, samples[j].duration);
			assert_int_equal(got->is_key, samples[j].is_key);
			assert_int_equal(got->len, samples[j].len);
			assert_memory_equal(
			    got->data, samples[j].data, got->len);
		}
		forget(&seen);
		seen = (struct seen){ .n = 0 };
	}
	buf_fini(&file);
}

/* Where in the file the first box of that name begins. */
static unsigned char *
find(struct buf *file, const char *name)
{
	unsigned char *at = memmem(file->data, file->len, name, 4);

	assert_non_null(at);
	return at - 4;
}

static void
refused(const struct buf *file)
{
	struct seen seen = { .n = 0 };
	struct err err;

	assert_int_equal(
	    read_parts(file->data, file->len, file->len, &seen, &err), -1);
	assert_int_equal(err.code, ERR_CORRUPT);
	forget(&seen);
}

/* One thing that makes it no file of ours; n bytes at `at` behind the box. */
static const struct damage {
	const char *box;
	size_t at, n;
	unsigned char bytes[4];
} damages[] = {
	{ "ftyp", 0, 4, { 0, 0, 0, 7 } }, /* shorter than its head */
	{ "moov", 0, 4, { 0xff, 0xff, 0xff, 0xff } },  /* endless */
	{ "trak", 4, 4, { 'f', 'r', 'e', 'e' } },      /* no track */
	{ "tkhd", 20, 4, { 0, 0, 0, 2 } },             /* another one */
	{ "mdhd", 20, 4, { 0, 0, 0, 0 } },             /* no clock */
	{ "moof", 4, 4, { 'm', 'o', 'o', 'v' } },      /* begins twice */
	{ "tfhd", 9, 1, { 0 } },                       /* places in the file */
	{ "tfhd", 12, 4, { 0, 0, 0, 2 } },             /* of another track */
	{ "tfdt", 4, 4, { 'f', 'r', 'e', 'e' } },      /* at no time */
	{ "tfdt", 12, 4, { 0x80, 0, 0, 0 } },          /* before all time */
	{ "trun", 11, 1, { 0 } },                      /* bytes nowhere */
	{ "trun", 12, 4, { 0xff, 0xff, 0xff, 0xff } }, /* 2^32 samples */
	{ "trun", 16, 4, { 0, 0, 0, 8 } },             /* bytes in the moof */
	{ "trun", 16, 4, { 0, 0xff, 0, 0 } },          /* behind the end */
	{ "trun", 24, 4, { 0x7f, 0xff, 0xff, 0xff } }, /* a huge sample */
	{ "moof", 4, 4, { 'f', 'r', 'e', 'e' } },      /* bytes of nothing */
};

static void
what_is_none_is_refused(void **state UNUSED)
{
	struct fmp4_sample samples[N];
	struct buf file;

	make_samples(samples);
	for (size_t i = 0; i < COUNT_OF(damages); i++) {
		const struct damage *damage = &damages[i];

		write_all(samples, &file);
		memcpy(find(&file, damage->box) + damage->at, damage->bytes,
		    damage->n);
		print_message("%s + %zu\n", damage->box, damage->at);
		refused(&file);
		buf_fini(&file);
	}
}

static void
an_error_of_the_handler_ends_it(void **state UNUSED)
{
	struct fmp4_sample samples[N];
	struct seen seen = { .fails = true };
	struct buf file;
	struct err err;

	make_samples(samples);
	write_all(samples, &file);
	assert_int_equal(
	    read_parts(file.data, file.len, file.len, &seen, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_int_equal(seen.n, 2);
	forget(&seen);
	buf_fini(&file);
}

static void
a_segment_needs_samples_and_room(void **state UNUSED)
{
	struct fmp4_sample samples[N];
	struct buf out;
	struct err err;

	make_samples(samples);
	samples[0].len = 900;
	buf_init(&out, 500);
	assert_int_equal(fmp4_write(&out, 1, 1, samples, 0, &err), -1);
	assert_int_equal(fmp4_write(&out, 1, 1, samples, 1, &err), -1);
	assert_int_equal(err.code, ERR_CORRUPT);
	buf_fini(&out);
	buf_init(&out, 5000);
	samples[0].dts = -1;
	assert_int_equal(fmp4_write(&out, 1, 1, samples, 1, &err), -1);
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(what_is_none_is_refused),
		cmocka_unit_test(an_error_of_the_handler_ends_it),
		cmocka_unit_test(a_segment_needs_samples_and_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
