/* Writes the commented configuration file. */
#include "daemon/miauctl/confdoc.h"

#include <stdbool.h>
#include <string.h>

#include "lib/base/paths.h"
#include "lib/base/settings.h"

enum { WIDTH = 79 };

/* A sentence as comment lines. */
static void
put_comment(struct buf *out, const char *text)
{
	size_t at = 0, len;

	for (; *text != '\0'; text += len, text += *text == ' ') {
		len = strcspn(text, " ");
		if (at == 0 || at + 1 + len > WIDTH) {
			buf_puts(out, at == 0 ? "#" : "\n#");
			at = 1;
		}
		buf_puts(out, " ");
		buf_append(out, text, len);
		at += 1 + len;
	}
	buf_puts(out, "\n");
}

static void
put_range(struct buf *out, const struct setting_row *row)
{
	static const char *const types[] = {
		[SETTING_TEXT] = "Text",
		[SETTING_INT] = "Whole number",
		[SETTING_BOOL] = "true or false",
		[SETTING_CHOICE] = "One of",
		[SETTING_LIST] = "List, separated by commas",
	};

	buf_printf(out, "# %s", types[row->type]);
	if (row->type == SETTING_INT)
		buf_printf(out, " from %lld to %lld", (long long)row->min,
		    (long long)row->max);
	if (row->type == SETTING_CHOICE)
		buf_printf(out, " %s", row->choices);
	if (row->unit != NULL)
		buf_printf(out, ", in %s", row->unit);
	buf_puts(out, ".");
	if (row->flags & SETTING_SECRET)
		buf_puts(out, " Secret.");
	if (row->flags & SETTING_BOOT)
		buf_puts(out, " Only here or in the environment.");
	if (row->flags & SETTING_RESTART)
		buf_puts(out, " Counts from the next start on.");
	buf_puts(out, "\n");
}

void
confdoc_put(struct buf *out)
{
	char env[64];
	int id;

	buf_puts(out,
	    "# Settings of Miauflix, as `miauctl config template` prints "
	    "them.\n"
	    "#\n"
	    "# Lines are NAME=VALUE; each is shown with its default, and "
	    "counts when the '#'\n"
	    "# before it is removed. The same names count in the environment, "
	    "which is\n"
	    "# stronger than this file. NAME_FILE=PATH reads the value from a "
	    "file of its\n"
	    "# own. What stands here cannot be changed in the app.\n"
	    "#\n"
	    "# Place: miauflix.conf in the state folder, or the file that "
	    "MIAU_CONFIG names;\n"
	    "# installed: " PATHS_INSTALLED_CONFIG ". MIAU_STATE_DIR itself\n"
	    "# (default: var in the checkout, " PATHS_INSTALLED_STATE
	    " when installed) comes\n"
	    "# from the environment only.\n");
	for (id = 0; id < SETTING__MAX; id++) {
		if (id == SETTING_STATE_DIR)
			continue;
		settings_env_name((enum setting_id)id, env, sizeof(env));
		buf_puts(out, "\n");
		put_comment(out, setting_rows[id].help);
		put_range(out, &setting_rows[id]);
		buf_printf(out, "#%s=%s\n", env, setting_rows[id].fallback);
	}
}
