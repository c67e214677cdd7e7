/* The engine against another one over BitTorrent on loopback. */
#include "tests/unit/torrent/engine_world.h"

enum { PIECE = 256 * 1024 };

static void
test_download_whole(void **state)
{
	struct swarm *s = *state;
	torrent_id id = swarm_add(s);
	const struct torrent_meta *meta = torrent_meta(s->leecher.engine, id);
	struct torrent_status status;
	char path[PATH_SIZE];

	assert_non_null(meta);
	assert_int_equal(meta->size, FILM_SIZE);
	assert_string_equal(meta->files[0].path, "Film.mp4");
	torrent_admit(s->leecher.engine, id, 0, meta->n_pieces);
	side_until_published(&s->leecher, id, FILM_SIZE);
	swarm_path(s, id, path);
	films_equal(s->film, path, 0, FILM_SIZE);
	assert_int_equal(
	    torrent_published(s->leecher.engine, id, 0, 0), FILM_SIZE);
	assert_true(torrent_status(s->leecher.engine, id, &status));
	assert_int_equal(status.state, TORRENT_SEEDING);
	assert_int_equal(status.admitted, FILM_SIZE);
	torrent_remove(s->leecher.engine, id, true);
	side_await(&s->leecher, TORRENT_EVENT_REMOVED, id);
	assert_false(fs_exists(path));
	assert_false(torrent_status(s->leecher.engine, id, &status));
	/* An id is never used again. */
	assert_true(swarm_add(s) != id);
}

static void
test_only_admitted(void **state)
{
	struct swarm *s = *state;
	torrent_id id = swarm_add(s);
	struct torrent_engine *e = s->leecher.engine;

	torrent_admit(e, id, 10, 5);
	torrent_reader reader = torrent_reader_open(e, id, 0);
	assert_true(reader != 0);
	side_until_published(&s->leecher, id, 5 * PIECE);
	/* What would come without being asked for comes with the rest. */
	torrent_admit(e, id, 40, 20);
	side_until_published(&s->leecher, id, 25 * PIECE);
	for (int p = 0; p < torrent_meta(e, id)->n_pieces; p++)
		assert_int_equal(torrent_piece_is_published(e, id, p),
		    (p >= 10 && p < 15) || (p >= 40 && p < 60));
	assert_int_equal(
	    torrent_published(e, id, 0, 10 * PIECE + 5), 5 * PIECE - 5);
	assert_int_equal(torrent_published(e, id, 0, 0), 0);
	torrent_reader_close(e, reader);
}

/* Pieces before the reader's place are admitted, but it does not wait for them:
 * nearly all after it come first. */
static void
test_reader_and_seek(void **state)
{
	struct swarm *s = *state;
	struct torrent_engine *e = s->leecher.engine;
	torrent_id id = swarm_add(s);
	int n = torrent_meta(e, id)->n_pieces;
	struct torrent_event event;
	int before = 0;

	torrent_limit(e, id, 0, 8 * 1024 * 1024);
	torrent_reader reader = torrent_reader_open(e, id, 0);
	torrent_reader_move(e, reader, 0);
	torrent_admit(e, id, 0, n);
	side_until_published(&s->leecher, id, 8 * PIECE);
	torrent_reader_move(e, reader, (int64_t)(n - 30) * PIECE);
	for (;;) {
		side_next(&s->leecher, &event);
		if (event.kind != TORRENT_EVENT_PIECE)
			continue;
		before += event.piece < n - 30;
		if (torrent_published(e, id, 0, (int64_t)(n - 30) * PIECE) >=
		    10 * PIECE)
			break;
	}
	/* Those under way when it moved still arrive. */
	assert_in_range(before, 0, n - 45);
	torrent_reader_close(e, reader);
	side_until_published(&s->leecher, id, FILM_SIZE);
}

/* Two who read far apart, on a line that is too slow for both: neither is left
 * behind, and hardly anything comes that nobody waits for. */
static void
test_two_readers(void **state)
{
	struct swarm *s = *state;
	struct torrent_engine *e = s->leecher.engine;
	torrent_id id = swarm_add(s);
	int n = torrent_meta(e, id)->n_pieces, middle = n / 2, others = 0;
	struct torrent_event event;
	torrent_reader a, b;
	int64_t ahead[2];

	torrent_limit(e, id, 0, 2 * 1024 * 1024);
	a = torrent_reader_open(e, id, 0);
	b = torrent_reader_open(e, id, 0);
	torrent_reader_move(e, a, 0);
	torrent_reader_move(e, b, (int64_t)middle * PIECE);
	torrent_admit(e, id, 0, n);
	do {
		side_next(&s->leecher, &event);
		ahead[0] = torrent_published(e, id, 0, 0);
		ahead[1] = torrent_published(e, id, 0, (int64_t)middle * PIECE);
	} while (ahead[0] < 12 * PIECE || ahead[1] < 12 * PIECE);
	for (int p = 0; p < n; p++)
		others += torrent_piece_is_published(e, id, p) &&
		    !(p < 60 || (p >= middle && p < middle + 60) ||
			p >= n - 16);
	assert_in_range(ahead[0], 12 * PIECE, 60 * PIECE);
	assert_in_range(ahead[1], 12 * PIECE, 60 * PIECE);
	assert_in_range(others, 0, 4);
	torrent_reader_close(e, a);
	torrent_reader_close(e, b);
}

static void
test_evict(void **state)
{
	struct swarm *s = *state;
	struct torrent_engine *e = s->leecher.engine;
	torrent_id id = swarm_add(s);
	int n = torrent_meta(e, id)->n_pieces;
	int pieces[] = { 4, 5, 6, 7, 8, 9, 10, 11 };
	char path[PATH_SIZE];
	struct stat before, after;

	torrent_admit(e, id, 0, n);
	side_until_published(&s->leecher, id, FILM_SIZE);
	swarm_path(s, id, path);
	assert_int_equal(stat(path, &before), 0);
	torrent_evict(e, id, pieces, (int)COUNT_OF(pieces));
	assert_false(torrent_piece_is_published(e, id, 4));
	assert_int_equal(torrent_published(e, id, 0, 0), 4 * PIECE);
	side_await(&s->leecher, TORRENT_EVENT_EVICTED, id);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(after.st_size, before.st_size);
	assert_true((before.st_blocks - after.st_blocks) * 512 >=
	    (int64_t)COUNT_OF(pieces) * PIECE);
	/* Fetched again under the same id, and right. */
	torrent_admit(e, id, 4, (int)COUNT_OF(pieces));
	side_until_published(&s->leecher, id, FILM_SIZE);
	films_equal(s->film, path, 0, FILM_SIZE);
}

/* The leecher ends in the middle, without a word saved; then the machine is
 * started anew. */
static void
test_published_again(void **state)
{
	struct swarm *s = *state;
	torrent_id id = swarm_add(s);
	struct torrent_status status;

	torrent_admit(s->leecher.engine, id, 0, 20);
	side_until_published(&s->leecher, id, 20 * PIECE);
	side_stop(&s->leecher);
	side_start(&s->leecher);
	id = swarm_add(s);
	assert_int_equal(
	    torrent_published(s->leecher.engine, id, 0, 0), 20 * PIECE);
	assert_true(torrent_status(s->leecher.engine, id, &status));
	assert_int_equal(status.admitted, 20 * PIECE);
	side_stop(&s->leecher);

	s->leecher.options.boot_id = "99999999-2222-3333-4444-555555555555";
	side_start(&s->leecher);
	id = swarm_add(s);
	assert_int_equal(torrent_published(s->leecher.engine, id, 0, 0), 0);
	side_until_published(&s->leecher, id, 20 * PIECE);
	assert_int_equal(
	    torrent_published(s->leecher.engine, id, 0, 0), 20 * PIECE);
	assert_true(torrent_status(s->leecher.engine, id, &status));
	assert_int_equal(status.downloaded, 0);
}

static void
test_magnet(void **state)
{
	struct swarm *s = *state;
	const char *peers[] = { s->address, NULL };
	struct torrent_add add = { .name = NAME_B, .peers = peers };
	struct torrent_event event;
	struct torrent_meta meta, shared;
	char magnet[128] = "magnet:?xt=urn:btih:";
	torrent_id id;

	assert_ok(
	    torrent_parse(s->torrent.data, s->torrent.len, &shared, &s->err),
	    &s->err);
	for (int i = 0; i < TORRENT_HASH_SIZE; i++)
		snprintf(magnet + 20 + 2 * i, 3, "%02x", shared.hash[i]);
	add.magnet = magnet;
	assert_ok(torrent_add(s->leecher.engine, &add, &id, &s->err), &s->err);
	assert_null(torrent_meta(s->leecher.engine, id));
	do
		side_next(&s->leecher, &event);
	while (event.kind != TORRENT_EVENT_METADATA);
	assert_ok(
	    torrent_parse(event.bytes, event.len, &meta, &s->err), &s->err);
	assert_memory_equal(meta.hash, shared.hash, TORRENT_HASH_SIZE);
	assert_string_equal(meta.name, "Film.mp4");
	torrent_meta_free(&meta);
	torrent_meta_free(&shared);
	/* Only what is admitted comes, as with a .torrent. */
	torrent_admit(s->leecher.engine, id, 3, 4);
	side_until_published(&s->leecher, id, 4 * PIECE);
	torrent_admit(s->leecher.engine, id, 20, 20);
	side_until_published(&s->leecher, id, 24 * PIECE);
	for (int p = 0; p < 40; p++)
		assert_int_equal(
		    torrent_piece_is_published(s->leecher.engine, id, p),
		    (p >= 3 && p < 7) || p >= 20);
}

static void
test_pause_and_resume(void **state)
{
	struct swarm *s = *state;
	struct torrent_engine *e = s->leecher.engine;
	torrent_id id = swarm_add(s);
	struct torrent_status status;
	struct torrent_event event;
	struct torrent_add again = { .name = NAME_A };

	torrent_pause(e, id, true);
	torrent_admit(e, id, 0, 50);
	side_await(&s->leecher, TORRENT_EVENT_STATE, id);
	assert_true(torrent_status(e, id, &status));
	assert_int_equal(status.state, TORRENT_PAUSED);
	again.torrent = s->torrent.data;
	again.torrent_len = s->torrent.len;
	assert_err(torrent_add(e, &again, &id, &s->err), &s->err, ERR_CONFLICT);
	torrent_pause(e, id, false);
	side_until_published(&s->leecher, id, 50 * PIECE);
	torrent_save(e, id);
	do
		side_next(&s->leecher, &event);
	while (event.kind != TORRENT_EVENT_RESUME);
	assert_true(event.len > 0);
}

static void
test_interface(void **state)
{
	struct swarm *s = *state;
	struct torrent_engine_options options = s->leecher.options;
	struct torrent_engine *engine;

	options.settings.interface = "absent0";
	assert_err(torrent_engine_new(&options, &engine, &s->err), &s->err,
	    ERR_NOT_FOUND);
	assert_err(
	    torrent_engine_apply(s->leecher.engine, &options.settings, &s->err),
	    &s->err, ERR_NOT_FOUND);
	options.settings.interface = "lo";
	assert_ok(
	    torrent_engine_apply(s->leecher.engine, &options.settings, &s->err),
	    &s->err);
}

#define SWARM_TEST(name)                                                       \
	cmocka_unit_test_setup_teardown(name, swarm_setup, swarm_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SWARM_TEST(test_download_whole),
		SWARM_TEST(test_only_admitted),
		SWARM_TEST(test_reader_and_seek),
		SWARM_TEST(test_two_readers),
		SWARM_TEST(test_evict),
		SWARM_TEST(test_published_again),
		SWARM_TEST(test_magnet),
		SWARM_TEST(test_pause_and_resume),
		SWARM_TEST(test_interface),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
