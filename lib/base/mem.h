/*
 * Allocation that does not return NULL: running out of memory for small
 * things of fixed size ends the program, which its supervisor starts again.
 * Where the size comes from outside, use a bounded buffer (buf.h) instead.
 */
#ifndef LIB_BASE_MEM_H
#define LIB_BASE_MEM_H

#include <stddef.h>

#include "lib/base/attr.h"

/* Zeroed memory; n * size must not overflow. Free with free(). */
void *mem_calloc(size_t n, size_t size) RETURNS_NONNULL MUST_CHECK;
void *mem_realloc(void *old, size_t n, size_t size) RETURNS_NONNULL MUST_CHECK;
char *mem_strdup(const char *s) NONNULL RETURNS_NONNULL MUST_CHECK;

/* Overwrites a secret in a way the compiler keeps. */
void mem_wipe(void *secret, size_t len) NONNULL;

/* Compares in a time that depends on len only; 1 when equal. */
int mem_equal_secret(
    const void *a, const void *b, size_t len) NONNULL MUST_CHECK;

#endif
