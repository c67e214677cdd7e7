/*
 * What `ss` does, for one connection: inet_diag over netlink, which asks for no
 * rights. Where it is refused or absent nothing is known.
 */
#include "lib/http/peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/str.h"

struct question {
	struct nlmsghdr head;
	struct inet_diag_req_v2 req;
};

union answer {
	struct nlmsghdr head;
	char bytes[4096];
};

/* The family, 0 when it is no address. IPv4 written as IPv6 is IPv4. */
static int
read_address(const char *text, unsigned char out[16])
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (text == NULL)
		return 0;
	if (inet_pton(AF_INET, text, out) == 1)
		return AF_INET;
	if (inet_pton(AF_INET6, text, out) != 1)
		return 0;
	if (memcmp(out, mapped, sizeof(mapped)) != 0)
		return AF_INET6;
	memmove(out, out + sizeof(mapped), 4);
	return AF_INET;
}

static bool
read_port(const char *text, uint16_t *out)
{
	int64_t port;

	if (text == NULL || !str_to_int64(text, 1, UINT16_MAX, &port))
		return false;
	*out = htons((uint16_t)port);
	return true;
}

void
http_peer_init(struct http_peer *peer, const char *here, const char *port_here,
    const char *there, const char *port_there)
{
	*peer = (struct http_peer){ .cookie = { INET_DIAG_NOCOOKIE,
					INET_DIAG_NOCOOKIE } };
	peer->family = read_address(here, peer->here);
	if (read_address(there, peer->there) != peer->family ||
	    !read_port(port_here, &peer->port_here) ||
	    !read_port(port_there, &peer->port_there))
		peer->family = 0;
}

/* Once seen the cookie names the connection, so that another one in its place is
 * not taken for it. */
static int
ask(const struct http_peer *peer, union answer *answer)
{
	struct question question = {
		.head = { .nlmsg_len = sizeof(question),
		    .nlmsg_type = SOCK_DIAG_BY_FAMILY,
		    .nlmsg_flags = NLM_F_REQUEST },
		.req = { .sdiag_family = (uint8_t)peer->family,
		    .sdiag_protocol = IPPROTO_TCP,
		    .idiag_states = UINT32_MAX,
		    .id = { .idiag_sport = peer->port_here,
			.idiag_dport = peer->port_there,
			.idiag_cookie = { peer->cookie[0],
			    peer->cookie[1] } } },
	};
	int fd =
	    socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	ssize_t n = -1;

	if (fd == -1)
		return -1;
	memcpy(question.req.id.idiag_src, peer->here, sizeof(peer->here));
	memcpy(question.req.id.idiag_dst, peer->there, sizeof(peer->there));
	/* The answer is there when the question has been sent. */
	if (send(fd, &question, sizeof(question), 0) == sizeof(question))
		n = recv(fd, answer, sizeof(*answer), MSG_DONTWAIT);
	close(fd);
	return n >= (ssize_t)sizeof(answer->head) &&
		n >= (ssize_t)answer->head.nlmsg_len
	    ? 0
	    : -1;
}

static bool
is_over(int state)
{
	switch (state) {
	case TCP_CLOSE_WAIT:
	case TCP_LAST_ACK:
	case TCP_CLOSING:
	case TCP_TIME_WAIT:
	case TCP_CLOSE:
		return true;
	default:
		return false;
	}
}

bool
http_peer_has_left(struct http_peer *peer)
{
	const struct inet_diag_msg *found;
	const struct nlmsgerr *error;
	union answer answer;

	if (peer->family == 0 || ask(peer, &answer) == -1)
		return false;
	if (answer.head.nlmsg_type == NLMSG_ERROR) {
		error = NLMSG_DATA(&answer.head);
		return peer->was_seen &&
		    answer.head.nlmsg_len >= NLMSG_LENGTH(sizeof(*error)) &&
		    (error->error == -ENOENT || error->error == -ESTALE);
	}
	found = NLMSG_DATA(&answer.head);
	/* The listening socket stands in for one that is not there. */
	if (answer.head.nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    answer.head.nlmsg_len < NLMSG_LENGTH(sizeof(*found)) ||
	    found->idiag_state == TCP_LISTEN)
		return false;
	peer->was_seen = true;
	memcpy(peer->cookie, found->id.idiag_cookie, sizeof(peer->cookie));
	return is_over(found->idiag_state);
}
