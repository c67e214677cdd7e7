/*
 * Access tokens that this process has checked already. Signature and claims of
 * a token never change, so what was found once is found again by comparing the
 * text; only its time is looked at anew. Who signs out or is disabled is not
 * found here but in the session's row, which every request reads.
 */
#ifndef LIB_AUTH_TOKEN_CACHE_H
#define LIB_AUTH_TOKEN_CACHE_H

#include "lib/auth/token.h"

struct token_cache;

/* For any number of threads. */
struct token_cache *token_cache_new(void) RETURNS_NONNULL MUST_CHECK;
void token_cache_free(struct token_cache *cache);

/* As token_check, for the one set of keys with which the cache is used. */
int token_cache_check(struct token_cache *cache, struct arena *arena,
    const struct auth_keys *keys, const char *text, int64_t now_ms,
    struct access_token *token, struct err *err) NONNULL MUST_CHECK;

#endif
