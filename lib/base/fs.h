/*
 * Files: the few things that every program does with them.
 */
#ifndef LIB_BASE_FS_H
#define LIB_BASE_FS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

/* Reads a whole file of at most buf->max bytes into buf (initialised, emptied
 * first). -1: ERR_NOT_FOUND, ERR_IO, ERR_BODY_TOO_LARGE. */
int fs_read(
    const char *path, struct buf *buf, struct err *err) NONNULL MUST_CHECK;

/* Writes a file so that after a crash there is the old or the new content:
 * temporary file in the same folder, fsync, rename, fsync of the folder. */
int fs_write(const char *path, const void *bytes, size_t len, mode_t mode,
    struct err *err) NONNULL MUST_CHECK;

/* Makes what was linked, renamed or removed under `path` last. */
int fs_sync_folder(const char *path, struct err *err) NONNULL MUST_CHECK;

/* Writes all to a descriptor. 0, or -1 and errno. */
int fs_write_all(int fd, const char *bytes, size_t len) NONNULL MUST_CHECK;

/* Makes a folder and its parents; an existing one is fine (its mode stays). */
int fs_mkdirs(
    const char *path, mode_t mode, struct err *err) NONNULL MUST_CHECK;

/* Removes a file or a folder with all in it, never following links; a missing
 * one is fine. */
int fs_remove_tree(const char *path, struct err *err) NONNULL MUST_CHECK;

/* True for anything at that path, links followed. */
bool fs_exists(const char *path) NONNULL MUST_CHECK;

/* Takes an exclusive flock on `path` (made when missing, 0600) without waiting;
 * returns the descriptor, which holds the lock until closed, or -1
 * (ERR_ALREADY_RUNNING when another process holds it). */
int fs_lock(const char *path, struct err *err) NONNULL MUST_CHECK;

/* Free and total bytes of the file system of `path`. */
int fs_space(const char *path, int64_t *free_bytes, int64_t *total_bytes,
    struct err *err) NONNULL MUST_CHECK;

#endif
