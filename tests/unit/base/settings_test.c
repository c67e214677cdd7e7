/* Settings: rows that make sense, and where a value comes from. */
#include "tests/unit/helpers.h"

#include <stdio.h>

#include "lib/base/settings.h"
#include "lib/base/str.h"

static void
clear_environment(void)
{
	char name[64], file[80];
	int id;

	for (id = 0; id < SETTING__MAX; id++) {
		settings_env_name(id, name, sizeof(name));
		snprintf(file, sizeof(file), "%s_FILE", name);
		unsetenv(name);
		unsetenv(file);
	}
	unsetenv("MIAU_CONFIG");
}

static int
setup(void **state)
{
	struct world *w;

	clear_environment();
	if (folder_setup(state) == -1)
		return -1;
	w = *state;
	return setenv("MIAU_STATE_DIR", w->dir, 1);
}

static int
teardown(void **state)
{
	clear_environment();
	return world_teardown(state);
}

/* Writes <state>/miauflix.conf. */
static void
configure(struct world *w, const char *text)
{
	const char *path = arena_printf(w->arena, "%s/miauflix.conf", w->dir);

	assert_ok(fs_write(path, text, strlen(text), 0600, &w->err), &w->err);
}

static struct settings *
load(struct world *w)
{
	struct settings *settings = settings_load(&w->err);

	if (settings == NULL)
		fail_msg("%s", w->err.text);
	return settings;
}

static void
assert_refused(struct world *w, const char *part)
{
	w->err.code = ERR_NONE;
	assert_null(settings_load(&w->err));
	assert_int_equal(w->err.code, ERR_SETTING_INVALID);
	if (strstr(w->err.text, part) == NULL)
		fail_msg("\"%s\" does not name \"%s\"", w->err.text, part);
}

/* Each row is whole, its default passes its own check, no two share a name. */
static void
test_rows(void **state)
{
	char names[SETTING__MAX][64];
	const struct setting_row *row;
	struct err err;
	int i, j;

	(void)state;
	for (i = 0; i < SETTING__MAX; i++) {
		row = &setting_rows[i];
		assert_non_null(row->name);
		assert_non_null(strchr(row->name, '.'));
		assert_true(str_ends(row->help, "."));
		assert_true(row->label != NULL && row->label[0] != '\0');
		assert_null(strpbrk(row->label, "."));
		assert_true(row->unit == NULL || row->type == SETTING_INT);
		assert_ok(settings_check(i, row->fallback, &err), &err);
		assert_int_equal(settings_find(row->name), i);
		if (row->type == SETTING_INT)
			assert_true(row->min < row->max);
		if (row->type == SETTING_CHOICE)
			assert_non_null(row->choices);
		settings_env_name(i, names[i], sizeof(names[i]));
		assert_true(str_starts(names[i], "MIAU_"));
		for (j = 0; j < i; j++)
			assert_string_not_equal(names[i], names[j]);
	}
	assert_int_equal(settings_find("http"), -1);
	assert_int_equal(settings_find(""), -1);
	settings_env_name(SETTING_AUTH_ACCESS_TTL, names[0], 64);
	assert_string_equal(names[0], "MIAU_AUTH_ACCESS_TTL");
	settings_env_name(SETTING_HTTP_PORT, names[0], 64);
	assert_string_equal(names[0], "MIAU_PORT");
}

static void
assert_shown(enum setting_id id, const char *value, const char *expected)
{
	char shown[SETTINGS_SHOWN];

	settings_show(id, value, shown, sizeof(shown));
	assert_string_equal(shown, expected);
}

static void
test_shown(void **state)
{
	char shown[SETTINGS_SHOWN];
	int id;

	(void)state;
	assert_shown(SETTING_AUTH_ACCESS_TTL, "900", "15 min");
	assert_shown(SETTING_AUTH_ACCESS_TTL, "90", "90 s");
	assert_shown(SETTING_AUTH_ACCESS_TTL, "3600", "1 h");
	assert_shown(SETTING_AUTH_ACCESS_TTL, "86400", "1 day");
	assert_shown(SETTING_AUTH_REFRESH_TTL, "604800", "7 days");
	assert_shown(SETTING_HANDLER_IDLE, "0", "0 s");
	assert_shown(SETTING_NET_UPLOAD_LIMIT, "1048576", "1 MiB/s");
	assert_shown(SETTING_NET_UPLOAD_LIMIT, "1500000", "1500 kB/s");
	assert_shown(SETTING_NET_UPLOAD_LIMIT, "1048577", "1048577 B/s");
	assert_shown(SETTING_NET_UPLOAD_LIMIT, "0", "no limit");
	assert_shown(SETTING_STORAGE_LIMIT, "50000000000", "50 GB");
	assert_shown(SETTING_STORAGE_LIMIT, "1099511627776", "1 TiB");
	assert_shown(SETTING_SEED_RATIO, "100", "100 %");
	assert_shown(SETTING_HANDLER_REQUESTS, "5000", "5000");
	assert_shown(SETTING_HTTP_BIND, "127.0.0.1", "127.0.0.1");
	/* Each unit that a row has is known. */
	for (id = 0; id < SETTING__MAX; id++) {
		settings_show((enum setting_id)id, "7", shown, sizeof(shown));
		if (setting_rows[id].unit != NULL)
			assert_string_not_equal(shown, "7");
	}
}

static void
test_defaults(void **state)
{
	struct settings *s = load(*state);

	assert_int_equal(settings_int(s, SETTING_HTTP_PORT), 8080);
	assert_string_equal(settings_text(s, SETTING_HTTP_BIND), "127.0.0.1");
	assert_false(settings_bool(s, SETTING_AUTH_BODY_TOKENS));
	assert_int_equal(
	    settings_source(s, SETTING_HTTP_PORT), SETTING_FROM_DEFAULT);
	settings_free(s);
}

static void
test_strongest_wins(void **state)
{
	struct world *w = *state;
	struct settings *s;

	configure(w,
	    "# a comment\n\n MIAU_AUTH_ACCESS_TTL = 100 \n"
	    "MIAU_AUTH_REFRESH_TTL=400\r\n");
	setenv("MIAU_AUTH_REFRESH_TTL", "500", 1);
	s = load(w);
	assert_int_equal(settings_int(s, SETTING_AUTH_ACCESS_TTL), 100);
	assert_int_equal(
	    settings_source(s, SETTING_AUTH_ACCESS_TTL), SETTING_FROM_FILE);
	assert_int_equal(settings_int(s, SETTING_AUTH_REFRESH_TTL), 500);
	assert_int_equal(settings_source(s, SETTING_AUTH_REFRESH_TTL),
	    SETTING_FROM_ENVIRONMENT);
	assert_ok(
	    settings_set_stored(s, SETTING_AUTH_ACCESS_TTL, "200", &w->err),
	    &w->err);
	assert_int_equal(settings_int(s, SETTING_AUTH_ACCESS_TTL), 100);
	assert_ok(
	    settings_set_stored(s, SETTING_AUTH_CHAIN_TTL, "900", &w->err),
	    &w->err);
	assert_int_equal(settings_int(s, SETTING_AUTH_CHAIN_TTL), 900);
	assert_int_equal(
	    settings_source(s, SETTING_AUTH_CHAIN_TTL), SETTING_FROM_DATABASE);
	assert_err(settings_set_stored(s, SETTING_AUTH_CHAIN_TTL, "1", &w->err),
	    &w->err, ERR_SETTING_INVALID);
	assert_int_equal(settings_int(s, SETTING_AUTH_CHAIN_TTL), 900);
	assert_ok(settings_set_stored(s, SETTING_AUTH_CHAIN_TTL, NULL, &w->err),
	    &w->err);
	assert_int_equal(
	    settings_source(s, SETTING_AUTH_CHAIN_TTL), SETTING_FROM_DEFAULT);
	assert_err(settings_set_stored(s, SETTING_HTTP_PORT, "81", &w->err),
	    &w->err, ERR_SETTING_INVALID);
	settings_free(s);
}

static void
test_value_files(void **state)
{
	struct world *w = *state;
	const char *path = arena_printf(w->arena, "%s/value", w->dir);
	struct settings *s;

	assert_ok(fs_write(path, "a.example, b.example\n", 21, 0600, &w->err),
	    &w->err);
	setenv("MIAU_HTTP_HOSTS_FILE", path, 1);
	s = load(w);
	assert_true(settings_list_has(s, SETTING_HTTP_HOSTS, "A.example"));
	assert_true(settings_list_has(s, SETTING_HTTP_HOSTS, "b.example"));
	assert_false(settings_list_has(s, SETTING_HTTP_HOSTS, "example"));
	assert_false(settings_list_has(s, SETTING_HTTP_HOSTS, ""));
	assert_false(
	    settings_list_has(s, SETTING_HTTP_HOSTS, "a.example, b.example"));
	assert_false(settings_list_has(s, SETTING_CORS_ORIGINS, "x"));
	settings_free(s);
	unsetenv("MIAU_HTTP_HOSTS_FILE");
	configure(w, arena_printf(w->arena, "MIAU_HTTP_HOSTS_FILE=%s\n", path));
	s = load(w);
	assert_int_equal(
	    settings_source(s, SETTING_HTTP_HOSTS), SETTING_FROM_FILE);
	settings_free(s);
	setenv("MIAU_HTTP_HOSTS_FILE", "/nonexistent/file", 1);
	assert_refused(w, "http.hosts");
}

static void
test_refused(void **state)
{
	struct world *w = *state;

	configure(w, "MIAU_PORT=80\nMIAU_PROT=80\n");
	assert_refused(w, "line 2");
	configure(w, "MIAU_PORT\n");
	assert_refused(w, "line 1");
	configure(w, "MIAU_PORT=0\n");
	assert_refused(w, "http.port");
	configure(w, "MIAU_STATE_DIR=/elsewhere\n");
	assert_refused(w, "MIAU_STATE_DIR");
	configure(w, "");
	setenv("MIAU_PORT", "eighty", 1);
	assert_refused(w, "http.port");
	setenv("MIAU_PORT", "", 1);
	settings_free(load(w));
	setenv("MIAU_AUTH_BODY_TOKENS", "yes", 1);
	assert_refused(w, "auth.bodyTokens");
	unsetenv("MIAU_AUTH_BODY_TOKENS");
	setenv("MIAU_CONFIG", "/nonexistent/miauflix.conf", 1);
	assert_refused(w, "/nonexistent");
}

static void
test_check(void **state)
{
	static const char *const bad_paths[] = { "", "miau", "/miau", "miau/",
		"//", "/a//b/", "/../", "/./", "/a b/", "/a?b/", "/\xc3\xa9/" };
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(bad_paths); i++)
		assert_err(
		    settings_check(SETTING_HTTP_BASE_PATH, bad_paths[i], &err),
		    &err, ERR_SETTING_INVALID);
	assert_ok(settings_check(SETTING_HTTP_BASE_PATH, "/", &err), &err);
	assert_ok(
	    settings_check(SETTING_HTTP_BASE_PATH, "/a/b-1/", &err), &err);
	assert_err(settings_check(SETTING_HTTP_BIND, "a\nb", &err), &err,
	    ERR_SETTING_INVALID);
	assert_err(settings_check(SETTING_HTTP_BIND, "\xff", &err), &err,
	    ERR_SETTING_INVALID);
	assert_err(settings_check(SETTING_HTTP_WEBSERVER, "lighttp", &err),
	    &err, ERR_SETTING_INVALID);
	assert_err(settings_check(SETTING_HTTP_WEBSERVER, "", &err), &err,
	    ERR_SETTING_INVALID);
	assert_ok(settings_check(SETTING_HTTP_PORT, "65535", &err), &err);
	assert_err(settings_check(SETTING_HTTP_PORT, "65536", &err), &err,
	    ERR_SETTING_INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rows),
		TEST(test_shown),
		TEST(test_defaults),
		TEST(test_strongest_wins),
		TEST(test_value_files),
		TEST(test_refused),
		TEST(test_check),
	};

	return cmocka_run_group_tests_name("base/settings", tests, NULL, NULL);
}
