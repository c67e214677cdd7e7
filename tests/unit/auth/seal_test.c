/*
 * The master key and what is sealed by it.
 */
#include "tests/unit/helpers.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include "lib/auth/digest.h"
#include "lib/auth/seal.h"
#include "lib/base/encode.h"

/* Of "miauflix seal". */
#define DERIVED                                                                \
	"75bce822c74f6dbd50d29af70ff30b12"                                     \
	"3a000a9939356bc4d57aefcd1bdb9487"
#define SECRET "a secret \xc3\xa9"

static const struct seal_place here = { "setting", "value", "a.b" };

static struct auth_keys *
load(struct world *w)
{
	struct auth_keys *keys = auth_keys_load(w->dir, 1, &w->err);

	assert_non_null(keys);
	return keys;
}

/* RFC 4231, test case 2, with the frame that digest_hmac puts before a part
 * taken into account: equal inputs, equal outputs, and parts do not run into
 * each other. */
static void
test_parts_are_framed(void **state)
{
	static const unsigned char key[AUTH_KEY_SIZE] = { 1 };
	unsigned char one[DIGEST_SIZE], other[DIGEST_SIZE];

	(void)state;
	digest_hmac(
	    key, DIGEST_PARTS(DIGEST_TEXT("ab"), DIGEST_TEXT("c")), one);
	digest_hmac(
	    key, DIGEST_PARTS(DIGEST_TEXT("a"), DIGEST_TEXT("bc")), other);
	assert_memory_not_equal(one, other, DIGEST_SIZE);
	digest_hmac(
	    key, DIGEST_PARTS(DIGEST_TEXT("ab"), DIGEST_TEXT("c")), other);
	assert_memory_equal(one, other, DIGEST_SIZE);
}

/* FIPS 180-2, "abc". */
static void
test_sha256(void **state)
{
	unsigned char hash[DIGEST_SIZE];
	char hex[ENCODE_HEX_SIZE(DIGEST_SIZE)];

	(void)state;
	digest_sha256("abc", 3, hash);
	encode_hex(hash, sizeof(hash), hex);
	assert_string_equal(hex,
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* HKDF-SHA-256 without salt, computed by another implementation. */
static void
test_derivation(void **state)
{
	struct world *w = *state;
	struct auth_keys *keys;
	char hex[ENCODE_HEX_SIZE(AUTH_KEY_SIZE)];

	setenv("MIAU_MASTER_KEY",
	    "000102030405060708090a0b0c0d0e0f"
	    "101112131415161718191a1b1c1d1e1f",
	    1);
	keys = auth_keys_load(w->dir, 0, &w->err);
	unsetenv("MIAU_MASTER_KEY");
	assert_non_null(keys);
	encode_hex(auth_key(keys, KEY_SEAL), AUTH_KEY_SIZE, hex);
	assert_string_equal(hex, DERIVED);
	assert_memory_not_equal(auth_key(keys, KEY_SEAL),
	    auth_key(keys, KEY_REFRESH), AUTH_KEY_SIZE);
	auth_keys_free(keys);
}

static void
test_made_once(void **state)
{
	struct world *w = *state;
	struct auth_keys *one, *other;
	struct stat st;
	char path[WORLD_PATH_MAX + 32];

	assert_null(auth_keys_load(w->dir, 0, &w->err));
	assert_int_equal(w->err.code, ERR_NOT_FOUND);
	one = load(w);
	other = load(w);
	assert_memory_equal(
	    auth_key(one, KEY_SEAL), auth_key(other, KEY_SEAL), AUTH_KEY_SIZE);
	snprintf(path, sizeof(path), "%s/master.key", w->dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_size, AUTH_KEY_SIZE);
	auth_keys_free(one);
	auth_keys_free(other);
}

/* Several programs start for the first time at once. */
static void
test_made_by_many(void **state)
{
	enum { CHILDREN = 20 };
	struct world *w = *state;
	unsigned char first[AUTH_KEY_SIZE], key[AUTH_KEY_SIZE];
	struct auth_keys *keys;
	int fds[2], i, status;
	struct err err;

	assert_int_equal(pipe(fds), 0);
	for (i = 0; i < CHILDREN; i++)
		if (fork() == 0) {
			keys = auth_keys_load(w->dir, 1, &err);
			if (keys == NULL ||
			    write(fds[1], auth_key(keys, KEY_SEAL),
				AUTH_KEY_SIZE) != AUTH_KEY_SIZE)
				_exit(1);
			_exit(0);
		}
	for (i = 0; i < CHILDREN; i++) {
		assert_int_equal(read(fds[0], key, sizeof(key)), sizeof(key));
		if (i == 0)
			memcpy(first, key, sizeof(key));
		assert_memory_equal(first, key, sizeof(key));
		wait(&status);
		assert_int_equal(status, 0);
	}
	close(fds[0]);
	close(fds[1]);
}

static void
test_bad_key_file(void **state)
{
	struct world *w = *state;
	char path[WORLD_PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/master.key", w->dir);
	assert_ok(fs_write(path, "short", 5, 0600, &w->err), &w->err);
	assert_null(auth_keys_load(w->dir, 1, &w->err));
	assert_int_equal(w->err.code, ERR_CORRUPT);
	setenv("MIAU_MASTER_KEY", "xyz", 1);
	assert_null(auth_keys_load(w->dir, 1, &w->err));
	unsetenv("MIAU_MASTER_KEY");
	assert_int_equal(w->err.code, ERR_CORRUPT);
}

static void
test_round_trip(void **state)
{
	struct world *w = *state;
	struct auth_keys *keys = load(w);
	char *one = seal_text(keys, &here, SECRET, strlen(SECRET));
	char *other = seal_text(keys, &here, SECRET, strlen(SECRET));
	char *plain;
	size_t len;

	assert_string_not_equal(one, other);
	assert_null(strstr(one, "secret"));
	plain = seal_open(keys, &here, one, &len, &w->err);
	assert_non_null(plain);
	assert_string_equal(plain, SECRET);
	assert_int_equal(len, strlen(SECRET));
	free(plain);
	free(one);
	one = seal_text(keys, &here, "", 0);
	plain = seal_open(keys, &here, one, &len, &w->err);
	assert_non_null(plain);
	assert_int_equal(len, 0);
	free(plain);
	free(one);
	free(other);
	auth_keys_free(keys);
}

static void
assert_closed(struct world *w, const struct auth_keys *keys,
    const struct seal_place *place, const char *sealed)
{
	size_t len;

	w->err.code = ERR_NONE;
	assert_null(seal_open(keys, place, sealed, &len, &w->err));
	assert_int_equal(w->err.code, ERR_CORRUPT);
}

static void
test_moved(void **state)
{
	static const struct seal_place others[] = {
		{ "setting", "value", "a.c" },
		{ "setting", "valu", "ea.b" },
		{ "account", "value", "a.b" },
		{ "setting", "other", "a.b" },
	};
	struct world *w = *state;
	struct auth_keys *keys = load(w);
	char *sealed = seal_text(keys, &here, SECRET, strlen(SECRET));
	size_t i;

	for (i = 0; i < COUNT_OF(others); i++)
		assert_closed(w, keys, &others[i], sealed);
	free(sealed);
	auth_keys_free(keys);
}

static void
test_each_character_counts(void **state)
{
	struct world *w = *state;
	struct auth_keys *keys = load(w);
	char *sealed = seal_text(keys, &here, SECRET, strlen(SECRET)), was;
	size_t i, n = strlen(sealed);

	for (i = 0; i < n; i++) {
		was = sealed[i];
		sealed[i] = was == 'A' ? 'B' : 'A';
		assert_closed(w, keys, &here, sealed);
		sealed[i] = was;
	}
	while (n-- > 0) {
		sealed[n] = '\0';
		assert_closed(w, keys, &here, sealed);
	}
	free(sealed);
	auth_keys_free(keys);
}

static void
test_other_key(void **state)
{
	struct world *w = *state;
	struct auth_keys *keys = load(w), *others;
	char *sealed = seal_text(keys, &here, SECRET, strlen(SECRET));

	setenv("MIAU_MASTER_KEY",
	    "000102030405060708090a0b0c0d0e0f"
	    "101112131415161718191a1b1c1d1e1f",
	    1);
	others = auth_keys_load(w->dir, 0, &w->err);
	unsetenv("MIAU_MASTER_KEY");
	assert_non_null(others);
	assert_closed(w, others, &here, sealed);
	free(sealed);
	auth_keys_free(keys);
	auth_keys_free(others);
}

static void
test_blind_index(void **state)
{
	struct world *w = *state;
	struct auth_keys *keys = load(w);
	unsigned char one[32], other[32];

	seal_index(keys, "abc", 3, one);
	seal_index(keys, "abc", 3, other);
	assert_memory_equal(one, other, sizeof(one));
	seal_index(keys, "abd", 3, other);
	assert_memory_not_equal(one, other, sizeof(one));
	auth_keys_free(keys);
}

#define TEST(fn)                                                               \
	cmocka_unit_test_setup_teardown(fn, folder_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_parts_are_framed),
		TEST(test_derivation),
		TEST(test_made_once),
		TEST(test_made_by_many),
		TEST(test_bad_key_file),
		TEST(test_round_trip),
		TEST(test_moved),
		TEST(test_each_character_counts),
		TEST(test_other_key),
		TEST(test_blind_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
