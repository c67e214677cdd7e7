/* Where a profile stopped, what it has finished, what comes next. */
#include "lib/store/progress.h"

#include <math.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/store/rows.h"

enum { RECENT_MAX = 1000 };

#define LATEST 9e15 /* after every time, exact as a double */

enum {
	STMT_FIND,
	STMT_PUT,
	STMT_HISTORY_ADD,
	STMT_FORGET,
	STMT_HISTORY_FORGET,
	STMT_HIDE,
	STMT_LIST,
	STMT_PAGE,
	STMT_COUNT,
	STMT_OF_TITLE,
	STMT_OF_MOVIES,
	STMT_NEXT_PLAYABLE,
	STMT__MAX
};

#define COLUMNS                                                                \
	"SELECT p.id, p.title_id, p.episode_id, p.position, p.duration, "      \
	"p.fraction, p.status, p.updated_at, p.is_hidden"
#define LISTED                                                                 \
	COLUMNS ", t.kind, t.pid, e.season, e.number FROM progress p "         \
		"JOIN title t ON t.id = p.title_id "                           \
		"LEFT JOIN episode e ON e.id = p.episode_id "

/* Whether the viewer sees the title of a place. */
#define SEEN(limit, unrated) VISIBLE_TITLE("p.title_id", limit, unrated)

/* ?2: the films' row numbers, a JSON array. */
#define OF_MOVIES_SQL                                                          \
	COLUMNS " FROM json_each(?2) j CROSS JOIN progress p "                 \
		"ON p.profile_id = ?1 AND p.title_id = j.value "               \
		"AND COALESCE(p.episode_id, 0) = 0 AND " SEEN("?3", "?4")

static const char *const scans[] = {
	OF_MOVIES_SQL, /* the scan is of the array given */
	NULL,
};

static const char *const sql[STMT__MAX] = {
	[STMT_FIND] = COLUMNS " FROM progress p WHERE p.profile_id = ?1 "
			      "AND p.title_id = ?2 "
			      "AND COALESCE(p.episode_id, 0) = ?3 "
			      "AND " SEEN("?4", "?5"),
	[STMT_PUT] =
	    "INSERT INTO progress (profile_id, title_id, episode_id, "
	    "position, duration, fraction, status, updated_at) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
	    "ON CONFLICT (profile_id, title_id, COALESCE(episode_id, 0)) "
	    "DO UPDATE SET position = excluded.position, "
	    "duration = excluded.duration, fraction = excluded.fraction, "
	    "status = excluded.status, updated_at = excluded.updated_at, "
	    "is_hidden = 0",
	[STMT_HISTORY_ADD] = "INSERT INTO history (profile_id, title_id, "
			     "episode_id, watched_at) VALUES (?1, ?2, ?3, ?4)",
	[STMT_FORGET] = "DELETE FROM progress WHERE profile_id = ?1 "
			"AND title_id = ?2 AND COALESCE(episode_id, 0) = ?3",
	[STMT_HISTORY_FORGET] =
	    "DELETE FROM history WHERE id = (SELECT id FROM history "
	    "WHERE title_id = ?2 AND profile_id = ?1 "
	    "AND COALESCE(episode_id, 0) = ?3 "
	    "ORDER BY watched_at DESC LIMIT 1)",
	[STMT_HIDE] = "UPDATE progress SET is_hidden = ?3 "
		      "WHERE profile_id = ?1 AND title_id = ?2",
	[STMT_LIST] = LISTED
	"WHERE p.profile_id = ?1 "
	"AND " VISIBLE("t", "?3", "?4") "ORDER BY p.updated_at DESC LIMIT ?2",
	[STMT_PAGE] =
	    LISTED "WHERE p.profile_id = ?1 AND p.updated_at <= ?2 "
		   "AND (p.updated_at < ?2 OR p.id < ?3) "
		   "AND " VISIBLE("t", "?5",
		       "?6") "ORDER BY p.updated_at DESC, p.id DESC LIMIT ?4",
	[STMT_COUNT] = "SELECT COUNT(*) FROM progress p "
		       "WHERE p.profile_id = ?1 AND " SEEN("?2", "?3"),
	[STMT_OF_TITLE] = LISTED
	"WHERE p.profile_id = ?1 AND p.title_id = ?2 "
	"AND " VISIBLE("t", "?3", "?4") "ORDER BY e.season, e.number",
	[STMT_OF_MOVIES] = OF_MOVIES_SQL,
	[STMT_NEXT_PLAYABLE] =
	    "SELECT n.id FROM episode e JOIN episode n "
	    "ON n.title_id = e.title_id "
	    "AND (n.season, n.number) > (e.season, e.number) "
	    "WHERE e.id = ?1 AND n.is_playable = 1 "
	    "AND (e.season <> 0 OR n.season = 0) "
	    "ORDER BY n.season, n.number LIMIT 1",
};

const struct store_sql store_progress_sql = { "progress", sql, STMT__MAX,
	scans };

static const char *const status_names[] = { [PROGRESS_WATCHING] = "watching",
	[PROGRESS_PAUSED] = "paused",
	[PROGRESS_COMPLETED] = "completed" };

const char *
store_progress_status_name(enum progress_status status)
{
	return status_names[status];
}

int
store_progress_status_parse(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT_OF(status_names); i++)
		if (strcmp(status_names[i], name) == 0)
			return (int)i;
	return -1;
}

/* Status from its stored word, without an arena. */
static enum progress_status
read_status(const char *name)
{
	int status = name == NULL ? -1 : store_progress_status_parse(name);

	return status == -1 ? PROGRESS_PAUSED : (enum progress_status)status;
}

static void
read_progress(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct progress *progress = element;

	progress->id = db_int(rows, 0);
	progress->title_id = db_int(rows, 1);
	progress->episode_id = db_int(rows, 2);
	progress->position = db_real(rows, 3);
	progress->duration = db_real(rows, 4);
	progress->fraction = db_real(rows, 5);
	progress->status = read_status(db_text(rows, 6, arena));
	progress->updated_at = db_int(rows, 7);
	progress->is_hidden = db_int(rows, 8) != 0;
}

static void
read_listed(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct progress *progress = element;

	read_progress(rows, arena, progress);
	progress->kind = strcmp(db_text(rows, 9, arena), "show") == 0
	    ? TITLE_SHOW
	    : TITLE_MOVIE;
	progress->pid = db_int(rows, 10);
	progress->season = db_int(rows, 11);
	progress->episode = db_int(rows, 12);
}

enum store_result
store_progress_find(struct db *db, const struct viewer *viewer,
    int64_t title_id, int64_t episode_id, struct progress *progress,
    struct err *err)
{
	struct arena *arena;
	struct db_rows rows;
	enum store_result result = store_get(db, sql[STMT_FIND],
	    DB_ARGS(DB_TEXT(viewer->profile_id), DB_INT(title_id),
		DB_INT(episode_id), DB_VIEWER(viewer)),
	    &rows, err);

	*progress = (struct progress){ 0 };
	if (result == STORE_OK) {
		arena = arena_new(4096);
		read_progress(&rows, arena, progress);
		arena_free(arena);
	}
	db_done(&rows);
	return result;
}

static double
within(double value, double max)
{
	if (!isfinite(value) || value < 0)
		return 0;
	return value > max ? max : value;
}

/* Derives what was not given and sets the status. */
static void
complete(struct progress *p, double known_duration)
{
	bool no_fraction = p->fraction < 0, no_position = p->position < 0;

	if (!isfinite(p->duration) || p->duration <= 0)
		p->duration = within(known_duration, HUGE_VAL);
	if (no_fraction && no_position)
		p->fraction = p->status == PROGRESS_COMPLETED ? 1 : 0;
	else if (no_fraction)
		p->fraction = p->duration > 0 ? p->position / p->duration : 0;
	p->fraction = within(p->fraction, 1);
	if (no_position)
		p->position = p->fraction * p->duration;
	p->position =
	    within(p->position, p->duration > 0 ? p->duration : HUGE_VAL);
	if (p->fraction >= PROGRESS_COMPLETED_FROM)
		p->status = PROGRESS_COMPLETED;
}

static enum store_result
put(struct db *db, const struct viewer *viewer, struct progress *p,
    struct err *err)
{
	struct progress before;
	enum store_result result = store_progress_find(
	    db, viewer, p->title_id, p->episode_id, &before, err);
	bool was_completed =
	    result == STORE_OK && before.status == PROGRESS_COMPLETED;

	if (result == STORE_ERROR)
		return result;
	complete(p, before.duration);
	result = store_run(db, sql[STMT_PUT],
	    DB_ARGS(DB_TEXT(viewer->profile_id), DB_INT(p->title_id),
		DB_REF(p->episode_id), DB_REAL(p->position),
		DB_REAL(p->duration), DB_REAL(p->fraction),
		DB_TEXT(status_names[p->status]), DB_INT(p->updated_at)),
	    err);
	if (result != STORE_OK || p->status != PROGRESS_COMPLETED ||
	    was_completed)
		return result;
	return store_run(db, sql[STMT_HISTORY_ADD],
	    DB_ARGS(DB_TEXT(viewer->profile_id), DB_INT(p->title_id),
		DB_REF(p->episode_id), DB_INT(p->updated_at)),
	    err);
}

enum store_result
store_progress_put(struct db *db, const struct viewer *viewer,
    const struct progress *progress, struct err *err)
{
	struct progress copy = *progress;

	if (copy.updated_at == 0)
		copy.updated_at = clock_now_ms();
	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	return store_end(db, put(db, viewer, &copy, err), err);
}

static enum store_result
forget(struct db *db, const struct viewer *viewer, int64_t title_id,
    int64_t episode_id, struct err *err)
{
	struct progress before;
	enum store_result result =
	    store_progress_find(db, viewer, title_id, episode_id, &before, err);

	if (result == STORE_OK && before.status == PROGRESS_COMPLETED)
		result = store_run(db, sql[STMT_HISTORY_FORGET],
		    DB_ARGS(DB_TEXT(viewer->profile_id), DB_INT(title_id),
			DB_INT(episode_id)),
		    err);
	if (result == STORE_ERROR || before.id == 0)
		return result;
	return store_run(db, sql[STMT_FORGET],
	    DB_ARGS(DB_TEXT(viewer->profile_id), DB_INT(title_id),
		DB_INT(episode_id)),
	    err);
}

enum store_result
store_progress_forget(struct db *db, const struct viewer *viewer,
    int64_t title_id, int64_t episode_id, struct err *err)
{
	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	return store_end(
	    db, forget(db, viewer, title_id, episode_id, err), err);
}

enum store_result
store_progress_hide(struct db *db, const struct viewer *viewer,
    int64_t title_id, bool is_hidden, struct err *err)
{
	return store_run_one(db, sql[STMT_HIDE],
	    DB_ARGS(DB_TEXT(viewer->profile_id), DB_INT(title_id),
		DB_INT(is_hidden)),
	    err);
}

enum store_result
store_progress_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, int max, struct progress **rows, size_t *n,
    struct err *err)
{
	void *items;
	enum store_result result = store_collect(db, arena, sql[STMT_LIST],
	    DB_ARGS(
		DB_TEXT(viewer->profile_id), DB_INT(max), DB_VIEWER(viewer)),
	    sizeof(**rows), read_listed, &items, n, err);

	*rows = items;
	return result;
}

/* Behind the cursor, or before everything. */
static enum store_result
start(struct arena *arena, const char *cursor, struct store_cursor *at,
    struct err *err)
{
	enum store_result result = store_cursor_decode(arena, cursor, at, err);

	if (result == STORE_NONE) {
		*at =
		    (struct store_cursor){ .number = LATEST, .id = INT64_MAX };
		return STORE_OK;
	}
	if (result == STORE_OK &&
	    (at->is_text || !(fabs(at->number) <= LATEST))) {
		err_set(err, ERR_INVALID_FIELDS,
		    "The cursor was not made by this list.");
		return STORE_ERROR;
	}
	return result;
}

enum store_result
store_progress_page(struct db *db, struct arena *arena,
    const struct viewer *viewer, const struct store_page *page,
    struct progress **rows, size_t *n, char **cursor, int64_t *total,
    struct err *err)
{
	struct store_cursor at;
	const struct progress *last;
	int size = page->size < 1 ? 1 : page->size;
	void *items;

	*cursor = NULL;
	if (start(arena, page->cursor, &at, err) != STORE_OK ||
	    store_get_int(db, sql[STMT_COUNT],
		DB_ARGS(DB_TEXT(viewer->profile_id), DB_VIEWER(viewer)), total,
		err) != STORE_OK ||
	    store_collect(db, arena, sql[STMT_PAGE],
		DB_ARGS(DB_TEXT(viewer->profile_id), DB_INT((int64_t)at.number),
		    DB_INT(at.id), DB_INT(size + 1), DB_VIEWER(viewer)),
		sizeof(**rows), read_listed, &items, n, err) != STORE_OK)
		return STORE_ERROR;
	*rows = items;
	if (*n <= (size_t)size)
		return STORE_OK;
	*n = (size_t)size;
	last = &(*rows)[size - 1];
	*cursor = store_cursor_encode(arena,
	    &(struct store_cursor){
		.number = (double)last->updated_at, .id = last->id });
	return STORE_OK;
}

enum store_result
store_progress_of_title(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t title_id, struct progress **rows,
    size_t *n, struct err *err)
{
	void *items;
	enum store_result result = store_collect(db, arena, sql[STMT_OF_TITLE],
	    DB_ARGS(DB_TEXT(viewer->profile_id), DB_INT(title_id),
		DB_VIEWER(viewer)),
	    sizeof(**rows), read_listed, &items, n, err);

	*rows = items;
	return result;
}

enum store_result
store_progress_of_movies(struct db *db, struct arena *arena,
    const struct viewer *viewer, const struct title *titles, size_t n_titles,
    struct progress **rows, size_t *n, struct err *err)
{
	enum store_result result;
	void *items;
	char *ids;

	*n = 0;
	if (n_titles == 0)
		return STORE_OK;
	ids = store_id_list(arena, &titles->id, n_titles, sizeof(*titles));
	result = store_collect(db, arena, sql[STMT_OF_MOVIES],
	    DB_ARGS(
		DB_TEXT(viewer->profile_id), DB_TEXT(ids), DB_VIEWER(viewer)),
	    sizeof(**rows), read_progress, &items, n, err);
	*rows = items;
	return result;
}

/* What follows from the newest row of a title; STORE_NONE when nothing. */
static enum store_result
go_on(struct db *db, struct arena *arena, const struct viewer *viewer,
    const struct progress *at, struct progress_continue *out, struct err *err)
{
	int64_t episode_id = at->episode_id;
	enum store_result result = STORE_OK;

	*out = (struct progress_continue){ 0 };
	if (at->status != PROGRESS_COMPLETED)
		out->progress = *at;
	else if (episode_id == 0)
		return STORE_NONE;
	else
		result = store_get_int(db, sql[STMT_NEXT_PLAYABLE],
		    DB_ARGS(DB_INT(episode_id)), &episode_id, err);
	if (result == STORE_OK && episode_id != 0)
		result = store_episode_find_id(
		    db, arena, viewer, episode_id, &out->episode, err);
	if (result == STORE_OK)
		result = store_title_find_id(
		    db, arena, viewer, at->title_id, &out->title, err);
	return result;
}

/* Whether a newer row is of the same title. */
static bool
is_older(const struct progress *rows, size_t i)
{
	size_t j;

	for (j = 0; j < i; j++)
		if (rows[j].title_id == rows[i].title_id)
			return true;
	return false;
}

enum store_result
store_progress_continue(struct db *db, struct arena *arena,
    const struct viewer *viewer, int max, struct progress_continue **rows,
    size_t *n, struct err *err)
{
	struct progress *recent;
	size_t i, n_recent;
	enum store_result result;

	*rows = arena_alloc(arena, max > 0 ? (size_t)max : 1, sizeof(**rows));
	*n = 0;
	result = store_progress_list(
	    db, arena, viewer, RECENT_MAX, &recent, &n_recent, err);
	for (i = 0; result == STORE_OK && i < n_recent && (int)*n < max; i++) {
		if (recent[i].is_hidden || is_older(recent, i))
			continue;
		result =
		    go_on(db, arena, viewer, &recent[i], &(*rows)[*n], err);
		if (result == STORE_OK)
			(*n)++;
		else if (result == STORE_NONE)
			result = STORE_OK;
	}
	return result;
}
