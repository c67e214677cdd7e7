/*
 * Which addresses may be reached. The lists are those of the registries of
 * special-purpose addresses (RFC 6890 and its successors).
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/attr.h"
#include "lib/net/part.h"

struct net4 {
	uint32_t address;
	int bits;
};

static const struct net4 not_public[] = {
	{ 0x00000000, 8 },  /* this network */
	{ 0x0a000000, 8 },  /* private */
	{ 0x64400000, 10 }, /* shared by providers */
	{ 0x7f000000, 8 },  /* loopback */
	{ 0xa9fe0000, 16 }, /* link-local */
	{ 0xac100000, 12 }, /* private */
	{ 0xc0000000, 24 }, /* protocols */
	{ 0xc0000200, 24 }, /* documentation */
	{ 0xc0586300, 24 }, /* relays */
	{ 0xc0a80000, 16 }, /* private */
	{ 0xc6120000, 15 }, /* benchmarks */
	{ 0xc6336400, 24 }, /* documentation */
	{ 0xcb007100, 24 }, /* documentation */
	{ 0xe0000000, 4 },  /* multicast */
	{ 0xf0000000, 4 },  /* reserved, broadcast */
};

/* Names that only a house or a machine gives. */
static const char *const house_suffixes[] = { ".localhost", ".local", ".lan",
	".home", ".internal", ".home.arpa" };

static bool
is_public4(uint32_t address)
{
	size_t i;

	for (i = 0; i < COUNT_OF(not_public); i++)
		if ((address ^ not_public[i].address) >>
			(32 - not_public[i].bits) ==
		    0)
			return false;
	return true;
}

static uint32_t
read4(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	    (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Of IPv6 only global unicast is public; what carries an IPv4 address is as
 * public as that. */
static bool
is_public6(const unsigned char a[16])
{
	static const unsigned char mapped[12] = { [10] = 0xff, 0xff };
	static const unsigned char nat64[12] = { 0x00, 0x64, 0xff, 0x9b };
	static const unsigned char documentation[4] = { 0x20, 0x01, 0x0d,
		0xb8 };
	static const unsigned char teredo[4] = { 0x20, 0x01 };

	if (memcmp(a, mapped, sizeof(mapped)) == 0 ||
	    memcmp(a, nat64, sizeof(nat64)) == 0)
		return is_public4(read4(a + 12));
	if ((a[0] & 0xe0) != 0x20 ||
	    memcmp(a, documentation, sizeof(documentation)) == 0 ||
	    memcmp(a, teredo, sizeof(teredo)) == 0)
		return false;
	if (a[0] == 0x20 && a[1] == 0x02)
		return is_public4(read4(a + 2));
	return true;
}

bool
net_address_is_public(const struct sockaddr *address)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	switch (address->sa_family) {
	case AF_INET:
		memcpy(&in, address, sizeof(in));
		return is_public4(ntohl(in.sin_addr.s_addr));
	case AF_INET6:
		memcpy(&in6, address, sizeof(in6));
		return is_public6(in6.sin6_addr.s6_addr);
	default:
		return false;
	}
}

bool
net_address_text_is_public(const char *address)
{
	unsigned char bytes[16];

	if (inet_pton(AF_INET, address, bytes) == 1)
		return is_public4(read4(bytes));
	return inet_pton(AF_INET6, address, bytes) == 1 && is_public6(bytes);
}

/* One part of an address into out; false when there is none or it is longer. */
static bool
take_part(CURLU *url, CURLUPart which, char *out, size_t size)
{
	char *part = NULL;
	bool fits;

	if (curl_url_get(url, which, &part, CURLU_DEFAULT_PORT) != CURLUE_OK)
		return false;
	fits = strlen(part) < size;
	if (fits)
		snprintf(out, size, "%s", part);
	curl_free(part);
	return fits;
}

bool
net_origin_read(const char *url, struct net_origin *out)
{
	CURLU *parts = curl_url();
	bool is_good = parts != NULL && strlen(url) < NET_URL_MAX &&
	    curl_url_set(parts, CURLUPART_URL, url, CURLU_DISALLOW_USER) ==
		CURLUE_OK &&
	    take_part(
		parts, CURLUPART_SCHEME, out->scheme, sizeof(out->scheme)) &&
	    take_part(parts, CURLUPART_HOST, out->host, sizeof(out->host)) &&
	    take_part(parts, CURLUPART_PORT, out->port, sizeof(out->port)) &&
	    (strcmp(out->scheme, "http") == 0 ||
		strcmp(out->scheme, "https") == 0);

	curl_url_cleanup(parts);
	return is_good;
}

bool
net_origin_equals(const struct net_origin *a, const struct net_origin *b)
{
	return strcmp(a->scheme, b->scheme) == 0 &&
	    strcasecmp(a->host, b->host) == 0 && strcmp(a->port, b->port) == 0;
}

static bool
ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), n = strlen(end);

	return len >= n && strcasecmp(text + len - n, end) == 0;
}

static bool
is_house(const struct net_origin *origin)
{
	char literal[NET_HOST_MAX];
	unsigned char bytes[16];
	size_t i, len = strlen(origin->host);

	snprintf(literal, sizeof(literal), "%s", origin->host);
	if (len > 2 && literal[0] == '[') {
		memmove(literal, literal + 1, len);
		literal[len - 2] = '\0';
	}
	if (inet_pton(AF_INET, literal, bytes) == 1 ||
	    inet_pton(AF_INET6, literal, bytes) == 1)
		return !net_address_text_is_public(literal);
	if (strchr(origin->host, '.') == NULL)
		return true;
	for (i = 0; i < COUNT_OF(house_suffixes); i++)
		if (ends_with(origin->host, house_suffixes[i]))
			return true;
	return false;
}

bool
net_origin_may_be_inside(
    const struct net_origin *base, const struct net_origin *origin)
{
	return is_house(base) && net_origin_equals(base, origin);
}
