/*
 * The page from which the devices of the house take the authority's
 * certificate: plain files without a script, also served over http.
 */
#ifndef DAEMON_MIAUCTL_TRUST_H
#define DAEMON_MIAUCTL_TRUST_H

#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/base/paths.h"
#include "lib/base/settings.h"

#define TRUST_CERTIFICATE "miauflix.crt"

/* Writes index.html and style.css into <state>/trust, beside the certificate.
 * Without qrencode the page has no code. */
int trust_write(const struct paths *paths, const struct settings *settings,
    struct err *err) NONNULL MUST_CHECK;

/* The address of the page over http, for a device that does not trust yet. */
void trust_url(const struct settings *settings, char *out, size_t size) NONNULL;

/* Appends the path of an SVG from qrencode's ASCII picture, two characters a
 * square; returns its size in squares, 0 for what is no picture. */
int trust_put_squares(const char *ascii, struct buf *out) NONNULL;

#endif
