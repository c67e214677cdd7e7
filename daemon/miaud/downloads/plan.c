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
	/* Its ends stay longest, as it begins to play from them. */
	if (d->n_readers == 0)
		return (d->is_wanted ? NOBODY : NOBODY * 4 + d->idle_ms) +
		    !is_end(d, piece);
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

/* What is given up among `held`, which are in the order of their need. */
struct giving {
	const struct plan_download *downloads;
	size_t n;
	const struct items *held;
	uint8_t *goes;  /* by item: the round in which it goes, 0: stays */
	uint8_t round;  /* from 1 on */
	int64_t *whole; /* by download: bytes of it that are held and would go
			   together; 0: it goes by pieces, or is gone */
	int64_t freed;
};

static void
giving_init(struct giving *giving, const struct plan_download *downloads,
    size_t n, const struct items *held)
{
	const struct item *item;
	size_t i;

	*giving = (struct giving){ .downloads = downloads,
		.n = n,
		.held = held,
		.round = 1,
		.goes = mem_calloc(held->n + 1, 1),
		.whole = mem_calloc(n + 1, sizeof(int64_t)) };
	for (i = 0; i < held->n; i++) {
		item = &held->item[i];
		if (downloads[item->download].is_whole)
			giving->whole[item->download] += item->bytes;
	}
}

static void
giving_fini(struct giving *giving)
{
	free(giving->goes);
	free(giving->whole);
}

static void
give_whole(struct giving *giving, size_t download)
{
	size_t i;

	for (i = 0; i < giving->held->n; i++)
		if (giving->held->item[i].download == download)
			giving->goes[i] = giving->round;
	giving->freed += giving->whole[download];
	giving->whole[download] = 0;
}

/* With one piece of something whole the rest of it goes too. */
static void
give_one(struct giving *giving, size_t at)
{
	const struct item *item = &giving->held->item[at];

	if (giving->goes[at])
		return;
	if (giving->downloads[item->download].is_whole) {
		give_whole(giving, item->download);
		return;
	}
	giving->goes[at] = giving->round;
	giving->freed += item->bytes;
}

/* --- The limit was made smaller --------------------------------------------- */

/* Pieces of what goes piece by piece and nobody reads, the least needed first. */
static void
give_parts(struct giving *giving, int64_t over)
{
	const struct item *item;
	size_t at;

	for (at = giving->held->n; at > 0 && giving->freed < over; at--) {
		item = &giving->held->item[at - 1];
		if (item->need >= WARM &&
		    !giving->downloads[item->download].is_whole)
			give_one(giving, at - 1);
	}
}

/* The smallest that is enough, else the largest. */
static bool
give_fitting(struct giving *giving, int64_t missing)
{
	size_t i, best = 0;
	int64_t bytes, least = 0;
	bool is_better;

	for (i = 0; i < giving->n; i++) {
		bytes = giving->whole[i];
		if (least >= missing)
			is_better = bytes >= missing && bytes < least;
		else
			is_better = bytes > least;
		if (!is_better)
			continue;
		best = i;
		least = bytes;
	}
	if (least == 0)
		return false;
	give_whole(giving, best);
	return true;
}

/* Pieces that need not go, as what went later is enough; the most needed stay
 * first. */
static void
keep_parts(struct giving *giving, int64_t over)
{
	const struct item *item;
	size_t i;

	for (i = 0; i < giving->held->n; i++) {
		item = &giving->held->item[i];
		if (!giving->goes[i] ||
		    giving->downloads[item->download].is_whole ||
		    giving->freed - item->bytes < over)
			continue;
		giving->goes[i] = 0;
		giving->freed -= item->bytes;
	}
}

/* As little as is enough: pieces before something whole, and what is read last
 * of all. */
static void
give_excess(struct giving *giving, int64_t over)
{
	size_t at;

	give_parts(giving, over);
	while (
	    giving->freed < over && give_fitting(giving, over - giving->freed))
		;
	for (at = giving->held->n; at > 0 && giving->freed < over; at--)
		give_one(giving, at - 1);
	keep_parts(giving, over);
}

/* --- Others need it more ----------------------------------------------------- */

/* For the desires that found no room, as far as what goes is needed less. */
static void
give_for(struct giving *giving, const struct items *desired, size_t first,
    int64_t batch)
{
	const struct item *held = giving->held->item, *unmet;
	size_t at = giving->held->n, i;
	int64_t wanted = 0, before = giving->freed;

	for (i = first; i < desired->n && giving->freed - before < batch; i++) {
		unmet = &desired->item[i];
		wanted += unmet->bytes;
		for (; giving->freed - before < wanted && at > 0 &&
		     held[at - 1].need / HYSTERESIS > unmet->need;
		     at--)
			give_one(giving, at - 1);
		if (giving->freed - before < wanted)
			return;
	}
}

static int64_t
part(int64_t limit, int nth, int64_t most)
{
	return limit / nth < most ? limit / nth : most;
}

static void
undo(struct giving *giving)
{
	size_t i;

	for (i = 0; i < giving->held->n; i++)
		if (giving->goes[i] == giving->round) {
			giving->goes[i] = 0;
			giving->freed -= giving->held->item[i].bytes;
		}
}

/* Unless it is urgent, only when it is worth while. */
static void
give_room(struct giving *giving, const struct items *desired, size_t first,
    int64_t limit)
{
	int64_t batch = part(limit, BATCH_PART, BATCH_BYTES);
	int64_t urgent = part(limit, URGENT_PART, URGENT_BYTES);
	int64_t before = giving->freed;

	giving->round++;
	give_for(giving, desired, first, batch);
	if (giving->freed - before < batch && first < desired->n &&
	    desired->item[first].need > urgent &&
	    desired->item[first].need != WARM)
		undo(giving);
}

static void
fill_evict(struct arena *arena, const struct giving *giving, struct plan *plan)
{
	struct item *item = giving->held->item;
	size_t i, n = 0;

	for (i = 0; i < giving->held->n; i++)
		if (giving->goes[i])
			item[n++] = item[i];
	plan->evict = runs_of(arena, item, n, &plan->n_evict);
}

void
plan_make(struct arena *arena, const struct plan_download *downloads, size_t n,
    int64_t limit, struct plan *plan)
{
	struct items desired = collect(downloads, n, is_desired), held;
	struct giving giving;
	int64_t room;
	size_t i;

	memset(plan, 0, sizeof(*plan));
	plan->used = used_bytes(downloads, n);
	room = limit - plan->used;
	for (i = 0; i < desired.n && desired.item[i].bytes <= room; i++)
		room -= desired.item[i].bytes;
	plan->is_over = room < 0;
	plan->is_short = i < desired.n || plan->is_over;
	if (plan->is_short) {
		held = collect(downloads, n, may_go);
		giving_init(&giving, downloads, n, &held);
		if (plan->is_over)
			give_excess(&giving, -room);
		give_room(&giving, &desired, i, limit);
		fill_evict(arena, &giving, plan);
		giving_fini(&giving);
		free(held.item);
	}
	plan->admit = runs_of(arena, desired.item, i, &plan->n_admit);
	free(desired.item);
}
