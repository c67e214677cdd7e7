/*
 * One payload folder of the store: its files, the blocks on their way to them,
 * and which pieces are published. Private to disk.cc and folder.cc.
 *
 * A piece being written has a `work`: blocks in memory whose writes have not
 * returned, or parts of which belong to files nobody wants. Unpublished pieces
 * are *barred* until the torrent is added again, so that no write on its way
 * can land in what has been punched.
 */
#ifndef DAEMON_TORRENT_FOLDER_H
#define DAEMON_TORRENT_FOLDER_H

#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include <libtorrent/torrent_info.hpp>

#include "daemon/torrent/disk.h"
#include "daemon/torrent/pieces.h"

namespace miau
{

/* Where files lie in a torrent. */
struct disk_layout {
	struct file {
		int64_t offset, size;
		bool is_pad;
	};
	struct slice {
		int file;
		int64_t offset; /* in the file */
		int64_t at;     /* in what was asked for */
		int64_t len;
	};
	std::vector<file> files;
	int64_t size = 0;
	int piece_size = 0;
	int n_pieces = 0;

	/* 0, or EINVAL for what no payload may have. */
	int set(const lt::file_storage &from);
	bool operator==(const disk_layout &other) const;
	/* Bytes of a piece; of its v2 part, which ends with its file. */
	int64_t piece_len(int piece) const;
	int64_t piece_len_v2(int piece) const;
	/* The files' parts of bytes [offset, offset + len) of the torrent. */
	std::vector<slice> map(int64_t offset, int64_t len) const;
	/* First and one past the last piece that holds bytes of a file. */
	std::pair<int, int> pieces_of(int file) const;
};

/* What went wrong, and with which file (-1: none in particular). */
struct disk_result {
	int error = 0;
	int file = -1;
};

/* What folders have in common. */
struct disk_common {
	disk_options options;
	std::unique_ptr<disk_device> device;
	std::atomic<bool> full{ false };
	std::atomic<int64_t> kept{ 0 }; /* bytes of unwanted parts in memory */
};

class disk_folder : public std::enable_shared_from_this<disk_folder>
{
      public:
	disk_folder(std::shared_ptr<disk_common> common, std::string path,
	    disk_spec spec);
	~disk_folder();

	int open();
	int attach(const lt::file_storage &files);
	bool is_attached() const;
	/* The torrent is (again) in the session: nothing is barred. */
	void begin();
	/* It is going for good: all is barred. */
	void end();

	std::vector<int> want(const std::vector<int> &files);
	bool wanted(int file) const;
	void passed(int piece);
	void failed(int piece);
	void verified(const std::vector<int> &pieces);
	void checked(const std::vector<int> &right);
	void expect(std::shared_ptr<const lt::torrent_info> info);
	void hurry(const std::vector<int> &pieces);
	/* The next of those that is still only claimed and its hash. */
	bool hurried(int &piece, lt::sha1_hash &hash);
	void doubt();
	bool published(int piece) const;
	int published_until(int piece) const;
	std::vector<bool> of_kind(enum pieces_kind kind) const;
	void unpublish(const std::vector<int> &pieces);
	int punch(const std::vector<int> &pieces);
	int64_t bytes() const;
	std::string file_path(int file) const;
	int64_t free_bytes() const;
	const disk_layout &
	layout() const
	{
		return layout_;
	}

	/* For libtorrent; network thread. `done` may be called at once. */
	void write(int piece, int offset, const char *bytes, int len,
	    std::function<void(disk_result)> done);
	/* Refused (ENOENT) for what is not published or passed. */
	disk_result read(int piece, int offset, char *bytes, int len);
	/* Bytes of a piece wherever they are, for hashing: false when some are
	 * nowhere. */
	bool gather(int piece, int64_t offset, char *bytes, int64_t len);
	/* Something may be there to be hashed. */
	bool held(int piece) const;
	/* There is something that is neither published nor known not to be
	 * there. */
	bool may_hold() const;
	/* Calls back when no write of the piece (-1: of any) is under way. */
	void when_idle(int piece, std::function<void()> done);
	void close_files();

      private:
	struct block {
		std::vector<char> bytes;
		int waiting = 0; /* writes that have not returned */
		disk_result result;
		int64_t kept = 0; /* bytes of it that only memory has */
		std::atomic<int64_t> *counter = nullptr;
		~block();
	};
	struct work {
		std::map<int64_t, std::shared_ptr<block>> blocks;
		std::set<int64_t> failed;
		int writing = 0; /* blocks */
		bool passed = false;
		bool punch = false; /* as soon as nothing is written */
		bool lift = false;  /* the bar, then */
		std::vector<std::function<void()>> idle;
	};
	using file_ptr = std::shared_ptr<disk_file>;
	struct target {
		file_ptr file;
		disk_layout::slice slice;
	};

	/* The parts of it, each told where it is defined. */
	bool valid(int piece) const;
	bool keeps(int file) const;
	bool has_wanted(int piece) const;
	file_ptr file_of(int file, bool create, int &error);
	disk_result prepare(
	    int piece, int offset, block &block, std::vector<target> &targets);
	void returned(int piece, int64_t offset,
	    const std::shared_ptr<block> &block, disk_result result,
	    const std::function<void(disk_result)> &done);
	void settle_block(work &w, int piece, int64_t offset,
	    const std::shared_ptr<block> &block);
	bool settle_piece(int piece, std::vector<std::function<void()>> &idle);
	bool publish_if_ready(int piece);
	void note(int piece, enum pieces_kind kind);
	void give_up(int piece);
	bool copy_block(int piece, int64_t offset, char *bytes, int64_t len);
	bool from_disk(
	    int64_t offset, char *bytes, int64_t len, disk_result &result);
	bool is_gone(int piece) const;
	int drop_files(const std::vector<int> &pieces);
	int punch_run(int first, int last);
	int punch_file(const disk_layout::slice &slice);
	bool is_free(int64_t from, int64_t to) const;
	bool held_locked(int piece) const;

	const std::shared_ptr<disk_common> common_;
	const std::string path_;
	mutable std::mutex lock_;
	disk_spec spec_;
	int folder_ = -1;
	disk_layout layout_; /* never changes once attached */
	std::atomic<bool> attached_{ false };
	std::unique_ptr<std::atomic<bool>[]> published_;
	struct pieces list_;
	bool has_list_ = false;
	std::vector<bool> barred_;
	std::shared_ptr<const lt::torrent_info> info_;
	std::vector<int> hurried_; /* the most urgent last */
	bool is_doubted_ = false;  /* some were claimed since the last check */
	std::map<int, work> works_;
	std::vector<std::function<void()>> idle_;
	std::map<int, file_ptr> files_;
};

} // namespace miau

#endif
