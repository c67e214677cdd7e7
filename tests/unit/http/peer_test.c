/* Whether a client has left, by real connections on loopback. */
#include "lib/http/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/helpers.h"

enum { PATIENCE_MS = 240 * 1000 };

/* One connection: its ends, and how a web server would name them. */
struct line {
	int listener, client, server;
	char here[INET6_ADDRSTRLEN], there[INET6_ADDRSTRLEN];
	char port_here[8], port_there[8];
};

union any_address {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static void
name(const union any_address *address, char *text, char *port)
{
	bool is_v4 = address->sa.sa_family == AF_INET;
	const void *bytes = is_v4 ? (const void *)&address->v4.sin_addr
				  : (const void *)&address->v6.sin6_addr;

	assert_non_null(
	    inet_ntop(address->sa.sa_family, bytes, text, INET6_ADDRSTRLEN));
	snprintf(port, 8, "%u",
	    ntohs(is_v4 ? address->v4.sin_port : address->v6.sin6_port));
}

static void
connect_line(struct line *line, const union any_address *to, in_port_t from)
{
	union any_address bound = { .v4 = { .sin_family = AF_INET,
					.sin_port = from } };
	socklen_t len = sizeof(union any_address);
	union any_address here, there;
	int on = 1;

	line->client = socket(to->sa.sa_family, SOCK_STREAM, 0);
	setsockopt(line->client, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (from != 0)
		assert_int_equal(
		    bind(line->client, &bound.sa, sizeof(bound.v4)), 0);
	assert_int_equal(connect(line->client, &to->sa, sizeof(*to)), 0);
	line->server = accept(line->listener, &there.sa, &len);
	assert_true(line->server >= 0);
	len = sizeof(here);
	assert_int_equal(getsockname(line->server, &here.sa, &len), 0);
	name(&here, line->here, line->port_here);
	name(&there, line->there, line->port_there);
}

static void
listen_line(struct line *line, union any_address *at)
{
	socklen_t len = sizeof(*at);
	int on = 1;

	line->listener = socket(at->sa.sa_family, SOCK_STREAM, 0);
	assert_true(line->listener >= 0);
	setsockopt(line->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	assert_int_equal(bind(line->listener, &at->sa, sizeof(*at)), 0);
	assert_int_equal(listen(line->listener, 4), 0);
	assert_int_equal(getsockname(line->listener, &at->sa, &len), 0);
}

static union any_address
loopback(void)
{
	return (
	    union any_address){ .v4 = { .sin_family = AF_INET,
				    .sin_addr = { htonl(INADDR_LOOPBACK) } } };
}

static void
open_line(struct line *line, struct http_peer *peer)
{
	union any_address at = loopback();

	listen_line(line, &at);
	connect_line(line, &at, 0);
	http_peer_init(
	    peer, line->here, line->port_here, line->there, line->port_there);
}

static void
close_line(struct line *line)
{
	close(line->server);
	close(line->listener);
}

/* A busy kernel may deliver even on loopback a moment later. */
static void
await_end(const struct line *line)
{
	struct pollfd end = { .fd = line->server, .events = POLLRDHUP };

	assert_int_equal(poll(&end, 1, PATIENCE_MS), 1);
}

static void
leave(const struct line *line)
{
	close(line->client);
	await_end(line);
}

static void
reset(const struct line *line)
{
	struct linger at_once = { .l_onoff = 1 };

	setsockopt(
	    line->client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	leave(line);
}

static void
test_closes(void **state)
{
	struct http_peer peer;
	struct line line;

	(void)state;
	open_line(&line, &peer);
	assert_false(http_peer_has_left(&peer));
	assert_int_equal(write(line.client, "x", 1), 1);
	assert_false(http_peer_has_left(&peer));
	leave(&line);
	assert_true(http_peer_has_left(&peer));
	close_line(&line);
	assert_true(http_peer_has_left(&peer));
}

static void
test_closed_before_the_first_look(void **state)
{
	struct http_peer peer;
	struct line line;

	(void)state;
	open_line(&line, &peer);
	assert_int_equal(shutdown(line.client, SHUT_WR), 0);
	await_end(&line);
	assert_true(http_peer_has_left(&peer));
	close(line.client);
	close_line(&line);
}

static void
test_resets(void **state)
{
	struct http_peer peer;
	struct line line;

	(void)state;
	open_line(&line, &peer);
	assert_false(http_peer_has_left(&peer));
	reset(&line);
	assert_true(http_peer_has_left(&peer));
	close_line(&line);
}

/* Of what was never there nobody knows whether it has left: it may be on
 * another machine. */
static void
test_never_seen(void **state)
{
	struct http_peer peer;
	struct line line;

	(void)state;
	open_line(&line, &peer);
	reset(&line);
	assert_false(http_peer_has_left(&peer));
	http_peer_init(
	    &peer, "192.0.2.1", line.port_here, "192.0.2.2", line.port_there);
	assert_false(http_peer_has_left(&peer));
	assert_false(http_peer_has_left(&peer));
	close_line(&line);
}

/* Another connection from the same port. */
static void
test_replaced(void **state)
{
	union any_address at = loopback();
	struct http_peer peer;
	struct line line;
	in_port_t port;

	(void)state;
	listen_line(&line, &at);
	connect_line(&line, &at, 0);
	http_peer_init(
	    &peer, line.here, line.port_here, line.there, line.port_there);
	assert_false(http_peer_has_left(&peer));
	port = htons((in_port_t)strtoul(line.port_there, NULL, 10));
	reset(&line);
	close(line.server);
	connect_line(&line, &at, port);
	assert_true(http_peer_has_left(&peer));
	close(line.client);
	close_line(&line);
}

static void
test_ipv6(void **state)
{
	union any_address at = { .v6 = { .sin6_family = AF_INET6,
				     .sin6_addr = IN6ADDR_LOOPBACK_INIT } };
	union any_address any = { .v6 = { .sin6_family = AF_INET6 } };
	union any_address v4 = loopback();
	struct http_peer peer;
	struct line line;
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	(void)state;
	if (fd == -1 || bind(fd, &at.sa, sizeof(at.v6)) == -1) {
		close(fd);
		return; /* a machine without IPv6 */
	}
	close(fd);
	listen_line(&line, &at);
	connect_line(&line, &at, 0);
	http_peer_init(
	    &peer, line.here, line.port_here, line.there, line.port_there);
	assert_string_equal(line.there, "::1");
	assert_false(http_peer_has_left(&peer));
	leave(&line);
	assert_true(http_peer_has_left(&peer));
	close_line(&line);

	/* IPv4 at a socket for both, which may be named in either way. */
	listen_line(&line, &any);
	v4.v4.sin_port = any.v6.sin6_port;
	connect_line(&line, &v4, 0);
	assert_string_equal(line.there, "::ffff:127.0.0.1");
	http_peer_init(
	    &peer, "127.0.0.1", line.port_here, line.there, line.port_there);
	assert_false(http_peer_has_left(&peer));
	leave(&line);
	assert_true(http_peer_has_left(&peer));
	close_line(&line);
}

static void
test_nonsense(void **state)
{
	static const char *const bad[][4] = {
		{ NULL, "80", "127.0.0.1", "1234" },
		{ "127.0.0.1", NULL, "127.0.0.1", "1234" },
		{ "127.0.0.1", "80", NULL, "1234" },
		{ "127.0.0.1", "80", "127.0.0.1", NULL },
		{ "", "", "", "" },
		{ "127.0.0.1", "80", "::1", "1234" },
		{ "127.0.0.1", "0", "127.0.0.1", "1234" },
		{ "127.0.0.1", "80", "127.0.0.1", "65536" },
		{ "127.0.0.1", "80", "127.0.0.1", "12x" },
		{ "/run/web.sock", "80", "127.0.0.1", "1234" },
	};
	struct http_peer peer;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		http_peer_init(
		    &peer, bad[i][0], bad[i][1], bad[i][2], bad[i][3]);
		assert_int_equal(peer.family, 0);
		assert_false(http_peer_has_left(&peer));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_closes),
		cmocka_unit_test(test_closed_before_the_first_look),
		cmocka_unit_test(test_resets),
		cmocka_unit_test(test_never_seen),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
