/* The state folder, and names too long for a socket. */
#include "tests/unit/helpers.h"

#include <sys/stat.h>

#include "lib/base/paths.h"
#include "lib/base/str.h"

static void
assert_state(const char *given, const char *wanted)
{
	struct paths paths;
	struct err err;

	if (given == NULL)
		unsetenv("MIAU_STATE_DIR");
	else
		setenv("MIAU_STATE_DIR", given, 1);
	assert_ok(paths_init(&paths, &err), &err);
	assert_string_equal(paths.state, wanted);
}

static void
test_state(void **state)
{
	struct world *w = *state;
	struct paths paths;
	char here[PATHS_MAX], *longest;

	assert_non_null(getcwd(here, sizeof(here)));
	assert_state("/srv/miau", "/srv/miau");
	assert_state("/srv/miau//", "/srv/miau");
	assert_state("/", "/");
	assert_state(NULL, arena_printf(w->arena, "%s/var", here));
	assert_state("", arena_printf(w->arena, "%s/var", here));
	assert_state("./x/y", arena_printf(w->arena, "%s/x/y", here));
	setenv("MIAU_STATE_DIR", "/s", 1);
	assert_ok(paths_init(&paths, &w->err), &w->err);
	assert_string_equal(paths.database, "/s/miauflix.db");
	assert_string_equal(paths.run, "/s/run");
	longest = arena_alloc(w->arena, PATHS_MAX + 1, 1);
	memset(longest, 'x', PATHS_MAX);
	longest[0] = '/';
	setenv("MIAU_STATE_DIR", longest, 1);
	assert_err(paths_init(&paths, &w->err), &w->err, ERR_SETTING_INVALID);
}

static void
test_make(void **state)
{
	struct world *w = *state;
	struct paths paths;
	struct stat st;

	setenv("MIAU_STATE_DIR", arena_printf(w->arena, "%s/a/b", w->dir), 1);
	assert_ok(paths_init(&paths, &w->err), &w->err);
	assert_false(fs_exists(paths.state));
	assert_ok(paths_make(&paths, &w->err), &w->err);
	assert_ok(paths_make(&paths, &w->err), &w->err);
	assert_int_equal(stat(paths.keys, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(paths.backups, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(paths.images, &st), 0);
	assert_int_equal(st.st_mode & 07, 0);
	assert_false(fs_exists(paths.database));
}

static void
test_socket(void **state)
{
	struct world *w = *state;
	struct paths *paths = arena_alloc(w->arena, 1, sizeof(*paths));
	char out[200];
	size_t i;

	/* "/xx…x/s": exactly 107 bytes fit (unix(7)). */
	paths->run[0] = '/';
	for (i = 1; i < 105; i++)
		paths->run[i] = 'x';
	assert_ok(paths_socket(paths, "s", out, sizeof(out), &w->err), &w->err);
	assert_int_equal(strlen(out), 107);
	assert_err(paths_socket(paths, "ss", out, sizeof(out), &w->err),
	    &w->err, ERR_SETTING_INVALID);
	assert_err(paths_socket(paths, "s", out, 107, &w->err), &w->err,
	    ERR_SETTING_INVALID);
}

static void
test_programs(void **state)
{
	struct world *w = *state;
	char out[PATHS_MAX], self[PATHS_MAX] = "";

	unsetenv("MIAU_LIB_DIR");
	assert_true(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	assert_ok(paths_programs(out, sizeof(out), &w->err), &w->err);
	assert_true(str_starts(self, out));
	assert_err(paths_programs(out, 4, &w->err), &w->err, ERR_IO);
	setenv("MIAU_LIB_DIR", "/usr/lib/miauflix", 1);
	assert_ok(paths_programs(out, sizeof(out), &w->err), &w->err);
	assert_string_equal(out, "/usr/lib/miauflix");
	assert_err(
	    paths_programs(out, 4, &w->err), &w->err, ERR_SETTING_INVALID);
	unsetenv("MIAU_LIB_DIR");
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, folder_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_state),
		TEST(test_make),
		TEST(test_socket),
		TEST(test_programs),
	};

	return cmocka_run_group_tests_name("base/paths", tests, NULL, NULL);
}
