/* From a row to a torrent that runs. */
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/downloads/inspect.h"
#include "daemon/miaud/downloads/part.h"
#include "daemon/miaud/downloads/room.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/placards.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { TRACKERS_MAX = 32, TRACKERS_BYTES = 8192 };

/* The sealed files of one download, read on the database thread. */
struct loading {
	struct downloads *downloads;
	int64_t id;
	char name[TORRENT_NAME_SIZE];
	char *torrent, *magnet, *resume;
	size_t torrent_len, magnet_len, resume_len;
};

/* The household's further trackers, as torrent_add takes them. */
struct trackers {
	char text[TRACKERS_BYTES];
	const char *list[TRACKERS_MAX + 1];
};

static void
read_trackers(const struct settings *settings, struct trackers *trackers)
{
	char *at = trackers->text, *comma;
	size_t n = 0;

	memset(trackers, 0, sizeof(*trackers));
	snprintf(trackers->text, sizeof(trackers->text), "%s",
	    settings_text(settings, SETTING_NET_TRACKERS));
	while (at != NULL && n < TRACKERS_MAX) {
		comma = strchr(at, ',');
		if (comma != NULL)
			*comma++ = '\0';
		at = str_trim(at);
		if (*at != '\0')
			trackers->list[n++] = at;
		at = comma;
	}
}

static bool
has_given(const struct download *download)
{
	const struct settings *settings = download->all->miaud->settings;
	double ratio = download->row.ratio_limit;
	int64_t base = download->row.downloaded;

	if (ratio <= 0)
		ratio =
		    (double)settings_int(settings, SETTING_SEED_RATIO) / 100;
	if (base == 0)
		base = download->row.size;
	return download->row.own_path == NULL && ratio > 0 && base > 0 &&
	    download->row.finished_at != 0 && !download->is_lacking &&
	    !download_is_read(download) &&
	    (double)download->row.uploaded >= ratio * (double)base;
}

/* Whether it ought to stand still. */
static bool
is_at_rest(const struct download *download)
{
	return download->row.is_paused || !download_is_allowed(download) ||
	    has_given(download);
}

void
download_apply(struct download *download)
{
	struct torrent_engine *engine = download->all->engine;

	torrent_limit(engine, download->torrent, download->row.upload_limit,
	    download->row.download_limit);
	torrent_pause(engine, download->torrent, is_at_rest(download));
}

/* The pieces of the files that play; bytes of others are not kept. */
static void
find_span(struct download *download, const struct torrent_meta *meta)
{
	const struct torrent_file *file;
	size_t i;
	int from, to;

	download->first = meta->n_pieces;
	download->last = -1;
	memset(download->wanted, 0, (size_t)meta->n_pieces);
	for (i = 0; i < download->n_chosen; i++) {
		if (download->chosen[i] < 0 ||
		    download->chosen[i] >= meta->n_files)
			continue;
		file = &meta->files[download->chosen[i]];
		if (file->size == 0)
			continue;
		from = (int)(file->offset / meta->piece_size);
		to = (int)((file->offset + file->size - 1) / meta->piece_size);
		if (from < download->first)
			download->first = from;
		if (to > download->last)
			download->last = to;
		memset(download->wanted + from, 1, (size_t)(to - from) + 1);
	}
	if (download->last >= download->first)
		torrent_want(download->all->engine, download->torrent,
		    download->chosen, (int)download->n_chosen);
}

void
download_know(struct download *download)
{
	struct downloads *all = download->all;
	const struct torrent_meta *meta;
	int piece;

	if (download->stage != DOWNLOAD_RUNNING)
		return;
	meta = torrent_meta(all->engine, download->torrent);
	if (meta == NULL)
		return;
	if (download->admitted == NULL) {
		download->admitted = mem_calloc((size_t)meta->n_pieces + 1, 1);
		download->evicting = mem_calloc((size_t)meta->n_pieces + 1, 1);
		download->wanted = mem_calloc((size_t)meta->n_pieces + 1, 1);
		download->row.size = meta->size;
		download->row.n_files = meta->n_files;
		download->row.n_pieces = meta->n_pieces;
		download->row.piece_size = meta->piece_size;
		free(download->row.label);
		download->row.label =
		    str_to_display(meta->name, strlen(meta->name));
		download->is_changed = true;
	}
	for (piece = 0; piece < meta->n_pieces; piece++)
		if (!download->evicting[piece] &&
		    torrent_piece_is_published(
			all->engine, download->torrent, piece))
			download->admitted[piece] = 1;
	find_span(download, meta);
	all->needs_room = true;
}

static void
take_reason(struct download *download, const struct identity *identity)
{
	free(download->choice_code);
	free(download->choice_sentence);
	download->choice_code = NULL;
	download->choice_sentence = NULL;
	download->choice_confidence = identity->confidence;
	if (identity->code == NULL)
		return;
	download->choice_code = mem_strdup(identity->code);
	download->choice_sentence = mem_strdup(identity->sentence);
}

void
download_identified(struct download *download, const struct identity *identity)
{
	take_reason(download, identity);
	free(download->row.title);
	free(download->row.title_public_id);
	free(download->chosen);
	download->row.title =
	    identity->title == NULL ? NULL : mem_strdup(identity->title);
	download->row.title_public_id = identity->title_public_id == NULL
	    ? NULL
	    : mem_strdup(identity->title_public_id);
	download->row.title_id = identity->title_id;
	download->row.file_index = identity->file_index;
	download->n_chosen = identity->n_files;
	download->chosen =
	    mem_calloc(identity->n_files + 1, sizeof(*download->chosen));
	memcpy(download->chosen, identity->files,
	    identity->n_files * sizeof(*download->chosen));
	free(download->episodes);
	download->episodes =
	    mem_calloc(identity->n_files + 1, sizeof(*download->episodes));
	memcpy(download->episodes, identity->episodes,
	    identity->n_files * sizeof(*download->episodes));
	placards_wake_later(download->all->miaud->placards);
	download_know(download);
	if (download->stage != DOWNLOAD_RUNNING)
		return;
	downloads_admit(download->all);
	download_post(download);
	downloads_changed(download);
}

static int
load_job(struct db *db, void *arg, struct err *err)
{
	struct loading *loading = arg;
	const struct miaud *miaud = loading->downloads->miaud;
	struct sealed_place place = { .folder = miaud->paths.resume,
		.keys = miaud->keys,
		.name = loading->name };
	struct err ignored;

	(void)db;
	loading->resume =
	    sealed_read(&place, SEALED_RESUME, &loading->resume_len, &ignored);
	loading->torrent =
	    sealed_read(&place, SEALED_TORRENT, &loading->torrent_len, err);
	if (loading->torrent != NULL)
		return 0;
	if (err->code != ERR_NOT_FOUND)
		return -1;
	loading->magnet =
	    sealed_read(&place, SEALED_MAGNET, &loading->magnet_len, err);
	return loading->magnet == NULL ? -1 : 0;
}

static int
add(struct download *download, const struct loading *loading, struct err *err)
{
	struct downloads *all = download->all;
	struct trackers trackers;
	struct torrent_add add = {
		.name = download->row.name,
		.torrent = loading->torrent,
		.torrent_len = loading->torrent_len,
		.magnet = loading->torrent == NULL ? loading->magnet : NULL,
		.resume = loading->resume,
		.resume_len = loading->resume_len,
		.trackers = trackers.list,
		.own_file = download->row.own_path,
		.is_paused = is_at_rest(download),
		.upload_limit = download->row.upload_limit,
		.download_limit = download->row.download_limit,
	};

	if (downloads_engine_make(all, err) == -1)
		return -1;
	read_trackers(all->miaud->settings, &trackers);
	return torrent_add(all->engine, &add, &download->torrent, err);
}

void
download_refuse(struct download *download, const struct err *err)
{
	download->stage = DOWNLOAD_REFUSED;
	download->refusal = *err;
	log_warn("download.refused", "Download %lld: %s",
	    (long long)download->row.id, err->text);
}

/* Figures of earlier engines go on. */
static void
keep_counting(struct download *download)
{
	const struct torrent_row *row = &download->row;
	struct torrent_status status;

	if (!torrent_status(download->all->engine, download->torrent, &status))
		return;
	if (row->uploaded > status.uploaded)
		download->base_uploaded = row->uploaded - status.uploaded;
	if (row->downloaded > status.downloaded)
		download->base_downloaded = row->downloaded - status.downloaded;
}

static void
loading_free(struct loading *loading)
{
	free(loading->torrent);
	free(loading->magnet);
	free(loading->resume);
	free(loading);
}

static void
loaded(void *arg, const struct err *err)
{
	struct loading *loading = arg;
	struct downloads *all = loading->downloads;
	struct download *download = download_find(all, loading->id);
	struct err why = *err;

	all->is_loading = false;
	if (download != NULL && download->is_removing) {
		download->stage = DOWNLOAD_NEW;
		download_removed(download);
	} else if (download != NULL && !all->is_stopping) {
		if (why.code == ERR_NONE && add(download, loading, &why) == 0) {
			download->stage = DOWNLOAD_RUNNING;
			keep_counting(download);
			download_know(download);
			download_look(download);
		} else if (download->torrent == 0) {
			download_refuse(download, &why);
		}
		download_post(download);
	}
	loading_free(loading);
	downloads_begin(all);
	if (!all->is_loading && !all->is_stopping) {
		downloads_admit(all);
		inspector_wake(all->miaud->inspector);
	}
}

static void
load(struct download *download)
{
	struct downloads *all = download->all;
	struct loading *loading = mem_calloc(1, sizeof(*loading));
	struct err err;

	loading->downloads = all;
	loading->id = download->row.id;
	snprintf(
	    loading->name, sizeof(loading->name), "%s", download->row.name);
	download->stage = DOWNLOAD_LOADING;
	all->is_loading = true;
	if (dbthread_submit(all->miaud->dbthread, DBJOB_ALONE, load_job, loaded,
		loading, &err) == 0)
		return;
	/* Tried again with the next tick. */
	all->is_loading = false;
	download->stage = DOWNLOAD_NEW;
	loading_free(loading);
}

/* The one that has waited longest, or NULL. */
static struct download *
next_of(const struct downloads *downloads, bool unhashed)
{
	struct download *download, *next = NULL;

	for (download = downloads->list; download != NULL;
	     download = download->next)
		if (download->stage == DOWNLOAD_NEW && !download->is_removing &&
		    download_is_unhashed(download) == unhashed &&
		    !(unhashed && download->row.is_paused) &&
		    download_is_allowed(download))
			next = download;
	return next;
}

void
downloads_begin(struct downloads *downloads)
{
	struct download *download;
	struct err err;

	if (downloads->is_stopping)
		return;
	download = downloads->is_hashing ? NULL : next_of(downloads, true);
	if (download != NULL)
		download_hash(download);
	download = downloads->is_loading ? NULL : next_of(downloads, false);
	if (download == NULL || downloads_engine_make(downloads, &err) == -1)
		return;
	load(download);
}
