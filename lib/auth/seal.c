/*
 * Sealing of database fields with AES-256-GCM.
 */
#include "lib/auth/seal.h"

#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/digest.h"
#include "lib/base/encode.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/base/str.h"

enum {
	NONCE_SIZE = 12,
	TAG_SIZE = 16,
	HEAD_SIZE = 3 + SEAL_ID_BYTES * 2 + 1, /* "v1:" key id ":" */
	SEALED_MAX = 64 * 1024 * 1024,
};

void
seal_key_id(const struct auth_keys *keys, char out[SEAL_ID_SIZE])
{
	unsigned char mac[DIGEST_SIZE];

	digest_hmac(
	    auth_key(keys, KEY_SEAL), DIGEST_PARTS(DIGEST_TEXT("key id")), mac);
	encode_hex(mac, SEAL_ID_BYTES, out);
}

bool
seal_read_id(const char *sealed, char out[SEAL_ID_SIZE])
{
	unsigned char id[SEAL_ID_BYTES];

	if (strnlen(sealed, HEAD_SIZE) < HEAD_SIZE ||
	    !str_starts(sealed, "v1:") || sealed[HEAD_SIZE - 1] != ':')
		return false;
	snprintf(out, SEAL_ID_SIZE, "%.8s", sealed + 3);
	return decode_hex(out, id, sizeof(id));
}

/* "v1:" and the id of the sealing key, which tells a foreign key from a damaged
 * value. */
static void
write_head(const struct auth_keys *keys, char out[HEAD_SIZE + 1])
{
	char id[SEAL_ID_SIZE];

	seal_key_id(keys, id);
	snprintf(out, HEAD_SIZE + 1, "v1:%s:", id);
}

/* Feeds table, column and row with their NULs as associated data. */
static int
bind_place(EVP_CIPHER_CTX *ctx, const struct seal_place *place,
    int (*update)(
	EVP_CIPHER_CTX *, unsigned char *, int *, const unsigned char *, int))
{
	const char *const parts[] = { place->table, place->column, place->row };
	size_t i;
	int n;

	for (i = 0; i < COUNT_OF(parts); i++)
		if (update(ctx, NULL, &n, (const unsigned char *)parts[i],
			(int)strlen(parts[i]) + 1) != 1)
			return 0;
	return 1;
}

char *
seal_text(const struct auth_keys *keys, const struct seal_place *place,
    const void *plain, size_t len)
{
	EVP_CIPHER_CTX *ctx;
	unsigned char *box;
	char *text;
	int n = 0, last = 0, ok;

	if (len > SEALED_MAX)
		die("A value of %zu bytes is too long to be sealed.", len);
	box = mem_calloc(1, NONCE_SIZE + len + TAG_SIZE);
	random_bytes(box, NONCE_SIZE);
	ctx = EVP_CIPHER_CTX_new();
	ok = ctx != NULL &&
	    EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL,
		auth_key(keys, KEY_SEAL), box) == 1 &&
	    bind_place(ctx, place, EVP_EncryptUpdate) &&
	    EVP_EncryptUpdate(ctx, box + NONCE_SIZE, &n, plain, (int)len) ==
		1 &&
	    EVP_EncryptFinal_ex(ctx, box + NONCE_SIZE + n, &last) == 1 &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG_SIZE,
		box + NONCE_SIZE + len) == 1;
	EVP_CIPHER_CTX_free(ctx);
	if (!ok)
		die("AES-256-GCM failed.");
	len += NONCE_SIZE + TAG_SIZE;
	text = mem_calloc(1, HEAD_SIZE + ENCODE_B64_SIZE(len));
	write_head(keys, text);
	encode_base64url(box, len, text + HEAD_SIZE);
	free(box);
	return text;
}

/* Decrypts box into plain; 1 when it is genuine and of this place. */
static int
open_box(const struct auth_keys *keys, const struct seal_place *place,
    unsigned char *box, size_t len, unsigned char *plain)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, last = 0, ok;

	ok = ctx != NULL &&
	    EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL,
		auth_key(keys, KEY_SEAL), box) == 1 &&
	    bind_place(ctx, place, EVP_DecryptUpdate) &&
	    EVP_DecryptUpdate(ctx, plain, &n, box + NONCE_SIZE, (int)len) ==
		1 &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG_SIZE,
		box + NONCE_SIZE + len) == 1 &&
	    EVP_DecryptFinal_ex(ctx, plain + n, &last) == 1;
	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

char *
seal_open(const struct auth_keys *keys, const struct seal_place *place,
    const char *sealed, size_t *len, struct err *err)
{
	char head[HEAD_SIZE + 1];
	unsigned char *box = NULL, *plain = NULL;
	size_t text_len = strlen(sealed), plain_len;
	long n;

	write_head(keys, head);
	if (!str_starts(sealed, head)) {
		err_set(err, ERR_CORRUPT,
		    "A sealed value of %s belongs to another key.",
		    place->table);
		return NULL;
	}
	text_len -= HEAD_SIZE;
	box = mem_calloc(1, text_len + 1);
	n = decode_base64url(sealed + HEAD_SIZE, text_len, box, text_len);
	if (n < NONCE_SIZE + TAG_SIZE || n > SEALED_MAX)
		goto err;
	plain_len = (size_t)n - NONCE_SIZE - TAG_SIZE;
	plain = mem_calloc(1, plain_len + 1);
	if (!open_box(keys, place, box, plain_len, plain))
		goto err;
	free(box);
	plain[plain_len] = '\0';
	*len = plain_len;
	return (char *)plain;
err:
	free(box);
	free(plain);
	err_set(
	    err, ERR_CORRUPT, "A sealed value of %s is damaged.", place->table);
	return NULL;
}

char *
seal_again(const struct auth_keys *from, const struct auth_keys *to,
    const struct seal_place *place, const char *sealed, struct err *err)
{
	size_t len = 0;
	char *plain = seal_open(from, place, sealed, &len, err), *text;

	if (plain == NULL)
		return NULL;
	text = seal_text(to, place, plain, len);
	mem_wipe(plain, len);
	free(plain);
	return text;
}

void
seal_index(const struct auth_keys *keys, const void *plain, size_t len,
    unsigned char out[32])
{
	digest_hmac(auth_key(keys, KEY_INDEX),
	    DIGEST_PARTS(DIGEST_BYTES(plain, len)), out);
}
