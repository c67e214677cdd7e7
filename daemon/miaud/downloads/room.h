/*
 * Room on the disk for downloads, and who reads them; for files of downloads and
 * methods/downloads.c.
 */
#ifndef DAEMON_MIAUD_DOWNLOADS_ROOM_H
#define DAEMON_MIAUD_DOWNLOADS_ROOM_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/miaud/downloads/part.h"
#include "lib/base/attr.h"
#include "lib/store/notes.h"

/* limit.c */
/* Of bytes on the disk: as set, or by itself the smaller of 50 GB and half of what
 * is free; 0: not measured yet, as it is not known of all what they have. */
int64_t downloads_limit(struct downloads *downloads) NONNULL MUST_CHECK;
/* Whether anything may be given up for others. By itself the limit takes nothing from
 * anybody while the disk is full, nor when there is more room by now than it knew. */
bool downloads_may_give_up(struct downloads *downloads) NONNULL MUST_CHECK;
/* Allocated bytes of all payload folders, and of one. Any thread. */
int64_t downloads_used(const char *folder) NONNULL MUST_CHECK;
int64_t downloads_used_by(const char *payload) NONNULL MUST_CHECK;

/* room.c */
void downloads_admit(struct downloads *downloads) NONNULL;
/* What all have been given and come to take beside it. */
int64_t downloads_kept(const struct downloads *downloads) NONNULL MUST_CHECK;
void download_evicted(struct download *download) NONNULL;
/* The web server may be sending a file of it. */
void download_offered(struct download *download) NONNULL;
/* Gives all up that may be given up; the bytes. */
int64_t download_evict(struct download *download) NONNULL MUST_CHECK;
void download_give_up(
    struct download *download, const int *pieces, int n) NONNULL;

/* given.c */
/* Bytes that were here were given up; told and noted. */
void download_given_up(
    struct download *download, int64_t bytes, enum given_why why) NONNULL;
/* It is here again or watched. */
void download_given_back(struct download *download) NONNULL;
/* As it was noted before a restart. */
void download_given_remember(
    struct download *download, const struct reason *reason) NONNULL;
/* {bytes, sentence, at}, or NULL. */
struct json_object *download_given_json(
    const struct download *download) NONNULL MUST_CHECK;

/* readers.c */
/* Whether somebody reads it, which being kept warm is not. */
bool download_is_read(const struct download *download) NONNULL MUST_CHECK;
void download_orphan_readers(struct download *download) NONNULL;

/* linger.c */
/* Whether it still comes because somebody watched it a while ago. */
bool download_lingers(const struct download *download) NONNULL MUST_CHECK;
/* When that is over, what has not come is asked for no more. */
void download_rest(struct download *download) NONNULL;

#endif
