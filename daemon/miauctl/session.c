/* `miauctl session`: on which devices people are signed in. */
#include <stdio.h>
#include <string.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/people.h"
#include "daemon/miauctl/table.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/store/device_codes.h"
#include "lib/store/sessions.h"
#include "lib/view/view.h"

enum { CALL_MS = 5000 };

/* A session with its person. */
typedef int (*session_fn)(struct ctl *ctl, const struct user *user,
    const struct session *session, void *arg, struct err *err);

static int
for_each(struct ctl *ctl, const struct args *args, session_fn run, void *arg,
    struct err *err)
{
	int64_t now = clock_now_ms();
	struct session *sessions;
	struct user *users;
	size_t i, j, n, n_users;

	if (person_chosen(ctl, args, &users, &n_users, err) == -1)
		return -1;
	for (i = 0; i < n_users; i++) {
		if (store_session_list(ctl->db, ctl->arena, users[i].id, now,
			&sessions, &n, err) == STORE_ERROR)
			return -1;
		for (j = 0; j < n; j++)
			if (run(ctl, &users[i], &sessions[j], arg, err) == -1)
				return -1;
	}
	return 0;
}

static int
add_json(struct ctl *ctl UNUSED, const struct user *user,
    const struct session *session, void *arg, struct err *err UNUSED)
{
	struct json_object *obj = view_device(session);

	json_add(obj, "user", view_user(user));
	json_object_array_add(arg, obj);
	return 0;
}

static int
add_row(struct ctl *ctl UNUSED, const struct user *user,
    const struct session *session, void *arg, struct err *err UNUSED)
{
	char used[64], since[64];

	ctl_time(session->last_used_at, used);
	ctl_time(session->created_at, since);
	table_add(arg, session->id);
	table_add(arg, user->email);
	table_add(arg, session->device);
	table_add(arg, session->address);
	table_add(arg, used);
	table_add(arg, since);
	return 0;
}

static int
run_session_list(struct ctl *ctl, const struct args *args)
{
	struct json_object *list;
	struct table *table;
	struct err err;

	if (ctl_database(ctl, DB_READ, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json) {
		list = json_object_new_array();
		if (for_each(ctl, args, add_json, list, &err) == 0)
			return ctl_print(ctl, list);
		json_object_put(list);
		return ctl_fail(ctl, &err);
	}
	table = table_new("Session|Person|Device|Address|Last used|Since");
	if (for_each(ctl, args, add_row, table, &err) == -1) {
		table_free(table);
		return ctl_fail(ctl, &err);
	}
	return table_print(ctl, table, "Nobody is signed in.");
}

static const struct command session_list = {
	.name = "list",
	.summary = "Show who is signed in, and on which devices",
	.options = person_options,
	.run = run_session_list,
};

struct end {
	const char *id; /* NULL: all that are found */
	int64_t n;
};

/* Listeners hear of it from miaud. Without it none are there, and handlers find
 * the session ended in its row. */
static void
tell(struct ctl *ctl, const char *session_id)
{
	struct json_object *params = json_object_new_object(), *result = NULL;
	struct err ignored;

	json_add_text(params, "sessionId", session_id);
	json_add_text(params, "reason", "revoked");
	if (ctl_call(
		ctl, "session.ended", params, CALL_MS, &result, &ignored) == 0)
		json_object_put(result);
}

static int
audit_end(struct ctl *ctl, const char *session_id, struct err *err)
{
	const struct audit_entry entry = { .event = AUDIT_SESSION_ENDED,
		.target = session_id,
		.detail = "{\"reason\":\"terminal\"}" };
	const struct auth_keys *keys = ctl_keys(ctl, err);

	return keys == NULL ? -1 : audit_write(ctl->db, keys, &entry, err);
}

static int
end_one(struct ctl *ctl, const struct user *user UNUSED,
    const struct session *session, void *arg, struct err *err)
{
	struct end *end = arg;
	enum store_result result;

	if (end->id != NULL && strcmp(end->id, session->id) != 0)
		return 0;
	if (db_begin(ctl->db, err) == -1)
		return -1;
	result = store_session_revoke(ctl->db, session->id, "terminal", err);
	if (result != STORE_OK) {
		db_rollback(ctl->db);
		return result == STORE_NONE ? 0 : -1;
	}
	if (audit_end(ctl, session->id, err) == -1 ||
	    db_commit(ctl->db, err) == -1) {
		db_rollback(ctl->db);
		return -1;
	}
	tell(ctl, session->id);
	end->n++;
	return 0;
}

/* Devices that were let in and have not come yet would come afterwards. */
static int
forget_devices(struct ctl *ctl, const struct args *args, struct err *err)
{
	struct user *users;
	size_t i, n;

	if (person_chosen(ctl, args, &users, &n, err) == -1)
		return -1;
	for (i = 0; i < n; i++)
		if (store_device_code_forget(ctl->db, users[i].id, err) ==
		    STORE_ERROR)
			return -1;
	return 0;
}

static int
run_session_end(struct ctl *ctl, const struct args *args)
{
	struct end end = { .id = args->n_words > 0 ? args->word[0] : NULL };
	struct json_object *out;
	struct err err;

	if ((end.id == NULL) == (args_text(args, "user") == NULL))
		return ctl_refuse(ctl,
		    "Name one session (`miauctl session list` shows them), or "
		    "a person with --user.");
	if (ctl_database(ctl, DB_WRITE, &err) == -1 ||
	    (end.id == NULL && forget_devices(ctl, args, &err) == -1) ||
	    for_each(ctl, args, end_one, &end, &err) == -1)
		return ctl_fail(ctl, &err);
	if (end.id != NULL && end.n == 0) {
		err_set(&err, ERR_SESSION_NOT_FOUND,
		    "Nobody is signed in by a session %.100s.", end.id);
		return ctl_fail(ctl, &err);
	}
	if (!ctl->is_json) {
		printf("%lld signed out.\n", (long long)end.n);
		return CTL_OK;
	}
	out = json_object_new_object();
	json_add_int(out, "ended", end.n);
	return ctl_print(ctl, out);
}

static const struct command session_end_command = {
	.name = "end",
	.words = "[SESSION]",
	.max_words = 1,
	.summary = "Sign somebody out",
	.help =
	    "One session by its number from `miauctl session list`, or with "
	    "--user all of a person. What plays there stops.",
	.options = person_options,
	.run = run_session_end,
};

static const struct command *const session_subs[] = { &session_list,
	&session_end_command, NULL };

const struct command command_session = {
	.name = "session",
	.summary = "Devices on which people are signed in",
	.subs = session_subs,
};
