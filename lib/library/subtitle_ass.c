/*
 * Cues from the text of ASS and SSA: their styles say where lines stand that do
 * not say it themselves. One malformed line never spoils its neighbours.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/library/subtitle_part.h"

enum { COLUMNS_MAX = 32, STYLES_MAX = 1024, NUMBER_MAX = 24 };

enum column {
	START,
	END,
	TEXT,
	STYLE,
	NAME,
	BOLD,
	ITALIC,
	UNDERLINE,
	ALIGNMENT,
	MARGIN_L,
	MARGIN_R,
	MARGIN_V,
	N_COLUMNS
};

static const char *const column_names[N_COLUMNS] = { [START] = "Start",
	[END] = "End",
	[TEXT] = "Text",
	[STYLE] = "Style",
	[NAME] = "Name",
	[BOLD] = "Bold",
	[ITALIC] = "Italic",
	[UNDERLINE] = "Underline",
	[ALIGNMENT] = "Alignment",
	[MARGIN_L] = "MarginL",
	[MARGIN_R] = "MarginR",
	[MARGIN_V] = "MarginV" };

/* Which column of a line each is, -1: none. */
struct format {
	int at[N_COLUMNS];
};

/* What nearly all files say, for those that say nothing. */
#define EVENTS_USUAL                                                           \
	((struct format){ { 1, 2, 9, 3, 4, -1, -1, -1, -1, 5, 6, 7 } })
#define STYLES_USUAL                                                           \
	((struct format){ { -1, -1, -1, -1, 0, 7, 8, 9, 18, 19, 20, 21 } })

struct style {
	const char *name; /* in the file */
	size_t len;
	struct ass_base base; /* margins in the picture's units */
};

enum section { OTHER, INFO, STYLES, OLD_STYLES, EVENTS };

struct ass {
	enum section section;
	double width, height; /* 0: not said */
	struct format styles_format, events_format;
	struct style *styles;
	size_t n_styles;
	struct cues *cues;
};

static bool
is_word(const char *p, const char *word)
{
	size_t n = strlen(word);

	p = subtitle_skip_blanks(p);
	if (strncmp(p, word, n) != 0)
		return false;
	p = subtitle_skip_blanks(p + n);
	return *p == ',' || *p == '\n' || *p == '\0';
}

static void
read_format(const char *p, struct format *format)
{
	int column, i;

	for (i = 0; i < N_COLUMNS; i++)
		format->at[i] = -1;
	for (column = 0; column < COLUMNS_MAX; column++) {
		for (i = 0; i < N_COLUMNS; i++)
			if (is_word(p, column_names[i]))
				format->at[i] = column;
		p += strcspn(p, ",\n");
		if (*p++ != ',')
			break;
	}
}

/* The beginning of a column, NULL when there are fewer or it is unknown. */
static const char *
find_column(const char *p, int column)
{
	if (column < 0)
		return NULL;
	for (; column > 0; column--) {
		p += strcspn(p, ",\n");
		if (*p++ != ',')
			return NULL;
	}
	return subtitle_skip_blanks(p);
}

/* A number in a column, otherwise `none`. */
static double
read_number(const char *p, double none)
{
	char text[NUMBER_MAX];
	size_t len;
	char *end;
	double n;

	if (p == NULL)
		return none;
	len = strcspn(p, ",\n");
	if (len >= sizeof(text))
		return none;
	memcpy(text, p, len);
	text[len] = '\0';
	n = strtod(text, &end);
	return end != text && isfinite(n) ? n : none;
}

static int
percent_of(double part, double whole)
{
	return (int)lround(fmin(fmax(part * 100 / whole, 0), 100));
}

/* A size that is not said follows from the other one, as players have it. */
static void
read_picture(const struct ass *ass, struct ass_base *base)
{
	*base = ASS_BASE_USUAL;
	if (ass->width > 0 && ass->height > 0) {
		base->width = ass->width;
		base->height = ass->height;
	} else if (ass->width > 0) {
		base->width = ass->width;
		base->height = ass->width * 3 / 4;
	} else if (ass->height > 0) {
		base->width = ass->height * 4 / 3;
		base->height = ass->height;
	}
}

/* Margins in percent; a line's own go before its style's, unless they are 0. */
static void
read_margins(const struct ass *ass, const struct format *format,
    const char *line, struct ass_base *base)
{
	const enum column columns[] = { MARGIN_L, MARGIN_R, MARGIN_V };
	int *const margins[] = { &base->left, &base->right, &base->vertical };
	struct ass_base picture;
	double n;

	read_picture(ass, &picture);
	for (size_t i = 0; i < COUNT_OF(columns); i++) {
		n = read_number(find_column(line, format->at[columns[i]]), 0);
		if (n > 0)
			*margins[i] = percent_of(
			    n, i == 2 ? picture.height : picture.width);
	}
	base->width = picture.width;
	base->height = picture.height;
}

static void
read_style(struct ass *ass, const char *line)
{
	static const enum cue_row rows[] = { CUE_BOTTOM, CUE_MIDDLE, CUE_TOP };
	static const enum cue_column columns[] = { CUE_LEFT, CUE_CENTRE,
		CUE_RIGHT };
	static const enum column tags[MARKUP_TAGS] = { ITALIC, BOLD,
		UNDERLINE };
	const struct format *format = &ass->styles_format;
	const char *name = find_column(line, format->at[NAME]);
	struct style *style;
	struct cue_place old;
	int n;

	if (name == NULL || ass->n_styles == STYLES_MAX)
		return;
	style = &ass->styles[ass->n_styles++];
	memset(style, 0, sizeof(*style));
	name += *name == '*';
	style->name = name;
	style->len = strcspn(name, ",\n");
	n = (int)fmin(
	    fmax(read_number(find_column(line, format->at[ALIGNMENT]), 2), 1),
	    11);
	old = subtitle_ssa_align(n);
	style->base.row =
	    ass->section == OLD_STYLES || n > 9 ? old.row : rows[(n - 1) / 3];
	style->base.column = ass->section == OLD_STYLES || n > 9
	    ? old.column
	    : columns[(n - 1) % 3];
	for (int i = 0; i < MARKUP_TAGS; i++)
		style->base.has_tag[i] =
		    read_number(find_column(line, format->at[tags[i]]), 0) != 0;
	read_margins(ass, format, line, &style->base);
}

static void
find_style(const struct ass *ass, const char *name, struct ass_base *base)
{
	size_t len;

	read_picture(ass, base);
	if (name == NULL)
		return;
	name += *name == '*';
	len = strcspn(name, ",\n");
	/* the last of a name counts */
	for (size_t i = ass->n_styles; i > 0; i--) {
		const struct style *style = &ass->styles[i - 1];

		if (style->len == len && memcmp(style->name, name, len) == 0) {
			*base = style->base;
			return;
		}
	}
}

static void
read_text(struct markup *markup, const char *p)
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
			n = subtitle_char_len(p);
			markup_text(markup, p, n);
		}
		p += n;
	}
}

static void
read_dialogue(const struct ass *ass, const char *line)
{
	const struct format *format = &ass->events_format;
	const char *start = find_column(line, format->at[START]);
	const char *end = find_column(line, format->at[END]);
	const char *text = find_column(line, format->at[TEXT]), *behind;
	struct ass_base base;
	struct markup markup;
	int64_t start_ms, end_ms;

	if (start == NULL || end == NULL || text == NULL ||
	    !subtitle_read_time(start, &behind, &start_ms) ||
	    !subtitle_read_time(end, &behind, &end_ms))
		return;
	markup_begin(&markup, ass->cues, start_ms, end_ms);
	find_style(ass, find_column(line, format->at[STYLE]), &base);
	read_margins(ass, format, line, &base);
	markup_style(&markup, &base);
	read_text(&markup, text);
	markup_end(&markup);
}

static enum section
section_of(const char *line)
{
	static const struct {
		const char *name;
		enum section section;
	} sections[] = { { "[Script Info]", INFO }, { "[V4+ Styles]", STYLES },
		{ "[V4 Styles]", OLD_STYLES }, { "[Events]", EVENTS } };
	size_t i;

	for (i = 0; i < COUNT_OF(sections); i++)
		if (strncasecmp(
			line, sections[i].name, strlen(sections[i].name)) == 0)
			return sections[i].section;
	return OTHER;
}

static void
read_info(struct ass *ass, const char *line)
{
	const char *rest;

	if ((rest = str_after(line, "PlayResX:")) != NULL)
		ass->width = read_number(subtitle_skip_blanks(rest), 0);
	else if ((rest = str_after(line, "PlayResY:")) != NULL)
		ass->height = read_number(subtitle_skip_blanks(rest), 0);
}

static void
read_line(struct ass *ass, const char *line)
{
	bool in_styles = ass->section == STYLES || ass->section == OLD_STYLES;
	const char *rest;

	if (ass->section == INFO)
		read_info(ass, line);
	else if (ass->section != EVENTS && !in_styles)
		return;
	else if ((rest = str_after(line, "Format:")) != NULL)
		read_format(rest,
		    in_styles ? &ass->styles_format : &ass->events_format);
	else if (in_styles && (rest = str_after(line, "Style:")) != NULL)
		read_style(ass, rest);
	else if (!in_styles && (rest = str_after(line, "Dialogue:")) != NULL)
		read_dialogue(ass, rest);
}

void
subtitle_read_ass(const char *text, struct cues *cues)
{
	struct ass ass = { .styles_format = STYLES_USUAL,
		.events_format = EVENTS_USUAL,
		.cues = cues };

	ass.styles = mem_calloc(STYLES_MAX, sizeof(*ass.styles));
	for (; *text != '\0'; text = subtitle_next_line(text))
		if (*text == '[')
			ass.section = section_of(text);
		else
			read_line(&ass, text);
	free(ass.styles);
}
