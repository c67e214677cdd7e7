/*
 * From a title to something that can be played: which source, its stream key,
 * and what the contract tells about both.
 */
#ifndef LIB_PLAY_PLAY_H
#define LIB_PLAY_PLAY_H

#include <json-c/json.h>
#include <stdbool.h>

#include "lib/auth/stream_key.h"
#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/settings.h"
#include "lib/db/db.h"
#include "lib/play/way.h"
#include "lib/store/sources.h"
#include "lib/store/titles.h"
#include "lib/view/view.h"

/* Who wants to play what. */
struct play_wish {
	struct db *db; /* writer */
	struct arena *arena;
	const struct settings *settings;
	const char *user_id;
	const char *session_id;
	const struct viewer *viewer;
	int64_t title_id;
	int64_t episode_id;  /* 0: a film */
	const char *seed;    /* a secret of 256 bits: the same one has the same
				key for half a day; NULL: a new key */
	const char *quality; /* "auto": the best of those of which least is
				converted; else the best at or below */
	struct play_device device; /* that is to play it */
	const int64_t *except;     /* sources that did not play just now */
	size_t n_except;
};

/* A source that would have been better and does not play. */
struct play_skip {
	const struct source *source;
	const char *code;     /* of lib/base/errors.def */
	const char *sentence; /* names nothing of a torrent */
};

struct play {
	char text[STREAM_KEY_SIZE]; /* of the key; a secret */
	struct stream_key key;
	struct source source;
	struct json_object *media; /* schema Media or NULL; see play_end */
	struct play_way way;       /* how it comes to the device */
	struct play_skip *skipped; /* in the arena */
	size_t n_skipped;
};

/* What play_begin would choose now, with its errors. */
int play_choose(const struct play_wish *wish, struct source *source,
    struct err *err) NONNULL MUST_CHECK;
/* Chooses a source, keeps why, and makes a key for it. Errors: those of
 * play_source_choose (lib/play/source.h). After success play_end is due. */
int play_begin(const struct play_wish *wish, struct play *play,
    struct err *err) NONNULL MUST_CHECK;
void play_end(struct play *play) NONNULL;

/* Schema StreamKey. */
struct json_object *play_key_json(const struct view *view,
    const struct settings *settings,
    const struct play *play) NONNULL RETURNS_NONNULL MUST_CHECK;

/* A title by its mixed id ("movie-603", "show-5", "tt…"): STORE_NONE also for
 * what is no such id. */
enum store_result play_title_find(struct db *db, struct arena *arena,
    const struct viewer *viewer, const char *text, struct title *title,
    struct err *err) NONNULL MUST_CHECK;

/* The real path of a file that lies below `folder` (both absolute), in the
 * arena; NULL and ERR_FILE_GONE when it is not there, no regular file, or a
 * link that leads out. *size and *changed_ms are of the file. */
char *play_file_resolve(struct arena *arena, const char *folder,
    const char *path, int64_t *size, int64_t *changed_ms,
    struct err *err) NONNULL MUST_CHECK;

#endif
