/*
 * From what a file's name says (name.h) to the rows of its title, its episode
 * and its source.
 */
#ifndef LIB_LIBRARY_TITLE_H
#define LIB_LIBRARY_TITLE_H

#include "lib/library/name.h"
#include "lib/store/titles.h"

/* The title; `path` names it where nothing was read from the name. */
void library_title_of(struct arena *arena, const char *path,
    const struct name *name, struct title *title) NONNULL;
/* The episode, of a name with a number or a date. A daily's season is its year,
 * its number the day: 517 for the 17th of May. */
void library_episode_of(struct arena *arena, const struct name *name,
    int64_t title_id, struct episode *episode) NONNULL;
/* A codec as sources name them: "H.264" is "H264"; NULL is "". */
char *library_codec_word(struct arena *arena, const char *label)
    NONNULL_ARGS(1) RETURNS_NONNULL MUST_CHECK;

#endif
