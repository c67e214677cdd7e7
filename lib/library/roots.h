/*
 * The folders from which the web server may send files by itself: links in
 * <run>/roots, "images", "torrents" and one named by its id for each library
 * folder. The web server's configuration names that one place, so it need not be
 * read anew when folders come and go, nor be able to spell their names. No
 * address leads there: only what a handler names is sent.
 */
#ifndef LIB_LIBRARY_ROOTS_H
#define LIB_LIBRARY_ROOTS_H

#include <limits.h>
#include <stdbool.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/paths.h"
#include "lib/db/db.h"

/* Makes the links those of the folders in the database: new ones at once or not
 * at all, then the others go. One caller at a time. */
int library_roots_write(struct db *db, const struct paths *paths,
    struct err *err) NONNULL MUST_CHECK;

/* Where the web server finds the file or folder of the real path `real` (no
 * link in it): a path through <run>/roots into `out`. False when it lies below
 * none of them or the path would be too long. */
bool library_roots_find(const struct paths *paths, const char *real,
    char out[PATH_MAX]) NONNULL MUST_CHECK;

#endif
