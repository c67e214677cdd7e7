/* `miauctl call`, `events`, `tasks`: what miaud can be asked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/table.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/wire/wire.h"

enum { CALL_MS = 30 * 1000, OPEN_MS = 5000 };

/* --- call ----------------------------------------------------------------- */

static int
run_call(struct ctl *ctl, const struct args *args)
{
	struct json_object *params = NULL, *result = NULL;
	struct err err;

	if (args->n_words > 1) {
		params = json_parse(args->word[1], strlen(args->word[1]), &err);
		if (params == NULL)
			return ctl_fail(ctl, &err);
	}
	if (ctl_call(ctl, args->word[0], params, CALL_MS, &result, &err) == -1)
		return ctl_fail(ctl, &err);
	return ctl_print(ctl, result);
}

const struct command command_call = {
	.name = "call",
	.words = "METHOD [JSON]",
	.min_words = 1,
	.max_words = 2,
	.complete = "method",
	.summary = "Call a method of miaud and print its result",
	.help = "JSON is the object of parameters, for example "
		"'{\"folder\": 1}'.",
	.run = run_call,
};

/* --- events --------------------------------------------------------------- */

static const struct option events_options[] = {
	{ .name = "follow",
	    .letter = 'f',
	    .help = "Go on until Ctrl-C; otherwise only the next one is "
		    "printed." },
	{ .name = "topic",
	    .letter = 't',
	    .type = OPTION_TEXT,
	    .value = "TOPIC",
	    .is_many = true,
	    .help = "Only this topic; may be given more than once." },
	{ .name = "since",
	    .type = OPTION_TEXT,
	    .value = "ID",
	    .help = "First those that came after this one." },
	{ 0 },
};

static bool
is_wanted(const struct args *args, const char *topic)
{
	const char *wanted;
	int i;

	for (i = 0; (wanted = args_nth(args, "topic", i)) != NULL; i++)
		if (strcmp(wanted, topic) == 0)
			return true;
	return i == 0;
}

static void
print_event(const struct ctl *ctl, struct json_object *event)
{
	struct json_object *data = json_get_object(event, "data");
	char now[CLOCK_ISO_SIZE];

	if (ctl->is_json) {
		puts(json_object_to_json_string_ext(event,
		    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	} else {
		clock_iso(clock_now_ms(), now);
		printf("%.8s  %-10s %s\n", now + 11,
		    json_get_text(event, "topic", "?"),
		    data == NULL ? "{}"
				 : json_object_to_json_string_ext(data,
				       JSON_C_TO_STRING_PLAIN |
					   JSON_C_TO_STRING_NOSLASHESCAPE));
	}
	fflush(stdout);
}

static struct wire_client *
subscribe(const struct ctl *ctl, const char *since, struct err *err)
{
	struct json_object *params = json_object_new_object(), *result = NULL;
	struct wire_client *client = NULL;
	char path[PATHS_MAX];

	if (since != NULL)
		json_add_text(params, "since", since);
	if (paths_socket(
		&ctl->paths, WIRE_SOCKET_ADMIN, path, sizeof(path), err) == 0)
		client = wire_open(path, OPEN_MS, err);
	if (client == NULL) {
		json_object_put(params);
		return NULL;
	}
	if (wire_call(client, "events.subscribe", params, OPEN_MS, &result,
		err) == -1) {
		wire_close(client);
		return NULL;
	}
	json_object_put(result);
	return client;
}

static int
run_events(struct ctl *ctl, const struct args *args)
{
	struct json_object *event;
	struct wire_client *client;
	struct err err;
	bool go_on = true;

	client = subscribe(ctl, args_text(args, "since"), &err);
	if (client == NULL)
		return ctl_fail(ctl, &err);
	while (go_on) {
		event = wire_next(client, -1, &err);
		if (event == NULL) {
			wire_close(client);
			return ctl_fail(ctl, &err);
		}
		if (is_wanted(args, json_get_text(event, "topic", ""))) {
			print_event(ctl, event);
			go_on = args_has(args, "follow");
		}
		json_object_put(event);
	}
	wire_close(client);
	return CTL_OK;
}

const struct command command_events = {
	.name = "events",
	.summary = "Show what happens",
	.options = events_options,
	.run = run_events,
};

/* --- tasks ---------------------------------------------------------------- */

/* "2026-01-31T12:00:00.000Z" shorter; "-" for null. */
static void
add_time_cell(struct table *table, struct json_object *task, const char *key)
{
	const char *iso = json_get_text(task, key, NULL);

	if (iso == NULL || strlen(iso) < 19)
		table_add(table, NULL);
	else
		table_addf(table, "%.10s %.8s", iso, iso + 11);
}

static int
run_tasks_list(struct ctl *ctl, const struct args *args UNUSED)
{
	struct json_object *result = NULL, *tasks, *task;
	struct table *table;
	struct err err;
	size_t i, n;

	if (ctl_call(ctl, "tasks.list", NULL, CALL_MS, &result, &err) == -1)
		return ctl_fail(ctl, &err);
	tasks = json_get_array(result, "tasks");
	if (ctl->is_json) {
		json_object_get(tasks);
		json_object_put(result);
		return ctl_print(ctl, tasks);
	}
	table = table_new("Task|State|Last end (UTC)|Result|Next|What it does");
	n = tasks == NULL ? 0 : json_object_array_length(tasks);
	for (i = 0; i < n; i++) {
		task = json_object_array_get_idx(tasks, i);
		table_add(table, json_get_text(task, "name", NULL));
		table_add(table, json_get_text(task, "state", NULL));
		add_time_cell(table, task, "finishedAt");
		table_add(table,
		    json_get_text(
			task, "error", json_get_text(task, "result", NULL)));
		add_time_cell(table, task, "nextAt");
		table_add(table, json_get_text(task, "summary", NULL));
	}
	json_object_put(result);
	return table_print(ctl, table, "No tasks.");
}

static const struct command tasks_list = {
	.name = "list",
	.summary = "Show the scheduled tasks",
	.run = run_tasks_list,
};

static int
call_task(struct ctl *ctl, const struct args *args, const char *method,
    const char *sentence)
{
	struct json_object *params = json_object_new_object(), *result = NULL;
	struct err err;

	json_add_text(params, "name", args->word[0]);
	if (ctl_call(ctl, method, params, CALL_MS, &result, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, result);
	json_object_put(result);
	printf("%s %s.\n", args->word[0], sentence);
	return CTL_OK;
}

static int
run_tasks_run(struct ctl *ctl, const struct args *args)
{
	return call_task(ctl, args, "tasks.run", "runs now");
}

static int
run_tasks_pause(struct ctl *ctl, const struct args *args)
{
	return call_task(
	    ctl, args, "tasks.pause", "runs no more until it is resumed");
}

static int
run_tasks_resume(struct ctl *ctl, const struct args *args)
{
	return call_task(ctl, args, "tasks.resume", "runs again by itself");
}

static const struct command tasks_run = {
	.name = "run",
	.words = "TASK",
	.min_words = 1,
	.max_words = 1,
	.complete = "task",
	.summary = "Run a task now",
	.run = run_tasks_run,
};

static const struct command tasks_pause = {
	.name = "pause",
	.words = "TASK",
	.min_words = 1,
	.max_words = 1,
	.complete = "task",
	.summary = "Keep a task from running by itself",
	.run = run_tasks_pause,
};

static const struct command tasks_resume = {
	.name = "resume",
	.words = "TASK",
	.min_words = 1,
	.max_words = 1,
	.complete = "task",
	.summary = "Let a paused task run by itself again",
	.run = run_tasks_resume,
};

static const struct command *const tasks_subs[] = { &tasks_list, &tasks_run,
	&tasks_pause, &tasks_resume, NULL };

const struct command command_tasks = {
	.name = "tasks",
	.summary = "What miaud does by the clock",
	.subs = tasks_subs,
};
