/*
 * The store: where torrents' bytes come from and go to. Private to this folder.
 *
 * A payload folder holds a torrent's files by their index ("0", "1" …: names
 * that reveal nothing) and the list of its published pieces (pieces.h). A piece
 * is published when its hash was right *and* the writes of all its blocks have
 * returned: neither alone is enough. Files nobody wants never touch the disk:
 * their blocks are kept in memory until the piece they share with a wanted file
 * is decided, then dropped.
 *
 * The order of use, per payload folder:
 *	open → [attach, have → add_torrent_params.have_pieces] → session.add
 *	torrent_plugin::on_piece_pass → passed, on_piece_failed → failed
 *	giving up: unpublish → session.remove → punch when it is gone → add again
 *	session.remove → close, or erase
 * A folder that is not open when libtorrent asks for it is refused.
 *
 * All may be called on any thread unless it says otherwise; what calls back does
 * so on the network thread without a lock held. Nothing throws but bad_alloc.
 * `path` is always the absolute payload folder, equal to
 * add_torrent_params.save_path.
 */
#ifndef DAEMON_TORRENT_DISK_H
#define DAEMON_TORRENT_DISK_H

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <libtorrent/disk_interface.hpp>
#include <libtorrent/fwd.hpp>
#include <libtorrent/io_context.hpp>
#include <libtorrent/sha1_hash.hpp>

namespace miau
{

/* An open file of a payload. */
struct disk_file {
	int fd;
	explicit disk_file(int opened) : fd(opened)
	{
	}
	~disk_file();
	disk_file(const disk_file &) = delete;
	disk_file &operator=(const disk_file &) = delete;
};

/*
 * The one place where payload goes to and comes from the disk. The one at work
 * writes at once, in the caller; another may return earlier and say `done`
 * later, on the network thread, and must then keep writes of one place in
 * order. What it has been given to write it writes or fails: a write that
 * fails after the piece passed leaves the piece unpublished until the torrent
 * is added again.
 */
class disk_device
{
      public:
	virtual ~disk_device() = default;
	/* Bytes read, fewer only at the end of the file; -errno. */
	virtual int64_t read(const std::shared_ptr<disk_file> &file,
	    char *bytes, size_t len, int64_t offset);
	/* `bytes` stay until `done`, which gets 0 or an errno. */
	virtual void write(const std::shared_ptr<disk_file> &file,
	    const char *bytes, size_t len, int64_t offset,
	    std::function<void(int)> done);
	/* Bytes free on the file system of a folder's descriptor. */
	virtual int64_t free_bytes(int folder);
};

/* What becomes of a payload folder. */
struct disk_spec {
	/* File 0 is this one, read only, never written, punched or removed. */
	std::string own_file;
	/* Indices of the files to keep; empty: all of them. */
	std::vector<int> wanted;
};

struct disk_options {
	std::string boot_id; /* of the kernel that runs now */
	/* A piece may be read from now on. */
	std::function<void(const std::string &path, int piece)> on_published;
	/* All that was only claimed has been hashed, after its pieces. */
	std::function<void(const std::string &path)> on_checked;
};

class disk_folder;

class store
{
      public:
	explicit store(disk_options options,
	    std::unique_ptr<disk_device> device =
		std::make_unique<disk_device>());
	~store();
	store(const store &) = delete;
	store &operator=(const store &) = delete;

	/* Makes the folder known (and makes it, 0700). 0 or an errno: EEXIST
	 * when it is open already. */
	int open(const std::string &path, const disk_spec &spec);
	/* Tells the folder its files and reads its list of pieces; libtorrent
	 * does so by itself when metadata comes from the swarm. 0 or an errno:
	 * EINVAL for another layout than before, and for what no payload may
	 * have (decided by describe.h, checked again here). */
	int attach(const std::string &path, const lt::file_storage &files);
	/* What the pieces' hashes are, for hurry. */
	void expect(const std::string &path,
	    std::shared_ptr<const lt::torrent_info> info);
	/* After the torrent has left the session. */
	void close(const std::string &path);
	/* The same, and removes the payload folder. 0 or an errno. */
	int erase(const std::string &path);

	/* Changes the files to keep. Gives back the pieces that were published
	 * without these files' bytes: unpublished now, give them up properly
	 * (remove + add). */
	std::vector<int> want(
	    const std::string &path, const std::vector<int> &files);
	bool wanted(const std::string &path, int file) const;

	/* --- Publication */

	/* From torrent_plugin; network thread. */
	void passed(const std::string &path, int piece);
	void failed(const std::string &path, int piece);
	/* Pieces found to be right on the disk: libtorrent's check of the
	 * files, or piece_hash below. Publishes them (on_published is called,
	 * on the calling thread). */
	void verified(const std::string &path, const std::vector<int> &pieces);
	/* The same at the end of a check of all: what was claimed and is not
	 * among them is not there. */
	void checked(const std::string &path, const std::vector<int> &right);
	/* While libtorrent checks the files, these are hashed before others and
	 * published one by one, if version 1 hashes are known. */
	void hurry(const std::string &path, const std::vector<int> &pieces);
	/* All that is published is only claimed from now on: before a recheck. */
	void doubt(const std::string &path);

	/* Lock-free but for finding the folder. */
	bool published(const std::string &path, int piece) const;
	/* The first piece from `piece` on that is not published; the number of
	 * pieces at the end. */
	int published_until(const std::string &path, int piece) const;
	/* Published pieces; empty before attach. As have_pieces they need no
	 * check. */
	std::vector<bool> have(const std::string &path) const;
	/* Pieces published before the machine was started anew: said to be
	 * there, but not published until verified. While there are any (and
	 * no have_pieces are given), libtorrent is told to check the files,
	 * which reads only these. */
	std::vector<bool> claimed(const std::string &path) const;
	/* SHA-1 of a piece on the disk. False when it cannot be read. Blocks. */
	bool piece_hash(
	    const std::string &path, int piece, lt::sha1_hash &out) const;

	/* --- Giving pieces up */

	/* From here on they are neither published nor claimed, nothing reads
	 * them, and writes into them are refused until the torrent is added
	 * again. */
	void unpublish(const std::string &path, const std::vector<int> &pieces);
	/* Frees the bytes of pieces that are unpublished (does so by itself if
	 * they are not): a file of which nothing is left is unlinked, so that
	 * whoever sends it goes on; others get holes. 0 or an errno. */
	int punch(const std::string &path, const std::vector<int> &pieces);
	/* Allocated bytes of the folder, the list of pieces included; never an
	 * own file's. */
	int64_t bytes(const std::string &path) const;
	/* The file's absolute path; empty for an index that is none. */
	std::string file_path(const std::string &path, int file) const;

	/* A write found the disk full: all writes fail (ENOSPC, which puts
	 * libtorrent's torrents into upload mode) until 64 MiB are free. Looks
	 * now: ask every second while it is true, then clear upload mode. */
	bool is_full();

      private:
	friend class disk_io;
	struct shared;
	std::shared_ptr<shared> shared_;
};

/* For lt::session_params::disk_io_constructor. */
std::unique_ptr<lt::disk_interface> disk_make(lt::io_context &loop,
    const lt::settings_interface &settings, lt::counters &counters,
    std::shared_ptr<store> store);

} // namespace miau

#endif
