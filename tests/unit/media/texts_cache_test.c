/*
 * What was taken out of films stays within its bounds.
 */
#include <sys/stat.h>
#include <utime.h>

#include "daemon/miaud/media/texts_cache.h"
#include "lib/base/clock.h"
#include "lib/store/torrents.h"
#include "tests/unit/helpers.h"

enum { KIB = 1024, DAY_S = 24 * 3600 };

static void
lay(const struct world *w, const char *name, size_t bytes, int64_t days_ago)
{
	int64_t at = clock_now_ms() / 1000 - days_ago * DAY_S;
	struct utimbuf times = { (time_t)at, (time_t)at };
	char path[WORLD_PATH_MAX + 64], *text = calloc(1, bytes);
	struct err err;

	snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/%s/0.ass", w->dir, name);
	assert_ok(fs_write(path, text, bytes, 0600, &err), &err);
	snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	assert_int_equal(utime(path, &times), 0);
	free(text);
}

static bool
is_there(const struct world *w, const char *name)
{
	char path[WORLD_PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	return fs_exists(path);
}

static void
the_oldest_give_way(void **state)
{
	struct world *w = *state;

	lay(w, "f1-1-1", 64 * KIB, 3);
	lay(w, "f2-1-1", 64 * KIB, 2);
	lay(w, "f3-1-1", 64 * KIB, 1);
	texts_cache_trim(w->dir, 160 * KIB, 30, "/x/f3-1-1");
	assert_false(is_there(w, "f1-1-1"));
	assert_true(is_there(w, "f2-1-1"));
	assert_true(is_there(w, "f3-1-1"));
}

static void
what_was_just_made_stays(void **state)
{
	struct world *w = *state;

	lay(w, "f1-1-1", 64 * KIB, 3);
	lay(w, "f2-1-1", 64 * KIB, 2);
	texts_cache_trim(w->dir, 8 * KIB, 30, "/x/f1-1-1");
	assert_true(is_there(w, "f1-1-1"));
	assert_false(is_there(w, "f2-1-1"));
}

static void
age_and_what_is_half_made(void **state)
{
	struct world *w = *state;

	lay(w, "f1-1-1", KIB, 31);
	lay(w, "f2-1-1", KIB, 29);
	lay(w, "new-0123", KIB, 31);
	texts_cache_trim(w->dir, 1024 * KIB, 30, "");
	assert_false(is_there(w, "f1-1-1"));
	assert_true(is_there(w, "f2-1-1"));
	assert_true(is_there(w, "new-0123"));
	texts_cache_sweep(w->dir);
	assert_false(is_there(w, "new-0123"));
	assert_true(is_there(w, "f2-1-1"));
}

static int64_t
add_torrent(struct world *w, int64_t title_id)
{
	struct source source = {
		.title_id = title_id, .quality = (char *)"HD", .size = 1000
	};
	struct torrent_row row = { .name = (char *)"a",
		.label = (char *)"",
		.added_at = 1,
		.last_used_at = 1 };

	assert_ok(store_torrent_add(w->db, &row, &w->err), &w->err);
	source.torrent_id = row.id;
	assert_ok(store_source_put_torrent(w->db, &source, &w->err), &w->err);
	return row.id;
}

/* Lays the folder of a source, and that of the same one when it was larger. */
static void
lay_of(struct world *w, const char *name)
{
	char other[64];

	lay(w, name, KIB, 1);
	snprintf(other, sizeof(other), "%s", name);
	memcpy(strstr(other, "1000"), "2000", 4);
	lay(w, other, KIB, 1);
}

static void
what_is_gone_or_changed_goes(void **state)
{
	struct world *w = *state;
	struct paths paths = { 0 };
	int64_t title = seed_title(w, TITLE_MOVIE, "Long Road", 2017, NULL);
	int64_t file = seed_file(w, seed_folder(w, "/films"), "a.mkv");
	int64_t of_file = seed_source(w, title, 0, file, "SD");
	int64_t torrent = add_torrent(w, title);
	struct source *sources;
	char at_file[64], at_torrent[64];
	size_t n;

	assert_ok(store_source_list(w->db, w->arena, &store_unlimited, title,
		      0, &sources, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 2);
	snprintf(paths.texts, sizeof(paths.texts), "%s", w->dir);
	snprintf(at_file, sizeof(at_file), "f%lld-1000-1", (long long)file);
	snprintf(at_torrent, sizeof(at_torrent), "t%lld-0-%lld-1000",
	    (long long)torrent,
	    (long long)sources[sources[0].id == of_file].id);
	lay_of(w, at_file);
	lay_of(w, at_torrent);
	lay(w, "f99-1000-1", KIB, 1);
	lay(w, "t99-0-99-1000", KIB, 1);
	lay(w, "new-0123", KIB, 1);
	texts_cache_forget(&paths, w->db);
	assert_true(is_there(w, at_file));
	assert_true(is_there(w, at_torrent));
	assert_true(is_there(w, "new-0123"));
	assert_false(is_there(w, "f99-1000-1"));
	assert_false(is_there(w, "t99-0-99-1000"));
	memcpy(strstr(at_file, "1000"), "2000", 4);
	memcpy(strstr(at_torrent, "1000"), "2000", 4);
	assert_false(is_there(w, at_file));
	assert_false(is_there(w, at_torrent));
	assert_ok(store_torrent_remove(w->db, torrent, &w->err), &w->err);
	memcpy(strstr(at_torrent, "2000"), "1000", 4);
	texts_cache_forget(&paths, w->db);
	assert_false(is_there(w, at_torrent));
}

#define TEST(fn)                                                               \
	cmocka_unit_test_setup_teardown(fn, folder_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_oldest_give_way),
		TEST(what_was_just_made_stays),
		TEST(age_and_what_is_half_made),
		cmocka_unit_test_setup_teardown(what_is_gone_or_changed_goes,
		    world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
