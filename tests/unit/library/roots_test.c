/* Links to the folders from which the web server may send files. */
#include "tests/unit/helpers.h"

#include <unistd.h>

#include "lib/base/fs.h"
#include "lib/library/roots.h"

static int64_t
add_folder(struct world *w, const char *path)
{
	int64_t id;

	assert_int_equal(store_folder_add(w->db, path, &id, &w->err), STORE_OK);
	return id;
}

static void
open_house(struct world *w, struct paths *paths)
{
	setenv("MIAU_STATE_DIR", w->dir, 1);
	assert_ok(paths_init(paths, &w->err), &w->err);
	assert_ok(paths_make(paths, &w->err), &w->err);
	unsetenv("MIAU_STATE_DIR");
}

static void
assert_found(struct world *w, const struct paths *paths, const char *real,
    const char *name, const char *rest)
{
	char found[PATH_MAX];

	if (!library_roots_find(paths, real, found))
		fail_msg("%s is below no root", real);
	assert_string_equal(found,
	    arena_printf(w->arena, "%s/roots/%s%s", paths->run, name, rest));
}

static void
assert_not_found(const struct paths *paths, const char *real)
{
	char found[PATH_MAX];

	if (library_roots_find(paths, real, found))
		fail_msg("%s is found at %s", real, found);
}

static void
test_find(void **state)
{
	struct world *w = *state;
	struct paths paths;
	char *films, *odd, images[PATH_MAX], torrents[PATH_MAX];

	open_house(w, &paths);
	assert_not_found(&paths, "/srv/films/a.mp4");
	films = arena_printf(
	    w->arena, "%lld", (long long)add_folder(w, "/srv/films"));
	odd = arena_printf(w->arena, "%lld",
	    (long long)add_folder(w, "/srv/\"quo\\te\"\n, new"));
	assert_ok(library_roots_write(w->db, &paths, &w->err), &w->err);
	assert_found(w, &paths, "/srv/films/a/b.mp4", films, "/a/b.mp4");
	assert_found(w, &paths, "/srv/films", films, "");
	assert_found(w, &paths, "/srv/\"quo\\te\"\n, new/c", odd, "/c");
	assert_not_found(&paths, "/srv/films-private/a.mp4");
	assert_not_found(&paths, "/srv/film");
	assert_not_found(&paths, "/etc/passwd");
	assert_non_null(realpath(paths.images, images));
	assert_found(w, &paths, arena_printf(w->arena, "%s/x.jpg", images),
	    "images", "/x.jpg");
	assert_non_null(realpath(paths.torrents, torrents));
	assert_found(w, &paths, arena_printf(w->arena, "%s/0a/3", torrents),
	    "torrents", "/0a/3");
	/* Next to them lies what nobody may have. */
	assert_not_found(&paths, paths.resume);
	assert_not_found(&paths, paths.keys);
	db_release(w->db);
}

static void
test_change(void **state)
{
	struct world *w = *state;
	struct paths paths;
	char *folder, *name, path[PATH_MAX];
	int64_t id;

	open_house(w, &paths);
	id = add_folder(w, "/srv/films");
	name = arena_printf(w->arena, "%lld", (long long)id);
	folder = arena_printf(w->arena, "%s/roots", paths.run);
	/* What an interrupted writer and somebody else left. */
	assert_ok(fs_mkdirs(folder, 0700, &w->err), &w->err);
	assert_int_equal(
	    symlink("/x", arena_printf(w->arena, "%s/.new", folder)), 0);
	assert_int_equal(
	    symlink("/etc", arena_printf(w->arena, "%s/77", folder)), 0);
	assert_int_equal(symlink("/elsewhere",
			     arena_printf(w->arena, "%s/%s", folder, name)),
	    0);
	assert_ok(library_roots_write(w->db, &paths, &w->err), &w->err);
	assert_found(w, &paths, "/srv/films/a", name, "/a");
	assert_not_found(&paths, "/etc/passwd");
	assert_not_found(&paths, "/elsewhere/a");
	assert_int_equal(
	    readlink(arena_printf(w->arena, "%s/.new", folder), path, 1), -1);
	assert_int_equal(store_folder_remove(w->db, id, &w->err), STORE_OK);
	assert_ok(library_roots_write(w->db, &paths, &w->err), &w->err);
	assert_not_found(&paths, "/srv/films/a");
	db_release(w->db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_find, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_change, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
