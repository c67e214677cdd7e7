/*
 * A healthy seeder for the benchmarks: a libtorrent session of its own that
 * shares films which lie in a folder, at an even rate.
 *
 *	seeder FOLDER RATE TORRENT...
 *
 * RATE is in bytes per second, 0: as fast as it goes. It writes its port and
 * shares until its input ends; it announces itself nowhere. The payload is taken
 * for right: whoever fetches it hashes it. Built by `make build/bench/seeder`.
 */
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

#include <libtorrent/ip_filter.hpp>

#include "tests/unit/torrent/loopback.h"

namespace
{

lt::session_params
params()
{
	lt::settings_pack p = loopback::settings();

	/* Half a second, the default, makes a rate come in bursts. */
	p.set_int(lt::settings_pack::tick_interval, 20);
	/* Nor is a block read only when the last has left, as by default: the
	 * first second of a limited seeder would be far below its rate. */
	p.set_int(lt::settings_pack::send_buffer_low_watermark, 512 * 1024);
	/* Everybody is served: what is measured is who asks. */
	p.set_int(lt::settings_pack::unchoke_slots_limit, -1);
	p.set_int(lt::settings_pack::active_limit, -1);
	p.set_int(lt::settings_pack::active_seeds, -1);
	return loopback::params(std::move(p));
}

/* The library lets peers of the local network pass its limits. */
void
limit_everybody(lt::session &session)
{
	const std::uint32_t all = 1u << static_cast<std::uint32_t>(
				      lt::session_handle::global_peer_class_id);
	lt::ip_filter filter;

	filter.add_rule(lt::make_address("0.0.0.0"),
	    lt::make_address("255.255.255.255"), all);
	session.set_peer_class_filter(filter);
}

void
share(lt::session &session, const char *folder, const char *torrent)
{
	auto info = std::make_shared<lt::torrent_info>(std::string(torrent));

	info->clear_trackers();
	(void)loopback::share(session, folder, std::move(info));
}

} // namespace

int
main(int argc, char **argv)
{
	char ignored;
	int i;

	if (argc < 4) {
		fprintf(stderr, "seeder FOLDER RATE TORRENT...\n");
		return 2;
	}
	lt::session session(params());
	lt::settings_pack rate;
	limit_everybody(session);
	rate.set_int(lt::settings_pack::upload_rate_limit,
	    (int)strtol(argv[2], nullptr, 10));
	session.apply_settings(rate);
	for (i = 3; i < argc; i++)
		share(session, argv[1], argv[i]);
	printf("%d\n", loopback::port(session));
	fflush(stdout);
	while (read(STDIN_FILENO, &ignored, 1) > 0)
		;
	return 0;
}
