/*
 * People as an administrator keeps them: added, changed, removed. Each of these
 * is written into the audit log. Knows no HTTP; rows and the rule of the last
 * administrator are the store's (lib/store/users.h).
 */
#ifndef LIB_AUTH_PEOPLE_H
#define LIB_AUTH_PEOPLE_H

#include "lib/auth/session.h"

/* A person who does not exist yet. */
struct person_wish {
	const char *email;
	const char *name; /* to sign in with; NULL: made of the e-mail */
	const char *display_name; /* NULL: the name, else made of the e-mail */
	const char *password;
	enum user_role role;
};

/* What somebody may be called to sign in: no '@', which would be taken for an
 * e-mail address, no spaces. */
bool people_is_name(const char *name) NONNULL MUST_CHECK;

/* For all of them: `actor` is the id of the administrator who asks, NULL at the
 * terminal. Of env only db, arena, keys and run are needed, the rest may be
 * zero. */

/* Makes a person. ERR_EMAIL_TAKEN; what password_hash says. Gives the database
 * back while it hashes. */
int people_add(const struct auth_env *env, const char *actor,
    const struct person_wish *wish, struct user *out, struct err *err)
    NONNULL_ARGS(1, 3, 4, 5) MUST_CHECK;

/* Changes a person. ERR_USER_NOT_FOUND, ERR_LAST_ADMIN, ERR_EMAIL_TAKEN. */
int people_change(const struct auth_env *env, const char *actor, const char *id,
    const struct user_change *change, struct ended_sessions *ended,
    struct err *err) NONNULL_ARGS(1, 3, 4, 5, 6) MUST_CHECK;

/* Removes a person with all that is theirs, and what names them in the audit
 * log. ERR_USER_NOT_FOUND, ERR_LAST_ADMIN. */
int people_remove(const struct auth_env *env, const char *actor, const char *id,
    struct ended_sessions *ended, struct err *err)
    NONNULL_ARGS(1, 3, 4, 5) MUST_CHECK;

#endif
