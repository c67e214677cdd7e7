/*
 * What of ours runs in the library's network thread: each piece's verdict goes
 * to the store from here and not by an alert, because an alert can be dropped.
 */
#include "daemon/torrent/guard.h"

#include <chrono>

#include <libtorrent/extensions.hpp>
#include <libtorrent/session_handle.hpp>

#include "daemon/torrent/engine.h"

namespace miau
{

namespace
{

class verdicts final : public lt::torrent_plugin
{
      public:
	verdicts(lt::torrent_handle handle, std::string path,
	    std::shared_ptr<store> store)
	    : handle_(std::move(handle)), path_(std::move(path)),
	      store_(std::move(store))
	{
	}

	void
	on_piece_pass(lt::piece_index_t piece) override
	{
		guard([&] { store_->passed(path_, static_cast<int>(piece)); });
	}

	void
	on_piece_failed(lt::piece_index_t piece) override
	{
		guard([&] { store_->failed(path_, static_cast<int>(piece)); });
	}

	/* Asked in the network thread, this answers at once. */
	void
	on_files_checked() override
	{
		guard([&] {
			std::vector<int> right;
			lt::torrent_status status =
			    handle_.status(lt::torrent_handle::query_pieces);

			for (auto p : status.pieces.range())
				if (status.pieces[p])
					right.push_back(static_cast<int>(p));
			store_->checked(path_, right);
		});
	}

      private:
	const lt::torrent_handle handle_;
	const std::string path_;
	const std::shared_ptr<store> store_;
};

/* The engine has no clock of its own: once a second what changed is told. */
class ticker final : public lt::plugin
{
      public:
	/* Without it on_tick is never called. */
	lt::feature_flags_t
	implemented_features() override
	{
		return tick_feature;
	}

	void
	added(const lt::session_handle &session) override
	{
		session_ = session;
	}

	void
	on_tick() override
	{
		auto now = std::chrono::steady_clock::now();

		if (now - last_ < std::chrono::milliseconds(500))
			return;
		last_ = now;
		guard([&] { session_.post_torrent_updates({}); });
	}

      private:
	lt::session_handle session_;
	std::chrono::steady_clock::time_point last_;
};

} // namespace

std::shared_ptr<lt::plugin>
session_plugin()
{
	return std::make_shared<ticker>();
}

std::function<std::shared_ptr<lt::torrent_plugin>(
    const lt::torrent_handle &, lt::client_data_t)>
torrent_plugin_of(std::string path, std::shared_ptr<store> store)
{
	return [path = std::move(path), store = std::move(store)](
		   const lt::torrent_handle &handle, lt::client_data_t) {
		return std::make_shared<verdicts>(handle, path, store);
	};
}

} // namespace miau
