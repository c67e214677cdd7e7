/*
 * A table of as many places as a household has devices at the same time. Two
 * tokens at one place take turns.
 */
#include "lib/auth/token_cache.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/random.h"

enum { PLACES = 64, TEXT_MAX = 768 };

struct place {
	size_t len; /* 0: free */
	struct access_token token;
	char user_id[UUID_SIZE];
	char session_id[UUID_SIZE];
	char profile_id[UUID_SIZE];
	char text[TEXT_MAX];
};

struct token_cache {
	pthread_mutex_t lock;
	struct place *place[PLACES]; /* NULL: never used */
};

struct token_cache *
token_cache_new(void)
{
	struct token_cache *cache = mem_calloc(1, sizeof(*cache));

	pthread_mutex_init(&cache->lock, NULL);
	return cache;
}

void
token_cache_free(struct token_cache *cache)
{
	int i;

	if (cache == NULL)
		return;
	for (i = 0; i < PLACES; i++)
		free(cache->place[i]);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}

/* FNV-1a; a signature at the end makes each token's different. */
static size_t
place_of(const char *text, size_t len)
{
	uint32_t hash = 2166136261u;
	size_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	return hash % PLACES;
}

/* Compared in constant time: how far a guess is right is nobody's business. */
static bool
find(struct token_cache *cache, struct arena *arena, const char *text,
    size_t len, struct access_token *token)
{
	struct place *place;
	bool found;

	pthread_mutex_lock(&cache->lock);
	place = cache->place[place_of(text, len)];
	found = place != NULL && place->len == len &&
	    CRYPTO_memcmp(place->text, text, len) == 0;
	if (found) {
		*token = place->token;
		token->user_id = arena_strdup(arena, place->user_id);
		token->session_id = arena_strdup(arena, place->session_id);
		token->profile_id = arena_strdup(arena, place->profile_id);
	}
	pthread_mutex_unlock(&cache->lock);
	return found;
}

static bool
is_small(size_t len, const struct access_token *token)
{
	return len <= TEXT_MAX && strlen(token->user_id) < UUID_SIZE &&
	    strlen(token->session_id) < UUID_SIZE &&
	    strlen(token->profile_id) < UUID_SIZE;
}

static void
keep(struct token_cache *cache, const char *text, size_t len,
    const struct access_token *token)
{
	struct place **place;

	pthread_mutex_lock(&cache->lock);
	place = &cache->place[place_of(text, len)];
	if (*place == NULL)
		*place = mem_calloc(1, sizeof(**place));
	(*place)->token = *token;
	memcpy((*place)->user_id, token->user_id, strlen(token->user_id) + 1);
	memcpy((*place)->session_id, token->session_id,
	    strlen(token->session_id) + 1);
	memcpy((*place)->profile_id, token->profile_id,
	    strlen(token->profile_id) + 1);
	memcpy((*place)->text, text, len);
	(*place)->len = len;
	pthread_mutex_unlock(&cache->lock);
}

int
token_cache_check(struct token_cache *cache, struct arena *arena,
    const struct auth_keys *keys, const char *text, int64_t now_ms,
    struct access_token *token, struct err *err)
{
	size_t len = strnlen(text, TEXT_MAX + 1);

	/* Whether it is too early or too late is said by token_check. */
	if (len > 0 && len <= TEXT_MAX &&
	    find(cache, arena, text, len, token) &&
	    now_ms >= token->issued_at && now_ms < token->expires_at)
		return 0;
	if (token_check(arena, keys, text, now_ms, token, err) == -1)
		return -1;
	if (is_small(len, token))
		keep(cache, text, len, token);
	return 0;
}
