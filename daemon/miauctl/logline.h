/*
 * One JSON log line (lib/base/log.h) as a short line for eyes:
 * "12:34:56 movies    request  GET /api/movies 200".
 */
#ifndef DAEMON_MIAUCTL_LOGLINE_H
#define DAEMON_MIAUCTL_LOGLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/attr.h"
#include "lib/base/buf.h"

/* Appends the short line, without a newline; local time. -1 when `line` is no
 * JSON object (nothing is appended then). Control characters from inside are
 * shown as '?', so that a log line cannot drive the terminal. */
int logline_put(struct buf *out, const char *name, const char *line, size_t len,
    bool has_colour) NONNULL MUST_CHECK;

#endif
