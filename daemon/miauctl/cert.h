/*
 * Certificates: an authority of this house alone, the server's certificate that
 * it vouches for, and what a certificate file says. Both are ECDSA on P-256.
 * Files are PEM; an authority's and our own server's hold the key too.
 */
#ifndef DAEMON_MIAUCTL_CERT_H
#define DAEMON_MIAUCTL_CERT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"

enum {
	CERT_NAMES_MAX = 64,
	CERT_NAME_MAX = 256,
	CERT_AUTHORITY_DAYS = 3652,
	CERT_SERVER_DAYS = 397, /* browsers refuse more */
};

/* Host names and addresses ("miauflix.local", "192.168.1.20", "fd00::2"). */
struct cert_names {
	int n;
	char name[CERT_NAMES_MAX][CERT_NAME_MAX];
};

/* What a certificate says of itself. */
struct cert_facts {
	int64_t begins_ms, ends_ms;
	char fingerprint[32 * 3 + 1]; /* SHA-256, "AB:CD:…" */
	struct cert_names names;
};

/* Adds a name that is not in the list yet; a full list stays as it is. */
void cert_names_add(struct cert_names *names, const char *name) NONNULL;
bool cert_names_have(
    const struct cert_names *names, const char *name) NONNULL MUST_CHECK;

/* Makes an authority: key and certificate into `path` (0600), the certificate
 * alone into `public_path` (0644). It can vouch for private addresses, for
 * names that mean something in a house alone (.local, .lan, .home.arpa, those
 * without a dot), and for `names`; for no other site. */
int cert_make_authority(const char *path, const char *public_path,
    const struct cert_names *names, struct err *err) NONNULL MUST_CHECK;

/* Makes a server's key and certificate into `path`, with that mode, by the
 * authority of `authority_path`, for those of `names` that it can vouch for.
 * ERR_CORRUPT when the authority has ended or vouches for none of them. */
int cert_make_server(const char *path, mode_t mode, const char *authority_path,
    const struct cert_names *names, struct err *err) NONNULL MUST_CHECK;

/* Leaves in `names` what the authority can vouch for. */
int cert_keep_vouched(const char *authority_path, struct cert_names *names,
    struct err *err) NONNULL MUST_CHECK;

/* Reads the first certificate of a file. ERR_CORRUPT: it holds none. */
int cert_read(const char *path, struct cert_facts *facts,
    struct err *err) NONNULL MUST_CHECK;

/* Whether the key of `key_path` belongs to the certificate of `path`. -1 with a
 * sentence when it does not, or cannot be read. */
int cert_check_key(
    const char *path, const char *key_path, struct err *err) NONNULL MUST_CHECK;

#endif
