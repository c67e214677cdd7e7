/*
 * Readers. The library picks pieces in order from the lowest one that is missing
 * and wanted. So that this is where somebody reads, what lies before the
 * neediest reader is hidden from it (not wanted for now); readers that are about
 * as needy get their next pieces at top priority. The neediest is the one with
 * the fewest bytes ahead of it: all that read are kept equally far from a stall.
 * Who reads only a part, as to have it ready, waits until those who read have
 * enough ahead. One that has waited for long, as nobody here has its piece, hides
 * nothing: its pieces go before all others as soon as somebody has them.
 *
 * Deadlines are for two cases only. The library treats all pieces that have one
 * as equally urgent and fetches them side by side, in no order, so a window of
 * deadlines delays the very piece that is waited for. And the first deadline
 * cancels whatever else was asked for: right after a jump to another place,
 * when nobody waits for that any more, and for a reader that starves, whose
 * piece a stalled peer may hold: it is then asked of others too.
 */
#include "daemon/torrent/guard.h"

#include <algorithm>

#include "daemon/torrent/engine.h"
#include "lib/base/clock.h"

namespace miau
{

namespace
{

/* Kept ahead of each reader that is not the neediest. */
constexpr int64_t window_bytes = 4 * 1024 * 1024;
constexpr int window_pieces = 2;
/* So many bytes more ahead do not make one less needy. */
constexpr int64_t even_bytes = 1024 * 1024;
/* Where containers keep their index when it is not in front: fetched when so
 * much from the reader on is there. */
constexpr int64_t tail_bytes = 1024 * 1024, tail_after = 2 * 1024 * 1024;
constexpr int starving_ms = 1000;
constexpr int vain_ms = 5000;
constexpr int asking_ms = 5000;

constexpr lt::download_priority_t unwanted = lt::dont_download;
constexpr lt::download_priority_t wanted = lt::default_priority;
constexpr lt::download_priority_t urgent = lt::top_priority;

struct need {
	reader *who;
	int piece; /* the first that is missing and may be fetched */
	int end;   /* of what it reads */
	int64_t ahead;
};

class planner
{
      public:
	planner(const struct torrent_engine *engine, torrent &t)
	    : t_(t), have_(engine->store->have(t.path))
	{
	}

	/* Whether it may be fetched and is not here. */
	bool
	lacks(int piece) const
	{
		return !have_[piece] && t_.admitted[piece];
	}

	int
	piece_at(int64_t offset) const
	{
		return (int)(offset / t_.meta.piece_size);
	}

	int
	end_at(int64_t offset) const
	{
		return (int)((offset + t_.meta.piece_size - 1) /
		    t_.meta.piece_size);
	}

	/* False: it lacks nothing that may be fetched. */
	bool
	need_of(reader &r, need &out) const
	{
		const struct torrent_file &f = t_.meta.files[r.file];
		int at = piece_at(f.offset + r.offset);

		out.who = &r;
		out.end = end_at(f.offset + r.until);
		r.need = std::max(r.need, at);
		while (r.need < out.end && have_[r.need])
			r.need++;
		out.ahead =
		    (int64_t)r.need * t_.meta.piece_size - f.offset - r.offset;
		for (out.piece = r.need; out.piece < out.end; out.piece++)
			if (lacks(out.piece))
				return true;
		return false;
	}

	/* The next pieces from `first` on that it lacks. */
	void
	take(int first, int end, int64_t bytes_max)
	{
		int n = 0;
		int64_t bytes = 0;

		for (int p = first;
		     p < end && (n < window_pieces || bytes < bytes_max); p++) {
			if (!lacks(p))
				continue;
			n++;
			bytes += t_.meta.piece_size;
			top.push_back(p);
		}
	}

	/* The index at the end of what is read from its beginning. */
	void
	take_tail(const reader &r)
	{
		const struct torrent_file &f = t_.meta.files[r.file];
		int64_t end = f.offset + f.size;

		if (!r.is_part)
			take(piece_at(std::max(f.offset, end - tail_bytes)),
			    end_at(end), tail_bytes);
	}

	std::vector<int> top;

      private:
	torrent &t_;
	const std::vector<bool> have_;
};

/* Those that lack something, the neediest first; parts behind all others, in the
 * order in which they were asked for. */
std::vector<need>
needs_of(struct torrent_engine *engine, const torrent &t, planner &planner)
{
	std::vector<need> all;
	need one;

	for (auto &[id, r] : engine->readers) {
		if (r.torrent != t.id || !r.is_placed)
			continue;
		bool lacks = planner.need_of(r, one);
		if (!lacks || one.ahead >= tail_after)
			planner.take_tail(r);
		if (lacks)
			all.push_back(one);
	}
	std::stable_sort(
	    all.begin(), all.end(), [](const need &a, const need &b) {
		    return a.who->is_part || b.who->is_part
			? !a.who->is_part && b.who->is_part
			: a.ahead < b.ahead;
	    });
	return all;
}

/* Tells the library what changed since it was told last, and what `again`
 * names. */
void
apply(torrent &t, int hidden, std::vector<int> top, std::vector<int> again)
{
	std::vector<std::pair<lt::piece_index_t, lt::download_priority_t>> news;
	std::vector<int> touched = t.top;
	int from = std::min(hidden, t.hidden), to = std::max(hidden, t.hidden);

	touched.insert(touched.end(), top.begin(), top.end());
	for (int p = from; p < to; p++)
		if (t.admitted[p])
			touched.push_back(p);
	std::vector<lt::download_priority_t> before;
	for (int p : touched)
		before.push_back(torrent_priority_of(t, p));
	t.hidden = hidden;
	t.top = std::move(top);
	for (size_t i = 0; i < touched.size(); i++)
		if (torrent_priority_of(t, touched[i]) != before[i])
			again.push_back(touched[i]);
	for (int p : again)
		news.emplace_back(
		    lt::piece_index_t(p), torrent_priority_of(t, p));
	if (!news.empty())
		t.handle.prioritize_pieces(news);
}

/* Whether its piece is waited for so long that others are asked, too. */
bool
starves(const need &n, int64_t now)
{
	if (n.ahead > 0 || n.who->waits_for != n.piece) {
		n.who->waits_for = n.ahead > 0 ? -1 : n.piece;
		n.who->waits_since = now;
		return false;
	}
	return now - n.who->waits_since >= starving_ms;
}

/* Whether it has waited for its piece for long. */
bool
is_in_vain(const need &n, int64_t now)
{
	return n.ahead <= 0 && n.who->waits_for == n.piece &&
	    now - n.who->waits_since >= vain_ms;
}

/* Those who lead go to the front; how many they are. The others are they who read
 * only a part, unless nobody else reads, and who wait in vain. */
size_t
part(std::vector<need> &needs)
{
	int64_t now = clock_mono_ms();
	bool has_whole =
	    std::any_of(needs.begin(), needs.end(), [&](const need &n) {
		    return !n.who->is_part && !is_in_vain(n, now);
	    });
	auto end = std::stable_partition(
	    needs.begin(), needs.end(), [&](const need &n) {
		    return !is_in_vain(n, now) &&
			!(has_whole && n.who->is_part);
	    });

	return (size_t)(end - needs.begin());
}

/* Those that cannot wait; `has_jumped` tells that somebody is elsewhere now. */
std::vector<int>
critical_of(const std::vector<need> &needs, size_t n_leading, bool &has_jumped)
{
	int64_t now = clock_mono_ms();
	std::vector<int> pieces;

	has_jumped = false;
	for (const need &n : needs)
		has_jumped = has_jumped || n.who->has_jumped;
	/* A jump cancels what nobody waits for, and only that. */
	for (size_t i = 0; i < needs.size(); i++) {
		const need &n = needs[i];
		bool is_waiting = starves(n, now) || n.who->has_jumped ||
		    (has_jumped && n.ahead <= 0);

		if (is_waiting && (i < n_leading || !n.who->is_part))
			pieces.push_back(n.piece);
		n.who->has_jumped = false;
	}
	return pieces;
}

/* Somebody waits and nobody is known: trackers are asked again as soon as they
 * allow it. */
void
ask_again(torrent &t, const std::vector<need> &needs)
{
	int64_t now = clock_mono_ms();

	if (needs.empty() || needs[0].ahead > 0 || t.last.num_peers > 0 ||
	    now - t.asked_at < asking_ms)
		return;
	t.asked_at = now;
	t.handle.force_reannounce();
}

/* All before where the neediest reads. Pieces already here do not matter: hiding
 * more as a reader goes on would be work for nothing. */
int
hide(const torrent &t, const std::vector<need> &needs, size_t n_leading)
{
	if (n_leading == 0)
		return 0;
	const need &n = needs[0];

	return n.piece < t.hidden || n.who->has_jumped ||
		n.who->id != t.neediest
	    ? n.piece
	    : t.hidden;
}

/* Of those who are about as needy, of those who wait in vain, and, when all who
 * read have enough, of parts. What the neediest reads comes by itself. */
void
take_windows(planner &planner, const std::vector<need> &needs, size_t n_leading)
{
	for (size_t i = n_leading == 0 ? 0 : 1; i < needs.size(); i++) {
		const need &n = needs[i];
		bool is_due = n.who->is_part
		    ? n_leading == 0 ||
			(i >= n_leading && needs[0].ahead >= tail_after)
		    : i >= n_leading || n.ahead <= needs[0].ahead + even_bytes;

		if (is_due && (i == 0 || n.piece != needs[0].piece))
			planner.take(n.piece, n.end, window_bytes);
	}
}

} // namespace

lt::download_priority_t
torrent_priority_of(const torrent &t, int piece)
{
	if (!t.admitted[piece])
		return unwanted;
	if (std::find(t.top.begin(), t.top.end(), piece) != t.top.end())
		return urgent;
	return piece < t.hidden ? unwanted : wanted;
}

void
torrent_windows(struct torrent_engine *engine, torrent &t)
{
	std::vector<int> cleared;
	bool has_jumped;

	torrent_hurry(engine, t);
	if (!t.has_meta || !t.handle.is_valid() || t.phase != torrent::PRESENT)
		return;
	planner planner(engine, t);
	std::vector<need> needs = needs_of(engine, t, planner);
	size_t n_leading = part(needs);
	int hidden = hide(t, needs, n_leading);

	t.neediest = n_leading == 0 ? 0 : needs[0].who->id;
	take_windows(planner, needs, n_leading);
	ask_again(t, needs);
	std::vector<int> critical = critical_of(needs, n_leading, has_jumped);
	if (has_jumped) {
		/* This also lowers their priorities. */
		t.handle.clear_piece_deadlines();
		cleared.swap(t.critical);
	}
	apply(t, hidden, std::move(planner.top), std::move(cleared));
	t.critical.erase(std::remove_if(t.critical.begin(), t.critical.end(),
			     [&](int p) { return !planner.lacks(p); }),
	    t.critical.end());
	for (int p : critical) {
		if (std::find(t.critical.begin(), t.critical.end(), p) !=
		    t.critical.end())
			continue;
		t.critical.push_back(p);
		t.handle.set_piece_deadline(lt::piece_index_t(p), 0);
	}
}

void
torrent_windows_forget(struct torrent_engine *engine, torrent &t)
{
	t.hidden = 0;
	t.top.clear();
	t.critical.clear();
	t.neediest = 0;
	for (auto &[id, r] : engine->readers)
		if (r.torrent == t.id) {
			r.need = 0;
			r.has_jumped = !r.is_part;
		}
}

void
readers_look(struct torrent_engine *engine)
{
	std::vector<torrent_id> seen;

	for (const auto &[id, r] : engine->readers)
		if (std::find(seen.begin(), seen.end(), r.torrent) ==
		    seen.end())
			seen.push_back(r.torrent);
	for (torrent_id id : seen) {
		torrent *t = torrent_find(engine, id);

		if (t != nullptr)
			torrent_windows(engine, *t);
	}
}

} // namespace miau

torrent_reader
torrent_reader_open(struct torrent_engine *engine, torrent_id id, int file)
{
	return miau::guard<torrent_reader>(nullptr, 0, [&]() -> torrent_reader {
		miau::torrent *t = miau::torrent_find(engine, id);
		miau::reader r;

		if (t == nullptr || !t->has_meta || file < 0 ||
		    file >= t->meta.n_files)
			return 0;
		r.id = ++engine->last_reader;
		r.torrent = id;
		r.file = file;
		r.until = t->meta.files[file].size;
		engine->readers[r.id] = r;
		return r.id;
	});
}

namespace
{

/* The reader, and its torrent; NULL when one of them has gone. */
miau::reader *
reader_find(
    struct torrent_engine *engine, torrent_reader reader, miau::torrent **t)
{
	auto found = engine->readers.find(reader);

	if (found == engine->readers.end())
		return nullptr;
	*t = miau::torrent_find(engine, found->second.torrent);
	return *t == nullptr ? nullptr : &found->second;
}

} // namespace

void
torrent_reader_move(
    struct torrent_engine *engine, torrent_reader reader, int64_t offset)
{
	miau::guard([&] {
		miau::torrent *t;
		miau::reader *r = reader_find(engine, reader, &t);

		if (r == nullptr)
			return;
		const struct torrent_file &f = t->meta.files[r->file];
		offset = std::max<int64_t>(0, std::min(offset, f.size));
		int piece = (int)((f.offset + offset) / t->meta.piece_size);
		/* Beyond what is there from its place on, or behind it. */
		if (!r->is_placed || offset < r->offset || piece > r->need)
			r->has_jumped = !r->is_part;
		r->is_placed = true;
		if (offset < r->offset)
			r->need = 0;
		r->offset = offset;
		miau::torrent_windows(engine, *t);
	});
}

void
torrent_reader_until(
    struct torrent_engine *engine, torrent_reader reader, int64_t end)
{
	miau::guard([&] {
		miau::torrent *t;
		miau::reader *r = reader_find(engine, reader, &t);

		if (r == nullptr)
			return;
		r->is_part = true;
		r->until = std::max<int64_t>(
		    0, std::min(end, t->meta.files[r->file].size));
		miau::torrent_windows(engine, *t);
	});
}

void
torrent_reader_close(struct torrent_engine *engine, torrent_reader reader)
{
	miau::guard([&] {
		miau::torrent *t;
		miau::reader *r = reader_find(engine, reader, &t);

		engine->readers.erase(reader);
		if (r != nullptr)
			miau::torrent_windows(engine, *t);
	});
}
