/*
 * Which pieces the library is told to fetch for those who read. No peer is
 * there, so nothing moves: what is compared is what was said, piece by piece.
 */
#include <chrono>
#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <thread>

#include <sys/stat.h>

#include <libtorrent/create_torrent.hpp>

extern "C" {
#include <cmocka.h>

#include "lib/base/fs.h"
}
#include "daemon/torrent/engine.h"
#include "daemon/torrent/pieces.h"

/* The clock of those who wait stands still: nobody has waited for long, however
 * busy the machine is. These functions stand in front of the library's. */
#define clock_mono_ms moving_clock_ms
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
extern "C" {
#include "lib/base/clock.c"
}
#pragma GCC diagnostic pop
#undef clock_mono_ms

extern "C" int64_t
clock_mono_ms(void)
{
	return 1;
}

namespace
{

constexpr int64_t piece_size = 256 * 1024;
constexpr int n_pieces = 200;
/* As readers.cc promises: so much ahead of whoever is not the neediest, and of
 * the end, where an index may lie. */
constexpr int window = 4 * 1024 * 1024 / piece_size;
constexpr int tail = 1024 * 1024 / piece_size;
constexpr int hidden = 0, wanted = 4, urgent = 7;
constexpr int patience_s = 240;

const char name[] = "0123456789abcdef0123456789abcdef";
const char boot_id[] = "11111111-2222-3333-4444-555555555555";

/* A torrent whose first pieces are here, all of it admitted. */
struct film {
	char folder[32] = "/tmp/miau-readers-XXXXXX";
	struct torrent_engine *engine = nullptr;
	torrent_id id = 0;

	explicit film(int n_here)
	{
		struct torrent_engine_options options = {};
		struct torrent_add add = {};
		std::vector<char> bytes = describe();
		struct err err;

		assert_non_null(mkdtemp(folder));
		have(n_here);
		options.folder = folder;
		options.boot_id = boot_id;
		options.settings.listen = "127.0.0.1:0";
		options.settings.interface = "";
		options.settings.user_agent = "Miauflix";
		options.wake = [](void *) {};
		assert_int_equal(
		    torrent_engine_new(&options, &engine, &err), 0);
		torrent_engine_pause(engine, false);
		add.name = name;
		add.torrent = bytes.data();
		add.torrent_len = bytes.size();
		assert_int_equal(torrent_add(engine, &add, &id, &err), 0);
		settle();
		torrent_admit(engine, id, 0, n_pieces);
	}
	~film()
	{
		struct err err;

		torrent_engine_free(engine);
		assert_int_equal(fs_remove_tree(folder, &err), 0);
	}
	/* Opens one that reads from a piece on. */
	torrent_reader
	read_from(int piece)
	{
		torrent_reader reader = torrent_reader_open(engine, id, 0);

		assert_true(reader != 0);
		torrent_reader_move(engine, reader, piece * piece_size);
		return reader;
	}
	/* Opens one that has pieces [from, to) made ready. */
	torrent_reader
	ready(int from, int to)
	{
		torrent_reader reader = torrent_reader_open(engine, id, 0);

		assert_true(reader != 0);
		torrent_reader_until(engine, reader, to * piece_size);
		torrent_reader_move(engine, reader, from * piece_size);
		return reader;
	}
	/* All pieces of [from, to) were given this priority. */
	void
	are(int from, int to, int priority)
	{
		std::vector<lt::download_priority_t> all =
		    engine->torrents.at(id)->handle.get_piece_priorities();

		assert_int_equal(all.size(), n_pieces);
		for (int p = from; p < to; p++)
			if (all[p] !=
			    lt::download_priority_t((uint8_t)priority))
				fail_msg("piece %d is of priority %d, not %d",
				    p, (int)static_cast<uint8_t>(all[p]),
				    priority);
	}

      private:
	static std::vector<char>
	describe()
	{
		std::vector<char> out;
		lt::file_storage files;

		files.add_file("film.mp4", n_pieces * piece_size);
		lt::create_torrent make(
		    files, (int)piece_size, lt::create_torrent::v1_only);
		for (int i = 0; i < n_pieces; i++)
			make.set_hash(lt::piece_index_t(i),
			    lt::hasher(lt::span<const char>(
					   (const char *)&i, sizeof(i)))
				.final());
		lt::bencode(std::back_inserter(out), make.generate());
		return out;
	}
	/* An earlier run of this very machine published them. */
	void
	have(int n)
	{
		std::string path = std::string(folder) + "/" + name;
		struct pieces_key key = { n_pieces, (uint32_t)piece_size, {} };
		struct pieces list;
		struct err err;

		memcpy(key.boot_id, boot_id, sizeof(boot_id));
		assert_int_equal(mkdir(path.c_str(), 0700), 0);
		path += "/pieces";
		assert_int_equal(
		    pieces_open(path.c_str(), &key, &list, &err), 0);
		for (int p = 0; p < n; p++)
			assert_int_equal(pieces_set(&list, (uint32_t)p,
					     PIECES_PUBLISHED, &err),
			    0);
		pieces_close(&list);
	}
	/* Until the library has looked at what is here. */
	void
	settle()
	{
		const miau::torrent &t = *engine->torrents.at(id);
		struct torrent_event event;

		for (int i = 0; i < patience_s * 50; i++) {
			while (torrent_next(engine, &event))
				;
			if (t.phase == miau::torrent::PRESENT &&
			    t.handle.status({}).state >
				lt::torrent_status::checking_files &&
			    t.handle.status({}).state !=
				lt::torrent_status::checking_resume_data)
				return;
			std::this_thread::sleep_for(
			    std::chrono::milliseconds(20));
		}
		fail_msg("the torrent is not there");
	}
};

void
test_nobody(void **)
{
	film f(0);

	f.are(0, n_pieces, wanted);
}

/* What lies behind it is hidden: the library takes the first that is not. */
void
test_alone(void **)
{
	film f(0);
	torrent_reader r = f.read_from(20);

	f.are(0, 20, hidden);
	f.are(20, 21, urgent);
	f.are(21, n_pieces, wanted);
	torrent_reader_close(f.engine, r);
	f.are(0, 20, wanted);
}

/* Two who lack the same: one by the order, the other by its window. */
void
test_two_alike(void **)
{
	film f(0);

	(void)f.read_from(20);
	(void)f.read_from(120);
	f.are(0, 20, hidden);
	f.are(20, 21, urgent);
	f.are(21, 120, wanted);
	f.are(120, 120 + window, urgent);
	f.are(120 + window, n_pieces, wanted);
}

/* Somebody far ahead of a stall waits for who is not; the end is asked for, as
 * there is time. */
void
test_the_neediest_first(void **)
{
	film f(12);

	(void)f.read_from(0);
	f.are(12, 13, urgent);
	f.are(13, n_pieces - tail, wanted);
	f.are(n_pieces - tail, n_pieces, urgent);
	torrent_reader needy = f.read_from(100);
	f.are(12, 100, hidden);
	f.are(100, 101, urgent);
	f.are(101, n_pieces - tail, wanted);
	f.are(n_pieces - tail, n_pieces, urgent);
	torrent_reader_close(f.engine, needy);
	f.are(12, 100, wanted);
}

/* Somebody a little ahead is fed as well, though what is there is hidden. */
void
test_nearly_as_needy(void **)
{
	film f(3);

	(void)f.read_from(0);
	(void)f.read_from(100);
	f.are(3, 3 + window, urgent);
	f.are(3 + window, 100, hidden);
	f.are(100, 101, urgent);
	f.are(101, n_pieces, wanted);
}

/* After a jump nothing of where it was is asked for. */
void
test_jump(void **)
{
	film f(0);
	torrent_reader r = f.read_from(0);

	f.are(0, 1, urgent);
	torrent_reader_move(f.engine, r, 150 * piece_size);
	f.are(0, 150, hidden);
	f.are(150, 151, urgent);
	f.are(151, n_pieces, wanted);
	torrent_reader_move(f.engine, r, 30 * piece_size);
	f.are(0, 30, hidden);
	f.are(30, 31, urgent);
	f.are(31, n_pieces, wanted);
}

/* What is made ready is in nobody's way: one part after the other, and all after
 * whoever reads. */
void
test_parts_wait(void **)
{
	film f(0);

	(void)f.ready(0, 8);
	(void)f.ready(n_pieces - 4, n_pieces);
	f.are(0, n_pieces, wanted);
	torrent_reader r = f.read_from(0);
	f.are(0, 1, urgent);
	f.are(1, n_pieces, wanted);
	torrent_reader_move(f.engine, r, 100 * piece_size);
	f.are(0, 100, hidden);
	f.are(100, 101, urgent);
	f.are(101, n_pieces, wanted);
}

/* They come when whoever reads has enough. */
void
test_parts_have_their_turn(void **)
{
	film f(12);

	(void)f.ready(100, 102);
	(void)f.read_from(0);
	f.are(100, 102, urgent);
}

} // namespace

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_two_alike),
		cmocka_unit_test(test_the_neediest_first),
		cmocka_unit_test(test_nearly_as_needy),
		cmocka_unit_test(test_jump),
		cmocka_unit_test(test_parts_wait),
		cmocka_unit_test(test_parts_have_their_turn),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}
