/* Codes of devices that wait to be signed in. */
#include "lib/store/device_codes.h"

#include <string.h>

#include "lib/store/rows.h"

enum {
	STMT_ADD,
	STMT_SWEEP,
	STMT_TRIM_NETWORK,
	STMT_TRIM_ALL,
	STMT_FIND,
	STMT_ANSWER,
	STMT_POLL,
	STMT_POLLED,
	STMT_REMOVE,
	STMT_FORGET,
	STMT_CLEAR,
	STMT__MAX
};

#define TRIM_ALL                                                               \
	"DELETE FROM device_code WHERE hash IN (SELECT hash "                  \
	"FROM device_code ORDER BY state = 'approved' DESC, "                  \
	"created_at DESC LIMIT ?2 OFFSET ?1)"
#define CLEAR_SQL "DELETE FROM device_code"

static const char *const sql[STMT__MAX] = {
	[STMT_ADD] =
	    "INSERT INTO device_code (hash, user_code_hash, device, address, "
	    "network, interval_s, created_at, expires_at) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[STMT_SWEEP] = "DELETE FROM device_code WHERE expires_at <= ?1",
	[STMT_TRIM_NETWORK] =
	    "DELETE FROM device_code WHERE hash IN (SELECT hash "
	    "FROM device_code WHERE network = ?1 ORDER BY created_at DESC "
	    "LIMIT ?3 OFFSET ?2)",
	[STMT_TRIM_ALL] = TRIM_ALL,
	[STMT_FIND] = "SELECT device, address, interval_s, created_at, "
		      "expires_at FROM device_code WHERE user_code_hash = ?1 "
		      "AND state = 'waiting' AND expires_at > ?2",
	[STMT_ANSWER] = "UPDATE device_code SET state = ?2, user_id = ?3, "
			"profile_id = ?4 WHERE user_code_hash = ?1 "
			"AND state = 'waiting' AND expires_at > ?5",
	[STMT_POLL] =
	    "SELECT state, user_id, interval_s, polled_at, "
	    "profile_id FROM device_code WHERE hash = ?1 AND expires_at > ?2",
	[STMT_POLLED] = "UPDATE device_code SET polled_at = ?2, "
			"interval_s = interval_s + ?3 WHERE hash = ?1",
	[STMT_REMOVE] = "DELETE FROM device_code WHERE hash = ?1",
	[STMT_FORGET] = "DELETE FROM device_code WHERE user_id = ?1",
	[STMT_CLEAR] = CLEAR_SQL,
};

/* The table is small by its limit. */
static const char *const scans[] = { TRIM_ALL, CLEAR_SQL, NULL };

const struct store_sql store_device_codes_sql = { "device_codes", sql,
	STMT__MAX, scans };

#define HASH(bytes) DB_BLOB(bytes, DEVICE_CODE_HASH_SIZE)

static enum store_result
add(struct db *db, const struct device_code *code,
    const struct device_code_limits *limits, struct err *err)
{
	enum store_result result;

	result = store_device_code_sweep(db, code->created_at, err);
	if (result == STORE_OK)
		result = store_run(db, sql[STMT_TRIM_NETWORK],
		    DB_ARGS(DB_TEXT(code->network),
			DB_INT(limits->per_network - 1), DB_INT(limits->all)),
		    err);
	if (result == STORE_OK)
		result = store_run(db, sql[STMT_TRIM_ALL],
		    DB_ARGS(DB_INT(limits->all - 1), DB_INT(limits->all)), err);
	if (result != STORE_OK)
		return result;
	return store_run(db, sql[STMT_ADD],
	    DB_ARGS(HASH(code->hash), HASH(code->user_code_hash),
		DB_TEXT(code->device), DB_TEXT(code->address),
		DB_TEXT(code->network), DB_INT(code->interval_s),
		DB_INT(code->created_at), DB_INT(code->expires_at)),
	    err);
}

enum store_result
store_device_code_add(struct db *db, const struct device_code *code,
    const struct device_code_limits *limits, struct err *err)
{
	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	return store_end(db, add(db, code, limits, err), err);
}

enum store_result
store_device_code_find(struct db *db, struct arena *arena,
    const unsigned char user_code_hash[DEVICE_CODE_HASH_SIZE], int64_t now,
    struct device_code *code, struct err *err)
{
	struct db_rows rows;
	enum store_result result = store_get(db, sql[STMT_FIND],
	    DB_ARGS(HASH(user_code_hash), DB_INT(now)), &rows, err);

	memset(code, 0, sizeof(*code));
	if (result == STORE_OK) {
		code->device = db_text(&rows, 0, arena);
		code->address = db_text(&rows, 1, arena);
		code->interval_s = db_int(&rows, 2);
		code->created_at = db_int(&rows, 3);
		code->expires_at = db_int(&rows, 4);
	}
	db_done(&rows);
	return result;
}

enum store_result
store_device_code_answer(struct db *db,
    const unsigned char user_code_hash[DEVICE_CODE_HASH_SIZE],
    const char *user_id, const char *profile_id, bool is_approved, int64_t now,
    struct err *err)
{
	return store_run_one(db, sql[STMT_ANSWER],
	    DB_ARGS(HASH(user_code_hash),
		DB_TEXT(is_approved ? "approved" : "denied"), DB_TEXT(user_id),
		DB_TEXT(profile_id), DB_INT(now)),
	    err);
}

/* What the row says about a device that asks now. */
static enum device_poll
judge(const struct db_rows *rows, struct arena *arena, int64_t slack_ms,
    int64_t now, char **user_id, char **profile_id)
{
	const char *state = db_text(rows, 0, arena);
	int64_t due = db_int(rows, 3) + db_int(rows, 2) * 1000 - slack_ms;

	if (strcmp(state, "denied") == 0)
		return DEVICE_POLL_DENIED;
	if (strcmp(state, "approved") == 0) {
		*user_id = db_text(rows, 1, arena);
		*profile_id = db_text(rows, 4, arena);
		return DEVICE_POLL_APPROVED;
	}
	return !db_is_null(rows, 3) && now < due ? DEVICE_POLL_TOO_SOON
						 : DEVICE_POLL_WAITING;
}

enum store_result
store_device_code_poll(struct db *db, struct arena *arena,
    const unsigned char hash[DEVICE_CODE_HASH_SIZE], int64_t slack_ms,
    int64_t growth_s, int64_t now, enum device_poll *poll, char **user_id,
    char **profile_id, struct err *err)
{
	enum store_result result;
	struct db_rows rows;

	*poll = DEVICE_POLL_UNKNOWN;
	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	result = store_get(
	    db, sql[STMT_POLL], DB_ARGS(HASH(hash), DB_INT(now)), &rows, err);
	if (result == STORE_OK)
		*poll = judge(&rows, arena, slack_ms, now, user_id, profile_id);
	db_done(&rows);
	if (*poll == DEVICE_POLL_APPROVED)
		result =
		    store_run(db, sql[STMT_REMOVE], DB_ARGS(HASH(hash)), err);
	else if (*poll != DEVICE_POLL_UNKNOWN)
		result = store_run(db, sql[STMT_POLLED],
		    DB_ARGS(HASH(hash), DB_INT(now),
			DB_INT(*poll == DEVICE_POLL_TOO_SOON ? growth_s : 0)),
		    err);
	return store_end(db, result == STORE_NONE ? STORE_OK : result, err);
}

enum store_result
store_device_code_forget(struct db *db, const char *user_id, struct err *err)
{
	return store_run(db, sql[STMT_FORGET], DB_ARGS(DB_TEXT(user_id)), err);
}

enum store_result
store_device_code_sweep(struct db *db, int64_t now, struct err *err)
{
	return store_run(db, sql[STMT_SWEEP], DB_ARGS(DB_INT(now)), err);
}

enum store_result
store_device_code_clear(struct db *db, struct err *err)
{
	return store_run(db, sql[STMT_CLEAR], DB_NONE, err);
}
