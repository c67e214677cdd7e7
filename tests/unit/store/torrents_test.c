/* Rows of torrents, and what can be played because of them. */
#include "tests/unit/helpers.h"

#include "lib/store/notes.h"
#include "lib/store/torrents.h"

static struct torrent_row
new_row(unsigned char hash, char *name)
{
	static char label[] = "v1:sealed";
	struct torrent_row row = { .name = name,
		.label = label,
		.file_index = STORE_FILE_NONE,
		.added_at = 5,
		.last_used_at = 5 };

	memset(row.hash_index, hash, sizeof(row.hash_index));
	return row;
}

static struct torrent_row
seed_torrent(struct world *w, unsigned char hash, char *name)
{
	struct torrent_row row = new_row(hash, name);

	assert_ok(store_torrent_add(w->db, &row, &w->err), &w->err);
	return row;
}

static int64_t
seed_torrent_source(
    struct world *w, int64_t title, int64_t episode, int64_t torrent, int file)
{
	struct source source = { .title_id = title,
		.episode_id = episode,
		.torrent_id = torrent,
		.file_index = file,
		.quality = arena_strdup(w->arena, "FHD"),
		.container = arena_strdup(w->arena, "matroska"),
		.size = 2000,
		.match_confidence = 0.5 };

	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_ok(store_source_put_torrent(w->db, &source, &w->err), &w->err);
	assert_ok(db_commit(w->db, &w->err), &w->err);
	return source.id;
}

static bool
can_play(struct world *w, int64_t title_id)
{
	struct title title;

	assert_ok(store_title_find_id(w->db, w->arena, &store_unlimited,
		      title_id, &title, &w->err),
	    &w->err);
	return title.is_playable;
}

static void
test_a_row(void **state)
{
	struct world *w = *state;
	struct torrent_row row = seed_torrent(w, 1, "aa"), again, found;

	assert_true(row.id > 0);
	again = new_row(1, "bb");
	assert_int_equal(store_torrent_add(w->db, &again, &w->err), STORE_NONE);
	assert_int_equal(again.id, row.id);
	row.title_id = seed_title(w, TITLE_SHOW, "Show", 2000, NULL);
	row.is_paused = row.is_pinned = row.is_windowed = row.is_wanted = true;
	row.problem = "stalled";
	row.size = INT64_C(5000000000);
	row.n_files = 2;
	row.piece_size = 16384;
	row.n_pieces = 3;
	row.admitted = 10;
	row.uploaded = 11;
	row.downloaded = 12;
	row.upload_limit = 13;
	row.download_limit = 14;
	row.ratio_limit = 1.5;
	row.finished_at = 15;
	row.last_used_at = 16;
	assert_ok(store_torrent_update(w->db, &row, &w->err), &w->err);
	/* What it is and which file plays is written apart. */
	assert_ok(
	    store_torrent_set_match(w->db, row.id, row.title_id, 1, &w->err),
	    &w->err);
	assert_ok(store_torrent_find(w->db, w->arena, row.id, &found, &w->err),
	    &w->err);
	assert_string_equal(found.name, "aa");
	assert_memory_equal(
	    found.hash_index, row.hash_index, sizeof(row.hash_index));
	assert_string_equal(found.label, "v1:sealed");
	assert_null(found.own_path);
	assert_string_equal(found.title, "Show");
	assert_string_equal(found.title_public_id, "show-2000000000");
	assert_true(found.is_wanted && found.is_paused && found.is_pinned &&
	    found.is_windowed);
	assert_string_equal(found.problem, "stalled");
	assert_int_equal(found.size, INT64_C(5000000000));
	assert_int_equal(found.n_files, 2);
	assert_int_equal(found.piece_size, 16384);
	assert_int_equal(found.n_pieces, 3);
	assert_int_equal(found.file_index, 1);
	assert_int_equal(found.admitted, 10);
	assert_int_equal(found.uploaded, 11);
	assert_int_equal(found.downloaded, 12);
	assert_int_equal(found.upload_limit, 13);
	assert_int_equal(found.download_limit, 14);
	assert_true(found.ratio_limit == 1.5);
	assert_int_equal(found.added_at, 5);
	assert_int_equal(found.finished_at, 15);
	assert_int_equal(found.last_used_at, 16);
}

static void
test_list(void **state)
{
	struct world *w = *state;
	struct torrent_row *rows;
	size_t n;

	seed_torrent(w, 1, "aa");
	seed_torrent(w, 2, "cc");
	assert_ok(store_torrent_list(w->reader, w->arena, &rows, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 2);
	assert_string_equal(rows[0].name, "cc");
	assert_null(rows[0].title);
}

static void
test_what_plays(void **state)
{
	struct world *w = *state;
	int64_t show = seed_title(w, TITLE_SHOW, "Show", 2000, NULL);
	int64_t film = seed_title(w, TITLE_MOVIE, "Film", 2001, NULL);
	int64_t episode = seed_episode(w, show, 1, 1);
	struct torrent_row row = seed_torrent(w, 1, "aa");
	int64_t file = seed_file(w, seed_folder(w, "/a"), "f.mp4");
	struct source *sources, found;
	struct episode one;
	int64_t id;
	size_t n;

	id = seed_torrent_source(w, film, 0, row.id, 0);
	assert_int_equal(seed_torrent_source(w, film, 0, row.id, 0), id);
	seed_torrent_source(w, show, episode, row.id, 1);
	assert_true(can_play(w, film) && can_play(w, show));
	assert_ok(store_episode_find_id(w->db, w->arena, &store_unlimited,
		      episode, &one, &w->err),
	    &w->err);
	assert_true(one.is_playable);
	seed_source(w, film, 0, file, "FHD");
	assert_ok(store_source_list(w->db, w->arena, &store_unlimited, film, 0,
		      &sources, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 2);
	assert_int_equal(sources[0].library_file_id, file);
	assert_int_equal(sources[1].torrent_id, row.id);
	assert_int_equal(sources[1].file_index, 0);
	assert_string_equal(sources[1].container, "matroska");
	assert_string_equal(sources[1].path, "");
	assert_string_equal(sources[1].folder, "");
	assert_true(sources[1].is_present);
	assert_null(sources[1].problem);
	row.problem = "no_peers";
	assert_ok(store_torrent_update(w->db, &row, &w->err), &w->err);
	assert_ok(store_source_find(
		      w->db, w->arena, &store_unlimited, id, &found, &w->err),
	    &w->err);
	assert_string_equal(found.problem, "no_peers");
	/* A library folder that goes takes no torrent's title along. */
	assert_ok(store_folder_remove(w->db, 1, &w->err), &w->err);
	assert_true(can_play(w, film));
	assert_ok(store_source_list_torrent(
		      w->db, w->arena, row.id, &sources, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 2);
}

static void
test_remove(void **state)
{
	struct world *w = *state;
	int64_t film = seed_title(w, TITLE_MOVIE, "Film", 2001, NULL);
	int64_t other = seed_title(w, TITLE_MOVIE, "Other", 2002, NULL);
	struct torrent_row row = seed_torrent(w, 1, "aa");
	struct reason *reasons;
	int64_t swept;
	size_t n;

	seed_torrent_source(w, film, 0, row.id, 0);
	seed_torrent_source(w, other, 0, row.id, 1);
	assert_ok(
	    store_torrent_set_match(w->db, row.id, film, 0, &w->err), &w->err);
	assert_ok(
	    store_source_remove_torrent(w->db, row.id, 0, &w->err), &w->err);
	assert_true(can_play(w, film));
	assert_false(can_play(w, other));
	assert_ok(
	    store_source_remove_torrent(w->db, row.id, -1, &w->err), &w->err);
	/* The title that it will be stays, the other goes. */
	assert_ok(store_title_sweep(w->db, &swept, &w->err), &w->err);
	assert_int_equal(swept, 1);
	assert_false(can_play(w, film));
	assert_ok(
	    store_reason_put(w->db, "torrent:1", "x", "X.", NULL, &w->err),
	    &w->err);
	assert_ok(store_torrent_remove(w->db, row.id, &w->err), &w->err);
	assert_int_equal(
	    store_torrent_remove(w->db, row.id, &w->err), STORE_NONE);
	assert_int_equal(store_reason_list(w->db, w->arena, "torrent:1",
			     &reasons, &n, &w->err),
	    STORE_NONE);
	assert_ok(store_title_sweep(w->db, &swept, &w->err), &w->err);
	assert_int_equal(swept, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_a_row, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_list, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_what_plays, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_remove, world_setup, world_teardown),
	};

	return cmocka_run_group_tests_name("store/torrents", tests, NULL, NULL);
}
