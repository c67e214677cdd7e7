/*
 * Settings between the database and struct settings.
 */
#include "tests/unit/helpers.h"

#include "lib/auth/stored_settings.h"

static void
put(struct world *w, const char *name, const char *value)
{
	assert_true(
	    db_run(w->db,
		"INSERT OR REPLACE INTO setting (name, value, updated_at) "
		"VALUES (?1, ?2, 1)",
		DB_ARGS(DB_TEXT(name), DB_TEXT(value)), &w->err) == 1);
}

/* What is wrong in the database is left out and spoils nothing else. */
static void
test_apply(void **state)
{
	struct world *w = *state;
	struct auth_keys *keys = auth_keys_load(w->dir, 1, &w->err);
	struct settings *settings = settings_load(&w->err);

	assert_non_null(keys);
	assert_non_null(settings);
	put(w, "auth.accessTtl", "600");
	put(w, "no.such", "1");
	put(w, "http.port", "1");
	put(w, "backup.keep", "a lot");
	put(w, "library.probes", "0");
	assert_ok(auth_settings_apply(settings, w->db, keys, &w->err), &w->err);
	assert_int_equal(settings_int(settings, SETTING_AUTH_ACCESS_TTL), 600);
	assert_int_equal(settings_source(settings, SETTING_AUTH_ACCESS_TTL),
	    SETTING_FROM_DATABASE);
	assert_int_equal(settings_int(settings, SETTING_HTTP_PORT), 8080);
	assert_int_equal(settings_int(settings, SETTING_BACKUP_KEEP), 7);
	assert_int_equal(settings_int(settings, SETTING_LIBRARY_PROBES), 2);
	settings_free(settings);
	auth_keys_free(keys);
}

static void
test_put(void **state)
{
	struct world *w = *state;
	struct auth_keys *keys = auth_keys_load(w->dir, 1, &w->err);
	struct settings *settings = settings_load(&w->err);

	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_ok(auth_setting_put(
		      w->db, keys, SETTING_BACKUP_KEEP, "3", NULL, &w->err),
	    &w->err);
	assert_ok(auth_setting_put(
		      w->db, keys, SETTING_LIBRARY_PROBES, "4", NULL, &w->err),
	    &w->err);
	assert_ok(auth_setting_put(
		      w->db, keys, SETTING_LIBRARY_PROBES, NULL, NULL, &w->err),
	    &w->err);
	assert_ok(db_commit(w->db, &w->err), &w->err);
	assert_ok(auth_settings_apply(settings, w->db, keys, &w->err), &w->err);
	assert_int_equal(settings_int(settings, SETTING_BACKUP_KEEP), 3);
	assert_int_equal(settings_source(settings, SETTING_LIBRARY_PROBES),
	    SETTING_FROM_DEFAULT);
	settings_free(settings);
	auth_keys_free(keys);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_apply, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_put, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
