/* What the engine promises of its traffic: limits that hold, encryption, the
 * interface it is bound to, and what trackers tell. */
#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "tests/unit/torrent/engine_world.h"

enum { PIECE = 256 * 1024, MIB = 1024 * 1024 };

/* --- Limits ------------------------------------------------------------------ */

enum { LIMITED = 32, RATE = 4 * MIB };

/* 8 MiB at 4 MiB a second; a machine that is slow only takes longer. */
static void
takes_its_time(struct swarm *s, torrent_id id)
{
	int64_t from = clock_mono_ms();

	torrent_admit(s->leecher.engine, id, 0, LIMITED);
	side_until_published(&s->leecher, id, LIMITED * PIECE);
	assert_true(clock_mono_ms() - from >= 1200);
}

static void
test_limit_of_torrent(void **state)
{
	struct swarm *s = *state;
	torrent_id id = swarm_add(s);

	side_until_there(&s->leecher, id);
	torrent_limit(s->leecher.engine, id, 0, RATE);
	takes_its_time(s, id);
}

static void
test_limit_of_shared(void **state)
{
	struct swarm *s = *state;

	side_until_there(&s->seeder, s->shared);
	torrent_limit(s->seeder.engine, s->shared, RATE, 0);
	takes_its_time(s, swarm_add(s));
}

static void
test_limit_of_all(void **state)
{
	struct swarm *s = *state;

	s->leecher.options.settings.download_limit = RATE;
	assert_ok(torrent_engine_apply(
		      s->leecher.engine, &s->leecher.options.settings, &s->err),
	    &s->err);
	takes_its_time(s, swarm_add(s));
}

static void
test_limit_of_seeder(void **state)
{
	struct swarm *s = *state;

	s->seeder.options.settings.upload_limit = RATE;
	assert_ok(torrent_engine_apply(
		      s->seeder.engine, &s->seeder.options.settings, &s->err),
	    &s->err);
	takes_its_time(s, swarm_add(s));
}

/* --- Encryption ---------------------------------------------------------------- */

static void
set_encryption(struct side *side, enum torrent_encryption encryption)
{
	struct err err;

	side->options.settings.encryption = encryption;
	assert_ok(
	    torrent_engine_apply(side->engine, &side->options.settings, &err),
	    &err);
}

static void
talk(struct swarm *s, enum torrent_encryption seeder,
    enum torrent_encryption leecher)
{
	set_encryption(&s->seeder, seeder);
	set_encryption(&s->leecher, leecher);
	torrent_id id = swarm_add(s);
	torrent_admit(s->leecher.engine, id, 0, LIMITED);
	side_until_published(&s->leecher, id, LIMITED * PIECE);
}

static int64_t
given(struct side *side, torrent_id id)
{
	struct torrent_status status;
	struct torrent_event event;

	while (torrent_next(side->engine, &event))
		;
	assert_true(torrent_status(side->engine, id, &status));
	return status.uploaded;
}

/* A third gives to everybody, slowly: all has to come from it, as the seeder is
 * not spoken to. `where`: its address, the port for %d. */
static void
all_from_third(struct swarm *s, const char *listen, const char *where)
{
	struct side third = { .options.settings.listen = listen };
	struct torrent_add add = { .name = NAME_A, .own_file = s->film };
	torrent_id shared, id;
	char address[64];

	snprintf(third.folder, PATH_SIZE, "%s/third", s->dir);
	assert_int_equal(mkdir(third.folder, 0700), 0);
	third.options.settings.upload_limit = RATE;
	side_start(&third);
	add.torrent = s->torrent.data;
	add.torrent_len = s->torrent.len;
	assert_ok(torrent_add(third.engine, &add, &shared, &s->err), &s->err);
	snprintf(
	    address, sizeof(address), where, torrent_engine_port(third.engine));
	id = swarm_add_with(s, address);
	torrent_admit(s->leecher.engine, id, 0, LIMITED);
	side_until_published(&s->leecher, id, LIMITED * PIECE);
	while (given(&third, shared) < LIMITED * PIECE) {
		assert_int_equal(given(&s->seeder, s->shared), 0);
		side_listen(&third);
	}
	assert_int_equal(given(&s->seeder, s->shared), 0);
	side_stop(&third);
}

static void
do_not_talk(struct swarm *s, enum torrent_encryption seeder,
    enum torrent_encryption leecher)
{
	set_encryption(&s->seeder, seeder);
	set_encryption(&s->leecher, leecher);
	all_from_third(s, "127.0.0.1:0", "127.0.0.1:%d");
}

static void
test_required_and_allowed(void **state)
{
	talk(*state, TORRENT_REQUIRE, TORRENT_ALLOW);
}

static void
test_allowed_and_plain(void **state)
{
	talk(*state, TORRENT_ALLOW, TORRENT_PLAIN);
}

static void
test_required_and_plain(void **state)
{
	do_not_talk(*state, TORRENT_REQUIRE, TORRENT_PLAIN);
}

static void
test_plain_and_required(void **state)
{
	do_not_talk(*state, TORRENT_PLAIN, TORRENT_REQUIRE);
}

/* --- Trackers ---------------------------------------------------------------- */

/* Answers each connection: what is told with an announcement differs from what
 * is told to who asks for the counts alone. */
static void
track(int listener, const unsigned char *hash)
{
	static const char announced[] =
	    "d8:completei2e10:incompletei1e8:intervali1800e5:peers0:e";
	char request[4096], answer[512];
	struct buf body;

	for (;;) {
		int fd = accept(listener, NULL, NULL);
		ssize_t n = fd == -1 ? -1 : read(fd, request, sizeof(request));

		if (n <= 0)
			_exit(1);
		buf_init(&body, sizeof(answer));
		if (n > 11 && memcmp(request, "GET /scrape", 11) == 0) {
			buf_puts(&body, "d5:filesd20:");
			buf_append(&body, (const char *)hash, 20);
			buf_puts(&body,
			    "d8:completei7e10:downloadedi0e10:incompletei3eeee");
		} else {
			buf_puts(&body, announced);
		}
		n = snprintf(answer, sizeof(answer),
		    "HTTP/1.0 200 OK\r\nContent-Length: %zu\r\n\r\n", body.len);
		if (write(fd, answer, (size_t)n) != n ||
		    write(fd, body.data, body.len) != (ssize_t)body.len)
			_exit(1);
		close(fd);
		buf_fini(&body);
	}
}

static pid_t
start_tracker(const unsigned char *hash, char *url, size_t size)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	assert_int_equal(bind(fd, (struct sockaddr *)&in, len), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	snprintf(url, size, "http://127.0.0.1:%d/announce", ntohs(in.sin_port));
	pid = fork();
	assert_true(pid != -1);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		track(fd, hash);
	}
	close(fd);
	return pid;
}

static void
test_scrape(void **state)
{
	struct swarm *s = *state;
	struct torrent_engine *e = s->leecher.engine;
	char url[64];
	const char *trackers[] = { url, "http://127.0.0.1:9/announce", NULL };
	struct torrent_add add = { .name = NAME_B,
		.torrent = s->torrent.data,
		.torrent_len = s->torrent.len,
		.trackers = trackers };
	struct torrent_tracker tracker;
	struct torrent_status status;
	struct torrent_meta meta;
	torrent_id id;
	pid_t pid;

	assert_ok(
	    torrent_parse(s->torrent.data, s->torrent.len, &meta, &s->err),
	    &s->err);
	pid = start_tracker(meta.hash, url, sizeof(url));
	torrent_meta_free(&meta);
	s->leecher.options.settings.trusts_local = true;
	assert_ok(
	    torrent_engine_apply(e, &s->leecher.options.settings, &s->err),
	    &s->err);
	assert_ok(torrent_add(e, &add, &id, &s->err), &s->err);
	assert_true(torrent_tracker_at(e, id, 0, &tracker));
	assert_int_equal(tracker.state, TORRENT_TRACKER_ASKED);
	side_await(&s->leecher, TORRENT_EVENT_TRACKER, id);
	side_await(&s->leecher, TORRENT_EVENT_TRACKER, id);
	for (int i = 0; i < 2; i++) {
		assert_true(torrent_tracker_at(e, id, i, &tracker));
		bool is_dead = strcmp(tracker.host, "127.0.0.1:9") == 0;
		assert_int_equal(tracker.state,
		    is_dead ? TORRENT_TRACKER_FAILED : TORRENT_TRACKER_OK);
		assert_true((tracker.text != NULL) == is_dead);
	}
	assert_false(torrent_tracker_at(e, id, 2, &tracker));
	torrent_scrape(e, id);
	side_await(&s->leecher, TORRENT_EVENT_SCRAPE, id);
	assert_true(torrent_status(e, id, &status));
	assert_int_equal(status.n_known_seeds, 7);
	assert_int_equal(status.n_known_peers, 3);
	assert_false(status.tracker_failed);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* --- The interface ----------------------------------------------------------- */

static void
test_bound(void **state)
{
	struct swarm *s = *state;

	side_stop(&s->leecher);
	s->leecher.options.settings.interface = "lo";
	side_start(&s->leecher);
	torrent_id id = swarm_add(s);
	torrent_admit(s->leecher.engine, id, 0, 20);
	side_until_published(&s->leecher, id, 20 * PIECE);
}

static bool
can_connect(int family, const struct sockaddr *to, socklen_t len)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is_there = fd != -1 && connect(fd, to, len) == 0;

	if (fd != -1)
		close(fd);
	return is_there;
}

static bool
has_ipv6(void)
{
	struct sockaddr_in6 in = { .sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is_there =
	    fd != -1 && bind(fd, (struct sockaddr *)&in, sizeof(in)) == 0;

	if (fd != -1)
		close(fd);
	return is_there;
}

/* Who is bound to one address neither listens nor calls from another, whatever
 * net.listen says. */
static void
test_bound_to_address(void **state)
{
	struct swarm *s = *state;
	struct sockaddr_in6 inside = { .sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_in outside = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	if (!has_ipv6())
		skip();
	side_stop(&s->leecher);
	s->leecher.options.settings.interface = "::1";
	side_start(&s->leecher);
	inside.sin6_port = outside.sin_port =
	    htons((uint16_t)torrent_engine_port(s->leecher.engine));
	assert_true(
	    can_connect(AF_INET6, (struct sockaddr *)&inside, sizeof(inside)));
	assert_false(
	    can_connect(AF_INET, (struct sockaddr *)&outside, sizeof(outside)));
	all_from_third(s, "[::1]:0", "[::1]:%d");
}

#define SWARM_TEST(name)                                                       \
	cmocka_unit_test_setup_teardown(name, swarm_setup, swarm_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SWARM_TEST(test_limit_of_torrent),
		SWARM_TEST(test_limit_of_shared),
		SWARM_TEST(test_limit_of_all),
		SWARM_TEST(test_limit_of_seeder),
		SWARM_TEST(test_required_and_allowed),
		SWARM_TEST(test_allowed_and_plain),
		SWARM_TEST(test_required_and_plain),
		SWARM_TEST(test_plain_and_required),
		SWARM_TEST(test_scrape),
		SWARM_TEST(test_bound),
		SWARM_TEST(test_bound_to_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
