/* People. */
#include "lib/store/users.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/store/rows.h"

enum {
	STMT_EMAIL_USED,
	STMT_NAME_USED,
	STMT_ADD,
	STMT_ADD_FIRST_ADMIN,
	STMT_ADMIN_EXISTS,
	STMT_FIND,
	STMT_FIND_EMAIL,
	STMT_FIND_NAME,
	STMT_LIST,
	STMT_PAGE,
	STMT_COUNT,
	STMT_UPDATE,
	STMT_RENAME,
	STMT_RENEW_HASH,
	STMT_PROFILE_ADD,
	STMT__MAX
};

#define USER_COLUMNS                                                           \
	"SELECT id, email, name, display_name, password_hash, role, state, "   \
	"created_at FROM user "

#define COUNT_SQL "SELECT COUNT(*) FROM user"

static const char *const sql[STMT__MAX] = {
	[STMT_EMAIL_USED] = "SELECT 1 FROM user WHERE email_key = ?1",
	[STMT_NAME_USED] = "SELECT 1 FROM user WHERE name_key = ?1",
	[STMT_ADD] =
	    "INSERT INTO user (id, email, email_key, name, name_key, "
	    "display_name, password_hash, role, created_at, updated_at) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
	[STMT_ADD_FIRST_ADMIN] =
	    "INSERT INTO user (id, email, email_key, name, name_key, "
	    "display_name, password_hash, role, created_at, updated_at) "
	    "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9 "
	    "WHERE NOT EXISTS (SELECT 1 FROM user WHERE role = 'admin')",
	[STMT_ADMIN_EXISTS] = "SELECT 1 FROM user WHERE role = 'admin' LIMIT 1",
	[STMT_FIND] = USER_COLUMNS "WHERE id = ?1",
	[STMT_FIND_EMAIL] = USER_COLUMNS "WHERE email_key = ?1",
	[STMT_FIND_NAME] = USER_COLUMNS "WHERE name_key = ?1",
	[STMT_LIST] = USER_COLUMNS "ORDER BY created_at, id",
	[STMT_PAGE] =
	    USER_COLUMNS "WHERE email_key > ?1 ORDER BY email_key LIMIT ?2",
	[STMT_COUNT] = COUNT_SQL,
	[STMT_UPDATE] = "UPDATE user SET email = COALESCE(?2, email), "
			"email_key = COALESCE(?3, email_key), "
			"display_name = COALESCE(?4, display_name), "
			"updated_at = ?5 WHERE id = ?1",
	[STMT_RENAME] = "UPDATE user SET name = ?2, name_key = ?3, "
			"updated_at = ?4 WHERE id = ?1",
	[STMT_RENEW_HASH] = "UPDATE user SET password_hash = ?3 "
			    "WHERE id = ?1 AND password_hash = ?2",
	[STMT_PROFILE_ADD] = "INSERT INTO profile (id, user_id, name, "
			     "created_at) VALUES (?1, ?2, ?3, ?4)",
};

/* All people are shown, and counted; there are few. */
static const char *const scans[] = { USER_COLUMNS "ORDER BY created_at, id",
	COUNT_SQL, NULL };

const struct store_sql store_users_sql = { "users", sql, STMT__MAX, scans };

/* A person about to be added. */
struct entry {
	const char *email;
	const char *name;
	const char *display_name;
	const char *password_hash;
	enum user_role role;
	char *email_key;
	char *name_made; /* when it was not given */
	char *name_key;
};

static enum store_result
taken(struct err *err)
{
	err_set(err, ERR_EMAIL_TAKEN,
	    "This e-mail address or name is taken already.");
	return STORE_ERROR;
}

/* The part before '@', with a number behind it while it is in use. */
static enum store_result
make_name(struct db *db, struct entry *entry, struct err *err)
{
	size_t len = strcspn(entry->email, "@"), size = len + 16;
	enum store_result used;
	int64_t number;
	int i;

	entry->name_made = mem_calloc(size, 1);
	for (i = 1;; i++) {
		snprintf(entry->name_made, size, i == 1 ? "%.*s" : "%.*s%d",
		    (int)len, entry->email, i);
		free(entry->name_key);
		entry->name_key = str_fold_email(entry->name_made);
		used = store_get_int(db, sql[STMT_NAME_USED],
		    DB_ARGS(DB_TEXT(entry->name_key)), &number, err);
		if (used != STORE_OK)
			break;
	}
	entry->name = entry->name_made;
	return used == STORE_NONE ? STORE_OK : used;
}

static enum store_result
check_name(struct db *db, struct entry *entry, struct err *err)
{
	enum store_result used;
	int64_t number;

	entry->name_key = str_fold_email(entry->name);
	used = store_get_int(db, sql[STMT_NAME_USED],
	    DB_ARGS(DB_TEXT(entry->name_key)), &number, err);
	if (used == STORE_OK)
		return taken(err);
	return used == STORE_NONE ? STORE_OK : used;
}

static enum store_result
insert(struct db *db, int stmt, struct entry *entry, char out[UUID_SIZE],
    struct err *err)
{
	int64_t now = clock_now_ms(), number;
	char profile_id[UUID_SIZE];
	enum store_result result;

	entry->email_key = str_fold_email(entry->email);
	result = store_get_int(db, sql[STMT_EMAIL_USED],
	    DB_ARGS(DB_TEXT(entry->email_key)), &number, err);
	if (result != STORE_NONE)
		return result == STORE_OK ? taken(err) : result;
	result = entry->name == NULL ? make_name(db, entry, err)
				     : check_name(db, entry, err);
	if (result != STORE_OK)
		return result;
	random_uuid(out);
	result = store_run_one(db, sql[stmt],
	    DB_ARGS(DB_TEXT(out), DB_TEXT(entry->email),
		DB_TEXT(entry->email_key), DB_TEXT(entry->name),
		DB_TEXT(entry->name_key), DB_TEXT(entry->display_name),
		DB_TEXT(entry->password_hash),
		DB_TEXT(entry->role == USER_ROLE_ADMIN ? "admin" : "user"),
		DB_INT(now)),
	    err);
	if (result != STORE_OK)
		return result;
	random_uuid(profile_id);
	return store_run(db, sql[STMT_PROFILE_ADD],
	    DB_ARGS(DB_TEXT(profile_id), DB_TEXT(out),
		DB_TEXT(entry->display_name), DB_INT(now)),
	    err);
}

static enum store_result
add(struct db *db, int stmt, struct entry *entry, char out[UUID_SIZE],
    struct err *err)
{
	enum store_result result;

	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	result = store_end(db, insert(db, stmt, entry, out, err), err);
	free(entry->email_key);
	free(entry->name_made);
	free(entry->name_key);
	return result;
}

enum store_result
store_user_add(struct db *db, const char *email, const char *name,
    const char *display_name, const char *password_hash, enum user_role role,
    char out[UUID_SIZE], struct err *err)
{
	struct entry entry = { .email = email,
		.name = name,
		.display_name = display_name,
		.password_hash = password_hash,
		.role = role };

	return add(db, STMT_ADD, &entry, out, err);
}

enum store_result
store_user_add_first_admin(struct db *db, const char *email,
    const char *display_name, const char *password_hash, char out[UUID_SIZE],
    struct err *err)
{
	struct entry entry = { .email = email,
		.display_name = display_name,
		.password_hash = password_hash,
		.role = USER_ROLE_ADMIN };

	return add(db, STMT_ADD_FIRST_ADMIN, &entry, out, err);
}

enum store_result
store_user_admin_exists(struct db *db, bool *exists, struct err *err)
{
	int64_t number;
	enum store_result result =
	    store_get_int(db, sql[STMT_ADMIN_EXISTS], DB_NONE, &number, err);

	*exists = result == STORE_OK;
	return result == STORE_ERROR ? STORE_ERROR : STORE_OK;
}

static void
read_user(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct user *user = element;
	const char *role, *state;

	user->id = db_text(rows, 0, arena);
	user->email = db_text(rows, 1, arena);
	user->name = db_text(rows, 2, arena);
	user->display_name = db_text(rows, 3, arena);
	user->password_hash = db_text(rows, 4, arena);
	role = db_text(rows, 5, arena);
	user->role =
	    strcmp(role, "admin") == 0 ? USER_ROLE_ADMIN : USER_ROLE_USER;
	state = db_text(rows, 6, arena);
	user->is_disabled = strcmp(state, "active") != 0;
	user->created_at = db_int(rows, 7);
}

static enum store_result
find_user(struct db *db, struct arena *arena, int stmt, const char *key,
    struct user *user, struct err *err)
{
	struct db_rows rows;
	enum store_result result =
	    store_get(db, sql[stmt], DB_ARGS(DB_TEXT(key)), &rows, err);

	if (result == STORE_OK)
		read_user(&rows, arena, user);
	db_done(&rows);
	return result;
}

enum store_result
store_user_find(struct db *db, struct arena *arena, const char *id,
    struct user *user, struct err *err)
{
	return find_user(db, arena, STMT_FIND, id, user, err);
}

enum store_result
store_user_find_login(struct db *db, struct arena *arena, const char *login,
    struct user *user, struct err *err)
{
	char *key = str_fold_email(login);
	enum store_result result;

	result = find_user(db, arena, STMT_FIND_EMAIL, key, user, err);
	if (result == STORE_NONE)
		result = find_user(db, arena, STMT_FIND_NAME, key, user, err);
	free(key);
	return result;
}

enum store_result
store_user_list(struct db *db, struct arena *arena, struct user **users,
    size_t *n, struct err *err)
{
	void *elements;
	enum store_result result = store_collect(db, arena, sql[STMT_LIST],
	    DB_NONE, sizeof(**users), read_user, &elements, n, err);

	*users = elements;
	return result;
}

enum store_result
store_user_page(struct db *db, struct arena *arena,
    const struct store_page *page, struct user_page *out, struct err *err)
{
	struct store_cursor at;
	size_t size = (size_t)page->size;
	void *elements;
	char *last;

	*out = (struct user_page){ 0 };
	if (store_cursor_decode(arena, page->cursor, &at, err) == STORE_ERROR)
		return STORE_ERROR;
	if (page->cursor != NULL && !at.is_text) {
		err_set(err, ERR_INVALID_FIELDS,
		    "The cursor was not made by this list.");
		return STORE_ERROR;
	}
	if (store_get_int(db, sql[STMT_COUNT], DB_NONE, &out->total, err) !=
		STORE_OK ||
	    store_collect(db, arena, sql[STMT_PAGE],
		DB_ARGS(DB_TEXT(at.text == NULL ? "" : at.text),
		    DB_INT((int64_t)size + 1)),
		sizeof(*out->users), read_user, &elements, &out->n,
		err) != STORE_OK)
		return STORE_ERROR;
	out->users = elements;
	if (out->n <= size)
		return STORE_OK;
	out->n = size;
	last = str_fold_email(out->users[size - 1].email);
	out->cursor = store_cursor_encode(
	    arena, &(struct store_cursor){ .is_text = true, .text = last });
	free(last);
	return STORE_OK;
}

enum store_result
store_user_update(struct db *db, const char *id, const char *email,
    const char *display_name, struct err *err)
{
	char *key = email == NULL ? NULL : str_fold_email(email);
	enum store_result result;

	result = store_run_one(db, sql[STMT_UPDATE],
	    DB_ARGS(DB_TEXT(id), DB_TEXT(email), DB_TEXT(key),
		DB_TEXT(display_name), DB_INT(clock_now_ms())),
	    err);
	free(key);
	if (result == STORE_ERROR && err->code == ERR_CONFLICT)
		return taken(err);
	return result;
}

enum store_result
store_user_rename(
    struct db *db, const char *id, const char *name, struct err *err)
{
	char *key = str_fold_email(name);
	enum store_result result;

	result = store_run_one(db, sql[STMT_RENAME],
	    DB_ARGS(DB_TEXT(id), DB_TEXT(name), DB_TEXT(key),
		DB_INT(clock_now_ms())),
	    err);
	free(key);
	if (result == STORE_ERROR && err->code == ERR_CONFLICT)
		return taken(err);
	return result;
}

enum store_result
store_user_renew_hash(struct db *db, const char *id, const char *old_hash,
    const char *new_hash, struct err *err)
{
	return store_run_one(db, sql[STMT_RENEW_HASH],
	    DB_ARGS(DB_TEXT(id), DB_TEXT(old_hash), DB_TEXT(new_hash)), err);
}
