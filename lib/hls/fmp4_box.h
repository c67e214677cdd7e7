/*
 * Boxes of ISO/IEC 14496-12 §4.2 and the numbers in them. Private to lib/hls.
 */
#ifndef LIB_HLS_FMP4_BOX_H
#define LIB_HLS_FMP4_BOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"

#define BOX(a, b, c, d)                                                        \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 |      \
	    (uint32_t)(d))

/* A place in bytes; reading beyond the end sets is_short and gives zeros. */
struct box_bytes {
	const unsigned char *at;
	size_t left;
	bool is_short;
};

/* The next n_bytes as a number, the most significant first; moves on. */
uint64_t box_number(struct box_bytes *bytes, int n_bytes) NONNULL MUST_CHECK;
/* Moves on by n bytes. */
void box_skip(struct box_bytes *bytes, size_t n) NONNULL;

struct box {
	uint32_t type;
	struct box_bytes body;
};

/* The next box among those of `bytes`; false at their end. One that says it is
 * longer than what there is sets is_short. */
bool box_next(struct box_bytes *bytes, struct box *box) NONNULL MUST_CHECK;

/* The first box of that type among those of `bytes`. */
bool box_find(const struct box_bytes *bytes, uint32_t type,
    struct box *box) NONNULL MUST_CHECK;

#endif
