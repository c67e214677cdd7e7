/* What the web server serves below a path. */
#include "lib/base/site.h"

#include <limits.h>
#include <sys/stat.h>

#include "tests/unit/helpers.h"

static void
put(struct world *w, const char *name, const char *text)
{
	char path[WORLD_PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/share/www/%s", w->dir, name);
	assert_ok(fs_write(path, text, strlen(text), 0644, &w->err), &w->err);
}

static void
lay(struct world *w, const char *base)
{
	struct settings *settings;
	struct paths paths;

	setenv("MIAU_STATE_DIR", w->dir, 1);
	setenv("MIAU_BASE_PATH", base, 1);
	assert_ok(paths_init(&paths, &w->err), &w->err);
	settings = settings_load(&w->err);
	assert_non_null(settings);
	assert_ok(site_write(&paths, settings, w->dir, &w->err), &w->err);
	settings_free(settings);
	unsetenv("MIAU_BASE_PATH");
	unsetenv("MIAU_STATE_DIR");
}

static char *
at(struct world *w, const char *name, char path[WORLD_PATH_MAX + 64])
{
	snprintf(path, WORLD_PATH_MAX + 64, "%s/run/site/%s", w->dir, name);
	return path;
}

static void
page_holds(struct world *w, const char *text)
{
	char path[WORLD_PATH_MAX + 64];
	struct buf page;

	buf_init(&page, 4096);
	assert_ok(fs_read(at(w, "index.html", path), &page, &w->err), &w->err);
	assert_string_equal(page.data, text);
	buf_fini(&page);
}

static void
mode_is(struct world *w, const char *name, mode_t mode)
{
	char path[WORLD_PATH_MAX + 64];
	struct stat st;

	assert_int_equal(stat(at(w, name, path), &st), 0);
	assert_int_equal(st.st_mode & 0777, mode);
}

static void
test_site(void **state)
{
	struct world *w = *state;
	char path[WORLD_PATH_MAX + 64], real[PATH_MAX];
	mode_t mask = umask(0027);

	snprintf(path, sizeof(path), "%s/share/www/assets", w->dir);
	assert_ok(fs_mkdirs(path, 0755, &w->err), &w->err);
	snprintf(path, sizeof(path), "%s/run", w->dir);
	assert_ok(fs_mkdirs(path, 0755, &w->err), &w->err);
	put(w, "index.html", "<head><base href=\"/\"></head>");
	put(w, "index.html.gz", "packed");
	put(w, "assets/app.js", "1");
	put(w, "favicon.svg", "2");

	lay(w, "/films/");
	page_holds(w, "<head><base href=\"/films/\"></head>");
	/* For a web server that is another user. */
	mode_is(w, "", 0755);
	mode_is(w, "index.html", 0644);
	assert_true(fs_exists(at(w, "assets/app.js", path)));
	assert_non_null(realpath(at(w, "favicon.svg", path), real));
	assert_non_null(strstr(real, "/share/www/favicon.svg"));
	/* A packed page says another path. */
	assert_false(fs_exists(at(w, "index.html.gz", path)));

	/* A newer app, and another path. */
	snprintf(path, sizeof(path), "%s/share/www/favicon.svg", w->dir);
	assert_int_equal(unlink(path), 0);
	put(w, "index.html", "<base href=\"/\">new");
	lay(w, "/a/b/");
	page_holds(w, "<base href=\"/a/b/\">new");
	assert_int_equal(access(at(w, "favicon.svg", path), F_OK), -1);
	snprintf(path, sizeof(path), "%s/run/site.new", w->dir);
	assert_false(fs_exists(path));

	lay(w, "/");
	assert_false(fs_exists(at(w, "", path)));
	umask(mask);
}

/* Without a mark to move nothing is laid out. */
static void
test_strange(void **state)
{
	struct world *w = *state;
	char path[WORLD_PATH_MAX + 64];
	struct settings *settings;
	struct paths paths;

	snprintf(path, sizeof(path), "%s/share/www", w->dir);
	assert_ok(fs_mkdirs(path, 0755, &w->err), &w->err);
	put(w, "index.html", "<base href=\"./\">");
	setenv("MIAU_STATE_DIR", w->dir, 1);
	setenv("MIAU_BASE_PATH", "/films/", 1);
	assert_ok(paths_init(&paths, &w->err), &w->err);
	settings = settings_load(&w->err);
	assert_non_null(settings);
	assert_int_equal(site_write(&paths, settings, w->dir, &w->err), -1);
	assert_int_equal(w->err.code, ERR_CORRUPT);
	settings_free(settings);
	unsetenv("MIAU_BASE_PATH");
	unsetenv("MIAU_STATE_DIR");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_site, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_strange, folder_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
