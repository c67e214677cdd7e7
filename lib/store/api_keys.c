/* API keys and app passwords. */
#include "lib/store/api_keys.h"

#include <string.h>

#include "lib/store/rows.h"
#include "lib/store/session_rows.h"

#define KEPT_MS (30 * 24 * 3600 * INT64_C(1000))
/* Of the session of a key: 9999-12-31. What ends it is the end of the key. */
#define NEVER_MS INT64_C(253402214400000)

enum {
	STMT_ADD,
	STMT_FIND,
	STMT_LIST,
	STMT_SESSIONS,
	STMT_REMOVE,
	STMT_TOUCH,
	STMT_SWEEP,
	STMT__MAX
};

#define KEY_COLUMNS                                                            \
	"k.id, k.user_id, k.profile_id, k.kind, k.name, k.scope, k.hash, "     \
	"k.created_at, k.expires_at, k.last_used_at, k.last_address "

static const char *const sql[STMT__MAX] = {
	[STMT_ADD] =
	    "INSERT INTO api_key (id, user_id, profile_id, kind, name, scope, "
	    "hash, created_at, expires_at) "
	    "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 "
	    "WHERE (SELECT COUNT(*) FROM api_key WHERE user_id = ?2) < ?10",
	[STMT_FIND] = "SELECT " SESSION_COLUMNS ", " KEY_COLUMNS
		      ", u.email_key, u.name_key FROM api_key k "
		      "JOIN session s ON s.id = k.id " SESSION_PEOPLE
		      "WHERE k.hash = ?1 AND k.kind = ?2",
	[STMT_LIST] = "SELECT " KEY_COLUMNS "FROM api_key k "
		      "WHERE k.user_id = ?1 ORDER BY k.created_at, k.id",
	[STMT_SESSIONS] =
	    "SELECT id FROM session WHERE api_key_id = ?1 "
	    "AND user_id = ?2 AND revoked_at IS NULL ORDER BY created_at, id",
	[STMT_REMOVE] = "DELETE FROM api_key WHERE id = ?1 AND user_id = ?2",
	[STMT_TOUCH] = "UPDATE api_key SET last_used_at = ?2, "
		       "last_address = ?3 WHERE id = ?1 "
		       "AND (last_used_at IS NULL OR last_used_at < ?2)",
	[STMT_SWEEP] = "DELETE FROM api_key WHERE expires_at < ?1",
};

const struct store_sql store_api_keys_sql = { "api_keys", sql, STMT__MAX,
	NULL };

static const char *
kind_word(enum api_key_kind kind)
{
	return kind == API_KEY_PASSWORD ? "password" : "key";
}

static enum store_result
add(struct db *db, const struct api_key *key, struct err *err)
{
	const struct session session = {
		.id = key->id,
		.user_id = key->user_id,
		.profile_id = key->profile_id,
		.device = key->name,
		.address = (char[]){ "" },
		.refresh_expires_at = NEVER_MS,
		.created_at = key->created_at,
		.expires_at = NEVER_MS,
		.last_used_at = key->created_at,
		.api_key_id = key->id,
	};
	enum store_result result = store_run_one(db, sql[STMT_ADD],
	    DB_ARGS(DB_TEXT(key->id), DB_TEXT(key->user_id),
		DB_TEXT(key->profile_id), DB_TEXT(kind_word(key->kind)),
		DB_TEXT(key->name), DB_TEXT(store_scope_word(key->scope)),
		DB_BLOB(key->hash, API_KEY_HASH_SIZE), DB_INT(key->created_at),
		DB_REF(key->expires_at), DB_INT(API_KEYS_PER_USER)),
	    err);

	/* No text has a hash of zeros: nobody refreshes such a session. */
	return result == STORE_OK ? store_session_add(db, &session, err)
				  : result;
}

enum store_result
store_api_key_add(struct db *db, const struct api_key *key, struct err *err)
{
	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	return store_end(db, add(db, key, err), err);
}

static void
read_from(const struct db_rows *rows, int column, struct arena *arena,
    struct api_key *key)
{
	key->id = db_text(rows, column, arena);
	key->user_id = db_text(rows, column + 1, arena);
	key->profile_id = db_text(rows, column + 2, arena);
	key->kind = strcmp(db_text(rows, column + 3, arena), "password") == 0
	    ? API_KEY_PASSWORD
	    : API_KEY_BEARER;
	key->name = db_text(rows, column + 4, arena);
	key->scope = store_scope_of(db_text(rows, column + 5, arena));
	store_hash_read(rows, column + 6, arena, key->hash);
	key->created_at = db_int(rows, column + 7);
	key->expires_at = db_int(rows, column + 8);
	key->last_used_at = db_int(rows, column + 9);
	key->last_address = db_text(rows, column + 10, arena);
}

enum { KEY_COLUMN_COUNT = 11 };

static void
read_key(const struct db_rows *rows, struct arena *arena, void *element)
{
	read_from(rows, 0, arena, element);
}

enum store_result
store_api_key_find(struct db *db, struct arena *arena,
    const unsigned char hash[API_KEY_HASH_SIZE], enum api_key_kind kind,
    struct api_key_found *found, struct err *err)
{
	const int keys = SESSION_COLUMN_COUNT;
	struct db_rows rows;
	enum store_result result = store_get(db, sql[STMT_FIND],
	    DB_ARGS(DB_BLOB(hash, API_KEY_HASH_SIZE), DB_TEXT(kind_word(kind))),
	    &rows, err);

	if (result == STORE_OK) {
		store_session_read(&rows, arena, &found->session);
		read_from(&rows, keys, arena, &found->key);
		found->session.last_used_at = found->key.last_used_at;
		found->email_key =
		    db_text(&rows, keys + KEY_COLUMN_COUNT, arena);
		found->name_key =
		    db_text(&rows, keys + KEY_COLUMN_COUNT + 1, arena);
	}
	db_done(&rows);
	return result;
}

enum store_result
store_api_key_list(struct db *db, struct arena *arena, const char *user_id,
    struct api_key **keys, size_t *n, struct err *err)
{
	return store_collect(db, arena, sql[STMT_LIST],
	    DB_ARGS(DB_TEXT(user_id)), sizeof(**keys), read_key, (void **)keys,
	    n, err);
}

static void
read_id(const struct db_rows *rows, struct arena *arena, void *element)
{
	*(char **)element = db_text(rows, 0, arena);
}

static enum store_result
remove_key(struct db *db, struct arena *arena, const char *user_id,
    const char *id, struct ended_sessions *ended, struct err *err)
{
	enum store_result result;
	void *ids;

	result = store_collect(db, arena, sql[STMT_SESSIONS],
	    DB_ARGS(DB_TEXT(id), DB_TEXT(user_id)), sizeof(*ended->ids),
	    read_id, &ids, &ended->n, err);
	if (result == STORE_ERROR)
		return result;
	ended->ids = ids;
	return store_run_one(
	    db, sql[STMT_REMOVE], DB_ARGS(DB_TEXT(id), DB_TEXT(user_id)), err);
}

enum store_result
store_api_key_remove(struct db *db, struct arena *arena, const char *user_id,
    const char *id, struct ended_sessions *ended, struct err *err)
{
	*ended = (struct ended_sessions){ 0 };
	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	return store_end(
	    db, remove_key(db, arena, user_id, id, ended, err), err);
}

enum store_result
store_api_key_touch(struct db *db, const char *id, int64_t at,
    const char *address, struct err *err)
{
	return store_run_one(db, sql[STMT_TOUCH],
	    DB_ARGS(DB_TEXT(id), DB_INT(at), DB_TEXT(address)), err);
}

enum store_result
store_api_key_sweep(struct db *db, int64_t now, struct err *err)
{
	return store_run(
	    db, sql[STMT_SWEEP], DB_ARGS(DB_INT(now - KEPT_MS)), err);
}
