/* Indexes of films: what is written comes back, for the file that was read alone. */
#include "tests/unit/helpers.h"

#include "lib/store/media_index.h"
#include "lib/store/torrents.h"

static const int64_t some_keys[] = { -2002, 0, 1, 64, 8191, 8192, 5000000000,
	INT64_MAX / 4 };

static const struct hls_index some_index = { .keys = some_keys,
	.n = COUNT_OF(some_keys),
	.num = 1,
	.den = 24000,
	.start = -2002,
	.end = INT64_MAX / 4 + 1001,
	.codecs = "avc1.F4001E,mp4a.40.5,",
	.peak = 12345678901 };

static void
set(struct world *w, int64_t source, const struct hls_index *index,
    bool is_read)
{
	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_ok(store_media_index_set(w->db, source, index, is_read, &w->err),
	    &w->err);
	assert_ok(db_commit(w->db, &w->err), &w->err);
}

static void
expect(struct world *w, int64_t source, const struct hls_index *wanted)
{
	struct hls_index found;

	assert_ok(
	    store_media_index_find(w->db, w->arena, source, &found, &w->err),
	    &w->err);
	assert_int_equal(found.n, wanted->n);
	assert_memory_equal(
	    found.keys, wanted->keys, wanted->n * sizeof(*wanted->keys));
	assert_int_equal(found.num, wanted->num);
	assert_int_equal(found.den, wanted->den);
	assert_true(found.start == wanted->start);
	assert_true(found.end == wanted->end);
	assert_string_equal(found.codecs, wanted->codecs);
	assert_true(found.peak == wanted->peak);
}

static void
expect_none(struct world *w, int64_t source)
{
	struct hls_index found;

	assert_int_equal(
	    store_media_index_find(w->db, w->arena, source, &found, &w->err),
	    STORE_NONE);
}

static bool
is_known(struct world *w, int64_t file)
{
	bool known;

	assert_ok(
	    store_media_index_is_known(w->db, file, &known, &w->err), &w->err);
	return known;
}

static int64_t
next_unread(struct world *w, int64_t after)
{
	int64_t id;
	enum store_result result =
	    store_media_index_next_unread(w->db, after, &id, &w->err);

	assert_true(result != STORE_ERROR);
	return result == STORE_OK ? id : 0;
}

static int64_t
next_unlooked(struct world *w, int64_t after)
{
	struct source source = { 0 };

	assert_true(store_source_find_unprobed(w->db, w->arena, after, &source,
			&w->err) != STORE_ERROR);
	return source.id;
}

static void
test_a_file_that_changed_has_none(void **state)
{
	struct world *w = *state;
	int64_t folder = seed_folder(w, "/films");
	int64_t file = seed_file(w, folder, "a.mkv");
	int64_t title = seed_title(w, TITLE_MOVIE, "A", 2000, NULL);
	int64_t source = seed_source(w, title, 0, file, "HD");
	struct library_file row;

	expect_none(w, source);
	assert_false(is_known(w, file));
	set(w, source, &some_index, true);
	expect(w, source, &some_index);
	assert_true(is_known(w, file));
	assert_ok(
	    store_file_find_id(w->db, w->arena, file, &row, &w->err), &w->err);
	row.modified_at++;
	assert_ok(store_file_put(w->db, &row, 1, &w->err), &w->err);
	expect_none(w, source);
	assert_false(is_known(w, file));
	set(w, source, &some_index, true);
	row.size++;
	assert_ok(store_file_put(w->db, &row, 1, &w->err), &w->err);
	expect_none(w, source);
}

/* Another look takes the place of the first. */
static void
test_none_in_the_container_is_an_answer(void **state)
{
	struct world *w = *state;
	int64_t folder = seed_folder(w, "/films");
	int64_t file = seed_file(w, folder, "a.ts");
	int64_t title = seed_title(w, TITLE_MOVIE, "A", 2000, NULL);
	int64_t source = seed_source(w, title, 0, file, "HD");
	const struct hls_index empty = {
		.keys = some_keys, .num = 1, .den = 90000, .end = 7
	};

	set(w, source, &some_index, true);
	assert_int_equal(next_unread(w, 0), 0);
	set(w, source, &empty, false);
	expect(w, source, &empty);
	assert_true(is_known(w, file));
	assert_int_equal(next_unread(w, 0), source);
	assert_int_equal(next_unread(w, source), 0);
	set(w, source, &some_index, true);
	assert_int_equal(next_unread(w, 0), 0);
	assert_int_equal(
	    store_media_index_set(w->db, source + 1, &empty, true, &w->err),
	    STORE_NONE);
}

/* Two episodes of one file of a torrent share its index; another file has none. */
static void
test_files_of_torrents(void **state)
{
	static char label[] = "v1:sealed", name[] = "aa";
	struct world *w = *state;
	struct torrent_row torrent = { .name = name,
		.label = label,
		.file_index = STORE_FILE_NONE,
		.added_at = 5,
		.last_used_at = 5 };
	int64_t show = seed_title(w, TITLE_SHOW, "S", 2000, NULL);
	struct source source = { .title_id = show,
		.quality = arena_strdup(w->arena, "FHD"),
		.container = arena_strdup(w->arena, "matroska"),
		.size = 2000 };
	int64_t ids[3];

	assert_ok(store_torrent_add(w->db, &torrent, &w->err), &w->err);
	source.torrent_id = torrent.id;
	for (int i = 0; i < 3; i++) {
		source.episode_id = seed_episode(w, show, 1, i + 1);
		source.file_index = i / 2;
		assert_ok(
		    store_source_put_torrent(w->db, &source, &w->err), &w->err);
		ids[i] = source.id;
	}
	assert_int_equal(next_unlooked(w, 0), ids[0]);
	set(w, ids[1], &some_index, false);
	assert_int_equal(next_unlooked(w, 0), ids[0]);
	assert_true(db_run(w->db, "UPDATE source SET probe = '{}'", DB_NONE,
			&w->err) > 0);
	assert_int_equal(next_unlooked(w, 0), ids[2]);
	expect(w, ids[0], &some_index);
	expect(w, ids[1], &some_index);
	expect_none(w, ids[2]);
	assert_int_equal(next_unread(w, 0), ids[0]);
	set(w, ids[0], &some_index, true);
	assert_int_equal(next_unread(w, 0), 0);
}

static double
length_of(struct world *w, int64_t id)
{
	struct source source;

	assert_ok(store_source_find(
		      w->db, w->arena, &store_unlimited, id, &source, &w->err),
	    &w->err);
	return source.duration;
}

/* Of a file that does not say how long it is; what one says stays. */
static void
test_a_length_that_nobody_knew(void **state)
{
	struct world *w = *state;
	int64_t folder = seed_folder(w, "/films");
	int64_t file = seed_file(w, folder, "a.mkv");
	int64_t title = seed_title(w, TITLE_MOVIE, "A", 2000, NULL);
	int64_t id = seed_source(w, title, 0, file, "HD");
	struct hls_index index = {
		.keys = some_keys, .num = 1, .den = 10, .start = 5
	};
	struct library_file row;

	assert_true(db_run(w->db,
			"UPDATE library_file SET duration = NULL, "
			"probe = '{\"duration\":null}'",
			DB_NONE, &w->err) > 0);
	set(w, id, &index, false);
	assert_true(length_of(w, id) == 0);
	index.end = 1205;
	set(w, id, &index, true);
	assert_true(length_of(w, id) == 120);
	assert_ok(
	    store_file_find_id(w->db, w->arena, file, &row, &w->err), &w->err);
	assert_string_equal(row.probe, "{\"duration\":120.0}");
	index.end = 2005;
	set(w, id, &index, true);
	assert_true(length_of(w, id) == 120);
}

static void
test_what_cannot_be_read_is_told(void **state)
{
	static const char *const damages[] = { "X'80'",
		"X'FFFFFFFFFFFFFFFFFFFFFF'",
		"X'FEFFFFFFFFFFFFFFFF01FEFFFFFFFFFFFFFFFF01'" };
	struct world *w = *state;
	int64_t folder = seed_folder(w, "/films");
	int64_t file = seed_file(w, folder, "a.mkv");
	int64_t title = seed_title(w, TITLE_MOVIE, "A", 2000, NULL);
	int64_t source = seed_source(w, title, 0, file, "HD");
	struct hls_index found;

	set(w, source, &some_index, true);
	for (size_t i = 0; i < COUNT_OF(damages); i++) {
		assert_true(
		    db_run(w->db,
			arena_printf(w->arena,
			    "UPDATE media_index SET keys = %s", damages[i]),
			DB_NONE, &w->err) == 1);
		assert_err(store_media_index_find(
			       w->db, w->arena, source, &found, &w->err),
		    &w->err, ERR_CORRUPT);
	}
}

#define WORLD(test)                                                            \
	cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD(test_a_file_that_changed_has_none),
		WORLD(test_none_in_the_container_is_an_answer),
		WORLD(test_files_of_torrents),
		WORLD(test_a_length_that_nobody_knew),
		WORLD(test_what_cannot_be_read_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
