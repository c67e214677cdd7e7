/*
 * Which pieces of a payload folder are published. The rule stands in
 * publish_if_ready and nowhere else.
 */
extern "C" {
#include "lib/base/log.h"
}

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include <sys/stat.h>

#include "daemon/torrent/folder.h"

namespace miau
{

int
disk_folder::attach(const lt::file_storage &files)
{
	disk_layout layout;
	struct pieces_key key = {};
	struct stat st;
	struct err err;

	if (layout.set(files) != 0)
		return EINVAL;
	std::lock_guard<std::mutex> hold(lock_);
	if (attached_)
		return layout == layout_ ? 0 : EINVAL;
	if (!spec_.own_file.empty() &&
	    (layout.files.size() != 1 ||
		stat(spec_.own_file.c_str(), &st) == -1 ||
		st.st_size != layout.size))
		return EINVAL;
	key.n = (uint32_t)layout.n_pieces;
	key.piece_size = (uint32_t)layout.piece_size;
	snprintf(key.boot_id, sizeof(key.boot_id), "%s",
	    common_->options.boot_id.c_str());
	if (pieces_open((path_ + "/pieces").c_str(), &key, &list_, &err) == -1)
		return err.code == ERR_DISK_FULL ? ENOSPC : EIO;
	has_list_ = true;
	layout_ = std::move(layout);
	barred_.assign(layout_.n_pieces, false);
	published_ = std::make_unique<std::atomic<bool>[]>(layout_.n_pieces);
	for (int i = 0; i < layout_.n_pieces; i++) {
		published_[i] = list_.kinds[i] == PIECES_PUBLISHED;
		if (list_.kinds[i] == PIECES_CLAIMED)
			is_doubted_ = true;
	}
	attached_.store(true, std::memory_order_release);
	return 0;
}

bool
disk_folder::is_attached() const
{
	return attached_.load(std::memory_order_acquire);
}

bool
disk_folder::valid(int piece) const
{
	return is_attached() && piece >= 0 && piece < layout_.n_pieces;
}

void
disk_folder::begin()
{
	std::lock_guard<std::mutex> hold(lock_);

	barred_.assign(layout_.n_pieces, false);
	for (auto it = works_.begin(); it != works_.end();) {
		if (it->second.writing == 0) {
			it = works_.erase(it);
			continue;
		}
		/* Writes of the time before may still land. */
		barred_[it->first] = true;
		it->second.lift = true;
		++it;
	}
}

void
disk_folder::end()
{
	std::lock_guard<std::mutex> hold(lock_);

	barred_.assign(layout_.n_pieces, true);
	files_.clear();
}

/* --- Wanted files -------------------------------------------------------- */

bool
disk_folder::keeps(int file) const
{
	return spec_.wanted.empty() ||
	    std::find(spec_.wanted.begin(), spec_.wanted.end(), file) !=
	    spec_.wanted.end();
}

bool
disk_folder::wanted(int file) const
{
	std::lock_guard<std::mutex> hold(lock_);

	return keeps(file);
}

bool
disk_folder::has_wanted(int piece) const
{
	int64_t at = (int64_t)piece * layout_.piece_size;

	for (const auto &slice : layout_.map(at, layout_.piece_len(piece)))
		if (!layout_.files[slice.file].is_pad && keeps(slice.file))
			return true;
	return false;
}

/* Pieces all of a new file's were either fetched when it was wanted, or are not
 * there; those it shares may lack its bytes. */
std::vector<int>
disk_folder::want(const std::vector<int> &files)
{
	std::vector<int> lost;
	std::lock_guard<std::mutex> hold(lock_);
	disk_spec before = spec_;

	spec_.wanted = files;
	if (!is_attached() || before.wanted.empty())
		return lost;
	for (int f = 0; f < (int)layout_.files.size(); f++) {
		if (!keeps(f) ||
		    std::find(before.wanted.begin(), before.wanted.end(), f) !=
			before.wanted.end())
			continue;
		auto [first, last] = layout_.pieces_of(f);
		for (int p = first; p < last; p++) {
			int64_t at = (int64_t)p * layout_.piece_size;
			if (held_locked(p) &&
			    layout_.map(at, layout_.piece_len(p)).size() > 1)
				lost.push_back(p);
		}
	}
	std::sort(lost.begin(), lost.end());
	lost.erase(std::unique(lost.begin(), lost.end()), lost.end());
	for (int p : lost)
		give_up(p);
	return lost;
}

/* --- The rule ------------------------------------------------------------ */

/* With the lock held. True when the piece is published now. */
bool
disk_folder::publish_if_ready(int piece)
{
	auto it = works_.find(piece);

	if (it == works_.end() || barred_[piece])
		return false;
	const work &w = it->second;
	if (!w.passed || w.writing > 0 || !w.failed.empty())
		return false;
	works_.erase(it);
	if (!has_wanted(piece))
		return false;
	note(piece, PIECES_PUBLISHED);
	published_[piece].store(true, std::memory_order_release);
	return true;
}

/* Into the list. One published that cannot be noted is fetched again after the
 * next start; one given up must not be believed then, so the list goes. */
void
disk_folder::note(int piece, enum pieces_kind kind)
{
	struct err err;

	if (pieces_set(&list_, (uint32_t)piece, kind, &err) == 0)
		return;
	log_warn("torrent.list", "%s", err.text);
	if (kind == PIECES_NONE)
		pieces_forget(&list_);
}

void
disk_folder::passed(int piece)
{
	bool is_published;

	{
		std::lock_guard<std::mutex> hold(lock_);

		if (!valid(piece) || barred_[piece] || published_[piece])
			return;
		works_[piece].passed = true;
		is_published = publish_if_ready(piece);
	}
	if (is_published)
		common_->options.on_published(path_, piece);
}

void
disk_folder::failed(int piece)
{
	std::lock_guard<std::mutex> hold(lock_);

	if (!valid(piece))
		return;
	if (list_.kinds[piece] != PIECES_NONE) {
		published_[piece].store(false, std::memory_order_release);
		note(piece, PIECES_NONE);
	}
	auto it = works_.find(piece);
	if (it == works_.end())
		return;
	if (it->second.writing == 0) {
		works_.erase(it);
		return;
	}
	it->second.passed = false;
	for (auto b = it->second.blocks.begin(); b != it->second.blocks.end();)
		b = b->second->waiting == 0 ? it->second.blocks.erase(b) : ++b;
}

void
disk_folder::verified(const std::vector<int> &pieces)
{
	std::vector<int> fresh;

	{
		std::lock_guard<std::mutex> hold(lock_);

		for (int p : pieces) {
			if (!valid(p) || barred_[p] || published_[p] ||
			    !held_locked(p) || !has_wanted(p))
				continue;
			note(p, PIECES_PUBLISHED);
			published_[p].store(true, std::memory_order_release);
			fresh.push_back(p);
		}
	}
	for (int p : fresh)
		common_->options.on_published(path_, p);
}

void
disk_folder::checked(const std::vector<int> &right)
{
	bool any;

	verified(right);
	{
		std::lock_guard<std::mutex> hold(lock_);

		for (int p = 0; is_attached() && p < layout_.n_pieces; p++)
			if (list_.kinds[p] == PIECES_CLAIMED)
				note(p, PIECES_NONE);
		hurried_.clear();
		any = is_doubted_;
		is_doubted_ = false;
	}
	if (any && common_->options.on_checked)
		common_->options.on_checked(path_);
}

void
disk_folder::expect(std::shared_ptr<const lt::torrent_info> info)
{
	std::lock_guard<std::mutex> hold(lock_);

	info_ = std::move(info);
}

void
disk_folder::hurry(const std::vector<int> &pieces)
{
	std::lock_guard<std::mutex> hold(lock_);

	hurried_.assign(pieces.rbegin(), pieces.rend());
}

bool
disk_folder::hurried(int &piece, lt::sha1_hash &hash)
{
	std::lock_guard<std::mutex> hold(lock_);

	if (info_ == nullptr || !info_->v1())
		return false;
	while (!hurried_.empty()) {
		piece = hurried_.back();
		hurried_.pop_back();
		if (!valid(piece) || barred_[piece] ||
		    list_.kinds[piece] != PIECES_CLAIMED)
			continue;
		hash = info_->hash_for_piece(lt::piece_index_t(piece));
		return true;
	}
	return false;
}

void
disk_folder::doubt()
{
	std::lock_guard<std::mutex> hold(lock_);

	for (int p = 0; is_attached() && p < layout_.n_pieces; p++) {
		if (!published_[p])
			continue;
		published_[p].store(false, std::memory_order_release);
		note(p, PIECES_CLAIMED);
	}
	is_doubted_ = true;
}

/* --- Asking -------------------------------------------------------------- */

bool
disk_folder::published(int piece) const
{
	return valid(piece) &&
	    published_[piece].load(std::memory_order_acquire);
}

int
disk_folder::published_until(int piece) const
{
	while (published(piece))
		piece++;
	return piece;
}

std::vector<bool>
disk_folder::of_kind(enum pieces_kind kind) const
{
	std::lock_guard<std::mutex> hold(lock_);
	std::vector<bool> out;

	if (!is_attached())
		return out;
	out.resize(layout_.n_pieces);
	for (int i = 0; i < layout_.n_pieces; i++)
		out[i] = list_.kinds[i] == kind;
	return out;
}

bool
disk_folder::held_locked(int piece) const
{
	return list_.kinds[piece] != PIECES_NONE || !spec_.own_file.empty() ||
	    works_.find(piece) != works_.end();
}

bool
disk_folder::held(int piece) const
{
	std::lock_guard<std::mutex> hold(lock_);

	return valid(piece) && !barred_[piece] && held_locked(piece);
}

bool
disk_folder::may_hold() const
{
	std::lock_guard<std::mutex> hold(lock_);
	bool is_own = !spec_.own_file.empty();

	for (int i = 0; is_attached() && i < layout_.n_pieces; i++)
		if (list_.kinds[i] != PIECES_NONE || is_own)
			return true;
	return false;
}

/* --- Giving up ----------------------------------------------------------- */

void
disk_folder::give_up(int piece)
{
	auto w = works_.find(piece);

	barred_[piece] = true;
	published_[piece].store(false, std::memory_order_release);
	if (list_.kinds[piece] != PIECES_NONE)
		note(piece, PIECES_NONE);
	if (w == works_.end())
		return;
	w->second.passed = false;
	if (w->second.writing == 0)
		works_.erase(w);
}

void
disk_folder::unpublish(const std::vector<int> &pieces)
{
	std::lock_guard<std::mutex> hold(lock_);

	for (int p : pieces)
		if (valid(p))
			give_up(p);
}

} // namespace miau
