/*
 * People are added, changed and removed.
 */
#include "lib/auth/people_part.h"

#include <stdio.h>
#include <string.h>

#include "lib/auth/password.h"
#include "lib/auth/session_part.h"
#include "lib/auth/throttle.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/str.h"
#include "lib/db/admin.h"

enum { EMAIL_MAX = 254 };

bool
people_is_email(const char *text)
{
	const char *at = strchr(text, '@');
	const unsigned char *p;

	if (at == NULL || at == text || at[1] == '\0' ||
	    strchr(at + 1, '@') != NULL || strlen(text) > EMAIL_MAX)
		return false;
	for (p = (const unsigned char *)text; *p != '\0'; p++)
		if (*p <= ' ' || *p == 0x7f)
			return false;
	return str_is_utf8(text, strlen(text));
}

bool
people_is_name(const char *name)
{
	const unsigned char *p = (const unsigned char *)name;

	for (; *p != '\0'; p++)
		if (*p <= ' ' || *p == 0x7f || *p == '@')
			return false;
	return true;
}

int
people_audit(const struct auth_env *env, const char *actor,
    enum audit_event event, const char *id, struct json_object *detail,
    struct err *err)
{
	const struct audit_entry entry = {
		.event = event,
		.actor = actor,
		.target = id,
		.address = env->address,
		.request_id = env->request_id,
		.detail = detail == NULL ? NULL
					 : json_object_to_json_string_ext(
					       detail, JSON_C_TO_STRING_PLAIN),
	};
	int result = audit_write(env->db, env->keys, &entry, err);

	json_object_put(detail);
	return result;
}

int
people_audit_ended(const struct auth_env *env, const char *actor,
    const struct ended_sessions *ended, const char *reason, struct err *err)
{
	struct json_object *detail;
	size_t i;

	for (i = 0; i < ended->n; i++) {
		detail = json_object_new_object();
		json_add_text(detail, "reason", reason);
		if (people_audit(env, actor, AUDIT_SESSION_ENDED, ended->ids[i],
			detail, err) == -1)
			return -1;
	}
	return 0;
}

int
people_end(
    const struct auth_env *env, enum store_result result, struct err *err)
{
	if (result == STORE_NONE)
		err_set(err, ERR_USER_NOT_FOUND, "There is no such person.");
	return store_end(env->db, result, err) == STORE_OK ? 0 : -1;
}

const char *
people_role_word(enum user_role role)
{
	return role == USER_ROLE_ADMIN ? "admin" : "user";
}

const char *
people_shown_name(const struct auth_env *env, const struct person_wish *wish)
{
	if (wish->display_name != NULL)
		return wish->display_name;
	if (wish->name != NULL)
		return wish->name;
	return arena_strndup(
	    env->arena, wish->email, strcspn(wish->email, "@"));
}

/* In the transaction that goes by it: hashing took a while since the request was
 * let in. */
static enum store_result
check_actor(const struct auth_env *env, const char *actor, struct err *err)
{
	enum store_result found;
	struct user user;

	if (actor == NULL)
		return STORE_OK;
	found = store_user_find(env->db, env->arena, actor, &user, err);
	if (found == STORE_ERROR)
		return STORE_ERROR;
	if (found == STORE_OK && !user.is_disabled &&
	    user.role == USER_ROLE_ADMIN)
		return STORE_OK;
	err_set(err, ERR_FORBIDDEN, "You are no longer an administrator here.");
	return STORE_ERROR;
}

int
people_add(const struct auth_env *env, const char *actor,
    const struct person_wish *wish, struct user *out, struct err *err)
{
	char hash[PASSWORD_HASH_SIZE], id[UUID_SIZE];
	struct json_object *detail;
	enum store_result result;

	db_release(env->db);
	if (password_hash(env->run, wish->password, hash, err) == -1 ||
	    db_begin(env->db, err) == -1)
		return -1;
	result = check_actor(env, actor, err);
	if (result == STORE_OK)
		result = store_user_add(env->db, wish->email, wish->name,
		    people_shown_name(env, wish), hash, wish->role, id, err);
	detail = json_object_new_object();
	json_add_text(detail, "role", people_role_word(wish->role));
	if (result != STORE_OK)
		json_object_put(detail);
	else if (people_audit(
		     env, actor, AUDIT_USER_CREATED, id, detail, err) == -1)
		result = STORE_ERROR;
	if (people_end(env, result, err) == -1)
		return -1;
	return store_user_find(env->db, env->arena, id, out, err) == STORE_OK
	    ? 0
	    : -1;
}

/* A line for each thing that has become another one. */
static int
audit_change(const struct auth_env *env, const char *actor, const char *id,
    const struct user_change *change, const struct user *before,
    struct err *err)
{
	struct json_object *detail;

	if (change->email != NULL || change->name != NULL ||
	    change->display_name != NULL) {
		detail = json_object_new_object();
		json_add_bool(detail, "email", change->email != NULL);
		json_add_bool(detail, "name", change->name != NULL);
		json_add_bool(
		    detail, "displayName", change->display_name != NULL);
		if (people_audit(
			env, actor, AUDIT_USER_CHANGED, id, detail, err) == -1)
			return -1;
	}
	if (change->has_role && change->role != before->role) {
		detail = json_object_new_object();
		json_add_text(detail, "from", people_role_word(before->role));
		json_add_text(detail, "to", people_role_word(change->role));
		if (people_audit(
			env, actor, AUDIT_USER_ROLE, id, detail, err) == -1)
			return -1;
	}
	if (!change->has_state || change->is_disabled == before->is_disabled)
		return 0;
	return people_audit(env, actor,
	    change->is_disabled ? AUDIT_USER_DISABLED : AUDIT_USER_ENABLED, id,
	    NULL, err);
}

int
people_change(const struct auth_env *env, const char *actor, const char *id,
    const struct user_change *change, struct ended_sessions *ended,
    struct err *err)
{
	struct user before;
	enum store_result result;

	if (db_begin(env->db, err) == -1)
		return -1;
	result = store_user_find(env->db, env->arena, id, &before, err);
	if (result == STORE_OK)
		result = store_user_change(
		    env->db, env->arena, id, change, ended, err);
	if (result == STORE_OK &&
	    (audit_change(env, actor, id, change, &before, err) == -1 ||
		people_audit_ended(env, actor, ended,
		    change->has_state && change->is_disabled ? "disabled"
							     : "role",
		    err) == -1))
		result = STORE_ERROR;
	return people_end(env, result, err);
}

/* Blanked, also who it was that removed themselves. */
static int
erase(const struct auth_env *env, const char *actor,
    const struct audit_person *person, struct err *err)
{
	const char *id = person->user_id;
	const struct audit_entry entry = {
		.actor = actor != NULL && strcmp(actor, id) == 0 ? NULL : actor,
		.request_id = env->request_id,
	};

	return audit_erase(env->db, env->keys, person, &entry, err);
}

/* What is deleted is overwritten in the database's file; what was written before
 * still lies in its log until that is folded in. Where somebody reads just now,
 * miaud does it later. */
static void
empty_log(struct db *db)
{
	struct err ignored;

	if (db_checkpoint(db, &ignored) == -1)
		log_info("people.log", "The log of the database is in use.");
}

/* `before` not NULL: only while the person has this password. */
static int
remove_person(const struct auth_env *env, const char *actor, const char *id,
    const struct user *before, struct ended_sessions *ended, struct err *err)
{
	struct audit_person person = { .user_id = id };
	enum store_result result = STORE_ERROR;
	char **ids = NULL;
	int same;

	if (db_begin(env->db, err) == -1)
		return -1;
	same = before == NULL ? 1 : session_is_same_user(env, before, err);
	if (same == 0)
		err_set(err, ERR_PASSWORD_WRONG, "The password is wrong.");
	if (same == 1)
		result = store_user_own(
		    env->db, env->arena, id, &ids, &person.n, err);
	person.ids = ids;
	if (result == STORE_OK)
		result = store_user_remove(env->db, env->arena, id, ended, err);
	if (result == STORE_OK &&
	    (people_audit(env, actor, AUDIT_USER_REMOVED, id, NULL, err) ==
		    -1 ||
		erase(env, actor, &person, err) == -1))
		result = STORE_ERROR;
	if (people_end(env, result, err) == -1)
		return -1;
	empty_log(env->db);
	return 0;
}

int
people_remove(const struct auth_env *env, const char *actor, const char *id,
    struct ended_sessions *ended, struct err *err)
{
	return remove_person(env, actor, id, NULL, ended, err);
}

int
people_prove(const struct auth_env *env, const char *id, const char *password,
    struct user *user, int64_t *retry_after_s, struct err *err)
{
	enum store_result found;
	struct throttle throttle;
	int right;

	*retry_after_s = 0;
	throttle_make(
	    env, arena_printf(env->arena, "person %s", id), &throttle);
	if (throttle_check(env, &throttle, retry_after_s, err) == -1)
		return -1;
	found = store_user_find(env->db, env->arena, id, user, err);
	if (found == STORE_NONE)
		err_set(err, ERR_USER_NOT_FOUND, "There is no such person.");
	if (found != STORE_OK)
		return -1;
	db_release(env->db);
	right = password_check(env->run, password, user->password_hash, err);
	if (right == -1 ||
	    throttle_settle(env, &throttle, right, retry_after_s, err) == -1)
		return -1;
	return right
	    ? 0
	    : err_set(err, ERR_PASSWORD_WRONG, "The password is wrong.");
}

int
people_leave(const struct auth_env *env, const char *id, const char *password,
    struct ended_sessions *ended, int64_t *retry_after_s, struct err *err)
{
	struct user user;

	if (people_prove(env, id, password, &user, retry_after_s, err) == -1)
		return -1;
	return remove_person(env, id, id, &user, ended, err);
}
