/* Columns in which something is sealed. */
#include "lib/store/sealed.h"

#include "lib/store/rows.h"

enum {
	STMT_LIST,
	STMT_PUT = SEALED_COLUMN__MAX,
	STMT__MAX = 2 * SEALED_COLUMN__MAX
};

const struct sealed_name store_sealed_names[SEALED_COLUMN__MAX] = {
	[SEALED_SETTING] = { "setting", "value" },
	[SEALED_LABEL] = { "torrent", "label" },
};

static const char *const sql[STMT__MAX] = {
	[STMT_LIST + SEALED_SETTING] =
	    "SELECT name, value FROM setting WHERE name > ?1 "
	    "AND value LIKE 'v1:%' ORDER BY name LIMIT ?2",
	[STMT_LIST + SEALED_LABEL] =
	    "SELECT name, label FROM torrent WHERE name > ?1 "
	    "AND label <> '' ORDER BY name LIMIT ?2",
	[STMT_PUT + SEALED_SETTING] =
	    "UPDATE setting SET value = ?2 WHERE name = ?1",
	[STMT_PUT + SEALED_LABEL] =
	    "UPDATE torrent SET label = ?2 WHERE name = ?1",
};

const struct store_sql store_sealed_sql = { "sealed", sql, STMT__MAX, NULL };

static void
read_value(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct sealed_value *value = element;

	value->row = db_text(rows, 0, arena);
	value->text = db_text(rows, 1, arena);
}

enum store_result
store_sealed_list(struct db *db, struct arena *arena, enum sealed_column column,
    const char *after, int max, struct sealed_value **values, size_t *n,
    struct err *err)
{
	void *elements;
	enum store_result result = store_collect(db, arena,
	    sql[STMT_LIST + (int)column], DB_ARGS(DB_TEXT(after), DB_INT(max)),
	    sizeof(**values), read_value, &elements, n, err);

	*values = elements;
	return result;
}

enum store_result
store_sealed_put(struct db *db, enum sealed_column column,
    const struct sealed_value *value, struct err *err)
{
	return store_run_one(db, sql[STMT_PUT + (int)column],
	    DB_ARGS(DB_TEXT(value->row), DB_TEXT(value->text)), err);
}
