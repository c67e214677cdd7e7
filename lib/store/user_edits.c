/* What an administrator changes of a person: rights, and whether there is one. */
#include <string.h>

#include "lib/base/clock.h"
#include "lib/store/device_codes.h"
#include "lib/store/rows.h"
#include "lib/store/users.h"

enum {
	STMT_FIND,
	STMT_SET_RIGHTS,
	STMT_REMOVE,
	STMT_SET_PASSWORD,
	STMT_FORGET_RESET,
	STMT_FORGET_INVITATIONS,
	STMT_FORGET_RESETS,
	STMT_SESSIONS,
	STMT_OWN,
	STMT_END_SESSIONS,
	STMT_END_KEYS,
	STMT_FORGET_SETTINGS,
	STMT_FORGET_TORRENTS,
	STMT__MAX
};

/* Somebody else may administer and sign in. */
#define OTHER_ADMIN                                                            \
	"EXISTS (SELECT 1 FROM user o WHERE o.role = 'admin' "                 \
	"AND o.state = 'active' AND o.id <> user.id)"
#define NO_ADMIN "role <> 'admin' OR state <> 'active'"

/* They name a person without a key of the table; few have changed a setting,
 * and who added a torrent is asked for with it alone. */
#define FORGET_SETTINGS                                                        \
	"UPDATE setting SET updated_by = NULL WHERE updated_by = ?1"
#define FORGET_TORRENTS "UPDATE torrent SET added_by = NULL WHERE added_by = ?1"

static const char *const sql[STMT__MAX] = {
	[STMT_FIND] = "SELECT role = 'admin', state <> 'active' FROM user "
		      "WHERE id = ?1",
	[STMT_SET_RIGHTS] =
	    "UPDATE user SET role = ?2, state = ?3, updated_at = ?4 "
	    "WHERE id = ?1 AND ((?2 = 'admin' AND ?3 = 'active') "
	    "OR " NO_ADMIN " OR " OTHER_ADMIN ")",
	[STMT_REMOVE] = "DELETE FROM user WHERE id = ?1 "
			"AND (" NO_ADMIN " OR " OTHER_ADMIN ")",
	[STMT_SET_PASSWORD] = "UPDATE user SET password_hash = ?2, "
			      "updated_at = ?3 WHERE id = ?1",
	[STMT_FORGET_RESET] = "DELETE FROM password_reset WHERE user_id = ?1",
	[STMT_FORGET_INVITATIONS] =
	    "DELETE FROM invitation WHERE created_by = ?1",
	[STMT_FORGET_RESETS] =
	    "DELETE FROM password_reset WHERE created_by = ?1",
	[STMT_SESSIONS] =
	    "SELECT id FROM session WHERE user_id = ?1 AND revoked_at IS NULL",
	/* One that stands for a key goes on with it: only its listeners hear
	 * of this, and come back as who they are now. */
	[STMT_OWN] = "SELECT id FROM session WHERE user_id = ?1 UNION ALL "
		     "SELECT id FROM profile WHERE user_id = ?1",
	[STMT_END_SESSIONS] =
	    "UPDATE session SET revoked_at = CASE WHEN id = api_key_id "
	    "THEN NULL ELSE ?2 END, revoked_reason = CASE "
	    "WHEN id = api_key_id THEN NULL ELSE ?3 END "
	    "WHERE user_id = ?1 AND id <> ?4 AND revoked_at IS NULL "
	    "RETURNING id",
	[STMT_END_KEYS] = "UPDATE stream_key SET revoked_at = ?2 "
			  "WHERE user_id = ?1 AND session_id <> ?3 "
			  "AND revoked_at IS NULL",
	[STMT_FORGET_SETTINGS] = FORGET_SETTINGS,
	[STMT_FORGET_TORRENTS] = FORGET_TORRENTS,
};

static const char *const scans[] = { FORGET_SETTINGS, FORGET_TORRENTS, NULL };

const struct store_sql store_user_edits_sql = { "user_edits", sql, STMT__MAX,
	scans };

struct rights {
	bool is_admin;
	bool is_disabled;
};

static enum store_result
find_rights(
    struct db *db, const char *id, struct rights *rights, struct err *err)
{
	struct db_rows rows;
	enum store_result result =
	    store_get(db, sql[STMT_FIND], DB_ARGS(DB_TEXT(id)), &rows, err);

	if (result == STORE_OK) {
		rights->is_admin = db_int(&rows, 0) != 0;
		rights->is_disabled = db_int(&rows, 1) != 0;
	}
	db_done(&rows);
	return result;
}

static enum store_result
refuse_last(struct err *err)
{
	err_set(err, ERR_LAST_ADMIN,
	    "This is the last administrator who can sign in; make somebody "
	    "else one first.");
	return STORE_ERROR;
}

static void
read_id(const struct db_rows *rows, struct arena *arena, void *element)
{
	*(char **)element = db_text(rows, 0, arena);
}

/* All but `keep` ("": all), and what would become one: a device that was let in
 * and has not come yet. */
static enum store_result
end_sessions(struct db *db, struct arena *arena, const char *id,
    const char *reason, const char *keep, struct ended_sessions *ended,
    struct err *err)
{
	int64_t now = clock_now_ms();
	enum store_result result;
	void *ids;

	result = store_run(db, sql[STMT_END_KEYS],
	    DB_ARGS(DB_TEXT(id), DB_INT(now), DB_TEXT(keep)), err);
	if (result == STORE_OK)
		result = store_collect(db, arena, sql[STMT_END_SESSIONS],
		    DB_ARGS(DB_TEXT(id), DB_INT(now), DB_TEXT(reason),
			DB_TEXT(keep)),
		    sizeof(*ended->ids), read_id, &ids, &ended->n, err);
	if (result != STORE_OK)
		return result;
	ended->ids = ids;
	return store_device_code_forget(db, id, err);
}

static enum store_result
change_rights(struct db *db, struct arena *arena, const char *id,
    const struct rights *now, const struct rights *wanted,
    struct ended_sessions *ended, struct err *err)
{
	enum store_result result;

	if (now->is_admin == wanted->is_admin &&
	    now->is_disabled == wanted->is_disabled)
		return STORE_OK;
	result = store_run_one(db, sql[STMT_SET_RIGHTS],
	    DB_ARGS(DB_TEXT(id), DB_TEXT(wanted->is_admin ? "admin" : "user"),
		DB_TEXT(wanted->is_disabled ? "disabled" : "active"),
		DB_INT(clock_now_ms())),
	    err);
	if (result == STORE_NONE)
		return refuse_last(err);
	if (result == STORE_OK)
		result = end_sessions(db, arena, id,
		    wanted->is_disabled ? "disabled" : "role", "", ended, err);
	/* Who may not let anybody in any more has not done so either. */
	if (result == STORE_OK)
		result = store_run(db, sql[STMT_FORGET_INVITATIONS],
		    DB_ARGS(DB_TEXT(id)), err);
	if (result == STORE_OK)
		result = store_run(
		    db, sql[STMT_FORGET_RESETS], DB_ARGS(DB_TEXT(id)), err);
	return result;
}

static enum store_result
change_all(struct db *db, struct arena *arena, const char *id,
    const struct user_change *change, struct ended_sessions *ended,
    struct err *err)
{
	struct rights now, wanted;
	enum store_result result = find_rights(db, id, &now, err);

	if (result == STORE_OK && change->name != NULL)
		result = store_user_rename(db, id, change->name, err);
	if (result == STORE_OK &&
	    (change->email != NULL || change->display_name != NULL))
		result = store_user_update(
		    db, id, change->email, change->display_name, err);
	if (result != STORE_OK)
		return result;
	wanted = now;
	if (change->has_role)
		wanted.is_admin = change->role == USER_ROLE_ADMIN;
	if (change->has_state)
		wanted.is_disabled = change->is_disabled;
	return change_rights(db, arena, id, &now, &wanted, ended, err);
}

enum store_result
store_user_change(struct db *db, struct arena *arena, const char *id,
    const struct user_change *change, struct ended_sessions *ended,
    struct err *err)
{
	*ended = (struct ended_sessions){ 0 };
	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	return store_end(
	    db, change_all(db, arena, id, change, ended, err), err);
}

enum store_result
store_user_own(struct db *db, struct arena *arena, const char *id, char ***ids,
    size_t *n, struct err *err)
{
	void *elements;
	enum store_result result = store_collect(db, arena, sql[STMT_OWN],
	    DB_ARGS(DB_TEXT(id)), sizeof(**ids), read_id, &elements, n, err);

	*ids = elements;
	return result;
}

static enum store_result
remove_all(struct db *db, struct arena *arena, const char *id,
    struct ended_sessions *ended, struct err *err)
{
	enum store_result result;
	struct rights rights;
	void *ids;

	result = find_rights(db, id, &rights, err);
	if (result == STORE_OK)
		result = store_collect(db, arena, sql[STMT_SESSIONS],
		    DB_ARGS(DB_TEXT(id)), sizeof(*ended->ids), read_id, &ids,
		    &ended->n, err);
	if (result != STORE_OK)
		return result;
	ended->ids = ids;
	result = store_run_one(db, sql[STMT_REMOVE], DB_ARGS(DB_TEXT(id)), err);
	if (result == STORE_NONE)
		return refuse_last(err);
	if (result == STORE_OK)
		result = store_run(
		    db, sql[STMT_FORGET_SETTINGS], DB_ARGS(DB_TEXT(id)), err);
	if (result == STORE_OK)
		result = store_run(
		    db, sql[STMT_FORGET_TORRENTS], DB_ARGS(DB_TEXT(id)), err);
	return result;
}

enum store_result
store_user_remove(struct db *db, struct arena *arena, const char *id,
    struct ended_sessions *ended, struct err *err)
{
	*ended = (struct ended_sessions){ 0 };
	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	return store_end(db, remove_all(db, arena, id, ended, err), err);
}

static enum store_result
change_password(struct db *db, struct arena *arena, const char *id,
    const char *password_hash, const char *keep, struct ended_sessions *ended,
    struct err *err)
{
	enum store_result result;

	result = store_run_one(db, sql[STMT_SET_PASSWORD],
	    DB_ARGS(
		DB_TEXT(id), DB_TEXT(password_hash), DB_INT(clock_now_ms())),
	    err);
	if (result == STORE_OK)
		result = store_run(
		    db, sql[STMT_FORGET_RESET], DB_ARGS(DB_TEXT(id)), err);
	if (result == STORE_OK)
		result =
		    end_sessions(db, arena, id, "password", keep, ended, err);
	return result;
}

enum store_result
store_user_set_password(struct db *db, struct arena *arena, const char *id,
    const char *password_hash, const char *keep_session,
    struct ended_sessions *ended, struct err *err)
{
	*ended = (struct ended_sessions){ 0 };
	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	return store_end(db,
	    change_password(db, arena, id, password_hash,
		keep_session == NULL ? "" : keep_session, ended, err),
	    err);
}
