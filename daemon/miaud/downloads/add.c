/*
 * Adding and sharing: what was given is read on the pool, written on the
 * database thread, begun on the loop. A file that is shared is hashed after
 * that (hash.c).
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/downloads/films.h"
#include "daemon/miaud/downloads/known.h"
#include "daemon/miaud/downloads/part.h"
#include "lib/auth/seal.h"
#include "lib/base/clock.h"
#include "lib/base/encode.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/base/str.h"
#include "lib/store/library.h"
#include "lib/store/sources.h"

enum { FILMS_ARENA = 8 * 1024 * 1024 };

struct adding {
	uv_work_t work;
	struct rpc_call *call;
	struct downloads *downloads;
	bool is_share;
	char *added_by;
	bool is_by_handler; /* for a person who is not at the terminal */
	char *path, *magnet, *title, *title_id;
	char *film, *film_list; /* one of a list of open films */
	struct arena *film_arena;
	const struct film *from_list;
	struct buf torrent;
	unsigned char hash[TORRENT_HASH_SIZE];
	char *hash_name; /* a magnet's */
	bool has_meta;
	struct torrent_meta meta;
	char name[TORRENT_NAME_SIZE];
	struct torrent_row row;
	char *label; /* in clear */
	bool is_known;
	struct known known; /* what it brings to one that is */
	struct arena *arena;
	struct identity identity;
	struct err err;
};

static void
adding_free(struct adding *adding)
{
	if (adding->has_meta)
		torrent_meta_free(&adding->meta);
	buf_fini(&adding->torrent);
	arena_free(adding->arena);
	arena_free(adding->film_arena);
	free(adding->film);
	free(adding->film_list);
	free(adding->path);
	free(adding->magnet);
	free(adding->title);
	free(adding->title_id);
	free(adding->added_by);
	free(adding->hash_name);
	free(adding->label);
	free(adding->row.label);
	free(adding);
}

static void
fail(struct adding *adding, const struct err *err)
{
	rpc_fail(adding->call, err);
	adding_free(adding);
}

/* --- Pool ---------------------------------------------------------------- */

static bool
lies_in(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 &&
	    (path[len] == '\0' || path[len] == '/');
}

/* The real path of a regular file that is none of ours. */
static int
resolve(struct adding *adding, struct err *err)
{
	const struct paths *paths = &adding->downloads->miaud->paths;
	char real[PATH_MAX];
	struct stat st;

	if (adding->path[0] != '/')
		return err_set(
		    err, ERR_INVALID_FIELDS, "The path has to be absolute.");
	if (realpath(adding->path, real) == NULL)
		return err_errno(
		    err, ERR_FILE_GONE, "Cannot find %s", adding->path);
	if (stat(real, &st) == -1 || !S_ISREG(st.st_mode))
		return err_set(
		    err, ERR_INVALID_FIELDS, "%s is no file.", adding->path);
	if (lies_in(real, paths->state) && !lies_in(real, paths->library))
		return err_set(err, ERR_FORBIDDEN,
		    "The server's own files are not for others.");
	free(adding->path);
	adding->path = mem_strdup(real);
	return 0;
}

/* What the list says of a film; from then on it is a magnet. */
static int
read_film(struct adding *adding, struct err *err)
{
	struct film *films;
	size_t n;

	adding->film_arena = arena_new(FILMS_ARENA);
	if (films_read(
		adding->film_arena, adding->film_list, &films, &n, err) == -1)
		return -1;
	adding->from_list = films_find(films, n, adding->film);
	if (adding->from_list == NULL)
		return err_set(err, ERR_NOT_FOUND,
		    "The list of films has no \"%.64s\".", adding->film);
	adding->magnet = mem_strdup(adding->from_list->magnet);
	return 0;
}

static int
read_given(struct adding *adding, struct err *err)
{
	if (adding->film != NULL && read_film(adding, err) == -1)
		return -1;
	if (adding->magnet != NULL)
		return torrent_magnet_parse(
		    adding->magnet, adding->hash, &adding->hash_name, err);
	if (adding->path != NULL && resolve(adding, err) == -1)
		return -1;
	if (adding->is_share)
		return own_expect_film(adding->path, err);
	if (adding->path != NULL &&
	    fs_read(adding->path, &adding->torrent, err) == -1)
		return -1;
	if (torrent_parse(adding->torrent.data, adding->torrent.len,
		&adding->meta, err) == -1)
		return -1;
	adding->has_meta = true;
	memcpy(adding->hash, adding->meta.hash, sizeof(adding->hash));
	return 0;
}

static void
read_work(uv_work_t *work)
{
	struct adding *adding = work->data;

	adding->err.code = ERR_NONE;
	if (read_given(adding, &adding->err) == -1 &&
	    adding->err.code == ERR_NONE)
		err_set(&adding->err, ERR_INTERNAL, "It cannot be read.");
}

/* --- Database thread ------------------------------------------------------- */

/* The info-hash of a share is not known yet: until then its path stands for
 * it, so that a file is hashed once at a time. No bytes of it lie in its folder,
 * which may have any name. */
static void
name_share(struct adding *adding)
{
	unsigned char folder[(TORRENT_NAME_SIZE - 1) / 2];

	seal_index(adding->downloads->miaud->keys, adding->path,
	    strlen(adding->path), adding->row.hash_index);
	random_bytes(folder, sizeof(folder));
	encode_hex(folder, sizeof(folder), adding->name);
	adding->row.name = adding->name;
}

/* Index and folder both come from the info-hash by the house's key: the same
 * torrent finds its bytes again, and neither tells it. */
static void
name_it(struct adding *adding)
{
	const struct auth_keys *keys = adding->downloads->miaud->keys;
	unsigned char folder[STORE_HASH_INDEX_SIZE];
	unsigned char text[TORRENT_HASH_SIZE + 8] = "payload";

	if (adding->is_share) {
		name_share(adding);
		return;
	}
	seal_index(
	    keys, adding->hash, sizeof(adding->hash), adding->row.hash_index);
	memcpy(text + 8, adding->hash, sizeof(adding->hash));
	seal_index(keys, text, sizeof(text), folder);
	encode_hex(folder, (TORRENT_NAME_SIZE - 1) / 2, adding->name);
	adding->row.name = adding->name;
}

static void
fill_row(struct adding *adding)
{
	struct torrent_row *row = &adding->row;
	const char *label = "";

	row->added_at = clock_now_ms();
	row->last_used_at = row->added_at;
	row->file_index = STORE_FILE_NONE;
	row->own_path = adding->is_share ? adding->path : NULL;
	if (adding->has_meta) {
		row->size = adding->meta.size;
		row->n_files = adding->meta.n_files;
		row->piece_size = adding->meta.piece_size;
		row->n_pieces = adding->meta.n_pieces;
		label = adding->meta.name;
	} else if (adding->is_share) {
		label = strrchr(adding->path, '/') + 1;
	} else if (adding->title != NULL) {
		label = adding->title;
	} else if (adding->hash_name != NULL) {
		label = adding->hash_name;
	}
	adding->label = str_to_display(label, strlen(label));
	row->label = download_seal_label(
	    adding->downloads->miaud->keys, adding->name, adding->label);
}

/* The title of a file of the library; whether it is one. */
static int
find_own_title(struct db *db, struct adding *adding, bool *is_known,
    int64_t *title_id, struct err *err)
{
	struct library_folder *folders;
	struct library_file file;
	struct source source;
	enum store_result result;
	size_t i, n, len;

	*is_known = false;
	if (store_folder_list(db, adding->arena, &folders, &n, err) ==
	    STORE_ERROR)
		return -1;
	for (i = 0; i < n; i++) {
		len = strlen(folders[i].path);
		if (!lies_in(adding->path, folders[i].path) ||
		    adding->path[len] != '/')
			continue;
		result = store_file_find(db, adding->arena, folders[i].id,
		    adding->path + len + 1, &file, err);
		*is_known = result == STORE_OK;
		if (result == STORE_OK)
			result =
			    store_source_find_file(db, file.id, &source, err);
		if (result == STORE_ERROR)
			return -1;
		if (result == STORE_OK)
			*title_id = source.title_id;
	}
	return 0;
}

static int
find_title(struct db *db, struct adding *adding, struct err *err)
{
	bool is_own;

	if (adding->from_list != NULL)
		return films_title(db, adding->arena, adding->from_list,
		    &adding->row.title_id, err);
	if (!adding->is_share)
		return identify_title(db, adding->arena, adding->title_id,
		    adding->title, &adding->row.title_id, err);
	if (find_own_title(db, adding, &is_own, &adding->row.title_id, err) ==
	    -1)
		return -1;
	if (adding->is_by_handler && !is_own)
		return err_set(err, ERR_FORBIDDEN,
		    "The file has to lie in one of the library's folders.");
	if (adding->row.title_id == 0)
		return identify_title(db, adding->arena, NULL, adding->title,
		    &adding->row.title_id, err);
	return 0;
}

static int
insert(struct db *db, struct adding *adding, struct err *err)
{
	if (find_title(db, adding, err) == -1 ||
	    store_torrent_add(db, &adding->row, err) != STORE_OK)
		return -1;
	if (adding->has_meta)
		return identify_torrent(db, adding->arena, adding->row.id,
		    &adding->meta, NULL, &adding->identity, err);
	if (!adding->is_share &&
	    identify_expect(db, adding->arena, adding->row.id,
		adding->hash_name, err) == -1)
		return -1;
	return identify_read(
	    db, adding->arena, adding->row.id, &adding->identity, err);
}

static int
audit(struct db *db, struct adding *adding, struct err *err)
{
	char target[32];

	snprintf(target, sizeof(target), "%lld", (long long)adding->row.id);
	return rpc_audit(adding->call, db,
	    adding->is_share ? AUDIT_DOWNLOAD_SHARED : AUDIT_DOWNLOAD_ADDED,
	    target, NULL, err);
}

static int
learn(struct db *db, struct adding *adding, const struct sealed_place *place,
    struct err *err)
{
	adding->known.id = adding->row.id;
	adding->known.bytes =
	    adding->has_meta ? adding->torrent.data : adding->magnet;
	adding->known.len =
	    adding->has_meta ? adding->torrent.len : strlen(adding->magnet);
	adding->known.meta = adding->has_meta ? &adding->meta : NULL;
	return known_learn(db, adding->arena, place, &adding->known, err);
}

static int
add_job(struct db *db, void *arg, struct err *err)
{
	struct adding *adding = arg;
	const struct miaud *miaud = adding->downloads->miaud;
	struct sealed_place place = { .folder = miaud->paths.resume,
		.keys = miaud->keys,
		.name = adding->name };
	enum store_result found;
	int result;

	adding->arena = arena_new(DOWNLOADS_ARENA);
	name_it(adding);
	found = store_torrent_find_hash(
	    db, adding->row.hash_index, &adding->row.id, err);
	adding->is_known = found == STORE_OK;
	if (found == STORE_OK && !adding->is_share)
		return learn(db, adding, &place, err);
	if (found != STORE_NONE)
		return found == STORE_OK ? 0 : -1;
	fill_row(adding);
	if (adding->is_share)
		result = 0;
	else if (adding->has_meta)
		result = sealed_write(&place, SEALED_TORRENT,
		    adding->torrent.data, adding->torrent.len, err);
	else
		result = sealed_write(&place, SEALED_MAGNET, adding->magnet,
		    strlen(adding->magnet), err);
	if (result == -1 || db_begin(db, err) == -1)
		return -1;
	if (insert(db, adding, err) == 0 && audit(db, adding, err) == 0 &&
	    db_commit(db, err) == 0)
		return 0;
	db_rollback(db);
	sealed_remove_all(&place);
	return -1;
}

/* --- Loop ------------------------------------------------------------------ */

static void
begin(struct adding *adding)
{
	struct torrent_row row = adding->row;
	struct download *download;

	row.label = adding->label;
	download = download_new(adding->downloads, &row);
	download_identified(download, &adding->identity);
	download_post(download);
	log_info(
	    "download.added", "Download %lld was added.", (long long)row.id);
	downloads_begin(adding->downloads);
}

/* Who shares a file once more may have mended what was wrong with it; a torrent
 * may be described better. */
static void
try_again(const struct adding *adding)
{
	struct download *download =
	    download_find(adding->downloads, adding->row.id);

	if (download != NULL && !adding->is_share)
		known_learned(download, &adding->known);
	if (download == NULL || !adding->is_share ||
	    download->stage != DOWNLOAD_REFUSED)
		return;
	download->stage = DOWNLOAD_NEW;
	downloads_begin(adding->downloads);
}

static void
added(void *arg, const struct err *err)
{
	struct adding *adding = arg;
	struct json_object *out;

	if (err->code != ERR_NONE) {
		fail(adding, err);
		return;
	}
	if (!adding->is_known && !adding->downloads->is_stopping)
		begin(adding);
	if (adding->is_known && !adding->downloads->is_stopping)
		try_again(adding);
	out = json_object_new_object();
	json_add_int(out, "id", adding->row.id);
	json_add_bool(out, "known", adding->is_known);
	rpc_reply(adding->call, out);
	adding_free(adding);
}

/* Whether the file is shared already, or being hashed for that. */
static bool
find_share(struct adding *adding)
{
	const struct download *download = adding->downloads->list;

	while (adding->is_share && download != NULL &&
	    (download->row.own_path == NULL || download->is_removing ||
		strcmp(download->row.own_path, adding->path) != 0))
		download = download->next;
	adding->is_known = adding->is_share && download != NULL;
	if (adding->is_known)
		adding->row.id = download->row.id;
	return adding->is_known;
}

static void
was_read(uv_work_t *work, int status)
{
	struct adding *adding = work->data;

	if (status != 0)
		err_set(&adding->err, ERR_CANCELLED,
		    "The media service is ending.");
	if (adding->err.code != ERR_NONE)
		fail(adding, &adding->err);
	else if (find_share(adding))
		added(adding, &adding->err);
	else if (dbthread_submit(adding->downloads->miaud->dbthread,
		     DBJOB_ALONE, add_job, added, adding, &adding->err) == -1)
		fail(adding, &adding->err);
}

static char *
param(struct rpc_call *call, const char *key)
{
	const char *text = json_get_text(rpc_params(call), key, NULL);

	return text == NULL ? NULL : mem_strdup(text);
}

static struct adding *
adding_new(struct rpc_call *call)
{
	struct adding *adding = mem_calloc(1, sizeof(*adding));

	adding->call = call;
	adding->downloads = rpc_miaud(call)->downloads;
	adding->is_by_handler = rpc_user(call) != NULL;
	if (adding->is_by_handler)
		adding->added_by = mem_strdup(rpc_user(call));
	adding->row.added_by = adding->added_by;
	adding->path = param(call, "path");
	adding->title = param(call, "title");
	adding->work.data = adding;
	buf_init(&adding->torrent, TORRENT_BYTES_MAX);
	return adding;
}

static void
start(struct adding *adding)
{
	if (uv_queue_work(&adding->downloads->miaud->loop, &adding->work,
		read_work, was_read) == 0)
		return;
	err_set(&adding->err, ERR_BUSY, "No thread is free.");
	fail(adding, &adding->err);
}

/* A link, or the 40 hexadecimal digits that people pass on instead. */
static char *
spell_magnet(char *given)
{
	static const char prefix[] = "magnet:?xt=urn:btih:";
	char *magnet;
	size_t size;

	if (given == NULL || strchr(given, ':') != NULL)
		return given;
	size = sizeof(prefix) + strlen(given);
	magnet = mem_calloc(1, size);
	snprintf(magnet, size, "%s%s", prefix, given);
	free(given);
	return magnet;
}

static int
take_torrent(struct adding *adding, struct rpc_call *call, struct err *err)
{
	char *text = param(call, "torrent"), *bytes;
	size_t len;
	long n;

	if (text == NULL)
		return 0;
	len = strlen(text);
	bytes = mem_calloc(1, len + 1);
	n = decode_base64(text, len, bytes, len);
	if (n >= 0)
		buf_append(&adding->torrent, bytes, (size_t)n);
	free(bytes);
	free(text);
	return n >= 0
	    ? 0
	    : err_set(err, ERR_INVALID_FIELDS, "The file is no base64.");
}

static int
check(const struct adding *adding, struct err *err)
{
	int n = (adding->magnet != NULL) + (adding->path != NULL) +
	    (adding->torrent.len > 0) + (adding->film != NULL);

	if (n != 1)
		return err_set(err, ERR_INVALID_FIELDS,
		    "Give a magnet link or a .torrent file.");
	if (adding->path != NULL && adding->is_by_handler)
		return err_set(err, ERR_INVALID_FIELDS,
		    "A path is for the terminal only.");
	if (!settings_bool(
		adding->downloads->miaud->settings, SETTING_NET_CONSENT))
		return err_set(err, ERR_CONSENT_NEEDED,
		    "Fetching a torrent also uploads it to others; an "
		    "administrator has to agree first, on the Downloads page "
		    "or by `miauctl config set net.consent true`.");
	return 0;
}

void
downloads_add(struct rpc_call *call)
{
	struct adding *adding = adding_new(call);

	adding->magnet = spell_magnet(param(call, "magnet"));
	adding->title_id = param(call, "titleId");
	adding->row.is_paused =
	    json_get_bool(rpc_params(call), "paused", false);
	adding->row.is_wanted = json_get_bool(rpc_params(call), "wanted", true);
	if (take_torrent(adding, call, &adding->err) == -1 ||
	    check(adding, &adding->err) == -1)
		fail(adding, &adding->err);
	else
		start(adding);
}

void
downloads_share(struct rpc_call *call)
{
	struct adding *adding = adding_new(call);

	adding->is_share = true;
	start(adding);
}

/* Not wanted by itself: fetched only while it is watched. */
void
downloads_add_film(struct rpc_call *call)
{
	struct adding *adding = adding_new(call);

	adding->film = param(call, "name");
	adding->film_list =
	    films_path(adding->downloads->miaud->settings, &adding->err);
	if (adding->film_list == NULL || check(adding, &adding->err) == -1)
		fail(adding, &adding->err);
	else
		start(adding);
}
