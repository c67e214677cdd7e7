/* `miauctl setup`: the first administrator, straight in the database, and what
 * else a new installation is asked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/miauctl/ask.h"
#include "daemon/miauctl/command.h"
#include "daemon/miauctl/config.h"
#include "daemon/miauctl/folders.h"
#include "daemon/miauctl/people.h"
#include "lib/auth/password.h"
#include "lib/base/mem.h"
#include "lib/store/users.h"

/* Reads and hashes the password, then forgets it. */
static int
read_hash(const struct ctl *ctl, const char *file,
    char hash[PASSWORD_HASH_SIZE], struct err *err)
{
	char password[ASK_MAX];
	int result;

	result = person_read_password(file, password, err);
	if (result == 0)
		result = password_hash(ctl->paths.run, password, hash, err);
	mem_wipe(password, sizeof(password));
	return result;
}

static const struct option setup_options[] = {
	{ .name = "email",
	    .type = OPTION_TEXT,
	    .value = "EMAIL",
	    .help = "E-mail address of the administrator." },
	{ .name = "name",
	    .type = OPTION_TEXT,
	    .value = "NAME",
	    .help = "Name that is shown; else what stands before the '@'." },
	{ .name = "password-file",
	    .type = OPTION_FILE,
	    .value = "FILE",
	    .help = "Read the password from its first line; \"-\" is standard "
		    "input." },
	{ .name = "folder",
	    .letter = 'f',
	    .type = OPTION_FOLDER,
	    .value = "DIR",
	    .is_many = true,
	    .help = "A folder with films; may be given more than once." },
	{ .name = "consent",
	    .help = "Agree that torrents, which also upload to others, may be "
		    "played and shared (net.consent)." },
	{ 0 },
};

struct answers {
	char email[ASK_MAX];
	char name[ASK_MAX];
	char hash[PASSWORD_HASH_SIZE];
};

static int
ask_email(const struct args *args, char out[ASK_MAX], struct err *err)
{
	const char *given = args_text(args, "email");

	if (given != NULL) {
		snprintf(out, ASK_MAX, "%s", given);
		if (people_is_email(out))
			return 0;
		return err_set(err, ERR_INVALID_FIELDS,
		    "%.100s is no e-mail address.", given);
	}
	if (!ask_is_possible())
		return err_set(err, ERR_INVALID_FIELDS,
		    "There is no terminal to ask on; give --email and "
		    "--password-file.");
	for (;;) {
		if (ask_line("E-mail address", NULL, out, err) == -1)
			return -1;
		if (people_is_email(out))
			return 0;
		fprintf(stderr,
		    "That is no e-mail address; one looks like "
		    "ada@example.org.\n");
	}
}

static int
ask_all(struct ctl *ctl, const struct args *args, struct answers *answers,
    struct err *err)
{
	const char *name = args_text(args, "name");
	const char *usual;

	if (args_text(args, "email") == NULL && ask_is_possible())
		puts("1 of 3: the administrator.");
	if (ask_email(args, answers->email, err) == -1)
		return -1;
	usual = person_name_of(ctl, answers->email);
	if (name == NULL && args_text(args, "email") != NULL)
		name = usual;
	if (name != NULL)
		snprintf(answers->name, ASK_MAX, "%s", name);
	else if (ask_line("Name that is shown", usual, answers->name, err) ==
	    -1)
		return -1;
	return read_hash(
	    ctl, args_text(args, "password-file"), answers->hash, err);
}

/* Folders given, or asked for until an empty answer. Refusals of typed ones
 * are said and asked again; the first refusal of a given one is the result. */
static int
add_folders(struct ctl *ctl, const struct args *args, struct err *err)
{
	char folder[ASK_MAX];
	const char *given;
	int i;

	for (i = 0; (given = args_nth(args, "folder", i)) != NULL; i++)
		if (folders_add(ctl, given, NULL, err) == -1 &&
		    err->code != ERR_FOLDER_TAKEN)
			return -1;
	if (i > 0 || args_text(args, "email") != NULL || !ask_is_possible())
		return 0;
	if (ctl_has_daemon(ctl)) {
		puts("2 of 3: folders with films; an empty line ends the "
		     "list.");
		while (ask_line("Folder", "", folder, err) == 0 &&
		    folder[0] != '\0')
			if (folders_add(ctl, folder, NULL, err) == -1)
				fprintf(stderr, "%s\n", err->text);
	} else {
		puts("2 of 3: folders with films can be added when "
		     "`miauctl up` runs, in the app\nor by "
		     "`miauctl library add DIR`.");
	}
	return 0;
}

/* "yes" or "no", asked until it is one of them. */
static int
ask_yes(const char *question, bool *is_yes, struct err *err)
{
	char answer[ASK_MAX];

	for (;;) {
		if (ask_line(question, "no", answer, err) == -1)
			return -1;
		*is_yes = strcasecmp(answer, "yes") == 0 ||
		    strcasecmp(answer, "y") == 0;
		if (*is_yes || strcasecmp(answer, "no") == 0 ||
		    strcasecmp(answer, "n") == 0)
			return 0;
		fprintf(stderr, "Please answer yes or no.\n");
	}
}

/* The same question as in the browser; who was given --email asks nothing. */
static int
settle_consent(struct ctl *ctl, const struct args *args, struct err *err)
{
	bool agrees = args_has(args, "consent");

	if (!agrees && args_text(args, "email") == NULL && ask_is_possible()) {
		puts("3 of 3: what may be contacted outside. Nothing so far. "
		     "Films can be played by\ntorrent, too; that uploads to "
		     "others, who see your internet address: respect local\n"
		     "law and licences. Without it your own files play, and "
		     "you can agree later.");
		if (ask_yes("May torrents be played and shared? (yes/no)",
			&agrees, err) == -1)
			return -1;
	}
	return agrees ? config_store(ctl, SETTING_NET_CONSENT, "true", err) : 0;
}

static int
make_administrator(struct ctl *ctl, const struct answers *answers,
    char id[UUID_SIZE], struct err *err)
{
	enum store_result made;

	if (db_begin(ctl->db, err) == -1)
		return -1;
	made = store_user_add_first_admin(
	    ctl->db, answers->email, answers->name, answers->hash, id, err);
	if (made == STORE_NONE)
		err_set(err, ERR_SETUP_DONE,
		    "Somebody else has finished set-up meanwhile.");
	if (made == STORE_OK &&
	    ctl_audit(ctl, AUDIT_USER_CREATED, id, err) == 0)
		return db_commit(ctl->db, err);
	db_rollback(ctl->db);
	return -1;
}

static int
run_setup(struct ctl *ctl, const struct args *args)
{
	struct answers *answers;
	char id[UUID_SIZE];
	struct err err;
	bool exists = false;
	int code = CTL_FAILED;

	if (ctl_database(ctl, DB_WRITE, &err) == -1 ||
	    store_user_admin_exists(ctl->db, &exists, &err) == STORE_ERROR)
		return ctl_fail(ctl, &err);
	if (exists)
		return ctl_refuse(ctl,
		    "Set-up is already done. `miauctl user add --admin` makes "
		    "another administrator, `miauctl user passwd` a new "
		    "password.");
	if (args_nth(args, "folder", 0) != NULL && !ctl_has_daemon(ctl)) {
		err_set(&err, ERR_DAEMON_DOWN,
		    "Folders can be given when miaud runs.");
		return ctl_fail(ctl, &err);
	}
	answers = mem_calloc(1, sizeof(*answers));
	if (ask_all(ctl, args, answers, &err) == -1) {
		ctl_fail(ctl, &err);
		goto out;
	}
	if (make_administrator(ctl, answers, id, &err) == -1) {
		ctl_fail(ctl, &err);
		goto out;
	}
	code = add_folders(ctl, args, &err) == -1 ||
		settle_consent(ctl, args, &err) == -1
	    ? ctl_fail(ctl, &err)
	    : person_print(ctl, id, "may sign in and administer");
out:
	mem_wipe(answers, sizeof(*answers));
	free(answers);
	return code;
}

const struct command command_setup = {
	.name = "setup",
	.summary =
	    "Set up a new installation: administrator, folders, torrents",
	.help = "Asks what is not given as an option; with --email nothing but "
		"a missing password is asked. The administrator can be made "
		"before the first `up`; folders need a running miaud.",
	.options = setup_options,
	.run = run_setup,
};
