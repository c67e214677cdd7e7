/*
 * Time. Wall-clock times are milliseconds UTC since 1970 and are what is
 * stored and shown; intervals are measured on the monotonic clock, which does
 * not jump.
 */
#ifndef LIB_BASE_CLOCK_H
#define LIB_BASE_CLOCK_H

#include <stdint.h>

#include "lib/base/attr.h"

enum {
	CLOCK_ISO_SIZE = 25,  /* "2026-01-31T23:59:59.999Z" and its NUL */
	CLOCK_HTTP_SIZE = 30, /* "Sat, 31 Jan 2026 23:59:59 GMT" and its NUL */
};

/* The wall clock, and the monotonic one in two units. */
int64_t clock_now_ms(void);
int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);

/* ISO 8601 in UTC with milliseconds. */
void clock_iso(int64_t at_ms, char out[CLOCK_ISO_SIZE]) NONNULL;

/* IMF-fixdate (RFC 9110 §5.6.7). */
void clock_http(int64_t at_ms, char out[CLOCK_HTTP_SIZE]) NONNULL;

/* Parses "2026-01-31" (its beginning), "2026-01-31T23:59:59Z" or the same with
 * milliseconds; -1 when it is none of them. */
int64_t clock_parse_iso(const char *text) NONNULL MUST_CHECK;

/* Parses an IMF-fixdate; -1 when it is none. */
int64_t clock_parse_http(const char *date) NONNULL;

#endif
