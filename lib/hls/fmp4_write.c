/*
 * Writing segments: ISO/IEC 14496-12 §8.8, with what RFC 8216 §3.3 asks of them.
 */
#include <string.h>

#include "lib/hls/fmp4.h"
#include "lib/hls/fmp4_box.h"

enum {
	BASE_IS_MOOF = 0x20000,
	/* offset, duration, size, flags and shift of each */
	RUN_FLAGS = 0x1 | 0x100 | 0x200 | 0x400 | 0x800,
	SYNC = 0x02000000,     /* depends on no other */
	NOT_SYNC = 0x01010000, /* depends on others, no place to begin */
};

static void
put(struct buf *out, uint64_t number, int n_bytes)
{
	unsigned char bytes[8];

	for (int i = n_bytes - 1; i >= 0; i--, number >>= 8)
		bytes[i] = (unsigned char)(number & 0xff);
	buf_append(out, bytes, (size_t)n_bytes);
}

/* Where the box begins, for end(). */
static size_t
begin(struct buf *out, uint32_t type)
{
	size_t at = out->len;

	put(out, 0, 4);
	put(out, type, 4);
	return at;
}

static void
set(struct buf *out, size_t at, uint32_t number)
{
	if (buf_failed(out))
		return;
	for (int i = 3; i >= 0; i--, number >>= 8)
		out->data[at + (size_t)i] = (char)(number & 0xff);
}

static void
end(struct buf *out, size_t at)
{
	set(out, at, (uint32_t)(out->len - at));
}

/* Returns where the offset of its data has its place. */
static size_t
put_run(struct buf *out, const struct fmp4_sample *samples, size_t n)
{
	size_t run = begin(out, BOX('t', 'r', 'u', 'n')), offset, i;

	put(out, 1, 1); /* shifts have a sign */
	put(out, RUN_FLAGS, 3);
	put(out, n, 4);
	offset = out->len;
	put(out, 0, 4);
	for (i = 0; i < n; i++) {
		put(out, samples[i].duration, 4);
		put(out, samples[i].len, 4);
		put(out, samples[i].is_key ? SYNC : NOT_SYNC, 4);
		put(out, (uint32_t)samples[i].shift, 4);
	}
	end(out, run);
	return offset;
}

static void
put_fragment(struct buf *out, uint32_t number, uint32_t track,
    const struct fmp4_sample *samples, size_t n)
{
	size_t moof = begin(out, BOX('m', 'o', 'o', 'f')), box, offset, traf;

	box = begin(out, BOX('m', 'f', 'h', 'd'));
	put(out, 0, 4);
	put(out, number, 4);
	end(out, box);
	traf = begin(out, BOX('t', 'r', 'a', 'f'));
	box = begin(out, BOX('t', 'f', 'h', 'd'));
	put(out, BASE_IS_MOOF, 4);
	put(out, track, 4);
	end(out, box);
	box = begin(out, BOX('t', 'f', 'd', 't'));
	put(out, 1, 1);
	put(out, 0, 3);
	put(out, (uint64_t)samples[0].dts, 8);
	end(out, box);
	offset = put_run(out, samples, n);
	end(out, traf);
	end(out, moof);
	set(out, offset, (uint32_t)(out->len - moof + 8));
}

int
fmp4_write(struct buf *out, uint32_t number, uint32_t track,
    const struct fmp4_sample *samples, size_t n, struct err *err)
{
	size_t mdat, i;

	if (n == 0 || n > FMP4_SAMPLES_MAX || samples[0].dts < 0)
		return err_set(
		    err, ERR_CORRUPT, "These samples make no segment.");
	put_fragment(out, number, track, samples, n);
	mdat = begin(out, BOX('m', 'd', 'a', 't'));
	for (i = 0; i < n; i++)
		buf_append(out, samples[i].data, samples[i].len);
	end(out, mdat);
	if (buf_failed(out))
		return err_set(
		    err, ERR_CORRUPT, "The segment is larger than it may be.");
	return 0;
}
