/* The row by which a master key is recognised. */
#include "lib/store/key_proof.h"

#include "lib/store/rows.h"

enum { STMT_FIND, STMT_IS_USED, STMT_PUT, STMT__MAX };

/* The first end of the audit log is sealed when there is a key. A schema of
 * before had no such end; there somebody who signs in had a key. */
#define IS_USED_SQL                                                            \
	"SELECT 1 FROM audit_head WHERE id = 1 UNION ALL "                     \
	"SELECT 1 FROM user LIMIT 1"

/* Ends at the first row. */
static const char *const scans[] = { IS_USED_SQL, NULL };

static const char *const sql[STMT__MAX] = {
	[STMT_FIND] = "SELECT sealed FROM key_proof WHERE id = 1",
	[STMT_IS_USED] = IS_USED_SQL,
	[STMT_PUT] = "INSERT INTO key_proof (id, sealed) VALUES (1, ?1) "
		     "ON CONFLICT (id) DO NOTHING",
};

const struct store_sql store_key_proof_sql = { "key_proof", sql, STMT__MAX,
	scans };

enum store_result
store_key_proof_find(struct db *db, struct arena *arena, char **sealed,
    bool *is_used, struct err *err)
{
	struct db_rows rows;
	enum store_result found;
	int64_t one;

	*is_used = true;
	found = store_get(db, sql[STMT_FIND], DB_NONE, &rows, err);
	if (found == STORE_OK)
		*sealed = db_text(&rows, 0, arena);
	db_done(&rows);
	if (found != STORE_NONE)
		return found;
	found = store_get_int(db, sql[STMT_IS_USED], DB_NONE, &one, err);
	*is_used = found == STORE_OK;
	return found == STORE_ERROR ? STORE_ERROR : STORE_NONE;
}

enum store_result
store_key_proof_put(struct db *db, const char *sealed, struct err *err)
{
	return store_run(db, sql[STMT_PUT], DB_ARGS(DB_TEXT(sealed)), err);
}
