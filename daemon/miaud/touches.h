/*
 * "Was used just now": what a GET would like to write and may not. Handlers
 * tell it here; the times are collected and written together every
 * TOUCHES_FLUSH_MS and at the end.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_TOUCHES_H
#define DAEMON_MIAUD_TOUCHES_H

#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/store/stream_keys.h"

enum { TOUCHES_FLUSH_MS = 5000, TOUCHES_MAX = 1024 };

struct miaud;
struct touches;

struct touches *touches_new(
    struct miaud *miaud) NONNULL RETURNS_NONNULL MUST_CHECK;
void touches_session(
    struct touches *touches, const char *id, int64_t at) NONNULL;
/* An API key was used from this address. */
void touches_api_key(struct touches *touches, const char *id,
    const char *address, int64_t at) NONNULL;
void touches_stream_key(struct touches *touches,
    const unsigned char hash[STREAM_KEY_HASH_SIZE], int64_t at) NONNULL;
/* Flushes and closes the timer, so that the loop can end. */
void touches_close(struct touches *touches) NONNULL;
/* After the loop has ended. */
void touches_free(struct touches *touches);

#endif
