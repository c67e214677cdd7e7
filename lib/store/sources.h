/*
 * Sources: where the bytes of a film or an episode come from. Keeps
 * is_playable of titles and episodes true to what exists.
 */
#ifndef LIB_STORE_SOURCES_H
#define LIB_STORE_SOURCES_H

#include "lib/store/maturity.h"
#include "lib/store/store.h"

struct source {
	int64_t id;
	int64_t title_id;
	int64_t episode_id;      /* 0: a film */
	int64_t library_file_id; /* 0: of a torrent */
	int64_t torrent_id;      /* 0: a file of the library */
	int64_t file_index; /* in the torrent; STORE_FILE_NONE (torrents.h):
				    not known yet */
	char *quality;      /* "8K" "4K" "2K" "FHD" "HD" "SD" */
	char *video_codec;
	int64_t size;
	double match_confidence;
	/* of the file and its folder or of the torrent, read in the same
	 * statement */
	char *folder; /* absolute path of the library folder; torrent: "" */
	char *path;   /* absolute, bytes as they are; torrent: "" */
	char *container;
	double duration;           /* seconds, 0: unknown */
	char *probe;               /* JSON (lib/library/media.h), or NULL */
	int64_t modified_at;       /* torrent: 0 */
	int64_t subtitle_delay_ms; /* by which subtitles are shown later */
	char *problem;   /* code of the torrent's problem (also when it is
				paused before all of it came), or NULL */
	bool is_present; /* file: its state is 'ok'; torrent: not dead */
	bool is_ahead;   /* looked into before all of it had come */
};

extern const struct store_sql store_sources_sql;

/* Best quality first, files before torrents; only those whose file is present
 * and torrents that are not dead. episode_id 0: the
 * film's, -1: all of the title. */
enum store_result store_source_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t title_id, int64_t episode_id,
    struct source **sources, size_t *n, struct err *err) NONNULL MUST_CHECK;
enum store_result store_source_find(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t id, struct source *source,
    struct err *err) NONNULL MUST_CHECK;
/* A file of the same size keeps it. */
enum store_result store_source_set_delay(struct db *db, int64_t id,
    int64_t delay_ms, struct err *err) NONNULL MUST_CHECK;
/* The server's own work: what a file is the source of, with the ids alone: id, title_id, episode_id
 * and match_confidence. */
enum store_result store_source_find_file(struct db *db, int64_t file_id,
    struct source *source, struct err *err) NONNULL MUST_CHECK;
/* A file is no source any more; its title is refreshed. Call within a
 * transaction. */
enum store_result store_source_remove_file(
    struct db *db, int64_t file_id, struct err *err) NONNULL MUST_CHECK;
/* By quality; "auto" takes the best. */
enum store_result store_source_choose(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t title_id, int64_t episode_id,
    const char *quality, struct source *source,
    struct err *err) NONNULL MUST_CHECK;
/* Inserts or replaces the source of a file. Fills source->id. Call within a
 * transaction. */
enum store_result store_source_put(
    struct db *db, struct source *source, struct err *err) NONNULL MUST_CHECK;
/* Inserts or replaces the source that a torrent's file (torrent_id, file_index)
 * is of a title or an episode; container, duration and probe are written where
 * they are given, else kept. Fills source->id. Call within a transaction. */
enum store_result store_source_put_torrent(
    struct db *db, struct source *source, struct err *err) NONNULL MUST_CHECK;
/* The server's own work: the sources that a torrent is, by file. */
enum store_result store_source_list_torrent(struct db *db, struct arena *arena,
    int64_t torrent_id, struct source **sources, size_t *n,
    struct err *err) NONNULL MUST_CHECK;
/* It is known now which file of a torrent the film is: the source that was
 * waiting for that keeps its id. Call within a transaction, before
 * store_source_put_torrent. */
enum store_result store_source_know_file(struct db *db, int64_t torrent_id,
    int64_t title_id, int64_t file_index, struct err *err) NONNULL MUST_CHECK;
/* Whether what is known of its file was read before all of it had come. */
enum store_result store_source_set_ahead(struct db *db, int64_t id,
    bool is_ahead, struct err *err) NONNULL MUST_CHECK;
/* The server's own work: the first source with an id above `after` that is a fetched
 * torrent's file and that nobody has looked into, whose file has no index
 * (lib/store/media_index.h), or of which not all had come when it was looked into. */
enum store_result store_source_find_unprobed(struct db *db, struct arena *arena,
    int64_t after, struct source *source, struct err *err) NONNULL MUST_CHECK;
/* A torrent is no source any more, but for its file `keep`
 * (STORE_FILE_SEVERAL: none of all); titles are refreshed. Call within a
 * transaction. */
enum store_result store_source_remove_torrent(struct db *db, int64_t torrent_id,
    int64_t keep, struct err *err) NONNULL MUST_CHECK;
/* Makes room for a file of a torrent as an episode (0: the film): the file is
 * nothing else any more, and no other file of the torrent is that. Call within
 * a transaction, before store_source_put_torrent, which refreshes. */
enum store_result store_source_clear_torrent(struct db *db, int64_t torrent_id,
    int64_t file_index, int64_t title_id, int64_t episode_id,
    struct err *err) NONNULL MUST_CHECK;
/* Sets is_playable of a title and its episodes anew. Call within a
 * transaction, whenever files came or went. */
enum store_result store_source_refresh(
    struct db *db, int64_t title_id, struct err *err) NONNULL MUST_CHECK;

#endif
