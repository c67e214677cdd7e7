/* `miauctl films`: films under open licences, and adding them. */
#include <stdio.h>
#include <string.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/table.h"
#include "lib/base/json.h"

enum { CALL_MS = 60 * 1000 };

static int
run_list(struct ctl *ctl, const struct args *args)
{
	struct json_object *result = NULL, *list, *film;
	struct table *table;
	struct err err;
	size_t i;

	(void)args;
	if (ctl_call(ctl, "films.list", NULL, CALL_MS, &result, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(ctl, result);
	table = table_new("Name|Title|Year>|Licence|By|Library");
	list = json_get_array(result, "films");
	for (i = 0; i < json_object_array_length(list); i++) {
		film = json_object_array_get_idx(list, i);
		table_add(table, json_get_text(film, "name", ""));
		table_add(table, json_get_text(film, "title", ""));
		table_addf(
		    table, "%lld", (long long)json_get_int(film, "year", 0));
		table_add(table, json_get_text(film, "licence", ""));
		table_add(table, json_get_text(film, "credit", ""));
		table_add(table, json_get_text(film, "titleId", "no"));
	}
	json_object_put(result);
	return table_print(ctl, table, "The list is empty.");
}

static const struct command films_list = {
	.name = "list",
	.summary = "Show films under open licences",
	.run = run_list,
};

/* One of them; *known when it was there. */
static int
add_one(struct ctl *ctl, const char *name, bool *known, struct err *err)
{
	struct json_object *params = json_object_new_object(), *result = NULL;

	json_add_text(params, "name", name);
	if (ctl_call(ctl, "films.add", params, CALL_MS, &result, err) == -1)
		return -1;
	*known = json_get_bool(result, "known", false);
	json_object_put(result);
	return 0;
}

static int
add_all(struct ctl *ctl, int64_t *n_added, struct err *err)
{
	struct json_object *result = NULL, *list;
	bool known;
	size_t i;

	if (ctl_call(ctl, "films.list", NULL, CALL_MS, &result, err) == -1)
		return -1;
	list = json_get_array(result, "films");
	for (i = 0; i < json_object_array_length(list); i++) {
		if (add_one(ctl,
			json_get_text(
			    json_object_array_get_idx(list, i), "name", ""),
			&known, err) == -1) {
			json_object_put(result);
			return -1;
		}
		*n_added += !known;
	}
	json_object_put(result);
	return 0;
}

static int
run_add(struct ctl *ctl, const struct args *args)
{
	struct json_object *out;
	int64_t n_added = 0;
	bool known = false;
	struct err err;
	int result;

	if (strcmp(args->word[0], "all") == 0)
		result = add_all(ctl, &n_added, &err);
	else
		result = add_one(ctl, args->word[0], &known, &err);
	if (result == -1)
		return ctl_fail(ctl, &err);
	if (strcmp(args->word[0], "all") != 0)
		n_added = !known;
	if (ctl->is_json) {
		out = json_object_new_object();
		json_add_int(out, "added", n_added);
		return ctl_print(ctl, out);
	}
	if (n_added == 0)
		puts("Nothing new.");
	else
		printf("Added: %lld. Each is fetched while it is watched.\n",
		    (long long)n_added);
	return CTL_OK;
}

static const struct command films_add = {
	.name = "add",
	.words = "NAME|all",
	.min_words = 1,
	.max_words = 1,
	.summary = "Add films under open licences to the library",
	.help =
	    "Nothing is fetched before somebody watches; then what comes is "
	    "also uploaded to others, so net.consent has to be set.",
	.run = run_add,
};

static const struct command *const films_subs[] = { &films_list, &films_add,
	NULL };

const struct command command_films = {
	.name = "films",
	.summary = "Films under open licences that come from a swarm",
	.help =
	    "The list comes with Miauflix, or from the file that the setting "
	    "films.list names.",
	.subs = films_subs,
};
