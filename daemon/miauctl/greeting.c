/* Addresses and the first visit. */
#include "daemon/miauctl/greeting.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/prepare.h"
#include "daemon/miauctl/qr.h"
#include "lib/base/address.h"
#include "lib/base/fs.h"
#include "lib/base/random.h"
#include "lib/base/str.h"
#include "lib/db/db.h"
#include "lib/store/users.h"
#include "lib/view/view.h"

enum { CODE_LETTERS = 12, CODE_GROUP = 4, NOTE_MAX = 1024 };

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
	char bind[ADDRESS_HOST_MAX];
	struct err ignored;

	out[0] = '\0';
	if (address_bind(ctl->settings, bind, NULL, NULL, &ignored) == 0)
		address_url(ctl->settings, address_from_here(bind), out, size);
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
put_addresses(const struct address_list *list, const char *label,
    const char *tail, struct buf *out)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		buf_printf(out, "  %s  %s%s\n", label, list->at[i].url, tail);
}

static void
choose_qr(const struct address_list *list, const char *tail,
    struct greeting *greeting)
{
	const struct address *best = address_for_others(list);

	greeting->qr[0] = '\0';
	if (best != NULL)
		snprintf(greeting->qr, sizeof(greeting->qr), "%s%s", best->url,
		    tail);
}

int
greeting_put(const struct ctl *ctl, struct greeting *greeting, struct err *err)
{
	char path[PATHS_MAX + 16], bind[ADDRESS_HOST_MAX], tail[64] = "";
	char code[CODE_LETTERS + CODE_LETTERS / CODE_GROUP];
	struct address_list list;
	bool is_loopback;

	if (address_bind(ctl->settings, bind, NULL, &is_loopback, err) == -1)
		return -1;
	address_find(ctl->settings, &list);
	put_addresses(&list, "open", "", &greeting->text);
	snprintf(path, sizeof(path), "%s/setup.code", ctl->paths.run);
	if (has_administrator(ctl) ||
	    (is_loopback &&
		settings_text(ctl->settings, SETTING_HTTP_PUBLIC_URL)[0] ==
		    '\0')) {
		unlink(path);
		choose_qr(&list, tail, greeting);
		return 0;
	}
	make_code(code);
	if (fs_write(path, code, strlen(code), 0600, err) == -1)
		return -1;
	buf_puts(&greeting->text,
	    "\n  The first visit makes the administrator and needs "
	    "this address:\n");
	snprintf(tail, sizeof(tail), "setup?code=%s", code);
	put_addresses(&list, "first visit", tail, &greeting->text);
	choose_qr(&list, tail, greeting);
	return 0;
}

/* --- addresses ------------------------------------------------------------ */

static const char *
explain(enum address_scope scope)
{
	static const char *const texts[] = { "from everywhere",
		"in the house, where the device knows .local names",
		"in the house", "on this machine" };

	return texts[scope];
}

static int
run_addresses(struct ctl *ctl, const struct args *args UNUSED)
{
	const struct address *best;
	struct address_list list;
	char bind[ADDRESS_HOST_MAX];
	struct err err;
	size_t i;

	if (address_bind(ctl->settings, bind, NULL, NULL, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, view_addresses(ctl->settings));
	address_find(ctl->settings, &list);
	for (i = 0; i < list.n; i++)
		printf(
		    "%-40s  %s\n", list.at[i].url, explain(list.at[i].scope));
	best = address_for_others(&list);
	if (best == NULL)
		puts(
		    "\nOther devices do not reach it. MIAU_BIND=lan opens it to "
		    "the house.");
	else if (ctl->is_terminal)
		qr_print(best->url);
	return CTL_OK;
}

const struct command command_addresses = {
	.name = "addresses",
	.summary = "Print the addresses to open, here and on other devices",
	.help = "By the settings of this terminal; on a terminal the best one "
		"for a phone comes as a QR code too.",
	.run = run_addresses,
};
