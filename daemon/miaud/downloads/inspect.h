/*
 * Looks into films that have come whole: what is in them (lib/library/media.h)
 * and, where a title has only a placard or an episode no still, a picture of it.
 * One at a time.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_DOWNLOADS_INSPECT_H
#define DAEMON_MIAUD_DOWNLOADS_INSPECT_H

#include "lib/base/attr.h"

struct miaud;
struct inspector;

struct inspector *inspector_new(
    struct miaud *miaud) NONNULL RETURNS_NONNULL MUST_CHECK;
/* Something has come whole, or runs again. */
void inspector_wake(struct inspector *inspector) NONNULL;
/* After the loop has ended. */
void inspector_free(struct inspector *inspector);

#endif
