/*
 * What a browser sends of a passkey, read without trust. Private to
 * lib/auth/passkey*.c.
 */
#ifndef LIB_AUTH_PASSKEY_PART_H
#define LIB_AUTH_PASSKEY_PART_H

#include "lib/auth/passkey.h"

enum {
	PASSKEY_ALGORITHMS = 3,
	PASSKEY_CREDENTIAL_MAX = 1023, /* WebAuthn §5.8.3 */
};

/* COSE algorithms that we verify, the one we like best first. */
extern const int passkey_algorithms[PASSKEY_ALGORITHMS];

enum passkey_kind { PASSKEY_CREATE, PASSKEY_GET };

/* A PublicKeyCredential, decoded; all in the arena. */
struct passkey_reply {
	unsigned char *id; /* of the credential */
	size_t id_len;
	char *challenge; /* of clientDataJSON, as it stands there */
	char *origin;
	unsigned char client_hash[32]; /* SHA-256 of clientDataJSON */
	unsigned char *auth_data;
	size_t auth_data_len;
	unsigned char *signature; /* PASSKEY_GET */
	size_t signature_len;
	char *transports; /* PASSKEY_CREATE */
};

/* -1 and ERR_PASSKEY_REFUSED when it has not the form of one. */
int passkey_read(struct arena *arena, struct json_object *credential,
    enum passkey_kind kind, struct passkey_reply *out, struct err *err)
    NONNULL_ARGS(1, 4, 5) MUST_CHECK;

/* Origin and relying party are the site's. */
int passkey_check_site(const struct passkey_reply *reply,
    const struct passkey_site *site, struct err *err) NONNULL MUST_CHECK;

/* The credential, key and count of a registration into *out. */
int passkey_read_key(struct arena *arena, const struct passkey_reply *reply,
    struct passkey *out, struct err *err) NONNULL MUST_CHECK;

/* The signature of a sign-in; *count is what the device says. */
int passkey_verify(const struct passkey_reply *reply,
    const struct passkey_site *site, const struct passkey *passkey,
    int64_t *count, struct err *err) NONNULL MUST_CHECK;

#endif
