/*
 * A download that is fetched only while somebody watches goes on for a while
 * when they have left, so that a pause loses nothing. Then it rests: what is
 * here stays, what is not is given up, with the room that was kept for it,
 * until somebody watches it or may do so soon.
 */
#include <stdlib.h>

#include "daemon/miaud/downloads/part.h"
#include "daemon/miaud/downloads/room.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"

/* Whether it comes for viewers only, and none is there. */
static bool
is_left(const struct download *download)
{
	return download->stage == DOWNLOAD_RUNNING &&
	    download->row.own_path == NULL && !download->row.is_wanted &&
	    !download->row.is_paused && !download->is_removing &&
	    !download_is_read(download);
}

/* Somebody may read it soon: it is being made ready. */
static bool
is_warm(const struct download *download, int piece)
{
	const struct downloads_reader *reader;

	for (reader = download->readers; reader != NULL; reader = reader->next)
		if (piece >= reader->piece && piece < reader->end)
			return true;
	return false;
}

static bool
is_within_linger(const struct download *download)
{
	int64_t linger_ms = 1000 *
	    settings_int(
		download->all->miaud->settings, SETTING_DOWNLOADS_LINGER);

	return download->left_at != 0 &&
	    clock_mono_ms() - download->left_at < linger_ms;
}

bool
download_lingers(const struct download *download)
{
	return is_left(download) && is_within_linger(download);
}

void
download_rest(struct download *download)
{
	int *pieces;
	int n = 0, piece;

	if (!is_left(download) || is_within_linger(download) ||
	    download->admitted == NULL || download->is_evicting ||
	    download->status.state == TORRENT_CHECKING ||
	    download->status.admitted <= download->status.published)
		return;
	pieces =
	    mem_calloc((size_t)download->row.n_pieces + 1, sizeof(*pieces));
	for (piece = 0; piece < download->row.n_pieces; piece++)
		if (download->admitted[piece] && !is_warm(download, piece) &&
		    !torrent_piece_is_published(
			download->all->engine, download->torrent, piece))
			pieces[n++] = piece;
	if (n > 0)
		download_give_up(download, pieces, n);
	free(pieces);
}
