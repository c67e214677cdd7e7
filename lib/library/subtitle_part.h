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
 * control characters than '\t'. language: BCP 47, or NULL. */
void subtitle_decode(const char *bytes, size_t len, const char *language,
    struct buf *out) NONNULL_ARGS(1, 4);
/* Appends, in UTF-8, text that is in none of the encodings of Unicode. */
void subtitle_decode_legacy(const char *bytes, size_t len, const char *language,
    struct buf *out) NONNULL_ARGS(1, 4);

enum cue_row { CUE_BOTTOM, CUE_MIDDLE, CUE_TOP };
/* Of start and end the text's direction says which side they are. */
enum cue_column { CUE_CENTRE, CUE_LEFT, CUE_RIGHT, CUE_START, CUE_END };

enum { CUE_UNSET = -1 };

/* Where a cue stands. x and y are that point of its box which row and column
 * name, in percent of the picture; CUE_UNSET: where players put it. */
struct cue_place {
	enum cue_row row;
	enum cue_column column;
	int x, y;
};

#define CUE_PLACE_USUAL                                                        \
	((struct cue_place){ CUE_BOTTOM, CUE_CENTRE, CUE_UNSET, CUE_UNSET })

struct cue {
	int64_t start_ms;
	int64_t end_ms;
	struct cue_place place;
	int lines;
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

/* What ASS says about a cue beside its text: the style's place, with its margins
 * in percent, and the size of the picture that coordinates count in. */
struct ass_base {
	enum cue_row row;
	enum cue_column column;
	int left, right, vertical;
	bool has_tag[MARKUP_TAGS];
	double width, height;
};

/* What a file means that says nothing. */
#define ASS_BASE_USUAL ((struct ass_base){ .width = 384, .height = 288 })

/* A cue while its text is being written. */
struct markup {
	struct cues *cues;
	struct cue cue;
	struct ass_base base;
	bool wants[MARKUP_TAGS];   /* of what follows */
	bool is_open[MARKUP_TAGS]; /* as it is written */
	bool has_text;
	bool owes_newline;
	bool is_drawing; /* what follows are coordinates, not words */
	bool has_base, is_aligned, is_placed;
	double x, y; /* when it is placed */
};

void markup_begin(struct markup *markup, struct cues *cues, int64_t start_ms,
    int64_t end_ms) NONNULL;
/* The style that holds until the text says otherwise. */
void markup_style(struct markup *markup, const struct ass_base *base) NONNULL;
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

/* "1:02:03,456", also without hours or decimals, with a minus, ':' or blanks
 * where one is mistaken; *end behind it. False when it is none. */
bool subtitle_read_time(
    const char *text, const char **end, int64_t *ms) NONNULL MUST_CHECK;
/* The text behind blanks and tabs. */
const char *subtitle_skip_blanks(const char *p) NONNULL RETURNS_NONNULL;
const char *subtitle_next_line(const char *p) NONNULL RETURNS_NONNULL;
/* Bytes of the character at p. */
size_t subtitle_char_len(const char *p) NONNULL;

/* Reads text (NUL-terminated, decoded) into cues. */
void subtitle_read_blocks(
    const char *text, bool is_vtt, struct cues *cues) NONNULL;
void subtitle_read_ass(const char *text, struct cues *cues) NONNULL;

/* An alignment of SSA: 1 to 3, 5 to 7 on top, 9 to 11 in the middle. */
struct cue_place subtitle_ssa_align(int n);
/* Where a style with its margins puts a cue. */
struct cue_place subtitle_place_of(const struct ass_base *base) NONNULL;
/* … and a point in its picture. */
struct cue_place subtitle_place_at(
    const struct ass_base *base, double x, double y) NONNULL;
/* Appends the settings of a cue of so many lines, each behind a blank. */
void subtitle_write_place(
    struct buf *out, const struct cue_place *place, int lines) NONNULL;
/* Where the settings of a cue of WebVTT (the rest of its line) put it, and where
 * the coordinates of one of SRT do. */
struct cue_place subtitle_read_vtt_place(const char *line) NONNULL;
struct cue_place subtitle_read_srt_place(const char *line) NONNULL;

#endif
