/* Writing films and shows: merging what scans find, edits by a person, what
 * is left over. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/store/rows.h"
#include "lib/store/title_names.h"
#include "lib/store/titles.h"

enum {
	STMT_MATCH_TMDB,
	STMT_MATCH_IMDB,
	STMT_MATCH_NAME,
	STMT_PID_USED,
	STMT_PID_NEXT,
	STMT_ADD,
	STMT_FILL,
	STMT_UPDATE,
	STMT_SET_POSTER,
	STMT_RATE,
	STMT_SWEEP,
	STMT_USES_PICTURE,
	STMT_GENRE_ADD,
	STMT_GENRE_ID,
	STMT_GENRE_COUNT,
	STMT_TITLE_GENRE_CLEAR,
	STMT_TITLE_GENRE_ADD,
	STMT__MAX
};

#define SEEN VISIBLE("t", "?2", "?3")
#define MATCH "SELECT id, pid, is_locked FROM title "

static const char *const sql[STMT__MAX] = {
	[STMT_MATCH_TMDB] = MATCH "WHERE kind = ?1 AND tmdb_id = ?2",
	[STMT_MATCH_IMDB] = MATCH "WHERE imdb_id = ?2 AND kind = ?1",
	[STMT_MATCH_NAME] =
	    MATCH "WHERE kind = ?1 AND name_key = ?2 AND (year = 0 OR ?3 = 0 "
		  "OR year BETWEEN ?3 - 1 AND ?3 + 1) "
		  "ORDER BY CASE WHEN year = ?3 THEN 0 WHEN year = 0 THEN 2 "
		  "ELSE 1 END, id LIMIT 1",
	[STMT_PID_USED] = "SELECT 1 FROM title WHERE kind = ?1 AND pid = ?2",
	[STMT_PID_NEXT] = "UPDATE counter SET next = next + 1 "
			  "WHERE name = ?1 RETURNING next - 1",
	[STMT_ADD] =
	    "INSERT INTO title (kind, pid, tmdb_id, imdb_id, name, name_key, "
	    "year, overview, tagline, released_on, last_aired_on, runtime, "
	    "popularity, rating, poster, backdrop, logo, origin, created_at, "
	    "updated_at, certification, minimum_age) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
	    "?14, ?15, ?16, ?17, ?18, ?19, ?19, ?20, ?21) "
	    "RETURNING id",
	[STMT_FILL] =
	    "UPDATE title SET tmdb_id = COALESCE(tmdb_id, ?2), "
	    "imdb_id = COALESCE(imdb_id, ?3), "
	    "year = CASE WHEN year = 0 THEN ?4 ELSE year END, "
	    "overview = CASE WHEN overview = '' THEN ?5 ELSE overview END, "
	    "tagline = CASE WHEN tagline = '' THEN ?6 ELSE tagline END, "
	    "released_on = COALESCE(released_on, ?7), "
	    "last_aired_on = COALESCE(last_aired_on, ?8), "
	    "runtime = COALESCE(runtime, ?9), "
	    "popularity = CASE WHEN popularity = 0 THEN ?10 "
	    "ELSE popularity END, rating = COALESCE(rating, ?11), "
	    "poster = COALESCE(poster, ?12), "
	    "backdrop = COALESCE(backdrop, ?13), logo = COALESCE(logo, ?14), "
	    "certification = CASE WHEN minimum_age IS NULL "
	    "THEN COALESCE(?16, certification) ELSE certification END, "
	    "minimum_age = COALESCE(minimum_age, ?17), "
	    "updated_at = ?15 WHERE id = ?1",
	[STMT_UPDATE] =
	    "UPDATE title SET tmdb_id = ?2, imdb_id = ?3, name = ?4, "
	    "name_key = ?5, year = ?6, overview = ?7, tagline = ?8, "
	    "released_on = ?9, last_aired_on = ?10, runtime = ?11, "
	    "popularity = ?12, rating = ?13, poster = ?14, backdrop = ?15, "
	    "logo = ?16, updated_at = ?17, certification = ?19, "
	    "minimum_age = ?20, "
	    "is_locked = CASE WHEN ?18 = 1 THEN 1 ELSE is_locked END "
	    "WHERE id = ?1 AND (?18 = 1 OR is_locked = 0)",
	[STMT_SET_POSTER] = "UPDATE title SET poster = COALESCE(?2, poster), "
			    "backdrop = COALESCE(?3, backdrop), "
			    "updated_at = ?4 WHERE id = ?1",
	[STMT_RATE] = "UPDATE title SET certification = ?2, minimum_age = ?3, "
		      "updated_at = ?4 WHERE id = ?1",
	[STMT_SWEEP] = "DELETE FROM title WHERE id > 0 AND origin = 'file' "
		       "AND is_playable = 0 AND is_locked = 0 "
		       "AND NOT EXISTS (SELECT 1 FROM source s "
		       "WHERE s.title_id = title.id) "
		       "AND NOT EXISTS (SELECT 1 FROM torrent o "
		       "WHERE o.title_id = title.id) "
		       "AND NOT EXISTS (SELECT 1 FROM progress p "
		       "WHERE p.title_id = title.id) "
		       "AND NOT EXISTS (SELECT 1 FROM history h "
		       "WHERE h.title_id = title.id)",
	[STMT_USES_PICTURE] =
	    "SELECT EXISTS (SELECT 1 FROM title t WHERE t.poster = ?1 AND " SEEN
	    ") OR EXISTS (SELECT 1 FROM title t WHERE t.backdrop = ?1 AND " SEEN
	    ") OR EXISTS (SELECT 1 FROM title t WHERE t.logo = ?1 AND " SEEN
	    ") OR EXISTS (SELECT 1 FROM season s JOIN title t "
	    "ON t.id = s.title_id WHERE s.poster = ?1 AND " SEEN
	    ") OR EXISTS (SELECT 1 FROM episode e JOIN title t "
	    "ON t.id = e.title_id WHERE e.still = ?1 AND " SEEN ")",
	[STMT_GENRE_ADD] = "INSERT INTO genre (name, slug) VALUES (?1, ?2) "
			   "ON CONFLICT DO NOTHING",
	[STMT_GENRE_ID] = "SELECT id FROM genre WHERE slug = ?1",
	[STMT_GENRE_COUNT] =
	    "SELECT COUNT(*) FROM title_genre WHERE title_id = ?1",
	[STMT_TITLE_GENRE_CLEAR] =
	    "DELETE FROM title_genre WHERE title_id = ?1",
	[STMT_TITLE_GENRE_ADD] =
	    "INSERT INTO title_genre (title_id, genre_id, place) "
	    "VALUES (?1, ?2, ?3) ON CONFLICT (title_id, genre_id) DO NOTHING",
};

const struct store_sql store_title_edits_sql = { "title_edits", sql, STMT__MAX,
	NULL };

/* A name of signs alone ("?!") has an empty key and stands for itself. */
char *
store_title_name_key(const char *name)
{
	char *key = str_to_key(name);

	if (key[0] != '\0')
		return key;
	free(key);
	return mem_strdup(name[0] == '\0' ? "?" : name);
}

static const char *
or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

/* NULL for an unknown number. */
#define DB_REAL_REF(n)                                                         \
	{                                                                      \
		.type = (n) != 0 ? DB_VALUE_REAL : DB_VALUE_NULL, .real = (n)  \
	}

/* NULL for a title that nobody has rated. */
#define DB_AGE(t)                                                              \
	{                                                                      \
		.type = (t)->is_rated ? DB_VALUE_INT : DB_VALUE_NULL,          \
		.integer = (t)->minimum_age                                    \
	}

static enum store_result
add_genre(struct db *db, int64_t title_id, const char *name, int place,
    struct err *err)
{
	char *slug = str_to_slug(name);
	enum store_result result = STORE_OK;
	int64_t id;

	if (slug[0] == '\0')
		goto out;
	result = store_run(db, sql[STMT_GENRE_ADD],
	    DB_ARGS(DB_TEXT(name), DB_TEXT(slug)), err);
	if (result == STORE_OK)
		result = store_get_int(
		    db, sql[STMT_GENRE_ID], DB_ARGS(DB_TEXT(slug)), &id, err);
	if (result == STORE_OK)
		result = store_run(db, sql[STMT_TITLE_GENRE_ADD],
		    DB_ARGS(DB_INT(title_id), DB_INT(id), DB_INT(place)), err);
out:
	free(slug);
	return result;
}

static enum store_result
put_genres(
    struct db *db, int64_t title_id, char *const *genres, struct err *err)
{
	enum store_result result = store_run(
	    db, sql[STMT_TITLE_GENRE_CLEAR], DB_ARGS(DB_INT(title_id)), err);
	int i;

	for (i = 0; result == STORE_OK && genres != NULL && genres[i]; i++)
		result = add_genre(db, title_id, genres[i], i, err);
	return result;
}

/* The row that is the same title, as far as one can tell. */
static enum store_result
match(struct db *db, const struct title *title, const char *name_key,
    struct db_rows *rows, struct err *err)
{
	const char *kind = store_title_kind_name(title->kind);
	enum store_result result = STORE_NONE;

	if (title->tmdb_id != 0)
		result = store_get(db, sql[STMT_MATCH_TMDB],
		    DB_ARGS(DB_TEXT(kind), DB_INT(title->tmdb_id)), rows, err);
	if (result == STORE_NONE && title->imdb_id != NULL)
		result = store_get(db, sql[STMT_MATCH_IMDB],
		    DB_ARGS(DB_TEXT(kind), DB_TEXT(title->imdb_id)), rows, err);
	if (result == STORE_NONE)
		result = store_get(db, sql[STMT_MATCH_NAME],
		    DB_ARGS(
			DB_TEXT(kind), DB_TEXT(name_key), DB_INT(title->year)),
		    rows, err);
	return result;
}

/* The TMDB id where it is known and free, else the next of our own. */
static enum store_result
choose_pid(struct db *db, struct title *title, struct err *err)
{
	const char *kind = store_title_kind_name(title->kind);
	enum store_result used = STORE_OK;
	int64_t number;

	if (title->tmdb_id != 0) {
		used = store_get_int(db, sql[STMT_PID_USED],
		    DB_ARGS(DB_TEXT(kind), DB_INT(title->tmdb_id)), &number,
		    err);
		title->pid = title->tmdb_id;
	}
	if (used != STORE_OK)
		return used == STORE_NONE ? STORE_OK : used;
	return store_get_int(
	    db, sql[STMT_PID_NEXT], DB_ARGS(DB_TEXT(kind)), &title->pid, err);
}

static enum store_result
add(struct db *db, struct title *t, const char *name_key, const char *origin,
    struct err *err)
{
	enum store_result result = choose_pid(db, t, err);

	if (result != STORE_OK)
		return result;
	result = store_get_int(db, sql[STMT_ADD],
	    DB_ARGS(DB_TEXT(store_title_kind_name(t->kind)), DB_INT(t->pid),
		DB_REF(t->tmdb_id), DB_TEXT(t->imdb_id), DB_TEXT(t->name),
		DB_TEXT(name_key), DB_INT(t->year),
		DB_TEXT(or_empty(t->overview)), DB_TEXT(or_empty(t->tagline)),
		DB_TEXT(t->released_on), DB_TEXT(t->last_aired_on),
		DB_REF(t->runtime), DB_REAL(t->popularity),
		DB_REAL_REF(t->rating), DB_TEXT(t->poster),
		DB_TEXT(t->backdrop), DB_TEXT(t->logo), DB_TEXT(origin),
		DB_INT(clock_now_ms()), DB_TEXT(t->certification), DB_AGE(t)),
	    &t->id, err);
	if (result != STORE_OK)
		return result;
	return put_genres(db, t->id, t->genres, err);
}

/* Gives a found row what it lacks. */
static enum store_result
fill(struct db *db, const struct title *t, struct err *err)
{
	enum store_result result;
	int64_t n_genres;

	result = store_run(db, sql[STMT_FILL],
	    DB_ARGS(DB_INT(t->id), DB_REF(t->tmdb_id), DB_TEXT(t->imdb_id),
		DB_INT(t->year), DB_TEXT(or_empty(t->overview)),
		DB_TEXT(or_empty(t->tagline)), DB_TEXT(t->released_on),
		DB_TEXT(t->last_aired_on), DB_REF(t->runtime),
		DB_REAL(t->popularity), DB_REAL_REF(t->rating),
		DB_TEXT(t->poster), DB_TEXT(t->backdrop), DB_TEXT(t->logo),
		DB_INT(clock_now_ms()), DB_TEXT(t->certification), DB_AGE(t)),
	    err);
	if (result != STORE_OK || t->genres == NULL)
		return result;
	result = store_get_int(
	    db, sql[STMT_GENRE_COUNT], DB_ARGS(DB_INT(t->id)), &n_genres, err);
	if (result == STORE_OK && n_genres == 0)
		result = put_genres(db, t->id, t->genres, err);
	return result;
}

enum store_result
store_title_merge(struct db *db, struct title *title, const char *origin,
    bool *added, struct err *err)
{
	char *name_key = store_title_name_key(title->name);
	struct db_rows rows;
	enum store_result result;
	bool is_locked = false;

	result = match(db, title, name_key, &rows, err);
	if (result == STORE_OK) {
		title->id = db_int(&rows, 0);
		title->pid = db_int(&rows, 1);
		is_locked = db_int(&rows, 2) != 0;
	}
	db_done(&rows);
	*added = result == STORE_NONE;
	if (result == STORE_NONE)
		result = add(db, title, name_key, origin, err);
	else if (result == STORE_OK && !is_locked)
		result = fill(db, title, err);
	free(name_key);
	return result;
}

enum store_result
store_title_update(
    struct db *db, const struct title *t, bool by_person, struct err *err)
{
	char *name_key = store_title_name_key(t->name);
	enum store_result result;

	result = store_run_one(db, sql[STMT_UPDATE],
	    DB_ARGS(DB_INT(t->id), DB_REF(t->tmdb_id), DB_TEXT(t->imdb_id),
		DB_TEXT(t->name), DB_TEXT(name_key), DB_INT(t->year),
		DB_TEXT(or_empty(t->overview)), DB_TEXT(or_empty(t->tagline)),
		DB_TEXT(t->released_on), DB_TEXT(t->last_aired_on),
		DB_REF(t->runtime), DB_REAL(t->popularity),
		DB_REAL_REF(t->rating), DB_TEXT(t->poster),
		DB_TEXT(t->backdrop), DB_TEXT(t->logo), DB_INT(clock_now_ms()),
		DB_INT(by_person), DB_TEXT(t->certification), DB_AGE(t)),
	    err);
	if (result == STORE_OK)
		result = put_genres(db, t->id, t->genres, err);
	free(name_key);
	return result;
}

enum store_result
store_title_set_poster(struct db *db, int64_t id, const char *poster,
    const char *backdrop, struct err *err)
{
	return store_run_one(db, sql[STMT_SET_POSTER],
	    DB_ARGS(DB_INT(id), DB_TEXT(poster), DB_TEXT(backdrop),
		DB_INT(clock_now_ms())),
	    err);
}

enum store_result
store_title_sweep(struct db *db, int64_t *n, struct err *err)
{
	*n = db_run(db, sql[STMT_SWEEP], DB_NONE, err);
	return *n == -1 ? STORE_ERROR : STORE_OK;
}

enum store_result
store_title_rate(struct db *db, const struct title *t, struct err *err)
{
	return store_run_one(db, sql[STMT_RATE],
	    DB_ARGS(DB_INT(t->id), DB_TEXT(t->certification), DB_AGE(t),
		DB_INT(clock_now_ms())),
	    err);
}

enum store_result
store_title_uses_picture(struct db *db, const struct viewer *viewer,
    const char *name, bool *is_used, struct err *err)
{
	int64_t n = 0;
	enum store_result result = store_get_int(db, sql[STMT_USES_PICTURE],
	    DB_ARGS(DB_TEXT(name), DB_VIEWER(viewer)), &n, err);

	*is_used = n != 0;
	return result;
}
