/*
 * Bytes in text: hexadecimal (lower case), base64url without padding (RFC 4648
 * §5) and base64 with it (§4); percent-decoding (RFC 3986 §2.1).
 */
#ifndef LIB_BASE_ENCODE_H
#define LIB_BASE_ENCODE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/attr.h"

/* Sizes of the text with its NUL. */
#define ENCODE_HEX_SIZE(n) ((n)*2 + 1)
#define ENCODE_B64_SIZE(n) (((n)*4 + 2) / 3 + 1)
#define ENCODE_BASE64_SIZE(n) (((n) + 2) / 3 * 4 + 1)

/* Appends a text with all that an address may mean otherwise percent-encoded
 * (RFC 3986 §2.3). */
struct buf;
void encode_url(const char *text, struct buf *out) NONNULL;

void encode_hex(const void *bytes, size_t len, char *out) NONNULL;
/* Decodes exactly len bytes; false for another length or a bad digit. */
bool decode_hex(const char *text, void *out, size_t len) NONNULL MUST_CHECK;

void encode_base64url(const void *bytes, size_t len, char *out) NONNULL;
/* Decodes up to max bytes into out; returns how many, or -1 for a character
 * outside the alphabet, padding, non-zero spare bits or too much. */
long decode_base64url(const char *text, size_t text_len, void *out,
    size_t max) NONNULL MUST_CHECK;

void encode_base64(const void *bytes, size_t len, char *out) NONNULL;
/* The same for base64; padding is needed. Changes the text. */
long decode_base64(
    char *text, size_t text_len, void *out, size_t max) NONNULL MUST_CHECK;

/* Decodes %XX (and '+' as space when `form`) in place; false for a broken
 * escape or a decoded NUL, the text is then undefined. */
bool decode_percent(char *text, bool form) NONNULL MUST_CHECK;

#endif
