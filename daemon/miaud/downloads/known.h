/*
 * Adding once more what is there already: what the second description says and
 * the first did not. Its bytes are its own .torrent or magnet link, of the same
 * info-hash.
 */
#ifndef DAEMON_MIAUD_DOWNLOADS_KNOWN_H
#define DAEMON_MIAUD_DOWNLOADS_KNOWN_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/miaud/downloads/identify.h"
#include "lib/auth/sealed.h"

struct download;

enum known_news {
	KNOWN_NOTHING,
	KNOWN_TRACKERS, /* further ones */
	KNOWN_CONTENT,  /* what is in it */
};

struct known {
	int64_t id; /* of the row */
	const void *bytes;
	size_t len;
	const struct torrent_meta *meta; /* NULL: a magnet link */
	/* What came of it; identity only with KNOWN_CONTENT, in the arena. */
	enum known_news news;
	struct identity identity;
};

/* Writes what is new: a .torrent takes the place of a magnet link, trackers are
 * added to those that are named, but never to a private torrent's. place: with
 * the folder and the keys; the name is found. Database thread. */
int known_learn(struct db *db, struct arena *arena,
    const struct sealed_place *place, struct known *known,
    struct err *err) NONNULL MUST_CHECK;
/* Lets the engine go on with it. Loop. */
void known_learned(
    struct download *download, const struct known *known) NONNULL;

#endif
