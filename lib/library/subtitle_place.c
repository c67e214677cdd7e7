/*
 * Where a cue stands, as WebVTT says it. Only what every browser understands is
 * written: the line is the top of the cue's box in percent, so that what stands
 * on its foot is moved up by its lines.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/library/subtitle_part.h"

enum {
	LINE = 6,  /* percent of the picture's height that a line takes */
	FOOT = 85, /* what begins as low is where subtitles usually are */
	MARGIN = 15,
	SIDE = 5,
	DVD_WIDTH = 720,
	DVD_HEIGHT = 576,
	FIELD_MAX = 24,
};

static int
percent(double part, double whole)
{
	double share = whole > 0 ? part * 100 / whole : 50;

	return (int)lround(fmin(fmax(share, 0), 100));
}

struct cue_place
subtitle_ssa_align(int n)
{
	static const enum cue_column columns[] = { CUE_CENTRE, CUE_LEFT,
		CUE_CENTRE, CUE_RIGHT };
	struct cue_place place = CUE_PLACE_USUAL;

	if (n < 1 || n > 11)
		return place;
	place.row = n >= 9 ? CUE_MIDDLE : n >= 5 ? CUE_TOP : CUE_BOTTOM;
	place.column = columns[n % 4];
	return place;
}

/* Margins as nearly every style has them are the player's own affair. */
struct cue_place
subtitle_place_of(const struct ass_base *base)
{
	struct cue_place place = { base->row, base->column, CUE_UNSET,
		CUE_UNSET };
	int middle = 50 + (base->left - base->right) / 2;

	if (base->column == CUE_LEFT && base->left > SIDE)
		place.x = base->left;
	else if (base->column == CUE_RIGHT && base->right > SIDE)
		place.x = 100 - base->right;
	else if (base->column == CUE_CENTRE && abs(middle - 50) > SIDE)
		place.x = middle;
	if (base->vertical > MARGIN && base->row != CUE_MIDDLE)
		place.y = base->row == CUE_TOP ? base->vertical
					       : 100 - base->vertical;
	return place;
}

struct cue_place
subtitle_place_at(const struct ass_base *base, double x, double y)
{
	struct cue_place place = { base->row, base->column,
		percent(x, base->width), percent(y, base->height) };

	if (place.column == CUE_CENTRE && abs(place.x - 50) <= SIDE)
		place.x = CUE_UNSET;
	if (place.row == CUE_BOTTOM && place.y >= FOOT)
		place.y = CUE_UNSET;
	return place;
}

static int
top_of(const struct cue_place *place, int lines)
{
	static const int halves[] = { [CUE_BOTTOM] = 2, [CUE_MIDDLE] = 1 };
	int height = LINE * lines, top = place->y;

	if (top == CUE_UNSET)
		top = place->row == CUE_TOP ? 0 : 50;
	if (place->row != CUE_TOP)
		top -= height * halves[place->row] / 2;
	if (top > 100 - height)
		top = 100 - height;
	return top < 0 ? 0 : top;
}

void
subtitle_write_place(struct buf *out, const struct cue_place *place, int lines)
{
	static const char *const columns[] = { [CUE_CENTRE] = "",
		[CUE_LEFT] = " align:left",
		[CUE_RIGHT] = " align:right",
		[CUE_START] = " align:start",
		[CUE_END] = " align:end" };

	if (place->row != CUE_BOTTOM || place->y != CUE_UNSET)
		buf_printf(out, " line:%d%%", top_of(place, lines));
	if (place->x != CUE_UNSET)
		buf_printf(out, " position:%d%%", place->x);
	buf_puts(out, columns[place->column]);
}

/* The value of a setting in its line: "line:0%" of "… line:0% align:start". */
static bool
find_field(const char *line, const char *name, char value[FIELD_MAX])
{
	size_t len = strcspn(line, "\n"), n;
	const char *at = memmem(line, len, name, strlen(name));

	if (at == NULL || at == line || (at[-1] != ' ' && at[-1] != '\t'))
		return false;
	at += strlen(name);
	n = strcspn(at, " \t\n");
	if (n == 0 || n >= FIELD_MAX)
		return false;
	memcpy(value, at, n);
	value[n] = '\0';
	return true;
}

/* A line in percent, or counted from the top or, below zero, from the foot. */
static void
read_line(const char *value, struct cue_place *place)
{
	char *end;
	double n = strtod(value, &end);

	if (end == value || !isfinite(n))
		return;
	if (*end != '%')
		n = n < 0 ? 100 + n * LINE : n * LINE;
	n = fmin(fmax(n, 0), 100);
	if (n >= FOOT)
		return;
	place->row = CUE_TOP;
	place->y = (int)lround(n);
}

static enum cue_column
column_of(const char *value)
{
	static const char *const names[] = { [CUE_LEFT] = "left",
		[CUE_RIGHT] = "right",
		[CUE_START] = "start",
		[CUE_END] = "end" };

	for (int i = CUE_LEFT; i <= CUE_END; i++)
		if (strcmp(value, names[i]) == 0)
			return (enum cue_column)i;
	return CUE_CENTRE;
}

struct cue_place
subtitle_read_vtt_place(const char *line)
{
	struct cue_place place = CUE_PLACE_USUAL;
	char value[FIELD_MAX], *end;
	double x;

	/* What runs downwards elsewhere is shown in lines here. */
	if (find_field(line, "vertical:", value))
		return place;
	if (find_field(line, "line:", value))
		read_line(value, &place);
	if (find_field(line, "align:", value))
		place.column = column_of(value);
	if (find_field(line, "position:", value)) {
		x = strtod(value, &end);
		if (end != value && *end == '%' && x >= 0 && x <= 100)
			place.x = (int)lround(x);
	}
	return place;
}

struct cue_place
subtitle_read_srt_place(const char *line)
{
	static const char *const names[] = { "X1:", "X2:", "Y1:", "Y2:" };
	static const struct ass_base dvd = { .width = DVD_WIDTH,
		.height = DVD_HEIGHT };
	struct cue_place place = CUE_PLACE_USUAL;
	char value[FIELD_MAX], *end;
	double at[COUNT_OF(names)];

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (!find_field(line, names[i], value))
			return place;
		at[i] = strtod(value, &end);
		if (*end != '\0' || !(at[i] >= 0 && at[i] <= DVD_WIDTH))
			return place;
	}
	if (at[1] <= at[0] || at[3] <= at[2])
		return place;
	return subtitle_place_at(&dvd, (at[0] + at[1]) / 2, at[3]);
}
