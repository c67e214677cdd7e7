/* Other people's programs share the film: Debian's aria2 and transmission. What
 * arrives is the original. */
#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "tests/unit/torrent/engine_world.h"

static int
free_port(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&in, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	close(fd);
	return ntohs(in.sin_port);
}

/* Asks until somebody listens; the program's end ends the test. */
static void
await_port(int port, pid_t pid)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	for (;;) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		int rc = connect(fd, (struct sockaddr *)&in, sizeof(in));

		close(fd);
		if (rc == 0)
			return;
		if (waitpid(pid, NULL, WNOHANG) == pid)
			fail_msg("the seeder has ended");
		usleep(20000);
	}
}

static pid_t
start(const char *dir, char *const argv[])
{
	pid_t pid = fork();

	assert_true(pid != -1);
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		setenv("HOME", dir, 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	return pid;
}

/* The film under its name, and the .torrent, in a folder of the seeder's. */
static void
prepare(struct swarm *s, char dir[PATH_SIZE], char torrent[PATH_SIZE + 16])
{
	char film[PATH_SIZE + 16];

	snprintf(dir, PATH_SIZE, "%s/foreign", s->dir);
	assert_int_equal(mkdir(dir, 0700), 0);
	snprintf(film, sizeof(film), "%s/Film.mp4", dir);
	assert_int_equal(link(s->film, film), 0);
	snprintf(torrent, PATH_SIZE + 16, "%s/film.torrent", dir);
	assert_ok(
	    fs_write(torrent, s->torrent.data, s->torrent.len, 0600, &s->err),
	    &s->err);
}

static void
download_from(struct swarm *s, int port, pid_t pid)
{
	char path[PATH_SIZE];

	await_port(port, pid);
	snprintf(s->address, sizeof(s->address), "127.0.0.1:%d", port);
	torrent_id id = swarm_add(s);
	torrent_admit(s->leecher.engine, id, 0,
	    torrent_meta(s->leecher.engine, id)->n_pieces);
	side_until_published(&s->leecher, id, FILM_SIZE);
	swarm_path(s, id, path);
	films_equal(s->film, path, 0, FILM_SIZE);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
test_aria2(void **state)
{
	struct swarm *s = *state;
	char dir[PATH_SIZE], torrent[PATH_SIZE + 16];
	char folder[PATH_SIZE + 16], listen[64];
	int port = free_port();

	prepare(s, dir, torrent);
	snprintf(folder, sizeof(folder), "--dir=%s", dir);
	snprintf(listen, sizeof(listen), "--listen-port=%d", port);
	char *argv[] = { "aria2c", "--no-conf", folder, listen,
		"--interface=127.0.0.1", "--enable-dht=false",
		"--enable-dht6=false", "--bt-enable-lpd=false",
		"--enable-peer-exchange=false", "--seed-ratio=0.0",
		"--bt-seed-unverified=true", "--check-integrity=true",
		"--allow-overwrite=true", torrent, NULL };
	download_from(s, port, start(dir, argv));
}

static void
test_transmission(void **state)
{
	static const char settings[] =
	    "{\"dht-enabled\":false,\"lpd-enabled\":false,"
	    "\"utp-enabled\":false,\"pex-enabled\":false,"
	    "\"port-forwarding-enabled\":false,"
	    "\"bind-address-ipv4\":\"127.0.0.1\"}";
	struct swarm *s = *state;
	char dir[PATH_SIZE], torrent[PATH_SIZE + 16];
	char path[PATH_SIZE + 16], listen[16];
	int port = free_port();

	prepare(s, dir, torrent);
	snprintf(path, sizeof(path), "%s/settings.json", dir);
	assert_ok(fs_write(path, settings, sizeof(settings) - 1, 0600, &s->err),
	    &s->err);
	snprintf(listen, sizeof(listen), "%d", port);
	char *argv[] = { "transmission-cli", "-g", dir, "-w", dir, "-p", listen,
		"-M", torrent, NULL };
	download_from(s, port, start(dir, argv));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_aria2, swarm_setup, swarm_teardown),
		cmocka_unit_test_setup_teardown(
		    test_transmission, swarm_setup, swarm_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
