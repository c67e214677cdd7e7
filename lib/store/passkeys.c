/* Passkeys and the challenges that they sign. */
#include "lib/store/passkeys.h"

#include "lib/store/rows.h"

/* Challenges that wait at a time, so that nobody fills the disk with them. */
enum { CHALLENGES_MAX = 4096 };

#define COLUMNS                                                                \
	"id, user_id, credential, rp_id, algorithm, public_key, sign_count, "  \
	"transports, name, created_at, last_used_at"

#define CROWD_SQL                                                              \
	"DELETE FROM passkey_challenge WHERE hash IN (SELECT hash "            \
	"FROM passkey_challenge ORDER BY expires_at DESC LIMIT 1000000 "       \
	"OFFSET ?1)"

enum {
	STMT_ADD,
	STMT_FIND,
	STMT_LIST,
	STMT_RENAME,
	STMT_REMOVE,
	STMT_USE,
	STMT_CHALLENGE_SWEEP,
	STMT_CHALLENGE_CROWD,
	STMT_CHALLENGE_ADD,
	STMT_CHALLENGE_TAKE,
	STMT__MAX
};

static const char *const sql[STMT__MAX] = {
	[STMT_ADD] =
	    "INSERT INTO passkey (user_id, credential, rp_id, algorithm, "
	    "public_key, sign_count, transports, name, created_at) "
	    "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 "
	    "WHERE (SELECT COUNT(*) FROM passkey WHERE user_id = ?1) < ?10 "
	    "ON CONFLICT DO NOTHING RETURNING id",
	[STMT_FIND] = "SELECT " COLUMNS " FROM passkey WHERE credential = ?1",
	[STMT_LIST] =
	    "SELECT " COLUMNS " FROM passkey WHERE user_id = ?1 ORDER BY id",
	[STMT_RENAME] =
	    "UPDATE passkey SET name = ?3 WHERE id = ?1 AND user_id = ?2",
	[STMT_REMOVE] = "DELETE FROM passkey WHERE id = ?1 AND user_id = ?2",
	[STMT_USE] =
	    "UPDATE passkey SET sign_count = ?2, last_used_at = ?3 "
	    "WHERE id = ?1 AND (sign_count < ?2 OR (sign_count = 0 AND ?2 = 0))",
	[STMT_CHALLENGE_SWEEP] =
	    "DELETE FROM passkey_challenge WHERE expires_at < ?1",
	[STMT_CHALLENGE_CROWD] = CROWD_SQL,
	[STMT_CHALLENGE_ADD] =
	    "INSERT INTO passkey_challenge (hash, user_id, expires_at) "
	    "VALUES (?1, ?2, ?3)",
	[STMT_CHALLENGE_TAKE] = "DELETE FROM passkey_challenge WHERE hash = ?1 "
				"AND expires_at >= ?2 RETURNING user_id",
};

static const char *const scans[] = {
	CROWD_SQL, /* there are never more than CHALLENGES_MAX */
	NULL,
};

const struct store_sql store_passkeys_sql = { "passkeys", sql, STMT__MAX,
	scans };

#define HASH(bytes) DB_BLOB(bytes, PASSKEY_CHALLENGE_HASH_SIZE)

enum store_result
store_passkey_add(
    struct db *db, const struct passkey *passkey, int64_t *id, struct err *err)
{
	enum store_result result = store_get_int(db, sql[STMT_ADD],
	    DB_ARGS(DB_TEXT(passkey->user_id),
		DB_BLOB(passkey->credential, passkey->credential_len),
		DB_TEXT(passkey->rp_id), DB_INT(passkey->algorithm),
		DB_BLOB(passkey->public_key, passkey->public_key_len),
		DB_INT(passkey->sign_count), DB_TEXT(passkey->transports),
		DB_TEXT(passkey->name), DB_INT(passkey->created_at),
		DB_INT(PASSKEYS_PER_USER)),
	    id, err);

	if (result != STORE_NONE)
		return result;
	err_set(err, ERR_CONFLICT,
	    "This passkey is here already, or there are %d others.",
	    PASSKEYS_PER_USER);
	return STORE_ERROR;
}

static void
read_passkey(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct passkey *passkey = element;

	passkey->id = db_int(rows, 0);
	passkey->user_id = db_text(rows, 1, arena);
	passkey->credential = db_blob(rows, 2, arena, &passkey->credential_len);
	passkey->rp_id = db_text(rows, 3, arena);
	passkey->algorithm = (int)db_int(rows, 4);
	passkey->public_key = db_blob(rows, 5, arena, &passkey->public_key_len);
	passkey->sign_count = db_int(rows, 6);
	passkey->transports = db_text(rows, 7, arena);
	passkey->name = db_text(rows, 8, arena);
	passkey->created_at = db_int(rows, 9);
	passkey->last_used_at = db_int(rows, 10);
}

enum store_result
store_passkey_find(struct db *db, struct arena *arena,
    const unsigned char *credential, size_t len, struct passkey *passkey,
    struct err *err)
{
	struct db_rows rows;
	enum store_result result = store_get(
	    db, sql[STMT_FIND], DB_ARGS(DB_BLOB(credential, len)), &rows, err);

	if (result == STORE_OK)
		read_passkey(&rows, arena, passkey);
	db_done(&rows);
	return result;
}

enum store_result
store_passkey_list(struct db *db, struct arena *arena, const char *user_id,
    struct passkey **passkeys, size_t *n, struct err *err)
{
	return store_collect(db, arena, sql[STMT_LIST],
	    DB_ARGS(DB_TEXT(user_id)), sizeof(**passkeys), read_passkey,
	    (void **)passkeys, n, err);
}

enum store_result
store_passkey_rename(struct db *db, const char *user_id, int64_t id,
    const char *name, struct err *err)
{
	return store_run_one(db, sql[STMT_RENAME],
	    DB_ARGS(DB_INT(id), DB_TEXT(user_id), DB_TEXT(name)), err);
}

enum store_result
store_passkey_remove(
    struct db *db, const char *user_id, int64_t id, struct err *err)
{
	return store_run_one(
	    db, sql[STMT_REMOVE], DB_ARGS(DB_INT(id), DB_TEXT(user_id)), err);
}

enum store_result
store_passkey_use(
    struct db *db, int64_t id, int64_t sign_count, int64_t at, struct err *err)
{
	return store_run_one(db, sql[STMT_USE],
	    DB_ARGS(DB_INT(id), DB_INT(sign_count), DB_INT(at)), err);
}

enum store_result
store_challenge_add(struct db *db,
    const unsigned char hash[PASSKEY_CHALLENGE_HASH_SIZE], const char *user_id,
    int64_t now, int64_t expires_at, struct err *err)
{
	enum store_result result;

	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	result =
	    store_run(db, sql[STMT_CHALLENGE_SWEEP], DB_ARGS(DB_INT(now)), err);
	if (result == STORE_OK)
		result = store_run(db, sql[STMT_CHALLENGE_CROWD],
		    DB_ARGS(DB_INT(CHALLENGES_MAX - 1)), err);
	if (result == STORE_OK)
		result = store_run(db, sql[STMT_CHALLENGE_ADD],
		    DB_ARGS(HASH(hash), DB_TEXT(user_id), DB_INT(expires_at)),
		    err);
	return store_end(db, result, err);
}

enum store_result
store_challenge_take(struct db *db, struct arena *arena,
    const unsigned char hash[PASSKEY_CHALLENGE_HASH_SIZE], int64_t now,
    char **user_id, struct err *err)
{
	struct db_rows rows;
	enum store_result result = store_get(db, sql[STMT_CHALLENGE_TAKE],
	    DB_ARGS(HASH(hash), DB_INT(now)), &rows, err);

	*user_id = result == STORE_OK ? db_text(&rows, 0, arena) : NULL;
	db_done(&rows);
	return result;
}
