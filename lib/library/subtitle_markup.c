/*
 * The text of a cue while it is written: escaped for WebVTT, tags balanced,
 * no empty line (which would end the cue).
 */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/library/subtitle_part.h"

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
}

/* Something visible follows. */
static void
pay_newline(struct markup *markup)
{
	if (markup->owes_newline && markup->has_text)
		buf_puts(&markup->cues->text, "\n");
	markup->owes_newline = false;
	markup->has_text = true;
}

void
markup_raw(struct markup *markup, const char *bytes, size_t len)
{
	pay_newline(markup);
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

/* Closes the tags above `i` in order, which cannot be known otherwise than by
 * closing all and opening the others again. */
static void
close_all(struct markup *markup)
{
	int i;

	for (i = MARKUP_TAGS - 1; i >= 0; i--)
		if (markup->is_open[i])
			buf_printf(&markup->cues->text, "</%c>", tags[i]);
}

static void
open_all(struct markup *markup)
{
	int i;

	for (i = 0; i < MARKUP_TAGS; i++)
		if (markup->is_open[i])
			buf_printf(&markup->cues->text, "<%c>", tags[i]);
}

void
markup_tag(struct markup *markup, char tag, bool is_open)
{
	int i;

	for (i = 0; i < MARKUP_TAGS; i++) {
		if (tags[i] != tag || markup->is_open[i] == is_open)
			continue;
		close_all(markup);
		/* The newline stands outside, so that no line begins with the
		 * end of what the line before opened. */
		if (is_open && markup->owes_newline && markup->has_text) {
			buf_puts(&markup->cues->text, "\n");
			markup->owes_newline = false;
		}
		markup->is_open[i] = is_open;
		open_all(markup);
	}
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One override; p stands behind its backslash, `left` bytes follow. */
static void
apply_override(struct markup *markup, const char *p, size_t left)
{
	if (left >= 3 && p[0] == 'a' && p[1] == 'n')
		markup->cue.place = p[2] >= '7' ? CUE_TOP
		    : p[2] >= '4'               ? CUE_MIDDLE
						: CUE_BOTTOM;
	else if (left < 2 || !is_digit(p[1]))
		return;
	else if (p[0] == 'p')
		markup->is_drawing = p[1] != '0';
	else
		markup_tag(markup, p[0], p[1] != '0');
}

void
markup_override(struct markup *markup, const char *block, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (block[i] == '\\')
			apply_override(markup, block + i + 1, len - i - 1);
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

void
markup_end(struct markup *markup)
{
	struct cues *cues = markup->cues;
	struct cue *cue = &markup->cue;

	close_all(markup);
	cue->len = cues->text.len - cue->at;
	if (markup->has_text && cue->end_ms > cue->start_ms &&
	    cues->n < SUBTITLE_CUES_MAX) {
		keep(markup);
		return;
	}
	cues->text.len = cue->at;
	cues->text.data[cue->at] = '\0';
}
