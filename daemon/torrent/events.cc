/*
 * What happened: the library's alerts and the store's publications become plain
 * events, in a queue that only the loop's thread touches.
 */
#include "daemon/torrent/guard.h"

#include <algorithm>

#include <libtorrent/alert_types.hpp>
#include <libtorrent/write_resume_data.hpp>

#include "daemon/torrent/describe_lt.h"
#include "daemon/torrent/engine.h"

namespace miau
{

void
event_put(struct torrent_engine *engine, enum torrent_event_kind kind,
    torrent_id id, int piece)
{
	event e;

	e.kind = kind;
	e.id = id;
	e.piece = piece;
	engine->events.push_back(std::move(e));
}

namespace
{

/* The torrent an alert is about; it may have left since. */
torrent *
torrent_of(struct torrent_engine *engine, lt::client_data_t data)
{
	const torrent *wanted = data.get<torrent>();

	for (const auto &[id, t] : engine->torrents)
		if (t.get() == wanted)
			return t.get();
	return nullptr;
}

torrent *
torrent_of(struct torrent_engine *engine, const lt::torrent_handle &handle)
{
	return handle.is_valid() ? torrent_of(engine, handle.userdata())
				 : nullptr;
}

void
arrive(struct torrent_engine *engine, torrent &t, const lt::torrent_handle &at)
{
	t.handle = at;
	t.phase = torrent::PRESENT;
	/* It was told to go, or to give up pieces, before it was there. */
	if (t.is_going || !t.giving_up.empty())
		torrent_leave(engine, t);
	else
		torrent_apply(engine, t);
}

void
on_added(struct torrent_engine *engine, const lt::add_torrent_alert &alert)
{
	torrent *t = torrent_of(engine, alert.params.userdata);

	if (t == nullptr || t->phase != torrent::ADDING)
		return;
	if (alert.error) {
		t->phase = torrent::ABSENT;
		log_warn("torrent.add", "Download %s was refused: %s.",
		    t->name.c_str(), alert.error.message().c_str());
		torrent_fail(engine, *t, ERR_INTERNAL);
		if (t->is_going)
			torrent_left(engine, *t);
		return;
	}
	arrive(engine, *t, alert.handle);
}

/* Metadata from the swarm is as hostile as a .torrent: the same checks. */
void
take_metadata(struct torrent_engine *engine, torrent &t,
    const lt::add_torrent_params &saved)
{
	std::vector<char> bytes = lt::write_torrent_file_buf(
	    saved, lt::write_flags::allow_missing_piece_layer);
	lt::add_torrent_params params;
	struct err err;
	event e;

	t.wants_metadata = false;
	if (describe_load(bytes.data(), bytes.size(), params, &err) == -1 ||
	    torrent_attach(engine, t, params.ti, &err) == -1) {
		log_warn("torrent.metadata", "Download %s: %s", t.name.c_str(),
		    err.text);
		torrent_fail(engine, t, err.code);
		return;
	}
	t.base.ti = params.ti;
	e.kind = TORRENT_EVENT_METADATA;
	e.id = t.id;
	e.bytes.assign(bytes.data(), bytes.size());
	engine->events.push_back(std::move(e));
	torrent_apply(engine, t);
}

void
give_resume(struct torrent_engine *engine, torrent &t,
    const lt::add_torrent_params *saved)
{
	event e;

	t.wants_resume = false;
	e.kind = TORRENT_EVENT_RESUME;
	e.id = t.id;
	if (saved != nullptr) {
		lt::add_torrent_params params = *saved;

		/* The rest the store and the database know. */
		params.ti.reset();
		params.save_path.clear();
		params.name.clear();
		params.piece_priorities.clear();
		params.have_pieces.clear();
		params.unfinished_pieces.clear();
		std::vector<char> bytes = lt::write_resume_data_buf(params);
		e.bytes.assign(bytes.data(), bytes.size());
	}
	engine->events.push_back(std::move(e));
}

void
on_saved(struct torrent_engine *engine, const lt::torrent_handle &handle,
    const lt::add_torrent_params *params)
{
	torrent *t = torrent_of(engine, handle);

	if (t == nullptr || t->is_going)
		return;
	if (t->wants_metadata && params != nullptr && params->ti != nullptr)
		take_metadata(engine, *t, *params);
	if (t->wants_resume)
		give_resume(engine, *t, params);
	torrent_saved(engine, *t, params);
}

void
on_tracker(struct torrent_engine *engine, const lt::tracker_alert &alert,
    const std::string *why)
{
	torrent *t = torrent_of(engine, alert.handle);

	if (t == nullptr || t->is_going)
		return;
	auto found = t->trackers.find(alert.tracker_url());
	if (found == t->trackers.end())
		return;
	found->second.state =
	    why == nullptr ? TORRENT_TRACKER_OK : TORRENT_TRACKER_FAILED;
	found->second.why = why == nullptr ? "" : *why;
	event_put(engine, TORRENT_EVENT_TRACKER, t->id);
}

void
on_scraped(struct torrent_engine *engine, const lt::scrape_reply_alert &alert)
{
	torrent *t = torrent_of(engine, alert.handle);

	if (t == nullptr || t->is_going)
		return;
	t->n_known_seeds = alert.complete;
	t->n_known_peers = alert.incomplete;
	event_put(engine, TORRENT_EVENT_SCRAPE, t->id);
}

constexpr int64_t rewake_ms = 60000;

void
note_status(torrent &t, const lt::torrent_status &status)
{
	if (status.total_payload_download > 0 &&
	    status.all_time_download > t.last.all_time_download)
		t.last_byte_at = clock_now_ms();
	t.last = status;
	/* It knows some of whom none will do: that is how those look who hung
	 * up before this was ever asked. */
	bool is_stuck = status.list_peers > 0 &&
	    status.connect_candidates == 0 &&
	    clock_now_ms() - t.woken_at > rewake_ms;

	if (status.is_finished || is_stuck)
		t.was_idle = true;
	if (status.state == lt::torrent_status::downloading)
		torrent_wake(t);
	if (status.num_peers > 0 && !status.is_finished)
		t.was_idle = false;
	if (status.num_complete >= 0)
		t.n_known_seeds = status.num_complete;
	if (status.num_incomplete >= 0)
		t.n_known_peers = status.num_incomplete;
}

/* A full disk stops the writing of all torrents; room lets them go on. Looked at
 * by what each of them says, since a write may fail while room comes back. */
void
look_at_disk(struct torrent_engine *engine)
{
	bool was_full = engine->was_full;

	engine->was_full = engine->store->is_full();
	if (engine->was_full)
		return;
	for (const auto &[id, t] : engine->torrents) {
		bool is_stopped =
		    bool(t->last.flags & lt::torrent_flags::upload_mode);

		/* One that is mute was stopped on purpose (torrents.cc). */
		if (!t->handle.is_valid() || t->is_mute ||
		    (!was_full && !is_stopped))
			continue;
		t->handle.unset_flags(lt::torrent_flags::upload_mode);
		event_put(engine, TORRENT_EVENT_STATE, id);
	}
}

void
on_removed(
    struct torrent_engine *engine, const lt::torrent_removed_alert &alert)
{
	torrent *t = torrent_of(engine, alert.userdata);

	if (t != nullptr && t->phase == torrent::LEAVING)
		torrent_left(engine, *t);
}

void
on_states(struct torrent_engine *engine, const lt::state_update_alert &alert)
{
	for (const auto &status : alert.status) {
		torrent *t = torrent_of(engine, status.handle);

		if (t != nullptr)
			note_status(*t, status);
	}
	look_at_disk(engine);
	readers_look(engine);
}

/* Some alerts are lost: what they may have said is asked for. */
void
reread(struct torrent_engine *engine)
{
	std::map<const torrent *, lt::torrent_handle> there;

	for (const auto &handle : engine->session->get_torrents())
		there[handle.userdata().get<torrent>()] = handle;
	std::vector<torrent *> all;
	for (const auto &[id, t] : engine->torrents)
		all.push_back(t.get());
	for (torrent *t : all) {
		auto found = there.find(t);

		event_put(engine, TORRENT_EVENT_STATE, t->id);
		torrent_count(engine, *t);
		if (found == there.end()) {
			if (t->phase == torrent::LEAVING)
				torrent_left(engine, *t);
			continue;
		}
		note_status(*t, found->second.status());
		if (t->phase == torrent::ADDING) {
			arrive(engine, *t, found->second);
			if (t->phase == torrent::LEAVING)
				continue;
		}
		if (!t->has_meta && t->last.has_metadata)
			t->wants_metadata = true;
		if (t->wants_metadata || t->wants_resume ||
		    t->phase == torrent::SAVING)
			t->handle.save_resume_data(
			    lt::torrent_handle::save_info_dict);
	}
}

void
on_metadata(struct torrent_engine *engine, const lt::torrent_handle &handle)
{
	torrent *t = torrent_of(engine, handle);

	if (t == nullptr || t->has_meta)
		return;
	t->wants_metadata = true;
	t->handle.save_resume_data(lt::torrent_handle::save_info_dict);
}

bool
take_about_tracker(struct torrent_engine *engine, const lt::alert *alert)
{
	if (auto *a = lt::alert_cast<lt::tracker_reply_alert>(alert)) {
		on_tracker(engine, *a, nullptr);
		return true;
	}
	if (auto *a = lt::alert_cast<lt::tracker_error_alert>(alert)) {
		std::string why = a->failure_reason();

		if (why.empty())
			why = a->error.message();
		on_tracker(engine, *a, &why);
		return true;
	}
	if (auto *a = lt::alert_cast<lt::scrape_reply_alert>(alert)) {
		on_scraped(engine, *a);
		return true;
	}
	return false;
}

void
take_alert(struct torrent_engine *engine, const lt::alert *alert)
{
	if (take_about_tracker(engine, alert))
		return;
	if (auto *added = lt::alert_cast<lt::add_torrent_alert>(alert))
		on_added(engine, *added);
	if (auto *left = lt::alert_cast<lt::torrent_removed_alert>(alert))
		on_removed(engine, *left);
	if (auto *states = lt::alert_cast<lt::state_update_alert>(alert))
		on_states(engine, *states);
	if (auto *saved = lt::alert_cast<lt::save_resume_data_alert>(alert))
		on_saved(engine, saved->handle, &saved->params);
	if (auto *failed =
		lt::alert_cast<lt::save_resume_data_failed_alert>(alert))
		on_saved(engine, failed->handle, nullptr);
	if (auto *known = lt::alert_cast<lt::metadata_received_alert>(alert))
		on_metadata(engine, known->handle);
	if (lt::alert_cast<lt::alerts_dropped_alert>(alert) != nullptr)
		reread(engine);
}

void
take_published(struct torrent_engine *engine,
    const std::vector<std::pair<std::string, int>> &pieces)
{
	std::map<std::string, torrent *> touched;

	if (pieces.empty())
		return;
	for (const auto &[id, t] : engine->torrents)
		if (!t->is_going)
			touched[t->path] = t.get();
	std::vector<torrent *> changed;
	for (const auto &[path, piece] : pieces) {
		auto found = touched.find(path);

		if (found == touched.end())
			continue;
		if (piece == -1) {
			torrent_checked(engine, *found->second);
			continue;
		}
		event_put(
		    engine, TORRENT_EVENT_PIECE, found->second->id, piece);
		if (std::find(changed.begin(), changed.end(), found->second) ==
		    changed.end())
			changed.push_back(found->second);
	}
	for (torrent *t : changed) {
		torrent_count(engine, *t);
		torrent_windows(engine, *t);
	}
}

void
tell_states(struct torrent_engine *engine)
{
	for (const auto &[id, t] : engine->torrents) {
		enum torrent_state now = torrent_state_of(engine, *t);

		if (t->is_going || now == t->told)
			continue;
		t->told = now;
		event_put(engine, TORRENT_EVENT_STATE, id);
	}
}

} // namespace

bool
events_drain(struct torrent_engine *engine)
{
	std::vector<lt::alert *> alerts;
	std::vector<std::pair<std::string, int>> published =
	    engine->inbox->take();

	engine->session->pop_alerts(&alerts);
	take_published(engine, published);
	/* One that fails does not keep the others. */
	for (const lt::alert *alert : alerts)
		guard([&] { take_alert(engine, alert); });
	tell_states(engine);
	return !published.empty() || !alerts.empty();
}

} // namespace miau

bool
torrent_next(struct torrent_engine *engine, struct torrent_event *event)
{
	return miau::guard(nullptr, false, [&] {
		while (engine->events.empty())
			if (!miau::events_drain(engine))
				break;
		if (engine->events.empty())
			return false;
		engine->current = std::move(engine->events.front());
		engine->events.pop_front();
		const miau::event &e = engine->current;
		event->kind = e.kind;
		event->id = e.id;
		event->piece = e.piece;
		event->bytes = e.bytes.data();
		event->len = e.bytes.size();
		return true;
	});
}
