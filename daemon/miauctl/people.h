/* What `miauctl user` and `miauctl setup` share. */
#ifndef DAEMON_MIAUCTL_PEOPLE_H
#define DAEMON_MIAUCTL_PEOPLE_H

#include "daemon/miauctl/ask.h"
#include "daemon/miauctl/command.h"
#include "daemon/miauctl/ctl.h"
#include "lib/auth/people.h"

/* What stands before the '@', in the arena. */
char *person_name_of(
    struct ctl *ctl, const char *email) NONNULL RETURNS_NONNULL MUST_CHECK;

/* As ask_password; also refuses one that is too short. Wipe it after use. */
int person_read_password(const char *file, char out[ASK_MAX], struct err *err)
    NONNULL_ARGS(2, 3) MUST_CHECK;

/* "<e-mail> <sentence>.", or the person as JSON. Returns an exit code. */
int person_print(struct ctl *ctl, const char *id, const char *sentence) NONNULL;

/* What lib/auth/people.h needs, once the database is open. */
int person_env(
    struct ctl *ctl, struct auth_env *env, struct err *err) NONNULL MUST_CHECK;

/* Opens the database and finds who is meant by the first word. CTL_OK, or an
 * exit code after it was said why not. person_begin also gives what
 * lib/auth/people.h needs for a change. */
int person_find(struct ctl *ctl, const struct args *args, enum db_mode mode,
    struct user *user) NONNULL MUST_CHECK;
int person_begin(struct ctl *ctl, const struct args *args, struct user *user,
    struct auth_env *env) NONNULL MUST_CHECK;

/* --user NAME, and whom it means: that one, or without it all people. */
extern const struct option person_options[];
int person_chosen(struct ctl *ctl, const struct args *args, struct user **users,
    size_t *n, struct err *err) NONNULL MUST_CHECK;

/* Tells miaud, so that listeners of these sessions end; without it there are
 * none. */
void person_tell_ended(
    struct ctl *ctl, const struct ended_sessions *ended) NONNULL;

/* codes.c: codes that are handed over. */
extern const struct command user_reset, user_invite, user_invitations,
    user_uninvite;

/* people_import.c */
extern const struct command user_import;

#endif
