/* `miauctl config`: the settings and where each comes from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miauctl/ask.h"
#include "daemon/miauctl/command.h"
#include "daemon/miauctl/confdoc.h"
#include "daemon/miauctl/config.h"
#include "daemon/miauctl/table.h"
#include "lib/auth/keys.h"
#include "lib/auth/stored_settings.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/view/view.h"

enum { CALL_MS = 5000, TEMPLATE_MAX = 256 * 1024 };

static const char *const source_names[] = {
	[SETTING_FROM_DEFAULT] = "default",
	[SETTING_FROM_DATABASE] = "database",
	[SETTING_FROM_FILE] = "file",
	[SETTING_FROM_ENVIRONMENT] = "environment",
};

/* Lays the stored values below environment and file. Without a database there
 * are none. */
int
config_read(struct ctl *ctl, struct err *err)
{
	const struct auth_keys *keys;

	if (!fs_exists(ctl->paths.database))
		return 0;
	if (ctl->db == NULL && ctl_database(ctl, DB_READ, err) == -1)
		return -1;
	keys = ctl_keys(ctl, err);
	if (keys == NULL)
		return -1;
	return auth_settings_apply(ctl->settings, ctl->db, keys, err);
}

static const char *
shown_value(const struct ctl *ctl, enum setting_id id)
{
	const char *text = settings_text(ctl->settings, id);

	if (id == SETTING_STATE_DIR)
		return ctl->paths.state;
	if ((setting_rows[id].flags & SETTING_SECRET) && text[0] != '\0')
		return VIEW_SECRET_MASK;
	return text;
}

/* The same as people read it, into the arena. */
static const char *
readable_value(const struct ctl *ctl, enum setting_id id)
{
	char shown[SETTINGS_SHOWN];

	if (setting_rows[id].type != SETTING_INT)
		return shown_value(ctl, id);
	settings_show(id, shown_value(ctl, id), shown, sizeof(shown));
	return arena_strdup(ctl->arena, shown);
}

static int
find_setting(const char *name, enum setting_id *id, struct err *err)
{
	int found = settings_find(name);

	if (found == -1)
		return err_set(err, ERR_SETTING_NOT_FOUND,
		    "There is no setting %.100s; `miauctl config list` shows "
		    "them all.",
		    name);
	*id = (enum setting_id)found;
	return 0;
}

static int
run_get(struct ctl *ctl, const struct args *args)
{
	enum setting_id id = SETTING__MAX;
	struct err err;

	if (find_setting(args->word[0], &id, &err) == -1 ||
	    config_read(ctl, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, view_setting(ctl->settings, id));
	puts(shown_value(ctl, id));
	return CTL_OK;
}

static const struct command config_get = {
	.name = "get",
	.words = "NAME",
	.min_words = 1,
	.max_words = 1,
	.complete = "setting",
	.summary = "Print the value that counts",
	.run = run_get,
};

/* miaud reads anew; without one there is nothing to tell. */
static void
tell_daemon(const struct ctl *ctl)
{
	struct json_object *result = NULL;
	struct err err;

	if (ctl_call(ctl, "settings.changed", NULL, CALL_MS, &result, &err) ==
		-1 &&
	    err.code != ERR_DAEMON_DOWN)
		fprintf(stderr, "miauctl: %s\n", err.text);
	json_object_put(result);
}

static int
check_writable(const struct ctl *ctl, enum setting_id id, struct err *err)
{
	char env[64];

	settings_env_name(id, env, sizeof(env));
	if (setting_rows[id].flags & SETTING_BOOT)
		return err_set(err, ERR_SETTING_LOCKED,
		    "%s is needed before the database is open: set %s in the "
		    "environment or in %s.",
		    setting_rows[id].name, env, ctl->paths.config);
	if (settings_source(ctl->settings, id) >= SETTING_FROM_FILE)
		return err_set(err, ERR_SETTING_LOCKED,
		    "The %s decides %s (%s).",
		    source_names[settings_source(ctl->settings, id)],
		    setting_rows[id].name, env);
	return 0;
}

int
config_store(
    struct ctl *ctl, enum setting_id id, const char *value, struct err *err)
{
	const struct auth_keys *keys;
	int result = -1;

	if (check_writable(ctl, id, err) == -1 ||
	    (value != NULL && settings_check(id, value, err) == -1) ||
	    (ctl->db == NULL && ctl_database(ctl, DB_WRITE, err) == -1))
		return -1;
	keys = ctl_keys(ctl, err);
	if (keys == NULL)
		return -1;
	if (db_begin(ctl->db, err) == 0 &&
	    auth_setting_put(ctl->db, keys, id, value, NULL, err) == 0 &&
	    ctl_audit(ctl, AUDIT_SETTING_CHANGED, setting_rows[id].name, err) ==
		0 &&
	    db_commit(ctl->db, err) == 0)
		result = 0;
	db_rollback(ctl->db);
	if (result == 0)
		tell_daemon(ctl);
	return result;
}

static int
print_stored(struct ctl *ctl, enum setting_id id, const char *value)
{
	struct err err;

	if (settings_set_stored(ctl->settings, id, value, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, view_setting(ctl->settings, id));
	printf("%s = %s%s\n", setting_rows[id].name, readable_value(ctl, id),
	    setting_rows[id].flags & SETTING_RESTART
		? "  (counts from the next start on)"
		: "");
	return CTL_OK;
}

static const struct option set_options[] = {
	{ .name = "value-file",
	    .type = OPTION_FILE,
	    .value = "FILE",
	    .help = "Read the value from its first line; \"-\" is standard "
		    "input. Secrets are given so and not as a word." },
	{ 0 },
};

static int
run_set(struct ctl *ctl, const struct args *args)
{
	const char *file = args_text(args, "value-file");
	const char *value = args->n_words > 1 ? args->word[1] : NULL;
	char read[ASK_MAX];
	enum setting_id id = SETTING__MAX;
	struct err err;
	int code;

	if (find_setting(args->word[0], &id, &err) == -1)
		return ctl_fail(ctl, &err);
	if ((setting_rows[id].flags & SETTING_SECRET) && value != NULL)
		return ctl_refuse(ctl,
		    "%s is a secret, which does not belong on the command "
		    "line; use --value-file.",
		    setting_rows[id].name);
	if (file != NULL && ask_password_file(file, read, &err) == -1)
		return ctl_fail(ctl, &err);
	if (file != NULL)
		value = read;
	if (value == NULL)
		return ctl_refuse(ctl, "The value is missing.");
	code = config_store(ctl, id, value, &err) == -1
	    ? ctl_fail(ctl, &err)
	    : print_stored(ctl, id, value);
	mem_wipe(read, sizeof(read));
	return code;
}

static const struct command config_set = {
	.name = "set",
	.words = "NAME [VALUE]",
	.min_words = 1,
	.max_words = 2,
	.complete = "setting",
	.summary = "Change a setting",
	.options = set_options,
	.run = run_set,
};

static int
run_unset(struct ctl *ctl, const struct args *args)
{
	enum setting_id id = SETTING__MAX;
	struct err err;

	if (find_setting(args->word[0], &id, &err) == -1 ||
	    config_store(ctl, id, NULL, &err) == -1)
		return ctl_fail(ctl, &err);
	return print_stored(ctl, id, NULL);
}

static const struct command config_unset = {
	.name = "unset",
	.words = "NAME",
	.min_words = 1,
	.max_words = 1,
	.complete = "setting",
	.summary = "Go back to the default",
	.run = run_unset,
};

static int
run_list(struct ctl *ctl, const struct args *args UNUSED)
{
	struct json_object *list;
	struct table *table;
	struct err err;
	int id;

	if (config_read(ctl, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json) {
		list = json_object_new_array();
		for (id = 0; id < SETTING__MAX; id++)
			json_object_array_add(list,
			    view_setting(ctl->settings, (enum setting_id)id));
		return ctl_print(ctl, list);
	}
	table = table_new("Setting|Value|From|What it is");
	for (id = 0; id < SETTING__MAX; id++) {
		table_add(table, setting_rows[id].name);
		table_add(table, readable_value(ctl, (enum setting_id)id));
		table_add(table,
		    source_names[settings_source(
			ctl->settings, (enum setting_id)id)]);
		table_add(table, setting_rows[id].help);
	}
	return table_print(ctl, table, "");
}

static const struct command config_list = {
	.name = "list",
	.summary = "Show all settings, their values and where these come from",
	.run = run_list,
};

static int
run_template(struct ctl *ctl UNUSED, const struct args *args UNUSED)
{
	struct buf text;

	buf_init(&text, TEMPLATE_MAX);
	confdoc_put(&text);
	fwrite(text.data, 1, text.len, stdout);
	buf_fini(&text);
	return CTL_OK;
}

static const struct command config_template = {
	.name = "template",
	.summary = "Print a commented configuration file",
	.help =
	    "Put it into the state folder as miauflix.conf, or anywhere and "
	    "name it in MIAU_CONFIG.",
	.run = run_template,
};

static const struct command *const config_subs[] = { &config_get, &config_set,
	&config_unset, &config_list, &config_template, NULL };

const struct command command_config = {
	.name = "config",
	.summary = "Settings",
	.help = "A value comes from the environment, else from the "
		"configuration file, else from the database (where `config "
		"set` and the app put it), else it is the default.",
	.subs = config_subs,
};
