/* Access tokens from outside: none is taken that was not made here, and one
 * that is rightly signed is taken only with all its claims. */
#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/token.h"
#include "lib/base/encode.h"
#include "lib/base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW INT64_C(1800000000000)
#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static const struct auth_keys *
load_keys(void)
{
	static struct auth_keys *keys;
	struct err err;

	if (keys == NULL) {
		setenv("MIAU_MASTER_KEY", KEY, 1);
		keys = auth_keys_load("/nonexistent", 0, &err);
		assert(keys != NULL);
	}
	return keys;
}

static bool
is_taken(struct arena *arena, const char *text, struct access_token *token)
{
	struct err err = { 0 };

	if (token_check(arena, load_keys(), text, NOW, token, &err) == 0)
		return true;
	assert(err.code == ERR_UNAUTHORIZED || err.code == ERR_TOKEN_EXPIRED);
	return false;
}

/* "header.payload" with its signature behind. */
static char *
sign(struct arena *arena, const char *text)
{
	char signature[ENCODE_B64_SIZE(EVP_MAX_MD_SIZE)];
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	assert(HMAC(EVP_sha256(), auth_key(load_keys(), KEY_ACCESS_TOKEN),
		   AUTH_KEY_SIZE, (const unsigned char *)text, strlen(text),
		   mac, &len) != NULL);
	encode_base64url(mac, len, signature);
	return arena_printf(arena, "%s.%s", text, signature);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(1024 * 1024);
	char *text = arena_strndup(arena, (const char *)data, size);
	struct access_token token;

	/* Nobody but us can have signed it. */
	assert(!is_taken(arena, text, &token));
	if (is_taken(arena, sign(arena, text), &token)) {
		assert(*token.user_id != '\0' && *token.session_id != '\0');
		assert(token.expires_at > NOW);
		assert(token.issued_at <= NOW + TOKEN_SKEW_S * 1000);
	}
	arena_free(arena);
	return 0;
}
