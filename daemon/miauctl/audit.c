/* `miauctl audit`: the audit log, straight from the database. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/table.h"
#include "lib/auth/audit.h"
#include "lib/auth/key_proof.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/store/users.h"
#include "lib/view/view.h"

enum { ROWS = 200, ROWS_ARENA = 16 * 1024 * 1024, TEXT_MAX = 4 * 1024 * 1024 };

#define FILTERS                                                                \
	{ .name = "actor",                                                     \
		.type = OPTION_TEXT,                                           \
		.value = "PERSON",                                             \
		.help =                                                        \
		    "Only what this person did; an e-mail address or a user "  \
		    "name." },                                                 \
	    { .name = "event",                                                 \
		    .type = OPTION_TEXT,                                       \
		    .value = "EVENT",                                          \
		    .help = "Only this event, user.created and the like." },   \
	    { .name = "from",                                                  \
		    .type = OPTION_TEXT,                                       \
		    .value = "TIME",                                           \
		    .help = "At or after 2026-01-31 (UTC) or "                 \
			    "2026-01-31T12:00:00Z." },                         \
	{                                                                      \
		.name = "to", .type = OPTION_TEXT, .value = "TIME",            \
		.help = "Before this day or time."                             \
	}

static int
read_time(
    const struct args *args, const char *name, int64_t *at, struct err *err)
{
	const char *text = args_text(args, name);

	if (text == NULL)
		return 0;
	*at = clock_parse_iso(text);
	if (*at >= 0)
		return 0;
	return err_set(err, ERR_INVALID_FIELDS,
	    "--%s: %.40s is neither a day nor a time in UTC, like 2026-01-31 "
	    "or 2026-01-31T12:00:00Z.",
	    name, text);
}

static int
read_actor(struct ctl *ctl, const struct args *args,
    struct audit_filter *filter, struct err *err)
{
	const char *login = args_text(args, "actor");
	enum store_result found;
	struct user user;

	if (login == NULL)
		return 0;
	found = store_user_find_login(ctl->db, ctl->arena, login, &user, err);
	if (found == STORE_NONE)
		return err_set(err, ERR_USER_NOT_FOUND,
		    "There is nobody called %.100s.", login);
	filter->actor = user.id;
	return found == STORE_OK ? 0 : -1;
}

/* Opens the database and reads what is wanted of the log. */
static int
read_filter(struct ctl *ctl, const struct args *args,
    struct audit_filter *filter, struct err *err)
{
	*filter = (struct audit_filter){ .event = args_text(args, "event") };
	if (filter->event != NULL && !audit_event_is_known(filter->event))
		return err_set(err, ERR_INVALID_FIELDS,
		    "The log has no event %.64s; docs/audit.md lists them.",
		    filter->event);
	if (read_time(args, "from", &filter->from, err) == -1 ||
	    read_time(args, "to", &filter->to, err) == -1 ||
	    ctl_database(ctl, DB_READ, err) == -1)
		return -1;
	return read_actor(ctl, args, filter, err);
}

/* --- list ------------------------------------------------------------------ */

static const struct option list_options[] = {
	FILTERS,
	{ .name = "limit",
	    .type = OPTION_INT,
	    .value = "N",
	    .min = 1,
	    .max = 1000,
	    .help = "The last N; 50 when not given." },
	{ 0 },
};

/* A name, the id of somebody who is gone, or what was there instead of a person. */
static const char *
who(const struct audit_row *row)
{
	if (row->actor_name != NULL)
		return row->actor_name;
	return row->actor != NULL ? row->actor : view_audit_by(row);
}

/* The detail as it is stored, without the strokes that JSON allows before '/'. */
static void
add_detail(struct table *table, const char *detail)
{
	struct err ignored;
	struct json_object *json = json_parse(detail, strlen(detail), &ignored);

	if (strcmp(detail, "{}") == 0)
		table_add(table, NULL);
	else if (json == NULL)
		table_add(table, detail);
	else
		table_add(table,
		    json_object_to_json_string_ext(json,
			JSON_C_TO_STRING_PLAIN |
			    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(json);
}

static void
add_row(struct table *table, const struct audit_row *row)
{
	char at[64];

	ctl_time(row->at, at);
	table_addf(table, "%lld", (long long)row->id);
	table_add(table, at);
	table_add(table, row->event);
	table_add(table, who(row));
	table_add(
	    table, row->target_name != NULL ? row->target_name : row->target);
	table_add(table, row->address);
	add_detail(table, row->detail);
}

static int
run_list(struct ctl *ctl, const struct args *args)
{
	struct json_object *list;
	struct audit_filter filter;
	struct audit_row *rows;
	struct table *table;
	struct err err;
	size_t n, i;

	if (read_filter(ctl, args, &filter, &err) == -1 ||
	    store_audit_before(ctl->db, ctl->arena, &filter, INT64_MAX,
		(int)args_int(args, "limit", 50), &rows, &n, &err) != STORE_OK)
		return ctl_fail(ctl, &err);
	if (ctl->is_json) {
		list = json_object_new_array();
		for (i = 0; i < n; i++)
			json_object_array_add(list, view_audit(&rows[i]));
		return ctl_print(ctl, list);
	}
	table = table_new("No>|When|Event|Who|What|From|Detail");
	for (i = n; i-- > 0;)
		add_row(table, &rows[i]);
	return table_print(ctl, table, "Nothing of that kind has happened.");
}

static const struct command audit_list = {
	.name = "list",
	.summary = "Show what happened last, and who did it",
	.help = "docs/audit.md lists the events. \"terminal\": by who has "
		"access to the server; \"nobody\": by somebody who was not "
		"signed in; \"deleted\": by somebody who is gone.",
	.options = list_options,
	.run = run_list,
};

/* --- export ---------------------------------------------------------------- */

static const struct option export_options[] = {
	FILTERS,
	{ .name = "format",
	    .type = OPTION_CHOICE,
	    .value = "FORMAT",
	    .choices = "csv|jsonl",
	    .help = "A table (csv), or an object a line (jsonl)." },
	{ 0 },
};

static void
put_line(struct buf *text, const struct audit_row *row, bool is_csv)
{
	struct json_object *obj;

	if (is_csv) {
		view_audit_csv(text, row);
		return;
	}
	obj = view_audit(row);
	(void)!json_write(text, obj);
	buf_puts(text, "\n");
	json_object_put(obj);
}

/* Some rows before *before; how many, or -1. */
static int
export_rows(struct ctl *ctl, const struct audit_filter *filter, bool is_csv,
    int64_t *before, struct err *err)
{
	struct arena *arena = arena_new(ROWS_ARENA);
	struct audit_row *rows;
	struct buf text;
	size_t n = 0, i;
	int result = -1;

	buf_init(&text, TEXT_MAX);
	if (store_audit_before(ctl->db, arena, filter, *before, ROWS, &rows, &n,
		err) == STORE_OK) {
		for (i = 0; i < n; i++)
			put_line(&text, &rows[i], is_csv);
		if (n > 0)
			*before = rows[n - 1].id;
		if (buf_failed(&text) ||
		    fwrite(text.data, 1, text.len, stdout) != text.len)
			err_errno(err, ERR_IO, "Cannot write");
		else
			result = (int)n;
	}
	buf_fini(&text);
	arena_free(arena);
	return result;
}

static int
run_export(struct ctl *ctl, const struct args *args)
{
	const char *format = args_text(args, "format");
	bool is_csv = format == NULL || strcmp(format, "csv") == 0;
	struct audit_filter filter;
	int64_t before = INT64_MAX;
	struct buf head;
	struct err err;
	int n = ROWS;

	if (read_filter(ctl, args, &filter, &err) == -1)
		return ctl_fail(ctl, &err);
	buf_init(&head, 1024);
	if (is_csv)
		view_audit_csv_head(&head);
	fputs(head.data, stdout);
	buf_fini(&head);
	while (n == ROWS)
		n = export_rows(ctl, &filter, is_csv, &before, &err);
	return n == -1 ? ctl_fail(ctl, &err) : CTL_OK;
}

static const struct command audit_export = {
	.name = "export",
	.summary =
	    "Print the log, newest first, for a spreadsheet or a program",
	.help = "A cell that a spreadsheet would take for a formula begins "
		"with an apostrophe.",
	.options = export_options,
	.run = run_export,
};

/* --- verify ---------------------------------------------------------------- */

static struct json_object *
report_json(const struct audit_report *report)
{
	struct json_object *obj = json_object_new_object(), *fault;
	struct json_object *faults = json_object_new_array();
	int i;

	json_add_bool(obj, "whole", report->n_faults == 0);
	json_add_int(obj, "rows", report->n_rows);
	json_add_int(obj, "adopted", report->n_adopted);
	json_add_time(obj, "beganAt", report->began_at);
	json_add_int(obj, "lastId", report->last_id);
	json_add_text(obj, "hash", report->hash);
	for (i = 0; i < report->n_faults && i < AUDIT_FAULTS_MAX; i++) {
		fault = json_object_new_object();
		json_add_int(fault, "id", report->faults[i].id);
		json_add_text(fault, "problem", report->faults[i].text);
		json_object_array_add(faults, fault);
	}
	json_add_int(obj, "nFaults", report->n_faults);
	json_add(obj, "faults", faults);
	return obj;
}

static void
print_report(const struct audit_report *report)
{
	char began[64];
	int i;

	ctl_time(report->began_at, began);
	printf("%lld rows, chained since %s", (long long)report->n_rows, began);
	if (report->n_adopted > 0)
		printf(" (%lld of them from before)",
		    (long long)report->n_adopted);
	printf(".\nThe last is %lld, its hash %s.\n",
	    (long long)report->last_id, report->hash);
	if (report->n_faults == 0) {
		puts("Nothing was changed, removed or put in.");
		return;
	}
	for (i = 0; i < report->n_faults && i < AUDIT_FAULTS_MAX; i++)
		if (report->faults[i].id == 0)
			printf("Log: %s.\n", report->faults[i].text);
		else
			printf("Row %lld: %s.\n",
			    (long long)report->faults[i].id,
			    report->faults[i].text);
	if (report->n_faults > AUDIT_FAULTS_MAX)
		printf("… and %lld more.\n",
		    (long long)report->n_faults - AUDIT_FAULTS_MAX);
}

static int
run_verify(struct ctl *ctl, const struct args *args)
{
	struct audit_report *report;
	struct auth_keys *keys;
	struct db *db;
	struct err err;
	int code;

	(void)args;
	if (ctl_database(ctl, DB_READ, &err) == -1)
		return ctl_fail(ctl, &err);
	db = db_open_snapshot(ctl->pool);
	keys = auth_keys_open_reading(ctl->paths.keys, db, &err);
	if (keys == NULL) {
		db_close(db);
		return ctl_fail(ctl, &err);
	}
	report = mem_calloc(1, sizeof(*report));
	code = audit_verify(db, keys, report, &err);
	auth_keys_free(keys);
	db_close(db);
	if (code == -1) {
		free(report);
		return ctl_fail(ctl, &err);
	}
	code = report->n_faults == 0 ? CTL_OK : CTL_FAILED;
	if (ctl->is_json)
		ctl_print(ctl, report_json(report));
	else
		print_report(report);
	free(report);
	return code;
}

static const struct command audit_verify_command = {
	.name = "verify",
	.summary = "Look whether the log was changed by another hand",
	.help = "Follows the chain of hashes and compares its end with what "
		"was sealed with the master key. Fails when a row was "
		"changed, removed, put in or cut off at the end. An older "
		"state of the whole database is whole as well: note number "
		"and hash of the last row elsewhere, and compare.",
	.run = run_verify,
};

static const struct command *const audit_subs[] = { &audit_list,
	&audit_verify_command, &audit_export, NULL };

const struct command command_audit = {
	.name = "audit",
	.summary = "What happened to accounts, rights and settings",
	.subs = audit_subs,
};
