/*
 * What the files behind session.h share. Private to lib/auth.
 */
#ifndef LIB_AUTH_SESSION_PART_H
#define LIB_AUTH_SESSION_PART_H

#include "lib/auth/audit.h"
#include "lib/auth/session.h"

enum {
	REFRESH_SECRET_SIZE = 43, /* characters of the secret part */
	REFRESH_TEXT_SIZE = 64,   /* with ".", number and NUL */
};

/* A refresh token and what is stored of it. */
struct refresh_token {
	char text[REFRESH_TEXT_SIZE];
	int64_t number; /* in its chain, from 0 */
	unsigned char hash[SESSION_HASH_SIZE];
};

/* The first of a chain. */
void refresh_token_first(struct refresh_token *out) NONNULL;
/* False when the text has not the form of one. */
bool refresh_token_parse(
    const char *text, struct refresh_token *out) NONNULL MUST_CHECK;
void refresh_token_next(const struct auth_keys *keys, const char *session_id,
    const struct refresh_token *token, struct refresh_token *next) NONNULL;
/* Whether `token` was an earlier one of the session's chain. */
bool refresh_token_is_ancestor(const struct auth_keys *keys,
    const struct session *session,
    const struct refresh_token *token) NONNULL MUST_CHECK;

/* The /24 or /64 of an address as text; the address itself when it is none. */
enum { SESSION_NETWORK_SIZE = 64 };
void session_network(
    const char *address, char out[SESSION_NETWORK_SIZE]) NONNULL;

/* What a provider gives one customer: an address of IPv4, a /56 of IPv6. */
void session_customer(
    const char *address, char out[SESSION_NETWORK_SIZE]) NONNULL;

/* What a device is called: as it says, fit to show, else by the user agent. In
 * the arena. */
char *session_name_device(const struct auth_env *env, const char *device)
    NONNULL_ARGS(1) RETURNS_NONNULL MUST_CHECK;

/* Who rotates: user agent and network. */
void session_client_hash(
    const struct auth_env *env, unsigned char out[SESSION_HASH_SIZE]) NONNULL;

/* Fills *out for a session whose refresh token is known; issued_at decides the
 * access token. */
int session_give(const struct auth_env *env, const struct session *session,
    const struct refresh_token *token, int64_t issued_at,
    struct auth_tokens *out, struct err *err) NONNULL MUST_CHECK;

/* Whether a person is still as they were read: active, with that password; ask
 * in the transaction that goes by it. 1, 0, or -1 for an error. */
int session_is_same_user(const struct auth_env *env, const struct user *user,
    struct err *err) NONNULL MUST_CHECK;

/* Writes about a session of its own person; detail: a JSON object or NULL. */
int session_audit(const struct auth_env *env, const struct session *session,
    enum audit_event event, const char *detail, struct err *err)
    NONNULL_ARGS(1, 2, 5) MUST_CHECK;

#endif
