/* `miauctl key`: API keys and app passwords. */
#include <stdio.h>
#include <string.h>

#include "daemon/miauctl/people.h"
#include "daemon/miauctl/table.h"
#include "lib/auth/api_key.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/view/view.h"

/* A key with its person; anything but 0 ends the walk. */
typedef int (*key_fn)(struct ctl *ctl, const struct user *user,
    const struct api_key *key, void *arg, struct err *err);

static int
for_each(struct ctl *ctl, const struct user *users, size_t n_users, key_fn run,
    void *arg, struct err *err)
{
	struct api_key *keys;
	size_t i, j, n;

	for (i = 0; i < n_users; i++) {
		if (store_api_key_list(ctl->db, ctl->arena, users[i].id, &keys,
			&n, err) == STORE_ERROR)
			return -1;
		for (j = 0; j < n; j++)
			if (run(ctl, &users[i], &keys[j], arg, err) == -1)
				return -1;
	}
	return 0;
}

static int
add_json(struct ctl *ctl UNUSED, const struct user *user,
    const struct api_key *key, void *arg, struct err *err UNUSED)
{
	struct json_object *obj = view_api_key(key);

	json_add(obj, "user", view_user(user));
	json_object_array_add(arg, obj);
	return 0;
}

static void
add_time(struct table *table, int64_t at)
{
	char text[64] = "never";

	if (at != 0)
		ctl_time(at, text);
	table_add(table, text);
}

static int
add_row(struct ctl *ctl UNUSED, const struct user *user,
    const struct api_key *key, void *arg, struct err *err UNUSED)
{
	table_add(arg, key->id);
	table_add(arg, user->email);
	table_add(arg, key->name);
	table_add(arg, key->kind == API_KEY_PASSWORD ? "app password" : "key");
	table_add(arg, store_scope_word(key->scope));
	add_time(arg, key->last_used_at);
	add_time(arg, key->expires_at);
	return 0;
}

static int
run_key_list(struct ctl *ctl, const struct args *args)
{
	struct json_object *list;
	struct table *table;
	struct user *users;
	struct err err;
	size_t n;

	if (ctl_database(ctl, DB_READ, &err) == -1 ||
	    person_chosen(ctl, args, &users, &n, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json) {
		list = json_object_new_array();
		if (for_each(ctl, users, n, add_json, list, &err) == 0)
			return ctl_print(ctl, list);
		json_object_put(list);
		return ctl_fail(ctl, &err);
	}
	table = table_new("Key|Person|Name|Kind|May|Last used|Ends");
	if (for_each(ctl, users, n, add_row, table, &err) == -1) {
		table_free(table);
		return ctl_fail(ctl, &err);
	}
	return table_print(ctl, table, "None. `miauctl key create` makes one.");
}

static const struct command key_list = {
	.name = "list",
	.summary = "Show API keys and app passwords",
	.options = person_options,
	.run = run_key_list,
};

static const struct option create_options[] = {
	{ .name = "scope",
	    .type = OPTION_CHOICE,
	    .value = "SCOPE",
	    .choices = "play|read|full",
	    .help = "What it may: \"play\" plays by the addresses of an export, "
		    "\"read\" reads and plays, \"full\" also changes what its "
		    "person may. Without it \"read\"." },
	{ .name = "days",
	    .type = OPTION_INT,
	    .value = "N",
	    .min = 1,
	    .max = API_KEY_DAYS_MAX,
	    .help = "After how many days it ends. Without it never." },
	{ .name = "password",
	    .help = "Make an app password, to be typed in the place of the "
		    "password." },
	{ 0 },
};

static struct api_key_wish
wish_of(const struct args *args)
{
	const char *scope = args_text(args, "scope");

	return (struct api_key_wish){
		.kind = args_has(args, "password") ? API_KEY_PASSWORD
						   : API_KEY_BEARER,
		.name = args->word[1],
		.scope = scope == NULL ? KEY_SCOPE_READ : store_scope_of(scope),
		.days = (int)args_int(args, "days", 0),
	};
}

/* The key alone goes to standard output, for scripts. */
static int
print_new(struct ctl *ctl, const struct api_key *key, const char *text)
{
	struct json_object *obj;

	if (!ctl->is_json) {
		fprintf(stderr, "Keep it now; it is not shown again.\n");
		puts(text);
		return CTL_OK;
	}
	obj = view_api_key(key);
	json_add_text(obj, "secret", text);
	return ctl_print(ctl, obj);
}

static int
run_key_create(struct ctl *ctl, const struct args *args)
{
	const struct api_key_wish wish = wish_of(args);
	char text[API_KEY_TEXT_SIZE];
	struct profile profile;
	struct auth_env env;
	struct api_key key;
	struct user user;
	struct err err;
	int code;

	if (wish.name[0] == '\0' || strlen(wish.name) > API_KEY_NAME_MAX)
		return ctl_refuse(
		    ctl, "NAME has 1 to %d characters.", API_KEY_NAME_MAX);
	code = person_find(ctl, args, DB_WRITE, &user);
	if (code != CTL_OK)
		return code;
	if (person_env(ctl, &env, &err) == -1 ||
	    store_profile_default(
		ctl->db, ctl->arena, user.id, &profile, &err) != STORE_OK ||
	    api_key_make(
		&env, NULL, user.id, profile.id, &wish, &key, text, &err) == -1)
		return ctl_fail(ctl, &err);
	code = print_new(ctl, &key, text);
	mem_wipe(text, sizeof(text));
	return code;
}

static const struct command key_create = {
	.name = "create",
	.words = "PERSON NAME",
	.min_words = 2,
	.max_words = 2,
	.summary = "Make an API key or an app password and print it",
	.help = "PERSON is an e-mail address or a user name; NAME says what it "
		"is for. It is printed this once and kept nowhere.",
	.options = create_options,
	.run = run_key_create,
};

struct sought {
	const char *id;
	const struct user *user; /* NULL: not found yet */
};

static int
seek(struct ctl *ctl UNUSED, const struct user *user, const struct api_key *key,
    void *arg, struct err *err UNUSED)
{
	struct sought *sought = arg;

	if (strcmp(key->id, sought->id) == 0)
		sought->user = user;
	return 0;
}

static int
run_key_revoke(struct ctl *ctl, const struct args *args)
{
	struct sought sought = { .id = args->word[0] };
	struct ended_sessions ended;
	struct auth_env env;
	struct user *users;
	struct err err;
	size_t n;

	if (ctl_database(ctl, DB_WRITE, &err) == -1 ||
	    person_env(ctl, &env, &err) == -1 ||
	    store_user_list(ctl->db, ctl->arena, &users, &n, &err) ==
		STORE_ERROR ||
	    for_each(ctl, users, n, seek, &sought, &err) == -1)
		return ctl_fail(ctl, &err);
	if (sought.user == NULL)
		return ctl_refuse(ctl,
		    "There is no key %.100s; `miauctl key list` shows them.",
		    sought.id);
	if (api_key_revoke(
		&env, NULL, sought.user->id, sought.id, &ended, &err) == -1)
		return ctl_fail(ctl, &err);
	person_tell_ended(ctl, &ended);
	if (ctl->is_json)
		return ctl_print(ctl, json_object_new_object());
	puts("The key opens nothing any more.");
	return CTL_OK;
}

static const struct command key_revoke = {
	.name = "revoke",
	.words = "KEY",
	.min_words = 1,
	.max_words = 1,
	.summary = "End a key",
	.help =
	    "KEY is the number that `miauctl key list` shows. Who signed in "
	    "by an app password is signed out with it, and what plays "
	    "stops.",
	.run = run_key_revoke,
};

static const struct command *const key_subs[] = { &key_list, &key_create,
	&key_revoke, NULL };

const struct command command_key = {
	.name = "key",
	.summary = "API keys and app passwords",
	.subs = key_subs,
};
