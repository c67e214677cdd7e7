/*
 * Stream keys: made, hashed and judged.
 */
#include "lib/auth/stream_key.h"

#include <string.h>

#include "lib/auth/digest.h"
#include "lib/base/encode.h"
#include "lib/base/random.h"

enum { KEY_BYTES = 32 };

void
stream_key_make(char out[STREAM_KEY_SIZE], struct stream_key *key)
{
	unsigned char bytes[KEY_BYTES];

	random_bytes(bytes, sizeof(bytes));
	encode_base64url(bytes, sizeof(bytes), out);
	stream_key_hash(out, key->hash);
}

void
stream_key_hash(const char *text, unsigned char out[STREAM_KEY_HASH_SIZE])
{
	digest_sha256(text, strlen(text), out);
}

void
stream_key_show(const struct stream_key *key, char out[STREAM_KEY_SHOWN])
{
	encode_hex(key->hash, (STREAM_KEY_SHOWN - 1) / 2, out);
}

static bool
is_key(const char *text)
{
	unsigned char bytes[KEY_BYTES];
	size_t len = strnlen(text, STREAM_KEY_SIZE);

	return len == STREAM_KEY_SIZE - 1 &&
	    decode_base64url(text, len, bytes, sizeof(bytes)) == KEY_BYTES;
}

int64_t
stream_key_expires(
    const struct settings *settings, const struct stream_key *key)
{
	int64_t unused, always;

	unused = key->last_used_at +
	    settings_int(settings, SETTING_STREAM_KEY_TTL) * 1000;
	always = key->created_at +
	    settings_int(settings, SETTING_STREAM_KEY_MAX) * 1000;
	return unused < always ? unused : always;
}

static int
refuse(struct err *err)
{
	return err_set(
	    err, ERR_STREAM_KEY_INVALID, "Invalid or expired streaming key.");
}

int
stream_key_check(struct db *db, struct arena *arena,
    const struct settings *settings, const char *text, int64_t now_ms,
    struct stream_key *key, struct err *err)
{
	unsigned char hash[STREAM_KEY_HASH_SIZE];

	if (!is_key(text))
		return refuse(err);
	stream_key_hash(text, hash);
	switch (store_stream_key_find(db, arena, hash, key, err)) {
	case STORE_ERROR:
		return -1;
	case STORE_NONE:
		return refuse(err);
	case STORE_OK:
		break;
	}
	if (key->revoked_at != 0 || key->session_revoked ||
	    now_ms >= stream_key_expires(settings, key))
		return refuse(err);
	return 0;
}
