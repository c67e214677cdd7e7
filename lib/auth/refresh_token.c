/*
 * Refresh tokens as such: their text, their chain. Because each is computed
 * from the one before, an old token proves itself by leading to the present
 * one, and nothing but one hash has to be kept of the whole chain.
 */
#include <stdio.h>
#include <string.h>

#include "lib/auth/digest.h"
#include "lib/auth/session_part.h"
#include "lib/base/encode.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/base/str.h"

enum {
	SECRET_BYTES = 32,
	NUMBER_MAX = 100000000,
	/* A month of refreshing every five minutes; bounds the work that
	 * somebody with a made-up number can cause to about 50 ms. */
	ANCESTORS_MAX = 10000,
};

static void
write_token(const unsigned char secret[SECRET_BYTES], int64_t number,
    struct refresh_token *out)
{
	char text[ENCODE_B64_SIZE(SECRET_BYTES)];

	encode_base64url(secret, SECRET_BYTES, text);
	snprintf(
	    out->text, sizeof(out->text), "%s.%lld", text, (long long)number);
	out->number = number;
	digest_sha256(out->text, strlen(out->text), out->hash);
}

void
refresh_token_first(struct refresh_token *out)
{
	unsigned char secret[SECRET_BYTES];

	random_bytes(secret, sizeof(secret));
	write_token(secret, 0, out);
	mem_wipe(secret, sizeof(secret));
}

bool
refresh_token_parse(const char *text, struct refresh_token *out)
{
	unsigned char secret[SECRET_BYTES];
	const char *number = text + REFRESH_SECRET_SIZE + 1;
	size_t len = strnlen(text, REFRESH_TEXT_SIZE);
	int64_t n;

	if (len < REFRESH_SECRET_SIZE + 2 || len == REFRESH_TEXT_SIZE ||
	    text[REFRESH_SECRET_SIZE] != '.' || *number < '0' ||
	    (*number == '0' && number[1] != '\0') ||
	    !str_to_int64(number, 0, NUMBER_MAX, &n))
		return false;
	if (decode_base64url(text, REFRESH_SECRET_SIZE, secret,
		sizeof(secret)) != SECRET_BYTES)
		return false;
	write_token(secret, n, out);
	return strcmp(out->text, text) == 0;
}

void
refresh_token_next(const struct auth_keys *keys, const char *session_id,
    const struct refresh_token *token, struct refresh_token *next)
{
	unsigned char secret[DIGEST_SIZE];

	digest_hmac(auth_key(keys, KEY_REFRESH),
	    DIGEST_PARTS(DIGEST_TEXT("successor"), DIGEST_TEXT(session_id),
		DIGEST_BYTES(&token->number, sizeof(token->number)),
		DIGEST_TEXT(token->text)),
	    secret);
	write_token(secret, token->number + 1, next);
	mem_wipe(secret, sizeof(secret));
}

bool
refresh_token_is_ancestor(const struct auth_keys *keys,
    const struct session *session, const struct refresh_token *token)
{
	struct refresh_token at = *token, next;

	if (token->number >= session->refresh_counter ||
	    session->refresh_counter - token->number > ANCESTORS_MAX)
		return false;
	while (at.number < session->refresh_counter) {
		refresh_token_next(keys, session->id, &at, &next);
		at = next;
	}
	return mem_equal_secret(
	    at.hash, session->refresh_hash, SESSION_HASH_SIZE);
}
