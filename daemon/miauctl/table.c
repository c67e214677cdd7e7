/* Aligns columns. */
#include "daemon/miauctl/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

#include "lib/base/mem.h"
#include "lib/base/str.h"

#define BOLD "\033[1m"
#define PLAIN "\033[0m"

enum { GAP = 2, NARROWEST = 8, OUTPUT_MAX = 64 * 1024 * 1024 };

struct table {
	size_t n_columns;
	bool is_right[TABLE_COLUMNS_MAX];
	size_t n_cells; /* with the headings */
	size_t room;
	char **cell;
};

static void
add_cell(struct table *table, char *text)
{
	if (table->n_cells == table->room) {
		table->room = table->room == 0 ? 64 : table->room * 2;
		table->cell =
		    mem_realloc(table->cell, table->room, sizeof(*table->cell));
	}
	table->cell[table->n_cells++] = text;
}

struct table *
table_new(const char *headings)
{
	struct table *table = mem_calloc(1, sizeof(*table));
	size_t len;
	char *text;

	for (;; headings += len + 1) {
		len = strcspn(headings, "|");
		text = mem_calloc(1, len + 1);
		memcpy(text, headings, len);
		if (len > 0 && text[len - 1] == '>') {
			table->is_right[table->n_columns] = true;
			text[len - 1] = '\0';
		}
		table->n_columns++;
		add_cell(table, text);
		if (headings[len] == '\0' ||
		    table->n_columns == TABLE_COLUMNS_MAX)
			return table;
	}
}

void
table_free(struct table *table)
{
	size_t i;

	for (i = 0; table != NULL && i < table->n_cells; i++)
		free(table->cell[i]);
	if (table != NULL)
		free(table->cell);
	free(table);
}

void
table_add(struct table *table, const char *text)
{
	if (text == NULL)
		text = "-";
	add_cell(table, str_to_display(text, strlen(text)));
}

void
table_addf(struct table *table, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	table_add(table, text);
}

/* The first code point of a text, its width and length. */
static size_t
step(const char *text, size_t *width)
{
	utf8proc_int32_t point;
	utf8proc_ssize_t len =
	    utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &point);
	int columns;

	if (len < 1) {
		*width = 1;
		return 1;
	}
	columns = utf8proc_charwidth(point);
	*width = columns > 0 ? (size_t)columns : 0;
	return (size_t)len;
}

size_t
table_text_width(const char *text)
{
	size_t width, total = 0;

	while (*text != '\0') {
		text += step(text, &width);
		total += width;
	}
	return total;
}

/* Columns of the terminal on standard output, 0 when it is none. */
static size_t
terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) ||
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == -1)
		return 0;
	return size.ws_col;
}

/* Appends as much of a text as fits `width`, and tells how many columns that
 * took. What is cut ends in an ellipsis. */
static size_t
put_cut(struct buf *out, const char *text, size_t width)
{
	size_t columns, len, used = 0;
	bool is_cut = table_text_width(text) > width;

	while (*text != '\0') {
		len = step(text, &columns);
		if (used + columns > (is_cut ? width - 1 : width))
			break;
		buf_append(out, text, len);
		used += columns;
		text += len;
	}
	if (is_cut) {
		buf_puts(out, "\xe2\x80\xa6");
		used++;
	}
	return used;
}

static void
measure(const struct table *table, size_t limit, size_t *width)
{
	size_t i, column, total, widest;

	memset(width, 0, TABLE_COLUMNS_MAX * sizeof(*width));
	for (i = 0; i < table->n_cells; i++) {
		column = table_text_width(table->cell[i]);
		if (column > width[i % table->n_columns])
			width[i % table->n_columns] = column;
	}
	while (limit > 0) {
		total = GAP * (table->n_columns - 1);
		for (widest = i = 0; i < table->n_columns; i++) {
			total += width[i];
			if (width[i] > width[widest])
				widest = i;
		}
		if (total <= limit || width[widest] <= NARROWEST)
			break;
		width[widest]--;
	}
}

static void
put_cell(
    const struct table *table, size_t i, const size_t *width, struct buf *out)
{
	size_t column = i % table->n_columns;
	bool is_last = column + 1 == table->n_columns;
	size_t used = table_text_width(table->cell[i]);

	if (table->is_right[column] && used < width[column])
		buf_printf(out, "%*s", (int)(width[column] - used), "");
	used = put_cut(out, table->cell[i], width[column]);
	if (is_last) {
		buf_puts(out, "\n");
		return;
	}
	if (table->is_right[column])
		used = width[column];
	buf_printf(out, "%*s", (int)(width[column] - used + GAP), "");
}

void
table_put(
    const struct table *table, size_t limit, bool has_colour, struct buf *out)
{
	size_t width[TABLE_COLUMNS_MAX];
	size_t i;

	measure(table, limit, width);
	if (has_colour)
		buf_puts(out, BOLD);
	for (i = 0; i < table->n_cells; i++) {
		put_cell(table, i, width, out);
		if (has_colour && i + 1 == table->n_columns)
			buf_puts(out, PLAIN);
	}
}

int
table_print(const struct ctl *ctl, struct table *table, const char *empty)
{
	struct buf text;

	buf_init(&text, OUTPUT_MAX);
	if (table->n_cells <= table->n_columns)
		buf_printf(&text, "%s\n", empty);
	else
		table_put(table, terminal_width(), ctl->has_colour, &text);
	fwrite(text.data, 1, text.len, stdout);
	buf_fini(&text);
	table_free(table);
	return CTL_OK;
}
