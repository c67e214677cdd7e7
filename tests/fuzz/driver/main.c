/*
 * Runs a fuzz target without a fuzzer: over the files of its corpus
 * (tests/fuzz/corpus/NAME), over each of them cut at every length, and with
 * bytes changed, copied and removed at random places. Any crash or sanitizer
 * report ends the program. Closes with a line as cmocka's, which is what
 * tests/run counts: one test per corpus file.
 *
 *	NAME [FILE…]        only these files
 *	MIAU_TEST_LONG=1    a hundred times as many changed inputs
 *	MIAU_TEST_SEED=n    another series of changes
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/fs.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { INPUT_MAX = 1 << 20, ROUNDS = 300, LONG_FACTOR = 100, CHANGES_MAX = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The target sees memory of exactly that size, so that reading one byte
 * beyond is noticed. */
static void
try_input(const char *bytes, size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);

	if (copy == NULL)
		exit(1);
	memcpy(copy, bytes, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

/* A small generator (xorshift64*), so that a failure can be repeated. */
static uint64_t
next(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * 2685821657736338717ull;
}

/* Changes one thing in place; returns the new size. */
static size_t
change(char *bytes, size_t size, uint64_t *seed)
{
	size_t at = next(seed) % size, len = next(seed) % (size - at) + 1;
	size_t to;

	switch (next(seed) % 4) {
	case 0:
		bytes[at] = (char)next(seed);
		return size;
	case 1:
		bytes[at] = (char)(bytes[at] ^ 1 << next(seed) % 8);
		return size;
	case 2:
		to = next(seed) % (size - len + 1);
		memmove(bytes + to, bytes + at, len);
		return size;
	default:
		memmove(bytes + at, bytes + at + len, size - at - len);
		return size - len;
	}
}

static void
try_changed(const struct buf *file, int rounds, uint64_t *seed)
{
	char *bytes = mem_calloc(file->len, 1);
	size_t size;
	int i, n;

	for (i = 0; i < rounds; i++) {
		memcpy(bytes, file->data, file->len);
		size = file->len;
		for (n = (int)(next(seed) % CHANGES_MAX); n >= 0; n--)
			if (size > 0)
				size = change(bytes, size, seed);
		try_input(bytes, size);
	}
	free(bytes);
}

static bool
run_file(const char *path, int rounds, uint64_t *seed)
{
	struct buf file;
	struct err err;
	size_t len, step;

	buf_init(&file, INPUT_MAX);
	if (fs_read(path, &file, &err) == -1) {
		printf("%s\n", err.text);
		buf_fini(&file);
		return false;
	}
	printf("%s\n", path);
	fflush(stdout);
	step = file.len / 4096 + 1;
	for (len = 0; len < file.len; len += step)
		try_input(file.data, len);
	try_input(file.data, file.len);
	if (file.len > 0)
		try_changed(&file, rounds, seed);
	buf_fini(&file);
	return true;
}

static int
run_folder(const char *name, int rounds, uint64_t *seed)
{
	struct dirent **entries;
	char folder[256], path[1024];
	int i, n, n_passed = 0;

	snprintf(folder, sizeof(folder), "tests/fuzz/corpus/%.200s", name);
	n = scandir(folder, &entries, NULL, alphasort);
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%.255s", folder,
		    entries[i]->d_name);
		if (entries[i]->d_name[0] != '.' &&
		    run_file(path, rounds, seed))
			n_passed++;
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return n_passed;
}

int
main(int argc, char **argv)
{
	const char *is_long = getenv("MIAU_TEST_LONG");
	const char *wanted = getenv("MIAU_TEST_SEED");
	const char *slash = strrchr(argv[0], '/');
	int rounds = ROUNDS, n_passed = 0, i;
	int64_t seed_given = 1;
	uint64_t seed;

	if (is_long != NULL && is_long[0] != '\0')
		rounds *= LONG_FACTOR;
	if (wanted != NULL && !str_to_int64(wanted, 1, INT64_MAX, &seed_given))
		return 2;
	seed = (uint64_t)seed_given;
	for (i = 1; i < argc; i++)
		n_passed += run_file(argv[i], rounds, &seed);
	if (argc == 1)
		n_passed = run_folder(
		    slash == NULL ? argv[0] : slash + 1, rounds, &seed);
	printf("[  PASSED  ] %d test(s).\n", n_passed);
	return n_passed == 0;
}
