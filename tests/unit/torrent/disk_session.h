/*
 * The store of a torrent in a folder of its own, driven as libtorrent drives
 * it, over a device that may hold writes back or fail them.
 */
#ifndef TESTS_UNIT_TORRENT_DISK_SESSION_H
#define TESTS_UNIT_TORRENT_DISK_SESSION_H

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

struct session {
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

	explicit session(disk_spec spec = {}, const char *boot = "boot")
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
	virtual ~session()
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
			},
			nullptr },
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
	/* All bytes of a piece that lie in wanted files are on the disk. */
	virtual void assert_published_is_right(int piece) const = 0;
};

} // namespace

#endif
