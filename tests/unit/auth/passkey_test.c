/*
 * Passkeys against a device of our own: it makes keys, writes CBOR and signs as
 * an authenticator does (WebAuthn level 2 §6), and can be told to lie.
 */
#include "tests/unit/auth/fixture.h"

#include <openssl/evp.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <sys/resource.h>

#include "lib/auth/digest.h"
#include "lib/auth/passkey.h"
#include "lib/base/buf.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"

enum { ES256 = -7, EDDSA = -8, RS256 = -257 };
enum { PRESENT = 1, VERIFIED = 4, CREDENTIAL = 0x40, EXTENSIONS = 0x80 };

static const struct passkey_site site = { "films.example",
	"https://films.example" };

struct device {
	EVP_PKEY *key;
	int algorithm;
	unsigned char id[32];
	uint32_t count;
	unsigned flags;
	const char *origin;
	const char *rp_id;
	const char *type;
	struct buf extra; /* CBOR behind the authenticator data */
};

static struct device
make_device(int algorithm)
{
	struct device device = { .algorithm = algorithm,
		.count = 1,
		.flags = PRESENT | VERIFIED,
		.origin = site.origin,
		.rp_id = site.rp_id };

	device.key = algorithm == ES256
	    ? EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256")
	    : algorithm == EDDSA ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
				 : EVP_RSA_gen(2048);
	assert_non_null(device.key);
	random_bytes(device.id, sizeof(device.id));
	buf_init(&device.extra, 1024);
	return device;
}

static void
drop_device(struct device *device)
{
	EVP_PKEY_free(device->key);
	buf_fini(&device->extra);
}

static void
put(struct buf *buf, const void *bytes, size_t len)
{
	assert_int_equal(buf_append(buf, bytes, len), 0);
}

/* The public half as COSE has it (RFC 8152 §13; RFC 8230 §4). */
static void
put_cose(struct buf *buf, const struct device *device)
{
	unsigned char point[256];
	BIGNUM *n = NULL;
	size_t len = sizeof(point);

	if (device->algorithm == ES256) {
		assert_int_equal(EVP_PKEY_get_octet_string_param(device->key,
				     "encoded-pub-key", point, len, &len),
		    1);
		put(buf, "\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", 10);
		put(buf, point + 1, 32);
		put(buf, "\x22\x58\x20", 3);
		put(buf, point + 33, 32);
	} else if (device->algorithm == EDDSA) {
		assert_int_equal(
		    EVP_PKEY_get_raw_public_key(device->key, point, &len), 1);
		put(buf, "\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20", 10);
		put(buf, point, 32);
	} else {
		assert_int_equal(
		    EVP_PKEY_get_bn_param(device->key, "n", &n), 1);
		assert_int_equal(BN_bn2binpad(n, point, 256), 256);
		BN_free(n);
		put(buf, "\xa4\x01\x03\x03\x39\x01\x00\x20\x59\x01\x00", 11);
		put(buf, point, 256);
		put(buf, "\x21\x43\x01\x00\x01", 5);
	}
}

static void
put_auth_data(struct buf *buf, const struct device *device, bool with_key)
{
	unsigned char hash[DIGEST_SIZE];
	unsigned char head[5] = { (unsigned char)(device->flags |
				      (with_key ? CREDENTIAL : 0)),
		(unsigned char)(device->count >> 24),
		(unsigned char)(device->count >> 16),
		(unsigned char)(device->count >> 8),
		(unsigned char)device->count };

	digest_sha256(device->rp_id, strlen(device->rp_id), hash);
	put(buf, hash, sizeof(hash));
	put(buf, head, sizeof(head));
	if (with_key) {
		put(buf, "0123456789abcdef\0\x20", 18);
		put(buf, device->id, sizeof(device->id));
		put_cose(buf, device);
	}
	put(buf, device->extra.data, device->extra.len);
}

static void
add_bytes(
    struct json_object *obj, const char *name, const void *bytes, size_t len)
{
	char *text = malloc(ENCODE_B64_SIZE(len));

	encode_base64url(bytes, len, text);
	json_add_text(obj, name, text);
	free(text);
}

static void
add_client(struct json_object *response, const struct device *device,
    const char *type, struct json_object *options, struct buf *client)
{
	assert_int_equal(
	    buf_printf(client,
		"{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\","
		"\"crossOrigin\":false}",
		device->type == NULL ? type : device->type,
		json_get_text(options, "challenge", ""), device->origin),
	    0);
	add_bytes(response, "clientDataJSON", client->data, client->len);
}

static struct json_object *
wrap(const struct device *device, struct json_object *response)
{
	struct json_object *credential = json_object_new_object();

	json_add_text(credential, "type", "public-key");
	add_bytes(credential, "rawId", device->id, sizeof(device->id));
	json_add(credential, "response", response);
	return credential;
}

/* What navigator.credentials.create() would give; options are put. */
static struct json_object *
create(const struct device *device, struct json_object *options)
{
	struct json_object *response = json_object_new_object();
	struct buf data, client, object;
	unsigned char len[2];

	buf_init(&data, 4096);
	buf_init(&client, 4096);
	buf_init(&object, 8192);
	put_auth_data(&data, device, true);
	add_client(response, device, "webauthn.create", options, &client);
	len[0] = (unsigned char)(data.len >> 8);
	len[1] = (unsigned char)data.len;
	put(&object,
	    "\xa3\x63"
	    "fmt"
	    "\x64"
	    "none"
	    "\x67"
	    "attStmt"
	    "\xa0"
	    "\x68"
	    "authData"
	    "\x59",
	    29);
	put(&object, len, 2);
	put(&object, data.data, data.len);
	add_bytes(response, "attestationObject", object.data, object.len);
	buf_fini(&data);
	buf_fini(&client);
	buf_fini(&object);
	json_object_put(options);
	return wrap(device, response);
}

/* What navigator.credentials.get() would give; options are put. */
static struct json_object *
get(const struct device *device, struct json_object *options)
{
	const EVP_MD *md = device->algorithm == EDDSA ? NULL : EVP_sha256();
	struct json_object *response = json_object_new_object();
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char hash[DIGEST_SIZE], signature[512];
	size_t len = sizeof(signature);
	struct buf data, client;

	buf_init(&data, 4096);
	buf_init(&client, 4096);
	put_auth_data(&data, device, false);
	add_bytes(response, "authenticatorData", data.data, data.len);
	add_client(response, device, "webauthn.get", options, &client);
	digest_sha256(client.data, client.len, hash);
	put(&data, hash, sizeof(hash));
	assert_int_equal(
	    EVP_DigestSignInit(ctx, NULL, md, NULL, device->key), 1);
	assert_int_equal(EVP_DigestSign(ctx, signature, &len,
			     (unsigned char *)data.data, data.len),
	    1);
	EVP_MD_CTX_free(ctx);
	add_bytes(response, "signature", signature, len);
	buf_fini(&data);
	buf_fini(&client);
	json_object_put(options);
	return wrap(device, response);
}

static struct json_object *
registration_options(struct fixture *f)
{
	struct json_object *options =
	    passkey_registration_options(&f->env, &site, &f->user, &f->w->err);

	assert_non_null(options);
	return options;
}

static struct json_object *
sign_in_options(struct fixture *f)
{
	struct json_object *options =
	    passkey_sign_in_options(&f->env, &site, &f->w->err);

	assert_non_null(options);
	return options;
}

/* Both take the credential. */
static enum err_code
add(struct fixture *f, struct json_object *credential)
{
	struct passkey passkey;
	int result;

	f->w->err.code = ERR_NONE;
	result = passkey_register(
	    &f->env, &site, &f->user, "Key", credential, &passkey, &f->w->err);
	json_object_put(credential);
	return result == 0 ? ERR_NONE : f->w->err.code;
}

static enum err_code
enter(struct fixture *f, struct json_object *credential)
{
	enum err_code code;

	f->env.origin = site.origin;
	code = sign_in_by(f, &strategies[STRATEGY_PASSKEY],
	    (const struct strategy_given[]){ { .json = credential } });
	json_object_put(credential);
	if (code == ERR_NONE)
		assert_string_equal(f->tokens.user.id, f->user.id);
	return code;
}

static void
register_device(struct fixture *f, struct device *device)
{
	assert_int_equal(
	    add(f, create(device, registration_options(f))), ERR_NONE);
	device->count++;
}

static void
test_algorithms(void **state)
{
	static const int algorithms[] = { ES256, EDDSA, RS256 };
	struct fixture *f = *state;
	struct device device;
	size_t i;

	for (i = 0; i < COUNT_OF(algorithms); i++) {
		device = make_device(algorithms[i]);
		register_device(f, &device);
		assert_int_equal(
		    enter(f, get(&device, sign_in_options(f))), ERR_NONE);
		drop_device(&device);
	}
	assert_int_equal(count(f, "SELECT COUNT(*) FROM passkey"), 3);
	assert_int_equal(count(f, "SELECT COUNT(*) FROM passkey_challenge"), 0);
}

static void
test_options(void **state)
{
	struct fixture *f = *state;
	struct device device = make_device(ES256);
	struct json_object *options, *list;

	register_device(f, &device);
	options = registration_options(f);
	list = json_get_array(options, "excludeCredentials");
	assert_int_equal(json_object_array_length(list), 1);
	assert_string_equal(
	    json_get_text(json_get_object(options, "authenticatorSelection"),
		"userVerification", ""),
	    "required");
	json_object_put(options);
	/* The same device again. */
	assert_int_equal(
	    add(f, create(&device, registration_options(f))), ERR_CONFLICT);
	drop_device(&device);
}

/* Lies about what was signed, each in one thing. */
static void
test_lies(void **state)
{
	struct fixture *f = *state;
	struct device honest = make_device(ES256), liar;
	const struct {
		const char *origin, *rp_id, *type;
		unsigned flags;
	} lies[] = {
		{ "https://films.example.org", NULL, NULL, 0 },
		{ "http://films.example", NULL, NULL, 0 },
		{ "https://films.example:444", NULL, NULL, 0 },
		{ NULL, "films.example.org", NULL, 0 },
		{ NULL, NULL, "payment.get", 0 },
		{ NULL, NULL, NULL, PRESENT },
		{ NULL, NULL, NULL, VERIFIED },
	};
	size_t i;

	register_device(f, &honest);
	for (i = 0; i < COUNT_OF(lies); i++) {
		liar = honest;
		if (lies[i].origin != NULL)
			liar.origin = lies[i].origin;
		if (lies[i].rp_id != NULL)
			liar.rp_id = lies[i].rp_id;
		if (lies[i].flags != 0)
			liar.flags = lies[i].flags;
		liar.type = lies[i].type;
		assert_int_equal(enter(f, get(&liar, sign_in_options(f))),
		    ERR_PASSKEY_REFUSED);
		random_bytes(liar.id, sizeof(liar.id));
		assert_int_equal(add(f, create(&liar, registration_options(f))),
		    ERR_PASSKEY_REFUSED);
	}
	assert_int_equal(enter(f, get(&honest, sign_in_options(f))), ERR_NONE);
	drop_device(&honest);
}

static void
test_replay(void **state)
{
	struct fixture *f = *state;
	struct device device = make_device(ES256);
	struct json_object *credential;

	register_device(f, &device);
	credential = get(&device, sign_in_options(f));
	assert_int_equal(enter(f, json_object_get(credential)), ERR_NONE);
	assert_int_equal(enter(f, credential), ERR_PASSKEY_REFUSED);
	/* A challenge is for one purpose, one person, and five minutes. */
	device.count++;
	assert_int_equal(enter(f, get(&device, registration_options(f))),
	    ERR_PASSKEY_REFUSED);
	random_bytes(device.id, sizeof(device.id));
	assert_int_equal(
	    add(f, create(&device, sign_in_options(f))), ERR_PASSKEY_REFUSED);
	credential = create(&device, registration_options(f));
	f->env.now_ms += 5 * 60 * 1000 + 1;
	assert_int_equal(add(f, credential), ERR_PASSKEY_REFUSED);
	drop_device(&device);
}

static void
test_other_person(void **state)
{
	struct fixture *f = *state;
	struct device device = make_device(ES256);
	struct json_object *credential =
	    create(&device, registration_options(f));
	char id[UUID_SIZE];

	assert_ok(store_user_add(f->w->db, "bob@example.org", NULL, "Bob",
		      "hash", USER_ROLE_USER, id, &f->w->err),
	    &f->w->err);
	assert_ok(
	    store_user_find(f->w->db, f->w->arena, id, &f->user, &f->w->err),
	    &f->w->err);
	assert_int_equal(add(f, credential), ERR_PASSKEY_REFUSED);
	drop_device(&device);
}

static void
test_copy(void **state)
{
	struct fixture *f = *state;
	struct device device = make_device(ES256);

	device.count = 7;
	register_device(f, &device);
	assert_int_equal(enter(f, get(&device, sign_in_options(f))), ERR_NONE);
	assert_int_equal(
	    enter(f, get(&device, sign_in_options(f))), ERR_PASSKEY_REFUSED);
	assert_int_equal(count(f,
			     "SELECT COUNT(*) FROM audit_log "
			     "WHERE event = 'passkey.copied'"),
	    1);
	device.count++;
	assert_int_equal(enter(f, get(&device, sign_in_options(f))), ERR_NONE);
	drop_device(&device);
	/* One that does not count may stay at nothing, not return to it. */
	device = make_device(ES256);
	device.count = 0;
	assert_int_equal(
	    add(f, create(&device, registration_options(f))), ERR_NONE);
	assert_int_equal(enter(f, get(&device, sign_in_options(f))), ERR_NONE);
	assert_int_equal(enter(f, get(&device, sign_in_options(f))), ERR_NONE);
	device.count = 1;
	assert_int_equal(enter(f, get(&device, sign_in_options(f))), ERR_NONE);
	device.count = 0;
	assert_int_equal(
	    enter(f, get(&device, sign_in_options(f))), ERR_PASSKEY_REFUSED);
	drop_device(&device);
}

static void
test_strangers(void **state)
{
	struct fixture *f = *state;
	struct device known = make_device(ES256), stranger;

	stranger = make_device(ES256);
	assert_int_equal(
	    enter(f, get(&stranger, sign_in_options(f))), ERR_BAD_CREDENTIALS);
	register_device(f, &known);
	/* Another key under a known name. */
	memcpy(stranger.id, known.id, sizeof(known.id));
	stranger.count = 9;
	assert_int_equal(
	    enter(f, get(&stranger, sign_in_options(f))), ERR_PASSKEY_REFUSED);
	change(f, "UPDATE user SET state = 'disabled'");
	assert_int_equal(
	    enter(f, get(&known, sign_in_options(f))), ERR_BAD_CREDENTIALS);
	drop_device(&known);
	drop_device(&stranger);
}

/* CBOR that claims to hold more than fits into memory. */
static void
test_greedy(void **state)
{
	struct fixture *f = *state;
	struct device device = make_device(ES256);
	struct rusage before, usage;

	register_device(f, &device);
	assert_int_equal(getrusage(RUSAGE_SELF, &before), 0);
	device.flags |= EXTENSIONS;
	/* 512 MiB of places for items. */
	put(&device.extra, "\x9a\x03\xff\xff\xff", 5);
	assert_int_equal(
	    enter(f, get(&device, sign_in_options(f))), ERR_PASSKEY_REFUSED);
	random_bytes(device.id, sizeof(device.id));
	assert_int_equal(add(f, create(&device, registration_options(f))),
	    ERR_PASSKEY_REFUSED);
	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	assert_true(usage.ru_maxrss - before.ru_maxrss < 200 * 1024);
	drop_device(&device);
}

/* A credential cut at any place, and with any bit turned, is refused. */
static void
test_damaged(void **state)
{
	struct fixture *f = *state;
	struct device device = make_device(ES256);
	struct json_object *credential, *response;
	char text[1024];
	size_t len, i;

	register_device(f, &device);
	for (i = 0; i < 64; i++) {
		credential = get(&device, sign_in_options(f));
		response = json_get_object(credential, "response");
		snprintf(text, sizeof(text), "%s",
		    json_get_text(response, "authenticatorData", ""));
		len = strlen(text);
		if (i % 2 == 0)
			text[i * len / 64] ^= 1;
		else
			text[i * len / 64] = '\0';
		json_add_text(response, "authenticatorData", text);
		assert_int_not_equal(enter(f, credential), ERR_NONE);
	}
	assert_int_equal(enter(f, get(&device, sign_in_options(f))), ERR_NONE);
	drop_device(&device);
}

/* A passkey opens no profile that has a PIN, and of the others the one that sees
 * least, of equal ones the first. */
static void
test_profile(void **state)
{
	struct fixture *f = *state;
	struct device device = make_device(ES256);
	struct profile bo, child;

	register_device(f, &device);
	change(f, "UPDATE profile SET created_at = 1, pin_hash = '$'");
	assert_int_equal(
	    enter(f, get(&device, sign_in_options(f))), ERR_PROFILES_LOCKED);
	bo = add_profile(f, "Bo", -1, NULL);
	change(f, "UPDATE profile SET created_at = 2 WHERE name = 'Bo'");
	add_profile(f, "Cy", -1, NULL);
	device.count++;
	assert_int_equal(enter(f, get(&device, sign_in_options(f))), ERR_NONE);
	assert_string_equal(f->tokens.profile.id, bo.id);
	child = add_profile(f, "Mia", 6, NULL);
	add_profile(f, "Di", 16, NULL);
	add_profile(f, "Eve", 0, "$");
	device.count++;
	assert_int_equal(enter(f, get(&device, sign_in_options(f))), ERR_NONE);
	assert_string_equal(f->tokens.profile.id, child.id);
	drop_device(&device);
}

static void
test_sites(void **state)
{
	struct fixture *f = *state;
	struct passkey_site out;

	assert_true(
	    passkey_site_of(f->w->arena, "https://films.example:8443", &out));
	assert_string_equal(out.rp_id, "films.example");
	assert_string_equal(out.origin, "https://films.example:8443");
	assert_true(passkey_site_of(f->w->arena, "http://localhost:1", &out));
	assert_false(passkey_site_of(f->w->arena, "http://192.0.2.1", &out));
	assert_false(passkey_site_of(f->w->arena, "http://[::1]:80", &out));
	assert_false(passkey_site_of(f->w->arena, "null", &out));
}

static void
test_bounds(void **state)
{
	struct fixture *f = *state;
	struct device device = make_device(EDDSA);
	int i;

	for (i = 0; i < PASSKEYS_PER_USER; i++) {
		random_bytes(device.id, sizeof(device.id));
		assert_int_equal(
		    add(f, create(&device, registration_options(f))), ERR_NONE);
	}
	random_bytes(device.id, sizeof(device.id));
	assert_int_equal(
	    add(f, create(&device, registration_options(f))), ERR_CONFLICT);
	drop_device(&device);
	/* Challenges that nobody answers do not pile up. */
	change(f,
	    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
	    "WHERE i < 5000) INSERT INTO passkey_challenge (hash, expires_at) "
	    "SELECT CAST(i AS BLOB), 9000000000000 FROM n");
	json_object_put(sign_in_options(f));
	assert_int_equal(
	    count(f, "SELECT COUNT(*) FROM passkey_challenge"), 4096);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_algorithms),
		TEST(test_options),
		TEST(test_lies),
		TEST(test_replay),
		TEST(test_other_person),
		TEST(test_copy),
		TEST(test_strangers),
		TEST(test_greedy),
		TEST(test_damaged),
		TEST(test_profile),
		TEST(test_sites),
		TEST(test_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
