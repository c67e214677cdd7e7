/* What the engine tells. */
#include "daemon/miaud/downloads/part.h"
#include "daemon/miaud/downloads/room.h"

static void
take_metadata(struct download *download, const struct torrent_event *event)
{
	download_know(download);
	download_write_metadata(download, event->bytes, event->len);
	torrent_save(download->all->engine, download->torrent);
}

static void
take_resume(struct download *download, const struct torrent_event *event)
{
	if (event->len > 0)
		download_write_sealed(
		    download, SEALED_RESUME, event->bytes, event->len);
	download->is_saving = false;
}

/* A piece is admitted that was there from an earlier run. */
static void
take_piece(struct download *download, int piece)
{
	if (download->admitted != NULL && piece >= 0 &&
	    piece < download->row.n_pieces && !download->evicting[piece])
		download->admitted[piece] = 1;
	download->is_changed = true;
}

static void
take_news(struct download *download, const struct torrent_event *event)
{
	switch (event->kind) {
	case TORRENT_EVENT_METADATA:
		take_metadata(download, event);
		break;
	case TORRENT_EVENT_PIECE:
		take_piece(download, event->piece);
		break;
	case TORRENT_EVENT_EVICTED:
		download_evicted(download);
		break;
	case TORRENT_EVENT_STATE:
		download_look(download);
		download_post(download);
		break;
	case TORRENT_EVENT_RESUME:
		take_resume(download, event);
		return;
	case TORRENT_EVENT_REMOVED:
		download_removed(download);
		return;
	case TORRENT_EVENT_LOST:
		download->is_lacking = true;
		break;
	case TORRENT_EVENT_TRACKER:
	case TORRENT_EVENT_SCRAPE:
		return;
	}
	downloads_changed(download);
}

void
downloads_take_news(struct downloads *downloads)
{
	struct torrent_event event;
	struct download *download;

	while (downloads->engine != NULL &&
	    torrent_next(downloads->engine, &event)) {
		download = download_of(downloads, event.id);
		if (download != NULL)
			take_news(download, &event);
	}
	if (downloads->needs_room && !downloads->is_stopping)
		downloads_admit(downloads);
}
