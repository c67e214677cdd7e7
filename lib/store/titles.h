/*
 * Films and shows with their genres, seasons and episodes.
 *
 * A title has an internal id (never shown), a kind, and a public number `pid`.
 * Where kinds mix, the id is the text "movie-<pid>" or "show-<pid>".
 */
#ifndef LIB_STORE_TITLES_H
#define LIB_STORE_TITLES_H

#include "lib/store/maturity.h"
#include "lib/store/store.h"

enum title_kind { TITLE_ANY, TITLE_MOVIE, TITLE_SHOW };

struct title {
	int64_t id;
	enum title_kind kind;
	int64_t pid;
	int64_t tmdb_id; /* 0: unknown */
	char *imdb_id;   /* NULL: unknown */
	char *name;
	int64_t year; /* 0: unknown */
	char *overview;
	char *tagline;
	char *released_on;   /* "YYYY-MM-DD" or NULL */
	char *last_aired_on; /* or NULL */
	int64_t runtime;     /* minutes, 0: unknown */
	double popularity;
	double rating;       /* 0: unknown */
	char *certification; /* as it was given, or NULL */
	bool is_rated;       /* somebody has said what it asks for */
	int64_t minimum_age; /* years, when it is rated */
	char *poster;        /* file in the image store, or NULL */
	char *backdrop;
	char *logo;
	char **genres; /* names; NULL-terminated */
	bool is_locked;
	bool is_playable;
	int64_t created_at;
	int64_t updated_at;
};

struct season {
	int64_t id;
	int64_t number;
	char *name;
	char *overview;
	char *aired_on;
	char *poster;
	int64_t n_episodes;
};

struct episode {
	int64_t id;
	int64_t title_id;
	int64_t season_id;
	int64_t season;
	int64_t number;
	char *name;
	char *overview;
	char *aired_on;
	int64_t runtime; /* minutes, 0: unknown */
	char *still;
	bool is_playable;
};

enum title_sort {
	TITLE_SORT_NAME,
	TITLE_SORT_ADDED, /* newest first */
	TITLE_SORT_YEAR,  /* newest first */
	TITLE_SORT_POPULARITY,
};

struct title_query {
	enum title_kind kind;
	const char *genre; /* slug or name, NULL: all */
	int64_t year;      /* 0: all */
	enum title_sort sort;
	bool playable_only;
};

struct title_list {
	struct title *items;
	size_t n;
	char *cursor; /* NULL: the end */
	int64_t total;
};

extern const struct store_sql store_titles_sql;
extern const struct store_sql store_title_edits_sql;
extern const struct store_sql store_episodes_sql;

/* "movie-603", "show-5", or "tt0133093"; false for anything else. On success
 * either *imdb_id is set (borrowed) or kind and pid are. */
bool store_title_parse_id(const char *text, enum title_kind *kind, int64_t *pid,
    const char **imdb_id) NONNULL MUST_CHECK;
/* "movie-603" in the arena. */
char *store_title_public_id(struct arena *arena, enum title_kind kind,
    int64_t pid) NONNULL RETURNS_NONNULL MUST_CHECK;

/* By public number, else by TMDB id; with genres. */
enum store_result store_title_find(struct db *db, struct arena *arena,
    const struct viewer *viewer, enum title_kind kind, int64_t pid,
    struct title *title, struct err *err) NONNULL MUST_CHECK;
enum store_result store_title_find_id(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t id, struct title *title,
    struct err *err) NONNULL MUST_CHECK;
/* For the server's own work: the title with the lowest id above `after` that
 * has neither a poster nor a file in the library to draw one from. */
enum store_result store_title_find_bare(struct db *db, struct arena *arena,
    int64_t after, struct title *title, struct err *err) NONNULL MUST_CHECK;
enum store_result store_title_find_imdb(struct db *db, struct arena *arena,
    const struct viewer *viewer, const char *imdb_id, struct title *title,
    struct err *err) NONNULL MUST_CHECK;

/* One page; ERR_INVALID_FIELDS for a cursor of another query. */
enum store_result store_title_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, const struct title_query *query,
    const struct store_page *page, struct title_list *list,
    struct err *err) NONNULL MUST_CHECK;

/* Up to max titles that share most genres with this one. */
enum store_result store_title_similar(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t id, int max, struct title **titles,
    size_t *n, struct err *err) NONNULL MUST_CHECK;

/* Finds a title by kind, name and year (±1; 0 matches any), else adds one with
 * the next public number (or tmdb_id when given). Fills title->id and pid; a
 * found row's empty fields are filled, nothing a person edited is touched.
 * *added says which. Call within a transaction. */
enum store_result store_title_merge(struct db *db, struct title *title,
    const char *origin, bool *added, struct err *err) NONNULL MUST_CHECK;
/* Writes all fields of an existing title (by id) and its genres. By a person:
 * it is locked from then on; otherwise a locked one is left alone (STORE_NONE,
 * as for a missing one). Call within a transaction. */
enum store_result store_title_update(struct db *db, const struct title *title,
    bool by_person, struct err *err) NONNULL MUST_CHECK;
/* NULL keeps what is there. */
enum store_result store_title_set_poster(struct db *db, int64_t id,
    const char *poster, const char *backdrop, struct err *err)
    NONNULL_ARGS(1, 5) MUST_CHECK;
/* Removes titles of origin 'file' without a source, progress or edit. */
enum store_result store_title_sweep(
    struct db *db, int64_t *n, struct err *err) NONNULL MUST_CHECK;
/* Whether a title, or a season or an episode of one, that the viewer sees shows
 * the picture of that name in the image store. */
enum store_result store_title_uses_picture(struct db *db,
    const struct viewer *viewer, const char *name, bool *is_used,
    struct err *err) NONNULL MUST_CHECK;
/* Writes what it asks of its viewers: certification, is_rated and minimum_age
 * of the title by its id. The rest of it stays open to what scans find.
 * STORE_NONE: no such title. */
enum store_result store_title_rate(struct db *db, const struct title *title,
    struct err *err) NONNULL MUST_CHECK;

/* Genres that have titles for the viewer: name and slug, most titles first. */
struct genre {
	char *name;
	char *slug;
	int64_t n_titles;
};
enum store_result store_genre_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, struct genre **genres, size_t *n,
    struct err *err) NONNULL MUST_CHECK;

/* Seasons in order; episodes in order (season -1: all). */
enum store_result store_season_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t title_id, struct season **seasons,
    size_t *n, struct err *err) NONNULL MUST_CHECK;
enum store_result store_episode_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t title_id, int64_t season,
    struct episode **episodes, size_t *n, struct err *err) NONNULL MUST_CHECK;
enum store_result store_episode_find(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t title_id, int64_t season,
    int64_t number, struct episode *episode,
    struct err *err) NONNULL MUST_CHECK;
enum store_result store_episode_find_id(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t id, struct episode *episode,
    struct err *err) NONNULL MUST_CHECK;
/* The nearest later or earlier one with a source, over the borders of seasons;
 * specials (season 0) and seasons do not lead into each other. season 1 and
 * number -1: the first that is no special; season 0, number -1: the first
 * special. */
enum store_result store_episode_near(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t title_id, int64_t season,
    int64_t number, bool is_later, struct episode *episode,
    struct err *err) NONNULL MUST_CHECK;
/* Finds or adds season and episode; fills ids. Empty fields of a found row are
 * filled. Call within a transaction. */
enum store_result store_episode_merge(
    struct db *db, struct episode *episode, struct err *err) NONNULL MUST_CHECK;
enum store_result store_episode_set_still(struct db *db, int64_t id,
    const char *still, struct err *err) NONNULL MUST_CHECK;

#endif
