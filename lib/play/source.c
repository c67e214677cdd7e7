/* Choosing one of a title's sources, and saying why. */
#include "lib/play/source.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/store/notes.h"
#include "lib/view/media.h"

enum { WHY_MAX = 300 };

static const char chosen_code[] = "source_chosen";

/* From the best down; "auto" is none of them. */
static const char *const qualities[] = { "8K", "4K", "2K", "FHD", "HD", "SD" };

/* Place in the list, 0 being the best; "auto" and unknown ones count as 0. */
static size_t
quality_rank(const char *quality)
{
	size_t i;

	for (i = 0; i < COUNT_OF(qualities); i++)
		if (strcmp(qualities[i], quality) == 0)
			return i;
	return 0;
}

static bool
is_excepted(const struct play_wish *wish, const struct source *source)
{
	size_t i;

	for (i = 0; i < wish->n_except; i++)
		if (wish->except[i] == source->id)
			return true;
	return false;
}

/* Why a source does not play now, a code of lib/base/errors.def and a sentence;
 * NULL when nothing is known against it. */
static const char *
problem_of(const struct settings *settings, const struct source *source,
    const char **sentence)
{
	enum err_code code;

	*sentence = "";
	if (source->torrent_id == 0)
		return NULL;
	if (!settings_bool(settings, SETTING_NET_CONSENT)) {
		*sentence = "An administrator has to agree to torrents first.";
		return err_name(ERR_CONSENT_NEEDED);
	}
	if (source->problem == NULL)
		return NULL;
	code = err_from_name(source->problem);
	*sentence = err_title(code);
	return err_name(code);
}

/* Why a source that might be chosen is not. */
static struct play_skip
skip_of(const struct play_wish *wish, const struct source *source)
{
	struct play_skip skip = { .source = source };

	skip.code = problem_of(wish->settings, source, &skip.sentence);
	if (skip.code == NULL && is_excepted(wish, source)) {
		skip.code = err_name(ERR_STALLED);
		skip.sentence = "It did not play just now.";
	}
	return skip;
}

/* How far one goes: first what nothing is known against, then also what had a
 * problem, which may be over. */
enum daring { ONLY_SOUND, ALSO_TROUBLED, DARING__MAX };

static bool
may_play(const struct play_wish *wish, const struct source *source,
    enum daring daring)
{
	const struct play_skip skip = skip_of(wish, source);

	if (quality_rank(source->quality) < quality_rank(wish->quality))
		return false;
	if (skip.code == NULL)
		return true;
	return daring == ALSO_TROUBLED && !is_excepted(wish, source) &&
	    strcmp(skip.code, err_name(ERR_CONSENT_NEEDED)) != 0;
}

/* How much of a source is converted for the device; what nobody has looked into may
 * turn out to be the worst. */
static int
cost_of(const struct play_wish *wish, const struct source *source)
{
	struct play_way way;

	play_way_of_source(wish->arena, source, &wish->device, &way);
	return source->probe == NULL || strcmp(way.code, "unknown") == 0
	    ? PLAY_TRANSCODE
	    : (int)way.method;
}

/* Sources come best first. */
static const struct source *
choose(const struct play_wish *wish, const struct source *sources, size_t n,
    enum daring daring)
{
	const struct source *best = NULL;
	int cost, least = PLAY_TRANSCODE + 1;
	size_t i;

	for (i = 0; i < n && least > PLAY_DIRECT; i++) {
		if (!may_play(wish, &sources[i], daring))
			continue;
		if (strcmp(wish->quality, "auto") != 0)
			return &sources[i];
		cost = cost_of(wish, &sources[i]);
		if (cost < least) {
			best = &sources[i];
			least = cost;
		}
	}
	return best;
}

/* Those in front of the chosen one that do not play. */
static void
list_skipped(const struct play_wish *wish, const struct source *sources,
    size_t n, const struct source *chosen, struct play_skip **skipped,
    size_t *n_skipped)
{
	struct play_skip skip;
	size_t i;

	*skipped = arena_alloc(wish->arena, n + 1, sizeof(**skipped));
	*n_skipped = 0;
	for (i = 0; i < n && &sources[i] != chosen; i++) {
		skip = skip_of(wish, &sources[i]);
		if (skip.code != NULL &&
		    quality_rank(sources[i].quality) >=
			quality_rank(wish->quality))
			(*skipped)[(*n_skipped)++] = skip;
	}
}

/* All of them in one sentence each. */
static void
say_why(const struct play_skip *skipped, size_t n, struct err *err)
{
	char why[WHY_MAX] = "";
	size_t i, len;

	for (i = 0; i < n; i++) {
		len = strlen(why);
		snprintf(why + len, sizeof(why) - len, "%s%s: %s",
		    i == 0 ? "" : " ", skipped[i].source->quality,
		    skipped[i].sentence);
		len = strlen(why);
		if (len > 0 && why[len - 1] != '.' && len + 1 < sizeof(why))
			memcpy(why + len, ".", 2);
	}
	err_set(err, err_from_name(skipped[0].code),
	    "No source of this title plays now. %s", why);
}

const struct source *
play_source_choose(const struct play_wish *wish, const struct source *sources,
    size_t n, struct play_skip **skipped, size_t *n_skipped, struct err *err)
{
	const struct source *chosen = NULL;
	int daring;

	for (daring = ONLY_SOUND; daring < DARING__MAX && chosen == NULL;
	     daring++)
		chosen = choose(wish, sources, n, (enum daring)daring);
	list_skipped(wish, sources, n, chosen, skipped, n_skipped);
	if (chosen != NULL)
		return chosen;
	if (*n_skipped > 0)
		say_why(*skipped, *n_skipped, err);
	else
		err_set(err, ERR_SOURCE_NOT_FOUND,
		    n == 0 ? "There is no source for this title yet."
			   : "There is no source at or below this quality.");
	return NULL;
}

/* --- Reasons --------------------------------------------------------------- */

static char *
subject_of(struct db *db, struct arena *arena, const struct viewer *viewer,
    int64_t title_id, int64_t episode_id, struct err *err)
{
	struct title title;
	struct episode episode;
	char *id;

	err_set(err, ERR_TITLE_NOT_FOUND, "There is no such title.");
	if (store_title_find_id(db, arena, viewer, title_id, &title, err) !=
	    STORE_OK)
		return NULL;
	id = store_title_public_id(arena, title.kind, title.pid);
	if (episode_id == 0)
		return id;
	if (store_episode_find_id(
		db, arena, viewer, episode_id, &episode, err) != STORE_OK)
		return NULL;
	return arena_printf(arena, "%s:%lldx%02lld", id,
	    (long long)episode.season, (long long)episode.number);
}

static const char *
kind_of(const struct source *source)
{
	return source->torrent_id == 0 ? "file" : "torrent";
}

/* Why a source is not the chosen one, which may be better or worse; NULL when
 * it is the chosen one and nothing is known against it. */
static const char *
sentence_of(const struct play_wish *wish, const struct source *source,
    const struct source *chosen)
{
	const struct play_skip skip = skip_of(wish, source);

	if (skip.code != NULL)
		return skip.sentence;
	if (source == chosen)
		return NULL;
	if (source > chosen)
		return "What plays is as good or better.";
	if (quality_rank(source->quality) < quality_rank(wish->quality))
		return "It is better than what was asked for.";
	return "More of it would have to be converted for this device.";
}

static struct json_object *
describe(const struct play_wish *wish, const struct source *source,
    const struct source *chosen)
{
	struct json_object *obj = json_object_new_object();
	const struct play_skip skip = skip_of(wish, source);

	json_add_int(obj, "sourceId", source->id);
	json_add_text(obj, "quality", source->quality);
	json_add_text(obj, "kind", kind_of(source));
	json_add(obj, "downloadId",
	    source->torrent_id == 0
		? NULL
		: json_object_new_int64(source->torrent_id));
	json_add_text(obj, "problem", skip.code);
	json_add_text(obj, "sentence", sentence_of(wish, source, chosen));
	return obj;
}

/* How many that are better do not play. */
static size_t
count_better(const struct play_wish *wish, const struct source *chosen,
    const struct source *sources, size_t n)
{
	size_t i, better = 0;

	for (i = 0; i < n && &sources[i] != chosen; i++)
		better += skip_of(wish, &sources[i]).code != NULL;
	return better;
}

int
play_source_note(const struct play_wish *wish, const struct source *chosen,
    const struct play_way *way, const struct source *sources, size_t n,
    struct err *err)
{
	struct json_object *inputs = json_object_new_object();
	struct json_object *others = json_object_new_array();
	size_t i, better = count_better(wish, chosen, sources, n);
	const char *subject, *sentence;
	int result = -1;

	json_add(inputs, "chosen", describe(wish, chosen, chosen));
	for (i = 0; i < n; i++)
		if (&sources[i] != chosen)
			json_object_array_add(
			    others, describe(wish, &sources[i], chosen));
	json_add(inputs, "others", others);
	json_add_text(inputs, "wish", wish->quality);
	json_add_text(inputs, "method", play_method_name(way->method));
	json_add_text(inputs, "why", way->sentence);
	sentence = arena_printf(wish->arena, "The %s %s plays%s.",
	    chosen->quality, kind_of(chosen),
	    better > 0                    ? ": better ones do not play now"
		: chosen->problem != NULL ? ", although it had a problem"
		: n > 1                   ? ": the best that this player plays"
					  : "");
	subject = subject_of(wish->db, wish->arena, wish->viewer,
	    wish->title_id, wish->episode_id, err);
	if (subject != NULL &&
	    store_reason_put(wish->db, subject, chosen_code, sentence,
		json_object_to_json_string_ext(inputs, JSON_C_TO_STRING_PLAIN),
		err) != STORE_ERROR)
		result = 0;
	json_object_put(inputs);
	return result;
}

enum store_result
play_source_noted(struct db *db, struct arena *arena,
    const struct viewer *viewer, int64_t title_id, int64_t episode_id,
    struct reason *reason, struct err *err)
{
	struct reason *reasons;
	enum store_result found;
	const char *subject =
	    subject_of(db, arena, viewer, title_id, episode_id, err);
	size_t i, n;

	if (subject == NULL)
		return STORE_ERROR;
	found = store_reason_list(db, arena, subject, &reasons, &n, err);
	for (i = 0; found == STORE_OK && i < n; i++)
		if (strcmp(reasons[i].code, chosen_code) == 0) {
			*reason = reasons[i];
			return STORE_OK;
		}
	return found == STORE_ERROR ? STORE_ERROR : STORE_NONE;
}
