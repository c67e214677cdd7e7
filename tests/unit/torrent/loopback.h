/*
 * A libtorrent session as tests and benchmarks want their other side: on
 * loopback alone, over TCP, known to nobody who was not told its port.
 */
#ifndef TESTS_UNIT_TORRENT_LOOPBACK_H
#define TESTS_UNIT_TORRENT_LOOPBACK_H

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/posix_disk_io.hpp>
#include <libtorrent/session.hpp>
#include <libtorrent/session_params.hpp>
#include <libtorrent/settings_pack.hpp>
#include <libtorrent/torrent_info.hpp>

namespace loopback
{

inline lt::settings_pack
settings()
{
	lt::settings_pack p;

	p.set_str(lt::settings_pack::listen_interfaces, "127.0.0.1:0");
	for (int off : { lt::settings_pack::enable_dht,
		 lt::settings_pack::enable_lsd, lt::settings_pack::enable_upnp,
		 lt::settings_pack::enable_natpmp,
		 lt::settings_pack::enable_outgoing_utp,
		 lt::settings_pack::enable_incoming_utp })
		p.set_bool(off, false);
	p.set_bool(lt::settings_pack::allow_multiple_connections_per_ip, true);
	return p;
}

inline lt::session_params
params(lt::settings_pack pack)
{
	lt::session_params p(std::move(pack));

	p.disk_io_constructor = lt::posix_disk_io_constructor;
	return p;
}

/* Shares what lies in `folder`, taken for right: whoever fetches it hashes it.
 * The last `n_lacking` pieces it does not have. */
inline lt::torrent_handle
share(lt::session &session, const std::string &folder,
    std::shared_ptr<lt::torrent_info> info, int upload_limit = 0,
    int n_lacking = 0)
{
	lt::add_torrent_params p;

	p.ti = std::move(info);
	p.save_path = folder;
	p.flags |= n_lacking == 0 ? lt::torrent_flags::seed_mode
				  : lt::torrent_flags::no_verify_files;
	p.have_pieces.resize(p.ti->num_pieces() - n_lacking, true);
	p.have_pieces.resize(p.ti->num_pieces(), false);
	p.flags &=
	    ~(lt::torrent_flags::auto_managed | lt::torrent_flags::paused);
	p.upload_limit = upload_limit;
	return session.add_torrent(p);
}

/* The port it listens on, as soon as it does. */
inline int
port(const lt::session &session)
{
	while (!session.is_listening() || session.listen_port() == 0)
		std::this_thread::sleep_for(std::chrono::milliseconds(5));
	return session.listen_port();
}

} // namespace loopback

#endif
