/* Lays the app out for the web server. */
#include "lib/base/site.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/fs.h"
#include "lib/base/str.h"

enum { PAGE_MAX = 1024 * 1024 };

/* What www/index.html says, for a server at the root. */
#define PAGE "index.html"
#define BASE_ROOT "<base href=\"/\">"

static bool
is_root(const struct settings *settings)
{
	return strcmp(settings_text(settings, SETTING_HTTP_BASE_PATH), "/") ==
	    0;
}

static void
put_folder(const struct paths *paths, char out[PATHS_MAX])
{
	snprintf(out, PATHS_MAX, "%.*s/site", PATHS_MAX - 8, paths->run);
}

void
site_built(const char *programs, char out[PATHS_MAX])
{
	char path[PATHS_MAX + 32], *real;

	snprintf(path, sizeof(path), "%s/share/www", programs);
	if (!fs_exists(path))
		snprintf(path, sizeof(path), "%s/../www/dist", programs);
	real = realpath(path, NULL);
	snprintf(
	    out, PATHS_MAX, "%.*s", PATHS_MAX - 1, real == NULL ? path : real);
	free(real);
}

void
site_path(const struct paths *paths, const struct settings *settings,
    const char *programs, char out[PATHS_MAX])
{
	if (is_root(settings))
		site_built(programs, out);
	else
		put_folder(paths, out);
}

/* The page with another <base>. A base path needs no escaping (settings.c). */
static int
write_page(
    const char *built, const char *folder, const char *base, struct err *err)
{
	char from[PATHS_MAX + 32], to[PATHS_MAX + 32];
	struct buf page, moved;
	const char *mark;
	int result = -1;

	buf_init(&page, PAGE_MAX);
	buf_init(&moved, PAGE_MAX + PATHS_MAX);
	snprintf(from, sizeof(from), "%s/" PAGE, built);
	snprintf(to, sizeof(to), "%s/" PAGE, folder);
	if (fs_read(from, &page, err) == -1)
		goto out;
	mark = strstr(page.data, BASE_ROOT);
	if (mark == NULL) {
		err_set(err, ERR_CORRUPT, "%s has no " BASE_ROOT ".", from);
		goto out;
	}
	buf_append(&moved, page.data, (size_t)(mark - page.data));
	buf_printf(&moved, "<base href=\"%s\">", base);
	buf_puts(&moved, mark + strlen(BASE_ROOT));
	result = fs_write(to, moved.data, moved.len, 0644, err);
out:
	buf_fini(&moved);
	buf_fini(&page);
	return result;
}

/* All but the page, and what else was made of its text. */
static int
link_rest(const char *built, const char *folder, struct err *err)
{
	char from[PATHS_MAX * 2], to[PATHS_MAX * 2];
	DIR *dir = opendir(built);
	struct dirent *entry;
	int result = 0;

	if (dir == NULL)
		return err_errno(err, ERR_IO, "Cannot read %s", built);
	while (result == 0 && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.' || str_starts(entry->d_name, PAGE))
			continue;
		snprintf(from, sizeof(from), "%s/%s", built, entry->d_name);
		snprintf(to, sizeof(to), "%s/%s", folder, entry->d_name);
		if (symlink(from, to) == -1)
			result = err_errno(
			    err, ERR_IO, "Cannot make the link %s", to);
	}
	closedir(dir);
	return result;
}

/* Nothing in it is secret, and the web server may be another user. */
static int
make_readable(const char *folder, struct err *err)
{
	if (fs_mkdirs(folder, 0755, err) == -1)
		return -1;
	if (chmod(folder, 0755) == -1)
		return err_errno(
		    err, ERR_IO, "Cannot change the mode of %s", folder);
	return 0;
}

/* Nobody who is served at this moment sees half of it. */
static int
put_in_place(const char *fresh, const char *folder, struct err *err)
{
	unsigned int flags = fs_exists(folder) ? RENAME_EXCHANGE : 0;

	if (renameat2(AT_FDCWD, fresh, AT_FDCWD, folder, flags) == -1)
		return err_errno(err, ERR_IO, "Cannot make %s", folder);
	return fs_remove_tree(fresh, err);
}

int
site_write(const struct paths *paths, const struct settings *settings,
    const char *programs, struct err *err)
{
	char built[PATHS_MAX], folder[PATHS_MAX], fresh[PATHS_MAX + 8];

	site_built(programs, built);
	put_folder(paths, folder);
	snprintf(fresh, sizeof(fresh), "%s.new", folder);
	if (is_root(settings) || !fs_exists(built))
		return fs_remove_tree(folder, err);
	if (fs_remove_tree(fresh, err) == -1 ||
	    make_readable(fresh, err) == -1 ||
	    link_rest(built, fresh, err) == -1 ||
	    write_page(built, fresh,
		settings_text(settings, SETTING_HTTP_BASE_PATH), err) == -1)
		return -1;
	return put_in_place(fresh, folder, err);
}
