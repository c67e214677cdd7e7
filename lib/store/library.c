/* The household's folders and the subtitles beside its files. */
#include "lib/store/library.h"

#include <string.h>

#include "lib/base/clock.h"
#include "lib/store/rows.h"

enum { SUBTITLES_ARENA_MAX = 16 * 1024 * 1024 };

enum {
	STMT_FOLDER_ADD,
	STMT_FOLDER_FIND,
	STMT_FOLDER_LIST,
	STMT_FOLDER_SET_STATE,
	STMT_FOLDER_COUNT,
	STMT_FILES_GONE,
	STMT_FILE_REASONS_REMOVE,
	STMT_FOLDER_REASONS_REMOVE,
	STMT_FOLDER_REMOVE,
	STMT_REFRESH_EPISODES,
	STMT_REFRESH_TITLES,
	STMT_SUBTITLE_LIST,
	STMT_SUBTITLE_FIND,
	STMT_SUBTITLE_PUT,
	STMT_SUBTITLE_REMOVE,
	STMT__MAX
};

#define FOLDER                                                                 \
	"SELECT id, path, state, n_files, n_refused, scanned_at, created_at "  \
	"FROM library_folder "
#define FOLDER_LIST_SQL FOLDER "ORDER BY path"
#define SUBTITLE                                                               \
	"SELECT s.id, s.library_file_id, s.path, s.format, s.language, "       \
	"s.title, s.is_default, s.is_forced, s.is_sdh, d.path "                \
	"FROM subtitle s JOIN library_file f ON f.id = s.library_file_id "     \
	"JOIN library_folder d ON d.id = f.folder_id "
/* Sources of a folder's files that are gone. */
#define GONE_SOURCES(column)                                                   \
	"SELECT s." column " FROM library_file f "                             \
	"JOIN source s ON s.library_file_id = f.id "                           \
	"WHERE f.folder_id = ?1 AND f.state = 'gone'"
#define NONE_PRESENT(where)                                                    \
	"NOT EXISTS (SELECT 1 FROM source p "                                  \
	"LEFT JOIN library_file pf ON pf.id = p.library_file_id WHERE " where  \
	" AND p.state = 'ok' AND (p.kind = 'torrent' OR pf.state = 'ok'))"

static const char *const sql[STMT__MAX] = {
	[STMT_FOLDER_ADD] =
	    "INSERT INTO library_folder (path, created_at) VALUES (?1, ?2) "
	    "ON CONFLICT (path) DO NOTHING RETURNING id",
	[STMT_FOLDER_FIND] = FOLDER "WHERE id = ?1",
	[STMT_FOLDER_LIST] = FOLDER_LIST_SQL,
	[STMT_FOLDER_SET_STATE] =
	    "UPDATE library_folder SET state = ?2, "
	    "scanned_at = COALESCE(?3, scanned_at) WHERE id = ?1",
	[STMT_FOLDER_COUNT] =
	    "UPDATE library_folder SET n_files = (SELECT COUNT(*) "
	    "FROM library_file f WHERE f.folder_id = ?1 "
	    "AND f.state IN ('found', 'ok', 'refused')), "
	    "n_refused = (SELECT COUNT(*) FROM library_file f "
	    "WHERE f.folder_id = ?1 AND f.state = 'refused') WHERE id = ?1",
	[STMT_FILES_GONE] =
	    "UPDATE library_file SET state = 'gone' WHERE folder_id = ?1",
	[STMT_FILE_REASONS_REMOVE] =
	    "DELETE FROM reason WHERE subject IN (SELECT 'file:' || id "
	    "FROM library_file WHERE folder_id = ?1)",
	[STMT_FOLDER_REASONS_REMOVE] =
	    "DELETE FROM reason WHERE subject = 'folder:' || ?1",
	[STMT_FOLDER_REMOVE] = "DELETE FROM library_folder WHERE id = ?1",
	[STMT_REFRESH_EPISODES] =
	    "UPDATE episode SET is_playable = 0 WHERE is_playable = 1 "
	    "AND id IN (" GONE_SOURCES(
		"episode_id") ") "
			      "AND " NONE_PRESENT(
				  "p.title_id = episode.title_id "
				  "AND COALESCE(p.episode_id, 0) = episode.id"),
	[STMT_REFRESH_TITLES] =
	    "UPDATE title SET is_playable = 0 WHERE is_playable = 1 "
	    "AND id IN (" GONE_SOURCES("title_id") ") "
						   "AND " NONE_PRESENT(
						       "p.title_id = title.id"),
	[STMT_SUBTITLE_LIST] =
	    SUBTITLE "WHERE s.library_file_id = ?1 ORDER BY s.language, s.id",
	[STMT_SUBTITLE_FIND] =
	    SUBTITLE "WHERE s.id = ?2 AND s.library_file_id = ?1",
	[STMT_SUBTITLE_PUT] =
	    "INSERT INTO subtitle (library_file_id, path, format, language, "
	    "title, is_default, is_forced, is_sdh) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
	    "ON CONFLICT (library_file_id, path) DO UPDATE SET "
	    "format = excluded.format, language = excluded.language, "
	    "title = excluded.title, is_default = excluded.is_default, "
	    "is_forced = excluded.is_forced, is_sdh = excluded.is_sdh",
	[STMT_SUBTITLE_REMOVE] = "DELETE FROM subtitle WHERE id = ?1",
};

/* Folders are few and all are shown. */
static const char *const scans[] = { FOLDER_LIST_SQL, NULL };

const struct store_sql store_library_sql = { "library", sql, STMT__MAX, scans };

#define DB_PATH(path) DB_BLOB(path, strlen(path))

enum store_result
store_folder_add(struct db *db, const char *path, int64_t *id, struct err *err)
{
	enum store_result result = store_get_int(db, sql[STMT_FOLDER_ADD],
	    DB_ARGS(DB_PATH(path), DB_INT(clock_now_ms())), id, err);

	if (result != STORE_NONE)
		return result;
	err_set(err, ERR_FOLDER_TAKEN, "This folder is already watched.");
	return STORE_ERROR;
}

static void
read_folder(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct library_folder *folder = element;

	folder->id = db_int(rows, 0);
	folder->path = db_text(rows, 1, arena);
	folder->state = db_text(rows, 2, arena);
	folder->n_files = db_int(rows, 3);
	folder->n_refused = db_int(rows, 4);
	folder->scanned_at = db_int(rows, 5);
	folder->created_at = db_int(rows, 6);
}

enum store_result
store_folder_find(struct db *db, struct arena *arena, int64_t id,
    struct library_folder *folder, struct err *err)
{
	struct db_rows rows;
	enum store_result result = store_get(
	    db, sql[STMT_FOLDER_FIND], DB_ARGS(DB_INT(id)), &rows, err);

	if (result == STORE_OK)
		read_folder(&rows, arena, folder);
	db_done(&rows);
	return result;
}

enum store_result
store_folder_list(struct db *db, struct arena *arena,
    struct library_folder **folders, size_t *n, struct err *err)
{
	void *items;
	enum store_result result =
	    store_collect(db, arena, sql[STMT_FOLDER_LIST], DB_NONE,
		sizeof(**folders), read_folder, &items, n, err);

	*folders = items;
	return result;
}

enum store_result
store_folder_set_state(struct db *db, int64_t id, const char *state,
    int64_t scanned_at, struct err *err)
{
	enum store_result result = store_run_one(db, sql[STMT_FOLDER_SET_STATE],
	    DB_ARGS(DB_INT(id), DB_TEXT(state), DB_REF(scanned_at)), err);

	if (result == STORE_OK && strcmp(state, "ok") == 0)
		result = store_run(
		    db, sql[STMT_FOLDER_COUNT], DB_ARGS(DB_INT(id)), err);
	return result;
}

enum store_result
store_folder_refresh_gone(struct db *db, int64_t folder_id, struct err *err)
{
	enum store_result result = store_run(
	    db, sql[STMT_REFRESH_EPISODES], DB_ARGS(DB_INT(folder_id)), err);

	if (result == STORE_OK)
		result = store_run(db, sql[STMT_REFRESH_TITLES],
		    DB_ARGS(DB_INT(folder_id)), err);
	return result;
}

/* Lets the files go first, so that their titles are seen to have lost them. */
static enum store_result
remove_folder(struct db *db, int64_t id, struct err *err)
{
	enum store_result result =
	    store_run(db, sql[STMT_FILES_GONE], DB_ARGS(DB_INT(id)), err);

	if (result == STORE_OK)
		result = store_folder_refresh_gone(db, id, err);
	if (result == STORE_OK)
		result = store_run(db, sql[STMT_FILE_REASONS_REMOVE],
		    DB_ARGS(DB_INT(id)), err);
	if (result == STORE_OK)
		result = store_run(db, sql[STMT_FOLDER_REASONS_REMOVE],
		    DB_ARGS(DB_INT(id)), err);
	if (result == STORE_OK)
		result = store_run_one(
		    db, sql[STMT_FOLDER_REMOVE], DB_ARGS(DB_INT(id)), err);
	return result;
}

enum store_result
store_folder_remove(struct db *db, int64_t id, struct err *err)
{
	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	return store_end(db, remove_folder(db, id, err), err);
}

static void
read_subtitle(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct subtitle *subtitle = element;

	subtitle->id = db_int(rows, 0);
	subtitle->library_file_id = db_int(rows, 1);
	subtitle->path = db_text(rows, 2, arena);
	subtitle->format = db_text(rows, 3, arena);
	subtitle->language = db_text(rows, 4, arena);
	subtitle->title = db_text(rows, 5, arena);
	subtitle->is_default = db_int(rows, 6) != 0;
	subtitle->is_forced = db_int(rows, 7) != 0;
	subtitle->is_sdh = db_int(rows, 8) != 0;
	subtitle->folder = db_text(rows, 9, arena);
}

enum store_result
store_subtitle_list(struct db *db, struct arena *arena, int64_t file_id,
    struct subtitle **subtitles, size_t *n, struct err *err)
{
	void *items;
	enum store_result result = store_collect(db, arena,
	    sql[STMT_SUBTITLE_LIST], DB_ARGS(DB_INT(file_id)),
	    sizeof(**subtitles), read_subtitle, &items, n, err);

	*subtitles = items;
	return result;
}

enum store_result
store_subtitle_find(struct db *db, struct arena *arena, int64_t file_id,
    int64_t id, struct subtitle *subtitle, struct err *err)
{
	struct db_rows rows;
	enum store_result result = store_get(db, sql[STMT_SUBTITLE_FIND],
	    DB_ARGS(DB_INT(file_id), DB_INT(id)), &rows, err);

	if (result == STORE_OK)
		read_subtitle(&rows, arena, subtitle);
	db_done(&rows);
	return result;
}

static bool
is_among(const char *path, const struct subtitle *subtitles, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(subtitles[i].path, path) == 0)
			return true;
	return false;
}

/* Removes those that are no longer there; the others keep their ids, which
 * stand in addresses. */
static enum store_result
remove_others(struct db *db, int64_t file_id, const struct subtitle *subtitles,
    size_t n, struct err *err)
{
	struct arena *arena = arena_new(SUBTITLES_ARENA_MAX);
	struct subtitle *old;
	size_t i, n_old;
	enum store_result result =
	    store_subtitle_list(db, arena, file_id, &old, &n_old, err);

	for (i = 0; result == STORE_OK && i < n_old; i++)
		if (!is_among(old[i].path, subtitles, n))
			result = store_run(db, sql[STMT_SUBTITLE_REMOVE],
			    DB_ARGS(DB_INT(old[i].id)), err);
	arena_free(arena);
	return result;
}

static enum store_result
put_subtitle(
    struct db *db, int64_t file_id, const struct subtitle *s, struct err *err)
{
	return store_run(db, sql[STMT_SUBTITLE_PUT],
	    DB_ARGS(DB_INT(file_id), DB_PATH(s->path), DB_TEXT(s->format),
		DB_TEXT(s->language == NULL ? "und" : s->language),
		DB_TEXT(s->title == NULL ? "" : s->title),
		DB_INT(s->is_default), DB_INT(s->is_forced), DB_INT(s->is_sdh)),
	    err);
}

enum store_result
store_subtitle_replace(struct db *db, int64_t file_id,
    const struct subtitle *subtitles, size_t n, struct err *err)
{
	enum store_result result;
	size_t i;

	result = remove_others(db, file_id, subtitles, n, err);
	for (i = 0; result == STORE_OK && i < n; i++)
		result = put_subtitle(db, file_id, &subtitles[i], err);
	return result;
}
