/*
 * A list of films under open licences, read from a file of the format that
 * docs/torrents.md describes: names, facts, and info-hashes.
 */
#ifndef DAEMON_MIAUD_DOWNLOADS_FILMS_H
#define DAEMON_MIAUD_DOWNLOADS_FILMS_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/torrent/describe.h"
#include "lib/base/arena.h"
#include "lib/base/settings.h"
#include "lib/db/db.h"

enum { FILMS_MAX = 1000 };

struct film {
	const char *name; /* in commands: lower case, digits, '-' */
	const char *title;
	int64_t year;
	int64_t runtime; /* minutes */
	const char *overview;
	unsigned char hash[TORRENT_HASH_SIZE];
	const char *licence; /* "CC BY 3.0" */
	const char *licence_url;
	const char *credit; /* who made it */
	const char *source; /* where that is written, an address */
	const char *magnet;
};

/* The file that the setting films.list names, or else the one that comes with
 * the programs (free()); NULL: nobody knows where these are. */
char *films_path(
    const struct settings *settings, struct err *err) NONNULL MUST_CHECK;
/* Reads such a file. ERR_CORRUPT with what is wrong in it. Any thread. */
int films_read(struct arena *arena, const char *path, struct film **films,
    size_t *n, struct err *err) NONNULL MUST_CHECK;
/* The one of that name, or NULL. */
const struct film *films_find(const struct film *films, size_t n,
    const char *name) NONNULL_ARGS(3) MUST_CHECK;

/* Its title, made with what is known of it. Call within a transaction. */
int films_title(struct db *db, struct arena *arena, const struct film *film,
    int64_t *title_id, struct err *err) NONNULL MUST_CHECK;

#endif
