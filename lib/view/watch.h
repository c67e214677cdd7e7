/*
 * What a person has watched of a title and what Play would start: the reading
 * behind the `next` and `progress` of the shapes in view.h.
 */
#ifndef LIB_VIEW_WATCH_H
#define LIB_VIEW_WATCH_H

#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/db/db.h"
#include "lib/store/progress.h"
#include "lib/store/titles.h"

/* The reader and for whom. */
struct watch {
	struct db *db;
	struct arena *arena;
	const struct viewer *viewer;
};

/* All of a show that this person has begun. */
struct watched {
	struct progress *rows;
	size_t n;
};
int watch_show(const struct watch *watch, int64_t title_id,
    struct watched *watched, struct err *err) NONNULL MUST_CHECK;
/* The row of an episode, or NULL. */
const struct progress *watched_find(
    const struct watched *watched, int64_t episode_id) NONNULL MUST_CHECK;

/* The episode that Play would start: the one begun last, else the one after
 * the last finished, else the first with a source; id 0 when there is none.
 * *at is the place in it (id 0: none). */
int watch_next(const struct watch *watch, int64_t title_id,
    const struct watched *watched, struct episode *next, struct progress *at,
    struct err *err) NONNULL MUST_CHECK;

/* The nearest later or earlier (step -1) episode with a source; id 0: none. */
int watch_neighbour(const struct watch *watch, const struct episode *episode,
    int step, struct episode *out, struct err *err) NONNULL MUST_CHECK;

/* The place in a film or an episode; id 0 when there is none. */
int watch_place(const struct watch *watch, int64_t title_id, int64_t episode_id,
    struct progress *out, struct err *err) NONNULL MUST_CHECK;

/* The items of a list for its titles: MovieItem and ShowItem in an array that
 * the caller owns. NULL on error. */
struct view;
struct json_object *watch_items(const struct watch *watch,
    const struct view *view, const struct title *titles, size_t n,
    struct err *err) NONNULL_ARGS(1, 2, 5) MUST_CHECK;

#endif
