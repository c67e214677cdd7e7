/*
 * What a torrent is: from its metadata to title, episodes and sources, with the
 * reason for the choice. Database thread.
 */
#ifndef DAEMON_MIAUD_DOWNLOADS_IDENTIFY_H
#define DAEMON_MIAUD_DOWNLOADS_IDENTIFY_H

#include "daemon/torrent/describe.h"
#include "lib/base/arena.h"
#include "lib/db/db.h"
#include "lib/store/notes.h"

/* The code of the reason why bytes were given up (given.c). */
#define IDENTITY_GIVEN_UP "given_up"

/* season -1: a film. */
struct identity_episode {
	int season, number;
};

struct identity {
	int64_t title_id;      /* 0: unknown */
	int64_t file_index;    /* or STORE_FILE_… */
	char *title;           /* in the arena; NULL: unknown */
	char *title_public_id; /* "movie-5" */
	int *files; /* that are chosen; one of two episodes stands twice */
	struct identity_episode *episodes; /* that each of them is */
	size_t n_files;
	/* Why these, or why none: see struct choice; NULL: not decided. */
	char *code, *sentence;
	double confidence;             /* 0…1 */
	const struct reason *given_up; /* IDENTITY_GIVEN_UP; NULL: nothing */
};

/* What a person says that plays. */
struct identify_wish {
	int file;
	int season, episode; /* -1: a film, or what its name tells */
};

/* Chooses the files of the row `id` and writes what they are the sources of;
 * `wish`: what a person chose, or NULL. A film takes the place of what was
 * chosen, an episode is added to it. ERR_INVALID_FIELDS: a wish without sense.
 * Call within a transaction. */
int identify_torrent(struct db *db, struct arena *arena, int64_t id,
    const struct torrent_meta *meta, const struct identify_wish *wish,
    struct identity *out, struct err *err)
    NONNULL_ARGS(1, 2, 4, 6, 7) MUST_CHECK;
/* A film whose torrent tells later what is in it plays from it already: who
 * plays it waits for that. label: what its magnet calls it. Call within a
 * transaction. */
int identify_expect(struct db *db, struct arena *arena, int64_t id,
    const char *label, struct err *err) NONNULL_ARGS(1, 2, 5) MUST_CHECK;
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
