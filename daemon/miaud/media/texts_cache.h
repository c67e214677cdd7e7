/*
 * What was taken out of films, bounded: a folder for each film, with files in it.
 */
#ifndef DAEMON_MIAUD_MEDIA_TEXTS_CACHE_H
#define DAEMON_MIAUD_MEDIA_TEXTS_CACHE_H

#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/paths.h"
#include "lib/db/db.h"

/* Folders that are being filled begin so. */
#define TEXTS_CACHE_UNDONE "new-"

/* Removes folders older than `days`, then the oldest until the others have no more
 * than `bytes`; `keep` (a path) and those that are being filled stay. Any thread. */
void texts_cache_trim(
    const char *folder, int64_t bytes, int64_t days, const char *keep) NONNULL;
/* Removes those of films that are gone, or have changed since. */
void texts_cache_forget(const struct paths *paths, struct db *db) NONNULL;
/* Removes those that a killed miaud was filling. At start. */
void texts_cache_sweep(const char *folder) NONNULL;

#endif
