/*
 * What tests of the store do with a payload folder: fetch pieces as libtorrent
 * does, read as a peer does, look at the disk.
 */
#ifndef TESTS_UNIT_TORRENT_DISK_WORLD_H
#define TESTS_UNIT_TORRENT_DISK_WORLD_H

#include "tests/unit/torrent/disk_session.h"

namespace
{

struct world final : session {
	using session::session;

	int
	n_pieces() const
	{
		return files.num_pieces();
	}
	int
	len(int piece) const
	{
		return files.piece_size(lt::piece_index_t(piece));
	}
	/* The error of one block's write: -1 while it is under way. */
	std::shared_ptr<int>
	write(int piece, int offset, const char *bytes)
	{
		auto error = std::make_shared<int>(-1);
		int n = std::min(block, len(piece) - offset);

		io->async_write(storage,
		    { lt::piece_index_t(piece), offset, n }, bytes, nullptr,
		    [error](
			const lt::storage_error &e) { *error = e.ec.value(); },
		    {});
		run();
		return error;
	}
	std::shared_ptr<int>
	write(int piece, int offset)
	{
		return write(piece, offset,
		    &content[(size_t)piece * piece_size + (size_t)offset]);
	}
	void
	write_piece(int piece)
	{
		for (int at = 0; at < len(piece); at += block)
			(void)write(piece, at);
	}
	lt::sha1_hash
	right_hash(int piece) const
	{
		return lt::hasher(
		    lt::span<const char>(
			&content[(size_t)piece * piece_size], len(piece)))
		    .final();
	}
	bool
	hash_is_right(int piece)
	{
		lt::sha1_hash hash;

		io->async_hash(storage, lt::piece_index_t(piece), {},
		    lt::disk_interface::v1_hash,
		    [&hash](lt::piece_index_t, const lt::sha1_hash &h,
			const lt::storage_error &e) {
			    assert_false(bool(e));
			    hash = h;
		    });
		run();
		return hash == right_hash(piece);
	}
	/* What libtorrent and the engine's plugin do with a fetched piece. */
	void
	fetch(int piece)
	{
		write_piece(piece);
		assert_true(hash_is_right(piece));
		s->passed(path, piece);
	}
	/* For a peer. */
	bool
	read(int piece, int offset, int n, std::vector<char> &out)
	{
		bool is_read = false;

		io->async_read(storage, { lt::piece_index_t(piece), offset, n },
		    [&](lt::disk_buffer_holder buffer,
			const lt::storage_error &e) {
			    is_read = !e;
			    if (is_read)
				    out.assign(buffer.data(),
					buffer.data() + buffer.size());
		    },
		    {});
		run();
		return is_read;
	}
	bool
	reads_right(int piece, int offset, int n)
	{
		std::vector<char> out;

		return read(piece, offset, n, out) && (int)out.size() == n &&
		    memcmp(out.data(),
			&content[(size_t)piece * piece_size + (size_t)offset],
			(size_t)n) == 0;
	}
	std::string
	bytes_of(int file) const
	{
		std::ifstream in(path + "/" + std::to_string(file));

		return { std::istreambuf_iterator<char>(in), {} };
	}
	bool
	has(const std::string &name) const
	{
		return access((path + "/" + name).c_str(), F_OK) == 0;
	}
	int64_t
	list_bytes() const
	{
		struct stat st;

		assert_int_equal(stat((path + "/pieces").c_str(), &st), 0);
		return (int64_t)st.st_blocks * 512;
	}
	void
	assert_published_is_right(int piece) const override
	{
		for (int f = 0; f < files.num_files(); f++) {
			lt::file_index_t i(f);
			int64_t from = std::max<int64_t>(
			    files.file_offset(i), (int64_t)piece * piece_size);
			int64_t to = std::min<int64_t>(
			    files.file_offset(i) + files.file_size(i),
			    (int64_t)piece * piece_size + len(piece));
			if (from >= to || !s->wanted(path, f) ||
			    s->file_path(path, f) !=
				path + "/" + std::to_string(f))
				continue;
			std::string have = bytes_of(f);
			size_t at = (size_t)(from - files.file_offset(i));
			assert_true(have.size() >= at + (size_t)(to - from));
			assert_memory_equal(have.data() + at,
			    &content[(size_t)from], (size_t)(to - from));
		}
	}
	lt::status_t
	check(const std::vector<bool> &said)
	{
		lt::add_torrent_params params;
		lt::status_t status{};

		params.have_pieces.resize((int)said.size());
		for (int i = 0; i < (int)said.size(); i++)
			if (said[(size_t)i])
				params.have_pieces.set_bit(
				    lt::piece_index_t(i));
		io->async_check_files(storage, &params, {},
		    [&status](lt::status_t st, const lt::storage_error &) {
			    status = st;
		    });
		run();
		return status;
	}
};

std::vector<bool>
only(int n, const std::vector<int> &set)
{
	std::vector<bool> out((size_t)n);

	for (int i : set)
		out[(size_t)i] = true;
	return out;
}

} // namespace

#endif
