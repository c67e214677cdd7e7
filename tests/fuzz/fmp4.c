/* What an encoder's pipe brings: samples lie in what was read, their number has a
 * limit, pieces of the stream decide nothing, and segments that are made of it read
 * again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/log.h"
#include "lib/hls/cutter.h"
#include "lib/hls/fmp4.h"

enum { BROKEN = -1, N_CUTS = 8, STEP = 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What one reading came to. */
struct seen {
	uint64_t sum;
	size_t n;
	size_t n_init;
	int result;
};

static void
add(struct seen *seen, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;

	/* FNV-1a; each byte is read, so that one outside is noticed. */
	while (len-- > 0)
		seen->sum = (seen->sum ^ *at++) * UINT64_C(0x100000001b3);
}

static int
on_init(void *arg, const unsigned char *bytes, size_t len, uint32_t timescale,
    struct err *err UNUSED)
{
	struct seen *seen = arg;

	if (timescale == 0 || len > FMP4_INIT_MAX || seen->n_init++ != 0)
		die("a beginning that is none");
	add(seen, bytes, len);
	return 0;
}

static int
on_sample(void *arg, const struct fmp4_sample *sample, struct err *err UNUSED)
{
	struct seen *seen = arg;

	if (seen->n_init != 1)
		die("a sample before the beginning");
	seen->n++;
	add(seen, &sample->dts, sizeof(sample->dts));
	add(seen, &sample->shift, sizeof(sample->shift));
	add(seen, sample->data, sample->len);
	return 0;
}

static struct seen
read_in(const uint8_t *data, size_t size, size_t piece)
{
	struct seen seen = { 0 };
	struct fmp4_reader *reader =
	    fmp4_reader_new(&(struct fmp4_handler){ .init = on_init,
		.sample = on_sample,
		.arg = &seen });
	struct err err;
	size_t n;

	while (size > 0 && seen.result == 0) {
		n = size < piece ? size : piece;
		seen.result = fmp4_read(reader, data, n, &err);
		data += n;
		size -= n;
	}
	fmp4_reader_free(reader);
	return seen;
}

/* --- Cutting ---------------------------------------------------------------- */

struct cut {
	size_t next;       /* the segment that has to come */
	struct buf stream; /* what was made */
};

static int
on_head(void *arg, const void *bytes, size_t len, struct err *err UNUSED)
{
	struct cut *cut = arg;

	buf_append(&cut->stream, bytes, len);
	return 0;
}

static int
on_segment(void *arg, size_t number, struct buf *bytes, struct err *err UNUSED)
{
	struct cut *cut = arg;

	if (number != cut->next++ || number >= N_CUTS)
		die("segments are not in order");
	if (bytes->len > 0)
		buf_append(&cut->stream, bytes->data, bytes->len);
	return 0;
}

static void
cut(const uint8_t *data, size_t size, bool needs_key)
{
	int64_t at[N_CUTS + 1];
	struct hls_cuts cuts = { .at = at, .n = N_CUTS };
	struct cut made = { 0 };
	struct hls_cutter *cutter;
	struct err err;
	bool is_whole;

	for (size_t i = 0; i <= N_CUTS; i++)
		at[i] = (int64_t)i * HLS_CLOCK / STEP;
	buf_init(&made.stream, HLS_PART_MAX);
	cutter = hls_cutter_new(&(struct hls_cutter_spec){ .cuts = &cuts,
	    .needs_key = needs_key,
	    .den = 1,
	    .init = on_head,
	    .segment = on_segment,
	    .arg = &made });
	is_whole = hls_cutter_read(cutter, data, size, &err) == 0 &&
	    hls_cutter_end(cutter, &err) == 0;
	hls_cutter_free(cutter);
	if (is_whole && made.next != N_CUTS)
		die("segments are missing");
	if (!buf_failed(&made.stream) && made.stream.len > 0 &&
	    read_in((const uint8_t *)made.stream.data, made.stream.len,
		made.stream.len)
		    .result == BROKEN)
		die("what was made cannot be read");
	buf_fini(&made.stream);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole = read_in(data, size, size > 0 ? size : 1);
	struct seen bytes = read_in(data, size, 1);

	if (whole.result != bytes.result || whole.n != bytes.n ||
	    whole.sum != bytes.sum)
		die("pieces decide what is read");
	cut(data, size, true);
	cut(data, size, false);
	return 0;
}
