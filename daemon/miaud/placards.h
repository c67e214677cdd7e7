/*
 * Placards: drawn posters for titles that have neither a film in the library nor
 * a picture, one at a time in the background, so that a catalogue of names looks
 * like one.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_PLACARDS_H
#define DAEMON_MIAUD_PLACARDS_H

#include "lib/base/attr.h"

struct miaud;
struct placards;

/* Made idle. */
struct placards *placards_new(
    struct miaud *miaud) NONNULL RETURNS_NONNULL MUST_CHECK;

/* There may be titles without a picture: looks for them until none is left.
 * One that could not be drawn is not tried again before the next wake. */
void placards_wake(struct placards *placards) NONNULL;

/* The same two seconds after the last such call: what was just added may be
 * about to play, and a program is not started beside that. */
void placards_wake_later(struct placards *placards) NONNULL;

/* Nothing is begun any more; the loop has to run on for a moment. */
void placards_close(struct placards *placards) NONNULL;

/* After the loop has ended. */
void placards_free(struct placards *placards);

#endif
