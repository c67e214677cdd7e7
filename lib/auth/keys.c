/*
 * The master key: found in the environment, in a file named there, or in the
 * keys folder, where the first to start makes it; and the keys derived from
 * it.
 */
#include "lib/auth/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/encode.h"
#include "lib/base/fs.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/base/str.h"

struct auth_keys {
	char *folder;
	unsigned char key[KEY__MAX][AUTH_KEY_SIZE];
};

/* What HKDF calls info. Changing one makes all that was sealed unreadable. */
static const char *const purposes[KEY__MAX] = {
	[KEY_ACCESS_TOKEN] = "miauflix access token",
	[KEY_REFRESH] = "miauflix refresh token",
	[KEY_SEAL] = "miauflix seal",
	[KEY_INDEX] = "miauflix blind index",
	[KEY_LOGIN] = "miauflix sign-in throttle",
	[KEY_USER_CODE] = "miauflix device sign-in",
	[KEY_AUDIT] = "miauflix audit log",
};

static void
derive(const unsigned char master[AUTH_KEY_SIZE], const char *info,
    unsigned char out[AUTH_KEY_SIZE])
{
	OSSL_PARAM params[4];
	EVP_KDF *kdf;
	EVP_KDF_CTX *ctx;
	char digest[] = "SHA256";
	int ok;

	params[0] =
	    OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0);
	params[1] = OSSL_PARAM_construct_octet_string(
	    OSSL_KDF_PARAM_KEY, (void *)master, AUTH_KEY_SIZE);
	params[2] = OSSL_PARAM_construct_octet_string(
	    OSSL_KDF_PARAM_INFO, (void *)info, strlen(info));
	params[3] = OSSL_PARAM_construct_end();
	kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	ctx = kdf == NULL ? NULL : EVP_KDF_CTX_new(kdf);
	ok =
	    ctx != NULL && EVP_KDF_derive(ctx, out, AUTH_KEY_SIZE, params) == 1;
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	if (!ok)
		die("HKDF-SHA-256 failed.");
}

/* 32 raw bytes, or 64 hex digits with white space around them. */
static int
parse_master(const char *name, struct buf *text,
    unsigned char master[AUTH_KEY_SIZE], struct err *err)
{
	if (text->len == AUTH_KEY_SIZE) {
		memcpy(master, text->data, AUTH_KEY_SIZE);
		return 0;
	}
	if (decode_hex(str_trim(text->data), master, AUTH_KEY_SIZE))
		return 0;
	return err_set(err, ERR_CORRUPT,
	    "The master key in %s is neither 32 bytes nor 64 hexadecimal "
	    "digits.",
	    name);
}

static int
read_master(
    const char *path, unsigned char master[AUTH_KEY_SIZE], struct err *err)
{
	struct buf text;
	int result;

	buf_init(&text, 256);
	result = fs_read(path, &text, err);
	if (result == 0)
		result = parse_master(path, &text, master, err);
	mem_wipe(text.data, text.len);
	buf_fini(&text);
	return result;
}

int
auth_keys_make(const char *path, struct err *err)
{
	unsigned char master[AUTH_KEY_SIZE];
	int result;

	random_bytes(master, sizeof(master));
	result = fs_write(path, master, sizeof(master), 0600, err);
	mem_wipe(master, sizeof(master));
	return result;
}

/*
 * Writes a whole key under another name and links it to its place: the link
 * fails when somebody was first, and then theirs is the key. Not fs_write,
 * whose rename would replace it.
 */
static int
make_master(const char *folder, const char *path, struct err *err)
{
	char temp[PATH_MAX];
	int result = 0;

	if (fs_mkdirs(folder, 0700, err) == -1)
		return -1;
	if (snprintf(temp, sizeof(temp), "%s/.new-%ld-%08x", folder,
		(long)getpid(),
		(unsigned)random_below(UINT32_MAX)) >= (int)sizeof(temp))
		return err_set(err, ERR_IO, "A file name is too long.");
	if (auth_keys_make(temp, err) == -1)
		return -1;
	if (link(temp, path) == -1 && errno != EEXIST)
		result = err_errno(err, ERR_IO, "Cannot make %s", path);
	unlink(temp);
	return result;
}

static void
warn_when_open(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && (st.st_mode & 077) != 0)
		log_warn("keys.open",
		    "%s can be read by other users; its mode should be 0600.",
		    path);
}

static int
read_from_folder(const char *folder, int make,
    unsigned char master[AUTH_KEY_SIZE], struct err *err)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/master.key", folder) >=
	    (int)sizeof(path))
		return err_set(err, ERR_IO, "A file name is too long.");
	if (make && !fs_exists(path) && make_master(folder, path, err) == -1)
		return -1;
	warn_when_open(path);
	return read_master(path, master, err);
}

const char *
auth_keys_variable(void)
{
	static const char *const names[] = { "MIAU_MASTER_KEY",
		"MIAU_MASTER_KEY_FILE" };
	const char *value;
	size_t i;

	for (i = 0; i < COUNT_OF(names); i++) {
		value = getenv(names[i]);
		if (value != NULL && *value != '\0')
			return names[i];
	}
	return NULL;
}

static int
find_master(const char *folder, int make, unsigned char master[AUTH_KEY_SIZE],
    struct err *err)
{
	const char *variable = auth_keys_variable();

	if (variable == NULL)
		return read_from_folder(folder, make, master, err);
	if (strcmp(variable, "MIAU_MASTER_KEY") != 0)
		return read_master(getenv(variable), master, err);
	if (decode_hex(getenv(variable), master, AUTH_KEY_SIZE))
		return 0;
	return err_set(
	    err, ERR_CORRUPT, "MIAU_MASTER_KEY is not 64 hexadecimal digits.");
}

static struct auth_keys *
keys_new(unsigned char master[AUTH_KEY_SIZE], const char *folder)
{
	struct auth_keys *keys = mem_calloc(1, sizeof(*keys));
	int purpose;

	for (purpose = 0; purpose < KEY__MAX; purpose++)
		derive(master, purposes[purpose], keys->key[purpose]);
	mem_wipe(master, AUTH_KEY_SIZE);
	keys->folder = mem_strdup(folder);
	return keys;
}

struct auth_keys *
auth_keys_load(const char *folder, int make, struct err *err)
{
	unsigned char master[AUTH_KEY_SIZE];

	return find_master(folder, make, master, err) == -1
	    ? NULL
	    : keys_new(master, folder);
}

struct auth_keys *
auth_keys_read(const char *path, const char *folder, struct err *err)
{
	unsigned char master[AUTH_KEY_SIZE];

	return read_master(path, master, err) == -1 ? NULL
						    : keys_new(master, folder);
}

void
auth_keys_free(struct auth_keys *keys)
{
	if (keys == NULL)
		return;
	free(keys->folder);
	mem_wipe(keys, sizeof(*keys));
	free(keys);
}

const char *
auth_keys_folder(const struct auth_keys *keys)
{
	return keys->folder;
}

const unsigned char *
auth_key(const struct auth_keys *keys, enum key_purpose purpose)
{
	return keys->key[purpose];
}

void
auth_keys_set_index(
    struct auth_keys *keys, const unsigned char key[AUTH_KEY_SIZE])
{
	memcpy(keys->key[KEY_INDEX], key, AUTH_KEY_SIZE);
}
