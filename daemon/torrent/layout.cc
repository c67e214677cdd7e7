/*
 * Where files lie in a torrent: our own few lines instead of libtorrent's
 * file_storage, whose names may be borrowed from memory that goes with the
 * torrent.
 */
#include <algorithm>
#include <cerrno>

#include <libtorrent/file_storage.hpp>

#include "daemon/torrent/describe.h"
#include "daemon/torrent/folder.h"

namespace miau
{

int
disk_layout::set(const lt::file_storage &from)
{
	/* Between two files there may be padding. */
	if (from.num_files() < 1 || from.num_files() > 2 * TORRENT_FILES_MAX ||
	    from.num_pieces() < 1 || from.num_pieces() > TORRENT_PIECES_MAX ||
	    from.piece_length() < 1 ||
	    from.piece_length() > TORRENT_PIECE_MAX || from.total_size() < 1)
		return EINVAL;
	files.clear();
	size = 0;
	for (lt::file_index_t i : from.file_range()) {
		file f{ from.file_offset(i), from.file_size(i),
			from.pad_file_at(i) };
		if (f.size < 0 || f.offset != size ||
		    f.size > from.total_size() - size)
			return EINVAL;
		size += f.size;
		files.push_back(f);
	}
	piece_size = from.piece_length();
	n_pieces = from.num_pieces();
	if (size != from.total_size() ||
	    (size + piece_size - 1) / piece_size != n_pieces)
		return EINVAL;
	return 0;
}

bool
disk_layout::operator==(const disk_layout &other) const
{
	auto same = [](const file &a, const file &b) {
		return a.size == b.size && a.is_pad == b.is_pad;
	};
	return piece_size == other.piece_size && size == other.size &&
	    std::equal(files.begin(), files.end(), other.files.begin(),
		other.files.end(), same);
}

int64_t
disk_layout::piece_len(int piece) const
{
	return std::min<int64_t>(
	    piece_size, size - (int64_t)piece * piece_size);
}

int64_t
disk_layout::piece_len_v2(int piece) const
{
	int64_t at = (int64_t)piece * piece_size;
	std::vector<slice> slices = map(at, piece_len(piece));

	return slices.empty() || files[slices[0].file].is_pad ? 0
							      : slices[0].len;
}

std::vector<disk_layout::slice>
disk_layout::map(int64_t offset, int64_t len) const
{
	std::vector<slice> out;
	int64_t at = 0;

	if (offset < 0 || len <= 0 || offset > size || len > size - offset)
		return out;
	auto it = std::upper_bound(files.begin(), files.end(), offset,
	    [](int64_t o, const file &f) { return o < f.offset; });
	for (--it; at < len; ++it) {
		int64_t in_file = offset + at - it->offset;
		int64_t n = std::min(it->size - in_file, len - at);

		if (n <= 0)
			continue;
		out.push_back({ (int)(it - files.begin()), in_file, at, n });
		at += n;
	}
	return out;
}

std::pair<int, int>
disk_layout::pieces_of(int index) const
{
	const file &f = files[index];

	if (f.size == 0)
		return { 0, 0 };
	return { (int)(f.offset / piece_size),
		(int)((f.offset + f.size - 1) / piece_size) + 1 };
}

} // namespace miau
