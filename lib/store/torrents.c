/* Rows of torrents. */
#include "lib/store/torrents.h"

#include <string.h>

#include "lib/store/rows.h"
#include "lib/store/sources.h"
#include "lib/store/titles.h"

enum {
	STMT_LIST,
	STMT_FIND,
	STMT_FIND_HASH,
	STMT_NUMBER,
	STMT_ADD,
	STMT_UPDATE,
	STMT_SET_MATCH,
	STMT_SET_HASH,
	STMT_REMOVE,
	STMT_REMOVE_REASONS,
	STMT__MAX
};

#define TORRENT                                                                        \
	"SELECT o.id, o.name, o.hash_index, o.label, o.own_path, o.title_id, "         \
	"o.wanted, o.problem, o.size, o.n_files, o.piece_size, o.n_pieces, "           \
	"o.file_index, o.is_windowed, o.is_pinned, o.admitted, o.uploaded, "           \
	"o.downloaded, o.upload_limit, o.download_limit, o.ratio_limit, "              \
	"o.added_by, o.added_at, o.finished_at, o.last_used_at, o.is_wanted, t.name, " \
	"t.kind, t.pid FROM torrent o LEFT JOIN title t ON t.id = o.title_id "
#define LIST_SQL TORRENT "ORDER BY o.id DESC"
#define NUMBER_SQL "UPDATE torrent_number SET last = last + 1 RETURNING last"

static const char *const sql[STMT__MAX] = {
	[STMT_LIST] = LIST_SQL,
	[STMT_FIND] = TORRENT "WHERE o.id = ?1",
	[STMT_FIND_HASH] = "SELECT id FROM torrent WHERE hash_index = ?1",
	[STMT_NUMBER] = NUMBER_SQL,
	[STMT_ADD] =
	    "INSERT INTO torrent (name, hash_index, label, own_path, title_id, "
	    "wanted, problem, size, n_files, piece_size, n_pieces, file_index, "
	    "is_windowed, is_pinned, admitted, uploaded, downloaded, "
	    "upload_limit, download_limit, ratio_limit, added_by, added_at, "
	    "finished_at, last_used_at, is_wanted, id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
	    "?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, "
	    "?21, ?22, ?23, ?24, ?25, ?26) ON CONFLICT (hash_index) DO NOTHING "
	    "RETURNING id",
	[STMT_UPDATE] =
	    "UPDATE torrent SET label = ?2, is_wanted = ?3, wanted = ?4, "
	    "problem = ?5, size = ?6, n_files = ?7, piece_size = ?8, "
	    "n_pieces = ?9, is_windowed = ?10, is_pinned = ?11, "
	    "admitted = ?12, uploaded = ?13, downloaded = ?14, "
	    "upload_limit = ?15, download_limit = ?16, ratio_limit = ?17, "
	    "finished_at = ?18, last_used_at = ?19 WHERE id = ?1",
	[STMT_SET_MATCH] =
	    "UPDATE torrent SET title_id = ?2, file_index = ?3 WHERE id = ?1",
	[STMT_SET_HASH] =
	    "UPDATE torrent SET hash_index = ?2, size = ?3, n_files = ?4, "
	    "piece_size = ?5, n_pieces = ?6 WHERE id = ?1",
	[STMT_REMOVE] = "DELETE FROM torrent WHERE id = ?1",
	[STMT_REMOVE_REASONS] =
	    "DELETE FROM reason WHERE subject = 'torrent:' || ?1",
};

/* All of them are told; the numbers' table has one row. */
static const char *const scans[] = { LIST_SQL, NUMBER_SQL, NULL };

const struct store_sql store_torrents_sql = { "torrents", sql, STMT__MAX,
	scans };

static void
read_title(
    const struct db_rows *rows, struct arena *arena, struct torrent_row *row)
{
	const char *kind = db_text(rows, 27, arena);

	row->title = db_text(rows, 26, arena);
	row->title_public_id = kind == NULL
	    ? NULL
	    : store_title_public_id(arena,
		  strcmp(kind, "show") == 0 ? TITLE_SHOW : TITLE_MOVIE,
		  db_int(rows, 28));
}

static void
read_row(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct torrent_row *row = element;
	size_t len = 0;
	const void *hash = db_blob(rows, 2, arena, &len);

	memset(row, 0, sizeof(*row));
	row->id = db_int(rows, 0);
	row->name = db_text(rows, 1, arena);
	if (hash != NULL && len == sizeof(row->hash_index))
		memcpy(row->hash_index, hash, len);
	row->label = db_text(rows, 3, arena);
	row->own_path = db_text(rows, 4, arena);
	row->title_id = db_int(rows, 5);
	row->is_paused = strcmp(db_text(rows, 6, arena), "paused") == 0;
	row->problem = db_text(rows, 7, arena);
	row->size = db_int(rows, 8);
	row->n_files = db_int(rows, 9);
	row->piece_size = db_int(rows, 10);
	row->n_pieces = db_int(rows, 11);
	row->file_index = db_int(rows, 12);
	row->is_windowed = db_int(rows, 13) != 0;
	row->is_pinned = db_int(rows, 14) != 0;
	row->admitted = db_int(rows, 15);
	row->uploaded = db_int(rows, 16);
	row->downloaded = db_int(rows, 17);
	row->upload_limit = db_int(rows, 18);
	row->download_limit = db_int(rows, 19);
	row->ratio_limit = db_real(rows, 20);
	row->added_by = db_text(rows, 21, arena);
	row->added_at = db_int(rows, 22);
	row->finished_at = db_int(rows, 23);
	row->last_used_at = db_int(rows, 24);
	row->is_wanted = db_int(rows, 25) != 0;
	read_title(rows, arena, row);
}

enum store_result
store_torrent_list(struct db *db, struct arena *arena,
    struct torrent_row **rows, size_t *n, struct err *err)
{
	void *items;
	enum store_result result = store_collect(db, arena, sql[STMT_LIST],
	    DB_NONE, sizeof(**rows), read_row, &items, n, err);

	*rows = items;
	return result;
}

enum store_result
store_torrent_find(struct db *db, struct arena *arena, int64_t id,
    struct torrent_row *row, struct err *err)
{
	struct db_rows rows;
	enum store_result result =
	    store_get(db, sql[STMT_FIND], DB_ARGS(DB_INT(id)), &rows, err);

	if (result == STORE_OK)
		read_row(&rows, arena, row);
	db_done(&rows);
	return result;
}

enum store_result
store_torrent_find_hash(struct db *db,
    const unsigned char hash_index[STORE_HASH_INDEX_SIZE], int64_t *id,
    struct err *err)
{
	return store_get_int(db, sql[STMT_FIND_HASH],
	    DB_ARGS(DB_BLOB(hash_index, STORE_HASH_INDEX_SIZE)), id, err);
}

enum store_result
store_torrent_add(struct db *db, struct torrent_row *row, struct err *err)
{
	enum store_result result;
	int64_t number;

	result = store_get_int(db, sql[STMT_NUMBER], DB_NONE, &number, err);
	if (result == STORE_NONE)
		err_set(err, ERR_DATABASE_DAMAGED,
		    "The database has lost count of the downloads.");
	if (result != STORE_OK)
		return STORE_ERROR;
	result = store_get_int(db, sql[STMT_ADD],
	    DB_ARGS(DB_TEXT(row->name),
		DB_BLOB(row->hash_index, sizeof(row->hash_index)),
		DB_TEXT(row->label),
		DB_BLOB(row->own_path,
		    row->own_path == NULL ? 0 : strlen(row->own_path)),
		DB_REF(row->title_id),
		DB_TEXT(row->is_paused ? "paused" : "active"),
		DB_TEXT(row->problem), DB_INT(row->size), DB_INT(row->n_files),
		DB_INT(row->piece_size), DB_INT(row->n_pieces),
		DB_INT(row->file_index), DB_INT(row->is_windowed),
		DB_INT(row->is_pinned), DB_INT(row->admitted),
		DB_INT(row->uploaded), DB_INT(row->downloaded),
		DB_INT(row->upload_limit), DB_INT(row->download_limit),
		DB_REAL(row->ratio_limit), DB_TEXT(row->added_by),
		DB_INT(row->added_at), DB_REF(row->finished_at),
		DB_INT(row->last_used_at), DB_INT(row->is_wanted),
		DB_INT(number)),
	    &row->id, err);
	if (result != STORE_NONE)
		return result;
	result = store_torrent_find_hash(db, row->hash_index, &row->id, err);
	return result == STORE_OK ? STORE_NONE : STORE_ERROR;
}

enum store_result
store_torrent_update(
    struct db *db, const struct torrent_row *row, struct err *err)
{
	return store_run_one(db, sql[STMT_UPDATE],
	    DB_ARGS(DB_INT(row->id), DB_TEXT(row->label),
		DB_INT(row->is_wanted),
		DB_TEXT(row->is_paused ? "paused" : "active"),
		DB_TEXT(row->problem), DB_INT(row->size), DB_INT(row->n_files),
		DB_INT(row->piece_size), DB_INT(row->n_pieces),
		DB_INT(row->is_windowed), DB_INT(row->is_pinned),
		DB_INT(row->admitted), DB_INT(row->uploaded),
		DB_INT(row->downloaded), DB_INT(row->upload_limit),
		DB_INT(row->download_limit), DB_REAL(row->ratio_limit),
		DB_REF(row->finished_at), DB_INT(row->last_used_at)),
	    err);
}

enum store_result
store_torrent_set_match(struct db *db, int64_t id, int64_t title_id,
    int64_t file_index, struct err *err)
{
	return store_run_one(db, sql[STMT_SET_MATCH],
	    DB_ARGS(DB_INT(id), DB_REF(title_id), DB_INT(file_index)), err);
}

enum store_result
store_torrent_set_hash(
    struct db *db, const struct torrent_row *row, struct err *err)
{
	return store_run_one(db, sql[STMT_SET_HASH],
	    DB_ARGS(DB_INT(row->id),
		DB_BLOB(row->hash_index, sizeof(row->hash_index)),
		DB_INT(row->size), DB_INT(row->n_files),
		DB_INT(row->piece_size), DB_INT(row->n_pieces)),
	    err);
}

enum store_result
store_torrent_remove(struct db *db, int64_t id, struct err *err)
{
	enum store_result result;

	result = store_source_remove_torrent(db, id, STORE_FILE_NONE, err);
	if (result == STORE_OK)
		result = store_run(
		    db, sql[STMT_REMOVE_REASONS], DB_ARGS(DB_INT(id)), err);
	if (result == STORE_OK)
		result = store_run_one(
		    db, sql[STMT_REMOVE], DB_ARGS(DB_INT(id)), err);
	return result;
}
