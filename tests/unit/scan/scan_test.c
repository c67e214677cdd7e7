/*
 * The scanner over real folders: what appears, what is refused and why, what
 * follows later changes.
 */
#include "tests/unit/scan/files.h"

#include "daemon/miaud/scan/scan.h"

#define PLAYABLE "SELECT COUNT(*) FROM title WHERE is_playable = 1"
#define TITLES "SELECT COUNT(*) FROM title"

static void
films_and_shows_appear(void **state)
{
	struct house *h = *state;
	struct title title = { 0 };

	house_film(h, "Movies/Film (2010)/Film (2010).mkv");
	house_film(h, "Show (2015)/Season 01/Show S01E01 Pilot.mkv");
	house_film(h, "Show (2015)/Season 01/Show S01E02.mkv");
	house_film(h, "Other [tmdbid-603].mkv");
	house_file(h, "Movies/Film (2010)/notes.txt", "x", 1);
	house_file(h, "Movies/Film (2010)/Film (2010).en.srt", "x", 1);
	house_begin(h);
	assert_int_equal(house_count(h, PLAYABLE), 3);
	assert_int_equal(house_count(h,
			     "SELECT COUNT(*) FROM episode "
			     "WHERE is_playable = 1"),
	    2);
	assert_int_equal(house_count(h,
			     "SELECT COUNT(*) FROM subtitle "
			     "WHERE language = 'en'"),
	    1);
	assert_int_equal(
	    house_count(h, "SELECT COUNT(*) FROM library_file"), 4);
	assert_int_equal(
	    store_title_find(h->w->reader, h->w->arena, &store_unlimited,
		TITLE_MOVIE, 603, &title, &h->w->err),
	    STORE_OK);
	assert_string_equal(title.name, "Other");
	/* pictures come after */
	house_wait(h, "SELECT COUNT(*) FROM title WHERE poster IS NOT NULL", 3);
	house_wait(
	    h, "SELECT COUNT(*) FROM episode WHERE still IS NOT NULL", 2);
	house_wait(h, "SELECT n_files FROM library_folder", 4);
}

/* What is refused, and under which code. */
static const struct {
	const char *name, *code;
} refused[] = {
	{ "Three (2001).mp4", "too_small" },
	{ "Empty (2001).mkv", "empty" },
	{ "Text (2001).mkv", "container_unknown" },
	{ "List (2001).mkv", "playlist" },
	{ "Cut (2001).mkv", "damaged" },
	{ "Film (2001)-trailer.mkv", "extra" },
	{ "Show S01.mkv", "no_episode" },
	{ "outside.mkv", "link_outside" },
	{ "outside", "link_outside" },
	{ "broken.mkv", "link_broken" },
	{ "pipe.mkv", "not_a_file" },
	{ "Am\xe9lie (2001).mkv", "too_small" },
	{ "new\nline (2001).mkv", "too_small" },
	{ "right\xe2\x80\xaegpj.mkv", "too_small" },
};

static void
refusals_have_reasons(void **state)
{
	struct house *h = *state;
	static const char ebml[200] = "\x1A\x45\xDF\xA3\x9F\x42\x82\x88"
				      "matroska";

	for (size_t i = 0; i < COUNT_OF(refused); i++)
		if (strcmp(refused[i].code, "too_small") == 0)
			house_file(h, refused[i].name, "abc", 3);
	house_file(h, "Empty (2001).mkv", "", 0);
	house_file(h, "Text (2001).mkv", ebml + 20, 100);
	house_file(h, "Text (2001).mkv",
	    "hello hello hello hello hello hello hello hello hello hello hel"
	    "lo hello",
	    71);
	house_file(h, "List (2001).mkv", "#EXTM3U\n/etc/passwd\n", 20);
	house_file(h, "Cut (2001).mkv", ebml, sizeof(ebml));
	house_film(h, "Film (2001)-trailer.mkv");
	house_film(h, "Show S01.mkv");
	assert_int_equal(
	    symlink("/etc/passwd", house_path(h, "outside.mkv")), 0);
	assert_int_equal(symlink("/tmp", house_path(h, "outside")), 0);
	assert_int_equal(symlink(".", house_path(h, "loop")), 0);
	assert_int_equal(symlink("nowhere", house_path(h, "broken.mkv")), 0);
	assert_int_equal(mkfifo(house_path(h, "pipe.mkv"), 0600), 0);
	house_file(h, ".hidden.mkv", "abc", 3);
	house_begin(h);
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		if (strcmp(house_state(h, refused[i].name), "refused") != 0 ||
		    strcmp(house_reason(h, refused[i].name), refused[i].code) !=
			0)
			fail_msg("%s: %s, %s", refused[i].name,
			    house_state(h, refused[i].name),
			    house_reason(h, refused[i].name));
	}
	house_wait(h, TITLES, 0);
	house_wait(
	    h, "SELECT n_refused FROM library_folder", COUNT_OF(refused));
	assert_int_equal(house_count(h, "SELECT COUNT(*) FROM library_file"),
	    COUNT_OF(refused));
}

static void
an_unchanged_folder_writes_nothing_new(void **state)
{
	struct house *h = *state;
	int64_t first, second;

	house_film(h, "A (2001).mkv");
	house_film(h, "B (2002).mkv");
	house_begin(h);
	first = house_count(h,
	    "SELECT SUM(id * 1000 + size) "
	    "FROM library_file");
	house_scan(h);
	second = house_count(h,
	    "SELECT SUM(id * 1000 + size) "
	    "FROM library_file");
	assert_int_equal(first, second);
	assert_int_equal(house_count(h, TITLES), 2);
	assert_string_equal(house_state(h, "A (2001).mkv"), "ok");
}

static void
a_renamed_file_keeps_its_row(void **state)
{
	struct house *h = *state;
	int64_t id;

	house_film(h, "Wrong (2001).mkv");
	house_begin(h);
	id = house_count(h, "SELECT id FROM library_file");
	assert_int_equal(rename(house_path(h, "Wrong (2001).mkv"),
			     house_path(h, "Right (2002).mkv")),
	    0);
	house_scan(h);
	assert_int_equal(house_count(h, "SELECT id FROM library_file"), id);
	assert_string_equal(house_state(h, "Right (2002).mkv"), "ok");
	house_wait(h, "SELECT COUNT(*) FROM title WHERE name = 'Right'", 1);
	house_wait(h, "SELECT COUNT(*) FROM title WHERE name = 'Wrong'", 0);
	assert_int_equal(house_count(h, PLAYABLE), 1);
}

static void
a_gone_file_comes_back(void **state)
{
	struct house *h = *state;

	house_film(h, "A (2001).mkv");
	house_begin(h);
	assert_int_equal(
	    rename(house_path(h, "A (2001).mkv"), house_path(h, "../kept.mkv")),
	    0);
	house_scan(h);
	assert_string_equal(house_state(h, "A (2001).mkv"), "gone");
	assert_int_equal(house_count(h, PLAYABLE), 0);
	assert_int_equal(house_count(h, TITLES), 1);
	assert_int_equal(
	    rename(house_path(h, "../kept.mkv"), house_path(h, "A (2001).mkv")),
	    0);
	house_scan(h);
	assert_string_equal(house_state(h, "A (2001).mkv"), "ok");
	assert_int_equal(house_count(h, PLAYABLE), 1);
}

static void
a_gone_folder_deletes_nothing(void **state)
{
	struct house *h = *state;
	char *away;

	house_film(h, "A (2001).mkv");
	house_begin(h);
	away = arena_printf(h->w->arena, "%s-away", h->library);
	assert_int_equal(rename(h->library, away), 0);
	house_scan(h);
	assert_int_equal(house_count(h, PLAYABLE), 0);
	assert_int_equal(house_count(h, TITLES), 1);
	assert_int_equal(house_count(h,
			     "SELECT COUNT(*) FROM library_folder "
			     "WHERE state = 'gone'"),
	    1);
	assert_int_equal(rename(away, h->library), 0);
	house_scan(h);
	assert_int_equal(house_count(h, PLAYABLE), 1);
	assert_int_equal(house_count(h,
			     "SELECT COUNT(*) FROM library_folder "
			     "WHERE state = 'ok'"),
	    1);
}

/* Seen by inotify, without a scan. */
static void
changes_are_followed(void **state)
{
	struct house *h = *state;

	house_film(h, "A (2001).mkv");
	house_begin(h);
	house_film(h, "B (2002).mkv");
	house_film(h, "deep/er/C (2003).mkv");
	house_wait(h, PLAYABLE, 3);
	house_file(h, "B (2002).de.srt", "x", 1);
	house_wait(h, "SELECT COUNT(*) FROM subtitle WHERE language = 'de'", 1);
	assert_int_equal(unlink(house_path(h, "B (2002).mkv")), 0);
	house_wait(h, PLAYABLE, 2);
	assert_int_equal(
	    rename(house_path(h, "deep/er"), house_path(h, "deep/est")), 0);
	house_wait(h,
	    "SELECT COUNT(*) FROM library_file WHERE state = 'ok' "
	    "AND display = 'deep/est/C (2003).mkv'",
	    1);
}

/* Touches a file at each turn for as long as one would have to be left alone;
 * says whether it was refused meanwhile. False when a turn took so long that
 * the file may have seemed to be left alone, or the scan so long that it waits
 * no more. */
static bool
is_kept_young(struct house *h, const char *name, int fd, bool *is_refused)
{
	int64_t from = clock_mono_ms(), before, longest = 0, now = from;

	*is_refused = false;
	while (now < from + SCAN_STILL_MS ||
	    (house_count(h, TITLES) == 0 && now < from + HOUSE_WAIT_MS)) {
		before = now;
		assert_int_equal(futimens(fd, NULL), 0);
		house_turn(h);
		if (strcmp(house_state(h, name), "refused") == 0)
			*is_refused = true;
		now = clock_mono_ms();
		longest = now - before > longest ? now - before : longest;
	}
	assert_int_equal(house_count(h, TITLES), 1);
	return longest < SCAN_STILL_MS / 2 && now - from < SCAN_PATIENCE_MS / 2;
}

static const char *
state_of_scan(struct house *h)
{
	struct json_object *status = json_object_new_object();
	const char *state;

	scanner_status(&h->miaud, status);
	state =
	    arena_strdup(h->w->arena, json_get_text(status, "state", "none"));
	json_object_put(status);
	return state;
}

/* A file that is written to waits, and is probed when it is left alone. */
static void
growing_files_wait(void **state)
{
	struct house *h = *state;
	char *path = house_path(h, "G (2004).mkv");
	struct buf buf;
	bool is_refused;
	int fd;

	house_film(h, "G (2004).mkv");
	buf_init(&buf, 1 << 24);
	assert_ok(fs_read(path, &buf, &h->w->err), &h->w->err);
	fd = open(path, O_WRONLY | O_TRUNC);
	assert_int_equal(write(fd, buf.data, buf.len / 2), buf.len / 2);
	scanner_folder_added(&h->miaud, h->folder);
	if (is_kept_young(h, "G (2004).mkv", fd, &is_refused)) {
		assert_false(is_refused);
		assert_string_equal(house_state(h, "G (2004).mkv"), "found");
		assert_string_equal(state_of_scan(h), "running");
	}
	assert_int_equal(
	    write(fd, buf.data + buf.len / 2, buf.len - buf.len / 2),
	    buf.len - buf.len / 2);
	close(fd);
	house_wait(h, PLAYABLE, 1);
	assert_string_equal(house_state(h, "G (2004).mkv"), "ok");
	assert_int_equal(
	    house_count(h, "SELECT size FROM library_file"), (int64_t)buf.len);
	buf_fini(&buf);
}

static void
status_counts(void **state)
{
	struct house *h = *state;
	struct json_object *out = json_object_new_object();

	house_film(h, "A (2001).mkv");
	house_file(h, "Three (2001).mp4", "abc", 3);
	house_begin(h);
	scanner_status(&h->miaud, out);
	assert_string_equal(json_get_text(out, "state", ""), "idle");
	assert_int_equal(json_get_int(out, "found", -1), 2);
	assert_int_equal(json_get_int(out, "done", -1), 2);
	assert_int_equal(json_get_int(out, "refused", -1), 1);
	assert_non_null(json_get_text(out, "finishedAt", NULL));
	json_object_put(out);
}

/* Removing a folder during its scan: nothing of it is left behind. */
static void
a_folder_can_leave_during_its_scan(void **state)
{
	struct house *h = *state;

	for (int i = 0; i < 200; i++)
		house_file(h, arena_printf(h->w->arena, "T%d (2001).mp4", i),
		    "abc", 3);
	scanner_folder_added(&h->miaud, h->folder);
	for (int i = 0; i < 5; i++)
		house_turn(h);
	scanner_folder_removed(&h->miaud, h->folder);
	assert_int_equal(
	    store_folder_remove(h->w->db, h->folder, &h->w->err), STORE_OK);
	db_release(h->w->db);
	for (int i = 0; i < 200; i++)
		house_turn(h);
	assert_int_equal(
	    house_count(h, "SELECT COUNT(*) FROM library_file"), 0);
}

static void
stopping_in_the_middle_is_clean(void **state)
{
	struct house *h = *state;

	for (int i = 0; i < 50; i++)
		house_film(h, arena_printf(h->w->arena, "F%d (2001).mkv", i));
	scanner_folder_added(&h->miaud, h->folder);
	for (int i = 0; i < 100; i++)
		house_turn(h);
	/* the teardown stops it here */
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, house_setup, house_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(films_and_shows_appear),
		TEST(refusals_have_reasons),
		TEST(an_unchanged_folder_writes_nothing_new),
		TEST(a_renamed_file_keeps_its_row),
		TEST(a_gone_file_comes_back),
		TEST(a_gone_folder_deletes_nothing),
		TEST(changes_are_followed),
		TEST(growing_files_wait),
		TEST(status_counts),
		TEST(a_folder_can_leave_during_its_scan),
		TEST(stopping_in_the_middle_is_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
