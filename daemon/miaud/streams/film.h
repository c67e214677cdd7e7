/*
 * A film out of a swarm as a confined program reads it (daemon/miaud/media/film.h):
 * only what is published, and what lies ahead of the program is fetched first.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_STREAMS_FILM_H
#define DAEMON_MIAUD_STREAMS_FILM_H

#include <stdbool.h>

#include "daemon/miaud/downloads/downloads.h"
#include "daemon/miaud/media/film.h"
#include "lib/base/attr.h"

/* A file of a download. is_use: somebody watches it, so that it counts as being used.
 * Bytes of what is paused, removed or closed do not come (any more). NULL: as
 * downloads_reader_open. Taken by who reads it, who closes it. */
struct film_reader *streams_film_open(struct downloads *downloads, int64_t id,
    int file, bool is_use, struct err *err) NONNULL MUST_CHECK;

#endif
