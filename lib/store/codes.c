/* Invitations and codes for a new password. */
#include "lib/store/codes.h"

#include <string.h>

#include "lib/store/rows.h"

enum {
	STMT_INVITE,
	STMT_INVITATIONS,
	STMT_UNINVITE,
	STMT_INVITED,
	STMT_JOIN,
	STMT_RESET_PUT,
	STMT_RESET_KNOWN,
	STMT_RESET_TAKE,
	STMT_SWEEP_INVITATIONS,
	STMT_SWEEP_RESETS,
	STMT__MAX
};

static const char *const sql[STMT__MAX] = {
	[STMT_INVITE] = "INSERT INTO invitation (id, code_hash, role, "
			"created_by, created_at, expires_at) "
			"VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[STMT_INVITATIONS] =
	    "SELECT id, role, created_by, created_at, expires_at "
	    "FROM invitation WHERE expires_at > ?1 "
	    "ORDER BY created_at DESC, id",
	[STMT_UNINVITE] = "DELETE FROM invitation WHERE id = ?1",
	[STMT_INVITED] = "SELECT 1 FROM invitation "
			 "WHERE code_hash = ?1 AND expires_at > ?2",
	[STMT_JOIN] = "DELETE FROM invitation WHERE code_hash = ?1 "
		      "AND expires_at > ?2 RETURNING role = 'admin'",
	[STMT_RESET_PUT] =
	    "INSERT INTO password_reset (user_id, code_hash, created_by, "
	    "created_at, expires_at) "
	    "SELECT id, ?2, ?3, ?4, ?5 FROM user WHERE id = ?1 "
	    "ON CONFLICT (user_id) DO UPDATE SET "
	    "code_hash = excluded.code_hash, "
	    "created_by = excluded.created_by, "
	    "created_at = excluded.created_at, "
	    "expires_at = excluded.expires_at",
	[STMT_RESET_KNOWN] = "SELECT 1 FROM password_reset "
			     "WHERE code_hash = ?1 AND expires_at > ?2",
	[STMT_RESET_TAKE] = "DELETE FROM password_reset WHERE code_hash = ?1 "
			    "AND expires_at > ?2 RETURNING user_id",
	[STMT_SWEEP_INVITATIONS] =
	    "DELETE FROM invitation WHERE expires_at <= ?1",
	[STMT_SWEEP_RESETS] =
	    "DELETE FROM password_reset WHERE expires_at <= ?1",
};

const struct store_sql store_codes_sql = { "codes", sql, STMT__MAX, NULL };

#define HASH(bytes) DB_BLOB(bytes, CODE_HASH_SIZE)

enum store_result
store_invitation_add(struct db *db, const unsigned char hash[CODE_HASH_SIZE],
    const struct invitation *in, char out[UUID_SIZE], struct err *err)
{
	random_uuid(out);
	return store_run(db, sql[STMT_INVITE],
	    DB_ARGS(DB_TEXT(out), HASH(hash),
		DB_TEXT(in->role == USER_ROLE_ADMIN ? "admin" : "user"),
		DB_TEXT(in->created_by), DB_INT(in->created_at),
		DB_INT(in->expires_at)),
	    err);
}

static void
read_invitation(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct invitation *in = element;

	in->id = db_text(rows, 0, arena);
	in->role = strcmp(db_text(rows, 1, arena), "admin") == 0
	    ? USER_ROLE_ADMIN
	    : USER_ROLE_USER;
	in->created_by = db_text(rows, 2, arena);
	in->created_at = db_int(rows, 3);
	in->expires_at = db_int(rows, 4);
}

enum store_result
store_invitation_list(struct db *db, struct arena *arena, int64_t now,
    struct invitation **out, size_t *n, struct err *err)
{
	void *elements;
	enum store_result result = store_collect(db, arena,
	    sql[STMT_INVITATIONS], DB_ARGS(DB_INT(now)), sizeof(**out),
	    read_invitation, &elements, n, err);

	*out = elements;
	return result;
}

enum store_result
store_invitation_remove(struct db *db, const char *id, struct err *err)
{
	return store_run_one(db, sql[STMT_UNINVITE], DB_ARGS(DB_TEXT(id)), err);
}

enum store_result
store_invitation_check(struct db *db, const unsigned char hash[CODE_HASH_SIZE],
    int64_t now, struct err *err)
{
	int64_t one;

	return store_get_int(
	    db, sql[STMT_INVITED], DB_ARGS(HASH(hash), DB_INT(now)), &one, err);
}

enum store_result
store_invitation_use(struct db *db, const unsigned char hash[CODE_HASH_SIZE],
    int64_t now, const struct newcomer *newcomer, char out[UUID_SIZE],
    enum user_role *role, struct err *err)
{
	enum store_result result;
	int64_t is_admin;

	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	result = store_get_int(db, sql[STMT_JOIN],
	    DB_ARGS(HASH(hash), DB_INT(now)), &is_admin, err);
	if (result == STORE_OK) {
		*role = is_admin ? USER_ROLE_ADMIN : USER_ROLE_USER;
		result = store_user_add(db, newcomer->email, NULL,
		    newcomer->display_name, newcomer->password_hash, *role, out,
		    err);
	}
	return store_end(db, result, err);
}

enum store_result
store_reset_put(struct db *db, const char *user_id,
    const unsigned char hash[CODE_HASH_SIZE], const char *created_by,
    int64_t now, int64_t expires_at, struct err *err)
{
	return store_run_one(db, sql[STMT_RESET_PUT],
	    DB_ARGS(DB_TEXT(user_id), HASH(hash), DB_TEXT(created_by),
		DB_INT(now), DB_INT(expires_at)),
	    err);
}

enum store_result
store_reset_check(struct db *db, const unsigned char hash[CODE_HASH_SIZE],
    int64_t now, struct err *err)
{
	int64_t one;

	return store_get_int(db, sql[STMT_RESET_KNOWN],
	    DB_ARGS(HASH(hash), DB_INT(now)), &one, err);
}

static enum store_result
take_reset(struct db *db, struct arena *arena, const unsigned char *hash,
    int64_t now, char **user_id, struct err *err)
{
	struct db_rows rows;
	enum store_result result = store_get(db, sql[STMT_RESET_TAKE],
	    DB_ARGS(HASH(hash), DB_INT(now)), &rows, err);

	if (result == STORE_OK)
		*user_id = db_text(&rows, 0, arena);
	db_done(&rows);
	return result;
}

enum store_result
store_reset_use(struct db *db, struct arena *arena,
    const unsigned char hash[CODE_HASH_SIZE], int64_t now,
    const char *password_hash, char **user_id, struct ended_sessions *ended,
    struct err *err)
{
	enum store_result result;

	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	result = take_reset(db, arena, hash, now, user_id, err);
	if (result == STORE_OK)
		result = store_user_set_password(
		    db, arena, *user_id, password_hash, NULL, ended, err);
	return store_end(db, result, err);
}

enum store_result
store_code_sweep(struct db *db, int64_t now, struct err *err)
{
	enum store_result result = store_run(
	    db, sql[STMT_SWEEP_INVITATIONS], DB_ARGS(DB_INT(now)), err);

	return result == STORE_OK
	    ? store_run(db, sql[STMT_SWEEP_RESETS], DB_ARGS(DB_INT(now)), err)
	    : result;
}
