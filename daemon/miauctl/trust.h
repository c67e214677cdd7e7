/*
 * The page from which the devices of the house take the authority's
 * certificate: plain files without a script, also served over http.
 */
#ifndef DAEMON_MIAUCTL_TRUST_H
#define DAEMON_MIAUCTL_TRUST_H

#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/paths.h"
#include "lib/base/settings.h"

#define TRUST_CERTIFICATE "miauflix.crt"

/* Writes index.html and style.css into <state>/trust, beside the certificate. */
int trust_write(const struct paths *paths, const struct settings *settings,
    struct err *err) NONNULL MUST_CHECK;

/* The address of the page over http, for a device that does not trust yet. */
void trust_url(const struct settings *settings, char *out, size_t size) NONNULL;

#endif
