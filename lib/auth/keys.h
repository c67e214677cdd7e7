/*
 * The master key and what is derived from it. 32 random bytes in
 * <state>/keys/master.key (0600), or MIAU_MASTER_KEY (64 hex digits) or
 * MIAU_MASTER_KEY_FILE. Made once by whoever starts first; never logged, never
 * in the database. Every purpose has its own key: HKDF-SHA-256 (RFC 5869)
 * with the purpose's name as info.
 */
#ifndef LIB_AUTH_KEYS_H
#define LIB_AUTH_KEYS_H

#include <stddef.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"

enum { AUTH_KEY_SIZE = 32 };

enum key_purpose {
	KEY_ACCESS_TOKEN, /* signs access tokens */
	KEY_REFRESH,      /* computes successors of refresh tokens */
	KEY_SEAL,         /* seals fields */
	KEY_INDEX,        /* blind index */
	KEY_LOGIN,        /* names of throttled sign-ins */
	KEY_USER_CODE,    /* names of what people type for a device */
	KEY_AUDIT,        /* seals the end of the audit log */
	KEY__MAX
};

struct auth_keys;

/* Reads the key; with `make` true makes it when missing (atomically: two
 * processes end with the same key). ERR_NOT_FOUND, ERR_CORRUPT, ERR_IO. */
struct auth_keys *auth_keys_load(
    const char *folder, int make, struct err *err) NONNULL MUST_CHECK;
/* Those of one file with a master key, of that folder. The same errors. */
struct auth_keys *auth_keys_read(
    const char *path, const char *folder, struct err *err) NONNULL MUST_CHECK;
void auth_keys_free(struct auth_keys *keys);

/* The folder of the keys, also where the master key comes from elsewhere. */
const char *auth_keys_folder(
    const struct auth_keys *keys) NONNULL RETURNS_NONNULL;

/* Writes a new master key (0600), over a file that lies there. */
int auth_keys_make(const char *path, struct err *err) NONNULL MUST_CHECK;

/* The variable from which the master key comes, or NULL: it is in the folder. */
const char *auth_keys_variable(void) MUST_CHECK;

/* Borrowed 32 bytes. */
const unsigned char *auth_key(const struct auth_keys *keys,
    enum key_purpose purpose) NONNULL RETURNS_NONNULL;

/* From now on this is the key of the blind index: it stays when the master key
 * becomes another one. */
void auth_keys_set_index(
    struct auth_keys *keys, const unsigned char key[AUTH_KEY_SIZE]) NONNULL;

#endif
