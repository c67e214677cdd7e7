/*
 * The engine itself: the library's session, its settings, and the inbox.
 */
#include "daemon/torrent/guard.h"

#include <libtorrent/ip_filter.hpp>
#include <libtorrent/peer_class_type_filter.hpp>
#include <libtorrent/session_params.hpp>

#include "daemon/torrent/engine.h"

namespace miau
{

void
inbox::put(const std::string &path, int piece)
{
	std::lock_guard<std::mutex> hold(lock_);

	published_.emplace_back(path, piece);
	if (!is_closed_ && published_.size() == 1)
		wake_(arg_);
}

void
inbox::wake()
{
	std::lock_guard<std::mutex> hold(lock_);

	if (!is_closed_)
		wake_(arg_);
}

void
inbox::close()
{
	std::lock_guard<std::mutex> hold(lock_);

	is_closed_ = true;
}

std::vector<std::pair<std::string, int>>
inbox::take()
{
	std::lock_guard<std::mutex> hold(lock_);
	std::vector<std::pair<std::string, int>> taken;

	taken.swap(published_);
	return taken;
}

namespace
{

/* The library lets peers of the local network pass the limits; ours hold for
 * everybody. */
void
limit_everybody(lt::session &session)
{
	const std::uint32_t all = 1u << static_cast<std::uint32_t>(
				      lt::session_handle::global_peer_class_id);
	lt::ip_filter filter;

	filter.add_rule(lt::make_address("0.0.0.0"),
	    lt::make_address("255.255.255.255"), all);
	filter.add_rule(lt::make_address("::"),
	    lt::make_address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), all);
	session.set_peer_class_filter(filter);
}

void
start_session(struct torrent_engine *engine, lt::settings_pack pack)
{
	lt::session_params params(std::move(pack));
	std::shared_ptr<store> store = engine->store;
	std::shared_ptr<inbox> inbox = engine->inbox;

	params.disk_io_constructor = [store](lt::io_context &loop,
					 const lt::settings_interface &settings,
					 lt::counters &counters) {
		return disk_make(loop, settings, counters, store);
	};
	params.extensions.push_back(session_plugin(engine->demand));
	engine->session = std::make_unique<lt::session>(
	    std::move(params), lt::session::paused);
	limit_everybody(*engine->session);
	engine->session->set_alert_notify([inbox] { inbox->wake(); });
}

} // namespace

} // namespace miau

int
torrent_engine_new(const struct torrent_engine_options *options,
    struct torrent_engine **out, struct err *err)
{
	return miau::guard(err, -1, [&] {
		lt::settings_pack pack;
		auto engine = std::make_unique<struct torrent_engine>();

		if (miau::settings_pack_of(&options->settings, pack, err) == -1)
			return -1;
		if (!fs_exists(options->folder))
			return err_set(err, ERR_IO,
			    "The folder for downloads is not there.");
		auto inbox = std::make_shared<miau::inbox>(
		    options->wake, options->wake_arg);
		miau::disk_options disk;
		disk.boot_id = options->boot_id;
		disk.on_published = [inbox](const std::string &path,
					int piece) { inbox->put(path, piece); };
		disk.on_checked = [inbox](const std::string &path) {
			inbox->put(path, -1);
		};
		engine->folder = options->folder;
		engine->no_trackers = options->settings.no_trackers;
		engine->inbox = inbox;
		engine->demand = miau::demand_make();
		miau::demand_limit(*engine->demand,
		    miau::settings_limit(options->settings.upload_limit));
		engine->store = std::make_shared<miau::store>(std::move(disk));
		miau::start_session(engine.get(), std::move(pack));
		*out = engine.release();
		return 0;
	});
}

void
torrent_engine_free(struct torrent_engine *engine)
{
	if (engine == nullptr)
		return;
	miau::guard([&] {
		engine->inbox->close();
		/* Waits for the network thread, which says its last to the
		 * store. */
		engine->session.reset();
		for (const auto &[id, t] : engine->torrents)
			engine->store->close(t->path);
	});
	delete engine;
}

int
torrent_engine_apply(struct torrent_engine *engine,
    const struct torrent_settings *settings, struct err *err)
{
	return miau::guard(err, -1, [&] {
		lt::settings_pack pack;

		if (miau::settings_pack_of(settings, pack, err) == -1)
			return -1;
		miau::demand_limit(*engine->demand,
		    miau::settings_limit(settings->upload_limit));
		engine->session->apply_settings(std::move(pack));
		if (engine->no_trackers == settings->no_trackers)
			return 0;
		engine->no_trackers = settings->no_trackers;
		for (const auto &[id, t] : engine->torrents)
			miau::torrent_trackers(engine, *t);
		return 0;
	});
}

void
torrent_engine_pause(struct torrent_engine *engine, bool paused)
{
	miau::guard([&] {
		if (paused)
			engine->session->pause();
		else
			engine->session->resume();
	});
}

int
torrent_engine_port(const struct torrent_engine *engine)
{
	return miau::guard(
	    nullptr, 0, [&] { return (int)engine->session->listen_port(); });
}
