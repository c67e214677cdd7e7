/* Reads the command line by the rows of the command table. */
#include "daemon/miauctl/command.h"

#include <string.h>

#include "lib/base/log.h"
#include "lib/base/str.h"

const struct command *const command_table[] = {
	&command_up,
	&command_down,
	&command_restart,
	&command_setup,
	&command_status,
	&command_addresses,
	&command_doctor,
	&command_library,
	&command_title,
	&command_add,
	&command_share,
	&command_films,
	&command_downloads,
	&command_storage,
	&command_subtitles,
	&command_transcode,
	&command_export,
	&command_thumbnails,
	&command_torrent,
	&command_user,
	&command_session,
	&command_key,
	&command_audit,
	&command_profile,
	&command_config,
	&command_tasks,
	&command_events,
	&command_why,
	&command_call,
	&command_db,
	&command_webserver,
	&command_tls,
	&command_service,
	&command_keys,
	&command_completion,
	&command_manual,
	&command_version,
	&command_help,
	NULL,
};

const struct option command_common[] = {
	{ .name = "json", .help = "Print JSON instead of text." },
	{ .name = "help", .letter = 'h', .help = "Explain the command." },
	{ 0 },
};

static const struct option *
find_row(const struct option *rows, const char *name, size_t len)
{
	for (; rows != NULL && rows->name != NULL; rows++)
		if (strlen(rows->name) == len &&
		    memcmp(rows->name, name, len) == 0)
			return rows;
	return NULL;
}

static const struct option *
find_letter(const struct option *rows, char letter)
{
	for (; rows != NULL && rows->name != NULL; rows++)
		if (rows->letter == letter)
			return rows;
	return NULL;
}

/* The row must exist: asking for another one is a slip of the program. */
static const struct option *
own_row(const struct args *args, const char *name)
{
	const struct option *row =
	    find_row(args->command->options, name, strlen(name));

	if (row == NULL)
		die("%s has no option --%s", args->command->name, name);
	return row;
}

const char *
args_nth(const struct args *args, const char *name, int nth)
{
	const struct option *row = own_row(args, name);
	int i;

	for (i = 0; i < args->n_options; i++)
		if (args->given[i].option == row && nth-- == 0)
			return args->given[i].text;
	return NULL;
}

bool
args_has(const struct args *args, const char *name)
{
	const struct option *row = own_row(args, name);
	int i;

	for (i = 0; i < args->n_options; i++)
		if (args->given[i].option == row)
			return true;
	return false;
}

const char *
args_text(const struct args *args, const char *name)
{
	const struct option *row = own_row(args, name);
	const char *text = NULL;
	int i;

	for (i = 0; i < args->n_options; i++)
		if (args->given[i].option == row)
			text = args->given[i].text;
	return text;
}

int64_t
args_int(const struct args *args, const char *name, int64_t otherwise)
{
	const char *text = args_text(args, name);
	const struct option *row = own_row(args, name);
	int64_t number;

	if (text != NULL && str_to_int64(text, row->min, row->max, &number))
		return number;
	return otherwise;
}

static bool
is_choice(const char *choices, const char *value)
{
	size_t len = strlen(value);

	for (; choices != NULL && *choices != '\0';
	     choices += strcspn(choices, "|"), choices += *choices == '|')
		if (strcspn(choices, "|") == len &&
		    strncmp(choices, value, len) == 0)
			return true;
	return false;
}

static int
check_value(const struct option *row, const char *text, struct err *err)
{
	int64_t number;

	if (row->type == OPTION_INT &&
	    !str_to_int64(text, row->min, row->max, &number))
		return err_set(err, ERR_INVALID_FIELDS,
		    "--%s must be a whole number from %lld to %lld.", row->name,
		    (long long)row->min, (long long)row->max);
	if (row->type == OPTION_CHOICE && !is_choice(row->choices, text))
		return err_set(err, ERR_INVALID_FIELDS,
		    "--%s must be one of %s.", row->name, row->choices);
	return 0;
}

static int
add_option(struct args *args, const struct option *row, const char *text,
    struct err *err)
{
	int i;

	for (i = 0; i < args->n_options; i++)
		if (args->given[i].option == row && !row->is_many)
			return err_set(err, ERR_INVALID_FIELDS,
			    "--%s was given twice.", row->name);
	if (args->n_options == COMMAND_OPTIONS_MAX)
		return err_set(err, ERR_INVALID_FIELDS, "Too many options.");
	if (text != NULL && check_value(row, text, err) == -1)
		return -1;
	args->given[args->n_options].option = row;
	args->given[args->n_options++].text = text;
	return 0;
}

struct line {
	int argc;
	char **argv;
	int at;
	bool is_words_only; /* behind "--" */
};

/* "--name", "--name=value", "-n" with the value in the next word. */
static int
take_option(struct line *line, struct args *args, bool *is_json, bool *is_help,
    struct err *err)
{
	const struct option *own =
	    args->command == NULL ? NULL : args->command->options;
	const char *word = line->argv[line->at++], *name = word + 1, *value;
	const struct option *row;
	size_t len;

	if (word[1] == '-') {
		name = word + 2;
		len = strcspn(name, "=");
		value = name[len] == '=' ? name + len + 1 : NULL;
		row = find_row(own, name, len);
		if (row == NULL)
			row = find_row(command_common, name, len);
	} else {
		value = word[2] != '\0' ? word + 2 : NULL;
		row = find_letter(own, word[1]);
		if (row == NULL)
			row = find_letter(command_common, word[1]);
	}
	if (row == NULL)
		return err_set(
		    err, ERR_INVALID_FIELDS, "There is no option %.64s.", word);
	if (row->type == OPTION_FLAG && value != NULL)
		return err_set(
		    err, ERR_INVALID_FIELDS, "--%s takes no value.", row->name);
	if (row->type != OPTION_FLAG && value == NULL) {
		if (line->at == line->argc)
			return err_set(err, ERR_INVALID_FIELDS,
			    "--%s needs a value.", row->name);
		value = line->argv[line->at++];
	}
	if (row == &command_common[0])
		*is_json = true;
	else if (row == &command_common[1])
		*is_help = true;
	else
		return add_option(args, row, value, err);
	return 0;
}

static const struct command *
find_command(const struct command *const *list, const char *name)
{
	for (; list != NULL && *list != NULL; list++)
		if (strcmp((*list)->name, name) == 0)
			return *list;
	return NULL;
}

static int
take_word(struct line *line, struct args *args, struct err *err)
{
	const char *word = line->argv[line->at++];
	const struct command *command = args->command;
	bool is_leaf = command != NULL && command->subs == NULL;

	if (is_leaf) {
		if (args->n_words ==
		    (command->max_words < COMMAND_WORDS_MAX
			    ? command->max_words
			    : COMMAND_WORDS_MAX))
			return err_set(err, ERR_INVALID_FIELDS,
			    "\"%.64s\" is one word too many.", word);
		args->word[args->n_words++] = word;
		return 0;
	}
	command =
	    find_command(command == NULL ? command_table : command->subs, word);
	if (command == NULL)
		return err_set(err, ERR_INVALID_FIELDS,
		    "There is no command %.64s.", word);
	args->command = command;
	return 0;
}

static int
check_words(const struct args *args, struct err *err)
{
	const struct command *command = args->command;

	if (command == NULL || command->subs != NULL)
		return err_set(
		    err, ERR_INVALID_FIELDS, "A command is missing.");
	if (args->n_words < command->min_words)
		return err_set(
		    err, ERR_INVALID_FIELDS, "%s is missing.", command->words);
	return 0;
}

/* "-1" behind other words is a value. */
static bool
is_number(const char *word, const struct args *args)
{
	return args->n_words > 0 && word[1] >= '0' && word[1] <= '9';
}

static bool
is_option(const struct line *line, const struct args *args)
{
	const char *word = line->argv[line->at];

	return !line->is_words_only && word[0] == '-' && word[1] != '\0' &&
	    !is_number(word, args);
}

int
command_parse(int argc, char **argv, const struct command **at,
    struct args *args, bool *is_json, bool *is_help, struct err *err)
{
	struct line line = { .argc = argc, .argv = argv, .at = 1 };
	int result = 0;

	memset(args, 0, sizeof(*args));
	*is_json = *is_help = false;
	while (line.at < argc && result == 0) {
		if (!is_option(&line, args)) {
			result = take_word(&line, args, err);
		} else if (strcmp(argv[line.at], "--") == 0) {
			line.is_words_only = true;
			line.at++;
		} else {
			result =
			    take_option(&line, args, is_json, is_help, err);
		}
		*at = args->command;
	}
	*at = args->command;
	if (result == 0 && !*is_help)
		result = check_words(args, err);
	return result;
}
