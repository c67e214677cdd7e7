/* What a download learns from being added again. */
#include "daemon/miaud/downloads/known.h"

#include <stdlib.h>

#include "daemon/miaud/downloads/part.h"

/* The .torrent, with the trackers that the link names, in its place. */
static int
write_content(const struct sealed_place *place, const struct known *known,
    const char *magnet, size_t len, struct err *err)
{
	struct buf joined;
	int result;

	buf_init(&joined, TORRENT_BYTES_MAX);
	result = torrent_trackers_join(
	    known->bytes, known->len, magnet, len, &joined, err);
	if (result == 0 && joined.len > 0)
		result = sealed_write(
		    place, SEALED_TORRENT, joined.data, joined.len, err);
	else if (result == 0)
		result = sealed_write(
		    place, SEALED_TORRENT, known->bytes, known->len, err);
	if (result == 0)
		sealed_remove(place, SEALED_MAGNET);
	buf_fini(&joined);
	return result;
}

static int
learn_trackers(const struct sealed_place *place, enum sealed_kind kind,
    struct known *known, const char *have, size_t len, struct err *err)
{
	struct buf joined;
	int result;

	buf_init(&joined, TORRENT_BYTES_MAX);
	result = torrent_trackers_join(
	    have, len, known->bytes, known->len, &joined, err);
	if (result == 0 && joined.len > 0) {
		known->news = KNOWN_TRACKERS;
		result =
		    sealed_write(place, kind, joined.data, joined.len, err);
	}
	buf_fini(&joined);
	return result;
}

/* Known first: a magnet link whose content is known already fetches it from
 * others, while content of which nobody knows would never be looked at again. */
static int
learn_content(struct db *db, struct arena *arena,
    const struct sealed_place *place, struct known *known, const char *magnet,
    size_t len, struct err *err)
{
	if (db_begin(db, err) == -1)
		return -1;
	if (identify_torrent(db, arena, known->id, known->meta, NULL,
		&known->identity, err) == -1 ||
	    db_commit(db, err) == -1) {
		db_rollback(db);
		return -1;
	}
	known->news = KNOWN_CONTENT;
	return write_content(place, known, magnet, len, err);
}

int
known_learn(struct db *db, struct arena *arena,
    const struct sealed_place *place, struct known *known, struct err *err)
{
	struct sealed_place its = *place;
	enum sealed_kind kind = SEALED_TORRENT;
	struct torrent_row row;
	char *have;
	size_t len;
	int result;

	if (store_torrent_find(db, arena, known->id, &row, err) != STORE_OK)
		return -1;
	its.name = row.name;
	have = sealed_read(&its, kind, &len, err);
	if (have == NULL && err->code == ERR_NOT_FOUND) {
		kind = SEALED_MAGNET;
		have = sealed_read(&its, kind, &len, err);
	}
	/* A file of one's own that is being hashed has neither. */
	if (have == NULL)
		return err->code == ERR_NOT_FOUND ? 0 : -1;
	if (kind == SEALED_MAGNET && known->meta != NULL)
		result = learn_content(db, arena, &its, known, have, len, err);
	else
		result = learn_trackers(&its, kind, known, have, len, err);
	free(have);
	return result;
}

/* What the engine has is without content: it begins anew with it, once it is
 * out. Nobody reads from it yet. */
static void
begin_anew(struct download *download)
{
	struct downloads *all = download->all;

	if (download->stage == DOWNLOAD_REFUSED)
		download->stage = DOWNLOAD_NEW;
	if (download->stage == DOWNLOAD_RUNNING &&
	    torrent_meta(all->engine, download->torrent) == NULL)
		torrent_remove(all->engine, download->torrent, false);
	downloads_begin(all);
}

void
known_learned(struct download *download, const struct known *known)
{
	if (download->is_removing)
		return;
	if (known->news == KNOWN_CONTENT) {
		download_identified(download, &known->identity);
		begin_anew(download);
	} else if (known->news == KNOWN_TRACKERS &&
	    download->stage == DOWNLOAD_RUNNING) {
		torrent_trackers_add(download->all->engine, download->torrent,
		    known->bytes, known->len);
	}
	download_post(download);
}
