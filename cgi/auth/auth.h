/*
 * What the files of the handler `auth` share: its rows' functions and fields,
 * and how a sign-in is answered.
 */
#ifndef CGI_AUTH_AUTH_H
#define CGI_AUTH_AUTH_H

#include "cgi/common.h"
#include "lib/auth/session.h"
#include "lib/auth/strategy.h"

#define AUTH_ACCESS_COOKIE "__miauflix_at_"
#define AUTH_REFRESH_COOKIE "__miauflix_rt_"

enum { AUTH_SESSION, AUTH_PASSKEY = 0, AUTH_KEY = 0 }; /* places in the path */

/* answer.c */
/* "<prefix><session>", in the request's arena. */
const char *auth_cookie_name(const struct request *req, const char *prefix,
    const char *session_id) NONNULL RETURNS_NONNULL MUST_CHECK;
void auth_set_cookies(struct reply *reply, const struct request *req,
    const struct auth_tokens *tokens) NONNULL;
void auth_clear_cookies(struct reply *reply, const struct request *req,
    const char *session_id) NONNULL;
/* Tells miaud, so that listeners of the session end. */
void auth_tell_ended(struct request *req, const char *session_id) NONNULL;
/* "<session>.<token>": programs have no cookie whose name says which. */
char *auth_body_token(const struct request *req,
    const struct auth_tokens *tokens) NONNULL RETURNS_NONNULL MUST_CHECK;
/* Whether tokens go into the body: by the body's field `tokens`, else as the
 * setting says. */
bool auth_wants_body(const struct request *req, int field) NONNULL MUST_CHECK;
/* The answer to a sign-in of whatever kind: tokens in cookies or in the body.
 * Tells of sessions that had to go for it. */
struct reply auth_answer(struct request *req, const struct auth_tokens *tokens,
    bool by_body) NONNULL MUST_CHECK;

/* setup.c */
extern const struct field auth_setup_fields[];
struct reply auth_show_setup(struct request *req) NONNULL MUST_CHECK;
struct reply auth_create_administrator(struct request *req) NONNULL MUST_CHECK;

/* sign_in.c */
extern const struct field auth_login_fields[], auth_dry_run_fields[],
    auth_token_fields[], auth_maybe_token_fields[];
/* What every sign-in takes besides what its strategy asks for. */
#define AUTH_SIGN_IN_FIELDS                                                    \
	{ .name = "device", .max = 100 },                                      \
	{                                                                      \
		.name = "tokens", .type = FIELD_CHOICE,                        \
		.choices = "cookies|body"                                      \
	}
/* Signs in by a strategy: the row's body has the fields that it takes, and
 * AUTH_SIGN_IN_FIELDS. */
struct reply auth_sign_in(
    struct request *req, const struct strategy *strategy) NONNULL MUST_CHECK;
struct reply auth_create_session(struct request *req) NONNULL MUST_CHECK;
struct reply auth_refresh_session(struct request *req) NONNULL MUST_CHECK;
struct reply auth_refresh_tokens(struct request *req) NONNULL MUST_CHECK;
struct reply auth_end_session(struct request *req) NONNULL MUST_CHECK;
struct reply auth_end_token_session(struct request *req) NONNULL MUST_CHECK;

/* people.c */
extern const struct field auth_password_fields[], auth_reset_fields[],
    auth_invitation_fields[], auth_signup_fields[];
struct reply auth_change_password(struct request *req) NONNULL MUST_CHECK;
struct reply auth_use_reset(struct request *req) NONNULL MUST_CHECK;
struct reply auth_list_invitations(struct request *req) NONNULL MUST_CHECK;
struct reply auth_create_invitation(struct request *req) NONNULL MUST_CHECK;
struct reply auth_delete_invitation(struct request *req) NONNULL MUST_CHECK;
struct reply auth_sign_up(struct request *req) NONNULL MUST_CHECK;

/* sessions.c */
struct reply auth_list_sessions(struct request *req) NONNULL MUST_CHECK;
struct reply auth_show_session(struct request *req) NONNULL MUST_CHECK;

/* devices.c */
struct reply auth_list_devices(struct request *req) NONNULL MUST_CHECK;
struct reply auth_delete_device(struct request *req) NONNULL MUST_CHECK;
struct reply auth_end_other_devices(struct request *req) NONNULL MUST_CHECK;

/* passkeys.c */
extern const struct field auth_passkey_fields[], auth_passkey_login_fields[],
    auth_passkey_name_fields[];
struct reply auth_list_passkeys(struct request *req) NONNULL MUST_CHECK;
struct reply auth_begin_passkey(struct request *req) NONNULL MUST_CHECK;
struct reply auth_create_passkey(struct request *req) NONNULL MUST_CHECK;
struct reply auth_update_passkey(struct request *req) NONNULL MUST_CHECK;
struct reply auth_remove_passkey(struct request *req) NONNULL MUST_CHECK;
struct reply auth_begin_passkey_login(struct request *req) NONNULL MUST_CHECK;
struct reply auth_passkey_login(struct request *req) NONNULL MUST_CHECK;

/* keys.c */
extern const struct field auth_key_fields[];
struct reply auth_list_keys(struct request *req) NONNULL MUST_CHECK;
struct reply auth_create_key(struct request *req) NONNULL MUST_CHECK;
struct reply auth_delete_key(struct request *req) NONNULL MUST_CHECK;

/* link.c */
extern const struct field auth_code_fields[], auth_device_fields[],
    auth_approve_fields[];
struct reply auth_create_device_code(struct request *req) NONNULL MUST_CHECK;
struct reply auth_create_device_session(struct request *req) NONNULL MUST_CHECK;
struct reply auth_show_device_code(struct request *req) NONNULL MUST_CHECK;
struct reply auth_approve_device(struct request *req) NONNULL MUST_CHECK;

#endif
