/*
 * What a browser sends of a passkey. The outer JSON and clientDataJSON are read
 * here; authenticator data, keys and signatures by libfido2. Attestation is
 * neither asked for nor looked at, so that nothing of it needs to be trusted.
 */
#include "lib/auth/passkey_part.h"

#include <cbor.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <string.h>

#include "lib/auth/digest.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"

const int passkey_algorithms[PASSKEY_ALGORITHMS] = { COSE_ES256, COSE_EDDSA,
	COSE_RS256 };

enum {
	CLIENT_MAX = 4096,
	DATA_MAX = 64 * 1024,
	ITEMS_MAX = 64,     /* in an array or map of CBOR */
	TRANSPORT_MAX = 16, /* bytes; the longest known has 10 */
	TRANSPORTS_MAX = 8,
	/* Authenticator data, WebAuthn §6.1. */
	AUTH_FLAGS = 32,
	AUTH_COUNT_END = 37,
	AUTH_ID_LENGTH = 53,
	AUTH_ID = 55,
	FLAG_PRESENT = 0x01,
	FLAG_VERIFIED = 0x04,
	FLAG_CREDENTIAL = 0x40,
};

static int
refuse(struct err *err, const char *why)
{
	return err_set(err, ERR_PASSKEY_REFUSED, "%s", why);
}

/* Base64url of a property, decoded with a NUL behind; NULL when it is none. */
static unsigned char *
read_bytes(struct arena *arena, struct json_object *obj, const char *name,
    size_t max, size_t *len)
{
	const char *text = json_get_text(obj, name, "");
	size_t text_len = strlen(text);
	unsigned char *bytes;
	long n;

	if (text_len == 0 || text_len > ENCODE_B64_SIZE(max))
		return NULL;
	bytes = arena_alloc(arena, text_len + 1, 1);
	n = decode_base64url(text, text_len, bytes, text_len);
	if (n <= 0)
		return NULL;
	bytes[n] = '\0';
	*len = (size_t)n;
	return bytes;
}

static int
read_client(struct arena *arena, struct json_object *response,
    enum passkey_kind kind, struct passkey_reply *out, struct err *err)
{
	const char *type =
	    kind == PASSKEY_CREATE ? "webauthn.create" : "webauthn.get";
	struct json_object *client;
	unsigned char *bytes;
	struct err ignored;
	size_t len;
	bool is_right;

	bytes = read_bytes(arena, response, "clientDataJSON", CLIENT_MAX, &len);
	if (bytes == NULL)
		return refuse(err, "There is no clientDataJSON.");
	digest_sha256(bytes, len, out->client_hash);
	client = json_parse((const char *)bytes, len, &ignored);
	if (client == NULL)
		return refuse(err, "clientDataJSON is no JSON.");
	is_right = strcmp(json_get_text(client, "type", ""), type) == 0 &&
	    !json_get_bool(client, "crossOrigin", false);
	out->challenge =
	    arena_strdup(arena, json_get_text(client, "challenge", ""));
	out->origin = arena_strdup(arena, json_get_text(client, "origin", ""));
	json_object_put(client);
	return is_right ? 0
			: refuse(err, "This was signed for something else.");
}

/* Where the authenticator data lies in an attestation object. */
struct found {
	struct arena *arena; /* NULL: it is not looked for */
	bool is_next;        /* the key before was "authData" */
	unsigned char *bytes;
	size_t len;
	bool is_large; /* an array or map says that it is */
};

static void
on_text(void *context, cbor_data text, size_t len)
{
	struct found *found = context;

	found->is_next =
	    len == strlen("authData") && memcmp(text, "authData", len) == 0;
}

static void
on_bytes(void *context, cbor_data bytes, size_t len)
{
	struct found *found = context;

	if (found->is_next && found->bytes == NULL && found->arena != NULL) {
		found->bytes = arena_alloc(found->arena, len + 1, 1);
		memcpy(found->bytes, bytes, len);
		found->len = len;
	}
	found->is_next = false;
}

static void
on_items(void *context, size_t n)
{
	struct found *found = context;

	found->is_large |= n > ITEMS_MAX;
}

/*
 * Walks over CBOR items without keeping any. libcbor makes room for as many
 * items as an array claims to have, so what claims many must not reach it.
 */
static bool
walk_cbor(const unsigned char *bytes, size_t len, struct found *found)
{
	struct cbor_callbacks callbacks = cbor_empty_callbacks;
	struct cbor_decoder_result result;
	size_t at;

	callbacks.string = on_text;
	callbacks.byte_string = on_bytes;
	callbacks.array_start = on_items;
	callbacks.map_start = on_items;
	for (at = 0; at < len; at += result.read) {
		result =
		    cbor_stream_decode(bytes + at, len - at, &callbacks, found);
		if (result.status != CBOR_DECODER_FINISHED || found->is_large)
			return false;
	}
	return true;
}

static int
read_attestation(struct arena *arena, struct json_object *response,
    struct passkey_reply *out, struct err *err)
{
	struct found found = { .arena = arena };
	unsigned char *bytes;
	size_t len;

	bytes =
	    read_bytes(arena, response, "attestationObject", DATA_MAX, &len);
	if (bytes == NULL || !walk_cbor(bytes, len, &found) ||
	    found.bytes == NULL)
		return refuse(err, "attestationObject holds no authData.");
	out->auth_data = found.bytes;
	out->auth_data_len = found.len;
	return 0;
}

static int
read_assertion(struct arena *arena, struct json_object *response,
    struct passkey_reply *out, struct err *err)
{
	out->auth_data = read_bytes(arena, response, "authenticatorData",
	    DATA_MAX, &out->auth_data_len);
	out->signature = read_bytes(
	    arena, response, "signature", DATA_MAX, &out->signature_len);
	if (out->auth_data == NULL || out->signature == NULL)
		return refuse(
		    err, "There is no authenticatorData with a signature.");
	return 0;
}

/* Lower-case words only: they go back to browsers as they are. */
static bool
is_transport(const char *word)
{
	size_t len = strlen(word);

	return len > 0 && len <= TRANSPORT_MAX &&
	    strspn(word, "abcdefghijklmnopqrstuvwxyz-") == len;
}

static char *
read_transports(struct arena *arena, struct json_object *response)
{
	struct json_object *list = json_get_array(response, "transports");
	size_t i, n = list == NULL ? 0 : json_object_array_length(list);
	char *all = arena_strdup(arena, "");
	const char *word;

	for (i = 0; i < n && i < TRANSPORTS_MAX; i++) {
		word =
		    json_object_get_string(json_object_array_get_idx(list, i));
		if (word != NULL && is_transport(word))
			all = arena_printf(arena, "%s%s%s", all,
			    *all == '\0' ? "" : ",", word);
	}
	return all;
}

int
passkey_read(struct arena *arena, struct json_object *credential,
    enum passkey_kind kind, struct passkey_reply *out, struct err *err)
{
	struct json_object *response = json_get_object(credential, "response");

	memset(out, 0, sizeof(*out));
	if (strcmp(json_get_text(credential, "type", ""), "public-key") != 0 ||
	    response == NULL)
		return refuse(err, "This is no public-key credential.");
	out->id = read_bytes(
	    arena, credential, "rawId", PASSKEY_CREDENTIAL_MAX, &out->id_len);
	if (out->id == NULL || out->id_len > PASSKEY_CREDENTIAL_MAX)
		return refuse(err, "The credential has no rawId.");
	if (read_client(arena, response, kind, out, err) == -1)
		return -1;
	if (kind == PASSKEY_GET)
		return read_assertion(arena, response, out, err);
	out->transports = read_transports(arena, response);
	return read_attestation(arena, response, out, err);
}

int
passkey_check_site(const struct passkey_reply *reply,
    const struct passkey_site *site, struct err *err)
{
	const unsigned flags = FLAG_PRESENT | FLAG_VERIFIED;
	unsigned char hash[DIGEST_SIZE];

	if (strcmp(reply->origin, site->origin) != 0)
		return refuse(err, "This was signed for another page.");
	if (reply->auth_data_len < AUTH_COUNT_END)
		return refuse(err, "The authenticator data is too short.");
	digest_sha256(site->rp_id, strlen(site->rp_id), hash);
	if (memcmp(reply->auth_data, hash, sizeof(hash)) != 0)
		return refuse(err, "This was signed for another server.");
	if ((reply->auth_data[AUTH_FLAGS] & flags) != flags)
		return refuse(err, "The device did not make sure who you are.");
	return 0;
}

/* Parses the credential as one of this algorithm; NULL when it is not. */
static fido_cred_t *
parse_as(const struct passkey_reply *reply, int algorithm)
{
	fido_cred_t *cred = fido_cred_new();

	if (cred != NULL && fido_cred_set_type(cred, algorithm) == FIDO_OK &&
	    fido_cred_set_authdata_raw(
		cred, reply->auth_data, reply->auth_data_len) == FIDO_OK &&
	    fido_cred_pubkey_len(cred) > 0)
		return cred;
	fido_cred_free(&cred);
	return NULL;
}

static unsigned char *
copy(struct arena *arena, const unsigned char *bytes, size_t len)
{
	unsigned char *out = arena_alloc(arena, len + 1, 1);

	memcpy(out, bytes, len);
	return out;
}

/* Whether what follows the credential's id can be given to libcbor. */
static bool
has_modest_key(const struct passkey_reply *reply)
{
	struct found found = { 0 };
	const unsigned char *data = reply->auth_data;
	size_t key;

	if (reply->auth_data_len < AUTH_ID ||
	    (data[AUTH_FLAGS] & FLAG_CREDENTIAL) == 0)
		return false;
	key = AUTH_ID +
	    ((size_t)data[AUTH_ID_LENGTH] << 8 | data[AUTH_ID_LENGTH + 1]);
	return key < reply->auth_data_len &&
	    walk_cbor(data + key, reply->auth_data_len - key, &found);
}

int
passkey_read_key(struct arena *arena, const struct passkey_reply *reply,
    struct passkey *out, struct err *err)
{
	fido_cred_t *cred = NULL;
	int i;

	fido_init(0);
	if (!has_modest_key(reply))
		return refuse(err, "There is no key in it.");
	for (i = 0; i < PASSKEY_ALGORITHMS && cred == NULL; i++) {
		cred = parse_as(reply, passkey_algorithms[i]);
		out->algorithm = passkey_algorithms[i];
	}
	if (cred == NULL)
		return refuse(err, "This kind of key is not known here.");
	out->credential_len = fido_cred_id_len(cred);
	out->credential =
	    copy(arena, fido_cred_id_ptr(cred), out->credential_len);
	out->public_key_len = fido_cred_pubkey_len(cred);
	out->public_key =
	    copy(arena, fido_cred_pubkey_ptr(cred), out->public_key_len);
	out->sign_count = fido_cred_sigcount(cred);
	fido_cred_free(&cred);
	if (out->credential_len != reply->id_len ||
	    memcmp(out->credential, reply->id, reply->id_len) != 0)
		return refuse(err, "The key belongs to another credential.");
	return 0;
}

static int
verify_es256(fido_assert_t *assert, const struct passkey *passkey)
{
	es256_pk_t *key = es256_pk_new();
	int result = es256_pk_from_ptr(
	    key, passkey->public_key, passkey->public_key_len);

	if (result == FIDO_OK)
		result = fido_assert_verify(assert, 0, COSE_ES256, key);
	es256_pk_free(&key);
	return result;
}

static int
verify_eddsa(fido_assert_t *assert, const struct passkey *passkey)
{
	eddsa_pk_t *key = eddsa_pk_new();
	int result = eddsa_pk_from_ptr(
	    key, passkey->public_key, passkey->public_key_len);

	if (result == FIDO_OK)
		result = fido_assert_verify(assert, 0, COSE_EDDSA, key);
	eddsa_pk_free(&key);
	return result;
}

static int
verify_rs256(fido_assert_t *assert, const struct passkey *passkey)
{
	rs256_pk_t *key = rs256_pk_new();
	int result = rs256_pk_from_ptr(
	    key, passkey->public_key, passkey->public_key_len);

	if (result == FIDO_OK)
		result = fido_assert_verify(assert, 0, COSE_RS256, key);
	rs256_pk_free(&key);
	return result;
}

static int
verify(fido_assert_t *assert, const struct passkey *passkey)
{
	switch (passkey->algorithm) {
	case COSE_ES256:
		return verify_es256(assert, passkey);
	case COSE_EDDSA:
		return verify_eddsa(assert, passkey);
	case COSE_RS256:
		return verify_rs256(assert, passkey);
	}
	return FIDO_ERR_INVALID_ARGUMENT;
}

/* Hands libfido2 all that was signed. */
static bool
fill(fido_assert_t *assert, const struct passkey_reply *reply,
    const struct passkey_site *site)
{
	return fido_assert_set_clientdata_hash(assert, reply->client_hash,
		   sizeof(reply->client_hash)) == FIDO_OK &&
	    fido_assert_set_rp(assert, site->rp_id) == FIDO_OK &&
	    fido_assert_set_count(assert, 1) == FIDO_OK &&
	    fido_assert_set_authdata_raw(
		assert, 0, reply->auth_data, reply->auth_data_len) == FIDO_OK &&
	    fido_assert_set_sig(
		assert, 0, reply->signature, reply->signature_len) == FIDO_OK &&
	    fido_assert_set_up(assert, FIDO_OPT_TRUE) == FIDO_OK &&
	    fido_assert_set_uv(assert, FIDO_OPT_TRUE) == FIDO_OK;
}

int
passkey_verify(const struct passkey_reply *reply,
    const struct passkey_site *site, const struct passkey *passkey,
    int64_t *count, struct err *err)
{
	struct found found = { 0 };
	fido_assert_t *assert;
	bool is_right;

	fido_init(0);
	if (!walk_cbor(reply->auth_data + AUTH_COUNT_END,
		reply->auth_data_len - AUTH_COUNT_END, &found))
		return refuse(err, "The authenticator data is damaged.");
	assert = fido_assert_new();
	is_right = assert != NULL &&fill(assert, reply, site) &&
	    verify(assert, passkey) == FIDO_OK;
	*count = is_right ? fido_assert_sigcount(assert, 0) : 0;
	fido_assert_free(&assert);
	return is_right ? 0 : refuse(err, "The signature is wrong.");
}
