/*
 * Torrents: adding, removing, and what one may ask of them.
 */
#include "daemon/torrent/guard.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <libtorrent/read_resume_data.hpp>

#include "daemon/torrent/describe_lt.h"
#include "daemon/torrent/engine.h"

namespace miau
{

torrent *
torrent_find(const struct torrent_engine *engine, torrent_id id)
{
	auto found = engine->torrents.find(id);

	return found == engine->torrents.end() || found->second->is_going
	    ? nullptr
	    : found->second.get();
}

int64_t
torrent_piece_len(const torrent &t, int piece)
{
	return std::min<int64_t>(t.meta.piece_size,
	    t.meta.size - (int64_t)piece * t.meta.piece_size);
}

void
torrent_count(struct torrent_engine *engine, torrent &t)
{
	std::vector<bool> have = engine->store->have(t.path);

	t.published = 0;
	for (size_t i = 0; i < have.size(); i++)
		if (have[i])
			t.published += torrent_piece_len(t, (int)i);
}

void
torrent_fail(struct torrent_engine *engine, torrent &t, enum err_code code)
{
	if (t.error == ERR_NONE)
		t.error = code;
	if (t.handle.is_valid())
		t.handle.pause();
	(void)engine;
}

int
torrent_attach(struct torrent_engine *engine, torrent &t,
    const std::shared_ptr<lt::torrent_info> &info, struct err *err)
{
	int error = engine->store->attach(t.path, info->files());

	if (error == ENOSPC)
		return err_set(err, ERR_DISK_FULL, "The disk is full.");
	if (error != 0)
		return err_set(err,
		    error == EINVAL ? ERR_TORRENT_INVALID : ERR_IO,
		    t.is_own ? "The file is not the one that was shared."
			     : "The folder of this download cannot be used.");
	engine->store->expect(t.path, info);
	torrent_meta_free(&t.meta);
	describe_fill(*info, &t.meta);
	t.has_meta = true;
	/* What lies there has been admitted. */
	t.admitted = engine->store->have(t.path);
	std::vector<bool> claimed = engine->store->claimed(t.path);
	for (size_t i = 0; i < claimed.size(); i++)
		if (claimed[i] || t.is_own)
			t.admitted[i] = true;
	if (t.is_own) {
		/* Hashed when it was shared; whoever changes it since harms
		 * nobody, as peers hash too. */
		std::vector<int> all(t.admitted.size());
		for (size_t i = 0; i < all.size(); i++)
			all[i] = (int)i;
		engine->store->verified(t.path, all);
	}
	torrent_count(engine, t);
	return 0;
}

namespace
{

std::vector<lt::download_priority_t>
priorities_of(const torrent &t)
{
	std::vector<lt::download_priority_t> all;

	for (size_t i = 0; i < t.admitted.size(); i++)
		all.push_back(torrent_priority_of(t, (int)i));
	return all;
}

int
rate(int64_t bytes)
{
	return bytes <= 0 || bytes > INT32_MAX ? -1 : (int)bytes;
}

/* No piece is said to be there while some must be hashed first: the library
 * then checks what the store says it holds, and begins with nothing. */
lt::typed_bitfield<lt::piece_index_t>
pieces_there(const struct torrent_engine *engine, const torrent &t)
{
	std::vector<bool> have = engine->store->have(t.path);
	std::vector<bool> claimed = engine->store->claimed(t.path);
	lt::typed_bitfield<lt::piece_index_t> out;

	if (std::find(claimed.begin(), claimed.end(), true) != claimed.end())
		return out;
	out.resize((int)have.size(), false);
	for (size_t i = 0; i < have.size(); i++)
		if (have[i])
			out.set_bit(lt::piece_index_t((int)i));
	return out;
}

void
add_all(const char *const *list, std::vector<std::string> &to)
{
	for (int i = 0; list != nullptr && list[i] != nullptr; i++)
		to.push_back(list[i]);
}

/* Of what was saved only what helps: peers and sums. What is there the store
 * knows. */
void
use_resume(const struct torrent_add *add, lt::add_torrent_params &params)
{
	lt::error_code error;
	lt::add_torrent_params saved;

	if (add->resume == nullptr || add->resume_len == 0)
		return;
	saved = lt::read_resume_data(
	    { (const char *)add->resume, (std::ptrdiff_t)add->resume_len },
	    error);
	if (error ||
	    saved.info_hashes.get_best() != params.info_hashes.get_best())
		return;
	params.peers.insert(
	    params.peers.end(), saved.peers.begin(), saved.peers.end());
	params.total_uploaded = saved.total_uploaded;
	params.total_downloaded = saved.total_downloaded;
	params.added_time = saved.added_time;
	params.finished_time = saved.finished_time;
	params.active_time = saved.active_time;
	params.seeding_time = saved.seeding_time;
	params.completed_time = saved.completed_time;
}

int
describe_params(const struct torrent_add *add, lt::add_torrent_params &params,
    struct err *err)
{
	lt::tcp::endpoint peer;

	if (add->torrent != nullptr) {
		if (describe_load(
			add->torrent, add->torrent_len, params, err) == -1)
			return -1;
	} else if (add->magnet != nullptr) {
		if (describe_magnet(add->magnet, params, err) == -1)
			return -1;
	} else {
		return err_set(
		    err, ERR_TORRENT_INVALID, "No torrent was given.");
	}
	add_all(add->web_seeds, params.url_seeds);
	for (int i = 0; add->peers != nullptr && add->peers[i] != nullptr; i++)
		if (endpoint_of(add->peers[i], peer))
			params.peers.push_back(peer);
	use_resume(add, params);
	return 0;
}

bool
name_is_valid(const char *name)
{
	return strlen(name) == TORRENT_NAME_SIZE - 1 &&
	    strspn(name, "0123456789abcdef") == TORRENT_NAME_SIZE - 1;
}

bool
is_known(const struct torrent_engine *engine,
    const lt::add_torrent_params &params, const char *name)
{
	for (const auto &[id, t] : engine->torrents)
		if (t->name == name ||
		    (!t->is_going &&
			t->base.info_hashes.get_best() ==
			    params.info_hashes.get_best()))
			return true;
	return false;
}

int
add_torrent(struct torrent_engine *engine, const struct torrent_add *add,
    torrent_id *id, struct err *err)
{
	auto t = std::make_unique<torrent>();
	disk_spec spec;

	if (!name_is_valid(add->name))
		return err_set(err, ERR_BAD_REQUEST,
		    "A download's folder is named by 32 hex digits.");
	if (describe_params(add, t->base, err) == -1)
		return -1;
	if (is_known(engine, t->base, add->name))
		return err_set(
		    err, ERR_CONFLICT, "This torrent is here already.");
	t->id = engine->last_id + 1;
	t->name = add->name;
	t->path = engine->folder + "/" + add->name;
	t->is_own = add->own_file != nullptr;
	add_all(add->trackers, t->further);
	t->is_paused = add->is_paused;
	t->upload_limit = add->upload_limit;
	t->download_limit = add->download_limit;
	t->added_at = clock_now_ms();
	/* Until the library tells: what it will go on counting from. */
	t->last.all_time_download = t->base.total_downloaded;
	t->last.all_time_upload = t->base.total_uploaded;
	if (t->is_own)
		spec.own_file = add->own_file;
	int error = engine->store->open(t->path, spec);
	if (error != 0)
		return err_set(err, error == ENOSPC ? ERR_DISK_FULL : ERR_IO,
		    "The folder of this download cannot be made (%s).",
		    strerror(error));
	if (t->base.ti != nullptr &&
	    torrent_attach(engine, *t, t->base.ti, err) == -1) {
		engine->store->close(t->path);
		return -1;
	}
	*id = engine->last_id = t->id;
	torrent_start(engine, *t);
	engine->torrents.emplace(*id, std::move(t));
	return 0;
}

} // namespace

namespace
{

/* "tracker.example:6969" */
std::string
host_of(const std::string &url)
{
	size_t from = url.find("://");
	size_t to;

	from = from == std::string::npos ? 0 : from + 3;
	to = url.find_first_of("/?#", from);
	std::string host =
	    url.substr(from, to == std::string::npos ? to : to - from);
	size_t at = host.rfind('@');
	return at == std::string::npos ? host : host.substr(at + 1);
}

/* Those it names, unless they are not to be asked, and those given with it. */
std::vector<lt::announce_entry>
trackers_of(const struct torrent_engine *engine, const torrent &t)
{
	std::vector<lt::announce_entry> out;
	auto add = [&out](const std::string &url, int tier) {
		for (const auto &known : out)
			if (known.url == url)
				return;
		out.emplace_back(url);
		out.back().tier = (uint8_t)std::min(tier, 255);
	};
	const std::vector<int> &tiers = t.base.tracker_tiers;
	int last = 0;

	for (size_t i = 0; !engine->no_trackers && i < t.base.trackers.size();
	     i++) {
		last = i < tiers.size() ? tiers[i] : last;
		add(t.base.trackers[i], last);
	}
	for (const auto &url : t.further)
		add(url, last + 1);
	return out;
}

} // namespace

void
torrent_trackers(struct torrent_engine *engine, torrent &t)
{
	std::map<std::string, tracker> known;
	std::vector<lt::announce_entry> all = trackers_of(engine, t);

	for (const auto &entry : all) {
		auto before = t.trackers.find(entry.url);
		if (before != t.trackers.end())
			known[entry.url] = before->second;
		else
			known[entry.url].host = host_of(entry.url);
	}
	t.trackers.swap(known);
	if (t.handle.is_valid())
		t.handle.replace_trackers(all);
}

void
torrent_start(struct torrent_engine *engine, torrent &t)
{
	lt::add_torrent_params params = t.base;
	std::vector<bool> claimed = engine->store->claimed(t.path);

	torrent_windows_forget(engine, t);
	params.trackers.clear();
	params.tracker_tiers.clear();
	torrent_trackers(engine, t);
	for (const auto &entry : trackers_of(engine, t)) {
		params.trackers.push_back(entry.url);
		params.tracker_tiers.push_back(entry.tier);
	}
	params.save_path = t.path;
	params.userdata = lt::client_data_t(&t);
	params.flags = lt::torrent_flags::update_subscribe |
	    lt::torrent_flags::sequential_download |
	    lt::torrent_flags::apply_ip_filter |
	    lt::torrent_flags::duplicate_is_error |
	    lt::torrent_flags::override_trackers;
	t.is_proving = t.is_paused &&
	    std::find(claimed.begin(), claimed.end(), true) != claimed.end();
	if (t.is_proving)
		params.flags |= lt::torrent_flags::stop_when_ready;
	else if (t.is_paused)
		params.flags |= lt::torrent_flags::paused;
	if (t.has_meta) {
		params.have_pieces = pieces_there(engine, t);
		params.piece_priorities = priorities_of(t);
	} else {
		params.flags |= lt::torrent_flags::default_dont_download |
		    lt::torrent_flags::upload_mode;
		t.is_mute = true;
	}
	params.upload_limit = rate(t.upload_limit);
	params.download_limit = rate(t.download_limit);
	params.extensions.push_back(
	    torrent_plugin_of(t.path, engine->store, engine->demand));
	t.phase = torrent::ADDING;
	engine->session->async_add_torrent(std::move(params));
}

/* With the metadata the library tells all peers that it is interested, and takes
 * it back as nothing is wanted yet. A connection that it lost interest in once
 * begins with two requests at a time. So it is kept from asking anybody for
 * anything until there is something to ask for. */
static void
torrent_unmute(torrent &t)
{
	if (!t.is_mute ||
	    std::find(t.admitted.begin(), t.admitted.end(), true) ==
		t.admitted.end())
		return;
	t.is_mute = false;
	t.handle.unset_flags(lt::torrent_flags::upload_mode);
}

void
torrent_apply(struct torrent_engine *engine, torrent &t)
{
	if (!t.is_proving)
		t.handle.unset_flags(lt::torrent_flags::stop_when_ready);
	if (!t.is_paused)
		t.handle.resume();
	else if (!t.is_proving)
		t.handle.pause();
	t.handle.set_upload_limit(rate(t.upload_limit));
	t.handle.set_download_limit(rate(t.download_limit));
	if (t.has_meta)
		t.handle.prioritize_pieces(priorities_of(t));
	torrent_unmute(t);
	for (const auto &peer : t.peers)
		t.handle.connect_peer(peer);
	t.peers.clear();
	if (t.wants_proof)
		torrent_prove(engine, t);
	torrent_windows(engine, t);
	if (t.wants_resume)
		t.handle.save_resume_data(lt::torrent_handle::save_info_dict);
}

} // namespace miau

using miau::torrent_find;

int
torrent_add(struct torrent_engine *engine, const struct torrent_add *add,
    torrent_id *id, struct err *err)
{
	return miau::guard(
	    err, -1, [&] { return miau::add_torrent(engine, add, id, err); });
}

void
torrent_remove(struct torrent_engine *engine, torrent_id id, bool erase)
{
	miau::guard([&] {
		miau::torrent *t = torrent_find(engine, id);

		if (t == nullptr)
			return;
		t->is_going = true;
		t->is_erased = erase;
		for (auto r = engine->readers.begin();
		     r != engine->readers.end();)
			r = r->second.torrent == id ? engine->readers.erase(r)
						    : std::next(r);
		miau::torrent_leave(engine, *t);
	});
}

void
torrent_pause(struct torrent_engine *engine, torrent_id id, bool paused)
{
	miau::guard([&] {
		miau::torrent *t = torrent_find(engine, id);

		if (t == nullptr)
			return;
		t->is_paused = paused;
		if (!t->handle.is_valid())
			return;
		if (paused) {
			if (!t->is_proving)
				t->handle.pause();
			return;
		}
		/* Nobody mends a file of one's own: until it is looked at
		 * again (torrent_recheck) this stays so. */
		if (t->is_own && t->error == ERR_CORRUPT)
			return;
		t->is_proving = false;
		t->handle.unset_flags(lt::torrent_flags::stop_when_ready);
		/* Going on is also how one tries again after an error. */
		t->error = ERR_NONE;
		t->handle.clear_error();
		t->handle.resume();
	});
}

void
torrent_limit(struct torrent_engine *engine, torrent_id id, int64_t upload,
    int64_t download)
{
	miau::guard([&] {
		miau::torrent *t = torrent_find(engine, id);

		if (t == nullptr)
			return;
		t->upload_limit = upload;
		t->download_limit = download;
		if (!t->handle.is_valid())
			return;
		t->handle.set_upload_limit(miau::rate(upload));
		t->handle.set_download_limit(miau::rate(download));
	});
}

void
torrent_connect(struct torrent_engine *engine, torrent_id id, const char *peer)
{
	miau::guard([&] {
		miau::torrent *t = torrent_find(engine, id);
		lt::tcp::endpoint endpoint;

		if (t == nullptr || !miau::endpoint_of(peer, endpoint))
			return;
		/* Whoever begins anew (torrent_wake) has to know it still. */
		auto &known = t->base.peers;
		if (std::find(known.begin(), known.end(), endpoint) ==
		    known.end())
			known.push_back(endpoint);
		if (t->handle.is_valid())
			t->handle.connect_peer(endpoint);
		else
			t->peers.push_back(endpoint);
	});
}

void
torrent_want(
    struct torrent_engine *engine, torrent_id id, const int *files, int n)
{
	miau::guard([&] {
		miau::torrent *t = torrent_find(engine, id);

		if (t == nullptr || t->is_own)
			return;
		std::vector<int> lost = engine->store->want(
		    t->path, std::vector<int>(files, files + n));
		if (lost.empty())
			return;
		t->giving_up.insert(
		    t->giving_up.end(), lost.begin(), lost.end());
		miau::torrent_count(engine, *t);
		miau::event_put(engine, TORRENT_EVENT_LOST, id);
		miau::torrent_leave(engine, *t);
	});
}

void
torrent_save(struct torrent_engine *engine, torrent_id id)
{
	miau::guard([&] {
		miau::torrent *t = torrent_find(engine, id);

		if (t == nullptr)
			return;
		t->wants_resume = true;
		if (t->phase == miau::torrent::PRESENT)
			t->handle.save_resume_data(
			    lt::torrent_handle::save_info_dict);
	});
}

void
torrent_scrape(struct torrent_engine *engine, torrent_id id)
{
	miau::guard([&] {
		miau::torrent *t = torrent_find(engine, id);

		if (t != nullptr && t->handle.is_valid())
			t->handle.scrape_tracker();
	});
}

/* Those who give hang up on one that wants nothing. The library remembers them
 * as of no use and does not think again when that changes, and its next announce
 * may be minutes away. To begin anew, knowing nobody, is what makes it ask the
 * trackers now and dial whom they name at once instead of with a later tick. */
void
miau::torrent_wake(torrent &t)
{
	if (!t.was_idle || t.last.num_peers > 0 || t.is_paused ||
	    t.phase != torrent::PRESENT || !t.handle.is_valid())
		return;
	t.was_idle = false;
	t.woken_at = clock_now_ms();
	t.handle.pause();
	t.handle.clear_peers();
	t.handle.resume();
	for (const lt::tcp::endpoint &peer : t.base.peers)
		t.handle.connect_peer(peer);
}

void
torrent_admit(struct torrent_engine *engine, torrent_id id, int first, int n)
{
	miau::guard([&] {
		miau::torrent *t = torrent_find(engine, id);
		std::vector<
		    std::pair<lt::piece_index_t, lt::download_priority_t>>
		    fresh;

		if (t == nullptr || !t->has_meta || n < 1 || first < 0)
			return;
		int end = (int)std::min<int64_t>(
		    (int64_t)first + n, t->meta.n_pieces);
		for (int p = first; p < end; p++) {
			if (t->admitted[p])
				continue;
			t->admitted[p] = true;
			fresh.emplace_back(lt::piece_index_t(p),
			    miau::torrent_priority_of(*t, p));
		}
		if (fresh.empty() || !t->handle.is_valid())
			return;
		t->handle.prioritize_pieces(fresh);
		miau::torrent_unmute(*t);
		miau::torrent_windows(engine, *t);
		miau::torrent_wake(*t);
	});
}
