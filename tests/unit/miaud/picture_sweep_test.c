/* Pictures that nothing shows are removed from the image store; everything
 * else in it stays. */
#include "tests/unit/helpers.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "daemon/miaud/media/picture.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/scheduler.h"
#include "daemon/miaud/tasks/tasks.h"
#include "lib/base/clock.h"

#define USED "0123456789abcdef.jpg"
#define UNUSED_FRAME "fedcba9876543210.jpg"
#define UNUSED_PLACARD "placard-00000000000000aa.jpg"

static int64_t
now(void *arg UNUSED)
{
	return clock_now_ms();
}

static int64_t
interval(void *arg UNUSED, const struct task *task)
{
	return task->interval_ms;
}

static bool
may_run(void *arg UNUSED, const struct task *task UNUSED)
{
	return true;
}

static void
save(void *arg, const struct task_state *state)
{
	struct world *w = arg;

	if (state->last_result != NULL)
		snprintf(w->err.text, sizeof(w->err.text), "%s %s",
		    state->last_result,
		    state->last_error == NULL ? "" : state->last_error);
}

static void
changed(void *arg UNUSED, const struct task_run *run UNUSED)
{
}

static void
rearm(void *arg UNUSED, int64_t at UNUSED)
{
}

/* One run of the task over the world's database and folder. */
static void
sweep(struct world *w)
{
	static const struct task *const table[] = { &task_picture_sweep, NULL };
	struct miaud *miaud = calloc(1, sizeof(*miaud));
	struct scheduler *scheduler;

	assert_non_null(miaud);
	snprintf(miaud->paths.database, PATHS_MAX, "%s", w->database);
	snprintf(miaud->paths.images, PATHS_MAX, "%s/images", w->dir);
	assert_int_equal(uv_loop_init(&miaud->loop), 0);
	scheduler = scheduler_new(table,
	    &(struct scheduler_ops){ .now = now,
		.interval = interval,
		.may_run = may_run,
		.save = save,
		.changed = changed,
		.rearm = rearm,
		.miaud = miaud,
		.arg = w });
	w->err.text[0] = '\0';
	scheduler_tick(scheduler);
	uv_run(&miaud->loop, UV_RUN_DEFAULT);
	assert_string_equal(w->err.text, "ok ");
	scheduler_free(scheduler);
	assert_int_equal(uv_loop_close(&miaud->loop), 0);
	free(miaud);
}

static char *
path_of(struct world *w, const char *name)
{
	return arena_printf(w->arena, "%s/images/%s", w->dir, name);
}

static void
put(struct world *w, const char *name, bool is_old)
{
	static const struct timespec long_ago[2] = { { .tv_sec = 1000000 },
		{ .tv_sec = 1000000 } };
	char *path = path_of(w, name), *folder = arena_strdup(w->arena, path);

	*strrchr(folder, '/') = '\0';
	assert_ok(fs_mkdirs(folder, 0700, &w->err), &w->err);
	assert_ok(fs_write(path, "x", 1, 0600, &w->err), &w->err);
	if (is_old)
		assert_int_equal(utimensat(AT_FDCWD, path, long_ago, 0), 0);
}

static bool
is_there(struct world *w, const char *name)
{
	struct stat st;

	return lstat(path_of(w, name), &st) == 0;
}

static void
test_names(void **state UNUSED)
{
	assert_true(picture_is_ours(USED));
	assert_true(picture_is_ours(UNUSED_PLACARD));
	assert_false(picture_is_ours("placard-.jpg"));
	assert_false(picture_is_ours("0123456789abcdef.jpg.tmp"));
	assert_false(picture_is_ours("0123456789abcdeF.jpg"));
	assert_false(picture_is_ours("0123456789abcde.jpg"));
	assert_false(picture_is_ours("0123456789abcdef0.jpg"));
	assert_false(picture_is_ours(""));
}

static void
test_unused(void **state)
{
	struct world *w = *state;
	int64_t id = seed_title(w, TITLE_MOVIE, "Film", 0, NULL);

	assert_ok(
	    store_title_set_poster(w->db, id, USED, UNUSED_PLACARD, &w->err),
	    &w->err);
	assert_ok(
	    store_title_set_poster(w->db, id, USED, USED, &w->err), &w->err);
	db_release(w->db);
	put(w, "poster/200/" USED, true);
	put(w, "backdrop/640/" USED, true);
	put(w, "poster/200/" UNUSED_PLACARD, true);
	put(w, "poster/600/" UNUSED_PLACARD, true);
	put(w, "still/300/" UNUSED_FRAME, true);
	sweep(w);
	assert_true(is_there(w, "poster/200/" USED));
	assert_true(is_there(w, "backdrop/640/" USED));
	assert_false(is_there(w, "poster/200/" UNUSED_PLACARD));
	assert_false(is_there(w, "poster/600/" UNUSED_PLACARD));
	assert_false(is_there(w, "still/300/" UNUSED_FRAME));
}

static void
test_kept(void **state)
{
	struct world *w = *state;
	char *outside = arena_printf(w->arena, "%s/outside/9", w->dir);

	put(w, "poster/200/" UNUSED_FRAME, false);
	put(w, "poster/200/mine.jpg", true);
	put(w, "poster/" UNUSED_FRAME, true);
	put(w, UNUSED_FRAME, true);
	/* What lies behind a link is somebody else's. */
	put(w, "../outside/9/" UNUSED_FRAME, true);
	assert_int_equal(symlink(outside, path_of(w, "poster/400")), 0);
	assert_int_equal(symlink(arena_printf(w->arena, "%s/outside", w->dir),
			     path_of(w, "still")),
	    0);
	assert_int_equal(
	    symlink("/nowhere", path_of(w, "poster/200/" UNUSED_PLACARD)), 0);
	sweep(w);
	assert_true(is_there(w, "poster/200/" UNUSED_FRAME));
	assert_true(is_there(w, "poster/200/mine.jpg"));
	assert_true(is_there(w, "poster/200/" UNUSED_PLACARD));
	assert_true(is_there(w, "poster/" UNUSED_FRAME));
	assert_true(is_there(w, UNUSED_FRAME));
	assert_true(is_there(w, "../outside/9/" UNUSED_FRAME));
}

/* Before the first picture there is no store. */
static void
test_none(void **state)
{
	sweep(*state);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		TEST(test_unused),
		TEST(test_kept),
		TEST(test_none),
	};

	return cmocka_run_group_tests_name(
	    "miaud/picture_sweep", tests, NULL, NULL);
}
