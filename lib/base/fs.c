/* Whole files, folders, locks. */
#include "lib/base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { READ_CHUNK = 16 * 1024, TREE_DEPTH_MAX = 128 };

/* Reads to the end; 0, -1 with errno, or 1 when there is more than max. */
static int
read_all(int fd, struct buf *buf)
{
	char beyond;
	size_t want;
	ssize_t n;

	for (;;) {
		want = buf->max - buf->len;
		if (want > READ_CHUNK)
			want = READ_CHUNK;
		if (want == 0)
			n = read(fd, &beyond, 1);
		else
			n = read(fd, buf_reserve(buf, want), want);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return (int)n;
		if (want == 0)
			return 1;
		buf_wrote(buf, (size_t)n);
	}
}

int
fs_read(const char *path, struct buf *buf, struct err *err)
{
	int fd, result = 0;

	buf_reset(buf);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd == -1)
		return err_errno(err,
		    errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND
							: ERR_IO,
		    "Cannot open %s", path);
	switch (read_all(fd, buf)) {
	case -1:
		result = err_errno(err, ERR_IO, "Cannot read %s", path);
		break;
	case 1:
		result = err_set(err, ERR_BODY_TOO_LARGE,
		    "%s is larger than %zu bytes.", path, buf->max);
		break;
	}
	close(fd);
	return result;
}

int
fs_write_all(int fd, const char *bytes, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, bytes, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Makes a rename in the folder of `path` last. */
static int
sync_folder(const char *path)
{
	char folder[PATH_MAX];
	char *slash;
	int fd, result;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash == folder)
		slash++;
	if (slash != NULL)
		*slash = '\0';
	fd = open(
	    slash == NULL ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	result = fsync(fd);
	close(fd);
	return result;
}

int
fs_sync_folder(const char *path, struct err *err)
{
	return sync_folder(path) == 0
	    ? 0
	    : err_errno(err, ERR_IO, "Cannot write the folder of %s", path);
}

int
fs_write(const char *path, const void *bytes, size_t len, mode_t mode,
    struct err *err)
{
	char temp[PATH_MAX];
	int fd = -1, result = -1;

	if (snprintf(temp, sizeof(temp), "%s.XXXXXX", path) >=
	    (int)sizeof(temp))
		return err_set(err, ERR_IO, "A file name is too long.");
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd == -1)
		return err_errno(err, ERR_IO, "Cannot write %s", path);
	if (fs_write_all(fd, bytes, len) == -1 || fchmod(fd, mode) == -1 ||
	    fsync(fd) == -1)
		goto out;
	if (rename(temp, path) == -1 || sync_folder(path) == -1)
		goto out;
	result = 0;
out:
	if (result == -1) {
		err_errno(err, ERR_IO, "Cannot write %s", path);
		unlink(temp);
	}
	close(fd);
	return result;
}

static int
make_folder(const char *path, mode_t mode)
{
	struct stat st;

	if (mkdir(path, mode) == 0)
		return 0;
	if (errno != EEXIST)
		return -1;
	if (stat(path, &st) == -1)
		return -1;
	if (S_ISDIR(st.st_mode))
		return 0;
	errno = ENOTDIR;
	return -1;
}

int
fs_mkdirs(const char *path, mode_t mode, struct err *err)
{
	char part[PATH_MAX];
	char *slash = part;

	if (snprintf(part, sizeof(part), "%s", path) >= (int)sizeof(part))
		return err_set(err, ERR_IO, "A folder name is too long.");
	while ((slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		if (make_folder(part, mode) == -1)
			return err_errno(
			    err, ERR_IO, "Cannot make folder %s", part);
		*slash = '/';
	}
	if (make_folder(part, mode) == -1)
		return err_errno(err, ERR_IO, "Cannot make folder %s", part);
	return 0;
}

static int remove_at(int parent, const char *name, int depth);

/* Removes all inside the open folder, which is closed. */
static int
remove_inside(int fd, int depth)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;
	int result = 0;

	if (dir == NULL) {
		close(fd);
		return -1;
	}
	while (result == 0 && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		result = remove_at(dirfd(dir), entry->d_name, depth + 1);
	}
	closedir(dir);
	return result;
}

/* Works on open folders, never on paths, so that nobody can put a link in
 * the way. */
static int
remove_at(int parent, const char *name, int depth)
{
	int fd;

	if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	if (depth > TREE_DEPTH_MAX) {
		errno = ELOOP;
		return -1;
	}
	fd = openat(
	    parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	if (remove_inside(fd, depth) == -1)
		return -1;
	return unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT
	    ? 0
	    : -1;
}

int
fs_remove_tree(const char *path, struct err *err)
{
	if (remove_at(AT_FDCWD, path, 0) == -1)
		return err_errno(err, ERR_IO, "Cannot remove %s", path);
	return 0;
}

bool
fs_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

int
fs_lock(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd == -1)
		return err_errno(err, ERR_IO, "Cannot open %s", path);
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	if (errno == EWOULDBLOCK)
		err_set(err, ERR_ALREADY_RUNNING, "Another process holds %s.",
		    path);
	else
		err_errno(err, ERR_IO, "Cannot lock %s", path);
	close(fd);
	return -1;
}

int
fs_space(const char *path, int64_t *free_bytes, int64_t *total_bytes,
    struct err *err)
{
	struct statvfs st;

	if (statvfs(path, &st) == -1)
		return err_errno(
		    err, ERR_IO, "Cannot look at the disk of %s", path);
	*free_bytes = (int64_t)st.f_bavail * (int64_t)st.f_frsize;
	*total_bytes = (int64_t)st.f_blocks * (int64_t)st.f_frsize;
	return 0;
}
