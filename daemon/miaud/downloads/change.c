/* Changing, removing and giving away. */
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/downloads/part.h"
#include "daemon/miaud/downloads/room.h"
#include "daemon/miaud/media/texts_cache.h"
#include "lib/base/encode.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum { EXPORT_MAX = 700 * 1024 };

struct changing {
	struct rpc_call *call; /* or NULL */
	struct downloads *downloads;
	int64_t id;
	char name[TORRENT_NAME_SIZE];
	struct identify_wish wish;
	bool is_erasing;
	struct arena *arena;
	struct identity identity;
	char *torrent;
	size_t torrent_len;
	struct buf magnet;
};

struct download *
downloads_of_call(struct rpc_call *call, const char *key)
{
	struct downloads *downloads = rpc_miaud(call)->downloads;
	int64_t id = json_get_int(rpc_params(call), key, 0);
	struct download *download = download_find(downloads, id);
	struct err err;

	if (download != NULL && !download->is_removing)
		return download;
	err_set(&err, ERR_DOWNLOAD_NOT_FOUND, "There is no download %lld.",
	    (long long)id);
	rpc_fail(call, &err);
	return NULL;
}

void
download_audit(struct rpc_call *call, enum audit_event event,
    const struct download *download)
{
	struct json_object *params = rpc_params(call);
	char target[32];

	snprintf(target, sizeof(target), "%lld", (long long)download->row.id);
	rpc_audit_later(call, event, target,
	    json_object_to_json_string_ext(params, JSON_C_TO_STRING_PLAIN));
}

static struct changing *
changing_new(struct rpc_call *call, const struct download *download)
{
	struct changing *changing = mem_calloc(1, sizeof(*changing));

	changing->call = call;
	changing->downloads = download->all;
	changing->id = download->row.id;
	buf_init(&changing->magnet, TORRENT_MAGNET_MAX);
	snprintf(
	    changing->name, sizeof(changing->name), "%s", download->row.name);
	return changing;
}

static void
changing_free(struct changing *changing)
{
	arena_free(changing->arena);
	free(changing->torrent);
	buf_fini(&changing->magnet);
	free(changing);
}

static void
submit(struct changing *changing, dbjob_fn run, dbjob_done_fn done)
{
	struct err err;

	if (dbthread_submit(changing->downloads->miaud->dbthread, DBJOB_ALONE,
		run, done, changing, &err) == -1)
		done(changing, &err);
}

static struct sealed_place
place_of(const struct changing *changing)
{
	const struct miaud *miaud = changing->downloads->miaud;

	return (struct sealed_place){ .folder = miaud->paths.resume,
		.keys = miaud->keys,
		.name = changing->name };
}

/* --- Change -------------------------------------------------------------- */

static int
choose(struct db *db, struct changing *changing,
    const struct torrent_meta *meta, struct err *err)
{
	if (db_begin(db, err) == -1)
		return -1;
	if (identify_torrent(db, changing->arena, changing->id, meta,
		&changing->wish, &changing->identity, err) == 0 &&
	    db_commit(db, err) == 0)
		return 0;
	db_rollback(db);
	return -1;
}

/* -1: ERR_CONFLICT while there is no metadata. */
static int
read_bytes(struct changing *changing, struct err *err)
{
	struct sealed_place place = place_of(changing);

	changing->torrent =
	    sealed_read(&place, SEALED_TORRENT, &changing->torrent_len, err);
	if (changing->torrent == NULL && err->code == ERR_NOT_FOUND)
		return err_set(
		    err, ERR_CONFLICT, "It is not known yet what is in it.");
	return changing->torrent == NULL ? -1 : 0;
}

static int
read_torrent(
    struct changing *changing, struct torrent_meta *meta, struct err *err)
{
	if (read_bytes(changing, err) == -1)
		return -1;
	return torrent_parse(
	    changing->torrent, changing->torrent_len, meta, err);
}

static int
choose_job(struct db *db, void *arg, struct err *err)
{
	struct changing *changing = arg;
	struct torrent_meta meta;
	int result;

	changing->arena = arena_new(DOWNLOADS_ARENA);
	if (read_torrent(changing, &meta, err) == -1)
		return -1;
	result = choose(db, changing, &meta, err);
	torrent_meta_free(&meta);
	return result;
}

static void
chosen(void *arg, const struct err *err)
{
	struct changing *changing = arg;
	struct download *download =
	    download_find(changing->downloads, changing->id);
	struct err gone;

	if (err->code != ERR_NONE) {
		rpc_fail(changing->call, err);
	} else if (download == NULL) {
		err_set(&gone, ERR_DOWNLOAD_NOT_FOUND, "It was removed.");
		rpc_fail(changing->call, &gone);
	} else {
		download_identified(download, &changing->identity);
		rpc_reply(changing->call, download_json(download));
	}
	changing_free(changing);
}

/* True when a file is to be chosen, which takes longer. */
static bool
take_wishes(struct download *download, struct json_object *params)
{
	struct torrent_row *row = &download->row;

	row->is_paused = json_get_bool(params, "paused", row->is_paused);
	row->is_pinned = json_get_bool(params, "pinned", row->is_pinned);
	row->upload_limit = json_get_int(params, "upLimit", row->upload_limit);
	row->download_limit =
	    json_get_int(params, "downLimit", row->download_limit);
	row->ratio_limit =
	    json_get_real(params, "ratioLimit", row->ratio_limit);
	if (!row->is_paused && json_get_bool(params, "paused", true) == false)
		row->is_wanted = row->own_path == NULL;
	return json_get_int(params, "fileIndex", -1) >= 0;
}

static struct identify_wish
read_wish(struct json_object *params)
{
	return (struct identify_wish){
		.file = (int)json_get_int(params, "fileIndex", -1),
		.season = (int)json_get_int(params, "season", -1),
		.episode = (int)json_get_int(params, "episode", -1),
	};
}

/* What cannot be done now is refused before anything else is. */
static int
check_change(const struct download *download, struct json_object *params,
    struct err *err)
{
	if (download->row.own_path != NULL &&
	    json_get_int(params, "fileIndex", -1) >= 0)
		return err_set(err, ERR_CONFLICT,
		    "A file of one's own plays from where it lies.");
	if (!json_get_bool(params, "recheck", false))
		return 0;
	if (download->stage != DOWNLOAD_RUNNING)
		return err_set(err, ERR_CONFLICT,
		    "It does not run now, so its bytes cannot be checked.");
	if (download->admitted == NULL)
		return err_set(err, ERR_CONFLICT,
		    "It is not known yet what is in it, so there is nothing to "
		    "check.");
	return 0;
}

void
downloads_change(struct rpc_call *call)
{
	struct download *download = downloads_of_call(call, "id");
	struct changing *changing;
	bool was_paused;
	struct err err;

	if (download == NULL)
		return;
	if (check_change(download, rpc_params(call), &err) == -1) {
		rpc_fail(call, &err);
		return;
	}
	was_paused = download->row.is_paused;
	if (take_wishes(download, rpc_params(call))) {
		changing = changing_new(call, download);
		changing->wish = read_wish(rpc_params(call));
		submit(changing, choose_job, chosen);
	}
	if (download->stage == DOWNLOAD_REFUSED && !download->row.is_paused)
		download->stage = DOWNLOAD_NEW; /* tried again */
	if (download->row.is_paused)
		download_hash_cancel(download);
	if (download->stage == DOWNLOAD_RUNNING) {
		download_apply(download);
		if (json_get_bool(rpc_params(call), "recheck", false))
			torrent_recheck(
			    download->all->engine, download->torrent);
		if (download->row.is_paused && !was_paused)
			torrent_save(download->all->engine, download->torrent);
		download_look(download);
	}
	download_write(download);
	download_audit(call, AUDIT_DOWNLOAD_CHANGED, download);
	download->all->needs_room = true;
	downloads_begin(download->all);
	downloads_admit(download->all);
	download_post(download);
	downloads_changed(download);
	if (json_get_int(rpc_params(call), "fileIndex", -1) < 0)
		rpc_reply(call, download_json(download));
}

/* --- Removal --------------------------------------------------------------- */

static int
audit_removal(struct db *db, struct changing *changing, struct err *err)
{
	char target[32];

	if (changing->call == NULL)
		return 0;
	snprintf(target, sizeof(target), "%lld", (long long)changing->id);
	return rpc_audit(changing->call, db, AUDIT_DOWNLOAD_REMOVED, target,
	    changing->is_erasing ? "{\"erase\":true}" : NULL, err);
}

static int
remove_job(struct db *db, void *arg, struct err *err)
{
	struct changing *changing = arg;
	struct sealed_place place = place_of(changing);
	char path[PATHS_MAX + TORRENT_NAME_SIZE];
	struct err why;

	snprintf(path, sizeof(path), "%s/%s",
	    changing->downloads->miaud->paths.torrents, changing->name);
	if (changing->is_erasing && fs_remove_tree(path, &why) == -1)
		log_warn("download.erase", "%s", why.text);
	if (db_begin(db, err) == -1)
		return -1;
	if (store_torrent_remove(db, changing->id, err) == STORE_ERROR ||
	    audit_removal(db, changing, err) == -1 ||
	    db_commit(db, err) == -1) {
		db_rollback(db);
		return -1;
	}
	sealed_remove_all(&place);
	texts_cache_forget(&changing->downloads->miaud->paths, db);
	return 0;
}

static void
removed(void *arg, const struct err *err)
{
	struct changing *changing = arg;
	struct downloads *downloads = changing->downloads;
	struct download *download = download_find(downloads, changing->id);

	if (err->code == ERR_NONE && download != NULL) {
		downloads_changed(download);
		download_drop(download);
		log_info("download.removed", "Download %lld was removed.",
		    (long long)changing->id);
	} else if (download != NULL) {
		download->is_removing = false;
		download->stage = DOWNLOAD_NEW;
	}
	if (changing->call != NULL && err->code != ERR_NONE)
		rpc_fail(changing->call, err);
	else if (changing->call != NULL)
		rpc_done(changing->call);
	downloads->needs_room = true;
	changing_free(changing);
}

void
download_removed(struct download *download)
{
	struct changing *changing;
	struct err err;

	download->torrent = 0;
	download->stage = DOWNLOAD_NEW;
	download_orphan_readers(download);
	if (!download->is_removing)
		return;
	if (download->evict_call != NULL) {
		err_set(&err, ERR_DOWNLOAD_NOT_FOUND, "It was removed.");
		rpc_fail(download->evict_call, &err);
		download->evict_call = NULL;
	}
	changing = changing_new(download->remove_call, download);
	download->remove_call = NULL;
	changing->is_erasing = download->is_erasing;
	submit(changing, remove_job, removed);
}

void
downloads_remove(struct rpc_call *call)
{
	struct download *download = downloads_of_call(call, "id");

	if (download == NULL)
		return;
	download->is_removing = true;
	download->is_erasing = download->row.own_path != NULL ||
	    json_get_bool(rpc_params(call), "erase", false);
	download->remove_call = call;
	/* One that is just beginning goes when it has begun, one that is being
	 * read when that has ended. */
	download_hash_cancel(download);
	if (download->stage == DOWNLOAD_RUNNING)
		torrent_remove(download->all->engine, download->torrent,
		    download->is_erasing);
	else if (download->stage != DOWNLOAD_LOADING &&
	    download->stage != DOWNLOAD_HASHING)
		download_removed(download);
}

/* --- Export ----------------------------------------------------------------- */

static int
export_job(struct db *db, void *arg, struct err *err)
{
	struct changing *changing = arg;

	(void)db;
	if (read_bytes(changing, err) == -1)
		return -1;
	if (changing->torrent_len > EXPORT_MAX)
		return err_set(err, ERR_BODY_TOO_LARGE,
		    "This .torrent is too large to be passed on.");
	return torrent_magnet_make(
	    changing->torrent, changing->torrent_len, &changing->magnet, err);
}

static void
exported(void *arg, const struct err *err)
{
	struct changing *changing = arg;
	struct json_object *out;
	char *text;

	if (err->code != ERR_NONE) {
		rpc_fail(changing->call, err);
		changing_free(changing);
		return;
	}
	out = json_object_new_object();
	text = mem_calloc(1, ENCODE_BASE64_SIZE(changing->torrent_len));
	encode_base64(changing->torrent, changing->torrent_len, text);
	json_add_text(out, "torrent", text);
	free(text);
	json_add_text(out, "magnet", changing->magnet.data);
	rpc_reply(changing->call, out);
	changing_free(changing);
}

void
downloads_export(struct rpc_call *call)
{
	struct download *download = downloads_of_call(call, "id");

	if (download != NULL)
		submit(changing_new(call, download), export_job, exported);
}
