/*
 * Where a profile stopped watching, and what it has finished. Both the
 * player's heartbeat and /api/progress end in store_progress_put. Whose it is
 * and what of it is seen says the viewer: places in titles that a profile may
 * no longer see are kept and not shown.
 */
#ifndef LIB_STORE_PROGRESS_H
#define LIB_STORE_PROGRESS_H

#include <stdbool.h>

#include "lib/store/maturity.h"
#include "lib/store/store.h"
#include "lib/store/titles.h"

/* From this fraction on, something counts as watched to its end. */
#define PROGRESS_COMPLETED_FROM 0.92

enum progress_status { PROGRESS_WATCHING, PROGRESS_PAUSED, PROGRESS_COMPLETED };

struct progress {
	int64_t id;
	int64_t title_id;
	int64_t episode_id; /* 0: a film */
	double position;    /* seconds */
	double duration;    /* seconds, 0: unknown */
	double fraction;    /* 0…1 */
	enum progress_status status;
	int64_t updated_at;
	bool is_hidden; /* from the row of what one goes on with */
	/* only from lists */
	enum title_kind kind;
	int64_t pid;
	int64_t season;
	int64_t episode;
};

extern const struct store_sql store_progress_sql;

/* "watching" and the like, both ways; -1 for another word. */
const char *store_progress_status_name(
    enum progress_status status) RETURNS_NONNULL;
int store_progress_status_parse(const char *name) NONNULL MUST_CHECK;

/* Saves. A fraction < 0 is computed from position and duration; a position < 0
 * from fraction and duration. From PROGRESS_COMPLETED_FROM on the status is
 * completed and a history row is written (once per watching). A duration of 0
 * leaves the known one; updated_at 0 is now. What was hidden is so no more.
 * Runs in a transaction of its own. */
enum store_result store_progress_put(struct db *db, const struct viewer *viewer,
    const struct progress *progress, struct err *err) NONNULL MUST_CHECK;
enum store_result store_progress_find(struct db *db,
    const struct viewer *viewer, int64_t title_id, int64_t episode_id,
    struct progress *progress, struct err *err) NONNULL MUST_CHECK;
/* Nothing of it was watched: the place goes, and when it was finished its last
 * history row. STORE_NONE when there is no place. Runs in a transaction of its
 * own. */
enum store_result store_progress_forget(struct db *db,
    const struct viewer *viewer, int64_t title_id, int64_t episode_id,
    struct err *err) NONNULL MUST_CHECK;
/* Takes a title out of what store_progress_continue lists, until it is watched
 * on, or puts it back. STORE_NONE when nothing of it was watched. */
enum store_result store_progress_hide(struct db *db,
    const struct viewer *viewer, int64_t title_id, bool is_hidden,
    struct err *err) NONNULL MUST_CHECK;
/* Newest first, at most max. */
enum store_result store_progress_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, int max, struct progress **rows, size_t *n,
    struct err *err) NONNULL MUST_CHECK;
/* The same page by page; *cursor NULL on the last one. */
enum store_result store_progress_page(struct db *db, struct arena *arena,
    const struct viewer *viewer, const struct store_page *page,
    struct progress **rows, size_t *n, char **cursor, int64_t *total,
    struct err *err) NONNULL MUST_CHECK;
/* All of a show. */
enum store_result store_progress_of_title(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t title_id, struct progress **rows,
    size_t *n, struct err *err) NONNULL MUST_CHECK;
/* Those of the titles, which are films, that have one, in their order. */
enum store_result store_progress_of_movies(struct db *db, struct arena *arena,
    const struct viewer *viewer, const struct title *titles, size_t n_titles,
    struct progress **rows, size_t *n, struct err *err)
    NONNULL_ARGS(1, 2, 3, 6, 7, 8) MUST_CHECK;
/* What to go on with: films and episodes begun and not finished, and for each
 * show whose last watched episode is finished the next one that can be
 * played; newest first, one entry per title that is not hidden, at most
 * max. */
struct progress_continue {
	struct title title;
	struct episode episode;   /* id 0: a film */
	struct progress progress; /* all zero for a next episode */
};
enum store_result store_progress_continue(struct db *db, struct arena *arena,
    const struct viewer *viewer, int max, struct progress_continue **rows,
    size_t *n, struct err *err) NONNULL MUST_CHECK;

#endif
