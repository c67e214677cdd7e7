/*
 * QR codes (ISO/IEC 18004), drawn by libqrencode: for a terminal, and as squares
 * of an SVG.
 */
#ifndef LIB_BASE_QR_H
#define LIB_BASE_QR_H

#include <stdbool.h>

#include "lib/base/attr.h"
#include "lib/base/buf.h"

/* Appends lines for a terminal that shows UTF-8 and ANSI colours, two squares a
 * character. False for a text that fits into no code. */
bool qr_put_terminal(const char *text, struct buf *out) NONNULL MUST_CHECK;

/* Appends the path of an SVG, a unit a square, with the margin that cameras
 * need; returns its size each way, 0 for a text that fits into no code. */
int qr_put_path(const char *text, struct buf *out) NONNULL MUST_CHECK;

/* Appends a whole SVG. Colours are attributes, as a page's policy may forbid
 * styles within. label is said to who does not see it; it is escaped. False for
 * a text that fits into no code. */
bool qr_put_svg(
    const char *text, const char *label, struct buf *out) NONNULL MUST_CHECK;

#endif
