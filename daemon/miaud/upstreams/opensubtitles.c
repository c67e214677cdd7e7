/* The API of OpenSubtitles: addresses and answers. */
#include "daemon/miaud/upstreams/opensubtitles.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { URL_MAX = 4096, TOKEN_MAX = 4096, DOWNLOADS_MAX = 1000000000 };

static void
add_number(struct buf *url, const char *name, int64_t n)
{
	buf_printf(url, "%s=%lld&", name, (long long)n);
}

static void
add_text(struct buf *url, const char *name, const char *text)
{
	char *small = mem_strdup(text), *escaped, *at;

	for (at = small; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	escaped = net_escape(small);
	buf_printf(url, "%s=%s&", name, escaped);
	free(escaped);
	free(small);
}

/* "tt0133093" → 133093; 0: it is none. */
static int64_t
imdb_number(const char *imdb_id)
{
	const char *digits = str_after(imdb_id, "tt");
	int64_t n;

	return digits != NULL && str_to_int64(digits, 1, INT32_MAX, &n) ? n : 0;
}

/* By the numbers of the film, or of the show with the episode's place in it. */
static bool
add_ids(struct buf *url, const struct opensubtitles_wish *wish)
{
	int64_t imdb = imdb_number(wish->imdb_id);
	bool is_episode = wish->season >= 0;

	if (imdb == 0 && wish->tmdb_id == 0)
		return false;
	if (is_episode)
		add_number(url, "episode_number", wish->episode);
	if (!is_episode && imdb != 0)
		add_number(url, "imdb_id", imdb);
	add_text(url, "languages", wish->language);
	if (is_episode && imdb != 0)
		add_number(url, "parent_imdb_id", imdb);
	else if (is_episode)
		add_number(url, "parent_tmdb_id", wish->tmdb_id);
	if (is_episode)
		add_number(url, "season_number", wish->season);
	if (!is_episode && imdb == 0)
		add_number(url, "tmdb_id", wish->tmdb_id);
	return true;
}

static bool
add_name(struct buf *url, const struct opensubtitles_wish *wish)
{
	if (wish->season >= 0)
		add_number(url, "episode_number", wish->episode);
	add_text(url, "languages", wish->language);
	add_text(url, "query", wish->name);
	if (wish->season >= 0)
		add_number(url, "season_number", wish->season);
	else if (wish->year > 0)
		add_number(url, "year", wish->year);
	return *wish->name != '\0';
}

static bool
add_hash(struct buf *url, const struct opensubtitles_wish *wish)
{
	add_text(url, "languages", wish->language);
	add_text(url, "moviehash", wish->hash);
	return *wish->hash != '\0';
}

char *
opensubtitles_search_url(const char *base,
    const struct opensubtitles_wish *wish, enum opensubtitles_way way)
{
	static bool (*const add[OPENSUBTITLES__MAX])(
	    struct buf *, const struct opensubtitles_wish *) = {
		[OPENSUBTITLES_BY_HASH] = add_hash,
		[OPENSUBTITLES_BY_ID] = add_ids,
		[OPENSUBTITLES_BY_NAME] = add_name,
	};
	struct buf url;

	buf_init(&url, URL_MAX);
	buf_printf(&url, "%s/subtitles?", base);
	if (!add[way](&url, wish) || buf_failed(&url)) {
		buf_fini(&url);
		return NULL;
	}
	url.data[url.len - 1] = '\0'; /* the last '&' */
	return buf_take(&url);
}

static int
odd(struct err *err)
{
	return err_set(err, ERR_UPSTREAM_ANSWER,
	    OPENSUBTITLES " gave an answer that cannot be read.");
}

int
opensubtitles_say_empty(const struct service_quota *quota, struct err *err)
{
	char at[CLOCK_ISO_SIZE];

	if (quota->reset_at == 0)
		return err_set(err, ERR_UPSTREAM_QUOTA,
		    "Today's quota at " OPENSUBTITLES " is used up.");
	clock_iso(quota->reset_at, at);
	return err_set_retry(err, ERR_UPSTREAM_QUOTA,
	    (quota->reset_at - clock_now_ms() + 999) / 1000,
	    "The quota at " OPENSUBTITLES
	    " is used up; it begins anew at %.10s %.5s UTC.",
	    at, at + 11);
}

/* What a status means that is no success. */
static int
say_status(int status, struct err *err)
{
	switch (status) {
	case 401:
	case 403:
		return err_set(err, ERR_UPSTREAM_REFUSED,
		    OPENSUBTITLES
		    " refuses the key or the account; an administrator can "
		    "change them in the settings.");
	case 404:
	case 410:
		return err_set(err, ERR_UPSTREAM_ANSWER,
		    OPENSUBTITLES " no longer has this.");
	default:
		return err_set(err, ERR_UPSTREAM_ANSWER,
		    OPENSUBTITLES " did not do what was asked (status %d).",
		    status);
	}
}

/* The object of an answer; NULL: it is none. The caller puts. */
static struct json_object *
parse(const struct net_answer *answer)
{
	struct err ignored;
	struct json_object *obj =
	    json_parse(answer->body, answer->len, &ignored);

	if (json_object_is_type(obj, json_type_object))
		return obj;
	json_object_put(obj);
	return NULL;
}

/* Fit to show, and short. */
static void
copy_shown(const char *text, char *out, size_t size)
{
	char *shown = str_to_display(text, strlen(text));
	size_t len;

	snprintf(out, size, "%s", shown);
	len = strlen(out);
	while (len > 0 && !str_is_utf8(out, len))
		out[--len] = '\0';
	free(shown);
}

static bool
is_language(const char *text)
{
	size_t len = strlen(text);

	return len >= 2 && len < OPENSUBTITLES_LANGUAGE &&
	    strspn(text,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-") == len;
}

/* One row; false when it is none that can be fetched. */
static bool
read_one(struct json_object *row, struct opensubtitles_found *found)
{
	struct json_object *facts = json_get_object(row, "attributes");
	struct json_object *files = json_get_array(facts, "files"), *file;
	const char *language = json_get_text(facts, "language", "");

	if (files == NULL || json_object_array_length(files) != 1 ||
	    !is_language(language))
		return false;
	file = json_object_array_get_idx(files, 0);
	if (!json_object_is_type(file, json_type_object))
		return false;
	memset(found, 0, sizeof(*found));
	found->file_id = json_get_int(file, "file_id", 0);
	snprintf(found->language, sizeof(found->language), "%s", language);
	copy_shown(json_get_text(
		       facts, "release", json_get_text(file, "file_name", "")),
	    found->release, sizeof(found->release));
	found->n_downloads = json_get_int(facts, "download_count", 0);
	if (found->n_downloads < 0 || found->n_downloads > DOWNLOADS_MAX)
		found->n_downloads = 0;
	found->is_exact = json_get_bool(facts, "moviehash_match", false);
	found->is_forced = json_get_bool(facts, "foreign_parts_only", false);
	found->is_sdh = json_get_bool(facts, "hearing_impaired", false);
	found->is_machine = json_get_bool(facts, "machine_translated", false) ||
	    json_get_bool(facts, "ai_translated", false);
	return found->file_id > 0;
}

static int
compare_found(const void *a, const void *b)
{
	const struct opensubtitles_found *x = a, *y = b;

	if (x->is_exact != y->is_exact)
		return x->is_exact ? -1 : 1;
	if (x->is_machine != y->is_machine)
		return x->is_machine ? 1 : -1;
	if (x->n_downloads != y->n_downloads)
		return x->n_downloads > y->n_downloads ? -1 : 1;
	return x->file_id < y->file_id ? -1 : x->file_id > y->file_id;
}

int
opensubtitles_read_found(const struct net_answer *answer,
    struct opensubtitles_found found[OPENSUBTITLES_FOUND_MAX], size_t *n,
    struct err *err)
{
	struct json_object *obj, *rows, *row;
	size_t i, n_rows;

	*n = 0;
	if (answer->status != 200)
		return say_status(answer->status, err);
	obj = parse(answer);
	rows = json_get_array(obj, "data");
	if (rows == NULL) {
		json_object_put(obj);
		return odd(err);
	}
	n_rows = json_object_array_length(rows);
	for (i = 0; i < n_rows && *n < OPENSUBTITLES_FOUND_MAX; i++) {
		row = json_object_array_get_idx(rows, i);
		if (json_object_is_type(row, json_type_object) &&
		    read_one(row, &found[*n]))
			++*n;
	}
	if (*n > 0)
		qsort(found, *n, sizeof(*found), compare_found);
	json_object_put(obj);
	return 0;
}

static const char *
format_of(const char *name)
{
	if (str_ends(name, ".ass") || str_ends(name, ".ssa"))
		return "ass";
	return str_ends(name, ".vtt") ? "vtt" : "srt";
}

static void
read_quota(struct json_object *obj, struct opensubtitles_link *link)
{
	int64_t remaining = json_get_int(obj, "remaining", INT64_MIN), at_ms;

	link->has_quota = remaining != INT64_MIN;
	link->quota.remaining = remaining < 0 ? 0 : remaining;
	at_ms = clock_parse_iso(json_get_text(obj, "reset_time_utc", ""));
	link->quota.reset_at = at_ms == -1 ? 0 : at_ms;
}

int
opensubtitles_read_link(const struct net_answer *answer,
    struct opensubtitles_link *link, struct err *err)
{
	struct json_object *obj = parse(answer);
	const char *text = json_get_text(obj, "link", "");
	int result = -1;

	memset(link, 0, sizeof(*link));
	read_quota(obj, link);
	if (answer->status == 406 && link->has_quota)
		opensubtitles_say_empty(&link->quota, err);
	else if (answer->status != 200)
		say_status(answer->status, err);
	else if (*text == '\0' || strlen(text) >= sizeof(link->link))
		odd(err);
	else {
		snprintf(link->link, sizeof(link->link), "%s", text);
		link->format = format_of(json_get_text(obj, "file_name", ""));
		result = 0;
	}
	json_object_put(obj);
	return result;
}

char *
opensubtitles_read_token(const struct net_answer *answer, struct err *err)
{
	struct json_object *obj = parse(answer);
	const char *text = json_get_text(obj, "token", "");
	char *token = NULL;
	size_t len = strlen(text), i;

	if (answer->status != 200)
		say_status(answer->status, err);
	else {
		for (i = 0; i < len && isgraph((unsigned char)text[i]); i++)
			;
		if (len == 0 || len > TOKEN_MAX || i < len)
			odd(err);
		else
			token = mem_strdup(text);
	}
	json_object_put(obj);
	return token;
}
