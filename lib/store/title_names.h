/*
 * How titles are spelled in the database, for the store files that ask.
 * Private to lib/store.
 */
#ifndef LIB_STORE_TITLE_NAMES_H
#define LIB_STORE_TITLE_NAMES_H

#include "lib/store/titles.h"

/* What a title is sorted and matched by, never empty (free()). */
char *store_title_name_key(const char *name) NONNULL RETURNS_NONNULL MUST_CHECK;

/* "movie" or "show". */
const char *store_title_kind_name(enum title_kind kind) RETURNS_NONNULL;

#endif
