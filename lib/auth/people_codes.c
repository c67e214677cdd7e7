/*
 * Passwords of people, and codes that an administrator hands over: for a new
 * password, for a new account.
 */
#include <string.h>

#include "lib/auth/password.h"
#include "lib/auth/people_part.h"
#include "lib/auth/session_part.h"
#include "lib/base/json.h"

/* Whether a change that somebody began a hash ago is still theirs to make: by
 * that password, in a session that has not ended. */
static enum store_result
check_change(const struct auth_env *env, const struct user *before,
    const char *session_id, struct err *err)
{
	enum store_result found;
	struct session session;
	int same = session_is_same_user(env, before, err);

	if (same == -1)
		return STORE_ERROR;
	found =
	    store_session_find(env->db, env->arena, session_id, &session, err);
	if (found == STORE_OK && same == 1 && session.revoked_at == 0)
		return STORE_OK;
	if (found != STORE_ERROR)
		err_set(err, ERR_UNAUTHORIZED, "This session has ended.");
	return STORE_ERROR;
}

/* `before` not NULL: changes it in keep_session, by the password of then. */
static int
put_password(const struct auth_env *env, const char *actor, const char *id,
    const struct user *before, const char *password, const char *keep_session,
    struct ended_sessions *ended, struct err *err)
{
	char hash[PASSWORD_HASH_SIZE];
	enum store_result result = STORE_OK;

	db_release(env->db);
	if (password_hash(env->run, password, hash, err) == -1 ||
	    db_begin(env->db, err) == -1)
		return -1;
	if (before != NULL)
		result = check_change(env, before, keep_session, err);
	if (result == STORE_OK)
		result = store_user_set_password(
		    env->db, env->arena, id, hash, keep_session, ended, err);
	if (result == STORE_OK &&
	    (people_audit(env, actor, AUDIT_USER_PASSWORD, id, NULL, err) ==
		    -1 ||
		people_audit_ended(env, actor, ended, "password", err) == -1))
		result = STORE_ERROR;
	return people_end(env, result, err);
}

int
people_set_password(const struct auth_env *env, const char *actor,
    const char *id, const char *password, const char *keep_session,
    struct ended_sessions *ended, struct err *err)
{
	return put_password(
	    env, actor, id, NULL, password, keep_session, ended, err);
}

int
people_change_password(const struct auth_env *env,
    const struct password_change *change, struct ended_sessions *ended,
    int64_t *retry_after_s, struct err *err)
{
	const char *id = change->user_id;
	struct user user;

	if (people_prove(env, id, change->current, &user, retry_after_s, err) ==
	    -1)
		return -1;
	return put_password(env, id, id, &user, change->password,
	    change->session_id, ended, err);
}

int
people_make_reset(const struct auth_env *env, const char *actor, const char *id,
    struct one_time *out, struct err *err)
{
	enum store_result result;

	*out = (struct one_time){ 0 };
	code_make(&out->code);
	memcpy(out->id, id, strnlen(id, UUID_SIZE - 1));
	out->expires_at = env->now_ms +
	    settings_int(env->settings, SETTING_AUTH_RESET_TTL) * 1000;
	if (db_begin(env->db, err) == -1)
		return -1;
	result = store_reset_put(env->db, id, out->code.hash, actor,
	    env->now_ms, out->expires_at, err);
	if (result == STORE_OK &&
	    people_audit(env, actor, AUDIT_RESET_CREATED, id, NULL, err) == -1)
		result = STORE_ERROR;
	return people_end(env, result, err);
}

/* Ends the transaction in which a code is used. */
static int
end_use(const struct auth_env *env, enum store_result result, struct err *err)
{
	if (result == STORE_NONE)
		err_set(err, ERR_CODE_INVALID,
		    "This code is wrong, or it was used already, or its time "
		    "is over. Ask an administrator for another one.");
	return store_end(env->db, result, err) == STORE_OK ? 0 : -1;
}

int
people_use_reset(const struct auth_env *env, const char *typed,
    const char *password, struct ended_sessions *ended, struct err *err)
{
	char hash[PASSWORD_HASH_SIZE];
	enum store_result result = STORE_NONE;
	struct code code;
	char *id;

	/* Who has no code makes nobody compute. */
	if (code_read(typed, &code))
		result =
		    store_reset_check(env->db, code.hash, env->now_ms, err);
	if (result != STORE_OK)
		return end_use(env, result, err);
	db_release(env->db);
	if (password_hash(env->run, password, hash, err) == -1 ||
	    db_begin(env->db, err) == -1)
		return -1;
	result = store_reset_use(
	    env->db, env->arena, code.hash, env->now_ms, hash, &id, ended, err);
	if (result == STORE_OK &&
	    (people_audit(env, id, AUDIT_RESET_USED, id, NULL, err) == -1 ||
		people_audit_ended(env, id, ended, "password", err) == -1))
		result = STORE_ERROR;
	return end_use(env, result, err);
}

static bool
signup_is(const struct auth_env *env, const char *mode)
{
	return strcmp(settings_text(env->settings, SETTING_AUTH_SIGNUP),
		   mode) == 0;
}

static int
refuse_closed(struct err *err)
{
	return err_set(err, ERR_SIGNUP_CLOSED,
	    "Accounts are made by an administrator here.");
}

int
people_invite(const struct auth_env *env, const char *actor,
    enum user_role role, struct one_time *out, struct err *err)
{
	struct invitation invitation = { .role = role,
		.created_by = arena_strdup(env->arena, actor),
		.created_at = env->now_ms };
	struct json_object *detail;
	enum store_result result;

	*out = (struct one_time){ 0 };
	if (signup_is(env, "closed"))
		return refuse_closed(err);
	code_make(&out->code);
	out->expires_at = invitation.expires_at = env->now_ms +
	    settings_int(env->settings, SETTING_AUTH_INVITE_TTL) * 1000;
	if (db_begin(env->db, err) == -1)
		return -1;
	result = store_invitation_add(
	    env->db, out->code.hash, &invitation, out->id, err);
	detail = json_object_new_object();
	json_add_text(detail, "role", people_role_word(role));
	if (result != STORE_OK)
		json_object_put(detail);
	else if (people_audit(env, actor, AUDIT_INVITATION_CREATED, out->id,
		     detail, err) == -1)
		result = STORE_ERROR;
	return people_end(env, result, err);
}

int
people_uninvite(const struct auth_env *env, const char *actor, const char *id,
    struct err *err)
{
	enum store_result result;

	if (db_begin(env->db, err) == -1)
		return -1;
	result = store_invitation_remove(env->db, id, err);
	if (result == STORE_NONE) {
		err_set(err, ERR_INVITATION_NOT_FOUND,
		    "There is no such invitation.");
		result = STORE_ERROR;
	}
	if (result == STORE_OK &&
	    people_audit(env, actor, AUDIT_INVITATION_REMOVED, id, NULL, err) ==
		-1)
		result = STORE_ERROR;
	return people_end(env, result, err);
}

/* Whether somebody may come with this code (NULL: none). */
static int
check_entry(const struct auth_env *env, const char *typed, struct code *code,
    struct err *err)
{
	enum store_result result = STORE_NONE;

	if (signup_is(env, "closed"))
		return refuse_closed(err);
	if (typed == NULL)
		return signup_is(env, "open")
		    ? 0
		    : err_set(err, ERR_SIGNUP_CLOSED,
			  "Who has an invitation can make an account here.");
	if (code_read(typed, code))
		result = store_invitation_check(
		    env->db, code->hash, env->now_ms, err);
	return result == STORE_OK ? 0 : end_use(env, result, err);
}

/* In a transaction: the row, by the code or without, and what is said of it. */
static enum store_result
make_account(const struct auth_env *env, const struct newcomer *newcomer,
    const struct code *code, char id[UUID_SIZE], struct err *err)
{
	enum user_role role = USER_ROLE_USER;
	enum store_result result;
	struct json_object *detail;

	result = code == NULL ? store_user_add(env->db, newcomer->email, NULL,
				    newcomer->display_name,
				    newcomer->password_hash, role, id, err)
			      : store_invitation_use(env->db, code->hash,
				    env->now_ms, newcomer, id, &role, err);
	if (result != STORE_OK)
		return result;
	detail = json_object_new_object();
	json_add_text(detail, "role", people_role_word(role));
	json_add_text(detail, "how", code == NULL ? "signup" : "invitation");
	return people_audit(env, id, AUDIT_USER_CREATED, id, detail, err) == -1
	    ? STORE_ERROR
	    : STORE_OK;
}

int
people_sign_up(const struct auth_env *env, const struct person_wish *wish,
    const char *typed, struct user *out, struct err *err)
{
	char hash[PASSWORD_HASH_SIZE], id[UUID_SIZE];
	const struct newcomer newcomer = { .email = wish->email,
		.display_name = people_shown_name(env, wish),
		.password_hash = hash };
	struct code code;

	if (check_entry(env, typed, &code, err) == -1)
		return -1;
	db_release(env->db);
	if (password_hash(env->run, wish->password, hash, err) == -1 ||
	    db_begin(env->db, err) == -1 ||
	    end_use(env,
		make_account(
		    env, &newcomer, typed == NULL ? NULL : &code, id, err),
		err) == -1)
		return -1;
	return store_user_find(env->db, env->arena, id, out, err) == STORE_OK
	    ? 0
	    : -1;
}
