/*
 * Looks into films of which not all has come: what is in them, and where they can be
 * begun. Of one that is about to be played only what is here anyway is read; for one
 * that is played, what it takes is fetched. One at a time. What came whole later is
 * looked into again (inspect.h).
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_DOWNLOADS_AHEAD_H
#define DAEMON_MIAUD_DOWNLOADS_AHEAD_H

#include <stdint.h>

#include "lib/base/attr.h"

struct miaud;
struct ahead;

enum ahead_need {
	AHEAD_SOON,   /* it may be played: what is in it, by its warm parts */
	AHEAD_PLAYED, /* the index as well */
};

struct ahead *ahead_new(struct miaud *miaud) NONNULL RETURNS_NONNULL MUST_CHECK;
/* A source of a torrent; does nothing for what is known, whole or no film. */
void ahead_want(
    struct ahead *ahead, int64_t source_id, enum ahead_need need) NONNULL;
/* Begins nothing more. Before downloads_close. */
void ahead_close(struct ahead *ahead) NONNULL;
/* After the loop has ended. */
void ahead_free(struct ahead *ahead);

#endif
