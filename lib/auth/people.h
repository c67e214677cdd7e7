/*
 * People as an administrator keeps them: added, changed, removed. Each of these
 * is written into the audit log. Knows no HTTP; rows and the rule of the last
 * administrator are the store's (lib/store/users.h).
 */
#ifndef LIB_AUTH_PEOPLE_H
#define LIB_AUTH_PEOPLE_H

#include "lib/auth/code.h"
#include "lib/auth/session.h"
#include "lib/store/codes.h"

/* A person who does not exist yet. */
struct person_wish {
	const char *email;
	const char *name; /* to sign in with; NULL: made of the e-mail */
	const char *display_name; /* NULL: the name, else made of the e-mail */
	const char *password;
	enum user_role role;
};

/* A code that has just been made: it is shown once and known to nobody after. */
struct one_time {
	char id[UUID_SIZE]; /* of the invitation or of the person */
	struct code code;
	int64_t expires_at;
};

/* One '@' with something on both sides, no spaces: whoever typed it knows their
 * address better than we do. */
bool people_is_email(const char *text) NONNULL MUST_CHECK;

/* What somebody may be called to sign in: no '@', which would be taken for an
 * e-mail address, no spaces. */
bool people_is_name(const char *name) NONNULL MUST_CHECK;

/* For all of them: `actor` is the id of the administrator who asks, NULL at the
 * terminal. Of env only db, arena, keys and run are needed, the rest may be
 * zero. */

/* Makes a person. ERR_EMAIL_TAKEN; what password_hash says; ERR_FORBIDDEN when
 * the actor is no administrator any more. Gives the database back while it
 * hashes. */
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

/* A new password for somebody. All their sessions end but keep_session (NULL:
 * all). ERR_USER_NOT_FOUND; what password_hash says. */
int people_set_password(const struct auth_env *env, const char *actor,
    const char *id, const char *password, const char *keep_session,
    struct ended_sessions *ended, struct err *err)
    NONNULL_ARGS(1, 3, 4, 6, 7) MUST_CHECK;

/* The same by the person, who knows the present one: ERR_PASSWORD_WRONG,
 * ERR_RATE_LIMITED (*retry_after_s is set) while guesses are slowed down,
 * ERR_UNAUTHORIZED when the session has ended meanwhile. env is a whole one. */
struct password_change {
	const char *user_id;
	const char *session_id; /* which goes on */
	const char *current;
	const char *password;
};
int people_change_password(const struct auth_env *env,
    const struct password_change *change, struct ended_sessions *ended,
    int64_t *retry_after_s, struct err *err) NONNULL MUST_CHECK;

/* A code with which somebody sets a new password; an earlier one ends. It is
 * good for auth.resetTtl of env->settings. ERR_USER_NOT_FOUND. */
int people_make_reset(const struct auth_env *env, const char *actor,
    const char *id, struct one_time *out, struct err *err)
    NONNULL_ARGS(1, 3, 4, 5) MUST_CHECK;
/* Sets the new password; all sessions end. ERR_CODE_INVALID. */
int people_use_reset(const struct auth_env *env, const char *typed,
    const char *password, struct ended_sessions *ended,
    struct err *err) NONNULL MUST_CHECK;

/* A code with which somebody makes an account, good for auth.inviteTtl.
 * ERR_SIGNUP_CLOSED while auth.signup is closed. */
int people_invite(const struct auth_env *env, const char *actor,
    enum user_role role, struct one_time *out, struct err *err)
    NONNULL_ARGS(1, 4, 5) MUST_CHECK;
/* ERR_INVITATION_NOT_FOUND. */
int people_uninvite(const struct auth_env *env, const char *actor,
    const char *id, struct err *err) NONNULL_ARGS(1, 3, 4) MUST_CHECK;

/* Somebody makes an account of their own, by an invitation's code, or without
 * where auth.signup is open; the wish's role and name do not count.
 * ERR_SIGNUP_CLOSED, ERR_CODE_INVALID, ERR_EMAIL_TAKEN. */
int people_sign_up(const struct auth_env *env, const struct person_wish *wish,
    const char *typed, struct user *out, struct err *err)
    NONNULL_ARGS(1, 2, 4, 5) MUST_CHECK;

/* That who asks is the person, whichever profile is in use; guesses are slowed
 * down. *user is the person of that password, in memory of env: whoever goes by
 * it asks session_is_same_user in the transaction. ERR_PASSWORD_WRONG,
 * ERR_USER_NOT_FOUND, ERR_RATE_LIMITED (*retry_after_s is set). Gives the
 * database back while it checks. env is a whole one. */
int people_prove(const struct auth_env *env, const char *id,
    const char *password, struct user *user, int64_t *retry_after_s,
    struct err *err) NONNULL MUST_CHECK;

/* people_remove of oneself, with one's password. Errors of people_prove,
 * ERR_LAST_ADMIN. */
int people_leave(const struct auth_env *env, const char *id,
    const char *password, struct ended_sessions *ended, int64_t *retry_after_s,
    struct err *err) NONNULL MUST_CHECK;

#endif
