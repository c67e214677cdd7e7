/*
 * The file behind a row of the library. A row is as old as the last scan, and
 * who may write into a library folder might since have put a link there that
 * leads to the keys of this server: so the real path decides.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/play/play.h"

/* Whether `path` lies below `folder`, both real paths. */
static bool
is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	while (len > 0 && folder[len - 1] == '/')
		len--;
	return strncmp(path, folder, len) == 0 && path[len] == '/';
}

char *
play_file_resolve(struct arena *arena, const char *folder, const char *path,
    int64_t *size, int64_t *changed_ms, struct err *err)
{
	char real[PATH_MAX], root[PATH_MAX];
	struct stat st;

	if (realpath(folder, root) == NULL || realpath(path, real) == NULL ||
	    !is_below(real, root) || stat(real, &st) == -1 ||
	    !S_ISREG(st.st_mode)) {
		err_set(err, ERR_FILE_GONE, "The file is no longer there.");
		return NULL;
	}
	*size = (int64_t)st.st_size;
	*changed_ms =
	    (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
	return arena_strdup(arena, real);
}
