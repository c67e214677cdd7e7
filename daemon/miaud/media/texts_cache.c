/*
 * Folders by their age: a film's is never written to again once it is there.
 */
#include "daemon/miaud/media/texts_cache.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/paths.h"
#include "lib/base/str.h"
#include "lib/play/text.h"
#include "lib/store/sources.h"

enum {
	FOLDERS_MAX = 10000,
	NAME_SIZE = 256,
	PATH_SIZE = PATHS_MAX + 256,
	ARENA_MAX = 4 * 1024 * 1024,
};

#define DAY_MS (24 * 3600 * INT64_C(1000))

struct folder {
	char name[NAME_SIZE];
	int64_t made_ms;
	int64_t bytes;
};

static int64_t
bytes_in(const char *path)
{
	char file[PATH_SIZE + NAME_SIZE];
	DIR *dir = opendir(path);
	struct dirent *entry;
	struct stat st;
	int64_t bytes = 0;

	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL) {
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		if (lstat(file, &st) == 0 && S_ISREG(st.st_mode))
			bytes += (int64_t)st.st_blocks * 512;
	}
	closedir(dir);
	return bytes;
}

static void
remove_folder(const char *parent, const char *name)
{
	char path[PATH_SIZE];
	struct err err;

	snprintf(path, sizeof(path), "%.*s/%s", PATHS_MAX - 1, parent, name);
	if (fs_remove_tree(path, &err) == -1)
		log_warn("texts.cache", "%s", err.text);
}

static bool
is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static size_t
list(const char *parent, struct folder *folders)
{
	char path[PATH_SIZE];
	DIR *dir = opendir(parent);
	struct dirent *entry;
	struct stat st;
	size_t n = 0;

	if (dir == NULL)
		return 0;
	while (n < FOLDERS_MAX && (entry = readdir(dir)) != NULL) {
		if (is_dots(entry->d_name) ||
		    str_starts(entry->d_name, TEXTS_CACHE_UNDONE))
			continue;
		snprintf(path, sizeof(path), "%.*s/%s", PATHS_MAX - 1, parent,
		    entry->d_name);
		if (lstat(path, &st) == -1)
			continue;
		snprintf(folders[n].name, NAME_SIZE, "%s", entry->d_name);
		folders[n].made_ms = (int64_t)st.st_mtim.tv_sec * 1000 +
		    st.st_mtim.tv_nsec / 1000000;
		folders[n++].bytes = bytes_in(path);
	}
	closedir(dir);
	return n;
}

static int
by_age(const void *a, const void *b)
{
	const struct folder *one = a, *other = b;

	return one->made_ms < other->made_ms ? -1
					     : one->made_ms > other->made_ms;
}

void
texts_cache_trim(
    const char *folder, int64_t bytes, int64_t days, const char *keep)
{
	struct folder *folders = mem_calloc(FOLDERS_MAX, sizeof(*folders));
	size_t n = list(folder, folders);
	int64_t sum = 0, before = clock_now_ms() - days * DAY_MS;
	const char *kept = strrchr(keep, '/');

	kept = kept == NULL ? keep : kept + 1;
	for (size_t i = 0; i < n; i++)
		sum += folders[i].bytes;
	qsort(folders, n, sizeof(*folders), by_age);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(folders[i].name, kept) == 0 ||
		    (sum <= bytes && folders[i].made_ms >= before))
			continue;
		remove_folder(folder, folders[i].name);
		sum -= folders[i].bytes;
	}
	free(folders);
}

/* The source of which a folder's name speaks; *id 0: of none that is there. */
static enum store_result
source_of(struct db *db, const char *name, int64_t *id, struct err *err)
{
	long long file, source;
	struct source found;
	enum store_result result;

	*id = 0;
	if (sscanf(name, "t%*d-%*d-%lld-", &source) == 1) {
		*id = source;
		return STORE_OK;
	}
	if (sscanf(name, "f%lld-", &file) != 1)
		return STORE_NONE;
	result = store_source_find_file(db, file, &found, err);
	if (result == STORE_OK)
		*id = found.id;
	return result;
}

/* What cannot be told is taken for wanted. */
static bool
is_wanted(const struct paths *paths, struct db *db, const char *name)
{
	struct arena *arena = arena_new(ARENA_MAX);
	struct source source;
	struct err err;
	int64_t id;
	enum store_result found = source_of(db, name, &id, &err);
	const char *folder;
	bool is = found == STORE_ERROR;

	if (found == STORE_OK) {
		found = store_source_find(
		    db, arena, &store_unlimited, id, &source, &err);
		is = found == STORE_ERROR;
	}
	if (found == STORE_OK) {
		folder = play_text_folder(arena, paths, &source);
		is = strcmp(strrchr(folder, '/') + 1, name) == 0;
	}
	arena_free(arena);
	return is;
}

void
texts_cache_forget(const struct paths *paths, struct db *db)
{
	struct folder *folders = mem_calloc(FOLDERS_MAX, sizeof(*folders));
	size_t n = list(paths->texts, folders);

	for (size_t i = 0; i < n; i++)
		if (!is_wanted(paths, db, folders[i].name))
			remove_folder(paths->texts, folders[i].name);
	free(folders);
}

void
texts_cache_sweep(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL)
		if (str_starts(entry->d_name, TEXTS_CACHE_UNDONE))
			remove_folder(folder, entry->d_name);
	closedir(dir);
	texts_cache_trim(folder, INT64_MAX, 30, "");
}
