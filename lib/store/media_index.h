/*
 * Where films can be begun: one index for each file, whichever title it belongs to.
 */
#ifndef LIB_STORE_MEDIA_INDEX_H
#define LIB_STORE_MEDIA_INDEX_H

#include "lib/hls/cuts.h"
#include "lib/store/store.h"

enum { MEDIA_INDEX_KEYS_MAX = 100000 };

extern const struct store_sql store_media_index_sql;

/* The index of a source's file; its keys, at most MEDIA_INDEX_KEYS_MAX, in the arena.
 * None of them: the container has no index. STORE_NONE: nobody has looked yet, or the
 * file is another one by now. */
enum store_result store_media_index_find(struct db *db, struct arena *arena,
    int64_t source_id, struct hls_index *index,
    struct err *err) NONNULL MUST_CHECK;

/* Writes it, for the file as its row says that it is. is_read false: all of the file
 * is yet to be read for want of an index. A film whose length nobody knew has that of
 * the index from then on. STORE_NONE: there is no such source, or its
 * file is not known. Call within a transaction. */
enum store_result store_media_index_set(struct db *db, int64_t source_id,
    const struct hls_index *index, bool is_read,
    struct err *err) NONNULL MUST_CHECK;

/* Whether a file of the library has one that is true of it. */
enum store_result store_media_index_is_known(struct db *db, int64_t file_id,
    bool *is_known, struct err *err) NONNULL MUST_CHECK;

/* The first source behind the one given whose file has yet to be read as a whole; of
 * the library only when it is there. STORE_NONE: there is no other. */
enum store_result store_media_index_next_unread(struct db *db, int64_t after,
    int64_t *source_id, struct err *err) NONNULL MUST_CHECK;

#endif
