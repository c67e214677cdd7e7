/*
 * The supervisor: one group of web server, handlers and miaud, run in front or
 * in the background until it is told to end.
 */
#ifndef DAEMON_MIAUCTL_SUPER_H
#define DAEMON_MIAUCTL_SUPER_H

#include <stdbool.h>

#include "daemon/miauctl/ctl.h"
#include "lib/base/attr.h"

/* Runs the group. In front it returns when the group has ended; detached, the
 * calling process returns as soon as everything answers. The log goes to
 * standard error, or to <state>/log/miauflix.log when that is wished or nobody
 * stays to read it. The result is an exit code (enum ctl_exit). */
int super_run(
    const struct ctl *ctl, bool detach, bool log_to_file) NONNULL MUST_CHECK;

#endif
