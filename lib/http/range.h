/*
 * Ranges of RFC 9110 §14: a pure function from header to byte positions.
 */
#ifndef LIB_HTTP_RANGE_H
#define LIB_HTTP_RANGE_H

#include <stdint.h>

#include "lib/base/attr.h"

enum { HTTP_RANGES_MAX = 8 };

/* A single range, resolved against a size. */
struct http_range {
	int64_t from; /* first byte */
	int64_t to;   /* last byte, inclusive */
};

enum range_result {
	RANGE_NONE,          /* no or an ignorable header: send all, 200 */
	RANGE_OK,            /* 206 */
	RANGE_UNSATISFIABLE, /* 416 */
};

/* Resolves a Range header against a size. Unknown units and malformed headers
 * are ignored (RANGE_NONE); ranges wholly behind the end are dropped; more than
 * HTTP_RANGES_MAX after coalescing, or none left, is RANGE_UNSATISFIABLE.
 * Overlapping and touching ranges are coalesced, order kept otherwise. */
enum range_result http_range_parse(const char *header, int64_t size,
    struct http_range out[HTTP_RANGES_MAX], int *n)
    NONNULL_ARGS(3, 4) MUST_CHECK;

#endif
