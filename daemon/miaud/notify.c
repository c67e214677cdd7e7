/* The service manager's notification socket. */
#include "daemon/miaud/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/log.h"
#include "lib/base/str.h"

void
notify_send(const char *state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	socklen_t size;
	int fd;

	if (path == NULL || (path[0] != '/' && path[0] != '@') ||
	    strlen(path) >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, strlen(path));
	/* '@' stands for the NUL of an abstract name, whose length counts. */
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	    strlen(path) + (path[0] == '/'));
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return;
	if (sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT,
		(struct sockaddr *)&address, size) == -1)
		log_debug("notify", "The service manager cannot be told.");
	close(fd);
}

int64_t
notify_watchdog_ms(void)
{
	const char *limit = getenv("WATCHDOG_USEC");
	const char *owner = getenv("WATCHDOG_PID");
	int64_t usec, pid;

	if (limit == NULL || !str_to_int64(limit, 1, INT64_MAX, &usec))
		return 0;
	if (owner != NULL &&
	    (!str_to_int64(owner, 1, INT64_MAX, &pid) || pid != getpid()))
		return 0;
	usec /= 2000;
	return usec > 0 ? usec : 1;
}
