/*
 * Subtitles beside a video, by name: "<video stem>[.<title>][.<language>]
 * [.default|.forced|.foreign|.sdh|.cc|.hi].srt|.vtt|.ass". `hi` alone is
 * Hindi; with another language it means for the hearing-impaired.
 */
#ifndef LIB_LIBRARY_SIDE_H
#define LIB_LIBRARY_SIDE_H

#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"

struct side {
	const char *format;   /* "srt" "vtt" "ass" */
	const char *language; /* BCP 47, "und" when the name is silent */
	const char *title;    /* "" when there is none */
	bool is_default;
	bool is_forced;
	bool is_sdh;
};

/* True when the file's name (without folders) ends as subtitles do. */
bool library_side_is_subtitle(const char *file) NONNULL MUST_CHECK;

/* Whether `file` belongs to `video` (both names without folders) and what it
 * says. Texts live in the arena. */
bool library_side_parse(struct arena *arena, const char *video,
    const char *file, struct side *side) NONNULL MUST_CHECK;

/* The two-letter code of a language's code or English name ("eng", "German",
 * "pt-BR" → "pt-BR"), or NULL. Static storage, or the arena's. */
const char *library_language(
    struct arena *arena, const char *word) NONNULL MUST_CHECK;

#endif
