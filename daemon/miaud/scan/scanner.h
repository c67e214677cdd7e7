/*
 * The library scanner: walks the household's folders, puts what it finds into
 * the catalogue at once (the name says what it is), has each file probed, and
 * follows later changes by inotify. Walking and reading of file heads happen
 * on libuv's pool, probes in confined children, writes on the database
 * thread; everything else on the loop.
 *
 * Nothing here deletes anything on disk. A folder that disappears keeps its
 * rows in state 'gone' until it comes back or is removed by a person.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_SCAN_SCANNER_H
#define DAEMON_MIAUD_SCAN_SCANNER_H

#include <json-c/json.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"

struct miaud;

/* Reads the folders, watches them and goes on with files that wait for their
 * probe. Starts no scan: the task does. */
int scanner_start(struct miaud *miaud, struct err *err) NONNULL MUST_CHECK;

/* Scans a folder, or all (0). One that is under way or already waits is not
 * asked for twice. */
void scanner_scan(struct miaud *miaud, int64_t folder_id) NONNULL;

/* Called once when no scan is under way any more (the scheduler's task waits
 * for its own). Never within the call itself. */
typedef void (*scanner_idle_fn)(void *arg, const struct err *err);
void scanner_when_idle(struct miaud *miaud, scanner_idle_fn fn, void *arg)
    NONNULL_ARGS(1, 2);

/* The row of a folder was added: watch and scan it. */
void scanner_folder_added(struct miaud *miaud, int64_t folder_id) NONNULL;
/* The row is about to go, or has gone: stop what concerns it. */
void scanner_folder_removed(struct miaud *miaud, int64_t folder_id) NONNULL;

/* Adds to `out` the fields of the contract's Scan: state, folder, found, done,
 * refused, current, startedAt, finishedAt. */
void scanner_status(struct miaud *miaud, struct json_object *out) NONNULL;

/* Takes no more work, cancels probes, closes its handles so that the loop can
 * end; frees itself when the last of them is closed. */
void scanner_stop(struct miaud *miaud) NONNULL;

#endif
