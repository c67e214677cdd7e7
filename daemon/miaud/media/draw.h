/*
 * Filter graphs and texts for pictures. Graphs are made of constants and
 * numbers; what is drawn comes from files beside the pictures.
 */
#ifndef DAEMON_MIAUD_MEDIA_DRAW_H
#define DAEMON_MIAUD_MEDIA_DRAW_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"

enum {
	DRAW_TITLE_MAX = 200,
	DRAW_GRAPH_MAX = 8192,
	DRAW_POSTER_ROOM = 360,
	DRAW_PLACARD_ROOM = 210,
};

/* A title broken into lines that fit a poster, and their size. */
struct draw_text {
	char lines[DRAW_TITLE_MAX * 2];
	char initial[8]; /* first character, an English article aside */
	int font_size;
};

/* room: height in pixels that the lines may take. */
void draw_break(const char *title, int room, struct draw_text *text) NONNULL;

/* A font file that can write the title, or NULL. */
const char *draw_font(const char *title) NONNULL;

/* One frame at most 1920 wide, upright, in ordinary light, with its figures
 * in stats.txt. */
void draw_candidate(struct buf *graph, bool is_hdr) NONNULL;

/* frame → [p0][p1][p2] posters 600, 400, 200 with the title from title.txt,
 * [b0][b1][b2] backdrops 1920, 1280, 640. font NULL: no text. */
void draw_poster(struct buf *graph, const struct draw_text *text,
    const char *font) NONNULL_ARGS(1, 2);

/* nothing → [p0][p1][p2]: a coloured ground, the initial.txt large, title.txt
 * and note.txt (which may be empty) below. seed chooses the colours. */
void draw_placard(struct buf *graph, const struct draw_text *text,
    const char *font, uint32_t seed) NONNULL_ARGS(1, 2);

/* frame → [s0][s1] stills 600, 300. */
void draw_still(struct buf *graph) NONNULL;

/* How good a frame is, from the candidate's stats.txt: below 0 for black, white
 * and flat ones; 1 and more is good enough. */
double draw_score(const char *stats) NONNULL;

#endif
