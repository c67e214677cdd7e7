/*
 * Reading fragmented MP4: ISO/IEC 14496-12 §8.8 (fragments), §8.4.2 (time scale).
 */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/hls/fmp4.h"
#include "lib/hls/fmp4_box.h"

#define TIME_MAX (INT64_C(1) << 60)

enum {
	HEADER = 8,
	TRACK = 1,
	/* tfhd */
	HAS_BASE = 0x1,
	HAS_DESCRIPTION = 0x2,
	HAS_DEFAULT_DURATION = 0x8,
	HAS_DEFAULT_SIZE = 0x10,
	HAS_DEFAULT_FLAGS = 0x20,
	BASE_IS_MOOF = 0x20000,
	/* trun */
	HAS_OFFSET = 0x1,
	HAS_FIRST_FLAGS = 0x4,
	HAS_DURATION = 0x100,
	HAS_SIZE = 0x200,
	HAS_FLAGS = 0x400,
	HAS_SHIFT = 0x800,
	/* flags of a sample */
	NOT_SYNC = 0x10000,
};

struct defaults {
	uint32_t duration, size, flags;
};

struct fmp4_reader {
	struct fmp4_handler handler;
	struct buf init; /* ftyp and moov */
	struct buf box;  /* the one that is arriving */
	struct defaults defaults;
	bool has_begun; /* init was told */
	/* of the moof whose mdat is awaited */
	struct fmp4_sample *samples;
	size_t *offsets; /* of each behind the moof's first byte */
	size_t n, max;
	size_t moof_len; /* 0: none is awaited */
};

static int
corrupt(struct err *err, const char *what)
{
	return err_set(err, ERR_CORRUPT, "What ffmpeg wrote %s.", what);
}

/* Version and flags of a full box. */
static uint32_t
full(struct box_bytes *body, int *version)
{
	*version = (int)box_number(body, 1);
	return (uint32_t)box_number(body, 3);
}

/* --- ftyp and moov ---------------------------------------------------------- */

static uint32_t
read_timescale(struct box_bytes media)
{
	struct box box;
	int version;

	if (!box_find(&media, BOX('m', 'd', 'h', 'd'), &box))
		return 0;
	(void)full(&box.body, &version);
	box_skip(&box.body, version == 1 ? 16 : 8);
	return (uint32_t)box_number(&box.body, 4);
}

static bool
read_track(const struct box_bytes *moov, uint32_t *timescale)
{
	struct box track, box;
	struct box_bytes rest = *moov;
	int version, n = 0;

	while (box_next(&rest, &box))
		if (box.type == BOX('t', 'r', 'a', 'k')) {
			track = box;
			n++;
		}
	if (n != 1 || !box_find(&track.body, BOX('t', 'k', 'h', 'd'), &box))
		return false;
	(void)full(&box.body, &version);
	box_skip(&box.body, version == 1 ? 16 : 8);
	if (box_number(&box.body, 4) != TRACK ||
	    !box_find(&track.body, BOX('m', 'd', 'i', 'a'), &box))
		return false;
	*timescale = read_timescale(box.body);
	return *timescale > 0;
}

static void
read_defaults(const struct box_bytes *moov, struct defaults *out)
{
	struct box extends, box;
	int version;

	if (!box_find(moov, BOX('m', 'v', 'e', 'x'), &extends) ||
	    !box_find(&extends.body, BOX('t', 'r', 'e', 'x'), &box))
		return;
	(void)full(&box.body, &version);
	box_skip(&box.body, 8);
	out->duration = (uint32_t)box_number(&box.body, 4);
	out->size = (uint32_t)box_number(&box.body, 4);
	out->flags = (uint32_t)box_number(&box.body, 4);
}

static int
end_init(
    struct fmp4_reader *reader, const struct box_bytes *moov, struct err *err)
{
	uint32_t timescale;

	if (!read_track(moov, &timescale))
		return corrupt(err, "has not one track");
	read_defaults(moov, &reader->defaults);
	reader->has_begun = true;
	return reader->handler.init(reader->handler.arg,
	    (const unsigned char *)reader->init.data, reader->init.len,
	    timescale, err);
}

/* --- moof and mdat ---------------------------------------------------------- */

static bool
read_header(struct box_bytes body, struct defaults *defaults)
{
	int version;
	uint32_t flags = full(&body, &version);

	if (box_number(&body, 4) != TRACK || (flags & HAS_BASE) != 0 ||
	    (flags & BASE_IS_MOOF) == 0)
		return false;
	if ((flags & HAS_DESCRIPTION) != 0)
		box_skip(&body, 4);
	if ((flags & HAS_DEFAULT_DURATION) != 0)
		defaults->duration = (uint32_t)box_number(&body, 4);
	if ((flags & HAS_DEFAULT_SIZE) != 0)
		defaults->size = (uint32_t)box_number(&body, 4);
	if ((flags & HAS_DEFAULT_FLAGS) != 0)
		defaults->flags = (uint32_t)box_number(&body, 4);
	return !body.is_short;
}

static bool
read_time(struct box_bytes body, int64_t *dts)
{
	int version;

	(void)full(&body, &version);
	*dts = (int64_t)box_number(&body, version == 1 ? 8 : 4);
	/* What lies before an edit has times below zero, which ffmpeg writes
	 * as they are. */
	return !body.is_short && *dts > -TIME_MAX && *dts < TIME_MAX;
}

static bool
make_room(struct fmp4_reader *reader, size_t n)
{
	if (n > FMP4_SAMPLES_MAX - reader->n)
		return false;
	if (reader->n + n <= reader->max)
		return true;
	reader->max = reader->n + n;
	reader->samples =
	    mem_realloc(reader->samples, reader->max, sizeof(*reader->samples));
	reader->offsets =
	    mem_realloc(reader->offsets, reader->max, sizeof(*reader->offsets));
	return true;
}

/* Where a run is. */
struct run {
	uint32_t flags;
	int version;
	uint32_t first_flags;
	uint64_t offset; /* of its next sample behind the moof's first byte */
	int64_t dts;
};

static bool
read_sample(struct fmp4_reader *reader, struct box_bytes *body, struct run *run,
    const struct defaults *defaults, bool is_first)
{
	struct fmp4_sample *sample = &reader->samples[reader->n];
	uint32_t flags = defaults->flags, shift = 0;

	*sample = (struct fmp4_sample){ .dts = run->dts,
		.duration = defaults->duration,
		.len = defaults->size };
	if ((run->flags & HAS_DURATION) != 0)
		sample->duration = (uint32_t)box_number(body, 4);
	if ((run->flags & HAS_SIZE) != 0)
		sample->len = (size_t)box_number(body, 4);
	if ((run->flags & HAS_FLAGS) != 0)
		flags = (uint32_t)box_number(body, 4);
	else if (is_first && (run->flags & HAS_FIRST_FLAGS) != 0)
		flags = run->first_flags;
	if ((run->flags & HAS_SHIFT) != 0)
		shift = (uint32_t)box_number(body, 4);
	if (run->version == 0 && shift > INT32_MAX)
		return false;
	sample->shift = (int32_t)shift;
	sample->is_key = (flags & NOT_SYNC) == 0;
	reader->offsets[reader->n++] = (size_t)run->offset;
	run->offset += sample->len;
	run->dts += sample->duration;
	return run->offset <= FMP4_FRAGMENT_MAX && !body->is_short;
}

static bool
read_run(struct fmp4_reader *reader, struct box_bytes body,
    const struct defaults *defaults, int64_t *dts)
{
	struct run run = { .dts = *dts };
	uint32_t n, i;

	run.flags = full(&body, &run.version);
	n = (uint32_t)box_number(&body, 4);
	if ((run.flags & HAS_OFFSET) == 0 || !make_room(reader, n))
		return false;
	run.offset = box_number(&body, 4);
	if ((run.flags & HAS_FIRST_FLAGS) != 0)
		run.first_flags = (uint32_t)box_number(&body, 4);
	if (run.offset > FMP4_FRAGMENT_MAX)
		return false;
	for (i = 0; i < n; i++)
		if (!read_sample(reader, &body, &run, defaults, i == 0))
			return false;
	*dts = run.dts;
	return !body.is_short;
}

static bool
read_fragment(struct fmp4_reader *reader, const struct box_bytes *moof)
{
	struct defaults defaults = reader->defaults;
	struct box track, box;
	struct box_bytes rest;
	int64_t dts;

	reader->n = 0;
	if (!box_find(moof, BOX('t', 'r', 'a', 'f'), &track) ||
	    !box_find(&track.body, BOX('t', 'f', 'h', 'd'), &box) ||
	    !read_header(box.body, &defaults) ||
	    !box_find(&track.body, BOX('t', 'f', 'd', 't'), &box) ||
	    !read_time(box.body, &dts))
		return false;
	rest = track.body;
	while (box_next(&rest, &box))
		if (box.type == BOX('t', 'r', 'u', 'n') &&
		    !read_run(reader, box.body, &defaults, &dts))
			return false;
	return !rest.is_short;
}

static int
give_samples(
    struct fmp4_reader *reader, const struct box_bytes *mdat, struct err *err)
{
	size_t before = reader->moof_len + HEADER, i;

	for (i = 0; i < reader->n; i++) {
		struct fmp4_sample *sample = &reader->samples[i];
		size_t offset = reader->offsets[i];

		if (offset < before || offset - before > mdat->left ||
		    sample->len > mdat->left - (offset - before))
			return corrupt(err, "points outside of itself");
		sample->data = mdat->at + (offset - before);
		if (reader->handler.sample(reader->handler.arg, sample, err) ==
		    -1)
			return -1;
	}
	return 0;
}

/* --- The stream ------------------------------------------------------------- */

static int
end_box(struct fmp4_reader *reader, struct err *err)
{
	struct box_bytes whole = { .at =
				       (const unsigned char *)reader->box.data,
		.left = reader->box.len };
	size_t moof_len = reader->moof_len;
	struct box box;

	if (!box_next(&whole, &box))
		return corrupt(err, "is damaged");
	reader->moof_len = 0;
	switch (box.type) {
	case BOX('f', 't', 'y', 'p'):
	case BOX('m', 'o', 'o', 'v'):
		if (reader->has_begun ||
		    buf_append(
			&reader->init, reader->box.data, reader->box.len) == -1)
			return corrupt(err, "begins twice");
		return box.type == BOX('m', 'o', 'o', 'v')
		    ? end_init(reader, &box.body, err)
		    : 0;
	case BOX('m', 'o', 'o', 'f'):
		if (!reader->has_begun || !read_fragment(reader, &box.body))
			return corrupt(err, "has a fragment that is none");
		reader->moof_len = reader->box.len;
		return 0;
	case BOX('m', 'd', 'a', 't'):
		if (moof_len == 0)
			return corrupt(err, "has bytes of no fragment");
		reader->moof_len = moof_len;
		if (give_samples(reader, &box.body, err) == -1)
			return -1;
		reader->moof_len = 0;
		return 0;
	default:
		return 0;
	}
}

/* How many bytes the box that is arriving has; 0: not known yet, SIZE_MAX: too
 * many. */
static size_t
box_length(const struct fmp4_reader *reader)
{
	struct box_bytes head = { .at = (const unsigned char *)reader->box.data,
		.left = reader->box.len };
	uint64_t size;

	if (head.left < HEADER)
		return 0;
	size = box_number(&head, 4);
	return size < HEADER || size > FMP4_FRAGMENT_MAX ? SIZE_MAX
							 : (size_t)size;
}

int
fmp4_read(
    struct fmp4_reader *reader, const void *bytes, size_t len, struct err *err)
{
	const char *at = bytes;
	size_t whole, want;

	for (;;) {
		whole = box_length(reader);
		if (whole == SIZE_MAX)
			return corrupt(err, "has a box without an end");
		if (whole != 0 && reader->box.len == whole) {
			if (end_box(reader, err) == -1)
				return -1;
			buf_reset(&reader->box);
			continue;
		}
		if (len == 0)
			return 0;
		want = (whole == 0 ? HEADER : whole) - reader->box.len;
		if (want > len)
			want = len;
		if (buf_append(&reader->box, at, want) == -1)
			return corrupt(err, "is too much at once");
		at += want;
		len -= want;
	}
}

struct fmp4_reader *
fmp4_reader_new(const struct fmp4_handler *handler)
{
	struct fmp4_reader *reader = mem_calloc(1, sizeof(*reader));

	reader->handler = *handler;
	buf_init(&reader->init, FMP4_INIT_MAX);
	buf_init(&reader->box, FMP4_FRAGMENT_MAX);
	return reader;
}

void
fmp4_reader_free(struct fmp4_reader *reader)
{
	if (reader == NULL)
		return;
	buf_fini(&reader->init);
	buf_fini(&reader->box);
	free(reader->samples);
	free(reader->offsets);
	free(reader);
}
