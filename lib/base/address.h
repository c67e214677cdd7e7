/*
 * The addresses at which this installation is reached: what it listens on, and
 * what people on this machine and on other devices of the house type.
 */
#ifndef LIB_BASE_ADDRESS_H
#define LIB_BASE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/settings.h"

enum { ADDRESS_HOST_MAX = 64, ADDRESS_URL_MAX = 512, ADDRESSES_MAX = 32 };

/* The name that is announced in the house where Avahi runs. */
#define ADDRESS_LOCAL_NAME "miauflix.local"
/* A file in the state folder while it is. */
#define ADDRESS_NOTE "run/announced"

enum address_scope {
	ADDRESS_PUBLIC,  /* http.publicUrl */
	ADDRESS_NAME,    /* ADDRESS_LOCAL_NAME */
	ADDRESS_HOUSE,   /* an address that other devices reach */
	ADDRESS_MACHINE, /* from this machine alone */
};

struct address {
	enum address_scope scope;
	char host[ADDRESS_HOST_MAX]; /* "" when public */
	char url[ADDRESS_URL_MAX];   /* ends with '/' */
};

/* Best first. */
struct address_list {
	size_t n;
	struct address at[ADDRESSES_MAX];
};

/* The address to bind: "lan" becomes "0.0.0.0"; anything that is no IPv4 or
 * IPv6 address is ERR_SETTING_INVALID. *is_ipv6 and *is_loopback tell about it
 * (both may be NULL). */
int address_bind(const struct settings *settings, char out[ADDRESS_HOST_MAX],
    bool *is_ipv6, bool *is_loopback, struct err *err)
    NONNULL_ARGS(1, 2, 5) MUST_CHECK;

/* Whether a bound address stands for all of this machine's. */
bool address_is_everywhere(const char *bind) NONNULL MUST_CHECK;

/* Where this machine itself reaches what is bound to it: loopback for all
 * addresses, the address itself else. */
const char *address_from_here(
    const char *bind) NONNULL RETURNS_NONNULL MUST_CHECK;

/* Whether "[::]" is listened on beside "0.0.0.0": all of a machine that speaks
 * IPv6 was asked for ("lan"). */
bool address_is_dual(const struct settings *settings) NONNULL MUST_CHECK;

/* Whether ADDRESS_LOCAL_NAME is announced. */
bool address_is_announced(void) MUST_CHECK;

/* Whether https is served: there is a certificate of one's own, or one that was
 * made here (ADDRESS_TLS_FILE in the state folder). */
#define ADDRESS_TLS_FILE "tls/server.pem"
bool address_has_tls(const struct settings *settings) NONNULL MUST_CHECK;

/* "http://host:port/base/" into out, or https where that is served;
 * address_plain_url gives http in any case. */
void address_plain_url(const struct settings *settings, const char *host,
    char *out, size_t size) NONNULL;
void address_url(const struct settings *settings, const char *host, char *out,
    size_t size) NONNULL;

/* Lists all addresses; none when http.bind cannot be used. */
void address_find(
    const struct settings *settings, struct address_list *list) NONNULL;

/* What another device is best told: the public address, else an address of the
 * house in the order in which devices reach them most surely; NULL when no
 * other device reaches this one. */
const struct address *address_for_others(
    const struct address_list *list) NONNULL MUST_CHECK;

/* The first address of the house, which is the one that devices reach most
 * surely; NULL: there is none. */
const struct address *address_in_house(
    const struct address_list *list) NONNULL MUST_CHECK;

/* A page of the app with a secret that is meant for whoever opens it,
 * "https://miau.example/join#K7QXM-…", at the address that others are best
 * told. What stands behind '#' never leaves a browser, so no server on the way
 * logs it. */
enum { ADDRESS_PAGE_MAX = ADDRESS_URL_MAX + 128 };
void address_page(const struct settings *settings, const char *page,
    const char *secret, char out[ADDRESS_PAGE_MAX]) NONNULL;

/* "public", "name", "house", "machine". */
const char *address_scope_name(
    enum address_scope scope) RETURNS_NONNULL MUST_CHECK;

#endif
