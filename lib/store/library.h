/*
 * The household's own folders, the files seen in them and the subtitles beside
 * those. Paths are bytes; `display` is for eyes.
 */
#ifndef LIB_STORE_LIBRARY_H
#define LIB_STORE_LIBRARY_H

#include "lib/store/store.h"

struct library_folder {
	int64_t id;
	char *path;  /* absolute */
	char *state; /* "new" "scanning" "ok" "gone" "unreadable" */
	int64_t n_files;
	int64_t n_refused;
	int64_t scanned_at; /* 0: never */
	int64_t created_at;
};

struct library_file {
	int64_t id;
	int64_t folder_id;
	char *path; /* relative to the folder */
	char *display;
	int64_t size;
	int64_t modified_at;
	int64_t inode;
	char *state; /* "found" "ok" "refused" "gone" */
	char *container;
	double duration;
	char *probe;
	/* only from store_library_file_list: the newest reason's code and
	 * sentence when refused, the public id of the title when matched */
	char *reason_code;
	char *reason;
	char *title_public_id;
	char *title_name;
	bool is_episode; /* then season and episode count */
	int64_t season;
	int64_t episode;
};

struct library_file_list {
	struct library_file *items;
	size_t n;
	char *cursor;
	int64_t total;
};

struct subtitle {
	int64_t id;
	int64_t library_file_id;
	char *path; /* relative to the folder */
	char *format;
	char *language;
	char *title;
	bool is_default;
	bool is_forced;
	bool is_sdh;
	bool is_fetched; /* lib/play/tracks.h: from a service outside, */
	bool is_exact;   /* and made for this very file */
	char
	    *folder; /* absolute path of the folder, from store_subtitle_find */
};

extern const struct store_sql store_library_sql;
extern const struct store_sql store_library_files_sql;

/* ERR_FOLDER_TAKEN when it is already there. */
enum store_result store_folder_add(struct db *db, const char *path, int64_t *id,
    struct err *err) NONNULL MUST_CHECK;
enum store_result store_folder_find(struct db *db, struct arena *arena,
    int64_t id, struct library_folder *folder,
    struct err *err) NONNULL MUST_CHECK;
enum store_result store_folder_list(struct db *db, struct arena *arena,
    struct library_folder **folders, size_t *n,
    struct err *err) NONNULL MUST_CHECK;
/* Removes the folder, its files, sources and subtitles from the database; the
 * files themselves stay. Refreshes is_playable of the titles concerned. Runs in
 * a transaction of its own. */
enum store_result store_folder_remove(
    struct db *db, int64_t id, struct err *err) NONNULL MUST_CHECK;
/* Counts files and refusals anew when state is "ok". */
enum store_result store_folder_set_state(struct db *db, int64_t id,
    const char *state, int64_t scanned_at, struct err *err) NONNULL MUST_CHECK;

enum store_result store_file_find(struct db *db, struct arena *arena,
    int64_t folder_id, const char *path, struct library_file *file,
    struct err *err) NONNULL MUST_CHECK;
enum store_result store_file_find_id(struct db *db, struct arena *arena,
    int64_t id, struct library_file *file, struct err *err) NONNULL MUST_CHECK;
/* A file of the same folder, inode and size, whatever its state, a gone one
 * first: a renamed one, when nothing is left at its path. */
enum store_result store_file_find_inode(struct db *db, struct arena *arena,
    int64_t folder_id, int64_t inode, int64_t size, struct library_file *file,
    struct err *err) NONNULL MUST_CHECK;
/* Inserts or updates by (folder, path), by id when file->id is set; fills the
 * id. seen_at is the scan's start. */
enum store_result store_file_put(struct db *db, struct library_file *file,
    int64_t seen_at, struct err *err) NONNULL MUST_CHECK;
/* Marks an unchanged file as seen. */
enum store_result store_file_seen(struct db *db, int64_t id, int64_t seen_at,
    struct err *err) NONNULL MUST_CHECK;
/* Files of a folder not seen since: state 'gone', titles refreshed; *n counts.
 * Call within a transaction. */
enum store_result store_file_mark_gone(struct db *db, int64_t folder_id,
    int64_t seen_before, int64_t *n, struct err *err) NONNULL MUST_CHECK;
/* Forgets files that are gone and were last seen before that time, with their
 * sources and reasons; *n counts. Those of a folder that is away, or in which
 * nothing was seen, stay. Titles stay too (store_title_sweep). Call within a
 * transaction. */
enum store_result store_file_forget(struct db *db, int64_t seen_before,
    int64_t *n, struct err *err) NONNULL MUST_CHECK;
/* Up to max files in state 'found' (wait for a probe), oldest first, of the
 * folder or of all (0). */
enum store_result store_file_list_found(struct db *db, struct arena *arena,
    int64_t folder_id, int max, struct library_file **files, size_t *n,
    struct err *err) NONNULL MUST_CHECK;
/* For the library screen, by path, or of all folders (0) in the order in which
 * they were found. state NULL: all. */
enum store_result store_file_list(struct db *db, struct arena *arena,
    int64_t folder_id, const char *state, const struct store_page *page,
    struct library_file_list *list, struct err *err)
    NONNULL_ARGS(1, 2, 5, 6, 7) MUST_CHECK;

/* Replaces the subtitles of a file. Call within a transaction. */
enum store_result store_subtitle_replace(struct db *db, int64_t file_id,
    const struct subtitle *subtitles, size_t n, struct err *err)
    NONNULL_ARGS(1, 5) MUST_CHECK;
enum store_result store_subtitle_list(struct db *db, struct arena *arena,
    int64_t file_id, struct subtitle **subtitles, size_t *n,
    struct err *err) NONNULL MUST_CHECK;
enum store_result store_subtitle_find(struct db *db, struct arena *arena,
    int64_t file_id, int64_t id, struct subtitle *subtitle,
    struct err *err) NONNULL MUST_CHECK;

#endif
