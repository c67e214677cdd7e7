/* The service manager's socket: a path and an abstract name, the watchdog. */
#include "tests/unit/helpers.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "daemon/miaud/notify.h"

/* A datagram socket of that name; '@' begins an abstract one. */
static int
listen_on(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t len = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	assert_true(len < sizeof(address.sun_path));
	memcpy(address.sun_path, name, len);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	assert_int_equal(
	    bind(fd, (struct sockaddr *)&address,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)),
	    0);
	return fd;
}

static void
assert_told(const char *name, const char *text)
{
	int fd = listen_on(name);
	char got[64] = "";

	setenv("NOTIFY_SOCKET", name, 1);
	notify_send(text);
	assert_int_equal(
	    recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT), strlen(text));
	assert_string_equal(got, text);
	close(fd);
}

static void
test_send(void **state)
{
	struct world *w = *state;
	char name[WORLD_PATH_MAX + 32];

	snprintf(name, sizeof(name), "%s/notify", w->dir);
	assert_told(name, "READY=1\nSTATUS=fine");
	snprintf(name, sizeof(name), "@miau-notify-%d", (int)getpid());
	assert_told(name, "STOPPING=1");
	/* Nobody, nonsense, too long: nothing happens. */
	unsetenv("NOTIFY_SOCKET");
	notify_send("READY=1");
	setenv("NOTIFY_SOCKET", "relative", 1);
	notify_send("READY=1");
	setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1);
	notify_send("READY=1");
	memset(name, 'x', 200);
	name[0] = '/';
	name[200] = '\0';
	setenv("NOTIFY_SOCKET", name, 1);
	notify_send("READY=1");
	unsetenv("NOTIFY_SOCKET");
}

static void
test_watchdog(void **state)
{
	char pid[16];

	(void)state;
	unsetenv("WATCHDOG_USEC");
	assert_int_equal(notify_watchdog_ms(), 0);
	setenv("WATCHDOG_USEC", "30000000", 1);
	unsetenv("WATCHDOG_PID");
	assert_int_equal(notify_watchdog_ms(), 15000);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(notify_watchdog_ms(), 0);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	assert_int_equal(notify_watchdog_ms(), 15000);
	setenv("WATCHDOG_USEC", "x", 1);
	assert_int_equal(notify_watchdog_ms(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_send, folder_setup, world_teardown),
		cmocka_unit_test(test_watchdog),
	};

	return cmocka_run_group_tests_name("miaud/notify", tests, NULL, NULL);
}
