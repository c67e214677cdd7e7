/*
 * What is there and how it goes: answered from what has been told, without
 * asking the network thread.
 */
#include "daemon/torrent/guard.h"

#include <algorithm>
#include <cstring>

#include "daemon/torrent/describe_lt.h"
#include "daemon/torrent/engine.h"

namespace miau
{

namespace
{

enum err_code
error_of(const torrent &t)
{
	if (t.error != ERR_NONE)
		return t.error;
	if (t.last.errc)
		return t.last.errc == boost::system::errc::no_space_on_device
		    ? ERR_DISK_FULL
		    : ERR_IO;
	return ERR_NONE;
}

bool
all_published(const torrent &t)
{
	return t.has_meta && t.published == t.meta.size;
}

bool
trackers_failed(const torrent &t)
{
	return !t.trackers.empty() &&
	    std::all_of(
		t.trackers.begin(), t.trackers.end(), [](const auto &tracker) {
			return tracker.second.state == TORRENT_TRACKER_FAILED;
		});
}

} // namespace

enum torrent_state
torrent_state_of(const struct torrent_engine *engine, const torrent &t)
{
	(void)engine;
	if (error_of(t) != ERR_NONE)
		return TORRENT_FAILED;
	if (t.is_proving)
		return TORRENT_CHECKING;
	if (t.is_paused)
		return TORRENT_PAUSED;
	if (!t.has_meta)
		return TORRENT_METADATA;
	if (t.last.state == lt::torrent_status::checking_files)
		return TORRENT_CHECKING;
	return all_published(t) ? TORRENT_SEEDING : TORRENT_DOWNLOADING;
}

namespace
{

constexpr int64_t silent_ms = 5000;

void
fill(const struct torrent_engine *engine, const torrent &t,
    struct torrent_status *out)
{
	memset(out, 0, sizeof(*out));
	out->state = torrent_state_of(engine, t);
	out->error =
	    engine->was_full && error_of(t) == ERR_NONE && !all_published(t)
	    ? ERR_DISK_FULL
	    : error_of(t);
	/* The library's is a mean that takes a minute to become 0. */
	out->download_rate = clock_now_ms() - t.last_byte_at < silent_ms
	    ? t.last.download_payload_rate
	    : 0;
	out->upload_rate = t.last.upload_payload_rate;
	out->downloaded = t.last.all_time_download;
	out->uploaded = t.last.all_time_upload;
	out->wasted = t.last.total_failed_bytes + t.last.total_redundant_bytes;
	out->published = t.published;
	for (size_t i = 0; i < t.admitted.size(); i++)
		if (t.admitted[i])
			out->admitted += torrent_piece_len(t, (int)i);
	out->n_peers = t.last.num_peers;
	out->n_seeds = t.last.num_seeds;
	out->n_known_seeds = t.n_known_seeds;
	out->n_known_peers = t.n_known_peers;
	out->added_at = t.added_at;
	out->last_byte_at = t.last_byte_at;
	out->tracker_failed = trackers_failed(t);
}

/* The end of what is published from `offset` of the torrent on. */
int64_t
published_to(
    const struct torrent_engine *engine, const torrent &t, int64_t offset)
{
	int piece = (int)(offset / t.meta.piece_size);
	int end = engine->store->published_until(t.path, piece);

	return std::min<int64_t>(t.meta.size, (int64_t)end * t.meta.piece_size);
}

} // namespace

} // namespace miau

using miau::torrent_find;

bool
torrent_status(const struct torrent_engine *engine, torrent_id id,
    struct torrent_status *out)
{
	return miau::guard(nullptr, false, [&] {
		const miau::torrent *t = torrent_find(engine, id);

		if (t != nullptr)
			miau::fill(engine, *t, out);
		return t != nullptr;
	});
}

int64_t
torrent_published(const struct torrent_engine *engine, torrent_id id, int file,
    int64_t offset)
{
	return miau::guard<int64_t>(nullptr, 0, [&]() -> int64_t {
		const miau::torrent *t = torrent_find(engine, id);

		if (t == nullptr || !t->has_meta || file < 0 ||
		    file >= t->meta.n_files || offset < 0 ||
		    offset >= t->meta.files[file].size)
			return 0;
		const struct torrent_file &f = t->meta.files[file];
		int64_t from = f.offset + offset;
		int64_t to = std::min(
		    f.offset + f.size, miau::published_to(engine, *t, from));
		return std::max<int64_t>(0, to - from);
	});
}

bool
torrent_piece_is_published(
    const struct torrent_engine *engine, torrent_id id, int piece)
{
	return miau::guard(nullptr, false, [&] {
		const miau::torrent *t = torrent_find(engine, id);

		return t != nullptr && engine->store->published(t->path, piece);
	});
}

int
torrent_file_path(const struct torrent_engine *engine, torrent_id id, int file,
    char *out, size_t size)
{
	return miau::guard(nullptr, -1, [&] {
		const miau::torrent *t = torrent_find(engine, id);

		if (t == nullptr)
			return -1;
		std::string path = engine->store->file_path(t->path, file);
		if (path.empty() || path.size() >= size)
			return -1;
		memcpy(out, path.c_str(), path.size() + 1);
		return 0;
	});
}

void
torrent_trackers_add(
    struct torrent_engine *engine, torrent_id id, const void *bytes, size_t len)
{
	miau::guard([&] {
		miau::torrent *t = torrent_find(engine, id);
		lt::add_torrent_params more;
		struct err err;

		if (t == nullptr || t->meta.is_private ||
		    miau::describe_any(bytes, len, more, &err) == -1)
			return;
		/* Doubles are left out later. */
		t->base.tracker_tiers.resize(t->base.trackers.size(), 0);
		for (const auto &tracker : more.trackers) {
			t->base.trackers.push_back(tracker);
			t->base.tracker_tiers.push_back(255);
		}
		miau::torrent_trackers(engine, *t);
	});
}

bool
torrent_tracker_at(const struct torrent_engine *engine, torrent_id id, int nth,
    struct torrent_tracker *out)
{
	return miau::guard(nullptr, false, [&] {
		const miau::torrent *t = torrent_find(engine, id);

		if (t == nullptr || nth < 0 || nth >= (int)t->trackers.size())
			return false;
		const miau::tracker &tracker =
		    std::next(t->trackers.begin(), nth)->second;
		out->host = tracker.host.c_str();
		out->state = tracker.state;
		out->text = tracker.why.empty() ? nullptr : tracker.why.c_str();
		return true;
	});
}

const struct torrent_meta *
torrent_meta(const struct torrent_engine *engine, torrent_id id)
{
	const miau::torrent *t = torrent_find(engine, id);

	return t == nullptr || !t->has_meta ? nullptr : &t->meta;
}
