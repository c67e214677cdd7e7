/*
 * The folder resume/: what describes torrents, each file sealed, so that a copy
 * of the state folder without its keys tells nothing about them.
 */
#ifndef DAEMON_MIAUD_DOWNLOADS_SEALED_H
#define DAEMON_MIAUD_DOWNLOADS_SEALED_H

#include <stddef.h>

#include "lib/auth/keys.h"
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

#endif
