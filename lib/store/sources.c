/* Sources, and what can be played because of them. */
#include "lib/store/sources.h"

#include <string.h>

#include "lib/base/clock.h"
#include "lib/store/rows.h"

enum {
	STMT_LIST,
	STMT_FIND,
	STMT_FIND_UNPROBED,
	STMT_CHOOSE,
	STMT_TITLE_OF_FILE,
	STMT_FIND_FILE,
	STMT_REMOVE_FILE,
	STMT_PUT,
	STMT_PUT_TORRENT,
	STMT_LIST_TORRENT,
	STMT_TITLES_OF_TORRENT,
	STMT_REMOVE_TORRENT,
	STMT_CLEAR_TORRENT,
	STMT_SET_AHEAD,
	STMT_KNOW_FILE,
	STMT_SET_DELAY,
	STMT_REFRESH_EPISODES,
	STMT_REFRESH_TITLE,
	STMT__MAX
};

enum { TITLES_ARENA = 1024 * 1024 };

/* What is missing of a paused torrent does not come either. */
#define PROBLEM                                                                \
	"COALESCE(t.problem, CASE WHEN t.wanted = 'paused' "                   \
	"AND t.finished_at IS NULL THEN 'download_paused' END) "
#define SOURCE                                                                 \
	"SELECT s.id, s.title_id, s.episode_id, s.library_file_id, "           \
	"s.quality, s.video_codec, s.size, s.match_confidence, d.path, "       \
	"f.path, COALESCE(f.container, s.container), "                         \
	"COALESCE(f.duration, s.duration), COALESCE(f.probe, s.probe), "       \
	"f.modified_at, CASE WHEN " PRESENT "THEN 1 ELSE 0 END, "              \
	"s.torrent_id, s.file_index, " PROBLEM ", s.is_ahead, "                \
	"s.subtitle_delay "                                                    \
	"FROM source s LEFT JOIN library_file f ON f.id = s.library_file_id "  \
	"LEFT JOIN library_folder d ON d.id = f.folder_id "                    \
	"LEFT JOIN torrent t ON t.id = s.torrent_id "
#define PRESENT "s.state = 'ok' AND (s.kind = 'torrent' OR f.state = 'ok') "
/* Whether the viewer sees the title. */
#define SEEN(limit, unrated) VISIBLE_TITLE("s.title_id", limit, unrated)
#define BEST                                                                   \
	"ORDER BY CASE s.quality WHEN '8K' THEN 1 WHEN '4K' THEN 2 "           \
	"WHEN '2K' THEN 3 WHEN 'FHD' THEN 4 WHEN 'HD' THEN 5 ELSE 6 END, "     \
	"s.kind, s.size DESC, s.id "
#define PLAYABLE_IF(where)                                                     \
	"CASE WHEN EXISTS (SELECT 1 FROM source s "                            \
	"LEFT JOIN library_file f ON f.id = s.library_file_id WHERE " where    \
	"AND " PRESENT ") THEN 1 ELSE 0 END "

static const char *const sql[STMT__MAX] = {
	[STMT_LIST] = SOURCE "WHERE s.title_id = ?1 AND (?2 = -1 "
			     "OR COALESCE(s.episode_id, 0) = ?2) AND " SEEN(
				 "?3", "?4") "AND " PRESENT BEST,
	[STMT_FIND] = SOURCE "WHERE s.id = ?1 AND " SEEN("?2", "?3"),
	[STMT_FIND_UNPROBED] =
	    SOURCE "WHERE s.id > ?1 AND s.file_index >= 0 "
		   "AND t.own_path IS NULL AND s.torrent_id IS NOT NULL "
		   "AND (s.probe IS NULL OR NOT EXISTS "
		   "(SELECT 1 FROM media_index i WHERE "
		   "i.torrent_id = s.torrent_id "
		   "AND i.file_index = s.file_index) OR s.is_ahead = 1) "
		   "ORDER BY s.id LIMIT 1",
	[STMT_CHOOSE] =
	    SOURCE "WHERE s.title_id = ?1 AND COALESCE(s.episode_id, 0) = ?2 "
		   "AND (?3 = 'auto' OR s.quality = ?3) "
		   "AND " SEEN("?4", "?5") "AND " PRESENT BEST "LIMIT 1",
	[STMT_TITLE_OF_FILE] =
	    "SELECT title_id FROM source WHERE library_file_id = ?1",
	[STMT_FIND_FILE] = "SELECT id, title_id, episode_id, match_confidence "
			   "FROM source WHERE library_file_id = ?1",
	[STMT_REMOVE_FILE] = "DELETE FROM source WHERE library_file_id = ?1",
	[STMT_PUT] =
	    "INSERT INTO source (title_id, episode_id, kind, library_file_id, "
	    "quality, video_codec, size, match_confidence, created_at) "
	    "VALUES (?1, ?2, 'file', ?3, ?4, ?5, ?6, ?7, ?8) "
	    "ON CONFLICT (library_file_id) DO UPDATE SET "
	    "title_id = excluded.title_id, episode_id = excluded.episode_id, "
	    "quality = excluded.quality, video_codec = excluded.video_codec, "
	    "subtitle_delay = CASE WHEN source.size = excluded.size "
	    "THEN source.subtitle_delay ELSE 0 END, "
	    "size = excluded.size, state = 'ok', "
	    "match_confidence = excluded.match_confidence RETURNING id",
	[STMT_PUT_TORRENT] =
	    "INSERT INTO source (title_id, episode_id, kind, torrent_id, "
	    "file_index, quality, video_codec, size, container, duration, "
	    "probe, match_confidence, created_at) "
	    "VALUES (?1, ?2, 'torrent', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
	    "?12) ON CONFLICT (torrent_id, file_index, title_id, "
	    "COALESCE(episode_id, 0)) DO UPDATE SET "
	    "quality = excluded.quality, video_codec = excluded.video_codec, "
	    "size = excluded.size, state = 'ok', "
	    "container = COALESCE(excluded.container, container), "
	    "duration = COALESCE(excluded.duration, duration), "
	    "probe = COALESCE(excluded.probe, probe), "
	    "match_confidence = excluded.match_confidence RETURNING id",
	[STMT_LIST_TORRENT] =
	    SOURCE "WHERE s.torrent_id = ?1 ORDER BY s.file_index, s.id",
	[STMT_TITLES_OF_TORRENT] =
	    "SELECT DISTINCT title_id FROM source WHERE torrent_id = ?1",
	[STMT_REMOVE_TORRENT] = "DELETE FROM source WHERE torrent_id = ?1 "
				"AND file_index <> ?2",
	[STMT_CLEAR_TORRENT] =
	    "DELETE FROM source WHERE torrent_id = ?1 AND (file_index = ?2 "
	    "OR (title_id = ?3 AND COALESCE(episode_id, 0) = ?4))",
	[STMT_SET_AHEAD] = "UPDATE source SET is_ahead = ?2 WHERE id = ?1",
	[STMT_KNOW_FILE] =
	    "UPDATE source SET file_index = ?3 WHERE torrent_id = ?1 "
	    "AND title_id = ?2 AND file_index = -1 AND episode_id IS NULL",
	[STMT_SET_DELAY] =
	    "UPDATE source SET subtitle_delay = ?2 WHERE id = ?1",
	[STMT_REFRESH_EPISODES] = "UPDATE episode SET is_playable = " PLAYABLE_IF(
	    "s.title_id = ?1 AND COALESCE(s.episode_id, 0) = episode.id ") "WHERE title_id = ?1",
	[STMT_REFRESH_TITLE] = "UPDATE title SET is_playable = " PLAYABLE_IF(
	    "s.title_id = ?1 ") "WHERE id = ?1",
};

const struct store_sql store_sources_sql = { "sources", sql, STMT__MAX, NULL };

static void
read_source(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct source *source = element;
	char *folder = db_text(rows, 8, arena);
	const char *path = db_text(rows, 9, arena);

	source->id = db_int(rows, 0);
	source->title_id = db_int(rows, 1);
	source->episode_id = db_int(rows, 2);
	source->library_file_id = db_int(rows, 3);
	source->quality = db_text(rows, 4, arena);
	source->video_codec = db_text(rows, 5, arena);
	source->size = db_int(rows, 6);
	source->match_confidence = db_real(rows, 7);
	source->folder = folder != NULL ? folder : arena_strdup(arena, "");
	source->path = folder != NULL && path != NULL
	    ? store_file_path(arena, folder, path)
	    : arena_strdup(arena, "");
	source->container = db_text(rows, 10, arena);
	source->duration = db_real(rows, 11);
	source->probe = db_text(rows, 12, arena);
	source->modified_at = db_int(rows, 13);
	source->is_present = db_int(rows, 14) == 1;
	source->torrent_id = db_int(rows, 15);
	source->file_index = db_int(rows, 16);
	source->problem = db_text(rows, 17, arena);
	source->is_ahead = db_int(rows, 18) == 1;
	source->subtitle_delay_ms = db_int(rows, 19);
}

enum store_result
store_source_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t title_id, int64_t episode_id,
    struct source **sources, size_t *n, struct err *err)
{
	void *items;
	enum store_result result = store_collect(db, arena, sql[STMT_LIST],
	    DB_ARGS(DB_INT(title_id), DB_INT(episode_id), DB_VIEWER(viewer)),
	    sizeof(**sources), read_source, &items, n, err);

	*sources = items;
	return result;
}

static enum store_result
find(struct db *db, struct arena *arena, int stmt, const struct db_value *args,
    struct source *source, struct err *err)
{
	struct db_rows rows;
	enum store_result result = store_get(db, sql[stmt], args, &rows, err);

	if (result == STORE_OK)
		read_source(&rows, arena, source);
	db_done(&rows);
	return result;
}

enum store_result
store_source_find(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t id, struct source *source,
    struct err *err)
{
	return find(db, arena, STMT_FIND,
	    DB_ARGS(DB_INT(id), DB_VIEWER(viewer)), source, err);
}

enum store_result
store_source_find_unprobed(struct db *db, struct arena *arena, int64_t after,
    struct source *source, struct err *err)
{
	return find(
	    db, arena, STMT_FIND_UNPROBED, DB_ARGS(DB_INT(after)), source, err);
}

enum store_result
store_source_set_ahead(
    struct db *db, int64_t id, bool is_ahead, struct err *err)
{
	return store_run(db, sql[STMT_SET_AHEAD],
	    DB_ARGS(DB_INT(id), DB_INT(is_ahead)), err);
}

enum store_result
store_source_find_file(
    struct db *db, int64_t file_id, struct source *source, struct err *err)
{
	struct db_rows rows;
	enum store_result result = store_get(
	    db, sql[STMT_FIND_FILE], DB_ARGS(DB_INT(file_id)), &rows, err);

	if (result == STORE_OK)
		*source = (struct source){ .id = db_int(&rows, 0),
			.title_id = db_int(&rows, 1),
			.episode_id = db_int(&rows, 2),
			.library_file_id = file_id,
			.match_confidence = db_real(&rows, 3) };
	db_done(&rows);
	return result;
}

enum store_result
store_source_choose(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t title_id, int64_t episode_id,
    const char *quality, struct source *source, struct err *err)
{
	return find(db, arena, STMT_CHOOSE,
	    DB_ARGS(DB_INT(title_id), DB_INT(episode_id), DB_TEXT(quality),
		DB_VIEWER(viewer)),
	    source, err);
}

enum store_result
store_source_put(struct db *db, struct source *s, struct err *err)
{
	int64_t before = 0;
	enum store_result result = store_get_int(db, sql[STMT_TITLE_OF_FILE],
	    DB_ARGS(DB_INT(s->library_file_id)), &before, err);

	if (result == STORE_ERROR)
		return result;
	result = store_get_int(db, sql[STMT_PUT],
	    DB_ARGS(DB_INT(s->title_id), DB_REF(s->episode_id),
		DB_INT(s->library_file_id), DB_TEXT(s->quality),
		DB_TEXT(s->video_codec == NULL ? "" : s->video_codec),
		DB_INT(s->size), DB_REAL(s->match_confidence),
		DB_INT(clock_now_ms())),
	    &s->id, err);
	if (result == STORE_OK)
		result = store_source_refresh(db, s->title_id, err);
	if (result == STORE_OK && before != 0 && before != s->title_id)
		result = store_source_refresh(db, before, err);
	return result;
}

enum store_result
store_source_put_torrent(struct db *db, struct source *s, struct err *err)
{
	const struct db_value none = DB_NULL, duration = DB_REAL(s->duration);
	enum store_result result;

	result = store_get_int(db, sql[STMT_PUT_TORRENT],
	    DB_ARGS(DB_INT(s->title_id), DB_REF(s->episode_id),
		DB_INT(s->torrent_id), DB_INT(s->file_index),
		DB_TEXT(s->quality),
		DB_TEXT(s->video_codec == NULL ? "" : s->video_codec),
		DB_INT(s->size), DB_TEXT(s->container),
		s->duration > 0 ? duration : none, DB_TEXT(s->probe),
		DB_REAL(s->match_confidence), DB_INT(clock_now_ms())),
	    &s->id, err);
	if (result == STORE_OK)
		result = store_source_refresh(db, s->title_id, err);
	return result;
}

enum store_result
store_source_list_torrent(struct db *db, struct arena *arena,
    int64_t torrent_id, struct source **sources, size_t *n, struct err *err)
{
	void *items;
	enum store_result result = store_collect(db, arena,
	    sql[STMT_LIST_TORRENT], DB_ARGS(DB_INT(torrent_id)),
	    sizeof(**sources), read_source, &items, n, err);

	*sources = items;
	return result;
}

static void
read_id(const struct db_rows *rows, struct arena *arena, void *element)
{
	(void)arena;
	*(int64_t *)element = db_int(rows, 0);
}

enum store_result
store_source_remove_torrent(
    struct db *db, int64_t torrent_id, int64_t keep, struct err *err)
{
	struct arena *arena = arena_new(TITLES_ARENA);
	enum store_result result;
	void *items;
	size_t i, n;

	result = store_collect(db, arena, sql[STMT_TITLES_OF_TORRENT],
	    DB_ARGS(DB_INT(torrent_id)), sizeof(int64_t), read_id, &items, &n,
	    err);
	if (result == STORE_OK)
		result = store_run(db, sql[STMT_REMOVE_TORRENT],
		    DB_ARGS(DB_INT(torrent_id), DB_INT(keep)), err);
	for (i = 0; result == STORE_OK && i < n; i++)
		result = store_source_refresh(db, ((int64_t *)items)[i], err);
	arena_free(arena);
	return result;
}

enum store_result
store_source_know_file(struct db *db, int64_t torrent_id, int64_t title_id,
    int64_t file_index, struct err *err)
{
	return store_run(db, sql[STMT_KNOW_FILE],
	    DB_ARGS(DB_INT(torrent_id), DB_INT(title_id), DB_INT(file_index)),
	    err);
}

enum store_result
store_source_clear_torrent(struct db *db, int64_t torrent_id,
    int64_t file_index, int64_t title_id, int64_t episode_id, struct err *err)
{
	return store_run(db, sql[STMT_CLEAR_TORRENT],
	    DB_ARGS(DB_INT(torrent_id), DB_INT(file_index), DB_INT(title_id),
		DB_INT(episode_id)),
	    err);
}

enum store_result
store_source_set_delay(
    struct db *db, int64_t id, int64_t delay_ms, struct err *err)
{
	return store_run_one(db, sql[STMT_SET_DELAY],
	    DB_ARGS(DB_INT(id), DB_INT(delay_ms)), err);
}

enum store_result
store_source_remove_file(struct db *db, int64_t file_id, struct err *err)
{
	struct source source;
	enum store_result result =
	    store_source_find_file(db, file_id, &source, err);

	if (result != STORE_OK)
		return result == STORE_NONE ? STORE_OK : result;
	result =
	    store_run(db, sql[STMT_REMOVE_FILE], DB_ARGS(DB_INT(file_id)), err);
	if (result == STORE_OK)
		result = store_source_refresh(db, source.title_id, err);
	return result;
}

enum store_result
store_source_refresh(struct db *db, int64_t title_id, struct err *err)
{
	enum store_result result = store_run(
	    db, sql[STMT_REFRESH_EPISODES], DB_ARGS(DB_INT(title_id)), err);

	if (result == STORE_OK)
		result = store_run(db, sql[STMT_REFRESH_TITLE],
		    DB_ARGS(DB_INT(title_id)), err);
	return result;
}
