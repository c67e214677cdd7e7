/*
 * Engines for tests: one that has a film and shares it, one that wants it, both
 * on loopback over TCP, each with a folder of its own. Nothing waits for a
 * clock: tests wait for events, and give up only when none comes at all.
 */
#ifndef TESTS_UNIT_TORRENT_ENGINE_WORLD_H
#define TESTS_UNIT_TORRENT_ENGINE_WORLD_H

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

#include "daemon/torrent/torrent.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "tests/unit/helpers.h"
#include "tests/unit/torrent/films.h"

enum {
	SILENCE_MS = 240000,
	LOOK_MS = 1000,
	PATH_SIZE = WORLD_PATH_MAX + 64,
	FILM_SIZE = 24 * 1024 * 1024 + 12345,
};

#define NAME_A "0123456789abcdef0123456789abcdef"
#define NAME_B "fedcba9876543210fedcba9876543210"

struct side {
	struct torrent_engine *engine;
	struct torrent_engine_options options;
	char folder[PATH_SIZE];
	int wake;
};

struct swarm {
	char dir[WORLD_PATH_MAX];
	char film[PATH_SIZE];
	struct buf torrent;
	struct side seeder, leecher;
	torrent_id shared;
	char address[64];
	struct err err;
};

static void
side_wake(void *arg)
{
	const struct side *side = arg;
	uint64_t one = 1;

	(void)!write(side->wake, &one, sizeof(one));
}

static void
side_start(struct side *side)
{
	struct err err;

	side->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	assert_true(side->wake != -1);
	side->options.folder = side->folder;
	if (side->options.boot_id == NULL)
		side->options.boot_id = "11111111-2222-3333-4444-555555555555";
	if (side->options.settings.listen == NULL)
		side->options.settings.listen = "127.0.0.1:0";
	if (side->options.settings.interface == NULL)
		side->options.settings.interface = "";
	side->options.settings.user_agent = "Miauflix";
	side->options.wake = side_wake;
	side->options.wake_arg = side;
	assert_ok(
	    torrent_engine_new(&side->options, &side->engine, &err), &err);
	torrent_engine_pause(side->engine, false);
}

static void
side_stop(struct side *side)
{
	torrent_engine_free(side->engine);
	side->engine = NULL;
	close(side->wake);
}

/* The next event; fails the test when there is none for a long time, though the
 * engine looks at its torrents once a second. */
static void
side_next(struct side *side, struct torrent_event *event)
{
	struct pollfd fd = { .fd = side->wake, .events = POLLIN };
	int64_t from = clock_mono_ms();
	uint64_t n;

	while (!torrent_next(side->engine, event)) {
		if (clock_mono_ms() - from > SILENCE_MS)
			fail_msg("the engine says nothing");
		if (poll(&fd, 1, LOOK_MS) == 1)
			(void)!read(side->wake, &n, sizeof(n));
	}
}

static UNUSED void
side_await(struct side *side, enum torrent_event_kind kind, torrent_id id)
{
	struct torrent_event event;

	do
		side_next(side, &event);
	while (event.kind != kind || event.id != id);
}

/* Waits until the engine has something to say and hears all of it, events or
 * not: sums are told once a second without one. */
static UNUSED void
side_listen(struct side *side)
{
	struct pollfd fd = { .fd = side->wake, .events = POLLIN };
	struct torrent_event event;
	uint64_t n;

	if (poll(&fd, 1, SILENCE_MS) != 1)
		fail_msg("the engine says nothing");
	(void)!read(side->wake, &n, sizeof(n));
	while (torrent_next(side->engine, &event))
		;
}

/* Until it is in the session: what is asked of it before is done then. */
static UNUSED void
side_until_there(struct side *side, torrent_id id)
{
	torrent_save(side->engine, id);
	side_await(side, TORRENT_EVENT_RESUME, id);
}

/* As the library says something once a second, this is asked again then. */
static UNUSED void
side_until_published(struct side *side, torrent_id id, int64_t bytes)
{
	struct torrent_status status;
	struct torrent_event event;

	for (;;) {
		assert_true(torrent_status(side->engine, id, &status));
		if (status.published >= bytes)
			return;
		assert_int_not_equal(status.state, TORRENT_FAILED);
		side_next(side, &event);
	}
}

static int
swarm_setup(void **state)
{
	struct swarm *s = mem_calloc(1, sizeof(*s));
	struct torrent_make make = { .path = s->film, .name = "Film.mp4" };
	struct torrent_add add = { .name = NAME_A, .own_file = s->film };

	temp_make(s->dir);
	snprintf(s->film, sizeof(s->film), "%s/film", s->dir);
	snprintf(s->seeder.folder, PATH_SIZE, "%s/seeder", s->dir);
	snprintf(s->leecher.folder, PATH_SIZE, "%s/leecher", s->dir);
	assert_int_equal(mkdir(s->seeder.folder, 0700), 0);
	assert_int_equal(mkdir(s->leecher.folder, 0700), 0);
	film_make(s->film, FILM_SIZE, 1);
	buf_init(&s->torrent, TORRENT_BYTES_MAX);
	assert_ok(torrent_make(&make, &s->torrent, &s->err), &s->err);
	side_start(&s->seeder);
	side_start(&s->leecher);
	add.torrent = s->torrent.data;
	add.torrent_len = s->torrent.len;
	assert_ok(
	    torrent_add(s->seeder.engine, &add, &s->shared, &s->err), &s->err);
	snprintf(s->address, sizeof(s->address), "127.0.0.1:%d",
	    torrent_engine_port(s->seeder.engine));
	*state = s;
	return 0;
}

static int
swarm_teardown(void **state)
{
	struct swarm *s = *state;

	if (s->leecher.engine != NULL)
		side_stop(&s->leecher);
	if (s->seeder.engine != NULL)
		side_stop(&s->seeder);
	buf_fini(&s->torrent);
	assert_ok(fs_remove_tree(s->dir, &s->err), &s->err);
	free(s);
	return 0;
}

/* The leecher's torrent, with the seeder and `further` (may be NULL) as its
 * peers. */
static UNUSED torrent_id
swarm_add_with(struct swarm *s, const char *further)
{
	const char *peers[] = { s->address, further, NULL };
	struct torrent_add add = { .name = NAME_B,
		.torrent = s->torrent.data,
		.torrent_len = s->torrent.len,
		.peers = peers };
	torrent_id id;

	assert_ok(torrent_add(s->leecher.engine, &add, &id, &s->err), &s->err);
	return id;
}

static UNUSED torrent_id
swarm_add(struct swarm *s)
{
	return swarm_add_with(s, NULL);
}

static UNUSED void
swarm_path(struct swarm *s, torrent_id id, char out[PATH_SIZE])
{
	assert_int_equal(
	    torrent_file_path(s->leecher.engine, id, 0, out, PATH_SIZE), 0);
}

#endif
