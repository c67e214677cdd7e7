/*
 * Where a request comes from and by which name it calls this server: the
 * questions of proxies, DNS rebinding, cross-site requests and CORS, each a
 * function of texts.
 */
#ifndef LIB_HTTP_ORIGIN_H
#define LIB_HTTP_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/attr.h"
#include "lib/base/settings.h"

enum { ORIGIN_HOST_MAX = 256 };

/* "Name:8080" → "name", "[::1]:80" → "::1", in lower case; false for what is
 * no host with an optional port. */
bool origin_host_name(
    const char *host, char out[ORIGIN_HOST_MAX]) NONNULL MUST_CHECK;

/* 127.0.0.0/8, ::1 (mapped too); as a name also localhost. */
bool origin_is_loopback(const char *address) NONNULL MUST_CHECK;
bool origin_is_loopback_name(const char *name) NONNULL MUST_CHECK;

/* Whether this server goes by that name: loopback, an address of this machine
 * (server_address, what the connection came in on, may be NULL), http.hosts,
 * the host of http.publicUrl, miauflix.local where it is announced. */
bool origin_knows_host(const struct settings *settings, const char *host,
    const char *server_address) NONNULL_ARGS(1, 2) MUST_CHECK;

/* Whether an Origin is this server itself, under one of its names and ports,
 * http or https. */
bool origin_is_own(const struct settings *settings, const char *origin,
    const char *server_address) NONNULL_ARGS(1, 2) MUST_CHECK;
/* Whether it stands in cors.origins. */
bool origin_is_listed(
    const struct settings *settings, const char *origin) NONNULL MUST_CHECK;

/* The rule for requests other than GET and HEAD that bring cookies: true when
 * they come from our own pages, or a listed origin. Each text may be NULL. */
bool origin_may_change(const struct settings *settings, const char *origin,
    const char *fetch_site, const char *server_address)
    NONNULL_ARGS(1) MUST_CHECK;

/* Whether an address stands in http.trustedProxies (addresses or networks such
 * as 10.0.0.0/8). */
bool origin_is_trusted_proxy(
    const struct settings *settings, const char *address) NONNULL MUST_CHECK;

/* The client's address: `peer`, or when that is a trusted proxy the last in
 * X-Forwarded-For that is none. */
void origin_client(const struct settings *settings, const char *peer,
    const char *forwarded_for, char *out, size_t size) NONNULL_ARGS(1, 2, 4);

/* What rate limits count: the address, of IPv6 its /64. */
void origin_network(const char *address, char *out, size_t size) NONNULL;

#endif
