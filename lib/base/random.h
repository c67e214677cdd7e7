/*
 * Randomness from the kernel (getrandom(2)); ends the program when there is
 * none.
 */
#ifndef LIB_BASE_RANDOM_H
#define LIB_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"

enum { UUID_SIZE = 37 };

void random_bytes(void *out, size_t len) NONNULL;
uint64_t random_below(uint64_t limit); /* uniform in [0, limit) */
/* Version 4 UUID in its usual spelling (RFC 9562). */
void random_uuid(char out[UUID_SIZE]) NONNULL;

#endif
