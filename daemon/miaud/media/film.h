/*
 * A film of which not every byte may be here yet, as those who hand it to a
 * confined program read it (daemon/miaud/media/serve.h). Who makes one knows
 * which bytes are here; the bytes themselves are read from its file.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_MEDIA_FILM_H
#define DAEMON_MIAUD_MEDIA_FILM_H

#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/paths.h"

struct film_reader;

struct film_reader_kind {
	/* Moves to `offset`. How many bytes from there on may be read from the
	 * file, and stay readable until it moves again; 0: none yet, `changed`
	 * is called when there may be some; -1: none will come, and why (ERR_NONE:
	 * as was to be expected). */
	int64_t (*there)(
	    struct film_reader *reader, int64_t offset, struct err *err);
	/* Ends and frees it. */
	void (*close)(struct film_reader *reader);
};

/* The head of what each kind keeps. */
struct film_reader {
	const struct film_reader_kind *kind;
	char path[PATHS_MAX]; /* of the file */
	int64_t size;         /* of the whole film, > 0 */
	/* Who reads it; NULL: nobody yet. Never called within `there`. */
	void (*changed)(void *arg);
	void *arg;
};

#endif
