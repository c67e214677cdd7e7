/*
 * subtitles.search: first by the hash of the file, which finds what was made
 * for it; then by the numbers of the title; then by its name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/downloads/downloads.h"
#include "daemon/miaud/upstreams/moviehash.h"
#include "daemon/miaud/upstreams/part.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/store/sources.h"
#include "lib/store/titles.h"

enum { ARENA_MAX = 1024 * 1024 };

struct search {
	uv_work_t work;
	struct rpc_call *call;
	struct subtitles *subtitles;
	int64_t source_id;
	struct arena *arena;
	int64_t torrent_id; /* 0: a file of the library */
	int file;           /* in the torrent */
	char path[PATHS_MAX];
	char hash[MOVIEHASH_SIZE];
	struct opensubtitles_wish wish;
	int way;
};

static void
end(struct search *search)
{
	arena_free(search->arena);
	free(search);
}

static void
refuse(struct search *search, const struct err *err)
{
	rpc_fail(search->call, err);
	end(search);
}

static struct json_object *
show(const struct opensubtitles_found *found)
{
	struct json_object *row = json_object_new_object();

	json_add_int(row, "fileId", found->file_id);
	json_add_text(row, "language", found->language);
	json_add_text(row, "release", found->release);
	json_add_int(row, "downloads", found->n_downloads);
	json_add_bool(row, "exactMatch", found->is_exact);
	json_add_bool(row, "forced", found->is_forced);
	json_add_bool(row, "hearingImpaired", found->is_sdh);
	json_add_bool(row, "machineTranslated", found->is_machine);
	return row;
}

static void
tell(struct search *search, const struct opensubtitles_found *found, size_t n)
{
	struct subtitles *subtitles = search->subtitles;
	struct json_object *out = json_object_new_object();
	struct json_object *list = json_object_new_array();
	struct subtitles_seen *seen;
	size_t i;

	for (i = 0; i < n; i++) {
		seen =
		    &subtitles->seen[subtitles->n_seen++ % SUBTITLES_SEEN_MAX];
		seen->source_id = search->source_id;
		seen->found = found[i];
		json_object_array_add(list, show(&found[i]));
	}
	json_add(out, "results", list);
	json_add(out, "quota", subtitles_show_quota(subtitles));
	rpc_reply(search->call, out);
	end(search);
}

static void ask_next(struct search *search);

static void
answered(void *arg, const struct net_answer *answer, const struct err *err)
{
	struct opensubtitles_found found[OPENSUBTITLES_FOUND_MAX];
	struct search *search = arg;
	struct err wrong = *err;
	size_t n = 0, i;

	if (answer == NULL ||
	    opensubtitles_read_found(answer, found, &n, &wrong) == -1) {
		refuse(search, &wrong);
		return;
	}
	/* Only the hash tells that something was made for this very file. */
	for (i = 0; i < n; i++)
		found[i].is_exact =
		    search->way == OPENSUBTITLES_BY_HASH && found[i].is_exact;
	search->way++;
	if (n > 0)
		tell(search, found, n);
	else
		ask_next(search);
}

static void
ask_next(struct search *search)
{
	char *base = subtitles_url(search->subtitles, ""), *url = NULL;

	for (; search->way < OPENSUBTITLES__MAX; search->way++) {
		url = opensubtitles_search_url(
		    base, &search->wish, (enum opensubtitles_way)search->way);
		if (url != NULL)
			break;
	}
	free(base);
	if (url == NULL) {
		tell(search, NULL, 0);
		return;
	}
	subtitles_ask(search->subtitles, url, NULL, answered, search);
	free(url);
}

/* Pool thread: the disk may be slow. */
static void
hash(uv_work_t *work)
{
	struct search *search = work->data;
	struct err ignored;

	if (moviehash_read(search->path, search->hash, &ignored) == -1)
		search->hash[0] = '\0';
}

/*
 * Into path where the file lies of which the hash can be made. Of one that is still
 * coming the first and the last part must be here, as they mostly are once it is
 * played.
 */
static bool
find_file(struct search *search)
{
	const struct downloads *downloads = search->subtitles->miaud->downloads;
	struct torrent_engine *engine;
	torrent_id torrent;
	int64_t size;

	if (search->torrent_id == 0)
		return *search->path != '\0';
	engine = downloads_engine(downloads);
	torrent = downloads_torrent(downloads, search->torrent_id);
	size =
	    downloads_file_size(downloads, search->torrent_id, search->file);
	return engine != NULL && torrent != 0 && size >= MOVIEHASH_PART &&
	    torrent_published(engine, torrent, search->file, 0) >=
	    MOVIEHASH_PART &&
	    torrent_published(engine, torrent, search->file,
		size - MOVIEHASH_PART) >= MOVIEHASH_PART &&
	    torrent_file_path(engine, torrent, search->file, search->path,
		sizeof(search->path)) == 0;
}

/* What was given up meanwhile was not read as it was. */
static void
hashed(uv_work_t *work, int status)
{
	struct search *search = work->data;

	if (status != 0 || !find_file(search))
		search->hash[0] = '\0';
	ask_next(search);
}

/* Database thread: what is played. */
static int
read_job(struct db *db, void *arg, struct err *err)
{
	struct search *search = arg;
	struct opensubtitles_wish *wish = &search->wish;
	struct source source;
	struct title title;
	struct episode episode;
	enum store_result found;

	found = store_source_find(db, search->arena, &store_unlimited,
	    search->source_id, &source, err);
	if (found == STORE_OK)
		found = store_title_find_id(db, search->arena, &store_unlimited,
		    source.title_id, &title, err);
	if (found == STORE_OK && source.episode_id != 0)
		found = store_episode_find_id(db, search->arena,
		    &store_unlimited, source.episode_id, &episode, err);
	if (found == STORE_NONE)
		return err_set(err, ERR_SOURCE_NOT_FOUND,
		    "This is not in the library any more.");
	if (found == STORE_ERROR)
		return -1;
	search->torrent_id = source.torrent_id;
	search->file = (int)source.file_index;
	snprintf(search->path, sizeof(search->path), "%s", source.path);
	wish->name = title.name;
	wish->year = title.year;
	wish->imdb_id = title.imdb_id == NULL ? "" : title.imdb_id;
	wish->tmdb_id = title.tmdb_id;
	wish->season = source.episode_id == 0 ? -1 : episode.season;
	wish->episode = source.episode_id == 0 ? 0 : episode.number;
	return 0;
}

static void
read_done(void *arg, const struct err *err)
{
	struct search *search = arg;

	if (err->code != ERR_NONE)
		refuse(search, err);
	else if (!find_file(search) ||
	    uv_queue_work(&search->subtitles->miaud->loop, &search->work, hash,
		hashed) != 0)
		ask_next(search);
}

void
subtitles_search(struct rpc_call *call)
{
	struct search *search = mem_calloc(1, sizeof(*search));
	struct json_object *params = rpc_params(call);
	struct err err;

	search->call = call;
	search->subtitles = rpc_miaud(call)->subtitles;
	search->source_id = json_get_int(params, "sourceId", 0);
	search->arena = arena_new(ARENA_MAX);
	search->work.data = search;
	search->wish.hash = search->hash;
	search->wish.language = arena_strdup(
	    search->arena, json_get_text(params, "language", "en"));
	if (subtitles_check_on(search->subtitles, &err) == -1 ||
	    dbthread_submit(search->subtitles->miaud->dbthread, DBJOB_ALONE,
		read_job, read_done, search, &err) == -1)
		refuse(search, &err);
}
