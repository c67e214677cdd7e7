/*
 * Reading films and shows. Lists are walks along an index: each sort order has
 * one statement per combination of kind and playability, because only then one
 * index fits; genre and year are looked at on the way.
 */
#include "lib/store/titles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/str.h"
#include "lib/store/rows.h"
#include "lib/store/title_names.h"

enum { PAGE_MAX = 100, SORTS = 4, IMDB_ID_MAX = 16 };

enum {
	STMT_FIND_PID,
	STMT_FIND_TMDB,
	STMT_FIND_ID,
	STMT_FIND_IMDB,
	STMT_FIND_BARE,
	STMT_GENRES,
	STMT_GENRE_FIND,
	STMT_GENRE_LIST,
	STMT_GENRE_LIST_VISIBLE,
	STMT_SIMILAR,
	STMT_COUNT,
	STMT_COUNT_YEAR,
	STMT_COUNT_PLAYABLE,
	STMT_COUNT_PLAYABLE_YEAR,
	STMT_COUNT_GENRE,
	STMT_LIST, /* then the others of a sort: see list_statement */
	STMT_LIST_KIND = STMT_LIST + SORTS,
	STMT_LIST_PLAYABLE = STMT_LIST_KIND + SORTS,
	STMT_LIST_PLAYABLE_KIND = STMT_LIST_PLAYABLE + SORTS,
	STMT__MAX = STMT_LIST_PLAYABLE_KIND + SORTS
};

/* In the order in which read_title expects them, from column 0. */
#define TITLE_COLUMNS                                                          \
	"t.id, t.kind, t.pid, t.tmdb_id, t.imdb_id, t.name, t.year, "          \
	"t.overview, t.tagline, t.released_on, t.last_aired_on, "              \
	"t.runtime, t.popularity, t.rating, t.poster, t.backdrop, "            \
	"t.logo, t.is_locked, t.is_playable, t.created_at, t.updated_at, "     \
	"t.certification, t.minimum_age"
#define FIND "SELECT " TITLE_COLUMNS " FROM title t "

/* ?1 and ?2: sort key and id of the row before; ?3 year or 0; ?4 genre or 0;
 * ?5 rows at most; ?6 and ?7 viewer; ?8 kind. */
#define LIST_WHERE(narrow, key, beyond, order)                                            \
	FIND                                                                              \
	    "WHERE " narrow "(t." key ", t.id) " beyond " (?1, ?2) "                      \
	    "AND " VISIBLE("t", "?6",                                                     \
		"?7") "AND (?3 = 0 OR t.year = ?3) AND (?4 = 0 OR EXISTS (SELECT 1 "      \
		      "FROM title_genre g WHERE g.title_id = t.id AND g.genre_id = ?4)) " \
		      "ORDER BY t." key order ", t.id" order " LIMIT ?5"
#define LISTS(base, narrow)                                                    \
	[(base) + TITLE_SORT_NAME] = LIST_WHERE(narrow, "name_key", ">", ""),  \
		  [(base) + TITLE_SORT_ADDED] =                                \
		      LIST_WHERE(narrow, "created_at", "<", " DESC"),          \
		  [(base) + TITLE_SORT_YEAR] =                                 \
		      LIST_WHERE(narrow, "year", "<", " DESC"),                \
		  [(base) + TITLE_SORT_POPULARITY] =                           \
		      LIST_WHERE(narrow, "popularity", "<", " DESC")

/* ?1 and ?2: the kinds; ?3 and ?4 viewer; ?5 year. */
#define COUNT                                                                  \
	"SELECT COUNT(*) FROM title t WHERE t.kind IN (?1, ?2) "               \
	"AND " VISIBLE("t", "?3", "?4")

/* Those of many titles, in the order of ?1. */
#define GENRES_SQL                                                             \
	"SELECT tg.title_id, tg.place, g.name FROM json_each(?1) j "           \
	"CROSS JOIN title_genre tg ON tg.title_id = j.value "                  \
	"CROSS JOIN genre g ON g.id = tg.genre_id"
#define GENRE_LIST_SQL                                                         \
	"SELECT g.name, g.slug, COUNT(*) AS n FROM genre g "                   \
	"JOIN title_genre tg ON tg.genre_id = g.id "                           \
	"GROUP BY g.id, g.name, g.slug ORDER BY n DESC, g.name"
#define GENRE_LIST_VISIBLE_SQL                                                 \
	"SELECT g.name, g.slug, COUNT(*) AS n FROM genre g "                   \
	"CROSS JOIN title_genre tg ON tg.genre_id = g.id "                     \
	"CROSS JOIN title t ON t.id = tg.title_id "                            \
	"WHERE " VISIBLE("t", "?1",                                            \
	    "?2") "GROUP BY g.id, g.name, g.slug ORDER BY n DESC, g.name"
#define SIMILAR_SQL                                                            \
	FIND "JOIN (SELECT o.title_id AS id, COUNT(*) AS n "                   \
	     "FROM title_genre m "                                             \
	     "JOIN title_genre o ON o.genre_id = m.genre_id "                  \
	     "WHERE m.title_id = ?1 AND o.title_id <> ?1 "                     \
	     "GROUP BY o.title_id) s ON s.id = t.id "                          \
	     "WHERE " VISIBLE("t", "?3",                                       \
		 "?4") "ORDER BY s.n DESC, t.popularity DESC, t.id LIMIT ?2"

static const char *const sql[STMT__MAX] = {
	[STMT_FIND_PID] = FIND "WHERE t.kind = ?1 AND t.pid = ?2 "
			       "AND " VISIBLE("t", "?3", "?4"),
	[STMT_FIND_TMDB] = FIND "WHERE t.kind = ?1 AND t.tmdb_id = ?2 "
				"AND " VISIBLE("t", "?3", "?4"),
	[STMT_FIND_ID] = FIND "WHERE t.id = ?1 AND " VISIBLE("t", "?2", "?3"),
	[STMT_FIND_IMDB] =
	    FIND "WHERE t.imdb_id = ?1 AND " VISIBLE("t", "?2", "?3"),
	[STMT_FIND_BARE] =
	    FIND "WHERE t.id = (SELECT MIN(id) FROM ("
		 "SELECT * FROM (SELECT id FROM title WHERE poster IS NULL "
		 "AND is_playable = 0 AND id > ?1 ORDER BY id LIMIT 1) "
		 "UNION ALL "
		 "SELECT * FROM (SELECT id FROM title b WHERE poster IS NULL "
		 "AND is_playable = 1 AND id > ?1 AND NOT EXISTS (SELECT 1 "
		 "FROM source f WHERE f.title_id = b.id "
		 "AND f.kind = 'file') ORDER BY id LIMIT 1)))",
	[STMT_GENRES] = GENRES_SQL,
	[STMT_GENRE_FIND] = "SELECT id FROM genre WHERE slug = ?1",
	[STMT_GENRE_LIST] = GENRE_LIST_SQL,
	[STMT_GENRE_LIST_VISIBLE] = GENRE_LIST_VISIBLE_SQL,
	[STMT_SIMILAR] = SIMILAR_SQL,
	[STMT_COUNT] = COUNT,
	[STMT_COUNT_YEAR] = COUNT "AND t.year = ?5",
	[STMT_COUNT_PLAYABLE] = COUNT "AND t.is_playable = 1",
	[STMT_COUNT_PLAYABLE_YEAR] =
	    COUNT "AND t.is_playable = 1 AND t.year = ?5",
	[STMT_COUNT_GENRE] =
	    "SELECT COUNT(*) FROM title_genre g JOIN title t "
	    "ON t.id = g.title_id WHERE g.genre_id = ?6 "
	    "AND t.kind IN (?1, ?2) AND " VISIBLE("t", "?3",
		"?4") "AND (?5 = 0 OR t.year = ?5) AND (?7 = 0 OR t.is_playable = 1)",
	LISTS(STMT_LIST, ""),
	LISTS(STMT_LIST_KIND, "t.kind = ?8 AND "),
	LISTS(STMT_LIST_PLAYABLE, "t.is_playable = 1 AND "),
	LISTS(
	    STMT_LIST_PLAYABLE_KIND, "t.is_playable = 1 AND t.kind = ?8 AND "),
};

static const char *const scans[] = {
	GENRES_SQL,     /* the scan is of the array given */
	GENRE_LIST_SQL, /* genres are few and all are counted */
	GENRE_LIST_VISIBLE_SQL,
	SIMILAR_SQL, /* the scan is of the subquery's own rows */
	NULL,
};

const struct store_sql store_titles_sql = { "titles", sql, STMT__MAX, scans };

const char *
store_title_kind_name(enum title_kind kind)
{
	return kind == TITLE_SHOW ? "show" : "movie";
}

bool
store_title_parse_id(
    const char *text, enum title_kind *kind, int64_t *pid, const char **imdb_id)
{
	const char *number;

	*imdb_id = NULL;
	if (str_starts(text, "tt")) {
		number = text + 2;
		if (*number == '\0' || strlen(text) > IMDB_ID_MAX ||
		    number[strspn(number, "0123456789")] != '\0')
			return false;
		*imdb_id = text;
		return true;
	}
	if ((number = str_after(text, "movie-")) != NULL)
		*kind = TITLE_MOVIE;
	else if ((number = str_after(text, "show-")) != NULL)
		*kind = TITLE_SHOW;
	else
		return false;
	return str_to_int64(number, 1, INT64_MAX, pid);
}

char *
store_title_public_id(struct arena *arena, enum title_kind kind, int64_t pid)
{
	return arena_printf(
	    arena, "%s-%lld", store_title_kind_name(kind), (long long)pid);
}

/* Fills all but the genres. A store_read_fn. */
static void
read_title(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct title *title = element;

	title->id = db_int(rows, 0);
	title->kind = strcmp(db_text(rows, 1, arena), "show") == 0
	    ? TITLE_SHOW
	    : TITLE_MOVIE;
	title->pid = db_int(rows, 2);
	title->tmdb_id = db_int(rows, 3);
	title->imdb_id = db_text(rows, 4, arena);
	title->name = db_text(rows, 5, arena);
	title->year = db_int(rows, 6);
	title->overview = db_text(rows, 7, arena);
	title->tagline = db_text(rows, 8, arena);
	title->released_on = db_text(rows, 9, arena);
	title->last_aired_on = db_text(rows, 10, arena);
	title->runtime = db_int(rows, 11);
	title->popularity = db_real(rows, 12);
	title->rating = db_real(rows, 13);
	title->poster = db_text(rows, 14, arena);
	title->backdrop = db_text(rows, 15, arena);
	title->logo = db_text(rows, 16, arena);
	title->is_locked = db_int(rows, 17) != 0;
	title->is_playable = db_int(rows, 18) != 0;
	title->created_at = db_int(rows, 19);
	title->updated_at = db_int(rows, 20);
	title->certification = db_text(rows, 21, arena);
	title->is_rated = !db_is_null(rows, 22);
	title->minimum_age = db_int(rows, 22);
}

struct title_genre {
	int64_t title_id;
	int64_t place;
	char *name;
};

static void
read_title_genre(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct title_genre *genre = element;

	genre->title_id = db_int(rows, 0);
	genre->place = db_int(rows, 1);
	genre->name = db_text(rows, 2, arena);
}

static int
compare_places(const void *a, const void *b)
{
	const struct title_genre *one = a, *other = b;

	return (one->place > other->place) - (one->place < other->place);
}

/* Adds the genres of n titles. */
static enum store_result
add_genres(struct db *db, struct arena *arena, struct title *titles, size_t n,
    struct err *err)
{
	struct title_genre *all;
	size_t i, j, from = 0, to, n_all;
	void *found;
	char *ids;

	if (n == 0)
		return STORE_OK;
	ids = store_id_list(arena, &titles->id, n, sizeof(*titles));
	if (store_collect(db, arena, sql[STMT_GENRES], DB_ARGS(DB_TEXT(ids)),
		sizeof(*all), read_title_genre, &found, &n_all,
		err) != STORE_OK)
		return STORE_ERROR;
	all = found;
	for (i = 0; i < n; i++, from = to) {
		for (to = from; to < n_all; to++)
			if (all[to].title_id != titles[i].id)
				break;
		if (to - from > 1)
			qsort(&all[from], to - from, sizeof(*all),
			    compare_places);
		titles[i].genres =
		    arena_alloc(arena, to - from + 1, sizeof(char *));
		for (j = from; j < to; j++)
			titles[i].genres[j - from] = all[j].name;
	}
	return STORE_OK;
}

static enum store_result
find(struct db *db, struct arena *arena, int stmt, const struct db_value *args,
    struct title *title, struct err *err)
{
	struct db_rows rows;
	enum store_result result = store_get(db, sql[stmt], args, &rows, err);

	if (result == STORE_OK)
		read_title(&rows, arena, title);
	db_done(&rows);
	if (result == STORE_OK)
		result = add_genres(db, arena, title, 1, err);
	return result;
}

enum store_result
store_title_find(struct db *db, struct arena *arena,
    const struct viewer *viewer, enum title_kind kind, int64_t pid,
    struct title *title, struct err *err)
{
	const char *name = store_title_kind_name(kind);
	enum store_result result = find(db, arena, STMT_FIND_PID,
	    DB_ARGS(DB_TEXT(name), DB_INT(pid), DB_VIEWER(viewer)), title, err);

	if (result != STORE_NONE)
		return result;
	return find(db, arena, STMT_FIND_TMDB,
	    DB_ARGS(DB_TEXT(name), DB_INT(pid), DB_VIEWER(viewer)), title, err);
}

enum store_result
store_title_find_id(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t id, struct title *title,
    struct err *err)
{
	return find(db, arena, STMT_FIND_ID,
	    DB_ARGS(DB_INT(id), DB_VIEWER(viewer)), title, err);
}

enum store_result
store_title_find_imdb(struct db *db, struct arena *arena,
    const struct viewer *viewer, const char *imdb_id, struct title *title,
    struct err *err)
{
	return find(db, arena, STMT_FIND_IMDB,
	    DB_ARGS(DB_TEXT(imdb_id), DB_VIEWER(viewer)), title, err);
}

enum store_result
store_title_find_bare(struct db *db, struct arena *arena, int64_t after,
    struct title *title, struct err *err)
{
	return find(
	    db, arena, STMT_FIND_BARE, DB_ARGS(DB_INT(after)), title, err);
}

/* Turns a genre's slug or name into its id: 0 when none is asked for. */
static enum store_result
find_genre(struct db *db, const char *genre, int64_t *id, struct err *err)
{
	enum store_result result;
	char *slug;

	*id = 0;
	if (genre == NULL)
		return STORE_OK;
	slug = str_to_slug(genre);
	result = store_get_int(
	    db, sql[STMT_GENRE_FIND], DB_ARGS(DB_TEXT(slug)), id, err);
	free(slug);
	return result;
}

static enum store_result
count(struct db *db, const struct viewer *viewer,
    const struct title_query *query, int64_t genre_id, int64_t *total,
    struct err *err)
{
	const char *a = "movie", *b = "show";
	const struct db_value args[] = { DB_TEXT(a), DB_TEXT(b),
		DB_VIEWER(viewer), DB_INT(query->year), DB_INT(genre_id),
		DB_INT(query->playable_only), { 0 } };
	struct db_value used[COUNT_OF(args)] = { 0 };
	size_t n;
	int stmt;

	if (genre_id != 0)
		stmt = STMT_COUNT_GENRE;
	else if (query->playable_only)
		stmt = query->year ? STMT_COUNT_PLAYABLE_YEAR
				   : STMT_COUNT_PLAYABLE;
	else
		stmt = query->year ? STMT_COUNT_YEAR : STMT_COUNT;
	n = genre_id != 0 ? 7 : query->year ? 5 : 4;
	memcpy(used, args, n * sizeof(used[0]));
	if (query->kind != TITLE_ANY)
		used[0].bytes = used[1].bytes =
		    store_title_kind_name(query->kind);
	return store_get_int(db, sql[stmt], used, total, err);
}

static bool
wants_kind(const struct title_query *query)
{
	return query->kind != TITLE_ANY;
}

static int
list_statement(const struct title_query *query)
{
	int base = STMT_LIST;

	if (query->playable_only)
		base = wants_kind(query) ? STMT_LIST_PLAYABLE_KIND
					 : STMT_LIST_PLAYABLE;
	else if (wants_kind(query))
		base = STMT_LIST_KIND;
	return base + (int)query->sort;
}

/* Where the page begins: behind the cursor, or before everything. */
static enum store_result
start(struct arena *arena, const struct title_query *query, const char *cursor,
    struct store_cursor *at, struct err *err)
{
	bool is_text = query->sort == TITLE_SORT_NAME;
	enum store_result result = store_cursor_decode(arena, cursor, at, err);

	if (result == STORE_NONE) {
		*at = (struct store_cursor){ .is_text = is_text,
			.text = "",
			.number = 1e300,
			.id = is_text ? 0 : INT64_MAX };
		return STORE_OK;
	}
	if (result == STORE_OK && at->is_text != is_text) {
		err_set(err, ERR_INVALID_FIELDS,
		    "The cursor belongs to another order.");
		return STORE_ERROR;
	}
	return result;
}

static char *
next_cursor(struct arena *arena, const struct title_query *query,
    const struct title *last)
{
	struct store_cursor at = { .id = last->id };
	char *key, *cursor;

	if (query->sort == TITLE_SORT_NAME) {
		at.is_text = true;
		key = store_title_name_key(last->name);
		at.text = key;
		cursor = store_cursor_encode(arena, &at);
		free(key);
		return cursor;
	}
	if (query->sort == TITLE_SORT_ADDED)
		at.number = (double)last->created_at;
	else if (query->sort == TITLE_SORT_YEAR)
		at.number = (double)last->year;
	else
		at.number = last->popularity;
	return store_cursor_encode(arena, &at);
}

static enum store_result
collect_page(struct db *db, struct arena *arena, const struct viewer *viewer,
    const struct title_query *query, int64_t genre_id,
    const struct store_cursor *at, int size, struct title_list *list,
    struct err *err)
{
	struct db_value args[] = { DB_REAL(at->number), DB_INT(at->id),
		DB_INT(query->year), DB_INT(genre_id), DB_INT(size + 1),
		DB_VIEWER(viewer), DB_TEXT(store_title_kind_name(query->kind)),
		{ 0 } };
	enum store_result result;
	void *items;

	if (at->is_text)
		args[0] = (struct db_value)DB_TEXT(at->text);
	if (!wants_kind(query))
		args[7] = (struct db_value){ 0 };
	result = store_collect(db, arena, sql[list_statement(query)], args,
	    sizeof(*list->items), read_title, &items, &list->n, err);
	list->items = items;
	if (result == STORE_OK && list->n > (size_t)size) {
		list->n = (size_t)size;
		list->cursor =
		    next_cursor(arena, query, &list->items[list->n - 1]);
	}
	return result;
}

enum store_result
store_title_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, const struct title_query *query,
    const struct store_page *page, struct title_list *list, struct err *err)
{
	struct store_cursor at;
	int size = page->size < 1   ? 1
	    : page->size > PAGE_MAX ? PAGE_MAX
				    : page->size;
	enum store_result result;
	int64_t genre_id;

	*list = (struct title_list){ 0 };
	if (start(arena, query, page->cursor, &at, err) != STORE_OK)
		return STORE_ERROR;
	result = find_genre(db, query->genre, &genre_id, err);
	if (result != STORE_OK)
		return result == STORE_NONE ? STORE_OK : result;
	result = count(db, viewer, query, genre_id, &list->total, err);
	if (result == STORE_OK)
		result = collect_page(
		    db, arena, viewer, query, genre_id, &at, size, list, err);
	if (result == STORE_OK)
		result = add_genres(db, arena, list->items, list->n, err);
	return result;
}

enum store_result
store_title_similar(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t id, int max, struct title **titles,
    size_t *n, struct err *err)
{
	enum store_result result;
	void *items;

	result = store_collect(db, arena, sql[STMT_SIMILAR],
	    DB_ARGS(DB_INT(id), DB_INT(max), DB_VIEWER(viewer)),
	    sizeof(**titles), read_title, &items, n, err);
	*titles = items;
	if (result == STORE_OK)
		result = add_genres(db, arena, *titles, *n, err);
	return result;
}

static void
read_genre(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct genre *genre = element;

	genre->name = db_text(rows, 0, arena);
	genre->slug = db_text(rows, 1, arena);
	genre->n_titles = db_int(rows, 2);
}

enum store_result
store_genre_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, struct genre **genres, size_t *n,
    struct err *err)
{
	const struct db_value *limits = DB_ARGS(DB_VIEWER(viewer));
	enum store_result result;
	void *items;

	/* For who sees everything no title has to be looked at. */
	if (viewer->is_unlimited)
		result = store_collect(db, arena, sql[STMT_GENRE_LIST], DB_NONE,
		    sizeof(**genres), read_genre, &items, n, err);
	else
		result = store_collect(db, arena, sql[STMT_GENRE_LIST_VISIBLE],
		    limits, sizeof(**genres), read_genre, &items, n, err);

	*genres = items;
	return result;
}
