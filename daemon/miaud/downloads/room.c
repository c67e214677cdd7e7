/*
 * Room on the disk: plan.c says who gets it, this tells the engine. What was
 * admitted is remembered here, so that bytes on the disk never pass the limit;
 * what is given up counts until its space is free.
 */
#include <stdlib.h>

#include "daemon/miaud/downloads/part.h"
#include "daemon/miaud/downloads/plan.h"
#include "daemon/miaud/downloads/room.h"
#include "daemon/torrent/pieces.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"

enum {
	PLAN_ARENA = 512 * 1024 * 1024,
	PAGE = 4096,
	HOLES_OF_PAGE = 300,
	/* Within this the web server has opened what it was offered. */
	OPEN_MS = 5000,
	/* And within this it has sent it. */
	SENT_MS = 6 * 3600 * 1000,
};

_Static_assert((int)DOWNLOADS_PROMISE <= (int)PLAN_AHEAD,
    "what was promised must not be given up");

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

/* What one comes to take beside its pieces: their list, the rest of the last
 * block of each file, and what the file system needs to know of holes. */
static int64_t
most_beside_pieces(const struct download *download)
{
	int64_t n = download->row.n_pieces;

	return PIECES_HEAD_SIZE + (5 * n + PIECES_SLACK) * PIECES_RECORD_SIZE +
	    (n / HOLES_OF_PAGE + (int64_t)download->n_chosen + 4) * PAGE;
}

static int64_t
beside_pieces(const struct download *download)
{
	if (download->row.admitted == 0 && download->readers == NULL &&
	    !download->row.is_wanted)
		return PAGE;
	return most_beside_pieces(download);
}

/* What it was given; of one whose bytes are still being looked at as much as
 * lies there, which may be more than was noted before a kill. */
static int64_t
given_bytes(const struct download *download)
{
	char path[PATHS_MAX + TORRENT_NAME_SIZE];
	int64_t bytes = 0, used;
	int piece;

	if (takes_room(download) && !is_checking(download)) {
		for (piece = 0; piece < download->row.n_pieces; piece++)
			if (download->admitted[piece])
				bytes += download_piece_bytes(download, piece);
		return bytes;
	}
	snprintf(path, sizeof(path), "%s/%s",
	    download->all->miaud->paths.torrents, download->row.name);
	used = downloads_used_by(path);
	return used > download->row.admitted ? used : download->row.admitted;
}

int64_t
downloads_kept(const struct downloads *downloads)
{
	const struct download *download;
	int64_t bytes = 0;

	for (download = downloads->list; download != NULL;
	     download = download->next) {
		bytes += most_beside_pieces(download);
		if (download->row.own_path == NULL)
			bytes += given_bytes(download);
	}
	return bytes;
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

/* Where each reads, and what is kept warm: nothing of what is paused, as it does
 * not come. */
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
		if (!reader->is_part)
			readers[plan->n_readers++] = reader->piece;
		else if (!download->row.is_paused)
			warm[plan->n_warm++] =
			    (struct plan_part){ reader->piece, reader->end };
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
	/* Otherwise nobody holds its files, and holes in them are no harm. */
	plan->is_whole =
	    !download->row.is_windowed && was_offered(download, SENT_MS);
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

/* Bytes of pieces that are here. */
static int64_t
published_bytes(const struct download *download, const int *pieces, int n)
{
	int64_t bytes = 0;
	int i;

	for (i = 0; i < n; i++)
		if (torrent_piece_is_published(
			download->all->engine, download->torrent, pieces[i]))
			bytes += download_piece_bytes(download, pieces[i]);
	return bytes;
}

/* The runs of one download, which stand together; how many they are. */
static size_t
give_up_runs(struct download *download, const struct plan_run *runs,
    size_t n_runs, enum given_why why)
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
	/* Who watches it loses what was watched, which is no news. */
	if (!download_is_read(download))
		download_given_up(
		    download, published_bytes(download, pieces, n), why);
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
		    &plan->evict[i], plan->n_evict - i,
		    plan->is_over ? GIVEN_LIMIT : GIVEN_ROOM);
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

	if (downloads->engine == NULL || is_evicting(downloads) || limit == 0)
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
	if (plan.n_evict > 0 && !downloads_may_give_up(downloads)) {
		downloads->needs_room = true; /* with the next tick */
		arena_free(arena);
		return;
	}
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
	if (!download_is_read(download))
		download_write(download);
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
	int64_t bytes;
	int piece, n = 0;

	for (piece = 0; piece < download->row.n_pieces; piece++)
		if (download->admitted[piece] && !download->evicting[piece])
			pieces[n++] = piece;
	bytes = published_bytes(download, pieces, n);
	download_given_up(download, bytes, GIVEN_ASKED);
	if (n > 0)
		download_give_up(download, pieces, n);
	free(pieces);
	return bytes;
}
