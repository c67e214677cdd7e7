/*
 * Room on the disk: plan.c says who gets it, this tells the engine. What was
 * admitted is remembered here, so that bytes on the disk never pass the limit;
 * what is given up counts until its space is free.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/miaud/downloads/part.h"
#include "daemon/miaud/downloads/plan.h"
#include "daemon/torrent/pieces.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/mem.h"

enum {
	PLAN_ARENA = 512 * 1024 * 1024,
	BLOCK = 512,
	PAGE = 4096,
	HOLES_OF_PAGE = 300,
	/* Within this the web server has opened what it was offered. */
	OPEN_MS = 5000,
	/* And within this it has sent it. */
	SENT_MS = 6 * 3600 * 1000,
	/* How often it is looked whether the limit by itself may grow. */
	LIMIT_MS = 10000,
	/* What all come to need beside their pieces: at least, and a part. */
	SPARE = 8 << 20,
	SPARE_PART = 256,
};

_Static_assert((int)DOWNLOADS_PROMISE <= (int)PLAN_AHEAD,
    "what was promised must not be given up");

#define LIMIT_MAX INT64_C(50000000000)

static int64_t
used_in(int folder, const char *name)
{
	int fd = openat(
	    folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int64_t used = 0;
	struct stat st;

	if (dir == NULL) {
		if (fd != -1)
			close(fd);
		return 0;
	}
	while ((entry = readdir(dir)) != NULL)
		if (fstatat(dirfd(dir), entry->d_name, &st,
			AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode))
			used += (int64_t)st.st_blocks * BLOCK;
	closedir(dir);
	return used;
}

int64_t
downloads_used_by(const char *folder)
{
	return used_in(AT_FDCWD, folder);
}

int64_t
downloads_used(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int64_t used = 0;

	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			used += used_in(dirfd(dir), entry->d_name);
	closedir(dir);
	return used;
}

/* Half of what is free, with what torrents take already. It only grows, since a
 * disk that others fill is no reason to give films up; and it begins with all
 * that is there already, for the same reason. */
static void
measure_limit(struct downloads *downloads)
{
	const char *folder = downloads->miaud->paths.torrents;
	const struct download *download;
	int64_t free_bytes, total, used, kept = 0, limit;
	struct err err;

	downloads->limit_at = clock_mono_ms();
	if (fs_space(folder, &free_bytes, &total, &err) == -1)
		return;
	used = downloads_used(folder);
	limit = (free_bytes + used) / 2;
	for (download = downloads->list; download != NULL;
	     download = download->next)
		if (download->row.own_path == NULL)
			kept += download->row.admitted;
	kept = kept < used ? used : kept;
	kept += SPARE + kept / SPARE_PART;
	if (downloads->limit == 0 && limit < kept)
		limit = kept;
	if (limit > LIMIT_MAX)
		limit = LIMIT_MAX;
	if (limit > downloads->limit) {
		downloads->limit = limit;
		downloads->needs_room = true;
	}
}

int64_t
downloads_limit(struct downloads *downloads)
{
	int64_t given =
	    settings_int(downloads->miaud->settings, SETTING_STORAGE_LIMIT);

	if (given > 0)
		return given;
	if (downloads->limit == 0 ||
	    (downloads->limit < LIMIT_MAX &&
		clock_mono_ms() - downloads->limit_at >= LIMIT_MS))
		measure_limit(downloads);
	return downloads->limit;
}

/* Whether it takes room of the limit. */
static bool
takes_room(const struct download *download)
{
	return download->stage == DOWNLOAD_RUNNING &&
	    download->row.own_path == NULL && download->admitted != NULL;
}

static bool
is_checking(const struct download *download)
{
	return download->status.state == TORRENT_CHECKING;
}

/* What one takes beside its pieces: their list, the rest of the last block of
 * each file, and what the file system needs to know of holes. */
static int64_t
beside_pieces(const struct download *download)
{
	int64_t n = download->row.n_pieces;

	if (download->row.admitted == 0 && download->readers == NULL &&
	    !download->row.is_wanted)
		return PAGE;
	return PIECES_HEAD_SIZE + (5 * n + PIECES_SLACK) * PIECES_RECORD_SIZE +
	    (n / HOLES_OF_PAGE + (int64_t)download->n_chosen + 4) * PAGE;
}

/* What no piece may take: bytes of those that cannot be planned yet, as what is
 * on the disk is being looked at or did not come to that, and what all need
 * beside their pieces. */
static int64_t
unplanned(const struct downloads *downloads)
{
	const struct download *download;
	int64_t bytes = 0;

	for (download = downloads->list; download != NULL;
	     download = download->next) {
		bytes += beside_pieces(download);
		if (download->row.own_path == NULL &&
		    (!takes_room(download) || is_checking(download)))
			bytes += download->row.admitted;
	}
	return bytes;
}

void
download_offered(struct download *download)
{
	download->offered_at = clock_mono_ms();
	if (download->offered_at == 0)
		download->offered_at = 1;
}

/* Whether the web server may be sending from what was made for it. */
static bool
was_offered(const struct download *download, int64_t within_ms)
{
	return download->offered_at != 0 &&
	    clock_mono_ms() - download->offered_at < within_ms;
}

/* Where each reads, and what is kept warm. */
static void
fill_readers(struct arena *arena, const struct download *download,
    struct plan_download *plan)
{
	const struct downloads_reader *reader;
	struct plan_part *warm;
	int *readers;
	size_t n = 0;

	for (reader = download->readers; reader != NULL; reader = reader->next)
		n++;
	readers = arena_alloc(arena, n + 1, sizeof(*readers));
	warm = arena_alloc(arena, n + 1, sizeof(*warm));
	for (reader = download->readers; reader != NULL; reader = reader->next)
		if (reader->is_part)
			warm[plan->n_warm++] =
			    (struct plan_part){ reader->piece, reader->end };
		else
			readers[plan->n_readers++] = reader->piece;
	plan->readers = readers;
	plan->warm = warm;
}

static void
fill_plan(struct arena *arena, const struct download *download,
    struct plan_download *plan)
{
	int64_t idle = clock_now_ms() - download->row.last_used_at;

	*plan = (struct plan_download){
		.n_pieces = (int)download->row.n_pieces,
		.piece_size = download->row.piece_size,
		.size = download->row.size,
		.first = download->first,
		.last = download->last,
		.wanted = download->wanted,
		.admitted = download->admitted,
		.idle_ms = idle < 0 ? 0 : idle,
		.is_wanted =
		    download->row.is_wanted && !download->row.is_paused,
		.is_pinned =
		    download->row.is_pinned || was_offered(download, OPEN_MS),
	};
	fill_readers(arena, download, plan);
	if (plan->n_readers > 0)
		plan->idle_ms = 0;
	plan->is_whole = !download->row.is_windowed &&
	    (plan->n_readers == 0 || was_offered(download, SENT_MS));
}

static void
admit(struct download *download, int first, int n)
{
	int i;

	for (i = 0; i < n; i++)
		download->admitted[first + i] = 1;
	torrent_admit(download->all->engine, download->torrent, first, n);
}

/* All that goes of a download goes at once: it leaves the session only once, and
 * a file of which nothing is left is unlinked whole. */
void
download_give_up(struct download *download, const int *pieces, int n)
{
	int i;

	for (i = 0; i < n; i++)
		download->evicting[pieces[i]] = 1;
	download->is_evicting = true;
	torrent_evict(download->all->engine, download->torrent, pieces, n);
}

/* The runs of one download, which stand together; how many they are. */
static size_t
give_up_runs(
    struct download *download, const struct plan_run *runs, size_t n_runs)
{
	int *pieces =
	    mem_calloc((size_t)download->row.n_pieces + 1, sizeof(*pieces));
	int n = 0, piece;
	size_t i;

	for (i = 0; i < n_runs && runs[i].download == runs[0].download; i++)
		for (piece = 0; piece < runs[i].n; piece++)
			pieces[n++] = runs[i].first + piece;
	/* The rest of its file stays, so there will be holes in it. */
	if (download_is_read(download) && !download->row.is_windowed) {
		download->row.is_windowed = true;
		download_write(download);
	}
	download_give_up(download, pieces, n);
	free(pieces);
	return i;
}

static void
follow(struct download **downloads, const struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->n_admit; i++)
		admit(downloads[plan->admit[i].download], plan->admit[i].first,
		    plan->admit[i].n);
	for (i = 0; i < plan->n_evict;)
		i += give_up_runs(downloads[plan->evict[i].download],
		    &plan->evict[i], plan->n_evict - i);
}

/* What is given up is planned anew when its space is free. */
static bool
is_evicting(const struct downloads *downloads)
{
	const struct download *download;

	for (download = downloads->list; download != NULL;
	     download = download->next)
		if (download->is_evicting)
			return true;
	return false;
}

/* What is bigger than the limit is kept in windows; what the web server may be
 * sending is not, and goes altogether first. */
static void
look_at_size(struct download *download, int64_t limit)
{
	int64_t pieces = (int64_t)download->last - download->first + 1;

	if (download->row.is_windowed || was_offered(download, SENT_MS) ||
	    pieces * download->row.piece_size <= limit)
		return;
	download->row.is_windowed = true;
	download_write(download);
}

void
downloads_admit(struct downloads *downloads)
{
	int64_t limit = downloads_limit(downloads);
	struct plan_download *plans;
	struct download *download, **these;
	struct arena *arena;
	struct plan plan;
	size_t n = 0, i;

	if (downloads->engine == NULL || is_evicting(downloads))
		return;
	downloads->needs_room = false;
	for (download = downloads->list; download != NULL;
	     download = download->next)
		n++;
	arena = arena_new(PLAN_ARENA);
	plans = arena_alloc(arena, n + 1, sizeof(*plans));
	these = arena_alloc(arena, n + 1, sizeof(struct download *));
	n = 0;
	for (download = downloads->list; download != NULL;
	     download = download->next) {
		if (!takes_room(download) || is_checking(download))
			continue;
		look_at_size(download, limit);
		fill_plan(arena, download, &plans[n]);
		these[n++] = download;
	}
	plan_make(arena, plans, n, limit - unplanned(downloads), &plan);
	follow(these, &plan);
	/* Looked at again with the next tick: what was just offered may go
	 * then. */
	for (i = 0; plan.is_short && i < n; i++)
		if (was_offered(these[i], OPEN_MS))
			downloads->needs_room = true;
	arena_free(arena);
}

void
download_evicted(struct download *download)
{
	bool is_empty = true;
	int piece;

	if (!download->is_evicting)
		return;
	download->is_evicting = false;
	for (piece = 0; piece < download->row.n_pieces; piece++) {
		if (download->evicting[piece]) {
			download->evicting[piece] = 0;
			download->admitted[piece] = 0;
		}
		is_empty &= !download->admitted[piece];
	}
	if (is_empty) {
		/* Its files are made anew. */
		download->offered_at = 0;
		download->row.is_windowed = false;
	}
	download->row.finished_at = 0;
	download->is_changed = true;
	download->all->needs_room = true;
	if (download->evict_call != NULL) {
		struct json_object *out = json_object_new_object();

		json_object_object_add(
		    out, "freed", json_object_new_int64(download->evict_bytes));
		rpc_reply(download->evict_call, out);
		download->evict_call = NULL;
	}
}

int64_t
download_evict(struct download *download)
{
	int *pieces =
	    mem_calloc((size_t)download->row.n_pieces + 1, sizeof(*pieces));
	int64_t bytes = 0;
	int piece, n = 0;

	for (piece = 0; piece < download->row.n_pieces; piece++) {
		if (!download->admitted[piece] || download->evicting[piece])
			continue;
		pieces[n++] = piece;
		if (torrent_piece_is_published(
			download->all->engine, download->torrent, piece))
			bytes += download_piece_bytes(download, piece);
	}
	if (n > 0)
		download_give_up(download, pieces, n);
	free(pieces);
	return bytes;
}

/* --- Readers ---------------------------------------------------------------- */

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
