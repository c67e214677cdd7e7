/* Films for tests: made from a number, and compared. */
#ifndef TESTS_UNIT_TORRENT_FILMS_H
#define TESTS_UNIT_TORRENT_FILMS_H

#include <fcntl.h>

#include "tests/unit/helpers.h"

static UNUSED void
film_make(const char *path, size_t size, unsigned seed)
{
	unsigned char *bytes = malloc(size);
	FILE *file = fopen(path, "w");

	assert_non_null(bytes);
	assert_non_null(file);
	for (size_t i = 0; i < size; i++) {
		seed = seed * 1664525 + 1013904223;
		bytes[i] = (unsigned char)(seed >> 24);
	}
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
	free(bytes);
}

/* Bytes [from, to) of both files are the same. */
static UNUSED void
films_equal(const char *one, const char *other, int64_t from, int64_t to)
{
	static const size_t chunk = 1 << 20;
	char *a = malloc(chunk), *b = malloc(chunk);
	int fa = open(one, O_RDONLY), fb = open(other, O_RDONLY);

	assert_true(fa != -1);
	assert_true(fb != -1);
	for (int64_t at = from; at < to;) {
		size_t n = to - at < (int64_t)chunk ? (size_t)(to - at) : chunk;

		assert_int_equal(pread(fa, a, n, at), n);
		assert_int_equal(pread(fb, b, n, at), n);
		assert_memory_equal(a, b, n);
		at += (int64_t)n;
	}
	close(fa);
	close(fb);
	free(a);
	free(b);
}

#endif
