/* Sessions and the throttle of failed sign-ins. */
#include "lib/store/sessions.h"

#include <string.h>

#include "lib/base/clock.h"
#include "lib/store/rows.h"
#include "lib/store/session_rows.h"

enum { DAY_MS = 24 * 60 * 60 * 1000, FIRST_BLOCK_MS = 1000, SHIFT_MAX = 30 };

enum {
	STMT_ADD,
	STMT_FIND,
	STMT_LIST,
	STMT_ROTATE,
	STMT_REVOKE,
	STMT_REVOKE_KEYS,
	STMT_TOUCH,
	STMT_SWEEP_EXPIRED,
	STMT_SWEEP_REVOKED,
	STMT_LOGIN_FIND,
	STMT_LOGIN_PUT,
	STMT_LOGIN_CLEAR,
	STMT_LOGIN_SWEEP,
	STMT_CLEAR,
	STMT_LOGIN_FORGET,
	STMT__MAX
};

#define SELECT_SQL                                                             \
	"SELECT " SESSION_COLUMNS "FROM session s " SESSION_PEOPLE             \
	"LEFT JOIN api_key k ON k.id = s.api_key_id "

/* What a key goes by is not sealed by anything and goes on. */
#define CLEAR_SQL                                                              \
	"DELETE FROM session WHERE api_key_id IS NULL OR api_key_id <> id"
#define LOGIN_FORGET_SQL "DELETE FROM login_failure"

static const char *const sql[STMT__MAX] = {
	[STMT_ADD] =
	    "INSERT INTO session (id, user_id, profile_id, device, address, "
	    "refresh_hash, client_hash, refresh_counter, refresh_expires_at, "
	    "created_at, expires_at, last_used_at, api_key_id) VALUES "
	    "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
	[STMT_FIND] = SELECT_SQL "WHERE s.id = ?1",
	[STMT_LIST] =
	    SELECT_SQL "WHERE s.user_id = ?1 AND s.revoked_at IS NULL "
		       "AND s.refresh_expires_at > ?2 "
		       "AND (s.api_key_id IS NULL OR s.api_key_id <> s.id) "
		       "ORDER BY s.last_used_at DESC, s.created_at DESC, s.id",
	[STMT_ROTATE] =
	    "UPDATE session SET previous_hash = refresh_hash, "
	    "refresh_hash = ?3, refresh_counter = refresh_counter + 1, "
	    "client_hash = ?4, rotated_at = ?5, last_used_at = ?5, "
	    "refresh_expires_at = ?6 "
	    "WHERE id = ?1 AND refresh_hash = ?2 AND revoked_at IS NULL",
	[STMT_REVOKE] =
	    "UPDATE session SET revoked_at = ?2, revoked_reason = ?3 "
	    "WHERE id = ?1 AND revoked_at IS NULL",
	[STMT_REVOKE_KEYS] = "UPDATE stream_key SET revoked_at = ?2 "
			     "WHERE session_id = ?1 AND revoked_at IS NULL",
	[STMT_TOUCH] = "UPDATE session SET last_used_at = ?2 "
		       "WHERE id = ?1 AND last_used_at < ?2",
	/* A stream key outlives an expired session, but not its row. */
	[STMT_SWEEP_EXPIRED] =
	    "DELETE FROM session WHERE refresh_expires_at < ?1 "
	    "AND NOT EXISTS (SELECT 1 FROM stream_key k "
	    "WHERE k.session_id = session.id AND k.revoked_at IS NULL)",
	[STMT_SWEEP_REVOKED] = "DELETE FROM session WHERE revoked_at < ?1",
	[STMT_LOGIN_FIND] = "SELECT failures, blocked_until, updated_at "
			    "FROM login_failure WHERE key = ?1",
	[STMT_LOGIN_PUT] =
	    "INSERT INTO login_failure (key, failures, blocked_until, "
	    "updated_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (key) DO UPDATE "
	    "SET failures = excluded.failures, "
	    "blocked_until = excluded.blocked_until, "
	    "updated_at = excluded.updated_at",
	[STMT_LOGIN_CLEAR] = "DELETE FROM login_failure WHERE key = ?1",
	[STMT_LOGIN_SWEEP] = "DELETE FROM login_failure WHERE updated_at < ?1",
	[STMT_CLEAR] = CLEAR_SQL,
	[STMT_LOGIN_FORGET] = LOGIN_FORGET_SQL,
};

/* All rows are meant. */
static const char *const scans[] = { CLEAR_SQL, LOGIN_FORGET_SQL, NULL };

const struct store_sql store_sessions_sql = { "sessions", sql, STMT__MAX,
	scans };

#define HASH(bytes) DB_BLOB(bytes, SESSION_HASH_SIZE)

enum store_result
store_session_add(struct db *db, const struct session *s, struct err *err)
{
	return store_run(db, sql[STMT_ADD],
	    DB_ARGS(DB_TEXT(s->id), DB_TEXT(s->user_id), DB_TEXT(s->profile_id),
		DB_TEXT(s->device), DB_TEXT(s->address), HASH(s->refresh_hash),
		HASH(s->client_hash), DB_INT(s->refresh_counter),
		DB_INT(s->refresh_expires_at), DB_INT(s->created_at),
		DB_INT(s->expires_at), DB_INT(s->last_used_at),
		DB_TEXT(s->api_key_id)),
	    err);
}

void
store_hash_read(const struct db_rows *rows, int column, struct arena *arena,
    unsigned char out[SESSION_HASH_SIZE])
{
	size_t len;
	const void *bytes = db_blob(rows, column, arena, &len);

	memset(out, 0, SESSION_HASH_SIZE);
	if (bytes != NULL && len == SESSION_HASH_SIZE)
		memcpy(out, bytes, len);
}

const char *
store_scope_word(enum key_scope scope)
{
	switch (scope) {
	case KEY_SCOPE_PLAY:
		return "play";
	case KEY_SCOPE_READ:
		return "read";
	case KEY_SCOPE_FULL:
		return "full";
	case KEY_SCOPE_NONE:
		break;
	}
	return NULL;
}

enum key_scope
store_scope_of(const char *word)
{
	if (word == NULL)
		return KEY_SCOPE_NONE;
	if (strcmp(word, "full") == 0)
		return KEY_SCOPE_FULL;
	return strcmp(word, "read") == 0 ? KEY_SCOPE_READ : KEY_SCOPE_PLAY;
}

void
store_session_read(
    const struct db_rows *rows, struct arena *arena, void *element)
{
	struct session *s = element;

	s->id = db_text(rows, 0, arena);
	s->user_id = db_text(rows, 1, arena);
	s->profile_id = db_text(rows, 2, arena);
	s->device = db_text(rows, 3, arena);
	s->address = db_text(rows, 4, arena);
	store_hash_read(rows, 5, arena, s->refresh_hash);
	store_hash_read(rows, 6, arena, s->previous_hash);
	store_hash_read(rows, 7, arena, s->client_hash);
	s->refresh_counter = db_int(rows, 8);
	s->rotated_at = db_int(rows, 9);
	s->refresh_expires_at = db_int(rows, 10);
	s->created_at = db_int(rows, 11);
	s->expires_at = db_int(rows, 12);
	s->last_used_at = db_int(rows, 13);
	s->revoked_at = db_int(rows, 14);
	s->role = strcmp(db_text(rows, 15, arena), "admin") == 0
	    ? USER_ROLE_ADMIN
	    : USER_ROLE_USER;
	s->user_disabled = strcmp(db_text(rows, 16, arena), "active") != 0;
	s->api_key_id = db_text(rows, 17, arena);
	s->scope = store_scope_of(db_text(rows, 18, arena));
	s->viewer = store_viewer_read(rows, 19, s->profile_id);
}

enum store_result
store_session_find(struct db *db, struct arena *arena, const char *id,
    struct session *session, struct err *err)
{
	struct db_rows rows;
	enum store_result result =
	    store_get(db, sql[STMT_FIND], DB_ARGS(DB_TEXT(id)), &rows, err);

	if (result == STORE_OK)
		store_session_read(&rows, arena, session);
	db_done(&rows);
	return result;
}

enum store_result
store_session_rotate(struct db *db, const char *id,
    const unsigned char presented[SESSION_HASH_SIZE],
    const unsigned char successor[SESSION_HASH_SIZE],
    const unsigned char client[SESSION_HASH_SIZE], int64_t now,
    int64_t refresh_expires_at, struct err *err)
{
	return store_run_one(db, sql[STMT_ROTATE],
	    DB_ARGS(DB_TEXT(id), HASH(presented), HASH(successor), HASH(client),
		DB_INT(now), DB_INT(refresh_expires_at)),
	    err);
}

static enum store_result
revoke(struct db *db, const char *id, const char *reason, int64_t now,
    struct err *err)
{
	enum store_result result;

	result = store_run_one(db, sql[STMT_REVOKE],
	    DB_ARGS(DB_TEXT(id), DB_INT(now), DB_TEXT(reason)), err);
	if (result == STORE_OK)
		result = store_run(db, sql[STMT_REVOKE_KEYS],
		    DB_ARGS(DB_TEXT(id), DB_INT(now)), err);
	return result;
}

enum store_result
store_session_revoke(
    struct db *db, const char *id, const char *reason, struct err *err)
{
	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	return store_end(db, revoke(db, id, reason, clock_now_ms(), err), err);
}

enum store_result
store_session_list(struct db *db, struct arena *arena, const char *user_id,
    int64_t now, struct session **sessions, size_t *n, struct err *err)
{
	return store_collect(db, arena, sql[STMT_LIST],
	    DB_ARGS(DB_TEXT(user_id), DB_INT(now)), sizeof(**sessions),
	    store_session_read, (void **)sessions, n, err);
}

enum store_result
store_session_trim(struct db *db, struct arena *arena, const char *user_id,
    size_t keep, int64_t now, struct session **ended, size_t *n,
    struct err *err)
{
	enum store_result result;
	struct session *live;
	size_t i, n_live;

	*n = 0;
	result =
	    store_session_list(db, arena, user_id, now, &live, &n_live, err);
	if (result == STORE_ERROR || n_live <= keep)
		return result;
	*ended = live + keep;
	*n = n_live - keep;
	for (i = 0; i < *n && result == STORE_OK; i++)
		result = revoke(db, (*ended)[i].id, "limit", now, err);
	return result;
}

enum store_result
store_session_touch(struct db *db, const char *id, int64_t at, struct err *err)
{
	return store_run_one(
	    db, sql[STMT_TOUCH], DB_ARGS(DB_TEXT(id), DB_INT(at)), err);
}

enum store_result
store_session_sweep(struct db *db, int64_t now, int64_t *n, struct err *err)
{
	int64_t expired, revoked;

	*n = 0;
	expired = db_run(
	    db, sql[STMT_SWEEP_EXPIRED], DB_ARGS(DB_INT(now - DAY_MS)), err);
	if (expired == -1)
		return STORE_ERROR;
	revoked = db_run(
	    db, sql[STMT_SWEEP_REVOKED], DB_ARGS(DB_INT(now - DAY_MS)), err);
	if (revoked == -1)
		return STORE_ERROR;
	*n = expired + revoked;
	return STORE_OK;
}

/* Failures so far and the end of the block; zeros when there are none. */
static enum store_result
find_failures(
    struct db *db, const unsigned char *key, int64_t found[3], struct err *err)
{
	struct db_rows rows;
	enum store_result result =
	    store_get(db, sql[STMT_LOGIN_FIND], DB_ARGS(HASH(key)), &rows, err);
	int i;

	for (i = 0; i < 3; i++)
		found[i] = result == STORE_OK ? db_int(&rows, i) : 0;
	db_done(&rows);
	return result == STORE_ERROR ? STORE_ERROR : STORE_OK;
}

enum store_result
store_login_blocked(struct db *db, const unsigned char key[SESSION_HASH_SIZE],
    int64_t *until, struct err *err)
{
	int64_t found[3];
	enum store_result result = find_failures(db, key, found, err);

	*until = found[1];
	return result;
}

static int64_t
block_ms(int64_t failures, int64_t free, int64_t max_ms)
{
	int64_t shift = failures - free - 1, ms;

	if (shift < 0)
		return 0;
	ms = (int64_t)FIRST_BLOCK_MS << (shift > SHIFT_MAX ? SHIFT_MAX : shift);
	return ms > max_ms ? max_ms : ms;
}

enum store_result
store_login_failed(struct db *db, const unsigned char key[SESSION_HASH_SIZE],
    int free, int64_t max_ms, int64_t now, struct err *err)
{
	int64_t found[3], failures, block;
	enum store_result result;

	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	result = find_failures(db, key, found, err);
	if (result == STORE_OK) {
		failures = found[2] < now - DAY_MS ? 1 : found[0] + 1;
		block = block_ms(failures, free, max_ms);
		result = store_run(db, sql[STMT_LOGIN_PUT],
		    DB_ARGS(HASH(key), DB_INT(failures),
			DB_INT(block == 0 ? 0 : now + block), DB_INT(now)),
		    err);
	}
	return store_end(db, result, err);
}

enum store_result
store_login_succeeded(
    struct db *db, const unsigned char key[SESSION_HASH_SIZE], struct err *err)
{
	return store_run(db, sql[STMT_LOGIN_CLEAR], DB_ARGS(HASH(key)), err);
}

enum store_result
store_login_sweep(struct db *db, int64_t now, struct err *err)
{
	return store_run(
	    db, sql[STMT_LOGIN_SWEEP], DB_ARGS(DB_INT(now - DAY_MS)), err);
}

enum store_result
store_session_clear(struct db *db, struct err *err)
{
	if (store_run(db, sql[STMT_CLEAR], DB_NONE, err) == STORE_ERROR)
		return STORE_ERROR;
	return store_run(db, sql[STMT_LOGIN_FORGET], DB_NONE, err);
}
