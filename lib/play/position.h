/*
 * Where somebody is in a film or an episode, from whatever tells it: the
 * player's heartbeat or /api/progress.
 */
#ifndef LIB_PLAY_POSITION_H
#define LIB_PLAY_POSITION_H

#include <json-c/json.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/db/db.h"
#include "lib/store/progress.h"

struct position {
	struct db *db; /* writer */
	struct arena *arena;
	const struct viewer *viewer;
	int64_t title_id;
	int64_t episode_id; /* 0: a film */
	int64_t source_id;  /* that plays, 0: unknown */
	double seconds;     /* < 0: from fraction */
	double duration;    /* 0: that of the source */
	double fraction;    /* < 0: from seconds */
	enum progress_status status;
};

/* Saves it. *news: params of the method progress.changed (lib/wire), the
 * caller's. */
int position_save(const struct position *position, struct json_object **news,
    struct err *err) NONNULL MUST_CHECK;

/* Nothing of it was watched: seconds and what follows are not read. *news: as
 * above, saying that it is at its beginning; NULL when that was so before. */
int position_forget(const struct position *position, struct json_object **news,
    struct err *err) NONNULL MUST_CHECK;

#endif
