/*
 * Stream keys: 256 random bits, base64url, in the path of a stream's address.
 * They live 6 h from their last use and at most 24 h, end with a revoked
 * session but not with an expired one.
 */
#ifndef LIB_AUTH_STREAM_KEY_H
#define LIB_AUTH_STREAM_KEY_H

#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/settings.h"
#include "lib/db/db.h"
#include "lib/store/stream_keys.h"

enum { STREAM_KEY_SIZE = 44, STREAM_KEY_SHOWN = 7 };

/* Makes a key: random text into out, hash into key->hash. */
void stream_key_make(char out[STREAM_KEY_SIZE], struct stream_key *key) NONNULL;

/* SHA-256 of a key's text. */
void stream_key_hash(
    const char *text, unsigned char out[STREAM_KEY_HASH_SIZE]) NONNULL;

/* First six hex digits of the hash: what logs may show. */
void stream_key_show(
    const struct stream_key *key, char out[STREAM_KEY_SHOWN]) NONNULL;

/* Finds and judges. ERR_STREAM_KEY_INVALID for unknown, expired, revoked,
 * malformed alike. */
int stream_key_check(struct db *db, struct arena *arena,
    const struct settings *settings, const char *text, int64_t now_ms,
    struct stream_key *key, struct err *err) NONNULL MUST_CHECK;

/* When the key ends if it is not used again, ms. */
int64_t stream_key_expires(const struct settings *settings,
    const struct stream_key *key) NONNULL MUST_CHECK;

#endif
