/*
 * Passkeys: sign-in by a key that the person's device holds and lets out after
 * it has made sure who they are (WebAuthn level 2, W3C; CTAP2 and COSE by
 * libfido2). Rules:
 *
 * - User verification is required, both when registering and when signing in:
 *   a passkey stands alone, so that having the device must not be enough.
 * - Attestation is not asked for: whose make the device is does not matter.
 * - A challenge is 256 random bits, given out for one use within five minutes;
 *   one for a person's registration serves nobody else and no sign-in.
 * - The page must be this very server's: origin and relying party are those of
 *   the request, whose origin lib/http has compared with the server's own.
 * - A signature count that does not grow means that a copy of the key exists:
 *   refused and audited (§6.1.1), unless the device does not count at all.
 *
 * JSON shapes are those of WebAuthn level 3 §5.1.8–5.1.10, which a browser's
 * PublicKeyCredential.toJSON() makes and parseCreationOptionsFromJSON reads.
 */
#ifndef LIB_AUTH_PASSKEY_H
#define LIB_AUTH_PASSKEY_H

#include <json-c/json.h>

#include "lib/auth/session.h"
#include "lib/store/passkeys.h"

enum { PASSKEY_NAME_MAX = 100 };

/* The page that asks. */
struct passkey_site {
	const char *rp_id;  /* its host name */
	const char *origin; /* as browsers write it: "https://films.example" */
};

/* The site of an origin. False for an address: passkeys need a name. */
bool passkey_site_of(struct arena *arena, const char *origin,
    struct passkey_site *site) NONNULL MUST_CHECK;

/* The site of the page that asks (env->origin). ERR_PASSKEY_REFUSED when there is
 * none, or it has no name. */
int passkey_site_find(const struct auth_env *env, struct passkey_site *site,
    struct err *err) NONNULL MUST_CHECK;

/* Options for navigator.credentials.create(); the challenge is stored. The
 * caller puts. NULL when the database fails. */
struct json_object *passkey_registration_options(const struct auth_env *env,
    const struct passkey_site *site, const struct user *user,
    struct err *err) NONNULL MUST_CHECK;

/* What came of them. *out in the arena, stored and audited. name NULL: from the
 * user agent. ERR_PASSKEY_REFUSED with what is wrong, ERR_CONFLICT. */
int passkey_register(const struct auth_env *env,
    const struct passkey_site *site, const struct user *user, const char *name,
    struct json_object *credential, struct passkey *out, struct err *err)
    NONNULL_ARGS(1, 2, 3, 6, 7) MUST_CHECK;

/* Options for navigator.credentials.get(), for whoever has a passkey of this
 * site: no name is asked first, so none can be tried out. */
struct json_object *passkey_sign_in_options(const struct auth_env *env,
    const struct passkey_site *site, struct err *err) NONNULL MUST_CHECK;

/* Who signed. ERR_PASSKEY_REFUSED for all that is wrong, ERR_BAD_CREDENTIALS
 * for a passkey that is not known or whose person may not sign in. */
int passkey_prove(const struct auth_env *env, const struct passkey_site *site,
    struct json_object *credential, struct user *user, struct err *err)
    NONNULL_ARGS(1, 2, 4, 5) MUST_CHECK;

/* Takes one away from its person; sessions that it began go on. *err:
 * ERR_PASSKEY_NOT_FOUND. */
int passkey_remove(const struct auth_env *env, const char *user_id, int64_t id,
    struct err *err) NONNULL MUST_CHECK;

#endif
