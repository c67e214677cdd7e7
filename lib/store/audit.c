/* The audit log and its end. */
#include "lib/store/audit.h"

#include <string.h>

#include "lib/store/rows.h"

enum {
	STMT_HEAD_FIND,
	STMT_HEAD_PUT,
	STMT_LAST,
	STMT_IS_CHAINED,
	STMT_APPEND,
	STMT_CHAIN,
	STMT_ERASE_WHO,
	STMT_ERASE_WHAT,
	STMT_WALK,
	STMT_WALK_PERSON,
	STMT_LIST,
	STMT_LIST_ACTOR,
	STMT_LIST_EVENT,
	STMT_COUNT,
	STMT_COUNT_ACTOR,
	STMT_COUNT_EVENT,
	STMT__MAX
};

#define FIELDS                                                                 \
	"SELECT id, at, actor, event, target, address, request_id, detail, "   \
	"who_salt, who_digest, who_erased_by, what_salt, what_digest, "        \
	"what_erased_by, hash"
#define COLUMNS FIELDS " FROM audit_log "
#define LISTED                                                                 \
	FIELDS ", (SELECT display_name FROM user WHERE user.id = actor), "     \
	       "(SELECT display_name FROM user WHERE user.id = target) "       \
	       "FROM audit_log "
/* By an actor or an event there is an index; a NULL stands for any. */
#define FROM_TO " AND at >= ?3 AND at < ?4"
#define ANY_EVENT " AND (?2 IS NULL OR event = ?2)" FROM_TO
#define BEFORE " AND id < ?5 ORDER BY id DESC LIMIT ?6"
/* Asked by an administrator who looks at the whole log. */
#define COUNT_SQL                                                              \
	"SELECT COUNT(*) FROM audit_log WHERE (?1 IS NULL OR actor = ?1)" ANY_EVENT

/* One row by its key. */
#define HEAD_FIND_SQL                                                          \
	"SELECT last_id, n_rows, hash, began_at, n_adopted, seal "             \
	"FROM audit_head WHERE id = 1"
/* Ends at the first row, and is asked only where the head is missing. */
#define IS_CHAINED_SQL "SELECT 1 FROM audit_log WHERE hash IS NOT NULL LIMIT 1"

static const char *const scans[] = { IS_CHAINED_SQL, COUNT_SQL, NULL };

static const char *const sql[STMT__MAX] = {
	[STMT_HEAD_FIND] = HEAD_FIND_SQL,
	[STMT_HEAD_PUT] =
	    "INSERT INTO audit_head (id, last_id, n_rows, hash, began_at, "
	    "n_adopted, seal) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6) "
	    "ON CONFLICT (id) DO UPDATE SET last_id = excluded.last_id, "
	    "n_rows = excluded.n_rows, hash = excluded.hash, "
	    "began_at = excluded.began_at, n_adopted = excluded.n_adopted, "
	    "seal = excluded.seal",
	[STMT_LAST] = "SELECT MAX(id) FROM audit_log",
	[STMT_IS_CHAINED] = IS_CHAINED_SQL,
	[STMT_APPEND] =
	    "INSERT INTO audit_log (id, at, actor, event, target, address, "
	    "request_id, detail, who_salt, who_digest, what_salt, "
	    "what_digest, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
	    "?10, ?11, ?12, ?13)",
	[STMT_CHAIN] =
	    "UPDATE audit_log SET who_salt = ?2, who_digest = ?3, "
	    "what_salt = ?4, what_digest = ?5, hash = ?6 WHERE id = ?1",
	[STMT_ERASE_WHO] =
	    "UPDATE audit_log SET actor = NULL, address = NULL, "
	    "request_id = NULL, who_salt = NULL, who_erased_by = ?2 "
	    "WHERE id = ?1",
	[STMT_ERASE_WHAT] =
	    "UPDATE audit_log SET target = NULL, detail = '{}', "
	    "what_salt = NULL, what_erased_by = ?2 WHERE id = ?1",
	[STMT_WALK] = COLUMNS "WHERE id > ?1 ORDER BY id LIMIT ?2",
	[STMT_WALK_PERSON] = COLUMNS "WHERE (actor = ?1 OR target = ?1) "
				     "AND id > ?2 ORDER BY id LIMIT ?3",
	[STMT_LIST] =
	    LISTED "WHERE (?1 IS NULL OR actor = ?1)" ANY_EVENT BEFORE,
	[STMT_LIST_ACTOR] = LISTED "WHERE actor = ?1" ANY_EVENT BEFORE,
	[STMT_LIST_EVENT] = LISTED
	"WHERE event = ?2 AND (?1 IS NULL OR actor = ?1)" FROM_TO BEFORE,
	[STMT_COUNT] = COUNT_SQL,
	[STMT_COUNT_ACTOR] =
	    "SELECT COUNT(*) FROM audit_log WHERE actor = ?1" ANY_EVENT,
	[STMT_COUNT_EVENT] = "SELECT COUNT(*) FROM audit_log WHERE event = ?2 "
			     "AND (?1 IS NULL OR actor = ?1)" FROM_TO,
};

const struct store_sql store_audit_sql = { "audit", sql, STMT__MAX, scans };

#define HASH(bytes) DB_BLOB(bytes, AUDIT_HASH_SIZE)
#define SALT(bytes) DB_BLOB(bytes, AUDIT_SALT_SIZE)

/* Bytes of that very size into out; false for anything else. */
static bool
read_bytes(const struct db_rows *rows, int column, struct arena *arena,
    unsigned char *out, size_t size)
{
	size_t len;
	const void *bytes = db_blob(rows, column, arena, &len);

	memset(out, 0, size);
	if (bytes == NULL || len != size)
		return false;
	memcpy(out, bytes, size);
	return true;
}

enum store_result
store_audit_head_find(struct db *db, struct arena *arena,
    struct audit_head *head, struct err *err)
{
	struct db_rows rows;
	enum store_result result =
	    store_get(db, sql[STMT_HEAD_FIND], DB_NONE, &rows, err);

	*head = (struct audit_head){ 0 };
	if (result == STORE_OK) {
		head->last_id = db_int(&rows, 0);
		head->n_rows = db_int(&rows, 1);
		read_bytes(&rows, 2, arena, head->hash, AUDIT_HASH_SIZE);
		head->began_at = db_int(&rows, 3);
		head->n_adopted = db_int(&rows, 4);
		read_bytes(&rows, 5, arena, head->seal, AUDIT_HASH_SIZE);
	}
	db_done(&rows);
	return result;
}

enum store_result
store_audit_head_put(
    struct db *db, const struct audit_head *head, struct err *err)
{
	return store_run(db, sql[STMT_HEAD_PUT],
	    DB_ARGS(DB_INT(head->last_id), DB_INT(head->n_rows),
		HASH(head->hash), DB_INT(head->began_at),
		DB_INT(head->n_adopted), HASH(head->seal)),
	    err);
}

enum store_result
store_audit_last(struct db *db, int64_t *last_id, struct err *err)
{
	return store_get_int(db, sql[STMT_LAST], DB_NONE, last_id, err);
}

enum store_result
store_audit_is_chained(struct db *db, bool *is_chained, struct err *err)
{
	int64_t one;
	enum store_result result =
	    store_get_int(db, sql[STMT_IS_CHAINED], DB_NONE, &one, err);

	*is_chained = result == STORE_OK;
	return result == STORE_NONE ? STORE_OK : result;
}

enum store_result
store_audit_append(struct db *db, const struct audit_row *row, struct err *err)
{
	return store_run(db, sql[STMT_APPEND],
	    DB_ARGS(DB_INT(row->id), DB_INT(row->at), DB_TEXT(row->actor),
		DB_TEXT(row->event), DB_TEXT(row->target),
		DB_TEXT(row->address), DB_TEXT(row->request_id),
		DB_TEXT(row->detail), SALT(row->part[AUDIT_WHO].salt),
		HASH(row->part[AUDIT_WHO].digest),
		SALT(row->part[AUDIT_WHAT].salt),
		HASH(row->part[AUDIT_WHAT].digest), HASH(row->hash)),
	    err);
}

enum store_result
store_audit_chain(struct db *db, const struct audit_row *row, struct err *err)
{
	return store_run(db, sql[STMT_CHAIN],
	    DB_ARGS(DB_INT(row->id), SALT(row->part[AUDIT_WHO].salt),
		HASH(row->part[AUDIT_WHO].digest),
		SALT(row->part[AUDIT_WHAT].salt),
		HASH(row->part[AUDIT_WHAT].digest), HASH(row->hash)),
	    err);
}

enum store_result
store_audit_erase(struct db *db, int64_t id, enum audit_part part, int64_t by,
    struct err *err)
{
	return store_run(db,
	    sql[part == AUDIT_WHO ? STMT_ERASE_WHO : STMT_ERASE_WHAT],
	    DB_ARGS(DB_INT(id), DB_INT(by)), err);
}

static void
read_part(const struct db_rows *rows, int column, struct arena *arena,
    struct audit_row *row, enum audit_part part)
{
	row->part[part].has_salt = read_bytes(
	    rows, column, arena, row->part[part].salt, AUDIT_SALT_SIZE);
	read_bytes(
	    rows, column + 1, arena, row->part[part].digest, AUDIT_HASH_SIZE);
	row->part[part].erased_by = db_int(rows, column + 2);
}

static void
read_row(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct audit_row *row = element;

	row->id = db_int(rows, 0);
	row->at = db_int(rows, 1);
	row->actor = db_text(rows, 2, arena);
	row->event = db_text(rows, 3, arena);
	row->target = db_text(rows, 4, arena);
	row->address = db_text(rows, 5, arena);
	row->request_id = db_text(rows, 6, arena);
	row->detail = db_text(rows, 7, arena);
	read_part(rows, 8, arena, row, AUDIT_WHO);
	read_part(rows, 11, arena, row, AUDIT_WHAT);
	row->is_chained =
	    read_bytes(rows, 14, arena, row->hash, AUDIT_HASH_SIZE);
}

enum store_result
store_audit_walk(struct db *db, struct arena *arena, int64_t after, int max,
    struct audit_row **rows, size_t *n, struct err *err)
{
	void *elements;
	enum store_result result = store_collect(db, arena, sql[STMT_WALK],
	    DB_ARGS(DB_INT(after), DB_INT(max)), sizeof(**rows), read_row,
	    &elements, n, err);

	*rows = elements;
	return result;
}

enum store_result
store_audit_walk_person(struct db *db, struct arena *arena, const char *user_id,
    int64_t after, int max, struct audit_row **rows, size_t *n, struct err *err)
{
	void *elements;
	enum store_result result =
	    store_collect(db, arena, sql[STMT_WALK_PERSON],
		DB_ARGS(DB_TEXT(user_id), DB_INT(after), DB_INT(max)),
		sizeof(**rows), read_row, &elements, n, err);

	*rows = elements;
	return result;
}

static void
read_listed(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct audit_row *row = element;

	read_row(rows, arena, element);
	row->actor_name = db_text(rows, 15, arena);
	row->target_name = db_text(rows, 16, arena);
}

static int
statement_of(const struct audit_filter *filter)
{
	if (filter->actor != NULL)
		return STMT_LIST_ACTOR;
	return filter->event != NULL ? STMT_LIST_EVENT : STMT_LIST;
}

static int64_t
end_of(const struct audit_filter *filter)
{
	return filter->to == 0 ? INT64_MAX : filter->to;
}

enum store_result
store_audit_before(struct db *db, struct arena *arena,
    const struct audit_filter *filter, int64_t before, int max,
    struct audit_row **rows, size_t *n, struct err *err)
{
	void *elements;
	enum store_result result =
	    store_collect(db, arena, sql[statement_of(filter)],
		DB_ARGS(DB_TEXT(filter->actor), DB_TEXT(filter->event),
		    DB_INT(filter->from), DB_INT(end_of(filter)),
		    DB_INT(before), DB_INT(max)),
		sizeof(**rows), read_listed, &elements, n, err);

	*rows = elements;
	return result;
}

enum store_result
store_audit_page(struct db *db, struct arena *arena,
    const struct audit_filter *filter, const struct store_page *page,
    struct audit_page *out, struct err *err)
{
	int count = statement_of(filter) - STMT_LIST + STMT_COUNT;
	struct store_cursor at = { .id = INT64_MAX };
	enum store_result result;

	*out = (struct audit_page){ 0 };
	result = store_cursor_decode(arena, page->cursor, &at, err);
	if (result == STORE_ERROR)
		return result;
	if (result == STORE_NONE)
		at.id = INT64_MAX;
	result = store_get_int(db, sql[count],
	    DB_ARGS(DB_TEXT(filter->actor), DB_TEXT(filter->event),
		DB_INT(filter->from), DB_INT(end_of(filter))),
	    &out->total, err);
	if (result != STORE_OK)
		return result;
	/* One more says whether there is a next page. */
	result = store_audit_before(
	    db, arena, filter, at.id, page->size + 1, &out->rows, &out->n, err);
	if (result != STORE_OK || out->n <= (size_t)page->size)
		return result;
	out->n = (size_t)page->size;
	out->cursor = store_cursor_encode(
	    arena, &(struct store_cursor){ .id = out->rows[out->n - 1].id });
	return STORE_OK;
}
