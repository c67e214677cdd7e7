/*
 * What a torrent is: from its metadata to title, episodes and sources, with the
 * reason for the choice. Database thread.
 */
#ifndef DAEMON_MIAUD_DOWNLOADS_IDENTIFY_H
#define DAEMON_MIAUD_DOWNLOADS_IDENTIFY_H

#include "daemon/torrent/describe.h"
#include "lib/base/arena.h"
#include "lib/db/db.h"

struct identity {
	int64_t title_id;      /* 0: unknown */
	int64_t file_index;    /* or STORE_FILE_… */
	char *title;           /* in the arena; NULL: unknown */
	char *title_public_id; /* "movie-5" */
	int *files;            /* that are chosen */
	size_t n_files;
};

/* Chooses the files of the row `id` and writes what they are the sources of;
 * `file`: the one that a person chose, else -1. Call within a transaction. */
int identify_torrent(struct db *db, struct arena *arena, int64_t id,
    const struct torrent_meta *meta, int file, struct identity *out,
    struct err *err) NONNULL MUST_CHECK;
/* What was written earlier. */
int identify_read(struct db *db, struct arena *arena, int64_t id,
    struct identity *out, struct err *err) NONNULL MUST_CHECK;
/* The title that a person named: its id for people, or else a text like "Film
 * (2001)", for which a title is made. Either may be NULL. ERR_TITLE_NOT_FOUND.
 * Call within a transaction. */
int identify_title(struct db *db, struct arena *arena, const char *title_id,
    const char *text, int64_t *id, struct err *err)
    NONNULL_ARGS(1, 2, 5, 6) MUST_CHECK;

#endif
