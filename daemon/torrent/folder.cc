/*
 * Bytes of a payload folder: files, blocks in memory, reading, writing, holes.
 * What is published when stands in publish.cc.
 */
extern "C" {
#include "lib/base/log.h"
}

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/torrent/folder.h"

namespace miau
{

namespace
{

constexpr int64_t block_size = 0x4000;
/* Of unwanted parts in memory, of all folders. */
constexpr int64_t kept_max = 256 * 1024 * 1024;
constexpr size_t files_open_max = 8;

} // namespace

disk_file::~disk_file()
{
	::close(fd);
}

disk_folder::block::~block()
{
	if (counter != nullptr)
		*counter -= kept;
}

disk_folder::disk_folder(
    std::shared_ptr<disk_common> common, std::string path, disk_spec spec)
    : common_(std::move(common)), path_(std::move(path)),
      spec_(std::move(spec)), list_()
{
}

disk_folder::~disk_folder()
{
	if (has_list_)
		pieces_close(&list_);
	if (folder_ != -1)
		::close(folder_);
}

int
disk_folder::open()
{
	if (mkdir(path_.c_str(), 0750) == -1 && errno != EEXIST)
		return errno;
	folder_ = ::open(
	    path_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return folder_ == -1 ? errno : 0;
}

std::string
disk_folder::file_path(int file) const
{
	if (file == 0 && !spec_.own_file.empty())
		return spec_.own_file;
	if (file < 0 || (attached_.load() && file >= (int)layout_.files.size()))
		return "";
	return path_ + "/" + std::to_string(file);
}

int64_t
disk_folder::free_bytes() const
{
	return common_->device->free_bytes(folder_);
}

/* A file's descriptor, from a few that stay open. Null and an errno, when it
 * is not there and not to be made. */
disk_folder::file_ptr
disk_folder::file_of(int file, bool create, int &error)
{
	bool is_own = !spec_.own_file.empty();
	auto found = files_.find(file);
	int fd;

	if (found != files_.end())
		return found->second;
	if (is_own)
		fd = ::open(spec_.own_file.c_str(), O_RDONLY | O_CLOEXEC);
	else
		fd = ::openat(folder_, std::to_string(file).c_str(),
		    O_RDWR | O_NOFOLLOW | O_CLOEXEC | (create ? O_CREAT : 0),
		    0640);
	if (fd == -1) {
		error = errno;
		return nullptr;
	}
	if (files_.size() >= files_open_max)
		files_.erase(files_.begin());
	return files_[file] = std::make_shared<disk_file>(fd);
}

void
disk_folder::close_files()
{
	std::lock_guard<std::mutex> hold(lock_);

	files_.clear();
}

/* --- Writing ------------------------------------------------------------- */

/* Takes the block in: which parts go where, what stays in memory. */
disk_result
disk_folder::prepare(
    int piece, int offset, block &block, std::vector<target> &targets)
{
	int64_t from = (int64_t)piece * layout_.piece_size + offset;
	disk_result result;

	for (const auto &slice :
	    layout_.map(from, (int64_t)block.bytes.size())) {
		if (layout_.files[slice.file].is_pad)
			continue;
		if (!keeps(slice.file)) {
			block.kept += slice.len;
			continue;
		}
		result.file = slice.file;
		if (!spec_.own_file.empty())
			result.error = EROFS;
		else if (common_->full.load())
			result.error = ENOSPC;
		target t{ nullptr, slice };
		if (result.error == 0)
			t.file = file_of(slice.file, true, result.error);
		if (result.error != 0)
			break;
		targets.push_back(std::move(t));
	}
	block.counter = &common_->kept;
	if ((*block.counter += block.kept) > kept_max && result.error == 0)
		result.error = ENOMEM;
	return result;
}

void
disk_folder::write(int piece, int offset, const char *bytes, int len,
    std::function<void(disk_result)> done)
{
	auto b = std::make_shared<block>();
	std::vector<target> targets;
	disk_result result{ EINVAL, -1 };

	{
		std::lock_guard<std::mutex> hold(lock_);

		if (!valid(piece) || offset < 0 || len <= 0 ||
		    offset % block_size != 0 ||
		    offset + (int64_t)len > layout_.piece_len(piece))
			return done(result);
		if (barred_[piece])
			return done({ ECANCELED, -1 });
		b->bytes.assign(bytes, bytes + len);
		result = prepare(piece, offset, *b, targets);
		work &w = works_[piece];
		if (result.error != 0)
			targets.clear();
		w.failed.erase(offset);
		w.blocks[offset] = b;
		w.writing++;
		/* One more, so that it ends below and not before. */
		b->waiting = (int)targets.size() + 1;
		b->result = result;
	}
	auto self = shared_from_this();
	auto one = [self, piece, offset, b, done](int file, int error) {
		self->returned(piece, offset, b, { error, file }, done);
	};
	for (const target &t : targets) {
		int file = t.slice.file;
		common_->device->write(t.file, b->bytes.data() + t.slice.at,
		    (size_t)t.slice.len, t.slice.offset,
		    [one, file](int error) { one(file, error); });
	}
	one(result.file, result.error);
}

/* With the lock held, when all writes of a block are back: its memory may go. */
void
disk_folder::settle_block(
    work &w, int piece, int64_t offset, const std::shared_ptr<block> &b)
{
	auto at = w.blocks.find(offset);

	w.writing--;
	/* Another one for this place is on its way. */
	if (at == w.blocks.end() || at->second != b)
		return;
	if (b->result.error != 0)
		w.failed.insert(offset);
	if (b->result.error != 0 || b->kept == 0 || barred_[piece])
		w.blocks.erase(at);
}

/* With the lock held, when nothing is written to a piece any more. */
bool
disk_folder::settle_piece(int piece, std::vector<std::function<void()>> &idle)
{
	work &w = works_[piece];
	bool is_published;

	idle.swap(w.idle);
	if (w.punch)
		(void)punch_run(piece, piece + 1);
	is_published = publish_if_ready(piece);
	if (barred_[piece]) {
		barred_[piece] = !w.lift;
		works_.erase(piece);
	}
	for (const auto &i : works_)
		if (i.second.writing > 0)
			return is_published;
	std::move(idle_.begin(), idle_.end(), std::back_inserter(idle));
	idle_.clear();
	return is_published;
}

/* A write of a block has come back; the last one ends it. */
void
disk_folder::returned(int piece, int64_t offset,
    const std::shared_ptr<block> &b, disk_result result,
    const std::function<void(disk_result)> &done)
{
	std::vector<std::function<void()>> idle;
	bool is_published = false;

	{
		std::lock_guard<std::mutex> hold(lock_);

		if (result.error == EDQUOT)
			result.error = ENOSPC;
		if (result.error == ENOSPC)
			common_->full = true;
		if (result.error != 0)
			b->result = result;
		if (--b->waiting > 0)
			return;
		work &w = works_[piece];
		settle_block(w, piece, offset, b);
		if (w.writing == 0)
			is_published = settle_piece(piece, idle);
	}
	if (is_published)
		common_->options.on_published(path_, piece);
	done(b->result);
	for (const auto &f : idle)
		f();
}

void
disk_folder::when_idle(int piece, std::function<void()> done)
{
	{
		std::lock_guard<std::mutex> hold(lock_);

		for (auto &[p, w] : works_) {
			if (w.writing == 0 || (piece != -1 && p != piece))
				continue;
			auto &list = piece == -1 ? idle_ : w.idle;
			list.push_back(std::move(done));
			return;
		}
	}
	done();
}

/* --- Reading ------------------------------------------------------------- */

/* The part of a piece that a block in memory holds. */
bool
disk_folder::copy_block(int piece, int64_t offset, char *bytes, int64_t len)
{
	std::lock_guard<std::mutex> hold(lock_);
	auto w = works_.find(piece);

	if (w == works_.end())
		return false;
	auto b = w->second.blocks.find(offset - offset % block_size);
	if (b == w->second.blocks.end() ||
	    offset % block_size + len > (int64_t)b->second->bytes.size())
		return false;
	memcpy(
	    bytes, b->second->bytes.data() + offset % block_size, (size_t)len);
	return true;
}

bool
disk_folder::from_disk(
    int64_t offset, char *bytes, int64_t len, disk_result &result)
{
	for (const auto &slice : layout_.map(offset, len)) {
		file_ptr file;

		if (layout_.files[slice.file].is_pad) {
			memset(bytes + slice.at, 0, (size_t)slice.len);
			continue;
		}
		result.file = slice.file;
		{
			std::lock_guard<std::mutex> hold(lock_);

			if (keeps(slice.file))
				file = file_of(slice.file, false, result.error);
			else
				result.error = ENOENT;
		}
		if (file == nullptr)
			return false;
		int64_t n = common_->device->read(
		    file, bytes + slice.at, (size_t)slice.len, slice.offset);
		if (n != slice.len) {
			result.error = n < 0 ? (int)-n : ENODATA;
			return false;
		}
	}
	return true;
}

bool
disk_folder::gather(int piece, int64_t offset, char *bytes, int64_t len)
{
	disk_result result;

	while (len > 0) {
		int64_t n = std::min(len, block_size - offset % block_size);
		if (!copy_block(piece, offset, bytes, n) &&
		    !from_disk((int64_t)piece * layout_.piece_size + offset,
			bytes, n, result))
			return false;
		offset += n;
		bytes += n;
		len -= n;
	}
	return true;
}

disk_result
disk_folder::read(int piece, int offset, char *bytes, int len)
{
	const disk_result refused{ ENOENT, -1 };
	auto may_read = [this, piece] {
		std::lock_guard<std::mutex> hold(lock_);
		auto w = works_.find(piece);

		return valid(piece) && !barred_[piece] &&
		    (published_[piece] ||
			(w != works_.end() && w->second.passed));
	};

	if (!may_read() || offset < 0 || len <= 0 ||
	    offset + (int64_t)len > layout_.piece_len(piece))
		return refused;
	if (!gather(piece, offset, bytes, len))
		return { EIO, -1 };
	/* It may have been punched meanwhile: no zeros for anybody. */
	return may_read() ? disk_result{} : refused;
}

/* --- Holes --------------------------------------------------------------- */

/* With the lock held: nothing of a piece is there, but perhaps writes on their
 * way that are refused when they return. */
bool
disk_folder::is_gone(int piece) const
{
	return list_.kinds[piece] == PIECES_NONE &&
	    (barred_[piece] || works_.find(piece) == works_.end());
}

/* With the lock held: unlinks files of these pieces of which nothing is left.
 * Who is reading one goes on with what was there; a hole would reach them as
 * zeros. */
int
disk_folder::drop_files(const std::vector<int> &pieces)
{
	std::set<int> files;
	int error = 0;

	for (int p : pieces)
		if (valid(p))
			for (const auto &slice :
			    layout_.map((int64_t)p * layout_.piece_size,
				layout_.piece_len(p)))
				files.insert(slice.file);
	for (int file : files) {
		auto [first, last] = layout_.pieces_of(file);
		while (first < last && is_gone(first))
			first++;
		if (first < last)
			continue;
		files_.erase(file);
		if (unlinkat(folder_, std::to_string(file).c_str(), 0) == -1 &&
		    errno != ENOENT)
			error = errno;
	}
	return error;
}

int
disk_folder::punch(const std::vector<int> &pieces)
{
	std::vector<int> sorted(pieces);
	int error = 0;

	unpublish(pieces);
	std::sort(sorted.begin(), sorted.end());
	std::lock_guard<std::mutex> hold(lock_);
	if (spec_.own_file.empty())
		error = drop_files(sorted);
	for (size_t i = 0, next; i < sorted.size(); i = next) {
		next = i + 1;
		if (!valid(sorted[i]))
			continue;
		auto w = works_.find(sorted[i]);
		if (w != works_.end()) {
			w->second.punch = true;
			continue;
		}
		while (next < sorted.size() &&
		    sorted[next] <= sorted[next - 1] + 1 &&
		    valid(sorted[next]) &&
		    works_.find(sorted[next]) == works_.end())
			next++;
		int failed = punch_run(sorted[i], sorted[next - 1] + 1);
		if (failed != 0)
			error = failed;
	}
	/* A list that could not be appended to was forgotten. */
	struct err err;
	if (has_list_ && list_.fd == -1 && pieces_compact(&list_, &err) == -1)
		log_warn("torrent.list", "%s", err.text);
	return error;
}

/* Frees pieces [first, last), with the lock held. */
int
disk_folder::punch_run(int first, int last)
{
	int64_t from = (int64_t)first * layout_.piece_size;
	int64_t to =
	    std::min<int64_t>((int64_t)last * layout_.piece_size, layout_.size);
	int error = 0;

	if (!spec_.own_file.empty())
		return 0;
	for (const auto &slice : layout_.map(from, to - from)) {
		if (layout_.files[slice.file].is_pad)
			continue;
		int failed = punch_file(slice);
		if (failed != 0)
			error = failed;
	}
	return error;
}

/* The file system frees whole blocks only: a block shared with a neighbour goes
 * when nothing of it is needed there. */
int
disk_folder::punch_file(const disk_layout::slice &slice)
{
	constexpr int64_t unit = 4096;
	const disk_layout::file &in = layout_.files[slice.file];
	int64_t from = slice.offset, to = slice.offset + slice.len;
	int64_t down = from - from % unit;
	int64_t up = std::min(in.size, (to + unit - 1) / unit * unit);
	int error = 0;

	file_ptr file = file_of(slice.file, false, error);
	if (file == nullptr)
		return error == ENOENT ? 0 : error;
	if (is_free(in.offset + down, in.offset + from))
		from = down;
	if (is_free(in.offset + to, in.offset + up))
		to = up == in.size ? (up + unit - 1) / unit * unit : up;
	if (fallocate(file->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		from, to - from) == -1)
		return errno;
	return 0;
}

/* No piece that bytes [from, to) of the torrent belong to is there. */
bool
disk_folder::is_free(int64_t from, int64_t to) const
{
	if (from >= to)
		return true;
	for (int64_t p = from / layout_.piece_size;
	     p <= (to - 1) / layout_.piece_size; p++)
		if (held_locked((int)p))
			return false;
	return true;
}

int64_t
disk_folder::bytes() const
{
	int fd = ::openat(folder_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd == -1 ? nullptr : fdopendir(fd);
	int64_t sum = 0;

	if (dir == nullptr) {
		if (fd != -1)
			::close(fd);
		return 0;
	}
	while (const dirent *entry = readdir(dir)) {
		struct stat st;

		if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode))
			sum += (int64_t)st.st_blocks * 512;
	}
	closedir(dir);
	return sum;
}

} // namespace miau
