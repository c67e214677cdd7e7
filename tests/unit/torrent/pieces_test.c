/*
 * The list of published pieces: what a killed process, another boot, another
 * torrent and damage leave of it.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "daemon/torrent/pieces.h"
#include "tests/unit/helpers.h"

#define BOOT "11111111-2222-3333-4444-555555555555"
#define OTHER_BOOT "99999999-2222-3333-4444-555555555555"

enum { N = 10, PIECE = 16384 };

struct list_world {
	char dir[64];
	char path[96];
	struct err err;
};

static int
setup(void **state)
{
	struct list_world *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return -1;
	snprintf(w->dir, sizeof(w->dir), "/tmp/pieces.XXXXXX");
	if (mkdtemp(w->dir) == NULL)
		return -1;
	snprintf(w->path, sizeof(w->path), "%s/pieces", w->dir);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct list_world *w = *state;
	int rc = fs_remove_tree(w->dir, &w->err);

	free(w);
	return rc;
}

static void
open_list(
    struct list_world *w, uint32_t n, const char *boot, struct pieces *list)
{
	struct pieces_key key = { .n = n, .piece_size = PIECE };

	snprintf(key.boot_id, sizeof(key.boot_id), "%s", boot);
	assert_ok(pieces_open(w->path, &key, list, &w->err), &w->err);
}

static void
set(struct list_world *w, struct pieces *list, uint32_t piece,
    enum pieces_kind kind)
{
	assert_ok(pieces_set(list, piece, kind, &w->err), &w->err);
}

/* Opens the list anew and compares: one digit per piece. */
static void
assert_list(struct list_world *w, const char *boot, const char *kinds)
{
	struct pieces list;

	open_list(w, N, boot, &list);
	for (int i = 0; i < N; i++)
		if (list.kinds[i] != kinds[i] - '0')
			fail_msg("piece %d is %d, not %c", i, list.kinds[i],
			    kinds[i]);
	pieces_close(&list);
}

static void
three(struct list_world *w)
{
	struct pieces list;

	open_list(w, N, BOOT, &list);
	set(w, &list, 0, PIECES_PUBLISHED);
	set(w, &list, 3, PIECES_PUBLISHED);
	set(w, &list, 7, PIECES_PUBLISHED);
	set(w, &list, 3, PIECES_NONE);
	set(w, &list, 9, PIECES_PUBLISHED);
	pieces_close(&list);
}

static void
test_read_back(void **state)
{
	struct list_world *w = *state;

	three(w);
	assert_list(w, BOOT, "1000000101");
	assert_list(w, BOOT, "1000000101");
}

static void
test_other_boot(void **state)
{
	struct list_world *w = *state;
	struct pieces list;

	three(w);
	assert_list(w, OTHER_BOOT, "2000000202");
	/* Nor does opening it make anything true. */
	assert_list(w, OTHER_BOOT, "2000000202");
	open_list(w, N, OTHER_BOOT, &list);
	set(w, &list, 7, PIECES_PUBLISHED);
	set(w, &list, 9, PIECES_NONE);
	pieces_close(&list);
	assert_list(w, OTHER_BOOT, "2000000100");
}

static off_t
size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

/* Killed at every byte of the last record: it counts whole or not at all, and
 * what is appended next is read. */
static void
test_torn_tail(void **state)
{
	struct list_world *w = *state;
	struct pieces list;

	for (int cut = 1; cut < PIECES_RECORD_SIZE; cut++) {
		(void)unlink(w->path);
		three(w);
		assert_int_equal(truncate(w->path, size_of(w->path) - cut), 0);
		assert_list(w, BOOT, "1000000100");
		open_list(w, N, BOOT, &list);
		set(w, &list, 5, PIECES_PUBLISHED);
		pieces_close(&list);
		assert_list(w, BOOT, "1000010100");
	}
}

static void
flip(const char *path, off_t at)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	unsigned char byte;

	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 0x10;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

/* A damaged record may have been one given up: nothing is believed. */
static void
test_damage(void **state)
{
	struct list_world *w = *state;
	struct pieces list;

	for (off_t i = 0; i < PIECES_RECORD_SIZE; i++) {
		(void)unlink(w->path);
		three(w);
		flip(w->path,
		    PIECES_HEAD_SIZE + 3 * (off_t)PIECES_RECORD_SIZE + i);
		open_list(w, N, BOOT, &list);
		for (int p = 0; p < N; p++)
			assert_int_not_equal(list.kinds[p], PIECES_PUBLISHED);
		assert_int_equal(list.kinds[7], PIECES_CLAIMED);
		pieces_close(&list);
	}
}

static void
test_another_torrent(void **state)
{
	struct list_world *w = *state;
	struct pieces list;

	three(w);
	open_list(w, N + 1, BOOT, &list);
	for (int p = 0; p <= N; p++)
		assert_int_equal(list.kinds[p], PIECES_NONE);
	pieces_close(&list);
	assert_list(w, BOOT, "0000000000");
}

static void
test_compaction(void **state)
{
	struct list_world *w = *state;
	struct pieces list;

	open_list(w, N, BOOT, &list);
	for (uint32_t i = 0; i < 5000; i++) {
		set(w, &list, 4, i % 2 ? PIECES_PUBLISHED : PIECES_NONE);
		assert_true(size_of(w->path) <= PIECES_HEAD_SIZE +
			(4 * N + PIECES_SLACK) * PIECES_RECORD_SIZE);
	}
	pieces_close(&list);
	assert_list(w, BOOT, "0000100000");
}

static void
test_forget(void **state)
{
	struct list_world *w = *state;
	struct pieces list;

	three(w);
	open_list(w, N, BOOT, &list);
	pieces_forget(&list);
	assert_false(fs_exists(w->path));
	set(w, &list, 1, PIECES_PUBLISHED);
	pieces_close(&list);
	assert_list(w, BOOT, "1100000101");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_read_back, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_other_boot, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_torn_tail, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damage, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_another_torrent, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_compaction, setup, teardown),
		cmocka_unit_test_setup_teardown(test_forget, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
