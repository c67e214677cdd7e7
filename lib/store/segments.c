/* Marks of openings, recaps, credits and previews. */
#include "lib/store/segments.h"

#include <string.h>

#include "lib/base/clock.h"
#include "lib/store/rows.h"

enum { STMT_LIST, STMT_PUT, STMT_REMOVE, STMT__MAX };

static const char *const sql[STMT__MAX] = {
	[STMT_LIST] =
	    "SELECT m.kind, m.season >= 0 AND m.episode < 0, m.is_none, "
	    "m.is_from_end, m.starts_at, m.ends_at, m.changed_at "
	    "FROM segment_mark m WHERE m.title_id = ?1 AND m.season = ?2 "
	    "AND m.episode IN (?3, -1) "
	    "AND " VISIBLE_TITLE(
		"m.title_id", "?4", "?5") "ORDER BY m.episode DESC, m.kind",
	[STMT_PUT] =
	    "INSERT INTO segment_mark (title_id, season, episode, kind, "
	    "is_none, is_from_end, starts_at, ends_at, changed_at) "
	    "SELECT t.id, ?2, ?3, ?6, ?7, ?8, ?9, ?10, ?11 FROM title t "
	    "WHERE t.id = ?1 AND " VISIBLE("t", "?4",
		"?5") "ON CONFLICT (title_id, season, episode, kind) DO UPDATE SET "
		      "is_none = excluded.is_none, is_from_end = excluded.is_from_end, "
		      "starts_at = excluded.starts_at, ends_at = excluded.ends_at, "
		      "changed_at = excluded.changed_at",
	[STMT_REMOVE] =
	    "DELETE FROM segment_mark WHERE title_id = ?1 AND season = ?2 "
	    "AND episode = ?3 AND kind = ?6 "
	    "AND " VISIBLE_TITLE("title_id", "?4", "?5"),
};

const struct store_sql store_segments_sql = { "segments", sql, STMT__MAX,
	NULL };

static const char *const words[SEGMENT__MAX] = {
	[SEGMENT_INTRO] = "intro",
	[SEGMENT_RECAP] = "recap",
	[SEGMENT_CREDITS] = "credits",
	[SEGMENT_PREVIEW] = "preview",
};

const char *
store_segment_word(enum segment_kind kind)
{
	return words[kind];
}

enum segment_kind
store_segment_kind(const char *word)
{
	int kind = 0;

	while (kind < SEGMENT__MAX && strcmp(words[kind], word) != 0)
		kind++;
	return (enum segment_kind)kind;
}

static void
read_mark(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct segment_mark *mark = element;

	mark->kind = store_segment_kind(db_text(rows, 0, arena));
	mark->is_season = db_int(rows, 1) != 0;
	mark->is_none = db_int(rows, 2) != 0;
	mark->is_from_end = db_int(rows, 3) != 0;
	mark->start = db_real(rows, 4);
	mark->end = db_real(rows, 5);
	mark->changed_at = db_int(rows, 6);
}

enum store_result
store_segment_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, const struct segment_place *place,
    struct segment_mark **marks, size_t *n, struct err *err)
{
	void *elements;
	enum store_result result = store_collect(db, arena, sql[STMT_LIST],
	    DB_ARGS(DB_INT(place->title_id), DB_INT(place->season),
		DB_INT(place->episode), DB_VIEWER(viewer)),
	    sizeof(**marks), read_mark, &elements, n, err);

	*marks = elements;
	return result;
}

enum store_result
store_segment_put(struct db *db, const struct viewer *viewer,
    const struct segment_place *place, struct segment_mark *mark,
    struct err *err)
{
	mark->changed_at = clock_now_ms();
	return store_run_one(db, sql[STMT_PUT],
	    DB_ARGS(DB_INT(place->title_id), DB_INT(place->season),
		DB_INT(place->episode), DB_VIEWER(viewer),
		DB_TEXT(store_segment_word(mark->kind)), DB_INT(mark->is_none),
		DB_INT(mark->is_from_end), DB_REAL(mark->start),
		DB_REAL(mark->end), DB_INT(mark->changed_at)),
	    err);
}

enum store_result
store_segment_remove(struct db *db, const struct viewer *viewer,
    const struct segment_place *place, enum segment_kind kind, struct err *err)
{
	return store_run_one(db, sql[STMT_REMOVE],
	    DB_ARGS(DB_INT(place->title_id), DB_INT(place->season),
		DB_INT(place->episode), DB_VIEWER(viewer),
		DB_TEXT(store_segment_word(kind))),
	    err);
}
