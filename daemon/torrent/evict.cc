/*
 * How a torrent leaves the session, for good or to come back with fewer pieces:
 * the library cannot be told to forget a piece. What it knows is saved first,
 * so that the peers are known when it returns. Only when it has left are the
 * pieces' bytes freed, and it is added again.
 */
#include "daemon/torrent/guard.h"

#include <algorithm>

#include "daemon/torrent/engine.h"

namespace miau
{

void
torrent_leave(struct torrent_engine *engine, torrent &t)
{
	if (t.phase == torrent::PRESENT && !t.is_going) {
		t.phase = torrent::SAVING;
		t.handle.save_resume_data(lt::torrent_handle::save_info_dict);
	} else if (t.phase == torrent::PRESENT || t.phase == torrent::SAVING) {
		t.phase = torrent::LEAVING;
		engine->session->remove_torrent(t.handle);
	} else if (t.phase == torrent::ABSENT) {
		torrent_left(engine, t);
	}
	/* ADDING and LEAVING: when that has ended. */
}

/* `params`: what was saved, NULL when that failed. */
void
torrent_saved(struct torrent_engine *engine, torrent &t,
    const lt::add_torrent_params *params)
{
	if (t.phase != torrent::SAVING)
		return;
	if (params != nullptr) {
		std::shared_ptr<lt::torrent_info> ti = t.base.ti;

		t.base.peers = params->peers;
		t.base.banned_peers = params->banned_peers;
		t.base.total_uploaded = params->total_uploaded;
		t.base.total_downloaded = params->total_downloaded;
		t.base.added_time = params->added_time;
		t.base.active_time = params->active_time;
		t.base.finished_time = params->finished_time;
		t.base.seeding_time = params->seeding_time;
	}
	t.phase = torrent::LEAVING;
	engine->session->remove_torrent(t.handle);
}

namespace
{

void
gone(struct torrent_engine *engine, torrent &t)
{
	torrent_id id = t.id;

	if (t.is_erased) {
		int error = engine->store->erase(t.path);
		if (error != 0)
			log_warn("torrent.erase",
			    "A removed download's folder is still there.");
	} else {
		engine->store->close(t.path);
	}
	engine->torrents.erase(id);
	event_put(engine, TORRENT_EVENT_REMOVED, id);
}

} // namespace

void
torrent_left(struct torrent_engine *engine, torrent &t)
{
	std::vector<int> pieces;

	t.handle = {};
	t.phase = torrent::ABSENT;
	if (t.is_going) {
		gone(engine, t);
		return;
	}
	pieces.swap(t.giving_up);
	if (engine->store->punch(t.path, pieces) != 0)
		log_warn("torrent.evict",
		    "Bytes of pieces given up could not be freed.");
	/* Admitted anew in between: unpublished all the same, so fetched. */
	torrent_count(engine, t);
	torrent_start(engine, t);
	for (; t.n_evictions > 0; t.n_evictions--)
		event_put(engine, TORRENT_EVENT_EVICTED, t.id);
}

} // namespace miau

void
torrent_evict(
    struct torrent_engine *engine, torrent_id id, const int *pieces, int n)
{
	miau::guard([&] {
		miau::torrent *t = miau::torrent_find(engine, id);
		std::vector<int> given;

		if (t == nullptr || !t->has_meta || t->is_own)
			return;
		for (int i = 0; i < n; i++) {
			if (pieces[i] < 0 || pieces[i] >= t->meta.n_pieces)
				continue;
			given.push_back(pieces[i]);
			t->admitted[pieces[i]] = false;
		}
		if (given.empty())
			return;
		engine->store->unpublish(t->path, given);
		for (auto &[number, r] : engine->readers)
			if (r.torrent == id)
				r.need = 0;
		t->giving_up.insert(
		    t->giving_up.end(), given.begin(), given.end());
		t->n_evictions++;
		miau::torrent_count(engine, *t);
		miau::event_put(engine, TORRENT_EVENT_LOST, id);
		miau::torrent_leave(engine, *t);
	});
}
