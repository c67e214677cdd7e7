/*
 * The subtitle tracks of what is played: those beside the file, then those that
 * were fetched for it. A track's place in this list is its number.
 */
#ifndef LIB_PLAY_TRACKS_H
#define LIB_PLAY_TRACKS_H

#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/paths.h"
#include "lib/db/db.h"
#include "lib/store/library.h"
#include "lib/store/sources.h"

/* In the arena. -1: the database cannot be read. */
int play_tracks(struct db *db, struct arena *arena, const struct paths *paths,
    const struct source *source, struct subtitle **tracks, size_t *n,
    struct err *err) NONNULL MUST_CHECK;

#endif
