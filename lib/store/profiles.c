/* Who is watching. */
#include "lib/store/profiles.h"

#include <string.h>

#include "lib/base/clock.h"
#include "lib/store/rows.h"

enum {
	STMT_FIND,
	STMT_DEFAULT,
	STMT_LIST,
	STMT_UPDATE,
	STMT_ADD,
	STMT_PUT,
	STMT_END_KEYS,
	STMT_REMOVE,
	STMT_SESSIONS,
	STMT_USE,
	STMT_END_OTHER_KEYS,
	STMT__MAX
};

#define PROFILE                                                                \
	"SELECT p.id, p.user_id, p.name, p.language, p.preferences, "          \
	"p.avatar, p.colour, p.pin_hash, " VIEWER_COLUMNS("p") " FROM "        \
							       "profile p "
/* Whether the user of profile ?1 has another one without a limit. */
#define ANOTHER_UNLIMITED                                                      \
	"EXISTS (SELECT 1 FROM profile o WHERE o.user_id = profile.user_id "   \
	"AND o.id <> ?1 AND o.maturity_limit IS NULL) "

static const char *const sql[STMT__MAX] = {
	[STMT_FIND] = PROFILE "WHERE p.id = ?1",
	[STMT_DEFAULT] =
	    PROFILE "WHERE p.user_id = ?1 ORDER BY p.created_at, p.id LIMIT 1",
	[STMT_LIST] =
	    PROFILE "WHERE p.user_id = ?1 ORDER BY p.created_at, p.id",
	[STMT_UPDATE] = "UPDATE profile SET language = COALESCE(?2, language), "
			"preferences = COALESCE(?3, preferences) WHERE id = ?1",
	[STMT_ADD] =
	    "INSERT INTO profile (id, user_id, name, language, avatar, colour, "
	    "maturity_limit, allows_unrated, pin_hash, created_at) "
	    "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 "
	    "WHERE (SELECT COUNT(*) FROM profile WHERE user_id = ?2) < ?11",
	[STMT_PUT] =
	    "UPDATE profile SET name = ?2, language = ?3, avatar = ?4, "
	    "colour = ?5, maturity_limit = ?6, allows_unrated = ?7, "
	    "pin_hash = ?8 WHERE id = ?1 AND (?6 IS NULL OR ?9 = 1 "
	    "OR maturity_limit IS NOT NULL OR " ANOTHER_UNLIMITED ")",
	[STMT_END_KEYS] = "UPDATE stream_key SET revoked_at = ?2 "
			  "WHERE profile_id = ?1 AND revoked_at IS NULL",
	[STMT_REMOVE] = "DELETE FROM profile WHERE id = ?1 "
			"AND " ANOTHER_UNLIMITED,
	[STMT_SESSIONS] = "SELECT id FROM session WHERE profile_id = ?1 "
			  "AND revoked_at IS NULL",
	[STMT_USE] = "UPDATE session SET profile_id = ?1 WHERE id = ?2 "
		     "AND user_id = (SELECT user_id FROM profile "
		     "WHERE id = ?1)",
	[STMT_END_OTHER_KEYS] =
	    "UPDATE stream_key SET revoked_at = ?3 WHERE session_id = ?2 "
	    "AND profile_id <> ?1 AND revoked_at IS NULL",
};

const struct store_sql store_profiles_sql = { "profiles", sql, STMT__MAX,
	NULL };

/* The limit's column; NULL for none. */
#define DB_LIMIT(viewer)                                                       \
	{                                                                      \
		.type = (viewer)->is_unlimited ? DB_VALUE_NULL : DB_VALUE_INT, \
		.integer = (viewer)->limit                                     \
	}

static void
read_profile(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct profile *profile = element;

	profile->id = db_text(rows, 0, arena);
	profile->user_id = db_text(rows, 1, arena);
	profile->name = db_text(rows, 2, arena);
	profile->language = db_text(rows, 3, arena);
	profile->preferences = db_text(rows, 4, arena);
	profile->avatar = db_text(rows, 5, arena);
	profile->colour = db_text(rows, 6, arena);
	profile->pin_hash = db_text(rows, 7, arena);
	profile->viewer = store_viewer_read(rows, 8, profile->id);
}

static enum store_result
find(struct db *db, struct arena *arena, int stmt, const char *key,
    struct profile *profile, struct err *err)
{
	struct db_rows rows;
	enum store_result result =
	    store_get(db, sql[stmt], DB_ARGS(DB_TEXT(key)), &rows, err);

	if (result == STORE_OK)
		read_profile(&rows, arena, profile);
	db_done(&rows);
	return result;
}

enum store_result
store_profile_find(struct db *db, struct arena *arena, const char *id,
    struct profile *profile, struct err *err)
{
	return find(db, arena, STMT_FIND, id, profile, err);
}

enum store_result
store_profile_default(struct db *db, struct arena *arena, const char *user_id,
    struct profile *profile, struct err *err)
{
	return find(db, arena, STMT_DEFAULT, user_id, profile, err);
}

enum store_result
store_profile_list(struct db *db, struct arena *arena, const char *user_id,
    struct profile **profiles, size_t *n, struct err *err)
{
	void *elements;
	enum store_result result =
	    store_collect(db, arena, sql[STMT_LIST], DB_ARGS(DB_TEXT(user_id)),
		sizeof(**profiles), read_profile, &elements, n, err);

	*profiles = elements;
	return result;
}

enum store_result
store_profile_update(struct db *db, const char *id, const char *language,
    const char *preferences, struct err *err)
{
	return store_run_one(db, sql[STMT_UPDATE],
	    DB_ARGS(DB_TEXT(id), DB_TEXT(language), DB_TEXT(preferences)), err);
}

enum store_result
store_profile_add(
    struct db *db, struct arena *arena, struct profile *p, struct err *err)
{
	char id[UUID_SIZE];

	random_uuid(id);
	p->id = arena_strdup(arena, id);
	return store_run_one(db, sql[STMT_ADD],
	    DB_ARGS(DB_TEXT(id), DB_TEXT(p->user_id), DB_TEXT(p->name),
		DB_TEXT(p->language), DB_TEXT(p->avatar), DB_TEXT(p->colour),
		DB_LIMIT(&p->viewer), DB_INT(p->viewer.allows_unrated),
		DB_TEXT(p->pin_hash), DB_INT(clock_now_ms()),
		DB_INT(PROFILES_MAX)),
	    err);
}

static bool
is_same(const struct viewer *one, const struct viewer *other)
{
	return !store_viewer_is_wider(one, other) &&
	    !store_viewer_is_wider(other, one);
}

enum store_result
store_profile_is_same(struct db *db, struct arena *arena,
    const struct profile *read, struct err *err)
{
	struct profile now;
	enum store_result result =
	    store_profile_find(db, arena, read->id, &now, err);

	if (result != STORE_OK)
		return result;
	if ((now.pin_hash == NULL) != (read->pin_hash == NULL) ||
	    (now.pin_hash != NULL && strcmp(now.pin_hash, read->pin_hash) != 0))
		return STORE_NONE;
	return is_same(&now.viewer, &read->viewer) ? STORE_OK : STORE_NONE;
}

static enum store_result
put(struct db *db, const struct profile *p, bool is_last_fine, struct err *err)
{
	struct arena *arena = arena_new(64 * 1024);
	struct profile before;
	enum store_result result =
	    store_profile_find(db, arena, p->id, &before, err);

	if (result == STORE_OK)
		result = store_run_one(db, sql[STMT_PUT],
		    DB_ARGS(DB_TEXT(p->id), DB_TEXT(p->name),
			DB_TEXT(p->language), DB_TEXT(p->avatar),
			DB_TEXT(p->colour), DB_LIMIT(&p->viewer),
			DB_INT(p->viewer.allows_unrated), DB_TEXT(p->pin_hash),
			DB_INT(is_last_fine)),
		    err);
	if (result == STORE_OK && !is_same(&before.viewer, &p->viewer))
		result = store_run(db, sql[STMT_END_KEYS],
		    DB_ARGS(DB_TEXT(p->id), DB_INT(clock_now_ms())), err);
	arena_free(arena);
	return result;
}

enum store_result
store_profile_put(struct db *db, const struct profile *profile,
    bool is_last_fine, struct err *err)
{
	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	return store_end(db, put(db, profile, is_last_fine, err), err);
}

enum store_result
store_profile_remove(struct db *db, const char *id, struct err *err)
{
	return store_run_one(db, sql[STMT_REMOVE], DB_ARGS(DB_TEXT(id)), err);
}

static void
read_id(const struct db_rows *rows, struct arena *arena, void *element)
{
	*(char **)element = db_text(rows, 0, arena);
}

enum store_result
store_profile_sessions(struct db *db, struct arena *arena, const char *id,
    char ***sessions, size_t *n, struct err *err)
{
	void *elements;
	enum store_result result =
	    store_collect(db, arena, sql[STMT_SESSIONS], DB_ARGS(DB_TEXT(id)),
		sizeof(**sessions), read_id, &elements, n, err);

	*sessions = elements;
	return result;
}

static enum store_result
use(struct db *db, const char *id, const char *session_id, struct err *err)
{
	enum store_result result = store_run_one(
	    db, sql[STMT_USE], DB_ARGS(DB_TEXT(id), DB_TEXT(session_id)), err);

	if (result == STORE_OK)
		result = store_run(db, sql[STMT_END_OTHER_KEYS],
		    DB_ARGS(DB_TEXT(id), DB_TEXT(session_id),
			DB_INT(clock_now_ms())),
		    err);
	return result;
}

enum store_result
store_profile_use(
    struct db *db, const char *id, const char *session_id, struct err *err)
{
	if (db_begin(db, err) == -1)
		return STORE_ERROR;
	return store_end(db, use(db, id, session_id, err), err);
}
