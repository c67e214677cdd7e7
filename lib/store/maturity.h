/*
 * Who may see which titles: the one place that knows. A title may ask for a
 * minimum age; a profile may have a limit. What asks for more than the limit
 * does not exist for that profile: not in lists and their totals, not by its
 * address, not its pictures, its news or its bytes. A title that nobody has
 * rated is hidden from every limited profile that does not allow such.
 *
 * Every call of the store that reads titles or what belongs to them takes a
 * viewer, so that none can be made without saying for whom. A viewer of zeros
 * is the strictest there is. The server's own work, which nobody looks at,
 * reads as store_unlimited; tools/lint keeps that name out of what answers
 * requests.
 */
#ifndef LIB_STORE_MATURITY_H
#define LIB_STORE_MATURITY_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/db/db.h"

enum { MATURITY_MAX = 21 };

/* For whom is read. */
struct viewer {
	const char *profile_id; /* NULL: nobody's; has neither progress nor
				   history */
	bool is_unlimited;
	int64_t limit;       /* years, unless unlimited */
	bool allows_unrated; /* although limited */
};

extern const struct viewer store_unlimited;

/* Whether `other` may see anything that `viewer` may not. */
bool store_viewer_is_wider(
    const struct viewer *other, const struct viewer *viewer) NONNULL MUST_CHECK;

/* --- For lib/store alone ---------------------------------------------------- */

/* Whether title `t` (an alias) is visible. limit and unrated: parameters that
 * DB_VIEWER fills, or VIEWER_LIMIT and VIEWER_UNRATED of a profile's row. */
#define VISIBLE(t, limit, unrated)                                             \
	"COALESCE(" t ".minimum_age, " unrated ") <= " limit " "
/* The same of a row that names its title. */
#define VISIBLE_TITLE(id, limit, unrated)                                      \
	"EXISTS (SELECT 1 FROM title v WHERE v.id = " id                       \
	" AND " VISIBLE("v", limit, unrated) ") "

/* The two parameters of a viewer, in this order. */
#define DB_VIEWER(viewer)                                                      \
	DB_INT(store_viewer_limit(viewer)), DB_INT(store_viewer_unrated(viewer))
int64_t store_viewer_limit(const struct viewer *viewer) NONNULL;
int64_t store_viewer_unrated(const struct viewer *viewer) NONNULL;

/* Of a profile's row, under its alias, and the viewer from these two columns,
 * the first of which is `column`. profile_id is borrowed. */
#define VIEWER_COLUMNS(p) p ".maturity_limit, " p ".allows_unrated"
struct viewer store_viewer_read(const struct db_rows *rows, int column,
    const char *profile_id) NONNULL MUST_CHECK;

/* Of a profile's row, under its alias: 99 is older than anybody has to be. */
#define VIEWER_LIMIT(p) "COALESCE(" p ".maturity_limit, 99)"
#define VIEWER_UNRATED(p)                                                      \
	"CASE WHEN " p ".maturity_limit IS NULL OR " p ".allows_unrated = 1 "  \
	"THEN 0 ELSE 99 END"

#endif
