/* Draws a progress bar. */
#include "daemon/miauctl/bar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/str.h"

enum { BAR = 30, WHAT_MAX = 36 };

void
bar_begin(struct bar *bar, const struct ctl *ctl)
{
	bar->is_shown = !ctl->is_json && isatty(STDERR_FILENO);
	bar->has_utf8 = ctl->has_utf8;
}

void
bar_show(struct bar *bar, int64_t done, int64_t total, const char *what)
{
	struct buf text;
	char *shown;
	int i, full;

	if (!bar->is_shown)
		return;
	full = total > 0 ? (int)(done * BAR / total) : 0;
	buf_init(&text, 1024);
	for (i = 0; i < BAR; i++)
		if (bar->has_utf8)
			buf_puts(
			    &text, i < full ? "\xe2\x96\x88" : "\xe2\x96\x91");
		else
			buf_puts(&text, i < full ? "#" : ".");
	shown = str_to_display(what, strnlen(what, WHAT_MAX));
	fprintf(stderr, "\r\033[K%s %lld/%lld  %s", text.data, (long long)done,
	    (long long)total, shown);
	free(shown);
	buf_fini(&text);
}

void
bar_end(struct bar *bar)
{
	if (bar->is_shown)
		fputs("\r\033[K", stderr);
}
