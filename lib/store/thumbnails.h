/*
 * Sheets of small pictures of films: one set for each file, whichever title it belongs
 * to. The sheets themselves are files of a folder that the row names.
 */
#ifndef LIB_STORE_THUMBNAILS_H
#define LIB_STORE_THUMBNAILS_H

#include "lib/store/store.h"

enum {
	THUMBNAILS_COLUMNS = 10, /* of pictures in a sheet */
	THUMBNAILS_ROWS = 10,
	THUMBNAILS_A_SHEET = THUMBNAILS_COLUMNS * THUMBNAILS_ROWS,
};

struct thumbnails {
	int64_t id;
	const char *folder;  /* a random name */
	const char *problem; /* why there are none; NULL: there are */
	int64_t step;        /* seconds */
	int64_t width;       /* of each picture */
	int64_t height;
	int64_t count; /* pictures */
	int64_t bytes;
	int64_t made_at;
};

/* A file that has none yet. */
struct thumbnails_wish {
	int64_t source_id;
	int64_t used_at; /* when somebody watched it last, or it came */
};

struct thumbnails_sum {
	int64_t films;
	int64_t failed;
	int64_t waiting;
	int64_t bytes;
	int64_t
	    gone; /* folders whose row has gone and that are to be removed */
};

extern const struct store_sql store_thumbnails_sql;

/* Those of a source's file. STORE_NONE: nobody has tried yet, or the file is another
 * one by now. */
enum store_result store_thumbnails_find(struct db *db, struct arena *arena,
    int64_t source_id, struct thumbnails *thumbnails,
    struct err *err) NONNULL MUST_CHECK;

/* The server's own work: the files that were looked into and have none, of the library
 * those that are there, of torrents those that were whole; what was used last first,
 * at most `max`. */
enum store_result store_thumbnails_wanted(struct db *db, struct arena *arena,
    int max, struct thumbnails_wish **wishes, size_t *n,
    struct err *err) NONNULL MUST_CHECK;

/* Writes those of a source's file as its row says that it is, in place of others; id
 * and made_at do not matter. STORE_NONE: there is no such source. Call within a
 * transaction. */
enum store_result store_thumbnails_set(struct db *db, int64_t source_id,
    const struct thumbnails *thumbnails, struct err *err) NONNULL MUST_CHECK;

/* Those of the file that nobody has used for longest. STORE_NONE: there are none. */
enum store_result store_thumbnails_stalest(struct db *db, int64_t *id,
    int64_t *used_at, struct err *err) NONNULL MUST_CHECK;
enum store_result store_thumbnails_remove(
    struct db *db, int64_t id, struct err *err) NONNULL MUST_CHECK;
/* All, and what is known of failures. */
enum store_result store_thumbnails_clear(
    struct db *db, struct err *err) NONNULL MUST_CHECK;

/* Whether a row names the folder. */
enum store_result store_thumbnails_is_used(struct db *db, const char *folder,
    bool *is_used, struct err *err) NONNULL MUST_CHECK;
/* Folders without a row were removed. */
enum store_result store_thumbnails_swept(
    struct db *db, struct err *err) NONNULL MUST_CHECK;
enum store_result store_thumbnails_sum(struct db *db,
    struct thumbnails_sum *sum, struct err *err) NONNULL MUST_CHECK;

#endif
