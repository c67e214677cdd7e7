/*
 * The command table of miauctl. Each group of commands is one file that
 * exports one `const struct command`; parser, --help, bash completion and the
 * manual page are made from these rows and from nothing else.
 *
 *	static const struct option up_options[] = {
 *		{ .name = "detach", .letter = 'd', .help = "…" },
 *		{ 0 }
 *	};
 *	const struct command command_up = {
 *		.name = "up", .summary = "…", .options = up_options,
 *		.run = run_up,
 *	};
 */
#ifndef DAEMON_MIAUCTL_COMMAND_H
#define DAEMON_MIAUCTL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/miauctl/ctl.h"
#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

enum option_type {
	OPTION_FLAG, /* takes no value (zero: the default) */
	OPTION_TEXT,
	OPTION_INT,    /* min … max */
	OPTION_CHOICE, /* one of choices "a|b|c" */
	OPTION_FILE,   /* a file's name; "-" is standard input */
	OPTION_FOLDER,
};

struct option {
	const char *name; /* without "--"; NULL ends the list */
	char letter;      /* short form, 0: none */
	enum option_type type;
	const char *value; /* what the value is called in help: "FILE" */
	int64_t min, max;  /* OPTION_INT */
	const char *choices;
	bool is_many; /* may be given more than once */
	const char *help;
};

enum { COMMAND_WORDS_MAX = 64, COMMAND_OPTIONS_MAX = 64 };

/* What stood on the command line behind the command's name. */
struct args {
	const struct command *command;
	int n_words;
	const char *word[COMMAND_WORDS_MAX];
	int n_options;
	struct {
		const struct option *option;
		const char *text;
	} given[COMMAND_OPTIONS_MAX];
};

struct command {
	const char *name;  /* NULL ends a list */
	const char *words; /* "DIR", "NAME VALUE", "[SUBJECT]"; NULL: none */
	int min_words, max_words;
	const char *summary;  /* one line, without a full stop */
	const char *help;     /* further sentences, or NULL */
	const char *complete; /* what its words are, for completion: "file",
				 "folder", "setting", "method", "task", or
				 "a|b|c"; NULL: nothing to propose */
	const struct option *options;      /* NULL: only the common ones */
	const struct command *const *subs; /* groups; ended by NULL */
	/* The result is an exit code (enum ctl_exit). */
	int (*run)(struct ctl *ctl, const struct args *args);
};

/* Options that every command takes: --json, --help. */
extern const struct option command_common[];

/* The groups, each in a file of its own. */
extern const struct command command_up;
extern const struct command command_down;
extern const struct command command_restart;
extern const struct command command_setup;
extern const struct command command_status;
extern const struct command command_addresses;
extern const struct command command_doctor;
extern const struct command command_library;
extern const struct command command_title;
extern const struct command command_add;
extern const struct command command_share;
extern const struct command command_films;
extern const struct command command_downloads;
extern const struct command command_storage;
extern const struct command command_subtitles;
extern const struct command command_transcode;
extern const struct command command_export;
extern const struct command command_thumbnails;
extern const struct command command_torrent;
extern const struct command command_user;
extern const struct command command_session;
extern const struct command command_key;
extern const struct command command_audit;
extern const struct command command_profile;
extern const struct command command_config;
extern const struct command command_tasks;
extern const struct command command_events;
extern const struct command command_why;
extern const struct command command_call;
extern const struct command command_db;
extern const struct command command_webserver;
extern const struct command command_tls;
extern const struct command command_service;
extern const struct command command_keys;
extern const struct command command_completion;
extern const struct command command_manual;
extern const struct command command_version;
extern const struct command command_help;

/* All groups in the order of help and manual; ended by NULL. */
extern const struct command *const command_table[];

/* Whether an option was given. The name must be in the command's table
 * (die). */
bool args_has(const struct args *args, const char *name) NONNULL MUST_CHECK;
/* Its last value, or NULL. */
const char *args_text(
    const struct args *args, const char *name) NONNULL MUST_CHECK;
/* The i-th value of an option that may be given more than once, or NULL. */
const char *args_nth(
    const struct args *args, const char *name, int i) NONNULL MUST_CHECK;
int64_t args_int(const struct args *args, const char *name,
    int64_t otherwise) NONNULL MUST_CHECK;

/* Finds the command in the words of the command line and reads the rest into
 * args. 0, or -1 with a sentence for the person; *at says which command was
 * found so far (NULL: none) for its help. is_help is set when --help was among
 * the options (the rest is then not checked). */
int command_parse(int argc, char **argv, const struct command **at,
    struct args *args, bool *is_json, bool *is_help,
    struct err *err) NONNULL MUST_CHECK;

/* Appends the whole name of a command, "miauctl library add". */
void command_put_name(const struct command *command, struct buf *out) NONNULL;

/* Appends the help of a command, or of miauctl itself when it is NULL. */
void command_put_help(const struct command *command, struct buf *out)
    NONNULL_ARGS(2);
/* Appends the script of `miauctl completion bash`. */
void command_put_completion(struct buf *out) NONNULL;
/* Appends the manual page in roff. */
void command_put_manual(struct buf *out) NONNULL;

#endif
