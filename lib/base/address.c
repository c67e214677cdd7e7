/* Finds the addresses of this machine and spells them. */
#include "lib/base/address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/fs.h"
#include "lib/base/mem.h"
#include "lib/base/paths.h"
#include "lib/base/str.h"

int
address_bind(const struct settings *settings, char out[ADDRESS_HOST_MAX],
    bool *is_ipv6, bool *is_loopback, struct err *err)
{
	const char *wanted = settings_text(settings, SETTING_HTTP_BIND);
	unsigned char address[16];
	bool six = false, loop;

	if (strcmp(wanted, "lan") == 0)
		wanted = "0.0.0.0";
	else if (strcmp(wanted, "localhost") == 0)
		wanted = "127.0.0.1";
	if (inet_pton(AF_INET, wanted, address) == 1) {
		loop = address[0] == 127;
	} else if (inet_pton(AF_INET6, wanted, address) == 1) {
		six = true;
		loop = memcmp(address, &in6addr_loopback, 16) == 0;
	} else {
		return err_set(err, ERR_SETTING_INVALID,
		    "http.bind (MIAU_BIND) must be an address of this machine, "
		    "such as 127.0.0.1, or \"lan\" for all of them.");
	}
	snprintf(out, ADDRESS_HOST_MAX, "%s", wanted);
	if (is_ipv6 != NULL)
		*is_ipv6 = six;
	if (is_loopback != NULL)
		*is_loopback = loop;
	return 0;
}

/* The file is missing, or empty, where IPv6 is off. */
static bool
speaks_ipv6(void)
{
	FILE *file = fopen("/proc/net/if_inet6", "re");
	bool does = file != NULL && fgetc(file) != EOF;

	if (file != NULL)
		fclose(file);
	return does;
}

bool
address_is_dual(const struct settings *settings)
{
	return strcmp(settings_text(settings, SETTING_HTTP_BIND), "lan") == 0 &&
	    speaks_ipv6();
}

bool
address_is_everywhere(const char *bind)
{
	return strcmp(bind, "0.0.0.0") == 0 || strcmp(bind, "::") == 0;
}

const char *
address_from_here(const char *bind)
{
	if (!address_is_everywhere(bind))
		return bind;
	return bind[0] == ':' ? "::1" : "127.0.0.1";
}

static bool
has_file(const char *name)
{
	struct paths *paths = mem_calloc(1, sizeof(*paths));
	char path[PATHS_MAX + 32];
	struct err ignored;
	bool has;

	has = paths_init(paths, &ignored) == 0;
	snprintf(path, sizeof(path), "%s/%s", paths->state, name);
	has = has && fs_exists(path);
	free(paths);
	return has;
}

bool
address_is_announced(void)
{
	return has_file(ADDRESS_NOTE);
}

bool
address_has_tls(const struct settings *settings)
{
	return settings_text(settings, SETTING_TLS_CERTIFICATE)[0] != '\0' ||
	    has_file(ADDRESS_TLS_FILE);
}

static void
spell(const struct settings *settings, const char *host, bool is_tls, char *out,
    size_t size)
{
	const char *base = settings_text(settings, SETTING_HTTP_BASE_PATH);
	int port = (int)settings_int(
	    settings, is_tls ? SETTING_TLS_PORT : SETTING_HTTP_PORT);
	bool is_ipv6 = strchr(host, ':') != NULL;
	char number[16] = "";

	if (port != (is_tls ? 443 : 80))
		snprintf(number, sizeof(number), ":%d", port);
	snprintf(out, size, "http%s://%s%s%s%s%s", is_tls ? "s" : "",
	    is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", number, base);
}

void
address_plain_url(
    const struct settings *settings, const char *host, char *out, size_t size)
{
	spell(settings, host, false, out, size);
}

void
address_url(
    const struct settings *settings, const char *host, char *out, size_t size)
{
	spell(settings, host, address_has_tls(settings), out, size);
}

static void
add(const struct settings *settings, enum address_scope scope, const char *host,
    struct address_list *list)
{
	struct address *address = &list->at[list->n];

	if (list->n == ADDRESSES_MAX)
		return;
	list->n++;
	address->scope = scope;
	snprintf(address->host, sizeof(address->host), "%s", host);
	address_url(settings, host, address->url, sizeof(address->url));
}

/* Said without a path, it is meant to be below http.basePath too. */
static void
add_public(const struct settings *settings, struct address_list *list)
{
	const char *url = settings_text(settings, SETTING_HTTP_PUBLIC_URL);
	const char *host = strstr(url, "://");
	const char *path = strchr(host == NULL ? url : host + 3, '/');
	struct address *address = &list->at[0];

	if (url[0] == '\0')
		return;
	list->n = 1;
	address->scope = ADDRESS_PUBLIC;
	address->host[0] = '\0';
	if (path == NULL || path[1] == '\0')
		snprintf(address->url, sizeof(address->url), "%.*s%s",
		    (int)(path == NULL ? strlen(url) : (size_t)(path - url)),
		    url, settings_text(settings, SETTING_HTTP_BASE_PATH));
	else
		snprintf(address->url, sizeof(address->url), "%s%s", url,
		    str_ends(url, "/") ? "" : "/");
}

/* An address of an interface, and how soon it is shown. */
struct found {
	char host[ADDRESS_HOST_MAX];
	int rank;
};

/* Devices of the house are on the wire or the radio, not behind an interface
 * that a program made for machines within this one, or for a tunnel. */
static bool
is_inner(const char *interface)
{
	static const char *const names[] = { "docker", "br-", "veth", "virbr",
		"lxc", "cni", "podman", "tun", "tap", "wg", "vmnet", "vboxnet",
		NULL };
	size_t i;

	for (i = 0; names[i] != NULL; i++)
		if (str_starts(interface, names[i]))
			return true;
	return false;
}

/* False for what nobody types: down, link-local (it needs a zone), multicast,
 * or of another family. */
static bool
look_at(const struct ifaddrs *one, bool wants_ipv6, struct found *found)
{
	const struct sockaddr_in6 *six;
	const struct sockaddr_in *four;

	if (one->ifa_addr == NULL || (one->ifa_flags & IFF_UP) == 0 ||
	    (one->ifa_flags & IFF_LOOPBACK) != 0)
		return false;
	found->rank = is_inner(one->ifa_name) ? 2 : 0;
	if (one->ifa_addr->sa_family == AF_INET) {
		four = (const struct sockaddr_in *)(void *)one->ifa_addr;
		return (ntohl(four->sin_addr.s_addr) >> 16) != 0xa9fe &&
		    inet_ntop(AF_INET, &four->sin_addr, found->host,
			sizeof(found->host)) != NULL;
	}
	if (one->ifa_addr->sa_family != AF_INET6 || !wants_ipv6)
		return false;
	six = (const struct sockaddr_in6 *)(void *)one->ifa_addr;
	found->rank++;
	return !IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr) &&
	    !IN6_IS_ADDR_MULTICAST(&six->sin6_addr) &&
	    inet_ntop(AF_INET6, &six->sin6_addr, found->host,
		sizeof(found->host)) != NULL;
}

static int
compare_found(const void *a, const void *b)
{
	const struct found *one = a, *other = b;

	if (one->rank != other->rank)
		return one->rank - other->rank;
	return strcmp(one->host, other->host);
}

static void
add_interfaces(
    const struct settings *settings, bool wants_ipv6, struct address_list *list)
{
	struct found found[ADDRESSES_MAX];
	struct ifaddrs *all, *one;
	size_t i, n = 0;

	if (getifaddrs(&all) == -1)
		return;
	for (one = all; one != NULL && n < ADDRESSES_MAX; one = one->ifa_next)
		if (look_at(one, wants_ipv6, &found[n]))
			n++;
	freeifaddrs(all);
	qsort(found, n, sizeof(found[0]), compare_found);
	for (i = 0; i < n; i++)
		add(settings, ADDRESS_HOUSE, found[i].host, list);
}

void
address_find(const struct settings *settings, struct address_list *list)
{
	char bind[ADDRESS_HOST_MAX];
	bool is_ipv6, is_loopback;
	struct err ignored;

	list->n = 0;
	if (address_bind(settings, bind, &is_ipv6, &is_loopback, &ignored) ==
	    -1)
		return;
	add_public(settings, list);
	if (!address_is_everywhere(bind)) {
		add(settings, is_loopback ? ADDRESS_MACHINE : ADDRESS_HOUSE,
		    bind, list);
		return;
	}
	if (address_is_announced())
		add(settings, ADDRESS_NAME, ADDRESS_LOCAL_NAME, list);
	add_interfaces(settings, is_ipv6 || address_is_dual(settings), list);
	add(settings, ADDRESS_MACHINE, "localhost", list);
}

/* A name that not every device looks up comes after all numbers. */
const struct address *
address_for_others(const struct address_list *list)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (list->at[i].scope == ADDRESS_PUBLIC ||
		    list->at[i].scope == ADDRESS_HOUSE)
			return &list->at[i];
	return NULL;
}

void
address_page(const struct settings *settings, const char *page,
    const char *secret, char out[ADDRESS_PAGE_MAX])
{
	struct address_list list;
	const struct address *best;

	address_find(settings, &list);
	best = address_for_others(&list);
	if (best == NULL && list.n > 0)
		best = &list.at[0];
	snprintf(out, ADDRESS_PAGE_MAX, "%s%s#%s",
	    best == NULL ? "" : best->url, page, secret);
}

const struct address *
address_in_house(const struct address_list *list)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (list->at[i].scope == ADDRESS_HOUSE)
			return &list->at[i];
	return NULL;
}

const char *
address_scope_name(enum address_scope scope)
{
	static const char *const names[] = { "public", "name", "house",
		"machine" };

	return names[scope];
}
