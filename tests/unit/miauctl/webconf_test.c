/* The web server's configuration: filled for an installation and taken by
 * lighttpd itself. */
#include "tests/unit/helpers.h"

#include "daemon/miauctl/prepare.h"
#include "daemon/miauctl/run.h"
#include "daemon/miauctl/webconf.h"
#include "lib/base/mem.h"

enum { TEXT_MAX = 4 * 1024 * 1024 };

struct house {
	struct ctl ctl;
	struct webconf_handlers names;
	struct buf conf;
};

static void
put_file(struct world *w, const char *name, const char *from)
{
	char path[WORLD_PATH_MAX + 64];
	struct buf text;

	buf_init(&text, TEXT_MAX);
	if (from != NULL)
		assert_ok(fs_read(from, &text, &w->err), &w->err);
	snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	assert_ok(fs_write(path, text.data, text.len, 0600, &w->err), &w->err);
	buf_fini(&text);
}

static struct house *
build(struct world *w)
{
	struct house *house = mem_calloc(1, sizeof(*house));
	char path[WORLD_PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/cgi", w->dir);
	assert_ok(fs_mkdirs(path, 0700, &w->err), &w->err);
	snprintf(path, sizeof(path), "%s/share/www", w->dir);
	assert_ok(fs_mkdirs(path, 0700, &w->err), &w->err);
	put_file(w, "share/lighttpd.conf", "conf/lighttpd.conf");
	put_file(w, "cgi/health.fcgi", NULL);
	put_file(w, "cgi/movies.fcgi", NULL);
	put_file(w, "cgi/stream.fcgi", NULL);
	put_file(w, "cgi/streams.fcgi", NULL);
	put_file(w, "cgi/README", NULL);
	put_file(w, "cgi/Odd.fcgi", NULL);
	snprintf(house->ctl.programs, PATHS_MAX, "%s", w->dir);
	setenv("MIAU_STATE_DIR", w->dir, 1);
	assert_ok(paths_init(&house->ctl.paths, &w->err), &w->err);
	snprintf(house->ctl.paths.database, PATHS_MAX, "%s", w->database);
	assert_ok(prepare_folders(&house->ctl, &w->err), &w->err);
	house->ctl.settings = settings_load(&w->err);
	assert_non_null(house->ctl.settings);
	assert_ok(
	    webconf_handlers_find(w->dir, &house->names, &w->err), &w->err);
	buf_init(&house->conf, TEXT_MAX);
	return house;
}

static int
make(struct house *house, struct err *err)
{
	const struct webconf webconf = { &house->ctl.paths, house->ctl.settings,
		house->ctl.programs, &house->names };

	buf_reset(&house->conf);
	return webconf_make(&webconf, &house->conf, err);
}

static void
leave(struct house *house)
{
	buf_fini(&house->conf);
	settings_free(house->ctl.settings);
	free(house);
	unsetenv("MIAU_STATE_DIR");
}

static void
lighttpd_takes(struct world *w, struct house *house)
{
	char path[WORLD_PATH_MAX + 32], program[PATHS_MAX];
	const char *const argv[] = { program, "-tt", "-f", path, NULL };
	struct buf said;

	assert_ok(
	    prepare_find_program("lighttpd", program, sizeof(program), &w->err),
	    &w->err);
	snprintf(path, sizeof(path), "%s/lighttpd.conf", w->dir);
	assert_ok(
	    fs_write(path, house->conf.data, house->conf.len, 0600, &w->err),
	    &w->err);
	buf_init(&said, TEXT_MAX);
	if (run_program(argv, -1, &said) != 0)
		fail_msg("%s", said.data);
	buf_fini(&said);
}

static void
test_handlers(void **state)
{
	struct world *w = *state;
	struct house *house = build(w);

	assert_int_equal(house->names.n, 4);
	assert_string_equal(house->names.name[0], "health");
	assert_string_equal(house->names.name[2], "stream");
	leave(house);
}

static void
test_files(void **state)
{
	struct world *w = *state;
	struct house *house = build(w);
	char root[PATHS_MAX + 64];
	const char *movies, *stream, *found;

	assert_ok(make(house, &w->err), &w->err);
	snprintf(root, sizeof(root),
	    "\"x-sendfile-docroot\" => ( \"%s/roots/\" )",
	    house->ctl.paths.run);
	/* Files leave by the web server for streams only. */
	stream = strstr(house->conf.data, "\"/api/stream\" =>");
	movies = strstr(house->conf.data, "\"/api/movies\" =>");
	found = strstr(house->conf.data, root);
	assert_true(stream < found && found < movies);
	assert_null(strstr(movies, root));
	lighttpd_takes(w, house);
	leave(house);
}

/* The first prefix that fits is taken. */
static void
test_order(void **state)
{
	static const char *const order[] = { "\"/api/streams\"",
		"\"/api/stream\"", "\"/api/movies\"", "\"/api\"" };
	struct world *w = *state;
	struct house *house = build(w);
	const char *at, *before;
	size_t i;

	assert_ok(make(house, &w->err), &w->err);
	for (i = 0, before = house->conf.data; i < COUNT_OF(order); i++) {
		at = strstr(house->conf.data, order[i]);
		assert_non_null(at);
		assert_true(at > before);
		before = at;
	}
	leave(house);
}

static void
test_base_path(void **state)
{
	struct world *w = *state;
	struct house *house;

	setenv("MIAU_BASE_PATH", "/miau.x/", 1);
	house = build(w);
	unsetenv("MIAU_BASE_PATH");
	assert_ok(make(house, &w->err), &w->err);
	assert_non_null(strstr(house->conf.data, "\"^/miau\\.x/(?!assets"));
	assert_non_null(strstr(house->conf.data, "\"/miau.x/api/movies\""));
	assert_non_null(strstr(house->conf.data, "\"/miau.x/api/v1/movies\""));
	lighttpd_takes(w, house);
	leave(house);
}

static void
test_bind(void **state)
{
	static const struct {
		const char *given, *bind;
		bool is_ipv6, is_loopback;
	} rows[] = {
		{ "127.0.0.1", "127.0.0.1", false, true },
		{ "localhost", "127.0.0.1", false, true },
		{ "lan", "0.0.0.0", false, false },
		{ "192.168.1.5", "192.168.1.5", false, false },
		{ "::1", "::1", true, true },
		{ "::", "::", true, false },
	};
	static const char *const refused[] = { "films.example.org",
		"127.0.0.1\"", "1.2.3", "0x7f.1" };
	struct world *w = *state;
	struct settings *settings;
	bool is_ipv6, is_loopback;
	char bind[64];
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		setenv("MIAU_BIND", rows[i].given, 1);
		settings = settings_load(&w->err);
		assert_non_null(settings);
		assert_ok(webconf_bind(
			      settings, bind, &is_ipv6, &is_loopback, &w->err),
		    &w->err);
		assert_string_equal(bind, rows[i].bind);
		assert_true(is_ipv6 == rows[i].is_ipv6);
		assert_true(is_loopback == rows[i].is_loopback);
		settings_free(settings);
	}
	for (i = 0; i < COUNT_OF(refused); i++) {
		setenv("MIAU_BIND", refused[i], 1);
		settings = settings_load(&w->err);
		assert_non_null(settings);
		assert_int_equal(
		    webconf_bind(settings, bind, NULL, NULL, &w->err), -1);
		settings_free(settings);
	}
	unsetenv("MIAU_BIND");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_handlers, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_files, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_order, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_base_path, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_bind, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
