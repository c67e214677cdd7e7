/*
 * What the engine's files share. Private to this folder.
 *
 * Everything here belongs to the loop's thread but the inbox, into which the
 * library's network thread puts what happened. A torrent lives longer than its
 * handle: giving pieces up removes it from the session and adds it again with
 * fewer pieces, under the same torrent_id. What is asked of it meanwhile is kept
 * here and done when it is back (torrent_apply).
 */
#ifndef DAEMON_TORRENT_ENGINE_H
#define DAEMON_TORRENT_ENGINE_H

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/fwd.hpp>
#include <libtorrent/session.hpp>
#include <libtorrent/torrent_handle.hpp>
#include <libtorrent/torrent_info.hpp>
#include <libtorrent/torrent_status.hpp>

#include "daemon/torrent/disk.h"
#include "daemon/torrent/torrent.h"

namespace miau
{

/* What the network thread tells the loop. */
class inbox
{
      public:
	inbox(void (*wake)(void *), void *arg) : wake_(wake), arg_(arg)
	{
	}
	void put(const std::string &path, int piece);
	void wake();
	/* Nothing calls out any more. */
	void close();
	std::vector<std::pair<std::string, int>> take();

      private:
	std::mutex lock_;
	std::vector<std::pair<std::string, int>> published_;
	void (*wake_)(void *);
	void *arg_;
	bool is_closed_ = false;
};

struct tracker {
	std::string host; /* the path may hold a pass key */
	enum torrent_tracker_state state = TORRENT_TRACKER_ASKED;
	std::string why;
};

struct torrent {
	/* ABSENT: failed, or about to go. */
	enum phase { ADDING, PRESENT, SAVING, LEAVING, ABSENT };

	torrent_id id = 0;
	enum phase phase = ADDING;
	std::string name, path;
	lt::add_torrent_params base;      /* to add it again with */
	std::vector<std::string> further; /* trackers given with it */
	lt::torrent_handle handle;        /* valid while PRESENT and SAVING */

	struct torrent_meta meta = {};
	bool has_meta = false;
	bool is_own = false, is_paused = false;
	bool is_going = false, is_erased = false;
	bool wants_resume = false, wants_metadata = false;
	/* What is on the disk is being hashed though it is paused; is to be. */
	bool is_proving = false, wants_proof = false;
	bool was_idle = false; /* wanted nothing, so others may hang up */
	bool is_mute = false;  /* asks no peer for a piece yet */
	int64_t woken_at = 0;  /* see torrent_wake */
	int64_t upload_limit = 0, download_limit = 0;

	std::vector<bool> admitted; /* by piece */
	std::vector<int> giving_up; /* until it is added again */
	int n_evictions = 0;        /* asked for since */
	int hidden = 0;             /* pieces before it are not asked for */
	std::vector<int> top;       /* pieces that go before all others */
	std::vector<int> critical;  /* pieces with a deadline */
	torrent_reader neediest = 0;
	int64_t asked_at = 0; /* the trackers, as somebody waits */
	std::vector<lt::tcp::endpoint> peers; /* to connect when present */
	int64_t published = 0;                /* bytes */

	lt::torrent_status last; /* what the library said */
	enum torrent_state told = TORRENT_METADATA;
	enum err_code error = ERR_NONE;
	std::map<std::string, tracker> trackers; /* by their address */
	int n_known_seeds = -1, n_known_peers = -1;
	int64_t added_at = 0, last_byte_at = 0;

	torrent() = default;
	~torrent()
	{
		torrent_meta_free(&meta);
	}
	torrent(const torrent &) = delete;
	torrent &operator=(const torrent &) = delete;
};

struct reader {
	torrent_reader id = 0;
	torrent_id torrent = 0;
	int file = 0;
	int64_t offset = 0;
	int64_t until = 0;      /* in the file: what it reads at most */
	bool is_part = false;   /* it said how far, see torrent_reader_until */
	int need = 0;           /* all from its place to this piece is here */
	bool is_placed = false; /* it said where it reads */
	bool has_jumped = false;
	int waits_for = -1; /* the piece at its place, since when */
	int64_t waits_since = 0;
};

struct event {
	enum torrent_event_kind kind;
	torrent_id id;
	int piece = -1;
	std::string bytes;
};

/* settings.cc. All but the limit for sending, which is demand's. -1:
 * ERR_NOT_FOUND for an interface that is not there. */
int settings_pack_of(const struct torrent_settings *settings,
    lt::settings_pack &pack, struct err *err);
/* As the library takes it, 0: none. */
int settings_limit(int64_t bytes);
/* "127.0.0.1:6881", "[::1]:6881". */
bool endpoint_of(const char *text, lt::tcp::endpoint &out);

/* plugin.cc: what runs in the network thread. */
class demand; /* for what we have */
std::shared_ptr<demand> demand_make();
/* How much may be sent in a second, of all torrents; 0: no limit. It holds from
 * the next second on, or from when somebody wants something. */
void demand_limit(demand &demand, int bytes);
std::shared_ptr<lt::plugin> session_plugin(std::shared_ptr<demand> demand);
std::function<std::shared_ptr<lt::torrent_plugin>(
    const lt::torrent_handle &, lt::client_data_t)>
torrent_plugin_of(std::string path, std::shared_ptr<store> store,
    std::shared_ptr<demand> demand);

/* nodelay.cc: small messages to a peer over TCP do not wait for the answer to
 * earlier ones. */
void send_at_once(const lt::peer_connection_handle &peer);

/* torrents.cc */
torrent *torrent_find(const struct torrent_engine *engine, torrent_id id);
/* Metadata is known: its pieces, what is there of them. -1: refused by the
 * store. */
int torrent_attach(struct torrent_engine *engine, torrent &t,
    const std::shared_ptr<lt::torrent_info> &info, struct err *err);
void torrent_start(struct torrent_engine *engine, torrent &t);
/* Which trackers it asks, as the settings say. */
void torrent_trackers(struct torrent_engine *engine, torrent &t);
/* Tells a torrent that has just been added what was asked of it. */
void torrent_apply(struct torrent_engine *engine, torrent &t);
void torrent_fail(
    struct torrent_engine *engine, torrent &t, enum err_code code);
/* Counts published bytes anew. */
void torrent_count(struct torrent_engine *engine, torrent &t);
int64_t torrent_piece_len(const torrent &t, int piece);
/* Looks for those who hung up while nothing was wanted, when something is. */
void torrent_wake(torrent &t);

/* evict.cc: the way of a torrent out of the session and back. */
void torrent_leave(struct torrent_engine *engine, torrent &t);
void torrent_saved(struct torrent_engine *engine, torrent &t,
    const lt::add_torrent_params *params);
void torrent_left(struct torrent_engine *engine, torrent &t);

/* proof.cc */
/* Pieces that readers wait for are hashed before others, while that goes on. */
void torrent_hurry(struct torrent_engine *engine, const torrent &t);
/* Hashes all that is on the disk; it is in the session. */
void torrent_prove(struct torrent_engine *engine, torrent &t);
/* All that is on the disk was hashed. */
void torrent_checked(struct torrent_engine *engine, torrent &t);

/* readers.cc */
void torrent_windows(struct torrent_engine *engine, torrent &t);
/* What the library is to think of a piece. */
lt::download_priority_t torrent_priority_of(const torrent &t, int piece);
/* The library knows nothing of what was told it, or pieces were given up. */
void torrent_windows_forget(struct torrent_engine *engine, torrent &t);
/* Looks at all readers again, for those that starve. */
void readers_look(struct torrent_engine *engine);

/* status.cc */
enum torrent_state torrent_state_of(
    const struct torrent_engine *engine, const torrent &t);

/* events.cc */
void event_put(struct torrent_engine *engine, enum torrent_event_kind kind,
    torrent_id id, int piece = -1);
/* Takes in what happened; false when nothing did. */
bool events_drain(struct torrent_engine *engine);

} // namespace miau

struct torrent_engine {
	std::string folder;
	std::shared_ptr<miau::inbox> inbox;
	std::shared_ptr<miau::store> store;
	std::shared_ptr<miau::demand> demand;
	std::unique_ptr<lt::session> session;
	std::map<torrent_id, std::unique_ptr<miau::torrent>> torrents;
	std::map<torrent_reader, miau::reader> readers;
	std::deque<miau::event> events;
	miau::event current; /* what torrent_next lent */
	torrent_id last_id = 0;
	torrent_reader last_reader = 0;
	bool was_full = false;
	bool no_trackers = false;
};

#endif
