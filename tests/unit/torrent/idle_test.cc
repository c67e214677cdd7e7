/*
 * A torrent that waits for a viewer wants nothing, and seeders hang up on those:
 * by default all that are made with libtorrent. When it is watched they are found
 * again.
 */
#include <chrono>
#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <random>

#include <sys/stat.h>

#include <libtorrent/alert_types.hpp>
#include <libtorrent/create_torrent.hpp>

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
    const std::vector<char> &torrent)
{
	loopback::share(session, folder,
	    std::make_shared<lt::torrent_info>(
		lt::span<const char>(torrent.data(), (int)torrent.size()),
		lt::from_span));
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

void
test_seeder_is_found_again(void **state)
{
	char folder[] = "/tmp/miau-idle-XXXXXX";
	struct torrent_engine_options options = {};
	struct torrent_engine *engine;
	struct torrent_status status = {};
	struct torrent_add add = {};
	struct err err;
	torrent_id id;
	int i;

	(void)state;
	assert_non_null(mkdtemp(folder));
	std::vector<char> torrent = make_film(folder);
	lt::session seeder(quiet());
	std::string address = share(seeder, folder, torrent);
	const char *peers[] = { address.c_str(), nullptr };

	options.folder = folder;
	options.boot_id = "boot";
	options.settings.listen = "127.0.0.1:0";
	options.settings.interface = "";
	options.settings.user_agent = "Miauflix";
	options.wake = [](void *) {};
	assert_int_equal(torrent_engine_new(&options, &engine, &err), 0);
	torrent_engine_pause(engine, false);
	add.name = "0123456789abcdef0123456789abcdef";
	add.torrent = torrent.data();
	add.torrent_len = torrent.size();
	add.peers = peers;
	assert_int_equal(torrent_add(engine, &add, &id, &err), 0);
	for (i = 0; i < patience_s * 50 && !has_hung_up(seeder); i++)
		take_events(engine);
	assert_true(i < patience_s * 50);

	torrent_admit(engine, id, 0, n_pieces);
	for (i = 0; i < patience_s * 50; i++) {
		assert_true(torrent_status(engine, id, &status));
		if (status.published == piece_size * n_pieces)
			break;
		take_events(engine);
	}
	assert_int_equal(status.published, piece_size * n_pieces);
	torrent_engine_free(engine);
	assert_int_equal(fs_remove_tree(folder, &err), 0);
}

} // namespace

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seeder_is_found_again),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}
