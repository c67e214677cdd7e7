/* What devices send when they make a passkey (CBOR in base64url, inside JSON):
 * what is taken holds a key, and the credential that was named beside it. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "lib/auth/passkey_part.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CLIENT                                                                 \
	"{\"type\":\"webauthn.create\",\"challenge\":\"c\","                   \
	"\"origin\":\"https://films.example\"}"

/* The id of the credential in the corpus. */
static const unsigned char id[4] = { 1, 2, 3, 4 };

static void
add_bytes(
    struct json_object *obj, const char *name, const void *bytes, size_t len)
{
	char *text = mem_calloc(ENCODE_B64_SIZE(len), 1);

	encode_base64url(bytes, len, text);
	json_add_text(obj, name, text);
	free(text);
}

static struct json_object *
make_credential(const uint8_t *data, size_t size)
{
	struct json_object *credential = json_object_new_object();
	struct json_object *response = json_object_new_object();

	json_add_text(credential, "type", "public-key");
	add_bytes(credential, "rawId", id, sizeof(id));
	add_bytes(response, "clientDataJSON", CLIENT, strlen(CLIENT));
	add_bytes(response, "attestationObject", data, size);
	json_add(credential, "response", response);
	return credential;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_object *credential = make_credential(data, size);
	struct arena *arena = arena_new(1024 * 1024);
	struct passkey passkey = { 0 };
	struct passkey_reply reply;
	struct err err = { 0 };

	if (passkey_read(arena, credential, PASSKEY_CREATE, &reply, &err) ==
		-1 ||
	    passkey_read_key(arena, &reply, &passkey, &err) == -1) {
		assert(err.code == ERR_PASSKEY_REFUSED);
	} else {
		assert(passkey.public_key_len > 0);
		assert(passkey.credential_len == sizeof(id));
		assert(memcmp(passkey.credential, id, sizeof(id)) == 0);
	}
	json_object_put(credential);
	arena_free(arena);
	return 0;
}
