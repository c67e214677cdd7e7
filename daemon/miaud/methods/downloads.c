/*
 * Downloads and the room that they take. What lies on the disk is counted on
 * the pool.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/downloads/part.h"
#include "daemon/miaud/downloads/room.h"
#include "daemon/miaud/methods/methods.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { SCRAPE_MS = 30000 };

void
method_download_add(struct rpc_call *call)
{
	downloads_add(call);
}

void
method_films_list(struct rpc_call *call)
{
	downloads_films(call);
}

void
method_films_add(struct rpc_call *call)
{
	downloads_add_film(call);
}

void
method_download_share(struct rpc_call *call)
{
	downloads_share(call);
}

void
method_download_export(struct rpc_call *call)
{
	downloads_export(call);
}

void
method_download_change(struct rpc_call *call)
{
	downloads_change(call);
}

void
method_download_remove(struct rpc_call *call)
{
	downloads_remove(call);
}

void
method_download_list(struct rpc_call *call)
{
	struct downloads *downloads = rpc_miaud(call)->downloads;
	struct json_object *out = json_object_new_object();
	struct json_object *list = json_object_new_array();
	struct download *download;

	for (download = downloads->list; download != NULL;
	     download = download->next) {
		if (download->is_removing)
			continue;
		download_look(download);
		json_object_array_add(list, download_json(download));
	}
	json_add(out, "downloads", list);
	rpc_reply(call, out);
}

/* Who looks at one wants to know how many share it; the next look has it. */
static void
ask_trackers(struct download *download)
{
	int64_t now = clock_mono_ms();

	if (download->stage != DOWNLOAD_RUNNING ||
	    (download->scraped_at != 0 &&
		now - download->scraped_at < SCRAPE_MS))
		return;
	download->scraped_at = now;
	torrent_scrape(download->all->engine, download->torrent);
}

void
method_download_show(struct rpc_call *call)
{
	struct download *download = downloads_of_call(call, "id");

	if (download == NULL)
		return;
	download_look(download);
	ask_trackers(download);
	rpc_reply(call, download_json_detail(download));
}

/* --- The disk -------------------------------------------------------------- */

struct counting {
	uv_work_t work;
	struct rpc_call *call;
	struct downloads *downloads;
	char *folder;
	int64_t used;
	int64_t free_bytes;
	struct counted {
		int64_t id;
		char *folder;
		int64_t used;
	} * items;
	size_t n;
};

static void
count(uv_work_t *work)
{
	struct counting *counting = work->data;
	int64_t total;
	struct err err;
	size_t i;

	if (fs_space(counting->folder, &counting->free_bytes, &total, &err) ==
	    -1)
		counting->free_bytes = 0;
	counting->used = downloads_used(counting->folder);
	for (i = 0; i < counting->n; i++)
		counting->items[i].used =
		    downloads_used_by(counting->items[i].folder);
}

static void
counting_free(struct counting *counting)
{
	size_t i;

	for (i = 0; i < counting->n; i++)
		free(counting->items[i].folder);
	free(counting->items);
	free(counting->folder);
	free(counting);
}

/* Why it stays, or what has gone of it. */
static const char *
reason_of(const struct download *download)
{
	if (download_is_read(download))
		return "It is being watched.";
	if (download->row.is_pinned)
		return "It is kept until somebody decides otherwise.";
	if (download->row.is_wanted && !download->row.is_paused)
		return "It is to be fetched whole.";
	return NULL;
}

/* Nothing of it is here but an empty list. */
static bool
is_empty(const struct download *download)
{
	return download->stage == DOWNLOAD_RUNNING &&
	    download->status.state != TORRENT_CHECKING &&
	    download->status.published == 0;
}

static struct json_object *
item_json(const struct counted *counted, const struct download *download)
{
	struct json_object *item = json_object_new_object();
	struct json_object *given = download_given_json(download);
	char *title = download_title(download);

	json_add_int(item, "downloadId", counted->id);
	json_add_text(item, "title", title);
	json_add_int(item, "used", is_empty(download) ? 0 : counted->used);
	json_add_bool(item, "pinned", download->row.is_pinned);
	json_add_text(item, "reason",
	    given != NULL ? json_get_text(given, "sentence", "")
			  : reason_of(download));
	json_object_put(given);
	free(title);
	return item;
}

/* An own file takes no room here. */
static bool
is_told(const struct download *download)
{
	return download->row.own_path == NULL &&
	    (!is_empty(download) || download->given.bytes > 0);
}

static int
compare_used(const void *a, const void *b)
{
	const struct counted *one = a, *other = b;

	if (one->used != other->used)
		return one->used > other->used ? -1 : 1;
	return one->id < other->id ? -1 : 1;
}

static void
counted(uv_work_t *work, int status)
{
	struct counting *counting = work->data;
	struct downloads *downloads = counting->downloads;
	struct json_object *out = json_object_new_object();
	struct json_object *items = json_object_new_array();
	const struct download *download;
	int64_t admitted = 0, left = counting->used;
	size_t i;

	(void)status; /* cancelled: nothing was counted */
	qsort(counting->items, counting->n, sizeof(*counting->items),
	    compare_used);
	for (i = 0; i < counting->n; i++) {
		left -= counting->items[i].used;
		download = download_find(downloads, counting->items[i].id);
		if (download == NULL || !is_told(download))
			continue;
		admitted += download->row.admitted;
		json_object_array_add(
		    items, item_json(&counting->items[i], download));
	}
	json_add_int(out, "limit", downloads_limit(downloads));
	json_add_int(out, "used", counting->used);
	json_add_int(out, "left", left > 0 ? left : 0);
	json_add_int(out, "admitted", admitted);
	json_add_int(out, "free", counting->free_bytes);
	json_add(out, "items", items);
	rpc_reply(counting->call, out);
	counting_free(counting);
}

static char *
folder_of(const char *folder, const char *name)
{
	size_t size = strlen(folder) + strlen(name) + 2;
	char *path = mem_calloc(1, size);

	snprintf(path, size, "%s/%s", folder, name);
	return path;
}

void
method_storage_status(struct rpc_call *call)
{
	struct counting *counting = mem_calloc(1, sizeof(*counting));
	struct miaud *miaud = rpc_miaud(call);
	struct download *download;
	size_t n = 0;
	struct err err;

	counting->work.data = counting;
	counting->call = call;
	counting->downloads = miaud->downloads;
	counting->folder = mem_strdup(miaud->paths.torrents);
	for (download = miaud->downloads->list; download != NULL;
	     download = download->next)
		n++;
	counting->items = mem_calloc(n + 1, sizeof(*counting->items));
	for (download = miaud->downloads->list; download != NULL;
	     download = download->next) {
		counting->items[counting->n].id = download->row.id;
		counting->items[counting->n++].folder =
		    folder_of(counting->folder, download->row.name);
	}
	if (uv_queue_work(&miaud->loop, &counting->work, count, counted) == 0)
		return;
	err_set(&err, ERR_BUSY, "No thread is free.");
	rpc_fail(call, &err);
	counting_free(counting);
}

static int
check_evictable(const struct download *download, struct err *err)
{
	if (download->row.own_path != NULL)
		return err_set(err, ERR_CONFLICT,
		    "A file of the library is not given up here.");
	if (download_is_read(download) || download->is_evicting)
		return err_set(
		    err, ERR_CONFLICT, "It is being watched or given up.");
	if (download->row.is_pinned)
		return err_set(
		    err, ERR_CONFLICT, "It is kept; allow first that it goes.");
	return 0;
}

void
method_storage_evict(struct rpc_call *call)
{
	struct download *download = downloads_of_call(call, "downloadId");
	struct json_object *out;
	struct err err;

	if (download == NULL)
		return;
	if (check_evictable(download, &err) == -1) {
		rpc_fail(call, &err);
		return;
	}
	/* Or it would be fetched again at once. */
	download->row.is_wanted = false;
	if (download->admitted != NULL)
		download->evict_bytes = download_evict(download);
	download_write(download);
	download_audit(call, AUDIT_DOWNLOAD_EVICTED, download);
	if (download->is_evicting) {
		download->evict_call = call;
		return;
	}
	out = json_object_new_object();
	json_add_int(out, "freed", 0);
	rpc_reply(call, out);
}
