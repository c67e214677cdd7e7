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
	char here[PATHS_MAX], self[PATHS_MAX] = "", *longest;
	int i;

	assert_non_null(getcwd(here, sizeof(here)));
	assert_true(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	for (i = 0; i < 3; i++)
		*strrchr(self, '/') = '\0';
	assert_state("/srv/miau", "/srv/miau");
	assert_state("/srv/miau//", "/srv/miau");
	assert_state("/", "/");
	/* Not set, it follows from the program, wherever that is called. */
	assert_int_equal(chdir("/"), 0);
	assert_state(NULL, arena_printf(w->arena, "%s/var", self));
	assert_state("", arena_printf(w->arena, "%s/var", self));
	assert_int_equal(chdir(here), 0);
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
assert_owner(
    struct world *w, const struct paths *paths, enum paths_owner wanted)
{
	assert_int_equal(paths_owner(paths), wanted);
	if (wanted != PATHS_FOREIGN)
		assert_ok(paths_refuse_foreign(paths, &w->err), &w->err);
	else
		assert_err(paths_refuse_foreign(paths, &w->err), &w->err,
		    ERR_NOT_FOUND);
}

static void
test_owner(void **state)
{
	static const char *const marks[] = { "miauflix.db", "keys/master.key",
		"run/up.lock", "run/miaud.lock" };
	struct world *w = *state;
	struct paths paths;
	char *file;
	size_t i;

	setenv("MIAU_STATE_DIR", arena_printf(w->arena, "%s/s", w->dir), 1);
	assert_ok(paths_init(&paths, &w->err), &w->err);
	assert_owner(w, &paths, PATHS_NEW);
	assert_ok(paths_make(&paths, &w->err), &w->err);
	assert_owner(w, &paths, PATHS_NEW);
	file = arena_printf(w->arena, "%s/miauflix.conf", paths.state);
	assert_ok(fs_write(file, "", 0, 0600, &w->err), &w->err);
	assert_owner(w, &paths, PATHS_NEW);
	file = arena_printf(w->arena, "%s/letters.txt", paths.state);
	assert_ok(fs_write(file, "", 0, 0600, &w->err), &w->err);
	assert_owner(w, &paths, PATHS_FOREIGN);
	for (i = 0; i < COUNT_OF(marks); i++) {
		file = arena_printf(w->arena, "%s/%s", paths.state, marks[i]);
		assert_ok(fs_write(file, "", 0, 0600, &w->err), &w->err);
		assert_owner(w, &paths, PATHS_OURS);
		assert_int_equal(unlink(file), 0);
	}
	assert_owner(w, &paths, PATHS_FOREIGN);
	setenv("MIAU_STATE_DIR", file, 1);
	assert_ok(paths_init(&paths, &w->err), &w->err);
	assert_owner(w, &paths, PATHS_NEW);
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

/* The machine's own installation has its configuration elsewhere. */
static void
test_config(void **state)
{
	struct world *w = *state;
	struct paths paths;

	setenv("MIAU_STATE_DIR", "/s", 1);
	assert_ok(paths_init(&paths, &w->err), &w->err);
	assert_string_equal(paths.config, "/s/miauflix.conf");
	setenv("MIAU_STATE_DIR", PATHS_INSTALLED_STATE "/", 1);
	assert_ok(paths_init(&paths, &w->err), &w->err);
	assert_string_equal(paths.config, PATHS_INSTALLED_CONFIG);
}

static void
test_stranger(void **state)
{
	struct world *w = *state;
	struct paths paths;
	struct stat st;

	setenv("MIAU_STATE_DIR", arena_printf(w->arena, "%s/own", w->dir), 1);
	assert_ok(paths_init(&paths, &w->err), &w->err);
	assert_ok(paths_refuse_stranger(&paths, &w->err), &w->err);
	assert_ok(paths_make(&paths, &w->err), &w->err);
	assert_ok(paths_refuse_stranger(&paths, &w->err), &w->err);
	/* Folders of others: the root's, which a user meets, or those that
	 * root gives away. */
	if (geteuid() == 0) {
		assert_int_equal(chown(paths.keys, 12345, 12345), 0);
	} else {
		snprintf(paths.keys, sizeof(paths.keys), "/usr");
		assert_int_equal(stat(paths.keys, &st), 0);
		assert_int_not_equal(st.st_uid, geteuid());
	}
	assert_err(
	    paths_refuse_stranger(&paths, &w->err), &w->err, ERR_FORBIDDEN);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, folder_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_state),
		TEST(test_config),
		TEST(test_stranger),
		TEST(test_make),
		TEST(test_owner),
		TEST(test_socket),
		TEST(test_programs),
	};

	return cmocka_run_group_tests_name("base/paths", tests, NULL, NULL);
}
