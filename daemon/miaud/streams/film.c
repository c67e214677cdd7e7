/* A reader of a download, and a watch that tells of new bytes. */
#include "daemon/miaud/streams/film.h"

#include <stdlib.h>

#include "daemon/miaud/streams/ranges.h"
#include "lib/base/mem.h"

/* What is fetched at a time where nobody watches. */
enum { PART = 1024 * 1024 };

struct stream_film {
	struct film_reader film; /* first */
	struct downloads *downloads;
	struct downloads_watch *watch;
	enum streams_film_use use;
	struct downloads_reader *reader; /* NULL: none is needed yet */
	int64_t id;
	int file;
	int64_t offset; /* where the reader is */
	int64_t until;  /* where it ends */
};

static void
on_changed(void *arg, int64_t id)
{
	struct stream_film *film = arg;

	if (id == film->id && film->film.changed != NULL)
		film->film.changed(film->film.arg);
}

static void
close_reader(struct stream_film *film)
{
	if (film->reader != NULL)
		downloads_reader_close(film->reader);
	film->reader = NULL;
}

/* Fetches from `offset` on. */
static int
move(struct stream_film *film, int64_t offset, struct err *err)
{
	if (film->use == STREAMS_FILM_HERE ||
	    (film->reader != NULL && film->offset == offset))
		return 0;
	film->offset = offset;
	if (film->reader != NULL &&
	    (film->use == STREAMS_FILM_WATCHED || offset < film->until)) {
		downloads_reader_move(film->reader, offset);
		return 0;
	}
	close_reader(film);
	film->until = offset + PART;
	film->reader = film->use == STREAMS_FILM_WATCHED
	    ? downloads_reader_open(film->downloads, film->id, film->file, err)
	    : downloads_reader_open_part(film->downloads, film->id, film->file,
		  offset, film->until, err);
	if (film->reader == NULL)
		return -1;
	downloads_reader_move(film->reader, offset);
	return 0;
}

static int64_t
there(struct film_reader *reader, int64_t offset, struct err *err)
{
	struct stream_film *film = (struct stream_film *)reader;
	int64_t n;

	if (downloads_state(film->downloads, film->id) == NULL)
		return err_set(
		    err, ERR_DOWNLOAD_NOT_FOUND, "The download was removed.");
	n = streams_there(film->downloads, film->id, film->file, offset);
	if ((n == 0 || film->use == STREAMS_FILM_WATCHED) &&
	    move(film, offset, err) == -1)
		return -1;
	if (n > 0)
		return n < DOWNLOADS_PROMISE ? n : DOWNLOADS_PROMISE;
	err->code = ERR_NONE;
	if (film->use == STREAMS_FILM_HERE)
		return -1;
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
	close_reader(film);
	free(film);
}

struct film_reader *
streams_film_open(struct downloads *downloads, int64_t id, int file,
    enum streams_film_use use, struct err *err)
{
	static const struct film_reader_kind kind = { .there = there,
		.close = end };
	struct stream_film *film = mem_calloc(1, sizeof(*film));

	film->film.kind = &kind;
	film->downloads = downloads;
	film->use = use;
	film->id = id;
	film->file = file;
	film->film.size = downloads_file_size(downloads, id, file);
	if (film->film.size <= 0 ||
	    torrent_file_path(downloads_engine(downloads),
		downloads_torrent(downloads, id), file, film->film.path,
		sizeof(film->film.path)) == -1) {
		err_set(err, ERR_BUSY, "This film cannot be read now.");
		free(film);
		return NULL;
	}
	if (use == STREAMS_FILM_WATCHED && move(film, 0, err) == -1) {
		free(film);
		return NULL;
	}
	film->watch = downloads_watch(downloads, on_changed, film);
	return &film->film;
}
