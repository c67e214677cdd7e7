/*
 * An arena: what is allocated from it lives until the arena is reset, and is
 * never freed singly. Each request has one; what the store returns lives in
 * it. An arena has a ceiling: passing it ends the program, so sizes that come
 * from outside are checked before.
 */
#ifndef LIB_BASE_ARENA_H
#define LIB_BASE_ARENA_H

#include <stddef.h>

#include "lib/base/attr.h"

struct arena;

/* A new arena that may hold up to `max` bytes. Free with arena_free. */
struct arena *arena_new(size_t max) RETURNS_NONNULL MUST_CHECK;
void arena_free(struct arena *arena);

/* Forgets all that was allocated, keeps one block for the next use. */
void arena_reset(struct arena *arena) NONNULL;

/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t n,
    size_t size) NONNULL RETURNS_NONNULL MUST_CHECK;

/* Grows an array of `have` elements to `want` by copying; the old one stays
 * where it is. `old` may be NULL when have is 0. */
void *arena_grow(struct arena *arena, void *old, size_t have, size_t want,
    size_t size) NONNULL_ARGS(1) RETURNS_NONNULL MUST_CHECK;

/* Copies; NULL stays NULL. */
char *arena_strdup(struct arena *arena, const char *s)
    NONNULL_ARGS(1) MUST_CHECK;
char *arena_strndup(struct arena *arena, const char *s,
    size_t len) NONNULL RETURNS_NONNULL MUST_CHECK;
char *arena_printf(struct arena *arena, const char *fmt, ...)
    NONNULL_ARGS(1, 2) RETURNS_NONNULL MUST_CHECK PRINTF_LIKE(2, 3);

#endif
