/*
 * The store: what comes back after a kill and after a power cut, what a hole
 * takes, faults, hostile requests.
 */
#include "tests/unit/torrent/disk_world.h"

/* --- After a kill, after a power cut -------------------------------------- */

static void
test_same_boot(void **)
{
	world w;

	w.fetch(0);
	w.fetch(4);
	w.write_piece(5);
	w.stop();
	w.start();
	assert_true(w.s->have(w.path) == only(w.n_pieces(), { 0, 4 }));
	assert_true(w.check(w.s->have(w.path)) == lt::status_t::no_error);
	assert_true(w.check(only(w.n_pieces(), { 0, 5 })) ==
	    lt::status_t::need_full_check);
	assert_true(w.reads_right(4, 3, 1000));
	/* The same torrent as another one. */
	lt::file_storage other;
	other.set_piece_length(piece_size);
	other.add_file("x", 100);
	other.set_num_pieces(1);
	assert_int_equal(w.s->attach(w.path, other), EINVAL);
}

static void
test_other_boot(void **)
{
	world w;
	std::vector<char> out;
	lt::sha1_hash hash;

	for (int p : { 0, 1, 4 })
		w.fetch(p);
	w.stop();
	/* The power cut took a page. */
	int fd = open((w.path + "/0").c_str(), O_RDWR);
	assert_int_equal(pwrite(fd, "zeros", 5, piece_size + 9), 5);
	close(fd);
	w.published.clear();
	w.start({}, "next");
	assert_true(w.s->have(w.path) == only(w.n_pieces(), {}));
	assert_true(w.s->claimed(w.path) == only(w.n_pieces(), { 0, 1, 4 }));
	assert_false(w.s->published(w.path, 0));
	assert_false(w.read(0, 0, 100, out));
	assert_true(w.check({}) == lt::status_t::need_full_check);
	std::vector<int> right;
	for (int p = 0; p < w.n_pieces(); p++)
		if (w.hash_is_right(p))
			right.push_back(p);
	assert_true(right == std::vector<int>({ 0, 4 }));
	assert_true(w.s->piece_hash(w.path, 4, hash));
	assert_true(hash == w.right_hash(4));
	assert_false(w.s->piece_hash(w.path, 3, hash));
	w.s->failed(w.path, 1);
	w.s->verified(w.path, right);
	assert_true(w.published == right);
	w.stop();
	w.start({}, "next");
	assert_true(w.s->have(w.path) == only(w.n_pieces(), right));
	w.s->doubt(w.path);
	assert_true(w.s->claimed(w.path) == only(w.n_pieces(), right));
	assert_false(w.s->published(w.path, 0));
}

/* --- Giving up ------------------------------------------------------------ */

static void
test_punch(void **)
{
	world w;
	std::vector<char> out;

	for (int p = 0; p < w.n_pieces(); p++)
		w.fetch(p);
	int64_t before = w.s->bytes(w.path);
	assert_true(before >= w.files.total_size());
	assert_int_equal(w.s->punch(w.path, { 3 }), 0);
	assert_true(w.s->bytes(w.path) <= before - piece_size + 2 * 4096);
	assert_false(w.s->published(w.path, 3));
	assert_false(w.read(3, 0, 100, out));
	assert_false(w.hash_is_right(3));
	for (int p : { 2, 4 })
		w.assert_published_is_right(p);
	/* Not before the torrent is added again. */
	assert_int_equal(*w.write(3, 0), ECANCELED);
	w.s->passed(w.path, 3);
	assert_false(w.s->published(w.path, 3));
	/* Killed here, nobody believes in it. */
	w.stop();
	w.start();
	assert_false(w.s->have(w.path)[3]);
	w.fetch(3);
	assert_true(w.s->published(w.path, 3));
	assert_true(w.reads_right(3, 0, block));
	/* One by one, in any order: no block of the disk is left over. */
	for (int p : { 1, 0, 3, 6, 2, 5, 4 })
		assert_int_equal(w.s->punch(w.path, { p }), 0);
	assert_int_equal(w.s->bytes(w.path), w.list_bytes());
}

/* What is given up altogether is unlinked, never punched: the web server may be
 * sending it. */
static void
test_unlink(void **)
{
	world w;
	struct stat st;

	for (int p = 0; p < w.n_pieces(); p++)
		w.fetch(p);
	int sending = open((w.path + "/0").c_str(), O_RDONLY | O_CLOEXEC);
	assert_int_equal(fstat(sending, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	std::vector<int> all;
	for (int p = w.n_pieces() - 1; p >= 0; p--)
		all.push_back(p);
	w.device->holds = true;
	w.write_piece(4);
	w.s->unpublish(w.path, all);
	assert_int_equal(w.s->punch(w.path, all), 0);
	w.device->let_go(100);
	w.device->holds = false;
	assert_false(w.has("0"));
	assert_int_equal(w.s->bytes(w.path), w.list_bytes());
	std::vector<char> sent((size_t)st.st_size);
	assert_int_equal(
	    pread(sending, sent.data(), sent.size(), 0), st.st_size);
	assert_memory_equal(sent.data(), w.content.data(), sent.size());
	close(sending);
	/* A new file, not the one that was sent. */
	w.storage.reset();
	w.add();
	w.fetch(2);
	w.assert_published_is_right(2);
}

/* The list says so before the bytes go: a kill in between believes nothing. */
static void
test_unpublish_first(void **)
{
	world w;

	w.fetch(0);
	w.fetch(1);
	w.s->unpublish(w.path, { 1 });
	assert_false(w.s->published(w.path, 1));
	w.assert_published_is_right(1);
	w.stop();
	w.start();
	assert_true(w.s->have(w.path) == only(w.n_pieces(), { 0 }));
}

/* Writes on their way when the piece is given up. */
static void
test_punch_under_writes(void **)
{
	world w;

	w.device->holds = true;
	w.write_piece(2);
	w.s->passed(w.path, 2);
	w.s->unpublish(w.path, { 2 });
	w.storage.reset();
	assert_int_equal(w.s->punch(w.path, { 2 }), 0);
	w.add();
	assert_int_equal(*w.write(2, 0), ECANCELED);
	w.device->let_go(100);
	assert_false(w.s->published(w.path, 2));
	assert_int_equal(w.s->bytes(w.path), w.list_bytes());
	w.device->holds = false;
	w.fetch(2);
	assert_true(w.s->published(w.path, 2));
}

/* --- Faults ----------------------------------------------------------------- */

static void
test_disk_full(void **)
{
	world w;

	w.fetch(0);
	w.write_piece(1);
	assert_false(w.s->is_full());
	w.device->error = ENOSPC;
	w.device->n_free = 1000;
	assert_int_equal(*w.write(2, 0), ENOSPC);
	assert_true(w.s->is_full());
	w.device->error = 0;
	w.device->n_free = 64 * 1024 * 1024 - 1;
	assert_true(w.s->is_full());
	/* Nothing is tried, what is here is served and published. */
	int before = w.device->n_writes;
	assert_int_equal(*w.write(2, 0), ENOSPC);
	assert_int_equal(w.device->n_writes, before);
	assert_true(w.reads_right(0, 0, block));
	w.s->passed(w.path, 1);
	assert_true(w.s->published(w.path, 1));
	w.device->n_free = 64 * 1024 * 1024;
	assert_false(w.s->is_full());
	w.fetch(2);
	assert_true(w.s->published(w.path, 2));
}

static void
test_queue(void **)
{
	struct observer : lt::disk_observer {
		int n = 0;
		void
		on_disk() override
		{
			n++;
		}
	};
	world w;
	auto o = std::make_shared<observer>();
	int n = 0;

	w.device->holds = true;
	auto put = [&](int i) {
		return w.io->async_write(w.storage,
		    { lt::piece_index_t(i % 6), (i / 6 % 4) * block, block },
		    w.content.data(), o, [](const lt::storage_error &) {}, {});
	};
	while (!put(n))
		assert_true(++n < 2000);
	assert_int_equal(n, 1023); /* 16 MiB with it */
	w.run();
	assert_int_equal(o->n, 0);
	w.device->let_go(10000);
	w.run();
	assert_int_equal(o->n, 1);
}

static void
test_hostile(void **)
{
	world w;
	std::vector<char> out;
	char bytes[block] = { 0 };
	auto refused = [&](int piece, int offset, int n) {
		int error = -1;

		w.io->async_write(w.storage,
		    { lt::piece_index_t(piece), offset, n }, bytes, nullptr,
		    [&](const lt::storage_error &e) { error = e.ec.value(); },
		    {});
		w.run();
		return error == EINVAL && !w.read(piece, offset, n, out);
	};

	w.fetch(0);
	assert_true(refused(-1, 0, block));
	assert_true(refused(w.n_pieces(), 0, block));
	assert_true(refused(INT32_MAX, 0, block));
	assert_true(refused(1, -block, block));
	assert_true(refused(1, piece_size, block));
	assert_true(refused(1, INT32_MAX - block + 1, block));
	assert_true(refused(1, 0, -1));
	assert_true(refused(1, 0, 0));
	assert_true(refused(w.n_pieces() - 1, 0, block * 2));
	assert_false(w.read(0, piece_size - 10, 11, out));
	w.s->passed(w.path, -1);
	w.s->passed(w.path, w.n_pieces());
	w.s->failed(w.path, INT32_MAX);
	w.s->verified(w.path, { -1, 3, 1 << 30 });
	w.s->unpublish(w.path, { -5, 1 << 30 });
	assert_int_equal(w.s->punch(w.path, { -5, 1 << 30 }), 0);
	assert_true(w.s->have(w.path) == only(w.n_pieces(), { 0 }));
	/* Too many pieces, and a folder nobody opened. */
	lt::file_storage many;
	many.set_piece_length(16384);
	many.add_file("x", 16384LL * ((1 << 18) + 1));
	many.set_num_pieces((1 << 18) + 1);
	assert_int_equal(w.s->open(w.root + "/many", {}), 0);
	assert_int_equal(w.s->attach(w.root + "/many", many), EINVAL);
	w.path = w.root + "/other";
	w.storage.reset();
	w.add();
	assert_true(w.check({}) == lt::status_t::fatal_disk_error);
	assert_int_equal(*w.write(0, 0), EINVAL);
	assert_false(w.has("0"));
}

/* What is not there has no hash that a torrent could name. */
static void
test_no_hash_of_nothing(void **)
{
	world w;
	lt::sha1_hash hash;
	lt::sha256_hash v2;

	w.io->async_hash(w.storage, lt::piece_index_t(0), { &v2, 1 },
	    lt::disk_interface::v1_hash,
	    [&](lt::piece_index_t, const lt::sha1_hash &h,
		const lt::storage_error &) { hash = h; });
	w.run();
	std::vector<char> zeros(piece_size);
	assert_false(hash.is_all_zeros());
	assert_false(v2.is_all_zeros());
	assert_false(hash ==
	    lt::hasher(lt::span<const char>(zeros.data(), piece_size)).final());
	w.write_piece(0);
	w.io->async_hash(w.storage, lt::piece_index_t(0), { &v2, 1 }, {},
	    [&](lt::piece_index_t, const lt::sha1_hash &,
		const lt::storage_error &) {});
	w.run();
	assert_true(v2 ==
	    lt::hasher256(lt::span<const char>(w.content.data(), block))
		.final());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_boot),
		cmocka_unit_test(test_other_boot),
		cmocka_unit_test(test_punch),
		cmocka_unit_test(test_unlink),
		cmocka_unit_test(test_unpublish_first),
		cmocka_unit_test(test_punch_under_writes),
		cmocka_unit_test(test_disk_full),
		cmocka_unit_test(test_queue),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_no_hash_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
