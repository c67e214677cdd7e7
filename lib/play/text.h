/*
 * Subtitles inside a film: which of its tracks are words, and where miaud puts
 * what it has taken out of them, so that handlers find it without asking.
 */
#ifndef LIB_PLAY_TEXT_H
#define LIB_PLAY_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/paths.h"
#include "lib/library/media.h"
#include "lib/store/sources.h"

enum { PLAY_TEXTS_MAX = 32 };

/* A subtitle track that can be shown. */
struct play_text {
	const struct media_subtitle *track;
	bool is_picture; /* drawn letters, which go into the picture */
};

/* Those of a source's probe, of words at most PLAY_TEXTS_MAX, in the file's order
 * and the arena's memory; 0 when nobody has looked into it. */
size_t play_text_list(struct arena *arena, const struct source *source,
    struct play_text **texts) NONNULL MUST_CHECK;

/* The folder with a film's tracks. Another film, or the same one changed, has
 * another name. It is there when all of them were taken out. */
char *play_text_folder(struct arena *arena, const struct paths *paths,
    const struct source *source) NONNULL RETURNS_NONNULL MUST_CHECK;
/* The file of a track (media_subtitle.index) in it, ASS. */
char *play_text_file(struct arena *arena, const char *folder,
    int index) NONNULL RETURNS_NONNULL MUST_CHECK;

#endif
