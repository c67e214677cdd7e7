/*
 * Hashing anew what lies on the disk: after the machine was started again, and
 * when somebody asks for it. Nothing of it is published before its hash was
 * right. The library looks at all pieces in their order; those that readers
 * wait for the store hashes in between (store::hurry).
 */
#include "daemon/torrent/guard.h"

#include <algorithm>

#include "daemon/torrent/engine.h"

namespace miau
{

/* Pieces ahead of each reader that are hashed out of their turn. */
constexpr int hurried_pieces = 4;

void
torrent_hurry(struct torrent_engine *engine, const torrent &t)
{
	std::vector<int> pieces;

	for (const auto &[id, r] : engine->readers) {
		if (r.torrent != t.id || !t.has_meta)
			continue;
		int64_t at = t.meta.files[r.file].offset + r.offset;
		int piece = (int)(at / t.meta.piece_size);
		for (int n = 0; n < hurried_pieces && piece < t.meta.n_pieces;
		     piece++) {
			if (engine->store->published(t.path, piece))
				continue;
			pieces.push_back(piece);
			n++;
		}
	}
	engine->store->hurry(t.path, pieces);
}

void
torrent_prove(struct torrent_engine *engine, torrent &t)
{
	t.wants_proof = false;
	t.is_proving = t.is_paused;
	t.handle.force_recheck();
	if (t.is_proving) {
		t.handle.set_flags(lt::torrent_flags::stop_when_ready);
		t.handle.resume();
	}
	torrent_hurry(engine, t);
}

void
torrent_checked(struct torrent_engine *engine, torrent &t)
{
	t.is_proving = false;
	/* Else torrent_apply does so when it is there. */
	if (t.phase == torrent::PRESENT) {
		t.handle.unset_flags(lt::torrent_flags::stop_when_ready);
		if (t.is_paused)
			t.handle.pause();
	}
	torrent_count(engine, t);
	/* Nobody mends a file of one's own. */
	if (t.is_own && t.published < t.meta.size)
		torrent_fail(engine, t, ERR_CORRUPT);
	torrent_windows(engine, t);
	event_put(engine, TORRENT_EVENT_LOST, t.id);
}

} // namespace miau

void
torrent_recheck(struct torrent_engine *engine, torrent_id id)
{
	miau::guard([&] {
		miau::torrent *t = miau::torrent_find(engine, id);

		if (t == nullptr || !t->has_meta)
			return;
		engine->store->doubt(t->path);
		miau::torrent_count(engine, *t);
		miau::event_put(engine, TORRENT_EVENT_LOST, id);
		t->error = ERR_NONE;
		t->wants_proof = true;
		if (t->phase == miau::torrent::PRESENT)
			miau::torrent_prove(engine, *t);
	});
}
