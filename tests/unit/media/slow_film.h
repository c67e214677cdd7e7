/*
 * A film whose bytes come when the test says so. Until they do its file holds
 * something else in their place, so that whoever reads them too early is seen.
 */
#ifndef TESTS_UNIT_MEDIA_SLOW_FILM_H
#define TESTS_UNIT_MEDIA_SLOW_FILM_H

#include <fcntl.h>
#include <sys/stat.h>

#include "daemon/miaud/media/film.h"
#include "lib/base/mem.h"
#include "tests/unit/media/fixture.h"

enum { SLOW_PARTS_MAX = 4096 };

struct slow_film {
	struct film_reader film;
	bool is_here[SLOW_PARTS_MAX];
	int64_t part;    /* bytes; each comes as a whole */
	int original;    /* its file, which has all of it */
	bool is_flighty; /* goes again while it is read, once each */
	bool was_gone[SLOW_PARTS_MAX];
	bool is_gone;   /* no more will come */
	int n_closed;   /* it outlives its end, so that this can be seen */
	int n_waits;    /* for something that was not here */
	int64_t wanted; /* where, the last time; -1: nothing since */
};

static inline void
slow_write(struct slow_film *slow, int64_t part, bool is_right)
{
	char *bytes = mem_calloc((size_t)slow->part, 1);
	int64_t at = part * slow->part;
	ssize_t len =
	    pread(slow->original, bytes, (size_t)slow->part, (off_t)at);
	int fd = open(slow->film.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd != -1);
	assert_true(len > 0);
	if (!is_right)
		memset(bytes, '!', (size_t)len);
	assert_int_equal(pwrite(fd, bytes, (size_t)len, (off_t)at), len);
	close(fd);
	free(bytes);
}

static inline void
slow_lose(struct slow_film *slow, int64_t part)
{
	slow->is_here[part] = false;
	slow->was_gone[part] = true;
	slow_write(slow, part, false);
}

static inline int64_t
slow_there(struct film_reader *film, int64_t offset, struct err *err)
{
	struct slow_film *slow = (struct slow_film *)film;
	int64_t end = offset;

	assert_int_equal(slow->n_closed, 0);
	while (end < film->size && slow->is_here[end / slow->part])
		end = (end / slow->part + 1) * slow->part;
	if (end > film->size)
		end = film->size;
	if (end > offset) {
		if (slow->is_flighty && !slow->was_gone[offset / slow->part])
			slow_lose(slow, offset / slow->part);
		return end - offset;
	}
	if (slow->is_gone)
		return err_set(err, ERR_DOWNLOAD_PAUSED, "It is paused.");
	slow->n_waits++;
	slow->wanted = offset;
	return 0;
}

static inline void
slow_close(struct film_reader *film)
{
	((struct slow_film *)film)->n_closed++;
}

/* The film of `original` at `path`, nothing of it here. */
static inline void
slow_open(struct slow_film *slow, const char *original, const char *path)
{
	static const struct film_reader_kind kind = { .there = slow_there,
		.close = slow_close };
	struct stat st;

	memset(slow, 0, sizeof(*slow));
	slow->original = open(original, O_RDONLY | O_CLOEXEC);
	assert_int_equal(fstat(slow->original, &st), 0);
	slow->film.kind = &kind;
	slow->film.size = st.st_size;
	snprintf(slow->film.path, sizeof(slow->film.path), "%s", path);
	slow->part = 4096;
	while (slow->part * SLOW_PARTS_MAX < st.st_size)
		slow->part *= 2;
	slow->wanted = -1;
	for (int64_t at = 0; at < st.st_size; at += slow->part)
		slow_write(slow, at / slow->part, false);
}

/* The part that holds this byte comes. */
static inline void
slow_give(struct slow_film *slow, int64_t offset)
{
	slow->wanted = -1;
	slow->is_here[offset / slow->part] = true;
	slow_write(slow, offset / slow->part, true);
	if (slow->film.changed != NULL && slow->n_closed == 0)
		slow->film.changed(slow->film.arg);
}

static inline void
slow_give_all(struct slow_film *slow)
{
	for (int64_t at = 0; at < slow->film.size; at += slow->part)
		slow_give(slow, at);
}

static inline void
slow_end(struct slow_film *slow)
{
	close(slow->original);
	assert_int_equal(slow->n_closed, 1);
}

#endif
