/*
 * The engine's settings in the library's words, and the network interface that
 * all traffic is bound to.
 */
#include "daemon/torrent/guard.h"

#include <cstring>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>

#include <libtorrent/alert.hpp>
#include <libtorrent/settings_pack.hpp>

#include "daemon/torrent/engine.h"

namespace miau
{

namespace
{

using lt::settings_pack;

bool
address_equals(const struct ifaddrs *i, const char *text)
{
	char host[NI_MAXHOST];
	socklen_t len;

	if (i->ifa_addr == nullptr)
		return false;
	if (i->ifa_addr->sa_family == AF_INET)
		len = sizeof(struct sockaddr_in);
	else if (i->ifa_addr->sa_family == AF_INET6)
		len = sizeof(struct sockaddr_in6);
	else
		return false;
	return getnameinfo(i->ifa_addr, len, host, sizeof(host), nullptr, 0,
		   NI_NUMERICHOST) == 0 &&
	    strcmp(host, text) == 0;
}

/* An interface's name, or the address of one. */
bool
interface_exists(const char *name)
{
	struct ifaddrs *all;
	bool is_there = false;

	if (getifaddrs(&all) == -1)
		return false;
	for (struct ifaddrs *i = all; i != nullptr; i = i->ifa_next)
		if (strcmp(i->ifa_name, name) == 0 || address_equals(i, name))
			is_there = true;
	freeifaddrs(all);
	return is_there;
}

/* "0.0.0.0:6881,[::]:6881" bound to tun0 is "tun0:6881". */
std::string
listen_on(const char *listen, const char *interface)
{
	std::string out, name = interface;
	const char *port = strrchr(listen, ':');

	if (listen[0] == '\0' || interface[0] == '\0')
		return listen;
	if (name.find(':') != std::string::npos)
		name = "[" + name + "]";
	return name + (port == nullptr ? ":0" : port);
}

void
set_encryption(settings_pack &pack, enum torrent_encryption encryption)
{
	int policy = encryption == TORRENT_REQUIRE ? settings_pack::pe_forced
	    : encryption == TORRENT_PLAIN          ? settings_pack::pe_disabled
						   : settings_pack::pe_enabled;
	int level = encryption == TORRENT_REQUIRE ? settings_pack::pe_rc4
						  : settings_pack::pe_both;

	pack.set_int(settings_pack::in_enc_policy, policy);
	pack.set_int(settings_pack::out_enc_policy, policy);
	pack.set_int(settings_pack::allowed_enc_level, level);
}

/* What does not depend on anybody's choice. */
void
set_fixed(settings_pack &pack)
{
	pack.set_int(settings_pack::alert_mask,
	    lt::alert_category::status | lt::alert_category::error |
		lt::alert_category::tracker | lt::alert_category::storage);
	/* Dropped ones cost a reading of all states. */
	pack.set_int(settings_pack::alert_queue_size, 20000);
	/* With every admitted piece here a torrent looks finished; seeds must
	 * not be sent away, more is admitted when the reader has moved. */
	pack.set_bool(settings_pack::close_redundant_connections, false);
	/* Homes and test worlds have several peers behind one address. */
	pack.set_bool(settings_pack::allow_multiple_connections_per_ip, true);
	pack.set_bool(settings_pack::smooth_connects, false);
	pack.set_int(settings_pack::torrent_connect_boost, 60);
	pack.set_int(settings_pack::min_reconnect_time, 2);
	pack.set_int(settings_pack::stop_tracker_timeout, 1);
	/* A tracker says how often it wants to hear of us: five minutes at
	 * least, the default, is long for somebody who waits for a film. */
	pack.set_int(settings_pack::min_announce_interval, 30);
	pack.set_int(settings_pack::tracker_completion_timeout, 20);
	pack.set_int(settings_pack::tracker_receive_timeout, 10);
	/* Half a second, the default, makes rate limits come in bursts. */
	pack.set_int(settings_pack::tick_interval, 100);
	/* Half a block, the default, is one block per tick for whoever is
	 * limited. */
	pack.set_int(settings_pack::send_buffer_low_watermark, 512 * 1024);
	/* Else answers to what comes in count as sent: a quick download is held
	 * up by the limit for sending, which its requests must pass. */
	pack.set_bool(settings_pack::rate_limit_ip_overhead, false);
	/* What was asked for is in the way of what is needed after a jump, so
	 * no more than a second's worth. */
	pack.set_int(settings_pack::request_queue_time, 1);
	/* Nor does each peer get a stretch of its own: the next blocks come
	 * from whoever is free. */
	pack.set_int(settings_pack::whole_pieces_threshold, 0);
	pack.set_bool(settings_pack::announce_to_all_trackers, true);
	pack.set_bool(settings_pack::announce_to_all_tiers, true);
	pack.set_int(settings_pack::max_metadata_size, TORRENT_BYTES_MAX);
	pack.set_int(settings_pack::max_piece_count, TORRENT_PIECES_MAX);
	pack.set_int(settings_pack::active_checking, 1);
}

} // namespace

int
settings_limit(int64_t bytes)
{
	return bytes <= 0 || bytes > INT32_MAX ? 0 : (int)bytes;
}

int
settings_pack_of(const struct torrent_settings *settings, settings_pack &pack,
    struct err *err)
{
	if (settings->interface[0] != '\0' &&
	    !interface_exists(settings->interface))
		return err_set(err, ERR_NOT_FOUND,
		    "There is no network interface %s.", settings->interface);
	set_fixed(pack);
	pack.set_str(settings_pack::listen_interfaces,
	    listen_on(settings->listen, settings->interface));
	pack.set_str(settings_pack::outgoing_interfaces, settings->interface);
	pack.set_str(settings_pack::user_agent, settings->user_agent);
	pack.set_bool(settings_pack::enable_dht, settings->has_dht);
	pack.set_bool(settings_pack::enable_lsd, settings->has_lsd);
	pack.set_bool(settings_pack::enable_upnp, settings->has_upnp);
	pack.set_bool(settings_pack::enable_natpmp, settings->has_upnp);
	pack.set_bool(settings_pack::enable_incoming_utp, settings->has_utp);
	pack.set_bool(settings_pack::enable_outgoing_utp, settings->has_utp);
	set_encryption(pack, settings->encryption);
	pack.set_int(settings_pack::download_rate_limit,
	    settings_limit(settings->download_limit));
	pack.set_int(settings_pack::connections_limit,
	    settings->max_connections > 0 ? settings->max_connections : 200);
	pack.set_bool(settings_pack::ssrf_mitigation, !settings->trusts_local);
	if (settings->alert_queue > 0)
		pack.set_int(
		    settings_pack::alert_queue_size, settings->alert_queue);
	return 0;
}

bool
endpoint_of(const char *text, lt::tcp::endpoint &out)
{
	std::string address = text;
	size_t colon = address.rfind(':');
	lt::error_code error;
	char *end = nullptr;
	long port;

	if (colon == std::string::npos)
		return false;
	port = strtol(text + colon + 1, &end, 10);
	if (*end != '\0' || end == text + colon + 1 || port < 1 || port > 65535)
		return false;
	address.resize(colon);
	if (address.size() > 2 && address.front() == '[' &&
	    address.back() == ']')
		address = address.substr(1, address.size() - 2);
	out = { lt::make_address(address, error), (uint16_t)port };
	return !error;
}

} // namespace miau
