/*
 * Access tokens: what is given out is taken back, everything else is refused.
 */
#include "tests/unit/helpers.h"

#include "lib/auth/digest.h"
#include "lib/auth/keys.h"
#include "lib/auth/token.h"
#include "lib/auth/token_cache.h"
#include "lib/base/encode.h"

#define NOW INT64_C(1800000000000)
#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define OTHER "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

struct fixture {
	struct arena *arena;
	struct auth_keys *keys;
	struct auth_keys *others;
	struct access_token token;
	struct err err;
};

static struct auth_keys *
load(const char *hex)
{
	struct auth_keys *keys;
	struct err err;

	setenv("MIAU_MASTER_KEY", hex, 1);
	keys = auth_keys_load("/nonexistent", 0, &err);
	unsetenv("MIAU_MASTER_KEY");
	assert_non_null(keys);
	return keys;
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->arena = arena_new(1024 * 1024);
	f->keys = load(KEY);
	f->others = load(OTHER);
	f->token = (struct access_token){ .user_id = "user",
		.session_id = "session",
		.profile_id = "profile",
		.role = USER_ROLE_ADMIN,
		.issued_at = NOW,
		.expires_at = NOW + 900000 };
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	auth_keys_free(f->keys);
	auth_keys_free(f->others);
	arena_free(f->arena);
	free(f);
	return 0;
}

static enum err_code
check(struct fixture *f, const char *text, int64_t now)
{
	struct access_token token;

	f->err.code = ERR_NONE;
	if (token_check(f->arena, f->keys, text, now, &token, &f->err) == 0)
		return ERR_NONE;
	return f->err.code;
}

static void
test_round_trip(void **state)
{
	struct fixture *f = *state;
	struct access_token token;
	char *text = token_make(f->arena, f->keys, &f->token);

	assert_ok(token_check(f->arena, f->keys, text, NOW, &token, &f->err),
	    &f->err);
	assert_string_equal(token.user_id, "user");
	assert_string_equal(token.session_id, "session");
	assert_string_equal(token.profile_id, "profile");
	assert_int_equal(token.role, USER_ROLE_ADMIN);
	assert_int_equal(token.issued_at, NOW);
	assert_int_equal(token.expires_at, NOW + 900000);
}

/* What was found once is found again, and nothing else; time still counts. */
static void
test_cache(void **state)
{
	struct fixture *f = *state;
	struct token_cache *cache = token_cache_new();
	struct access_token token;
	char *text = token_make(f->arena, f->keys, &f->token);
	char *forged = arena_strdup(f->arena, text);
	int i;

	forged[strlen(forged) - 2] ^= 1;
	for (i = 0; i < 2; i++) {
		assert_ok(token_cache_check(cache, f->arena, f->keys, text, NOW,
			      &token, &f->err),
		    &f->err);
		assert_string_equal(token.user_id, "user");
		assert_string_equal(token.session_id, "session");
		assert_string_equal(token.profile_id, "profile");
		assert_int_equal(token.role, USER_ROLE_ADMIN);
		assert_int_equal(token.expires_at, NOW + 900000);
		assert_int_equal(token_cache_check(cache, f->arena, f->keys,
				     forged, NOW, &token, &f->err),
		    -1);
		assert_int_equal(f->err.code, ERR_UNAUTHORIZED);
		assert_int_equal(token_cache_check(cache, f->arena, f->keys, "",
				     NOW, &token, &f->err),
		    -1);
	}
	assert_int_equal(token_cache_check(cache, f->arena, f->keys, text,
			     NOW + 900000, &token, &f->err),
	    -1);
	assert_int_equal(f->err.code, ERR_TOKEN_EXPIRED);
	token_cache_free(cache);
}

/* More tokens than places. */
static void
test_cache_full(void **state)
{
	struct fixture *f = *state;
	struct token_cache *cache = token_cache_new();
	struct access_token token = f->token, found;
	char *text[300], id[16];
	int i;

	for (i = 0; i < 600; i++) {
		if (i < 300) {
			snprintf(id, sizeof(id), "%d", i);
			token.session_id = arena_strdup(f->arena, id);
			text[i] = token_make(f->arena, f->keys, &token);
		}
		assert_ok(token_cache_check(cache, f->arena, f->keys,
			      text[i % 300], NOW, &found, &f->err),
		    &f->err);
		assert_int_equal(strtol(found.session_id, NULL, 10), i % 300);
	}
	token_cache_free(cache);
}

/* Two tabs that refresh at once get the same answer. */
static void
test_same_moment_same_token(void **state)
{
	struct fixture *f = *state;
	char *one = token_make(f->arena, f->keys, &f->token);

	assert_string_equal(one, token_make(f->arena, f->keys, &f->token));
	f->token.issued_at += 1000;
	assert_string_not_equal(one, token_make(f->arena, f->keys, &f->token));
}

static void
test_time(void **state)
{
	struct fixture *f = *state;
	char *text = token_make(f->arena, f->keys, &f->token);

	assert_int_equal(check(f, text, NOW + 899999), ERR_NONE);
	assert_int_equal(check(f, text, NOW + 900000), ERR_TOKEN_EXPIRED);
	assert_int_equal(check(f, text, NOW - 60000), ERR_NONE);
	assert_int_equal(check(f, text, NOW - 61000), ERR_UNAUTHORIZED);
}

static void
test_other_key(void **state)
{
	struct fixture *f = *state;
	char *text = token_make(f->arena, f->others, &f->token);

	assert_int_equal(check(f, text, NOW), ERR_UNAUTHORIZED);
}

/* Every single changed character. The last one of a part may carry spare bits
 * that decoders ignore; then the signature is the same bytes and is fine. */
static void
test_each_byte_counts(void **state)
{
	struct fixture *f = *state;
	char *text = token_make(f->arena, f->keys, &f->token);
	size_t i, len = strlen(text);
	char was;

	for (i = 0; i + 1 < len; i++) {
		was = text[i];
		text[i] = was == 'A' ? 'B' : 'A';
		assert_int_equal(check(f, text, NOW), ERR_UNAUTHORIZED);
		text[i] = was;
	}
	assert_int_equal(check(f, text, NOW), ERR_NONE);
}

static void
test_truncated(void **state)
{
	struct fixture *f = *state;
	char *text = token_make(f->arena, f->keys, &f->token);
	size_t len = strlen(text);

	while (len-- > 0) {
		text[len] = '\0';
		assert_int_equal(check(f, text, NOW), ERR_UNAUTHORIZED);
	}
}

/* A token from header and payload, signed with HS256 by a key. */
static char *
forge(
    struct fixture *f, const char *header, const char *payload, bool is_signed)
{
	char head[512], body[1024], text[2048];
	unsigned char mac[32];
	char tail[ENCODE_B64_SIZE(32)] = "";

	encode_base64url(header, strlen(header), head);
	encode_base64url(payload, strlen(payload), body);
	snprintf(text, sizeof(text), "%s.%s", head, body);
	if (is_signed) {
		/* HMAC by its definition: digest_hmac frames its parts. */
		unsigned char pad[64 + 2048], inner[32], outer[64 + 32];
		const unsigned char *key = auth_key(f->keys, KEY_ACCESS_TOKEN);
		size_t i, len = strlen(text);

		for (i = 0; i < 64; i++) {
			pad[i] = (unsigned char)((i < 32 ? key[i] : 0) ^ 0x36);
			outer[i] =
			    (unsigned char)((i < 32 ? key[i] : 0) ^ 0x5c);
		}
		memcpy(pad + 64, text, len);
		digest_sha256(pad, 64 + len, inner);
		memcpy(outer + 64, inner, 32);
		digest_sha256(outer, sizeof(outer), mac);
		encode_base64url(mac, sizeof(mac), tail);
	}
	return arena_printf(f->arena, "%s.%s", text, tail);
}

#define CLAIMS                                                                 \
	"\"sub\":\"u\",\"sid\":\"s\",\"profile\":\"p\",\"role\":\"user\","
#define TIMES "\"iat\":1800000000,\"exp\":1800000900"
#define HS256 "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"

/* The helper signs rightly, so that the refusals below mean what they say. */
static void
test_forger_works(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
	    check(f, forge(f, HS256, "{" CLAIMS TIMES "}", true), NOW),
	    ERR_NONE);
}

static void
test_algorithms(void **state)
{
	struct fixture *f = *state;
	static const char *const headers[] = {
		"{\"alg\":\"none\",\"typ\":\"JWT\"}",
		"{\"alg\":\"None\"}",
		"{\"alg\":\"NONE\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS384\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS512\",\"typ\":\"JWT\"}",
		"{\"alg\":\"RS256\",\"typ\":\"JWT\"}",
		"{\"alg\":\"ES256\",\"typ\":\"JWT\"}",
		"{\"alg\":\"hs256\",\"typ\":\"JWT\"}",
		"{\"alg\":\"\",\"typ\":\"JWT\"}",
		"{\"alg\":[\"HS256\"],\"typ\":\"JWT\"}",
		"{\"typ\":\"JWT\"}",
		"{}",
		"[]",
		"{\"alg\":\"HS256\",\"crit\":[\"x\"],\"typ\":\"JWT\"}",
		"{\"alg\":\"none\",\"alg\":\"HS256\"}",
		"{\"alg\":\"HS256\",\"typ\":\"other\"}",
	};
	size_t i;

	for (i = 0; i < COUNT_OF(headers); i++) {
		assert_int_equal(
		    check(f, forge(f, headers[i], "{" CLAIMS TIMES "}", true),
			NOW),
		    ERR_UNAUTHORIZED);
		assert_int_equal(
		    check(f, forge(f, headers[i], "{" CLAIMS TIMES "}", false),
			NOW),
		    ERR_UNAUTHORIZED);
	}
	assert_int_equal(
	    check(f, forge(f, HS256, "{" CLAIMS TIMES "}", false), NOW),
	    ERR_UNAUTHORIZED);
}

static void
test_claims(void **state)
{
	struct fixture *f = *state;
	static const char *const payloads[] = {
		"{}",
		"{" TIMES "}",
		"{\"sid\":\"s\",\"profile\":\"p\",\"role\":\"user\"," TIMES "}",
		"{\"sub\":\"u\",\"profile\":\"p\",\"role\":\"user\"," TIMES "}",
		"{\"sub\":\"u\",\"sid\":\"s\",\"role\":\"user\"," TIMES "}",
		"{\"sub\":\"u\",\"sid\":\"s\",\"profile\":\"p\"," TIMES "}",
		"{\"sub\":\"\",\"sid\":\"s\",\"profile\":\"p\","
		"\"role\":\"user\"," TIMES "}",
		"{" CLAIMS "\"iat\":1800000000}",
		"{" CLAIMS "\"exp\":1800000900}",
		"{" CLAIMS "\"iat\":1800000000,\"exp\":\"1800000900\"}",
		"{" CLAIMS "\"iat\":1800000000,\"exp\":null}",
		"{" CLAIMS "\"iat\":0,\"exp\":1800000900}",
		"{" CLAIMS "\"iat\":-5,\"exp\":1800000900}",
		"{" CLAIMS "\"iat\":1800000000,\"exp\":9223372036854775807}",
		"{" CLAIMS "\"iat\":1800000050,\"exp\":1800000040}",
		"[]",
		"null",
		"not json",
	};
	size_t i;

	for (i = 0; i < COUNT_OF(payloads); i++)
		assert_int_equal(
		    check(f, forge(f, HS256, payloads[i], true), NOW),
		    ERR_UNAUTHORIZED);
}

static void
test_strange_texts(void **state)
{
	struct fixture *f = *state;
	static const char *const texts[] = { "", ".", "..", "...", "a.b.c",
		"eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9..", "Bearer x",
		"\xff\xfe.\xff.\xff" };
	char *huge;
	size_t i;

	for (i = 0; i < COUNT_OF(texts); i++)
		assert_int_equal(check(f, texts[i], NOW), ERR_UNAUTHORIZED);
	huge = malloc(2 * 1024 * 1024 + 1);
	memset(huge, 'A', 2 * 1024 * 1024);
	huge[2 * 1024 * 1024] = '\0';
	assert_int_equal(check(f, huge, NOW), ERR_UNAUTHORIZED);
	free(huge);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_round_trip, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_same_moment_same_token, setup, teardown),
		cmocka_unit_test_setup_teardown(test_time, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_other_key, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_each_byte_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_truncated, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_forger_works, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_algorithms, setup, teardown),
		cmocka_unit_test_setup_teardown(test_claims, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_strange_texts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cache, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_cache_full, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
