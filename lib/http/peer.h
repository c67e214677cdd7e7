/*
 * The TCP connection between a client and the web server before us, as the
 * kernel of this machine sees it. A web server may never look at a client to
 * whom it has nothing to send: lighttpd 1.4.69 waits for no event at all on a
 * connection whose request lay there when it was accepted, and Apache for none
 * while a handler is silent. Who has left is seen here nevertheless.
 */
#ifndef LIB_HTTP_PEER_H
#define LIB_HTTP_PEER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/attr.h"

struct http_peer {
	int family; /* AF_INET, AF_INET6; 0: not known */
	unsigned char here[16], there[16];
	uint16_t port_here, port_there; /* in the order of the network */
	uint32_t cookie[2];
	bool was_seen;
};

/* The addresses and ports in digits, as the web server names them; each may be
 * NULL or nonsense: then nothing is ever known. */
void http_peer_init(struct http_peer *peer, const char *here,
    const char *port_here, const char *there, const char *port_there);

/*
 * Whether the client has closed its side, or the connection has ended. Only what
 * was seen alive or half closed once can have left: a web server on another
 * machine, or one that names another address for the client, is never taken for
 * an end. Costs one question to the kernel and does not wait.
 */
bool http_peer_has_left(struct http_peer *peer) NONNULL MUST_CHECK;

#endif
