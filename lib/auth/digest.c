/*
 * SHA-256 and HMAC-SHA-256 over libcrypto. It fails only without memory or
 * without the algorithms, and then nothing here can go on.
 */
#include "lib/auth/digest.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdint.h>

#include "lib/auth/keys.h"
#include "lib/base/log.h"

static pthread_once_t looked_up = PTHREAD_ONCE_INIT;
static EVP_MD *sha256;

static void
look_up(void)
{
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (sha256 == NULL)
		die("There is no SHA-256.");
}

void
digest_sha256(const void *bytes, size_t len, unsigned char out[DIGEST_SIZE])
{
	unsigned int n = 0;

	pthread_once(&looked_up, look_up);
	if (EVP_Digest(bytes, len, out, &n, sha256, NULL) != 1 ||
	    n != DIGEST_SIZE)
		die("SHA-256 failed.");
}

static int
update_part(EVP_MAC_CTX *ctx, const struct digest_part *part)
{
	unsigned char head[8];
	uint64_t len = part->len;
	int i;

	for (i = 7; i >= 0; i--) {
		head[i] = (unsigned char)len;
		len >>= 8;
	}
	return EVP_MAC_update(ctx, head, sizeof(head)) == 1 &&
	    EVP_MAC_update(ctx, part->bytes, part->len) == 1;
}

void
digest_hmac(const unsigned char *key, const struct digest_part *parts,
    unsigned char out[DIGEST_SIZE])
{
	OSSL_PARAM params[2];
	EVP_MAC *mac;
	EVP_MAC_CTX *ctx;
	size_t n = 0;
	char name[] = "SHA256";
	int ok;

	params[0] =
	    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0);
	params[1] = OSSL_PARAM_construct_end();
	mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	ctx = mac == NULL ? NULL : EVP_MAC_CTX_new(mac);
	ok = ctx != NULL && EVP_MAC_init(ctx, key, AUTH_KEY_SIZE, params) == 1;
	for (; ok && parts->bytes != NULL; parts++)
		ok = update_part(ctx, parts);
	ok = ok && EVP_MAC_final(ctx, out, &n, DIGEST_SIZE) == 1;
	EVP_MAC_CTX_free(ctx);
	EVP_MAC_free(mac);
	if (!ok || n != DIGEST_SIZE)
		die("HMAC-SHA-256 failed.");
}
