/* Once a second: what the engine's figures say. */
#include "daemon/miaud/downloads/inspect.h"
#include "daemon/miaud/downloads/part.h"
#include "daemon/miaud/downloads/room.h"
#include "lib/base/clock.h"

static struct problem_limits
read_limits(const struct settings *settings)
{
	return (struct problem_limits){
		.metadata =
		    settings_int(settings, SETTING_NET_METADATA_LIMIT) * 1000,
		.peers = settings_int(settings, SETTING_NET_PEER_LIMIT) * 1000,
		.stall = settings_int(settings, SETTING_NET_STALL_LIMIT) * 1000,
	};
}

/* Figures of the row from those of the engine. */
static void
take_figures(struct download *download)
{
	struct torrent_row *row = &download->row;
	const struct torrent_status *status = &download->status;
	int64_t uploaded = download->base_uploaded + status->uploaded;
	int64_t downloaded = download->base_downloaded + status->downloaded;

	if (uploaded != row->uploaded || downloaded != row->downloaded ||
	    status->admitted != row->admitted)
		download->is_changed = true;
	row->uploaded = uploaded;
	row->downloaded = downloaded;
	row->admitted = status->admitted;
	if (status->last_byte_at > row->last_used_at)
		row->last_used_at = status->last_byte_at;
}

/* What plays is here. */
static bool
is_finished(const struct download *download)
{
	int piece;

	if (download->status.state == TORRENT_SEEDING)
		return true;
	if (download->admitted == NULL || download->last < download->first)
		return false;
	for (piece = download->first; piece <= download->last; piece++)
		if (download->wanted[piece] &&
		    !torrent_piece_is_published(
			download->all->engine, download->torrent, piece))
			return false;
	return true;
}

static void
look_at_end(struct download *download)
{
	if ((download->row.finished_at != 0 && !download->is_lacking) ||
	    download->status.published == 0 || !is_finished(download))
		return;
	download->is_lacking = false;
	if (download->row.finished_at != 0)
		return;
	download->row.finished_at = clock_now_ms();
	download_given_back(download);
	torrent_save(download->all->engine, download->torrent);
	download_write(download);
	inspector_wake(download->all->miaud->inspector);
}

void
download_look(struct download *download)
{
	struct downloads *all = download->all;
	const struct problem *before = download->problem;
	struct problem_limits limits = read_limits(all->miaud->settings);
	bool was_checking = download->status.state == TORRENT_CHECKING;

	if (download->stage != DOWNLOAD_RUNNING ||
	    !torrent_status(all->engine, download->torrent, &download->status))
		return;
	take_figures(download);
	/* Meanwhile it was left out of every plan. */
	if (was_checking && download->status.state != TORRENT_CHECKING)
		all->needs_room = true;
	download->problem = problem_find(
	    &download->status, &limits, clock_mono_ms(), &download->times);
	if (!all->is_stopping)
		look_at_end(download);
	if (download->problem != before) {
		download_write(download);
		downloads_changed(download);
	}
}

static void
save(struct download *download)
{
	if (!download->is_changed)
		return;
	torrent_save(download->all->engine, download->torrent);
	download_write(download);
}

void
downloads_tick(struct downloads *downloads)
{
	int64_t now = clock_mono_ms();
	bool is_saved = now - downloads->saved_at >= 1000 *
		settings_int(
		    downloads->miaud->settings, SETTING_NET_SAVE_INTERVAL);
	struct download *download;

	if (downloads->is_stopping)
		return;
	if (is_saved)
		downloads->saved_at = now;
	for (download = downloads->list; download != NULL;
	     download = download->next) {
		if (download->stage == DOWNLOAD_HASHING)
			download_post(download);
		if (download->stage != DOWNLOAD_RUNNING)
			continue;
		download_look(download);
		download_apply(download);
		download_rest(download);
		if (is_saved)
			save(download);
		download_post(download);
	}
	downloads_look_at_own(downloads);
	downloads_engine_retry(downloads);
	downloads_begin(downloads);
	/* By itself it grows when there is room again. */
	if (downloads_limit(downloads) > 0 && downloads->needs_room)
		downloads_admit(downloads);
}
