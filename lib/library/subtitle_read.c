/*
 * Cues from the text of SRT and WebVTT. One malformed cue never spoils its
 * neighbours.
 */
#include <string.h>

#include "lib/library/subtitle_part.h"

enum { HOURS_MAX = 100 };

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

/* Decimals to milliseconds: "5" is half a second, of "1234" three count. */
static int64_t
read_decimals(const char **at)
{
	int64_t ms;
	int n = read_digits(at, 3, &ms);

	for (; n < 3; n++)
		ms *= 10;
	while (**at >= '0' && **at <= '9')
		(*at)++;
	return ms;
}

bool
subtitle_read_time(const char *text, const char **end, int64_t *ms)
{
	int64_t part[3] = { 0 }, seconds;
	bool is_negative = *text == '-';
	const char *next;
	int n = 0;

	text += is_negative;
	do {
		text = n > 0 ? subtitle_skip_blanks(text + 1) : text;
		if (read_digits(&text, n == 0 ? 4 : 2, &part[n]) == 0)
			return false;
		n++;
	} while (n < 3 && *text == ':');
	if (n < 2)
		return false;
	seconds = n == 2 ? part[0] * 60 + part[1]
			 : part[0] * 3600 + part[1] * 60 + part[2];
	*ms = seconds * 1000;
	/* also "00:00:01:500", and a blank behind the comma */
	if (*text == ',' || *text == '.' || (n == 3 && *text == ':')) {
		next = subtitle_skip_blanks(text + 1);
		if (*next < '0' || *next > '9')
			return false;
		*ms += read_decimals(&next);
		text = next;
	}
	if (is_negative)
		*ms = -*ms;
	*end = text;
	return seconds < HOURS_MAX * 3600;
}

const char *
subtitle_skip_blanks(const char *p)
{
	while (*p == ' ' || *p == '\t')
		p++;
	return p;
}

const char *
subtitle_next_line(const char *p)
{
	p += strcspn(p, "\n");
	return *p == '\n' ? p + 1 : p;
}

static bool
is_blank(const char *line)
{
	line = subtitle_skip_blanks(line);
	return *line == '\n' || *line == '\0';
}

/* A line "00:00:01,000 --> 00:00:02,000 …", the arrow also shorter; *rest is
 * what follows the times. */
static bool
read_timing(
    const char *line, int64_t *start_ms, int64_t *end_ms, const char **rest)
{
	const char *p;
	size_t dashes;

	if (!subtitle_read_time(subtitle_skip_blanks(line), &p, start_ms))
		return false;
	p = subtitle_skip_blanks(p);
	dashes = strspn(p, "-");
	p = subtitle_skip_blanks(p + dashes);
	return dashes > 0 && *p == '>' &&
	    subtitle_read_time(subtitle_skip_blanks(p + 1), rest, end_ms);
}

static bool
is_timing(const char *line)
{
	int64_t start_ms, end_ms;
	const char *rest;

	return read_timing(line, &start_ms, &end_ms, &rest);
}

size_t
subtitle_char_len(const char *p)
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
			n = subtitle_char_len(p);
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
	size_t n = strspn(subtitle_skip_blanks(line), "0123456789");
	const char *rest = subtitle_skip_blanks(line) + n;

	return n > 0 && is_blank(rest) && is_timing(subtitle_next_line(line));
}

void
subtitle_read_blocks(const char *text, bool is_vtt, struct cues *cues)
{
	struct markup markup;
	int64_t start_ms, end_ms;
	const char *rest;

	while (*text != '\0') {
		if (!read_timing(text, &start_ms, &end_ms, &rest)) {
			text = subtitle_next_line(text);
			continue;
		}
		markup_begin(&markup, cues, start_ms, end_ms);
		markup.cue.place = is_vtt ? subtitle_read_vtt_place(rest)
					  : subtitle_read_srt_place(rest);
		text = subtitle_next_line(text);
		while (*text != '\0' && !is_blank(text) && !is_timing(text) &&
		    (is_vtt || !is_next_number(text))) {
			read_line(&markup, text, is_vtt);
			text = subtitle_next_line(text);
		}
		markup_end(&markup);
	}
}
