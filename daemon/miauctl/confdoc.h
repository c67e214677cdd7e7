/*
 * The commented configuration file, made from the settings' rows:
 * conf/miauflix.conf is its output, and a test compares the two.
 */
#ifndef DAEMON_MIAUCTL_CONFDOC_H
#define DAEMON_MIAUCTL_CONFDOC_H

#include "lib/base/attr.h"
#include "lib/base/buf.h"

/* Appends the whole file. */
void confdoc_put(struct buf *out) NONNULL;

#endif
