/* Links to the folders from which the web server may send files. */
#include "lib/library/roots.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/arena.h"
#include "lib/base/fs.h"
#include "lib/store/library.h"

enum {
	NAME_MAX_LEN = 32,
	OWN_ROOTS = 4,
	FOLDERS_ARENA_MAX = 16 * 1024 * 1024,
};

/* A link under this name is not finished. */
static const char unfinished[] = ".new";

struct root {
	char name[NAME_MAX_LEN];
	const char *path;
};

static void
put_path(char out[PATHS_MAX + 16], const struct paths *paths)
{
	snprintf(out, PATHS_MAX + 16, "%s/roots", paths->run);
}

/* Where a link leads; false when there is none. */
static bool
read_link(int dir_fd, const char *name, char out[PATH_MAX])
{
	ssize_t len = readlinkat(dir_fd, name, out, PATH_MAX - 1);

	if (len <= 0)
		return false;
	out[len] = '\0';
	return true;
}

static int
put_link(int dir_fd, const struct root *root, struct err *err)
{
	char target[PATH_MAX];

	if (read_link(dir_fd, root->name, target) &&
	    strcmp(target, root->path) == 0)
		return 0;
	if ((unlinkat(dir_fd, unfinished, 0) == -1 && errno != ENOENT) ||
	    symlinkat(root->path, dir_fd, unfinished) == -1 ||
	    renameat(dir_fd, unfinished, dir_fd, root->name) == -1)
		return err_errno(
		    err, ERR_IO, "Cannot make the link to %s", root->path);
	return 0;
}

static bool
is_wanted(const struct root *roots, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(roots[i].name, name) == 0)
			return true;
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int
write_links(DIR *dir, const struct root *roots, size_t n, struct err *err)
{
	struct dirent *entry;
	size_t i;

	for (i = 0; i < n; i++)
		if (put_link(dirfd(dir), &roots[i], err) == -1)
			return -1;
	while ((entry = readdir(dir)) != NULL)
		if (!is_wanted(roots, n, entry->d_name) &&
		    unlinkat(dirfd(dir), entry->d_name, 0) == -1 &&
		    errno != ENOENT)
			return err_errno(err, ERR_IO,
			    "Cannot remove the link %s", entry->d_name);
	return 0;
}

static void
put_own(
    struct root *root, struct arena *arena, const char *name, const char *path)
{
	char *real = realpath(path, NULL);

	snprintf(root->name, NAME_MAX_LEN, "%s", name);
	root->path = arena_strdup(arena, real == NULL ? path : real);
	free(real);
}

/* The folders of the library, and ours of images, torrents, segments and
 * thumbnails. */
static int
list_roots(struct db *db, struct arena *arena, const struct paths *paths,
    struct root **roots, size_t *n, struct err *err)
{
	struct library_folder *folders = NULL;
	size_t i, n_folders = 0;

	if (store_folder_list(db, arena, &folders, &n_folders, err) ==
	    STORE_ERROR)
		return -1;
	*roots = arena_alloc(arena, (n_folders + OWN_ROOTS) * sizeof(**roots),
	    _Alignof(struct root));
	*n = n_folders + OWN_ROOTS;
	for (i = 0; i < n_folders; i++) {
		snprintf((*roots)[i].name, NAME_MAX_LEN, "%lld",
		    (long long)folders[i].id);
		(*roots)[i].path = folders[i].path;
	}
	put_own(&(*roots)[i++], arena, "images", paths->images);
	put_own(&(*roots)[i++], arena, "torrents", paths->torrents);
	put_own(&(*roots)[i++], arena, "hls", paths->hls);
	put_own(&(*roots)[i], arena, "thumbnails", paths->thumbnails);
	return 0;
}

int
library_roots_write(struct db *db, const struct paths *paths, struct err *err)
{
	struct arena *arena = arena_new(FOLDERS_ARENA_MAX);
	struct root *roots;
	char path[PATHS_MAX + 16];
	DIR *dir = NULL;
	int result = -1;
	size_t n;

	put_path(path, paths);
	if (list_roots(db, arena, paths, &roots, &n, err) == -1 ||
	    fs_mkdirs(path, 0750, err) == -1)
		goto out;
	dir = opendir(path);
	if (dir == NULL)
		err_errno(err, ERR_IO, "Cannot read %s", path);
	else
		result = write_links(dir, roots, n, err);
out:
	if (dir != NULL)
		closedir(dir);
	arena_free(arena);
	return result;
}

/* What of `path` comes after the folder; NULL when it is not in it. */
static const char *
path_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	while (len > 0 && folder[len - 1] == '/')
		len--;
	if (strncmp(path, folder, len) != 0 ||
	    (path[len] != '/' && path[len] != '\0'))
		return NULL;
	return path + len;
}

bool
library_roots_find(
    const struct paths *paths, const char *real, char out[PATH_MAX])
{
	char folder[PATHS_MAX + 16], target[PATH_MAX];
	const char *rest = NULL;
	struct dirent *entry;
	bool is_found = false;
	DIR *dir;

	put_path(folder, paths);
	dir = opendir(folder);
	if (dir == NULL)
		return false;
	while (!is_found && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.' ||
		    !read_link(dirfd(dir), entry->d_name, target))
			continue;
		rest = path_below(real, target);
		is_found = rest != NULL &&
		    snprintf(out, PATH_MAX, "%s/%s%s", folder, entry->d_name,
			rest) < PATH_MAX;
	}
	closedir(dir);
	return is_found;
}
