/* Folders, files, subtitles, sources, and what can be played. */
#include "tests/unit/helpers.h"

#include "lib/store/notes.h"

static bool
can_play(struct world *w, int64_t title_id)
{
	struct title title;

	assert_ok(store_title_find_id(w->db, w->arena, &store_unlimited,
		      title_id, &title, &w->err),
	    &w->err);
	return title.is_playable;
}

static bool
can_play_episode(struct world *w, int64_t id)
{
	struct episode episode;

	assert_ok(store_episode_find_id(
		      w->db, w->arena, &store_unlimited, id, &episode, &w->err),
	    &w->err);
	return episode.is_playable;
}

static struct library_file
find_file(struct world *w, int64_t folder, const char *path)
{
	struct library_file file;

	assert_ok(
	    store_file_find(w->db, w->arena, folder, path, &file, &w->err),
	    &w->err);
	return file;
}

static void
test_folders(void **state)
{
	struct world *w = *state;
	int64_t a = seed_folder(w, "/a"), id;
	struct library_folder *folders, folder;
	size_t n;

	seed_folder(w, "/\xff\n"); /* bytes as the kernel has them */
	assert_err(store_folder_add(w->db, "/a", &id, &w->err), &w->err,
	    ERR_FOLDER_TAKEN);
	assert_ok(store_folder_list(w->reader, w->arena, &folders, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 2);
	assert_string_equal(folders[1].path, "/\xff\n");
	assert_string_equal(folders[0].state, "new");
	seed_file(w, a, "1.mp4");
	assert_ok(store_folder_set_state(w->db, a, "ok", 5, &w->err), &w->err);
	assert_ok(
	    store_folder_set_state(w->db, a, "gone", 0, &w->err), &w->err);
	assert_ok(
	    store_folder_find(w->db, w->arena, a, &folder, &w->err), &w->err);
	assert_int_equal(folder.n_files, 1);
	assert_int_equal(folder.scanned_at, 5);
	assert_string_equal(folder.state, "gone");
	assert_err(store_folder_set_state(w->db, a, "odd", 0, &w->err), &w->err,
	    ERR_CONFLICT);
	assert_int_equal(
	    store_folder_set_state(w->db, 99, "ok", 0, &w->err), STORE_NONE);
	assert_int_equal(
	    store_folder_find(w->db, w->arena, 99, &folder, &w->err),
	    STORE_NONE);
}

static void
test_files(void **state)
{
	static const char odd[] = "a\n\xff\xfe/../\xe2\x80\xae.mkv";
	struct world *w = *state;
	int64_t folder = seed_folder(w, "/a"), id = seed_file(w, folder, odd);
	struct library_file file = find_file(w, folder, odd);

	assert_int_equal(file.id, id);
	assert_string_equal(file.path, odd);
	assert_true(file.duration == 60);
	/* Put again: the same row. */
	file.id = 0;
	file.size = 2000;
	assert_ok(store_file_put(w->db, &file, 2000, &w->err), &w->err);
	assert_int_equal(file.id, id);
	assert_int_equal(find_file(w, folder, odd).size, 2000);
	assert_int_equal(
	    store_file_find(w->db, w->arena, folder, "other", &file, &w->err),
	    STORE_NONE);
	assert_int_equal(store_file_seen(w->db, 99, 1, &w->err), STORE_NONE);
}

static int64_t
mark_gone(struct world *w, int64_t folder, int64_t before)
{
	int64_t n;

	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_ok(
	    store_file_mark_gone(w->db, folder, before, &n, &w->err), &w->err);
	assert_ok(db_commit(w->db, &w->err), &w->err);
	return n;
}

/* Files that go take their titles' Play with them, unless another file is
 * left; they come back with it. */
static void
test_gone_and_back(void **state)
{
	struct world *w = *state;
	int64_t folder = seed_folder(w, "/a"), other = seed_folder(w, "/b");
	int64_t film = seed_title(w, TITLE_MOVIE, "F", 0, NULL);
	int64_t both = seed_title(w, TITLE_MOVIE, "B", 0, NULL);
	int64_t show = seed_title(w, TITLE_SHOW, "S", 0, NULL);
	int64_t e1 = seed_episode(w, show, 1, 1);
	int64_t e2 = seed_episode(w, show, 1, 2);
	struct library_file file;
	struct source *sources;
	size_t n;

	seed_source(w, film, 0, seed_file(w, folder, "f.mp4"), "HD");
	seed_source(w, both, 0, seed_file(w, folder, "b.mp4"), "HD");
	seed_source(w, both, 0, seed_file(w, other, "b.mp4"), "SD");
	seed_source(w, show, e1, seed_file(w, folder, "1.mp4"), "HD");
	seed_source(w, show, e2, seed_file(w, other, "2.mp4"), "HD");
	assert_true(can_play(w, film) && can_play(w, show));
	assert_true(can_play_episode(w, e1) && can_play_episode(w, e2));
	assert_int_equal(mark_gone(w, folder, 1000), 0);
	assert_int_equal(mark_gone(w, folder, 1001), 3);
	assert_int_equal(mark_gone(w, folder, 1001), 0);
	assert_false(can_play(w, film));
	assert_true(can_play(w, both));
	assert_true(can_play(w, show));
	assert_false(can_play_episode(w, e1));
	assert_true(can_play_episode(w, e2));
	assert_ok(store_source_list(w->db, w->arena, &store_unlimited, both, 0,
		      &sources, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_string_equal(sources[0].path, "/b/b.mp4");
	file = find_file(w, folder, "f.mp4");
	assert_string_equal(file.state, "gone");
	file.state = (char[]){ "ok" };
	assert_ok(store_file_put(w->db, &file, 2000, &w->err), &w->err);
	assert_true(can_play(w, film));
}

static void
test_moved(void **state)
{
	struct world *w = *state;
	int64_t folder = seed_folder(w, "/a");
	int64_t film = seed_title(w, TITLE_MOVIE, "F", 0, NULL);
	int64_t id = seed_file(w, folder, "old.mp4");
	struct library_file file;

	seed_source(w, film, 0, id, "HD");
	assert_int_equal(store_file_find_inode(
			     w->db, w->arena, folder, 8, 1000, &file, &w->err),
	    STORE_NONE);
	mark_gone(w, folder, 1001);
	assert_int_equal(store_file_find_inode(
			     w->db, w->arena, folder, 7, 1001, &file, &w->err),
	    STORE_NONE);
	assert_ok(store_file_find_inode(
		      w->db, w->arena, folder, 7, 1000, &file, &w->err),
	    &w->err);
	assert_int_equal(file.id, id);
	/* A row that knew the new path gives way. */
	seed_file(w, folder, "new.mp4");
	file.path = (char[]){ "new.mp4" };
	file.state = (char[]){ "ok" };
	assert_ok(store_file_put(w->db, &file, 2000, &w->err), &w->err);
	assert_int_equal(find_file(w, folder, "new.mp4").id, id);
	assert_true(can_play(w, film));
}

static void
test_remove_folder(void **state)
{
	struct world *w = *state;
	int64_t folder = seed_folder(w, "/a"), other = seed_folder(w, "/b");
	int64_t film = seed_title(w, TITLE_MOVIE, "F", 0, NULL);
	int64_t file = seed_file(w, folder, "f.mp4");
	struct reason *reasons;
	struct source source;
	char subject[40];
	int64_t id = seed_source(w, film, 0, file, "HD");
	size_t n;

	seed_file(w, other, "x.mp4");
	snprintf(subject, sizeof(subject), "file:%lld", (long long)file);
	assert_ok(store_reason_put(w->db, subject, "x", "X.", NULL, &w->err),
	    &w->err);
	assert_ok(store_folder_remove(w->db, folder, &w->err), &w->err);
	assert_false(can_play(w, film));
	assert_int_equal(store_source_find(w->db, w->arena, &store_unlimited,
			     id, &source, &w->err),
	    STORE_NONE);
	assert_int_equal(
	    store_reason_list(w->db, w->arena, subject, &reasons, &n, &w->err),
	    STORE_NONE);
	find_file(w, other, "x.mp4");
	assert_int_equal(
	    store_folder_remove(w->db, folder, &w->err), STORE_NONE);
	assert_ok(store_title_sweep(w->db, &id, &w->err), &w->err);
	assert_int_equal(id, 1);
}

/* A gone file is forgotten only when its folder is there and holds others. */
static void
test_forget(void **state)
{
	enum { SEEN = 1000 }; /* by seed_file */
	struct world *w = *state;
	int64_t here = seed_folder(w, "/here"), away = seed_folder(w, "/away");
	int64_t empty = seed_folder(w, "/empty"), n;
	int64_t film = seed_title(w, TITLE_MOVIE, "F", 0, NULL);
	int64_t gone = seed_file(w, here, "gone.mp4"), id;
	struct library_file file;
	struct reason *reasons;
	struct source source;
	char subject[40];
	size_t n_reasons;

	id = seed_source(w, film, 0, gone, "HD");
	seed_file(w, away, "x.mp4");
	seed_file(w, empty, "x.mp4");
	snprintf(subject, sizeof(subject), "file:%lld", (long long)gone);
	assert_ok(store_reason_put(w->db, subject, "x", "X.", NULL, &w->err),
	    &w->err);
	assert_ok(
	    store_file_mark_gone(w->db, here, SEEN + 1, &n, &w->err), &w->err);
	assert_ok(
	    store_file_mark_gone(w->db, away, SEEN + 1, &n, &w->err), &w->err);
	assert_ok(
	    store_file_mark_gone(w->db, empty, SEEN + 1, &n, &w->err), &w->err);
	seed_file(w, here, "present.mp4");
	assert_ok(
	    store_folder_set_state(w->db, here, "ok", 5, &w->err), &w->err);
	assert_ok(
	    store_folder_set_state(w->db, away, "gone", 0, &w->err), &w->err);
	assert_ok(
	    store_folder_set_state(w->db, empty, "ok", 5, &w->err), &w->err);
	assert_ok(store_file_forget(w->db, SEEN, &n, &w->err), &w->err);
	assert_int_equal(n, 0);
	assert_ok(store_file_forget(w->db, SEEN + 1, &n, &w->err), &w->err);
	assert_int_equal(n, 1);
	assert_int_equal(
	    store_file_find(w->db, w->arena, here, "gone.mp4", &file, &w->err),
	    STORE_NONE);
	assert_int_equal(store_source_find(w->db, w->arena, &store_unlimited,
			     id, &source, &w->err),
	    STORE_NONE);
	assert_int_equal(store_reason_list(w->db, w->arena, subject, &reasons,
			     &n_reasons, &w->err),
	    STORE_NONE);
	find_file(w, here, "present.mp4");
	find_file(w, away, "x.mp4");
	find_file(w, empty, "x.mp4");
	/* The title waits for the sweep of titles, which asks who cares. */
	assert_false(can_play(w, film));
}

static void
test_sources(void **state)
{
	struct world *w = *state;
	int64_t folder = seed_folder(w, "/"); /* of all folders the oddest */
	int64_t film = seed_title(w, TITLE_MOVIE, "F", 0, NULL);
	int64_t wrong = seed_title(w, TITLE_MOVIE, "W", 0, NULL);
	int64_t file = seed_file(w, folder, "f/x.mp4");
	struct source *sources, source;
	size_t n;
	int64_t id;

	seed_source(w, film, 0, seed_file(w, folder, "sd.mp4"), "SD");
	seed_source(w, film, 0, seed_file(w, folder, "4k.mp4"), "4K");
	seed_source(w, film, 0, seed_file(w, folder, "fhd.mp4"), "FHD");
	id = seed_source(w, wrong, 0, file, "HD");
	assert_true(can_play(w, wrong));
	/* Matched anew: the same source, the other title. */
	assert_int_equal(seed_source(w, film, 0, file, "HD"), id);
	assert_false(can_play(w, wrong));
	assert_ok(store_source_list(w->reader, w->arena, &store_unlimited, film,
		      0, &sources, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 4);
	assert_string_equal(sources[0].quality, "4K");
	assert_string_equal(sources[1].quality, "FHD");
	assert_string_equal(sources[2].quality, "HD");
	assert_string_equal(sources[2].path, "/f/x.mp4");
	assert_true(sources[2].is_present);
	assert_string_equal(sources[3].quality, "SD");
	assert_ok(store_source_choose(w->db, w->arena, &store_unlimited, film,
		      0, "auto", &source, &w->err),
	    &w->err);
	assert_string_equal(source.quality, "4K");
	assert_ok(store_source_choose(w->db, w->arena, &store_unlimited, film,
		      0, "HD", &source, &w->err),
	    &w->err);
	assert_int_equal(source.id, id);
	assert_int_equal(store_source_choose(w->db, w->arena, &store_unlimited,
			     film, 0, "8K", &source, &w->err),
	    STORE_NONE);
	assert_int_equal(store_source_choose(w->db, w->arena, &store_unlimited,
			     film, 5, "auto", &source, &w->err),
	    STORE_NONE);
}

static void
put_subtitles(
    struct world *w, int64_t file, const struct subtitle *subtitles, size_t n)
{
	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_ok(store_subtitle_replace(w->db, file, subtitles, n, &w->err),
	    &w->err);
	assert_ok(db_commit(w->db, &w->err), &w->err);
}

static void
test_subtitles(void **state)
{
	struct subtitle given[] = {
		{ .path = (char[]){ "a.de.srt" },
		    .format = (char[]){ "srt" },
		    .language = (char[]){ "de" },
		    .is_forced = true },
		{ .path = (char[]){ "a.\xff.vtt" },
		    .format = (char[]){ "vtt" } },
	};
	struct world *w = *state;
	int64_t folder = seed_folder(w, "/a");
	int64_t file = seed_file(w, folder, "a.mp4"), kept;
	struct subtitle *found, one;
	size_t n;

	put_subtitles(w, file, given, 2);
	assert_ok(
	    store_subtitle_list(w->reader, w->arena, file, &found, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 2);
	assert_string_equal(found[0].language, "de");
	assert_true(found[0].is_forced);
	assert_string_equal(found[1].language, "und");
	assert_string_equal(found[1].path, "a.\xff.vtt");
	assert_string_equal(found[1].folder, "/a");
	kept = found[1].id;
	put_subtitles(w, file, given + 1, 1);
	assert_ok(
	    store_subtitle_list(w->reader, w->arena, file, &found, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_int_equal(found[0].id, kept);
	assert_ok(
	    store_subtitle_find(w->db, w->arena, file, kept, &one, &w->err),
	    &w->err);
	/* Not by the id of another file. */
	assert_int_equal(
	    store_subtitle_find(w->db, w->arena, file + 1, kept, &one, &w->err),
	    STORE_NONE);
	put_subtitles(w, file, NULL, 0);
	assert_ok(
	    store_subtitle_list(w->reader, w->arena, file, &found, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 0);
}

/* By path in a folder, by id over all of them. */
static size_t
walk_files(struct world *w, int64_t folder, const char *state, int64_t total)
{
	struct store_page page = { .size = 3 };
	struct library_file_list list;
	const char *last = "";
	int64_t last_id = 0;
	size_t i, n = 0;

	do {
		assert_ok(store_file_list(w->reader, w->arena, folder, state,
			      &page, &list, &w->err),
		    &w->err);
		assert_int_equal(list.total, total);
		for (i = 0; i < list.n; i++, n++) {
			if (folder == 0)
				assert_true(list.items[i].id > last_id);
			else
				assert_true(
				    strcmp(last, list.items[i].path) < 0);
			last = list.items[i].path;
			last_id = list.items[i].id;
		}
		page.cursor = list.cursor;
	} while (list.cursor != NULL);
	return n;
}

static void
test_file_list(void **state)
{
	struct world *w = *state;
	int64_t folder = seed_folder(w, "/a"), other = seed_folder(w, "/b"), id;
	int64_t film = seed_title(w, TITLE_MOVIE, "F", 0, NULL);
	struct store_page page = { .size = 10 };
	struct library_file_list list;
	struct library_file file;
	char name[20], subject[40];
	int i;

	for (i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "%c%d \xff.mkv", 'a' + i % 3, i);
		id = seed_file(w, folder, name);
	}
	seed_file(w, other, "x");
	seed_source(w, film, 0, id, "HD");
	file = find_file(w, folder, "a0 \xff.mkv");
	file.state = (char[]){ "refused" };
	assert_ok(store_file_put(w->db, &file, 1, &w->err), &w->err);
	snprintf(subject, sizeof(subject), "file:%lld", (long long)file.id);
	assert_ok(store_reason_put(
		      w->db, subject, "too_short", "Too short.", NULL, &w->err),
	    &w->err);
	assert_int_equal(walk_files(w, folder, NULL, 10), 10);
	assert_int_equal(walk_files(w, folder, "ok", 9), 9);
	assert_int_equal(walk_files(w, folder, "refused", 1), 1);
	assert_int_equal(walk_files(w, 99, NULL, 0), 0);
	assert_int_equal(walk_files(w, 0, NULL, 11), 11);
	assert_int_equal(walk_files(w, 0, "refused", 1), 1);
	assert_ok(store_file_list(
		      w->reader, w->arena, folder, NULL, &page, &list, &w->err),
	    &w->err);
	assert_string_equal(list.items[0].reason_code, "too_short");
	assert_string_equal(list.items[0].reason, "Too short.");
	assert_null(list.items[0].title_public_id);
	assert_string_equal(list.items[3].title_public_id, "movie-2000000000");
	assert_string_equal(list.items[3].title_name, "F");
	page.cursor = "dDEgeHg"; /* "t1 xx": no hexadecimal digits */
	assert_err(store_file_list(w->reader, w->arena, folder, NULL, &page,
		       &list, &w->err),
	    &w->err, ERR_INVALID_FIELDS);
}

static void
test_found(void **state)
{
	struct world *w = *state;
	int64_t a = seed_folder(w, "/a"), b = seed_folder(w, "/b");
	struct library_file *files, file;
	size_t n;

	seed_file(w, a, "1");
	seed_file(w, b, "2");
	seed_file(w, b, "3");
	file = find_file(w, a, "1");
	file.state = (char[]){ "found" };
	assert_ok(store_file_put(w->db, &file, 1, &w->err), &w->err);
	file = find_file(w, b, "3");
	file.state = (char[]){ "found" };
	assert_ok(store_file_put(w->db, &file, 1, &w->err), &w->err);
	assert_ok(
	    store_file_list_found(w->db, w->arena, 0, 10, &files, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 2);
	assert_string_equal(files[0].path, "1");
	assert_ok(
	    store_file_list_found(w->db, w->arena, b, 10, &files, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_string_equal(files[0].path, "3");
	assert_ok(
	    store_file_list_found(w->db, w->arena, 0, 1, &files, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_folders),
		TEST(test_files),
		TEST(test_gone_and_back),
		TEST(test_moved),
		TEST(test_remove_folder),
		TEST(test_forget),
		TEST(test_sources),
		TEST(test_subtitles),
		TEST(test_file_list),
		TEST(test_found),
	};

	return cmocka_run_group_tests_name("store/library", tests, NULL, NULL);
}
