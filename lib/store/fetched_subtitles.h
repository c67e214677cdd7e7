/*
 * Subtitles that were fetched from a service outside, and what that service
 * still lets us fetch. Each file is there once, whatever plays with it.
 */
#ifndef LIB_STORE_FETCHED_SUBTITLES_H
#define LIB_STORE_FETCHED_SUBTITLES_H

#include "lib/store/store.h"

struct fetched_subtitle {
	int64_t file_id; /* at the service */
	char *format;    /* "srt" "vtt" "ass" */
	char *language;
	char *release;
	bool is_forced;
	bool is_sdh;
	bool is_exact; /* for the source it is listed with */
};

struct service_quota {
	int64_t remaining;
	int64_t reset_at; /* 0: not told */
};

extern const struct store_sql store_fetched_subtitles_sql;

/* Those of a source: exact ones first, then in the order of their numbers. */
enum store_result store_fetched_subtitle_list(struct db *db,
    struct arena *arena, int64_t source_id, struct fetched_subtitle **subtitles,
    size_t *n, struct err *err) NONNULL MUST_CHECK;
/* Whether that file is here. */
enum store_result store_fetched_subtitle_find(
    struct db *db, int64_t file_id, struct err *err) NONNULL MUST_CHECK;
/* Notes a file that is here now. Call within a transaction. */
enum store_result store_fetched_subtitle_put(struct db *db,
    const struct fetched_subtitle *subtitle,
    struct err *err) NONNULL MUST_CHECK;
/* It is shown with that source from now on. Call within a transaction.
 * STORE_NONE: there is no such source. */
enum store_result store_fetched_subtitle_link(struct db *db, int64_t source_id,
    int64_t file_id, bool is_exact, struct err *err) NONNULL MUST_CHECK;

/* What a service said last; STORE_NONE: nothing. */
enum store_result store_quota_find(struct db *db, const char *service,
    struct service_quota *quota, struct err *err) NONNULL MUST_CHECK;
enum store_result store_quota_put(struct db *db, const char *service,
    const struct service_quota *quota, struct err *err) NONNULL MUST_CHECK;

#endif
