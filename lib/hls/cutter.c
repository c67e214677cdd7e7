/* Samples are kept until a segment is whole, the last of them back until the next
 * one says how long it lasts. */
#include "lib/hls/cutter.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/hls/fmp4.h"

#define NEVER INT64_MAX

enum { TRACK = 1 };

struct hls_cutter {
	struct hls_cutter_spec spec;
	struct fmp4_reader *reader;
	int64_t timescale;
	int64_t beginning; /* of the film, ticks of the track */
	size_t at;         /* the segment being filled */
	bool has_begun;
	struct fmp4_sample
	    *samples; /* their bytes follow each other in `data` */
	size_t n, room;
	struct buf data;
	struct buf out;
};

/* Ticks of the track → HLS_CLOCK, to the nearest. */
static int64_t
to_clock(const struct hls_cutter *cutter, int64_t time)
{
	__extension__ typedef __int128 wide;
	wide ticks = (wide)time * HLS_CLOCK * 2 + cutter->timescale;

	if (ticks < 0)
		return (int64_t)(ticks / (2 * cutter->timescale)) - 1;
	return (int64_t)(ticks / (2 * cutter->timescale));
}

static int
on_init(void *arg, const unsigned char *bytes, size_t len, uint32_t timescale,
    struct err *err)
{
	struct hls_cutter *cutter = arg;
	const struct hls_cutter_spec *spec = &cutter->spec;
	__extension__ typedef __int128 wide;

	if (timescale == 0)
		return err_set(err, ERR_CORRUPT, "The track has no clock.");
	cutter->timescale = timescale;
	cutter->beginning =
	    (int64_t)(((wide)spec->num * timescale * 2 + spec->den) /
		(2 * spec->den));
	return spec->init(spec->arg, bytes, len, err);
}

/* Moves the samples so that the first is decoded when it is shown: the same, from
 * wherever the stream began. What is decoded last is so before `next`, when the
 * neighbour begins: how far pictures are reordered differs within a film. */
static void
set_times(struct hls_cutter *cutter, int64_t next)
{
	const unsigned char *data = (const unsigned char *)cutter->data.data;
	struct fmp4_sample *list = cutter->samples;
	int64_t move = list[0].shift, latest = next, shown;
	size_t i;

	if (list[0].dts + move < 0)
		move = -list[0].dts;
	for (i = cutter->n; i-- > 0;) {
		shown = list[i].dts + list[i].shift;
		list[i].dts += move;
		if (list[i].dts >= latest)
			list[i].dts = latest - 1;
		if (latest != NEVER)
			list[i].duration = (uint32_t)(latest - list[i].dts);
		list[i].shift = (int32_t)(shown - list[i].dts);
		latest = list[i].dts;
	}
	for (i = 0; i < cutter->n; i++) {
		list[i].data = data;
		data += list[i].len;
	}
}

/* Gives the segment being filled; `next` is when the one behind it begins, ticks of
 * the track, or NEVER. */
static int
give(struct hls_cutter *cutter, int64_t next, struct err *err)
{
	const struct hls_cutter_spec *spec = &cutter->spec;

	if (cutter->n > 0) {
		set_times(cutter, next);
		if (fmp4_write(&cutter->out, (uint32_t)cutter->at + 1, TRACK,
			cutter->samples, cutter->n, err) == -1)
			return -1;
	}
	if (spec->segment(spec->arg, cutter->at, &cutter->out, err) == -1)
		return -1;
	cutter->at++;
	cutter->n = 0;
	buf_reset(&cutter->data);
	buf_reset(&cutter->out);
	return 0;
}

static int
keep(struct hls_cutter *cutter, const struct fmp4_sample *sample,
    struct err *err)
{
	struct fmp4_sample *kept;

	if (cutter->n == FMP4_SAMPLES_MAX)
		return err_set(
		    err, ERR_CORRUPT, "A segment has too many samples.");
	if (cutter->n == cutter->room) {
		cutter->room = cutter->room == 0 ? 256 : cutter->room * 2;
		cutter->samples = mem_realloc(
		    cutter->samples, cutter->room, sizeof(*cutter->samples));
	}
	kept = &cutter->samples[cutter->n++];
	*kept = *sample;
	kept->dts -= cutter->beginning;
	if (buf_append(&cutter->data, sample->data, sample->len) == -1)
		return err_set(
		    err, ERR_CORRUPT, "A segment is larger than it may be.");
	return 0;
}

static int
on_sample(void *arg, const struct fmp4_sample *sample, struct err *err)
{
	struct hls_cutter *cutter = arg;
	const struct hls_cuts *cuts = cutter->spec.cuts;
	int64_t dts = sample->dts - cutter->beginning;
	int64_t shown = to_clock(cutter, dts + sample->shift) + HLS_CLOSE;
	bool may_cut = sample->is_key || !cutter->spec.needs_key;
	size_t number;

	if (cutter->at >= cuts->n)
		return 0;
	/* A frame of sound belongs where most of it is heard. */
	if (!cutter->spec.needs_key)
		shown += to_clock(cutter, sample->duration) / 2;
	if (!cutter->has_begun) {
		if (!may_cut || shown < cuts->at[cutter->at])
			return 0;
		cutter->has_begun = true;
	}
	/* Sound may be padded with silence for ever. */
	if (!cutter->spec.needs_key && shown >= cuts->at[cuts->n])
		return hls_cutter_end(cutter, err);
	number = may_cut ? hls_cuts_find(cuts, shown) : cutter->at;
	while (cutter->at < number)
		if (give(cutter, dts + sample->shift, err) == -1)
			return -1;
	return keep(cutter, sample, err);
}

struct hls_cutter *
hls_cutter_new(const struct hls_cutter_spec *spec)
{
	struct hls_cutter *cutter = mem_calloc(1, sizeof(*cutter));

	cutter->spec = *spec;
	cutter->at = spec->first;
	buf_init(&cutter->data, HLS_PART_MAX);
	buf_init(&cutter->out, HLS_PART_MAX + HLS_PART_MAX / 8);
	cutter->reader = fmp4_reader_new(&(struct fmp4_handler){
	    .init = on_init, .sample = on_sample, .arg = cutter });
	return cutter;
}

void
hls_cutter_free(struct hls_cutter *cutter)
{
	if (cutter == NULL)
		return;
	fmp4_reader_free(cutter->reader);
	buf_fini(&cutter->data);
	buf_fini(&cutter->out);
	free(cutter->samples);
	free(cutter);
}

int
hls_cutter_read(
    struct hls_cutter *cutter, const void *bytes, size_t len, struct err *err)
{
	return fmp4_read(cutter->reader, bytes, len, err);
}

int
hls_cutter_end(struct hls_cutter *cutter, struct err *err)
{
	if (cutter->timescale == 0)
		return err_set(err, ERR_CORRUPT, "Nothing was written.");
	while (cutter->at < cutter->spec.cuts->n)
		if (give(cutter, NEVER, err) == -1)
			return -1;
	return 0;
}

size_t
hls_cutter_at(const struct hls_cutter *cutter)
{
	return cutter->at;
}
