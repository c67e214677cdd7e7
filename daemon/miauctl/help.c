/* Help texts, made from the command table. */
#include <stdio.h>
#include <string.h>

#include "daemon/miauctl/command.h"

enum { WIDTH = 78, COLUMN = 26, HELP_MAX = 256 * 1024, DEPTH_MAX = 3 };

static bool
put_path(const struct command *const *list, const struct command *wanted,
    struct buf *out)
{
	size_t len = out->len;

	for (; list != NULL && *list != NULL; list++) {
		buf_printf(out, " %s", (*list)->name);
		if (*list == wanted || put_path((*list)->subs, wanted, out))
			return true;
		out->len = len;
		out->data[len] = '\0';
	}
	return false;
}

void
command_put_name(const struct command *command, struct buf *out)
{
	buf_puts(out, "miauctl");
	put_path(command_table, command, out);
}

/* Breaks a text into lines from column `indent` on; `at` is where the first
 * one begins. */
static void
put_wrapped(struct buf *out, const char *text, size_t at, size_t indent)
{
	size_t len;

	while (*text != '\0') {
		len = strcspn(text, " \n");
		if (at > indent && at + 1 + len > WIDTH) {
			buf_printf(out, "\n%*s", (int)indent, "");
			at = indent;
		} else if (at > indent) {
			buf_puts(out, " ");
			at++;
		}
		buf_append(out, text, len);
		at += len;
		text += len;
		text += strspn(text, " ");
		if (*text == '\n') {
			text++;
			buf_printf(out, "\n%*s", (int)indent, "");
			at = indent;
		}
	}
	buf_puts(out, "\n");
}

static void
put_row(struct buf *out, const char *left, const char *right)
{
	size_t len = strlen(left);

	buf_printf(out, "  %s", left);
	if (len + 4 > COLUMN)
		buf_printf(out, "\n%*s", COLUMN, "");
	else
		buf_printf(out, "%*s", (int)(COLUMN - 2 - len), "");
	put_wrapped(out, right, COLUMN, COLUMN);
}

static void
put_options(struct buf *out, const struct option *rows)
{
	char left[96], letter[8];

	for (; rows != NULL && rows->name != NULL; rows++) {
		letter[0] = '\0';
		if (rows->letter != 0)
			snprintf(letter, sizeof(letter), "-%c, ", rows->letter);
		snprintf(left, sizeof(left), "%s--%s%s%s", letter, rows->name,
		    rows->value == NULL ? "" : " ",
		    rows->value == NULL ? "" : rows->value);
		put_row(out, left, rows->help);
	}
}

static void
put_commands(struct buf *out, const struct command *const *list)
{
	char left[96];

	for (; *list != NULL; list++) {
		snprintf(left, sizeof(left), "%s%s%s", (*list)->name,
		    (*list)->words == NULL ? "" : " ",
		    (*list)->words == NULL ? "" : (*list)->words);
		put_row(out, left, (*list)->summary);
	}
}

static void
put_top(struct buf *out)
{
	buf_puts(out,
	    "usage: miauctl COMMAND [OPTION…]\n\n"
	    "Runs and administers the Miauflix installation in the state "
	    "folder MIAU_STATE_DIR\n(not set: var in the checkout where "
	    "miauctl was built).\n\nCommands\n");
	put_commands(out, command_table);
	buf_puts(out, "\nOptions of every command\n");
	put_options(out, command_common);
	buf_puts(out,
	    "\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 miaud is not "
	    "running,\n4 Miauflix already runs, 5 the port is in use.\n"
	    "`miauctl COMMAND --help` tells more; `miauctl manual` prints the "
	    "manual page.\n");
}

void
command_put_help(const struct command *command, struct buf *out)
{
	if (command == NULL) {
		put_top(out);
		return;
	}
	buf_puts(out, "usage: ");
	command_put_name(command, out);
	if (command->subs != NULL)
		buf_puts(out, " COMMAND");
	buf_puts(out, " [OPTION…]");
	if (command->words != NULL)
		buf_printf(out, " %s", command->words);
	buf_puts(out, "\n\n");
	buf_printf(out, "%s.\n", command->summary);
	if (command->help != NULL) {
		buf_puts(out, "\n");
		put_wrapped(out, command->help, 0, 0);
	}
	if (command->subs != NULL) {
		buf_puts(out, "\nCommands\n");
		put_commands(out, command->subs);
	}
	buf_puts(out, "\nOptions\n");
	put_options(out, command->options);
	put_options(out, command_common);
}

static const struct command *
find(const struct command *const *list, const char *name)
{
	for (; list != NULL && *list != NULL; list++)
		if (strcmp((*list)->name, name) == 0)
			return *list;
	return NULL;
}

static int
run_help(struct ctl *ctl UNUSED, const struct args *args)
{
	const struct command *command = NULL;
	struct buf text;
	int i;

	for (i = 0; i < args->n_words; i++) {
		command = find(command == NULL ? command_table : command->subs,
		    args->word[i]);
		if (command == NULL) {
			fprintf(stderr, "miauctl: There is no command %.64s.\n",
			    args->word[i]);
			return CTL_USAGE;
		}
	}
	buf_init(&text, HELP_MAX);
	command_put_help(command, &text);
	fwrite(text.data, 1, text.len, stdout);
	buf_fini(&text);
	return CTL_OK;
}

const struct command command_help = {
	.name = "help",
	.words = "[COMMAND]",
	.max_words = DEPTH_MAX,
	.summary = "Explain a command, or list all",
	.help = "`miauctl help library add` is `miauctl library add --help`.",
	.run = run_help,
};
