#include "daemon/confine/served.h"

#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/confine/refuse.h"
#include "daemon/miaud/media/ask.h"

enum {
	SERVED_FD = 3,
	BACKLOG = 4,
	/* Bytes that were sent and are not read yet are thrown away when the
	 * program goes elsewhere in the film. */
	SERVED_BUFFER = 256 * 1024,
};

/* A new network with nothing in it but loopback, which is up. */
static int
make_network(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd, result;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) == -1)
		return refuse("user and network namespaces");
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return refuse("a socket in a namespace");
	result = ioctl(fd, SIOCSIFFLAGS, &request);
	close(fd);
	return result == 0 ? 0 : refuse("loopback in a namespace");
}

static int
make_listener(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) },
		.sin_port = htons(ASK_PORT) };
	const int size = SERVED_BUFFER;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) == -1 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) == -1 ||
	    listen(fd, BACKLOG) == -1)
		return refuse("a listener in a namespace");
	return fd;
}

static int
pass_listener(int listener)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	char byte = 0;
	struct iovec part = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = { .msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(listener));
	memcpy(CMSG_DATA(head), &listener, sizeof(listener));
	if (sendmsg(SERVED_FD, &message, MSG_NOSIGNAL) != 1)
		return refuse("passing the listener");
	return 0;
}

/* Neither the listener nor the way by which it was passed stays. */
int
served_begin(void)
{
	int listener, result;

	if (make_network() == -1)
		return -1;
	listener = make_listener();
	if (listener == -1)
		return -1;
	result = pass_listener(listener);
	close(listener);
	close(SERVED_FD);
	return result;
}

int
served_try(void)
{
	return make_network() == 0 && make_listener() != -1 ? 0 : -1;
}
