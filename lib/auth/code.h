/*
 * One-time codes that a person may have to type: 100 random bits as twenty
 * characters of Crockford's base 32, in groups of five ("K7QXM-2M9FT-…"). Only
 * their SHA-256 is stored. Case, spaces and hyphens do not matter, and what
 * looks alike (O and 0, I, L and 1) is taken for the same.
 */
#ifndef LIB_AUTH_CODE_H
#define LIB_AUTH_CODE_H

#include <stdbool.h>

#include "lib/auth/digest.h"
#include "lib/base/attr.h"

enum {
	CODE_CHARS = 20,
	CODE_SIZE = 24,      /* with three hyphens and NUL */
	CODE_TYPED_MAX = 64, /* as somebody may type it */
};

struct code {
	char text[CODE_SIZE];
	unsigned char hash[DIGEST_SIZE];
};

/* A new one. */
void code_make(struct code *out) NONNULL;

/* As it was typed; false when it cannot be a code. */
bool code_read(const char *typed, struct code *out) NONNULL MUST_CHECK;

#endif
