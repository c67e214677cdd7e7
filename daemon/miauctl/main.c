/* miauctl: runs and administers an installation from the terminal. */
#include <grp.h>
#include <langinfo.h>
#include <locale.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/miauctl/command.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum { HELP_MAX = 256 * 1024, ARENA_MAX = 1024 * 1024 * 1024 };

static void
print_help(const struct command *command, FILE *to)
{
	struct buf text;

	buf_init(&text, HELP_MAX);
	command_put_help(command, &text);
	fwrite(text.data, 1, text.len, to);
	buf_fini(&text);
}

/* What root writes into the machine's installation belongs to its user, or
 * miaud and the handlers could not read it. */
static int
become_owner(const struct paths *paths, struct err *err)
{
	const struct passwd *owner;
	struct stat st;

	if (geteuid() != 0 ||
	    strcmp(paths->state, PATHS_INSTALLED_STATE) != 0 ||
	    stat(paths->state, &st) == -1 || st.st_uid == 0)
		return 0;
	umask(0027);
	owner = getpwuid(st.st_uid);
	if (owner == NULL)
		return err_set(err, ERR_FORBIDDEN,
		    "%s belongs to the user number %u, who has no name here.",
		    paths->state, (unsigned)st.st_uid);
	if (initgroups(owner->pw_name, owner->pw_gid) == -1 ||
	    setgid(owner->pw_gid) == -1 || setuid(st.st_uid) == -1)
		return err_errno(err, ERR_FORBIDDEN,
		    "Cannot become the user of %s", paths->state);
	return 0;
}

static int
open_installation(struct ctl *ctl, struct err *err)
{
	const char *no_colour = getenv("NO_COLOR");

	ctl->is_terminal = isatty(STDOUT_FILENO);
	ctl->wants_colour = no_colour == NULL || no_colour[0] == '\0';
	ctl->has_colour = ctl->is_terminal && ctl->wants_colour;
	ctl->has_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	ctl->settings = settings_load(err);
	if (ctl->settings == NULL)
		return -1;
	if (paths_init(&ctl->paths, err) == -1 ||
	    become_owner(&ctl->paths, err) == -1)
		return -1;
	return paths_programs(ctl->programs, sizeof(ctl->programs), err);
}

static int
run(const struct args *args, bool is_json)
{
	struct ctl *ctl = mem_calloc(1, sizeof(*ctl));
	struct err err;
	int code = CTL_FAILED;

	ctl->is_json = is_json;
	ctl->arena = arena_new(ARENA_MAX);
	if (open_installation(ctl, &err) == -1)
		fprintf(stderr, "miauctl: %s\n", err.text);
	else
		code = args->command->run(ctl, args);
	if (fflush(stdout) == EOF && code == CTL_OK)
		code = CTL_FAILED;
	db_close(ctl->db);
	db_pool_free(ctl->pool);
	auth_keys_free(ctl->keys);
	arena_free(ctl->arena);
	settings_free(ctl->settings);
	free(ctl);
	return code;
}

/* What the libraries note while a command works is for the curious only. The
 * environment stays as it was: `up` hands it on. */
static void
open_log(void)
{
	bool is_given = getenv("MIAU_LOG_LEVEL") != NULL;

	setenv("MIAU_LOG_LEVEL", "warn", 0);
	log_open("miauctl");
	if (!is_given)
		unsetenv("MIAU_LOG_LEVEL");
}

int
main(int argc, char **argv)
{
	const struct command *at = NULL;
	bool is_json, is_help;
	struct args args;
	struct err err;

	setlocale(LC_CTYPE, "");
	open_log();
	if (argc == 1) {
		print_help(NULL, stderr);
		return CTL_USAGE;
	}
	if (command_parse(argc, argv, &at, &args, &is_json, &is_help, &err) ==
	    -1) {
		fprintf(stderr, "miauctl: %s\n\n", err.text);
		print_help(at, stderr);
		return CTL_USAGE;
	}
	if (is_help) {
		print_help(at, stdout);
		return CTL_OK;
	}
	return run(&args, is_json);
}
