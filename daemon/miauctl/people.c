/* `miauctl user`: people, straight in the database. */
#include "daemon/miauctl/people.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/miauctl/table.h"
#include "lib/auth/password.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/view/export.h"
#include "lib/view/view.h"

enum { TELL_MS = 2000 };

char *
person_name_of(struct ctl *ctl, const char *email)
{
	return arena_strndup(ctl->arena, email, strcspn(email, "@"));
}

int
person_read_password(const char *file, char out[ASK_MAX], struct err *err)
{
	if (ask_password(file, out, err) == -1)
		return -1;
	if (strlen(out) < PASSWORD_MIN)
		return err_set(err, ERR_INVALID_FIELDS,
		    "A password has at least %d characters.", PASSWORD_MIN);
	return 0;
}

int
person_print(struct ctl *ctl, const char *id, const char *sentence)
{
	struct user user;
	struct err err;

	if (store_user_find(ctl->db, ctl->arena, id, &user, &err) != STORE_OK)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, view_person(&user));
	printf("%s %s.\n", user.email, sentence);
	return CTL_OK;
}

int
person_env(struct ctl *ctl, struct auth_env *env, struct err *err)
{
	*env = (struct auth_env){ .db = ctl->db,
		.arena = ctl->arena,
		.keys = ctl_keys(ctl, err),
		.settings = ctl->settings,
		.run = ctl->paths.run,
		.now_ms = clock_now_ms() };
	return env->keys == NULL ? -1 : 0;
}

int
person_find(struct ctl *ctl, const struct args *args, enum db_mode mode,
    struct user *user)
{
	struct err err;

	if (ctl_database(ctl, mode, &err) == -1)
		return ctl_fail(ctl, &err);
	switch (store_user_find_login(
	    ctl->db, ctl->arena, args->word[0], user, &err)) {
	case STORE_OK:
		return CTL_OK;
	case STORE_NONE:
		return ctl_refuse(
		    ctl, "There is nobody called %.100s.", args->word[0]);
	case STORE_ERROR:
		break;
	}
	return ctl_fail(ctl, &err);
}

int
person_begin(struct ctl *ctl, const struct args *args, struct user *user,
    struct auth_env *env)
{
	struct err err;
	int code = person_find(ctl, args, DB_WRITE, user);

	if (code != CTL_OK)
		return code;
	return person_env(ctl, env, &err) == -1 ? ctl_fail(ctl, &err) : CTL_OK;
}

const struct option person_options[] = {
	{ .name = "user",
	    .type = OPTION_TEXT,
	    .value = "NAME",
	    .help = "Only those of this person, by e-mail or user name." },
	{ 0 },
};

int
person_chosen(struct ctl *ctl, const struct args *args, struct user **users,
    size_t *n, struct err *err)
{
	const char *login = args_text(args, "user");
	enum store_result found;

	if (login == NULL)
		return store_user_list(ctl->db, ctl->arena, users, n, err) ==
			STORE_ERROR
		    ? -1
		    : 0;
	*users = arena_alloc(ctl->arena, 1, sizeof(**users));
	*n = 1;
	found = store_user_find_login(ctl->db, ctl->arena, login, *users, err);
	if (found == STORE_NONE)
		return err_set(err, ERR_USER_NOT_FOUND,
		    "There is nobody called %.100s.", login);
	return found == STORE_OK ? 0 : -1;
}

void
person_tell_ended(struct ctl *ctl, const struct ended_sessions *ended)
{
	struct json_object *params, *result = NULL;
	struct err err;
	size_t i;

	db_release(ctl->db);
	for (i = 0; i < ended->n; i++) {
		params = json_object_new_object();
		json_add_text(params, "sessionId", ended->ids[i]);
		json_add_text(params, "reason", "revoked");
		if (ctl_call(ctl, "session.ended", params, TELL_MS, &result,
			&err) == -1)
			return;
		json_object_put(result);
	}
}

static const struct option user_add_options[] = {
	{ .name = "name",
	    .type = OPTION_TEXT,
	    .value = "NAME",
	    .help = "Name that is shown; else what stands before the '@'." },
	{ .name = "user-name",
	    .type = OPTION_TEXT,
	    .value = "NAME",
	    .help = "Name to sign in with besides the e-mail address." },
	{ .name = "admin", .help = "Make this person an administrator." },
	{ .name = "password-file",
	    .type = OPTION_FILE,
	    .value = "FILE",
	    .help = "Read the password from its first line; \"-\" is standard "
		    "input. Without it the password is asked for." },
	{ 0 },
};

static int
run_user_add(struct ctl *ctl, const struct args *args)
{
	bool is_admin = args_has(args, "admin");
	char password[ASK_MAX];
	struct person_wish wish = { .email = args->word[0],
		.name = args_text(args, "user-name"),
		.display_name = args_text(args, "name"),
		.password = password,
		.role = is_admin ? USER_ROLE_ADMIN : USER_ROLE_USER };
	struct auth_env env;
	struct user user;
	struct err err;
	int made = -1;

	if (!people_is_email(wish.email))
		return ctl_refuse(
		    ctl, "%.100s is no e-mail address.", wish.email);
	if (wish.name != NULL && !people_is_name(wish.name))
		return ctl_refuse(ctl, "A user name may not hold spaces or @.");
	if (wish.display_name == NULL)
		wish.display_name = person_name_of(ctl, wish.email);
	if (ctl_database(ctl, DB_WRITE, &err) == -1 ||
	    person_env(ctl, &env, &err) == -1)
		return ctl_fail(ctl, &err);
	if (person_read_password(
		args_text(args, "password-file"), password, &err) == 0)
		made = people_add(&env, NULL, &wish, &user, &err);
	mem_wipe(password, sizeof(password));
	if (made == -1)
		return ctl_fail(ctl, &err);
	return person_print(ctl, user.id,
	    is_admin ? "may sign in and administer" : "may sign in");
}

static const struct command user_add = {
	.name = "add",
	.words = "EMAIL",
	.min_words = 1,
	.max_words = 1,
	.summary = "Let somebody sign in",
	.options = user_add_options,
	.run = run_user_add,
};

static const struct option passwd_options[] = {
	{ .name = "password-file",
	    .type = OPTION_FILE,
	    .value = "FILE",
	    .help = "Read the password from its first line; \"-\" is standard "
		    "input. Without it the password is asked for." },
	{ 0 },
};

static int
run_user_passwd(struct ctl *ctl, const struct args *args)
{
	char password[ASK_MAX];
	struct ended_sessions ended;
	struct auth_env env;
	struct user user;
	struct err err;
	int code = person_begin(ctl, args, &user, &env), made = -1;

	if (code != CTL_OK)
		return code;
	db_release(ctl->db);
	if (person_read_password(
		args_text(args, "password-file"), password, &err) == 0)
		made = people_set_password(
		    &env, NULL, user.id, password, NULL, &ended, &err);
	mem_wipe(password, sizeof(password));
	if (made == -1)
		return ctl_fail(ctl, &err);
	person_tell_ended(ctl, &ended);
	return person_print(
	    ctl, user.id, "has a new password and is signed out everywhere");
}

static const struct command user_passwd = {
	.name = "passwd",
	.words = "PERSON",
	.min_words = 1,
	.max_words = 1,
	.summary = "Give somebody a new password",
	.help = "PERSON is an e-mail address or a user name. Ends all sessions "
		"of this person and the stream keys made in them.",
	.options = passwd_options,
	.run = run_user_passwd,
};

static const char *
role_text(const struct user *user)
{
	return user->role == USER_ROLE_ADMIN ? "administrator" : "user";
}

static const char *
state_text(const struct user *user)
{
	return user->is_disabled ? "disabled" : "active";
}

static int
run_user_list(struct ctl *ctl, const struct args *args UNUSED)
{
	struct json_object *list;
	struct table *table;
	struct user *users = NULL;
	struct err err;
	char created[64];
	size_t i, n = 0;

	if (ctl_database(ctl, DB_READ, &err) == -1 ||
	    store_user_list(ctl->db, ctl->arena, &users, &n, &err) ==
		STORE_ERROR)
		return ctl_fail(ctl, &err);
	if (ctl->is_json) {
		list = json_object_new_array();
		for (i = 0; i < n; i++)
			json_object_array_add(list, view_person(&users[i]));
		return ctl_print(ctl, list);
	}
	table = table_new("E-mail|Name|Role|State|Since");
	for (i = 0; i < n; i++) {
		ctl_time(users[i].created_at, created);
		table_add(table, users[i].email);
		table_add(table, users[i].display_name);
		table_add(table, role_text(&users[i]));
		table_add(table, state_text(&users[i]));
		table_add(table, created);
	}
	return table_print(
	    ctl, table, "Nobody yet. `miauctl setup` makes the administrator.");
}

static const struct command user_list = {
	.name = "list",
	.summary = "Show who may sign in",
	.run = run_user_list,
};

static int
run_user_show(struct ctl *ctl, const struct args *args)
{
	struct user user;
	char created[64];
	int code = person_find(ctl, args, DB_READ, &user);

	if (code != CTL_OK)
		return code;
	if (ctl->is_json)
		return ctl_print(ctl, view_person(&user));
	ctl_time(user.created_at, created);
	printf("E-mail     %s\nUser name  %s\nName       %s\n"
	       "Role       %s\nState      %s\nSince      %s\n",
	    user.email, user.name, user.display_name, role_text(&user),
	    state_text(&user), created);
	return CTL_OK;
}

static const struct command user_show = {
	.name = "show",
	.words = "PERSON",
	.min_words = 1,
	.max_words = 1,
	.summary = "Show a person",
	.help = "PERSON is an e-mail address or a user name.",
	.run = run_user_show,
};

static int
change_person(struct ctl *ctl, const struct args *args,
    const struct user_change *change, const char *sentence)
{
	struct ended_sessions ended;
	struct auth_env env;
	struct user user;
	struct err err;
	int code = person_begin(ctl, args, &user, &env);

	if (code != CTL_OK)
		return code;
	if (people_change(&env, NULL, user.id, change, &ended, &err) == -1)
		return ctl_fail(ctl, &err);
	person_tell_ended(ctl, &ended);
	return person_print(ctl, user.id, sentence);
}

static int
run_user_role(struct ctl *ctl, const struct args *args)
{
	const struct user_change to_admin = { .has_role = true,
		.role = USER_ROLE_ADMIN };
	const struct user_change to_user = { .has_role = true };

	if (strcmp(args->word[1], "admin") == 0)
		return change_person(ctl, args, &to_admin, "may administer");
	if (strcmp(args->word[1], "user") == 0)
		return change_person(ctl, args, &to_user,
		    "may sign in, and administers nothing");
	return ctl_refuse(ctl, "A role is user or admin.");
}

static const struct command user_role = {
	.name = "role",
	.words = "PERSON ROLE",
	.min_words = 2,
	.max_words = 2,
	.summary = "Make somebody an administrator, or a user again",
	.help = "PERSON is an e-mail address or a user name, ROLE user or "
		"admin. Another role ends all sessions of this person. The "
		"last administrator stays one.",
	.complete = "user|admin",
	.run = run_user_role,
};

static int
run_user_disable(struct ctl *ctl, const struct args *args)
{
	const struct user_change change = { .has_state = true,
		.is_disabled = true };

	return change_person(
	    ctl, args, &change, "may not sign in and is signed out");
}

static const struct command user_disable = {
	.name = "disable",
	.words = "PERSON",
	.min_words = 1,
	.max_words = 1,
	.summary = "Let somebody sign in no more, and keep what is theirs",
	.help = "PERSON is an e-mail address or a user name. Ends all sessions "
		"of this person and the stream keys made in them.",
	.run = run_user_disable,
};

static int
run_user_enable(struct ctl *ctl, const struct args *args)
{
	const struct user_change change = { .has_state = true };

	return change_person(ctl, args, &change, "may sign in");
}

static const struct command user_enable = {
	.name = "enable",
	.words = "PERSON",
	.min_words = 1,
	.max_words = 1,
	.summary = "Let somebody sign in again",
	.help = "PERSON is an e-mail address or a user name.",
	.run = run_user_enable,
};

static int
run_user_remove(struct ctl *ctl, const struct args *args)
{
	struct ended_sessions ended;
	struct auth_env env;
	struct user user;
	struct err err;
	int code = person_begin(ctl, args, &user, &env);

	if (code != CTL_OK)
		return code;
	if (people_remove(&env, NULL, user.id, &ended, &err) == -1)
		return ctl_fail(ctl, &err);
	person_tell_ended(ctl, &ended);
	if (ctl->is_json)
		return ctl_print(ctl, view_person(&user));
	printf("%s has gone, with all that was theirs.\n", user.email);
	return CTL_OK;
}

static const struct command user_remove = {
	.name = "remove",
	.words = "PERSON",
	.min_words = 1,
	.max_words = 1,
	.summary = "Remove somebody with all that is theirs",
	.help = "PERSON is an e-mail address or a user name. Profiles, "
		"positions, history and sessions go with them and do not come "
		"back; the audit log stays. The last administrator cannot be "
		"removed.",
	.run = run_user_remove,
};

/* The archive into a file that only its owner reads, or to standard output. */
static int
write_export(const char *file, const struct buf *zip, struct err *err)
{
	if (strcmp(file, "-") != 0)
		return fs_write(file, zip->data, zip->len, 0600, err);
	if (fs_write_all(STDOUT_FILENO, zip->data, zip->len) == -1)
		return err_errno(err, ERR_IO, "Cannot write the archive");
	return 0;
}

static int
run_user_export(struct ctl *ctl, const struct args *args)
{
	const char *file = args->word[1];
	struct buf zip;
	struct db *db;
	struct user user;
	struct err err;
	int code = person_find(ctl, args, DB_READ, &user);

	if (code != CTL_OK)
		return code;
	db_release(ctl->db);
	db = db_open_snapshot(ctl->pool);
	buf_init(&zip, VIEW_EXPORT_MAX);
	if (view_export(db, user.id, &zip, &err) == -1 ||
	    write_export(file, &zip, &err) == -1)
		code = ctl_fail(ctl, &err);
	else if (strcmp(file, "-") == 0)
		; /* nothing else goes to standard output */
	else if (ctl->is_json)
		code = ctl_print(ctl, view_person(&user));
	else
		printf("All that is held on %s is in %s.\n", user.email, file);
	buf_fini(&zip);
	db_close(db);
	return code;
}

static const struct command user_export = {
	.name = "export",
	.words = "PERSON FILE",
	.min_words = 2,
	.max_words = 2,
	.complete = "file",
	.summary = "Write down all that is held on somebody",
	.help = "FILE becomes a zip file of JSON; \"-\" is standard output. "
		"PERSON is an e-mail address or a user name.",
	.run = run_user_export,
};

static const struct command *const user_subs[] = { &user_list, &user_show,
	&user_add, &user_passwd, &user_role, &user_disable, &user_enable,
	&user_remove, &user_export, &user_reset, &user_invite,
	&user_invitations, &user_uninvite, &user_import, NULL };

const struct command command_user = {
	.name = "user",
	.summary = "People who may sign in",
	.subs = user_subs,
};
