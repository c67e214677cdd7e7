/*
 * Small things that all store files do. Private to lib/store.
 */
#ifndef LIB_STORE_ROWS_H
#define LIB_STORE_ROWS_H

#include "lib/store/store.h"

/* Runs a statement: STORE_OK whatever it changed. */
enum store_result store_run(struct db *db, const char *sql,
    const struct db_value *args, struct err *err) NONNULL MUST_CHECK;

/* Runs a statement: STORE_NONE when it changed nothing. */
enum store_result store_run_one(struct db *db, const char *sql,
    const struct db_value *args, struct err *err) NONNULL MUST_CHECK;

/* Starts a statement and steps to its only row; STORE_OK: the caller reads the
 * columns and calls db_done. */
enum store_result store_get(struct db *db, const char *sql,
    const struct db_value *args, struct db_rows *rows,
    struct err *err) NONNULL MUST_CHECK;

/* The first column of the first row as a number. */
enum store_result store_get_int(struct db *db, const char *sql,
    const struct db_value *args, int64_t *out,
    struct err *err) NONNULL MUST_CHECK;

/* Row numbers as a JSON array, for statements over many rows at once by
 * json_each; `stride` bytes lie between one number and the next. */
char *store_id_list(struct arena *arena, const int64_t *first, size_t n,
    size_t stride) NONNULL_ARGS(1) RETURNS_NONNULL MUST_CHECK;

/* A folder's path and a path relative to it, as one. */
char *store_file_path(struct arena *arena, const char *folder,
    const char *path) NONNULL RETURNS_NONNULL MUST_CHECK;

/* Titles and episodes whose last present file of that folder has gone are no
 * longer playable. Call within a transaction. */
enum store_result store_folder_refresh_gone(
    struct db *db, int64_t folder_id, struct err *err) NONNULL MUST_CHECK;

/*
 * Collects the rows of a statement as an array in the arena; `read` fills one
 * element from the current row.
 */
typedef void (*store_read_fn)(
    const struct db_rows *rows, struct arena *arena, void *element);
enum store_result store_collect(struct db *db, struct arena *arena,
    const char *sql, const struct db_value *args, size_t size,
    store_read_fn read, void **elements, size_t *n,
    struct err *err) NONNULL MUST_CHECK;

#endif
