/*
 * libtorrent's disk_interface over the store. All is done in the network
 * thread: what it costs was measured (docs/torrents.md). libtorrent wants each
 * handler posted to its loop, never called from within.
 */
extern "C" {
#include "lib/base/random.h"
}

#include "daemon/torrent/disk.h"

#include <cerrno>
#include <new>

#include <boost/asio/post.hpp>

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/disk_observer.hpp>
#include <libtorrent/error_code.hpp>
#include <libtorrent/hasher.hpp>
#include <libtorrent/peer_request.hpp>

#include "daemon/torrent/shared.h"

namespace miau
{

namespace
{

constexpr int block_size = lt::default_block_size;
/* Bytes being written at which peers are asked to wait; only a device that
 * writes later gets there. */
constexpr int64_t queue_max = 16 * 1024 * 1024;

lt::storage_error
to_error(const disk_result &result, lt::operation_t operation)
{
	if (result.error == 0)
		return {};
	return { lt::error_code(result.error, boost::system::system_category()),
		lt::file_index_t(result.file), operation };
}

} // namespace

class disk_io final : public lt::disk_interface, lt::buffer_allocator_interface
{
      public:
	disk_io(lt::io_context &loop, std::shared_ptr<store> store)
	    : loop_(loop), store_(std::move(store))
	{
		random_bytes(nonsense_.data(), (size_t)nonsense_.size());
	}

	lt::storage_holder new_torrent(const lt::storage_params &params,
	    const std::shared_ptr<void> &torrent) override;
	void remove_torrent(lt::storage_index_t index) override;
	void async_read(lt::storage_index_t index, const lt::peer_request &r,
	    std::function<void(
		lt::disk_buffer_holder, const lt::storage_error &)>
		handler,
	    lt::disk_job_flags_t flags) override;
	bool async_write(lt::storage_index_t index, const lt::peer_request &r,
	    const char *bytes, std::shared_ptr<lt::disk_observer> observer,
	    std::function<void(const lt::storage_error &)> handler,
	    lt::disk_job_flags_t flags) override;
	void async_hash(lt::storage_index_t index, lt::piece_index_t piece,
	    lt::span<lt::sha256_hash> v2, lt::disk_job_flags_t flags,
	    std::function<void(lt::piece_index_t, const lt::sha1_hash &,
		const lt::storage_error &)>
		handler) override;
	void async_hash2(lt::storage_index_t index, lt::piece_index_t piece,
	    int offset, lt::disk_job_flags_t flags,
	    std::function<void(lt::piece_index_t, const lt::sha256_hash &,
		const lt::storage_error &)>
		handler) override;
	void async_check_files(lt::storage_index_t index,
	    const lt::add_torrent_params *resume,
	    lt::aux::vector<std::string, lt::file_index_t> links,
	    std::function<void(lt::status_t, const lt::storage_error &)>
		handler) override;
	void async_clear_piece(lt::storage_index_t index,
	    lt::piece_index_t piece,
	    std::function<void(lt::piece_index_t)> handler) override;

	/* Names and places are ours alone. */
	void
	async_move_storage(lt::storage_index_t, std::string path,
	    lt::move_flags_t,
	    std::function<void(
		lt::status_t, const std::string &, const lt::storage_error &)>
		handler) override
	{
		post([handler = std::move(handler), path = std::move(path)] {
			handler(lt::status_t::fatal_disk_error, path,
			    to_error(
				{ EPERM, -1 }, lt::operation_t::file_rename));
		});
	}
	void
	async_rename_file(lt::storage_index_t, lt::file_index_t file,
	    std::string name,
	    std::function<void(const std::string &, lt::file_index_t,
		const lt::storage_error &)>
		handler) override
	{
		post([handler = std::move(handler), name = std::move(name),
			 file] {
			handler(name, file,
			    to_error({ EPERM, static_cast<int>(file) },
				lt::operation_t::file_rename));
		});
	}
	/* store::erase does it, when no write is on its way any more. */
	void
	async_delete_files(lt::storage_index_t, lt::remove_flags_t,
	    std::function<void(const lt::storage_error &)> handler) override
	{
		post([handler = std::move(handler)] {
			handler(to_error(
			    { EPERM, -1 }, lt::operation_t::file_remove));
		});
	}
	/* Which files are kept is said to the store. */
	void
	async_set_file_priority(lt::storage_index_t,
	    lt::aux::vector<lt::download_priority_t, lt::file_index_t> files,
	    std::function<void(const lt::storage_error &,
		lt::aux::vector<lt::download_priority_t, lt::file_index_t>)>
		handler) override
	{
		post([handler = std::move(handler), files = std::move(files)] {
			handler({}, files);
		});
	}

	void
	async_release_files(
	    lt::storage_index_t index, std::function<void()> handler) override
	{
		settle(index, std::move(handler));
	}
	void
	async_stop_torrent(
	    lt::storage_index_t index, std::function<void()> handler) override
	{
		settle(index, std::move(handler));
	}

	void
	update_stats_counters(lt::counters &) const override
	{
	}
	std::vector<lt::open_file_state>
	get_status(lt::storage_index_t) const override
	{
		return {};
	}
	void
	abort(bool) override
	{
	}
	void
	submit_jobs() override
	{
	}
	void
	settings_updated() override
	{
	}

      private:
	using folder_ptr = std::shared_ptr<disk_folder>;

	void
	free_disk_buffer(char *bytes) override
	{
		delete[] bytes;
	}
	template <typename F>
	void
	post(F &&f)
	{
		boost::asio::post(loop_, std::forward<F>(f));
	}
	/* Null for a folder that was refused. */
	folder_ptr
	folder(lt::storage_index_t index) const
	{
		return folders_[static_cast<uint32_t>(index)];
	}
	void settle(lt::storage_index_t index, std::function<void()> handler);
	void written(int64_t len);
	bool hash_v1(disk_folder &folder, int piece, lt::sha1_hash &out);
	void hash_hurried(disk_folder &folder);
	bool hash_block(
	    disk_folder &folder, int piece, int offset, lt::sha256_hash &out);

	lt::io_context &loop_;
	std::shared_ptr<store> store_;
	std::vector<folder_ptr> folders_;
	std::vector<uint32_t> vacant_;
	int64_t queued_ = 0;
	std::vector<std::weak_ptr<lt::disk_observer>> waiting_;
	/* The hash of what is not there: one that no torrent can contain. */
	lt::sha256_hash nonsense_;
};

lt::storage_holder
disk_io::new_torrent(
    const lt::storage_params &params, const std::shared_ptr<void> &)
{
	folder_ptr f = store_->shared_->find(params.path);
	uint32_t index = (uint32_t)folders_.size();

	if (f != nullptr && f->attach(params.files) != 0)
		f = nullptr;
	if (f != nullptr)
		f->begin();
	if (vacant_.empty()) {
		folders_.push_back(f);
	} else {
		index = vacant_.back();
		vacant_.pop_back();
		folders_[index] = f;
	}
	return lt::storage_holder(lt::storage_index_t(index), *this);
}

void
disk_io::remove_torrent(lt::storage_index_t index)
{
	folder_ptr f = folder(index);

	if (f != nullptr)
		f->close_files();
	folders_[static_cast<uint32_t>(index)] = nullptr;
	vacant_.push_back(static_cast<uint32_t>(index));
}

void
disk_io::async_read(lt::storage_index_t index, const lt::peer_request &r,
    std::function<void(lt::disk_buffer_holder, const lt::storage_error &)>
	handler,
    lt::disk_job_flags_t)
{
	folder_ptr f = folder(index);
	disk_result result{ EINVAL, -1 };
	lt::disk_buffer_holder buffer;

	if (f != nullptr && r.length > 0 && r.length <= block_size) {
		buffer = lt::disk_buffer_holder(
		    *this, new char[(size_t)r.length], r.length);
		result = f->read(static_cast<int>(r.piece), r.start,
		    buffer.data(), r.length);
	}
	if (result.error != 0)
		buffer.reset();
	post([handler = std::move(handler), buffer = std::move(buffer),
		 error =
		     to_error(result, lt::operation_t::file_read)]() mutable {
		handler(std::move(buffer), error);
	});
}

bool
disk_io::async_write(lt::storage_index_t index, const lt::peer_request &r,
    const char *bytes, std::shared_ptr<lt::disk_observer> observer,
    std::function<void(const lt::storage_error &)> handler,
    lt::disk_job_flags_t)
{
	folder_ptr f = folder(index);
	auto done = [this, handler = std::move(handler), len = r.length](
			disk_result result) {
		written(len);
		post([handler,
			 error = to_error(result,
			     lt::operation_t::file_write)] { handler(error); });
	};

	queued_ += r.length;
	if (f == nullptr || r.length > block_size)
		done({ EINVAL, -1 });
	else
		f->write(static_cast<int>(r.piece), r.start, bytes, r.length,
		    std::move(done));
	if (queued_ < queue_max)
		return false;
	waiting_.push_back(observer);
	return true;
}

void
disk_io::written(int64_t len)
{
	queued_ -= len;
	if (queued_ > queue_max / 2 || waiting_.empty())
		return;
	post([waiting = std::move(waiting_)] {
		for (const auto &weak : waiting)
			if (auto observer = weak.lock())
				observer->on_disk();
	});
	waiting_.clear();
}

bool
disk_io::hash_v1(disk_folder &f, int piece, lt::sha1_hash &out)
{
	int64_t len = f.layout().piece_len(piece);
	std::vector<char> bytes(block_size);
	lt::hasher hash;

	for (int64_t at = 0; at < len; at += block_size) {
		int64_t n = std::min<int64_t>(block_size, len - at);

		if (!f.gather(piece, at, bytes.data(), n))
			return false;
		hash.update({ bytes.data(), (std::ptrdiff_t)n });
	}
	out = hash.final();
	return true;
}

/* Somebody waits for it; libtorrent asks for the others in their order. */
void
disk_io::hash_hurried(disk_folder &f)
{
	lt::sha1_hash wanted, hash;
	int piece;

	if (f.hurried(piece, wanted) && hash_v1(f, piece, hash) &&
	    hash == wanted)
		f.verified({ piece });
}

bool
disk_io::hash_block(disk_folder &f, int piece, int offset, lt::sha256_hash &out)
{
	int64_t len = std::min<int64_t>(
	    block_size, f.layout().piece_len_v2(piece) - offset);
	std::vector<char> bytes(block_size);

	if (len <= 0 || !f.gather(piece, offset, bytes.data(), len))
		return false;
	out = lt::hasher256(
	    lt::span<const char>(bytes.data(), (std::ptrdiff_t)len))
		  .final();
	return true;
}

/* Never an error, which would stop the torrent: what cannot be read, or is not
 * there, has a hash that is wrong. */
void
disk_io::async_hash(lt::storage_index_t index, lt::piece_index_t piece,
    lt::span<lt::sha256_hash> v2, lt::disk_job_flags_t flags,
    std::function<void(
	lt::piece_index_t, const lt::sha1_hash &, const lt::storage_error &)>
	handler)
{
	folder_ptr f = folder(index);
	lt::sha1_hash hash(reinterpret_cast<const char *>(nonsense_.data()));
	int p = static_cast<int>(piece);
	bool is_held = f != nullptr && f->held(p);

	if (f != nullptr)
		hash_hurried(*f);
	if (is_held && (flags & lt::disk_interface::v1_hash))
		(void)hash_v1(*f, p, hash);
	for (int i = 0; i < (int)v2.size(); i++) {
		v2[i] = nonsense_;
		if (is_held)
			(void)hash_block(*f, p, i * block_size, v2[i]);
	}
	post([handler = std::move(handler), piece, hash] {
		handler(piece, hash, {});
	});
}

void
disk_io::async_hash2(lt::storage_index_t index, lt::piece_index_t piece,
    int offset, lt::disk_job_flags_t,
    std::function<void(
	lt::piece_index_t, const lt::sha256_hash &, const lt::storage_error &)>
	handler)
{
	folder_ptr f = folder(index);
	lt::sha256_hash hash = nonsense_;

	if (f != nullptr && f->held(static_cast<int>(piece)))
		(void)hash_block(*f, static_cast<int>(piece), offset, hash);
	post([handler = std::move(handler), piece, hash] {
		handler(piece, hash, {});
	});
}

/* What the engine says is there must be published; what is only claimed is
 * hashed. */
void
disk_io::async_check_files(lt::storage_index_t index,
    const lt::add_torrent_params *resume,
    lt::aux::vector<std::string, lt::file_index_t>,
    std::function<void(lt::status_t, const lt::storage_error &)> handler)
{
	folder_ptr f = folder(index);
	lt::status_t status = lt::status_t::no_error;
	lt::storage_error error;
	bool is_said = false;

	if (f == nullptr) {
		status = lt::status_t::fatal_disk_error;
		error = to_error({ EINVAL, -1 }, lt::operation_t::check_resume);
	} else {
		if (resume != nullptr) {
			for (auto p : resume->have_pieces.range()) {
				if (!resume->have_pieces[p])
					continue;
				is_said = true;
				if (!f->published(static_cast<int>(p)))
					status = lt::status_t::need_full_check;
			}
			if (resume->flags & lt::torrent_flags::seed_mode)
				is_said = true;
		}
		if (!is_said && f->may_hold())
			status = lt::status_t::need_full_check;
	}
	post([handler = std::move(handler), status, error] {
		handler(status, error);
	});
}

void
disk_io::async_clear_piece(lt::storage_index_t index, lt::piece_index_t piece,
    std::function<void(lt::piece_index_t)> handler)
{
	folder_ptr f = folder(index);
	auto done = [this, handler = std::move(handler), piece, f] {
		if (f != nullptr)
			f->failed(static_cast<int>(piece));
		post([handler, piece] { handler(piece); });
	};

	if (f == nullptr)
		done();
	else
		f->when_idle(static_cast<int>(piece), done);
}

/* Everything given has been written, and no file is open. */
void
disk_io::settle(lt::storage_index_t index, std::function<void()> handler)
{
	folder_ptr f = folder(index);
	auto done = [this, handler = std::move(handler), f] {
		if (f != nullptr)
			f->close_files();
		if (handler)
			post(handler);
	};

	if (f == nullptr)
		done();
	else
		f->when_idle(-1, done);
}

std::unique_ptr<lt::disk_interface>
disk_make(lt::io_context &loop, const lt::settings_interface &, lt::counters &,
    std::shared_ptr<store> store)
{
	return std::make_unique<disk_io>(loop, std::move(store));
}

} // namespace miau
