/* Stream keys, found by the hash of what stands in the address. */
#include "lib/store/stream_keys.h"

#include <string.h>

#include "lib/store/rows.h"

enum {
	STMT_ADD,
	STMT_FIND,
	STMT_TOUCH,
	STMT_RENEW,
	STMT_SWEEP_OLD,
	STMT_SWEEP_UNUSED,
	STMT__MAX
};

static const char *const sql[STMT__MAX] = {
	[STMT_ADD] =
	    "INSERT INTO stream_key (hash, user_id, session_id, profile_id, "
	    "title_id, episode_id, source_id, quality, created_at, "
	    "last_used_at, method, reason, device) VALUES (?1, ?2, ?3, ?4, ?5, "
	    "?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
	[STMT_FIND] =
	    "SELECT k.user_id, k.session_id, k.profile_id, k.title_id, "
	    "k.episode_id, k.source_id, k.quality, k.created_at, "
	    "k.last_used_at, k.revoked_at, s.revoked_at, k.method, k.reason, "
	    "k.device, " VIEWER_COLUMNS(
		"p") " FROM stream_key k JOIN session s ON s.id = k.session_id "
		     "JOIN profile p ON p.id = k.profile_id "
		     "JOIN title t ON t.id = k.title_id WHERE k.hash = ?1 "
		     "AND " VISIBLE(
			 "t", VIEWER_LIMIT("p"), VIEWER_UNRATED("p")),
	[STMT_TOUCH] = "UPDATE stream_key SET last_used_at = ?2 "
		       "WHERE hash = ?1 AND last_used_at < ?2",
	[STMT_RENEW] = "UPDATE stream_key SET session_id = ?2, "
		       "created_at = ?3, last_used_at = ?3 "
		       "WHERE hash = ?1 AND revoked_at IS NULL",
	[STMT_SWEEP_OLD] = "DELETE FROM stream_key WHERE created_at < ?1",
	[STMT_SWEEP_UNUSED] = "DELETE FROM stream_key WHERE last_used_at < ?1",
};

const struct store_sql store_stream_keys_sql = { "stream_keys", sql, STMT__MAX,
	NULL };

#define HASH(bytes) DB_BLOB(bytes, STREAM_KEY_HASH_SIZE)

enum store_result
store_stream_key_add(
    struct db *db, const struct stream_key *key, struct err *err)
{
	return store_run(db, sql[STMT_ADD],
	    DB_ARGS(HASH(key->hash), DB_TEXT(key->user_id),
		DB_TEXT(key->session_id), DB_TEXT(key->profile_id),
		DB_INT(key->title_id), DB_REF(key->episode_id),
		DB_INT(key->source_id), DB_TEXT(key->quality),
		DB_INT(key->created_at), DB_INT(key->last_used_at),
		DB_TEXT(key->method == NULL ? "direct" : key->method),
		DB_TEXT(key->reason == NULL ? "unknown" : key->reason),
		DB_TEXT(key->device == NULL ? "" : key->device)),
	    err);
}

enum store_result
store_stream_key_find(struct db *db, struct arena *arena,
    const unsigned char hash[STREAM_KEY_HASH_SIZE], struct stream_key *key,
    struct err *err)
{
	struct db_rows rows;
	enum store_result result =
	    store_get(db, sql[STMT_FIND], DB_ARGS(HASH(hash)), &rows, err);

	if (result == STORE_OK) {
		memcpy(key->hash, hash, STREAM_KEY_HASH_SIZE);
		key->user_id = db_text(&rows, 0, arena);
		key->session_id = db_text(&rows, 1, arena);
		key->profile_id = db_text(&rows, 2, arena);
		key->title_id = db_int(&rows, 3);
		key->episode_id = db_int(&rows, 4);
		key->source_id = db_int(&rows, 5);
		key->quality = db_text(&rows, 6, arena);
		key->created_at = db_int(&rows, 7);
		key->last_used_at = db_int(&rows, 8);
		key->revoked_at = db_int(&rows, 9);
		key->session_revoked = !db_is_null(&rows, 10);
		key->method = db_text(&rows, 11, arena);
		key->reason = db_text(&rows, 12, arena);
		key->device = db_text(&rows, 13, arena);
		key->viewer = store_viewer_read(&rows, 14, key->profile_id);
	}
	db_done(&rows);
	return result;
}

enum store_result
store_stream_key_touch(struct db *db,
    const unsigned char hash[STREAM_KEY_HASH_SIZE], int64_t at, struct err *err)
{
	return store_run_one(
	    db, sql[STMT_TOUCH], DB_ARGS(HASH(hash), DB_INT(at)), err);
}

enum store_result
store_stream_key_renew(struct db *db,
    const unsigned char hash[STREAM_KEY_HASH_SIZE], const char *session_id,
    int64_t at, struct err *err)
{
	return store_run_one(db, sql[STMT_RENEW],
	    DB_ARGS(HASH(hash), DB_TEXT(session_id), DB_INT(at)), err);
}

enum store_result
store_stream_key_sweep(struct db *db, int64_t created_before,
    int64_t used_before, int64_t *n, struct err *err)
{
	int64_t old, unused;

	*n = 0;
	old = db_run(
	    db, sql[STMT_SWEEP_OLD], DB_ARGS(DB_INT(created_before)), err);
	if (old == -1)
		return STORE_ERROR;
	unused = db_run(
	    db, sql[STMT_SWEEP_UNUSED], DB_ARGS(DB_INT(used_before)), err);
	if (unused == -1)
		return STORE_ERROR;
	*n = old + unused;
	return STORE_OK;
}
