/*
 * What of a file is here, as players are shown it: positions in bytes, from
 * inclusive, to exclusive.
 */
#ifndef DAEMON_MIAUD_STREAMS_RANGES_H
#define DAEMON_MIAUD_STREAMS_RANGES_H

#include <json-c/json.h>
#include <stdint.h>

#include "daemon/miaud/downloads/downloads.h"
#include "daemon/torrent/torrent.h"
#include "lib/base/attr.h"

enum { STREAMS_RANGES_MAX = 64, STREAMS_WINDOWS_MAX = 8 };

/* A file of a torrent; engine NULL or torrent 0: it does not run. */
struct streams_place {
	struct torrent_engine *engine;
	torrent_id torrent;
	int file;
};

/* 0 while it is not known. */
int64_t streams_size(const struct streams_place *place) NONNULL MUST_CHECK;
/* [[from, to], …] of what is published, at most STREAMS_RANGES_MAX, the first
 * in the file. */
struct json_object *streams_published(
    const struct streams_place *place) NONNULL RETURNS_NONNULL MUST_CHECK;
/* Adds what a reader at `offset` is waiting for, if there is room. */
void streams_add_window(const struct streams_place *place, int64_t offset,
    struct json_object *windows) NONNULL;
/* {size, published, wanted, rate, peers}; takes `wanted`. */
struct json_object *streams_place_json(const struct streams_place *place,
    struct json_object *wanted) NONNULL RETURNS_NONNULL MUST_CHECK;
/* Bytes of a file that are there from a place on; 0 also when it does not run. */
int64_t streams_there(const struct downloads *downloads, int64_t download_id,
    int file, int64_t offset) NONNULL MUST_CHECK;
/* What is wrong with a download, or that it is paused; NULL: nothing. */
const char *streams_problem(const struct downloads *downloads,
    int64_t download_id, const char **sentence) NONNULL MUST_CHECK;
/* The same as {code, sentence}. */
struct json_object *streams_problem_json(
    const struct downloads *downloads, int64_t download_id) NONNULL MUST_CHECK;

#endif
