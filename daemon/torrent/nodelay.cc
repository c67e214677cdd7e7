/*
 * Small messages leave at once. The library leaves Nagle's algorithm on: what is
 * written while an earlier small message is not acknowledged yet waits for that,
 * and who has nothing to send acknowledges 40 ms late. A magnet link meets that
 * with its first requests, which follow the few bytes that say what is here. Nor
 * does the library give its sockets away, so the one between two endpoints is
 * looked for among what is open.
 */
#include "daemon/torrent/guard.h"

#include <cstdlib>
#include <cstring>

#include <dirent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <libtorrent/peer_connection_handle.hpp>

#include "daemon/torrent/engine.h"

namespace miau
{

namespace
{

using name_fn = int (*)(int, struct sockaddr *, socklen_t *);

bool
is_at(int fd, name_fn name, const lt::tcp::endpoint &wanted)
{
	struct sockaddr_storage at;
	socklen_t len = sizeof(at);
	lt::tcp::endpoint found;

	if (name(fd, (struct sockaddr *)&at, &len) == -1 ||
	    (at.ss_family != AF_INET && at.ss_family != AF_INET6) ||
	    len > found.capacity())
		return false;
	memcpy(found.data(), &at, len);
	found.resize(len);
	return found == wanted;
}

} // namespace

void
send_at_once(const lt::peer_connection_handle &peer)
{
	const lt::tcp::endpoint here = peer.local_endpoint(),
				there = peer.remote();
	const int on = 1;
	DIR *open = opendir("/proc/self/fd");

	if (open == nullptr)
		return;
	while (const dirent *entry = readdir(open)) {
		int fd = (int)strtol(entry->d_name, nullptr, 10);

		if (entry->d_name[0] == '.' || !is_at(fd, getpeername, there) ||
		    !is_at(fd, getsockname, here))
			continue;
		/* Not TCP, or gone meanwhile: then it need not be. */
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		break;
	}
	closedir(open);
}

} // namespace miau
