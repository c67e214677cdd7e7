/* Writes the page of trust. */
#include "daemon/miauctl/trust.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miauctl/cert.h"
#include "daemon/miauctl/run.h"
#include "daemon/miauctl/template.h"
#include "lib/base/address.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/mem.h"

enum { PAGE_MAX = 1024 * 1024, QR_MARGIN = 4 };

void
trust_url(const struct settings *settings, char *out, size_t size)
{
	struct address_list *list = mem_calloc(1, sizeof(*list));
	const struct address *best;
	char url[ADDRESS_URL_MAX];

	address_find(settings, list);
	best = address_in_house(list);
	address_plain_url(settings, best == NULL ? "localhost" : best->host,
	    url, sizeof(url));
	snprintf(out, size, "%strust/", url);
	free(list);
}

int
trust_put_squares(const char *ascii, struct buf *out)
{
	size_t len = strcspn(ascii, "\n"), x, y;
	const char *row = ascii;

	if (len == 0 || len % 2 != 0)
		return 0;
	for (y = 0; *row != '\0'; y++, row += len + 1) {
		if (strcspn(row, "\n") != len || row[len] != '\n')
			return 0;
		for (x = 0; x < len / 2; x++)
			if (row[2 * x] == '#')
				buf_printf(out, "M%zu %zuh1v1h-1z", x, y);
	}
	return y == len / 2 ? (int)y : 0;
}

/* Colours are attributes, as the pages' policy forbids styles within. */
static void
put_qr(const char *url, struct buf *out)
{
	const char *const argv[] = { "qrencode", "-t", "ASCII", "-m", "4", "-o",
		"-", url, NULL };
	struct buf ascii, squares;
	int size;

	buf_init(&ascii, PAGE_MAX);
	buf_init(&squares, PAGE_MAX);
	if (run_program(argv, -1, &ascii) == 0) {
		size = trust_put_squares(ascii.data, &squares);
		if (size > 0)
			buf_printf(out,
			    "<svg class=\"qr\" role=\"img\" aria-label=\"QR "
			    "code of this page's address\" viewBox=\"0 0 %d "
			    "%d\" shape-rendering=\"crispEdges\"><rect "
			    "width=\"%d\" height=\"%d\" fill=\"#fff\"/><path "
			    "d=\"%s\" fill=\"#000\"/></svg>",
			    size, size, size, size, squares.data);
	}
	buf_fini(&squares);
	buf_fini(&ascii);
}

static int
copy_style(const char *programs, const char *folder, struct err *err)
{
	char from[PATHS_MAX + 32], to[PATHS_MAX + 64];
	struct buf text;
	int result;

	snprintf(from, sizeof(from), "%s/share/trust.css", programs);
	snprintf(to, sizeof(to), "%s/style.css", folder);
	buf_init(&text, PAGE_MAX);
	result = fs_read(from, &text, err);
	if (result == 0)
		result = fs_write(to, text.data, text.len, 0644, err);
	buf_fini(&text);
	return result;
}

static int
write_page(const char *programs, const char *folder,
    const struct settings *settings, struct err *err)
{
	char path[PATHS_MAX + 64], url[ADDRESS_URL_MAX];
	struct cert_facts *facts = mem_calloc(1, sizeof(*facts));
	struct buf template, qr, page;
	int result;

	buf_init(&template, PAGE_MAX);
	buf_init(&qr, PAGE_MAX);
	buf_init(&page, PAGE_MAX);
	trust_url(settings, url, sizeof(url));
	put_qr(url, &qr);
	snprintf(path, sizeof(path), "%s/" TRUST_CERTIFICATE, folder);
	result = cert_read(path, facts, err);
	snprintf(path, sizeof(path), "%s/share/trust.html", programs);
	if (result == 0)
		result = fs_read(path, &template, err);
	if (result == 0)
		result = template_fill(template.data,
		    (const struct template_value[]){
			{ "URL", url },
			{ "QR", qr.data },
			{ "FINGERPRINT", facts->fingerprint },
			{ "CERTIFICATE", TRUST_CERTIFICATE },
			{ "BASE",
			    settings_text(settings, SETTING_HTTP_BASE_PATH) },
			{ NULL, NULL },
		    },
		    &page, err);
	snprintf(path, sizeof(path), "%s/index.html", folder);
	if (result == 0)
		result = fs_write(path, page.data, page.len, 0644, err);
	buf_fini(&page);
	buf_fini(&qr);
	buf_fini(&template);
	free(facts);
	return result;
}

int
trust_write(
    const struct paths *paths, const struct settings *settings, struct err *err)
{
	char programs[PATHS_MAX], folder[PATHS_MAX + 16];

	snprintf(folder, sizeof(folder), "%s/trust", paths->state);
	if (paths_programs(programs, sizeof(programs), err) == -1 ||
	    copy_style(programs, folder, err) == -1)
		return -1;
	return write_page(programs, folder, settings, err);
}
