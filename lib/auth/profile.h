/*
 * Who may watch as which profile of an account, and who may change what a
 * profile sees. Thought of as an attack by the child who has the remote:
 *
 * - It watches as its own profile, whose limit stands in the session's row. An
 *   access token, a cookie, a stream key or an open stream of news from before
 *   tells nothing: the row decides at each request.
 * - A profile that sees more can be entered only with that profile's PIN or the
 *   account's password (profile_needs_proof). One that sees no more is free,
 *   unless it has a PIN.
 * - With a limited profile in use everything about the account is closed: no
 *   profile is made, changed or removed, nobody's name, password or devices are
 *   touched, and an administrator is none (lib/http: a row is closed to limited
 *   profiles unless it says otherwise).
 * - A new sign-in by the password, which proves the account, begins as its first
 *   profile. What may come from whoever found a profile open begins as no more
 *   than that: a device as the profile that let it in, a passkey as the one
 *   without a PIN that sees least.
 * - Guesses are slowed down per profile and address and per address, as those of
 *   passwords are; a PIN is hashed like a password, and a right password for one
 *   profile does not begin the count of another anew.
 * - A profile with a PIN changes its limit or PIN, and is removed, only with a
 *   proof: who finds an unlimited profile open cannot open the others.
 *
 * What it does not stop: another account that is signed in in the same browser.
 * Who hands out such a browser signs out of it.
 */
#ifndef LIB_AUTH_PROFILE_H
#define LIB_AUTH_PROFILE_H

#include "lib/auth/session.h"

enum { PIN_MIN = 4, PIN_MAX = 8 };

/* What a person gives to prove who they are; NULL: not given. */
struct proof {
	const char *pin;
	const char *password;
};

/* Digits, PIN_MIN to PIN_MAX of them. */
bool profile_is_pin(const char *text) NONNULL MUST_CHECK;

/* Whether who watches as `now` has to prove something to watch as `target`. */
bool profile_needs_proof(
    const struct viewer *now, const struct profile *target) NONNULL MUST_CHECK;

/* Checks the PIN of `target` or the password of its account. ERR_PROFILE_LOCKED
 * (none is given), ERR_PIN_WRONG, ERR_RATE_LIMITED (*retry_after_s is set) while
 * throttled. */
int profile_prove(const struct auth_env *env, const struct profile *target,
    const struct proof *proof, int64_t *retry_after_s,
    struct err *err) NONNULL MUST_CHECK;

/* The session's access token for another of its profiles, in the arena. */
int profile_token(const struct auth_env *env, const char *session_id,
    char **token, int64_t *ttl_s, struct err *err) NONNULL MUST_CHECK;

#endif
