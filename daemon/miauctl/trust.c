/* Writes the page of trust. */
#include "daemon/miauctl/trust.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miauctl/cert.h"
#include "daemon/miauctl/template.h"
#include "lib/base/address.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/mem.h"
#include "lib/base/qr.h"

enum { PAGE_MAX = 1024 * 1024 };

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
	if (!qr_put_svg(url, "QR code of this page's address", &qr))
		buf_reset(&qr);
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
