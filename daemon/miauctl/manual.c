/* The manual page in roff, made from the command table. */
#include <stdio.h>
#include <string.h>

#include "daemon/miauctl/command.h"

/* Text of a paragraph: a backslash and a line that begins with a control
 * character mean something to roff; '-' has to stay the ASCII one. */
static void
put_text(struct buf *out, const char *text)
{
	bool is_begin = true;

	for (; *text != '\0'; text++) {
		if (is_begin && (*text == '.' || *text == '\''))
			buf_puts(out, "\\&");
		is_begin = *text == '\n';
		if (*text == '\\')
			buf_puts(out, "\\e");
		else if (*text == '-')
			buf_puts(out, "\\-");
		else
			buf_append(out, text, 1);
	}
}

static void
put_options(struct buf *out, const struct option *rows)
{
	for (; rows != NULL && rows->name != NULL; rows++) {
		buf_puts(out, ".RS\n.TP\n");
		if (rows->letter != 0)
			buf_printf(out, "\\fB\\-%c\\fR, ", rows->letter);
		buf_puts(out, "\\fB\\-\\-");
		put_text(out, rows->name);
		buf_puts(out, "\\fR");
		if (rows->value != NULL)
			buf_printf(out, " \\fI%s\\fR", rows->value);
		buf_puts(out, "\n");
		put_text(out, rows->help);
		buf_puts(out, "\n.RE\n");
	}
}

static void
put_command(struct buf *out, const struct command *command)
{
	struct buf name;

	buf_init(&name, 256);
	command_put_name(command, &name);
	buf_puts(out, ".TP\n\\fB");
	put_text(out, name.data);
	buf_puts(out, "\\fR");
	if (command->words != NULL) {
		buf_puts(out, " \\fI");
		put_text(out, command->words);
		buf_puts(out, "\\fR");
	}
	buf_puts(out, "\n");
	put_text(out, command->summary);
	buf_puts(out, ".\n");
	if (command->help != NULL) {
		put_text(out, command->help);
		buf_puts(out, "\n");
	}
	put_options(out, command->options);
	buf_fini(&name);
}

static void
put_group(struct buf *out, const struct command *command)
{
	size_t i;

	if (command->subs == NULL) {
		put_command(out, command);
		return;
	}
	buf_puts(out, ".SS ");
	put_text(out, command->name);
	buf_puts(out, "\n");
	put_text(out, command->summary);
	buf_puts(out, ".\n");
	if (command->help != NULL) {
		put_text(out, command->help);
		buf_puts(out, "\n");
	}
	for (i = 0; command->subs[i] != NULL; i++)
		put_command(out, command->subs[i]);
}

static void
put_environment(struct buf *out)
{
	char env[64];
	int id;

	buf_puts(out,
	    ".SH ENVIRONMENT\n"
	    "Settings; the configuration file and \\fBmiauctl "
	    "config\\fR know the same.\n");
	for (id = 0; id < SETTING__MAX; id++) {
		settings_env_name((enum setting_id)id, env, sizeof(env));
		buf_printf(out, ".TP\n\\fB%s\\fR (%s)\n", env,
		    setting_rows[id].fallback[0] == '\0'
			? "empty"
			: setting_rows[id].fallback);
		put_text(out, setting_rows[id].help);
		buf_puts(out, "\n");
	}
	buf_puts(out,
	    ".TP\n\\fBMIAU_CONFIG\\fR\nThe configuration file, when it is "
	    "not <state>/miauflix.conf, or " PATHS_INSTALLED_CONFIG
	    "\nfor the state folder " PATHS_INSTALLED_STATE ".\n"
	    ".TP\n\\fBMIAU_LOG_LEVEL\\fR (info)\ndebug, info, warn or error.\n"
	    ".TP\n\\fBNO_COLOR\\fR\nWhen it is set, nothing is coloured.\n");
}

void
command_put_manual(struct buf *out)
{
	size_t i;

	buf_puts(out,
	    ".TH MIAUCTL 1 \"\" \"Miauflix " MIAU_VERSION "\" \"Miauflix\"\n"
	    ".SH NAME\nmiauctl \\- run and administer Miauflix\n"
	    ".SH SYNOPSIS\n\\fBmiauctl\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR...] "
	    "[\\fIWORD\\fR...]\n"
	    ".SH DESCRIPTION\n"
	    "Runs Miauflix on a state folder and administers it: through the "
	    "socket of miaud\nwhen it runs, and where that is possible "
	    "straight in the database when it does\nnot.\n"
	    ".SH OPTIONS\nOf every command:\n");
	put_options(out, command_common);
	buf_puts(out, ".SH COMMANDS\n");
	for (i = 0; command_table[i] != NULL; i++)
		if (command_table[i]->subs == NULL)
			put_group(out, command_table[i]);
	for (i = 0; command_table[i] != NULL; i++)
		if (command_table[i]->subs != NULL)
			put_group(out, command_table[i]);
	put_environment(out);
	buf_puts(out,
	    ".SH FILES\n"
	    ".TP\n<state>/run/up.lock, up.pid\nHeld by the supervisor.\n"
	    ".TP\n<state>/run/up.address\nWhere it serves.\n"
	    ".TP\n<state>/run/lighttpd.conf\nMade anew by \\fBmiauctl "
	    "up\\fR and on SIGUSR1.\n"
	    ".TP\n<state>/run/roots/\nLinks to the folders from which the "
	    "web server may send files; miaud keeps them.\n"
	    ".TP\n<state>/run/site/\nThe app for a server below a path.\n"
	    ".TP\n<state>/run/cgi/\nThe sockets of the handlers.\n"
	    ".TP\n<state>/run/setup.code\nThe one\\-time code of the first "
	    "visit, when others can reach the server.\n"
	    ".TP\n<state>/log/miauflix.log\nThe log of \\fBmiauctl up "
	    "\\-\\-detach\\fR.\n"
	    ".SH EXIT STATUS\n"
	    ".TP\n0\nDone.\n.TP\n1\nFailed; the reason stands on standard "
	    "error.\n.TP\n2\nWrong usage.\n.TP\n3\nmiaud is not running.\n"
	    ".TP\n4\nMiauflix already runs on this state folder.\n"
	    ".TP\n5\nThe port is in use.\n"
	    ".PP\nWith \\-\\-json a failure is an object {\"error\", "
	    "\"message\"} on standard error.\n");
}
