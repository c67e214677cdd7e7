/*
 * Hashes of other programs: which of them are good, and bcrypt's computation.
 */
#include "lib/auth/foreign_hash.h"

#include <crypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/password.h"
#include "lib/base/encode.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum {
	MEMORY_KIB_MAX = 64 * 1024,
	MEMORY_KIB_PER_LANE = 8, /* the least that argon2 takes */
	PASSES_MAX = 10,
	LANES_MAX = 4,
	SALT_MIN = 8,
	OUTPUT_MIN = 16,
	PART_MAX = 64, /* bytes of a salt or an output */
	PART_TEXT_MAX = 96,
	NUMBER_DIGITS = 7,
	BCRYPT_LEN = 60,
	BCRYPT_SETTING = 29, /* "$2b$", cost, "$", salt */
	BCRYPT_COST_MIN = 4,
	BCRYPT_COST_MAX = 14,
	BCRYPT_PASSWORD_MAX = 72,
};

#define BCRYPT_DIGITS                                                          \
	"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* Steps over `word`; false when something else stands there. */
static bool
pass(const char **at, const char *word)
{
	const char *rest = str_after(*at, word);

	if (rest == NULL)
		return false;
	*at = rest;
	return true;
}

/* A decimal number without a sign, leading zeros, or more than it may be. */
static bool
pass_number(const char **at, long min, long max, long *out)
{
	size_t len = strspn(*at, "0123456789"), i;

	if (len == 0 || len > NUMBER_DIGITS || (**at == '0' && len > 1))
		return false;
	*out = 0;
	for (i = 0; i < len; i++)
		*out = *out * 10 + (*at)[i] - '0';
	*at += len;
	return *out >= min && *out <= max;
}

/* Base64 without padding up to `end`, as argon2 writes it: the alphabet is not
 * that of addresses. */
static bool
pass_bytes(const char **at, char end, size_t min)
{
	const char *stop = strchr(*at, end);
	char text[PART_TEXT_MAX];
	unsigned char bytes[PART_MAX];
	size_t len, i;

	if (stop == NULL || stop - *at > (long)sizeof(text))
		return false;
	len = (size_t)(stop - *at);
	for (i = 0; i < len; i++) {
		text[i] = (*at)[i];
		if (text[i] == '-' || text[i] == '_')
			return false;
		if (text[i] == '+')
			text[i] = '-';
		if (text[i] == '/')
			text[i] = '_';
	}
	*at = stop;
	return decode_base64url(text, len, bytes, sizeof(bytes)) >= (long)min;
}

static const char *
argon2_problem(const char *rest)
{
	long memory, passes, lanes;

	if (!pass(&rest, "$v=19$m="))
		return "is no argon2 hash of version 19";
	if (!pass_number(&rest, MEMORY_KIB_PER_LANE, MEMORY_KIB_MAX, &memory))
		return "has a memory (m) that is not 8 KiB to 64 MiB";
	if (!pass(&rest, ",t=") || !pass_number(&rest, 1, PASSES_MAX, &passes))
		return "has passes (t) that are not 1 to 10";
	if (!pass(&rest, ",p=") || !pass_number(&rest, 1, LANES_MAX, &lanes))
		return "has lanes (p) that are not 1 to 4";
	if (memory < MEMORY_KIB_PER_LANE * lanes || !pass(&rest, "$") ||
	    !pass_bytes(&rest, '$', SALT_MIN) || !pass(&rest, "$") ||
	    !pass_bytes(&rest, '\0', OUTPUT_MIN))
		return "is no whole argon2 hash";
	return NULL;
}

static const char *
bcrypt_problem(const char *hash)
{
	const char *rest = hash + strlen("$2b$");
	int cost;

	if (strlen(hash) != BCRYPT_LEN || strspn(rest, "0123456789") < 2 ||
	    rest[2] != '$' ||
	    strspn(rest + 3, BCRYPT_DIGITS) != strlen(rest + 3))
		return "is no whole bcrypt hash";
	cost = (rest[0] - '0') * 10 + rest[1] - '0';
	if (cost < BCRYPT_COST_MIN || cost > BCRYPT_COST_MAX)
		return "has a cost that is not 4 to 14";
	return NULL;
}

bool
foreign_hash_is_bcrypt(const char *hash)
{
	return str_starts(hash, "$2a$") || str_starts(hash, "$2b$") ||
	    str_starts(hash, "$2y$");
}

const char *
foreign_hash_problem(const char *hash)
{
	const char *rest = hash;

	if (strlen(hash) >= PASSWORD_HASH_SIZE)
		return "is too long";
	if (foreign_hash_is_bcrypt(hash))
		return bcrypt_problem(hash);
	if (pass(&rest, "$argon2id") || pass(&rest, "$argon2i"))
		return argon2_problem(rest);
	return "is neither argon2 nor bcrypt";
}

int
foreign_hash_check_bcrypt(
    const char *password, const char *hash, struct err *err)
{
	struct crypt_data *data = mem_calloc(1, sizeof(*data));
	char seen[BCRYPT_PASSWORD_MAX + 1];
	const char *made;
	int result;

	snprintf(seen, sizeof(seen), "%.*s", BCRYPT_PASSWORD_MAX, password);
	made = crypt_r(seen, hash, data);
	if (made == NULL || strlen(made) != BCRYPT_LEN ||
	    strlen(hash) != BCRYPT_LEN)
		result = err_set(err, ERR_INTERNAL,
		    "The password could not be worked on: bcrypt failed.");
	else
		/* The salt's last character has spare bits, which libcrypt
		 * clears and not everybody does. */
		result = mem_equal_secret(made + BCRYPT_SETTING,
		    hash + BCRYPT_SETTING, BCRYPT_LEN - BCRYPT_SETTING);
	mem_wipe(seen, sizeof(seen));
	mem_wipe(data, sizeof(*data));
	free(data);
	return result;
}
