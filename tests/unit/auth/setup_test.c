/*
 * Who may make the first administrator.
 */
#include "tests/unit/helpers.h"

#include "lib/auth/setup.h"

static bool
needs(const char *bind, bool is_local)
{
	struct settings *settings;
	struct err err;
	bool needed;

	setenv("MIAU_BIND", bind, 1);
	settings = settings_load(&err);
	unsetenv("MIAU_BIND");
	assert_non_null(settings);
	needed = setup_needs_code(settings, is_local);
	settings_free(settings);
	return needed;
}

static void
test_who_needs_a_code(void **state)
{
	static const char *const closed[] = { "127.0.0.1", "127.0.0.5", "::1",
		"localhost" };
	static const char *const open[] = { "0.0.0.0", "::", "192.0.2.1", "lan",
		"128.0.0.1" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(closed); i++) {
		assert_false(needs(closed[i], true));
		assert_true(needs(closed[i], false));
	}
	for (i = 0; i < COUNT_OF(open); i++) {
		assert_true(needs(open[i], true));
		assert_true(needs(open[i], false));
	}
}

static void
put(struct world *w, const char *text)
{
	char path[WORLD_PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/setup.code", w->dir);
	assert_ok(fs_write(path, text, strlen(text), 0600, &w->err), &w->err);
}

static void
test_code(void **state)
{
	struct world *w = *state;

	assert_false(setup_code_is_right(w->dir, ""));
	assert_false(setup_code_is_right(w->dir, "ABCD-1234"));
	put(w, "\n");
	assert_false(setup_code_is_right(w->dir, ""));
	put(w, "ABCD-1234\n");
	assert_true(setup_code_is_right(w->dir, "ABCD-1234"));
	assert_false(setup_code_is_right(w->dir, "ABCD-1235"));
	assert_false(setup_code_is_right(w->dir, "ABCD-123"));
	assert_false(setup_code_is_right(w->dir, "ABCD-12345"));
	assert_false(setup_code_is_right(w->dir, ""));
	setup_code_forget(w->dir);
	assert_false(setup_code_is_right(w->dir, "ABCD-1234"));
	setup_code_forget(w->dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_needs_a_code),
		cmocka_unit_test_setup_teardown(
		    test_code, folder_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
