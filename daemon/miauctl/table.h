/*
 * Tables for a terminal: columns as wide as their content, measured in the
 * columns that the terminal uses (a CJK character takes two, a combining mark
 * none). On a terminal too narrow the widest column is shortened; into a file
 * or pipe nothing is.
 */
#ifndef DAEMON_MIAUCTL_TABLE_H
#define DAEMON_MIAUCTL_TABLE_H

#include <stddef.h>

#include "daemon/miauctl/ctl.h"
#include "lib/base/attr.h"
#include "lib/base/buf.h"

enum { TABLE_COLUMNS_MAX = 12 };

struct table;

/* Headings as "Name|Size>|State": '>' behind one aligns its column right. */
struct table *table_new(
    const char *headings) NONNULL RETURNS_NONNULL MUST_CHECK;
void table_free(struct table *table);

/* The next cell, row by row. NULL is shown as "-". Invalid UTF-8 and control
 * characters become U+FFFD. */
void table_add(struct table *table, const char *text) NONNULL_ARGS(1);
void table_addf(struct table *table, const char *fmt, ...) NONNULL
    PRINTF_LIKE(2, 3);

/* Appends the table; width 0: as wide as needed. */
void table_put(const struct table *table, size_t width, bool has_colour,
    struct buf *out) NONNULL;

/* Prints it and frees it; a table without rows prints `empty` instead. Returns
 * CTL_OK. */
int table_print(
    const struct ctl *ctl, struct table *table, const char *empty) NONNULL;

/* Columns that a text takes. */
size_t table_text_width(const char *utf8) NONNULL MUST_CHECK;

#endif
