/*
 * People. Passwords arrive here already hashed
 * (lib/auth/password.h).
 */
#ifndef LIB_STORE_USERS_H
#define LIB_STORE_USERS_H

#include "lib/store/store.h"

enum user_role { USER_ROLE_USER, USER_ROLE_ADMIN };

struct user {
	char *id;
	char *email;
	char *name;
	char *display_name;
	char *password_hash;
	enum user_role role;
	bool is_disabled;
	int64_t created_at;
};

/* What of a person is to change; NULL and false: it stays. */
struct user_change {
	const char *email;
	const char *name;
	const char *display_name;
	bool has_role;
	enum user_role role;
	bool has_state;
	bool is_disabled;
};

/* Sessions that a change has ended, so that their listeners can be told. In the
 * arena. */
struct ended_sessions {
	char **ids;
	size_t n;
};

/* A page of people in the order of their e-mail addresses. */
struct user_page {
	struct user *users;
	size_t n;
	char *cursor; /* NULL at the end */
	int64_t total;
};

extern const struct store_sql store_users_sql;
extern const struct store_sql store_user_edits_sql;

/* Sets out[] to a new user's id; makes one profile with the same name. `name`
 * NULL: the part of the e-mail before '@', made unique. STORE_ERROR with
 * ERR_EMAIL_TAKEN when the e-mail or the name is in use. Runs in a transaction
 * of its own. */
enum store_result store_user_add(struct db *db, const char *email,
    const char *name, const char *display_name, const char *password_hash,
    enum user_role role, char out[UUID_SIZE], struct err *err)
    NONNULL_ARGS(1, 2, 4, 5, 7, 8) MUST_CHECK;

/* The same for the first administrator, in one statement that inserts only
 * when no administrator exists: STORE_NONE when there is one already. */
enum store_result store_user_add_first_admin(struct db *db, const char *email,
    const char *display_name, const char *password_hash, char out[UUID_SIZE],
    struct err *err) NONNULL MUST_CHECK;

/* Whether set-up is done. */
enum store_result store_user_admin_exists(
    struct db *db, bool *exists, struct err *err) NONNULL MUST_CHECK;

enum store_result store_user_find(struct db *db, struct arena *arena,
    const char *id, struct user *user, struct err *err) NONNULL MUST_CHECK;
/* By e-mail or user name, case ignored. */
enum store_result store_user_find_login(struct db *db, struct arena *arena,
    const char *login, struct user *user, struct err *err) NONNULL MUST_CHECK;
/* All people, oldest first. */
enum store_result store_user_list(struct db *db, struct arena *arena,
    struct user **users, size_t *n, struct err *err) NONNULL MUST_CHECK;
enum store_result store_user_page(struct db *db, struct arena *arena,
    const struct store_page *page, struct user_page *out,
    struct err *err) NONNULL MUST_CHECK;

/* Several things of a person at once, all or nothing. Another role or state
 * ends all sessions of the person with their stream keys in the same
 * transaction (*ended). STORE_NONE: nobody of this id; STORE_ERROR with
 * ERR_LAST_ADMIN: nobody would be left who may administer and sign in. */
enum store_result store_user_change(struct db *db, struct arena *arena,
    const char *id, const struct user_change *change,
    struct ended_sessions *ended, struct err *err) NONNULL MUST_CHECK;
/* The ids of their sessions, also of ended ones, and of their profiles. */
enum store_result store_user_own(struct db *db, struct arena *arena,
    const char *id, char ***ids, size_t *n, struct err *err) NONNULL MUST_CHECK;
/* Removes a person with all that is theirs: profiles, positions, history,
 * sessions, stream keys. The audit log stays (lib/auth/audit.h). Results as of
 * store_user_change. */
enum store_result store_user_remove(struct db *db, struct arena *arena,
    const char *id, struct ended_sessions *ended,
    struct err *err) NONNULL MUST_CHECK;

/* NULL fields stay as they are. ERR_EMAIL_TAKEN when the e-mail is in use. */
enum store_result store_user_update(struct db *db, const char *id,
    const char *email, const char *display_name, struct err *err)
    NONNULL_ARGS(1, 2, 5) MUST_CHECK;
/* Changes the user name with which one signs in. ERR_EMAIL_TAKEN when it is in
 * use. */
enum store_result store_user_rename(struct db *db, const char *id,
    const char *name, struct err *err) NONNULL MUST_CHECK;
/* Also revokes all sessions of the user (reason 'password') and their stream
 * keys, except `keep_session` (may be NULL), and takes away a code for a new
 * password. */
enum store_result store_user_set_password(struct db *db, struct arena *arena,
    const char *id, const char *password_hash, const char *keep_session,
    struct ended_sessions *ended, struct err *err)
    NONNULL_ARGS(1, 2, 3, 4, 6, 7) MUST_CHECK;

/* Another hash of the same password: nothing ends by it. STORE_NONE when the
 * person has another password by now. */
enum store_result store_user_renew_hash(struct db *db, const char *id,
    const char *old_hash, const char *new_hash,
    struct err *err) NONNULL MUST_CHECK;

#endif
