/*
 * Filter graphs: what a poster looks like.
 */
#include "daemon/miaud/media/draw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "daemon/miaud/media/ffmpeg.h"
#include "lib/base/attr.h"

enum {
	POSTER_WIDTH = 600,
	POSTER_HEIGHT = 900,
	MARGIN = 40,
	BANDS = 18,
};

/* Fonts of Debian that write most alphabets, and one for the scripts of China,
 * Japan and Korea. */
static const char *const fonts[] = {
	"/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
	"/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf",
	"/usr/share/fonts/truetype/liberation/LiberationSans-Bold.ttf",
	"/usr/share/fonts/truetype/liberation2/LiberationSans-Bold.ttf",
	"/usr/share/fonts/truetype/freefont/FreeSansBold.ttf",
};
static const char *const wide_fonts[] = {
	"/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
	"/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
	"/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
};

/* Grounds of placards: from, to. */
static const char *const grounds[][2] = {
	{ "0x1b2a49", "0x0b0f1a" },
	{ "0x4a1d3f", "0x160a14" },
	{ "0x14443f", "0x071716" },
	{ "0x5a2e14", "0x1a0d06" },
	{ "0x2f2a5c", "0x0e0c1f" },
	{ "0x3d4a1b", "0x12160a" },
	{ "0x57202a", "0x19090c" },
	{ "0x1f4560", "0x08141c" },
	{ "0x46345c", "0x150f1c" },
	{ "0x5c4a1b", "0x1c160a" },
};

/* Code point length at s; 1 for what is none. */
static size_t
point_len(const char *s)
{
	unsigned char c = (unsigned char)*s;
	size_t n = c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;

	for (size_t i = 1; i < n; i++)
		if (((unsigned char)s[i] & 0xC0) != 0x80)
			return 1;
	return n;
}

/* Scripts from Hangul and Kana to Han take two places and another font. */
static bool
is_wide(const char *s)
{
	unsigned char a = (unsigned char)s[0];

	return (a >= 0xE2 && point_len(s) == 3 &&
		   (a > 0xE2 || (unsigned char)s[1] >= 0xBA)) ||
	    (a == 0xE1 && (unsigned char)s[1] == 0x84);
}

static size_t
width_of(const char *s, size_t len)
{
	size_t width = 0;

	for (size_t i = 0; i < len; i += point_len(s + i))
		width += is_wide(s + i) ? 2 : 1;
	return width;
}

const char *
draw_font(const char *title)
{
	bool wide = false;

	for (const char *s = title; *s != '\0'; s += point_len(s))
		wide |= is_wide(s);
	for (size_t i = 0; wide && i < COUNT_OF(wide_fonts); i++)
		if (access(wide_fonts[i], R_OK) == 0)
			return wide_fonts[i];
	for (size_t i = 0; !wide && i < COUNT_OF(fonts); i++)
		if (access(fonts[i], R_OK) == 0)
			return fonts[i];
	return NULL;
}

/* Breaks at spaces so that no line passes `width`; returns the lines, 0 when a
 * word is too long or the room ends. */
static int
break_lines(const char *title, size_t width, char *out, size_t size)
{
	size_t used = 0, n = 0, len, word;
	int lines = 1;

	while (*title != '\0') {
		len = strcspn(title, " ");
		word = width_of(title, len);
		if (word > width)
			return 0;
		if (used > 0 && used + 1 + word > width) {
			out[n++] = '\n';
			lines++;
			used = 0;
		} else if (used > 0) {
			out[n++] = ' ';
			used++;
		}
		if (n + len + 2 > size)
			return 0;
		memcpy(out + n, title, len);
		n += len;
		used += word;
		title += len;
		title += strspn(title, " ");
	}
	out[n] = '\0';
	return lines;
}

/* The word that a title is known by: "The Carpet" is at C. */
static const char *
after_article(const char *title)
{
	static const char *const articles[] = { "the ", "an ", "a " };

	for (size_t i = 0; i < COUNT_OF(articles); i++) {
		size_t len = strlen(articles[i]);

		if (strncasecmp(title, articles[i], len) == 0 &&
		    title[len] != '\0')
			return title + len;
	}
	return title;
}

void
draw_break(const char *title, int room, struct draw_text *text)
{
	static const int sizes[] = { 76, 66, 58, 50, 44, 38, 32, 28 };
	char cut[DRAW_TITLE_MAX + 1];
	const char *known;
	size_t n = 0;
	int lines;

	memset(text, 0, sizeof(*text));
	while (title[n] != '\0' && n + point_len(title + n) < DRAW_TITLE_MAX)
		n += point_len(title + n);
	memcpy(cut, title, n);
	cut[n] = '\0';
	known = after_article(cut);
	n = point_len(known);
	memcpy(text->initial, known, n < sizeof(text->initial) ? n : 0);
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		/* a bold letter is about two thirds as wide as high */
		size_t width = (size_t)((POSTER_WIDTH - 2 * MARGIN) * 100 /
		    (sizes[i] * 68));

		text->font_size = sizes[i];
		lines =
		    break_lines(cut, width, text->lines, sizeof(text->lines));
		/* a line takes a fifth more than its letters */
		if (lines > 0 && lines * sizes[i] * 6 / 5 <= room)
			return;
	}
	snprintf(text->lines, sizeof(text->lines), "%s", cut);
}

void
draw_candidate(struct buf *graph, bool is_hdr)
{
	buf_puts(graph, "scale=iw*sar:ih,setsar=1,");
	buf_puts(graph, "scale='min(1920,iw)':-2,");
	if (is_hdr)
		buf_puts(graph, FFMPEG_ORDINARY_LIGHT);
	buf_puts(graph,
	    "format=yuv420p,signalstats,entropy,"
	    "metadata=print:file=stats.txt");
}

/* Darkens the lower part so that letters can be read on any frame. */
static void
add_shade(struct buf *graph)
{
	const int top = POSTER_HEIGHT / 2, step = top / BANDS;

	for (int i = 0; i < BANDS; i++)
		buf_printf(graph,
		    "drawbox=x=0:y=%d:w=iw:h=%d:color=black@%d.%02d:t=fill,",
		    top + i * step, step, (i + 1) * 85 / BANDS / 100,
		    (i + 1) * 85 / BANDS % 100);
}

static void
add_text(struct buf *graph, const char *font, const char *file, int size,
    const char *color, const char *x, const char *y)
{
	buf_printf(graph,
	    "drawtext=fontfile=%s:textfile=%s:expansion=none:fontsize=%d:"
	    "fontcolor=%s:line_spacing=%d:x=%s:y=%s,",
	    font, file, size, color, size / 8, x, y);
}

static void
add_poster_sizes(struct buf *graph)
{
	buf_puts(graph,
	    "split=3[p0][q1][q2];[q1]scale=400:600[p1];"
	    "[q2]scale=200:300[p2]");
}

void
draw_poster(struct buf *graph, const struct draw_text *text, const char *font)
{
	buf_printf(graph,
	    "[0:v]split=2[p][b];[p]scale=%d:%d:"
	    "force_original_aspect_ratio=increase,crop=%d:%d,setsar=1,",
	    POSTER_WIDTH, POSTER_HEIGHT, POSTER_WIDTH, POSTER_HEIGHT);
	add_shade(graph);
	if (font != NULL)
		add_text(graph, font, "title.txt", text->font_size, "white",
		    "40", "h-th-48");
	add_poster_sizes(graph);
	buf_puts(graph,
	    ";[b]scale=1920:1080:force_original_aspect_ratio=increase,"
	    "crop=1920:1080,setsar=1,split=3[b0][c1][c2];"
	    "[c1]scale=1280:720[b1];[c2]scale=640:360[b2]");
}

void
draw_placard(struct buf *graph, const struct draw_text *text, const char *font,
    uint32_t seed)
{
	const char *const *ground = grounds[seed % COUNT_OF(grounds)];

	buf_printf(graph,
	    "gradients=s=%dx%d:n=2:c0=%s:c1=%s:x0=0:y0=0:x1=%d:y1=%d:d=1,"
	    "format=yuv420p,",
	    POSTER_WIDTH, POSTER_HEIGHT, ground[0], ground[1],
	    (int)(seed / 16 % POSTER_WIDTH), POSTER_HEIGHT - 1);
	if (font != NULL) {
		add_text(graph, font, "initial.txt", 520, "white@0.10",
		    "(w-tw)/2", "(h-th)/2-150");
		buf_puts(graph,
		    "drawbox=x=40:y=560:w=72:h=6:"
		    "color=white@0.8:t=fill,");
		add_text(graph, font, "title.txt", text->font_size, "white",
		    "40", "596");
		add_text(
		    graph, font, "note.txt", 26, "white@0.66", "40", "h-70");
	}
	add_poster_sizes(graph);
}

void
draw_still(struct buf *graph)
{
	buf_puts(graph,
	    "[0:v]scale=600:338:force_original_aspect_ratio=increase,"
	    "crop=600:338,setsar=1,split=2[s0][t1];[t1]scale=300:170[s1]");
}

/* "lavfi.signalstats.YAVG=63.1": its number, `otherwise` when missing. */
static double
figure(const char *stats, const char *name, double otherwise)
{
	const char *at = strstr(stats, name);

	return at == NULL ? otherwise : strtod(at + strlen(name), NULL);
}

double
draw_score(const char *stats)
{
	double min = figure(stats, "signalstats.YMIN=", 0);
	double max = figure(stats, "signalstats.YMAX=", 0);
	double low = figure(stats, "signalstats.YLOW=", 0);
	double high = figure(stats, "signalstats.YHIGH=", 0);
	double colour = figure(stats, "signalstats.SATAVG=", 0);
	double entropy = figure(stats, "normalized_entropy.normal.Y=", 0);

	/* Few bright things on a plain ground are a picture as well: only a
	 * frame without any is refused. */
	if (max - min < 48)
		return -1;
	return entropy + (high - low) / 400 + colour / 300;
}
