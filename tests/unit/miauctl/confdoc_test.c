/* conf/miauflix.conf is what `miauctl config template` prints, and every line
 * of it counts once the '#' is removed. */
#include "tests/unit/helpers.h"

#include "daemon/miauctl/confdoc.h"
#include "lib/base/buf.h"
#include "lib/base/settings.h"

enum { TEXT_MAX = 256 * 1024 };

static void
test_same(void **state)
{
	struct buf made, kept;
	struct err err;

	(void)state;
	buf_init(&made, TEXT_MAX);
	buf_init(&kept, TEXT_MAX);
	confdoc_put(&made);
	assert_ok(fs_read("conf/miauflix.conf", &kept, &err), &err);
	assert_string_equal(made.data, kept.data);
	buf_fini(&kept);
	buf_fini(&made);
}

static void
test_counts(void **state)
{
	struct world *w = *state;
	char path[WORLD_PATH_MAX + 32];
	struct settings *settings;
	struct buf made;
	char *at;
	int id;

	buf_init(&made, TEXT_MAX);
	confdoc_put(&made);
	for (at = made.data; (at = strstr(at, "\n#MIAU_")) != NULL; at++)
		at[1] = ' ';
	snprintf(path, sizeof(path), "%s/all.conf", w->dir);
	assert_ok(fs_write(path, made.data, made.len, 0600, &w->err), &w->err);
	buf_fini(&made);
	setenv("MIAU_CONFIG", path, 1);
	settings = settings_load(&w->err);
	if (settings == NULL)
		fail_msg("%s", w->err.text);
	for (id = 0; id < SETTING__MAX; id++)
		if (id != SETTING_STATE_DIR)
			assert_int_equal(
			    settings_source(settings, (enum setting_id)id),
			    SETTING_FROM_FILE);
	settings_free(settings);
	unsetenv("MIAU_CONFIG");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test_setup_teardown(
		    test_counts, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
