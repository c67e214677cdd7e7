/* The list of open films, and which of them are here already. */
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/downloads/films.h"
#include "daemon/miaud/downloads/part.h"
#include "lib/auth/seal.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { ARENA_MAX = 8 * 1024 * 1024 };

struct listing {
	struct rpc_call *call;
	struct downloads *downloads;
	char *path;
	struct arena *arena;
	struct film *films;
	size_t n;
};

/* On the database thread: that is where files are read. */
static int
list_job(struct db *db, void *arg, struct err *err)
{
	struct listing *listing = arg;

	(void)db;
	return films_read(
	    listing->arena, listing->path, &listing->films, &listing->n, err);
}

static const struct download *
find_film(const struct downloads *downloads, const struct film *film)
{
	unsigned char index[STORE_HASH_INDEX_SIZE];
	const struct download *download;

	seal_index(
	    downloads->miaud->keys, film->hash, sizeof(film->hash), index);
	for (download = downloads->list; download != NULL;
	     download = download->next)
		if (!download->is_removing &&
		    memcmp(download->row.hash_index, index, sizeof(index)) == 0)
			return download;
	return NULL;
}

static struct json_object *
film_json(const struct downloads *downloads, const struct film *film)
{
	const struct download *download = find_film(downloads, film);
	struct json_object *out = json_object_new_object();

	json_add_text(out, "name", film->name);
	json_add_text(out, "title", film->title);
	json_add_int(out, "year", film->year);
	json_add_int(out, "runtime", film->runtime);
	json_add_text(out, "overview", film->overview);
	json_add_text(out, "licence", film->licence);
	json_add_text(out, "licenceUrl", film->licence_url);
	json_add_text(out, "credit", film->credit);
	json_add_text(out, "source", film->source);
	json_add(out, "downloadId",
	    download == NULL ? NULL : json_object_new_int64(download->row.id));
	json_add_text(out, "titleId",
	    download == NULL ? NULL : download->row.title_public_id);
	return out;
}

static void
listed(void *arg, const struct err *err)
{
	struct listing *listing = arg;
	struct json_object *out, *list;
	size_t i;

	if (err->code != ERR_NONE) {
		rpc_fail(listing->call, err);
	} else {
		out = json_object_new_object();
		list = json_object_new_array();
		for (i = 0; i < listing->n; i++)
			json_object_array_add(list,
			    film_json(listing->downloads, &listing->films[i]));
		json_add(out, "films", list);
		rpc_reply(listing->call, out);
	}
	arena_free(listing->arena);
	free(listing->path);
	free(listing);
}

void
downloads_films(struct rpc_call *call)
{
	struct miaud *miaud = rpc_miaud(call);
	struct listing *listing;
	struct err err;
	char *path = films_path(miaud->settings, &err);

	if (path == NULL) {
		rpc_fail(call, &err);
		return;
	}
	listing = mem_calloc(1, sizeof(*listing));
	*listing = (struct listing){ .call = call,
		.downloads = miaud->downloads,
		.path = path,
		.arena = arena_new(ARENA_MAX) };
	if (dbthread_submit(miaud->dbthread, DBJOB_ALONE, list_job, listed,
		listing, &err) == -1)
		listed(listing, &err);
}
