/* Seasons and episodes of shows. */
#include <stdio.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/store/rows.h"
#include "lib/store/titles.h"

enum {
	STMT_SEASON_LIST,
	STMT_LIST,
	STMT_LIST_ALL,
	STMT_FIND,
	STMT_FIND_ID,
	STMT_NEXT,
	STMT_PREVIOUS,
	STMT_SEASON_PUT,
	STMT_PUT,
	STMT_SET_STILL,
	STMT__MAX
};

#define EPISODE                                                                \
	"SELECT e.id, e.title_id, e.season_id, e.season, e.number, e.name, "   \
	"e.overview, e.aired_on, e.runtime, e.still, e.is_playable "           \
	"FROM episode e "
/* Whether the viewer sees the title of a row. */
#define SEEN(row, limit, unrated) VISIBLE_TITLE(row ".title_id", limit, unrated)

static const char *const sql[STMT__MAX] = {
	[STMT_SEASON_LIST] =
	    "SELECT s.id, s.number, s.name, s.overview, s.aired_on, s.poster, "
	    "(SELECT COUNT(*) FROM episode e WHERE e.season_id = s.id) "
	    "FROM season s WHERE s.title_id = ?1 "
	    "AND " SEEN("s", "?2", "?3") "ORDER BY s.number",
	[STMT_LIST] = EPISODE "WHERE e.title_id = ?1 AND e.season = ?4 "
			      "AND " SEEN("e", "?2", "?3") "ORDER BY e.number",
	[STMT_LIST_ALL] = EPISODE "WHERE e.title_id = ?1 AND " SEEN(
	    "e", "?2", "?3") "ORDER BY e.season, e.number",
	[STMT_FIND] = EPISODE "WHERE e.title_id = ?1 AND e.season = ?4 "
			      "AND e.number = ?5 AND " SEEN("e", "?2", "?3"),
	[STMT_FIND_ID] = EPISODE "WHERE e.id = ?1 AND " SEEN("e", "?2", "?3"),
	/* Specials (season 0) do not lead into the first season. */
	[STMT_NEXT] = EPISODE
	"WHERE e.title_id = ?1 "
	"AND (e.season, e.number) > (?4, ?5) "
	"AND (?4 <> 0 OR e.season = 0) AND e.is_playable = 1 "
	"AND " SEEN("e", "?2", "?3") "ORDER BY e.season, e.number LIMIT 1",
	[STMT_PREVIOUS] =
	    EPISODE "WHERE e.title_id = ?1 "
		    "AND (e.season, e.number) < (?4, ?5) "
		    "AND (?4 = 0 OR e.season <> 0) AND e.is_playable = 1 "
		    "AND " SEEN("e", "?2",
			"?3") "ORDER BY e.season DESC, e.number DESC LIMIT 1",
	[STMT_SEASON_PUT] =
	    "INSERT INTO season (title_id, number, name) VALUES (?1, ?2, ?3) "
	    "ON CONFLICT (title_id, number) DO UPDATE SET name = season.name "
	    "RETURNING id",
	/* ?11 is the name that stands in for an unknown one. */
	[STMT_PUT] =
	    "INSERT INTO episode (title_id, season_id, season, number, name, "
	    "overview, aired_on, runtime, still, created_at) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
	    "ON CONFLICT (title_id, season, number) DO UPDATE SET "
	    "name = CASE WHEN episode.name = ?11 THEN excluded.name "
	    "ELSE episode.name END, "
	    "overview = CASE WHEN episode.overview = '' "
	    "THEN excluded.overview ELSE episode.overview END, "
	    "aired_on = COALESCE(episode.aired_on, excluded.aired_on), "
	    "runtime = COALESCE(episode.runtime, excluded.runtime), "
	    "still = COALESCE(episode.still, excluded.still) RETURNING id",
	[STMT_SET_STILL] = "UPDATE episode SET still = ?2 WHERE id = ?1",
};

const struct store_sql store_episodes_sql = { "episodes", sql, STMT__MAX,
	NULL };

static void
read_season(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct season *season = element;

	season->id = db_int(rows, 0);
	season->number = db_int(rows, 1);
	season->name = db_text(rows, 2, arena);
	season->overview = db_text(rows, 3, arena);
	season->aired_on = db_text(rows, 4, arena);
	season->poster = db_text(rows, 5, arena);
	season->n_episodes = db_int(rows, 6);
}

enum store_result
store_season_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t title_id, struct season **seasons,
    size_t *n, struct err *err)
{
	void *items;
	enum store_result result = store_collect(db, arena,
	    sql[STMT_SEASON_LIST], DB_ARGS(DB_INT(title_id), DB_VIEWER(viewer)),
	    sizeof(**seasons), read_season, &items, n, err);

	*seasons = items;
	return result;
}

static void
read_episode(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct episode *episode = element;

	episode->id = db_int(rows, 0);
	episode->title_id = db_int(rows, 1);
	episode->season_id = db_int(rows, 2);
	episode->season = db_int(rows, 3);
	episode->number = db_int(rows, 4);
	episode->name = db_text(rows, 5, arena);
	episode->overview = db_text(rows, 6, arena);
	episode->aired_on = db_text(rows, 7, arena);
	episode->runtime = db_int(rows, 8);
	episode->still = db_text(rows, 9, arena);
	episode->is_playable = db_int(rows, 10) != 0;
}

enum store_result
store_episode_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t title_id, int64_t season,
    struct episode **episodes, size_t *n, struct err *err)
{
	struct db_value args[] = { DB_INT(title_id), DB_VIEWER(viewer),
		DB_INT(season), { 0 } };
	enum store_result result;
	void *items;

	if (season == -1)
		args[3] = (struct db_value){ 0 };
	result = store_collect(db, arena,
	    sql[season == -1 ? STMT_LIST_ALL : STMT_LIST], args,
	    sizeof(**episodes), read_episode, &items, n, err);
	*episodes = items;
	return result;
}

static enum store_result
find(struct db *db, struct arena *arena, int stmt, const struct db_value *args,
    struct episode *episode, struct err *err)
{
	struct db_rows rows;
	enum store_result result = store_get(db, sql[stmt], args, &rows, err);

	if (result == STORE_OK)
		read_episode(&rows, arena, episode);
	db_done(&rows);
	return result;
}

enum store_result
store_episode_find(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t title_id, int64_t season,
    int64_t number, struct episode *episode, struct err *err)
{
	return find(db, arena, STMT_FIND,
	    DB_ARGS(DB_INT(title_id), DB_VIEWER(viewer), DB_INT(season),
		DB_INT(number)),
	    episode, err);
}

enum store_result
store_episode_find_id(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t id, struct episode *episode,
    struct err *err)
{
	return find(db, arena, STMT_FIND_ID,
	    DB_ARGS(DB_INT(id), DB_VIEWER(viewer)), episode, err);
}

enum store_result
store_episode_near(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t title_id, int64_t season,
    int64_t number, bool is_later, struct episode *episode, struct err *err)
{
	return find(db, arena, is_later ? STMT_NEXT : STMT_PREVIOUS,
	    DB_ARGS(DB_INT(title_id), DB_VIEWER(viewer), DB_INT(season),
		DB_INT(number)),
	    episode, err);
}

static enum store_result
put_season(struct db *db, struct episode *episode, struct err *err)
{
	char name[40] = "Specials";

	if (episode->season != 0)
		snprintf(name, sizeof(name), "Season %lld",
		    (long long)episode->season);
	return store_get_int(db, sql[STMT_SEASON_PUT],
	    DB_ARGS(DB_INT(episode->title_id), DB_INT(episode->season),
		DB_TEXT(name)),
	    &episode->season_id, err);
}

enum store_result
store_episode_merge(struct db *db, struct episode *e, struct err *err)
{
	char stand_in[40];
	enum store_result result = put_season(db, e, err);

	if (result != STORE_OK)
		return result;
	snprintf(
	    stand_in, sizeof(stand_in), "Episode %lld", (long long)e->number);
	return store_get_int(db, sql[STMT_PUT],
	    DB_ARGS(DB_INT(e->title_id), DB_INT(e->season_id),
		DB_INT(e->season), DB_INT(e->number),
		DB_TEXT(
		    e->name == NULL || e->name[0] == '\0' ? stand_in : e->name),
		DB_TEXT(e->overview == NULL ? "" : e->overview),
		DB_TEXT(e->aired_on), DB_REF(e->runtime), DB_TEXT(e->still),
		DB_INT(clock_now_ms()), DB_TEXT(stand_in)),
	    &e->id, err);
}

enum store_result
store_episode_set_still(
    struct db *db, int64_t id, const char *still, struct err *err)
{
	return store_run_one(
	    db, sql[STMT_SET_STILL], DB_ARGS(DB_INT(id), DB_TEXT(still)), err);
}
