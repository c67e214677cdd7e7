/*
 * The pool's side of the scanner: what a walk sees and hands over to be
 * written. walk.c sees, rows.c writes.
 */
#ifndef DAEMON_MIAUD_SCAN_BATCH_H
#define DAEMON_MIAUD_SCAN_BATCH_H

#include "daemon/miaud/scan/scan.h"

/* A file as it was seen. Texts live in the batch's arena. */
struct seen_file {
	const char *path; /* relative, bytes */
	int64_t size, modified_at, inode;
	const char *code, *sentence; /* refused at sight; NULL: not */
	struct subtitle *subtitles;
	size_t n_subtitles;
};

/* rows.c, pool thread: files gathered and written in batches. */
struct batch;
struct batch *batch_new(
    struct scan_walk *walk) NONNULL RETURNS_NONNULL MUST_CHECK;
void batch_free(struct batch *batch);
struct arena *batch_arena(struct batch *batch) NONNULL RETURNS_NONNULL;
/* Takes note of a file; writes when the batch is full. */
int batch_add(struct batch *batch, const struct seen_file *seen,
    struct err *err) NONNULL MUST_CHECK;
int batch_flush(struct batch *batch, struct err *err) NONNULL MUST_CHECK;
/* The file at a path has gone. */
int batch_gone(
    struct batch *batch, const char *path, struct err *err) NONNULL MUST_CHECK;

/* Opens a file below a folder without following a link, for reading; -1 with
 * errno. Pool thread. */
int scan_open(const char *root, const char *path, int flags) NONNULL MUST_CHECK;

#endif
