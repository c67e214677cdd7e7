/* What the engine promises of the disk and of itself: hashing anew, whose bytes
 * are written, and that lost news and damaged notes do no harm. */
#include <dirent.h>
#include <openssl/sha.h>

#include "daemon/torrent/pieces.h"
#include "tests/unit/torrent/engine_world.h"

enum { PIECE = 256 * 1024 };

#define BOOT_ID "11111111-2222-3333-4444-555555555555"

static void
flip(const char *path, off_t at)
{
	int fd = open(path, O_RDWR);
	char c;

	assert_true(fd != -1);
	assert_int_equal(pread(fd, &c, 1, at), 1);
	c = (char)~c;
	assert_int_equal(pwrite(fd, &c, 1, at), 1);
	close(fd);
}

static void
until_state(struct side *side, torrent_id id, enum torrent_state state)
{
	struct torrent_status status;
	struct torrent_event event;

	for (;;) {
		assert_true(torrent_status(side->engine, id, &status));
		if (status.state == state)
			return;
		side_next(side, &event);
	}
}

/* --- Hashing anew ---------------------------------------------------------- */

static void
test_recheck(void **state)
{
	struct swarm *s = *state;
	struct torrent_engine *e = s->leecher.engine;
	torrent_id id = swarm_add(s);
	char path[PATH_SIZE];

	torrent_admit(e, id, 0, torrent_meta(e, id)->n_pieces);
	side_until_published(&s->leecher, id, FILM_SIZE);
	swarm_path(s, id, path);
	flip(path, 5 * PIECE + 77);
	torrent_recheck(e, id);
	/* Nothing is served that may be wrong. */
	assert_int_equal(torrent_published(e, id, 0, 0), 0);
	side_until_published(&s->leecher, id, FILM_SIZE);
	films_equal(s->film, path, 0, FILM_SIZE);
}

/* One that rests is hashed too, and rests again: the wrong piece stays away. */
static void
test_recheck_at_rest(void **state)
{
	struct swarm *s = *state;
	struct torrent_engine *e = s->leecher.engine;
	torrent_id id = swarm_add(s);
	struct torrent_event event;
	struct torrent_status status;
	char path[PATH_SIZE];

	torrent_admit(e, id, 0, torrent_meta(e, id)->n_pieces);
	side_until_published(&s->leecher, id, FILM_SIZE);
	torrent_pause(e, id, true);
	until_state(&s->leecher, id, TORRENT_PAUSED);
	swarm_path(s, id, path);
	flip(path, 7 * PIECE);
	torrent_recheck(e, id);
	until_state(&s->leecher, id, TORRENT_CHECKING);
	/* As the household says once a second. */
	torrent_pause(e, id, true);
	do
		side_next(&s->leecher, &event);
	while (event.kind != TORRENT_EVENT_LOST);
	until_state(&s->leecher, id, TORRENT_PAUSED);
	assert_false(torrent_piece_is_published(e, id, 7));
	assert_true(torrent_status(e, id, &status));
	assert_int_equal(status.published, FILM_SIZE - PIECE);
	torrent_pause(e, id, false);
	side_until_published(&s->leecher, id, FILM_SIZE);
	films_equal(s->film, path, 0, FILM_SIZE);
}

static void
test_recheck_own(void **state)
{
	struct swarm *s = *state;
	struct torrent_engine *e = s->seeder.engine;
	struct torrent_status status;

	torrent_save(e, s->shared);
	side_await(&s->seeder, TORRENT_EVENT_RESUME, s->shared);
	flip(s->film, 3 * PIECE);
	torrent_recheck(e, s->shared);
	until_state(&s->seeder, s->shared, TORRENT_FAILED);
	assert_true(torrent_status(e, s->shared, &status));
	assert_int_equal(status.error, ERR_CORRUPT);
	assert_false(torrent_piece_is_published(e, s->shared, 3));
	flip(s->film, 3 * PIECE);
}

/* After a start of the machine what a reader waits for comes first. */
static void
test_hurry(void **state)
{
	struct swarm *s = *state;
	torrent_id id = swarm_add(s);
	int n = torrent_meta(s->leecher.engine, id)->n_pieces;
	struct torrent_add add = { .name = NAME_B, .is_paused = true };
	struct torrent_event event;
	torrent_reader reader;

	torrent_admit(s->leecher.engine, id, 0, n);
	side_until_published(&s->leecher, id, FILM_SIZE);
	side_stop(&s->leecher);
	s->leecher.options.boot_id = "99999999-2222-3333-4444-555555555555";
	side_start(&s->leecher);
	torrent_engine_pause(s->leecher.engine, true);
	add.torrent = s->torrent.data;
	add.torrent_len = s->torrent.len;
	assert_ok(torrent_add(s->leecher.engine, &add, &id, &s->err), &s->err);
	assert_int_equal(torrent_published(s->leecher.engine, id, 0, 0), 0);
	reader = torrent_reader_open(s->leecher.engine, id, 0);
	torrent_reader_move(
	    s->leecher.engine, reader, (int64_t)(n - 9) * PIECE);
	torrent_engine_pause(s->leecher.engine, false);
	for (int i = n - 9; i < n - 5; i++) {
		do
			side_next(&s->leecher, &event);
		while (event.kind != TORRENT_EVENT_PIECE);
		assert_int_equal(event.piece, i);
	}
	side_until_published(&s->leecher, id, FILM_SIZE);
	until_state(&s->leecher, id, TORRENT_PAUSED);
}

/* --- Whose bytes ----------------------------------------------------------- */

enum { A_SIZE = 150001, B_SIZE = 200003, C_SIZE = 90000, SMALL = 32768 };
enum { PACK_SIZE = A_SIZE + B_SIZE + C_SIZE };
enum { PACK_PIECES = (PACK_SIZE + SMALL - 1) / SMALL };

/* A pack of three files, which the seeder has in its folder. */
static void
make_pack(struct swarm *s, struct buf *torrent, unsigned char *bytes)
{
	static const int sizes[] = { A_SIZE, B_SIZE, C_SIZE };
	struct pieces_key key = { PACK_PIECES, SMALL, BOOT_ID };
	unsigned char hash[SHA_DIGEST_LENGTH];
	char path[PATH_SIZE + 64];
	struct pieces list;
	const unsigned char *at = bytes;

	snprintf(path, sizeof(path), "%s/" NAME_B, s->seeder.folder);
	assert_int_equal(mkdir(path, 0700), 0);
	for (int i = 0; i < PACK_SIZE; i++)
		bytes[i] = (unsigned char)(i * 31 + i / 251);
	for (int i = 0; i < 3; at += sizes[i], i++) {
		snprintf(path, sizeof(path), "%s/" NAME_B "/%d",
		    s->seeder.folder, i);
		assert_ok(fs_write(path, at, (size_t)sizes[i], 0600, &s->err),
		    &s->err);
	}
	snprintf(path, sizeof(path), "%s/" NAME_B "/pieces", s->seeder.folder);
	assert_ok(pieces_open(path, &key, &list, &s->err), &s->err);
	buf_printf(torrent,
	    "d4:infod5:filesld6:lengthi%de4:pathl5:a.mp4eed6:lengthi%de"
	    "4:pathl5:b.mp4eed6:lengthi%de4:pathl5:c.mp4eee4:name4:Pack"
	    "12:piece lengthi%de6:pieces%d:",
	    A_SIZE, B_SIZE, C_SIZE, SMALL, PACK_PIECES * SHA_DIGEST_LENGTH);
	for (int p = 0; p < PACK_PIECES; p++) {
		size_t len = p < PACK_PIECES - 1
		    ? SMALL
		    : (size_t)PACK_SIZE - (size_t)p * SMALL;

		assert_ok(
		    pieces_set(&list, (uint32_t)p, PIECES_PUBLISHED, &s->err),
		    &s->err);
		SHA1(bytes + (size_t)p * SMALL, len, hash);
		buf_append(torrent, (const char *)hash, sizeof(hash));
	}
	buf_puts(torrent, "ee");
	pieces_close(&list);
}

/* Names in the leecher's payload folder, in their order. */
static void
names_are(struct swarm *s, const char *wanted)
{
	char path[PATH_SIZE + 64];
	struct buf names;
	struct dirent **list;
	int n;

	snprintf(path, sizeof(path), "%s/" NAME_A, s->leecher.folder);
	n = scandir(path, &list, NULL, alphasort);
	buf_init(&names, PATH_SIZE);
	for (int i = 0; i < n; i++) {
		if (list[i]->d_name[0] != '.')
			buf_printf(&names, "%s ", list[i]->d_name);
		free(list[i]);
	}
	free(list);
	assert_string_equal(names.data, wanted);
	buf_fini(&names);
}

static void
file_is(struct swarm *s, torrent_id id, int file, const void *bytes, int size)
{
	char path[PATH_SIZE];
	struct buf buf;

	assert_int_equal(
	    torrent_file_path(s->leecher.engine, id, file, path, sizeof(path)),
	    0);
	buf_init(&buf, PACK_SIZE);
	assert_ok(fs_read(path, &buf, &s->err), &s->err);
	assert_int_equal(buf.len, size);
	assert_memory_equal(buf.data, bytes, (size_t)size);
	buf_fini(&buf);
}

static void
test_want(void **state)
{
	struct swarm *s = *state;
	struct torrent_engine *e = s->leecher.engine;
	const char *peers[] = { s->address, NULL };
	struct torrent_add share = { .name = NAME_B };
	struct torrent_add add = { .name = NAME_A, .peers = peers };
	unsigned char *bytes = malloc(PACK_SIZE);
	int first = A_SIZE / SMALL, last = (A_SIZE + B_SIZE - 1) / SMALL;
	struct buf torrent;
	torrent_id pack, id;

	assert_non_null(bytes);
	buf_init(&torrent, TORRENT_BYTES_MAX);
	make_pack(s, &torrent, bytes);
	share.torrent = add.torrent = torrent.data;
	share.torrent_len = add.torrent_len = torrent.len;
	assert_ok(
	    torrent_add(s->seeder.engine, &share, &pack, &s->err), &s->err);
	assert_int_equal(
	    torrent_published(s->seeder.engine, pack, 1, 0), B_SIZE);
	assert_ok(torrent_add(e, &add, &id, &s->err), &s->err);
	/* The middle one only: its first and last piece hold others' bytes. */
	torrent_want(e, id, (int[]){ 1 }, 1);
	torrent_admit(e, id, first, last - first + 1);
	side_until_published(
	    &s->leecher, id, (int64_t)(last - first + 1) * SMALL);
	file_is(s, id, 1, bytes + A_SIZE, B_SIZE);
	names_are(s, "1 pieces ");
	/* The third as well: the piece that both share is fetched again. */
	torrent_want(e, id, (int[]){ 1, 2 }, 2);
	assert_false(torrent_piece_is_published(e, id, last));
	torrent_admit(e, id, last, PACK_PIECES - last);
	side_until_published(
	    &s->leecher, id, PACK_SIZE - (int64_t)first * SMALL);
	file_is(s, id, 1, bytes + A_SIZE, B_SIZE);
	file_is(s, id, 2, bytes + A_SIZE + B_SIZE, C_SIZE);
	names_are(s, "1 2 pieces ");
	buf_fini(&torrent);
	free(bytes);
}

/* --- Lost news ----------------------------------------------------------------- */

enum { CROWD = 12 };

/* The library keeps so few of its news that most are lost. */
static void
few_news(struct swarm *s)
{
	s->leecher.options.settings.alert_queue = 1;
	assert_ok(torrent_engine_apply(
		      s->leecher.engine, &s->leecher.options.settings, &s->err),
	    &s->err);
}

static void
test_lost_news(void **state)
{
	struct swarm *s = *state;
	struct torrent_engine *e = s->leecher.engine;
	char name[TORRENT_NAME_SIZE], magnet[128];
	struct torrent_add add = { .name = name, .magnet = magnet };
	struct torrent_event event;
	torrent_id ids[CROWD];

	few_news(s);
	for (int i = 0; i < CROWD; i++) {
		snprintf(name, sizeof(name), "%032x", i + 1);
		snprintf(
		    magnet, sizeof(magnet), "magnet:?xt=urn:btih:%040x", i + 1);
		assert_ok(torrent_add(e, &add, &ids[i], &s->err), &s->err);
	}
	/* An answer of the network thread: it has come past all of these. */
	assert_true(torrent_engine_port(e) > 0);
	while (torrent_next(e, &event))
		;
	for (int i = 0; i < CROWD; i++)
		torrent_remove(e, ids[i], true);
	assert_true(torrent_engine_port(e) > 0);
	for (int left = CROWD; left > 0;) {
		side_next(&s->leecher, &event);
		left -= event.kind == TORRENT_EVENT_REMOVED;
	}
	/* And a film comes as ever. */
	torrent_id id = swarm_add(s);
	torrent_admit(e, id, 0, 20);
	side_until_published(&s->leecher, id, 20 * PIECE);
}

/* --- What was saved -------------------------------------------------------------- */

static void
test_damaged_resume(void **state)
{
	struct swarm *s = *state;
	const char *peers[] = { s->address, NULL };
	static const char *const damaged[] = { "", "x", "d3:abc",
		"d9:info-hash20:aaaaaaaaaaaaaaaaaaaa6:pieces2:xxe", "i5e" };
	struct torrent_add add = { .name = NAME_B,
		.torrent = s->torrent.data,
		.torrent_len = s->torrent.len,
		.peers = peers };
	torrent_id id = 0;

	for (size_t i = 0; i < COUNT_OF(damaged); i++) {
		add.resume = damaged[i];
		add.resume_len = strlen(damaged[i]);
		assert_ok(torrent_add(s->leecher.engine, &add, &id, &s->err),
		    &s->err);
		torrent_admit(s->leecher.engine, id, (int)i, 1);
		side_until_published(&s->leecher, id, PIECE);
		torrent_remove(s->leecher.engine, id, true);
		side_await(&s->leecher, TORRENT_EVENT_REMOVED, id);
	}
}

#define SWARM_TEST(name)                                                       \
	cmocka_unit_test_setup_teardown(name, swarm_setup, swarm_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SWARM_TEST(test_recheck),
		SWARM_TEST(test_recheck_at_rest),
		SWARM_TEST(test_recheck_own),
		SWARM_TEST(test_hurry),
		SWARM_TEST(test_want),
		SWARM_TEST(test_lost_news),
		SWARM_TEST(test_damaged_resume),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
