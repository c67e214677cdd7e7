/* Files: ceilings, whole replacement, trees with links, locks. */
#include "tests/unit/helpers.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "lib/base/buf.h"

/* A path in the world's folder, in its arena. */
static const char *
in(struct world *w, const char *name)
{
	return arena_printf(w->arena, "%s/%s", w->dir, name);
}

static void
test_read_and_write(void **state)
{
	struct world *w = *state;
	const char *path = in(w, "f");
	struct stat st;
	struct buf buf;

	buf_init(&buf, 5);
	assert_err(fs_read(path, &buf, &w->err), &w->err, ERR_NOT_FOUND);
	assert_ok(fs_write(path, "he\0lo", 5, 0640, &w->err), &w->err);
	assert_ok(fs_read(path, &buf, &w->err), &w->err);
	assert_int_equal(buf.len, 5);
	assert_memory_equal(buf.data, "he\0lo", 6);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_ok(fs_write(path, "hello!", 6, 0600, &w->err), &w->err);
	assert_err(fs_read(path, &buf, &w->err), &w->err, ERR_BODY_TOO_LARGE);
	assert_ok(fs_write(path, "", 0, 0600, &w->err), &w->err);
	assert_ok(fs_read(path, &buf, &w->err), &w->err);
	assert_int_equal(buf.len, 0);
	assert_err(fs_read(w->dir, &buf, &w->err), &w->err, ERR_IO);
	assert_err(
	    fs_write(in(w, "no/f"), "x", 1, 0600, &w->err), &w->err, ERR_IO);
	buf_fini(&buf);
}

static void
test_read_large(void **state)
{
	struct world *w = *state;
	size_t size = 300000, i;
	char *bytes = malloc(size);
	struct buf buf;

	assert_non_null(bytes);
	for (i = 0; i < size; i++)
		bytes[i] = (char)(i * 7);
	assert_ok(fs_write(in(w, "f"), bytes, size, 0600, &w->err), &w->err);
	buf_init(&buf, size);
	assert_ok(fs_read(in(w, "f"), &buf, &w->err), &w->err);
	assert_int_equal(buf.len, size);
	assert_memory_equal(buf.data, bytes, size);
	buf_fini(&buf);
	buf_init(&buf, size - 1);
	assert_err(
	    fs_read(in(w, "f"), &buf, &w->err), &w->err, ERR_BODY_TOO_LARGE);
	buf_fini(&buf);
	free(bytes);
}

/* A failed write leaves the old content and nothing beside it. */
static void
test_write_fails_whole(void **state)
{
	struct world *w = *state;
	const char *path = in(w, "d");

	assert_ok(fs_mkdirs(in(w, "d/inside"), 0700, &w->err), &w->err);
	assert_err(fs_write(path, "x", 1, 0600, &w->err), &w->err, ERR_IO);
	assert_true(fs_exists(in(w, "d/inside")));
	assert_ok(fs_remove_tree(path, &w->err), &w->err);
	assert_int_equal(rmdir(w->dir), 0); /* is empty */
	assert_int_equal(mkdir(w->dir, 0700), 0);
}

static void
test_mkdirs(void **state)
{
	struct world *w = *state;

	assert_ok(fs_mkdirs(in(w, "a/b//c/"), 0700, &w->err), &w->err);
	assert_ok(fs_mkdirs(in(w, "a/b/c"), 0755, &w->err), &w->err);
	assert_true(fs_exists(in(w, "a/b/c")));
	assert_ok(fs_write(in(w, "file"), "", 0, 0600, &w->err), &w->err);
	assert_err(fs_mkdirs(in(w, "file"), 0700, &w->err), &w->err, ERR_IO);
	assert_err(fs_mkdirs(in(w, "file/x"), 0700, &w->err), &w->err, ERR_IO);
}

static void
test_remove_tree(void **state)
{
	struct world *w = *state;

	assert_ok(fs_mkdirs(in(w, "keep"), 0700, &w->err), &w->err);
	assert_ok(fs_write(in(w, "keep/f"), "x", 1, 0600, &w->err), &w->err);
	assert_ok(fs_mkdirs(in(w, "t/a/b"), 0700, &w->err), &w->err);
	assert_ok(fs_write(in(w, "t/a/f"), "x", 1, 0600, &w->err), &w->err);
	assert_int_equal(symlink("../keep", in(w, "t/link")), 0);
	assert_int_equal(symlink("nowhere", in(w, "t/broken")), 0);
	assert_ok(fs_remove_tree(in(w, "t"), &w->err), &w->err);
	assert_false(fs_exists(in(w, "t")));
	assert_true(fs_exists(in(w, "keep/f")));
	/* A link given itself goes, not what it points to. */
	assert_int_equal(symlink("keep", in(w, "link")), 0);
	assert_ok(fs_remove_tree(in(w, "link"), &w->err), &w->err);
	assert_true(fs_exists(in(w, "keep/f")));
	assert_ok(fs_remove_tree(in(w, "never was"), &w->err), &w->err);
}

static void
test_lock(void **state)
{
	struct world *w = *state;
	const char *path = in(w, "lock");
	int fd = fs_lock(path, &w->err), status;
	pid_t child;

	assert_true(fd >= 0);
	assert_err(fs_lock(path, &w->err), &w->err, ERR_ALREADY_RUNNING);
	child = fork();
	if (child == 0)
		_exit(fs_lock(path, &w->err) == -1 &&
			    w->err.code == ERR_ALREADY_RUNNING
			? 0
			: 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(fd);
	fd = fs_lock(path, &w->err);
	assert_true(fd >= 0);
	close(fd);
}

static void
test_space(void **state)
{
	struct world *w = *state;
	int64_t free_bytes, total;

	assert_ok(fs_space(w->dir, &free_bytes, &total, &w->err), &w->err);
	assert_true(free_bytes > 0 && free_bytes <= total);
	assert_err(fs_space(in(w, "none"), &free_bytes, &total, &w->err),
	    &w->err, ERR_IO);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, folder_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_read_and_write),
		TEST(test_read_large),
		TEST(test_write_fails_whole),
		TEST(test_mkdirs),
		TEST(test_remove_tree),
		TEST(test_lock),
		TEST(test_space),
	};

	return cmocka_run_group_tests_name("base/fs", tests, NULL, NULL);
}
