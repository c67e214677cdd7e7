/*
 * Sealing of database fields: AES-256-GCM with a random 96-bit nonce, spelled
 * "v1:" + key id (8 hex) + ":" + base64url(nonce ‖ ciphertext ‖ tag). Table,
 * column and row id are the associated data, so that a value moved to another
 * row does not open.
 */
#ifndef LIB_AUTH_SEAL_H
#define LIB_AUTH_SEAL_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/auth/keys.h"
#include "lib/base/attr.h"
#include "lib/base/encode.h"
#include "lib/base/err.h"

enum { SEAL_ID_BYTES = 4, SEAL_ID_SIZE = ENCODE_HEX_SIZE(SEAL_ID_BYTES) };

struct seal_place {
	const char *table;
	const char *column;
	const char *row;
};

/* A new text (free()). */
char *seal_text(const struct auth_keys *keys, const struct seal_place *place,
    const void *plain, size_t len) NONNULL RETURNS_NONNULL MUST_CHECK;

/* The plain bytes with a NUL behind (free() after mem_wipe), *len without it.
 * NULL and ERR_CORRUPT when the value is damaged, of another place or key. */
char *seal_open(const struct auth_keys *keys, const struct seal_place *place,
    const char *sealed, size_t *len, struct err *err) NONNULL MUST_CHECK;

/* Opens by one key and seals by another (free()). NULL as seal_open. */
char *seal_again(const struct auth_keys *from, const struct auth_keys *to,
    const struct seal_place *place, const char *sealed,
    struct err *err) NONNULL MUST_CHECK;

/* The key id of a master key; it tells nothing about it. */
void seal_key_id(const struct auth_keys *keys, char out[SEAL_ID_SIZE]) NONNULL;
/* That of a text, which need not be a sealed one: then false. */
bool seal_read_id(
    const char *sealed, char out[SEAL_ID_SIZE]) NONNULL MUST_CHECK;

/* HMAC-SHA-256 for equality look-ups of what is sealed. */
void seal_index(const struct auth_keys *keys, const void *plain, size_t len,
    unsigned char out[32]) NONNULL;

#endif
