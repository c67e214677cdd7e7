/*
 * What of ours runs in the library's network thread: each piece's verdict goes
 * to the store from here and not by an alert, because an alert can be dropped.
 * And whether anybody wants what we have, on which the limit for sending depends.
 */
#include "daemon/torrent/guard.h"

#include <atomic>
#include <chrono>

#include <libtorrent/extensions.hpp>
#include <libtorrent/peer_connection_handle.hpp>
#include <libtorrent/session_handle.hpp>

#include "daemon/torrent/engine.h"

namespace miau
{

/* The library makes everything that is sent wait for the limit, requests as
 * well, and grants no more than a tick's worth at first: the first film would
 * begin a second late. So the limit holds while there is somebody to give to. */
class demand
{
      public:
	void
	limit(int bytes)
	{
		limit_ = bytes;
	}

	void
	attend(const lt::session_handle &session)
	{
		session_ = session;
	}

	void
	come()
	{
		n_++;
		hold();
	}

	void
	leave()
	{
		n_--;
	}

	/* Not as soon as the last has left: others come. */
	void
	hold()
	{
		int wanted = n_ > 0 ? limit_.load() : 0;
		lt::settings_pack pack;

		if (wanted == held_)
			return;
		held_ = wanted;
		pack.set_int(lt::settings_pack::upload_rate_limit, wanted);
		/* In the network thread this is done at once. */
		session_.apply_settings(std::move(pack));
	}

      private:
	std::atomic<int> limit_{ 0 }; /* set by the loop */
	lt::session_handle session_;
	int n_ = 0; /* that want something */
	int held_ = 0;
};

namespace
{

/* One peer: whether it wants what we have. Who asks for more metadata than most
 * torrents have wants something, too. */
class asker final : public lt::peer_plugin
{
      public:
	asker(std::shared_ptr<demand> demand, lt::peer_connection_handle peer)
	    : demand_(std::move(demand)), peer_(std::move(peer))
	{
	}

	~asker() override
	{
		calm();
	}

	bool
	on_handshake(lt::span<char const>) override
	{
		guard([&] { send_at_once(peer_); });
		return true;
	}

	bool
	on_interested() override
	{
		guard([&] { want(); });
		return false;
	}

	bool
	on_not_interested() override
	{
		calm();
		return false;
	}

	bool
	on_extended(int, int, lt::span<char const>) override
	{
		if (n_extended_++ >= extended_max)
			guard([&] { want(); });
		return false;
	}

	void
	on_disconnect(const lt::error_code &) override
	{
		calm();
	}

      private:
	static constexpr int extended_max = 64;

	void
	want()
	{
		if (is_wanting_)
			return;
		is_wanting_ = true;
		demand_->come();
	}

	void
	calm()
	{
		if (is_wanting_)
			demand_->leave();
		is_wanting_ = false;
	}

	const std::shared_ptr<demand> demand_;
	const lt::peer_connection_handle peer_;
	int n_extended_ = 0;
	bool is_wanting_ = false;
};

class verdicts final : public lt::torrent_plugin
{
      public:
	verdicts(lt::torrent_handle handle, std::string path,
	    std::shared_ptr<store> store, std::shared_ptr<demand> demand)
	    : handle_(std::move(handle)), path_(std::move(path)),
	      store_(std::move(store)), demand_(std::move(demand))
	{
	}

	std::shared_ptr<lt::peer_plugin>
	new_connection(const lt::peer_connection_handle &peer) override
	{
		return std::make_shared<asker>(demand_, peer);
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
	const std::shared_ptr<demand> demand_;
};

/* The engine has no clock of its own: once a second what changed is told. */
class ticker final : public lt::plugin
{
      public:
	explicit ticker(std::shared_ptr<demand> demand)
	    : demand_(std::move(demand))
	{
	}

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
		demand_->attend(session);
	}

	void
	on_tick() override
	{
		auto now = std::chrono::steady_clock::now();

		if (now - last_ < std::chrono::milliseconds(500))
			return;
		last_ = now;
		guard([&] {
			demand_->hold();
			session_.post_torrent_updates({});
		});
	}

      private:
	const std::shared_ptr<demand> demand_;
	lt::session_handle session_;
	std::chrono::steady_clock::time_point last_;
};

} // namespace

std::shared_ptr<demand>
demand_make()
{
	return std::make_shared<demand>();
}

void
demand_limit(demand &demand, int bytes)
{
	demand.limit(bytes);
}

std::shared_ptr<lt::plugin>
session_plugin(std::shared_ptr<demand> demand)
{
	return std::make_shared<ticker>(std::move(demand));
}

std::function<std::shared_ptr<lt::torrent_plugin>(
    const lt::torrent_handle &, lt::client_data_t)>
torrent_plugin_of(std::string path, std::shared_ptr<store> store,
    std::shared_ptr<demand> demand)
{
	return [path = std::move(path), store = std::move(store),
		   demand = std::move(demand)](
		   const lt::torrent_handle &handle, lt::client_data_t) {
		return std::make_shared<verdicts>(handle, path, store, demand);
	};
}

} // namespace miau
