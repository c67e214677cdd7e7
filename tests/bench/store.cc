/*
 * What the store costs, with real peers on loopback: a seeder in a session of
 * its own and a player whose disk is the store, in one process, as miaud would
 * drive it.
 *
 *	store FOLDER again [ROUNDS]	gives pieces up and fetches them again
 *	store FOLDER busy [RATE]	serving and publishing while another
 *					torrent writes RATE bytes per second
 *
 * FOLDER is empty and on the disk to be measured. One line of figures each.
 * Built by `make build/bench/store`.
 */
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/alert_types.hpp>
#include <libtorrent/create_torrent.hpp>
#include <libtorrent/extensions.hpp>
#include <libtorrent/session.hpp>
#include <libtorrent/session_params.hpp>
#include <libtorrent/torrent_info.hpp>

#include "daemon/torrent/disk.h"
#include "tests/unit/torrent/loopback.h"

using namespace miau;
using steady = std::chrono::steady_clock;

namespace
{

constexpr int piece_size = 1024 * 1024;

double
since(steady::time_point start)
{
	return std::chrono::duration<double, std::milli>(steady::now() - start)
	    .count();
}

[[noreturn]] void
fail(const char *what)
{
	fprintf(stderr, "store: %s\n", what);
	exit(1);
}

double
at_share(std::vector<double> values, double share)
{
	if (values.empty())
		return 0;
	std::sort(values.begin(), values.end());
	return values[(size_t)(share * (double)(values.size() - 1))];
}

struct film {
	std::string path, name;
	std::shared_ptr<lt::torrent_info> info;
};

film
make_film(const std::string &folder, const std::string &name, int n_pieces)
{
	film f{ folder + "/" + name, name, nullptr };
	std::mt19937_64 random(std::hash<std::string>()(name));
	std::vector<uint64_t> piece(piece_size / 8);
	lt::file_storage files;
	std::vector<char> out;

	mkdir(folder.c_str(), 0700);
	files.add_file(name, (int64_t)n_pieces * piece_size);
	lt::create_torrent make(files, piece_size, lt::create_torrent::v1_only);
	std::ofstream to(f.path, std::ios::binary);
	for (int i = 0; i < n_pieces; i++) {
		for (auto &word : piece)
			word = random();
		auto bytes = lt::span<const char>(
		    (const char *)piece.data(), piece_size);
		to.write(bytes.data(), piece_size);
		make.set_hash(lt::piece_index_t(i), lt::hasher(bytes).final());
	}
	to.close();
	lt::bencode(std::back_inserter(out), make.generate());
	f.info = std::make_shared<lt::torrent_info>(
	    lt::span<const char>(out.data(), (int)out.size()), lt::from_span);
	return f;
}

lt::settings_pack
quiet()
{
	lt::settings_pack p = loopback::settings();

	p.set_int(lt::settings_pack::tick_interval, 100);
	p.set_int(lt::settings_pack::alert_mask,
	    lt::alert_category::status | lt::alert_category::error);
	return p;
}

/* Shares a film that lies as it is, at most `rate` bytes per second (0: any). */
struct seeder {
	lt::session session;
	lt::torrent_handle handle;
	int port;

	seeder(const std::string &folder, const film &f, int rate)
	    : session(loopback::params(quiet())),
	      handle(loopback::share(session, folder, f.info, rate)),
	      port(loopback::port(session))
	{
	}
	lt::tcp::endpoint
	address()
	{
		return { lt::make_address("127.0.0.1"), (uint16_t)port };
	}
};

struct plugin final : lt::torrent_plugin {
	std::shared_ptr<store> s;
	std::string path;
	std::function<void(int)> heard;

	void
	on_piece_pass(lt::piece_index_t piece) override
	{
		heard(static_cast<int>(piece));
		s->passed(path, static_cast<int>(piece));
	}
	void
	on_piece_failed(lt::piece_index_t piece) override
	{
		s->failed(path, static_cast<int>(piece));
	}
};

/* Counts what writes take. */
class timed_device final : public disk_device
{
      public:
	std::vector<double> writes;
	void
	write(const std::shared_ptr<disk_file> &file, const char *bytes,
	    size_t len, int64_t offset, std::function<void(int)> done) override
	{
		auto start = steady::now();

		disk_device::write(file, bytes, len, offset, [](int e) {
			if (e != 0)
				fail(strerror(e));
		});
		writes.push_back(since(start));
		done(0);
	}
};

struct player {
	std::mutex lock;
	std::map<std::pair<std::string, int>, steady::time_point> published;
	std::vector<double> waits; /* hash was right → published */
	std::map<std::pair<std::string, int>, steady::time_point> passed;
	timed_device *device;
	std::shared_ptr<store> s;
	std::unique_ptr<lt::session> session;

	player()
	{
		auto made = std::make_unique<timed_device>();

		device = made.get();
		s = std::make_shared<store>(
		    disk_options{ "boot",
			[this](const std::string &path, int piece) {
				std::lock_guard<std::mutex> hold(lock);
				auto key = std::make_pair(path, piece);

				published[key] = steady::now();
				waits.push_back(since(passed[key]));
			},
			nullptr },
		    std::move(made));
		lt::session_params p(quiet());
		p.disk_io_constructor =
		    [keep = s](lt::io_context &loop,
			const lt::settings_interface &settings,
			lt::counters &counters) {
			    return disk_make(loop, settings, counters, keep);
		    };
		session = std::make_unique<lt::session>(std::move(p));
	}
	lt::torrent_handle
	add(const film &f, const std::string &path,
	    const lt::tcp::endpoint &peer)
	{
		lt::add_torrent_params p;
		std::vector<bool> have = s->have(path);

		p.ti = std::make_shared<lt::torrent_info>(*f.info);
		p.save_path = path;
		p.peers.push_back(peer);
		p.flags |= lt::torrent_flags::sequential_download;
		p.flags &= ~(lt::torrent_flags::auto_managed |
		    lt::torrent_flags::paused);
		p.have_pieces.resize((int)have.size());
		for (size_t i = 0; i < have.size(); i++)
			if (have[i])
				p.have_pieces.set_bit(
				    lt::piece_index_t((int)i));
		p.extensions.push_back([this, path](lt::torrent_handle const &,
					   lt::client_data_t) {
			auto made = std::make_shared<plugin>();

			made->s = s;
			made->path = path;
			made->heard = [this, path](int piece) {
				std::lock_guard<std::mutex> hold(lock);

				passed[{ path, piece }] = steady::now();
			};
			return made;
		});
		return session->add_torrent(p);
	}
	void
	open(const std::string &path, const film &f)
	{
		if (s->open(path, {}) != 0 ||
		    s->attach(path, f.info->files()) != 0)
			fail("the folder is not empty");
	}
	void
	wait_until(const std::string &path, int n, int seconds)
	{
		auto start = steady::now();

		while (s->published_until(path, 0) < n) {
			if (since(start) > seconds * 1000.0)
				fail("too slow");
			std::this_thread::sleep_for(
			    std::chrono::milliseconds(1));
		}
	}
	/* Until libtorrent has let go of it. */
	void
	remove(const lt::torrent_handle &handle)
	{
		session->remove_torrent(handle);
		for (;;) {
			std::vector<lt::alert *> alerts;

			session->wait_for_alert(std::chrono::seconds(1));
			session->pop_alerts(&alerts);
			for (auto *a : alerts)
				if (lt::alert_cast<lt::torrent_removed_alert>(
					a))
					return;
		}
	}
};

void
compare(const std::string &path, const film &f)
{
	std::ifstream a(path + "/0", std::ios::binary), b(f.path);
	std::vector<char> x(piece_size), y(piece_size);

	for (int i = 0; i < f.info->num_pieces(); i++) {
		a.read(x.data(), piece_size);
		b.read(y.data(), piece_size);
		if (!a || !b || x != y)
			fail("a byte is wrong");
	}
}

int
again(const std::string &folder, int rounds)
{
	film f = make_film(folder + "/src", "film", 256);
	seeder from(folder + "/src", f, 0);
	player to;
	std::string path = folder + "/payload";
	std::vector<double> gone, first, all;
	std::vector<int> pieces;

	to.open(path, f);
	auto handle = to.add(f, path, from.address());
	to.wait_until(path, f.info->num_pieces(), 60);
	for (int i = 64; i < 128; i++)
		pieces.push_back(i);
	int64_t before = to.s->bytes(path), least = before;
	for (int i = 0; i < rounds; i++) {
		auto start = steady::now();

		to.s->unpublish(path, pieces);
		to.remove(handle);
		if (to.s->punch(path, pieces) != 0)
			fail("no holes here");
		least = std::min(least, to.s->bytes(path));
		gone.push_back(since(start));
		start = steady::now();
		handle = to.add(f, path, from.address());
		to.wait_until(path, 65, 60);
		first.push_back(since(start));
		to.wait_until(path, f.info->num_pieces(), 60);
		all.push_back(since(start));
	}
	compare(path, f);
	printf("again: %d rounds of 64 pieces of 1 MiB: bytes %lld -> %lld; "
	       "given up in %.0f/%.0f ms, first piece back after %.0f/%.0f ms, "
	       "all after %.0f/%.0f ms (p50/max)\n",
	    rounds, (long long)before, (long long)least, at_share(gone, .5),
	    at_share(gone, 1), at_share(first, .5), at_share(first, 1),
	    at_share(all, .5), at_share(all, 1));
	to.remove(handle);
	return 0;
}

/* One film plays at 3 MB/s while another is fetched at `rate`. */
int
busy(const std::string &folder, int rate)
{
	film slow = make_film(folder + "/src", "slow", 24);
	seeder slow_from(folder + "/src", slow, 3000000);
	player to;
	std::string a = folder + "/a", b = folder + "/b";
	std::vector<double> reads, waits;

	to.open(a, slow);
	std::unique_ptr<seeder> fast_from;
	film fast;
	if (rate > 0) {
		fast = make_film(folder + "/src", "fast", 1024);
		fast_from =
		    std::make_unique<seeder>(folder + "/src", fast, rate);
		to.open(b, fast);
		to.add(fast, b, fast_from->address());
		to.wait_until(b, 64, 120);
	}
	auto start = steady::now();
	int from = rate > 0 ? to.s->published_until(b, 0) : 0;
	{
		std::lock_guard<std::mutex> hold(to.lock);
		to.waits.clear();
	}
	to.add(slow, a, slow_from.address());
	/* A reader of what is published, as a handler would read it. */
	std::vector<char> bytes(256 * 1024);
	for (int at = 0; to.s->published_until(a, 0) < 24;) {
		if (at >= to.s->published_until(a, 0)) {
			std::this_thread::sleep_for(
			    std::chrono::milliseconds(1));
			continue;
		}
		auto read = steady::now();
		int fd = open(to.s->file_path(a, 0).c_str(), O_RDONLY);
		if (pread(fd, bytes.data(), bytes.size(),
			(off_t)at * piece_size) != (ssize_t)bytes.size())
			fail("published, but not there");
		close(fd);
		reads.push_back(since(read));
		at++;
	}
	double took = since(start);
	int until = rate > 0 ? to.s->published_until(b, 0) : 0;
	to.session->pause();
	std::this_thread::sleep_for(std::chrono::milliseconds(300));
	compare(a, slow);
	std::lock_guard<std::mutex> hold(to.lock);
	printf("busy: beside %.0f MB/s a film of 24 MiB at 3 MB/s took %.1f s "
	       "(ideal 8.4); hash to published p50 %.3f p99 %.3f max %.3f ms; "
	       "256 KiB read p50 %.2f max %.2f ms; 16 KiB written p50 %.3f "
	       "p99 %.3f max %.1f ms of %zu\n",
	    (until - from) * 1.048576 / took * 1000, took / 1000,
	    at_share(to.waits, .5), at_share(to.waits, .99),
	    at_share(to.waits, 1), at_share(reads, .5), at_share(reads, 1),
	    at_share(to.device->writes, .5), at_share(to.device->writes, .99),
	    at_share(to.device->writes, 1), to.device->writes.size());
	return 0;
}

} // namespace

int
main(int argc, char **argv)
{
	std::string what = argc > 2 ? argv[2] : "";
	int n = argc > 3 ? (int)strtol(argv[3], nullptr, 10) : -1;

	char folder[PATH_MAX];

	if (argc > 2 && realpath(argv[1], folder) == nullptr)
		fail(strerror(errno));
	if (what == "again")
		return again(folder, n > 0 ? n : 10);
	if (what == "busy")
		return busy(folder, n >= 0 ? n : 100000000);
	fprintf(stderr, "usage: store FOLDER again|busy [N]\n");
	return 2;
}
