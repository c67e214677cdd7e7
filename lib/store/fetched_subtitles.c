/* Fetched subtitles, and quotas. */
#include "lib/store/fetched_subtitles.h"

#include "lib/base/clock.h"
#include "lib/store/rows.h"

enum {
	STMT_LIST,
	STMT_FIND,
	STMT_PUT,
	STMT_LINK,
	STMT_QUOTA_FIND,
	STMT_QUOTA_PUT,
	STMT__MAX
};

static const char *const sql[STMT__MAX] = {
	[STMT_LIST] =
	    "SELECT f.file_id, f.format, f.language, f.release, f.is_forced, "
	    "f.is_sdh, s.is_exact FROM source_subtitle s "
	    "JOIN fetched_subtitle f ON f.file_id = s.file_id "
	    "WHERE s.source_id = ?1 ORDER BY s.is_exact DESC, s.file_id",
	[STMT_FIND] = "SELECT file_id FROM fetched_subtitle WHERE file_id = ?1",
	[STMT_PUT] = "INSERT INTO fetched_subtitle (file_id, format, language, "
		     "release, is_forced, is_sdh, fetched_at) "
		     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
		     "ON CONFLICT (file_id) DO NOTHING",
	[STMT_LINK] =
	    "INSERT INTO source_subtitle (source_id, file_id, is_exact) "
	    "SELECT s.id, ?2, ?3 FROM source s WHERE s.id = ?1 "
	    "ON CONFLICT (source_id, file_id) "
	    "DO UPDATE SET is_exact = excluded.is_exact",
	[STMT_QUOTA_FIND] = "SELECT remaining, reset_at FROM service_quota "
			    "WHERE service = ?1",
	[STMT_QUOTA_PUT] =
	    "INSERT INTO service_quota (service, remaining, reset_at) "
	    "VALUES (?1, ?2, ?3) ON CONFLICT (service) DO UPDATE SET "
	    "remaining = excluded.remaining, reset_at = excluded.reset_at",
};

const struct store_sql store_fetched_subtitles_sql = { "fetched_subtitles", sql,
	STMT__MAX, NULL };

static void
read_subtitle(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct fetched_subtitle *subtitle = element;

	subtitle->file_id = db_int(rows, 0);
	subtitle->format = db_text(rows, 1, arena);
	subtitle->language = db_text(rows, 2, arena);
	subtitle->release = db_text(rows, 3, arena);
	subtitle->is_forced = db_int(rows, 4) != 0;
	subtitle->is_sdh = db_int(rows, 5) != 0;
	subtitle->is_exact = db_int(rows, 6) != 0;
}

enum store_result
store_fetched_subtitle_list(struct db *db, struct arena *arena,
    int64_t source_id, struct fetched_subtitle **subtitles, size_t *n,
    struct err *err)
{
	void *items;
	enum store_result result =
	    store_collect(db, arena, sql[STMT_LIST], DB_ARGS(DB_INT(source_id)),
		sizeof(**subtitles), read_subtitle, &items, n, err);

	*subtitles = items;
	return result;
}

enum store_result
store_fetched_subtitle_find(struct db *db, int64_t file_id, struct err *err)
{
	struct db_rows rows;
	enum store_result result =
	    store_get(db, sql[STMT_FIND], DB_ARGS(DB_INT(file_id)), &rows, err);

	db_done(&rows);
	return result;
}

enum store_result
store_fetched_subtitle_put(
    struct db *db, const struct fetched_subtitle *subtitle, struct err *err)
{
	return store_run(db, sql[STMT_PUT],
	    DB_ARGS(DB_INT(subtitle->file_id), DB_TEXT(subtitle->format),
		DB_TEXT(subtitle->language), DB_TEXT(subtitle->release),
		DB_INT(subtitle->is_forced), DB_INT(subtitle->is_sdh),
		DB_INT(clock_now_ms())),
	    err);
}

enum store_result
store_fetched_subtitle_link(struct db *db, int64_t source_id, int64_t file_id,
    bool is_exact, struct err *err)
{
	return store_run_one(db, sql[STMT_LINK],
	    DB_ARGS(DB_INT(source_id), DB_INT(file_id), DB_INT(is_exact)), err);
}

enum store_result
store_quota_find(struct db *db, const char *service,
    struct service_quota *quota, struct err *err)
{
	struct db_rows rows;
	enum store_result result = store_get(
	    db, sql[STMT_QUOTA_FIND], DB_ARGS(DB_TEXT(service)), &rows, err);

	if (result == STORE_OK) {
		quota->remaining = db_int(&rows, 0);
		quota->reset_at = db_int(&rows, 1);
	}
	db_done(&rows);
	return result;
}

enum store_result
store_quota_put(struct db *db, const char *service,
    const struct service_quota *quota, struct err *err)
{
	return store_run(db, sql[STMT_QUOTA_PUT],
	    DB_ARGS(DB_TEXT(service), DB_INT(quota->remaining),
		DB_INT(quota->reset_at)),
	    err);
}
