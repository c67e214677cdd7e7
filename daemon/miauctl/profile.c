/* `miauctl profile`: who watches as whom, and what they may see. */
#include <stdio.h>
#include <string.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/table.h"
#include "lib/base/json.h"
#include "lib/store/profiles.h"
#include "lib/store/users.h"
#include "lib/view/view.h"

enum { TELL_MS = 2000 };

static void
put_row(
    struct table *table, const struct user *user, const struct profile *profile)
{
	const struct viewer *viewer = &profile->viewer;

	table_add(table, profile->id);
	table_add(table, user->email);
	table_add(table, profile->name);
	if (viewer->is_unlimited)
		table_add(table, "none");
	else
		table_addf(table, "%lld%s", (long long)viewer->limit,
		    viewer->allows_unrated ? ", and unrated" : "");
	table_add(table, profile->pin_hash == NULL ? "no" : "yes");
}

/* Those of one person into whichever is there. */
static int
add_profiles(struct ctl *ctl, const struct user *user, struct table *table,
    struct json_object *list, struct err *err)
{
	struct profile *profiles;
	struct json_object *obj;
	size_t i, n;

	if (store_profile_list(ctl->db, ctl->arena, user->id, &profiles, &n,
		err) == STORE_ERROR)
		return -1;
	for (i = 0; i < n; i++) {
		if (table != NULL) {
			put_row(table, user, &profiles[i]);
			continue;
		}
		obj = view_profile(&profiles[i]);
		json_add_text(obj, "email", user->email);
		json_object_array_add(list, obj);
	}
	return 0;
}

static int
run_list(struct ctl *ctl, const struct args *args)
{
	struct json_object *list =
	    ctl->is_json ? json_object_new_array() : NULL;
	struct table *table = NULL;
	struct user *users;
	struct err err;
	size_t i, n;

	(void)args;
	if (ctl_database(ctl, DB_READ, &err) == -1 ||
	    store_user_list(ctl->db, ctl->arena, &users, &n, &err) ==
		STORE_ERROR)
		goto err;
	if (list == NULL)
		table = table_new("Id|E-mail|Name|Limit>|PIN");
	for (i = 0; i < n; i++)
		if (add_profiles(ctl, &users[i], table, list, &err) == -1)
			goto err;
	return list != NULL ? ctl_print(ctl, list)
			    : table_print(ctl, table, "Nobody yet.");
err:
	json_object_put(list);
	table_free(table);
	return ctl_fail(ctl, &err);
}

static const struct command profile_list = {
	.name = "list",
	.summary = "Show all profiles with their limits",
	.run = run_list,
};

/* --- limit, unlock -------------------------------------------------------- */

static int
find_profile(
    struct ctl *ctl, const char *id, struct profile *profile, struct err *err)
{
	enum store_result found;

	if (ctl_database(ctl, DB_WRITE, err) == -1)
		return -1;
	found = store_profile_find(ctl->db, ctl->arena, id, profile, err);
	if (found == STORE_NONE)
		return err_set(err, ERR_PROFILE_NOT_FOUND,
		    "There is no profile %.60s; miauctl profile list shows "
		    "them.",
		    id);
	return found == STORE_OK ? 0 : -1;
}

/* Screens that show it begin anew; without miaud there is none. */
static void
tell_changed(struct ctl *ctl, const char *profile_id)
{
	struct json_object *params, *result;
	char **sessions;
	struct err err;
	size_t i, n;

	if (store_profile_sessions(ctl->db, ctl->arena, profile_id, &sessions,
		&n, &err) == STORE_ERROR)
		return;
	for (i = 0; i < n; i++) {
		params = json_object_new_object();
		json_add_text(params, "sessionId", sessions[i]);
		json_add_text(params, "reason", "profile_changed");
		if (ctl_call(ctl, "session.ended", params, TELL_MS, &result,
			&err) == -1)
			return;
		json_object_put(result);
	}
}

static int
put_profile(struct ctl *ctl, const struct profile *profile, struct err *err)
{
	int result = -1;

	if (ctl_keys(ctl, err) != NULL && db_begin(ctl->db, err) == 0 &&
	    store_profile_put(ctl->db, profile, true, err) == STORE_OK &&
	    ctl_audit(ctl, AUDIT_PROFILE_CHANGED, profile->id, err) == 0 &&
	    db_commit(ctl->db, err) == 0)
		result = 0;
	db_rollback(ctl->db);
	return result;
}

static int
write_profile(struct ctl *ctl, const struct profile *profile)
{
	const struct viewer *viewer = &profile->viewer;
	struct err err;

	if (put_profile(ctl, profile, &err) == -1)
		return ctl_fail(ctl, &err);
	tell_changed(ctl, profile->id);
	if (ctl->is_json)
		return ctl_print(ctl, view_profile(profile));
	if (viewer->is_unlimited)
		printf("%s sees every title", profile->name);
	else
		printf("%s sees titles up to %lld years%s", profile->name,
		    (long long)viewer->limit,
		    viewer->allows_unrated ? " and unrated ones" : "");
	puts(profile->pin_hash == NULL ? "." : ", with a PIN.");
	return CTL_OK;
}

static const struct option limit_options[] = {
	{ .name = "age",
	    .type = OPTION_INT,
	    .value = "YEARS",
	    .max = MATURITY_MAX,
	    .help = "Titles that ask for more are hidden. Without it the "
		    "profile sees every title." },
	{ .name = "unrated",
	    .help = "Show it titles that nobody has rated as well." },
	{ 0 },
};

static int
run_limit(struct ctl *ctl, const struct args *args)
{
	struct profile profile;
	struct err err;

	if (args_has(args, "unrated") && !args_has(args, "age"))
		return ctl_refuse(ctl, "--unrated goes with --age.");
	if (find_profile(ctl, args->word[0], &profile, &err) == -1)
		return ctl_fail(ctl, &err);
	profile.viewer.is_unlimited = !args_has(args, "age");
	profile.viewer.limit = args_int(args, "age", 0);
	profile.viewer.allows_unrated = args_has(args, "unrated");
	return write_profile(ctl, &profile);
}

static const struct command profile_limit = {
	.name = "limit",
	.words = "PROFILE",
	.min_words = 1,
	.max_words = 1,
	.summary = "Say what a profile may see",
	.help = "PROFILE is the id that miauctl profile list shows. Also the "
		"only profile of a person can be limited here: so a child has "
		"an account of its own.",
	.options = limit_options,
	.run = run_limit,
};

static int
run_unlock(struct ctl *ctl, const struct args *args)
{
	struct profile profile;
	struct err err;

	if (find_profile(ctl, args->word[0], &profile, &err) == -1)
		return ctl_fail(ctl, &err);
	profile.pin_hash = NULL;
	return write_profile(ctl, &profile);
}

static const struct command profile_unlock = {
	.name = "unlock",
	.words = "PROFILE",
	.min_words = 1,
	.max_words = 1,
	.summary = "Take a forgotten PIN away",
	.run = run_unlock,
};

static const struct command *const profile_subs[] = { &profile_list,
	&profile_limit, &profile_unlock, NULL };

const struct command command_profile = {
	.name = "profile",
	.summary = "Who watches as whom, and what they may see",
	.subs = profile_subs,
};
