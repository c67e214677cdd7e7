/* The completion script for bash, made from the command table. */
#include <stdio.h>
#include <string.h>

#include "daemon/miauctl/command.h"
#include "lib/wire/wire.h"

/* The words that may stand where a command's own words are. */
static void
put_words(struct buf *out, const char *what)
{
	const struct wire_method *method;
	int id;

	if (strcmp(what, "setting") == 0) {
		for (id = 0; id < SETTING__MAX; id++)
			buf_printf(out, " %s", setting_rows[id].name);
	} else if (strcmp(what, "method") == 0) {
		for (method = wire_methods; method->name != NULL; method++)
			buf_printf(out, " %s", method->name);
	}
}

static void
put_option_words(struct buf *out, const struct option *rows)
{
	for (; rows != NULL && rows->name != NULL; rows++)
		buf_printf(out, " --%s", rows->name);
}

/* One line of the script's `case`: the command's path, and what may follow. */
static void
put_case(struct buf *out, const struct command *command, const char *path)
{
	const char *kind = "";
	size_t i;

	if (command->complete != NULL &&
	    (strcmp(command->complete, "file") == 0 ||
		strcmp(command->complete, "folder") == 0))
		kind = command->complete;
	buf_printf(out, "\t\"%s\") kind='%s' words='", path, kind);
	for (i = 0; command->subs != NULL && command->subs[i] != NULL; i++)
		buf_printf(out, " %s", command->subs[i]->name);
	if (command->complete != NULL)
		put_words(out, command->complete);
	buf_puts(out, "' options='");
	put_option_words(out, command->options);
	put_option_words(out, command_common);
	buf_puts(out, "' ;;\n");
}

static void
put_cases(struct buf *out, const struct command *const *list, const char *above)
{
	char path[128];

	for (; *list != NULL; list++) {
		snprintf(path, sizeof(path), "%s%s%s", above,
		    above[0] == '\0' ? "" : " ", (*list)->name);
		put_case(out, *list, path);
		if ((*list)->subs != NULL)
			put_cases(out, (*list)->subs, path);
	}
}

/* Options whose value is a file or folder, so that those are proposed. */
static void
put_values(struct buf *out, const struct command *const *list)
{
	const struct option *row;

	for (; *list != NULL; list++) {
		for (row = (*list)->options; row != NULL && row->name != NULL;
		     row++)
			if (row->type == OPTION_FILE)
				buf_printf(
				    out, "\t--%s) kind=file ;;\n", row->name);
			else if (row->type == OPTION_FOLDER)
				buf_printf(
				    out, "\t--%s) kind=folder ;;\n", row->name);
			else if (row->type == OPTION_CHOICE)
				buf_printf(out,
				    "\t--%s) words='%s' options= ;;\n",
				    row->name, row->choices);
		if ((*list)->subs != NULL)
			put_values(out, (*list)->subs);
	}
}

void
command_put_completion(struct buf *out)
{
	size_t i;

	buf_puts(out,
	    "# Completion of miauctl for bash; made by `miauctl completion "
	    "bash`.\n"
	    "_miauctl() {\n"
	    "\tlocal word=${COMP_WORDS[COMP_CWORD]} path= kind= words= "
	    "options= i w\n"
	    "\tCOMPREPLY=()\n"
	    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	    "\t\tw=${COMP_WORDS[i]}\n"
	    "\t\tcase \"${path:+$path }$w\" in\n");
	buf_puts(out, "\t\t");
	put_cases(out, command_table, "");
	buf_puts(out,
	    "\t\t*) continue ;;\n"
	    "\t\tesac\n"
	    "\t\tpath=${path:+$path }$w\n"
	    "\tdone\n"
	    "\tif [[ -z $path ]]; then\n"
	    "\t\twords='");
	for (i = 0; command_table[i] != NULL; i++)
		buf_printf(out, " %s", command_table[i]->name);
	buf_puts(out, "' options='");
	put_option_words(out, command_common);
	buf_puts(out,
	    "'\n"
	    "\tfi\n"
	    "\tcase ${COMP_WORDS[COMP_CWORD - 1]} in\n");
	put_values(out, command_table);
	buf_puts(out,
	    "\tesac\n"
	    "\twords=${words//|/ }\n"
	    "\tif [[ $word == -* ]]; then\n"
	    "\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- "
	    "\"$word\")\n"
	    "\telif [[ $kind == file ]]; then\n"
	    "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
	    "\telif [[ $kind == folder ]]; then\n"
	    "\t\tmapfile -t COMPREPLY < <(compgen -d -- \"$word\")\n"
	    "\telse\n"
	    "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
	    "\"$word\")\n"
	    "\tfi\n"
	    "}\n"
	    "complete -o filenames -F _miauctl miauctl\n");
}
