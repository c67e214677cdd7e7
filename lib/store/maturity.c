/* Viewers as numbers: a limit, and the age that an unrated title counts as. */
#include "lib/store/maturity.h"

/* Older than anybody has to be. */
enum { NO_LIMIT = 99 };

const struct viewer store_unlimited = { .is_unlimited = true };

int64_t
store_viewer_limit(const struct viewer *viewer)
{
	return viewer->is_unlimited ? NO_LIMIT : viewer->limit;
}

int64_t
store_viewer_unrated(const struct viewer *viewer)
{
	return viewer->is_unlimited || viewer->allows_unrated ? 0 : NO_LIMIT;
}

bool
store_viewer_is_wider(const struct viewer *other, const struct viewer *viewer)
{
	return store_viewer_limit(other) > store_viewer_limit(viewer) ||
	    store_viewer_unrated(other) < store_viewer_unrated(viewer);
}

struct viewer
store_viewer_read(
    const struct db_rows *rows, int column, const char *profile_id)
{
	return (struct viewer){ .profile_id = profile_id,
		.is_unlimited = db_is_null(rows, column),
		.limit = db_int(rows, column),
		.allows_unrated = db_int(rows, column + 1) != 0 };
}
