/* Judges hosts, origins and addresses. */
#include "lib/http/origin.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/address.h"
#include "lib/base/str.h"

/* An address in the form of IPv6; IPv4 mapped. */
static bool
parse_address(const char *text, struct in6_addr *out)
{
	struct in_addr four;

	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET6, text, out) == 1)
		return true;
	if (inet_pton(AF_INET, text, &four) != 1)
		return false;
	out->s6_addr[10] = out->s6_addr[11] = 0xff;
	memcpy(&out->s6_addr[12], &four, sizeof(four));
	return true;
}

bool
origin_host_name(const char *host, char out[ORIGIN_HOST_MAX])
{
	const char *end, *port;
	size_t len, i;
	int64_t n;

	if (host[0] == '[') {
		end = strchr(++host, ']');
		if (end == NULL)
			return false;
		port = end + 1;
	} else {
		end = port = host + strcspn(host, ":");
	}
	len = (size_t)(end - host);
	if (len == 0 || len >= ORIGIN_HOST_MAX)
		return false;
	if (*port != '\0' &&
	    (*port != ':' || !str_to_int64(port + 1, 0, 65535, &n)))
		return false;
	for (i = 0; i < len; i++) {
		if (!isalnum((unsigned char)host[i]) &&
		    strchr(".-_:", host[i]) == NULL)
			return false;
		out[i] = (char)tolower((unsigned char)host[i]);
	}
	/* A name may be written with its root's dot. */
	if (len > 1 && out[len - 1] == '.')
		len--;
	out[len] = '\0';
	return true;
}

bool
origin_is_loopback(const char *address)
{
	struct in6_addr at;

	if (!parse_address(address, &at))
		return false;
	return IN6_IS_ADDR_LOOPBACK(&at) ||
	    (IN6_IS_ADDR_V4MAPPED(&at) && at.s6_addr[12] == 127);
}

bool
origin_is_loopback_name(const char *name)
{
	return strcmp(name, "localhost") == 0 || origin_is_loopback(name);
}

static bool
interface_has(const struct ifaddrs *one, const struct in6_addr *wanted)
{
	struct in6_addr at = { 0 };

	if (one->ifa_addr == NULL)
		return false;
	if (one->ifa_addr->sa_family == AF_INET6) {
		at = ((struct sockaddr_in6 *)(void *)one->ifa_addr)->sin6_addr;
	} else if (one->ifa_addr->sa_family == AF_INET) {
		at.s6_addr[10] = at.s6_addr[11] = 0xff;
		memcpy(&at.s6_addr[12],
		    &((struct sockaddr_in *)(void *)one->ifa_addr)->sin_addr,
		    4);
	} else {
		return false;
	}
	return memcmp(&at, wanted, sizeof(at)) == 0;
}

static bool
is_own_address(const char *name, const char *server_address)
{
	struct ifaddrs *all, *one;
	struct in6_addr wanted, server;
	bool found = false;

	if (!parse_address(name, &wanted))
		return false;
	if (server_address != NULL && parse_address(server_address, &server) &&
	    memcmp(&wanted, &server, sizeof(server)) == 0)
		return true;
	if (getifaddrs(&all) == -1)
		return false;
	for (one = all; one != NULL && !found; one = one->ifa_next)
		found = interface_has(one, &wanted);
	freeifaddrs(all);
	return found;
}

/* Takes "scheme://host[:port]" apart; what follows may only be a path. */
static bool
split_origin(const char *origin, bool *is_tls, char host[ORIGIN_HOST_MAX],
    int64_t *port, char *full, size_t full_size)
{
	const char *at = str_after(origin, "http://"), *colon;
	size_t len;

	*is_tls = at == NULL;
	if (at == NULL)
		at = str_after(origin, "https://");
	if (at == NULL)
		return false;
	len = strcspn(at, "/?#");
	if (len == 0 || len >= full_size)
		return false;
	memcpy(full, at, len);
	full[len] = '\0';
	*port = *is_tls ? 443 : 80;
	colon = strrchr(full, ':');
	if (colon != NULL && strchr(colon, ']') == NULL &&
	    !str_to_int64(colon + 1, 1, 65535, port))
		return false;
	return origin_host_name(full, host);
}

bool
origin_knows_host(const struct settings *settings, const char *host,
    const char *server_address)
{
	char name[ORIGIN_HOST_MAX], own[ORIGIN_HOST_MAX], full[512];
	const char *url = settings_text(settings, SETTING_HTTP_PUBLIC_URL);
	int64_t port;
	bool is_tls;

	if (!origin_host_name(host, name))
		return false;
	return origin_is_loopback_name(name) ||
	    (strcmp(name, ADDRESS_LOCAL_NAME) == 0 && address_is_announced()) ||
	    settings_list_has(settings, SETTING_HTTP_HOSTS, name) ||
	    settings_list_has(settings, SETTING_HTTP_HOSTS, host) ||
	    (split_origin(url, &is_tls, own, &port, full, sizeof(full)) &&
		strcmp(own, name) == 0) ||
	    is_own_address(name, server_address);
}

/* A name is ours on our port, on the ports that a proxy in front uses, and
 * where http.hosts or http.publicUrl say so. Another port of the same name is
 * another program. */
bool
origin_is_own(const struct settings *settings, const char *origin,
    const char *server_address)
{
	const char *url = settings_text(settings, SETTING_HTTP_PUBLIC_URL);
	char name[ORIGIN_HOST_MAX], own[ORIGIN_HOST_MAX];
	char full[512], own_full[512];
	bool is_tls, own_tls;
	int64_t port, own_port;

	if (!split_origin(origin, &is_tls, name, &port, full, sizeof(full)))
		return false;
	if (split_origin(
		url, &own_tls, own, &own_port, own_full, sizeof(own_full)) &&
	    own_tls == is_tls && own_port == port && strcmp(own, name) == 0)
		return true;
	if (settings_list_has(settings, SETTING_HTTP_HOSTS, full))
		return true;
	if (port == settings_int(settings, SETTING_HTTP_PORT) ||
	    (is_tls && port == settings_int(settings, SETTING_TLS_PORT)))
		return origin_knows_host(settings, full, server_address);
	return port == (is_tls ? 443 : 80) &&
	    settings_list_has(settings, SETTING_HTTP_HOSTS, name);
}

bool
origin_is_listed(const struct settings *settings, const char *origin)
{
	return origin[0] != '\0' && strcmp(origin, "null") != 0 &&
	    settings_list_has(settings, SETTING_CORS_ORIGINS, origin);
}

bool
origin_may_change(const struct settings *settings, const char *origin,
    const char *fetch_site, const char *server_address)
{
	if (origin != NULL && origin_is_listed(settings, origin))
		return true;
	/* What the browser itself says about the relation counts most. */
	if (fetch_site != NULL)
		return strcmp(fetch_site, "same-origin") == 0;
	return origin != NULL &&
	    origin_is_own(settings, origin, server_address);
}

/* Whether `address` lies in "10.0.0.0/8", "::1" … */
static bool
in_network(const struct in6_addr *address, const char *network, size_t len)
{
	char text[ORIGIN_HOST_MAX], *slash;
	struct in6_addr base;
	int64_t bits = 128, i;

	if (len >= sizeof(text))
		return false;
	memcpy(text, network, len);
	text[len] = '\0';
	slash = strchr(text, '/');
	if (slash != NULL)
		*slash++ = '\0';
	if (!parse_address(text, &base))
		return false;
	if (slash != NULL) {
		if (!str_to_int64(slash, 0, 128, &bits))
			return false;
		if (strchr(text, ':') == NULL)
			bits += 96;
	}
	for (i = 0; i < bits && i < 128; i++)
		if (((address->s6_addr[i / 8] ^ base.s6_addr[i / 8]) &
			(0x80 >> (i % 8))) != 0)
			return false;
	return true;
}

bool
origin_is_trusted_proxy(const struct settings *settings, const char *address)
{
	const char *at = settings_text(settings, SETTING_HTTP_TRUSTED_PROXIES);
	struct in6_addr parsed;
	size_t len;

	if (*at == '\0' || !parse_address(address, &parsed))
		return false;
	for (; *at != '\0'; at += len) {
		at += strspn(at, ", \t");
		len = strcspn(at, ", \t");
		if (len > 0 && in_network(&parsed, at, len))
			return true;
	}
	return false;
}

/* The element that ends at `end`, trimmed, its port left out. */
static bool
forwarded_address(const char *from, const char *end, char *out, size_t size)
{
	struct in6_addr parsed;
	char *colon;
	size_t len;

	while (from < end && (*from == ' ' || *from == '\t'))
		from++;
	while (end > from && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	len = (size_t)(end - from);
	if (len == 0 || len >= size)
		return false;
	memcpy(out, from, len);
	out[len] = '\0';
	colon = strchr(out, ':');
	if (out[0] == '[') {
		memmove(out, out + 1, len);
		out[strcspn(out, "]")] = '\0';
	} else if (colon != NULL && strrchr(out, ':') == colon) {
		*colon = '\0';
	}
	return parse_address(out, &parsed);
}

void
origin_client(const struct settings *settings, const char *peer,
    const char *forwarded_for, char *out, size_t size)
{
	const char *end, *from;
	char one[ORIGIN_HOST_MAX];

	snprintf(out, size, "%s", peer);
	if (forwarded_for == NULL)
		return;
	/* Each proxy appends whom it heard: read from the end, for as long as
	 * the one who says so is trusted. */
	end = forwarded_for + strlen(forwarded_for);
	while (origin_is_trusted_proxy(settings, out)) {
		for (from = end; from > forwarded_for && from[-1] != ',';)
			from--;
		if (!forwarded_address(from, end, one, sizeof(one)))
			return;
		snprintf(out, size, "%s", one);
		if (from == forwarded_for)
			return;
		end = from - 1;
	}
}

void
origin_network(const char *address, char *out, size_t size)
{
	struct in6_addr at;
	char text[INET6_ADDRSTRLEN];

	snprintf(out, size, "%s", address);
	if (!parse_address(address, &at) || IN6_IS_ADDR_V4MAPPED(&at))
		return;
	memset(&at.s6_addr[8], 0, 8);
	if (inet_ntop(AF_INET6, &at, text, sizeof(text)) != NULL)
		snprintf(out, size, "%s", text);
}
