/*
 * The folder resume/: what describes torrents, each file sealed, so that a copy
 * of the state folder without its keys tells nothing about them.
 */
#ifndef LIB_AUTH_SEALED_H
#define LIB_AUTH_SEALED_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/auth/keys.h"
#include "lib/auth/seal.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/paths.h"

enum sealed_kind {
	SEALED_TORRENT, /* the .torrent */
	SEALED_MAGNET,  /* until there is one */
	SEALED_RESUME,  /* what the engine wants to know again */
	SEALED__MAX
};

struct sealed_place {
	const char *folder; /* resume/ */
	const struct auth_keys *keys;
	const char *name; /* of the payload folder */
};

/* Any thread. ERR_IO, ERR_DISK_FULL. */
int sealed_write(const struct sealed_place *place, enum sealed_kind kind,
    const void *bytes, size_t len, struct err *err)
    NONNULL_ARGS(1, 5) MUST_CHECK;
/* The bytes with a NUL behind (free()). NULL: ERR_NOT_FOUND, ERR_CORRUPT,
 * ERR_IO. */
char *sealed_read(const struct sealed_place *place, enum sealed_kind kind,
    size_t *len, struct err *err) NONNULL MUST_CHECK;
void sealed_remove(
    const struct sealed_place *place, enum sealed_kind kind) NONNULL;
void sealed_remove_all(const struct sealed_place *place) NONNULL;

enum { SEALED_NAME_SIZE = 64 };

struct sealed_file {
	char name[SEALED_NAME_SIZE];
	enum sealed_kind kind;
};

/* All of a folder (free()), in any order; none where there is no folder. What a
 * process left unfinished when it was killed is not among them. */
int sealed_list(const char *folder, struct sealed_file **files, size_t *n,
    struct err *err) NONNULL MUST_CHECK;
/* Removes what was left unfinished. Nobody may be writing there. */
int sealed_tidy(const char *folder, struct err *err) NONNULL MUST_CHECK;
/* The id of the key that sealed it; "" when it does not look sealed. ERR_IO,
 * ERR_NOT_FOUND. */
int sealed_key_id(const struct sealed_place *place, enum sealed_kind kind,
    char id[SEAL_ID_SIZE], struct err *err) NONNULL MUST_CHECK;
/* Seals it with another key. ERR_CORRUPT: it cannot be opened, and stays. */
int sealed_again(const struct sealed_place *place, enum sealed_kind kind,
    const struct auth_keys *to, struct err *err) NONNULL MUST_CHECK;

#endif
