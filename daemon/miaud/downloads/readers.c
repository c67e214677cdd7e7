/*
 * Readers: the places from which downloads are read, of those who watch and of
 * what is kept warm. Each tells the engine and asks for room.
 */
#include <stdlib.h>

#include "daemon/miaud/downloads/part.h"
#include "daemon/miaud/downloads/room.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"

static struct downloads_reader *
new_reader(struct downloads *downloads, int64_t id, int file, struct err *err)
{
	struct download *download = download_find(downloads, id);
	struct downloads_reader *reader;
	const struct torrent_meta *meta = NULL;

	if (download == NULL || download->is_removing) {
		err_set(err, ERR_DOWNLOAD_NOT_FOUND,
		    "There is no download %lld.", (long long)id);
		return NULL;
	}
	if (download->stage == DOWNLOAD_REFUSED) {
		*err = download->refusal;
		return NULL;
	}
	if (download->stage == DOWNLOAD_RUNNING)
		meta = torrent_meta(downloads->engine, download->torrent);
	if (meta == NULL || file < 0 || file >= meta->n_files) {
		err_set(err, ERR_BUSY, "It is not known yet what is in it.");
		return NULL;
	}
	reader = mem_calloc(1, sizeof(*reader));
	reader->download = download;
	reader->file = file;
	reader->piece = (int)(meta->files[file].offset / meta->piece_size);
	reader->reader =
	    torrent_reader_open(downloads->engine, download->torrent, file);
	reader->next = download->readers;
	download->readers = reader;
	return reader;
}

struct downloads_reader *
downloads_reader_open(
    struct downloads *downloads, int64_t id, int file, struct err *err)
{
	struct downloads_reader *reader = new_reader(downloads, id, file, err);

	if (reader == NULL)
		return NULL;
	reader->download->row.last_used_at = clock_now_ms();
	download_given_back(reader->download);
	download_apply(reader->download);
	downloads_admit(downloads);
	return reader;
}

struct downloads_reader *
downloads_reader_open_part(struct downloads *downloads, int64_t id, int file,
    int64_t from, int64_t until, struct err *err)
{
	struct downloads_reader *reader = new_reader(downloads, id, file, err);
	const struct torrent_meta *meta;
	int64_t begin, end;

	if (reader == NULL)
		return NULL;
	meta = torrent_meta(downloads->engine, reader->download->torrent);
	begin = meta->files[file].offset;
	end = until < meta->files[file].size ? until : meta->files[file].size;
	reader->is_part = true;
	reader->piece = (int)((begin + from) / meta->piece_size);
	reader->end =
	    (int)((begin + end + meta->piece_size - 1) / meta->piece_size);
	torrent_reader_until(downloads->engine, reader->reader, end);
	torrent_reader_move(downloads->engine, reader->reader, from);
	downloads_admit(downloads);
	return reader;
}

int64_t
downloads_file_size(const struct downloads *downloads, int64_t id, int file)
{
	const struct download *download = download_find(downloads, id);
	const struct torrent_meta *meta = NULL;

	if (download != NULL && download->stage == DOWNLOAD_RUNNING)
		meta = torrent_meta(downloads->engine, download->torrent);
	return meta == NULL || file < 0 || file >= meta->n_files
	    ? -1
	    : meta->files[file].size;
}

bool
downloads_whole_path(const struct downloads *downloads, int64_t id, int file,
    char *out, size_t size)
{
	struct torrent_engine *engine = downloads_engine(downloads);
	torrent_id torrent = downloads_torrent(downloads, id);
	int64_t bytes = downloads_file_size(downloads, id, file);

	return engine != NULL && torrent != 0 && bytes > 0 &&
	    torrent_published(engine, torrent, file, 0) >= bytes &&
	    torrent_file_path(engine, torrent, file, out, size) == 0;
}

void
downloads_reader_move(struct downloads_reader *reader, int64_t offset)
{
	struct download *download = reader->download;
	const struct torrent_meta *meta;
	int piece;

	if (download == NULL || download->all->engine == NULL)
		return;
	torrent_reader_move(download->all->engine, reader->reader, offset);
	meta = torrent_meta(download->all->engine, download->torrent);
	if (meta == NULL)
		return;
	piece = (int)((meta->files[reader->file].offset + offset) /
	    meta->piece_size);
	if (piece == reader->piece)
		return;
	reader->piece = piece;
	downloads_admit(download->all);
}

void
downloads_reader_close(struct downloads_reader *reader)
{
	struct download *download = reader->download;
	struct downloads_reader **at;

	if (download != NULL) {
		for (at = &download->readers; *at != reader; at = &(*at)->next)
			;
		*at = reader->next;
		if (!reader->is_part) {
			download->row.last_used_at = clock_now_ms();
			download->is_changed = true;
			download->left_at = clock_mono_ms();
		}
		if (download->all->engine != NULL)
			torrent_reader_close(
			    download->all->engine, reader->reader);
		download->all->needs_room = true;
	}
	free(reader);
}

bool
downloads_reader_offer(struct downloads_reader *reader)
{
	struct download *download = reader->download;
	const struct torrent_meta *meta;
	struct torrent_engine *engine;
	int64_t size;

	if (download == NULL || download->row.is_windowed)
		return false;
	engine = download->all->engine;
	meta = torrent_meta(engine, download->torrent);
	if (meta == NULL)
		return false;
	size = meta->files[reader->file].size;
	if (size == 0 ||
	    torrent_published(engine, download->torrent, reader->file, 0) <
		size)
		return false;
	download_offered(download);
	return true;
}

bool
download_is_read(const struct download *download)
{
	const struct downloads_reader *reader = download->readers;

	while (reader != NULL && reader->is_part)
		reader = reader->next;
	return reader != NULL;
}

void
download_orphan_readers(struct download *download)
{
	struct downloads_reader *reader;

	while ((reader = download->readers) != NULL) {
		download->readers = reader->next;
		reader->next = NULL;
		reader->download = NULL;
	}
}
