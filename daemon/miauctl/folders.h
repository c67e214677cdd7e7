/*
 * Library folders are miaud's: it looks at them before it takes them.
 */
#ifndef DAEMON_MIAUCTL_FOLDERS_H
#define DAEMON_MIAUCTL_FOLDERS_H

#include <stdint.h>

#include "daemon/miauctl/ctl.h"
#include "lib/base/attr.h"

/* Adds a folder; a relative name counts from the current one. *id may be NULL.
 * ERR_FOLDER_TAKEN, ERR_FOLDER_UNREADABLE, ERR_CONFLICT, ERR_DAEMON_DOWN. */
int folders_add(struct ctl *ctl, const char *path, int64_t *id, struct err *err)
    NONNULL_ARGS(1, 2, 4) MUST_CHECK;

#endif
