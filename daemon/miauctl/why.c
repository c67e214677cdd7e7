/*
 * `miauctl why`: the reasons that were noted about a thing. A title is told by
 * its sources: which files it plays from, why these were taken for it, and why
 * one of them was chosen when it was played last.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miauctl/command.h"
#include "lib/base/json.h"
#include "lib/base/str.h"
#include "lib/play/source.h"
#include "lib/store/library.h"
#include "lib/store/notes.h"
#include "lib/store/sources.h"
#include "lib/store/titles.h"
#include "lib/store/torrents.h"

enum { SUBJECT_SIZE = 48 };

struct why {
	struct ctl *ctl;
	struct json_object *list; /* with --json */
	size_t n;                 /* reasons told */
	struct title title;       /* when the thing is one */
};

static const char usual[] =
    "a thing is file:NO, folder:NO, source:NO, torrent:NO, movie-NO or show-NO";

static void
tell(struct why *why, const struct reason *reason)
{
	struct json_object *one;
	struct err ignored;
	char at[64];

	why->n++;
	if (!why->ctl->is_json) {
		ctl_time(reason->created_at, at);
		printf("%s  %s (%s)\n", at, reason->sentence, reason->code);
		return;
	}
	one = json_object_new_object();
	json_add_text(one, "subject", reason->subject);
	json_add_text(one, "code", reason->code);
	json_add_text(one, "sentence", reason->sentence);
	json_add(one, "inputs",
	    json_parse(reason->inputs, strlen(reason->inputs), &ignored));
	json_add_time(one, "createdAt", reason->created_at);
	json_object_array_add(why->list, one);
}

static int
tell_subject(struct why *why, const char *subject, struct err *err)
{
	struct reason *reasons = NULL;
	size_t i, n = 0;

	if (store_reason_list(why->ctl->db, why->ctl->arena, subject, &reasons,
		&n, err) == STORE_ERROR)
		return -1;
	for (i = 0; i < n; i++)
		tell(why, &reasons[i]);
	return 0;
}

static int
tell_source(struct why *why, const struct source *source, struct err *err)
{
	char subject[SUBJECT_SIZE], *path;

	if (source->torrent_id != 0)
		snprintf(subject, sizeof(subject), "torrent:%lld",
		    (long long)source->torrent_id);
	else
		snprintf(subject, sizeof(subject), "file:%lld",
		    (long long)source->library_file_id);
	if (!why->ctl->is_json) {
		path = str_to_display(source->path, strlen(source->path));
		printf("%s  %s\n", subject,
		    source->torrent_id != 0 ? "a download" : path);
		free(path);
	}
	return tell_subject(why, subject, err);
}

/* Why what plays of a film or an episode was chosen last, if it ever was. */
static int
tell_choice(struct why *why, int64_t episode_id, struct err *err)
{
	const struct ctl *ctl = why->ctl;
	struct reason reason;
	enum store_result found = play_source_noted(ctl->db, ctl->arena,
	    &store_unlimited, why->title.id, episode_id, &reason, err);

	if (found == STORE_OK && !ctl->is_json)
		printf("%s  what plays\n", reason.subject);
	if (found == STORE_OK)
		tell(why, &reason);
	return found == STORE_ERROR ? -1 : 0;
}

/* An episode may have several sources. */
static bool
is_same_episode(const struct source *sources, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++)
		if (sources[i].episode_id == sources[at].episode_id)
			return true;
	return false;
}

/* A torrent of several episodes is a source of each. */
static bool
is_told(const struct source *sources, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++)
		if (sources[at].torrent_id != 0 &&
		    sources[i].torrent_id == sources[at].torrent_id)
			return true;
	return false;
}

static int
tell_title(struct why *why, struct err *err)
{
	const struct ctl *ctl = why->ctl;
	struct source *sources = NULL;
	size_t i, n = 0;

	if (store_source_list(ctl->db, ctl->arena, &store_unlimited,
		why->title.id, -1, &sources, &n, err) == STORE_ERROR)
		return -1;
	if (!ctl->is_json && n == 0)
		printf("%s has no source yet: no file of a library folder and "
		       "no download is taken for it.\n",
		    why->title.name);
	for (i = 0; i < n; i++)
		if (!is_told(sources, i) &&
		    tell_source(why, &sources[i], err) == -1)
			return -1;
	for (i = 0; i < n; i++)
		if (!is_same_episode(sources, i) &&
		    tell_choice(why, sources[i].episode_id, err) == -1)
			return -1;
	return 0;
}

/* Whether there is such a file, folder, source or torrent. */
static enum store_result
find_numbered(struct ctl *ctl, const char *thing, struct err *err)
{
	struct library_folder folder;
	struct library_file file;
	struct source source;
	struct torrent_row torrent;
	const char *colon = strchr(thing, ':');
	int64_t id;

	if (colon == NULL || !str_to_int64(colon + 1, 1, INT64_MAX, &id))
		return STORE_NONE;
	if (str_starts(thing, "file:"))
		return store_file_find_id(ctl->db, ctl->arena, id, &file, err);
	if (str_starts(thing, "folder:"))
		return store_folder_find(ctl->db, ctl->arena, id, &folder, err);
	if (str_starts(thing, "source:"))
		return store_source_find(
		    ctl->db, ctl->arena, &store_unlimited, id, &source, err);
	if (str_starts(thing, "torrent:"))
		return store_torrent_find(
		    ctl->db, ctl->arena, id, &torrent, err);
	return STORE_NONE;
}

/* 0, or -1 with a sentence; *is_title tells whether why->title is filled. */
static int
find_thing(struct why *why, const char *thing, bool *is_title, struct err *err)
{
	struct ctl *ctl = why->ctl;
	const char *imdb_id = NULL;
	enum store_result found;
	enum title_kind kind;
	int64_t pid = 0;

	*is_title = store_title_parse_id(thing, &kind, &pid, &imdb_id);
	if (!*is_title)
		found = find_numbered(ctl, thing, err);
	else if (imdb_id != NULL)
		found = store_title_find_imdb(ctl->db, ctl->arena,
		    &store_unlimited, imdb_id, &why->title, err);
	else
		found = store_title_find(ctl->db, ctl->arena, &store_unlimited,
		    kind, pid, &why->title, err);
	if (found == STORE_NONE)
		return err_set(err, ERR_REASON_NOT_FOUND,
		    "There is no %.100s; %s.", thing, usual);
	return found == STORE_OK ? 0 : -1;
}

static int
run_why(struct ctl *ctl, const struct args *args)
{
	struct why why = { .ctl = ctl };
	const char *thing = args->word[0];
	bool is_title;
	struct err err;
	int result;

	if (ctl_database(ctl, DB_READ, &err) == -1 ||
	    find_thing(&why, thing, &is_title, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json)
		why.list = json_object_new_array();
	result =
	    is_title ? tell_title(&why, &err) : tell_subject(&why, thing, &err);
	if (result == -1) {
		json_object_put(why.list);
		return ctl_fail(ctl, &err);
	}
	if (ctl->is_json)
		return ctl_print(ctl, why.list);
	if (why.n == 0 && !is_title)
		printf("Nothing had to be decided about %s.\n", thing);
	return CTL_OK;
}

const struct command command_why = {
	.name = "why",
	.words = "THING",
	.min_words = 1,
	.max_words = 1,
	.summary = "Tell why something was decided or refused",
	.help = "THING is file:NO, folder:NO (numbers as `miauctl library` "
		"shows them), source:NO, torrent:NO (as `miauctl downloads` "
		"does), movie-NO or show-NO.",
	.run = run_why,
};
