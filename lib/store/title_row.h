/*
 * How a row of table title is read, for the store files that select one.
 * Private to lib/store.
 */
#ifndef LIB_STORE_TITLE_ROW_H
#define LIB_STORE_TITLE_ROW_H

#include "lib/store/titles.h"

/* In the order in which store_title_read expects them, from column 0. */
#define TITLE_COLUMNS                                                          \
	"t.id, t.kind, t.pid, t.tmdb_id, t.imdb_id, t.name, t.year, "          \
	"t.overview, t.tagline, t.released_on, t.last_aired_on, "              \
	"t.runtime, t.popularity, t.rating, t.poster, t.backdrop, "            \
	"t.logo, t.is_locked, t.is_playable, t.created_at, t.updated_at"
enum { TITLE_N_COLUMNS = 21 };

/* Fills all but the genres. A store_read_fn. */
void store_title_read(
    const struct db_rows *rows, struct arena *arena, void *title) NONNULL;

/* Adds the genres of n titles. */
enum store_result store_title_add_genres(struct db *db, struct arena *arena,
    struct title *titles, size_t n, struct err *err)
    NONNULL_ARGS(1, 2, 5) MUST_CHECK;

/* What a title is sorted and matched by, never empty (free()). */
char *store_title_name_key(const char *name) NONNULL RETURNS_NONNULL MUST_CHECK;

/* "movie" or "show". */
const char *store_title_kind_name(enum title_kind kind) RETURNS_NONNULL;

#endif
