/*
 * What the files behind people.h share. Private to lib/auth.
 */
#ifndef LIB_AUTH_PEOPLE_PART_H
#define LIB_AUTH_PEOPLE_PART_H

#include <json-c/json.h>

#include "lib/auth/audit.h"
#include "lib/auth/people.h"

/* A row of the audit log. `detail` is taken; NULL: nothing more to say. */
int people_audit(const struct auth_env *env, const char *actor,
    enum audit_event event, const char *id, struct json_object *detail,
    struct err *err) NONNULL_ARGS(1, 4, 6) MUST_CHECK;

/* Ends the transaction of a change: 0 when it is done; -1, with
 * ERR_USER_NOT_FOUND for STORE_NONE. */
int people_end(const struct auth_env *env, enum store_result result,
    struct err *err) NONNULL MUST_CHECK;

/* Whether somebody knows their password, guesses slowed down; `why` tells apart
 * what it is asked for. *user is the person of that password: whoever goes by it
 * asks session_is_same_user in the transaction. ERR_PASSWORD_WRONG,
 * ERR_RATE_LIMITED. */
int people_prove(const struct auth_env *env, const char *why, const char *id,
    const char *password, struct user *user, int64_t *retry_after_s,
    struct err *err) NONNULL MUST_CHECK;

/* "admin" or "user". */
const char *people_role_word(enum user_role role) RETURNS_NONNULL MUST_CHECK;

/* What the screens call somebody of whom only this is known. */
const char *people_shown_name(const struct auth_env *env,
    const struct person_wish *wish) NONNULL RETURNS_NONNULL MUST_CHECK;

#endif
