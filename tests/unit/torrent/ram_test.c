/*
 * The scripted engine keeps what torrent.h promises, and does the same each
 * time: those who test with it may rely on it.
 */
#include "tests/unit/torrent/ram.h"

#include <fcntl.h>

#include "tests/unit/helpers.h"
#include "tests/unit/torrent/ram.c"
#include "tests/unit/torrent/ram_swarm.c"

#define NAME "0123456789abcdef0123456789abcdef"

enum { PIECE = 256 * 1024, SIZE = 10 * PIECE + 100, PIECES = 11 };

struct ram_world {
	char dir[64];
	unsigned char content[SIZE];
	struct buf torrent;
	int bad[PIECES];
	struct ram_offer offer;
	struct torrent_engine *engine;
	torrent_id id;
	struct err err;
};

static int
setup(void **state)
{
	struct ram_world *w = calloc(1, sizeof(*w));
	struct torrent_engine_options options = { .boot_id = "b" };
	struct torrent_make make = { .name = "film.mkv" };
	const char *const none[] = { NULL };
	char path[96];

	if (w == NULL)
		return -1;
	snprintf(w->dir, sizeof(w->dir), "/tmp/ram.XXXXXX");
	if (mkdtemp(w->dir) == NULL)
		return -1;
	for (int i = 0; i < SIZE; i++)
		w->content[i] = (unsigned char)(i * 7 + i / 251);
	snprintf(path, sizeof(path), "%s/film", w->dir);
	assert_ok(fs_write(path, w->content, SIZE, 0600, &w->err), &w->err);
	buf_init(&w->torrent, TORRENT_BYTES_MAX);
	make.path = path;
	make.trackers = make.web_seeds = none;
	assert_ok(torrent_make(&make, &w->torrent, &w->err), &w->err);
	options.folder = w->dir;
	assert_ok(torrent_engine_new(&options, &w->engine, &w->err), &w->err);
	torrent_engine_pause(w->engine, false);
	w->offer = (struct ram_offer){ .torrent = w->torrent.data,
		.torrent_len = w->torrent.len,
		.content = w->content,
		.speed = PIECE,
		.n_peers = 1,
		.bad = w->bad };
	ram_offer(w->engine, &w->offer);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct ram_world *w = *state;
	int rc;

	torrent_engine_free(w->engine);
	buf_fini(&w->torrent);
	rc = fs_remove_tree(w->dir, &w->err);
	free(w);
	return rc;
}

static void
add(struct ram_world *w)
{
	struct torrent_add add = { .name = NAME };

	add.torrent = w->torrent.data;
	add.torrent_len = w->torrent.len;
	assert_ok(torrent_add(w->engine, &add, &w->id, &w->err), &w->err);
	assert_int_equal(torrent_meta(w->engine, w->id)->n_pieces, PIECES);
}

static void
assert_readable(struct ram_world *w, int64_t from, int64_t len)
{
	static unsigned char got[SIZE];
	char path[256];
	int fd;

	assert_int_equal(
	    torrent_file_path(w->engine, w->id, 0, path, sizeof(path)), 0);
	fd = open(path, O_RDONLY);
	assert_true(fd != -1);
	assert_int_equal(pread(fd, got, (size_t)len, from), len);
	assert_memory_equal(got, w->content + from, (size_t)len);
	close(fd);
}

static int
events(struct ram_world *w, enum torrent_event_kind kind)
{
	struct torrent_event event;
	int n = 0;

	while (torrent_next(w->engine, &event))
		n += event.kind == kind;
	return n;
}

static void
test_nothing_comes_unadmitted(void **state)
{
	struct ram_world *w = *state;

	add(w);
	ram_step(w->engine);
	assert_int_equal(torrent_published(w->engine, w->id, 0, 0), 0);
	torrent_admit(w->engine, w->id, 3, 1);
	for (int i = 0; i < 5; i++)
		ram_step(w->engine);
	assert_int_equal(
	    torrent_published(w->engine, w->id, 0, 3 * PIECE + 5), PIECE - 5);
	assert_int_equal(events(w, TORRENT_EVENT_PIECE), 1);
	assert_readable(w, 3 * PIECE, PIECE);
}

static void
test_readers_take_turns(void **state)
{
	struct ram_world *w = *state;
	torrent_reader a, b;

	add(w);
	torrent_admit(w->engine, w->id, 0, PIECES);
	a = torrent_reader_open(w->engine, w->id, 0);
	b = torrent_reader_open(w->engine, w->id, 0);
	torrent_reader_move(w->engine, a, 2 * PIECE);
	torrent_reader_move(w->engine, b, 7 * PIECE + 1);
	ram_step(w->engine);
	ram_step(w->engine);
	assert_true(torrent_piece_is_published(w->engine, w->id, 2));
	assert_true(torrent_piece_is_published(w->engine, w->id, 7));
	torrent_reader_close(w->engine, a);
	torrent_reader_close(w->engine, b);
	ram_step(w->engine);
	assert_true(torrent_piece_is_published(w->engine, w->id, 0));
	assert_int_equal(events(w, TORRENT_EVENT_PIECE), 3);
}

static void
test_bad_pieces_and_stalls(void **state)
{
	struct ram_world *w = *state;
	struct torrent_status status;

	add(w);
	torrent_admit(w->engine, w->id, 0, PIECES);
	w->bad[0] = 2;
	ram_step(w->engine);
	ram_step(w->engine);
	assert_int_equal(torrent_published(w->engine, w->id, 0, 0), 0);
	w->offer.speed = 0;
	ram_step(w->engine);
	assert_int_equal(torrent_published(w->engine, w->id, 0, 0), 0);
	w->offer.speed = SIZE;
	ram_step(w->engine);
	assert_int_equal(torrent_published(w->engine, w->id, 0, 0), SIZE);
	assert_readable(w, 0, SIZE);
	assert_true(torrent_status(w->engine, w->id, &status));
	assert_int_equal(status.state, TORRENT_SEEDING);
	assert_int_equal(status.wasted, 2 * PIECE);
	assert_int_equal(status.published, SIZE);
}

static void
test_given_up_and_fetched_again(void **state)
{
	struct ram_world *w = *state;
	int pieces[] = { 0, 10 };

	add(w);
	torrent_admit(w->engine, w->id, 0, PIECES);
	w->offer.speed = SIZE;
	ram_step(w->engine);
	torrent_evict(w->engine, w->id, pieces, 2);
	assert_int_equal(torrent_published(w->engine, w->id, 0, 0), 0);
	assert_int_equal(
	    torrent_published(w->engine, w->id, 0, PIECE), 9 * PIECE);
	assert_int_equal(events(w, TORRENT_EVENT_EVICTED), 0);
	ram_step(w->engine);
	assert_int_equal(events(w, TORRENT_EVENT_EVICTED), 1);
	assert_int_equal(torrent_published(w->engine, w->id, 0, 0), 0);
	torrent_admit(w->engine, w->id, 0, PIECES);
	ram_step(w->engine);
	assert_int_equal(torrent_published(w->engine, w->id, 0, 0), SIZE);
	assert_readable(w, 0, SIZE);
}

static void
test_magnet(void **state)
{
	struct ram_world *w = *state;
	struct torrent_add add = { .name = NAME };
	char magnet[128];
	int n = snprintf(magnet, sizeof(magnet), "magnet:?xt=urn:btih:");
	torrent_id again;

	for (int i = 0; i < TORRENT_HASH_SIZE; i++)
		n += snprintf(magnet + n, sizeof(magnet) - (size_t)n, "%02x",
		    w->offer.hash[i]);
	add.magnet = magnet;
	w->offer.metadata_steps = 3;
	assert_ok(torrent_add(w->engine, &add, &w->id, &w->err), &w->err);
	assert_int_equal(torrent_add(w->engine, &add, &again, &w->err), -1);
	assert_int_equal(w->err.code, ERR_CONFLICT);
	ram_step(w->engine);
	ram_step(w->engine);
	assert_null(torrent_meta(w->engine, w->id));
	assert_int_equal(events(w, TORRENT_EVENT_METADATA), 0);
	ram_step(w->engine);
	assert_int_equal(events(w, TORRENT_EVENT_METADATA), 1);
	assert_int_equal(torrent_meta(w->engine, w->id)->size, SIZE);
	torrent_remove(w->engine, w->id, true);
	assert_int_equal(events(w, TORRENT_EVENT_REMOVED), 1);
	assert_null(torrent_meta(w->engine, w->id));
	assert_ok(torrent_add(w->engine, &add, &again, &w->err), &w->err);
	assert_true(again > w->id);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_nothing_comes_unadmitted, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_readers_take_turns, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_bad_pieces_and_stalls, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_given_up_and_fetched_again, setup, teardown),
		cmocka_unit_test_setup_teardown(test_magnet, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
