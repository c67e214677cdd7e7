/*
 * A torrent that waits for a viewer wants nothing, and seeders hang up on those:
 * by default all that are made with libtorrent. When it is watched they are found
 * again, and nothing keeps it from asking them.
 */
#include <atomic>
#include <chrono>
#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <random>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <libtorrent/alert_types.hpp>
#include <libtorrent/create_torrent.hpp>
#include <libtorrent/extensions.hpp>
#include <libtorrent/hex.hpp>
#include <libtorrent/peer_connection_handle.hpp>

extern "C" {
#include <cmocka.h>

#include "lib/base/fs.h"
}
#include "daemon/torrent/torrent.h"
#include "tests/unit/torrent/loopback.h"

namespace
{

constexpr int piece_size = 64 * 1024, n_pieces = 20;
constexpr int patience_s = 240;

void
nap()
{
	std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

/* A film in a folder, and its .torrent. */
std::vector<char>
make_film(const std::string &folder)
{
	std::mt19937 random(1);
	std::string bytes(piece_size * n_pieces, '\0');
	std::vector<char> out;
	lt::file_storage files;

	for (char &c : bytes)
		c = (char)random();
	std::ofstream(folder + "/film", std::ios::binary) << bytes;
	files.add_file("film", (int64_t)bytes.size());
	lt::create_torrent make(files, piece_size, lt::create_torrent::v1_only);
	for (int i = 0; i < n_pieces; i++)
		make.set_hash(lt::piece_index_t(i),
		    lt::hasher(lt::span<const char>(
				   bytes.data() + i * piece_size, piece_size))
			.final());
	lt::bencode(std::back_inserter(out), make.generate());
	return out;
}

lt::session_params
quiet()
{
	lt::settings_pack p = loopback::settings();

	p.set_int(lt::settings_pack::alert_mask, lt::alert_category::connect);
	return loopback::params(std::move(p));
}

std::string
share(lt::session &session, const std::string &folder,
    const std::vector<char> &torrent, int n_lacking)
{
	loopback::share(session, folder,
	    std::make_shared<lt::torrent_info>(
		lt::span<const char>(torrent.data(), (int)torrent.size()),
		lt::from_span),
	    0, n_lacking);
	return "127.0.0.1:" + std::to_string(loopback::port(session));
}

bool
has_hung_up(lt::session &session)
{
	std::vector<lt::alert *> alerts;

	session.pop_alerts(&alerts);
	for (const lt::alert *a : alerts)
		if (lt::alert_cast<lt::peer_disconnected_alert>(a) != nullptr)
			return true;
	return false;
}

void
take_events(struct torrent_engine *engine)
{
	struct torrent_event event;

	while (torrent_next(engine, &event))
		;
	nap();
}

/* What a seeder was told before it was asked for the first block. */
struct told {
	std::atomic<bool> is_asked{ false };
	std::atomic<int> n_not_interested{ 0 };
};

class hearing final : public lt::peer_plugin
{
      public:
	explicit hearing(told &all) : all_(all)
	{
	}

	bool
	on_not_interested() override
	{
		if (!all_.is_asked)
			all_.n_not_interested++;
		return false;
	}

	bool
	on_request(const lt::peer_request &) override
	{
		all_.is_asked = true;
		return false;
	}

      private:
	told &all_;
};

class listener final : public lt::torrent_plugin
{
      public:
	explicit listener(told &all) : all_(all)
	{
	}

	std::shared_ptr<lt::peer_plugin>
	new_connection(const lt::peer_connection_handle &) override
	{
		return std::make_shared<hearing>(all_);
	}

      private:
	told &all_;
};

/* A film, who shares it, and an engine that wants it. */
struct idle_world {
	char folder[32] = "/tmp/miau-idle-XXXXXX";
	told said;
	std::vector<char> torrent;
	lt::session seeder{ quiet() };
	std::string address;
	struct torrent_engine *engine = nullptr;
	torrent_id id = 0;

	explicit idle_world(int64_t upload_limit = 0, int n_lacking = 0)
	{
		struct torrent_engine_options options = {};
		struct err err;

		assert_non_null(mkdtemp(folder));
		torrent = make_film(folder);
		seeder.add_extension(
		    [this](const lt::torrent_handle &, lt::client_data_t) {
			    return std::make_shared<listener>(said);
		    });
		address = share(seeder, folder, torrent, n_lacking);
		options.folder = folder;
		options.boot_id = "boot";
		options.settings.listen = "127.0.0.1:0";
		options.settings.interface = "";
		options.settings.user_agent = "Miauflix";
		options.settings.upload_limit = upload_limit;
		options.wake = [](void *) {};
		assert_int_equal(
		    torrent_engine_new(&options, &engine, &err), 0);
		torrent_engine_pause(engine, false);
	}

	~idle_world()
	{
		struct err err;

		torrent_engine_free(engine);
		assert_int_equal(fs_remove_tree(folder, &err), 0);
	}

	void
	add(const char *magnet, bool is_told = true)
	{
		struct torrent_add add = {};
		const char *peers[] = { is_told ? address.c_str() : nullptr,
			nullptr };
		struct err err;

		add.name = "0123456789abcdef0123456789abcdef";
		add.magnet = magnet;
		if (magnet == nullptr) {
			add.torrent = torrent.data();
			add.torrent_len = torrent.size();
		}
		add.peers = peers;
		assert_int_equal(torrent_add(engine, &add, &id, &err), 0);
	}

	void
	fetch(int n_there = n_pieces)
	{
		struct torrent_status status = {};

		torrent_admit(engine, id, 0, n_pieces);
		for (int i = 0; i < patience_s * 50; i++) {
			assert_true(torrent_status(engine, id, &status));
			if (status.published == piece_size * n_there)
				break;
			take_events(engine);
		}
		assert_int_equal(status.published, piece_size * n_there);
	}
};

void
test_seeder_is_found_again(void **)
{
	idle_world world;
	int i;

	world.add(nullptr);
	for (i = 0; i < patience_s * 50 && !has_hung_up(world.seeder); i++)
		take_events(world.engine);
	assert_true(i < patience_s * 50);
	world.fetch();
}

/* Of whom no tracker speaks and whom no earlier run knew. */
void
test_named_peer_is_found_again(void **)
{
	idle_world world;
	int i;

	world.add(nullptr, false);
	torrent_connect(world.engine, world.id, world.address.c_str());
	for (i = 0; i < patience_s * 50 && !has_hung_up(world.seeder); i++)
		take_events(world.engine);
	assert_true(i < patience_s * 50);
	world.fetch();
}

/* Waits for the metadata of a link, wants everything, and sees that the seeder
 * was never told that nothing is wanted. */
void
fetch_by_link(idle_world &world, bool is_told)
{
	lt::torrent_info info(lt::span<const char>(world.torrent.data(),
				  (int)world.torrent.size()),
	    lt::from_span);
	std::string magnet =
	    "magnet:?xt=urn:btih:" + lt::aux::to_hex(info.info_hashes().v1);
	int i;

	world.add(magnet.c_str(), is_told);
	/* How it does is reported twice a second. */
	for (i = 0; !is_told && i < 75; i++)
		take_events(world.engine);
	if (!is_told)
		torrent_connect(
		    world.engine, world.id, world.address.c_str());
	for (i = 0; i < patience_s * 50 &&
	     torrent_meta(world.engine, world.id) == nullptr;
	     i++)
		take_events(world.engine);
	assert_true(i < patience_s * 50);
	world.fetch();
	assert_int_equal(world.said.n_not_interested, 0);
}

/* The library asks those slowly whom it once told that it wants nothing. */
void
test_metadata_calls_nobody_useless(void **)
{
	idle_world world;

	fetch_by_link(world, true);
}

/* Nor when somebody is found only after a while. */
void
test_late_peer_is_not_useless(void **)
{
	idle_world world;

	fetch_by_link(world, false);
}

/* A byte a second is too little for the requests. */
void
test_asking_is_not_sending(void **)
{
	idle_world world(1);

	world.add(nullptr);
	world.fetch();
}

/* Somebody reads what nobody has: everything else comes all the same. */
void
test_waiting_in_vain(void **)
{
	idle_world world(0, 1);
	torrent_reader reader;

	world.add(nullptr);
	reader = torrent_reader_open(world.engine, world.id, 0);
	torrent_reader_move(
	    world.engine, reader, (int64_t)piece_size * (n_pieces - 1));
	world.fetch(n_pieces - 1);
	torrent_reader_close(world.engine, reader);
}

int
port_of(int fd, int (*name)(int, struct sockaddr *, socklen_t *))
{
	struct sockaddr_in at = {};
	socklen_t len = sizeof(at);

	return name(fd, (struct sockaddr *)&at, &len) == -1 ||
		at.sin_family != AF_INET
	    ? 0
	    : ntohs(at.sin_port);
}

/* Whether small messages leave at once on the connection of this process that
 * is named so. */
bool
is_hasty(int port, int (*name)(int, struct sockaddr *, socklen_t *))
{
	int is_on = 0;
	socklen_t len = sizeof(is_on);

	for (int fd = 0; fd < 1024; fd++)
		if (port_of(fd, getpeername) != 0 && port_of(fd, name) == port)
			assert_int_equal(getsockopt(fd, IPPROTO_TCP,
					     TCP_NODELAY, &is_on, &len),
			    0);
	return is_on != 0;
}

/* The first requests follow small news, which nobody hurries to acknowledge.
 * One piece is lacking, so that the connection stays. */
void
test_requests_leave_at_once(void **)
{
	idle_world world(0, 1);

	world.add(nullptr);
	world.fetch(n_pieces - 1);
	assert_true(is_hasty(loopback::port(world.seeder), getpeername));
}

void
test_answers_leave_at_once(void **)
{
	idle_world world(0, 1);
	lt::tcp::endpoint here{ lt::make_address("127.0.0.1"), 0 };

	world.add(nullptr, false);
	while (torrent_engine_port(world.engine) == 0)
		take_events(world.engine);
	here.port((std::uint16_t)torrent_engine_port(world.engine));
	world.seeder.get_torrents()[0].connect_peer(here);
	world.fetch(n_pieces - 1);
	assert_true(is_hasty(here.port(), getsockname));
}

/* Whether another link's tracker is asked, too. */
bool
takes_tracker(idle_world &world)
{
	const std::string link = "magnet:?xt=urn:btih:" + std::string(40, 'a') +
	    "&tr=http%3A%2F%2F127.0.0.1%3A1%2Fann";
	struct torrent_tracker tracker;

	world.add(nullptr, false);
	assert_false(torrent_tracker_at(world.engine, world.id, 0, &tracker));
	torrent_trackers_add(world.engine, world.id, link.data(), link.size());
	return torrent_tracker_at(world.engine, world.id, 0, &tracker);
}

void
test_private_asks_no_other(void **)
{
	const std::string rule = "7:privatei1e";
	idle_world open, closed;

	assert_true(takes_tracker(open));
	closed.torrent.insert(
	    closed.torrent.end() - 2, rule.begin(), rule.end());
	assert_false(takes_tracker(closed));
}

} // namespace

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seeder_is_found_again),
		cmocka_unit_test(test_named_peer_is_found_again),
		cmocka_unit_test(test_metadata_calls_nobody_useless),
		cmocka_unit_test(test_late_peer_is_not_useless),
		cmocka_unit_test(test_asking_is_not_sending),
		cmocka_unit_test(test_waiting_in_vain),
		cmocka_unit_test(test_private_asks_no_other),
		cmocka_unit_test(test_requests_leave_at_once),
		cmocka_unit_test(test_answers_leave_at_once),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}
