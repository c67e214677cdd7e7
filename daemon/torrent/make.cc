/*
 * Making a .torrent of one file: reads it once, in the caller's thread, and
 * hashes piece by piece.
 */
#include "daemon/torrent/guard.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include <libtorrent/create_torrent.hpp>
#include <libtorrent/file_storage.hpp>
#include <libtorrent/hasher.hpp>

#include "daemon/torrent/describe.h"

namespace miau
{

namespace
{

/* Small pieces play sooner, many make the .torrent large. */
constexpr int piece_min = 256 * 1024, piece_max = 16 * 1024 * 1024;
constexpr int pieces_wanted = 2048;

struct descriptor {
	int fd;
	~descriptor()
	{
		if (fd != -1)
			close(fd);
	}
};

int
piece_size_for(int64_t size)
{
	int piece = piece_min;

	while (piece < piece_max && size / piece > pieces_wanted)
		piece *= 2;
	return piece;
}

int
read_all(int fd, char *bytes, size_t len, int64_t offset, struct err *err)
{
	while (len > 0) {
		ssize_t n = pread(fd, bytes, len, offset);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_errno(
			    err, ERR_IO, "The file cannot be read");
		if (n == 0)
			return err_set(err, ERR_IO,
			    "The file became shorter while it was read.");
		bytes += n;
		offset += n;
		len -= (size_t)n;
	}
	return 0;
}

int
hash_file(const struct torrent_make *make, int fd, int64_t size,
    lt::create_torrent &torrent, struct err *err)
{
	std::vector<char> piece(torrent.piece_length());
	int64_t done = 0;

	for (lt::piece_index_t p : torrent.piece_range()) {
		int len = torrent.piece_size(p);

		if (make->go_on != nullptr &&
		    !make->go_on(make->arg, done, size))
			return err_set(
			    err, ERR_CANCELLED, "Sharing was cancelled.");
		if (read_all(fd, piece.data(), (size_t)len, done, err) == -1)
			return -1;
		torrent.set_hash(p, lt::hasher(piece.data(), len).final());
		done += len;
	}
	return 0;
}

int
open_file(const struct torrent_make *make, int64_t *size, struct err *err)
{
	int fd = open(make->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd == -1)
		return err_errno(err, ERR_IO, "The file cannot be opened");
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) || st.st_size == 0) {
		close(fd);
		return err_set(
		    err, ERR_IO, "Only files that hold something are shared.");
	}
	*size = st.st_size;
	return fd;
}

int
make_torrent(const struct torrent_make *make, struct buf *out, struct err *err)
{
	lt::file_storage files;
	int64_t size = 0;
	descriptor file{ open_file(make, &size, err) };

	if (file.fd == -1)
		return -1;
	if (size > (int64_t)piece_max * TORRENT_PIECES_MAX)
		return err_set(err, ERR_IO, "The file is too large to share.");
	files.add_file(make->name, size);
	lt::create_torrent torrent(
	    files, piece_size_for(size), lt::create_torrent::v1_only);
	for (int i = 0; make->trackers != nullptr && make->trackers[i]; i++)
		torrent.add_tracker(make->trackers[i], i);
	for (int i = 0; make->web_seeds != nullptr && make->web_seeds[i]; i++)
		torrent.add_url_seed(make->web_seeds[i]);
	/* When somebody made it is nobody's business. */
	torrent.set_creation_date(0);
	if (hash_file(make, file.fd, size, torrent, err) == -1)
		return -1;
	std::vector<char> bytes = torrent.generate_buf();
	if (buf_append(out, bytes.data(), bytes.size()) == -1)
		return err_set(err, ERR_IO, "The .torrent became too large.");
	return 0;
}

} // namespace

} // namespace miau

int
torrent_make(const struct torrent_make *make, struct buf *out, struct err *err)
{
	return miau::guard(err, -1, [&] {
		struct torrent_meta meta;
		size_t before = out->len;

		if (miau::make_torrent(make, out, err) == -1)
			return -1;
		/* What we give away, others must accept: the name may be one
		 * that is refused. */
		if (torrent_parse(out->data + before, out->len - before, &meta,
			err) == -1)
			return -1;
		torrent_meta_free(&meta);
		return 0;
	});
}
