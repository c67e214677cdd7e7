/*
 * SHA-256 and HMAC-SHA-256 in one call. The parts of a MAC are written with
 * their lengths before them, so that ("ab", "c") and ("a", "bc") differ.
 */
#ifndef LIB_AUTH_DIGEST_H
#define LIB_AUTH_DIGEST_H

#include <stddef.h>

#include "lib/base/attr.h"

enum { DIGEST_SIZE = 32 };

struct digest_part {
	const void *bytes; /* NULL ends the list */
	size_t len;
};

#define DIGEST_TEXT(s)                                                         \
	{                                                                      \
		.bytes = (s), .len = strlen(s)                                 \
	}
#define DIGEST_BYTES(p, n)                                                     \
	{                                                                      \
		.bytes = (p), .len = (n)                                       \
	}
#define DIGEST_PARTS(...) ((const struct digest_part[]){ __VA_ARGS__, { 0 } })

/* SHA-256 of len bytes. */
void digest_sha256(
    const void *bytes, size_t len, unsigned char out[DIGEST_SIZE]) NONNULL;

/* With a key of 32 bytes (lib/auth/keys.h). */
void digest_hmac(const unsigned char *key, const struct digest_part *parts,
    unsigned char out[DIGEST_SIZE]) NONNULL;

#endif
