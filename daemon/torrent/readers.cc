/*
 * Readers. The library picks pieces in order from the lowest that is missing;
 * what lies just before a reader gets deadlines, which go first. The window is
 * narrow because its pieces are fetched side by side: a wide one delays the very
 * piece that is waited for.
 */
#include "daemon/torrent/guard.h"

#include <algorithm>

#include "daemon/torrent/engine.h"

namespace miau
{

namespace
{

constexpr int64_t window_bytes = 4 * 1024 * 1024;
constexpr int window_pieces = 2;
/* Where containers keep their index when it is not in front. */
constexpr int64_t tail_bytes = 1024 * 1024;
constexpr int step_ms = 300;

struct span {
	int first, end; /* pieces */
};

span
pieces_of(const torrent &t, int64_t from, int64_t to)
{
	return { (int)(from / t.meta.piece_size),
		(int)((to + t.meta.piece_size - 1) / t.meta.piece_size) };
}

class planner
{
      public:
	planner(const struct torrent_engine *engine, const torrent &t)
	    : engine_(engine), t_(t)
	{
	}

	/* What may be fetched of [first, end), at most so much of it. */
	void
	take(span s, int pieces_max, int64_t bytes_max)
	{
		int n = 0;
		int64_t bytes = 0;

		for (int p = s.first;
		     p < s.end && (n < pieces_max || bytes < bytes_max); p++) {
			if (engine_->store->published(t_.path, p))
				continue;
			/* A deadline would fetch what was not admitted. */
			if (!t_.admitted[p])
				continue;
			n++;
			bytes += t_.meta.piece_size;
			if (std::find(plan.begin(), plan.end(), p) ==
			    plan.end())
				plan.push_back(p);
		}
	}

	std::vector<int> plan; /* in order of their need */

      private:
	const struct torrent_engine *const engine_;
	const torrent &t_;
};

std::vector<int>
plan_of(const struct torrent_engine *engine, const torrent &t)
{
	planner planner(engine, t);

	for (const auto &[id, r] : engine->readers) {
		if (r.torrent != t.id)
			continue;
		const struct torrent_file &f = t.meta.files[r.file];
		planner.take(
		    pieces_of(t, f.offset + r.offset, f.offset + f.size),
		    window_pieces, window_bytes);
	}
	for (const auto &[id, r] : engine->readers) {
		if (r.torrent != t.id)
			continue;
		const struct torrent_file &f = t.meta.files[r.file];
		int64_t end = f.offset + f.size;
		planner.take(pieces_of(t, f.offset,
				 f.offset + std::min<int64_t>(1, f.size)),
		    1, 0);
		planner.take(
		    pieces_of(t, std::max(f.offset, end - tail_bytes), end), 1,
		    tail_bytes);
	}
	return planner.plan;
}

} // namespace

void
torrent_windows(struct torrent_engine *engine, torrent &t)
{
	std::vector<int> plan, kept;
	bool is_seek = false;

	if (!t.has_meta || !t.handle.is_valid() || t.phase != torrent::PRESENT)
		return;
	plan = plan_of(engine, t);
	for (int p : t.deadlines) {
		if (std::find(plan.begin(), plan.end(), p) != plan.end())
			kept.push_back(p);
		else if (!engine->store->published(t.path, p))
			is_seek = true;
	}
	/* Nobody waits any more for what lies there: it would only compete. */
	if (is_seek) {
		t.handle.clear_piece_deadlines();
		kept.clear();
	}
	for (size_t i = 0; i < plan.size(); i++)
		if (std::find(kept.begin(), kept.end(), plan[i]) == kept.end())
			t.handle.set_piece_deadline(
			    lt::piece_index_t(plan[i]), (int)i * step_ms);
	t.deadlines = plan;
}

} // namespace miau

torrent_reader
torrent_reader_open(struct torrent_engine *engine, torrent_id id, int file)
{
	return miau::guard<torrent_reader>(nullptr, 0, [&]() -> torrent_reader {
		miau::torrent *t = miau::torrent_find(engine, id);

		if (t == nullptr || !t->has_meta || file < 0 ||
		    file >= t->meta.n_files)
			return 0;
		torrent_reader reader = ++engine->last_reader;
		engine->readers[reader] = { id, file, 0 };
		miau::torrent_windows(engine, *t);
		return reader;
	});
}

void
torrent_reader_move(
    struct torrent_engine *engine, torrent_reader reader, int64_t offset)
{
	miau::guard([&] {
		auto found = engine->readers.find(reader);

		if (found == engine->readers.end())
			return;
		miau::torrent *t =
		    miau::torrent_find(engine, found->second.torrent);
		if (t == nullptr)
			return;
		int64_t size = t->meta.files[found->second.file].size;
		found->second.offset =
		    std::max<int64_t>(0, std::min(offset, size));
		miau::torrent_windows(engine, *t);
	});
}

void
torrent_reader_close(struct torrent_engine *engine, torrent_reader reader)
{
	miau::guard([&] {
		auto found = engine->readers.find(reader);

		if (found == engine->readers.end())
			return;
		torrent_id id = found->second.torrent;
		engine->readers.erase(found);
		miau::torrent *t = miau::torrent_find(engine, id);
		if (t != nullptr)
			miau::torrent_windows(engine, *t);
	});
}
