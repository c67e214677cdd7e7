/* The files seen in the household's folders. */
#include <string.h>

#include "lib/base/encode.h"
#include "lib/store/library.h"
#include "lib/store/rows.h"
#include "lib/store/sources.h"
#include "lib/store/title_names.h"

enum { PAGE_MAX = 100 };

enum {
	STMT_FIND,
	STMT_FIND_ID,
	STMT_FIND_INODE,
	STMT_PUT,
	STMT_REPLACED,
	STMT_UPDATE,
	STMT_SEEN,
	STMT_TITLE,
	STMT_MARK_GONE,
	STMT_FORGET_REASONS,
	STMT_FORGET,
	STMT_LIST_FOUND,
	STMT_LIST_FOUND_ALL,
	STMT_COUNT,
	STMT_COUNT_STATE,
	STMT_LIST,
	STMT_LIST_STATE,
	STMT_COUNT_ALL,
	STMT_COUNT_ALL_STATE,
	STMT_LIST_ALL,
	STMT_LIST_ALL_STATE,
	STMT__MAX
};

#define COLUMNS                                                                \
	"f.id, f.folder_id, f.path, f.display, f.size, f.modified_at, "        \
	"f.inode, f.state, f.container, f.duration, f.probe "
#define COUNT_ALL_SQL "SELECT COUNT(*) FROM library_file"
#define FILES "SELECT " COLUMNS "FROM library_file f "
#define REASON(column)                                                         \
	"(SELECT r." column " FROM reason r "                                  \
	"WHERE r.subject = 'file:' || f.id "                                   \
	"ORDER BY r.created_at DESC, r.id DESC LIMIT 1) "
#define SHOWN                                                                  \
	"SELECT " COLUMNS ", " REASON("code") ", " REASON(                     \
	    "sentence") ", t.kind, t.pid, t.name, e.season, e.number "         \
			"FROM library_file f "                                 \
			"LEFT JOIN source s ON s.library_file_id = f.id "      \
			"LEFT JOIN title t ON t.id = s.title_id "              \
			"LEFT JOIN episode e ON e.id = s.episode_id "

/* Gone from a folder in which others were seen: an empty one may be the place
 * of a disk that is not there. */
#define LONG_GONE                                                              \
	"state = 'gone' AND seen_at < ?1 AND (SELECT d.state = 'ok' "          \
	"AND d.n_files > 0 FROM library_folder d WHERE d.id = folder_id)"

static const char *const sql[STMT__MAX] = {
	[STMT_FIND] = FILES "WHERE f.folder_id = ?1 AND f.path = ?2",
	[STMT_FIND_ID] = FILES "WHERE f.id = ?1",
	[STMT_FIND_INODE] =
	    FILES "WHERE f.folder_id = ?1 AND f.inode = ?2 AND f.size = ?3 "
		  "ORDER BY CASE f.state WHEN 'gone' THEN 0 ELSE 1 END, "
		  "f.seen_at LIMIT 1",
	[STMT_PUT] =
	    "INSERT INTO library_file (folder_id, path, display, size, "
	    "modified_at, inode, state, seen_at, container, duration, probe) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
	    "ON CONFLICT (folder_id, path) DO UPDATE SET "
	    "display = excluded.display, size = excluded.size, "
	    "modified_at = excluded.modified_at, inode = excluded.inode, "
	    "state = excluded.state, seen_at = excluded.seen_at, "
	    "container = excluded.container, duration = excluded.duration, "
	    "probe = excluded.probe RETURNING id",
	[STMT_REPLACED] = "DELETE FROM library_file WHERE folder_id = ?1 "
			  "AND path = ?2 AND id <> ?3",
	[STMT_UPDATE] =
	    "UPDATE library_file SET folder_id = ?1, path = ?2, display = ?3, "
	    "size = ?4, modified_at = ?5, inode = ?6, state = ?7, "
	    "seen_at = ?8, container = ?9, duration = ?10, probe = ?11 "
	    "WHERE id = ?12",
	[STMT_SEEN] = "UPDATE library_file SET seen_at = ?2 WHERE id = ?1",
	[STMT_TITLE] = "SELECT title_id FROM source WHERE library_file_id = ?1",
	[STMT_MARK_GONE] =
	    "UPDATE library_file SET state = 'gone' "
	    "WHERE folder_id = ?1 AND seen_at < ?2 AND state <> 'gone'",
	[STMT_FORGET_REASONS] =
	    "DELETE FROM reason WHERE subject IN "
	    "(SELECT 'file:' || id FROM library_file WHERE " LONG_GONE ")",
	[STMT_FORGET] = "DELETE FROM library_file WHERE " LONG_GONE,
	[STMT_LIST_FOUND] =
	    FILES "WHERE f.state = 'found' AND f.folder_id = ?1 "
		  "ORDER BY f.id LIMIT ?2",
	[STMT_LIST_FOUND_ALL] =
	    FILES "WHERE f.state = 'found' ORDER BY f.id LIMIT ?1",
	[STMT_COUNT] = "SELECT COUNT(*) FROM library_file WHERE folder_id = ?1",
	[STMT_COUNT_STATE] = "SELECT COUNT(*) FROM library_file "
			     "WHERE folder_id = ?1 AND state = ?2",
	[STMT_LIST] = SHOWN "WHERE f.folder_id = ?1 AND f.path > ?2 "
			    "ORDER BY f.path LIMIT ?3",
	[STMT_LIST_STATE] =
	    SHOWN "WHERE f.folder_id = ?1 AND f.path > ?2 AND f.state = ?4 "
		  "ORDER BY f.path LIMIT ?3",
	[STMT_COUNT_ALL] = COUNT_ALL_SQL,
	[STMT_COUNT_ALL_STATE] =
	    "SELECT COUNT(*) FROM library_file WHERE state = ?1",
	[STMT_LIST_ALL] = SHOWN "WHERE f.id > ?1 ORDER BY f.id LIMIT ?2",
	[STMT_LIST_ALL_STATE] =
	    SHOWN "WHERE f.state = ?3 AND f.id > ?1 ORDER BY f.id LIMIT ?2",
};

/* Asked by an administrator's screen, over one index. */
static const char *const scans[] = { COUNT_ALL_SQL, NULL };

const struct store_sql store_library_files_sql = { "library_files", sql,
	STMT__MAX, scans };

#define DB_PATH(path) DB_BLOB(path, strlen(path))

static void
read_file(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct library_file *file = element;

	file->id = db_int(rows, 0);
	file->folder_id = db_int(rows, 1);
	file->path = db_text(rows, 2, arena);
	file->display = db_text(rows, 3, arena);
	file->size = db_int(rows, 4);
	file->modified_at = db_int(rows, 5);
	file->inode = db_int(rows, 6);
	file->state = db_text(rows, 7, arena);
	file->container = db_text(rows, 8, arena);
	file->duration = db_real(rows, 9);
	file->probe = db_text(rows, 10, arena);
}

static void
read_shown(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct library_file *file = element;
	const char *kind = db_text(rows, 13, arena);

	read_file(rows, arena, file);
	if (strcmp(file->state, "refused") == 0) {
		file->reason_code = db_text(rows, 11, arena);
		file->reason = db_text(rows, 12, arena);
	}
	if (kind == NULL)
		return;
	file->title_public_id = store_title_public_id(arena,
	    strcmp(kind, "show") == 0 ? TITLE_SHOW : TITLE_MOVIE,
	    db_int(rows, 14));
	file->title_name = db_text(rows, 15, arena);
	file->is_episode = !db_is_null(rows, 17);
	file->season = db_int(rows, 16);
	file->episode = db_int(rows, 17);
}

static enum store_result
find(struct db *db, struct arena *arena, int stmt, const struct db_value *args,
    struct library_file *file, struct err *err)
{
	struct db_rows rows;
	enum store_result result = store_get(db, sql[stmt], args, &rows, err);

	if (result == STORE_OK) {
		memset(file, 0, sizeof(*file));
		read_file(&rows, arena, file);
	}
	db_done(&rows);
	return result;
}

enum store_result
store_file_find(struct db *db, struct arena *arena, int64_t folder_id,
    const char *path, struct library_file *file, struct err *err)
{
	return find(db, arena, STMT_FIND,
	    DB_ARGS(DB_INT(folder_id), DB_PATH(path)), file, err);
}

enum store_result
store_file_find_id(struct db *db, struct arena *arena, int64_t id,
    struct library_file *file, struct err *err)
{
	return find(db, arena, STMT_FIND_ID, DB_ARGS(DB_INT(id)), file, err);
}

enum store_result
store_file_find_inode(struct db *db, struct arena *arena, int64_t folder_id,
    int64_t inode, int64_t size, struct library_file *file, struct err *err)
{
	return find(db, arena, STMT_FIND_INODE,
	    DB_ARGS(DB_INT(folder_id), DB_INT(inode), DB_INT(size)), file, err);
}

/* What is written, in the order of STMT_PUT and STMT_UPDATE. */
#define FILE_VALUES(f, seen_at)                                                \
	DB_INT((f)->folder_id), DB_PATH((f)->path), DB_TEXT((f)->display),     \
	    DB_INT((f)->size), DB_INT((f)->modified_at), DB_INT((f)->inode),   \
	    DB_TEXT((f)->state), DB_INT(seen_at), DB_TEXT((f)->container),     \
	    { .type = (f)->duration > 0 ? DB_VALUE_REAL : DB_VALUE_NULL,       \
		    .real = (f)->duration },                                   \
	    DB_TEXT((f)->probe)

/* A file that moved takes the place of a row that knew its new path. */
static enum store_result
update(struct db *db, const struct library_file *file, int64_t seen_at,
    struct err *err)
{
	enum store_result result = store_run(db, sql[STMT_REPLACED],
	    DB_ARGS(
		DB_INT(file->folder_id), DB_PATH(file->path), DB_INT(file->id)),
	    err);

	if (result != STORE_OK)
		return result;
	return store_run_one(db, sql[STMT_UPDATE],
	    DB_ARGS(FILE_VALUES(file, seen_at), DB_INT(file->id)), err);
}

enum store_result
store_file_put(
    struct db *db, struct library_file *file, int64_t seen_at, struct err *err)
{
	enum store_result result;
	int64_t title_id;

	if (file->id != 0)
		result = update(db, file, seen_at, err);
	else
		result = store_get_int(db, sql[STMT_PUT],
		    DB_ARGS(FILE_VALUES(file, seen_at)), &file->id, err);
	if (result != STORE_OK)
		return result;
	result = store_get_int(
	    db, sql[STMT_TITLE], DB_ARGS(DB_INT(file->id)), &title_id, err);
	if (result == STORE_OK)
		return store_source_refresh(db, title_id, err);
	return result == STORE_NONE ? STORE_OK : result;
}

enum store_result
store_file_seen(struct db *db, int64_t id, int64_t seen_at, struct err *err)
{
	return store_run_one(
	    db, sql[STMT_SEEN], DB_ARGS(DB_INT(id), DB_INT(seen_at)), err);
}

enum store_result
store_file_mark_gone(struct db *db, int64_t folder_id, int64_t seen_before,
    int64_t *n, struct err *err)
{
	*n = db_run(db, sql[STMT_MARK_GONE],
	    DB_ARGS(DB_INT(folder_id), DB_INT(seen_before)), err);
	if (*n == -1)
		return STORE_ERROR;
	return *n == 0 ? STORE_OK
		       : store_folder_refresh_gone(db, folder_id, err);
}

enum store_result
store_file_forget(
    struct db *db, int64_t seen_before, int64_t *n, struct err *err)
{
	*n = -1;
	if (store_run(db, sql[STMT_FORGET_REASONS],
		DB_ARGS(DB_INT(seen_before)), err) == STORE_OK)
		*n = db_run(
		    db, sql[STMT_FORGET], DB_ARGS(DB_INT(seen_before)), err);
	return *n == -1 ? STORE_ERROR : STORE_OK;
}

enum store_result
store_file_list_found(struct db *db, struct arena *arena, int64_t folder_id,
    int max, struct library_file **files, size_t *n, struct err *err)
{
	enum store_result result;
	void *items;

	if (folder_id == 0)
		result = store_collect(db, arena, sql[STMT_LIST_FOUND_ALL],
		    DB_ARGS(DB_INT(max)), sizeof(**files), read_file, &items, n,
		    err);
	else
		result = store_collect(db, arena, sql[STMT_LIST_FOUND],
		    DB_ARGS(DB_INT(folder_id), DB_INT(max)), sizeof(**files),
		    read_file, &items, n, err);
	*files = items;
	return result;
}

/* The path behind which the page begins. A path need not be UTF-8, so the
 * cursor holds its hexadecimal digits. */
static enum store_result
start(struct arena *arena, const char *cursor, char **after, size_t *len,
    struct err *err)
{
	struct store_cursor at;
	enum store_result result = store_cursor_decode(arena, cursor, &at, err);

	*after = arena_strdup(arena, "");
	*len = 0;
	if (result != STORE_OK)
		return result == STORE_NONE ? STORE_OK : result;
	if (at.is_text) {
		*len = strlen(at.text) / 2;
		*after = arena_alloc(arena, *len + 1, 1);
	}
	if (!at.is_text || !decode_hex(at.text, *after, *len)) {
		err_set(err, ERR_INVALID_FIELDS,
		    "The cursor was not made by this list.");
		return STORE_ERROR;
	}
	return STORE_OK;
}

static char *
next_cursor(struct arena *arena, const struct library_file *last)
{
	size_t len = strlen(last->path);
	char *digits = arena_alloc(arena, ENCODE_HEX_SIZE(len), 1);

	encode_hex(last->path, len, digits);
	return store_cursor_encode(arena,
	    &(struct store_cursor){
		.is_text = true, .text = digits, .id = last->id });
}

static enum store_result
count(struct db *db, int64_t folder_id, const char *state, int64_t *total,
    struct err *err)
{
	if (state == NULL)
		return store_get_int(db, sql[STMT_COUNT],
		    DB_ARGS(DB_INT(folder_id)), total, err);
	return store_get_int(db, sql[STMT_COUNT_STATE],
	    DB_ARGS(DB_INT(folder_id), DB_TEXT(state)), total, err);
}

static size_t
page_size(const struct store_page *page)
{
	if (page->size < 1)
		return 1;
	return page->size > PAGE_MAX ? PAGE_MAX : (size_t)page->size;
}

/* Of all folders: by id, so that the cursor needs no path. */
static enum store_result
list_all(struct db *db, struct arena *arena, const char *state,
    const struct store_page *page, struct library_file_list *list,
    struct err *err)
{
	size_t size = page_size(page);
	struct store_cursor at = { 0 };
	enum store_result result;
	void *items;

	if (store_cursor_decode(arena, page->cursor, &at, err) == STORE_ERROR)
		return STORE_ERROR;
	result = store_get_int(db,
	    sql[state == NULL ? STMT_COUNT_ALL : STMT_COUNT_ALL_STATE],
	    state == NULL ? DB_NONE : DB_ARGS(DB_TEXT(state)), &list->total,
	    err);
	if (result == STORE_OK)
		result = store_collect(db, arena,
		    sql[state == NULL ? STMT_LIST_ALL : STMT_LIST_ALL_STATE],
		    state == NULL
			? DB_ARGS(DB_INT(at.id), DB_INT((int64_t)size + 1))
			: DB_ARGS(DB_INT(at.id), DB_INT((int64_t)size + 1),
			      DB_TEXT(state)),
		    sizeof(*list->items), read_shown, &items, &list->n, err);
	if (result != STORE_OK)
		return STORE_ERROR;
	list->items = items;
	if (list->n > size) {
		list->n = size;
		list->cursor = store_cursor_encode(arena,
		    &(struct store_cursor){ .id = list->items[size - 1].id });
	}
	return STORE_OK;
}

enum store_result
store_file_list(struct db *db, struct arena *arena, int64_t folder_id,
    const char *state, const struct store_page *page,
    struct library_file_list *list, struct err *err)
{
	size_t size = page_size(page);
	size_t len;
	char *after;
	void *items;

	*list = (struct library_file_list){ 0 };
	if (folder_id == 0)
		return list_all(db, arena, state, page, list, err);
	if (start(arena, page->cursor, &after, &len, err) != STORE_OK ||
	    count(db, folder_id, state, &list->total, err) != STORE_OK)
		return STORE_ERROR;
	if (store_collect(db, arena,
		sql[state == NULL ? STMT_LIST : STMT_LIST_STATE],
		state == NULL ? DB_ARGS(DB_INT(folder_id), DB_BLOB(after, len),
				    DB_INT((int64_t)size + 1))
			      : DB_ARGS(DB_INT(folder_id), DB_BLOB(after, len),
				    DB_INT((int64_t)size + 1), DB_TEXT(state)),
		sizeof(*list->items), read_shown, &items, &list->n,
		err) != STORE_OK)
		return STORE_ERROR;
	list->items = items;
	if (list->n > size) {
		list->n = size;
		list->cursor = next_cursor(arena, &list->items[size - 1]);
	}
	return STORE_OK;
}
