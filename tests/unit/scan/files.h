/*
 * Files in a house's library folder, and what became of them.
 */
#ifndef TESTS_UNIT_SCAN_FILES_H
#define TESTS_UNIT_SCAN_FILES_H

#include "tests/unit/scan/house.h"

#include <fcntl.h>
#include <time.h>
#include <utime.h>

#include "lib/store/notes.h"

enum { HOUSE_OLD_S = 60 };

static inline char *
house_path(struct house *house, const char *name)
{
	return arena_printf(house->w->arena, "%s/%s", house->library, name);
}

static inline void
make_old(const char *path)
{
	struct utimbuf times;

	times.actime = times.modtime = time(NULL) - HOUSE_OLD_S;
	assert_int_equal(utime(path, &times), 0);
}

static inline void
make_folders(struct house *house, const char *path)
{
	char *copy = arena_strdup(house->w->arena, path);
	char *slash = strrchr(copy, '/');

	*slash = '\0';
	assert_ok(fs_mkdirs(copy, 0700, &house->w->err), &house->w->err);
}

/* A file of these bytes that was last touched a minute ago. */
static inline void
house_file(struct house *house, const char *name, const void *bytes, size_t len)
{
	char *path = house_path(house, name);
	int fd;

	make_folders(house, path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd == -1)
		fail_msg("cannot make %s", path);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
	make_old(path);
}

/* A small film, made once and copied. */
static inline void
house_film(struct house *house, const char *name)
{
	char *seed =
	    arena_printf(house->w->arena, "%s/seed.mkv", house->w->dir);
	struct buf buf;

	if (!fs_exists(seed)) {
		const char *argv[] = { "/usr/bin/ffmpeg", "-v", "error", "-f",
			"lavfi", "-i", "testsrc=s=176x144:d=1:r=10", "-c:v",
			"libx264", "-pix_fmt", "yuv420p", "-g", "5", seed,
			NULL };

		assert_int_equal(programs_run(argv), 0);
	}
	buf_init(&buf, 1 << 24);
	assert_ok(fs_read(seed, &buf, &house->w->err), &house->w->err);
	house_file(house, name, buf.data, buf.len);
	buf_fini(&buf);
}

static inline const char *
house_state(struct house *house, const char *name)
{
	struct library_file file;

	if (store_file_find(house->w->reader, house->w->arena, house->folder,
		name, &file, &house->w->err) != STORE_OK)
		return "none";
	db_release(house->w->reader);
	return file.state;
}

/* The newest reason's code of a file, or "". */
static inline const char *
house_reason(struct house *house, const char *name)
{
	struct library_file file;
	struct reason *reasons;
	size_t n;

	if (store_file_find(house->w->reader, house->w->arena, house->folder,
		name, &file, &house->w->err) != STORE_OK ||
	    store_reason_list(house->w->reader, house->w->arena,
		arena_printf(house->w->arena, "file:%lld", (long long)file.id),
		&reasons, &n, &house->w->err) != STORE_OK)
		return "";
	db_release(house->w->reader);
	return reasons[0].code;
}

#endif
