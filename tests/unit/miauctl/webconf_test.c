/* The web servers' configurations: filled for an installation and taken by each
 * of them itself. */
#include "tests/unit/helpers.h"

#include "daemon/miauctl/prepare.h"
#include "daemon/miauctl/run.h"
#include "daemon/miauctl/webconf.h"
#include "lib/base/address.h"
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
	put_file(w, "share/nginx.conf", "conf/nginx.conf");
	put_file(w, "share/apache.conf", "conf/apache.conf");
	put_file(w, "share/www/index.html", NULL);
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
make(struct house *house, const struct webserver *server, struct err *err)
{
	const struct webconf webconf = { server, &house->ctl.paths,
		house->ctl.settings, house->ctl.programs, &house->names };

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
server_takes(
    struct world *w, struct house *house, const struct webserver *server)
{
	char path[WORLD_PATH_MAX + 32], program[PATHS_MAX];
	const char *argv[WEBSERVER_ARGS_MAX + 1];
	struct buf said;

	assert_ok(prepare_find_program(server->program, server->packages,
		      program, sizeof(program), &w->err),
	    &w->err);
	snprintf(path, sizeof(path), "%s/%s.conf", w->dir, server->name);
	assert_ok(
	    fs_write(path, house->conf.data, house->conf.len, 0600, &w->err),
	    &w->err);
	webserver_argv(program, server->check, path, argv);
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

/* Where a web server may have files sent from, for streams only. */
static void
test_files(void **state)
{
	struct world *w = *state;
	struct house *house = build(w);
	char root[PATHS_MAX + 64];
	const char *movies, *stream, *found;

	assert_ok(make(house, webserver_find("lighttpd"), &w->err), &w->err);
	snprintf(root, sizeof(root),
	    "\"x-sendfile-docroot\" => ( \"%s/roots/\" )",
	    house->ctl.paths.run);
	stream = strstr(house->conf.data, "\"/api/stream\" =>");
	movies = strstr(house->conf.data, "\"/api/movies\" =>");
	found = strstr(house->conf.data, root);
	assert_true(stream < found && found < movies);
	assert_null(strstr(movies, root));

	assert_ok(make(house, webserver_find("apache"), &w->err), &w->err);
	stream = strstr(house->conf.data, "<Location \"/api/stream\">");
	movies = strstr(house->conf.data, "ProxyPass \"/api/movies\"");
	found = strstr(house->conf.data, "XSendFile on");
	assert_true(stream < found && found < movies);
	assert_null(strstr(movies, "XSendFile on"));

	/* For nginx they are one place, inside. */
	assert_ok(make(house, webserver_find("nginx"), &w->err), &w->err);
	snprintf(
	    root, sizeof(root), "alias \"%s/roots/\";", house->ctl.paths.run);
	found = strstr(house->conf.data, root);
	assert_non_null(found);
	assert_null(strstr(found + strlen(root), "roots"));
	leave(house);
}

/* Where the first prefix that fits is taken, longer ones come first. */
static void
test_order(void **state)
{
	static const char *const order[] = { "/api/streams\"", "/api/stream\"",
		"/api/movies\"", "/api\"" };
	static const char *const servers[] = { "lighttpd", "apache" };
	struct world *w = *state;
	struct house *house = build(w);
	const char *at, *before;
	size_t i, k;

	for (k = 0; k < COUNT_OF(servers); k++) {
		assert_ok(
		    make(house, webserver_find(servers[k]), &w->err), &w->err);
		before = strstr(house->conf.data, "# --- Handlers");
		assert_non_null(before);
		for (i = 0; i < COUNT_OF(order); i++) {
			at = strstr(before, order[i]);
			assert_non_null(at);
			assert_true(at > before);
			before = at;
		}
	}
	leave(house);
}

static void
test_taken(void **state)
{
	struct world *w = *state;
	struct house *house = build(w);
	size_t i;

	for (i = 0; webservers[i] != NULL; i++) {
		assert_ok(make(house, webservers[i], &w->err), &w->err);
		server_takes(w, house, webservers[i]);
	}
	leave(house);
}

/* What pages carry is the same under each. */
static void
test_headers(void **state)
{
	static const char *const headers[] = { "Content-Security-Policy",
		"default-src 'self'; img-src 'self' blob: data:; ",
		"frame-ancestors 'none'; base-uri 'self'; ", "nosniff",
		"no-referrer", "Cross-Origin-Opener-Policy",
		"Permissions-Policy" };
	struct world *w = *state;
	struct house *house = build(w);
	size_t i, k;

	for (k = 0; webservers[k] != NULL; k++) {
		assert_ok(make(house, webservers[k], &w->err), &w->err);
		for (i = 0; i < COUNT_OF(headers); i++)
			assert_non_null(strstr(house->conf.data, headers[i]));
	}
	leave(house);
}

static void
test_base_path(void **state)
{
	struct world *w = *state;
	char site[PATHS_MAX + 16];
	struct house *house;
	size_t i;

	setenv("MIAU_BASE_PATH", "/miau.x/", 1);
	house = build(w);
	unsetenv("MIAU_BASE_PATH");
	snprintf(site, sizeof(site), "\"%s/site/\"", house->ctl.paths.run);
	for (i = 0; webservers[i] != NULL; i++) {
		assert_ok(make(house, webservers[i], &w->err), &w->err);
		assert_non_null(strstr(house->conf.data, "/miau.x/api/movies"));
		assert_non_null(
		    strstr(house->conf.data, "/miau.x/api/v1/movies"));
		assert_non_null(strstr(house->conf.data, "/miau.x/health"));
		assert_non_null(strstr(house->conf.data, site));
		server_takes(w, house, webservers[i]);
	}
	assert_ok(make(house, webserver_find("lighttpd"), &w->err), &w->err);
	assert_non_null(strstr(house->conf.data, "\"^/miau\\.x/(?!assets"));
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
		assert_ok(address_bind(
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
		    address_bind(settings, bind, NULL, NULL, &w->err), -1);
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
		    test_taken, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_headers, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_base_path, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_bind, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
