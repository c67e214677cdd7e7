/*
 * The parts of subtitle conversion: bytes to text, text to cues, cues to
 * WebVTT. Shared by the subtitle_*.c files only.
 */
#ifndef LIB_LIBRARY_SUBTITLE_PART_H
#define LIB_LIBRARY_SUBTITLE_PART_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/library/subtitle.h"

/* Appends the text in UTF-8 with '\n' as the only line end and without other
 * control characters than '\t'. */
void subtitle_decode(const char *bytes, size_t len, struct buf *out) NONNULL;

enum cue_place { CUE_BOTTOM, CUE_MIDDLE, CUE_TOP };

struct cue {
	int64_t start_ms;
	int64_t end_ms;
	enum cue_place place;
	size_t at; /* of its text in cues.text */
	size_t len;
	size_t order; /* in the file */
};

/* What was read so far. */
struct cues {
	struct cue *items;
	size_t n, cap;
	struct buf text; /* of all cues, escaped */
};

enum { MARKUP_TAGS = 3 }; /* i, b, u */

/* A cue while its text is being written. */
struct markup {
	struct cues *cues;
	struct cue cue;
	bool is_open[MARKUP_TAGS];
	bool has_text;
	bool owes_newline;
	bool is_drawing; /* what follows are coordinates, not words */
};

void markup_begin(struct markup *markup, struct cues *cues, int64_t start_ms,
    int64_t end_ms) NONNULL;
/* One character of text (its bytes), escaped. */
void markup_text(struct markup *markup, const char *bytes, size_t len) NONNULL;
/* A character reference as it is: "&amp;". */
void markup_raw(struct markup *markup, const char *bytes, size_t len) NONNULL;
void markup_newline(struct markup *markup) NONNULL;
/* 'i', 'b' or 'u' begins or ends; others are ignored. */
void markup_tag(struct markup *markup, char tag, bool is_open) NONNULL;
/* An "{\…}" block of ASS, braces excluded. */
void markup_override(
    struct markup *markup, const char *block, size_t len) NONNULL;
/* Closes what is open and keeps the cue if it says anything. */
void markup_end(struct markup *markup) NONNULL;

/* Reads text (NUL-terminated, decoded) into cues. */
void subtitle_read_blocks(
    const char *text, bool is_vtt, struct cues *cues) NONNULL;
void subtitle_read_ass(const char *text, struct cues *cues) NONNULL;

#endif
