/*
 * A growing buffer of bytes that is born with a ceiling. Appending beyond it
 * fails and marks the buffer, so that a writer may append many times and ask
 * once. Always followed by a NUL that does not count.
 *
 *	struct buf buf;
 *	buf_init(&buf, 4096);
 *	buf_printf(&buf, "%s/%d", name, n);
 *	if (buf_failed(&buf)) ...
 *	buf_fini(&buf);
 */
#ifndef LIB_BASE_BUF_H
#define LIB_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/attr.h"

struct buf {
	char *data; /* never NULL after buf_init; data[len] is NUL */
	size_t len;
	size_t cap;
	size_t max;
	bool failed;
};

/* An empty buffer that may hold up to max bytes; fini frees it. */
void buf_init(struct buf *buf, size_t max) NONNULL;
void buf_fini(struct buf *buf) NONNULL;

/* Empties, keeps the memory, forgets a failure. */
void buf_reset(struct buf *buf) NONNULL;

/* Each returns 0, or -1 when the ceiling was reached now or earlier; the
 * content is then what fitted before. */
int buf_append(struct buf *buf, const void *bytes, size_t len) NONNULL_ARGS(1);
int buf_puts(struct buf *buf, const char *s) NONNULL;
int buf_printf(struct buf *buf, const char *fmt, ...) NONNULL_ARGS(1, 2)
    PRINTF_LIKE(2, 3);

/* Removes the first n bytes; n <= len. */
void buf_consume(struct buf *buf, size_t n) NONNULL;

/* Makes room for `want` more bytes and returns where they go; the caller adds
 * what it wrote to len and sets the NUL by buf_wrote. NULL at the ceiling. */
char *buf_reserve(struct buf *buf, size_t want) NONNULL MUST_CHECK;
void buf_wrote(struct buf *buf, size_t n) NONNULL;

/* True when something did not fit since init or reset. */
bool buf_failed(const struct buf *buf) NONNULL;

/* The caller owns the memory (free()); the buffer is empty again. */
char *buf_take(struct buf *buf) NONNULL RETURNS_NONNULL MUST_CHECK;

#endif
