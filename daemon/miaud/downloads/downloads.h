/*
 * Downloads: what is fetched from swarms or shared with them. Owns the torrent
 * engine; turns rows into torrents at the start and events into rows; gives
 * room on the disk to what is watched and wanted.
 *
 * Before an administrator has agreed (net.consent) only own files are shared.
 * The engine is made with the first torrent that may run.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_DOWNLOADS_DOWNLOADS_H
#define DAEMON_MIAUD_DOWNLOADS_DOWNLOADS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/torrent/torrent.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"

struct miaud;
struct downloads;
struct downloads_watch;
struct downloads_reader;

/* Reads the rows and begins. ERR_DATABASE_…, ERR_IO. Sets miaud->downloads. */
int downloads_start(struct miaud *miaud, struct err *err) NONNULL MUST_CHECK;
/* The settings changed. */
void downloads_reload(struct downloads *downloads) NONNULL;
/* Begins the orderly end: everything is asked for its resume data. */
void downloads_stop(struct downloads *downloads) NONNULL;
/* Whether all of it has been handed to the database thread. */
bool downloads_is_drained(const struct downloads *downloads) NONNULL MUST_CHECK;
/* Writes the last figures, ends the engine and closes the handles. Before
 * dbthread_close. */
void downloads_close(struct downloads *downloads) NONNULL;
/* After the loop has ended. */
void downloads_free(struct downloads *downloads);

/* --- For those who read -------------------------------------------------- */

/* NULL while nothing runs. */
struct torrent_engine *downloads_engine(
    const struct downloads *downloads) NONNULL MUST_CHECK;
/* The engine's torrent of a row, 0: it does not run (yet). */
torrent_id downloads_torrent(
    const struct downloads *downloads, int64_t id) NONNULL MUST_CHECK;
/* As in answers: "downloading" …; NULL: no such row. */
const char *downloads_state(
    const struct downloads *downloads, int64_t id) NONNULL MUST_CHECK;
/* Whether nothing more of it comes because somebody paused it; false while it is
 * not known yet what is here. */
bool downloads_is_paused(
    const struct downloads *downloads, int64_t id) NONNULL MUST_CHECK;
/* Code and sentence of what is wrong, or NULL. */
const char *downloads_problem(const struct downloads *downloads, int64_t id,
    const char **sentence) NONNULL MUST_CHECK;

/* Called after bytes of a torrent came or went, and when its state or problem
 * changed. */
typedef void (*downloads_watch_fn)(void *arg, int64_t id);
struct downloads_watch *downloads_watch(
    struct downloads *downloads, downloads_watch_fn changed, void *arg)
    NONNULL_ARGS(1, 2) RETURNS_NONNULL MUST_CHECK;
void downloads_unwatch(struct downloads_watch *watch) NONNULL;

enum { DOWNLOADS_PROMISE = 8 * 1024 * 1024 };

/* A reader of a file: what lies ahead of it is admitted and fetched first.
 * Published bytes within DOWNLOADS_PROMISE from its place on stay until it moves
 * or closes. NULL: ERR_DOWNLOAD_NOT_FOUND, ERR_BUSY (does not run or has no metadata
 * yet). Gone when the torrent is removed: then the others do nothing. */
struct downloads_reader *downloads_reader_open(struct downloads *downloads,
    int64_t id, int file, struct err *err) NONNULL MUST_CHECK;
/* The same for no more than the bytes [from, until) of the file; being made
 * ready is no use of the download. */
struct downloads_reader *downloads_reader_open_part(struct downloads *downloads,
    int64_t id, int file, int64_t from, int64_t until,
    struct err *err) NONNULL MUST_CHECK;
/* Bytes; -1: not known (yet). */
int64_t downloads_file_size(
    const struct downloads *downloads, int64_t id, int file) NONNULL MUST_CHECK;
/* Where a file lies of which all is here. False: some of it is not. */
bool downloads_whole_path(const struct downloads *downloads, int64_t id,
    int file, char *out, size_t size) NONNULL MUST_CHECK;
void downloads_reader_move(
    struct downloads_reader *reader, int64_t offset) NONNULL;
void downloads_reader_close(struct downloads_reader *reader) NONNULL;
/* Whether the web server may send the reader's file by itself: every byte is
 * published, and for the next hours they go by unlinking the file only. */
bool downloads_reader_offer(struct downloads_reader *reader) NONNULL MUST_CHECK;

#endif
