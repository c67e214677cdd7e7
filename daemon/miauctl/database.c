/* `miauctl db`: the database as a file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/prepare.h"
#include "lib/auth/key_proof.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/db/admin.h"

static int
newest_version(void)
{
	int i, newest = 0;

	for (i = 0; db_migrations[i].number != 0; i++)
		newest = db_migrations[i].number;
	return newest;
}

static int
run_migrate(struct ctl *ctl, const struct args *args UNUSED)
{
	struct json_object *out;
	struct err err;
	int applied = 0;

	if (prepare_refuse_running(ctl, &err) == -1 ||
	    paths_refuse_foreign(&ctl->paths, &err) == -1 ||
	    paths_make(&ctl->paths, &err) == -1 ||
	    db_migrate(
		ctl->paths.database, ctl->paths.backups, &applied, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json) {
		out = json_object_new_object();
		json_add_int(out, "applied", applied);
		json_add_int(out, "version", newest_version());
		return ctl_print(ctl, out);
	}
	if (applied == 0)
		printf(
		    "Nothing to do: the schema is at %d.\n", newest_version());
	else
		printf("%d migrations applied; the schema is at %d.\n", applied,
		    newest_version());
	return CTL_OK;
}

static const struct command db_migrate_row = {
	.name = "migrate",
	.summary = "Bring the database to this program's schema",
	.help = "miaud does this at its start. A backup is made first.",
	.run = run_migrate,
};

static int
run_status(struct ctl *ctl, const struct args *args UNUSED)
{
	struct json_object *out;
	int64_t free_bytes = 0, total = 0;
	struct err err;
	char size[64];
	int version = 0;

	if (ctl_expect_database(ctl, &err) == -1)
		return ctl_fail(ctl, &err);
	if (db_schema_version(ctl->paths.database, &version, &err) == -1 ||
	    fs_space(ctl->paths.state, &free_bytes, &total, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json) {
		out = json_object_new_object();
		json_add_text(out, "path", ctl->paths.database);
		json_add_int(out, "version", version);
		json_add_int(out, "newest", newest_version());
		json_add_int(out, "freeBytes", free_bytes);
		return ctl_print(ctl, out);
	}
	ctl_size(free_bytes, size);
	printf("%s\nschema %d of %d, %s free on its disk\n",
	    ctl->paths.database, version, newest_version(), size);
	return CTL_OK;
}

static const struct command db_status_row = {
	.name = "status",
	.summary = "Show the file, its schema and the room left",
	.run = run_status,
};

static int
run_check(struct ctl *ctl, const struct args *args UNUSED)
{
	struct json_object *out;
	struct err err;

	if (ctl_expect_database(ctl, &err) == -1 ||
	    db_check(ctl->paths.database, &err) == -1)
		return ctl_fail(ctl, &err);
	if (!ctl->is_json) {
		puts("The database is sound.");
		return CTL_OK;
	}
	out = json_object_new_object();
	json_add_bool(out, "ok", true);
	return ctl_print(ctl, out);
}

static const struct command db_check_row = {
	.name = "check",
	.summary = "Read the whole database and look for damage",
	.run = run_check,
};

static int
run_backup(struct ctl *ctl, const struct args *args)
{
	char path[PATHS_MAX + 64];
	struct json_object *out;
	struct err err;

	if (args->n_words > 0)
		snprintf(path, sizeof(path), "%s", args->word[0]);
	else if (db_backup_name(
		     ctl->paths.backups, "", path, sizeof(path), &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl_expect_database(ctl, &err) == -1 ||
	    paths_make(&ctl->paths, &err) == -1 ||
	    db_backup(ctl->paths.database, path, &err) == -1)
		return ctl_fail(ctl, &err);
	if (!ctl->is_json) {
		printf("%s\n", path);
		return CTL_OK;
	}
	out = json_object_new_object();
	json_add_text(out, "path", path);
	return ctl_print(ctl, out);
}

static const struct command db_backup_row = {
	.name = "backup",
	.words = "[FILE]",
	.max_words = 1,
	.complete = "file",
	.summary = "Copy the database, also while everything runs",
	.help = "The copy is checked. It does not hold the master key: keep "
		"`miauctl keys export` apart from it.",
	.run = run_backup,
};

static int
run_restore(struct ctl *ctl, const struct args *args)
{
	struct json_object *out;
	struct err err;

	/* That it is damaged is said better by who restores it. */
	if (auth_keys_fit(ctl->paths.keys, args->word[0], &err) == -1 &&
	    err.code == ERR_CORRUPT)
		return ctl_fail(ctl, &err);
	if (prepare_refuse_running(ctl, &err) == -1 ||
	    paths_refuse_foreign(&ctl->paths, &err) == -1 ||
	    paths_make(&ctl->paths, &err) == -1 ||
	    db_restore(args->word[0], ctl->paths.database, &err) == -1)
		return ctl_fail(ctl, &err);
	if (!ctl->is_json) {
		printf("%s stands in the place of the database; what was "
		       "there is beside it.\n",
		    args->word[0]);
		return CTL_OK;
	}
	out = json_object_new_object();
	json_add_bool(out, "restored", true);
	return ctl_print(ctl, out);
}

static const struct command db_restore_row = {
	.name = "restore",
	.words = "FILE",
	.min_words = 1,
	.max_words = 1,
	.complete = "file",
	.summary = "Put a backup in the place of the database",
	.help = "Miauflix must not run. The backup is checked first: it must "
		"be sealed by the present master key, if it says by which.",
	.run = run_restore,
};

static const struct command *const db_subs[] = { &db_migrate_row,
	&db_status_row, &db_check_row, &db_backup_row, &db_restore_row, NULL };

const struct command command_db = {
	.name = "db",
	.summary = "The database: migrate, status, check, backup, restore",
	.subs = db_subs,
};
