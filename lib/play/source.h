/*
 * Which of a title's sources plays: the best that is not known to fail, and for
 * each of the others why it does not.
 */
#ifndef LIB_PLAY_SOURCE_H
#define LIB_PLAY_SOURCE_H

#include <json-c/json.h>

#include "lib/play/play.h"
#include "lib/store/notes.h"

/* Chooses among `sources`, best first; *skipped (in the arena) are those that
 * are better and yet do not play. The chosen one is the sources' own; NULL and
 * an error that says why of each: ERR_SOURCE_NOT_FOUND (there is none),
 * ERR_CONSENT_NEEDED, or the problem of the best. */
const struct source *play_source_choose(const struct play_wish *wish,
    const struct source *sources, size_t n, struct play_skip **skipped,
    size_t *n_skipped, struct err *err) NONNULL_ARGS(1, 4, 5, 6) MUST_CHECK;

/* Keeps why `chosen` plays, in which way, and why the others do not, as a reason
 * (lib/store/notes.h) of the title or episode: "movie-5", "show-7:2x04". */
int play_source_note(const struct play_wish *wish, const struct source *chosen,
    const struct play_way *way, const struct source *sources, size_t n,
    struct err *err) NONNULL MUST_CHECK;
/* What it kept last of a film (episode_id 0) or an episode, in the arena. Its
 * inputs: {wish, method, why, chosen, others: [source]} with {sourceId, quality, kind,
 * downloadId, problem, sentence} of each. STORE_NONE: none was chosen yet. */
enum store_result play_source_noted(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t title_id, int64_t episode_id,
    struct reason *reason, struct err *err) NONNULL MUST_CHECK;

#endif
