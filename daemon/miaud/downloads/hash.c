/*
 * A file of one's own becomes a torrent: read and hashed on the pool, one file
 * at a time so that others find a thread, while its row says how far that is.
 * Nothing is kept of a half: after a restart it begins again.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/downloads/part.h"
#include "lib/auth/seal.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

struct hashing {
	uv_work_t work;
	struct downloads *downloads;
	int64_t id;
	char name[TORRENT_NAME_SIZE];
	char *path, *trackers;
	int64_t begun_at; /* monotonic */
	struct stat before;
	atomic_llong done, total;
	atomic_bool is_cancelled;
	struct buf torrent;
	struct torrent_row row; /* what is known of it then */
	unsigned char hash[TORRENT_HASH_SIZE];
	struct err err;
};

static void
hashing_free(struct hashing *hashing)
{
	buf_fini(&hashing->torrent);
	free(hashing->path);
	free(hashing->trackers);
	free(hashing);
}

/* --- Pool ---------------------------------------------------------------- */

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	    a->st_size == b->st_size &&
	    a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	    a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* -1: the file is not what it was when it was begun. */
static int
look_at_file(const struct hashing *hashing, struct err *err)
{
	struct stat now;

	if (stat(hashing->path, &now) == -1)
		return err_set(err, ERR_FILE_GONE,
		    "The file went away while it was read. Share it again "
		    "when it is back.");
	if (!is_same(&hashing->before, &now))
		return err_set(err, ERR_CONFLICT,
		    "The file was changed while it was read. Share it again "
		    "when it is complete.");
	return 0;
}

static bool
go_on(void *arg, int64_t done, int64_t total)
{
	struct hashing *hashing = arg;

	atomic_store(&hashing->done, done);
	atomic_store(&hashing->total, total);
	if (hashing->is_cancelled || hashing->downloads->is_stopping)
		return false;
	return look_at_file(hashing, &hashing->err) == 0;
}

/* The household's own trackers, as torrent_make takes them. */
static char **
list_trackers(char *text)
{
	char **list = mem_calloc(strlen(text) + 2, sizeof(*list)), *at, *comma;
	size_t n = 0;

	for (at = text; at != NULL; at = comma) {
		comma = strchr(at, ',');
		if (comma != NULL)
			*comma++ = '\0';
		at = str_trim(at);
		if (*at != '\0')
			list[n++] = at;
	}
	return list;
}

static int
make(struct hashing *hashing, struct err *err)
{
	struct torrent_make make = { .path = hashing->path,
		.name = strrchr(hashing->path, '/') + 1,
		.go_on = go_on,
		.arg = hashing };
	char **trackers;
	struct err why = { .code = ERR_NONE };
	int result;

	if (stat(hashing->path, &hashing->before) == -1)
		return err_set(err, ERR_FILE_GONE,
		    "The file is no longer there. Share it again when it is "
		    "back.");
	trackers = list_trackers(hashing->trackers);
	make.trackers = (const char *const *)trackers;
	result = torrent_make(&make, &hashing->torrent, &why);
	free(trackers);
	/* What go_on saw, or else what the reading met. */
	if (err->code != ERR_NONE || look_at_file(hashing, err) == -1)
		return -1;
	if (result == -1)
		*err = why;
	return result;
}

static int
describe(struct hashing *hashing, struct err *err)
{
	struct torrent_meta meta;

	if (torrent_parse(
		hashing->torrent.data, hashing->torrent.len, &meta, err) == -1)
		return -1;
	memcpy(hashing->hash, meta.hash, sizeof(hashing->hash));
	hashing->row.size = meta.size;
	hashing->row.n_files = meta.n_files;
	hashing->row.piece_size = meta.piece_size;
	hashing->row.n_pieces = meta.n_pieces;
	torrent_meta_free(&meta);
	return 0;
}

static void
hash_work(uv_work_t *work)
{
	struct hashing *hashing = work->data;
	int result = make(hashing, &hashing->err);

	if (result == 0)
		result = describe(hashing, &hashing->err);
	if (result == -1 && hashing->err.code == ERR_NONE)
		err_set(&hashing->err, ERR_INTERNAL, "It cannot be read.");
}

/* --- Database thread ------------------------------------------------------- */

static int
hashed_job(struct db *db, void *arg, struct err *err)
{
	struct hashing *hashing = arg;
	const struct miaud *miaud = hashing->downloads->miaud;
	struct sealed_place place = { .folder = miaud->paths.resume,
		.keys = miaud->keys,
		.name = hashing->name };
	enum store_result found;
	int64_t id = 0;

	hashing->row.id = hashing->id;
	seal_index(miaud->keys, hashing->hash, sizeof(hashing->hash),
	    hashing->row.hash_index);
	found = store_torrent_find_hash(db, hashing->row.hash_index, &id, err);
	if (found == STORE_OK)
		return err_set(err, ERR_CONFLICT,
		    "It has the same bytes as download %lld, which is shared.",
		    (long long)id);
	if (found == STORE_ERROR ||
	    sealed_write(&place, SEALED_TORRENT, hashing->torrent.data,
		hashing->torrent.len, err) == -1)
		return -1;
	/* STORE_NONE: its row has gone. */
	return store_torrent_set_hash(db, &hashing->row, err) == STORE_ERROR
	    ? -1
	    : 0;
}

/* --- Loop ------------------------------------------------------------------ */

static void
take(struct download *download, const struct hashing *hashing)
{
	download->row.size = hashing->row.size;
	download->row.n_files = hashing->row.n_files;
	download->row.piece_size = hashing->row.piece_size;
	download->row.n_pieces = hashing->row.n_pieces;
	log_info("download.hashed", "Download %lld was read and hashed.",
	    (long long)download->row.id);
}

/* It is over, one way or another: the next. */
static void
end(struct hashing *hashing, const struct err *err)
{
	struct downloads *all = hashing->downloads;
	struct download *download = download_find(all, hashing->id);

	all->is_hashing = false;
	if (download != NULL) {
		download->hashing = NULL;
		download->stage = DOWNLOAD_NEW;
		if (download->is_removing) {
			download_removed(download);
		} else if (err->code == ERR_NONE) {
			take(download, hashing);
		} else if (err->code != ERR_CANCELLED) {
			download_refuse(download, err);
		}
		download_post(download);
	}
	hashing_free(hashing);
	downloads_begin(all);
}

static void
written(void *arg, const struct err *err)
{
	end(arg, err);
}

static void
hashed(uv_work_t *work, int status)
{
	struct hashing *hashing = work->data;

	if (status != 0 || hashing->is_cancelled ||
	    hashing->downloads->is_stopping)
		err_set(&hashing->err, ERR_CANCELLED, "It was cancelled.");
	if (hashing->err.code != ERR_NONE ||
	    dbthread_submit(hashing->downloads->miaud->dbthread, DBJOB_ALONE,
		hashed_job, written, hashing, &hashing->err) == -1)
		end(hashing, &hashing->err);
}

bool
download_is_unhashed(const struct download *download)
{
	return download->row.own_path != NULL && download->row.n_pieces == 0;
}

void
download_hash(struct download *download)
{
	struct downloads *all = download->all;
	struct hashing *hashing = mem_calloc(1, sizeof(*hashing));

	hashing->work.data = hashing;
	hashing->downloads = all;
	hashing->id = download->row.id;
	snprintf(
	    hashing->name, sizeof(hashing->name), "%s", download->row.name);
	hashing->path = mem_strdup(download->row.own_path);
	hashing->trackers = mem_strdup(
	    settings_text(all->miaud->settings, SETTING_NET_TRACKERS));
	hashing->begun_at = clock_mono_ms();
	buf_init(&hashing->torrent, TORRENT_BYTES_MAX);
	if (uv_queue_work(
		&all->miaud->loop, &hashing->work, hash_work, hashed) != 0) {
		/* Tried again with the next tick. */
		hashing_free(hashing);
		return;
	}
	all->is_hashing = true;
	download->hashing = hashing;
	download->stage = DOWNLOAD_HASHING;
}

void
download_hash_cancel(struct download *download)
{
	if (download->hashing != NULL)
		download->hashing->is_cancelled = true;
}

void
download_hash_progress(
    const struct download *download, struct hash_progress *progress)
{
	struct hashing *hashing = download->hashing;
	int64_t passed;

	memset(progress, 0, sizeof(*progress));
	if (hashing == NULL)
		return;
	passed = clock_mono_ms() - hashing->begun_at;
	progress->done = atomic_load(&hashing->done);
	progress->total = atomic_load(&hashing->total);
	progress->rate = passed > 0 ? progress->done * 1000 / passed : 0;
}
