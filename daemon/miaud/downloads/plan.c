/* Sorting pieces by need: the nearest are admitted, the farthest given up. */
#include "daemon/miaud/downloads/plan.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

enum {
	ENDS_BYTES = 4 * 1024 * 1024, /* of head and tail */
	BEHIND_FACTOR = 8,
	HYSTERESIS = 2,
	BATCH_PART = 16, /* of the limit */
	BATCH_BYTES = 256 * 1024 * 1024,
	/* So near that there is no waiting for a whole batch. */
	URGENT_PART = 16,
	URGENT_BYTES = 32 * 1024 * 1024,
};

#define NOBODY ((int64_t)1 << 50) /* beyond all that a reader needs */
#define WARM (NOBODY / 4)         /* not so far beyond it */

struct item {
	int64_t need;
	int64_t bytes;
	size_t download;
	int piece;
};

struct items {
	struct item *item;
	size_t n;
};

static int64_t
piece_bytes(const struct plan_download *d, int piece)
{
	int64_t from = (int64_t)piece * d->piece_size;

	return d->size - from < d->piece_size ? d->size - from : d->piece_size;
}

static bool
is_end(const struct plan_download *d, int piece)
{
	int64_t n = ENDS_BYTES / d->piece_size + 1;

	return (piece >= d->first && piece < d->first + n) ||
	    (piece <= d->last && piece > d->last - n);
}

static bool
is_warm(const struct plan_download *d, int piece)
{
	size_t i;

	for (i = 0; i < d->n_warm; i++)
		if (piece >= d->warm[i].first && piece < d->warm[i].end)
			return true;
	return false;
}

static int64_t
need_of(const struct plan_download *d, int piece)
{
	int64_t best = is_end(d, piece) ? ENDS_BYTES : INT64_MAX, way;
	size_t i;

	/* Something whole is needed as one, since it goes as one. */
	if (d->n_readers == 0 &&
	    (is_warm(d, piece) ||
		(d->is_whole && d->n_warm > 0 && d->admitted[piece])))
		return WARM;
	if (d->n_readers == 0)
		return d->is_wanted ? NOBODY : NOBODY * 4 + d->idle_ms;
	for (i = 0; i < d->n_readers; i++) {
		way = (int64_t)(piece - d->readers[i]) * d->piece_size;
		if (way < 0)
			way = -way * BEHIND_FACTOR;
		if (way < best)
			best = way;
	}
	return best;
}

static int
compare_needs(const void *a, const void *b)
{
	const struct item *one = a, *other = b;

	if (one->need != other->need)
		return one->need < other->need ? -1 : 1;
	if (one->download != other->download)
		return one->download < other->download ? -1 : 1;
	return one->piece - other->piece;
}

static int
compare_places(const void *a, const void *b)
{
	const struct item *one = a, *other = b;

	if (one->download != other->download)
		return one->download < other->download ? -1 : 1;
	return one->piece - other->piece;
}

static bool
is_desired(const struct plan_download *d, int piece)
{
	if (d->admitted[piece])
		return false;
	return is_warm(d, piece) ||
	    ((d->n_readers > 0 || d->is_wanted) && piece >= d->first &&
		piece <= d->last && (d->wanted == NULL || d->wanted[piece]));
}

/* Without a gap: beyond one it is of no use until that has been filled. */
static bool
is_joined(const struct plan_download *d, int from, int piece)
{
	while (from < piece && d->admitted[from])
		from++;
	return from == piece;
}

/* A reader is somewhere in its piece, so one more than the bytes make. */
static bool
is_just_ahead(const struct plan_download *d, int piece)
{
	int64_t n = (PLAN_AHEAD + d->piece_size - 1) / d->piece_size;
	size_t i;

	if (n < PLAN_AHEAD_PIECES)
		n = PLAN_AHEAD_PIECES;
	for (i = 0; i < d->n_readers; i++)
		if (piece >= d->readers[i] && piece - d->readers[i] <= n &&
		    is_joined(d, d->readers[i], piece))
			return true;
	return false;
}

static bool
may_go(const struct plan_download *d, int piece)
{
	return d->admitted[piece] && !d->is_pinned &&
	    !(d->is_whole && d->n_readers > 0) && !is_just_ahead(d, piece);
}

/* All pieces of which `is` is true, the most needed first. */
static struct items
collect(const struct plan_download *downloads, size_t n,
    bool (*is)(const struct plan_download *d, int piece))
{
	struct items items = { 0 };
	size_t i, room = 0;
	int piece;

	for (i = 0; i < n; i++)
		room += (size_t)downloads[i].n_pieces;
	items.item = mem_calloc(room + 1, sizeof(*items.item));
	for (i = 0; i < n; i++)
		for (piece = 0; piece < downloads[i].n_pieces; piece++)
			if (is(&downloads[i], piece))
				items.item[items.n++] = (struct item){
					.need = need_of(&downloads[i], piece),
					.bytes =
					    piece_bytes(&downloads[i], piece),
					.download = i,
					.piece = piece,
				};
	qsort(items.item, items.n, sizeof(*items.item), compare_needs);
	return items;
}

/* Neighbours become runs. */
static struct plan_run *
runs_of(struct arena *arena, struct item *item, size_t n, size_t *n_runs)
{
	struct plan_run *runs = arena_alloc(arena, n + 1, sizeof(*runs));
	struct plan_run *run = NULL;
	size_t i;

	*n_runs = 0;
	qsort(item, n, sizeof(*item), compare_places);
	for (i = 0; i < n; i++) {
		if (run == NULL || run->download != item[i].download ||
		    run->first + run->n != item[i].piece) {
			run = &runs[(*n_runs)++];
			*run = (struct plan_run){ .download = item[i].download,
				.first = item[i].piece };
		}
		run->n++;
	}
	return runs;
}

static int64_t
used_bytes(const struct plan_download *downloads, size_t n)
{
	int64_t used = 0;
	size_t i;
	int piece;

	for (i = 0; i < n; i++)
		for (piece = 0; piece < downloads[i].n_pieces; piece++)
			if (downloads[i].admitted[piece])
				used += piece_bytes(&downloads[i], piece);
	return used;
}

/* With one piece of something whole the rest of it goes too: it is put right
 * behind, so that it is what is taken next. */
static size_t
with_whole(
    const struct plan_download *downloads, const struct items *held, size_t at)
{
	size_t download = held->item[at].download;

	if (!downloads[download].is_whole)
		return at;
	while (at > 0 && held->item[at - 1].download == download)
		at--;
	return at;
}

/* What is given up is the tail of `held` from `at` on. */
struct giving {
	const struct plan_download *downloads;
	const struct items *held;
	size_t at;
	int64_t freed;
};

/* The least needed goes too. */
static void
give_one(struct giving *giving)
{
	size_t to = with_whole(giving->downloads, giving->held, giving->at - 1);

	while (giving->at > to)
		giving->freed += giving->held->item[--giving->at].bytes;
}

/* For the desires that found no room, as far as what goes is needed less. */
static void
give_for(struct giving *giving, const struct items *desired, size_t first,
    int64_t batch)
{
	const struct item *held = giving->held->item, *unmet;
	int64_t wanted = 0;
	size_t i;

	for (i = first; i < desired->n && giving->freed < batch; i++) {
		unmet = &desired->item[i];
		wanted += unmet->bytes;
		while (giving->freed < wanted && giving->at > 0 &&
		    held[giving->at - 1].need / HYSTERESIS > unmet->need)
			give_one(giving);
		if (giving->freed < wanted)
			return;
	}
}

static int64_t
part(int64_t limit, int nth, int64_t most)
{
	return limit / nth < most ? limit / nth : most;
}

static void
give_up(struct giving *giving, const struct items *desired, size_t first,
    int64_t over, int64_t limit)
{
	int64_t batch = part(limit, BATCH_PART, BATCH_BYTES);
	int64_t urgent = part(limit, URGENT_PART, URGENT_BYTES);
	size_t before;

	/* The limit was made smaller. */
	while (giving->freed < over && giving->at > 0)
		give_one(giving);
	before = giving->at;
	give_for(giving, desired, first, giving->freed + batch);
	if (giving->freed < batch && first < desired->n &&
	    desired->item[first].need > urgent &&
	    desired->item[first].need != WARM)
		giving->at = before;
}

void
plan_make(struct arena *arena, const struct plan_download *downloads, size_t n,
    int64_t limit, struct plan *plan)
{
	struct items desired = collect(downloads, n, is_desired), held;
	struct giving giving = { .downloads = downloads, .held = &held };
	int64_t room;
	size_t i;

	memset(plan, 0, sizeof(*plan));
	plan->used = used_bytes(downloads, n);
	room = limit - plan->used;
	for (i = 0; i < desired.n && desired.item[i].bytes <= room; i++)
		room -= desired.item[i].bytes;
	plan->is_short = i < desired.n || room < 0;
	if (plan->is_short) {
		held = collect(downloads, n, may_go);
		giving.at = held.n;
		give_up(&giving, &desired, i, room < 0 ? -room : 0, limit);
		plan->evict = runs_of(arena, &held.item[giving.at],
		    held.n - giving.at, &plan->n_evict);
		free(held.item);
	}
	plan->admit = runs_of(arena, desired.item, i, &plan->n_admit);
	free(desired.item);
}
