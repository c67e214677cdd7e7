/*
 * What was taken out of films stays within its bounds.
 */
#include <sys/stat.h>
#include <utime.h>

#include "daemon/miaud/media/texts_cache.h"
#include "lib/base/clock.h"
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

#define TEST(fn)                                                               \
	cmocka_unit_test_setup_teardown(fn, folder_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_oldest_give_way),
		TEST(what_was_just_made_stays),
		TEST(age_and_what_is_half_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
