/*
 * Torrents: what is fetched from a swarm or shared with one. Nothing here names
 * one: what it calls itself is sealed text, its info-hash is an index of it
 * (lib/auth/seal.h). What it is a source of is in sources.h.
 */
#ifndef LIB_STORE_TORRENTS_H
#define LIB_STORE_TORRENTS_H

#include "lib/store/store.h"

enum {
	STORE_HASH_INDEX_SIZE = 32,
	STORE_FILE_NONE = -1,    /* no file is chosen */
	STORE_FILE_SEVERAL = -2, /* each file of a pack plays by itself */
};

struct torrent_row {
	int64_t id;
	char *name; /* of the payload folder */
	unsigned char hash_index[STORE_HASH_INDEX_SIZE];
	char *label;      /* sealed; "": not known */
	char *own_path;   /* the own file that is shared, or NULL */
	int64_t title_id; /* 0: unknown */
	bool is_paused;
	char *problem; /* code or NULL */
	int64_t size;  /* 0: no metadata yet */
	int64_t n_files;
	int64_t piece_size;
	int64_t n_pieces;
	int64_t file_index; /* or STORE_FILE_… */
	bool is_windowed;
	bool is_pinned;
	bool is_wanted; /* fetched although nobody watches it */
	int64_t admitted, uploaded, downloaded;
	int64_t upload_limit, download_limit; /* bytes per second, 0: none */
	double ratio_limit;                   /* 0: the setting's */
	char *added_by;                       /* user id or NULL */
	int64_t added_at;
	int64_t finished_at; /* 0: not yet */
	int64_t last_used_at;
	/* of the title, read in the same statement; NULL without one */
	char *title;
	char *title_public_id; /* "movie-5" */
};

extern const struct store_sql store_torrents_sql;

/* All, newest first. */
enum store_result store_torrent_list(struct db *db, struct arena *arena,
    struct torrent_row **rows, size_t *n, struct err *err) NONNULL MUST_CHECK;
enum store_result store_torrent_find(struct db *db, struct arena *arena,
    int64_t id, struct torrent_row *row, struct err *err) NONNULL MUST_CHECK;
enum store_result store_torrent_find_hash(struct db *db,
    const unsigned char hash_index[STORE_HASH_INDEX_SIZE], int64_t *id,
    struct err *err) NONNULL MUST_CHECK;
/* Adds a row from all fields but id and the title's; fills row->id, a number
 * that no other had before. STORE_NONE with the known row's id when that
 * info-hash is there already. */
enum store_result store_torrent_add(
    struct db *db, struct torrent_row *row, struct err *err) NONNULL MUST_CHECK;
/* Writes what may change: all but id, name, hash_index, own_path, added_by,
 * added_at and what store_torrent_set_match writes. STORE_NONE: no such row. */
enum store_result store_torrent_update(struct db *db,
    const struct torrent_row *row, struct err *err) NONNULL MUST_CHECK;
/* What it is: title (0: unknown) and file. STORE_NONE: no such row. */
enum store_result store_torrent_set_match(struct db *db, int64_t id,
    int64_t title_id, int64_t file_index, struct err *err) NONNULL MUST_CHECK;
/* What hashing a file of one's own told: hash_index, size, n_files, piece_size,
 * n_pieces. STORE_NONE: no such row. */
enum store_result store_torrent_set_hash(struct db *db,
    const struct torrent_row *row, struct err *err) NONNULL MUST_CHECK;
/* Removes the row, its sources and reasons; titles are refreshed. Call within a
 * transaction. */
enum store_result store_torrent_remove(
    struct db *db, int64_t id, struct err *err) NONNULL MUST_CHECK;

#endif
