/*
 * The limit of what downloads may take of the disk, as set or by itself, and what
 * they do take.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/miaud/downloads/part.h"
#include "daemon/miaud/downloads/room.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"

enum {
	BLOCK = 512,
	/* How often it is looked whether the limit by itself may grow. */
	LIMIT_MS = 10000,
	/* Beyond what all have at a start, at least, and a part: on a full disk
	 * who watches waits for room rather than takes it from others. */
	SPARE = 8 << 20,
	SPARE_PART = 256,
};

#define LIMIT_MAX INT64_C(50000000000)

static int64_t
used_in(int folder, const char *name)
{
	int fd = openat(
	    folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int64_t used = 0;
	struct stat st;

	if (dir == NULL) {
		if (fd != -1)
			close(fd);
		return 0;
	}
	while ((entry = readdir(dir)) != NULL)
		if (fstatat(dirfd(dir), entry->d_name, &st,
			AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode))
			used += (int64_t)st.st_blocks * BLOCK;
	closedir(dir);
	return used;
}

int64_t
downloads_used_by(const char *folder)
{
	return used_in(AT_FDCWD, folder);
}

int64_t
downloads_used(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int64_t used = 0;

	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			used += used_in(dirfd(dir), entry->d_name);
	closedir(dir);
	return used;
}

/* Whether it is known of each that may run what it has been given. */
static bool
are_all_known(const struct downloads *downloads)
{
	const struct download *download;

	if (downloads->engine_error.code != ERR_NONE)
		return true;
	for (download = downloads->list; download != NULL;
	     download = download->next)
		if (download->stage == DOWNLOAD_LOADING ||
		    (download->stage == DOWNLOAD_NEW &&
			!download->is_removing &&
			!download_is_unhashed(download) &&
			download_is_allowed(download)))
			return false;
	return true;
}

/* Half of what is free, with what torrents take already. It only grows, since a
 * disk that others fill is no reason to give films up; and it begins with all
 * that is there already, for the same reason. */
static void
measure_limit(struct downloads *downloads)
{
	const char *folder = downloads->miaud->paths.torrents;
	int64_t free_bytes, total, kept, limit;
	struct err err;

	if (downloads->limit == 0 && !are_all_known(downloads))
		return;
	downloads->limit_at = clock_mono_ms();
	if (fs_space(folder, &free_bytes, &total, &err) == -1)
		return;
	limit = (free_bytes + downloads_used(folder)) / 2;
	kept = downloads_kept(downloads);
	kept += SPARE + kept / SPARE_PART;
	if (downloads->limit == 0 && limit < kept)
		limit = kept;
	if (limit > LIMIT_MAX)
		limit = LIMIT_MAX;
	if (limit > downloads->limit) {
		downloads->limit = limit;
		downloads->needs_room = true;
	}
}

static int64_t
given_limit(const struct downloads *downloads)
{
	return settings_int(downloads->miaud->settings, SETTING_STORAGE_LIMIT);
}

bool
downloads_may_give_up(struct downloads *downloads)
{
	int64_t before = downloads->limit, free_bytes, total;
	struct err err;

	if (given_limit(downloads) > 0)
		return true;
	if (before < LIMIT_MAX)
		measure_limit(downloads);
	return downloads->limit == before &&
	    fs_space(downloads->miaud->paths.torrents, &free_bytes, &total,
		&err) == 0 &&
	    free_bytes >= SPARE;
}

int64_t
downloads_limit(struct downloads *downloads)
{
	int64_t given = given_limit(downloads);

	if (given > 0)
		return given;
	if (downloads->limit == 0 ||
	    (downloads->limit < LIMIT_MAX &&
		clock_mono_ms() - downloads->limit_at >= LIMIT_MS))
		measure_limit(downloads);
	return downloads->limit;
}
