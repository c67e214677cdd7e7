/* The row by which a master key is recognised. */
#include "lib/store/key_proof.h"

#include "lib/store/rows.h"

enum {
	STMT_FIND,
	STMT_FIND_SEALED,
	STMT_IS_USED,
	STMT_PUT,
	STMT_BEGIN,
	STMT_END,
	STMT__MAX
};

/* The first end of the audit log is sealed when there is a key. A schema of
 * before had no such end; there somebody who signs in had a key. */
#define IS_USED_SQL                                                            \
	"SELECT 1 FROM audit_head WHERE id = 1 UNION ALL "                     \
	"SELECT 1 FROM user LIMIT 1"

/* Ends at the first row. */
static const char *const scans[] = { IS_USED_SQL, NULL };

static const char *const sql[STMT__MAX] = {
	[STMT_FIND] = "SELECT sealed, next, index_key, since FROM key_proof "
		      "WHERE id = 1",
	[STMT_FIND_SEALED] = "SELECT sealed FROM key_proof WHERE id = 1",
	[STMT_IS_USED] = IS_USED_SQL,
	[STMT_PUT] = "INSERT INTO key_proof (id, sealed, since) "
		     "VALUES (1, ?1, ?2) ON CONFLICT (id) DO NOTHING",
	[STMT_BEGIN] = "UPDATE key_proof SET next = ?1 WHERE id = 1",
	[STMT_END] = "UPDATE key_proof SET sealed = next, next = NULL, "
		     "index_key = ?1, since = ?2 "
		     "WHERE id = 1 AND next IS NOT NULL",
};

const struct store_sql store_key_proof_sql = { "key_proof", sql, STMT__MAX,
	scans };

enum store_result
store_key_proof_find(struct db *db, struct arena *arena,
    struct key_proof *proof, struct err *err)
{
	struct db_rows rows;
	enum store_result found;
	int64_t one;

	*proof = (struct key_proof){ .is_used = true };
	found = store_get(db, sql[STMT_FIND], DB_NONE, &rows, err);
	if (found == STORE_OK) {
		proof->sealed = db_text(&rows, 0, arena);
		proof->next = db_text(&rows, 1, arena);
		proof->index_key = db_text(&rows, 2, arena);
		proof->since = db_int(&rows, 3);
	}
	db_done(&rows);
	if (found != STORE_NONE)
		return found;
	found = store_get_int(db, sql[STMT_IS_USED], DB_NONE, &one, err);
	proof->is_used = found == STORE_OK;
	return found == STORE_ERROR ? STORE_ERROR : STORE_NONE;
}

enum store_result
store_key_proof_find_sealed(
    struct db *db, struct arena *arena, char **sealed, struct err *err)
{
	struct db_rows rows;
	enum store_result found =
	    store_get(db, sql[STMT_FIND_SEALED], DB_NONE, &rows, err);

	if (found == STORE_OK)
		*sealed = db_text(&rows, 0, arena);
	db_done(&rows);
	return found;
}

enum store_result
store_key_proof_put(
    struct db *db, const char *sealed, int64_t since, struct err *err)
{
	return store_run(
	    db, sql[STMT_PUT], DB_ARGS(DB_TEXT(sealed), DB_INT(since)), err);
}

enum store_result
store_key_proof_begin(struct db *db, const char *next, struct err *err)
{
	return store_run_one(db, sql[STMT_BEGIN], DB_ARGS(DB_TEXT(next)), err);
}

enum store_result
store_key_proof_end(
    struct db *db, const char *index_key, int64_t since, struct err *err)
{
	return store_run_one(
	    db, sql[STMT_END], DB_ARGS(DB_TEXT(index_key), DB_INT(since)), err);
}
