/*
 * https of this installation: certificates of the operator's own by path, or
 * those of an authority made here, which are renewed by themselves.
 * <state>/tls/ (0700) holds authority.pem and server.pem, keys included; where
 * the web server is another user, of an installation, its group may read
 * server.pem;
 * <state>/trust/ the page from which devices take the authority's certificate.
 */
#ifndef DAEMON_MIAUCTL_TLS_H
#define DAEMON_MIAUCTL_TLS_H

#include "daemon/miauctl/cert.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/paths.h"
#include "lib/base/settings.h"

enum { TLS_RENEW_DAYS = 30, TLS_SHARED = 02750 };

enum tls_kind {
	TLS_OFF,
	TLS_GIVEN, /* the operator's own certificate */
	TLS_MADE,  /* by the authority made here */
};

struct tls {
	enum tls_kind kind;
	char certificate[PATHS_MAX + 32];
	char key[PATHS_MAX + 32]; /* may be the same file */
	char authority[PATHS_MAX + 32];
	char trust[PATHS_MAX + 32]; /* the folder of the page */
};

/* Which kind it is and where its files lie. */
void tls_find(const struct paths *paths, const struct settings *settings,
    struct tls *tls) NONNULL;

/* Whether a certificate is to be made anew: it ends within TLS_RENEW_DAYS and
 * before its authority, which no other could outlive; that has ended; or it has
 * no word for one of the names wanted. */
bool tls_is_due(const struct cert_facts *facts, const struct cert_names *wanted,
    int64_t authority_ends_ms, int64_t now_ms) NONNULL MUST_CHECK;

/* Makes the authority, a certificate and the page. */
int tls_begin(const struct paths *paths, const struct settings *settings,
    struct err *err) NONNULL MUST_CHECK;

/* Makes a certificate by the authority. */
int tls_renew(const struct paths *paths, const struct settings *settings,
    struct err *err) NONNULL MUST_CHECK;

/* Whether the one that was made here is due; none is not. */
int tls_look(const struct paths *paths, const struct settings *settings,
    bool *is_due, struct err *err) NONNULL MUST_CHECK;

/* Makes it when it is; *is_new tells. */
int tls_keep(const struct paths *paths, const struct settings *settings,
    bool *is_new, struct err *err) NONNULL MUST_CHECK;

/* Whether a web server can serve what there is: -1 with a sentence when the
 * certificate or its key cannot be read, do not belong together, or the
 * certificate has ended or not begun. 0 without TLS. */
int tls_check(const struct tls *tls, struct err *err) NONNULL MUST_CHECK;

/* The names of this machine that the certificate has no word for; a name like
 * "*.example.org" has one for all right below. */
int tls_missing(const struct tls *tls, const struct settings *settings,
    struct cert_names *missing, struct err *err) NONNULL MUST_CHECK;

#endif
