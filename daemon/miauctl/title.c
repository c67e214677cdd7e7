/* `miauctl title`: films and shows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/import.h"
#include "daemon/miauctl/table.h"
#include "lib/base/json.h"
#include "lib/base/str.h"
#include "lib/store/notes.h"
#include "lib/store/sources.h"
#include "lib/store/titles.h"
#include "lib/view/view.h"

enum { PAGE = 100 };

static const struct option list_options[] = {
	{ .name = "kind",
	    .type = OPTION_CHOICE,
	    .value = "KIND",
	    .choices = "movie|show",
	    .help = "Only films (movie) or only shows (show)." },
	{ .name = "genre",
	    .type = OPTION_TEXT,
	    .value = "GENRE",
	    .help = "Only this genre." },
	{ .name = "playable", .help = "Only what can be played." },
	{ .name = "limit",
	    .letter = 'n',
	    .type = OPTION_INT,
	    .value = "N",
	    .min = 1,
	    .max = 10000000,
	    .help = "At most so many (200)." },
	{ 0 },
};

static enum title_kind
kind_of(const char *text)
{
	if (text == NULL)
		return TITLE_ANY;
	return strcmp(text, "show") == 0 ? TITLE_SHOW : TITLE_MOVIE;
}

static void
put_title(struct table *table, const struct title *title, struct arena *arena)
{
	table_add(table, store_title_public_id(arena, title->kind, title->pid));
	table_add(table, title->name);
	if (title->year > 0)
		table_addf(table, "%lld", (long long)title->year);
	else
		table_add(table, NULL);
	table_add(table, title->is_playable ? "playable" : "no source");
	table_add(table, title->poster == NULL ? "no" : "yes");
}

static int
read_titles(struct ctl *ctl, const struct args *args, struct json_object *list,
    struct table *table, struct err *err)
{
	const struct title_query query = {
		.kind = kind_of(args_text(args, "kind")),
		.genre = args_text(args, "genre"),
		.playable_only = args_has(args, "playable"),
	};
	const struct view view = { .arena = ctl->arena,
		.base_path =
		    settings_text(ctl->settings, SETTING_HTTP_BASE_PATH) };
	int64_t left = args_int(args, "limit", 200);
	struct store_page page = { 0 };
	struct title_list titles;
	size_t i;

	do {
		page.size = left < PAGE ? (int)left : PAGE;
		if (store_title_list(ctl->db, ctl->arena, &store_unlimited,
			&query, &page, &titles, err) == STORE_ERROR)
			return -1;
		for (i = 0; i < titles.n; i++)
			if (table != NULL)
				put_title(table, &titles.items[i], ctl->arena);
			else
				json_object_array_add(
				    list, view_card(&view, &titles.items[i]));
		left -= (int64_t)titles.n;
		page.cursor = titles.cursor;
	} while (titles.cursor != NULL && left > 0);
	return 0;
}

static int
run_list(struct ctl *ctl, const struct args *args)
{
	struct json_object *list = NULL;
	struct table *table = NULL;
	struct err err;

	if (ctl_database(ctl, DB_READ, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		list = json_object_new_array();
	else
		table = table_new("Id|Name|Year>|State|Poster");
	if (read_titles(ctl, args, list, table, &err) == -1) {
		json_object_put(list);
		table_free(table);
		return ctl_fail(ctl, &err);
	}
	return table != NULL ? table_print(ctl, table, "No title.")
			     : ctl_print(ctl, list);
}

static const struct command title_list_row = {
	.name = "list",
	.summary = "Show films and shows",
	.options = list_options,
	.run = run_list,
};

/* --- show ----------------------------------------------------------------- */

static int
find_title(
    struct ctl *ctl, const char *id, struct title *title, struct err *err)
{
	enum store_result found;
	enum title_kind kind;
	const char *imdb_id = NULL;
	int64_t pid = 0;

	if (!store_title_parse_id(id, &kind, &pid, &imdb_id))
		return err_set(err, ERR_TITLE_NOT_FOUND,
		    "%.60s is no title; one looks like movie-603 or show-5.",
		    id);
	found = imdb_id != NULL ? store_title_find_imdb(ctl->db, ctl->arena,
				      &store_unlimited, imdb_id, title, err)
				: store_title_find(ctl->db, ctl->arena,
				      &store_unlimited, kind, pid, title, err);
	if (found == STORE_NONE)
		return err_set(
		    err, ERR_TITLE_NOT_FOUND, "There is no title %.60s.", id);
	return found == STORE_OK ? 0 : -1;
}

static void
print_place(const struct source *source)
{
	if (source->torrent_id == 0) {
		puts(source->path);
		return;
	}
	printf("download %lld", (long long)source->torrent_id);
	if (source->problem != NULL)
		printf("  %s: %s", source->problem,
		    err_title(err_from_name(source->problem)));
	puts("");
}

/* Why it played as it did when it was played last. */
static int
print_reason(struct ctl *ctl, const struct title *title, struct err *err)
{
	struct reason *reasons;
	const char *subject =
	    store_title_public_id(ctl->arena, title->kind, title->pid);
	size_t i, n;

	if (store_reason_list(
		ctl->db, ctl->arena, subject, &reasons, &n, err) == STORE_ERROR)
		return -1;
	for (i = 0; i < n; i++)
		printf("Last choice: %s\n", reasons[i].sentence);
	return 0;
}

static void
print_sources(const struct source *sources, size_t n)
{
	char size[64];
	size_t i;

	for (i = 0; i < n; i++) {
		ctl_size(sources[i].size, size);
		printf("  %-4s %-5s %10s  ", sources[i].quality,
		    sources[i].video_codec, size);
		print_place(&sources[i]);
	}
}

static int
print_episodes(struct ctl *ctl, const struct title *title, struct err *err)
{
	struct episode *episodes = NULL;
	struct table *table;
	size_t i, n = 0;

	if (store_episode_list(ctl->db, ctl->arena, &store_unlimited, title->id,
		-1, &episodes, &n, err) == STORE_ERROR)
		return -1;
	table = table_new("Season>|Episode>|Name|State");
	for (i = 0; i < n; i++) {
		table_addf(table, "%lld", (long long)episodes[i].season);
		table_addf(table, "%lld", (long long)episodes[i].number);
		table_add(table, episodes[i].name);
		table_add(
		    table, episodes[i].is_playable ? "playable" : "no source");
	}
	table_print(ctl, table, "No episodes.");
	return 0;
}

static int
print_title(struct ctl *ctl, const struct title *title,
    const struct source *sources, size_t n, struct err *err)
{
	size_t i;

	printf("%s", title->name);
	if (title->year > 0)
		printf(" (%lld)", (long long)title->year);
	printf("  %s\n",
	    store_title_public_id(ctl->arena, title->kind, title->pid));
	for (i = 0; title->genres != NULL && title->genres[i] != NULL; i++)
		printf("%s%s", i == 0 ? "" : ", ", title->genres[i]);
	if (i > 0)
		puts("");
	if (title->overview != NULL && title->overview[0] != '\0')
		printf("%s\n", title->overview);
	if (title->kind == TITLE_SHOW)
		return print_episodes(ctl, title, err);
	if (n == 0)
		puts("No source yet.");
	print_sources(sources, n);
	return print_reason(ctl, title, err);
}

static int
run_show(struct ctl *ctl, const struct args *args)
{
	const struct view view = { .arena = ctl->arena,
		.base_path =
		    settings_text(ctl->settings, SETTING_HTTP_BASE_PATH) };
	struct source *sources = NULL;
	struct title title;
	struct err err;
	size_t n = 0;

	if (ctl_database(ctl, DB_READ, &err) == -1 ||
	    find_title(ctl, args->word[0], &title, &err) == -1 ||
	    store_source_list(ctl->db, ctl->arena, &store_unlimited, title.id,
		0, &sources, &n, &err) == STORE_ERROR)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		return ctl_print(
		    ctl, view_title(&view, &title, sources, n, NULL, 0));
	if (print_title(ctl, &title, sources, n, &err) == -1)
		return ctl_fail(ctl, &err);
	return CTL_OK;
}

static const struct command title_show = {
	.name = "show",
	.words = "TITLE",
	.min_words = 1,
	.max_words = 1,
	.summary = "Show a title with its sources or episodes",
	.help = "TITLE is movie-NO, show-NO or an IMDb id (tt…).",
	.run = run_show,
};

/* --- rate ----------------------------------------------------------------- */

enum { TELL_MS = 2000 };

static const struct option rate_options[] = {
	{ .name = "age",
	    .type = OPTION_INT,
	    .value = "YEARS",
	    .max = MATURITY_MAX,
	    .help = "How old one should be, 0 to 21. Without it the title "
		    "counts as unrated." },
	{ .name = "certification",
	    .type = OPTION_TEXT,
	    .value = "TEXT",
	    .help = "The rating as it is shown, such as PG-13." },
	{ 0 },
};

/* Screens show it anew; without miaud nobody has it on a screen. */
static void
tell_changed(struct ctl *ctl, const char *id)
{
	struct json_object *params = json_object_new_object(), *result;
	struct err ignored;

	json_add_text(params, "titleId", id);
	if (ctl_call(
		ctl, "title.changed", params, TELL_MS, &result, &ignored) == 0)
		json_object_put(result);
}

static int
print_rating(struct ctl *ctl, const struct title *title, const char *id)
{
	struct json_object *out;

	if (ctl->is_json) {
		out = json_object_new_object();
		json_add_text(out, "titleId", id);
		json_add_text(out, "certification", title->certification);
		json_add(out, "minimumAge",
		    title->is_rated ? json_object_new_int64(title->minimum_age)
				    : NULL);
		return ctl_print(ctl, out);
	}
	if (title->is_rated)
		printf("%s is for viewers from %lld years on.\n", title->name,
		    (long long)title->minimum_age);
	else
		printf("%s is unrated.\n", title->name);
	return CTL_OK;
}

static int
put_rating(
    struct ctl *ctl, const struct title *title, const char *id, struct err *err)
{
	int result = -1;

	if (ctl_keys(ctl, err) != NULL && db_begin(ctl->db, err) == 0 &&
	    store_title_rate(ctl->db, title, err) == STORE_OK &&
	    ctl_audit(ctl, AUDIT_TITLE_RATED, id, err) == 0 &&
	    db_commit(ctl->db, err) == 0)
		result = 0;
	db_rollback(ctl->db);
	return result;
}

static int
run_rate(struct ctl *ctl, const struct args *args)
{
	const char *text = args_text(args, "certification"), *id;
	struct title title;
	struct err err;

	if (text != NULL &&
	    (*text == '\0' || strlen(text) > 20 ||
		!str_is_utf8(text, strlen(text))))
		return ctl_refuse(
		    ctl, "A certification is a text of 1 to 20 bytes.");
	if (ctl_database(ctl, DB_WRITE, &err) == -1 ||
	    find_title(ctl, args->word[0], &title, &err) == -1)
		return ctl_fail(ctl, &err);
	title.certification =
	    text == NULL ? NULL : arena_strdup(ctl->arena, text);
	title.is_rated = args_has(args, "age");
	title.minimum_age = args_int(args, "age", 0);
	id = store_title_public_id(ctl->arena, title.kind, title.pid);
	if (put_rating(ctl, &title, id, &err) == -1)
		return ctl_fail(ctl, &err);
	tell_changed(ctl, id);
	return print_rating(ctl, &title, id);
}

static const struct command title_rate = {
	.name = "rate",
	.words = "TITLE",
	.min_words = 1,
	.max_words = 1,
	.summary = "Say what a title asks of its viewers",
	.help = "Profiles with a lower limit do not find it any more, at once. "
		"What is not given is taken away.",
	.options = rate_options,
	.run = run_rate,
};

/* --- import --------------------------------------------------------------- */

static int
run_import(struct ctl *ctl, const struct args *args)
{
	struct import_counts counts;
	struct json_object *out;
	struct err err;

	if (import_file(ctl, args->word[0], &counts, &err) == -1)
		return ctl_fail(ctl, &err);
	if (!ctl->is_json) {
		printf("%lld titles: %lld new, %lld known before.\n",
		    (long long)(counts.n_added + counts.n_known),
		    (long long)counts.n_added, (long long)counts.n_known);
		return CTL_OK;
	}
	out = json_object_new_object();
	json_add_int(out, "added", counts.n_added);
	json_add_int(out, "known", counts.n_known);
	return ctl_print(ctl, out);
}

static const struct command title_import = {
	.name = "import",
	.words = "FILE",
	.min_words = 1,
	.max_words = 1,
	.complete = "file",
	.summary = "List titles from a JSON file in the catalogue",
	.help = "FILE (\"-\" is standard input) holds an array of objects: "
		"kind (movie or show) and name; and if known year, genres, "
		"overview, tagline, rating, certification, minimumAge, "
		"popularity, releasedOn "
		"(YYYY-MM-DD), runtime in minutes, tmdbId, imdbId. A show may "
		"have seasons: objects with number and episodes, these with "
		"number, name, overview, airedOn and runtime. A title that is "
		"known already gets what it lacks. Needs a running miaud, "
		"which takes a hundred at a time, all of them or none.",
	.run = run_import,
};

static const struct command *const title_subs[] = { &title_list_row,
	&title_show, &title_rate, &title_import, NULL };

const struct command command_title = {
	.name = "title",
	.summary = "Films and shows of the catalogue",
	.subs = title_subs,
};
