/*
 * The store, driven as libtorrent drives it, over a device that may hold writes
 * back or fail them: what is published when, what touches the disk, what comes
 * back after a kill, what a hole takes.
 */
#include <cerrno>
#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <fstream>
#include <iterator>
#include <random>

#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>

extern "C" {
#include <cmocka.h>
}

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/disk_observer.hpp>
#include <libtorrent/error_code.hpp>
#include <libtorrent/file_storage.hpp>
#include <libtorrent/hasher.hpp>
#include <libtorrent/peer_request.hpp>
#include <libtorrent/performance_counters.hpp>
#include <libtorrent/settings_pack.hpp>

extern "C" {
#include "lib/base/fs.h"
}
#include "daemon/torrent/disk.h"

using namespace miau;

namespace
{

constexpr int block = 0x4000;
constexpr int piece_size = 4 * block;
/* Edges of files lie inside pieces and inside blocks of the file system. */
const std::vector<int64_t> sizes = { 150001, 200003, 0, 777, 70000 };

/* Writes wait here until they are let go. */
class test_device final : public disk_device
{
      public:
	bool holds = false;
	int error = 0;
	int n_writes = 0;
	int64_t n_free = 1 << 30;
	std::deque<std::function<void()>> held;

	void
	write(const std::shared_ptr<disk_file> &file, const char *bytes,
	    size_t len, int64_t offset, std::function<void(int)> done) override
	{
		n_writes++;
		if (error != 0)
			return done(error);
		if (!holds)
			return disk_device::write(
			    file, bytes, len, offset, done);
		held.push_back([=] {
			disk_device::write(file, bytes, len, offset, done);
		});
	}
	int64_t
	free_bytes(int) override
	{
		return n_free;
	}
	void
	let_go(size_t n)
	{
		for (; n > 0 && !held.empty(); n--) {
			auto one = held.front();
			held.pop_front();
			one();
		}
	}
};

struct world {
	std::string root, path;
	lt::file_storage files;
	std::vector<char> content;
	lt::io_context loop;
	lt::settings_pack settings;
	lt::counters counters;
	test_device *device = nullptr;
	std::shared_ptr<store> s;
	std::unique_ptr<lt::disk_interface> io;
	lt::storage_holder storage;
	std::vector<int> published; /* as called back */

	explicit world(disk_spec spec = {}, const char *boot = "boot")
	{
		char dir[] = "/tmp/disk.XXXXXX";
		std::minstd_rand random(7);

		assert_non_null(mkdtemp(dir));
		root = dir;
		path = root + "/folder";
		files.set_piece_length(piece_size);
		for (size_t i = 0; i < sizes.size(); i++)
			files.add_file(
			    "film/../../" + std::to_string(i) + ".mkv",
			    sizes[i]);
		files.set_num_pieces(
		    (int)((files.total_size() + piece_size - 1) / piece_size));
		content.resize((size_t)files.total_size());
		for (char &c : content)
			c = (char)random();
		start(spec, boot);
	}
	~world()
	{
		struct err err;

		stop();
		assert_int_equal(fs_remove_tree(root.c_str(), &err), 0);
	}
	void
	start(const disk_spec &spec = {}, const char *boot = "boot")
	{
		auto made = std::make_unique<test_device>();

		device = made.get();
		s = std::make_shared<store>(
		    disk_options{ boot,
			[this](const std::string &p, int piece) {
				assert_string_equal(p.c_str(), path.c_str());
				assert_published_is_right(piece);
				published.push_back(piece);
			} },
		    std::move(made));
		assert_int_equal(s->open(path, spec), 0);
		io = disk_make(loop, settings, counters, s);
		add();
	}
	void
	add()
	{
		lt::aux::vector<lt::download_priority_t, lt::file_index_t>
		    priorities;

		storage = io->new_torrent(
		    lt::storage_params(files, nullptr, path,
			lt::storage_mode_sparse, priorities, {}),
		    nullptr);
	}
	/* As a kill does: nothing is said to anybody. */
	void
	stop()
	{
		storage.reset();
		io.reset();
		s.reset();
		loop.restart();
		loop.poll();
	}
	void
	run()
	{
		loop.restart();
		loop.poll();
	}
	int
	n_pieces() const
	{
		return files.num_pieces();
	}
	int
	len(int piece) const
	{
		return files.piece_size(lt::piece_index_t(piece));
	}
	/* The error of one block's write: -1 while it is under way. */
	std::shared_ptr<int>
	write(int piece, int offset, const char *bytes)
	{
		auto error = std::make_shared<int>(-1);
		int n = std::min(block, len(piece) - offset);

		io->async_write(storage,
		    { lt::piece_index_t(piece), offset, n }, bytes, nullptr,
		    [error](
			const lt::storage_error &e) { *error = e.ec.value(); },
		    {});
		run();
		return error;
	}
	std::shared_ptr<int>
	write(int piece, int offset)
	{
		return write(piece, offset,
		    &content[(size_t)piece * piece_size + (size_t)offset]);
	}
	void
	write_piece(int piece)
	{
		for (int at = 0; at < len(piece); at += block)
			(void)write(piece, at);
	}
	lt::sha1_hash
	right_hash(int piece) const
	{
		return lt::hasher(
		    lt::span<const char>(
			&content[(size_t)piece * piece_size], len(piece)))
		    .final();
	}
	bool
	hash_is_right(int piece)
	{
		lt::sha1_hash hash;

		io->async_hash(storage, lt::piece_index_t(piece), {},
		    lt::disk_interface::v1_hash,
		    [&hash](lt::piece_index_t, const lt::sha1_hash &h,
			const lt::storage_error &e) {
			    assert_false(bool(e));
			    hash = h;
		    });
		run();
		return hash == right_hash(piece);
	}
	/* What libtorrent and the engine's plugin do with a fetched piece. */
	void
	fetch(int piece)
	{
		write_piece(piece);
		assert_true(hash_is_right(piece));
		s->passed(path, piece);
	}
	/* For a peer. */
	bool
	read(int piece, int offset, int n, std::vector<char> &out)
	{
		bool is_read = false;

		io->async_read(storage, { lt::piece_index_t(piece), offset, n },
		    [&](lt::disk_buffer_holder buffer,
			const lt::storage_error &e) {
			    is_read = !e;
			    if (is_read)
				    out.assign(buffer.data(),
					buffer.data() + buffer.size());
		    },
		    {});
		run();
		return is_read;
	}
	bool
	reads_right(int piece, int offset, int n)
	{
		std::vector<char> out;

		return read(piece, offset, n, out) && (int)out.size() == n &&
		    memcmp(out.data(),
			&content[(size_t)piece * piece_size + (size_t)offset],
			(size_t)n) == 0;
	}
	std::string
	bytes_of(int file) const
	{
		std::ifstream in(path + "/" + std::to_string(file));

		return { std::istreambuf_iterator<char>(in), {} };
	}
	bool
	has(const std::string &name) const
	{
		return access((path + "/" + name).c_str(), F_OK) == 0;
	}
	int64_t
	list_bytes() const
	{
		struct stat st;

		assert_int_equal(stat((path + "/pieces").c_str(), &st), 0);
		return (int64_t)st.st_blocks * 512;
	}
	/* All bytes of a piece that lie in wanted files, on the disk. */
	void
	assert_published_is_right(int piece)
	{
		for (int f = 0; f < files.num_files(); f++) {
			lt::file_index_t i(f);
			int64_t from = std::max<int64_t>(
			    files.file_offset(i), (int64_t)piece * piece_size);
			int64_t to = std::min<int64_t>(
			    files.file_offset(i) + files.file_size(i),
			    (int64_t)piece * piece_size + len(piece));
			if (from >= to || !s->wanted(path, f) ||
			    s->file_path(path, f) !=
				path + "/" + std::to_string(f))
				continue;
			std::string have = bytes_of(f);
			size_t at = (size_t)(from - files.file_offset(i));
			assert_true(have.size() >= at + (size_t)(to - from));
			assert_memory_equal(have.data() + at,
			    &content[(size_t)from], (size_t)(to - from));
		}
	}
	lt::status_t
	check(const std::vector<bool> &said)
	{
		lt::add_torrent_params params;
		lt::status_t status{};

		params.have_pieces.resize((int)said.size());
		for (int i = 0; i < (int)said.size(); i++)
			if (said[(size_t)i])
				params.have_pieces.set_bit(
				    lt::piece_index_t(i));
		io->async_check_files(storage, &params, {},
		    [&status](lt::status_t st, const lt::storage_error &) {
			    status = st;
		    });
		run();
		return status;
	}
};

std::vector<bool>
only(int n, const std::vector<int> &set)
{
	std::vector<bool> out((size_t)n);

	for (int i : set)
		out[(size_t)i] = true;
	return out;
}

} // namespace

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
		assert_int_equal(st.st_mode & 07777, 0600);
	}
	assert_int_equal(stat(w.path.c_str(), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
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
		cmocka_unit_test(test_not_by_hash_alone),
		cmocka_unit_test(test_not_by_writes_alone),
		cmocka_unit_test(test_failed_write),
		cmocka_unit_test(test_clear_waits),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_unwanted),
		cmocka_unit_test(test_want_more),
		cmocka_unit_test(test_own_file),
		cmocka_unit_test(test_same_boot),
		cmocka_unit_test(test_other_boot),
		cmocka_unit_test(test_punch),
		cmocka_unit_test(test_unpublish_first),
		cmocka_unit_test(test_punch_under_writes),
		cmocka_unit_test(test_disk_full),
		cmocka_unit_test(test_queue),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_no_hash_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
