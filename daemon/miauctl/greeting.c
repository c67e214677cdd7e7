/* Addresses and the first visit. */
#include "daemon/miauctl/greeting.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "daemon/miauctl/prepare.h"
#include "daemon/miauctl/webconf.h"
#include "lib/base/fs.h"
#include "lib/base/random.h"
#include "lib/base/str.h"
#include "lib/db/db.h"
#include "lib/store/users.h"

enum { CODE_LETTERS = 12, CODE_GROUP = 4, NOTE_MAX = 1024 };

struct place {
	const char *bind;
	bool is_ipv6;
	bool is_loopback;
	int port;
	const char *base;
	const char *public_url;
};

static void
put_url(
    const struct place *place, const char *host, bool is_ipv6, struct buf *out)
{
	buf_printf(
	    out, "http://%s%s%s", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "");
	if (place->port != 80)
		buf_printf(out, ":%d", place->port);
	buf_puts(out, place->base);
}

static int
find_place(
    const struct ctl *ctl, char bind[64], struct place *place, struct err *err)
{
	if (webconf_bind(ctl->settings, bind, &place->is_ipv6,
		&place->is_loopback, err) == -1)
		return -1;
	place->bind = bind;
	place->port = (int)settings_int(ctl->settings, SETTING_HTTP_PORT);
	place->base = settings_text(ctl->settings, SETTING_HTTP_BASE_PATH);
	place->public_url =
	    settings_text(ctl->settings, SETTING_HTTP_PUBLIC_URL);
	return 0;
}

static bool
is_everywhere(const struct place *place)
{
	return strcmp(place->bind, "0.0.0.0") == 0 ||
	    strcmp(place->bind, "::") == 0;
}

/* Settings of whoever asks may differ from those of the supervisor, so it
 * leaves a note where it serves. */
static void
note_path(const struct ctl *ctl, char out[PATHS_MAX + 16])
{
	snprintf(out, PATHS_MAX + 16, "%s/up.address", ctl->paths.run);
}

static bool
read_note(const struct ctl *ctl, char *out, size_t size)
{
	char path[PATHS_MAX + 16];
	struct err ignored;
	struct buf text;
	bool found;

	note_path(ctl, path);
	buf_init(&text, NOTE_MAX);
	found = fs_read(path, &text, &ignored) == 0 && text.len > 0 &&
	    text.len < size;
	if (found)
		snprintf(out, size, "%s", text.data);
	buf_fini(&text);
	return found;
}

static void
address_by_settings(const struct ctl *ctl, char *out, size_t size)
{
	struct place place;
	struct buf url;
	struct err ignored;
	char bind[64];

	buf_init(&url, 1024);
	if (find_place(ctl, bind, &place, &ignored) == 0) {
		if (is_everywhere(&place))
			place.bind = place.is_ipv6 ? "::1" : "127.0.0.1";
		put_url(&place, place.bind, place.is_ipv6, &url);
	}
	snprintf(out, size, "%s", url.data);
	buf_fini(&url);
}

void
greeting_address(const struct ctl *ctl, char *out, size_t size)
{
	if (prepare_find_supervisor(ctl) == 0 || !read_note(ctl, out, size))
		address_by_settings(ctl, out, size);
}

int
greeting_note(const struct ctl *ctl, struct err *err)
{
	char path[PATHS_MAX + 16], address[NOTE_MAX];

	note_path(ctl, path);
	address_by_settings(ctl, address, sizeof(address));
	return fs_write(path, address, strlen(address), 0640, err);
}

/* Letters that cannot be taken for each other, in groups: "k7qm-…". */
static void
make_code(char out[CODE_LETTERS + CODE_LETTERS / CODE_GROUP])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
	int i, at = 0;

	for (i = 0; i < CODE_LETTERS; i++) {
		if (i > 0 && i % CODE_GROUP == 0)
			out[at++] = '-';
		out[at++] = letters[random_below(sizeof(letters) - 1)];
	}
	out[at] = '\0';
}

static bool
has_administrator(const struct ctl *ctl)
{
	struct err ignored;
	struct db_pool *pool =
	    db_pool_new(ctl->paths.database, DB_READ, 1, true, &ignored);
	bool exists = true;
	struct db *db;

	if (pool == NULL)
		return true;
	db = db_open(pool);
	if (store_user_admin_exists(db, &exists, &ignored) != STORE_OK)
		exists = true;
	db_close(db);
	db_pool_free(pool);
	return exists;
}

/* One line per address, `tail` behind each. */
static void
put_addresses(const struct place *place, const char *label, const char *tail,
    struct buf *out)
{
	uv_interface_address_t *list = NULL;
	char host[64];
	int i, n = 0;

	if (place->public_url[0] != '\0')
		buf_printf(out, "  %s  %s%s%s\n", label, place->public_url,
		    str_ends(place->public_url, "/") ? "" : "/", tail);
	if (!is_everywhere(place)) {
		buf_printf(out, "  %s  ", label);
		put_url(place, place->bind, place->is_ipv6, out);
		buf_printf(out, "%s\n", tail);
		return;
	}
	if (uv_interface_addresses(&list, &n) != 0)
		n = 0;
	for (i = 0; i < n; i++) {
		if (list[i].address.address4.sin_family != AF_INET ||
		    uv_ip4_name(
			&list[i].address.address4, host, sizeof(host)) != 0)
			continue;
		buf_printf(out, "  %s  ", label);
		put_url(place, host, false, out);
		buf_printf(out, "%s\n", tail);
	}
	uv_free_interface_addresses(list, n);
}

int
greeting_put(const struct ctl *ctl, struct buf *out, struct err *err)
{
	char path[PATHS_MAX + 16], bind[64], tail[64];
	char code[CODE_LETTERS + CODE_LETTERS / CODE_GROUP];
	struct place place;

	if (find_place(ctl, bind, &place, err) == -1)
		return -1;
	snprintf(path, sizeof(path), "%s/setup.code", ctl->paths.run);
	if (has_administrator(ctl) ||
	    (place.is_loopback && place.public_url[0] == '\0')) {
		unlink(path);
		put_addresses(&place, "open", "", out);
		return 0;
	}
	make_code(code);
	if (fs_write(path, code, strlen(code), 0600, err) == -1)
		return -1;
	put_addresses(&place, "open", "", out);
	buf_puts(out,
	    "\n  The first visit makes the administrator and needs "
	    "this address:\n");
	snprintf(tail, sizeof(tail), "setup?code=%s", code);
	put_addresses(&place, "first visit", tail, out);
	return 0;
}
