/*
 * What is kept of downloads, written on the database thread, where files and
 * rows come in the order in which they were given.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/downloads/part.h"
#include "lib/auth/seal.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

struct writing {
	struct downloads *downloads;
	int64_t id;
	struct torrent_row row;
	char name[TORRENT_NAME_SIZE];
	enum sealed_kind kind;
	char *bytes;
	size_t len;
	struct arena *arena;
	struct identity identity;
};

char *
download_seal_label(
    const struct auth_keys *keys, const char *name, const char *label)
{
	const struct seal_place place = {
		.table = "torrent", .column = "label", .row = name
	};

	return seal_text(keys, &place, label, strlen(label));
}

static char *
copy(const void *bytes, size_t len)
{
	char *own = mem_calloc(1, len + 1);

	if (len > 0)
		memcpy(own, bytes, len);
	return own;
}

static struct writing *
writing_new(const struct download *download)
{
	struct writing *writing = mem_calloc(1, sizeof(*writing));

	writing->downloads = download->all;
	writing->id = download->row.id;
	snprintf(
	    writing->name, sizeof(writing->name), "%s", download->row.name);
	return writing;
}

static void
writing_free(struct writing *writing)
{
	arena_free(writing->arena);
	free(writing->row.label);
	free(writing->bytes);
	free(writing);
}

static void
written(void *arg, const struct err *err)
{
	if (err->code != ERR_NONE)
		log_warn("download.written", "%s", err->text);
	writing_free(arg);
}

static void
submit(struct writing *writing, enum dbjob_kind kind, dbjob_fn run,
    dbjob_done_fn done)
{
	struct err err;

	if (dbthread_submit(writing->downloads->miaud->dbthread, kind, run,
		done, writing, &err) == -1)
		done(writing, &err);
}

static int
row_job(struct db *db, void *arg, struct err *err)
{
	const struct writing *writing = arg;

	/* STORE_NONE: it was removed meanwhile. */
	return store_torrent_update(db, &writing->row, err) == STORE_ERROR ? -1
									   : 0;
}

void
download_write(struct download *download)
{
	struct writing *writing = writing_new(download);

	writing->row = download->row;
	writing->row.problem =
	    download->problem == NULL ? NULL : (char *)download->problem->code;
	writing->row.label = download_seal_label(download->all->miaud->keys,
	    download->row.name, download->row.label);
	download->is_changed = false;
	submit(writing, DBJOB_BATCHED, row_job, written);
}

static struct sealed_place
place_of(const struct writing *writing)
{
	const struct miaud *miaud = writing->downloads->miaud;

	return (struct sealed_place){ .folder = miaud->paths.resume,
		.keys = miaud->keys,
		.name = writing->name };
}

static int
sealed_job(struct db *db, void *arg, struct err *err)
{
	const struct writing *writing = arg;
	struct sealed_place place = place_of(writing);

	(void)db;
	return sealed_write(
	    &place, writing->kind, writing->bytes, writing->len, err);
}

void
download_write_sealed(struct download *download, enum sealed_kind kind,
    const void *bytes, size_t len)
{
	struct writing *writing = writing_new(download);

	writing->kind = kind;
	writing->bytes = copy(bytes, len);
	writing->len = len;
	submit(writing, DBJOB_ALONE, sealed_job, written);
}

/* Which files play and what they are. */
static int
identify(struct db *db, struct writing *writing,
    const struct torrent_meta *meta, struct err *err)
{
	if (db_begin(db, err) == -1)
		return -1;
	if (identify_torrent(db, writing->arena, writing->id, meta, NULL,
		&writing->identity, err) == -1 ||
	    db_commit(db, err) == -1) {
		db_rollback(db);
		return -1;
	}
	return 0;
}

static int
metadata_job(struct db *db, void *arg, struct err *err)
{
	struct writing *writing = arg;
	struct sealed_place place = place_of(writing);
	struct torrent_meta meta;
	int result;

	writing->arena = arena_new(DOWNLOADS_ARENA);
	if (sealed_write(&place, SEALED_TORRENT, writing->bytes, writing->len,
		err) == -1 ||
	    torrent_parse(writing->bytes, writing->len, &meta, err) == -1)
		return -1;
	sealed_remove(&place, SEALED_MAGNET);
	result = identify(db, writing, &meta, err);
	torrent_meta_free(&meta);
	return result;
}

static void
metadata_written(void *arg, const struct err *err)
{
	struct writing *writing = arg;
	struct download *download =
	    download_find(writing->downloads, writing->id);

	if (err->code == ERR_NONE && download != NULL)
		download_identified(download, &writing->identity);
	written(writing, err);
}

void
download_write_metadata(
    struct download *download, const void *bytes, size_t len)
{
	struct writing *writing = writing_new(download);

	writing->bytes = copy(bytes, len);
	writing->len = len;
	submit(writing, DBJOB_ALONE, metadata_job, metadata_written);
}
