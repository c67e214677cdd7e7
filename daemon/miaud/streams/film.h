/*
 * A film out of a swarm as a confined program reads it (daemon/miaud/media/film.h):
 * only what is published, and what lies ahead of the program is fetched first.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_STREAMS_FILM_H
#define DAEMON_MIAUD_STREAMS_FILM_H

#include "daemon/miaud/downloads/downloads.h"
#include "daemon/miaud/media/film.h"
#include "lib/base/attr.h"

enum streams_film_use {
	/* Fetches what is asked for, and little beyond. */
	STREAMS_FILM_PARTS,
	/* Somebody watches: what lies ahead is fetched, and it counts as use. */
	STREAMS_FILM_WATCHED,
	/* Fetches nothing; what is not here is as good as the film's end. */
	STREAMS_FILM_HERE,
};

/* A file of a download. Bytes of what is paused or removed do not come (any more).
 * NULL: as downloads_reader_open. Whoever reads it closes it. */
struct film_reader *streams_film_open(struct downloads *downloads, int64_t id,
    int file, enum streams_film_use use, struct err *err) NONNULL MUST_CHECK;

#endif
