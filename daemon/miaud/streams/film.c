/* A reader of a download, and a watch that tells of new bytes. */
#include "daemon/miaud/streams/film.h"

#include <stdlib.h>

#include "daemon/miaud/streams/ranges.h"
#include "lib/base/mem.h"

struct stream_film {
	struct film_reader film; /* first */
	struct downloads *downloads;
	struct downloads_watch *watch;
	struct downloads_reader *reader;
	int64_t id;
	int file;
	int64_t offset; /* where the reader is */
};

static void
on_changed(void *arg, int64_t id)
{
	struct stream_film *film = arg;

	if (id == film->id && film->film.changed != NULL)
		film->film.changed(film->film.arg);
}

static int64_t
there(struct film_reader *reader, int64_t offset, struct err *err)
{
	struct stream_film *film = (struct stream_film *)reader;
	int64_t n;

	if (offset != film->offset) {
		film->offset = offset;
		downloads_reader_move(film->reader, offset);
	}
	n = streams_there(film->downloads, film->id, film->file, offset);
	if (n > 0)
		return n < DOWNLOADS_PROMISE ? n : DOWNLOADS_PROMISE;
	if (downloads_state(film->downloads, film->id) == NULL)
		return err_set(
		    err, ERR_DOWNLOAD_NOT_FOUND, "The download was removed.");
	if (downloads_is_paused(film->downloads, film->id))
		return err_set(
		    err, ERR_DOWNLOAD_PAUSED, "The download is paused.");
	return 0;
}

static void
end(struct film_reader *reader)
{
	struct stream_film *film = (struct stream_film *)reader;

	downloads_unwatch(film->watch);
	downloads_reader_close(film->reader);
	free(film);
}

struct film_reader *
streams_film_open(struct downloads *downloads, int64_t id, int file,
    bool is_use, struct err *err)
{
	static const struct film_reader_kind kind = { .there = there,
		.close = end };
	struct stream_film *film = mem_calloc(1, sizeof(*film));
	const torrent_id torrent = downloads_torrent(downloads, id);

	film->film.kind = &kind;
	film->downloads = downloads;
	film->id = id;
	film->file = file;
	film->film.size = downloads_file_size(downloads, id, file);
	film->reader = is_use ? downloads_reader_open(downloads, id, file, err)
			      : downloads_reader_open_part(downloads, id, file,
				    0, film->film.size, err);
	if (film->reader != NULL && film->film.size > 0 &&
	    torrent_file_path(downloads_engine(downloads), torrent, file,
		film->film.path, sizeof(film->film.path)) == 0) {
		film->watch = downloads_watch(downloads, on_changed, film);
		film->offset = -1;
		return &film->film;
	}
	if (film->reader != NULL) {
		err_set(err, ERR_IO, "This film cannot be read now.");
		downloads_reader_close(film->reader);
	}
	free(film);
	return NULL;
}
