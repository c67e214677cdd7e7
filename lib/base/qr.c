/* Draws what libqrencode has encoded. */
#include "lib/base/qr.h"

#include <qrencode.h>
#include <stdlib.h>

enum { MARGIN = 4 }; /* squares, as the standard asks */

/* Squares of a code; outside of it all are light. */
static bool
is_dark(const QRcode *code, int x, int y)
{
	if (x < 0 || y < 0 || x >= code->width || y >= code->width)
		return false;
	return (code->data[y * code->width + x] & 1) != 0;
}

static QRcode *
encode(const char *text)
{
	return QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
}

bool
qr_put_terminal(const char *text, struct buf *out)
{
	/* By the upper and the lower square: light ones are drawn, dark ones are
	 * the ground. */
	static const char *const halves[2][2] = { { "\u2588", "\u2580" },
		{ "\u2584", " " } };
	QRcode *code = encode(text);
	int x, y, end;

	if (code == NULL)
		return false;
	end = code->width + MARGIN;
	for (y = -MARGIN; y < end; y += 2) {
		buf_puts(out, "\033[40;37;1m");
		for (x = -MARGIN; x < end; x++)
			buf_puts(out,
			    halves[is_dark(code, x, y)]
				  [is_dark(code, x, y + 1)]);
		buf_puts(out, "\033[0m\n");
	}
	QRcode_free(code);
	return true;
}

int
qr_put_path(const char *text, struct buf *out)
{
	QRcode *code = encode(text);
	int x, y, from, size;

	if (code == NULL)
		return 0;
	for (y = 0; y < code->width; y++)
		for (x = 0; x < code->width; x++) {
			from = x;
			while (is_dark(code, x, y))
				x++;
			if (x > from)
				buf_printf(out, "M%d %dh%dv1h-%dz",
				    from + MARGIN, y + MARGIN, x - from,
				    x - from);
		}
	size = code->width + 2 * MARGIN;
	QRcode_free(code);
	return size;
}

/* An attribute's text (XML). */
static void
put_escaped(const char *text, struct buf *out)
{
	for (; *text != '\0'; text++)
		switch (*text) {
		case '&':
			buf_puts(out, "&amp;");
			break;
		case '<':
			buf_puts(out, "&lt;");
			break;
		case '"':
			buf_puts(out, "&quot;");
			break;
		default:
			buf_append(out, text, 1);
		}
}

bool
qr_put_svg(const char *text, const char *label, struct buf *out)
{
	struct buf path;
	int size;

	buf_init(&path, 256 * 1024);
	size = qr_put_path(text, &path);
	if (size > 0) {
		buf_puts(out,
		    "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"qr\" "
		    "role=\"img\" aria-label=\"");
		put_escaped(label, out);
		buf_printf(out,
		    "\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
		    "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>"
		    "<path d=\"%s\" fill=\"#000\"/></svg>",
		    size, size, size, size, path.data);
	}
	buf_fini(&path);
	return size > 0;
}
