/*
 * Fragmented MP4 (ISO/IEC 14496-12): what ffmpeg writes of one track is read into
 * samples while it arrives, and written again as segments of our own cut. So a
 * segment begins and ends where its playlist says, wherever the writer began.
 *
 * Input comes from a process that reads hostile files, so it is hostile too.
 */
#ifndef LIB_HLS_FMP4_H
#define LIB_HLS_FMP4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

enum {
	FMP4_INIT_MAX = 1024 * 1024,          /* of ftyp and moov together */
	FMP4_FRAGMENT_MAX = 64 * 1024 * 1024, /* of a moof, of an mdat */
	FMP4_SAMPLES_MAX = 65536,             /* of a fragment or a segment */
};

/* One picture, or one frame of sound. Times are ticks of the track. */
struct fmp4_sample {
	int64_t dts;
	int32_t shift;     /* of presentation against decoding */
	uint32_t duration; /* until the next one is decoded */
	bool is_key;
	const unsigned char *data;
	size_t len;
};

/* What a reader finds. Memory is valid during the call; -1 with an error ends
 * the reading. */
struct fmp4_handler {
	/* ftyp and moov as they are, once, before all samples. */
	int (*init)(void *arg, const unsigned char *bytes, size_t len,
	    uint32_t timescale, struct err *err);
	int (*sample)(
	    void *arg, const struct fmp4_sample *sample, struct err *err);
	void *arg;
};

struct fmp4_reader;

/* A reader of one track's stream. */
struct fmp4_reader *fmp4_reader_new(
    const struct fmp4_handler *handler) NONNULL RETURNS_NONNULL MUST_CHECK;
void fmp4_reader_free(struct fmp4_reader *reader);

/* Takes the next bytes, split anywhere. ERR_CORRUPT for what is no fragmented MP4
 * of one track within the limits above; errors of the handler. After -1 the reader
 * can only be freed. */
int fmp4_read(struct fmp4_reader *reader, const void *bytes, size_t len,
    struct err *err) NONNULL MUST_CHECK;

/* Appends a segment (moof, mdat) of n > 0 samples in the order of decoding.
 * `number` counts the segments of a playlist from 1. A sample's own dts counts for
 * the first one only: those behind it follow by their durations. -1 when `out` is
 * full or the first dts is negative: ERR_CORRUPT. */
int fmp4_write(struct buf *out, uint32_t number, uint32_t track,
    const struct fmp4_sample *samples, size_t n,
    struct err *err) NONNULL MUST_CHECK;

#endif
