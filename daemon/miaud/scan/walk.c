/*
 * Reading folders. Names are bytes; links are not followed but looked at: one
 * that points outside the folder is refused with a reason, one that points
 * inside is skipped, since what it means is found by its own name. So there
 * are no loops but those of mounts, which the chain of parents ends.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/miaud/scan/batch.h"
#include "daemon/miaud/scan/scan.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/library/side.h"

enum { PATH_BYTES_MAX = 4000, SIDES_MAX = 64 };

/* A folder being read, and those above it. */
struct level {
	const struct level *above;
	const char *path; /* relative, "" for the folder itself */
	dev_t device;
	ino_t inode;
	int depth;
};

/* Names in a folder, so that it is not open while those below are read. */
struct names {
	char **items;
	unsigned char *types;
	size_t n, room;
};

struct walker {
	struct scan_walk *walk;
	struct batch *batch;
	bool is_deep;
	char real[PATH_MAX]; /* of the root */
};

int
scan_open(const char *root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC | O_NOFOLLOW),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
		    RESOLVE_NO_MAGICLINKS,
	};
	int dir, fd, saved;

	dir = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir == -1)
		return -1;
	fd = (int)syscall(
	    SYS_openat2, dir, *path == '\0' ? "." : path, &how, sizeof(how));
	if (fd == -1 && errno == ENOSYS)
		fd = openat(dir, *path == '\0' ? "." : path,
		    flags | O_CLOEXEC | O_NOFOLLOW);
	saved = errno;
	close(dir);
	errno = saved;
	return fd;
}

static bool
is_cancelled(const struct scan_walk *walk)
{
	return walk->is_cancelled || walk->scanner->is_stopping;
}

static void
names_free(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->items[i]);
	free(names->items);
	free(names->types);
	memset(names, 0, sizeof(*names));
}

static void
names_add(struct names *names, const struct dirent *entry)
{
	if (names->n == names->room) {
		names->room = names->room == 0 ? 64 : names->room * 2;
		names->items = mem_realloc(
		    names->items, names->room, sizeof(*names->items));
		names->types = mem_realloc(names->types, names->room, 1);
	}
	names->items[names->n] = mem_strdup(entry->d_name);
	names->types[names->n] = entry->d_type;
	names->n++;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What begins with a dot is hidden: bins, previews, halves of downloads. */
static void
read_names(struct walker *walker, DIR *dir, struct names *names)
{
	const struct scan_walk *walk = walker->walk;
	struct dirent *entry;

	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if ((int64_t)names->n >= walk->max_files * 2 ||
		    is_cancelled(walk))
			return;
		names_add(names, entry);
	}
}

/* Subtitles of a folder, sorted by name for looking them up. */
static void
gather_sides(const struct names *names, struct names *sides)
{
	for (size_t i = 0; i < names->n; i++) {
		struct dirent entry = { .d_type = DT_REG };

		if (names->types[i] == DT_DIR || names->types[i] == DT_LNK ||
		    !library_side_is_subtitle(names->items[i]))
			continue;
		snprintf(
		    entry.d_name, sizeof(entry.d_name), "%s", names->items[i]);
		names_add(sides, &entry);
	}
	if (sides->n > 0)
		qsort(sides->items, sides->n, sizeof(*sides->items), by_name);
}

static const char *
join(struct arena *arena, const char *path, const char *name)
{
	return *path == '\0' ? arena_strdup(arena, name)
			     : arena_printf(arena, "%s/%s", path, name);
}

static void
set_subtitle(struct arena *arena, const struct level *level, const char *name,
    const struct side *side, struct subtitle *subtitle)
{
	char *title = str_to_display(side->title, strlen(side->title));

	*subtitle = (struct subtitle){
		.path = arena_strdup(arena, join(arena, level->path, name)),
		.format = arena_strdup(arena, side->format),
		.language = arena_strdup(arena, side->language),
		.title = arena_strdup(arena, title),
		.is_default = side->is_default,
		.is_forced = side->is_forced,
		.is_sdh = side->is_sdh,
	};
	free(title);
}

/* The subtitles whose names begin with the video's. */
static void
find_sides(struct arena *arena, const struct names *sides,
    const struct level *level, const char *video, struct seen_file *seen)
{
	const char *dot = strrchr(video, '.');
	size_t stem = (size_t)(dot - video), low = 0, high = sides->n;
	struct side side;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strncmp(sides->items[middle], video, stem) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < sides->n && seen->n_subtitles < SIDES_MAX &&
	     strncmp(sides->items[low], video, stem) == 0;
	     low++) {
		if (!library_side_parse(arena, video, sides->items[low], &side))
			continue;
		if (seen->subtitles == NULL)
			seen->subtitles = arena_alloc(
			    arena, SIDES_MAX, sizeof(*seen->subtitles));
		set_subtitle(arena, level, sides->items[low], &side,
		    &seen->subtitles[seen->n_subtitles++]);
	}
}

static int64_t
modified_ms(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000 +
	    st->st_mtim.tv_nsec / 1000000;
}

static int
add_refused(struct walker *walker, const char *path, const struct stat *st,
    const char *code, const char *sentence)
{
	struct seen_file seen = { .path = path,
		.modified_at = st ? modified_ms(st) : 0,
		.inode = st ? (int64_t)st->st_ino : 0,
		.code = code,
		.sentence = sentence };

	return batch_add(walker->batch, &seen, &walker->walk->err);
}

static bool
lies_below(const char *path, const char *root)
{
	size_t len = strlen(root);

	return strncmp(path, root, len) == 0 &&
	    (path[len] == '/' || path[len] == '\0' || len == 1);
}

/* A link: refused when it leads outside or nowhere, else found elsewhere. */
static int
see_link(struct walker *walker, const struct level *level, const char *name,
    const struct stat *st)
{
	char real[PATH_MAX], whole[PATH_MAX], path[PATH_MAX];
	struct stat target;

	snprintf(path, sizeof(path), "%s%s%s", level->path,
	    *level->path == '\0' ? "" : "/", name);
	if (snprintf(whole, sizeof(whole), "%s/%s", walker->walk->root, path) >=
	    (int)sizeof(whole))
		return 0;
	if (realpath(whole, real) == NULL) {
		if (!library_name_is_video(name))
			return 0;
		return add_refused(walker, path, st, "link_broken",
		    "A link that leads nowhere, or in a circle.");
	}
	if (lies_below(real, walker->real))
		return 0;
	if (stat(real, &target) == 0 && !S_ISDIR(target.st_mode) &&
	    !library_name_is_video(name) && !library_name_is_video(real))
		return 0;
	return add_refused(walker, path, st, "link_outside",
	    "A link that leads out of the library folder is not followed; "
	    "add the folder it leads to instead.");
}

static int
see_video(struct walker *walker, const struct level *level,
    const struct names *sides, const char *name, const struct stat *st)
{
	struct arena *arena = batch_arena(walker->batch);
	struct seen_file seen = { .path = join(arena, level->path, name),
		.size = st->st_size,
		.modified_at = modified_ms(st),
		.inode = (int64_t)st->st_ino };
	struct scan_walk *walk = walker->walk;

	if (walk->n_files++ >= walk->max_files) {
		walk->is_cut = true;
		return 0;
	}
	find_sides(arena, sides, level, name, &seen);
	return batch_add(walker->batch, &seen, &walk->err);
}

static int walk_folder(
    struct walker *walker, const struct level *above, const char *path, int fd);

static int
go_down(struct walker *walker, const struct level *level, const char *name)
{
	struct arena *arena;
	struct scan_walk *walk = walker->walk;
	char *path;
	int fd, result;

	/* outlives the batch's arena */
	arena = arena_new(2 * PATH_BYTES_MAX + 8192);
	path = (char *)join(arena, level->path, name);
	fd = scan_open(walk->root, path, O_RDONLY | O_DIRECTORY);
	if (fd == -1) {
		result = errno == ENOENT
		    ? 0
		    : add_refused(walker, path, NULL, "folder_unreadable",
			  "This folder cannot be read: the server's user may "
			  "not, or the disk fails.");
	} else {
		result = walk_folder(walker, level, path, fd);
	}
	arena_free(arena);
	return result;
}

/* One name. 0, or -1 when the walk cannot go on. */
static int
see(struct walker *walker, const struct level *level, const struct names *sides,
    int fd, const char *name)
{
	struct stat st;

	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return 0; /* gone again */
	if (strlen(level->path) + strlen(name) + 1 > PATH_BYTES_MAX) {
		log_warn("scan.long_name",
		    "A path longer than %d bytes was "
		    "left out.",
		    PATH_BYTES_MAX);
		return 0;
	}
	if (S_ISLNK(st.st_mode))
		return see_link(walker, level, name, &st);
	if (S_ISDIR(st.st_mode))
		return 0; /* later */
	if (!library_name_is_video(name))
		return 0;
	if (!S_ISREG(st.st_mode))
		return add_refused(walker,
		    join(batch_arena(walker->batch), level->path, name), &st,
		    "not_a_file", "This is no file but a device or a pipe.");
	return see_video(walker, level, sides, name, &st);
}

static bool
is_loop(const struct level *level)
{
	for (const struct level *l = level->above; l != NULL; l = l->above)
		if (l->device == level->device && l->inode == level->inode)
			return true;
	return level->depth > SCAN_DEPTH_MAX;
}

static int
see_all(struct walker *walker, const struct level *level, int fd,
    const struct names *names)
{
	struct names sides = { 0 };
	int result = 0;

	gather_sides(names, &sides);
	for (size_t i = 0; i < names->n && result == 0; i++) {
		if (is_cancelled(walker->walk))
			result = -1;
		else if (names->types[i] != DT_DIR)
			result =
			    see(walker, level, &sides, fd, names->items[i]);
	}
	names_free(&sides);
	return result;
}

static bool
is_folder(int fd, const struct names *names, size_t i)
{
	struct stat st;

	if (names->types[i] != DT_UNKNOWN)
		return names->types[i] == DT_DIR;
	return fstatat(fd, names->items[i], &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISDIR(st.st_mode);
}

/* Keeps only folders, so that little is held while going down. */
static void
keep_folders(int fd, struct names *names)
{
	size_t n = 0;

	for (size_t i = 0; i < names->n; i++) {
		if (is_folder(fd, names, i))
			names->items[n++] = names->items[i];
		else
			free(names->items[i]);
	}
	names->n = n;
}

/* Takes fd. */
static int
walk_folder(
    struct walker *walker, const struct level *above, const char *path, int fd)
{
	struct level level = { .above = above,
		.path = path,
		.depth = above ? above->depth + 1 : 0 };
	struct scan_walk *walk = walker->walk;
	struct names names = { 0 };
	DIR *dir = fdopendir(fd);
	struct stat st;
	int result = 0;

	if (dir == NULL || fstat(fd, &st) == -1) {
		if (dir != NULL)
			closedir(dir);
		else
			close(fd);
		return 0;
	}
	level.device = st.st_dev;
	level.inode = st.st_ino;
	if (is_loop(&level)) {
		closedir(dir);
		return 0;
	}
	/* before reading, so that nothing falls between */
	(void)watcher_add(
	    walk->scanner->watcher, walk->folder_id, walk->root, path);
	read_names(walker, dir, &names);
	result = see_all(walker, &level, fd, &names);
	keep_folders(fd, &names);
	closedir(dir);
	for (size_t i = 0; walker->is_deep && i < names.n && result == 0; i++)
		result = go_down(walker, &level, names.items[i]);
	names_free(&names);
	return result;
}

/* One changed place. */
static int
walk_dirty(struct walker *walker, const struct dirty *dirty)
{
	struct scan_walk *walk = walker->walk;
	int fd;

	if (dirty->is_gone)
		return batch_gone(walker->batch, dirty->path, &walk->err);
	walker->is_deep = dirty->is_deep;
	fd = scan_open(walk->root, dirty->path, O_RDONLY | O_DIRECTORY);
	if (fd == -1)
		return 0; /* went in the meantime: its parent says so */
	return walk_folder(walker, NULL, dirty->path, fd);
}

static int
walk_whole(struct walker *walker)
{
	struct scan_walk *walk = walker->walk;
	int fd;

	walker->is_deep = true;
	fd = scan_open(walk->root, "", O_RDONLY | O_DIRECTORY);
	if (fd == -1) {
		walk->is_gone = errno == ENOENT || errno == ENOTDIR ||
		    errno == ENODEV || errno == ESTALE;
		walk->is_unreadable = !walk->is_gone;
		return 0;
	}
	return walk_folder(walker, NULL, "", fd);
}

static void
walk_all(struct walker *walker)
{
	struct scan_walk *walk = walker->walk;
	int result = 0;

	if (realpath(walk->root, walker->real) == NULL)
		snprintf(walker->real, sizeof(walker->real), "%s", walk->root);
	if (walk->is_whole)
		result = walk_whole(walker);
	for (size_t i = 0; !walk->is_whole && i < walk->n_dirty && result == 0;
	     i++)
		result = walk_dirty(walker, &walk->dirty[i]);
	if (result == 0)
		result = batch_flush(walker->batch, &walk->err);
	if (result == -1 && walk->err.code == ERR_NONE)
		err_set(&walk->err, ERR_CANCELLED, "The scan was ended.");
}

void
walk_run(struct scan_walk *walk)
{
	struct walker walker = { .walk = walk };
	struct db_pool *pool;

	walk->began_at = clock_now_ms();
	/* the loop must never wait for this thread's connection */
	pool = db_pool_new(
	    walk->scanner->miaud->paths.database, DB_READ, 1, true, &walk->err);
	if (pool == NULL)
		return;
	walk->err.code = ERR_NONE;
	walk->db = db_open(pool);
	walker.batch = batch_new(walk);
	walk_all(&walker);
	batch_free(walker.batch);
	db_close(walk->db);
	db_pool_free(pool);
}
