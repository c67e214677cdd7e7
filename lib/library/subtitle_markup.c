/*
 * The text of a cue while it is written: escaped for WebVTT, tags balanced,
 * no empty line (which would end the cue).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/library/subtitle_part.h"

enum { MENDED_MS = 3000 };

static const char tags[MARKUP_TAGS] = { 'i', 'b', 'u' };

void
markup_begin(
    struct markup *markup, struct cues *cues, int64_t start_ms, int64_t end_ms)
{
	memset(markup, 0, sizeof(*markup));
	markup->cues = cues;
	markup->cue.start_ms = start_ms;
	markup->cue.end_ms = end_ms;
	markup->cue.at = cues->text.len;
	markup->cue.order = cues->n;
	markup->cue.place = CUE_PLACE_USUAL;
	markup->base = ASS_BASE_USUAL;
}

void
markup_style(struct markup *markup, const struct ass_base *base)
{
	markup->base = *base;
	markup->has_base = true;
	memcpy(markup->wants, base->has_tag, sizeof(markup->wants));
}

static void
close_all(struct markup *markup)
{
	for (int i = MARKUP_TAGS - 1; i >= 0; i--)
		if (markup->is_open[i])
			buf_printf(&markup->cues->text, "</%c>", tags[i]);
}

/* Something visible follows. What is open closes in order, which cannot be
 * known otherwise than by closing all; a newline stands outside of it, so that
 * no line begins with the end of what the line before opened. */
static void
begin_text(struct markup *markup)
{
	bool is_other =
	    memcmp(markup->wants, markup->is_open, sizeof(markup->wants)) != 0;

	if (is_other)
		close_all(markup);
	if (markup->owes_newline && markup->has_text)
		buf_puts(&markup->cues->text, "\n");
	if (markup->owes_newline || !markup->has_text)
		markup->cue.lines++;
	markup->owes_newline = false;
	markup->has_text = true;
	if (!is_other)
		return;
	memcpy(markup->is_open, markup->wants, sizeof(markup->wants));
	for (int i = 0; i < MARKUP_TAGS; i++)
		if (markup->is_open[i])
			buf_printf(&markup->cues->text, "<%c>", tags[i]);
}

void
markup_raw(struct markup *markup, const char *bytes, size_t len)
{
	begin_text(markup);
	buf_append(&markup->cues->text, bytes, len);
}

void
markup_text(struct markup *markup, const char *bytes, size_t len)
{
	if (markup->is_drawing)
		return;
	if (len == 1 && *bytes == '&')
		markup_raw(markup, "&amp;", 5);
	else if (len == 1 && *bytes == '<')
		markup_raw(markup, "&lt;", 4);
	else if (len == 1 && *bytes == '>')
		markup_raw(markup, "&gt;", 4);
	else
		markup_raw(markup, bytes, len);
}

void
markup_newline(struct markup *markup)
{
	markup->owes_newline = true;
}

void
markup_tag(struct markup *markup, char tag, bool is_open)
{
	for (int i = 0; i < MARKUP_TAGS; i++)
		if (tags[i] == tag)
			markup->wants[i] = is_open;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void
align(struct markup *markup, enum cue_row row, enum cue_column column)
{
	/* as players do: the first one counts */
	if (markup->is_aligned)
		return;
	markup->is_aligned = true;
	markup->base.row = row;
	markup->base.column = column;
}

/* "\an1" to "\an9", as on a keypad; "\a1" to "\a11", as SSA has it. */
static void
apply_align(struct markup *markup, const char *p, size_t left)
{
	static const enum cue_column columns[] = { CUE_LEFT, CUE_CENTRE,
		CUE_RIGHT };
	static const enum cue_row rows[] = { CUE_BOTTOM, CUE_MIDDLE, CUE_TOP };
	struct cue_place old;
	int n;

	if (left >= 3 && p[1] == 'n' && p[2] >= '1' && p[2] <= '9') {
		n = p[2] - '1';
		align(markup, rows[n / 3], columns[n % 3]);
	} else if (left >= 2 && is_digit(p[1])) {
		n = p[1] - '0';
		if (left >= 3 && is_digit(p[2]))
			n = 10 * n + p[2] - '0';
		old = subtitle_ssa_align(n);
		align(markup, old.row, old.column);
	}
}

/* The coordinates behind "pos(" or "move(". */
static void
apply_point(struct markup *markup, const char *p, size_t left)
{
	char numbers[64];
	double x, y;
	char *end;

	snprintf(numbers, sizeof(numbers), "%.*s",
	    (int)(left < sizeof(numbers) ? left : sizeof(numbers) - 1), p);
	x = strtod(numbers, &end);
	if (end == numbers || markup->is_placed)
		return;
	end += strspn(end, " ");
	if (*end != ',')
		return;
	p = end + 1;
	y = strtod(p, &end);
	if (end == p || !isfinite(x) || !isfinite(y))
		return;
	markup->is_placed = true;
	markup->x = x;
	markup->y = y;
}

static void
apply_weight(struct markup *markup, char tag, const char *p, size_t left)
{
	int weight = 0;
	size_t i;

	for (i = 0; i < left && i < 4 && is_digit(p[i]); i++)
		weight = weight * 10 + (p[i] - '0');
	if (i > 0)
		markup_tag(markup, tag,
		    tag == 'b' ? weight == 1 || weight >= 600 : weight != 0);
	else if (left == 0 || *p == '\\' || *p == ' ')
		for (i = 0; i < MARKUP_TAGS; i++)
			if (tags[i] == tag)
				markup->wants[i] = markup->base.has_tag[i];
}

static bool
begins(const char *p, size_t left, const char *word)
{
	return left >= strlen(word) && memcmp(p, word, strlen(word)) == 0;
}

/* One override; p stands behind its backslash, `left` bytes follow. */
static void
apply_override(struct markup *markup, const char *p, size_t left)
{
	if (begins(p, left, "pos("))
		apply_point(markup, p + 4, left - 4);
	else if (begins(p, left, "move("))
		apply_point(markup, p + 5, left - 5);
	else if (left == 0)
		return;
	else if (*p == 'a')
		apply_align(markup, p, left);
	else if (*p == 'r')
		memcpy(
		    markup->wants, markup->base.has_tag, sizeof(markup->wants));
	else if (*p == 'p' && left >= 2 && is_digit(p[1]))
		markup->is_drawing = p[1] != '0';
	else if (*p == 'i' || *p == 'b' || *p == 'u')
		apply_weight(markup, *p, p + 1, left - 1);
}

/* The length of what stands in brackets from '(' on, theirs included. */
static size_t
bracket_len(const char *p, size_t left)
{
	size_t i, depth = 0;

	for (i = 0; i < left; i++) {
		depth += p[i] == '(';
		if (p[i] == ')' && --depth == 0)
			return i + 1;
	}
	return left;
}

void
markup_override(struct markup *markup, const char *block, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (block[i] != '\\')
			continue;
		/* What a text turns into later is not how it is. */
		if (begins(block + i + 1, len - i - 1, "t("))
			i += 1 + bracket_len(block + i + 2, len - i - 2);
		else
			apply_override(markup, block + i + 1, len - i - 1);
	}
}

static void
keep(struct markup *markup)
{
	struct cues *cues = markup->cues;

	if (cues->n == cues->cap) {
		cues->cap = cues->cap == 0 ? 256 : cues->cap * 2;
		cues->items =
		    mem_realloc(cues->items, cues->cap, sizeof(*cues->items));
	}
	cues->items[cues->n++] = markup->cue;
}

/* A cue that ends before it begins is shown for a while, one from before the film
 * as far as it reaches into it. */
static void
mend_times(struct cue *cue)
{
	if (cue->end_ms < cue->start_ms)
		cue->end_ms = cue->start_ms + MENDED_MS;
	if (cue->start_ms < 0)
		cue->start_ms = 0;
}

void
markup_end(struct markup *markup)
{
	struct cues *cues = markup->cues;
	struct cue *cue = &markup->cue;

	close_all(markup);
	mend_times(cue);
	if (markup->is_placed)
		cue->place =
		    subtitle_place_at(&markup->base, markup->x, markup->y);
	else if (markup->has_base || markup->is_aligned)
		cue->place = subtitle_place_of(&markup->base);
	cue->len = cues->text.len - cue->at;
	if (markup->has_text && cue->end_ms > cue->start_ms &&
	    cues->n < SUBTITLE_CUES_MAX) {
		keep(markup);
		return;
	}
	cues->text.len = cue->at;
	cues->text.data[cue->at] = '\0';
}
