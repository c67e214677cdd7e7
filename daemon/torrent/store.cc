/*
 * The store: payload folders by their path, and the device that is at work.
 */
extern "C" {
#include "lib/base/fs.h"
}

#include <cerrno>
#include <cstdio>

#include <sys/statvfs.h>
#include <unistd.h>

#include <libtorrent/hasher.hpp>

#include "daemon/torrent/folder.h"
#include "daemon/torrent/shared.h"

namespace miau
{

namespace
{

constexpr int64_t free_again = 64 * 1024 * 1024;

std::string
plain(const std::string &path)
{
	size_t len = path.size();

	while (len > 1 && path[len - 1] == '/')
		len--;
	return path.substr(0, len);
}

} // namespace

int64_t
disk_device::read(const std::shared_ptr<disk_file> &file, char *bytes,
    size_t len, int64_t offset)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = pread(file->fd, bytes + got, len - got,
		    (off_t)(offset + (int64_t)got));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -errno;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (int64_t)got;
}

void
disk_device::write(const std::shared_ptr<disk_file> &file, const char *bytes,
    size_t len, int64_t offset, std::function<void(int)> done)
{
	size_t put = 0;

	while (put < len) {
		ssize_t n = pwrite(file->fd, bytes + put, len - put,
		    (off_t)(offset + (int64_t)put));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return done(errno);
		put += (size_t)n;
	}
	done(0);
}

int64_t
disk_device::free_bytes(int folder)
{
	struct statvfs st;

	if (fstatvfs(folder, &st) == -1)
		return 0;
	return (int64_t)st.f_bavail * (int64_t)st.f_frsize;
}

std::shared_ptr<disk_folder>
store::shared::find(const std::string &path)
{
	std::lock_guard<std::mutex> hold(lock);
	auto it = folders.find(plain(path));

	return it == folders.end() ? nullptr : it->second;
}

store::store(disk_options options, std::unique_ptr<disk_device> device)
    : shared_(std::make_shared<shared>())
{
	shared_->common = std::make_shared<disk_common>();
	shared_->common->options = std::move(options);
	shared_->common->device = std::move(device);
}

store::~store() = default;

int
store::open(const std::string &path, const disk_spec &spec)
{
	auto folder =
	    std::make_shared<disk_folder>(shared_->common, plain(path), spec);
	std::lock_guard<std::mutex> hold(shared_->lock);

	if (shared_->folders.count(plain(path)) > 0)
		return EEXIST;
	int error = folder->open();
	if (error == 0)
		shared_->folders[plain(path)] = folder;
	return error;
}

int
store::attach(const std::string &path, const lt::file_storage &files)
{
	auto folder = shared_->find(path);

	return folder == nullptr ? ENOENT : folder->attach(files);
}

void
store::close(const std::string &path)
{
	auto folder = shared_->find(path);

	if (folder == nullptr)
		return;
	folder->end();
	std::lock_guard<std::mutex> hold(shared_->lock);
	shared_->folders.erase(plain(path));
}

int
store::erase(const std::string &path)
{
	struct err err;

	if (shared_->find(path) == nullptr)
		return ENOENT;
	close(path);
	return fs_remove_tree(plain(path).c_str(), &err) == -1 ? EIO : 0;
}

void
store::expect(
    const std::string &path, std::shared_ptr<const lt::torrent_info> info)
{
	auto folder = shared_->find(path);

	if (folder != nullptr)
		folder->expect(std::move(info));
}

void
store::hurry(const std::string &path, const std::vector<int> &pieces)
{
	auto folder = shared_->find(path);

	if (folder != nullptr)
		folder->hurry(pieces);
}

void
store::checked(const std::string &path, const std::vector<int> &right)
{
	auto folder = shared_->find(path);

	if (folder != nullptr)
		folder->checked(right);
}

std::vector<int>
store::want(const std::string &path, const std::vector<int> &files)
{
	auto folder = shared_->find(path);

	return folder == nullptr ? std::vector<int>() : folder->want(files);
}

bool
store::wanted(const std::string &path, int file) const
{
	auto folder = shared_->find(path);

	return folder != nullptr && folder->wanted(file);
}

void
store::passed(const std::string &path, int piece)
{
	auto folder = shared_->find(path);

	if (folder != nullptr)
		folder->passed(piece);
}

void
store::failed(const std::string &path, int piece)
{
	auto folder = shared_->find(path);

	if (folder != nullptr)
		folder->failed(piece);
}

void
store::verified(const std::string &path, const std::vector<int> &pieces)
{
	auto folder = shared_->find(path);

	if (folder != nullptr)
		folder->verified(pieces);
}

void
store::doubt(const std::string &path)
{
	auto folder = shared_->find(path);

	if (folder != nullptr)
		folder->doubt();
}

bool
store::published(const std::string &path, int piece) const
{
	auto folder = shared_->find(path);

	return folder != nullptr && folder->published(piece);
}

int
store::published_until(const std::string &path, int piece) const
{
	auto folder = shared_->find(path);

	return folder == nullptr ? piece : folder->published_until(piece);
}

std::vector<bool>
store::have(const std::string &path) const
{
	auto folder = shared_->find(path);

	return folder == nullptr ? std::vector<bool>()
				 : folder->of_kind(PIECES_PUBLISHED);
}

std::vector<bool>
store::claimed(const std::string &path) const
{
	auto folder = shared_->find(path);

	return folder == nullptr ? std::vector<bool>()
				 : folder->of_kind(PIECES_CLAIMED);
}

bool
store::piece_hash(const std::string &path, int piece, lt::sha1_hash &out) const
{
	auto folder = shared_->find(path);
	std::vector<char> bytes(64 * 1024);
	lt::hasher hash;

	if (folder == nullptr || !folder->held(piece))
		return false;
	int64_t len = folder->layout().piece_len(piece);
	for (int64_t at = 0; at < len; at += (int64_t)bytes.size()) {
		int64_t n = std::min<int64_t>(len - at, (int64_t)bytes.size());

		if (!folder->gather(piece, at, bytes.data(), n))
			return false;
		hash.update({ bytes.data(), (std::ptrdiff_t)n });
	}
	out = hash.final();
	return true;
}

void
store::unpublish(const std::string &path, const std::vector<int> &pieces)
{
	auto folder = shared_->find(path);

	if (folder != nullptr)
		folder->unpublish(pieces);
}

int
store::punch(const std::string &path, const std::vector<int> &pieces)
{
	auto folder = shared_->find(path);

	return folder == nullptr ? ENOENT : folder->punch(pieces);
}

int64_t
store::bytes(const std::string &path) const
{
	auto folder = shared_->find(path);

	return folder == nullptr ? 0 : folder->bytes();
}

std::string
store::file_path(const std::string &path, int file) const
{
	auto folder = shared_->find(path);

	return folder == nullptr ? "" : folder->file_path(file);
}

/* All payload lies on one file system: any folder knows it. */
bool
store::is_full()
{
	std::atomic<bool> &full = shared_->common->full;
	std::shared_ptr<disk_folder> any;

	if (!full.load())
		return false;
	{
		std::lock_guard<std::mutex> hold(shared_->lock);

		if (!shared_->folders.empty())
			any = shared_->folders.begin()->second;
	}
	if (any == nullptr || any->free_bytes() >= free_again)
		full = false;
	return full;
}

} // namespace miau
