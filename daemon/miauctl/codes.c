/* Codes that an administrator hands over: for a new password, for an account. */
#include <stdio.h>

#include "daemon/miauctl/config.h"
#include "daemon/miauctl/people.h"
#include "daemon/miauctl/qr.h"
#include "daemon/miauctl/table.h"
#include "lib/base/address.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"

/* The code, the page where it is used, and the same for a camera. */
static int
print_code(struct ctl *ctl, const struct one_time *made, const char *page,
    const char *sentence)
{
	char link[ADDRESS_PAGE_MAX], until[64];
	struct json_object *obj;

	address_page(ctl->settings, page, made->code.text, link);
	if (ctl->is_json) {
		obj = json_object_new_object();
		json_add_text(obj, "id", made->id);
		json_add_text(obj, "code", made->code.text);
		json_add_text(obj, "link", link);
		json_add_time(obj, "expiresAt", made->expires_at);
		return ctl_print(ctl, obj);
	}
	ctl_time(made->expires_at, until);
	printf("%s It works once, until %s.\n\n  %s\n  %s\n", sentence, until,
	    made->code.text, link);
	fflush(stdout);
	if (ctl->is_terminal)
		qr_print(link);
	return CTL_OK;
}

static int
run_user_reset(struct ctl *ctl, const struct args *args)
{
	struct one_time made;
	struct auth_env env;
	struct user user;
	struct err err;
	int code = person_begin(ctl, args, &user, &env);

	if (code != CTL_OK)
		return code;
	if (config_read(ctl, &err) == -1 ||
	    people_make_reset(&env, NULL, user.id, &made, &err) == -1)
		return ctl_fail(ctl, &err);
	return print_code(
	    ctl, &made, "reset", "With this code a new password can be set.");
}

const struct command user_reset = {
	.name = "reset",
	.words = "PERSON",
	.min_words = 1,
	.max_words = 1,
	.summary = "Make a code with which somebody sets a new password",
	.help = "PERSON is an e-mail address or a user name. Nothing ends "
		"until the code is used; then all sessions of this person do. "
		"An earlier code is no longer good. How long it is: "
		"auth.resetTtl.",
	.run = run_user_reset,
};

static const struct option invite_options[] = {
	{ .name = "admin", .help = "Whoever comes by it may administer." },
	{ 0 },
};

static int
run_user_invite(struct ctl *ctl, const struct args *args)
{
	enum user_role role =
	    args_has(args, "admin") ? USER_ROLE_ADMIN : USER_ROLE_USER;
	struct one_time made;
	struct auth_env env;
	struct err err;

	if (ctl_database(ctl, DB_WRITE, &err) == -1 ||
	    config_read(ctl, &err) == -1 || person_env(ctl, &env, &err) == -1 ||
	    people_invite(&env, NULL, role, &made, &err) == -1)
		return ctl_fail(ctl, &err);
	return print_code(ctl, &made, "join",
	    "With this code one person can make an account.");
}

const struct command user_invite = {
	.name = "invite",
	.summary = "Make a code with which somebody makes an account",
	.help = "How long it is good: auth.inviteTtl.",
	.options = invite_options,
	.run = run_user_invite,
};

static int
run_user_invitations(struct ctl *ctl, const struct args *args UNUSED)
{
	struct json_object *list, *obj;
	struct invitation *all = NULL;
	struct table *table;
	struct err err;
	char until[64];
	size_t i, n = 0;

	if (ctl_database(ctl, DB_READ, &err) == -1 ||
	    store_invitation_list(ctl->db, ctl->arena, clock_now_ms(), &all, &n,
		&err) == STORE_ERROR)
		return ctl_fail(ctl, &err);
	if (ctl->is_json) {
		list = json_object_new_array();
		for (i = 0; i < n; i++) {
			obj = json_object_new_object();
			json_add_text(obj, "id", all[i].id);
			json_add_text(obj, "role",
			    all[i].role == USER_ROLE_ADMIN ? "admin" : "user");
			json_add_time(obj, "createdAt", all[i].created_at);
			json_add_time(obj, "expiresAt", all[i].expires_at);
			json_object_array_add(list, obj);
		}
		return ctl_print(ctl, list);
	}
	table = table_new("Id|Role|Until");
	for (i = 0; i < n; i++) {
		ctl_time(all[i].expires_at, until);
		table_add(table, all[i].id);
		table_add(table,
		    all[i].role == USER_ROLE_ADMIN ? "administrator" : "user");
		table_add(table, until);
	}
	return table_print(
	    ctl, table, "None. `miauctl user invite` makes one.");
}

const struct command user_invitations = {
	.name = "invitations",
	.summary = "Show the invitations that can still be used",
	.run = run_user_invitations,
};

static int
run_user_uninvite(struct ctl *ctl, const struct args *args)
{
	struct auth_env env;
	struct err err;

	if (ctl_database(ctl, DB_WRITE, &err) == -1 ||
	    person_env(ctl, &env, &err) == -1 ||
	    people_uninvite(&env, NULL, args->word[0], &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, json_object_new_object());
	puts("The invitation is no longer good.");
	return CTL_OK;
}

const struct command user_uninvite = {
	.name = "uninvite",
	.words = "ID",
	.min_words = 1,
	.max_words = 1,
	.summary = "Take an invitation back",
	.help = "ID is what `miauctl user invitations` shows.",
	.run = run_user_uninvite,
};
