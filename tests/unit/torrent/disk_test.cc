/*
 * The store: what is published when, and what touches the disk.
 */
#include "tests/unit/torrent/disk_world.h"

/* --- Publication --------------------------------------------------------- */

static void
test_not_by_hash_alone(void **)
{
	world w;

	w.device->holds = true;
	w.write_piece(2);
	size_t n = w.device->held.size();
	assert_true(n >= 4);
	/* The hash is right, from memory, before a byte is written. */
	assert_true(w.hash_is_right(2));
	w.s->passed(w.path, 2);
	assert_false(w.s->published(w.path, 2));
	assert_true(w.reads_right(2, 100, block));
	w.device->let_go(n - 1);
	assert_false(w.s->published(w.path, 2));
	assert_int_equal(w.published.size(), 0);
	w.device->let_go(1);
	assert_true(w.s->published(w.path, 2));
	assert_int_equal(w.published.size(), 1);
	assert_true(w.reads_right(2, 100, block));
}

static void
test_not_by_writes_alone(void **)
{
	world w;
	std::vector<char> lie(block, 'x'), out;

	w.write_piece(1);
	assert_int_equal(*w.write(1, block, lie.data()), 0);
	assert_false(w.s->published(w.path, 1));
	assert_false(w.read(1, 0, 100, out));
	assert_false(w.hash_is_right(1));
	w.s->failed(w.path, 1);
	w.io->async_clear_piece(
	    w.storage, lt::piece_index_t(1), [](lt::piece_index_t) {});
	w.run();
	assert_false(w.s->published(w.path, 1));
	assert_int_equal(w.published.size(), 0);
	w.fetch(1);
	assert_true(w.s->published(w.path, 1));
	assert_true(w.s->have(w.path) == only(w.n_pieces(), { 1 }));
	assert_int_equal(w.s->published_until(w.path, 1), 2);
	assert_int_equal(w.s->published_until(w.path, 0), 0);
}

/* A block whose write fails after the hash was right. */
static void
test_failed_write(void **)
{
	world w;

	w.write_piece(2);
	assert_true(w.hash_is_right(2));
	w.device->error = EIO;
	assert_int_equal(*w.write(2, 0), EIO);
	w.s->passed(w.path, 2);
	assert_false(w.s->published(w.path, 2));
	w.device->error = 0;
	assert_int_equal(*w.write(2, 0), 0);
	assert_true(w.s->published(w.path, 2));
}

static void
test_clear_waits(void **)
{
	world w;
	bool is_clear = false;

	w.device->holds = true;
	(void)w.write(0, 0);
	w.io->async_clear_piece(w.storage, lt::piece_index_t(0),
	    [&](lt::piece_index_t) { is_clear = true; });
	w.run();
	assert_false(is_clear);
	w.device->let_go(1);
	w.run();
	assert_true(is_clear);
}

/* --- Files --------------------------------------------------------------- */

static void
test_files(void **)
{
	world w;
	struct stat st;

	for (int p = w.n_pieces() - 1; p >= 0; p--)
		w.fetch(p);
	assert_int_equal(w.s->published_until(w.path, 0), w.n_pieces());
	for (int f = 0; f < w.files.num_files(); f++) {
		lt::file_index_t i(f);
		std::string want(&w.content[(size_t)w.files.file_offset(i) %
				     w.content.size()],
		    (size_t)w.files.file_size(i));
		assert_true(w.bytes_of(f) == want);
		if (want.empty())
			continue;
		assert_int_equal(
		    stat(w.s->file_path(w.path, f).c_str(), &st), 0);
		assert_int_equal(st.st_mode & 0777, 0640);
	}
	assert_int_equal(stat(w.path.c_str(), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0750);
	assert_true(w.s->file_path(w.path, w.files.num_files()).empty());
	assert_true(w.s->file_path(w.path, -1).empty());
	/* Unaligned, over the edge of a file and of a block. */
	assert_true(w.reads_right(2, 150001 - 2 * piece_size - 50, 100));
}

static void
test_unwanted(void **)
{
	world w({ "", { 1 } });
	std::vector<char> out;

	for (int p = 0; p < w.n_pieces(); p++)
		w.fetch(p);
	assert_false(w.has("0"));
	assert_false(w.has("3"));
	assert_false(w.has("4"));
	assert_true(w.bytes_of(1) == std::string(&w.content[150001], 200003));
	/* Pieces 2 … 5 hold some of it. */
	assert_true(w.s->have(w.path) == only(w.n_pieces(), { 2, 3, 4, 5 }));
	assert_true(w.reads_right(3, 0, block));
	/* What was dropped is served to nobody. */
	assert_false(w.read(2, 0, 100, out));
	assert_false(w.read(0, 0, 100, out));
}

static void
test_want_more(void **)
{
	world w({ "", { 1 } });

	for (int p = 2; p <= 5; p++)
		w.fetch(p);
	assert_true(w.s->want(w.path, { 1, 0 }) == std::vector<int>({ 2 }));
	assert_false(w.s->published(w.path, 2));
	assert_true(w.s->published(w.path, 3));
	w.storage.reset();
	w.add();
	for (int p = 0; p <= 2; p++)
		w.fetch(p);
	assert_true(w.bytes_of(0) == std::string(w.content.data(), 150001));
	assert_true(w.s->want(w.path, { 1 }).empty());
}

static void
test_own_file(void **)
{
	char own[] = "/tmp/own.XXXXXX";
	int fd = mkstemp(own);
	std::string bytes(3 * piece_size + 5, 'o');

	assert_int_equal(write(fd, bytes.data(), bytes.size()), bytes.size());
	close(fd);
	{
		world w;

		w.stop();
		w.files = lt::file_storage();
		w.files.set_piece_length(piece_size);
		w.files.add_file("own", (int64_t)bytes.size());
		w.files.set_num_pieces(4);
		w.content.assign(bytes.begin(), bytes.end());
		w.path = w.root + "/own";
		w.start({ own, {} });
		assert_true(w.check({}) == lt::status_t::need_full_check);
		for (int p = 0; p < 4; p++)
			assert_true(w.hash_is_right(p));
		assert_false(w.s->published(w.path, 0));
		w.s->verified(w.path, { 0, 1, 2, 3 });
		assert_int_equal(w.published.size(), 4);
		assert_true(w.reads_right(3, 0, 5));
		assert_int_equal(*w.write(0, 0), EROFS);
		assert_int_equal(w.s->punch(w.path, { 0, 1 }), 0);
		assert_string_equal(w.s->file_path(w.path, 0).c_str(), own);
		w.storage.reset();
		assert_int_equal(w.s->erase(w.path), 0);
		assert_false(w.has("pieces"));
	}
	std::ifstream in(own);
	assert_true(
	    std::string(std::istreambuf_iterator<char>(in), {}) == bytes);
	unlink(own);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_not_by_hash_alone),
		cmocka_unit_test(test_not_by_writes_alone),
		cmocka_unit_test(test_failed_write),
		cmocka_unit_test(test_clear_waits),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_unwanted),
		cmocka_unit_test(test_want_more),
		cmocka_unit_test(test_own_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
