/*
 * Cues from the text of SRT, WebVTT and ASS. One malformed cue never spoils
 * its neighbours.
 */
#include <string.h>

#include "lib/base/str.h"
#include "lib/library/subtitle_part.h"

enum { HOURS_MAX = 99, COLUMNS_MAX = 32 };

/* Up to `max` digits; how many were read. */
static int
read_digits(const char **at, int max, int64_t *out)
{
	int n = 0;

	*out = 0;
	while (n < max && **at >= '0' && **at <= '9') {
		*out = *out * 10 + (**at - '0');
		(*at)++;
		n++;
	}
	return n;
}

/* "1:02:03,456", hours optional, ',' or '.', one to three decimals; *end
 * behind it. -1 when it is none. */
static int64_t
read_time(const char *text, const char **end)
{
	int64_t part[3], ms;
	int n = 0, digits;

	do {
		if (n > 0)
			text++;
		if (read_digits(&text, n == 0 ? 4 : 2, &part[n]) == 0)
			return -1;
		n++;
	} while (n < 3 && *text == ':');
	if (n < 2 || (*text != ',' && *text != '.'))
		return -1;
	text++;
	digits = read_digits(&text, 3, &ms);
	if (digits == 0)
		return -1;
	for (; digits < 3; digits++)
		ms *= 10;
	*end = text;
	if (n == 2)
		return (part[0] * 60 + part[1]) * 1000 + ms;
	if (part[0] > HOURS_MAX)
		return -1;
	return (part[0] * 3600 + part[1] * 60 + part[2]) * 1000 + ms;
}

static const char *
skip_blanks(const char *p)
{
	while (*p == ' ' || *p == '\t')
		p++;
	return p;
}

static const char *
next_line(const char *p)
{
	p += strcspn(p, "\n");
	return *p == '\n' ? p + 1 : p;
}

static bool
is_blank(const char *line)
{
	line = skip_blanks(line);
	return *line == '\n' || *line == '\0';
}

/* A line "00:00:01,000 --> 00:00:02,000 …". */
static bool
read_timing(const char *line, int64_t *start_ms, int64_t *end_ms)
{
	const char *p;

	*start_ms = read_time(skip_blanks(line), &p);
	if (*start_ms < 0)
		return false;
	p = skip_blanks(p);
	if (strncmp(p, "-->", 3) != 0)
		return false;
	*end_ms = read_time(skip_blanks(p + 3), &p);
	return *end_ms >= 0;
}

/* Bytes of the character at p. */
static size_t
char_len(const char *p)
{
	size_t n = 1;

	while ((p[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* A character reference of WebVTT at '&', its length or 0. */
static size_t
reference_len(const char *p)
{
	size_t n = 1 +
	    strspn(p + 1,
		"#0123456789abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return n > 1 && n < 12 && p[n] == ';' ? n + 1 : 0;
}

/* "<i>", "</b>", "<font …>", "<c.red>": its length, 0 when '<' is text. In SRT
 * only letters make a tag; in WebVTT every '<' does. */
static size_t
tag_len(const char *p, bool is_vtt)
{
	const char *name = p + 1 + (p[1] == '/');
	size_t n = strcspn(p, ">\n");
	bool is_word =
	    (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z');

	return p[n] == '>' && (is_word || is_vtt) ? n + 1 : 0;
}

static void
apply_tag(struct markup *markup, const char *p)
{
	bool is_open = p[1] != '/';
	const char *name = p + 1 + !is_open;
	char letter = (char)(*name | 0x20);

	/* "<b>" and "<i.class>", not "<br>". */
	if (strchr(">. ", name[1]) != NULL && name[1] != '\0')
		markup_tag(markup, letter, is_open);
}

/* One line of a cue. */
static void
read_line(struct markup *markup, const char *p, bool is_vtt)
{
	size_t n;

	while (*p != '\n' && *p != '\0') {
		if (*p == '<' && (n = tag_len(p, is_vtt)) > 0) {
			apply_tag(markup, p);
		} else if (!is_vtt && p[0] == '{' && p[1] == '\\' &&
		    p[n = strcspn(p, "}\n")] == '}') {
			n++;
			markup_override(markup, p + 1, n - 2);
		} else if (is_vtt && *p == '&' && (n = reference_len(p)) > 0) {
			markup_raw(markup, p, n);
		} else {
			n = char_len(p);
			markup_text(markup, p, n);
		}
		p += n;
	}
	markup_newline(markup);
}

/* The number before the next cue's times, when the blank line between them is
 * missing. */
static bool
is_next_number(const char *line)
{
	int64_t start, end;
	size_t n = strspn(skip_blanks(line), "0123456789");
	const char *rest = skip_blanks(line) + n;

	return n > 0 && is_blank(rest) &&
	    read_timing(next_line(line), &start, &end);
}

/* Where WebVTT puts a cue: "line:0" and the like mean the top. */
static enum cue_place
read_place(const char *line)
{
	const char *at =
	    memmem(line, strcspn(line, "\n"), " line:", strlen(" line:"));
	int64_t percent;

	if (at == NULL)
		return CUE_BOTTOM;
	at += strlen(" line:");
	if (read_digits(&at, 4, &percent) == 0)
		return CUE_BOTTOM;
	if (*at != '%')
		return percent <= 4 ? CUE_TOP : CUE_BOTTOM;
	return percent < 30 ? CUE_TOP : percent < 70 ? CUE_MIDDLE : CUE_BOTTOM;
}

void
subtitle_read_blocks(const char *text, bool is_vtt, struct cues *cues)
{
	struct markup markup;
	int64_t start, end;

	while (*text != '\0') {
		if (!read_timing(text, &start, &end)) {
			text = next_line(text);
			continue;
		}
		markup_begin(&markup, cues, start, end);
		if (is_vtt)
			markup.cue.place = read_place(text);
		text = next_line(text);
		while (*text != '\0' && !is_blank(text) &&
		    !read_timing(text, &start, &end) &&
		    (is_vtt || !is_next_number(text))) {
			read_line(&markup, text, is_vtt);
			text = next_line(text);
		}
		markup_end(&markup);
	}
}

/* Which columns of a "Dialogue:" line matter. */
struct ass_format {
	int start, end, text;
};

static bool
is_word(const char *p, const char *word)
{
	size_t n = strlen(word);

	p = skip_blanks(p);
	if (strncmp(p, word, n) != 0)
		return false;
	p = skip_blanks(p + n);
	return *p == ',' || *p == '\n' || *p == '\0';
}

static void
read_format(const char *p, struct ass_format *format)
{
	int column;

	*format = (struct ass_format){ -1, -1, -1 };
	for (column = 0; column < COLUMNS_MAX; column++) {
		if (is_word(p, "Start"))
			format->start = column;
		else if (is_word(p, "End"))
			format->end = column;
		else if (is_word(p, "Text"))
			format->text = column;
		p += strcspn(p, ",\n");
		if (*p++ != ',')
			break;
	}
}

/* The beginning of a column, NULL when there are fewer. */
static const char *
find_column(const char *p, int column)
{
	for (; column > 0; column--) {
		p += strcspn(p, ",\n");
		if (*p++ != ',')
			return NULL;
	}
	return p;
}

static void
read_ass_text(struct markup *markup, const char *p)
{
	size_t n;

	while (*p != '\n' && *p != '\0') {
		n = 1;
		if (*p == '{' && p[n = strcspn(p, "}\n")] == '}') {
			n++;
			markup_override(markup, p + 1, n - 2);
		} else if (p[0] == '\\' && (p[1] == 'N' || p[1] == 'n')) {
			n = 2;
			markup_newline(markup);
		} else if (p[0] == '\\' && p[1] == 'h') {
			n = 2;
			markup_text(markup, " ", 1);
		} else {
			n = char_len(p);
			markup_text(markup, p, n);
		}
		p += n;
	}
}

static void
read_dialogue(const char *p, const struct ass_format *format, struct cues *cues)
{
	const char *start = find_column(p, format->start);
	const char *end = find_column(p, format->end);
	const char *text = find_column(p, format->text), *behind;
	struct markup markup;
	int64_t start_ms, end_ms;

	if (start == NULL || end == NULL || text == NULL)
		return;
	start_ms = read_time(skip_blanks(start), &behind);
	end_ms = read_time(skip_blanks(end), &behind);
	if (start_ms < 0 || end_ms < 0)
		return;
	markup_begin(&markup, cues, start_ms, end_ms);
	read_ass_text(&markup, text);
	markup_end(&markup);
}

void
subtitle_read_ass(const char *text, struct cues *cues)
{
	/* What nearly all files say, for those that say nothing. */
	struct ass_format format = { 1, 2, 9 };
	bool in_events = false;
	const char *rest;

	for (; *text != '\0'; text = next_line(text)) {
		if (*text == '[')
			in_events = strncmp(text, "[Events]", 8) == 0;
		else if (!in_events)
			continue;
		else if ((rest = str_after(text, "Format:")) != NULL)
			read_format(rest, &format);
		else if ((rest = str_after(text, "Dialogue:")) != NULL &&
		    format.start >= 0 && format.end >= 0 && format.text >= 0)
			read_dialogue(skip_blanks(rest), &format, cues);
	}
}
