/* Thumbnails of films. */
#include "lib/store/thumbnails.h"

#include "lib/base/clock.h"
#include "lib/store/rows.h"

enum {
	STMT_FIND,
	STMT_WANTED,
	STMT_REMOVE_OF,
	STMT_ADD,
	STMT_STALEST,
	STMT_REMOVE,
	STMT_CLEAR,
	STMT_IS_USED,
	STMT_SUM,
	STMT_WAITING,
	STMT_SWEPT,
	STMT__MAX
};

#define TRUE_OF_FILE                                                           \
	"n.library_file_id = f.id AND n.size = f.size "                        \
	"AND n.modified_at = f.modified_at "
#define TRUE_OF_TORRENT                                                        \
	"n.torrent_id = s.torrent_id AND n.file_index = s.file_index "
#define COLUMNS                                                                \
	"n.id, n.folder, n.problem, n.step, n.width, n.height, n.count, "      \
	"n.bytes, n.made_at "
#define LAST_WATCHED                                                           \
	"COALESCE((SELECT MAX(p.updated_at) FROM progress p "                  \
	"WHERE p.title_id = s.title_id AND COALESCE(p.episode_id, 0) = "       \
	"COALESCE(s.episode_id, 0)), 0) "
/* When somebody watched it last, or when it came, whichever is later. */
#define USED_AT                                                                \
	"CASE WHEN " LAST_WATCHED "> s.created_at THEN " LAST_WATCHED          \
	"ELSE s.created_at END "
/* Files that could have thumbnails and have none. */
#define WITHOUT                                                                \
	"FROM source s LEFT JOIN library_file f ON f.id = s.library_file_id "  \
	"WHERE (f.state = 'ok' AND f.probe IS NOT NULL AND NOT EXISTS "        \
	"(SELECT 1 FROM thumbnails n WHERE " TRUE_OF_FILE "))"                 \
	" OR (s.torrent_id IS NOT NULL AND s.probe IS NOT NULL "               \
	"AND s.is_ahead = 0 AND NOT EXISTS "                                   \
	"(SELECT 1 FROM thumbnails n WHERE " TRUE_OF_TORRENT ")) "

#define WANTED_SQL                                                             \
	"SELECT s.id, " USED_AT WITHOUT "ORDER BY 2 DESC, s.id DESC LIMIT ?1"
#define STALEST_SQL                                                            \
	"SELECT n.id, " USED_AT "FROM thumbnails n JOIN source s "             \
	"ON s.library_file_id = n.library_file_id "                            \
	"OR (s.torrent_id = n.torrent_id AND s.file_index = n.file_index) "    \
	"WHERE n.bytes > 0 ORDER BY 2, n.id LIMIT 1"
#define CLEAR_SQL "DELETE FROM thumbnails"
#define SUM_SQL                                                                \
	"SELECT COUNT(*), COUNT(problem), COALESCE(SUM(bytes), 0), "           \
	"(SELECT COUNT(*) FROM thumbnails_gone) FROM thumbnails"
#define SWEPT_SQL "DELETE FROM thumbnails_gone"
#define WAITING_SQL "SELECT COUNT(*) " WITHOUT

static const char *const sql[STMT__MAX] = {
	[STMT_FIND] =
	    "SELECT " COLUMNS "FROM source s JOIN library_file f "
	    "ON f.id = s.library_file_id "
	    "JOIN thumbnails n ON " TRUE_OF_FILE "WHERE s.id = ?1 "
	    "UNION ALL SELECT " COLUMNS "FROM source s JOIN thumbnails n "
	    "ON " TRUE_OF_TORRENT "WHERE s.id = ?1",
	[STMT_WANTED] = WANTED_SQL,
	[STMT_REMOVE_OF] =
	    "DELETE FROM thumbnails WHERE id IN (SELECT n.id FROM source s "
	    "JOIN thumbnails n ON n.library_file_id = s.library_file_id "
	    "WHERE s.id = ?1 UNION ALL SELECT n.id FROM source s "
	    "JOIN thumbnails n ON " TRUE_OF_TORRENT "WHERE s.id = ?1)",
	[STMT_ADD] =
	    "INSERT INTO thumbnails (library_file_id, torrent_id, file_index, "
	    "size, modified_at, folder, problem, step, width, height, count, "
	    "bytes, made_at) SELECT s.library_file_id, s.torrent_id, "
	    "s.file_index, COALESCE(f.size, s.size), "
	    "COALESCE(f.modified_at, 0), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 "
	    "FROM source s LEFT JOIN library_file f "
	    "ON f.id = s.library_file_id WHERE s.id = ?1 "
	    "AND (s.library_file_id IS NOT NULL OR s.file_index >= 0)",
	[STMT_STALEST] = STALEST_SQL,
	[STMT_REMOVE] = "DELETE FROM thumbnails WHERE id = ?1",
	[STMT_CLEAR] = CLEAR_SQL,
	[STMT_IS_USED] = "SELECT 1 FROM thumbnails WHERE folder = ?1 "
			 "AND problem IS NULL",
	[STMT_SUM] = SUM_SQL,
	[STMT_WAITING] = WAITING_SQL,
	[STMT_SWEPT] = SWEPT_SQL,
};

/* These look at all films or at all thumbnails; a background task asks, or an
 * operator. */
static const char *const scans[] = { WANTED_SQL, STALEST_SQL, CLEAR_SQL,
	SUM_SQL, WAITING_SQL, SWEPT_SQL, NULL };

const struct store_sql store_thumbnails_sql = { "thumbnails", sql, STMT__MAX,
	scans };

enum store_result
store_thumbnails_find(struct db *db, struct arena *arena, int64_t source_id,
    struct thumbnails *thumbnails, struct err *err)
{
	struct db_rows rows;
	enum store_result result = store_get(
	    db, sql[STMT_FIND], DB_ARGS(DB_INT(source_id)), &rows, err);

	if (result == STORE_OK)
		*thumbnails = (struct thumbnails){
			.id = db_int(&rows, 0),
			.folder = db_text(&rows, 1, arena),
			.problem = db_text(&rows, 2, arena),
			.step = db_int(&rows, 3),
			.width = db_int(&rows, 4),
			.height = db_int(&rows, 5),
			.count = db_int(&rows, 6),
			.bytes = db_int(&rows, 7),
			.made_at = db_int(&rows, 8),
		};
	db_done(&rows);
	return result;
}

static void
read_wish(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct thumbnails_wish *wish = element;

	(void)arena;
	wish->source_id = db_int(rows, 0);
	wish->used_at = db_int(rows, 1);
}

enum store_result
store_thumbnails_wanted(struct db *db, struct arena *arena, int max,
    struct thumbnails_wish **wishes, size_t *n, struct err *err)
{
	void *items;
	enum store_result result = store_collect(db, arena, sql[STMT_WANTED],
	    DB_ARGS(DB_INT(max)), sizeof(**wishes), read_wish, &items, n, err);

	*wishes = items;
	return result;
}

enum store_result
store_thumbnails_set(struct db *db, int64_t source_id,
    const struct thumbnails *thumbnails, struct err *err)
{
	if (store_run(db, sql[STMT_REMOVE_OF], DB_ARGS(DB_INT(source_id)),
		err) == STORE_ERROR)
		return STORE_ERROR;
	return store_run_one(db, sql[STMT_ADD],
	    DB_ARGS(DB_INT(source_id), DB_TEXT(thumbnails->folder),
		DB_TEXT(thumbnails->problem), DB_INT(thumbnails->step),
		DB_INT(thumbnails->width), DB_INT(thumbnails->height),
		DB_INT(thumbnails->count), DB_INT(thumbnails->bytes),
		DB_INT(clock_now_ms())),
	    err);
}

enum store_result
store_thumbnails_stalest(
    struct db *db, int64_t *id, int64_t *used_at, struct err *err)
{
	struct db_rows rows;
	enum store_result result =
	    store_get(db, sql[STMT_STALEST], DB_NONE, &rows, err);

	if (result == STORE_OK) {
		*id = db_int(&rows, 0);
		*used_at = db_int(&rows, 1);
	}
	db_done(&rows);
	return result;
}

enum store_result
store_thumbnails_remove(struct db *db, int64_t id, struct err *err)
{
	return store_run(db, sql[STMT_REMOVE], DB_ARGS(DB_INT(id)), err);
}

enum store_result
store_thumbnails_clear(struct db *db, struct err *err)
{
	return store_run(db, sql[STMT_CLEAR], DB_NONE, err);
}

enum store_result
store_thumbnails_is_used(
    struct db *db, const char *folder, bool *is_used, struct err *err)
{
	int64_t one;
	enum store_result result = store_get_int(
	    db, sql[STMT_IS_USED], DB_ARGS(DB_TEXT(folder)), &one, err);

	*is_used = result == STORE_OK;
	return result == STORE_ERROR ? STORE_ERROR : STORE_OK;
}

enum store_result
store_thumbnails_swept(struct db *db, struct err *err)
{
	return store_run(db, sql[STMT_SWEPT], DB_NONE, err);
}

enum store_result
store_thumbnails_sum(struct db *db, struct thumbnails_sum *sum, struct err *err)
{
	struct db_rows rows;
	enum store_result result =
	    store_get(db, sql[STMT_SUM], DB_NONE, &rows, err);

	if (result == STORE_OK) {
		sum->failed = db_int(&rows, 1);
		sum->films = db_int(&rows, 0) - sum->failed;
		sum->bytes = db_int(&rows, 2);
		sum->gone = db_int(&rows, 3);
	}
	db_done(&rows);
	return result != STORE_OK
	    ? result
	    : store_get_int(db, sql[STMT_WAITING], DB_NONE, &sum->waiting, err);
}
